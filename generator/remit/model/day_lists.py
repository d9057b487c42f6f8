"""What the page of a day lists: what there was of each kind, by the names of that day.

Each list is one answer, so that a page of a thousand names turns out otherwise only when one of
them does. What a record's row says, and when, is found once for all days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from remit.model.history import address_on
from remit.model.index_of_each import Each, index_of_each
from remit.model.reading import InWords, asked_once
from remit.model.record_list import SomeRecords
from remit.model.records import (
    Contact,
    MandateVersion,
    Network,
    Office,
    Organisation,
    Record,
    RenamableRecord,
    Role,
    Task,
    address_of,
)
from remit.model.values import LAST_DAY, ONE_DAY, Period

if TYPE_CHECKING:
    from remit.model.as_of import AsOf
    from remit.model.register import Register

MOST_ROWS = 1_000
"""Of one kind on the page of a day; more are said as a number."""


class Called(NamedTuple):
    """A name and its language, and the address it leads to; none where it leads nowhere."""

    address: str
    words: str
    language: str


class Row(NamedTuple):
    """What it is about, those that stand beside it, and what else is said of it."""

    about: Called
    beside: tuple[Called, ...] = ()
    members: int | None = None
    """Of a network: how many take part."""
    in_force: tuple[str, str] | None = None
    """Of a mandate's version: its first and last day, as they are written."""


@dataclass(frozen=True, slots=True)
class Rows(InWords):
    """How many there are, and the row of each; of too many there are no rows."""

    number: int
    rows: list[Row]

    def in_words(self) -> str:
        return f"{self.number}{''.join(map(_in_words, self.rows))}"


_in_words = lru_cache(maxsize=32768)(repr)
"""Of rows: most are the same on the next day."""


_Shown = tuple[str, str, date, date, Row]
"""What a row stands by, name and id, and its first and last day."""


class _Told(NamedTuple):
    """What is told of a record from its first day to its last: a row, from each of `starts` on the
    next one; None where there is nothing to tell."""

    first: date
    last: date
    id: str
    starts: list[date]
    rows: list[Row | None]

    def shown(self) -> Iterator[_Shown]:
        ends = [*(start - ONE_DAY for start in self.starts), self.last]
        for first, last, row in zip((self.first, *self.starts), ends, self.rows, strict=True):
            if row:
                yield row.about.words.casefold(), self.id, first, last, row


_LISTED = (Task, Role, Office, Network, Contact, Organisation)
"""What there was of each is listed; and those of them that were called otherwise:"""
_RENAMED = (Organisation, Role, Network)


@dataclass(frozen=True)
class DayLists:
    """The lists of a day; get them from `AsOf.lists`.

    Each is for a reader of `languages`, the first before the others, by the addresses of `today`: a
    record that has several spans stands under that of the day's."""

    as_of: AsOf

    @property
    def day(self) -> date:
        return self.as_of.day

    def _listing(self, cls: type[Record], languages: str, today: date) -> Listing:
        return self.as_of.register.listing(cls, languages, today)

    def make_indexes(self, languages: str, today: date) -> None:
        """Makes what the lists of all days ask of the kinds that this one shows."""
        for cls in _LISTED:
            if self.as_of.number_living(cls) <= MOST_ROWS:
                _ = self._listing(cls, languages, today).told
        for cls in _RENAMED:
            _ = self._listing(cls, languages, today).told_of_names
        if len(self.as_of.mandates_in_force()) <= MOST_ROWS:
            _ = self._listing(MandateVersion, languages, today).told_of_versions

    @asked_once
    def of(self, cls: type[Record], languages: str, today: date) -> Rows:
        """Those of a class that exist, by name. Of tasks, those that someone holds."""
        number = self.as_of.number_living(cls)
        if number > MOST_ROWS and cls is Task:
            tasks = self.as_of.living(Task)
            number = sum(1 for one in tasks if self.as_of.holders(one))
        if number > MOST_ROWS:
            return Rows(number, [])
        rows = self._listing(cls, languages, today).rows_on(self.day)
        if cls is Task:
            rows = [row for row in rows if row.beside]
        return Rows(len(rows), rows)

    @asked_once
    def in_force(self, languages: str, today: date) -> Rows:
        """The versions of mandates that are in force, by the mandates' ids."""
        versions = self.as_of.mandates_in_force()
        if len(versions) > MOST_ROWS:
            return Rows(len(versions), [])
        told = self._listing(MandateVersion, languages, today).told_of_versions.found
        return Rows(len(versions), [told[address] for address in versions.addresses()])

    @asked_once
    def renamed(self, languages: str, today: date) -> Rows:
        """Those that are called otherwise today, each kind by name; beside each what it is called
        today."""
        found = list[Row]()
        for cls in _RENAMED:
            found += self._listing(cls, languages, today).renamed_on(self.day)
        return Rows(len(found), found if len(found) <= MOST_ROWS else [])


def _called(as_of: AsOf, record: Record, languages: Sequence[str]) -> Called:
    return Called(address_of(record), *as_of.called(record, languages))


