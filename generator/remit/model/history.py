"""When the organisation changed: what began, ended, was renamed or moved, day by day."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from remit.model.brief import Brief
from remit.model.reading import index, question
from remit.model.record_list import Lazy
from remit.model.records import (
    Contact,
    MandateVersion,
    Network,
    Office,
    Organisation,
    Partner,
    Record,
    Role,
    Task,
    Transfer,
    address_of,
)
from remit.model.values import FIRST_DAY, LAST_DAY, ONE_DAY, Period, When

if TYPE_CHECKING:
    from remit.model.register import Register

ON_DATES = "on"
"""The list of change dates; the page of a day, or of a year, is below it."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
MOST_LINES = 100_000
"""What all pages of days may hold together, were each to show the whole organisation: days of
change times records that come and go. Beyond it a day shows what changed, and a year ends with the
whole; or the pages would grow with the square of the register."""

FOLLOWED = (MandateVersion, Role, Organisation, Office, Network, Partner, Task, Contact)
"""The kinds whose beginning and end are changes of the organisation."""


class Turn(StrEnum):
    BEGINS = "begins"
    ENDS = "ends"
    RENAMED = "renamed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise from `day` on than it was the day before."""

    day: date
    """The first day of the new state; for an end the day after the last."""
    when: When
    """The same as precisely as it is known; for an end the last day."""
    turn: Turn
    record: Record
    """What begins, ends or is renamed; for a move the transfer."""


TurnOf = tuple[str, When, Turn]
"""A change of a day: of which record, by its address."""


class Changes(Lazy[Change]):
    """The changes of one day, each made when it is asked for: no record is held for them."""

    __slots__ = ("_day", "_records", "_turns")

    def __init__(self, records: Mapping[str, Record], day: date, turns: Sequence[TurnOf]) -> None:
        self._records, self._day, self._turns = records, day, turns

    def __len__(self) -> int:
        return len(self._turns)

    def at(self, place: int) -> Change:
        address, when, turn = self._turns[place]
        return Change(self._day, when, turn, self._records[address])


def turns_of(one: Brief) -> Iterator[tuple[date, When, Turn]]:
    """The changes of one record itself: its life and its names."""
    if one.kind == MandateVersion.KIND and not one.takes_force:
        return
    life = one.life
    if life.from_:
        yield life.first, life.from_, Turn.BEGINS
    if life.to and life.last < LAST_DAY:
        yield life.last + ONE_DAY, life.to, Turn.ENDS
    for period in sorted(one.names, key=lambda period: period.first)[1:]:
        start = period.from_
        if start:
            yield start.first, start, Turn.RENAMED


@dataclass(frozen=True, slots=True)
class DayOfChange:
    """A day that has a page: what is otherwise from it on, and the days beside it that have one."""

    changes: Sequence[Change]
    before: date | None
    after: date | None
    is_whole: bool
    """Whether its page shows the whole organisation, not its changes alone."""
    whole_before: date | None
    whole_after: date | None
    """The nearest days whose pages show the whole."""


