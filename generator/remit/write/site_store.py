"""What is kept of a site that was made: its files, and what each job read to make them.

With it the next build makes again only what would turn out otherwise.
"""

from __future__ import annotations

import hashlib
import marshal
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from remit import cache
from remit.model.asked_again import answered
from remit.model.reading import (
    ANY,
    GIT,
    MEMBERS,
    Behind,
    Changed,
    Question,
    answers_kept,
    other_bits,
)
from remit.model.record_list import kind_and_key
from remit.model.records import BY_KIND
from remit.model.register import Register
from remit.write.kept_indexes import KeptIndexes
from remit.write.kept_jobs import Columns, KeptJobs, from_plain, plain
from remit.write.last_site import keep_whole, kept_whole
from remit.write.site_jobs import SearchedPage
from remit.write.written_files import WrittenFile

_ALL = (1 << 62) - 1
_FORM = "3"
_MOST = 50
"""So many jobs, and an eighth of all, are kept beside the others when they are done again."""
_MANY = 200
_ASKING_WHO_NAMES = ("Register.pointing\0", "Register.back_links\0")
"""So many of these questions are better answered by finding the answers for all records at once."""
NAMES = ""
"""Stands beside the names of outdated jobs for the list of them."""


@dataclass(slots=True)
class SiteStore:
    """`state`: digest of all that the whole site depends on besides the records and what its frames
    say, which `frames_state` is the digest of."""

    state: str
    frames_state: str = ""
    addresses: list[str] = field(default_factory=list)
    """By number. One that is gone keeps its number."""
    fingerprints: dict[str, str] = field(default_factory=dict)
    """By address: of the record's files."""
    digests: dict[str, bytes] = field(default_factory=dict)
    """By address: of each thing that can change of a record, one after the other."""
    jobs: KeptJobs = field(default_factory=KeptJobs)
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
    names_read: Mapping[str, int] | None = None
    """By kind: what was read of records to find out which jobs there are."""
    whole: str = ""
    """Names what is kept of the whole site; changes are kept beside it. Empty when nothing is."""
    name: str = ""
    """Names what is kept of this state of it."""
    changed: set[str] = field(default_factory=set)
    """The addresses of the records that have changed since that was kept."""
    indexes: KeptIndexes = field(default_factory=KeptIndexes)

    # --- keeping ---

    def keep(self, file: Path, about: str) -> None:
        """Keeps what has changed since the whole was kept; of much that has, the whole anew."""
        if not self.whole or len(self.jobs.since) > _MOST + len(self.jobs.places) // 8:
            self._keep_whole(file, about)
        known, self.name = self.jobs.columns.names, secrets.token_hex(16)
        changes: Any = (
            self.name,
            self.whole,
            (self.state, self.frames_state),
            self.addresses,
            [(one, self.fingerprints.get(one), self.digests.get(one)) for one in self.changed],
            plain(self.jobs.since.values()),
            [name for name in known if name not in self.jobs],
            (self.documents, self.behind, self.history, self.frame_made_of),
            [tuple(one) for one in self.beside],
            self.compressed,
            self.names_read,
            self.indexes.keep(_indexes_file(file), _FORM + about),
        )
        data = marshal.dumps(changes)
        entries = [[tuple(one) for one in pages] for pages in self.jobs.search_entries()]
        cache.keep(_search_file(file), _entries_of(data, about), marshal.dumps(entries))
        cache.keep(file, _FORM + about, data)

    def _keep_whole(self, file: Path, about: str) -> None:
        self.whole, self.changed = secrets.token_hex(16), set()
        if self.jobs.since or len(self.jobs.places) < len(self.jobs.columns.names):
            self.jobs.put_in_columns()
        fingerprints = [self.fingerprints.get(one, "") for one in self.addresses]
        digests = [self.digests.get(one, b"") for one in self.addresses]
        columns = self.jobs.columns
        keep_whole(file, about, self.whole, columns.paths, columns.stamps)
        rest = tuple(columns._replace(paths="", stamps=b""))
        data: Any = (self.addresses, fingerprints, digests, rest)
        cache.keep(_whole_file(file), _whole_of(self.whole, about), marshal.dumps(data))

    def searched(self) -> list[SearchedPage]:
        """Every page that search finds."""
        return [one for pages in self.jobs.search_entries() for one in pages]

    @classmethod
    def kept(cls, file: Path, about: str, *, search: bool = False) -> SiteStore | None:
        """What was kept, with the pages' search entries where they are asked for."""
        since = cache.kept(file, _FORM + about)
        if since is None:
            return None
        name, whole, states, now, changed, jobs, gone, others, beside, *rest = marshal.loads(since)
        state, frames_state = states
        data = cache.kept(_whole_file(file), _whole_of(whole, about))
        files = kept_whole(file, about, whole)
        if data is None or files is None:
            return None
        addresses, fingerprints, digests, rest_of_columns = marshal.loads(data)
        columns = Columns(*rest_of_columns)._replace(paths=files[0], stamps=files[1])
        store = cls(state, frames_state, now, jobs=KeptJobs(columns), whole=whole, name=name)
        store.compressed, store.names_read, indexes = rest
        store.indexes = KeptIndexes.kept(_indexes_file(file), _FORM + about, indexes)
        store.fingerprints = {
            one: found for one, found in zip(addresses, fingerprints, strict=True) if found
        }
        store.digests = {one: found for one, found in zip(addresses, digests, strict=True) if found}
        for address, fingerprint, digests in changed:
            store._set_record(address, fingerprint, digests)
        for name in gone:
            del store.jobs[name]
        for job in from_plain(jobs):
            store.jobs[job.name] = job
        store.documents, store.behind, store.history, store.frame_made_of = others
        store.beside = [WrittenFile(*one) for one in beside]
        if search:
            entries = cache.kept(_search_file(file), _entries_of(since, about))
            if entries is None:
                return None
            store.jobs.take_search_entries(
                tuple(SearchedPage(*one) for one in pages) for pages in marshal.loads(entries)
            )
        return store

    def _set_record(self, address: str, fingerprint: str | None, digest: bytes | None) -> None:
        """The record as it is now; without digest, one that is gone."""
        self.changed.add(address)
        if fingerprint is None or digest is None:
            self.fingerprints.pop(address, None)
            self.digests.pop(address, None)
        else:
            self.fingerprints[address], self.digests[address] = fingerprint, digest

    # --- records ---

    def take_in(self, register: Register, changed: Collection[str] | None = None) -> Changes:
        """Learns the records as they are now; what is otherwise than it was. `changed`: the
        addresses among which all that is lies, where none has come or gone."""
        changes = Changes()
        numbers = self.numbers()
        for address in register.addresses if changed is None else changed:
            fingerprint = register.origins[address].fingerprint()
            if self.fingerprints.get(address) == fingerprint:
                continue
            if address not in numbers:
                numbers[address] = len(self.addresses)
                self.addresses.append(address)
            kind, key = kind_and_key(address)
            before, now = self.digests.get(address), register.digests_of(register.place_of(address))
            if before is None:
                changes.added_or_gone(kind, (address, key))
            else:
                bits = other_bits(BY_KIND[kind], before, now)
                changes.changed(numbers[address], kind, bits)
            self._set_record(address, fingerprint, now)
        gone = self.fingerprints.keys() - register.by_address.keys() if changed is None else ()
        for address in gone:
            self._set_record(address, None, None)
            kind, key = kind_and_key(address)
            names = (address, key)
            changes.added_or_gone(kind, names)
            changes.records[numbers[address]] = _ALL
        return changes

    def numbers(self) -> dict[str, int]:
        """Every record's number, by its address."""
        return {address: number for number, address in enumerate(self.addresses)}

    def by_address(self, changes: Changes) -> Changed:
        """The same, for who knows no numbers."""
        records = {self.addresses[number]: bits for number, bits in changes.records.items()}
        return Changed(records, changes.kinds)

    # --- what is outdated ---

    def outdated(self, register: Register, changes: Changes) -> set[str]:
        """The names of the jobs that have read of the register what is otherwise now; NAMES among
        them when it has to be found out anew which there are."""
        found = self.jobs.reading(changes.records, changes.kinds, changes.names)
        changed = self.by_address(changes)
        again = {name for name, kinds in self.behind.items() if changed.touches(kinds)}
        known = [one.rpartition("\0") for one in self.jobs.answers(again)] if again else []
        if sum(one.startswith(_ASKING_WHO_NAMES) for one, *_ in known) > _MANY:
            register.find_back_links()
        with answers_kept():
            asked = {one for one, *_ in known}
            answers = {one: answered(register, Question.of(one)) for one in asked}
        others = {"\0".join((one, was)) for one, _, was in known if answers[one] != was}
        found |= self.jobs.answered_by(others)
        if self.names_read is None or changed.touches(self.names_read):
            found.add(NAMES)
        return found

    def showing_others(self) -> set[str]:
        """The names of the jobs that have read of a finished document what is otherwise now."""
        return self.jobs.showing(self.documents)


def _whole_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.whole")


def _whole_of(name: str, about: str) -> str:
    return f"{_FORM} {name} {about}"


def _indexes_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.indexes")


def _search_file(file: Path) -> Path:
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
