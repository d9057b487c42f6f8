"""What changed between two states of the register: records, moved tasks, pages and documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from remit.model.comparison import (
    FieldChange,
    VersionComparison,
    changed_fields,
    compare_versions,
)
from remit.model.links import links_in
from remit.model.records import Contact, Mandate, MandateVersion, Record, Transfer
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
        """Addresses of the record pages that show something else now, or are new or gone.

        Those of the changed records; of the records that name one whose name or period changed, or
        a changed contact, which is shown whole; and of the records that a changed one names anew
        or no more. The lists and the home page, made of all records, are not counted.
        """
        touched = {page for change in self.changes for page in self._pages_of(change.record)}
        for change in self.changes:
            for record in (*self._naming(change), *self._named_otherwise(change)):
                touched.update(self._pages_of(record))
        return sorted(touched)

    @cached_property
    def documents(self) -> list[str]:
        """Addresses of the mandate versions whose documents read otherwise, are new or gone.

        Those of changed versions and mandates, and those that name a record with another name.
        """
        touched: set[str] = set()
        for change in self.changes:
            for record in (change.record, *self._naming(change)):
                if isinstance(record, MandateVersion):
                    touched.add(address_of(record))
                else:
                    touched.update(address_of(one) for one in self._versions_with(record))
        return sorted(touched)

    def _versions_with(self, record: Record) -> list[MandateVersion]:
        """All versions, then and now, of the mandate that a record is or belongs to."""
        if not isinstance(record, Mandate | MandateVersion):
            return []
        mandate = record.mandate if isinstance(record, MandateVersion) else record.id
        both = {one.id: one for one in (*self.old.versions(mandate), *self.new.versions(mandate))}
        return [both[id] for id in sorted(both)]

    def _pages_of(self, record: Record) -> Iterator[str]:
        """A record's page; a mandate's and its versions' go together."""
        yield address_of(record)
        versions = self._versions_with(record)
        for earlier, version in zip([None, *versions], versions, strict=False):
            yield f"mandates/{version.mandate}"
            yield address_of(version)
            if earlier:
                yield f"{address_of(version)}/changes"

    def _naming(self, change: RecordChange) -> list[Record]:
        """The records that show this one's name, when they have to show it otherwise."""
        if not _is_shown_otherwise(change):
            return []
        return [link.source for link in self.new.back_links(change.record)]

    def _named_otherwise(self, change: RecordChange) -> Iterator[Record]:
        """The records that a changed one names anew or no more; all, when they show its name."""
        before, after = _targets(self.old, change.old), _targets(self.new, change.new)
        shown = before | after if _is_shown_otherwise(change) else before ^ after
        for address in shown:
            record = self.new.by_address.get(address) or self.old.by_address.get(address)
            if record:
                yield record


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


def _is_shown_otherwise(change: RecordChange) -> bool:
    old, new = change.old, change.new
    if old is None or new is None or isinstance(new, Contact):
        return True
    return _shown(old) != _shown(new)


def _shown(record: Record) -> tuple[object, ...]:
    """What pages that name a record show of it."""
    return (
        [(one.name, one.short, one.period) for one in record.names_ever()]
        or record.name_on(LAST_DAY),
        record.life,
    )


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
