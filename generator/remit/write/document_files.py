"""Documents as files, made at once by several workers, and not made again when nothing changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from remit.render.tree import Document
from remit.write.documents import Format, tool_versions, write_document
from remit.write.files import write_file


@dataclass(frozen=True, slots=True)
class DocumentJob:
    """One file to make: `link_base` is the site's address in the document's language."""

    document: Document
    file_format: Format
    link_base: str
    path: Path


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A finished file. `sha256` is of its bytes, 64 hex digits; `anew` says that it was not in the
    cache."""

    path: Path
    sha256: str
    anew: bool


def make_files(
    jobs: Iterable[DocumentJob], cache: Path, done: Callable[[], None] = lambda: None
) -> list[MadeFile]:
    """Makes every file, at most one per processor at a time; what was made, in the order of jobs.

    A file whose document, link base and tools are the same as before is taken from `cache`.
    Raises what `write_document` raises, and OSError.
    """
    store = _Store(cache)

    def make(job: DocumentJob) -> MadeFile:
        key = store.key(job)
        data = store.get(key)
        anew = data is None
        if data is None:
            data = write_document(job.document, job.file_format, job.link_base)
            store.put(key, data)
        write_file(job.path, data)
        return MadeFile(job.path, hashlib.sha256(data).hexdigest(), anew)

    made = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        try:
            for one in _bounded(workers, make, jobs):
                made.append(one)
                done()
        except BaseException:
            workers.shutdown(wait=True, cancel_futures=True)
            raise
    return made


def _bounded(
    workers: ThreadPoolExecutor,
    make: Callable[[DocumentJob], MadeFile],
    jobs: Iterable[DocumentJob],
) -> Iterator[MadeFile]:
    """Results in order, with only a few jobs waiting, so memory does not grow with their number."""
    waiting = []
    for job in jobs:
        waiting.append(workers.submit(make, job))
        if len(waiting) >= 32:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


class _Store:
    """Finished files by the SHA-256 of all they are made of, each with its own checksum."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "documents"
        self.tools = tool_versions()

    def key(self, job: DocumentJob) -> str:
        parts = (repr(job.document), job.file_format, job.link_base, self.tools)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def get(self, key: str) -> bytes | None:
        try:
            data = (self.folder / key[:2] / key).read_bytes()
        except OSError:
            return None
        checksum, content = data[:32], data[32:]
        return content if hashlib.sha256(content).digest() == checksum else None

    def put(self, key: str, content: bytes) -> None:
        try:
            write_file(self.folder / key[:2] / key, hashlib.sha256(content).digest() + content)
        except OSError:
            return  # a cache that cannot be written costs time, nothing else
