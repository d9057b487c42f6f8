"""The indexes of a register that hold no records, kept from one update of its site to the next."""

from __future__ import annotations

import hashlib
import marshal
import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from remit import cache
from remit.model.indexes_apart import PackedIndexes, give_packed, packed_indexes
from remit.model.reading import Changed
from remit.model.register import Register


@dataclass(slots=True)
class KeptIndexes:
    packed: PackedIndexes = field(default_factory=dict)
    order: bytes = b""
    """Digest of the day and of all addresses in their order: indexes hold places, and some are of
    the day."""
    name: str = ""
    """Names what lies in the file, all of these among it; empty where one of them does not."""

    def keep(self, file: Path, about: str) -> Any:
        """Plain values by which `kept` finds them; the file is written anew where it lacks one."""
        if not self.name:
            self.name = secrets.token_hex(16)
            rows = [(*where, *one) for where, one in self.packed.items()]
            cache.keep(file, _named(self.name, about), marshal.dumps(rows))
        return self.name, [*self.packed], self.order

    @classmethod
    def kept(cls, file: Path, about: str, found_by: Any) -> KeptIndexes:
        """What was kept; none of it where the file is another one or damaged."""
        name, still, order = found_by
        data = cache.kept(file, _named(name, about))
        if data is None:
            return cls()
        there = {(where, name): (kinds, one) for where, name, kinds, one in marshal.loads(data)}
        return cls({one: there[one] for one in still if one in there}, order, name)

    def give(self, register: Register, day: date, changed: Changed) -> None:
        """Has those made that would be as they were, and what is left of others."""
        is_as_before = self.order == _order(register, day)
        packed = self.packed if is_as_before else {}
        self.packed = give_packed(register, day, packed, changed)

    def take(self, register: Register, day: date) -> None:
        """Learns those that have been made."""
        self.order = _order(register, day)
        found = packed_indexes(register, day, self.packed)
        if not found.keys() <= self.packed.keys():
            self.name = ""
        self.packed = found


def _order(register: Register, day: date) -> bytes:
    words = "\0".join((day.isoformat(), *register.addresses))
    return hashlib.blake2b(words.encode(), digest_size=16).digest()


def _named(name: str, about: str) -> str:
    return f"indexes {name} {about}"
