"""Register → the pages of the site in one language, as plain data. Knows no host.

Addresses are the same in every language and last: `<language>/<folder>/<id>/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property, partial

from markupsafe import Markup

from remit.model.addresses import (
    CHANGES,
    DIRECTORY,
    EVERYTHING,
    RELATIONS,
    TIMELINE,
    address_of_changes,
    address_of_day,
    address_of_year,
    answering,
    leads_to,
)
from remit.model.duties import FOLDER as DUTY
from remit.model.events import is_in_calendar
from remit.model.history import (
    FOLLOWED,
    ON_DATES,
    day_of,
    released_days,
    versions_of,
)
from remit.model.reading import ANY, index, note_kind
from remit.model.record_list import NO_PAGE_OF_ITS_OWN, kind_and_key
from remit.model.records import (
    BY_KIND,
    Area,
    Audience,
    AudienceKind,
    Contact,
    ContactFor,
    Guidance,
    Mandate,
    MandateVersion,
    Network,
    Organisation,
    Partner,
    Record,
    Redirect,
    Role,
    Task,
    Transfer,
)
from remit.model.register import Register, address_of
from remit.model.site_files import NO_FILES, WHOLE, SiteFiles, file_name
from remit.model.templates import Subject
from remit.model.values import Period, Source, TranslationState
from remit.render import tree
from remit.render.county_map import countries
from remit.render.date_pages import DateHead, date_list, date_page, year_page
from remit.render.directory import all_members, network_groups, partner_groups
from remit.render.downloads import Downloads, downloads, in_every_format, offered_files
from remit.render.duty_pages import DutyPages, duty_names
from remit.render.feeds import CALENDAR_FILE, FEED_FILE, latest
from remit.render.figures import (
    Overview,
    relations_page,
    relations_part,
    time_part,
    timeline_pages,
)
from remit.render.find_help import contact_filters
from remit.render.glossary import explained
from remit.render.html import moved_links
from remit.render.labels import labels_for, own_name
from remit.render.mandate_document import (
    MandateParts,
    mandate_parts,
    naming_day,
    version_day,
)
from remit.render.moved import moved_page, trail_of
from remit.render.record_views import RecordView, record_view
from remit.render.review_pages import (
    REVIEWS,
    address_of_review,
    review_list,
    review_page,
    reviewed_records,
    shown_name,
)
from remit.render.site_view import SiteView, environment
from remit.render.tree import Text
from remit.settings import Settings

LISTED_KINDS = (
    "guidance",
    "duty",
    "contact",
    "role",
    "mandate",
    "organisation",
    "network",
    "partner",
    "task",
    "transfer",
    "assignment",
    "legal-basis",
    "office",
    "category-set",
    "term",
    "audience",
    "area",
)
NAVIGATION = ("contact", "guidance", "role", "mandate", "organisation", "network")
SAFETY_PAGE = "guidance/browse-safely"
"""What the quick exit does and what it cannot do; linked beside it where the register has it."""
FOLLOW_UP = "assignments"
"""The kind of document that the list of assignments offers."""
Groups = list[tuple[str, str, list[Record]]]
"""Records below headings: words, id, records."""
HOME_ENTRIES = 20
"""How many contacts, guidance pages and transfers the home page names; their lists have all."""
LIST_ENTRIES = 250
"""How many records a page of a list has at most."""
COMING = 50
"""How many of the days to come are listed."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: where it lies below the language's prefix, its frame's data, its inner HTML."""

    language: str
    path: str
    title: str
    description: str
    section: str
    """Folder of the navigation entry that it belongs to."""
    html: str
    source: str = ""
    """Path of the file that it is made of, for the edit link."""
    listed: bool = True
    """Whether it stands in the site map and search engines may show it."""
    searched: bool = True
    """Whether the site's search finds it."""
    framed: bool = True
    """Whether the site's frame goes round it; else `html` is the whole page."""
    sensitive: bool = False
    """Whether someone at risk may read it over another's shoulder: it has a quick exit."""

    @property
    def depth(self) -> int:
        """Folders between the page and the site's root."""
        return 1 + (self.path.count("/") + 1 if self.path else 0)

    @property
    def file(self) -> str:
        """Path of its file below the site's root."""
        return "/".join(part for part in (self.language, self.path, "index.html") if part)


