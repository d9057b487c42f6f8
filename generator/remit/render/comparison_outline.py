"""A comparison told line by line, for any form of text: what changed, where, and word by word.

The words round the register's own are English, as all that the command line says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Literal

from remit.model.comparison import (
    CHANGES,
    FieldChange,
    PartChange,
    VersionComparison,
)
from remit.model.records import MandateVersion, Record, Section
from remit.model.register import address_of
from remit.model.register_comparison import FATES, MovedTask, RecordChange, RegisterComparison
from remit.model.shape import plan
from remit.model.values import LocalText, Period, Value
from remit.model.words import Run, compare_words, words_in
from remit.render.labels import labels_for
from remit.render.tree import words_of
from remit.render.view import View

Sign = Literal["", "+", "−", "~", "»", "×"]
SIGNS: dict[str, Sign] = {
    "added": "+",
    "new": "+",
    "removed": "−",
    "moved": "»",
    "changed": "~",
    "ended": "×",
}
Runs = tuple[Run[str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """`level` 0 is the title, 1 and 2 are headings, 3 and deeper are entries and their details.

    `words` may hold the register's text, so each form makes it harmless; `runs` come after it.
    """

    level: int
    words: str
    sign: Sign = ""
    runs: Runs = ()


# --- two versions --------------------------------------------------------------------------


def outline_of_versions(view: View, found: VersionComparison) -> Iterator[Line]:
    """What changed from one version of a mandate to another, in reading order."""
    old, new = found.old, found.new
    yield Line(0, f"{view.words(new.title)} ({new.mandate})")
    yield Line(3, f"from the version of {_version(old)}")
    yield Line(3, f"to the version of {_version(new)}")
    if old.id == new.id and found.is_same:
        yield Line(3, "This is the same version: nothing differs.")
    elif found.is_same:
        yield Line(3, "Nothing differs.")
    else:
        counts = [f"{found.count(change)} {change}" for change in CHANGES if found.count(change)]
        yield Line(3, f"sections and blocks: {', '.join(counts) or 'none changed'}")
        yield from version_lines(view, found, 1)


def version_lines(view: View, found: VersionComparison, level: int) -> Iterator[Line]:
    """The changes below headings of a level."""
    deeper = level + 1 if level > 2 else 3
    if found.fields:
        yield Line(level, "About the version")
        for change in upkeep_last(found.fields):
            yield from field_lines(view, change, deeper)
    heading: Section | None = None
    for part in found.parts:
        section = part.new_section or part.old_section
        assert section is not None
        if heading is None or heading.id != section.id:
            heading = section
            yield Line(level, f"{_numbered(found, section)}{view.words(section.heading)}")
        yield from _part_lines(view, part, deeper)


def _version(version: MandateVersion) -> str:
    return f"{version.id} (in force {_period(version.in_force)}; {version.status})"


def _numbered(found: VersionComparison, section: Section) -> str:
    for sections in (found.new.sections, found.old.sections):
        for number, one in enumerate(sections, 1):
            if one.id == section.id:
                return f"{number} "
    return ""


def _part_lines(view: View, part: PartChange, level: int) -> Iterator[Line]:
    sign = SIGNS[part.changes[-1]]
    told = " and ".join(_told(view, part, change) for change in part.changes)
    yield Line(level, f"{part.kind} {part.id}: {told}", sign)
    if part.old is not None and part.new is not None:
        for change in part.fields:
            yield from field_lines(view, change, level + 1)
        return
    whole = part.new or part.old
    if whole is None or isinstance(whole, Section):
        return
    for key, value in given_fields(whole):
        old, new = (None, value) if part.old is None else (value, None)
        yield from field_lines(view, FieldChange((key,), old, new), level + 1)


def _told(view: View, part: PartChange, change: str) -> str:
    old, new = part.old_section, part.new_section
    if change != "moved" or old is None or new is None:
        return change
    if part.kind == "section":
        return "moved among the sections"
    if old.id == new.id:
        return "moved within the section"
    return f'moved from section "{view.words(old.heading)}" to "{view.words(new.heading)}"'


def given_fields(value: Value) -> Iterator[tuple[str, object]]:
    for name, field in type(value).model_fields.items():
        given = getattr(value, name)
        if name not in ("id", "kind") and given not in (None, [], {}, False):
            yield field.alias or name, given


# --- two states of the register ------------------------------------------------------------


def outline_of_registers(
    view: View, found: RegisterComparison, old: str, new: str
) -> Iterator[Line]:
    """What changed in the whole register; `old` and `new` name its two states."""
    yield Line(0, f"What changed from {old} to {new}")
    if not found.changes:
        yield Line(3, "Nothing in the register differs.")
        return
    counts = [f"{len(found.of(fate))} {fate}" for fate in FATES if found.of(fate)]
    yield Line(3, f"records: {', '.join(counts)}")
    for fate in FATES:
        changes = found.of(fate)
        if changes:
            yield Line(1, fate.capitalize())
            for change in changes:
                yield from _record_lines(view, change)
    if found.moved_tasks:
        yield Line(1, "Tasks that move")
        for moved in found.moved_tasks:
            yield Line(3, _moved(view, moved), SIGNS["moved"])
    yield from _addresses("Pages that show it", found.pages)
    yield from _addresses("Documents that read otherwise", found.documents)


def _record_lines(view: View, change: RecordChange) -> Iterator[Line]:
    record = change.record
    kind = labels_for("en").kind(record.KIND)
    name = view.words(record.name_on(view.day))
    yield Line(3, f"{kind}: {name} ({change.address})", SIGNS[change.fate])
    if change.version:
        yield from version_lines(view, change.version, 4)
        return
    for field in upkeep_last(change.fields):
        yield from field_lines(view, field, 4)


def _moved(view: View, moved: MovedTask) -> str:
    givers = ", ".join(record_name(view, id) for id in moved.from_)
    takers = ", ".join(record_name(view, id) for id in moved.to)
    task = record_name(view, f"tasks/{moved.task}")
    return f"{task}: from {givers} to {takers} on {moved.date} ({moved.transfer})"


MOST_ADDRESSES = 30


def _addresses(heading: str, addresses: Sequence[str]) -> Iterator[Line]:
    if addresses:
        yield Line(1, f"{heading}: {len(addresses)}")
        for address in addresses[:MOST_ADDRESSES]:
            yield Line(3, address)
        if len(addresses) > MOST_ADDRESSES:
            rest = len(addresses) - MOST_ADDRESSES
            yield Line(3, f"and {rest} more; --format json names them all")


# --- fields and values ---------------------------------------------------------------------


def upkeep_last(fields: Sequence[FieldChange]) -> list[FieldChange]:
    """What a record says before how it is kept: sources, reviews, translations."""
    return sorted(fields, key=lambda change: change.path[0] in Record.model_fields)


def field_lines(view: View, change: FieldChange, level: int) -> Iterator[Line]:
    """A field with its old and new words. A text that changed in other languages says so."""
    key = _key(change.path)
    old, new = change.old, change.new
    if isinstance(old, LocalText | None) and isinstance(new, LocalText | None):
        yield Line(level, f"{key}:", _sign(old, new), runs_between(view, old, new))
        others = _other_languages(view, old, new)
        if others:
            yield Line(level, f"{key}, in {others} too", SIGNS["changed"])
        return
    runs = []
    if old is not None:
        runs.append(Run("removed", (_shown(view, change.path, old),)))
    if new is not None:
        runs.append(Run("added", (_shown(view, change.path, new),)))
    yield Line(level, f"{key}:", _sign(old, new), tuple(runs))


def _sign(old: object, new: object) -> Sign:
    return SIGNS["added" if old is None else "removed" if new is None else "changed"]


def _key(path: Sequence[str | int]) -> str:
    """`approval, note`; a place in a list is counted from 1."""
    return ", ".join(str(step + 1) if isinstance(step, int) else step for step in path)


def runs_between(view: View, old: LocalText | None, new: LocalText | None) -> Runs:
    """Word by word in the view's language; long stretches that are the same are shortened."""
    before, after = _plain(view, old), _plain(view, new)
    if before == after and old is not None and new is not None:
        before, after = view.words(old), view.words(new)  # a link's target, or emphasis
    return tuple(_shortened(run) for run in compare_words(words_in(before), words_in(after)))


