"""Exported documents: of many, only those are made that would turn out otherwise than what lies
where they are to go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, groupby
from pathlib import Path

from remit import cache
from remit.build.documents import Wanted, exported_documents, made_in
from remit.load.source_revisions import history_state
from remit.model.register import Register
from remit.settings import SETTINGS_FILE, Settings
from remit.write.document_files import MadeFile, make_files, note_documents
from remit.write.files import staged_files
from remit.write.pandoc_tool import pandoc_state
from remit.write.site_jobs import DoneJob
from remit.write.site_store import SiteStore
from remit.write.written_files import is_as_left

FEW = 24
"""Jobs: so few are done before it is found out which of them need to be."""


def export_documents(
    register: Register,
    settings: Settings,
    wanted: Wanted,
    folder: Path,
    done: Callable[[], None] = lambda: None,
) -> list[MadeFile]:
    """The documents as files in one folder: all of them or none. What an earlier export left there
    of records that are gone is taken away.

    Raises what making a file raises, WorkerLost, CannotWrite and OSError.
    """
    with staged_files(folder) as staging:
        jobs = [*exported_documents(register, settings, wanted, staging)]
        if len(jobs) <= FEW or wanted.attach_source:  # what is attached is not noticed
            return made_in(staging, folder, jobs, settings, done)
        earlier = EarlierExport.of(register, settings, folder, wanted.formats)
        files = {job.name: earlier.files_of(job.name) for job in jobs if earlier.holds(job.name)}
        for _ in chain.from_iterable(files.values()):
            done()
        anew = [job for job in jobs if job.name not in files]
        made = make_files(anew, settings.cache_folder, done, earlier.store.numbers())
        ended = earlier.take_in(register, made, staging)
    earlier.finish(ended)
    for name, group in groupby(made, key=lambda one: one.job):
        files[name] = [replace(one, path=folder / one.path.name) for one in group]
    return [file for job in jobs for file in files[job.name]]


@dataclass(frozen=True, slots=True)
class EarlierExport:
    """A folder that documents go to, with what is kept of those in some formats that were made
    there.

    `outdated` are the names of the jobs that have read of the register what is otherwise now, or
    whose files someone has touched.
    """

    folder: Path
    kept_in: Path
    about: str
    store: SiteStore
    outdated: Set[str]

    @classmethod
    def of(
        cls, register: Register, settings: Settings, folder: Path, formats: Sequence[str]
    ) -> EarlierExport:
        folder = folder.absolute()
        about = hashlib.sha256(f"{','.join(formats)} {folder}".encode()).hexdigest()
        file = settings.cache_folder / "exports" / f"{about[:32]}.made"
        state, history = _state(settings), history_state(settings.root)
        store = SiteStore.kept(file, about)
        if store is None or store.state != state:
            store = SiteStore(state, history=history)
        changes = store.take_in(register)
        if store.history != history:
            changes.of_history()
            store.history = history
        outdated = store.outdated(register, changes) | store.jobs.touched(folder)
        return cls(folder, file, about, store, outdated)

    def holds(self, name: str) -> bool:
        """Whether what the job would make is there already, as it was left."""
        return name in self.store.jobs and name not in self.outdated

    def files_of(self, name: str) -> list[MadeFile]:
        """Of a job whose files are there."""
        digests = self.store.documents
        return [
            MadeFile(name, self.folder / file.path, digests[file.path], anew=False)
            for file in self.store.jobs[name].files
        ]

    def take_in(self, register: Register, made: Sequence[MadeFile], staging: Path) -> list[DoneJob]:
        """Learns what was made, which lies in `staging` yet. The jobs that were done before in the
        place of these, and those of records that are gone."""
        jobs = self.store.jobs
        gone = [name for name in jobs if not _has_record(name, register)]
        ended = jobs.taken([*gone, *dict.fromkeys(one.job for one in made)])
        jobs.taken(self.outdated)  # those that nobody asked for now
        note_documents(self.store, made, staging)
        return ended

    def finish(self, ended: Sequence[DoneJob]) -> None:
        """When all lies in its place: takes away the files of jobs that have ended, if nobody has
        touched them since, and keeps what is known."""
        store = self.store
        left = {path for path, *_ in store.jobs.files()}
        for file in (file for job in ended for file in job.files if file.path not in left):
            if is_as_left([file], self.folder):
                with suppress(OSError):
                    (self.folder / file.path).unlink()
        store.documents = {path: one for path, one in store.documents.items() if path in left}
        store.keep(self.kept_in, self.about)


def _state(settings: Settings) -> str:
    """Digest of all that every document depends on besides the records."""
    named = (SETTINGS_FILE, settings.released, f"{settings.content}/templates")
    parts = [
        cache.program(),
        pandoc_state(),
        settings.today.isoformat(),
        repr(replace(settings, root=Path())),
        *(cache.contents_digest(settings.root / name) for name in named),
    ]
    return cache.digest_of(part.encode() for part in parts)


def _has_record(name: str, register: Register) -> bool:
    """Whether what a document is about is there: the whole register always is."""
    address = name.partition("/")[2]
    return not address or address in register.by_address
