"""The site's files: all of them, or only those that would turn out otherwise than they did."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from remit import cache
from remit.build import collector_paused
from remit.build.documents import site_documents
from remit.load.source_revisions import history_state
from remit.model.reading import note_document
from remit.model.register import Register
from remit.model.site_files import CHECKSUMS_FILE, SiteFile, SiteFiles
from remit.render.directory_files import CardFile, Sheet, directory_jobs
from remit.render.feeds import Feed, feed_jobs
from remit.render.frame import Frames, site_map
from remit.render.pages import Page, page_jobs
from remit.settings import SETTINGS_FILE, Settings
from remit.write.checksums import by_folder, checksums
from remit.write.compressed import COPIES, write_compressed
from remit.write.directory_files import directory_file
from remit.write.feeds import feed_files
from remit.write.files import staging_folder
from remit.write.last_site import Choice
from remit.write.search_entries import search_entry
from remit.write.search_index import FOLDER as SEARCH_FOLDER
from remit.write.search_index import write_search_index
from remit.write.site_jobs import DoneJob, Output, SearchedPage, SiteJob, do_jobs, merge
from remit.write.site_store import SiteStore
from remit.write.written_files import changed_files

if TYPE_CHECKING:
    from remit.write.document_files import DocumentJob

SITE_MAP = "sitemap.xml"


def site_state(register: Register, settings: Settings, choice: Choice) -> str:
    """Digest of all that every file of the site depends on besides the records."""
    named = (SETTINGS_FILE, "mkdocs.yml", settings.released)
    parts = [
        cache.program().encode(),
        settings.today.isoformat().encode(),
        *(_bytes(settings.root / name) for name in named),
        *_files(settings.root / settings.content / "templates"),
        Frames(register, settings, _unasked).state.encode(),
        repr(choice).encode(),
    ]
    return cache.digest_of(parts)


def _unasked(language: str, context: object) -> NoReturn:
    raise LookupError(f"no frame was asked for: {language}")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _files(folder: Path) -> Iterator[bytes]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(folder)).encode()
            yield _bytes(file)


def site_jobs(
    documents: SiteFiles,
    register: Register,
    settings: Settings,
    frames: Frames,
    *,
    search: bool = True,
) -> list[SiteJob]:
    """The making of every page, feed, calendar and directory file, in every language, and of the
    lists of checksums. `search`: and of what search knows of the pages."""
    page, jobs = partial(_page_file, frames.whole, search), list[SiteJob]()
    for folder, files in by_folder(documents.values()).items():
        path = f"{folder}/{CHECKSUMS_FILE}"
        jobs.append(SiteJob(f"checksums {folder}", partial(_checksums, path, files), _as_it_is))
    for language in settings.languages:
        jobs += [
            SiteJob(f"page {job.name}", job.make, page)
            for job in page_jobs(register, settings, language, documents)
        ]
        jobs += [
            SiteJob(f"feed {language}/{about}", partial(_one, make), _feed_files)
            for about, make in feed_jobs(register, settings, language)
        ]
        jobs += [
            SiteJob(f"directory {language}/{about}", make, _directory_file)
            for about, make in directory_jobs(register, settings, language)
        ]
    return jobs


def _documents_in(store: SiteStore) -> SiteFiles:
    return {
        file.path: SiteFile(file.path, file.size, store.documents[file.path])
        for job in store.jobs.values()
        for file in job.files
        if file.path in store.documents
    }


def _checksums(path: str, files: Sequence[SiteFile]) -> list[Output]:
    for file in files:
        note_document(file.path, file.sha256)
    return [Output(path, checksums(files))]


def _as_it_is(made: Output) -> list[Output]:
    return [made]


def _one(make: Callable[[], Feed]) -> list[Feed]:
    return [make()]


def _page_file(whole: Callable[[Page], str], search: bool, page: Page) -> list[Output]:
    listed = (page.language, page.path) if page.listed else None
    entry = search_entry(page) if search else b""
    searched = SearchedPage(page.language, page.path, entry) if entry else None
    return [Output(page.file, whole(page).encode(), listed, searched)]


def _feed_files(feed: Feed) -> Iterator[Output]:
    for path, data in feed_files(feed):
        yield Output(path, data)


def _directory_file(made: Sheet | CardFile) -> list[Output]:
    return [Output(made.path, directory_file(made))]


def make_site(
    register: Register,
    settings: Settings,
    frames: Frames,
    site: Path,
    choice: Choice,
    done: Callable[[], None] = lambda: None,
) -> SiteStore:
    """Makes every file that the register is shown in; `done` is called for each document.

    Raises what making a file raises, WorkerLost and OSError.
    """
    store = SiteStore(site_state(register, settings, choice), history=history_state(settings.root))
    store.take_in(register)
    store.frame_made_of = [*frames.made_of]
    if choice.documents:  # first, so that the pages know their size and digest
        _make_documents(store, _documents(register, settings, site, choice), site, settings, done)
    with collector_paused():
        register.make_indexes(settings.today)  # once, before the work is divided
        documents = _documents_in(store)
        jobs = site_jobs(documents, register, settings, frames, search=choice.search)
        made, behind = do_jobs(jobs, site, store.numbers())
    store.jobs |= {job.name: job for job in made}
    merge(behind, store.behind)
    finish_site(_listed(store.jobs), store.searched(), settings, site, choice)
    return store


def finish_site(
    listed: Iterable[tuple[str, str]],
    searched: Iterable[SearchedPage],
    settings: Settings,
    site: Path,
    choice: Choice,
) -> None:
    """Writes what all pages have part in: the site map, and the search index."""
    _write_site_map(listed, settings, site)
    if choice.search:
        write_search_index(site, searched, settings.cache_folder)


def _documents(
    register: Register, settings: Settings, site: Path, choice: Choice
) -> list[DocumentJob]:
    return [*site_documents(register, settings, site, of_all=choice.whole)]


def _make_documents(
    store: SiteStore,
    jobs: Sequence[DocumentJob],
    site: Path,
    settings: Settings,
    done: Callable[[], None],
) -> None:
    from remit.write.document_files import make_files, note_documents

    made = make_files(jobs, settings.cache_folder, done, store.numbers())
    note_documents(store, (replace(one, job=_document(one.job)) for one in made), site)


def _document(name: str) -> str:
    return f"document {name}"


def _write_site_map(listed: Iterable[tuple[str, str]], settings: Settings, site: Path) -> None:
    (site / SITE_MAP).write_text(site_map(listed, settings), "utf-8")


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did: how many files it wrote, and how many it took away."""

    written: int
    removed: int


