"""The site's files: all of them, or only those that would turn out otherwise than they did."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from remit import cache
from remit.build import collector_paused
from remit.build.jobs import (
    JobsByName,
    in_order,
    job_names,
    languages_of_whole_days,
    not_asked_for,
    takes_long,
)
from remit.load.source_revisions import history_state
from remit.model.index_of_each import MOST
from remit.model.reading import answers_kept, noticed_of_all
from remit.model.register import Register
from remit.model.site_files import SiteFile, SiteFiles
from remit.render.frame import SITE_MAP, Frames, site_maps
from remit.render.site_view import keep_templates
from remit.settings import SETTINGS_FILE, Settings
from remit.write.compressed import COPIES, write_compressed
from remit.write.files import staging_folder
from remit.write.last_site import Choice
from remit.write.pandoc_tool import pandoc_state
from remit.write.search_index import FOLDER as SEARCH_FOLDER
from remit.write.search_index import write_search_index
from remit.write.site_jobs import DoneJob, EarlierSite, SearchedPage, do_jobs
from remit.write.site_store import NAMES, Changes, SiteStore

if TYPE_CHECKING:
    from remit.write.document_files import DocumentJob

_MANY, _ASKED = 40, 80
"""So many jobs of an update, each of which looks at some 80 records to find out who names one, look
at nearly all: it is found out for all records at once then."""


def site_state(settings: Settings, choice: Choice) -> str:
    """Digest of all that every file of the site depends on besides the records and what its frames
    say."""
    named = (SETTINGS_FILE, "mkdocs.yml", settings.released)
    parts = [
        cache.program().encode(),
        settings.today.isoformat().encode(),
        *(_bytes(settings.root / name) for name in named),
        *_files(settings.root / settings.content / "templates"),
        repr(choice).encode(),
        *([pandoc_state().encode()] if choice.documents else ()),
    ]
    return cache.digest_of(parts)


def is_of(store: SiteStore, frames: Frames, choice: Choice) -> bool:
    """Whether the site depends on just this, besides the records."""
    return (store.state, store.frames_state) == (site_state(frames.settings, choice), frames.state)


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


def _documents_in(store: SiteStore) -> SiteFiles:
    files = store.jobs.files() if store.documents else []
    return {
        path: SiteFile(path, size, store.documents[path])
        for path, size, *_ in files
        if path in store.documents
    }


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
    keep_templates(settings)
    store = SiteStore(site_state(settings, choice), frames.state)
    store.history = history_state(settings.root)
    store.take_in(register)
    store.frame_made_of = [*frames.made_of]
    if choice.documents:  # first, so that the pages know their size and digest
        _make_documents(store, _documents(register, settings, site, choice), site, settings, done)
    with collector_paused():
        register.make_indexes(settings.today)  # once, before the work is divided
        _make_indexes_of_days(register, settings, settings.languages)
        documents = _documents_in(store)
        earlier = _earlier(register, EarlierSite(site, store.state))
        jobs = JobsByName(
            documents, register, settings, frames, search=choice.search, earlier=earlier
        )
        names = [*jobs.of_checksums(), *_names_anew(store, register, settings)]
        made = do_jobs(names, jobs.job, site, store.behind, store.numbers(), takes_long)
        store.jobs.put_in_columns(made)
        store.indexes.take(register, settings.today)
    register.keep_naming()
    finish_site(store.jobs.listed(), store.searched(), settings, site, choice)
    return store


def _make_indexes_of_days(register: Register, settings: Settings, languages: Iterable[str]) -> None:
    """Makes what the pages of all days list for readers of these languages."""
    lists = register.as_of(settings.today).lists
    with answers_kept():
        for language in languages:
            lists.make_indexes(" ".join(settings.languages_of(language)), settings.today)


def _earlier(register: Register, earlier: EarlierSite) -> EarlierSite | None:
    """What is known of the site as it was; of a large one nothing is found record by record."""
    return earlier if len(register.addresses) <= MOST else None


def _names_anew(store: SiteStore, register: Register, settings: Settings) -> list[str]:
    with noticed_of_all() as reading:
        names = job_names(register, settings)
    store.names_read = reading.kinds
    return names


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
    from remit.build.documents import site_documents

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
    for name, text in site_maps(listed, settings).items():
        (site / name).write_text(text, "utf-8")


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did: how many files it wrote, and how many it took away."""

    written: int
    removed: int


def changes_since(
    store: SiteStore,
    register: Register,
    settings: Settings,
    among: Collection[str] | None = None,
) -> Changes:
    """What is otherwise in the register than in the one that `store` knows, which it learns; the
    register gets the indexes that are as they were, so the store must be of this `site_state`.
    `among`: the addresses of the records that can be other ones, where none has come or gone."""
    changes = store.take_in(register, among)
    history = history_state(settings.root)
    if history != store.history:
        changes.of_history()
        store.history = history
    store.indexes.give(register, settings.today, store.by_address(changes))
    return changes


