"""What documents call things: headings, labels of the head, dates, in each language."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from remit.importing.pieces import words_of

FILE = Path(__file__).parent / "vocabulary.toml"
LANGUAGES = ("nb", "sv", "en")
_NUMBERING = re.compile(
    r"^\s*(?:(?:kapittel|kapitel|kap\.?|chapter|section|del|punkt)\s+)?"
    r"(?:\d{1,2}(?:\.\d{1,2})*[.)]?|§+\s*\d+[a-z]?\.?|[A-Z][.)]|[IVX]{1,4}[.)])\s+",
    re.I,
)
_LIKE = 0.86
"""How like a known heading one must be to be taken for a slip of the pen or of a scanner."""


@dataclass(frozen=True, slots=True)
class SectionGuess:
    kind: str
    whole: bool
    """Whether the heading is a known one; else it begins with one, holds or resembles one."""
    why: str


@cache
def vocabulary() -> dict[str, Any]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)


def without_number(heading: str) -> str:
    """A heading without its number and the colon behind it."""
    return _NUMBERING.sub("", heading).strip().rstrip(":").strip() or heading.strip()


def _plain(words: str) -> str:
    return " ".join(without_number(words).lower().strip("*_ .:").split())


@cache
def _sections(language: str) -> dict[str, str]:
    kinds = vocabulary()[language]["sections"]
    return {phrase: kind for kind, phrases in kinds.items() for phrase in phrases}


def _in_order(language: str) -> list[str]:
    return [language, *(one for one in LANGUAGES if one != language)]


def section_kind(heading: str, language: str) -> SectionGuess | None:
    """What a section of this heading is about; None when no known word is in it."""
    words = _plain(heading)
    for code in _in_order(language):
        if words in _sections(code):
            return SectionGuess(_sections(code)[words], True, "")
    known = _sections(language if language in LANGUAGES else "en")
    by_length = sorted(known, key=len, reverse=True)
    for phrase in by_length:
        if words.startswith(f"{phrase} "):
            return SectionGuess(known[phrase], False, f'it begins with "{phrase}"')
    if len(words.split()) <= 8:
        for phrase in by_length:
            if len(phrase) > 4 and re.search(rf"\b{re.escape(phrase)}\b", words):
                return SectionGuess(known[phrase], False, f'it holds "{phrase}"')
    near = difflib.get_close_matches(words, known, n=1, cutoff=_LIKE)
    if near:
        return SectionGuess(known[near[0]], False, f'it resembles "{near[0]}"')
    return None


@cache
def _labels() -> dict[str, str]:
    """By label, in small letters without a colon; the first language has its way."""
    found: dict[str, str] = {}
    for code in LANGUAGES:
        for name, labels in vocabulary()[code]["labels"].items():
            for label in labels:
                found.setdefault(label.rstrip("."), name)
    return found


def label_of(words: str) -> str | None:
    """The field that a label of a document's head stands for."""
    return _labels().get(" ".join(words.lower().strip(" *:()[]").split()).rstrip("."))


def document_kind(*texts: str) -> tuple[str, str] | None:
    """(the kind of document, the word that tells it), from the first text that holds one."""
    for text in texts:
        words = text.lower()
        for code in LANGUAGES:
            for kind, known in vocabulary()[code]["documents"].items():
                for word in known:
                    if re.search(rf"\b{re.escape(word)}", words):
                        return kind, word
    return None


def phrases(name: str) -> list[str]:
    """A list of phrases in all languages."""
    return [phrase for code in LANGUAGES for phrase in vocabulary()[code]["phrases"][name]]


def language_of(text: str) -> str | None:
    """The language whose small words are most frequent; None when there are too few of them."""
    words = words_of(text.lower())
    counts = {}
    for code in LANGUAGES:
        known = set(vocabulary()[code]["phrases"]["stopwords"])
        counts[code] = sum(1 for word in words if word in known)
    best = max(counts, key=lambda code: counts[code])
    second = max(count for code, count in counts.items() if code != best)
    return best if counts[best] >= 3 and counts[best] > second else None


# --- numbers and dates -----------------------------------------------------------------------


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in vocabulary()["patterns"][name]), re.I)


def numbers_in(name: str, text: str) -> list[str]:
    """Document ids or case numbers in a text."""
    found = []
    for match in _pattern(name).finditer(text):
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        if not (before.isalnum() or before in tuple("/-") or after.isalnum() or after in ("/",)):
            found.append(match[0])
    return found


def is_number(name: str, text: str) -> bool:
    return bool(_pattern(name).fullmatch(text.strip()))


_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_POINTS = re.compile(r"\b(\d{1,2})[./] ?(\d{1,2})[./] ?(\d{4})\b")


@cache
def _named() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, int]]:
    months = {
        name: number
        for code in LANGUAGES
        for number, name in enumerate(vocabulary()[code]["phrases"]["months"], 1)
    }
    names = "|".join(sorted(months, key=len, reverse=True))
    day_first = re.compile(rf"\b(\d{{1,2}})\.? ({names}),? (\d{{4}})\b", re.I)
    month_first = re.compile(rf"\b({names}) (\d{{1,2}}), ?(\d{{4}})\b", re.I)
    return day_first, month_first, months


def date_in(text: str) -> tuple[date, str] | None:
    """The first day named in a text, and the words that name it."""
    text = " ".join(text.split())
    day_first, month_first, months = _named()
    found: list[tuple[int, date, str]] = []
    for pattern, order in (
        (_ISO, "ymd"),
        (_POINTS, "dmy"),
        (day_first, "dmy"),
        (month_first, "mdy"),
    ):
        match = pattern.search(text)
        if match:
            part = dict(zip(order, match.groups(), strict=True))
            month = months.get(part["m"].lower()) or (int(part["m"]) if part["m"].isdigit() else 0)
            try:
                found.append((match.start(), date(int(part["y"]), month, int(part["d"])), match[0]))
            except ValueError:
                continue
    return min(found)[1:] if found else None


def is_date(text: str) -> bool:
    """Whether a text is a day and little else, such as "Oslo, 9. april 2013"."""
    found = date_in(text)
    if not found:
        return False
    rest = " ".join(text.split()).replace(found[1], "")
    return len(words_of(rest)) <= 2