def _every(listing: Listing) -> SomeRecords[Record]:
    return listing.register.all(listing.cls)


def _of_several_names(listing: Listing) -> SomeRecords[Record]:
    return listing.register.some(listing.register.lifetimes(listing.cls).of_several_names)


def _in_force_once(listing: Listing) -> SomeRecords[MandateVersion]:
    """The versions that take force at any time."""
    every = listing.register.in_force.values()
    return listing.register.some(address for of_one in every for *_, address in of_one)


@dataclass(frozen=True)
class Listing:
    """What the lists of all days tell of the records of a class, in these languages; get it from
    `Register.listing`, which keeps it."""

    register: Register
    cls: type[Record]
    languages: str
    today: date

    @index_of_each(_every)
    def told(self, record: Record) -> _Told:
        """The row of each."""
        return self._told(record, self._row)

    @index_of_each(_of_several_names)
    def told_of_names(self, record: Record) -> _Told:
        """Of each that has several names, the row while it is called otherwise than today."""
        return self._told(record, self._renamed)

    @index_of_each(_in_force_once)
    def told_of_versions(self, version: MandateVersion) -> Row:
        """The row of each version of a mandate that takes force."""
        first, last = version.in_force.from_, version.in_force.to
        written = first.text if first else "", last.text if last else ""
        called = _called(self.register.as_of(self.today), version, self._reader)
        return Row(called, in_force=written)

    def rows_on(self, day: date) -> list[Row]:
        """The rows of those that there are on a day, by name."""
        return self._on(day, "told", self.told)

    def renamed_on(self, day: date) -> list[Row]:
        """The rows of those that are called otherwise on a day than today, by name."""
        return self._on(day, "told_of_names", self.told_of_names)

    def _on(self, day: date, name: str, told: Each[_Told]) -> list[Row]:
        shown = self._shown.get(name)
        if shown is None:  # in their order once for all days
            every = (one for each in told.found.values() for one in each.shown())
            shown = self._shown[name] = sorted(every)
        return [row for _, _, first, last, row in shown if first <= day <= last]

    @cached_property
    def _shown(self) -> dict[str, list[_Shown]]:
        """By the index that it is of."""
        return {}

    def _told(self, record: Record, row: Callable[[Record, date], Row | None]) -> _Told:
        life = self.register.life(record)
        turns = {turn for turn in self._turns(record) if life.first < turn <= life.last}
        starts = sorted(turns)
        rows = [row(record, day) for day in (life.first, *starts)]
        return _Told(life.first, life.last, record.id, starts, rows)

    def _renamed(self, record: Record, day: date) -> Row | None:
        if record.name_on(day) == record.name_on(self.today):
            return None
        then, now = (
            _called(self.register.as_of(one), record, self._reader) for one in (day, self.today)
        )
        return Row(then._replace(address=""), (now,))

    def _row(self, record: Record, day: date) -> Row:
        as_of, members = self.register.as_of(day), None
        beside = [self._party(as_of, id) for id in _named_beside(record)]
        if isinstance(record, Task):
            beside = [self._then(as_of, one) for one in as_of.holders(record)]
        elif isinstance(record, Network):
            members = len(as_of.members(record))
        return Row(self._then(as_of, record), tuple(beside), members)

    def _party(self, as_of: AsOf, id: str) -> Called:
        party, reader = self.register.party(id), self._reader
        return _called(as_of, party, reader) if party else Called("", id, reader[0])

    def _then(self, as_of: AsOf, record: Record) -> Called:
        """By the address that shows it as it stood."""
        called = _called(as_of, record, self._reader)
        if called.address in self.register.having_spans():
            address = address_on(self.register, record, as_of.day, self.today)
            called = called._replace(address=address)
        return called

    @cached_property
    def _reader(self) -> list[str]:
        return self.languages.split()

    def _turns(self, record: Record) -> Iterator[date]:
        """The days from which its row may be another one."""
        beside = [self.register.party(id) for id in _named_beside(record)]
        if isinstance(record, Task):
            transfers = self.register.transfers_of(record)
            yield from (transfer.date for transfer in transfers)
            ids = [*record.first_held_by, *(id for one in transfers for id in one.to)]
            beside = [self.register.party(id) for id in dict.fromkeys(ids)]
        elif isinstance(record, Network):
            yield from _ends(one.period for one in record.members)
        for one in (record, *beside):
            if isinstance(one, RenamableRecord):
                yield from _ends(name.period for name in one.names)
            if isinstance(one, Role | Organisation):
                yield from _ends(self.register.spans(one))
            if one is not None:
                yield from _ends([self.register.life(one)])


def _named_beside(record: Record) -> Sequence[str]:
    """Those that a record names and that stand beside it."""
    if isinstance(record, Role):
        return (record.holder,)
    if isinstance(record, Office):
        return (record.organisation,)
    return (record.convener,) if isinstance(record, Network) else ()


def _ends(periods: Iterable[Period]) -> Iterator[date]:
    """The first day of each, and the first after it."""
    for period in periods:
        yield period.first
        if period.last < LAST_DAY:
            yield period.last + ONE_DAY
