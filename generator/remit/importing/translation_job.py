"""A translation job that came back → changes of the register's translations, and what became of
each text: three-way, as source and translation may have changed while it was away."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from remit.model.fingerprint import part_of
from remit.model.records import Record
from remit.model.register import Register, address_of
from remit.model.shape import Path, look_through
from remit.model.translation_jobs import (
    ReturnedJob,
    ReturnedText,
    SentOut,
    damage,
    sent_out,
    short_key,
)
from remit.model.translations import (
    NotAcceptable,
    TextState,
    TranslatedText,
    reviewed,
    texts_of,
    translated_texts,
    unreviewed,
)
from remit.model.values import LocalText, Translation, TranslationState
from remit.render.typesetting import bound
from remit.write.translated_files import TranslationChange

_NUMBER = re.compile(r"\.\d+(?=\.|$)")
"""An item's place in a list without ids."""
_SPACE = "\N{NO-BREAK SPACE}"
MOST_ALIKE = 4
"""Words that a text may have and be the same in two languages: a name, an abbreviation. Else it is
the source, which programs put in the place of what was not translated."""


@dataclass(slots=True)
class PlacedJob:
    """What a job that came back brings."""

    language: str
    texts: dict[str, dict[Path, str]] = field(default_factory=dict)
    """By a record's address: its texts that are other words now, by path."""
    sound: dict[str, set[Path]] = field(default_factory=dict)
    """By a record's address: the texts that came back and whose source is as it was sent."""
    unchanged: int = 0
    empty: int = 0
    remarks: list[str] = field(default_factory=list)
    """What should be known, and does not hinder."""
    faults: list[str] = field(default_factory=list)
    """What hinders, each with its place."""

    @property
    def changed(self) -> int:
        return sum(map(len, self.texts.values()))


def place_job(job: ReturnedJob, register: Register) -> PlacedJob:
    """Finds the place of every text that came back, and says what is wrong with it."""
    placed = PlacedJob(job.target_language, faults=list(job.faults))
    if job.target_language not in register.languages:
        known = ", ".join(register.languages)
        placed.faults.append(
            f'the job is into "{job.target_language}"; the register\'s languages are {known}'
        )
        return placed
    known_texts: dict[str, TranslatedText] = {}
    for text in translated_texts(register, job.target_language):
        if text.record.authoritative_language == job.source_language:
            known_texts[text.key] = known_texts[short_key(text.key)] = text
    if not known_texts:
        placed.faults.append(f'no text of the register has "{job.source_language}" as its source')
        return placed
    seen: set[str] = set()
    for back in job.texts:
        _place(back, known_texts, placed, seen)
    if job.sent > len(job.texts):
        lacking = job.sent - len(job.texts)
        placed.remarks.append(f"{lacking} of the {job.sent} texts sent out did not come back")
    return placed


def _place(
    back: ReturnedText, known: dict[str, TranslatedText], placed: PlacedJob, seen: set[str]
) -> None:
    sent = sent_out(back.id)
    if sent is None:
        placed.faults.append(f'{back.where}: "{back.id[:60]}" is no id of remit\'s')
        return
    text = _text_for(sent, known)
    if text is None:
        placed.faults.append(
            f"{back.where}: {sent.key} is no text of the register any more; take it out of the file"
        )
        return
    if text.key in seen:
        placed.faults.append(f"{back.where}: {text.key} comes back twice")
        return
    seen.add(text.key)
    words = _as_written(back.target, text)
    if words == text.source and not text.target and text.words > MOST_ALIKE:
        placed.remarks.append(
            f"{text.key}: came back in the words of its source; left untranslated"
        )
        words = ""
    if not words:
        placed.empty += 1
        return
    fault = "" if words == text.target else _hindrance(text, words, sent)
    if fault:
        placed.faults.append(f"{back.where}: {text.key}: {fault}")
    else:
        _take(text, words, sent, placed)


def _hindrance(text: TranslatedText, words: str, sent: SentOut) -> str:
    """Why other words than the register's cannot be taken over; empty when they can."""
    wrong = damage([text.source, text.target], words)
    if wrong:
        return wrong
    if sent.target_is(text.target) or sent.target_is(words):
        return ""
    return (
        "the register's translation changed since the job was sent; "
        "take the better one over by hand, and take the text out of the file"
    )


