"""What assignments ask to have handed in, and how each of it stands on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from remit.model.records import Assignment, AssignmentState, Deliverable
from remit.model.register import Register
from remit.model.values import When


class DeliveryState(StrEnum):
    DELIVERED = "delivered"
    LATE = "late"
    OVERDUE = "overdue"
    CLOSED = "closed"
    """Not known to be delivered, but the assignment is reported or ended."""
    EXPECTED = "expected"
    UNDATED = "undated"
    """Not known to be delivered, and no deadline is known."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that an assignment asks for; the assignment itself where it names none."""

    assignment: Assignment
    deliverable: Deliverable | None
    due: When | None
    """As first ordered."""
    extended: When | None
    """The later day that was decided by the day asked about."""
    delivered: When | None
    """When it was delivered, as far as it had been by the day asked about."""
    state: DeliveryState


def deliveries(register: Register, day: date) -> list[Delivery]:
    """All that was ordered by the day, by the assignments' ids and in their own order."""
    return [
        _delivery(assignment, deliverable, day)
        for assignment in register.all(Assignment)
        if _was_given(assignment, day)
        for deliverable in assignment.deliverables or (None,)
    ]


def _was_given(assignment: Assignment, day: date) -> bool:
    given = assignment.letter.date or assignment.start
    return given is None or given.first <= day


def _delivery(assignment: Assignment, deliverable: Deliverable | None, day: date) -> Delivery:
    due = (deliverable.due if deliverable else None) or assignment.deadline
    delivered = deliverable.delivered if deliverable else None
    if delivered and delivered.first > day:
        delivered = None
    extended = _extended(assignment, due, day)
    last = extended or due
    if delivered:
        late = last is not None and delivered.first > last.last
        state = DeliveryState.LATE if late else DeliveryState.DELIVERED
    elif assignment.state in (AssignmentState.REPORTED, AssignmentState.ENDED):
        state = DeliveryState.CLOSED
    elif last is None:
        state = DeliveryState.UNDATED
    else:
        state = DeliveryState.OVERDUE if last.last < day else DeliveryState.EXPECTED
    return Delivery(assignment, deliverable, due, extended, delivered, state)


def _extended(assignment: Assignment, due: When | None, day: date) -> When | None:
    """The new last day. It moves what was due on the assignment's own last day, and nothing that
    was to be handed in on the way there."""
    if due and assignment.deadline and due.last < assignment.deadline.first:
        return None
    return max(_decided(assignment, due, day), key=lambda until: until.last, default=None)


def _decided(assignment: Assignment, due: When | None, day: date) -> Iterator[When]:
    for extension in assignment.extensions:
        known = extension.date is None or extension.date.first <= day
        if known and (due is None or extension.until.last > due.last):
            yield extension.until