def update_site(
    store: SiteStore,
    register: Register,
    settings: Settings,
    frames: Frames,
    site: Path,
    choice: Choice,
    before_writing: Callable[[], None] = lambda: None,
) -> Updated:
    """Brings a site that `store` knows to what the register says now, in place.

    Nothing is written before everything is made. Raises what making a file raises, WorkerLost and
    OSError.
    """
    changes, before = store.take_in(register), dict(store.jobs)
    history = history_state(settings.root)
    if history != store.history:
        changes.of_history()
        store.history = history
    outdated = store.outdated(register, changes)

    def is_wanted(name: str) -> bool:
        return (
            name in outdated
            or name not in before
            or next(changed_files(before[name].files, site), None) is not None
        )

    staging = staging_folder(site.parent, site.name)
    try:
        names = []
        if choice.documents:
            every = _documents(register, settings, staging, choice)
            names = [_document(job.name) for job in every]
            wanted = [job for job in every if is_wanted(_document(job.name))]
            _make_documents(store, wanted, staging, settings, lambda: None)
            there = {file.path for name in names for file in store.jobs[name].files}
            store.documents = {path: one for path, one in store.documents.items() if path in there}
        outdated |= store.showing_others()
        documents = _documents_in(store)
        jobs = site_jobs(documents, register, settings, frames, search=choice.search)
        wanted_jobs = [job for job in jobs if is_wanted(job.name)]
        with collector_paused():
            made, behind = do_jobs(wanted_jobs, staging, store.numbers())
        store.jobs |= {job.name: job for job in made}
        store.jobs = {name: store.jobs[name] for name in (*names, *(job.name for job in jobs))}
        merge(behind, store.behind)
        if _listed(before) != _listed(store.jobs):
            _write_site_map(_listed(store.jobs), settings, staging)
        if store.compressed:
            write_compressed(staging)
        before_writing()
        updated = _put_in_place(before, store.jobs, staging, site)
        if choice.search and (updated.written or updated.removed):
            write_search_index(site, store.searched(), settings.cache_folder)
            if store.compressed:
                write_compressed(site, sorted((site / SEARCH_FOLDER).rglob("*")))
        return updated
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _listed(jobs: Mapping[str, DoneJob]) -> list[tuple[str, str]]:
    return [one for job in jobs.values() for one in job.listed]


def _put_in_place(
    before: Mapping[str, DoneJob], after: Mapping[str, DoneJob], staging: Path, site: Path
) -> Updated:
    written = 0
    for folder, _, names in os.walk(staging):
        place = site / Path(folder).relative_to(staging)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            Path(folder, name).replace(place / name)
            written += 1
            for suffix in COPIES:  # of a file that has become too small for copies
                if not name.endswith(suffix) and name + suffix not in names:
                    (place / (name + suffix)).unlink(missing_ok=True)
    gone = _paths(before) - _paths(after)
    for path in gone:
        for suffix in ("", *COPIES):
            (site / (path + suffix)).unlink(missing_ok=True)
        with suppress(OSError):  # a folder that still holds something stays
            for above in (site / path).parents:
                above.rmdir()
    return Updated(written, len(gone))


def _paths(jobs: Mapping[str, DoneJob]) -> set[str]:
    return {file.path for job in jobs.values() for file in job.files}