def _take(text: TranslatedText, words: str, sent: SentOut, placed: PlacedJob) -> None:
    if words != text.target and not sent.target_is(text.target):
        placed.remarks.append(
            f"{text.key}: came back as it was sent; the register's translation is newer and stays"
        )
        return
    if sent.source_is(text.source):
        placed.sound.setdefault(text.address, set()).add(text.path)
    else:
        placed.remarks.append(
            f"{text.key}: the text that counts changed since the job was sent; "
            "the translation is not taken as reviewed"
        )
    if words == text.target:
        placed.unchanged += 1
    else:
        placed.texts.setdefault(text.address, {})[text.path] = words


def _text_for(sent: SentOut, known: dict[str, TranslatedText]) -> TranslatedText | None:
    """The text that an id names. One in a list without ids may have moved: then the one in the
    same list whose source is still the one that was sent."""
    text = known.get(sent.key)
    if text is not None and sent.source_is(text.source):
        return text
    key = text.key if text else sent.key
    if _NUMBER.search(key):
        for other in known.values():
            if sent.source_is(other.source) and _NUMBER.sub("", other.key) == _NUMBER.sub("", key):
                return other
    return text


def _as_written(words: str, text: TranslatedText) -> str:
    """The words as a file holds them: without the white space that programs add, and without the
    non-breaking spaces that documents get where no line may end."""
    lines = [_tidy(line) for line in words.split("\n")]
    if "\n" not in text.source and "\n" not in text.target:
        lines = [" ".join(line.strip() for line in lines if line.strip())]
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    for known in (text.target, text.source):
        if known and _plain(words) == _plain(known):
            return known
    return _unbound(words)


def _tidy(line: str) -> str:
    """Indented as before, perhaps by non-breaking spaces; one space between words."""
    words = line.lstrip(f" {_SPACE}")
    return " " * (len(line) - len(words)) + re.sub(r"[ \t\r]+", " ", words).rstrip()


def _plain(words: str) -> str:
    return " ".join(bound(words).split())


def _unbound(words: str) -> str:
    """Without each non-breaking space that a document puts there by itself."""
    whole = bound(words)
    for index, letter in enumerate(words):
        if letter == _SPACE and bound(words[:index] + " " + words[index + 1 :]) == whole:
            words = words[:index] + " " + words[index + 1 :]
    return words


# --- how the translations then stand -------------------------------------------------------


def changes_of(placed: PlacedJob, register: Register, *, read: bool) -> list[TranslationChange]:
    """One for each record that is another one then. `read`: what came back was read through."""
    changes = []
    for record in register.records:
        address, language = address_of(record), placed.language
        texts = placed.texts.get(address, {})
        before = record.translations.get(language, Translation())
        touched = {part for part in (part_of(record, path) for path in texts) if part}
        standing = unreviewed(before, touched) if texts else before
        if read and address in placed.sound:
            standing = _after_reading(record, texts, language, placed.sound[address], standing)
        changed = standing if standing != before else None
        if texts or changed:
            changes.append(TranslationChange(record, language, texts, changed))
    return changes


def _after_reading(
    record: Record,
    texts: dict[Path, str],
    language: str,
    sound: set[Path],
    standing: Translation,
) -> Translation:
    """A part is read when all of its texts came back that were not reviewed already."""
    found = look_through(record)
    parts: dict[str, list[TranslatedText]] = {}
    for text in texts_of(record, found, language):
        parts.setdefault(text.part, []).append(text)
    filled = [
        (path, LocalText({**text, language: texts[path]}) if path in texts else text)
        for path, text in found.texts
    ]
    found = found._replace(texts=filled)
    for part, inside in parts.items():
        came = [text.path in sound for text in inside]
        left = [text for text in inside if text.path not in sound]
        if part and any(came) and all(text.state is TextState.REVIEWED for text in left):
            then = {**record.translations, language: standing}
            with suppress(NotAcceptable):
                standing = reviewed(
                    record.model_copy(update={"translations": then}),
                    found,
                    language,
                    TranslationState.REVIEWED,
                    [part],
                )
    return standing
