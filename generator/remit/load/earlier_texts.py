"""What a record's authoritative text said when its translation was reviewed, from git's store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from remit.load.git import RevisionError, git
from remit.load.source_revisions import changes_of
from remit.load.yaml_reader import read_yaml
from remit.model.fingerprint import part_of, text_parts
from remit.model.records import Guidance, MandateVersion, Record
from remit.model.shape import look_through
from remit.model.translations import place_of
from remit.model.values import Translation

MOST = 50
"""Revisions of one file that are looked through."""


def texts_when_reviewed(
    root: Path, paths: Sequence[str], record: Record, language: str
) -> dict[str, str]:
    """By place: the texts of stale parts, as they were. Empty where git does not tell."""
    of = record.translations.get(language, Translation()).of
    now = text_parts(record, look_through(record))
    wanted = {part: mark for part, mark in of.items() if now.get(part) != mark}
    if not wanted or isinstance(record, Guidance) or len(paths) != 1:
        return {}
    known: dict[str, str] = {}
    for change in changes_of(root, paths, most=MOST):
        earlier = _record_at(root, change.commit, paths[0], type(record), record)
        if earlier is None:
            continue
        found = look_through(earlier)
        then = text_parts(earlier, found)
        right = {part for part, mark in wanted.items() if then.get(part) == mark}
        for path, text in found.texts:
            if part_of(earlier, path) in right and record.authoritative_language in text:
                known[place_of(earlier, path)] = text[record.authoritative_language]
        wanted = {part: mark for part, mark in wanted.items() if part not in right}
        if not wanted:
            break
    return known


def _record_at(root: Path, commit: str, path: str, cls: type[Record], now: Record) -> Record | None:
    """The record as it was, where that revision has it in a form that can still be read."""
    try:
        done = git(root, "show", f"{commit}:./{path}")
    except RevisionError:
        return None
    reading = read_yaml(done.stdout, path) if done.returncode == 0 else None
    if reading is None or reading.problems or not isinstance(reading.value, dict):
        return None
    value = dict(reading.value)
    if isinstance(now, MandateVersion):
        value["mandate"] = now.mandate
    try:
        return cls.model_validate(value)
    except ValidationError:
        return None
