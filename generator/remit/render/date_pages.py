"""The organisation on each day it changed: a page per change date, and the list of them.

In a large register the list is divided by years, and a day's page shows what changed; the last of
each year shows the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from markupsafe import Markup

from remit.model.addresses import address_of_day, address_of_year
from remit.model.day_lists import Called, Row, Rows
from remit.model.history import ON_DATES, Change, DayOfChange, Turn
from remit.model.records import (
    Contact,
    Mandate,
    MandateVersion,
    Network,
    Office,
    Organisation,
    Record,
    Role,
    Task,
    Transfer,
)
from remit.model.values import FIRST_DAY, ONE_DAY, Period, Precision
from remit.render import html, tree
from remit.render.labels import labels_for
from remit.render.site_view import SiteView, relative_href
from remit.render.tree import Inlines, ItemList, ListItem, Text
from remit.render.view import listed, named


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


Part = tuple[str, str, Markup]
"""Its id, its heading, what it shows."""


def date_page(
    view: SiteView,
    known: DayOfChange,
    day: date,
    reviewed: Callable[[Iterable[Record] | None], list[tuple[str, Markup]]],
) -> tuple[DateHead, Markup]:
    """Head and inner HTML of the page on `day`: the whole organisation, or what changed."""
    labels, then = view.labels, view.on(day)
    state = "past" if day < view.day else "future" if day > view.day else "today"
    to_home = view.html((tree.Link((Text(labels["how_it_is_today"]),), ""),))
    notice = Markup.escape(labels[f"date_{state}"]) + " " + to_home
    title = labels.get("organisation_on", day=labels.day(day))
    about = None if known.is_whole else [one.record for one in known.changes]
    head = DateHead(
        trail=[(labels["dates"], ON_DATES)],
        kicker=labels["dates"],
        heading=title,
        lead=labels["date_lead" if known.is_whole else "date_lead_changes"],
        notices=[("past" if state == "past" else "info", notice)],
        upkeep=reviewed(about),
    )
    changes = [statement(then, one) for one in known.changes]
    parts = []
    if changes or not known.is_whole:
        unchanged = (tree.Paragraph((Text(labels["date_unchanged"]),)),)
        shown = then.block_html((_list(changes),) if changes else unchanged)
        parts.append(("changes", labels["date_changes"], shown))
    if known.is_whole:
        parts += _parts(then)
    return head, view.render("date.html", page=head, near=_near(view, known), parts=parts)


def _near(view: SiteView, known: DayOfChange) -> list[tuple[str, str, str]]:
    """(words, day, address) of the days beside this one, and of those that show the whole."""
    beside = {"date_before": known.before, "date_after": known.after}
    if not known.is_whole:
        beside |= {"date_whole_before": known.whole_before, "date_whole_after": known.whole_after}
    labels = view.labels
    return [
        (labels[key], labels.day(day), view.href(address_of_day(day)))
        for key, day in beside.items()
        if day
    ]


def date_list(view: SiteView) -> tuple[DateHead, Markup]:
    """Head and inner HTML of the list of all change dates with what changed on each; in a large
    register, of the years."""
    labels, calendar = view.labels, view.register.calendar
    lead = labels["dates_intro_years" if calendar.is_large else "dates_intro"]
    head = DateHead(trail=[], kicker="", heading=labels["dates"], lead=lead, notices=[])
    if calendar.is_large:
        years = [
            (year, view.href(address_of_year(year)), labels.count("changes", number))
            for year, number in calendar.numbers().items()
        ]
        return head, view.render("years.html", page=head, years=years)
    return head, view.render("dates.html", page=head, years=_by_year(view, calendar.changes))


def year_page(view: SiteView, year: int) -> tuple[DateHead, Markup]:
    """Head and inner HTML of the list of a year's change dates with what changed on each."""
    labels, calendar = view.labels, view.register.calendar
    head = DateHead(
        trail=[(labels["dates"], ON_DATES)],
        kicker=labels["dates"],
        heading=labels.get("changes_in_year", year=year),
        lead=labels["changes_in_year_intro"],
        notices=[],
    )
    years = [*calendar.numbers()]
    at = years.index(year)
    near = [
        (labels[key], str(years[place]), view.href(address_of_year(years[place])))
        for key, place in (("date_before", at + 1), ("date_after", at - 1))
        if 0 <= place < len(years)
    ]
    days = _days(view, calendar.in_year(str(year)))
    return head, view.render("year.html", page=head, days=days, near=near)


