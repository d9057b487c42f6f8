"""The whole register → the pages that lead into it and sum it up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from markupsafe import Markup

from remit.model.addresses import (
    CHANGES,
    DIRECTORY,
    RELATIONS,
    TIMELINE,
    address_of_day,
    address_of_year,
)
from remit.model.duties import FOLDER as DUTY
from remit.model.history import ON_DATES
from remit.model.records import (
    BY_KIND,
    Audience,
    AudienceKind,
    Contact,
    Guidance,
    Mandate,
    Network,
    Record,
    Role,
    Task,
    Transfer,
)
from remit.render import tree
from remit.render.date_pages import DateHead, date_list, date_page, year_page
from remit.render.duty_pages import DutyPages
from remit.render.feeds import latest
from remit.render.figures import Overview, relations_page, timeline_pages
from remit.render.list_pages import ListPages
from remit.render.page import LISTED_KINDS, Entry, Page, PageHead, Site, follow, shortened
from remit.render.site_view import SiteView

HOME_ENTRIES = 20
"""How many contacts, guidance pages and transfers the home page names; their lists have all."""
COMING = 50
"""How many of the days to come are listed."""


class OverviewPages:
    """The pages on the whole register: the way in, what changed and when, pictures, duties."""

    def __init__(self, site: Site, lists: ListPages) -> None:
        self.site, self.lists = site, lists

    def home(self) -> Page:
        view, labels = self.site.view(""), self.site.labels
        contacts = view.as_of.living(Contact)
        helplines = [
            c
            for c in contacts
            if not c.emergency and c.phone and c.hours and isinstance(self._holder(c), Role)
        ]
        guidance = sorted(
            self.site.register.all(Guidance), key=lambda one: self.lists.sort_key(view, one)
        )
        audiences, affected = (
            sorted(
                (one for one in self.site.register.all(Audience) if one.kind is kind),
                key=lambda one: view.name(one).casefold(),
            )
            for kind in (AudienceKind.PROFESSION, AudienceKind.AFFECTED)
        )
        choices = [
            (labels[f"choice_{folder}"], labels[f"choice_{folder}_text"], folder)
            for folder, has_any in self._choices(view)
            if has_any
        ]
        head = PageHead(
            trail=[],
            kicker="",
            heading=Markup.escape(labels["home_heading"]),
            upkeep=self.site.oldest_review(None),
        )
        transfers = sorted(self.site.register.all(Transfer), key=lambda one: one.date, reverse=True)
        lead = self.site.settings.site_summary.get(self.site.language) or labels["home_lead"]
        inner = view.render(
            "home.html",
            page=head,
            lead=lead,
            emergency=[c for c in contacts if c.emergency],
            contacts=helplines[:HOME_ENTRIES],
            all_contacts=view.html((tree.Link((tree.Text(labels["all_contacts"]),), "contacts"),)),
            audiences=audiences,
            affected=view.html(view.listed([view.link(one) for one in affected])),
            guidance=[self.lists.entry(view, one) for one in guidance[:HOME_ENTRIES]],
            transfers=transfers[:HOME_ENTRIES],
            overviews=self._overviews(),
            choices=choices,
        )
        return Page(
            self.site.language,
            "",
            self.site.settings.site_name[self.site.language],
            lead,
            "",
            str(inner),
        )

    def _choices(self, view: SiteView) -> list[tuple[str, bool]]:
        """The lists that the home page leads to, each with whether there is anything in it."""
        kinds = (Contact, Guidance, Role, Mandate, Network, Task)
        found = [(cls.FOLDER, bool(self.site.register.all(cls))) for cls in kinds]
        return [found[0], (DUTY, bool(view.as_of.duties.countries)), *found[1:]]

    def _holder(self, contact: Contact) -> Record | None:
        return self.site.register.party(contact.of)

    def everything(self) -> Page:
        """The list of lists: every kind, with how many records it has."""
        view, labels = self.site.view("all"), self.site.labels
        entries = []
        for kind in LISTED_KINDS:
            number = len(self.site.register.all(BY_KIND[kind]))
            link = view.html(
                (tree.Link((tree.Text(labels.kind(kind, "many")),), BY_KIND[kind].FOLDER),)
            )
            entries.append(
                Entry(
                    link=link,
                    summary=Markup.escape(labels.kind(kind, "intro")),
                    also=labels.count("records", number),
                )
            )
        head = PageHead(
            trail=[],
            kicker="",
            heading=Markup.escape(labels["everything"]),
            lead=Markup.escape(labels["everything_intro"]),
            upkeep=self.site.oldest_review(None),
        )
        guide = [(labels["duty_guide"], labels["duty_lead"], DUTY)]
        guides = guide if view.as_of.duties.countries else []
        for title, intro, folder in [*guides, *self._overviews()]:
            link = view.html((tree.Link((tree.Text(title),), folder),))
            entries.append(Entry(link=link, summary=Markup.escape(intro)))
        inner = view.render(
            "list.html",
            page=head,
            groups=[("", "", entries)],
            is_empty=False,
            ways=[],
            pieces=[],
            downloads=self.site.register_downloads(view),
        )
        return Page(
            self.site.language,
            "all",
            labels["everything"],
            labels["everything_intro"],
            "all",
            str(inner),
        )

    def _overviews(self) -> list[tuple[str, str, str]]:
        """(title, sentence, address) of the pages on the whole register."""
        t = self.site.labels
        return [
            (t["dates"], t["dates_intro"], ON_DATES),
            (t["changes"], t["changes_intro"], CHANGES),
            (t["directory"], t["directory_intro"], DIRECTORY),
            (t["timeline"], t["timeline_intro"], TIMELINE),
            (t["relations"], t["relations_intro"], RELATIONS),
        ]

    def timeline(self) -> Iterator[Page]:
        """The timeline of the whole register."""
        for made in timeline_pages(self.site.view(TIMELINE), self.lists.country):
            yield self._overview(made)

    def relations(self) -> Page:
        """Who works with whom in the whole register."""
        return self._overview(relations_page(self.site.view(RELATIONS), self.lists.country))

    def _overview(self, made: Overview) -> Page:
        head = PageHead(
            trail=list(made.above),
            kicker="",
            heading=Markup.escape(made.title),
            lead=Markup.escape(made.intro),
        )
        inner = self.site.view(made.path).render(
            "overview.html",
            page=head,
            parts=made.parts,
            ways=made.ways,
            is_empty=not (made.parts or made.ways),
        )
        return Page(self.site.language, made.path, made.title, made.intro, "pictures", str(inner))

    def changes(self) -> Page:
        """How to follow the register, what is due next and what changed last."""
        view, labels = self.site.view(CHANGES), self.site.labels
        shown = latest(self.site.register, self.site.settings, self.site.language, COMING)
        head = PageHead(
            trail=[],
            kicker="",
            heading=Markup.escape(labels["changes"]),
            lead=Markup.escape(labels["changes_intro"]),
        )
        inner = view.render(
            "changes.html",
            page=head,
            follow=follow(view, "", calendar=shown.has_calendar),
            coming=shown.coming,
            news=shown.news,
        )
        return Page(
            self.site.language,
            CHANGES,
            labels["changes"],
            labels["changes_intro"],
            CHANGES,
            str(inner),
        )

    def date_list(self) -> Page:
        head, inner = date_list(self.site.view(ON_DATES))
        return Page(self.site.language, ON_DATES, head.heading, head.lead, "all", str(inner))

    def year(self, year: int) -> Page:
        path = address_of_year(year)
        head, inner = year_page(self.site.view(path), year)
        return self._dated(path, head, inner)

    def date(self, day: date) -> Page:
        path, known = address_of_day(day), self.site.register.calendar.on(day)
        head, inner = date_page(self.site.view(path), known, day, self.site.oldest_review)
        return self._dated(path, head, inner)

    def _dated(self, path: str, head: DateHead, inner: Markup) -> Page:
        return Page(
            self.site.language, path, head.heading, head.lead, "all", str(inner), searched=False
        )

    def duty(self, about: str) -> Iterator[Page]:
        """The guide to what one must do: pages of one branch."""
        guide = self.site.register.as_of(self.site.settings.today).duties
        guide_pages = DutyPages(
            guide, self.site.view, self.site.oldest_review, self.site.reviewed_since
        )
        for page in guide_pages.pages(about):
            description = shortened(page.description)
            yield Page(
                self.site.language,
                page.path,
                page.title,
                description,
                "guidance",
                page.html,
                searched=page.searched,
                sensitive=True,
            )
