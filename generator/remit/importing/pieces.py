"""What a document holds before anything is known of its meaning: pieces in reading order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["title", "heading", "paragraph", "item", "row", "note", "beside"]
"""row: a row of a table · note: a footnote · beside: not part of the running text."""

LONGEST_LINE, SHORTEST_SENTENCE = 25, 8
"""Words."""
_WORD = re.compile(r"\w+")
# Characters that are not seen part no words: soft hyphens, joiners, signs of direction.
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
UNSEEN = re.compile(f"[{_UNSEEN}]")


@dataclass(frozen=True, slots=True)
class Span:
    """Words with one look."""

    words: str
    strong: bool = False
    emphasis: bool = False
    address: str = ""
    """Where a link leads."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading, a paragraph, an item of a list or a row of a table."""

    kind: Kind
    spans: tuple[Span, ...]
    place: str
    """Where it stands in the file, for people: line 14, paragraph 7, the header of the pages."""
    level: int = 1
    """Of a heading: 1 is the outermost. Of an item: 0 is the outermost."""
    cells: tuple[str, ...] = ()
    """Of a row."""
    ordered: bool = False
    reason: str = ""
    """Why its kind is a guess; empty when the file says so itself."""
    first: bool = False
    """Of a row: it is a table's first one; of an item: a list begins."""

    @property
    def text(self) -> str:
        return joined(span.words for span in self.spans)

    @property
    def lines(self) -> list[str]:
        """The text with the line breaks that the file has."""
        whole = "".join(span.words for span in self.spans)
        return [line for part in whole.split("\n") if (line := joined([part]))]


@dataclass(frozen=True, slots=True)
class ForeignDocument:
    """What a file holds, and what was noticed on the way."""

    file_format: str
    pieces: tuple[Piece, ...]
    notes: tuple[str, ...] = ()
    """What the reader should know of the file: pictures, programs, changes taken as accepted."""


def is_sentence(text: str) -> bool:
    """Whether it is running text: nothing that a title or a line of a head would be."""
    count = len(words_of(text))
    return count > LONGEST_LINE or (count >= SHORTEST_SENTENCE and text.endswith((".", "!", "?")))


def joined(parts: Iterable[str]) -> str:
    return " ".join("".join(parts).split())


def words_of(text: str) -> list[str]:
    """The words that are counted: letters and digits, however they are composed."""
    return _WORD.findall(unicodedata.normalize("NFKC", UNSEEN.sub("", text)))


def plain_piece(kind: Kind, text: str, place: str, **more: Any) -> Piece:
    return Piece(kind, (Span(text),), place, **more)