@dataclass(frozen=True)
class Calendar:
    """The days of change of a register, found once."""

    register: Register

    @property
    def changes(self) -> dict[date, Sequence[Change]]:
        """All changes of the organisation, in the order of their days."""
        records = self.register.by_address
        return {day: Changes(records, day, turns) for day, turns in self.turns.items()}

    @index
    def turns(self) -> dict[date, list[TurnOf]]:
        """The same without the records."""
        found: dict[date, list[TurnOf]] = {}
        for transfer in self.register.all(Transfer):
            moved = (address_of(transfer), When.on(transfer.date), Turn.MOVED)
            found.setdefault(transfer.date, []).append(moved)
        for cls in FOLLOWED:
            for day, turns in self.register.lifetimes(cls).turns.items():
                found.setdefault(day, []).extend(turns)
        return {day: found[day] for day in sorted(found)}

    @index
    def is_large(self) -> bool:
        """Whether there are too many days and records for each day to show all of them."""
        followed = sum(len(self.register.all(cls)) for cls in FOLLOWED)
        return followed * len(self.turns) > MOST_LINES

    @index
    def days(self) -> list[date]:
        """The days that have a page of their own: each day of change, and the last day before it
        unless the register is large.

        A day whose page was released keeps it, though its date be corrected since.
        """
        days = {*released_days(self.register).get(ON_DATES, ()), *self.turns}
        if not self.is_large:
            days |= {day - ONE_DAY for day in self.turns if day > FIRST_DAY}
        return sorted(days)

    @index
    def whole_days(self) -> list[date]:
        """Those whose page shows the whole organisation: in a large register the last day of
        change in each year, else all."""
        if not self.is_large:
            return self.days
        return [max(days) for _, days in groupby(self.turns, key=lambda day: day.year)]

    @index
    def years(self) -> list[int]:
        """The years that have a page of their own: those with changes, of a large register; and
        those whose page was released."""
        years = {day.year for day in self.turns} if self.is_large else set()
        return sorted(years | _released_years(self.register))

    @question
    def on(self, day: date) -> DayOfChange:
        """What the page of a day goes by."""
        whole = self.whole_days
        return DayOfChange(
            Changes(self.register.by_address, day, self.turns.get(day, ())),
            *_beside(self.days, day),
            day in whole,
            *_beside(whole, day),
        )

    @question
    def in_year(self, year: str) -> dict[date, Sequence[Change]]:
        """The changes of a year, in the order of their days."""
        return {day: found for day, found in self.changes.items() if day.year == int(year)}

    @question
    def numbers(self) -> dict[int, int]:
        """How many changes there are in each year that has a page, the latest first."""
        found = dict.fromkeys(reversed(self.years), 0)
        for day, changes in self.turns.items():
            if day.year in found:
                found[day.year] += len(changes)
        return found


def _beside(days: list[date], day: date) -> tuple[date | None, date | None]:
    """The nearest of sorted days before a day and after it."""
    before, after = bisect_left(days, day), bisect_right(days, day)
    return days[before - 1] if before else None, days[after] if after < len(days) else None


def _released_years(register: Register) -> set[int]:
    """Those that have a released page of their own."""
    found = set()
    for address in register.released.lines if register.released else ():
        above, _, year = address.rpartition("/")
        if above == ON_DATES and _YEAR.fullmatch(year):
            found.add(int(year))
    return found


def released_days(register: Register) -> dict[str, list[date]]:
    """By the address they stand below: the days of the released pages `<address>/<day>`."""
    found: dict[str, list[date]] = {}
    for address in register.released.lines if register.released else ():
        above, _, day = address.rpartition("/")
        if _DAY.fullmatch(day):
            try:
                found.setdefault(above, []).append(date.fromisoformat(day))
            except ValueError:
                continue  # no such day: it is reported as gone
    return found


def day_of(version: Period) -> date:
    """The day that names a span and its page: its first, or its last where that is open."""
    return version.first if version.first > FIRST_DAY else version.last


def address_on(register: Register, record: Record, day: date, today: date) -> str:
    """The address that shows a record as it stood on `day`: the record's own where that is now.

    For one of those that have several spans."""
    address = address_of(record)
    for version in register.spans(record):
        if version.covers(day) and not version.covers(today):
            return f"{address}/{day_of(version)}"
    return address


def version_addresses(register: Register) -> Iterator[tuple[Record, Period, str]]:
    """The roles and organisations with more than one span: each span and its page's address."""
    released = released_days(register)
    followed: list[Role | Organisation] = [*register.all(Role), *register.all(Organisation)]
    for record in followed:
        for version, address in versions_of(register, record, released):
            yield record, version, address


def versions_of(
    register: Register, record: Role | Organisation, released: Mapping[str, Sequence[date]]
) -> Iterator[tuple[Period, str]]:
    """Each span of one that has several, and its page's address.

    A page that was released under another day of the span stays as well.
    """
    versions = register.spans(record)
    if len(versions) > 1:
        for version in versions:
            yield version, f"{address_of(record)}/{day_of(version)}"
    named = {day_of(version) for version in versions} if len(versions) > 1 else set()
    for day in released.get(address_of(record), ()):
        now = next((version for version in versions if version.covers(day)), None)
        if now and day not in named:
            yield now, f"{address_of(record)}/{day}"
