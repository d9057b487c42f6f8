"""What happened when: the lines of a record's timeline and of the whole register's, as data.

A picture and a table are made of the same lines, so neither can say what the other does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from remit.model.records import (
    Mandate,
    MandateVersion,
    Office,
    Organisation,
    Record,
    RenamableRecord,
    Role,
    Status,
    Task,
    Transfer,
)
from remit.model.values import ONE_DAY, Period, When
from remit.render import tree
from remit.render.view import View

State = Literal["now", "past", "later", "draft", "mark"]
"""`draft`: a draft or a hearing, never in force. `mark`: something that happens on a day."""
WHOLE: tuple[type[Record], ...] = (Mandate, Role, Office, Transfer)
"""What the timeline of the whole register shows."""


class Span(NamedTuple):
    """`period` as precisely as it is known; a mark's period is its day."""

    period: Period
    state: State


class Line(NamedTuple):
    """One thing with its spans, oldest first. `label` links to its page."""

    label: tree.Inlines
    spans: tuple[Span, ...]
    when: str
    """The spans in words, or that no date is known."""
    state: str
    """How it stands on the view's day, in words."""

    @property
    def begin(self) -> date:
        return self.spans[0].period.first


class Group(NamedTuple):
    """The lines of one sort, below their heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """`today` is the view's day. `first` and `last` are the outermost known days."""

    name: str
    groups: tuple[Group, ...]
    today: date
    first: date
    last: date


def timeline_of(view: View, record: Record) -> Timeline | None:
    """The timeline of a mandate, role or organisation; None where time has little to show."""
    if isinstance(record, Mandate):
        groups = _mandate_groups(view, record)
    elif isinstance(record, Role):
        groups = _role_groups(view, record)
    elif isinstance(record, Organisation):
        groups = _organisation_groups(view, record)
    else:
        return None
    return timeline(view, view.name(record), groups)


def timeline(view: View, name: str, groups: Iterable[Group]) -> Timeline | None:
    """A timeline of the groups that know a date; None when all of them know fewer than two."""
    dated = tuple(group for group in groups if _days(group))
    days = sorted({day for group in dated for day in _days(group)})
    return Timeline(name, dated, view.day, days[0], days[-1]) if len(days) > 1 else None


def _days(group: Group) -> set[date]:
    """The days on which something begins, or is over."""
    days = set()
    for line in group.lines:
        for span in line.spans:
            if span.period.from_:
                days.add(span.period.from_.first)
            if span.period.to and span.state != "mark":
                days.add(min(span.period.to.last, date.max - ONE_DAY) + ONE_DAY)
    return days


# --- one record ---


def _mandate_groups(view: View, record: Mandate) -> list[Group]:
    labels, register = view.labels, view.register
    versions = [_version_line(view, version) for version in register.versions(record.id)]
    roles = [role for id in record.holders if (role := register.follow(Role, id))]
    return [
        Group(labels["versions"], tuple(versions)),
        Group(labels["holder"], tuple(life_line(view, role) for role in roles)),
    ]


def _role_groups(view: View, record: Role) -> list[Group]:
    labels, register = view.labels, view.register
    mandates = [mandate_line(view, one) for one in register.mandates_of(record)]
    contacts = [life_line(view, one) for one in register.contacts_of(record)]
    return [
        Group(labels.kind("role"), (life_line(view, record),)),
        *_names(view, record),
        Group(labels.kind("mandate"), in_order(mandates)),
        *_tasks_and_transfers(view, record),
        Group(labels.kind("contact", "many"), in_order(contacts)),
    ]


def _organisation_groups(view: View, record: Organisation) -> list[Group]:
    labels, register = view.labels, view.register
    roles = [life_line(view, one) for one in register.pointing(record, Role, "holder")]
    offices = [life_line(view, one) for one in register.offices_of(record)]
    return [
        Group(labels.kind("organisation"), (life_line(view, record),)),
        *_names(view, record),
        Group(labels.kind("role", "many"), in_order(roles)),
        *_tasks_and_transfers(view, record),
        Group(labels.kind("office", "many"), in_order(offices)),
    ]


def _names(view: View, record: RenamableRecord) -> list[Group]:
    """Its names over time, when there were more than one."""
    if len(record.names) < 2:
        return []
    lines = [
        _line(view, view.label_inlines(dated.name), [_span(view, dated.period)])
        for dated in record.names
    ]
    return [Group(view.labels["names_over_time"], tuple(lines))]


def _tasks_and_transfers(view: View, record: Record) -> list[Group]:
    labels, register = view.labels, view.register
    transfers = register.pointing(record, Transfer, "from", "to", "ends")
    tasks = {task.id: task for task in register.pointing(record, Task, "first_held_by")}
    for transfer in transfers:
        if _names_record(view, transfer.to, record):
            received = (register.follow(Task, id) for id in transfer.tasks)
            tasks |= {task.id: task for task in received if task}
    held = []
    for task in tasks.values():
        spans = [_span(view, period) for period in periods_held(view, task, record)]
        if spans:
            held.append(_line(view, view.link(task), spans))
    moves = [_transfer_line(view, transfer) for transfer in transfers]
    return [
        Group(labels.kind("task", "many"), in_order(held)),
        Group(labels.kind("transfer", "many"), in_order(moves)),
    ]


