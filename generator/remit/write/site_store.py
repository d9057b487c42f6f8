"""What is kept of a site that was made: its files, and what each job read to make them.

With it the next build makes again only what would turn out otherwise.
"""

from __future__ import annotations

import hashlib
import marshal
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from remit import cache
from remit.model.reading import (
    ANY,
    GIT,
    MEMBERS,
    Behind,
    Question,
    changed_bits,
    digest,
    names_of,
    record_digests,
)
from remit.model.record_list import kind_and_key
from remit.model.records import BY_KIND
from remit.model.register import Register
from remit.model.relations import said_in
from remit.model.shape import look_through, outward
from remit.write.site_jobs import DoneJob, JobRead, SearchedPage
from remit.write.written_files import WrittenFile

_ALL = (1 << 62) - 1
_FORM = "2"
NAMES = ""
"""Stands beside the names of outdated jobs for the list of them."""


@dataclass(slots=True)
class SiteStore:
    """`state`: digest of all that the whole site depends on besides the records."""

    state: str
    addresses: list[str] = field(default_factory=list)
    """By number. One that is gone keeps its number."""
    fingerprints: dict[str, str] = field(default_factory=dict)
    """By address: of the record's files."""
    digests: dict[str, dict[int, str]] = field(default_factory=dict)
    """By address: of each thing that can change of a record."""
    jobs: dict[str, DoneJob] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of each finished document, by path."""
    behind: Behind = field(default_factory=dict)
    history: str = ""
    """Of the files, in git."""
    frame_made_of: list[tuple[str, str]] = field(default_factory=list)
    """Files and folders of the frame, with the digests of their contents."""
    beside: list[WrittenFile] = field(default_factory=list)
    """The files of the site that no job makes."""
    compressed: bool = False
    """Whether there are compressed copies beside the files."""
    names_read: JobRead | None = None
    """What was read to find out which jobs there are."""

    # --- keeping ---

    def keep(self, file: Path, about: str) -> None:
        questions: dict[tuple[Question, str], int] = {}
        jobs = [
            (
                name,
                [tuple(one) for one in job.files],
                job.listed,
                job.read.numbers,
                job.read.bits,
                job.read.kinds,
                job.read.sought,
                array(
                    "I", [questions.setdefault(one, len(questions)) for one in job.read.answers]
                ).tobytes(),
                job.read.documents,
            )
            for name, job in self.jobs.items()
        ]
        asked = [(one.name, one.day, one.about, answer) for one, answer in questions]
        plain = (self.state, self.addresses, self.fingerprints, self.digests, jobs, asked)
        beside = [tuple(one) for one in self.beside]
        read = self.names_read
        names_read = (read.kinds, read.sought) if read else None
        others = (self.documents, self.behind, self.history, self.frame_made_of, names_read)
        data = marshal.dumps((plain, others, beside, self.compressed))
        entries = [[tuple(one) for one in job.searched] for job in self.jobs.values()]
        cache.keep(_beside(file), _entries_of(data, about), marshal.dumps(entries))
        cache.keep(file, _FORM + about, data)

    def searched(self) -> list[SearchedPage]:
        """Every page that search finds."""
        return [one for job in self.jobs.values() for one in job.searched]

    @classmethod
    def kept(cls, file: Path, about: str, *, search: bool = False) -> SiteStore | None:
        """What was kept, with the pages' search entries where they are asked for."""
        data = cache.kept(file, _FORM + about)
        if data is None:
            return None
        plain, others, beside, compressed = marshal.loads(data)
        state, addresses, fingerprints, digests, jobs, asked = plain
        questions = [(Question(name, day, about), answer) for name, day, about, answer in asked]
        found = {}
        for name, files, listed, numbers, bits, kinds, sought, answers, documents in jobs:
            answered = tuple(questions[number] for number in array("I", answers))
            read = JobRead(numbers, bits, kinds, sought, answered, documents)
            written = tuple(WrittenFile(*one) for one in files)
            found[name] = DoneJob(name, written, listed, read)
        if search:
            kept = cache.kept(_beside(file), _entries_of(data, about))
            if kept is None:
                return None
            for name, pages in zip(found, marshal.loads(kept), strict=True):
                searched = tuple(SearchedPage(*one) for one in pages)
                found[name] = found[name]._replace(searched=searched)
        left = [WrittenFile(*one) for one in beside]
        shas, behind, history, made_of, names_read = others
        return cls(
            state,
            addresses,
            fingerprints,
            digests,
            found,
            shas,
            behind,
            history,
            made_of,
            left,
            compressed,
            JobRead(b"", b"", *names_read, (), ()) if names_read else None,
        )

    # --- records ---

    def take_in(self, register: Register) -> Changes:
        """Learns the records as they are now; what is otherwise than it was."""
        changes = Changes()
        numbers = self.numbers()
        # of a whole register the pointers are there; of a few records they are found more quickly
        pointers = (
            None if self.digests else dict(zip(register.addresses, register.outward, strict=True))
        )
        for address in register.addresses:
            fingerprint = register.origins[address].fingerprint()
            if self.fingerprints.get(address) == fingerprint:
                continue
            if address not in numbers:
                numbers[address] = len(self.addresses)
                self.addresses.append(address)
            record, before = register.by_address[address], self.digests.get(address)
            points_to = pointers[address] if pointers else outward(look_through(record))
            path, said = register.path_of(record), said_in(record)
            now = record_digests(record, points_to, fingerprint, path, said)
            if before is None:
                changes.added_or_gone(record.KIND, names_of(record))
            else:
                changes.changed(numbers[address], record.KIND, changed_bits(before, now))
            self.fingerprints[address], self.digests[address] = fingerprint, now
        for address in self.fingerprints.keys() - register.by_address.keys():
            del self.fingerprints[address], self.digests[address]
            kind, key = kind_and_key(address)
            names = (address, key)
            changes.added_or_gone(kind, names)
            changes.records[numbers[address]] = _ALL
        return changes

    def numbers(self) -> dict[str, int]:
        """Every record's number, by its address."""
        return {address: number for number, address in enumerate(self.addresses)}

    # --- what is outdated ---

    def outdated(self, register: Register, changes: Changes) -> set[str]:
        """The names of the jobs that have read of the register what is otherwise now."""
        again = {name for name, kinds in self.behind.items() if changes.touches(kinds.items())}
        answers: dict[Question, str] = {}

        def holds(question: Question, answer: str) -> bool:
            if question.name not in again:
                return True
            if question not in answers:
                answers[question] = answered(register, question)
            return answers[question] == answer

        found = {
            name
            for name, job in self.jobs.items()
            if changes.touch(job.read)
            or not all(holds(question, answer) for question, answer in job.read.answers)
        }
        if self.names_read is None or changes.touch(self.names_read):
            found.add(NAMES)
        return found

    def showing_others(self) -> set[str]:
        """The names of the jobs that have read of a finished document what is otherwise now."""
        return {
            name
            for name, job in self.jobs.items()
            if any(self.documents.get(path, "") != known for path, known in job.read.documents)
        }


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.search")


