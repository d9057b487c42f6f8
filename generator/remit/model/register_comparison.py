"""What changed between two states of the register: records, moved tasks, pages and documents."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from remit.model.addresses import address_of_changes, leads_to
from remit.model.comparison import (
    FieldChange,
    VersionComparison,
    changed_fields,
    compare_versions,
)
from remit.model.links import links_in
from remit.model.records import Contact, Mandate, MandateVersion, Record, Redirect, Task, Transfer
from remit.model.register import Register, address_of
from remit.model.shape import look_through
from remit.model.values import LAST_DAY

Fate = Literal["new", "changed", "ended", "removed"]
FATES: tuple[Fate, ...] = ("new", "changed", "ended", "removed")


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that is new, changed, ended (its open period got an end, whatever else changed) or
    removed. `version` compares the text of a mandate version that is in both."""

    address: str
    fate: Fate
    old: Record | None
    new: Record | None
    fields: tuple[FieldChange, ...] = ()
    version: VersionComparison | None = None

    @property
    def record(self) -> Record:
        record = self.new or self.old
        assert record is not None
        return record


@dataclass(frozen=True, slots=True, order=True)
class MovedTask:
    """A task that moves by a transfer which the older register does not have so."""

    date: date
    task: str
    from_: tuple[str, ...]
    to: tuple[str, ...]
    transfer: str


@dataclass(frozen=True)
class RegisterComparison:
    """`changes` in the order of their addresses."""

    old: Register
    new: Register
    changes: tuple[RecordChange, ...]
    moved_tasks: tuple[MovedTask, ...]

    def of(self, fate: Fate) -> list[RecordChange]:
        return [change for change in self.changes if change.fate == fate]

    @cached_property
    def pages(self) -> list[str]:
        """Addresses of the record pages that may show something else now, or are new or gone.

        Those of the changed records; of the records that a changed one names anew or no more; of
        those that name, or are named by, a record with another name or time or a changed contact,
        which is shown whole; redirects to those; and, with a transfer, of all who ever had its
        tasks. Pages that many records make are not counted: lists, the home page, days and spans,
        areas, professions and the duty guide.
        """
        touched = {address_of(change.record): change.record for change in self.changes}
        for change in self.changes:
            before, after = _targets(self.old, change.old), _targets(self.new, change.new)
            touched.update(self._records(before ^ after))
        for record in self._shown_otherwise:
            for register in (self.old, self.new):
                address = address_of(record)
                touched.update(self._records(_targets(register, register.by_address.get(address))))
        touched.update((address_of(one), one) for one in self._naming)
        for record in list(touched.values()):
            if isinstance(record, Transfer):
                touched.update(self._records(self._had_tasks_of(record)))
        pages = {page for record in touched.values() for page in self._pages_of(record)}
        renamed = {address_of(record) for record in self._shown_otherwise}
        for redirect in self.new.all(Redirect):
            if (leads_to(self.new, redirect) or "").partition("#")[0] in renamed:
                pages.add(redirect.from_)
        return sorted(pages)

    @cached_property
    def documents(self) -> list[str]:
        """Addresses of the mandate versions whose documents read otherwise, are new or gone.

        Those of changed versions and mandates, and those that name a record with another name.
        """
        touched: set[str] = set()
        for record in (*(change.record for change in self.changes), *self._naming):
            if isinstance(record, MandateVersion):
                touched.add(address_of(record))
            else:
                touched.update(address_of(one) for one in self._versions_with(record))
        return sorted(touched)

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
            is_whole = old is None or new is None or isinstance(new, Contact)
            if is_whole or _shown(self.old, old) != _shown(self.new, new):
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


def compare_registers(old: Register, new: Register) -> RegisterComparison:
    """Every record that is not the same in both, and the tasks that move by new transfers."""
    addresses = sorted(old.by_address.keys() | new.by_address.keys())
    found = (
        _compared(address, old.by_address.get(address), new.by_address.get(address))
        for address in addresses
    )
    changes = tuple(change for change in found if change)
    moved = sorted(set(_moves(new)) - set(_moves(old)))
    return RegisterComparison(old, new, changes, tuple(moved))


def _compared(address: str, old: Record | None, new: Record | None) -> RecordChange | None:
    if old is new:
        return None
    if old is None or new is None:
        return RecordChange(address, "new" if old is None else "removed", old, new)
    version = None
    if isinstance(old, MandateVersion) and isinstance(new, MandateVersion):
        version = compare_versions(old, new)
        fields = version.fields
    else:
        fields = changed_fields(old, new)
    if not fields and not (version and version.parts):
        return None
    ended = old.life.last == LAST_DAY and new.life.last < LAST_DAY
    return RecordChange(address, "ended" if ended else "changed", old, new, fields, version)


def _moves(register: Register) -> Iterator[MovedTask]:
    for transfer in register.all(Transfer):
        for task in transfer.tasks:
            yield MovedTask(
                transfer.date, task, tuple(transfer.from_), tuple(transfer.to), transfer.id
            )


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
        for link in links_in(marked.words)
        if len(named := register.named(link.target)) == 1
    ]
    return {address_of(target) for target in (*pointed, *linked) if target}
