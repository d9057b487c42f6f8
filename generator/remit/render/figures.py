"""Pictures with their captions, legends and tables, as parts of pages and as pages of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from remit.model.records import Area, Record, Role, address_of
from remit.model.relations import Relation
from remit.render.html import legend as legend_items
from remit.render.relations_picture import (
    arc_picture,
    relation_legend,
    relation_table,
    ring_picture,
    ring_table,
    rings,
    shown_in_picture,
)
from remit.render.site_view import SiteView
from remit.render.timeline import Chapter, Group, Timeline, chapters, timeline, timeline_of
from remit.render.timeline_picture import timeline_legend, timeline_pictures, timeline_table
from remit.render.tree import Table

LINES_PER_PAGE = 300
"""Lines of the whole register's timeline on one page; more are divided over several pages."""
Part = tuple[str, str, Markup]
"""(id, heading, HTML) of a part of a page."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A page that is mostly a picture. `ways` lead on to further ones: (words, address)."""

    path: str
    title: str
    intro: str
    parts: tuple[Part, ...]
    ways: tuple[tuple[str, str], ...] = ()
    above: tuple[tuple[str, str], ...] = ()
    """(words, address) of the page that it belongs below."""


def time_part(view: SiteView, record: Record) -> list[Part]:
    """The record's timeline, where it has one."""
    found = timeline_of(view, record)
    if found is None:
        return []
    return [("over-time", view.labels["over_time"], _timeline_figure(view, found, "remit-time"))]


def relations_part(view: SiteView, record: Record) -> list[Part]:
    """The graph around a role, where it has neighbours; for an ended role, on its last day."""
    if not isinstance(record, Role):
        return []
    life = view.register.life(record)
    then = view.on(max(min(view.day, life.last), life.first))
    found = view.register.relations.of(record, then.day)
    if not found:
        return []
    around = rings(then, record, found)
    made = _figure(
        then,
        "remit-relations",
        [ring_picture(then, record, around, "remit-relations")],
        relation_legend(then, found),
        ring_table(then, around),
        then.labels["relations_caption"],
    )
    heading = view.labels["relations_here"]
    return [("relations", heading, made)]


def _timeline_figure(view: SiteView, found: Timeline, id: str) -> Markup:
    return _figure(
        view,
        id,
        timeline_pictures(view, found, id),
        timeline_legend(view, found, f"{id}-1"),
        timeline_table(view, found),
        view.labels["timeline_caption"],
        beside=False,
    )


def _figure(
    view: SiteView,
    id: str,
    pictures: Sequence[Markup],
    legend: Sequence[tuple[Markup, str]],
    table: Table,
    caption: str,
    *,
    beside: bool = True,
) -> Markup:
    """`beside`: the table stands at the picture's side where the page is wide."""
    return view.render(
        "figure.html",
        beside=beside,
        id=id,
        caption=caption.format(day=view.labels.day(view.day)),
        legend=legend_items(tuple(legend)),
        pictures=pictures,
        table=view.block_html((table,)),
    )


# --- pages of their own ---


def relations_page(view: SiteView, country_of: Callable[[Record], str]) -> Overview:
    """Who works with, reports to and refers to whom: a picture and a table for each country."""
    labels = view.labels
    countries: dict[str, list[Relation]] = {}
    every = view.register.relations.whole(view.day)
    for _, said in groupby(every, key=lambda one: address_of(one.giver)):
        together = [*said]
        countries.setdefault(country_of(together[0].giver), []).extend(together)
    parts = []
    for country in sorted(countries, key=lambda id: (id == "", id)):
        shown = shown_in_picture(countries[country])
        name, id = _country(view, country), f"remit-relations-{country or 'both'}"
        whole = len(shown) == len(countries[country])
        caption = labels["relations_caption" if whole else "relations_some_caption"]
        figure = _figure(
            view,
            id,
            [arc_picture(view, name, shown, id)],
            relation_legend(view, shown),
            relation_table(view, shown),
            caption,
        )
        parts.append((f"in-{country or 'both'}", name, figure))
    return Overview("relations", labels["relations"], labels["relations_intro"], tuple(parts))


def timeline_pages(view: SiteView, country_of: Callable[[Record], str]) -> Iterator[Overview]:
    """The whole register's timeline: one page, or several where it is long."""
    labels = view.labels
    found = chapters(view, country_of)
    title, intro = labels["timeline"], labels["timeline_intro"]
    if sum(len(chapter.group.lines) for chapter in found) <= LINES_PER_PAGE:
        parts = []
        for country, of_country in groupby(found, key=lambda chapter: chapter.country):
            groups = [chapter.group for chapter in of_country]
            parts += _whole_part(view, country, groups)
        yield Overview("timeline", title, intro, tuple(parts))
        return
    pages = []
    for chapter, number, group in _divided(found):
        path = f"timeline/{chapter.country or 'both'}-{chapter.folder}"
        name = f"{_country(view, chapter.country)}: {group.heading}"
        if number > 1:
            path, name = f"{path}-{number}", f"{name} ({number})"
        made = _whole_part(replace(view, path=path), chapter.country, [group])
        if made:
            above = ((title, "timeline"),)
            pages.append(Overview(path, f"{title}: {name}", intro, tuple(made), above=above))
    ways = tuple((page.title, page.path) for page in pages)
    yield Overview("timeline", title, intro, (), ways)
    yield from pages


def _divided(found: Sequence[Chapter]) -> Iterator[tuple[Chapter, int, Group]]:
    """Each chapter in pieces of at most LINES_PER_PAGE lines, numbered from 1."""
    for chapter in found:
        lines = chapter.group.lines
        for number, start in enumerate(range(0, len(lines), LINES_PER_PAGE), 1):
            piece = lines[start : start + LINES_PER_PAGE]
            yield chapter, number, Group(chapter.group.heading, piece)


def _whole_part(view: SiteView, country: str, groups: Sequence[Group]) -> list[Part]:
    name = _country(view, country)
    found = timeline(view, name, groups)
    if found is None:
        return []
    id = country or "both"
    return [(f"in-{id}", name, _timeline_figure(view, found, f"remit-time-{id}"))]


def _country(view: SiteView, country: str) -> str:
    area = view.register.get(Area, country)
    return view.name(area) if area else view.labels["both_countries"]