def _plain(view: View, text: LocalText | None) -> str:
    return " ".join(" ".join(words_of(view.blocks(text))).split()) if text else ""


LONGEST_SAME = 80
"""Words and spaces in a row that stay the same and are shown whole."""


def _shortened(run: Run[str]) -> Run[str]:
    if run.change != "same" or len(run.words) <= LONGEST_SAME:
        return run
    part = LONGEST_SAME // 4
    return Run("same", (*run.words[:part], " […] ", *run.words[-part:]))


def _other_languages(view: View, old: LocalText | None, new: LocalText | None) -> str:
    """The languages other than the shown one in which a text differs that both states have."""
    if old is None or new is None:
        return ""
    codes = [code for code in view.languages[1:] if old.get(code) != new.get(code)]
    return ", ".join(codes)


def _shown(view: View, path: Sequence[str | int], value: object) -> str:
    if isinstance(value, LocalText):
        return view.words(value)
    if isinstance(value, Period):
        return _period(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(view, path, item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_shown(view, (key,), item)}" for key, item in value.items())
    if isinstance(value, Value):
        given = given_fields(value)
        return "; ".join(f"{key}: {_shown(view, (key,), item)}" for key, item in given)
    if isinstance(value, str) and not isinstance(value, Enum) and path[-1] in pointer_keys():
        return record_name(view, value)
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def pointer_keys() -> frozenset[str]:
    """Fields whose values are ids of records."""
    found: set[str] = set()
    shapes: list[type[Value]] = [Value]
    while shapes:
        shape = shapes.pop()
        shapes += shape.__subclasses__()
        for _, key, step in plan(shape):
            if "ref" in (step.what, step.inner.what if step.inner else ""):
                found.add(key)
    return frozenset(found)


def record_name(view: View, id: str) -> str:
    """`Name (id)`, or the id alone when no record, or several, have it."""
    named: list[Record] = view.register.named(id)
    if len(named) != 1:
        return id.rpartition("/")[2]
    return f"{view.name(named[0])} ({address_of(named[0]).rpartition('/')[2]})"


def _period(period: Period) -> str:
    if period.from_ and period.to:
        return f"{period.from_} to {period.to}"
    return (
        f"from {period.from_}" if period.from_ else f"until {period.to}" if period.to else "always"
    )