def _entries_of(data: bytes, about: str) -> str:
    """What the search entries belong to: these very data beside them."""
    return f"{_FORM} {hashlib.sha256(data).hexdigest()} {about}"


@dataclass(slots=True)
class Changes:
    """What is otherwise in the register than when it was taken in before."""

    records: dict[int, int] = field(default_factory=dict)
    """By number: the bits of what changed of a record that was there before."""
    kinds: dict[str, int] = field(default_factory=dict)
    """By kind: the bits of what changed of any of its records."""
    names: set[str] = field(default_factory=set)
    """Every id and address under which a record came or went."""

    def changed(self, number: int, kind: str, bits: int) -> None:
        self.records[number] = bits
        self._of_kind(kind, bits)

    def added_or_gone(self, kind: str, names: Iterable[str]) -> None:
        self.names.update(names)
        self._of_kind(kind, _ALL)

    def of_history(self) -> None:
        """The history of the files is another one."""
        self.kinds[GIT] = MEMBERS

    def _of_kind(self, kind: str, bits: int) -> None:
        for one in (kind, ANY):
            self.kinds[one] = self.kinds.get(one, 0) | bits

    def touches(self, kinds: Iterable[tuple[str, int]]) -> bool:
        return any(self.kinds.get(kind, 0) & bits for kind, bits in kinds)

    def touch(self, read: JobRead) -> bool:
        """Whether the job read something that is otherwise now, questions aside."""
        if self.touches(read.kinds) or not self.names.isdisjoint(read.sought):
            return True
        if not self.records:
            return False
        numbers = array("I", read.numbers)
        if self.records.keys().isdisjoint(numbers):
            return False
        bits = array("Q", read.bits)
        return any(
            self.records.get(number, 0) & seen for number, seen in zip(numbers, bits, strict=True)
        )


# --- questions asked again -----------------------------------------------------------------


def answered(register: Register, question: Question) -> str:
    """The digest of the answer now; empty where the question has lost what it is about."""
    owner, _, name = question.name.partition(".")
    try:
        found = _OWNERS[owner](register, question.day)
        arguments = [_argument(register, words) for words in question.about]
    except LookupError:
        return ""
    return digest(getattr(found, name)(*arguments))


def _as_of(register: Register, day: str) -> object:
    return register.as_of(date.fromisoformat(day))


_OWNERS: Mapping[str, Callable[[Register, str], object]] = {
    "Register": lambda register, day: register,
    "AsOf": _as_of,
    "Relations": lambda register, day: register.relations,
}


def _argument(register: Register, words: str) -> object:
    sort, rest = words[:1], words[1:]
    if sort == "r":
        return register.by_address[rest]
    if sort == "k":
        return BY_KIND[rest]
    if sort == "d":
        return date.fromisoformat(rest)
    return rest if sort == "s" else None
