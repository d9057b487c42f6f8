"""The site's files: all of them, or only those that would turn out otherwise than they did."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from remit import cache
from remit.build.frames import kept_frames
from remit.load.source_revisions import history_state
from remit.model.register import Register
from remit.model.site_files import NO_FILES, SiteFiles
from remit.render.directory_files import CardFile, Sheet, directory_jobs
from remit.render.feeds import Feed, feed_jobs
from remit.render.frame import Frames, site_map
from remit.render.pages import Page, page_jobs
from remit.settings import SETTINGS_FILE, Settings
from remit.write.directory_files import directory_file
from remit.write.feeds import feed_files
from remit.write.files import MARKER, staging_folder
from remit.write.site_jobs import DoneJob, Output, SiteJob, changed_files, do_jobs
from remit.write.site_store import SiteStore, state_of

SITE_MAP = "sitemap.xml"


def site_state(register: Register, settings: Settings, choice: str) -> str:
    """Digest of all that every file of the site depends on besides the records."""
    named = (SETTINGS_FILE, "mkdocs.yml", settings.released)
    parts = [
        cache.program().encode(),
        settings.today.isoformat().encode(),
        *(_bytes(settings.root / name) for name in named),
        *_files(settings.root / settings.content / "templates"),
        Frames(register, settings, _unasked).state.encode(),
        choice.encode(),
    ]
    return state_of(parts)


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
    register: Register, settings: Settings, documents: SiteFiles, frames: Frames
) -> list[SiteJob]:
    """The making of every page, feed, calendar and directory file, in every language."""
    page, jobs = partial(_page_file, frames.whole), list[SiteJob]()
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


def _one(make: Callable[[], Feed]) -> list[Feed]:
    return [make()]


def _page_file(whole: Callable[[Page], str], page: Page) -> list[Output]:
    listed = (page.language, page.path) if page.listed else None
    return [Output(page.file, whole(page).encode(), listed)]


def _feed_files(feed: Feed) -> Iterator[Output]:
    for path, data in feed_files(feed):
        yield Output(path, data)


def _directory_file(made: Sheet | CardFile) -> list[Output]:
    return [Output(made.path, directory_file(made))]


def make_site(
    register: Register,
    settings: Settings,
    documents: SiteFiles,
    frames: Frames,
    site: Path,
    state: str,
) -> SiteStore:
    """Makes every file into an empty folder. Raises what making a file raises, WorkerLost and
    OSError."""
    store = SiteStore(state, history=history_state(settings.root))
    store.take_in(register)
    jobs = site_jobs(register, settings, documents, frames)
    done, store.behind = do_jobs(jobs, site, store.numbers())
    store.jobs = {job.name: job for job in done}
    _write_site_map(store, settings, site)
    return store


def _write_site_map(store: SiteStore, settings: Settings, site: Path) -> None:
    listed = (one for job in store.jobs.values() for one in job.listed)
    (site / SITE_MAP).write_text(site_map(listed, settings), "utf-8")


@dataclass(frozen=True, slots=True)
class EarlierSite:
    """A folder that a site goes to, with what is kept of the one that was made there last.

    `frames` and `store` are None when the whole site must be made.
    """

    site: Path
    documents: bool
    search: bool
    compress: bool
    file: Path
    state: str
    frames: Frames | None
    store: SiteStore | None

    @classmethod
    def of(
        cls,
        register: Register,
        settings: Settings,
        site: Path,
        *,
        documents: bool,
        search: bool,
        compress: bool,
    ) -> EarlierSite:
        site = site.absolute()
        name = hashlib.sha256(str(site).encode()).hexdigest()[:16]
        file = settings.cache_folder / "sites" / name
        state = site_state(register, settings, f"{documents} {search} {compress}")
        frames = kept_frames(register, settings)
        is_there = frames is not None and (site / MARKER).exists()
        store = SiteStore.kept(file, str(site)) if is_there else None
        if store and store.state != state:
            store = None
        return cls(site, documents, search, compress, file, state, frames, store)

    def forget(self) -> None:
        """What is kept does not hold from here on, until it is kept anew."""
        self.file.unlink(missing_ok=True)

    def keep(self, store: SiteStore) -> None:
        store.keep(self.file, str(self.site))

    def update(self, register: Register, settings: Settings) -> Updated | None:
        """Makes only what is otherwise than before; None when the whole site must be made."""
        if self.store is None or self.frames is None:
            return None
        updated = update_site(
            self.store, register, settings, NO_FILES, self.frames, self.site, self.forget
        )
        self.keep(self.store)
        return updated


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did: how many files it wrote, and how many it took away."""

    written: int
    removed: int


def update_site(
    store: SiteStore,
    register: Register,
    settings: Settings,
    documents: SiteFiles,
    frames: Frames,
    site: Path,
    before_writing: Callable[[], None],
) -> Updated:
    """Brings a site that `store` knows to what the register says now, in place.

    Nothing is written before everything is made. Raises what making a file raises, WorkerLost and
    OSError.
    """
    changes = store.take_in(register)
    history = history_state(settings.root)
    if history != store.history:
        changes.of_history()
        store.history = history
    jobs = site_jobs(register, settings, documents, frames)
    digests = {path: file.sha256 for path, file in documents.items()}
    outdated = store.outdated(register, changes, digests)
    before = store.jobs
    wanted = [
        job
        for job in jobs
        if job.name in outdated
        or job.name not in before
        or any(changed_files(before[job.name].files, site))
    ]
    staging = staging_folder(site.parent, site.name)
    try:
        done, behind = do_jobs(wanted, staging, store.numbers())
        made = {job.name: job for job in done}
        store.jobs = {job.name: made.get(job.name) or before[job.name] for job in jobs}
        for name, kinds in behind.items():
            known = store.behind.setdefault(name, {})
            for kind, bits in kinds.items():
                known[kind] = known.get(kind, 0) | bits
        if _listed(before) != _listed(store.jobs):
            _write_site_map(store, settings, staging)
        before_writing()
        return _put_in_place(before, store.jobs, staging, site)
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
    gone = _paths(before) - _paths(after)
    for path in gone:
        (site / path).unlink(missing_ok=True)
        with suppress(OSError):  # a folder that still holds something stays
            for above in (site / path).parents:
                above.rmdir()
    return Updated(written, len(gone))


def _paths(jobs: Mapping[str, DoneJob]) -> set[str]:
    return {file.path for job in jobs.values() for file in job.files}
