"""Who works with, reports to and refers to whom on a day, by what the register says, as data.

The mandates' blocks, the roles and the cooperations are gone through once; then every question is
answered from what they said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from remit.model.reading import SAID, index, note_record, question, unnoticed
from remit.model.records import (
    BoundaryBlock,
    CooperationBlock,
    Mandate,
    MandateVersion,
    Partner,
    Record,
    ReportingBlock,
    Role,
    TaskBlock,
    address_of,
)
from remit.model.values import ALWAYS, Period

if TYPE_CHECKING:
    from remit.model.register import Register

Kind = Literal["cooperates", "reports", "refers"]
KINDS: tuple[Kind, ...] = ("cooperates", "reports", "refers")


class Statement(NamedTuple):
    """One place in the register that says: `giver` works with, reports to or refers to `taker`.
    Both are told by their addresses: there are many statements, and they are held for long."""

    giver: str
    taker: str
    kind: Kind
    mutual: bool
    place: str
    """Address of what says it, with the block in a mandate."""
    first: date
    """It is said, and both sides are there, from this day to the last."""
    last: date

    @property
    def key(self) -> tuple[str, str, Kind]:
        """What is said, whoever says it."""
        return self[:3]


class Relation(NamedTuple):
    """A relation on a day. A mutual cooperation stands once, its sides in order of address."""

    giver: Record
    taker: Record
    kind: Kind
    mutual: bool
    places: tuple[str, ...]


@dataclass(frozen=True)
class Relations:
    """All that is said in the register of who works with whom, at any time; it has one."""

    register: Register

    @index
    def statements(self) -> list[Statement]:
        return [one for one in self._said() if one.giver != one.taker]

    @index
    def _by_side(self) -> dict[str, list[Statement]]:
        sides: dict[str, list[Statement]] = {}
        for one in self.statements:
            sides.setdefault(one.giver, []).append(one)
            sides.setdefault(one.taker, []).append(one)
        return sides

    def make_indexes(self) -> None:
        """Makes what nearly every page asks."""
        _ = (self.statements, self._by_side)

    @question
    def whole(self, day: date) -> list[Relation]:
        """Every relation on `day`."""
        return self._merged(one for one in self.statements if one.first <= day <= one.last)

    @question
    def of(self, record: Record, day: date) -> list[Relation]:
        """The relations of one role, organisation or network on `day`."""
        said = self._by_side.get(address_of(record), [])
        return self._merged(one for one in said if one.first <= day <= one.last)

    # --- who says so ---

    def _said(self) -> Iterator[Statement]:
        for version in self.register.all(MandateVersion):
            if version.status.takes_force:
                yield from self._in_mandate(version)
        for role in self.register.all(Role):
            place = address_of(role)
            for line in role.reports_to:
                yield from self._between([role], [line.to], "reports", place)
            for boundary in role.does_not:
                yield from self._between([role], boundary.refers_to, "refers", place)
        for partner in self.register.all(Partner):
            yield from self._in_partner(partner)

    def _in_mandate(self, version: MandateVersion) -> Iterator[Statement]:
        mandate = self.register.mandate_of(version)
        holders = self._parties(mandate.holders)
        note_record(version, SAID)
        with unnoticed():
            said = said_in(version)
        for id, who, takers, kind, mutual in said:
            place, period = f"{address_of(version)}#{id}", version.in_force
            givers = self._parties(who) or holders
            yield from self._between(givers, takers, kind, place, period, mutual)

    def _in_partner(self, partner: Partner) -> Iterator[Statement]:
        givers = self._parties([partner.between])
        place, period = address_of(partner), partner.period
        yield from self._between(
            givers, [partner.and_], "cooperates", place, period, partner.mutual
        )

    def _between(
        self,
        givers: Iterable[Record],
        takers: Iterable[str],
        kind: Kind,
        place: str,
        period: Period = ALWAYS,
        mutual: bool = False,
    ) -> Iterator[Statement]:
        life = self.register.life
        for taker in self._parties(takers):
            for giver in givers:
                periods = period, life(giver), life(taker)
                first, last = max(one.first for one in periods), min(one.last for one in periods)
                giver_is, taker_is = address_of(giver), address_of(taker)
                yield Statement(giver_is, taker_is, kind, mutual, place, first, last)

    def _parties(self, targets: Iterable[str]) -> list[Record]:
        """The parties that pointers name; for a mandate, the roles that hold it."""
        found: list[Record] = []
        for target in targets:
            party = self.register.party(target)
            if isinstance(party, Mandate):
                found += self._parties(party.holders)
            elif party is not None:
                found.append(party)
        return found

    def _merged(self, statements: Iterable[Statement]) -> list[Relation]:
        """One relation for all that say the same; both ways round makes a cooperation mutual."""
        found: dict[tuple[str, str, Kind], list[Statement]] = {}
        for one in statements:
            found.setdefault(one.key, []).append(one)
        relations, records = [], self.register.by_address
        for (giver, taker, kind), said in sorted(found.items(), key=lambda item: _order(item[0])):
            back = found.get((taker, giver, kind), []) if kind == "cooperates" else []
            mutual = kind == "cooperates" and (bool(back) or any(one.mutual for one in said))
            if back and giver > taker:
                continue
            places = tuple(dict.fromkeys(one.place for one in (*said, *back)))
            sides = records[giver], records[taker]
            relations.append(Relation(*sides, kind, mutual, places))
        return relations


def said_in(record: Record) -> list[tuple[str, list[str], list[str], Kind, bool]]:
    """What the blocks of a mandate's version say of who works with whom: the block, whose task it
    is where it is not the holders', the others, the kind of relation and whether it is mutual. Of
    any other record nothing."""
    found: list[tuple[str, list[str], list[str], Kind, bool]] = []
    for section in record.sections if isinstance(record, MandateVersion) else ():
        for block in section.blocks:
            if isinstance(block, CooperationBlock):
                found.append((block.id, [], [block.with_], "cooperates", block.mutual))
            elif isinstance(block, TaskBlock):
                found.append((block.id, block.who, block.with_, "cooperates", False))
            elif isinstance(block, ReportingBlock):
                found.append((block.id, [], [block.to], "reports", False))
            elif isinstance(block, BoundaryBlock):
                found.append((block.id, [], block.refers_to, "refers", False))
    return [one for one in found if one[2]]


def _order(key: tuple[str, str, Kind]) -> tuple[str, int, str]:
    giver, taker, kind = key
    return (giver, KINDS.index(kind), taker)
