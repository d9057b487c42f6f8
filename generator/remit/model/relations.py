"""Who works with, reports to and refers to whom on a day, by what the register says, as data.

The mandates' blocks, the roles and the cooperations are gone through once; then every question is
answered from what they said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from remit.model.brief import Brief, RelationKind
from remit.model.reading import index, question
from remit.model.record_list import address_of_mandate
from remit.model.records import Mandate, MandateVersion, Partner, Record, Role, address_of

if TYPE_CHECKING:
    from remit.model.register import Register

KINDS: tuple[RelationKind, ...] = ("cooperates", "reports", "refers")


class Statement(NamedTuple):
    """One place in the register that says: `giver` works with, reports to or refers to `taker`.
    Both are told by their addresses: there are many statements, and they are held for long."""

    giver: str
    taker: str
    kind: RelationKind
    mutual: bool
    place: str
    """Address of what says it, with the block in a mandate."""
    first: date
    """It is said, and both sides are there, from this day to the last."""
    last: date

    @property
    def key(self) -> tuple[str, str, RelationKind]:
        """What is said, whoever says it."""
        return self[:3]


class Relation(NamedTuple):
    """A relation on a day. A mutual cooperation stands once, its sides in order of address."""

    giver: Record
    taker: Record
    kind: RelationKind
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
        register = self.register
        for version in register.briefs(MandateVersion):
            if version.takes_force:
                mandate = register.brief(address_of_mandate(version.address))
                yield from self._statements_of(version, self._parties(mandate.holders))
        for cls in (Role, Partner):
            for one in register.briefs(cls):
                yield from self._statements_of(one, [one])

    def _statements_of(self, one: Brief, meant: Sequence[Brief]) -> Iterator[Statement]:
        """What one record says; `meant`: of whom, where it names nobody."""
        life = self.register.life_of
        for said in one.said:
            place = f"{one.address}#{said.block}" if said.block else one.address
            givers = self._parties(said.who) or meant
            for taker in self._parties(said.others):
                for giver in givers:
                    periods = one.life, life(giver), life(taker)
                    first = max(period.first for period in periods)
                    last = min(period.last for period in periods)
                    yield Statement(
                        giver.address, taker.address, said.kind, said.mutual, place, first, last
                    )

    def _parties(self, targets: Iterable[str]) -> list[Brief]:
        """The parties that pointers name; for a mandate, the roles that hold it."""
        found: list[Brief] = []
        for target in targets:
            party = self.register.party_brief(target)
            if party is not None and party.kind == Mandate.KIND:
                found += self._parties(party.holders)
            elif party is not None:
                found.append(party)
        return found

    def _merged(self, statements: Iterable[Statement]) -> list[Relation]:
        """One relation for all that say the same; both ways round makes a cooperation mutual."""
        found: dict[tuple[str, str, RelationKind], list[Statement]] = {}
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


def _order(key: tuple[str, str, RelationKind]) -> tuple[str, int, str]:
    giver, taker, kind = key
    return (giver, KINDS.index(kind), taker)
