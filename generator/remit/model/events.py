"""What happens on a day: every dated event of a register, read from its records.

An event is data without words. `render/feeds.py` puts it into a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from remit.model.record_list import SomeRecords
from remit.model.records import (
    RECORD_CLASSES,
    Assignment,
    CategorySet,
    ChangeKind,
    Contact,
    LegalBasis,
    Mandate,
    MandateVersion,
    Network,
    Office,
    Organisation,
    Record,
    RenamableRecord,
    Role,
    Status,
    Task,
    Transfer,
    address_of,
)
from remit.model.values import LAST_DAY, ONE_DAY, LocalText, Precision, When

if TYPE_CHECKING:
    from remit.model.register import Register


class EventKind(StrEnum):
    ADOPTED = "adopted"
    CHANGED = "changed"
    CHANGED_IN_PLACE = "changed-in-place"
    DRAFT = "draft"
    HEARING = "hearing"
    WITHDRAWN = "withdrawn"
    REPEALED = "repealed"
    OUT_OF_FORCE = "out-of-force"
    TRANSFER = "transfer"
    BEGINS = "begins"
    ENDS = "ends"
    RENAMED = "renamed"
    ORDERED = "ordered"
    STARTS = "starts"
    DEADLINE = "deadline"
    EXTENDED = "extended"
    DUE = "due"
    DELIVERED = "delivered"
    REVIEW = "review"


_ONE_AND_THE_SAME = {
    EventKind.ADOPTED: "force",
    EventKind.CHANGED: "force",
    EventKind.DRAFT: "force",
    EventKind.HEARING: "force",
    EventKind.WITHDRAWN: "force",
    EventKind.REPEALED: "end",
    EventKind.OUT_OF_FORCE: "end",
}
"""A version's way from draft to adopted, or withdrawn, is one event that is told anew."""

_LIVING = (Role, Organisation, Office, Network, Contact, Task, LegalBasis, CategorySet)
"""Kinds whose beginning and end are events of their own. A relation follows its sides."""

_HAPPENING = (*_LIVING, Transfer, Assignment)
"""Kinds to whose records something happens, besides the versions of mandates."""

_NOT_IN_CALENDARS = (EventKind.ORDERED, EventKind.DELIVERED)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to `records` (one; several for a common day of review).

    `told`: the day it becomes news; None for what is no news, such as a deadline.
    `part`: what of the record it is about, where one record has several events of the kind.
    """

    kind: EventKind
    records: Sequence[Record]
    """Each made when it is asked for: of a large register there are many events."""
    addresses: tuple[str, ...]
    when: When
    told: date | None = None
    part: str = ""
    text: LocalText | None = None
    delivered: When | None = None

    @property
    def record(self) -> Record:
        return self.records[0]

    @property
    def identity(self) -> str:
        """The same for good, whatever becomes of the event: `mandates/x/2020-01-01#force`."""
        if self.kind is EventKind.REVIEW:
            return f"changes#review-{self.when}"
        name = _ONE_AND_THE_SAME.get(self.kind, self.kind.value)
        return f"{self.addresses[0]}#{name}" + (f"-{self.part}" if self.part else "")

    @property
    def in_calendar(self) -> bool:
        """Whether it has a place in a calendar: a day, week or month to come or to look back on.

        What is known to the year only has none.
        """
        return self.when.precision is not Precision.YEAR and self.kind not in _NOT_IN_CALENDARS


class Happening(NamedTuple):
    """What an event is made of, its records by their addresses."""

    kind: EventKind
    addresses: tuple[str, ...]
    when: When
    told: date | None = None
    part: str = ""
    text: LocalText | None = None
    delivered: When | None = None


def _happening(
    kind: EventKind,
    record: Record,
    when: When,
    told: date | None = None,
    part: str = "",
    text: LocalText | None = None,
    delivered: When | None = None,
) -> Happening:
    return Happening(kind, (address_of(record),), when, told, part, text, delivered)


def all_events(register: Register) -> list[Event]:
    """Every event of the register, by day."""
    every = (register.lifetimes(cls).happenings for cls in RECORD_CLASSES)
    found = [one for of_class in every for one in of_class]
    return _events(register, [*found, *_reviews(register)])


def _reviews(register: Register) -> Iterator[Happening]:
    return _on_common_days(
        (due, order, address)
        for order, cls in enumerate(RECORD_CLASSES)
        for address, _, due in register.lifetimes(cls).reviews
        if due
    )


def happenings_of(register: Register, cls: type[Record]) -> Iterator[Happening]:
    """What happens to each record of a class by itself: all but reviews."""
    if cls is MandateVersion or cls in _HAPPENING:
        for record in register.all(Mandate if cls is MandateVersion else cls):
            yield from _own_happenings(register, record)


def _own_happenings(register: Register, record: Record) -> Iterator[Happening]:
    """What happens to a record by itself; to a mandate what happens to its versions."""
    if isinstance(record, Mandate):
        yield from _versions(register.versions(record.id))
    if isinstance(record, _LIVING):
        yield from _life(record)
    if isinstance(record, RenamableRecord):
        yield from _names(record)
    elif isinstance(record, Transfer):
        yield _happening(EventKind.TRANSFER, record, When.on(record.date), record.date)
    elif isinstance(record, Assignment):
        yield from _assignment(record)


def with_own_events(register: Register) -> SomeRecords[Record]:
    """The records to which something happens by itself; a mandate stands for its versions."""
    every = (register.all(cls).addresses() for cls in (Mandate, *_HAPPENING))
    return register.some(address for of_one in every for address in of_one)


def own_events(register: Register, record: Record) -> list[Event]:
    """What happens to one of them, by day: all but reviews."""
    return _events(register, _own_happenings(register, record))


def review_events(register: Register) -> list[Event]:
    """The days on which reviews are due, each with all records whose review it is."""
    return _events(register, _reviews(register))


def mandate_events(register: Register, mandate: Mandate) -> list[Event]:
    """What happens to a mandate and its versions, by day."""
    return _events(register, _of_mandate(mandate, register.versions(mandate.id)))


def is_in_calendar(register: Register, mandate: Mandate) -> bool:
    """Whether any of a mandate's events has a place in a calendar."""
    versions = register.versions(mandate.id)
    return any(event.in_calendar for event in _events(register, _of_mandate(mandate, versions)))


