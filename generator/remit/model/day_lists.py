"""What the page of a day lists: what there was of each kind, by the names of that day.

Each list is one answer, so that a page of a thousand names turns out otherwise only when one of
them does. What a record's row says, and when, is found once for all days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from remit.model.history import address_on
from remit.model.reading import InWords, asked_once, index
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


class _Told(NamedTuple):
    """What is told of a record from its first day to its last: a row, from each of `starts` on the
    next one; None where there is nothing to tell."""

    first: date
    last: date
    id: str
    starts: list[date]
    rows: list[Row | None]

    def on(self, day: date) -> Row | None:
        is_there = self.first <= day <= self.last
        return self.rows[bisect_right(self.starts, day)] if is_there else None


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

    def make_indexes(self, languages: str, today: date) -> None:
        """Makes what the lists of all days ask of the kinds that this one shows."""
        listing = self.as_of.register.listing
        for cls in _LISTED:
            if len(self.as_of.living(cls)) <= MOST_ROWS:
                _ = listing(cls, languages, today).told
        for cls in _RENAMED:
            _ = listing(cls, languages, today).told_of_names
        if len(self.as_of.mandates_in_force()) <= MOST_ROWS:
            _ = listing(MandateVersion, languages, today).told_of_versions

    @asked_once
    def of(self, cls: type[Record], languages: str, today: date) -> Rows:
        """Those of a class that exist, by name. Of tasks, those that someone holds."""
        number = len(self.as_of.living(cls))
        if number > MOST_ROWS and cls is Task:
            tasks = self.as_of.living(Task)
            number = sum(1 for one in tasks if self.as_of.holders(one))
        if number > MOST_ROWS:
            return Rows(number, [])
        rows = _by_name(self.as_of.register.listing(cls, languages, today).told, self.day)
        if cls is Task:
            rows = [row for row in rows if row.beside]
        return Rows(len(rows), rows)

    @asked_once
    def in_force(self, languages: str, today: date) -> Rows:
        """The versions of mandates that are in force, by the mandates' ids."""
        versions = self.as_of.mandates_in_force()
        if len(versions) > MOST_ROWS:
            return Rows(len(versions), [])
        told = self.as_of.register.listing(MandateVersion, languages, today).told_of_versions
        return Rows(len(versions), [told[address] for address in versions.addresses()])

    @asked_once
    def renamed(self, languages: str, today: date) -> Rows:
        """Those that are called otherwise today, each kind by name; beside each what it is called
        today."""
        found = list[Row]()
        for cls in _RENAMED:
            listing = self.as_of.register.listing(cls, languages, today)
            found += _by_name(listing.told_of_names, self.day)
        return Rows(len(found), found if len(found) <= MOST_ROWS else [])


def _by_name(told: Iterable[_Told], day: date) -> list[Row]:
    rows = ((row.about.words.casefold(), one.id, row) for one in told if (row := one.on(day)))
    return [row for *_, row in sorted(rows)]


def _called(as_of: AsOf, record: Record, languages: Sequence[str]) -> Called:
    return Called(address_of(record), *as_of.called(record, languages))


@dataclass(frozen=True)
class Listing:
    """What the lists of all days tell of the records of a class, in these languages; get it from
    `Register.listing`, which keeps it."""

    register: Register
    cls: type[Record]
    languages: str
    today: date

    @index
    def told(self) -> list[_Told]:
        """The row of each."""
        return [self._told(one, self._row) for one in self.register.all(self.cls)]

    @index
    def told_of_names(self) -> list[_Told]:
        """Of each that has several names, the row while it is called otherwise than today."""
        several = self.register.some(self.register.lifetimes(self.cls).of_several_names)
        return [self._told(one, self._renamed) for one in several]

    @index
    def told_of_versions(self) -> dict[str, Row]:
        """Of mandates' versions that take force: the row of each, by its address."""
        as_of, found = self.register.as_of(self.today), {}
        for one in self.register.all(MandateVersion):
            if one.status.takes_force:
                first, last = one.in_force.from_, one.in_force.to
                written = first.text if first else "", last.text if last else ""
                row = Row(_called(as_of, one, self._reader), in_force=written)
                found[address_of(one)] = row
        return found

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
