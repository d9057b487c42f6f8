"""The organisation on each day it changed: a page per change date, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from remit.model.addresses import address_of_day
from remit.model.history import ON_DATES, Change, Turn, change_dates, changes_by_day
from remit.model.records import (
    Contact,
    MandateVersion,
    Network,
    Office,
    Organisation,
    Record,
    Role,
    Task,
    Transfer,
)
from remit.model.register import Register
from remit.model.values import FIRST_DAY, ONE_DAY, Precision
from remit.render import tree
from remit.render.site_view import SiteView
from remit.render.tree import Cell, Inlines, ItemList, ListItem, Table, Text


@dataclass(frozen=True, slots=True)
class DateHead:
    """What the page's template needs beside its parts."""

    trail: list[tuple[str, str]]
    kicker: str
    heading: str
    lead: str
    notices: list[tuple[str, Markup]]
    sources: Sequence[object] = ()
    upkeep: list[tuple[str, Markup]] = field(default_factory=list)


@dataclass(frozen=True)
class Calendar:
    """The days of change of a register, found once for all pages."""

    days: list[date]
    changes: dict[date, list[Change]]

    @classmethod
    def of(cls, register: Register) -> Calendar:
        return cls(change_dates(register), changes_by_day(register))

    def before(self, day: date) -> date | None:
        return max((one for one in self.days if one < day), default=None)

    def after(self, day: date) -> date | None:
        return min((one for one in self.days if one > day), default=None)


def date_page(
    view: SiteView, calendar: Calendar, day: date, upkeep: list[tuple[str, Markup]]
) -> tuple[str, Markup]:
    """(title, inner HTML) of the page that shows the whole organisation on `day`."""
    labels, then = view.labels, view.on(day)
    today = view.day
    title = labels.get("organisation_on", day=labels.day(day))
    state = "past" if day < today else "future" if day > today else "today"
    to_home = view.html((tree.Link((Text(labels["how_it_is_today"]),), ""),))
    notice = Markup.escape(labels[f"date_{state}"]) + " " + to_home
    head = DateHead(
        trail=[(labels["dates"], ON_DATES)],
        kicker=labels["dates"],
        heading=title,
        lead=labels["date_lead"],
        notices=[("past" if state == "past" else "info", notice)],
        upkeep=upkeep,
    )
    near = [
        (labels[key], labels.day(other), view.href(address_of_day(other)))
        for key, other in (
            ("date_before", calendar.before(day)),
            ("date_after", calendar.after(day)),
        )
        if other
    ]
    inner = view.render(
        "date.html", page=head, near=near, parts=_parts(then, calendar.changes.get(day, []))
    )
    return title, inner


def date_list(view: SiteView, calendar: Calendar) -> tuple[str, Markup]:
    """(title, inner HTML) of the list of all change dates with what changed on each."""
    labels = view.labels
    head = DateHead(
        trail=[], kicker="", heading=labels["dates"], lead=labels["dates_intro"], notices=[]
    )
    years: dict[str, list[tuple[Markup, Markup]]] = {}
    for day, changes in reversed(calendar.changes.items()):
        link = view.html((tree.Link((Text(labels.day(day)),), address_of_day(day)),))
        shown = view.on(day).block_html((_list([statement(view, one) for one in changes]),))
        years.setdefault(str(day.year), []).append((link, shown))
    return labels["dates"], view.render("dates.html", page=head, years=list(years.items()))


def statement(view: SiteView, change: Change) -> Inlines:
    """One change as a sentence, names as they were on its day: "The office … closed (…)"."""
    labels = view.labels
    then = view.on(change.day)
    before = view.on(change.day - ONE_DAY if change.day > FIRST_DAY else change.day)
    record = change.record
    when: Inlines = ()
    if change.when.precision is not Precision.DAY:
        when = (Text(f" ({labels.when(change.when)})"),)
    link = _link(then, record)
    if change.turn is Turn.MOVED:
        assert isinstance(record, Transfer)
        return (
            *then.link(record),
            Text(f": {labels['from_whom']} "),
            *before.listed([before.party(id) for id in record.from_]),
            Text(f" {labels['to_whom']} "),
            *then.listed([then.party(id) for id in record.to]),
        )
    if change.turn is Turn.RENAMED:
        return (
            Text(f"{then.kind(record)}: "),
            *before.name_inlines(record),
            Text(f" {labels['is_now_called']} "),
            *link,
            *when,
        )
    turn = change.turn.value
    key = f"version_{turn}" if isinstance(record, MandateVersion) else f"record_{turn}"
    return (
        Text(f"{then.kind(record)}: "),
        *link,
        Text(f" {labels[key]}"),
        *when,
    )


