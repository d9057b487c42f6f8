"""Register → the pages of the site in one language, as plain data. Knows no host.

Addresses are the same in every language and last: `<language>/<folder>/<id>/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from remit.model.addresses import (
    CHANGES,
    DIRECTORY,
    EVERYTHING,
    RELATIONS,
    TIMELINE,
    address_of_day,
    address_of_year,
    answering,
)
from remit.model.duties import FOLDER as DUTY
from remit.model.history import ON_DATES
from remit.model.reading import ANY, index, note_kind
from remit.model.record_list import NO_PAGE_OF_ITS_OWN, kind_and_key
from remit.model.records import BY_KIND, Mandate, Organisation, Redirect, Role
from remit.model.register import Register
from remit.model.site_files import NO_FILES, SiteFiles
from remit.render.labels import labels_for, own_name
from remit.render.mandate_pages import MandatePages
from remit.render.page import LISTED_KINDS, Page, Site
from remit.render.record_pages import RecordPages
from remit.render.review_pages import REVIEWS
from remit.render.site_view import environment
from remit.settings import Settings

if TYPE_CHECKING:
    from remit.render.list_pages import ListPages
    from remit.render.overview_pages import OverviewPages

NAVIGATION = ("contact", "guidance", "role", "mandate", "organisation", "network")
SAFETY_PAGE = "guidance/browse-safely"
"""What the quick exit does and what it cannot do; linked beside it where the register has it."""
_KINDS_BY_FOLDER = {BY_KIND[kind].FOLDER: kind for kind in LISTED_KINDS}
_FIXED = frozenset(
    (
        *("", EVERYTHING, CHANGES, ON_DATES, TIMELINE, RELATIONS, DIRECTORY, DUTY, REVIEWS),
        *_KINDS_BY_FOLDER,
    )
)
"""What the pages are about that every register has."""


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
    from remit.render.duty_pages import duty_names

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
    be made without finding out about all. What makes lists is imported when one is to be made."""

    def __init__(
        self, register: Register, settings: Settings, language: str, files: SiteFiles = NO_FILES
    ) -> None:
        self.register, self.settings, self.language = register, settings, language
        self.site = Site(register, settings, language, files)
        self.records = RecordPages(self.site)
        self.mandates = MandatePages(self.site, self.records.record)

    @cached_property
    def lists(self) -> ListPages:
        from remit.render.list_pages import ListPages

        return ListPages(self.site)

    @cached_property
    def overviews(self) -> OverviewPages:
        from remit.render.overview_pages import OverviewPages

        return OverviewPages(self.site, self.lists)

    def _fixed(self, about: str) -> Callable[[], Iterable[Page]]:
        """Of a page that every register has."""
        if about == REVIEWS:
            return self.records.reviews
        lists, whole = self.lists, self.overviews
        fixed: dict[str, Callable[[], Iterable[Page]]] = {
            "": partial(_one, whole.home),
            EVERYTHING: partial(_one, whole.everything),
            CHANGES: partial(_one, whole.changes),
            ON_DATES: partial(_one, whole.date_list),
            TIMELINE: whole.timeline,
            RELATIONS: partial(_one, whole.relations),
            DIRECTORY: partial(_one, lists.directory),
            DUTY: partial(whole.duty, DUTY),
        }
        return fixed.get(about) or partial(lists.list_pages, _KINDS_BY_FOLDER[about])

    def job(self, about: str) -> PageJob:
        """Of one of `page_names`."""
        return PageJob(
            self.language, about, (self._fixed if about in _FIXED else self._make)(about)
        )

    def _make(self, about: str) -> Callable[[], Iterable[Page]]:
        above, _, day = about.rpartition("/")
        record = self.register.by_address.get(about)
        if isinstance(record, Mandate):
            return partial(self.mandates.mandate, record)
        if isinstance(record, Role | Organisation):
            return partial(self.records.followed, record)
        if record is not None:
            return partial(_one, self.records.record, record)
        if about.startswith(f"{DUTY}/") and about in self._duties:
            return partial(self.overviews.duty, about)
        if above != ON_DATES or about in self.register.redirects:
            return partial(_one, self.records.redirect, self._answering[about], about)
        if len(day) == len("2019"):
            return partial(_one, self.overviews.year, int(day))
        return partial(_one, self.overviews.date, date.fromisoformat(day))

    @index
    def _duties(self) -> frozenset[str]:
        from remit.render.duty_pages import duty_names

        return frozenset(duty_names(self.register.as_of(self.settings.today).duties))

    @index
    def _answering(self) -> dict[str, Redirect]:
        return answering(self.register)


def _one(make: Callable[..., Page], *about: object) -> list[Page]:
    return [make(*about)]


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
