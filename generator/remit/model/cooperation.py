"""Which mandates name which: two ways, or one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from remit.model.as_of import AsOf
from remit.model.records import (
    CooperationBlock,
    Mandate,
    MandateVersion,
    Network,
    Organisation,
    Record,
    Role,
)
from remit.model.register import Register, address_of


class Naming(NamedTuple):
    """One mandate's version names the holder of another; `mutual` when that one names it back."""

    version: MandateVersion
    block: CooperationBlock
    other: MandateVersion
    mutual: bool


def namings(as_of: AsOf) -> list[Naming]:
    """Each naming of one mandate's holder in another mandate, both in force on the day."""
    register, found = as_of.register, []
    for version in as_of.mandates_in_force():
        own = sides(register, register.mandate_of(version))
        for section in version.sections:
            for block in section.blocks:
                if not isinstance(block, CooperationBlock):
                    continue
                for other in versions_of(register, register.party(block.with_)):
                    if other.mandate != version.mandate and as_of.version(other.mandate) is other:
                        mutual = bool(own & named_partners(register, _with(other)))
                        found.append(Naming(version, block, other, mutual))
    return found


def sides(register: Register, mandate: Mandate) -> set[str]:
    """Addresses of the roles that hold a mandate, and of the bodies where those roles sit."""
    return {address_of(record) for record in _sides(register, mandate)}


def _sides(register: Register, mandate: Mandate) -> Iterator[Record]:
    for id in mandate.holders:
        role = register.follow(Role, id)
        if role:
            yield role
            organisation = register.follow(Organisation, role.holder)
            if organisation:
                yield organisation


def versions_of(register: Register, party: Record | None) -> list[MandateVersion]:
    """Versions of the mandates that a role holds. A body as such has no mandate here."""
    if not isinstance(party, Role):
        return []
    return [
        version
        for mandate in register.mandates_of(party)
        for version in register.versions(mandate.id)
    ]


def _with(version: MandateVersion) -> list[str]:
    """Whom a version says to work with, as it names them."""
    return [
        block.with_
        for section in version.sections
        for block in section.blocks
        if isinstance(block, CooperationBlock)
    ]


def named_partners(register: Register, partners: Iterable[str]) -> set[str]:
    """Addresses of those that a version says to work with, and of the members of networks among
    them."""
    named = set()
    for party in map(register.party, partners):
        if party:
            named.add(address_of(party))
        if isinstance(party, Network):
            named.update(
                address_of(member)
                for membership in party.members
                if (member := register.party(membership.member))
            )
    return named
