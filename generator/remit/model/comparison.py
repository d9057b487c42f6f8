"""What changed between two versions of a mandate, and between any two states of a record.

Parts are paired by their permanent ids, so what is only renumbered or pushed down is not changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from remit.model.records import Block, MandateVersion, Section
from remit.model.values import LocalText, Period, Value

Change = Literal["added", "removed", "moved", "changed"]
CHANGES: tuple[Change, ...] = ("added", "removed", "moved", "changed")

NOT_COMPARED = ("id", "mandate", "sections")
"""Fields of a version that name it, or that are compared part by part."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs; None on a side that lacks it.

    `path` is as in the file. An item of a list is named by its id, or else by its place, from 0,
    in the newer list (in the older one when it is gone).
    """

    path: tuple[str | int, ...]
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class PartChange:
    """A section or a block of a mandate that was added, removed, moved or changed.

    `kind` is "section" or the block's kind. Moved and changed can go together. For a section,
    `old_section` and `new_section` are the section itself.
    """

    id: str
    kind: str
    changes: tuple[Change, ...]
    old_section: Section | None
    new_section: Section | None
    old: Section | Block | None
    new: Section | Block | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """`fields` are the version's own; `parts` stand in reading order, removed ones where they
    stood."""

    old: MandateVersion
    new: MandateVersion
    fields: tuple[FieldChange, ...]
    parts: tuple[PartChange, ...]

    @property
    def is_same(self) -> bool:
        return not self.fields and not self.parts

    def count(self, change: Change) -> int:
        return sum(change in part.changes for part in self.parts)


def compare_versions(old: MandateVersion, new: MandateVersion) -> VersionComparison:
    """Every part and field that differs. A moved section takes its blocks along unmarked."""
    return VersionComparison(
        old,
        new,
        changed_fields(old, new, leave_out=NOT_COMPARED),
        tuple(_parts(old.sections, new.sections)),
    )


# --- parts ---------------------------------------------------------------------------------


def kept_in_order(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The most ids that stand in the same order in both: what is common and not here, moved."""
    place = {id: index for index, id in enumerate(old)}
    common = [id for id in new if id in place]
    ends: list[int] = []  # the last place of the best run of each length
    last: list[str] = []
    before: dict[str, str | None] = {}
    for id in common:
        length = bisect_left(ends, place[id])
        before[id] = last[length - 1] if length else None
        ends[length : length + 1] = [place[id]]
        last[length : length + 1] = [id]
    kept = set()
    step = last[-1] if last else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return kept


