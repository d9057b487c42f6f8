"""The site's files, made job by job by whichever process has time, with what each job has read."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from weakref import ref

from remit.model.reading import AllKnown, Behind, Changed, Reading, answers_kept, noticed, union
from remit.model.records import Record, address_of
from remit.write.workers import divided
from remit.write.written_files import WrittenFile, left_as

_WRITTEN = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
SLICE = 48
"""Jobs given to a process at a time, of many."""
_FEWEST = 8
"""The same of few: each process makes for itself what its first jobs ask for."""
_PARTS = 16


class SearchedPage(NamedTuple):
    """A page that search finds. `entry`: what search knows of it."""

    language: str
    path: str
    entry: bytes


@dataclass(frozen=True, slots=True)
class Output:
    """One file of the site. `path` begins at the site's root."""

    path: str
    data: bytes
    listed: tuple[str, str] | None = None
    """Language and path of a page that stands in the site map."""
    searched: SearchedPage | None = None


@dataclass(frozen=True, slots=True)
class SiteJob:
    """Makes some files. What `make` reads of the register is noticed; what `finish` does is not: it
    turns each thing made into files with what is the same for the whole site."""

    name: str
    make: Callable[[], Iterable[Any]]
    finish: Callable[[Any], Iterable[Output]]


class EarlierSite(NamedTuple):
    """The site as it was, and what is otherwise in the register since; None: it is made anew.
    `state`: of all that it depends on besides the records."""

    site: Path
    state: str
    changed: Changed | None = None


class JobRead(NamedTuple):
    """What a job read. Records have numbers; `bits` go with `numbers`."""

    numbers: bytes
    bits: bytes
    kinds: tuple[tuple[str, int], ...]
    sought: tuple[str, ...]
    answers: tuple[str, ...]
    """Each question that was asked, as a text at whose end the digest of its answer stands."""
    documents: tuple[tuple[str, str], ...]
    behind: tuple[tuple[str, Mapping[str, int]], ...] = ()
    """What questions read, by their names: told with each job, kept once for all."""


_NOT_NOTICED = JobRead(b"", b"", (), (), (), ())


class DoneJob(NamedTuple):
    """A job that is done: its files, which of them are listed, what it read, and which of them
    search finds."""

    name: str
    files: tuple[WrittenFile, ...]
    listed: tuple[tuple[str, str], ...]
    read: JobRead
    searched: tuple[SearchedPage, ...] = ()


def do_jobs(
    names: Sequence[str],
    job: Callable[[str], SiteJob],
    site: Path,
    behind: Behind,
    numbers: Mapping[str, int] | None = None,
    takes_long: Callable[[str], bool] = lambda name: False,
) -> Iterator[DoneJob]:
    """Writes every file of the jobs with these names below `site`; in their order, as they are
    done. `job` makes a job of its name, where it is done. To `behind` is added what is behind the
    questions that are asked. A job that `takes_long` shares a process's time with no other.

    With `numbers` (of the records, by address) it is noticed what each job reads.

    Raises what making a file raises, WorkerLost and OSError.
    """
    parts = _parts(names, takes_long)

    def work(number: int, step: Callable[[], None]) -> tuple[list[DoneJob], Behind]:
        asked: Behind = {}
        with answers_kept(answers):
            return [_done(job(name), folder, known, asked) for name in parts[number]], asked

    known = None if numbers is None else Numbers(numbers)
    folder = str(site)
    answers: AllKnown = {}
    early: dict[int, list[DoneJob]] = {}
    following = 0
    for number, (made, asked) in divided(work, len(parts), _no_step, threads=False):
        early[number] = made
        merge(asked, behind)
        while following in early:
            yield from early.pop(following)
            following += 1


def _parts(names: Sequence[str], takes_long: Callable[[str], bool]) -> list[list[str]]:
    """In their order, what is given to a process at a time."""
    size = min(SLICE, max(_FEWEST, len(names) // _PARTS))
    parts: list[list[str]] = []
    for name in names:
        is_long = takes_long(name)
        if is_long or not parts or len(parts[-1]) == size or takes_long(parts[-1][-1]):
            parts.append([])
        parts[-1].append(name)
    return parts


def _no_step() -> None:
    """Nobody counts jobs."""


def _done(job: SiteJob, site: str, numbers: Numbers | None, behind: Behind) -> DoneJob:
    made, read = _made(job, numbers, behind)
    outputs = [output for one in made for output in job.finish(one)]
    files = tuple([_written(output, site) for output in outputs])
    listed = tuple([output.listed for output in outputs if output.listed])
    searched = tuple([output.searched for output in outputs if output.searched])
    return DoneJob(job.name, files, listed, read, searched)


def _made(job: SiteJob, numbers: Numbers | None, behind: Behind) -> tuple[list[Any], JobRead]:
    if numbers is None:
        return list(job.make()), _NOT_NOTICED
    with noticed() as reading:
        made = list(job.make())
    merge(reading.behind, behind)
    return made, told(reading, numbers)._replace(behind=())


class Numbers:
    """The number of each record, by its address; found once for each record that is held."""

    __slots__ = ("_found", "by_address")

    def __init__(self, by_address: Mapping[str, int]) -> None:
        self.by_address = by_address
        self._found: dict[int, tuple[ref[Record], int]] = {}

    def of(self, key: int, record: Record) -> int:
        """`key` is the record's `id()`."""
        found = self._found.get(key)
        if found is None or found[0]() is not record:  # another had that `id()` before
            found = self._found[key] = ref(record), self.by_address[address_of(record)]
        return found[1]


def told(reading: Reading, numbers: Numbers) -> JobRead:
    """The reading with records as numbers, fit for another process and another run."""
    of, fields = numbers.of, reading.fields
    of_records = {
        of(key, record): bits
        for (key, bits), record in zip(fields.items(), reading.records, strict=True)
    }
    for address, bits in reading.let_go.items():
        number = numbers.by_address[address]
        of_records[number] = of_records.get(number, 0) | bits
    order = sorted(of_records)
    return JobRead(
        array("I", order).tobytes(),
        array("Q", [of_records[number] for number in order]).tobytes(),
        tuple(sorted(reading.kinds.items())),
        tuple(sorted(reading.sought)),
        tuple([f"{asked}\0{answer}" for asked, answer in reading.answers.items()]),
        tuple(reading.documents.items()),
        tuple(reading.behind.items()),
    )


def merge(one: Behind, into: Behind) -> None:
    """Adds what is behind some questions to what is known."""
    for name, kinds in one.items():
        into[name] = union(into.get(name), kinds)


def _written(output: Output, site: str) -> WrittenFile:
    path = f"{site}/{output.path}"
    try:
        file = os.open(path, _WRITTEN, 0o666)
    except FileNotFoundError:
        Path(path.rpartition("/")[0]).mkdir(parents=True, exist_ok=True)
        file = os.open(path, _WRITTEN, 0o666)
    try:
        left = memoryview(output.data)
        while left:
            left = left[os.write(file, left) :]
        return left_as(output.path, os.fstat(file))
    finally:
        os.close(file)
