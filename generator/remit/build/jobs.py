"""The jobs that make a site's files: which there are, and each by its name alone.

To find out which there are goes through the whole register; a job is made of its name, so that an
update that knows the names asks for nothing that it does not make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from remit.model.addresses import TIMELINE, address_of_day
from remit.model.history import ON_DATES
from remit.model.reading import note_document
from remit.model.register import Register
from remit.model.site_files import CHECKSUMS_FILE, SiteFile, SiteFiles
from remit.render.frame import Frames
from remit.render.page import Page
from remit.render.pages import PageJobs, page_names
from remit.settings import Settings
from remit.write.checksums import by_folder, checksums
from remit.write.site_jobs import EarlierSite, Output, SearchedPage, SiteJob

if TYPE_CHECKING:
    from remit.render.directory_files import CardFile, Sheet
    from remit.render.feeds import Feed
    from remit.write.register_dates import RegisterDates

T = TypeVar("T")
_PAGE, _FEED, _DIRECTORY, _CHECKSUMS = "page", "feed", "directory", "checksums"
_ASKED_FOR = tuple(f"{sort} " for sort in (_PAGE, _FEED, _DIRECTORY))


def job_names(register: Register, settings: Settings) -> list[str]:
    """The names of the jobs that the records and settings ask for. What goes through many records
    comes first; then what is about the same thing together, in all languages: it reads the same."""
    from remit.render.directory_files import directory_names
    from remit.render.feeds import feed_names

    feeds = {*feed_names(register)}
    order = [(_FEED, "")]
    order += [(_DIRECTORY, about) for about in directory_names(register)]
    for about in page_names(register, settings):
        if about and about in feeds:
            order.append((_FEED, about))
        order.append((_PAGE, about))
    return [
        f"{sort} {language}/{about}" for sort, about in order for language in settings.languages
    ]


def not_asked_for(names: Iterable[str]) -> set[str]:
    """Those that are no names of jobs that the records and settings ask for."""
    return {name for name in names if not name.startswith(_ASKED_FOR)}


def languages_of_whole_days(register: Register, names: Iterable[str]) -> set[str]:
    """The languages in which one of these is the page of a day that shows the whole."""
    pages = [name.split(" ")[1].partition("/") for name in names if f"/{ON_DATES}/" in name]
    if not pages:
        return set()
    days = {address_of_day(day) for day in register.calendar.whole_days}
    return {language for language, _, about in pages if about in days}


def takes_long(name: str) -> bool:
    """Whether a job takes as long as dozens of others: it goes through all the dates there are."""
    sort, _, rest = name.partition(" ")
    _, _, about = rest.partition("/")
    return (sort, about) in ((_FEED, ""), (_PAGE, TIMELINE))


def in_order(names: Iterable[str]) -> list[str]:
    """Some of these names: first what takes long, so that no process is left with it at the end;
    then what is about the same thing together, in all languages."""
    return sorted(names, key=_by_length_and_what_about)


def _by_length_and_what_about(name: str) -> tuple[bool, str, str]:
    _, _, about = name.partition("/")
    return not takes_long(name), about, name


class JobsByName:
    """The jobs of a site with these finished documents."""

    def __init__(
        self,
        documents: SiteFiles,
        register: Register,
        settings: Settings,
        frames: Frames,
        *,
        search: bool = True,
        earlier: EarlierSite | None = None,
    ) -> None:
        """`earlier`: what is known of the site as it was, where what it was made of is kept."""
        self.register, self.settings = register, settings
        self.earlier = earlier
        self.folders = by_folder(documents.values())
        self.page = partial(_page_file, frames.whole, search)
        self.pages = {
            language: PageJobs(register, settings, language, documents)
            for language in settings.languages
        }

    def of_checksums(self) -> list[str]:
        """The names of the jobs that the finished documents ask for."""
        return [f"{_CHECKSUMS} {folder}" for folder in self.folders]

    def job(self, name: str) -> SiteJob:
        sort, _, rest = name.partition(" ")
        if sort == _CHECKSUMS:
            make = partial(_checksums, f"{rest}/{CHECKSUMS_FILE}", self.folders[rest])
            return SiteJob(name, make, _as_it_is)
        language, _, about = rest.partition("/")
        if sort == _PAGE:
            return SiteJob(name, self.pages[language].job(about).make, self.page)
        if sort == _FEED and not about and self.earlier:
            return self._register_feed(name, language, self.earlier)
        if sort == _FEED:
            from remit.render.feeds import feed_job

            feed = feed_job(self.register, self.settings, language, about)
            return SiteJob(name, partial(_one, feed), _feed_files)
        from remit.render.directory_files import directory_job

        files = directory_job(self.register, self.settings, language, about)
        return SiteJob(name, files, _directory_file)

    def _register_feed(self, name: str, language: str, earlier: EarlierSite) -> SiteJob:
        from remit.write.register_dates import register_dates

        make = partial(register_dates, self.register, self.settings, language, earlier)
        return SiteJob(name, partial(_one, make), partial(_register_feed_files, earlier))


def _checksums(path: str, files: Sequence[SiteFile]) -> list[Output]:
    for file in files:
        note_document(file.path, file.sha256)
    return [Output(path, checksums(files))]


def _as_it_is(made: Output) -> list[Output]:
    return [made]


def _one(make: Callable[[], T]) -> list[T]:
    return [make()]


def _page_file(whole: Callable[[Page], str], search: bool, page: Page) -> Iterable[Output]:
    listed = (page.language, page.path) if page.listed else None
    searched = None
    if search:
        from remit.write.search_entries import search_entry

        entry = search_entry(page)
        searched = SearchedPage(page.language, page.path, entry) if entry else None
    return [Output(page.file, whole(page).encode(), listed, searched)]


def _feed_files(feed: Feed) -> Iterator[Output]:
    from remit.write.feeds import feed_files

    for path, data in feed_files(feed):
        yield Output(path, data)


def _register_feed_files(earlier: EarlierSite, made: RegisterDates) -> Iterator[Output]:
    for path, data in made.files(earlier):
        yield Output(path, data)


def _directory_file(made: Sheet | CardFile) -> list[Output]:
    from remit.write.directory_files import directory_file

    return [Output(made.path, directory_file(made))]
