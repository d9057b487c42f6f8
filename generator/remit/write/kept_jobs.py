"""What is kept of the jobs that a site was made by: in columns, so that many thousands are read at
once, and a job is made of them only when it is asked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path
from typing import Any, NamedTuple

from remit.write.site_jobs import DoneJob, JobRead, SearchedPage
from remit.write.written_files import STAMP, WrittenFile, changed_places, unpacked

_MANY = 64
"""Records: those who have read any of more are found by going through all jobs once."""
Plain = tuple[Any, ...]
"""Jobs as plain values, all of them."""


class Columns(NamedTuple):
    """Some jobs, each thing of all of them together. Where a thing stands for each job in a table,
    the column has the places in it."""

    names: list[str]
    ends: bytes
    """After how many files each job's own end."""
    paths: str
    stamps: bytes
    listed: list[str]
    numbers: list[bytes]
    bits: list[bytes]
    kinds: bytes
    sought: list[bytes]
    answers: list[bytes]
    documents: list[str]
    tables: tuple[list[int], list[Any], list[str], list[str]]
    """Of bits, of kinds, of what was sought, of answers."""


class _Table(dict[Any, int]):
    """Gives each thing its place, a new one at the end."""

    def __missing__(self, key: Any) -> int:
        self[key] = place = len(self)
        return place

    def places(self, things: Iterable[Any]) -> bytes:
        return array("I", [self[one] for one in things]).tobytes()


def in_columns(jobs: Iterable[DoneJob]) -> Columns:
    """Each job is taken as it comes, and not held."""
    bits, kinds, sought, answers = _Table(), _Table(), _Table(), _Table()
    ends, stamps, kinds_of = array("I"), array("Q"), array("I")
    made = Columns([], b"", "", b"", [], [], [], b"", [], [], [], ([], [], [], []))
    paths: list[str] = []
    same: dict[Any, Any] = {}  # the pages of a thing in all languages read the same
    for job in jobs:
        made.names.append(job.name)
        for path, *numbers in job.files:
            paths.append(path)
            stamps.extend(numbers)
        ends.append(len(paths))
        read = job.read
        kinds_of.append(kinds[read.kinds])
        for column, one in (
            (made.listed, _joined(job.listed)),
            (made.numbers, read.numbers),
            (made.bits, bits.places(array("Q", read.bits))),
            (made.sought, sought.places(read.sought)),
            (made.answers, answers.places(read.answers)),
            (made.documents, _joined(read.documents)),
        ):
            column.append(same.setdefault(one, one))
    return made._replace(
        ends=ends.tobytes(),
        paths="\0".join(paths),
        stamps=stamps.tobytes(),
        kinds=kinds_of.tobytes(),
        tables=([*bits], [*kinds], [*sought], [*answers]),
    )