def _link(then: SiteView, record: Record) -> Inlines:
    """A link to the record as it stood: to its version of the day, where it has pages for them."""
    return then.link_on_day(record)


def _parts(then: SiteView, changes: list[Change]) -> list[tuple[str, str, Markup]]:
    labels, as_of = then.labels, then.as_of
    parts: list[tuple[str, str, tree.Blocks]] = [
        ("changes", "date_changes", (_list([statement(then, one) for one in changes]),)),
        ("tasks", "date_tasks", _tasks(then)),
        ("mandates", "date_mandates", _versions(then, as_of.mandates_in_force())),
        ("roles", "date_roles", _roles(then)),
        ("offices", "date_offices", _offices(then)),
        ("networks", "date_networks", _networks(then)),
        ("contacts", "date_contacts", _plain(then, as_of.living(Contact))),
        ("names", "date_names", _names(then)),
        ("organisations", "date_organisations", _plain(then, as_of.living(Organisation))),
    ]
    none = (tree.Paragraph((Text(labels["date_none"]),)),)
    return [
        (id, labels[heading], then.block_html(blocks if _has_words(blocks) else none))
        for id, heading, blocks in parts
        if _has_words(blocks) or id in ("tasks", "mandates", "offices")
    ]


def _has_words(blocks: tree.Blocks) -> bool:
    return any(True for _ in tree.words_of(blocks))


def _list(lines: Sequence[Inlines]) -> tree.ItemList:
    return ItemList(tuple(ListItem((tree.Paragraph(line),)) for line in lines))


def _table(then: SiteView, head: Sequence[str], rows: list[list[Inlines]]) -> tree.Blocks:
    if not rows:
        return ()
    return (
        Table(
            tuple(Cell((Text(then.labels[key]),)) for key in head),
            tuple(tuple(Cell(inlines) for inlines in row) for row in rows),
            (1 / len(head),) * len(head),
        ),
    )


def _by_name(then: SiteView, records: Sequence[Record]) -> list[Record]:
    named = sorted((then.name(one).casefold(), one.id, index) for index, one in enumerate(records))
    return [records[index] for _, _, index in named]


def _tasks(then: SiteView) -> tree.Blocks:
    rows = [
        [then.link(task), then.listed([_link(then, one) for one in then.as_of.holders(task)])]
        for task in _by_name(then, then.as_of.living(Task))
        if isinstance(task, Task) and then.as_of.holders(task)
    ]
    return _table(then, ("task", "task_who"), rows)


def _versions(then: SiteView, versions: list[MandateVersion]) -> tree.Blocks:
    lines = [
        (*then.link(version), Text(f" ({then.labels.period(version.in_force)})"))
        for version in versions
    ]
    return (_list(lines),)


def _roles(then: SiteView) -> tree.Blocks:
    rows = [
        [_link(then, role), then.party(role.holder)]
        for role in _by_name(then, then.as_of.living(Role))
        if isinstance(role, Role)
    ]
    return _table(then, ("role", "held_by"), rows)


def _offices(then: SiteView) -> tree.Blocks:
    rows = [
        [_link(then, office), then.party(office.organisation)]
        for office in _by_name(then, then.as_of.living(Office))
        if isinstance(office, Office)
    ]
    return _table(then, ("office", "organisation"), rows)


def _networks(then: SiteView) -> tree.Blocks:
    rows = [
        [
            _link(then, network),
            then.party(network.convener),
            (Text(then.labels.count("members", len(then.as_of.members(network)))),),
        ]
        for network in _by_name(then, then.as_of.living(Network))
        if isinstance(network, Network)
    ]
    return _table(then, ("network", "convener", "members"), rows)


def _plain(then: SiteView, records: Sequence[Record]) -> tree.Blocks:
    return (_list([_link(then, one) for one in _by_name(then, records)]),)


def _is_renamed(record: Record, then: SiteView, today: SiteView) -> bool:
    name, name_today = then.as_of.name(record), today.as_of.name(record)
    return name is not name_today and name != name_today


def _names(then: SiteView) -> tree.Blocks:
    """Names of the day that are not those of today."""
    today = then.on(then.settings.today)
    renamed = [
        [record for record in then.as_of.living(cls) if _is_renamed(record, then, today)]
        for cls in (Organisation, Role, Network)
    ]
    rows = [
        [then.name_inlines(record), today.link(record)]
        for records in renamed
        for record in _by_name(then, records)
    ]
    return _table(then, ("name_then", "name_today"), rows)
