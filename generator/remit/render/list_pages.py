"""The records of a kind → the list of them, in several pages where it is long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from markupsafe import Markup

from remit.model.addresses import DIRECTORY
from remit.model.records import (
    BY_KIND,
    Area,
    Contact,
    ContactFor,
    Guidance,
    Mandate,
    Network,
    Organisation,
    Partner,
    Record,
    Transfer,
)
from remit.render.county_map import countries
from remit.render.directory import all_members, network_groups, partner_groups
from remit.render.find_help import contact_filters
from remit.render.page import Entry, Page, PageHead, Site
from remit.render.site_view import SiteView

FOLLOW_UP = "assignments"
"""The kind of document that the list of assignments offers."""
Groups = list[tuple[str, str, list[Record]]]
"""Records below headings: words, id, records."""
LIST_ENTRIES = 250
"""How many records a page of a list has at most."""


class ListPages:
    """The lists of the records of a kind, in the order in which readers look for them."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def list_pages(self, kind: str) -> Iterator[Page]:
        """The list of a kind's records; a long one in several pages, all named on each."""
        cls = BY_KIND[kind]
        view, labels = self.site.view(cls.FOLDER), self.site.labels
        records = sorted(self.site.register.all(cls), key=lambda one: self.sort_key(view, one))
        title, intro = labels.kind(kind, "many"), labels.kind(kind, "intro")
        head = PageHead(
            trail=[],
            kicker="",
            heading=Markup.escape(title),
            lead=Markup.escape(intro),
            upkeep=self.site.reviewed_since(self.site.register.reviewed_since(cls)),
        )
        first = Page(self.site.language, cls.FOLDER, title, intro, cls.FOLDER, "")
        if kind == "contact":
            inner = view.render(
                "contacts.html",
                page=head,
                groups=self._contacts(view, records),
                filters=contact_filters(view),
                is_empty=not records,
            )
            yield replace(first, html=str(inner))
        elif kind == "area":
            inner = view.render("areas.html", page=head, **self._areas(view, records))
            yield replace(first, html=str(inner))
        else:
            if kind == "partner":
                head = replace(head, lead=head.lead + " " + labels["partners_grouped"])
            pieces = list(divided(self._groups(view, kind, records)))
            starts = [(path_of_piece(cls.FOLDER, at), one[0][2][0]) for at, one in pieces if one]
            for number, groups in pieces:
                yield self._list_piece(first, kind, head, number, groups, starts)

    def _list_piece(
        self,
        first: Page,
        kind: str,
        head: PageHead,
        number: int,
        groups: Groups,
        starts: list[tuple[str, Record]],
    ) -> Page:
        labels, path = self.site.labels, path_of_piece(first.path, number)
        view, title = self.site.view(path), first.title
        if number > 1:
            title = labels.get("list_page", list=title, number=number, of=len(starts))
            head = replace(
                head, heading=Markup.escape(title), trail=[(first.title, BY_KIND[kind].FOLDER)]
            )
        at_head = number == 1
        inner = view.render(
            "list.html",
            page=head,
            groups=[
                (heading, id, [self.entry(view, record) for record in records])
                for heading, id, records in groups
            ],
            ways=[(labels["directory"], view.href(DIRECTORY))]
            if kind == "network" and at_head
            else [],
            downloads=self.site.register_downloads(view, FOLLOW_UP)
            if kind == "assignment" and at_head
            else None,
            is_empty=not groups,
            pieces=[
                (view.html(view.name_inlines(record)), view.href(other), other == path)
                for other, record in starts
            ]
            if len(starts) > 1
            else [],
        )
        return replace(first, path=path, title=title, html=str(inner), searched=at_head)

    def _areas(self, view: SiteView, records: list[Record]) -> dict[str, object]:
        """The countries with their maps, and the areas that are on none of them."""
        found = countries(view)
        shown = [one.area for one in found] + [one.area for two in found for one in two.counties]
        drawn = {area.id for area in shown}
        rest = [self.entry(view, record) for record in records if record.id not in drawn]
        return {"countries": found, "rest": rest}

    def directory(self) -> Page:
        """Everyone who takes part in a network today, in one table."""
        view, labels = self.site.view(DIRECTORY), self.site.labels
        head = PageHead(
            trail=[(labels.kind("network", "many"), "networks")],
            kicker="",
            heading=Markup.escape(labels["directory"]),
            lead=Markup.escape(labels["directory_intro"]),
            upkeep=self.site.reviewed_since(self.site.register.reviewed_since(Network)),
        )
        inner = view.render("directory.html", page=head, members=all_members(view))
        return Page(
            self.site.language,
            DIRECTORY,
            labels["directory"],
            labels["directory_intro"],
            "networks",
            str(inner),
        )

    def sort_key(self, view: SiteView, record: Record) -> tuple[object, ...]:
        order = record.order if isinstance(record, Guidance) else 0
        emergency = 0 if isinstance(record, Contact) and record.emergency else 1
        return (view.has_ended(record), emergency, order, view.name(record).casefold(), record.id)

    def _contacts(
        self, view: SiteView, records: list[Record]
    ) -> list[tuple[str, str, list[Contact]]]:
        labels = self.site.labels
        today = [one for one in records if isinstance(one, Contact) and view.as_of.exists(one)]
        rows = [
            ("contacts_emergency", "emergency", [c for c in today if c.emergency]),
            (
                "contacts_professionals",
                "professionals",
                [c for c in today if not c.emergency and c.for_ is not ContactFor.AFFECTED],
            ),
            (
                "contacts_affected",
                "affected",
                [c for c in today if not c.emergency and c.for_ is ContactFor.AFFECTED],
            ),
        ]
        return [(labels[key], id, found) for key, id, found in rows if found]

    def _groups(self, view: SiteView, kind: str, records: list[Record]) -> Groups:
        """Networks and partners in their own way; else by country where the kind has one."""
        if kind == "network":
            found = network_groups(view, [one for one in records if isinstance(one, Network)])
            return [(heading, id, [*networks]) for heading, id, networks in found]
        if kind == "partner":
            grouped = partner_groups(view, [one for one in records if isinstance(one, Partner)])
            return [(heading, id, [*partners]) for heading, id, partners in grouped]
        countries: dict[str, list[Record]] = {}
        for record in records:
            countries.setdefault(self.country(record), []).append(record)
        if len(countries) < 2:
            return [("", "", records)] if records else []
        groups = []
        for country in sorted(countries, key=lambda id: (id == "", id)):
            area = self.site.register.get(Area, country)
            heading = view.name(area) if area else self.site.labels["both_countries"]
            groups.append((heading, f"in-{country or 'both'}", countries[country]))
        return groups

    def country(self, record: Record) -> str:
        """The country a record belongs to, as far as it says: its own, or its holder's."""
        if isinstance(record, Area):
            return record.within or record.id
        for field_name in _leading_to_country(type(record)):
            target = getattr(record, field_name)
            if field_name == "country" and target:
                return str(target)
            found = self.site.register.party(target) if target else None
            if field_name == "area" and target:
                found = self.site.register.get(Area, target)
            if found is not None and found is not record:
                return self.country(found)
        if isinstance(record, Mandate):
            issuer = self.site.register.follow(Organisation, record.issued_by[0])
            return issuer.country if issuer else ""
        if isinstance(record, Transfer):
            giver = self.site.register.party(record.from_[0])
            return self.country(giver) if giver else ""
        return ""

    def entry(self, view: SiteView, record: Record) -> Entry:
        short = view.as_of.short(record)
        also = [view.words(short)] if short else []
        if isinstance(record, Network) and view.as_of.exists(record):
            also.append(self.site.labels.count("members", len(view.as_of.members(record))))
        return Entry(
            link=view.linked(record),
            summary=view.html(view.summary(record)),
            also=" · ".join(also),
            badge=self.site.labels["ended"] if view.has_ended(record) else "",
        )


def path_of_piece(folder: str, number: int) -> str:
    """The address of a list's page, from 1; only the first is promised to last."""
    return folder if number == 1 else f"all/{folder}-{number}"


def divided(groups: Groups) -> Iterator[tuple[int, Groups]]:
    """Pieces of at most LIST_ENTRIES records, numbered from 1, each record below its heading."""
    rows = [(at, record) for at, (_, _, records) in enumerate(groups) for record in records]
    for number, start in enumerate(range(0, len(rows) or 1, LIST_ENTRIES), 1):
        piece: dict[int, list[Record]] = {}
        for at, record in rows[start : start + LIST_ENTRIES]:
            piece.setdefault(at, []).append(record)
        yield number, [(*groups[at][:2], records) for at, records in piece.items()]


@cache
def _leading_to_country(cls: type[Record]) -> list[str]:
    """What records of a class say that leads to a country, the nearest first."""
    names = ("country", "holder", "organisation", "of", "between", "service", "convener", "area")
    return [name for name in names if name in cls.model_fields]
