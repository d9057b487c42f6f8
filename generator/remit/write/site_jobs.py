"""The site's files, made job by job by whichever process has time, with what each job has read."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from remit.model.reading import Question, Reading, noticed
from remit.model.records import address_of
from remit.write.workers import divided
from remit.write.written_files import WrittenFile, left_as

SLICE = 48
"""Jobs given to a process at a time."""


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


class JobRead(NamedTuple):
    """What a job read. Records have numbers; `bits` go with `numbers`."""

    numbers: bytes
    bits: bytes
    kinds: tuple[tuple[str, int], ...]
    sought: tuple[str, ...]
    answers: tuple[tuple[Question, str], ...]
    documents: tuple[tuple[str, str], ...]
    behind: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
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


Behind = dict[str, dict[str, int]]
"""By a question's name: what it reads of all records of which kind."""


def do_jobs(
    jobs: Sequence[SiteJob], site: Path, numbers: Mapping[str, int] | None = None
) -> tuple[list[DoneJob], Behind]:
    """Writes every file below `site`; in the order of the jobs.

    With `numbers` (of the records, by address) it is noticed what each job reads.

    Raises what making a file raises, WorkerLost and OSError.
    """
    slices = [jobs[start : start + SLICE] for start in range(0, len(jobs), SLICE)]

    def work(number: int, step: Callable[[], None]) -> tuple[list[DoneJob], Behind]:
        behind: Behind = {}
        return [_done(job, site, numbers, behind) for job in slices[number]], behind

    done: dict[int, list[DoneJob]] = {}
    behind: Behind = {}
    for number, (made, asked) in divided(work, len(slices), lambda: None, threads=False):
        done[number] = made
        merge(asked, behind)
    return [job for number in range(len(slices)) for job in done[number]], behind


def _done(job: SiteJob, site: Path, numbers: Mapping[str, int] | None, behind: Behind) -> DoneJob:
    made, read = _made(job, numbers)
    outputs = [output for one in made for output in job.finish(one)]
    files = tuple(_written(output, site) for output in outputs)
    listed = tuple(output.listed for output in outputs if output.listed)
    merge({name: dict(kinds) for name, kinds in read.behind}, behind)
    searched = tuple(output.searched for output in outputs if output.searched)
    return DoneJob(job.name, files, listed, read._replace(behind=()), searched)


def _made(job: SiteJob, numbers: Mapping[str, int] | None) -> tuple[list[Any], JobRead]:
    if numbers is None:
        return list(job.make()), _NOT_NOTICED
    with noticed() as reading:
        made = list(job.make())
    return made, told(reading, numbers)


def told(reading: Reading, numbers: Mapping[str, int]) -> JobRead:
    """The reading with records as numbers, fit for another process and another run."""
    of_records = sorted(
        (numbers[address_of(record)], reading.bits[id(record)]) for record in reading.records
    )
    kinds = sorted((key, bits) for key, bits in reading.bits.items() if isinstance(key, str))
    return JobRead(
        array("I", [number for number, _ in of_records]).tobytes(),
        array("Q", [bits for _, bits in of_records]).tobytes(),
        tuple(kinds),
        tuple(sorted(reading.sought)),
        tuple(reading.answers.items()),
        tuple(reading.documents.items()),
        tuple((name, tuple(read.items())) for name, read in reading.behind.items()),
    )


def merge(one: Mapping[str, Mapping[str, int]], into: Behind) -> None:
    """Adds what is behind some questions to what is known."""
    for name, kinds in one.items():
        known = into.setdefault(name, {})
        for kind, bits in kinds.items():
            known[kind] = known.get(kind, 0) | bits


def _written(output: Output, site: Path) -> WrittenFile:
    file = site / output.path
    try:
        stream = file.open("wb", buffering=0)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = file.open("wb", buffering=0)
    with stream:
        stream.write(output.data)
        state = os.fstat(stream.fileno())
    return left_as(output.path, state)
