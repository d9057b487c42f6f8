"""What the words in tables mean: headings of columns, choices, yes and no, months, languages.

The words are data (`table_words.toml`), beside the labels that the site uses for the same things.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from remit.render.labels import labels_for

FILE = Path(__file__).with_name("table_words.toml")
CHOICES = {
    ("organisation", "kind"): "organisation_kind",
    ("role", "line"): "line",
    ("network", "kind"): "network_kind",
    ("network", "level"): "network_level",
    ("partner", "basis"): "partner_basis",
    ("contact", "for"): "contact_for",
    ("audience", "kind"): "audience_kind",
    ("area", "level"): "area_level",
    ("network-member", "part"): "part",
    ("network-member", "body_kind"): "organisation_kind",
}
"""Where the words of a field's choices are found, by kind and field."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is about. `language`: of its texts, where the heading says so."""

    field: str
    language: str = ""
    words_of: tuple[str, ...] = ()
    """The languages in which the heading is a word for the field."""


def bare(words: str) -> str:
    """What is compared: letters and digits only, small."""
    return "".join(one for one in words.casefold() if one.isalnum())


@cache
def _table() -> dict[str, Any]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)


@cache
def _languages() -> dict[str, str]:
    return {bare(word): code for code, words in _table()["languages"].items() for word in words}


@cache
def _headings(kind: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """The fields that a heading may mean, each with the languages it is a word of."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    own: dict[str, Any] = _table().get(kind, {})
    shared: dict[str, Any] = _table()["any"]
    for fields in (own, shared):
        taken = set(found)
        for field, by_language in fields.items():
            for language, words in by_language.items():
                for word in map(bare, words):
                    if fields is shared and word in taken:
                        continue
                    held = found.setdefault(word, {})
                    held[field] = (*held.get(field, ()), language)
    return found


def heading_of(kind: str, words: str, fields: set[str]) -> Heading | None:
    """What a heading means in a table of a kind that has these fields; None for an unknown one."""
    said = words.strip()
    own, _, code = said.lower().rpartition(".")
    if said.lower() in fields:
        return Heading(said.lower(), "", tuple(_spoken(kind, said, said.lower())))
    if own in fields and code in _languages():
        return Heading(own, _languages()[code])
    found = _word(kind, said, fields)
    if found:
        return found
    marked = re.fullmatch(r"(.+?)\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*[:*]?", said) or re.fullmatch(
        r"(.+?)\s*[\s_:,/–-]\s*(\w+)", said
    )
    if marked and bare(marked[2]) in _languages():
        found = _word(kind, marked[1], fields) or heading_of(kind, marked[1], fields)
        if found and not found.language:
            return Heading(found.field, _languages()[bare(marked[2])])
    return None


def _word(kind: str, words: str, fields: set[str]) -> Heading | None:
    for field, languages in _headings(kind).get(bare(words), {}).items():
        if field in fields:
            return Heading(field, "", languages)
    return None


def _spoken(kind: str, words: str, field: str) -> tuple[str, ...]:
    return _headings(kind).get(bare(words), {}).get(field, ())


def known_words(kind: str, fields: set[str]) -> dict[str, str]:
    """Every heading that is known for a kind, and its field: to suggest one that is near."""
    words = {
        word: field
        for by_field in (_table().get(kind, {}), _table()["any"])
        for field, by_language in by_field.items()
        if field in fields
        for group in by_language.values()
        for word in group
    }
    return words | {field: field for field in fields}


def word_for(kind: str, field: str, language: str) -> str:
    """The usual heading for a field in a language; empty when there is none."""
    by_language = _table().get(kind, {}).get(field) or _table()["any"].get(field, {})
    return str(next(iter(by_language.get(language, ())), "")).capitalize()


def is_about_persons(words: str) -> bool:
    return bare(words) in {bare(word) for word in _table()["persons"]["words"]}


def choice_of(kind: str, field: str, words: str, choices: tuple[str, ...]) -> str | None:
    """The choice that words stand for in any language, or None."""
    return _choices(kind, field, choices).get(bare(words))


@cache
def _choices(kind: str, field: str, choices: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    enum = CHOICES.get((kind, field))
    more = _table()["values"].get(enum, {}) if enum else {}
    for choice in choices:
        for word in more.get(choice, ()):
            found.setdefault(bare(word), choice)
    for choice in choices:
        labels = [labels_for(code).enum(enum, choice) for code in _table()["languages"] if enum]
        for word in (*labels, choice):
            found[bare(word)] = choice
    return found


def truth_of(words: str) -> bool | None:
    said = bare(words)
    for value, key in ((True, "yes"), (False, "no")):
        if said in {bare(word) for word in _table()["truth"][key]}:
            return value
    return None


def language_of(words: str) -> str | None:
    return _languages().get(bare(words))


@cache
def months() -> dict[str, int]:
    """The number of a month by its name, or its first three letters, in every language."""
    return _numbered("months")


@cache
def weekdays() -> dict[str, int]:
    """From 0 for Monday, by name or its first three letters."""
    return {word: number - 1 for word, number in _numbered("weekdays").items()}


def _numbered(group: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for names in _table()[group].values():
        for number, name in enumerate(names, 1):
            found[name.casefold()] = found[name.casefold()[:3]] = number
    return found


def area_words() -> tuple[str, ...]:
    return tuple(_table()["areas"]["words"])