def periods_held(view: View, task: Task, holder: Record) -> list[Period]:
    """When `holder` has the task, by its transfers; times that follow on each other are one."""
    register = view.register
    days = dict.fromkeys(transfer.date for transfer in register.transfers_of(task))
    first = [register.party(id) for id in task.first_held_by]
    stages: list[tuple[When | None, bool]] = [(task.period.from_, holder in first)]
    stages += [(When.on(day), holder in register.as_of(day).charged_with(task)) for day in days]
    periods: list[Period] = []
    begin: When | None = None
    held_before = False
    for start, held in stages:
        if held and not held_before:
            begin = start
        elif held_before and not held and start:
            periods.append(Period.between(begin, When.on(start.first - ONE_DAY)))
        held_before = held
    if held_before:
        periods.append(Period.between(begin, task.period.to))
    return periods


def _names_record(view: View, targets: Sequence[str], record: Record) -> bool:
    return any(view.register.party(target) is record for target in targets)


# --- the whole register ---


@dataclass(frozen=True, slots=True)
class Chapter:
    """One sort of record in one country: a part of the whole register's timeline."""

    country: str
    folder: str
    group: Group


def chapters(view: View, country_of: Callable[[Record], str]) -> list[Chapter]:
    """The whole register: by country, then sort, each in order of beginning."""
    found: dict[tuple[str, int], list[Line]] = {}
    for index, cls in enumerate(WHOLE):
        for record in view.register.all(cls):
            line = _line_of(view, record)
            if line.spans:
                found.setdefault((country_of(record), index), []).append(line)
    made = []
    for country, index in sorted(found, key=lambda key: (key[0] == "", key)):
        cls = WHOLE[index]
        group = Group(view.labels.kind(cls.KIND, "many"), in_order(found[country, index]))
        made.append(Chapter(country, cls.FOLDER, group))
    return made


def _line_of(view: View, record: Record) -> Line:
    if isinstance(record, Mandate):
        return mandate_line(view, record)
    if isinstance(record, Transfer):
        return _transfer_line(view, record)
    return life_line(view, record)


# --- lines ---


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """By beginning, then by name."""
    return tuple(sorted(lines, key=lambda line: (line.begin, tree.plain(line.label).casefold())))


def life_line(view: View, record: Record) -> Line:
    return _line(view, view.link(record), [_span(view, view.register.life(record))])


def mandate_line(view: View, mandate: Mandate) -> Line:
    """A mandate with a span for each version; for its life where no version is kept here."""
    spans = [_version_span(view, one) for one in view.register.versions(mandate.id)]
    return _line(view, view.link(mandate), spans or [_span(view, Period())], _of_mandate(view))


def _version_line(view: View, version: MandateVersion) -> Line:
    begin = version.in_force.from_ or When.parse(version.id)
    words = view.labels.get("version_of", day=view.labels.when(begin))
    label = view.link(version, words[:1].upper() + words[1:])
    words_of = _of_mandate(view) | {"draft": view.labels.enum("status", version.status)}
    return _line(view, label, [_version_span(view, version)], words_of)


def _version_span(view: View, version: MandateVersion) -> Span:
    if not version.status.takes_force:
        return Span(version.in_force, "draft")
    return _span(view, version.in_force)


def _transfer_line(view: View, transfer: Transfer) -> Line:
    day = When.on(transfer.date)
    state = view.labels["time_later"] if transfer.date > view.day else "–"
    mark = Span(Period.between(day, day), "mark")
    return Line(view.link(transfer), (mark,), view.labels.day(transfer.date), state)


def _span(view: View, period: Period) -> Span:
    if period.last < view.day:
        return Span(period, "past")
    return Span(period, "later" if period.first > view.day else "now")


def _line(
    view: View, label: tree.Inlines, spans: Sequence[Span], words: dict[str, str] | None = None
) -> Line:
    labels = view.labels
    words = words or {
        "now": labels["time_now"],
        "later": labels["time_later"],
        "past": labels["ended"],
    }
    periods = [labels.period(span.period) or labels["time_no_dates"] for span in spans]
    states = {span.state for span in spans}
    state = next(one for one in ("now", "later", "draft", "past") if one in states)
    return Line(label, tuple(spans), "; ".join(periods), words[state])


def _of_mandate(view: View) -> dict[str, str]:
    """How a mandate or a version of it stands, in words."""
    labels = view.labels
    return {
        "now": labels["badge_in_force"],
        "later": labels["badge_future"],
        "past": labels["badge_past"],
        "draft": labels.enum("status", Status.DRAFT),
    }