def in_reading_order(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The ids of both: those of `new` in its order, each other one after what it stood after."""
    present = set(new)
    after: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for id in old:
        if id in present:
            anchor = id
        else:
            after.setdefault(anchor, []).append(id)
    ordered = after.get(None, [])
    for id in new:
        ordered.append(id)
        ordered.extend(after.get(id, ()))
    return ordered


_Places = Mapping[str, tuple[Section, Block]]


def _parts(old: Sequence[Section], new: Sequence[Section]) -> Iterator[PartChange]:
    old_sections = {section.id: section for section in old}
    new_sections = {section.id: section for section in new}
    old_places = {block.id: (section, block) for section in old for block in section.blocks}
    new_places = {block.id: (section, block) for section in new for block in section.blocks}
    in_place = kept_in_order(list(old_sections), list(new_sections))
    for id in in_reading_order(list(old_sections), list(new_sections)):
        was, now = old_sections.get(id), new_sections.get(id)
        yield from _part(id, "section", (was, was), (now, now), id in in_place)
        yield from _blocks(was, now, old_places, new_places)


def _blocks(
    was: Section | None, now: Section | None, old_places: _Places, new_places: _Places
) -> Iterator[PartChange]:
    """The changed blocks of one section; one that moved out of it is told where it went to."""
    old_ids = [block.id for block in was.blocks] if was else []
    new_ids = [block.id for block in now.blocks] if now else []
    in_place = kept_in_order(old_ids, new_ids)
    here = set(new_ids)
    for id in in_reading_order(old_ids, new_ids):
        if id not in here and id in new_places:
            continue
        old, new = old_places.get(id, (None, None)), new_places.get(id, (None, None))
        block = new[1] or old[1]
        assert block is not None
        yield from _part(id, block.kind, old, new, id in in_place)


_Side = tuple[Section | None, Section | Block | None]


def _part(id: str, kind: str, old: _Side, new: _Side, in_place: bool) -> Iterator[PartChange]:
    changes: list[Change] = []
    fields: tuple[FieldChange, ...] = ()
    was, now = old[1], new[1]
    if was is None or now is None:
        changes.append("added" if was is None else "removed")
    else:
        if not in_place:
            changes.append("moved")
        fields = changed_fields(was, now, leave_out=("blocks",))
        if fields:
            changes.append("changed")
    if changes:
        yield PartChange(id, kind, tuple(changes), old[0], new[0], was, now, fields)


# --- fields --------------------------------------------------------------------------------


def changed_fields(
    old: Value, new: Value, leave_out: Collection[str] = ()
) -> tuple[FieldChange, ...]:
    """The innermost fields that differ: a longer period is one change, not its whole record."""
    if old is new or old == new:
        return ()
    found = _differences(_fields(old), _fields(new), ())
    return tuple(change for change in found if change.path[0] not in leave_out)


def _fields(value: Value) -> dict[str, object]:
    fields = type(value).model_fields.items()
    return {field.alias or name: getattr(value, name) for name, field in fields}


def _differences(
    old: Mapping[str, object], new: Mapping[str, object], path: tuple[str | int, ...]
) -> Iterator[FieldChange]:
    for key in in_reading_order(list(old), list(new)):
        yield from _difference(old.get(key), new.get(key), (*path, key))


def _difference(old: object, new: object, path: tuple[str | int, ...]) -> Iterator[FieldChange]:
    old, new = _given(old), _given(new)
    if old == new:
        return
    if isinstance(old, Value) and isinstance(new, Value) and not isinstance(new, Period):
        yield from _differences(_fields(old), _fields(new), path)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _differences(old, new, path)
    elif _is_itemised(old) or _is_itemised(new):
        yield from _items(_items_of(old), _items_of(new), path)
    else:
        yield FieldChange(path, old, new)


def _given(value: object) -> object:
    """The value, or None for what is the same as left out."""
    return None if value == [] or value == {} else value


def _is_itemised(value: object) -> bool:
    """Whether a list's items are told one by one; a list of plain words is told as a whole."""
    return isinstance(value, list) and isinstance(value[0], Value | LocalText)


def _items_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _items(
    old: Sequence[object], new: Sequence[object], path: tuple[str | int, ...]
) -> Iterator[FieldChange]:
    old_ids, new_ids = _by_id(old), _by_id(new)
    if old_ids is not None and new_ids is not None:
        for id in in_reading_order(list(old_ids), list(new_ids)):
            yield from _difference(old_ids.get(id), new_ids.get(id), (*path, id))
        shared_old = [id for id in old_ids if id in new_ids]
        shared_new = [id for id in new_ids if id in old_ids]
        if shared_old != shared_new:
            yield FieldChange(path, shared_old, shared_new)
        return
    spans = SequenceMatcher(None, list(map(repr, old)), list(map(repr, new)), autojunk=False)
    for change, a, b, c, d in spans.get_opcodes():
        if change == "equal":
            continue
        pairs = min(b - a, d - c)
        for step in range(pairs):
            yield from _difference(old[a + step], new[c + step], (*path, c + step))
        for index in range(a + pairs, b):
            yield FieldChange((*path, index), old[index], None)
        for index in range(c + pairs, d):
            yield FieldChange((*path, index), None, new[index])


def _by_id(items: Sequence[object]) -> dict[str, object] | None:
    """The items by their ids, when each has one of its own."""
    found = {id: item for item in items if isinstance(id := getattr(item, "id", None), str)}
    return found if len(found) == len(items) else None
