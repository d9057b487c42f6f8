"""Documents as files: many at once, and not made again when nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from math import gcd
from pathlib import Path
from threading import Lock

from remit.model.reading import answers_kept, noticed
from remit.render.tree import Document
from remit.write.document_store import DocumentStore
from remit.write.documents import (
    Format,
    style_key,
    write_document,
    write_documents,
)
from remit.write.files import write_file
from remit.write.site_jobs import DoneJob, JobRead, Numbers, merge, told
from remit.write.site_store import SiteStore
from remit.write.workers import at_a_time, divided
from remit.write.written_files import as_left

BATCH = 48
"""Documents made by one call of pandoc, at most."""
SLICE = 24
"""Jobs without pandoc that are given to a process at a time, at most."""
FEWEST = 3
"""The same at least, unless there are too few."""
_one_reader = Lock()
"""What is read cannot be told apart by threads; documents alone are read after that."""


@dataclass(frozen=True, slots=True)
class DocumentJob:
    """One document to make, in some formats. No other of the same run has its name, and it has the
    same in every run.

    `make` gives its tree; it is called where the files are made, which may be another process.
    `link_base` is the site's address in the document's language. `place` says where a file goes.
    """

    name: str
    make: Callable[[], Document]
    formats: Sequence[Format]
    link_base: str
    place: Callable[[Document, Format], Path]
    about: str = ""
    """Its language and the address of the page that offers it: nb/mandates/competence-team."""


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A finished file. `sha256` is of its bytes, 64 hex digits; `anew` says that it was not in the
    cache; `read` is what its job read of the register, where that was asked for."""

    job: str
    path: Path
    sha256: str
    anew: bool
    read: JobRead | None = None


def make_files(
    jobs: Iterable[DocumentJob],
    cache: Path,
    done: Callable[[], None] = lambda: None,
    numbers: Mapping[str, int] | None = None,
) -> list[MadeFile]:
    """Makes every file, several at a time; what was made, in the order of jobs and formats.

    With `numbers` (of the records, by address) it is noticed what each job reads.

    A file whose document, link base and tools are the same as before is taken from `cache`, so a
    run that was stopped goes on where it was. Raises what `write_document` raises, WorkerLost and
    OSError.
    """
    every = list(jobs)
    slices = [*_slices(every)]
    store = DocumentStore(cache)
    known = None if numbers is None else Numbers(numbers)
    made: dict[int, list[MadeFile]] = {}

    def make(number: int, step: Callable[[], None]) -> list[MadeFile]:
        return _make_slice(slices[number], store, step, known)

    with answers_kept():
        for number, files in divided(make, len(slices), done):
            made[number] = files
    store.make_room()
    every_file = chain.from_iterable(made.values())
    of_job = {name: [*files] for name, files in groupby(every_file, key=lambda file: file.job)}
    return [file for job in every for file in of_job[job.name]]


def _slices(jobs: Sequence[DocumentJob]) -> Iterator[Sequence[DocumentJob]]:
    """The jobs in parts such that no process waits long for another at the end."""
    if any({"docx", "odt"} & {*job.formats} for job in jobs):
        yield from _calls(jobs)
        return
    parts = 2 * at_a_time()
    least = min(FEWEST, max(1, len(jobs) // parts))
    start = 0
    while start < len(jobs):
        size = min(SLICE, max(least, (len(jobs) - start) // parts))
        yield jobs[start : start + size]
        start += size


def _calls(jobs: Sequence[DocumentJob]) -> Iterator[Sequence[DocumentJob]]:
    """Parts of one language each, of which pandoc makes each by one call: full ones, but of equal
    size, and as many for one process as for the others."""
    by_base: dict[str, list[DocumentJob]] = {}
    for job in sorted(jobs, key=_base):
        by_base.setdefault(_base(job), []).append(job)
    share = at_a_time() // gcd(at_a_time(), len(by_base))
    for together in by_base.values():
        parts = min(len(together), share * -(-len(together) // (share * BATCH)))
        ends = [len(together) * number // parts for number in range(parts + 1)]
        yield from (together[start:end] for start, end in pairwise(ends))


def _base(job: DocumentJob) -> str:
    return job.link_base


def note_documents(store: SiteStore, made: Iterable[MadeFile], root: Path) -> None:
    """Has the store know the jobs that made these files, which lie below `root`."""
    for name, group in groupby(made, key=lambda one: one.job):
        files, written = [*group], []
        for file in files:
            left = as_left(file.path, root)
            written.append(left)
            store.documents[left.path] = file.sha256
        read = files[0].read
        assert read is not None
        merge(dict(read.behind), store.behind)
        store.jobs[name] = DoneJob(name, tuple(written), (), read._replace(behind=()))


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a job. `position` is its place among those of the slice."""

    job: str
    position: int
    document: Document
    file_format: Format
    link_base: str
    path: Path
    key: str
    read: JobRead | None


def _make_slice(
    jobs: Sequence[DocumentJob],
    store: DocumentStore,
    step: Callable[[], None],
    numbers: Numbers | None,
) -> list[MadeFile]:
    made: dict[int, MadeFile] = {}
    missing: dict[tuple[str, ...], list[_File]] = {}
    for file in _files(jobs, store, numbers):
        data = store.get(file.key)
        if data is None:
            kind = style_key(file.document) if file.file_format in ("docx", "odt") else ()
            missing.setdefault((file.file_format, *kind), []).append(file)
        else:
            made[file.position] = _write(file, data, anew=False)
            step()
    for files in missing.values():
        for file, data in zip(files, _contents(files), strict=True):
            store.put(file.key, data)
            made[file.position] = _write(file, data, anew=True)
            step()
    return [made[position] for position in range(len(made))]


def _files(
    jobs: Sequence[DocumentJob], store: DocumentStore, numbers: Numbers | None
) -> Iterator[_File]:
    position = 0
    for job in jobs:
        read = None
        if numbers is None:
            document = job.make()
        else:
            with _one_reader, noticed() as reading:
                document = job.make()
            read = told(reading, numbers)
        shown = repr(document)
        for one in job.formats:
            key = store.key(shown, one, job.link_base)
            path = job.place(document, one)
            yield _File(job.name, position, document, one, job.link_base, path, key, read)
            position += 1


def _contents(files: Sequence[_File]) -> Iterator[bytes]:
    """The bytes of files of one format and style."""
    file_format = files[0].file_format
    if file_format not in ("docx", "odt"):
        for file in files:
            yield write_document(file.document, file_format, file.link_base)
        return
    for start in range(0, len(files), BATCH):
        batch = files[start : start + BATCH]
        yield from write_documents([(one.document, one.link_base) for one in batch], file_format)


def _write(file: _File, data: bytes, *, anew: bool) -> MadeFile:
    write_file(file.path, data)
    digest = hashlib.sha256(data).hexdigest()
    return MadeFile(file.job, file.path, digest, anew, file.read)