class KeptJobs(MutableMapping[str, DoneJob]):
    """Jobs by name: most as they were kept in columns, some done since."""

    def __init__(self, columns: Columns | None = None) -> None:
        self._hold(columns or in_columns(()))

    def _hold(self, columns: Columns) -> None:
        self.columns = columns
        vars(self).pop("_paths", None)
        self.since: dict[str, DoneJob] = {}
        """Those that have been done since they were put into columns."""
        self.places = {name: place for place, name in enumerate(self.columns.names)}
        """Those of the columns that still hold."""
        self.searched: dict[str, tuple[SearchedPage, ...]] = {}
        """By name: what search finds of the jobs in the columns."""
        self._ends = array("I", self.columns.ends)
        bits, kinds, sought, answers = self.columns.tables
        self._bits, self._kinds, self._sought = bits, kinds, sought
        self._given = answers

    def __getitem__(self, name: str) -> DoneJob:
        done = self.since.get(name)
        if done is not None:
            return done
        at, columns = self.places[name], self.columns
        files = tuple(self._files_of(at))
        listed = tuple(_pairs(columns.listed[at]))
        return DoneJob(name, files, listed, self._read(at), self.searched.get(name, ()))

    def __setitem__(self, name: str, job: DoneJob) -> None:
        self.places.pop(name, None)
        self.since[name] = job

    def __delitem__(self, name: str) -> None:
        if self.places.pop(name, None) is None:
            del self.since[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.places
        yield from self.since

    def __len__(self) -> int:
        return len(self.places) + len(self.since)

    def __contains__(self, name: object) -> bool:
        return name in self.places or name in self.since

    def _range(self, at: int) -> tuple[int, int]:
        return self._ends[at - 1] if at else 0, self._ends[at]

    @cached_property
    def _paths(self) -> list[str]:
        return self.columns.paths.split("\0")

    def _files_of(self, at: int) -> Iterator[WrittenFile]:
        first, end = self._range(at)
        stamps = array("Q", self.columns.stamps[first * STAMP : end * STAMP])
        numbers = (stamps[0::3], stamps[1::3], stamps[2::3])
        return map(WrittenFile, self._paths[first:end], *numbers)

    def _read(self, at: int) -> JobRead:
        columns = self.columns
        return JobRead(
            columns.numbers[at],
            array("Q", [self._bits[one] for one in array("I", columns.bits[at])]).tobytes(),
            self._kinds[array("I", columns.kinds)[at]],
            tuple(self._sought[one] for one in array("I", columns.sought[at])),
            tuple(self._given[one] for one in array("I", columns.answers[at])),
            tuple(_pairs(columns.documents[at])),
        )

    def taken(self, names: Iterable[str]) -> list[DoneJob]:
        """Those of these jobs that there are, which there are no longer then."""
        return [self.pop(name) for name in names if name in self]

    # --- of all jobs at once ---

    def put_in_columns(self, more: Iterable[DoneJob] = ()) -> None:
        """Puts all jobs into columns, and others besides, each as it comes."""
        searched: dict[str, tuple[SearchedPage, ...]] = {}

        def every() -> Iterator[DoneJob]:
            for job in chain(self.values(), more):
                if job.searched:
                    searched[job.name] = job.searched
                yield job

        columns = in_columns(every())
        self._hold(columns)
        self.searched = searched

    def search_entries(self) -> list[tuple[SearchedPage, ...]]:
        """What search finds of each job."""
        found = [self.searched.get(name, ()) for name in self.places]
        return [*found, *(job.searched for job in self.since.values())]

    def take_search_entries(self, entries: Iterable[tuple[SearchedPage, ...]]) -> None:
        """`entries` as `search_entries` gave them for the same jobs."""
        for name, pages in zip([*self], entries, strict=True):
            if name in self.since:
                self.since[name] = self.since[name]._replace(searched=pages)
            elif pages:
                self.searched[name] = pages

    def files(self) -> list[tuple[str, int, int, int]]:
        """Every file of every job, as it was left."""
        found = list(unpacked(self.columns.paths, self.columns.stamps))
        for first, end in reversed(self.replaced()):
            del found[first:end]
        return [*found, *self.files_since()]

    def replaced(self) -> list[tuple[int, int]]:
        """The files of the columns that are no job's any more: from which to before which."""
        if len(self.places) == len(self.columns.names):
            return []
        names = enumerate(self.columns.names)
        return [self._range(at) for at, name in names if name not in self.places]

    def files_since(self) -> list[WrittenFile]:
        """The files of the jobs that have been done since the others were put into columns."""
        return [file for job in self.since.values() for file in job.files]

    def listed(self) -> list[tuple[str, str]]:
        """Every page that the site map lists: language and path."""
        columns = self.columns.listed
        found = [pair for at in self.places.values() for pair in _pairs(columns[at])]
        return [*found, *(pair for job in self.since.values() for pair in job.listed)]

    def touched(self, site: Path) -> set[str]:
        """The jobs of which a file is not as it was left."""
        names, found = self.columns.names, set()
        for place in changed_places(unpacked(self.columns.paths, self.columns.stamps), site):
            name = names[bisect_right(self._ends, place)]
            if name in self.places:
                found.add(name)
        for name, job in self.since.items():
            if next(changed_places(job.files, site), None) is not None:
                found.add(name)
        return found

    def showing(self, documents: Mapping[str, str]) -> set[str]:
        """The jobs that have seen a finished document otherwise than in `documents`."""

        def is_other(pairs: Iterable[tuple[str, str]]) -> bool:
            return any(documents.get(path, "") != known for path, known in pairs)

        columns, found = self.columns.documents, set()
        others = {seen for seen in set(columns) if is_other(_pairs(seen))}
        if others:
            found = {name for name, at in self.places.items() if columns[at] in others}
        found.update(name for name, job in self.since.items() if is_other(job.read.documents))
        return found

    def answers(self, names: Iterable[str]) -> set[str]:
        """What was answered to the questions of these names."""
        wanted = {*names}
        since = (one for job in self.since.values() for one in job.read.answers)
        return {one for one in chain(self._given, since) if one.partition("\0")[0] in wanted}

    def answered_by(self, others: set[str]) -> set[str]:
        """The jobs that were given one of these answers."""
        if not others:
            return set()
        wanted = {place for place, one in enumerate(self._given) if one in others}
        columns = self.columns.answers
        found = {
            name
            for name, at in self.places.items()
            if columns[at] and not wanted.isdisjoint(array("I", columns[at]))
        }
        for name, job in self.since.items():
            if not others.isdisjoint(job.read.answers):
                found.add(name)
        return found

    def reading(
        self, records: Mapping[int, int], kinds: Mapping[str, int], names: set[str]
    ) -> set[str]:
        """The jobs that have read one of these: bits of records, bits of kinds, names sought."""
        of_kinds = {
            place
            for place, pairs in enumerate(self._kinds)
            if any(kinds.get(kind, 0) & bits for kind, bits in pairs)
        }
        sought = {place for place, one in enumerate(self._sought) if one in names}
        columns, names_of = self.columns, self.columns.names
        places = {*self._reading_records(records)}
        if of_kinds:
            kinds_of = array("I", columns.kinds)
            places.update(at for at, place in enumerate(kinds_of) if place in of_kinds)
        if sought:
            places.update(
                at
                for at, seen in enumerate(columns.sought)
                if seen and not sought.isdisjoint(array("I", seen))
            )
        found = {names_of[at] for at in places if names_of[at] in self.places}
        needles = [array("I", [number]).tobytes() for number in records]
        for name, job in self.since.items():
            read = job.read
            if (
                any(kinds.get(kind, 0) & bits for kind, bits in read.kinds)
                or not names.isdisjoint(read.sought)
                or (
                    any(needle in read.numbers for needle in needles)
                    and _has(array("I", read.numbers), array("Q", read.bits), records)
                )
            ):
                found.add(name)
        return found

    def _reading_records(self, records: Mapping[int, int]) -> Iterator[int]:
        """The places of the jobs in the columns that have read one of these bits of records."""
        numbers, bits = self.columns.numbers, self.columns.bits
        if len(records) > _MANY:
            wanted = {*records}
            for at, those in enumerate(numbers):
                if not wanted.isdisjoint(array("I", those)):
                    seen = [self._bits[one] for one in array("I", bits[at])]
                    if _has(array("I", those), seen, records):
                        yield at
            return
        together, ends = b"".join(numbers), list(accumulate(map(len, numbers)))
        for number, changed in records.items():
            needle = array("I", [number]).tobytes()
            start = together.find(needle)
            while start >= 0:
                if start % len(needle):  # the end of one number and the beginning of the next
                    start = together.find(needle, start + 1)
                    continue
                at = bisect_right(ends, start)
                which = (start - ends[at] + len(numbers[at])) // len(needle)
                if self._bits[memoryview(bits[at]).cast("I")[which]] & changed:
                    yield at
                start = together.find(needle, ends[at])


def _has(numbers: Iterable[int], bits: Iterable[int], records: Mapping[int, int]) -> bool:
    return any(records.get(number, 0) & seen for number, seen in zip(numbers, bits, strict=True))


def plain(jobs: Iterable[DoneJob]) -> Plain:
    """All but what search finds of them. What they were answered stands once for all."""
    answers, made = _Table(), []
    for job in jobs:
        read, files = job.read, [tuple(one) for one in job.files]
        given = answers.places(read.answers)
        parts = (read.numbers, read.bits, read.kinds, read.sought, given, read.documents)
        made.append((job.name, files, job.listed, parts))
    return made, [*answers]


def from_plain(jobs: Plain) -> Iterator[DoneJob]:
    made, given = jobs
    for name, files, listed, (numbers, bits, kinds, sought, places, documents) in made:
        found = tuple([given[one] for one in array("I", places)])
        read = JobRead(numbers, bits, kinds, sought, found, documents)
        yield DoneJob(name, tuple(WrittenFile(*one) for one in files), listed, read)


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return "\0".join(word for pair in pairs for word in pair)


def _pairs(joined: str) -> list[tuple[str, str]]:
    words = joined.split("\0") if joined else []
    return list(zip(words[::2], words[1::2], strict=True))
