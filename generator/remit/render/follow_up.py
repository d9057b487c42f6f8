"""The assignments → a follow-up: what was ordered, what is delivered and what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from remit.model.deliveries import Delivery, DeliveryState, deliveries
from remit.model.records import Area, Organisation
from remit.model.values import Precision, When
from remit.render import tree
from remit.render.tree import Break, Cell, Heading, ItemList, ListItem, Paragraph, Table, Text
from remit.render.view import View

_WIDTHS = {
    "kind": 0.165,
    "sender": 0.095,
    "letter": 0.155,
    "leads": 0.125,
    "deliverable": 0.15,
    "deliver_to": 0.08,
    "due": 0.105,
    "follow_up_extended": 0.105,
    "delivered": 0.09,
    "follow_up_stands": 0.11,
}
"""Width of each column, as a share of all of them."""


@dataclass(frozen=True, slots=True)
class FollowUpParts:
    summary: tree.Blocks
    """How much was ordered, and how much of it is overdue."""
    overdue: tree.Blocks
    """The overdue, one by one."""
    tables: tree.Blocks
    """A heading and a table for each country."""


def follow_up_parts(view: View) -> FollowUpParts:
    """All assignments given by the view's day, as they stand on it."""
    t = view.labels
    found = sorted(deliveries(view.register, view.day), key=lambda one: _order(view, one))
    overdue = [one for one in found if one.state is DeliveryState.OVERDUE]
    assignments = len({one.assignment.id for one in found})
    ordered = sum(1 for one in found if one.deliverable)
    counted = [t.count("follow_up_assignments", assignments), t.count("deliverables", ordered)]
    words = t.get("follow_up_summary", day=t.day(view.day), ordered=t.join(counted))
    outcome = t.count("follow_up_overdue", len(overdue)) if overdue else t["follow_up_none"]
    return FollowUpParts(
        summary=(Paragraph((Text(f"{words} {outcome}"),), style="lead"),),
        overdue=_overdue(view, overdue),
        tables=_tables(view, found),
    )


def _order(view: View, delivery: Delivery) -> tuple[object, ...]:
    """By country, sender, letter, assignment, deadline."""
    assignment, t = delivery.assignment, view.labels
    country = view.register.follow(Area, assignment.country)
    sender = view.register.follow(Organisation, assignment.letter.sender)
    due = delivery.extended or delivery.due
    return (
        t.sort_key(view.name(country)) if country else (),
        t.sort_key(view.name(sender)) if sender else (),
        assignment.letter.date.first if assignment.letter.date else date.min,
        assignment.number or "",
        assignment.id,
        due.last if due else date.max,
    )


def _overdue(view: View, overdue: Sequence[Delivery]) -> tree.Blocks:
    t = view.labels
    if not overdue:
        return ()
    items = []
    for one in overdue:
        due = one.extended or one.due
        assert due is not None
        words: tree.Inlines = (*view.link(one.assignment), Text(". "))
        if one.deliverable:
            words = (*view.inlines(one.deliverable.text), Text(" "), *words)
        leads = view.listed([view.party(id) for id in one.assignment.leads])
        was_due = t.get("follow_up_was_due", day=t.when(due))
        words = (*words, Text(f"{was_due} {t['leads']}: "), *leads, Text("."))
        items.append(ListItem((Paragraph(words),)))
    return (
        Heading(1, "overdue", (Text(t["follow_up_overdue_heading"]),)),
        ItemList(tuple(items)),
    )


def _tables(view: View, found: Sequence[Delivery]) -> tree.Blocks:
    blocks: list[tree.Block] = []
    for country, group in groupby(found, key=lambda one: one.assignment.country):
        area = view.register.follow(Area, country)
        name = view.name_inlines(area) if area else (Text(country),)
        id = f"in-{area.id if area else country}"
        blocks += [Heading(1, id, name), _table(view, list(group), f"{id}-table")]
    return tuple(blocks)


def _table(view: View, found: Sequence[Delivery], id: str) -> Table:
    t = view.labels
    columns = [
        key for key in _WIDTHS if key != "follow_up_extended" or any(one.extended for one in found)
    ]
    total = sum(_WIDTHS[key] for key in columns)
    rows = []
    for one in found:
        cells = _cells(view, one)
        rows.append(tuple(cells[key] for key in columns))
    return Table(
        tuple(Cell((Text(t.kind("assignment") if key == "kind" else t[key]),)) for key in columns),
        tuple(rows),
        tuple(_WIDTHS[key] / total for key in columns),
        id=id,
    )


def _cells(view: View, delivery: Delivery) -> dict[str, Cell]:
    """A row's cells by column."""
    t, assignment = view.labels, delivery.assignment
    letter, handed = assignment.letter, delivery.deliverable
    unsaid = _unsaid(assignment.number, view.name(assignment))
    number = (Text(f"{unsaid} "),) if unsaid else ()
    case = _unsaid(letter.number, view.words(letter.title))
    came = [view.inlines(letter.title)]
    came += [(Text(part),) for part in (case, _when(view, letter.date)) if part]
    state = t.enum("assignment_state", assignment.state).lower()
    stands = (
        Text(t.enum("delivery_state", delivery.state)),
        Break(),
        Text(t.get("follow_up_state", state=state)),
    )
    return {
        "kind": Cell((*number, *view.link(assignment))),
        "sender": Cell(_short(view, [letter.sender])),
        "letter": Cell(_comma(came)),
        "leads": Cell(_short(view, assignment.leads)),
        "deliverable": Cell(view.inlines(handed.text)) if handed else _nothing(),
        "deliver_to": Cell(_short(view, [handed.to])) if handed and handed.to else _nothing(),
        "due": _day(view, delivery.due),
        "follow_up_extended": _day(view, delivery.extended),
        "delivered": _day(view, delivery.delivered, t["not_known"]),
        "follow_up_stands": Cell(stands),
    }


def _unsaid(number: str | None, name: str) -> str:
    """A number that the name does not say already."""
    return number if number and number not in name else ""


def _nothing() -> Cell:
    return Cell((Text("–"),))


def _when(view: View, when: When | None) -> str:
    """As precisely as it is known; the year may stand on a line of its own in a narrow column."""
    return " ".join(view.labels.when(when).rsplit("\u00a0", 1)) if when else ""


def _day(view: View, when: When | None, otherwise: str = "–") -> Cell:
    """The words; a spreadsheet gets the day itself only where it is known to be that day."""
    if when is None:
        return Cell((Text(otherwise),))
    exact = when.first if when.precision is Precision.DAY else None
    return Cell((Text(_when(view, when)),), day=exact)


def _short(view: View, ids: Sequence[str]) -> tree.Inlines:
    """Links to the bodies by their abbreviations, where they have one."""
    found = []
    for id in ids:
        body = view.register.party(id)
        found.append(view.link(body, view.short(body)) if body else (Text(id),))
    return view.listed(found)


def _comma(parts: Sequence[tree.Inlines]) -> tree.Inlines:
    joined: list[tree.Inline] = []
    for part in parts:
        joined += [Text(", "), *part] if joined else part
    return tuple(joined)
