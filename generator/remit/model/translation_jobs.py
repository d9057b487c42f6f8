"""Texts that are sent out to be translated, and how each is found again when it comes back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from remit.model.fingerprint import fingerprint
from remit.model.translations import TranslatedText, mark_of

Side = Literal["whole", "begin", "end"]


@dataclass(frozen=True, slots=True)
class Code:
    """A sign in a text that must come back as it is. `begin` and `end` have words between them."""

    side: Side
    text: str
    number: int
    """The same for a beginning and its end."""
    link: str
    """All signs of the link, without the words between them."""


@dataclass(frozen=True, slots=True)
class TranslationJob:
    """What is to be translated from one language into another."""

    source_language: str
    target_language: str
    texts: Sequence[TranslatedText]

    @property
    def words(self) -> int:
        return sum(text.words for text in self.texts)

    def by_record(self) -> dict[str, list[TranslatedText]]:
        """By address, in the order of the register."""
        groups: dict[str, list[TranslatedText]] = {}
        for text in self.texts:
            groups.setdefault(text.address, []).append(text)
        return groups


@dataclass(frozen=True, slots=True)
class ReturnedText:
    """One translation that came back. `where`: its place in the file, for a message."""

    id: str
    target: str
    where: str


@dataclass(frozen=True, slots=True)
class ReturnedJob:
    """What a file that came back says; nothing of it is believed."""

    source_language: str
    target_language: str
    sent: int
    """How many texts were sent out; 0 when the file does not say."""
    texts: tuple[ReturnedText, ...]
    faults: tuple[str, ...] = ()
    """What cannot be understood, each with its place."""


# --- names that last -----------------------------------------------------------------------

_READABLE = re.compile(r"(?P<key>.+)~(?P<source>[0-9a-f]{12})~(?P<target>[0-9a-f]{12}|0)")
_SHORT = re.compile(r"(?P<key>[0-9a-f]{12})_(?P<source>[0-9a-f]{12})_(?P<target>[0-9a-f]{8}|0)")


@dataclass(frozen=True, slots=True)
class SentOut:
    """Which text an id names, and marks of what source and translation said when it was sent."""

    key: str
    source: str
    target: str

    def source_is(self, text: str) -> bool:
        return mark_of(text) == self.source

    def target_is(self, text: str) -> bool:
        return mark_of(text).startswith(self.target)


def unit_id(text: TranslatedText) -> str:
    """`roles/x:summary~<mark of the source>~<mark of the translation>`."""
    return f"{text.key}~{mark_of(text.source)}~{mark_of(text.target)}"


def bookmark_id(text: TranslatedText) -> str:
    """The same in 34 letters and digits: Word takes no more than 40 for a bookmark's name."""
    return f"{short_key(text.key)}_{mark_of(text.source)}_{mark_of(text.target)[:8]}"


def short_key(key: str) -> str:
    return fingerprint(key)[:12]


def sent_out(id: str) -> SentOut | None:
    """What an id of a unit or a bookmark says; None when it is none."""
    match = _READABLE.fullmatch(id) or _SHORT.fullmatch(id)
    return SentOut(match["key"], match["source"], match["target"]) if match else None


# --- links in texts ------------------------------------------------------------------------

_LINK = re.compile(
    r"\[\[(?P<record>[^\[\]|\n]*)(?:\|(?P<called>[^\[\]\n]*))?\]\]"
    r"|\[(?P<words>[^\[\]\n]*)\]\((?P<address>[^()\s]*)\)"
)


def pieces(text: str) -> Iterator[str | Code]:
    """The text in its order, what must stay as it is apart from the words; together they are it."""
    end = 0
    for number, link in enumerate(_LINK.finditer(text), 1):
        if link.start() > end:
            yield text[end : link.start()]
        end = link.end()
        words = link["called"] if link["words"] is None else link["words"]
        if words is None:
            yield Code("whole", link[0], number, link[0])
            continue
        before, after = (
            (f"[[{link['record']}|", "]]")
            if link["words"] is None
            else ("[", f"]({link['address']})")
        )
        yield Code("begin", before, number, before + after)
        if words:
            yield words
        yield Code("end", after, number, before + after)
    if end < len(text):
        yield text[end:]


def link_targets(text: str) -> Counter[str]:
    """What the links of a text lead to, each as often as it is there."""
    return Counter(
        link["address"] if link["record"] is None else f"[[{link['record'].strip()}]]"
        for link in _LINK.finditer(text)
    )


def damage(sent: Sequence[str], back: str) -> str:
    """What is wrong with the links of a text that came back; empty when they are those of one of
    the texts that were sent out, its source or its earlier translation."""
    found = link_targets(back)
    wanted = [link_targets(text) for text in sent if text]
    if found in wanted:
        return _left_over(back)
    lacking, strange = wanted[0] - found, found - wanted[0]
    told = []
    if lacking:
        told.append(f"a link is missing or damaged: {', '.join(lacking)}")
    if strange:
        told.append(f"a link was not in the text: {', '.join(strange)}")
    return "; ".join(told)


def _left_over(text: str) -> str:
    """Brackets that once were a link."""
    rest = _LINK.sub("", text)
    return "brackets of a link are damaged: [[ or ]]" if "[[" in rest or "]]" in rest else ""
