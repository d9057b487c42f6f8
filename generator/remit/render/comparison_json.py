"""A comparison as data: JSON whose shape is written down in docs/comparison-data.md."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from remit.model.comparison import CHANGES, FieldChange, PartChange, VersionComparison
from remit.model.records import MandateVersion, Section
from remit.model.register_comparison import RegisterComparison
from remit.model.values import LAST_DAY, Drawing, LocalText, Value, When
from remit.model.words import compare_words, words_in

SHAPE = 1
"""Raised when a field is taken away or means something else, not when one is added."""


def versions_as_json(found: VersionComparison) -> str:
    """Two versions of a mandate."""
    return _written(
        {
            "version": SHAPE,
            "what": "mandate versions",
            "mandate": found.new.mandate,
            "old": _version(found.old),
            "new": _version(found.new),
            "counts": {change: found.count(change) for change in CHANGES},
            "fields": [_field(change) for change in found.fields],
            "parts": [_part(part) for part in found.parts],
        }
    )


def registers_as_json(found: RegisterComparison, old: str, new: str) -> str:
    """Two states of the register; `old` and `new` name them."""
    return _written(comparison_data(found, old, new))


def comparison_data(found: RegisterComparison, old: str, new: str) -> dict[str, Any]:
    return {
        "version": SHAPE,
        "what": "registers",
        "old": old,
        "new": new,
        "records": [
            {
                "address": change.address,
                "kind": change.record.KIND,
                "change": change.fate,
                "name": _data(change.record.name_on(LAST_DAY)),
                "fields": [_field(one) for one in change.fields],
                "parts": [_part(one) for one in change.version.parts] if change.version else [],
            }
            for change in found.changes
        ],
        "moved_tasks": [
            {
                "task": moved.task,
                "from": list(moved.from_),
                "to": list(moved.to),
                "date": moved.date.isoformat(),
                "transfer": moved.transfer,
            }
            for moved in found.moved_tasks
        ],
        "pages": found.pages,
        "documents": found.documents,
    }


def _written(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _version(version: MandateVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "title": _data(version.title),
        "in_force": _data(version.in_force),
        "status": version.status.value,
    }


def _part(part: PartChange) -> dict[str, Any]:
    old, new = part.old_section, part.new_section
    return {
        "id": part.id,
        "kind": part.kind,
        "changes": list(part.changes),
        "old_section": old.id if old else None,
        "new_section": new.id if new else None,
        "old": _data(part.old),
        "new": _data(part.new),
        "fields": [_field(change) for change in part.fields],
    }


def _field(change: FieldChange) -> dict[str, Any]:
    found = {"path": list(change.path), "old": _data(change.old), "new": _data(change.new)}
    if isinstance(change.old, LocalText) and isinstance(change.new, LocalText):
        found["words"] = _words(change.old, change.new)
    return found


def _words(old: LocalText, new: LocalText) -> dict[str, list[list[str]]]:
    """By language, the runs of words that make the old text of the new and back."""
    codes = [*old, *(code for code in new if code not in old)]
    return {
        code: [
            [run.change, "".join(run.words)]
            for run in compare_words(words_in(old.get(code, "")), words_in(new.get(code, "")))
        ]
        for code in codes
        if old.get(code) != new.get(code)
    }


def _data(value: object) -> Any:
    """A value of a record as its file would give it; a section without its blocks."""
    if isinstance(value, Section):
        return {"id": value.id, "kind": value.kind.value, "heading": dict(value.heading)}
    if isinstance(value, Value):
        return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(value, LocalText):
        return dict(value)
    if isinstance(value, list):
        return [_data(item) for item in value]
    if isinstance(value, dict):
        return {key: _data(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, When | Drawing) else value
