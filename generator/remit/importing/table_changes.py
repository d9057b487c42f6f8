"""Changes of records that are there: gathered by record, told field by field, written in place."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from remit.load.origins import YamlOrigin
from remit.load.yaml_edit import CannotEdit, rewrite
from remit.load.yaml_reader import read_yaml
from remit.model.fields import written_order
from remit.model.records import Record
from remit.model.register import Register, address_of
from remit.model.shape import Path
from remit.settings import Settings

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Change:
    """A field that becomes another; `old` is empty for one that was not there."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class Changed:
    """A record that is there, as it is to become."""

    record: Record
    data: bytes
    path: str
    value: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Of the cells that say so."""
    put_there: dict[Path, tuple[Any, str]] = field(default_factory=dict)


class Changes:
    """All changes of one table."""

    def __init__(self, register: Register, settings: Settings) -> None:
        self.register, self.settings = register, settings
        self.by_address: dict[str, Changed] = {}

    def of(self, record: Record) -> Changed:
        """Raises ValueError for a record that is no file to be changed in place."""
        address = address_of(record)
        if address not in self.by_address:
            origin = self.register.origins.get(address)
            if not isinstance(origin, YamlOrigin):
                raise ValueError(f"{address} is no record that a table can change")
            value = copy.deepcopy(read_yaml(origin.data, "").value)
            self.by_address[address] = Changed(record, origin.data, origin.path, value)
        return self.by_address[address]

    def get(self, record: Record, path: Path) -> Any:
        """What stands there before the table; None where nothing does."""
        held = self.of(record)
        return None if path in held.put_there else _at(held.value, path)

    def put(
        self, record: Record, path: Path, new: Any, place: str, told: str = "", old: Any = None
    ) -> None:
        """Raises ValueError where another cell says something else of the same field.

        `told`: how the field is told of; `old`: what holds now where the file says nothing.
        """
        held = self.of(record)
        before = held.put_there.get(path)
        if before is not None:
            if before[0] != new:
                raise ValueError(
                    f"{address_of(record)} gets another {told or _told(path)} at {before[1]}; "
                    "a field can hold one of them"
                )
            return
        held.put_there[path] = (new, place)
        was = _at(held.value, path)
        change = Change(told or _told(path), shown(old if was is None else was), shown(new))
        held.changes.append(change)
        held.places.append(place)
        _put(held.value, path, new)

    def add(self, record: Record, path: Path, item: Any, place: str, told: str) -> None:
        """One more item of a list."""
        held = self.of(record)
        listed = _at(held.value, path)
        if listed is None:
            _put(held.value, path, [item])
        else:
            listed.append(item)
        held.changes.append(Change(_told(path), "", told))
        held.places.append(place)

    def files(self) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
        """The changed files by path; for each that cannot be changed its first place, and why."""
        made: dict[str, bytes] = {}
        refused: list[tuple[str, str]] = []
        for held in self.by_address.values():
            if not held.changes:
                continue
            order = written_order(type(held.record), self.settings.languages)
            try:
                made[held.path] = rewrite(held.data, held.value, order)
            except CannotEdit as error:
                refused.append((held.places[0], f"{held.path} cannot be changed: {error}"))
        return made, refused


def shown(value: Any) -> str:
    """A value on one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(str(value).split())


def _told(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step, _ABSENT)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
        if value is _ABSENT:
            return None
    return value


def _put(value: Any, path: Path, new: Any) -> None:
    """With groups on the way made where they are missing; items of lists are there."""
    for step, _ in pairwise(path):
        if isinstance(value, dict) and value.get(step) is None:
            value[step] = {}
        value = value[step]
    value[path[-1]] = new
