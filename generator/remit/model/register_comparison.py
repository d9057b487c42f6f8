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
from remit.model.records import (
    MandateVersion,
    Record,
    Transfer,
)
from remit.model.register import Register
from remit.model.touched import Touched
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
    def _touched(self) -> Touched:
        return Touched(self.old, self.new, self.changes)

    @property
    def pages(self) -> list[str]:
        """Addresses of the record pages that may show something else now, or are new or gone."""
        return self._touched.pages

    @property
    def documents(self) -> list[str]:
        """Addresses of the pages whose documents read otherwise, are new or gone: of mandate
        versions and roles."""
        return self._touched.documents


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
