"""When the organisation changed: what began, ended, was renamed or moved, day by day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from remit.model.records import (
    Contact,
    MandateVersion,
    Network,
    Office,
    Organisation,
    Partner,
    Record,
    RenamableRecord,
    Role,
    Task,
    Transfer,
)
from remit.model.register import Register, address_of
from remit.model.values import FIRST_DAY, LAST_DAY, ONE_DAY, Period, When

ON_DATES = "on"
"""The list of change dates; the page of a day is below it."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

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


def changes_of(register: Register, record: Record) -> Iterator[Change]:
    """The changes of one record itself: its life and its names, or its move."""
    if isinstance(record, Transfer):
        yield Change(record.date, When.on(record.date), Turn.MOVED, record)
        return
    if isinstance(record, MandateVersion) and not record.status.takes_force:
        return
    life = register.life(record)
    yield from _ends_of(life, record)
    if isinstance(record, RenamableRecord):
        names = sorted(record.names, key=lambda dated: dated.period.first)
        for dated in names[1:]:
            start = dated.period.from_
            if start:
                yield Change(start.first, start, Turn.RENAMED, record)


def _ends_of(life: Period, record: Record) -> Iterator[Change]:
    if life.from_:
        yield Change(life.first, life.from_, Turn.BEGINS, record)
    if life.to and life.last < LAST_DAY:
        yield Change(life.last + ONE_DAY, life.to, Turn.ENDS, record)


def changes_by_day(register: Register) -> dict[date, list[Change]]:
    """All changes of the organisation, in the order of their days."""
    found: dict[date, list[Change]] = {}
    for cls in (Transfer, *FOLLOWED):
        for record in register.all(cls):
            for change in changes_of(register, record):
                found.setdefault(change.day, []).append(change)
    return {day: found[day] for day in sorted(found)}


def change_dates(register: Register) -> list[date]:
    """The days that have a page of their own: each day of change, and the last day before it.

    A day whose page was released keeps it, though its date be corrected since.
    """
    days = set(released_days(register).get(ON_DATES, ()))
    for day in changes_by_day(register):
        days.add(day)
        if day > FIRST_DAY:
            days.add(day - ONE_DAY)
    return sorted(days)


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
    """The address that shows a record as it stood on `day`: the record's own where that is now."""
    if isinstance(record, Role | Organisation):
        versions = register.spans(record)
        for version in versions if len(versions) > 1 else ():
            if version.covers(day) and not version.covers(today):
                return f"{address_of(record)}/{day_of(version)}"
    return address_of(record)


def version_addresses(register: Register) -> Iterator[tuple[Record, Period, str]]:
    """The roles and organisations with more than one span: each span and its page's address."""
    released = released_days(register)
    for cls in (Role, Organisation):
        for record in register.all(cls):
            for address, version in addresses_of_versions(register, record, released):
                yield record, version, address


def addresses_of_versions(
    register: Register, record: Record, released: Mapping[str, Sequence[date]]
) -> Iterator[tuple[str, Period]]:
    """The pages of a role's or organisation's spans, when it has more than one.

    A page that was released under another day of the span stays as well.
    """
    versions = register.spans(record)
    named = {day_of(version): version for version in versions} if len(versions) > 1 else {}
    for day in released.get(address_of(record), ()):
        now = next((version for version in versions if version.covers(day)), None)
        if now:
            named.setdefault(day, now)
    for day, version in named.items():
        yield f"{address_of(record)}/{day}", version
