"""What a change does to the translations: which are left behind, missing, not read through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from remit.model.fingerprint import stale_parts
from remit.model.records import MandateVersion, Record
from remit.model.register_comparison import RegisterComparison
from remit.model.shape import Path, look_through
from remit.model.values import Translation, TranslationState

Lack = Literal["stale", "missing", "unreviewed"]
LACKS: tuple[Lack, ...] = ("stale", "missing", "unreviewed")


@dataclass(frozen=True, slots=True)
class TranslationLack:
    """A part of a record that a change leaves lacking in a language.

    stale: the authoritative text changed and the translation did not · missing: there is none ·
    unreviewed: it is new or changed, and no one has read it through. `part` is a section's id, or
    a field. `words` are those to translate, or for unreviewed those to read through.
    """

    address: str
    language: str
    part: str
    lack: Lack
    words: int


def translation_lacks(
    found: RegisterComparison, languages: tuple[str, ...]
) -> tuple[TranslationLack, ...]:
    """All that the newer register lacks and the older one did not, by record, language and part."""
    counted: dict[tuple[str, str, Lack, str], int] = {}
    for change in found.changes:
        if change.new is None:
            continue
        for language, lack, part, words in _lacks(change.old, change.new, languages):
            key = (change.address, language, lack, part)
            counted[key] = counted.get(key, 0) + words
    return tuple(
        TranslationLack(address, language, part, lack, words)
        for (address, language, lack, part), words in counted.items()
    )


_Lack = tuple[str, Lack, str, int]


def _lacks(old: Record | None, new: Record, languages: tuple[str, ...]) -> Iterator[_Lack]:
    own = new.authoritative_language
    now = look_through(new)
    before = {_key(old, path): text for path, text in look_through(old).texts} if old else {}
    known = set(before.values())
    for language in languages:
        if language == own:
            continue
        standing = new.translations.get(language, Translation())
        outdated = set(stale_parts(new, now, language))
        for path, text in now.texts:
            if text in known or own not in text:
                continue
            part = _part(new, path)
            was = before.get(_key(new, path))
            if language not in text:
                if was is None or language in was:
                    yield language, "missing", part, _count(text[own])
            elif was is not None and was.get(language) == text[language]:
                if was.get(own) != text[own]:
                    yield language, "stale", part, _count(text[own])
            elif standing.state is TranslationState.DRAFT or part in outdated:
                yield language, "unreviewed", part, _count(text[language])


def _count(text: str) -> int:
    return len(text.split())


def _part(record: Record, path: Path) -> str:
    if isinstance(record, MandateVersion) and path[0] == "sections":
        return record.sections[int(path[1])].id
    return str(path[0])


def _key(record: Record | None, path: Path) -> tuple[object, ...]:
    """The path with ids in the place of places in lists, where there are ids: blocks by their own
    alone, wherever they have moved."""
    steps: list[object] = []
    holder: object = record
    for step in path:
        if isinstance(step, int) and isinstance(holder, list):
            holder = holder[step]
            id = getattr(holder, "id", None)
            steps = [id] if id is not None else [*steps, step]
        else:
            holder = _inside(holder, step)
            steps.append(step)
    return tuple(steps)


def _inside(holder: object, step: str | int) -> object:
    if isinstance(holder, dict):
        return holder.get(step)
    found = getattr(holder, str(step), None)
    return getattr(holder, f"{step}_", None) if found is None else found