@dataclass(frozen=True, slots=True)
class _Head:
    """What every template needs at the page's head and foot."""

    trail: list[tuple[str, str]]
    kicker: str
    heading: Markup
    also: str = ""
    lead: Markup = field(default_factory=Markup)
    notices: list[tuple[str, str | Markup]] = field(default_factory=list)
    sources: Sequence[Source] = ()
    upkeep: list[tuple[str, Markup]] = field(default_factory=list)

    def moved(self, up: str, new: str) -> _Head:
        """The same for a page from which the way up is another one."""
        return replace(
            self,
            lead=moved_links(self.lead, up, new),
            notices=[
                (style, moved_links(said, up, new) if isinstance(said, Markup) else said)
                for style, said in self.notices
            ],
            upkeep=[(label, moved_links(said, up, new)) for label, said in self.upkeep],
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    link: Markup
    summary: Markup
    also: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class PageJob:
    """Makes one page, or a few that share what they are made of; where they are written, which may
    be another process."""

    language: str
    about: str
    """The address of the record or list that its pages are about; the same from build to build."""
    make: Callable[[], Iterable[Page]]

    @property
    def name(self) -> str:
        """No other job has it."""
        return f"{self.language}/{self.about}"


def site_pages(
    register: Register, settings: Settings, language: str, files: SiteFiles = NO_FILES
) -> Iterator[Page]:
    """Every page of one language, made here and now."""
    for job in page_jobs(register, settings, language, files):
        yield from job.make()


def page_jobs(
    register: Register, settings: Settings, language: str, files: SiteFiles = NO_FILES
) -> list[PageJob]:
    """The making of every page of one language: the home page, a list per kind, a page per record.

    `files` are the documents that the site has: no page offers another.
    """
    jobs = PageJobs(register, settings, language, files)
    return [jobs.job(about) for about in page_names(register, settings)]


def page_names(register: Register, settings: Settings) -> Iterator[str]:
    """What each job makes a page about, by its address: the same in every language."""
    yield from ("", EVERYTHING, CHANGES, ON_DATES)
    yield from map(address_of_year, register.calendar.years)
    yield from map(address_of_day, register.calendar.days)
    yield from (TIMELINE, RELATIONS, DIRECTORY)
    for kind in LISTED_KINDS:
        yield BY_KIND[kind].FOLDER
    note_kind(ANY)
    for address in register.addresses:
        if kind_and_key(address)[0] not in NO_PAGE_OF_ITS_OWN:
            yield address
    yield from answering(register)
    yield from duty_names(register.as_of(settings.today).duties)
    if settings.review_pages:
        yield REVIEWS


class PageJobs:
    """The making of the pages of one language, each found by what it is about: so that a few can
    be made without finding out about all."""

    def __init__(
        self, register: Register, settings: Settings, language: str, files: SiteFiles = NO_FILES
    ) -> None:
        self.register, self.language = register, language
        self.site = site = _Site(register, settings, language, files)
        self.fixed: dict[str, Callable[[], Iterable[Page]]] = {
            "": partial(_one, site.home),
            EVERYTHING: partial(_one, site.everything),
            CHANGES: partial(_one, site.changes),
            ON_DATES: partial(_one, site.date_list),
            TIMELINE: site.timeline,
            RELATIONS: partial(_one, site.relations),
            DIRECTORY: partial(_one, site.directory),
            DUTY: partial(site.duty, DUTY),
            REVIEWS: site.reviews,
            **{BY_KIND[kind].FOLDER: partial(site.list_pages, kind) for kind in LISTED_KINDS},
        }

    def job(self, about: str) -> PageJob:
        """Of one of `page_names`."""
        return PageJob(self.language, about, self.fixed.get(about) or self._make(about))

    def _make(self, about: str) -> Callable[[], Iterable[Page]]:
        above, _, day = about.rpartition("/")
        record = self.register.by_address.get(about)
        if isinstance(record, Mandate):
            return partial(self.site.mandate, record)
        if isinstance(record, Role | Organisation):
            return partial(self.site.followed, record)
        if record is not None:
            return partial(_one, self.site.record, record)
        if about.startswith(f"{DUTY}/") and about in self._duties:
            return partial(self.site.duty, about)
        if above != ON_DATES or about in self.register.redirects:
            return partial(_one, self.site.redirect, self._answering[about], about)
        if len(day) == len("2019"):
            return partial(_one, self.site.year, int(day))
        return partial(_one, self.site.date, date.fromisoformat(day))

    @index
    def _duties(self) -> frozenset[str]:
        return frozenset(duty_names(self.register.as_of(self.site.settings.today).duties))

    @index
    def _answering(self) -> dict[str, Redirect]:
        return answering(self.register)


def _one(make: Callable[..., Page], *about: object) -> list[Page]:
    return [make(*about)]


class _Site:
    def __init__(
        self, register: Register, settings: Settings, language: str, files: SiteFiles
    ) -> None:
        self.register, self.settings, self.language = register, settings, language
        self.files = files
        self.labels = labels_for(language)
        self._parts: dict[str, MandateParts] = {}
        self._bodies: dict[str, tuple[str, Markup]] = {}
        self._named: dict[str, list[tuple[str, list[Record]]]] = {}
        self._views: dict[tuple[str, date], tuple[str, RecordView]] = {}
        self._heads: dict[tuple[str, date], tuple[str, _Head]] = {}
        self._spans: dict[str, list[tuple[Period, str, str]]] = {}

    @cached_property
    def _released(self) -> Mapping[str, Sequence[date]]:
        return released_days(self.register)

    def view(self, path: str) -> SiteView:
        return SiteView(self.register, self.settings, self.language, self.settings.today, path)

    # --- one record ---

    def record(self, record: Record) -> Page:
        if isinstance(record, Guidance):
            return self._guidance(record)
        made = self._record_page(record)
        self._forget()
        return made

    def _forget(self) -> None:
        """What the pages of one record have in common is no other's."""
        self._views.clear()
        self._heads.clear()
        self._spans.clear()

    def _record_page(self, record: Record) -> Page:
        view = self.view(address_of(record))
        return self._page(view, record, self._record(view, record, self._head(view, record)))

    def _record(
        self, view: SiteView, record: Record, head: _Head, shown_version: Period | None = None
    ) -> Markup:
        shown_parts = self._view(view, record)
        if shown_version is None:
            pictures = [*relations_part(view, record), *time_part(view, record)]
            shown_parts = replace(shown_parts, parts=[*shown_parts.parts, *pictures])
        versions = self._record_versions(view, record, shown_version)
        return view.render(
            "record.html",
            record=record,
            page=head,
            shown=shown_parts,
            standing=self._standing(view, record) if shown_version is None else None,
            versions=versions,
            groups=view.named_in(record, shown_parts.hidden_back_links)
            if shown_version is None
            else [],
            downloads=self._role_downloads(view, record)
            if isinstance(record, Role) and shown_version is None
            else None,
        )

    def _view(self, view: SiteView, record: Record) -> RecordView:
        """Made once for a day: the pages of a role or organisation show much the same."""
        key = address_of(record), view.day
        if key in self._views:
            up, made = self._views[key]
            return made.moved(up, view.up)
        made = record_view(view, record)
        self._views[key] = view.up, made
        return made

    def _role_downloads(self, view: SiteView, role: Role) -> Downloads:
        offered = offered_files(view, Subject.ROLE, role)
        return downloads(view, self.files, address_of(role), offered, self.labels["downloads_here"])

    def _register_downloads(self, view: SiteView, kind: str = "") -> Downloads:
        """The documents made of the whole register, or the one of a kind."""
        offered = [
            (words, name)
            for words, name in offered_files(view, Subject.REGISTER, None)
            if not kind or name.startswith(f"{file_name(kind, None, self.language)}.")
        ]
        return downloads(view, self.files, WHOLE, offered, self.labels["downloads_here"])

    def _standing(self, view: SiteView, record: Record) -> tuple[str, str, str] | None:
        """(style, words, period) of the line that says since when the thing exists."""
        life = self.register.life(record)
        if life.is_open or not isinstance(record, FOLLOWED):
            return None
        standing = view.as_of.standing(record)
        style = {"now": "in-force", "past": "past", "future": "draft"}[standing]
        return style, self.labels[f"standing_{standing.value}"], self.labels.period(life)

    def _record_versions(
        self, view: SiteView, record: Record, shown: Period | None
    ) -> list[tuple[str, str, bool]]:
        """Each span of a role or body: dates and name, its page, whether it is shown."""
        if not isinstance(record, Role | Organisation):
            return []
        versions = self._spans_in_words(view, record)
        if len(versions) < 2:
            return []
        if shown is None:
            shown = next((one for one, _, _ in versions if one.covers(view.day)), None)
        return [(words, view.href(address), one == shown) for one, words, address in versions]

    def _spans_in_words(
        self, view: SiteView, record: Role | Organisation
    ) -> list[tuple[Period, str, str]]:
        """Each span of a role or body, the latest first, with its dates and name and the address of
        its page; found once for all of them."""
        address = address_of(record)
        if address not in self._spans:
            self._spans[address] = [
                (
                    span,
                    f"{self.labels.period(span)} – {view.name_on(day_of(span), record)}",
                    f"{address}/{day_of(span)}",
                )
                for span in reversed(self.register.spans(record))
            ]
        return self._spans[address]

    def followed(self, record: Role | Organisation) -> Iterator[Page]:
        """The page of a role or organisation, and one for each span of its time."""
        yield self._record_page(record)
        for version, path in versions_of(self.register, record, self._released):
            yield self.record_on(record, version, path)
        self._forget()

    def record_on(self, record: Record, version: Period, path: str) -> Page:
        """The page of a role or organisation as it stood in one span of its time."""
        now, labels = self.view(path), self.labels
        state = "now" if version.covers(now.day) else "past" if version.last < now.day else "future"
        then = now if state == "now" else now.on(day_of(version))
        words = labels.get(f"version_{state}", period=labels.period(version))
        link = now.html((tree.Link((Text(labels["how_it_is_today"]),), address_of(record)),))
        notice = Markup.escape(words) + ("" if state == "now" else " ") + link
        head = self._head(then, record)
        shown = _Head(
            trail=[*head.trail, (now.html(now.name_inlines(record)), address_of(record))],
            kicker=head.kicker,
            heading=head.heading,
            also=head.also,
            lead=head.lead,
            notices=[("info" if state == "now" else state.replace("future", "info"), notice)],
            sources=head.sources,
            upkeep=head.upkeep,
        )
        inner = self._record(then, record, shown, version)
        title = f"{then.name(record)} ({labels.period(version)})"
        return replace(self._page(then, record, inner, title), searched=False)

    # --- dates ---

    def date_list(self) -> Page:
        head, inner = date_list(self.view(ON_DATES))
        return Page(self.language, ON_DATES, head.heading, head.lead, "all", str(inner))

    def year(self, year: int) -> Page:
        path = address_of_year(year)
        head, inner = year_page(self.view(path), year)
        return self._dated(path, head, inner)

    def date(self, day: date) -> Page:
        path, known = address_of_day(day), self.register.calendar.on(day)
        head, inner = date_page(self.view(path), known, day, self._oldest_review)
        return self._dated(path, head, inner)

    def _dated(self, path: str, head: DateHead, inner: Markup) -> Page:
        return Page(self.language, path, head.heading, head.lead, "all", str(inner), searched=False)

    # --- duties ---

    def duty(self, about: str) -> Iterator[Page]:
        """The guide to what one must do: pages of one branch."""
        guide = self.register.as_of(self.settings.today).duties
        guide_pages = DutyPages(guide, self.view, self._oldest_review)
        for page in guide_pages.pages(about):
            description = _shortened(page.description)
            yield Page(
                self.language,
                page.path,
                page.title,
                description,
                "guidance",
                page.html,
                searched=page.searched,
                sensitive=True,
            )

    def _page(self, view: SiteView, record: Record, inner: Markup, title: str = "") -> Page:
        description = " ".join(view.summary_words(record).split())
        return Page(
            self.language,
            view.path,
            title or view.name(record),
            _shortened(description or view.name(record)),
            record.FOLDER,
            str(inner),
            self.register.path_of(record),
            sensitive=_is_sensitive(record),
        )

    def _head(self, view: SiteView, record: Record) -> _Head:
        """Made once for a day."""
        key = address_of(record), view.day
        if key in self._heads:
            up, made = self._heads[key]
            return made.moved(up, view.up)
        made = self._head_anew(view, record)
        self._heads[key] = view.up, made
        return made

    def _head_anew(self, view: SiteView, record: Record) -> _Head:
        labels = self.labels
        short = view.as_of.short(record)
        also = [view.words(short)] if short else []
        notices: list[tuple[str, str | Markup]] = []
        life = self.register.life(record)
        if view.has_ended(record):
            words = Markup.escape(labels.get("ended_notice", day=labels.day(life.last)))
            notices.append(("past", words + self._successor(view, record)))
        elif view.begins_later(record):
            notices.append(("info", labels.get("later_notice", day=labels.day(life.first))))
        notices += [*self._overdue(record), *self._language_notices(view, record)]
        return _Head(
            trail=[(labels.kind(record.KIND, "many"), record.FOLDER)],
            kicker=labels.kind(record.KIND),
            heading=view.html(view.name_inlines(record)),
            also=" · ".join(also),
            lead=view.html(view.summary(record)),
            notices=notices,
            sources=record.sources,
            upkeep=self._upkeep(view, record),
        )

    def _successor(self, view: SiteView, record: Record) -> Markup:
        """ " See instead: …", leading to who took over, through any number of steps."""
        steps = view.as_of.successors(record)
        if not steps:
            return Markup("")
        links = view.listed([view.link(step.to) for step in steps])
        return view.html((Text(f" {self.labels['successor']} "), *links, Text(".")))

    def _language_notices(self, view: SiteView, record: Record) -> list[tuple[str, str | Markup]]:
        labels = self.labels
        authoritative = labels.language_name(record.authoritative_language)
        if view.is_fallback(record):
            return [("info", labels.get("not_translated", language=authoritative))]
        translation = record.translations.get(self.language)
        official = translation is not None and translation.state is TranslationState.OFFICIAL
        legal = isinstance(record, MandateVersion | Guidance)
        if view.is_translation(record) and not official and legal:
            return [("info", labels.get("unofficial_translation", language=authoritative))]
        return []

    def _overdue(self, record: Record) -> list[tuple[str, str | Markup]]:
        """A warning when the record's review is past: what it says may have changed."""
        if record.review is None or record.review.due >= self.settings.today:
            return []
        day = self.labels.day(record.review.due)
        return [("warning", self.labels.get("overdue", day=day))]

    def _upkeep(self, view: SiteView, record: Record) -> list[tuple[str, Markup]]:
        """Who answers for the page, when it was reviewed, which language's text counts."""
        labels = self.labels
        rows: list[tuple[str, Markup]] = []
        if record.owner:
            rows.append((labels["owner"], view.html(view.party(record.owner))))
        if record.review:
            rows.append((labels["reviewed"], Markup.escape(labels.day(record.review.last))))
            due = labels.day(record.review.due)
            late = record.review.due < view.day
            words = labels.get("review_was_due" if late else "review_due", day=due)
            rows.append((labels["next_review"], Markup.escape(words)))
        language = labels.language_name(record.authoritative_language)
        rows.append((labels["authoritative_text"], Markup.escape(language)))
        if record.authoritative_language != self.language:
            translation = record.translations.get(self.language)
            state = translation.state if translation else TranslationState.DRAFT
            said = Markup.escape(labels.enum("translation_state", state))
            if self.settings.review_pages and not isinstance(record, Redirect):
                link = tree.Link((Text(labels["review_see"]),), address_of_review(record))
                said += " – " + view.html((link,))
            rows.append((labels["translation"], said))
        return [*rows, *self._feedback(view, record)]

    def _feedback(self, view: SiteView, record: Record) -> list[tuple[str, Markup]]:
        """Where to report a fault of the page, with a warning against details of a case."""
        labels, settings = self.labels, self.settings
        if settings.feedback:
            said = view.html((tree.Link((Text(labels["feedback"]),), settings.feedback), Text(".")))
        elif settings.demonstration:
            said = Markup.escape(labels["feedback_none"])
        elif record.owner:
            before, _, after = labels["feedback_to"].partition("{owner}")
            said = view.html((Text(before), *view.party(record.owner), Text(after)))
        else:
            return []
        return [(labels["feedback_row"], said + " " + labels["feedback_warning"])]

    def _oldest_review(self, records: Sequence[Record] | None) -> list[tuple[str, Markup]]:
        """For a page of many records, or of the whole register: the day since which all of them
        have been reviewed."""
        if records is None:
            oldest = self.register.reviewed_since()
        else:
            days = [record.review.last for record in records if record.review]
            oldest = min(days) if days and len(days) == len(records) else None
        if oldest is None:
            return []
        words = self.labels.get("all_reviewed", day=self.labels.day(oldest))
        return [(self.labels["reviewed"], Markup.escape(words))]

    # --- translations beside the text that counts ---

    def reviews(self) -> Iterator[Page]:
        """For whoever reviews: a page for each record, and what there is to do."""
        title, intro, inner = review_list(self.view(REVIEWS))
        yield Page(
            self.language, REVIEWS, title, intro, "all", str(inner), listed=False, searched=False
        )
        for record in reviewed_records(self.register):
            view = self.view(address_of_review(record))
            trail = [
                (self.labels["reviews"], REVIEWS),
                (shown_name(view, record), address_of(record)),
            ]
            title, inner = review_page(view, record, trail)
            page = self._page(view, record, inner, title)
            yield replace(page, listed=False, searched=False)

    # --- addresses that moved ---

    def redirect(self, record: Redirect, path: str) -> Page:
        """What answers at an old address: a way on, or a word on what stood there."""
        view = self.view(path)
        target = leads_to(self.register, record)
        if target is not None:
            title, html = moved_page(view, record, target)
        else:
            labels = self.labels
            words = labels.get("withdrawn_notice", day=labels.day(record.since))
            head = replace(
                self._head_anew(view, record),
                trail=trail_of(view),
                kicker=labels["withdrawn"],
                notices=[("past", words), *self._language_notices(view, record)],
            )
            title = labels.get("withdrawn_title", name=view.name(record))
            html = str(view.render("withdrawn.html", record=record, page=head))
        return Page(
            self.language,
            path,
            title,
            title,
            path.partition("/")[0],
            html,
            self.register.path_of(record),
            listed=False,
            framed=target is None,
        )

    # --- guidance ---

    def _guidance(self, record: Guidance) -> Page:
        view = self.view(address_of(record))
        head = self._head_anew(view, record)
        written = view.blocks(record.body, prefix="part-", cards=True)
        blocks, words = explained(view, written)
        headings = [
            (block.id, tree.plain(block.inlines))
            for block in blocks
            if isinstance(block, tree.Heading) and block.level == 1
        ]
        audiences = view.html(view.listed([view.party(id) for id in record.audiences]))
        inner = view.render(
            "guidance.html",
            record=record,
            page=_Head(
                trail=head.trail,
                kicker=self.labels.enum("topic", record.topics[0]),
                heading=head.heading,
                lead=head.lead,
                notices=head.notices,
                sources=head.sources,
                upkeep=head.upkeep,
            ),
            headings=headings,
            body=view.block_html(blocks),
            words=[(view.linked(term), view.html(meaning)) for term, meaning in words],
            audiences=audiences,
            groups=view.named_in(record),
        )
        return self._page(view, record, inner)

    # --- mandates ---

    def mandate(self, mandate: Mandate) -> Iterator[Page]:
        """The mandate's page, those of its versions and of what changed from each to the next."""
        shown = self.register.as_of(self.settings.today).shown_version(mandate.id)
        if shown is None:
            yield self.record(mandate)
        else:
            yield self._mandate(mandate, shown, address_of(mandate))
        for version in self.register.versions(mandate.id):
            yield self._mandate(mandate, version, address_of(version))
            before = self.register.version_before(version)
            if before:
                yield self.comparison(before, version)
        self._parts.clear()
        self._bodies.clear()
        self._named.clear()

    def _mandate(self, mandate: Mandate, version: MandateVersion, path: str) -> Page:
        view, labels = self.view(path), self.labels
        parts = self._mandate_parts(view, version)
        in_force = view.as_of.version(mandate.id)
        badge, words = view.version_badge(version)
        notices: list[tuple[str, str | Markup]] = []
        is_version_page = path == address_of(version)
        if badge != "in-force":
            day = labels.day(version.in_force.last) if badge == "past" else ""
            said = Markup.escape(labels.get(f"notice_{badge}", day=day))
            if in_force:
                link = tree.Link((Text(labels["see_in_force"]),), address_of(in_force))
                said += " " + view.html((link,))
            notices.append(("info" if badge == "draft" else "past", said))
        elif is_version_page:
            notices.append(("info", Markup.escape(labels["notice_in_force"])))
        notices += [*self._overdue(version), *self._language_notices(view, version)]
        headings = [
            (block.id, f"{block.number} {tree.plain(block.inlines)}".strip())
            for block in parts.body
            if isinstance(block, tree.Heading)
        ]
        trail = [(labels.kind("mandate", "many"), "mandates")]
        if is_version_page:
            trail.append((view.name(mandate), address_of(mandate)))
        then = view.on(naming_day(view, version))
        title = then.words(version.title)
        inner = view.render(
            "mandate.html",
            record=version,
            page=_Head(
                trail=trail,
                kicker=" · ".join(
                    part for part in (labels.kind("mandate"), mandate.document_id) if part
                ),
                heading=view.html(view.label_inlines(version.title)),
                lead=view.text(mandate.summary),
                notices=notices,
                sources=version.sources,
                upkeep=self._upkeep(view, version),
            ),
            badge=badge,
            badge_words=words,
            period=labels.period(version.in_force),
            changes=self._changes_link(view, version),
            downloads=downloads(
                view,
                self.files,
                address_of(version),
                offered_files(view, Subject.MANDATE, version),
                labels["downloads"],
            ),
            headings=headings,
            body=self._body(view, version, parts),
            versions=self._versions(view, mandate, version),
            tombstones=[(one, labels.day(one.since)) for one in version.tombstones],
            follow=_follow(
                view,
                address_of(mandate),
                calendar=is_in_calendar(self.register, mandate),
            ),
            pictures=[] if is_version_page else time_part(view, mandate),
            groups=self._named_in(view, mandate),
        )
        page = self._page(view, version, inner, title)
        if not is_version_page:
            return page
        day = labels.day(version.in_force.first)
        return replace(
            page,
            title=f"{title} ({labels.get('version_of', day=day)})",
            # the mandate's own page says the same
            searched=version is not view.as_of.shown_version(mandate.id),
        )

    def comparison(self, old: MandateVersion, new: MandateVersion) -> Page:
        """The page on what changed from one version to the next."""
        # with all that compares words, which most updates do without
        from remit.render.comparison_page import ComparisonHead, comparison_page
        from remit.render.redline_document import redline_file_name

        view, labels = self.view(address_of_changes(new)), self.labels
        mandate = self.register.mandate_of(new)
        head = ComparisonHead(
            trail=[
                (labels.kind("mandate", "many"), "mandates"),
                (view.name(mandate), address_of(mandate)),
                (labels.get("version_of", day=version_day(view, new)), address_of(new)),
            ],
            kicker=" · ".join(one for one in (labels.kind("mandate"), mandate.document_id) if one),
            notices=self._language_notices(view, new),
            upkeep=self._upkeep(view, new),
        )
        offered = downloads(
            view,
            self.files,
            address_of_changes(new),
            in_every_format(view, redline_file_name(old, new, self.language)),
            labels["comparison_downloads"],
        )
        sides = [(version, self._mandate_parts(view, version)) for version in (old, new)]
        title, inner = comparison_page(view, sides[0], sides[1], head, offered)
        return replace(self._page(view, new, inner, title), searched=False)

    def _changes_link(self, view: SiteView, version: MandateVersion) -> Markup:
        """To what changed since the version before, when there is one."""
        earlier = self.register.version_before(version)
        if earlier is None:
            return Markup("")
        words = self.labels.get("comparison_since", day=version_day(view, earlier))
        return view.html((tree.Link((Text(words),), address_of_changes(version)),))

    def _mandate_parts(self, view: SiteView, version: MandateVersion) -> MandateParts:
        """Made once: the mandate's page and the version's show the same."""
        address = address_of(version)
        if address not in self._parts:
            self._parts[address] = mandate_parts(view, version)
        return self._parts[address]

    def _named_in(self, view: SiteView, mandate: Mandate) -> list[tuple[str, list[Record]]]:
        """Found once: all of the mandate's pages show the same."""
        if mandate.id not in self._named:
            self._named[mandate.id] = view.named_in(mandate, ("ordered_by",))
        return self._named[mandate.id]

    def _body(self, view: SiteView, version: MandateVersion, parts: MandateParts) -> Markup:
        """Made once: on pages of another depth only the way up differs."""
        address = address_of(version)
        if address not in self._bodies:
            made = view.block_html((parts.facts, *parts.body))
            self._bodies[address] = view.up, made
        up, made = self._bodies[address]
        return moved_links(made, up, view.up)

    def _versions(
        self, view: SiteView, mandate: Mandate, shown: MandateVersion
    ) -> list[tuple[str, str, bool]]:
        return [
            (
                f"{self.labels.period(version.in_force)} – "
                f"{self.labels.enum('status', version.status)}",
                view.href(address_of(version)),
                version == shown,
            )
            for version in reversed(self.register.versions(mandate.id))
        ]

    # --- lists ---

    def list_pages(self, kind: str) -> Iterator[Page]:
        """The list of a kind's records; a long one in several pages, all named on each."""
        cls = BY_KIND[kind]
        view, labels = self.view(cls.FOLDER), self.labels
        records = sorted(self.register.all(cls), key=lambda one: self._sort_key(view, one))
        title, intro = labels.kind(kind, "many"), labels.kind(kind, "intro")
        head = _Head(
            trail=[],
            kicker="",
            heading=Markup.escape(title),
            lead=Markup.escape(intro),
            upkeep=self._oldest_review(records),
        )
        first = Page(self.language, cls.FOLDER, title, intro, cls.FOLDER, "")
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
        head: _Head,
        number: int,
        groups: Groups,
        starts: list[tuple[str, Record]],
    ) -> Page:
        labels, path = self.labels, path_of_piece(first.path, number)
        view, title = self.view(path), first.title
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
                (heading, id, [self._entry(view, record) for record in records])
                for heading, id, records in groups
            ],
            ways=[(labels["directory"], view.href(DIRECTORY))]
            if kind == "network" and at_head
            else [],
            downloads=self._register_downloads(view, FOLLOW_UP)
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
        rest = [self._entry(view, record) for record in records if record.id not in drawn]
        return {"countries": found, "rest": rest}

    def directory(self) -> Page:
        """Everyone who takes part in a network today, in one table."""
        view, labels = self.view(DIRECTORY), self.labels
        head = _Head(
            trail=[(labels.kind("network", "many"), "networks")],
            kicker="",
            heading=Markup.escape(labels["directory"]),
            lead=Markup.escape(labels["directory_intro"]),
            upkeep=self._oldest_review(self.register.all(Network)),
        )
        inner = view.render("directory.html", page=head, members=all_members(view))
        return Page(
            self.language,
            DIRECTORY,
            labels["directory"],
            labels["directory_intro"],
            "networks",
            str(inner),
        )

    def _sort_key(self, view: SiteView, record: Record) -> tuple[object, ...]:
        order = record.order if isinstance(record, Guidance) else 0
        emergency = 0 if isinstance(record, Contact) and record.emergency else 1
        return (view.has_ended(record), emergency, order, view.name(record).casefold(), record.id)

    def _contacts(
        self, view: SiteView, records: list[Record]
    ) -> list[tuple[str, str, list[Contact]]]:
        labels = self.labels
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
            countries.setdefault(self._country(record), []).append(record)
        if len(countries) < 2:
            return [("", "", records)] if records else []
        groups = []
        for country in sorted(countries, key=lambda id: (id == "", id)):
            area = self.register.get(Area, country)
            heading = view.name(area) if area else self.labels["both_countries"]
            groups.append((heading, f"in-{country or 'both'}", countries[country]))
        return groups

    def _country(self, record: Record) -> str:
        """The country a record belongs to, as far as it says: its own, or its holder's."""
        if isinstance(record, Area):
            return record.within or record.id
        for field_name in _leading_to_country(type(record)):
            target = getattr(record, field_name)
            if field_name == "country" and target:
                return str(target)
            found = self.register.party(target) if target else None
            if field_name == "area" and target:
                found = self.register.get(Area, target)
            if found is not None and found is not record:
                return self._country(found)
        if isinstance(record, Mandate):
            issuer = self.register.follow(Organisation, record.issued_by[0])
            return issuer.country if issuer else ""
        if isinstance(record, Transfer):
            giver = self.register.party(record.from_[0])
            return self._country(giver) if giver else ""
        return ""

    def _entry(self, view: SiteView, record: Record) -> _Entry:
        short = view.as_of.short(record)
        also = [view.words(short)] if short else []
        if isinstance(record, Network) and view.as_of.exists(record):
            also.append(self.labels.count("members", len(view.as_of.members(record))))
        return _Entry(
            link=view.linked(record),
            summary=view.html(view.summary(record)),
            also=" · ".join(also),
            badge=self.labels["ended"] if view.has_ended(record) else "",
        )

    # --- home ---

    def home(self) -> Page:
        view, labels = self.view(""), self.labels
        contacts = view.as_of.living(Contact)
        helplines = [
            c
            for c in contacts
            if not c.emergency and c.phone and c.hours and isinstance(self._holder(c), Role)
        ]
        guidance = sorted(self.register.all(Guidance), key=lambda one: self._sort_key(view, one))
        audiences, affected = (
            sorted(
                (one for one in self.register.all(Audience) if one.kind is kind),
                key=lambda one: view.name(one).casefold(),
            )
            for kind in (AudienceKind.PROFESSION, AudienceKind.AFFECTED)
        )
        choices = [
            (labels[f"choice_{folder}"], labels[f"choice_{folder}_text"], folder)
            for folder, has_any in self._choices(view)
            if has_any
        ]
        head = _Head(
            trail=[],
            kicker="",
            heading=Markup.escape(labels["home_heading"]),
            upkeep=self._oldest_review(None),
        )
        transfers = sorted(self.register.all(Transfer), key=lambda one: one.date, reverse=True)
        lead = self.settings.site_summary.get(self.language) or labels["home_lead"]
        inner = view.render(
            "home.html",
            page=head,
            lead=lead,
            emergency=[c for c in contacts if c.emergency],
            contacts=helplines[:HOME_ENTRIES],
            all_contacts=view.html((tree.Link((tree.Text(labels["all_contacts"]),), "contacts"),)),
            audiences=audiences,
            affected=view.html(view.listed([view.link(one) for one in affected])),
            guidance=[self._entry(view, one) for one in guidance[:HOME_ENTRIES]],
            transfers=transfers[:HOME_ENTRIES],
            overviews=self._overviews(),
            choices=choices,
        )
        return Page(
            self.language,
            "",
            self.settings.site_name[self.language],
            lead,
            "",
            str(inner),
        )

    def _choices(self, view: SiteView) -> list[tuple[str, bool]]:
        """The lists that the home page leads to, each with whether there is anything in it."""
        kinds = (Contact, Guidance, Role, Mandate, Network, Task)
        found = [(cls.FOLDER, bool(self.register.all(cls))) for cls in kinds]
        return [found[0], (DUTY, bool(view.as_of.duties.countries)), *found[1:]]

    def _holder(self, contact: Contact) -> Record | None:
        return self.register.party(contact.of)

    def everything(self) -> Page:
        """The list of lists: every kind, with how many records it has."""
        view, labels = self.view("all"), self.labels
        entries = []
        for kind in LISTED_KINDS:
            number = len(self.register.all(BY_KIND[kind]))
            link = view.html(
                (tree.Link((tree.Text(labels.kind(kind, "many")),), BY_KIND[kind].FOLDER),)
            )
            entries.append(
                _Entry(
                    link=link,
                    summary=Markup.escape(labels.kind(kind, "intro")),
                    also=labels.count("records", number),
                )
            )
        head = _Head(
            trail=[],
            kicker="",
            heading=Markup.escape(labels["everything"]),
            lead=Markup.escape(labels["everything_intro"]),
            upkeep=self._oldest_review(None),
        )
        guide = [(labels["duty_guide"], labels["duty_lead"], DUTY)]
        guides = guide if view.as_of.duties.countries else []
        for title, intro, folder in [*guides, *self._overviews()]:
            link = view.html((tree.Link((tree.Text(title),), folder),))
            entries.append(_Entry(link=link, summary=Markup.escape(intro)))
        inner = view.render(
            "list.html",
            page=head,
            groups=[("", "", entries)],
            is_empty=False,
            ways=[],
            pieces=[],
            downloads=self._register_downloads(view),
        )
        return Page(
            self.language,
            "all",
            labels["everything"],
            labels["everything_intro"],
            "all",
            str(inner),
        )

    # --- pictures of the whole ---

    def _overviews(self) -> list[tuple[str, str, str]]:
        """(title, sentence, address) of the pages on the whole register."""
        t = self.labels
        return [
            (t["dates"], t["dates_intro"], ON_DATES),
            (t["changes"], t["changes_intro"], CHANGES),
            (t["directory"], t["directory_intro"], DIRECTORY),
            (t["timeline"], t["timeline_intro"], TIMELINE),
            (t["relations"], t["relations_intro"], RELATIONS),
        ]

    def timeline(self) -> Iterator[Page]:
        """The timeline of the whole register."""
        for made in timeline_pages(self.view(TIMELINE), self._country):
            yield self._overview(made)

    def relations(self) -> Page:
        """Who works with whom in the whole register."""
        return self._overview(relations_page(self.view(RELATIONS), self._country))

    def _overview(self, made: Overview) -> Page:
        head = _Head(
            trail=list(made.above),
            kicker="",
            heading=Markup.escape(made.title),
            lead=Markup.escape(made.intro),
        )
        inner = self.view(made.path).render(
            "overview.html",
            page=head,
            parts=made.parts,
            ways=made.ways,
            is_empty=not (made.parts or made.ways),
        )
        return Page(self.language, made.path, made.title, made.intro, "pictures", str(inner))

    def changes(self) -> Page:
        """How to follow the register, what is due next and what changed last."""
        view, labels = self.view(CHANGES), self.labels
        shown = latest(self.register, self.settings, self.language, COMING)
        head = _Head(
            trail=[],
            kicker="",
            heading=Markup.escape(labels["changes"]),
            lead=Markup.escape(labels["changes_intro"]),
        )
        inner = view.render(
            "changes.html",
            page=head,
            follow=_follow(view, "", calendar=shown.has_calendar),
            coming=shown.coming,
            news=shown.news,
        )
        return Page(
            self.language,
            CHANGES,
            labels["changes"],
            labels["changes_intro"],
            CHANGES,
            str(inner),
        )