def update_site(
    store: SiteStore,
    changes: Changes,
    frames: Frames,
    site: Path,
    choice: Choice,
    before_writing: Callable[[], None] = lambda: None,
    *,
    is_as_left: bool = False,
) -> Updated:
    """Brings a site that `store` knows to what the register says now, in place; `changes` as
    `changes_since` gives them.

    With `is_as_left`, it is known that nobody else has touched a file of it since. Nothing is
    written before everything is made. Raises what making a file raises, WorkerLost and OSError.
    """
    keep_templates(frames.settings)
    outdated = store.outdated(frames.register, changes)
    if not is_as_left:
        outdated |= store.jobs.touched(site)
    staging = staging_folder(site.parent, site.name)
    try:
        earlier = EarlierSite(site, store.state, store.by_address(changes))
        update = _Update(store, frames, choice, staging, outdated, earlier)
        documents_before = dict(store.documents)
        documents = update.make_documents() if choice.documents else []
        if store.documents != documents_before:
            outdated |= store.showing_others()
        update.make_pages(documents)
        if sorted(_listed(update.old)) != sorted(_listed(update.new)):
            _write_site_map(store.jobs.listed(), frames.settings, staging)
        if store.compressed:
            write_compressed(staging)
        before_writing()
        if (staging / SITE_MAP).exists():
            for part in site.glob("sitemap-*.xml"):  # there may be fewer now
                part.unlink()
        updated = _put_in_place(staging, site, update.gone_files())
        if choice.search and (updated.written or updated.removed):
            write_search_index(site, store.searched(), frames.settings.cache_folder)
            if store.compressed:
                write_compressed(site, sorted((site / SEARCH_FOLDER).rglob("*")))
        return updated
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@dataclass(slots=True)
class _Update:
    """What is made of a site again, in a folder of its own; the store learns of it."""

    store: SiteStore
    frames: Frames
    choice: Choice
    staging: Path
    outdated: set[str]
    """Names of jobs."""
    earlier: EarlierSite
    old: list[DoneJob] = field(default_factory=list)
    """As they were before."""
    new: list[DoneJob] = field(default_factory=list)

    def make_documents(self) -> list[str]:
        """Returns the names of the jobs of all documents, also of those that are as they were."""
        store, settings = self.store, self.frames.settings
        found = _documents(self.frames.register, settings, self.staging, self.choice)
        every = {_document(job.name): job for job in found}
        anew = self._wanted(every)
        self.old += store.jobs.taken(anew)
        _make_documents(store, [every[name] for name in anew], self.staging, settings, lambda: None)
        there = {file.path for name in every for file in store.jobs[name].files}
        store.documents = {path: one for path, one in store.documents.items() if path in there}
        self.new += [store.jobs[name] for name in anew]
        return [*every]

    def make_pages(self, documents: Sequence[str]) -> None:
        """All that is no document; `documents`: the names of their jobs."""
        store, frames = self.store, self.frames
        register, settings = frames.register, frames.settings
        earlier = _earlier(register, self.earlier)
        documents_in = _documents_in(store)
        jobs = JobsByName(
            documents_in, register, settings, frames, search=self.choice.search, earlier=earlier
        )
        asked = self._wanted(jobs.of_checksums())
        names = {*documents, *jobs.of_checksums()}
        if NAMES in self.outdated:
            found = _names_anew(store, register, settings)
            asked += self._wanted(found)
            gone = store.jobs.keys() - names.union(found)
        else:
            asked += in_order(self.outdated - not_asked_for(self.outdated))
            gone = not_asked_for(store.jobs) - names
        self.old += store.jobs.taken([*asked, *gone])
        if len(asked) > _MANY and len(asked) * _ASKED > len(register.records):
            register.find_back_links()  # once, before the work is divided
        _make_indexes_of_days(register, settings, languages_of_whole_days(register, asked))
        with collector_paused():
            made = [
                *do_jobs(asked, jobs.job, self.staging, store.behind, store.numbers(), takes_long)
            ]
        store.jobs.update((job.name, job) for job in made)
        store.indexes.take(register, settings.today)
        self.new += made

    def gone_files(self) -> set[str]:
        """Paths from the site, of files that nothing makes any more."""
        left = {file.path for job in self.old for file in job.files}
        left -= {file.path for job in self.new for file in job.files}
        return left - {path for path, *_ in self.store.jobs.files()} if left else left

    def _wanted(self, names: Iterable[str]) -> list[str]:
        jobs, outdated = self.store.jobs, self.outdated
        return [name for name in names if name in outdated or name not in jobs]


def _listed(jobs: Iterable[DoneJob]) -> list[tuple[str, str]]:
    return [one for job in jobs for one in job.listed]


def _put_in_place(staging: Path, site: Path, gone: Collection[str]) -> Updated:
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
    for path in gone:
        for suffix in ("", *COPIES):
            (site / (path + suffix)).unlink(missing_ok=True)
        with suppress(OSError):  # a folder that still holds something stays
            for above in (site / path).parents:
                above.rmdir()
    return Updated(written, len(gone))