def _by_year(
    view: SiteView, changes: Mapping[date, Sequence[Change]]
) -> list[tuple[str, list[tuple[Markup, Markup]]]]:
    """By year, the latest first: its days."""
    years: dict[int, dict[date, Sequence[Change]]] = {}
    for day in sorted(changes, reverse=True):
        years.setdefault(day.year, {})[day] = changes[day]
    return [(str(year), _days(view, days)) for year, days in years.items()]


def _days(view: SiteView, changes: Mapping[date, Sequence[Change]]) -> list[tuple[Markup, Markup]]:
    """The days, the latest first: a link to each, and what changed on it."""
    found = []
    for day in sorted(changes, reverse=True):
        link = view.html((tree.Link((Text(view.labels.day(day)),), address_of_day(day)),))
        lines = [statement(view, one) for one in changes[day]]
        found.append((link, view.on(day).block_html((_list(lines),))))
    return found


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


def _parts(then: SiteView) -> list[Part]:
    """The whole organisation as it stood."""
    of, languages, today = then.as_of.lists, " ".join(then.languages), then.settings.today
    networks, renamed = ("network", "convener", "members"), ("name_then", "name_today")
    parts = (
        _part(then, "date_tasks", Task, of.of(Task, languages, today), ("task", "task_who")),
        _part(then, "date_mandates", Mandate, of.in_force(languages, today)),
        _part(then, "date_roles", Role, of.of(Role, languages, today), ("role", "held_by")),
        _part(
            then,
            "date_offices",
            Office,
            of.of(Office, languages, today),
            ("office", "organisation"),
        ),
        _part(then, "date_networks", Network, of.of(Network, languages, today), networks),
        _part(then, "date_contacts", Contact, of.of(Contact, languages, today)),
        _part(then, "date_names", Organisation, of.renamed(languages, today), renamed),
        _part(then, "date_organisations", Organisation, of.of(Organisation, languages, today)),
    )
    return [part for part in parts if part]


def _part(
    then: SiteView, heading: str, listed_with: type[Record], found: Rows, head: tuple[str, ...] = ()
) -> Part | None:
    """What there was of one kind, as a table with this head or as a list; its number, and where to
    find them, when there are too many.

    Of some kinds it is worth saying that there was none.
    """
    labels, number, id = then.labels, found.number, heading.removeprefix("date_")
    if not number and id not in ("tasks", "mandates", "offices"):
        return None
    if not number:
        shown = then.block_html((tree.Paragraph((Text(labels["date_none"]),)),))
    elif head:
        rows = [_table_row(then.language, then.up, head, row) for row in found.rows]
        shown = html.table([labels[key] for key in head], rows)
    else:
        shown = html.listed([_line(then.language, then.up, row) for row in found.rows])
    if number and not found.rows:
        words = f"{labels.count('records', number)}. {labels['date_many']} "
        kind = labels.kind(listed_with.KIND, "many")
        link = tree.Link((Text(kind),), listed_with.FOLDER)
        shown = then.block_html((tree.Paragraph((Text(words), link, Text("."))),))
    return id, labels[heading], shown


@lru_cache(maxsize=32768)
def _table_row(language: str, up: str, head: tuple[str, ...], row: Row) -> str:
    """Most rows are those of other days as well."""
    labels = labels_for(language)
    beside = listed([_linked(one, language) for one in row.beside], language)
    cells = [_linked(row.about, language), beside]
    if row.members is not None:
        cells.append((Text(labels.count("members", row.members)),))
    return html.row(cells, [labels[key] for key in head], partial(relative_href, up))


@lru_cache(maxsize=32768)
def _line(language: str, up: str, row: Row) -> str:
    line = _linked(row.about, language)
    if row.in_force:
        line = (*line, Text(f" ({labels_for(language).period(Period.written(*row.in_force))})"))
    return html.inlines(line, partial(relative_href, up))


def _linked(one: Called, language: str) -> Inlines:
    name = named(one.words, one.language, language)
    return (tree.Link(name, one.address),) if one.address else name


def _list(lines: Sequence[Inlines]) -> tree.ItemList:
    return ItemList(tuple(ListItem((tree.Paragraph(line),)) for line in lines))
