"""How every text stands in the languages that it is translated into."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from remit.model.fingerprint import fingerprint, part_of, stale_parts, text_parts
from remit.model.links import LINK
from remit.model.records import MandateVersion, Record
from remit.model.register import Register, address_of
from remit.model.shape import Found, Path
from remit.model.values import Translation, TranslationState, Value


class TextState(StrEnum):
    MISSING = "missing"
    """There is no translation."""
    STALE = "stale"
    """The authoritative text changed since the translation was reviewed."""
    UNREVIEWED = "unreviewed"
    """Nobody has said that the translation was read through."""
    REVIEWED = "reviewed"
    """Read through, or issued by the body itself."""


TO_DO = (TextState.MISSING, TextState.STALE, TextState.UNREVIEWED)


@dataclass(frozen=True, slots=True)
class TranslatedText:
    """One text of a record: what counts, and how it is said in another language."""

    record: Record
    path: Path
    """Where it stands in the record's file, without the language."""
    part: str
    """What is reviewed as one: a section or a field. Empty: what is said about the record."""
    language: str
    source: str
    target: str
    """Empty when it is missing."""
    state: TextState

    @property
    def address(self) -> str:
        return address_of(self.record)

    @property
    def key(self) -> str:
        """`roles/competence-team:summary`, for good: items that have an id are named by it."""
        return f"{self.address}:{place_of(self.record, self.path)}"

    @property
    def words(self) -> int:
        return count_words(self.source)


def translated_texts(
    register: Register, language: str, records: Collection[str] | None = None
) -> Iterator[TranslatedText]:
    """Every text whose translation into `language` is wanted, record by record; of the records
    at these addresses, when they are given."""
    for record, found in register.looked_through:
        if records is None or address_of(record) in records:
            yield from texts_of(record, found, language)


def texts_of(record: Record, found: Found, language: str) -> Iterator[TranslatedText]:
    """A record's texts, what is said about it last; none in the language that counts."""
    counts = record.authoritative_language
    if language == counts:
        return
    standing = record.translations.get(language, Translation())
    stale = stale_parts(record, found, language)
    parts = [(path, text, part_of(record, path)) for path, text in found.texts if counts in text]
    for path, text, part in sorted(parts, key=lambda one: not one[2]):
        state = TextState.MISSING if language not in text else _state(standing, part, stale)
        yield TranslatedText(
            record, path, part, language, text[counts], text.get(language, ""), state
        )


def _state(standing: Translation, part: str, stale: list[str]) -> TextState:
    if part in stale:
        return TextState.STALE
    read = standing.state is not TranslationState.DRAFT
    if part and standing.of:
        read = part in standing.of
    return TextState.REVIEWED if read else TextState.UNREVIEWED


# --- reviews -------------------------------------------------------------------------------


class NotAcceptable(Exception):
    """A translation cannot be recorded as reviewed: says why."""


def reviewed(
    record: Record,
    found: Found,
    language: str,
    state: TranslationState,
    parts: Collection[str] = (),
) -> Translation:
    """How a translation stands once the parts, or all, are reviewed: with their fingerprints.

    The state changes when all parts are. Raises NotAcceptable.
    """
    now, before = text_parts(record, found), record.translations.get(language, Translation())
    unknown = [part for part in parts if part not in now]
    if unknown:
        raise NotAcceptable(f"there is no part {', '.join(unknown)}; there are {', '.join(now)}")
    missing = [
        place_of(record, one.path)
        for one in texts_of(record, found, language)
        if one.state is TextState.MISSING and (not parts or one.part in parts)
    ]
    if missing:
        raise NotAcceptable(f"these texts are missing in {language}: {', '.join(missing)}")
    if parts and not before.of and before.state is not TranslationState.DRAFT:
        raise NotAcceptable(
            f"it is {before.state} as a whole, without fingerprints; review the whole of it"
        )
    wanted = parts or now
    of = {
        part: mark if part in wanted else before.of[part]
        for part, mark in now.items()
        if part in wanted or part in before.of
    }
    return Translation(state=state if of == now else before.state, of=of)


def unreviewed(before: Translation, parts: Collection[str]) -> Translation:
    """How a translation stands once texts of these parts are other words: a draft there."""
    of = {part: mark for part, mark in before.of.items() if part not in parts}
    return Translation(state=TranslationState.DRAFT, of=of)


def record_named(register: Register, name: str) -> list[Record]:
    """The records that `role-id`, `roles/role-id`, `mandate@2018-06-19` could mean."""
    mandate, at, day = name.partition("@")
    if at:
        version = register.get(MandateVersion, f"{mandate.rpartition('/')[2]}@{day}")
        return [version] if version else []
    record = register.by_address.get(name)
    return [record] if record else register.named(name)


# --- places in a record that last ----------------------------------------------------------


def place_of(record: Record, path: Path) -> str:
    """`sections.purpose.blocks.p1.text`: items by their id where they have one, else by number."""
    value: Any = record
    steps = []
    for step in path:
        if isinstance(value, Value) and isinstance(step, str):
            value = getattr(value, _attributes(type(value))[step])
            steps.append(step)
        else:
            value = value[step]
            steps.append(str(getattr(value, "id", step)))
    return ".".join(steps)


@cache
def _attributes(cls: type[Value]) -> dict[str, str]:
    return {field.alias or name: name for name, field in cls.model_fields.items()}


# --- words and links -----------------------------------------------------------------------

_WORD = re.compile(r"\w+(?:[-'’./:]\w+)*")
_ADDRESS = re.compile(r"\]\((?:https?|mailto|tel):[^)\s]*\)")


def count_words(text: str) -> int:
    """Words to be translated: those of links count, their targets do not."""
    return len(_WORD.findall(_ADDRESS.sub("]", LINK.sub(lambda link: link[2] or "", text))))


def mark_of(text: str) -> str:
    """Twelve hex digits that tell whether a text is still the same; `0` for none."""
    return fingerprint(text)[:12] if text else "0"
