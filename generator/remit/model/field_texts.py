"""What the sentences of the models are in other languages: those under fields and under classes.

A translation stands beside the English sentence that it was made of, so that one whose sentence
has changed since is known, and not shown.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from remit.settings import LOCALES

FIELD_TEXTS: Path = LOCALES / "fields"


@cache
def field_texts(language: str) -> dict[str, dict[str, str]]:
    """By `Class` or `Class.attribute`: the English sentence and its translation, by language."""
    file = FIELD_TEXTS / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


def in_language(name: str, english: str, language: str) -> str:
    """The sentence in a language; in English where there is none, or one of another sentence."""
    known = field_texts(language).get(name, {})
    return known[language] if known.get("en") == english else english