def _of_mandate(mandate: Mandate, versions: Sequence[MandateVersion]) -> Iterator[Happening]:
    yield from _versions(versions)
    yield from _on_common_days(
        (one.review.due, RECORD_CLASSES.index(type(one)), address_of(one))
        for one in (mandate, *versions)
        if one.review
    )


def _events(register: Register, happenings: Iterable[Happening]) -> list[Event]:
    """By day."""
    made = [Event(one.kind, register.some(one.addresses), *one[1:]) for one in happenings]
    return sorted(made, key=lambda event: (event.when.first, event.identity))


# --- mandates ------------------------------------------------------------------------------


def _versions(versions: Sequence[MandateVersion]) -> Iterator[Happening]:
    for index, version in enumerate(versions):
        start = version.in_force.from_
        if start is not None:
            kind = _kind(version, first=index == 0)
            yield _happening(kind, version, start, _told(version, start))
        if not version.status.takes_force:
            continue
        changed = version.last_changed
        if changed is not None and changed > version.in_force.first:
            yield _happening(EventKind.CHANGED_IN_PLACE, version, When.on(changed), changed)
        end = version.in_force.to
        if end is not None and not _is_followed(version, versions):
            kind = EventKind.OUT_OF_FORCE
            if version.status is Status.REPEALED:
                kind = EventKind.REPEALED
            yield from _after(kind, version, end)


def _kind(version: MandateVersion, *, first: bool) -> EventKind:
    if not version.status.takes_force:
        return EventKind(version.status.value)
    approval = version.approval
    if approval is None:
        return EventKind.ADOPTED if first else EventKind.CHANGED
    return EventKind.ADOPTED if approval.change is ChangeKind.NEW else EventKind.CHANGED


def _told(version: MandateVersion, start: When) -> date | None:
    """A proposal is told on the date it bears, a decision on its day if that is known."""
    if version.status is Status.WITHDRAWN:
        return version.withdrawn.first if version.withdrawn else None
    if not version.status.takes_force:
        return version.document_date
    approved = version.approval.date if version.approval else None
    exact = approved is not None and approved.precision is Precision.DAY
    return approved.first if approved is not None and exact else start.first


def _is_followed(version: MandateVersion, versions: Sequence[MandateVersion]) -> bool:
    """Whether another version takes its place without a day between."""
    last = version.in_force.last
    return last == LAST_DAY or any(
        other.status.takes_force and version.in_force.first < other.in_force.first <= last + ONE_DAY
        for other in versions
    )


# --- the other records ---------------------------------------------------------------------


def _life(record: Record) -> Iterator[Happening]:
    life = record.life
    if life.from_ is not None:
        yield _happening(EventKind.BEGINS, record, life.from_, life.first)
    if life.to is not None and life.last != LAST_DAY:
        yield from _after(EventKind.ENDS, record, life.to)


def _after(kind: EventKind, record: Record, end: When) -> Iterator[Happening]:
    """An end takes force on the day after the last, so that it stands with what comes instead."""
    after = end.last + ONE_DAY
    when = When.on(after) if end.precision is Precision.DAY else end
    yield _happening(kind, record, when, after)


def _names(record: RenamableRecord) -> Iterator[Happening]:
    for dated in record.names[1:]:
        start = dated.period.from_
        if start is not None:
            yield _happening(EventKind.RENAMED, record, start, start.first, str(start), dated.name)


def _assignment(record: Assignment) -> Iterator[Happening]:
    if record.letter.date:
        yield _happening(EventKind.ORDERED, record, record.letter.date, record.letter.date.first)
    if record.start:
        yield _happening(EventKind.STARTS, record, record.start)
    if record.deadline:
        yield _happening(EventKind.DEADLINE, record, record.deadline)
    for number, extension in enumerate(record.extensions, 1):
        told = extension.date.first if extension.date else None
        yield _happening(
            EventKind.EXTENDED, record, extension.until, told, str(number), extension.note
        )
    for item in record.deliverables:
        if item.due:
            yield _happening(
                EventKind.DUE, record, item.due, None, item.id, item.text, delivered=item.delivered
            )
        if item.delivered:
            told = item.delivered.first
            yield _happening(EventKind.DELIVERED, record, item.delivered, told, item.id, item.text)


def _on_common_days(reviews: Iterable[tuple[date, int, str]]) -> Iterator[Happening]:
    """One event for all records whose review is due on the same day: that day, where the kind
    stands among all, the address."""
    due: dict[date, list[tuple[int, str]]] = {}
    for day, order, address in reviews:
        due.setdefault(day, []).append((order, address))
    for day, found in due.items():
        yield Happening(
            EventKind.REVIEW, tuple(address for _, address in sorted(found)), When.on(day)
        )