@cache
def _leading_to_country(cls: type[Record]) -> list[str]:
    """What records of a class say that leads to a country, the nearest first."""
    names = ("country", "holder", "organisation", "of", "between", "service", "convener", "area")
    return [name for name in names if name in cls.model_fields]


def _follow(view: SiteView, folder: str, *, calendar: bool) -> tuple[str, str]:
    """Where the feed and the calendar of the whole register, or of a mandate, are."""
    base = view.href(folder)
    return f"{base}{FEED_FILE}", f"{base}{CALENDAR_FILE}" if calendar else ""


def not_found_page(settings: Settings, languages: Sequence[str]) -> str:
    """The inner HTML of a page for lost addresses, in the languages asked for."""
    parts = []
    for language in languages:
        labels = labels_for(language)
        ways = [(labels["home"], f"/{language}/")]
        ways += [
            (labels.kind(kind, "many"), f"/{language}/{BY_KIND[kind].FOLDER}/")
            for kind in NAVIGATION
        ]
        ways.append((labels["everything"], f"/{language}/all/"))
        made = environment().get_template("not_found.html").render(t=labels, ways=ways)
        parts.append(f'<section lang="{language}">{made}</section>')
    return "\n".join(parts)


def root_page(settings: Settings) -> str:
    """`/`: leads to the default language without JavaScript, and names the others."""
    links = [
        (code, f"{code}/", f"{settings.site_url}{code}/", own_name(code))
        for code in settings.languages
    ]
    return (
        environment()
        .get_template("redirect.html")
        .render(
            language=settings.default_language,
            name=settings.site_name[settings.default_language],
            target=f"{settings.default_language}/",
            links=links,
        )
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


def _is_sensitive(record: Record) -> bool:
    """Whether its page has a quick exit: guidance says so, and contacts say whom they are for."""
    if isinstance(record, Guidance):
        return record.sensitive
    return isinstance(record, Contact) and record.for_ is ContactFor.AFFECTED


def _shortened(text: str, limit: int = 200) -> str:
    """At most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
