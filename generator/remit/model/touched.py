"""Which pages and documents a change of the register touches: may be one too many, none too few."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from remit.model.addresses import address_of_changes, leads_to
from remit.model.records import (
    Contact,
    Mandate,
    MandateVersion,
    Network,
    Organisation,
    Partner,
    Record,
    Redirect,
    Role,
    Task,
    Transfer,
)
from remit.model.register import Register, address_of
from remit.model.shape import look_through
from remit.model.values import LAST_DAY

if TYPE_CHECKING:
    from remit.model.register_comparison import RecordChange

SHOWN_WHOLE = (Contact, Task)
"""Kinds of record of which the pages that name one show more than its name and time."""
LETTERHEAD = ("letterhead", "postal_address", "phone", "web")
"""Fields of an organisation that stand at the head of the documents that it issues."""


@dataclass(frozen=True)
class Touched:
    """What the changes from one state of the register to another touch."""

    old: Register
    new: Register
    changes: Sequence[RecordChange]

    @cached_property
    def pages(self) -> list[str]:
        """Addresses of the record pages that may show something else now, or are new or gone.

        Those of the changed records; of the records that a changed one names anew or no more; of
        those that name, or are named by, a record with another name or time, or one that is shown
        whole; of those whose mandates, cooperations or documents say so; redirects to those; and,
        with a transfer, of all who ever had its tasks. Pages that many records make are not
        counted: lists, the home page, days and spans, areas, professions and the duty guide.
        """
        shown = (self.new.by_address.get(one) or self.old.by_address[one] for one in self.documents)
        records = (*self._records_touched.values(), *shown)
        pages = {page for record in records for page in self._pages_of(record)}
        renamed = {address_of(record) for record in self._shown_otherwise}
        for redirect in self.new.all(Redirect):
            if (leads_to(self.new, redirect) or "").partition("#")[0] in renamed:
                pages.add(redirect.from_)
        return sorted(pages)

    @cached_property
    def _records_touched(self) -> dict[str, Record]:
        """The records whose pages those are, by address."""
        touched = {address_of(change.record): change.record for change in self.changes}
        for change in self.changes:
            before, after = _targets(self.old, change.old), _targets(self.new, change.new)
            touched.update(self._records(before ^ after))
        for record in self._shown_otherwise:
            for one in (record, *self._versions_with(record)):
                touched.update(self._records(self._named_by(one)))
        touched.update((address_of(one), one) for one in self._naming)
        for record in list(touched.values()):
            touched.update(self._records(self._shown_on(record)))
        return touched

    @cached_property
    def documents(self) -> list[str]:
        """Addresses of the pages whose documents read otherwise, are new or gone: of mandate
        versions and roles.

        Those of changed versions and mandates, of what follows a changed version and is compared
        with it, those that name a record with another name, and those issued by a body whose
        letterhead changed; and the cards of roles.
        """
        touched = {address_of(role) for role in self._roles_with_cards}
        for record in (*self._written, *self._naming):
            if isinstance(record, MandateVersion):
                touched |= {address_of(record), *self._compared_with(record)}
            else:
                touched.update(address_of(one) for one in self._versions_with(record))
        for body in self._new_letterheads:
            for mandate in self.new.pointing(body, Mandate, "issued_by"):
                touched.update(address_of(one) for one in self._versions_with(mandate))
        return sorted(touched)

    @property
    def _roles_with_cards(self) -> Iterator[Role]:
        """The roles whose cards tell something else: a card tells what the role's page tells, with
        its contact points whole, or those for emergencies where it has none."""
        roles = {address_of(role): role for one in (self.old, self.new) for role in one.all(Role)}
        yield from (roles[address] for address in self._records_touched if address in roles)
        for record in self._written:
            if isinstance(record, Role):
                yield record
            elif isinstance(record, Organisation):
                for one in (self.old, self.new):
                    yield from one.pointing(record, Role, "holder")
        for record in (*self._written, *self._naming):
            if isinstance(record, Contact):
                states = (one.get(Contact, record.id) for one in (self.old, self.new))
                if any(state and state.emergency for state in states):
                    yield from roles.values()
                yield from (one for one in roles.values() if one is self.new.party(record.of))

    @cached_property
    def _written(self) -> list[Record]:
        """The changed records, and those that say the same in a file with other bytes, such as
        another comment: documents bear a fingerprint of the files that they are made of."""
        changed = [change.record for change in self.changes]
        known = {address_of(record) for record in changed}
        for address, record in self.new.by_address.items():
            was, now = self.old.origins.get(address), self.new.origins.get(address)
            if address in known or was is None or now is None or was is now:
                continue
            if was.fingerprint() != now.fingerprint():
                changed.append(record)
        return changed

    @property
    def _new_letterheads(self) -> Iterator[Organisation]:
        for change in self.changes:
            if isinstance(change.new, Organisation) and any(
                field.path[0] in LETTERHEAD for field in change.fields
            ):
                yield change.new

    def _compared_with(self, version: MandateVersion) -> Iterator[str]:
        """The version that follows, whose documents tell what changed since this one."""
        for register in (self.old, self.new):
            for one in register.versions(version.mandate):
                before = register.version_before(one)
                if before and before.id == version.id:
                    yield address_of(one)

    def _named_by(self, record: Record) -> set[str]:
        """Addresses of the records that a record names, then and now."""
        found = set()
        for register in (self.old, self.new):
            found |= _targets(register, register.by_address.get(address_of(record)))
        return found

    def _shown_on(self, record: Record) -> set[str]:
        """Addresses of the pages that show more of a record than its name: of a mandate, its
        holders'; of a cooperation, both sides'; of a contact, the networks' of whose it is."""
        if isinstance(record, Transfer):
            return self._had_tasks_of(record)
        if isinstance(record, Partner):
            return self._named_by(record)
        found = set()
        for register in (self.old, self.new):
            if isinstance(record, MandateVersion):
                mandate = register.get(Mandate, record.mandate)
                roles = [register.follow(Role, id) for id in mandate.holders] if mandate else []
                found |= {address_of(role) for role in roles if role}
            elif isinstance(record, Contact):
                party = register.party(record.of)
                links = register.back_links(party) if party else []
                sources = [link.source for link in links]
                found |= {address_of(one) for one in sources if isinstance(one, Network)}
        return found

    def _records(self, addresses: Collection[str]) -> Iterator[tuple[str, Record]]:
        for address in addresses:
            record = self.new.by_address.get(address) or self.old.by_address.get(address)
            if record:
                yield address, record

    def _versions_with(self, record: Record) -> list[MandateVersion]:
        """All versions, then and now, of the mandate that a record is or belongs to."""
        if not isinstance(record, Mandate | MandateVersion):
            return []
        mandate = record.mandate if isinstance(record, MandateVersion) else record.id
        both = {one.id: one for one in (*self.old.versions(mandate), *self.new.versions(mandate))}
        return [both[id] for id in sorted(both)]

    def _pages_of(self, record: Record) -> Iterator[str]:
        """A record's page; a mandate's and its versions' go together."""
        yield record.from_ if isinstance(record, Redirect) else address_of(record)
        versions = self._versions_with(record)
        for earlier, version in zip([None, *versions], versions, strict=False):
            yield f"mandates/{version.mandate}"
            yield address_of(version)
            if earlier:
                yield address_of_changes(version)

    @cached_property
    def _shown_otherwise(self) -> list[Record]:
        """The records whose name or time differs, which the pages that name them show."""
        found = {}
        for change in self.changes:
            record = change.record
            if isinstance(record, MandateVersion):
                record = self.new.get(Mandate, record.mandate) or record
            address = address_of(record)
            old, new = self.old.by_address.get(address), self.new.by_address.get(address)
            is_whole = old is None or new is None or isinstance(new, SHOWN_WHOLE)
            is_other_version = isinstance(change.record, MandateVersion) and any(
                field.path[0] in ("in_force", "status") for field in change.fields
            )
            if is_whole or is_other_version or _shown(self.old, old) != _shown(self.new, new):
                found[address] = record
        return list(found.values())

    @cached_property
    def _naming(self) -> list[Record]:
        """The records that name one of those."""
        return [
            link.source
            for record in self._shown_otherwise
            if not isinstance(record, MandateVersion)  # nothing names a version
            for link in self.new.back_links(record)
        ]

    def _had_tasks_of(self, transfer: Transfer) -> set[str]:
        """Addresses of a transfer's tasks and of all who had them at any time."""
        found = set()
        for register in (self.old, self.new):
            for id in transfer.tasks:
                task = register.get(Task, id)
                if task:
                    found |= {address_of(task), *_targets(register, task)}
                    for one in register.transfers_of(task):
                        found |= _targets(register, one)
        return found


def _shown(register: Register, record: Record | None) -> tuple[object, ...]:
    """What pages that name a record show of it."""
    if record is None:
        return ()
    names = [(one.name, one.short, one.period) for one in record.names_ever()]
    return names or [record.name_on(LAST_DAY)], register.life(record)


def _targets(register: Register, record: Record | None) -> set[str]:
    """Addresses of the records that a record names, in its fields and in its texts."""
    if record is None:
        return set()
    found = look_through(record)
    pointed = [register.resolve(one.target, one.to.kinds) for one in found.references]
    linked = [
        named[0]
        for marked in found.marked
        if marked.local
        for link in marked.links
        if len(named := register.named(link.target)) == 1
    ]
    return {address_of(target) for target in (*pointed, *linked) if target}
