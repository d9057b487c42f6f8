"""Pieces → an outline: head, title, sections with their pieces, closing.

What the file does not say by styles is told by the shape of the pieces, and marked as a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from remit.importing.pieces import Piece, Span, is_sentence, joined, words_of
from remit.importing.plain_text import BULLET, NUMBER
from remit.importing.vocabulary import (
    document_kind,
    is_date,
    is_number,
    label_of,
    phrases,
    section_kind,
)

LONGEST_HEADING = 12
"""Words."""
MOST_BEFORE_TITLE = 30
"""Pieces."""
LEAST_RUN_IN = 3
"""Words that follow a heading on its own line."""
_NUMBERED = re.compile(
    r"^\s*(?:\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}[.)]|§+ ?\d+[a-z]?|[IVX]{1,4}\.)\s+\S"
)
_ADDRESS = re.compile(
    r"^(?:Postboks|Postbox|Box|P\.?O\.? ?Box)\s+\d+|^(?:N-|S-|SE-)?\d{3,4} ?\d{0,2} [A-ZÆØÅÄÖ]",
    re.I,
)
_LABELLED = re.compile(r"[^\W\d_][^:.]{2,100}: ?\S[^:]{30,}")
_ENDS = (".", "!", "?", ":", ";", ",")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it; no heading: what stands before the first one."""

    heading: Piece | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    head: tuple[Piece, ...]
    """Before the title."""
    title: Piece | None
    parts: tuple[Part, ...]
    closing: tuple[Piece, ...]
    """From the greeting on, or an address at the end."""
    beside: tuple[Piece, ...]
    """What is not part of the running text."""


def outlined(pieces: Sequence[Piece], language: str) -> Outline:
    beside = tuple(piece for piece in pieces if piece.kind == "beside")
    running = _shaped([piece for piece in pieces if piece.kind != "beside"], language)
    at = _title_at(running, language)
    head = running[: at if at is not None else 0]
    title = running[at] if at is not None else None
    rest = running[at + 1 if at is not None else 0 :]
    end = _closing_at(rest)
    closing = rest[end:]
    after = next((i for i, one in enumerate(closing) if len(words_of(one.text)) > 30), len(closing))
    body = [*rest[:end], *closing[after:]]
    return Outline(
        tuple(head), title, tuple(_parts(body, language)), tuple(closing[:after]), beside
    )


def _parts(pieces: Sequence[Piece], language: str) -> list[Part]:
    parts: list[Part] = []
    heading: Piece | None = None
    below: list[Piece] = []
    for piece in _run_in(pieces, language):
        if piece.kind == "heading":
            if heading or below:
                parts.append(Part(heading, tuple(below)))
            heading, below = piece, []
        else:
            below.append(piece)
    if heading or below:
        parts.append(Part(heading, tuple(below)))
    return parts


# --- the shape of pieces -------------------------------------------------------------------------


def _shaped(pieces: Sequence[Piece], language: str) -> list[Piece]:
    """Pieces with headings and items that show by their shape alone."""
    split = [line for piece in pieces for line in _lines(piece)]
    styled = sum(1 for piece in split if piece.kind == "heading") > 1  # one is the title
    found: list[Piece] = []
    for index, piece in enumerate(split):
        if piece.kind == "paragraph":
            following = split[index + 1] if index + 1 < len(split) else None
            piece = _told(piece, following, found[-1] if found else None, styled, language)
        found.append(piece)
    return _unsigned_lists(found)


def _unsigned_lists(pieces: list[Piece]) -> list[Piece]:
    """Paragraphs of the form "Word: sentence" below a line that ends with a colon are its items."""
    found: list[Piece] = []
    in_list = False
    for index, piece in enumerate(pieces):
        labelled = piece.kind == "paragraph" and bool(_LABELLED.match(piece.text))
        next_labelled = index + 1 < len(pieces) and bool(_LABELLED.match(pieces[index + 1].text))
        begins = labelled and next_labelled and index > 0 and pieces[index - 1].text.endswith(":")
        in_list = labelled and (in_list or begins)
        reason = "one of several paragraphs that each begin with a word and a colon"
        found.append(replace(piece, kind="item", level=0, reason=reason) if in_list else piece)
    return found


def _lines(piece: Piece) -> list[Piece]:
    """Short lines of one paragraph, such as an address, are pieces of their own."""
    lines = piece.lines
    if piece.kind != "paragraph" or len(lines) < 2:
        return [piece]
    if max(map(len, lines)) > 70 and not any(BULLET.match(line) for line in lines[1:]):
        return [piece]
    split: list[list[Span]] = [[]]
    for span in piece.spans:
        first, *rest = span.words.split("\n")
        split[-1].append(replace(span, words=first))
        split += [[replace(span, words=line)] for line in rest]
    return [
        replace(piece, spans=tuple(spans))
        for spans in split
        if joined(span.words for span in spans)
    ]


def _told(
    piece: Piece, following: Piece | None, before: Piece | None, styled: bool, language: str
) -> Piece:
    """A paragraph as what its shape tells."""
    text = piece.text
    bullet = BULLET.match(text)
    if bullet:
        return replace(piece, kind="item", level=0, spans=cut(piece.spans, bullet.end()))
    count = len(words_of(text))
    if not count or is_leftover(text):
        return piece
    key, colon, value = text.partition(":")
    if label_of(text) or (colon and value.strip() and label_of(key)):
        return piece
    if count > LONGEST_HEADING or text.endswith((".", ";", ",", "!", "?")) or _ADDRESS.match(text):
        return _numbered(piece)
    if not colon or not value.strip():
        guess = section_kind(text, language)
        if guess and guess.whole:
            return _heading(piece, "a known heading")
        if guess and not text.endswith(":") and guess.why.startswith(("it resembles", "it begins")):
            return _heading(piece, f"short, and {guess.why}")
    if text.endswith(":"):
        return piece
    if _NUMBERED.match(text) and not styled and not is_date(text):
        is_list = following is not None and _next_number(text, following.text)
        return replace(piece, kind="item", ordered=True) if is_list else _heading(piece, "numbered")
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 3 and all(map(str.isupper, letters)) and count > 1 and not styled:
        return _heading(piece, "in capitals")
    if all(span.strong for span in piece.spans if span.words.strip()) and piece.spans[0].strong:
        return _heading(piece, "in bold type on a line of its own")
    if not styled and _stands_out(piece, following, before):
        return _heading(piece, "a short line above a longer text")
    return piece


def _stands_out(piece: Piece, following: Piece | None, before: Piece | None) -> bool:
    text = piece.text
    return (
        following is not None
        and (len(following.text) > 80 or following.kind == "item")
        and text[0].isupper()
        and ":" not in text
        and not is_date(text)
        and (before is None or piece.place != before.place)
        and not {*text.lower().split()} & {*phrases("sentence")}
    )


def _heading(piece: Piece, why: str) -> Piece:
    number = re.match(r"\s*(\d+(?:\.\d+)*)", piece.text)
    return replace(
        piece, kind="heading", level=2 + (number[1].count(".") if number else 0), reason=why
    )


def _numbered(piece: Piece) -> Piece:
    match = NUMBER.match(piece.text)
    if not match or _ADDRESS.match(piece.text):
        return piece
    return replace(piece, kind="item", level=0, ordered=True)


def _next_number(text: str, following: str) -> bool:
    first, second = re.match(r"\s*(\d+)", text), re.match(r"\s*(\d+)[.)]\s", following)
    return bool(first and second and int(second[1]) == int(first[1]) + 1)


def _run_in(pieces: Sequence[Piece], language: str) -> list[Piece]:
    """A paragraph that begins with a known heading and a colon is both."""
    found: list[Piece] = []
    for piece in pieces:
        key, colon, rest = piece.text.partition(":")
        begins = key.strip().lower() in phrases("begins")
        guess = section_kind(key, language) if colon and len(key.split()) <= 5 else None
        is_text = len(words_of(rest)) >= LEAST_RUN_IN and not is_date(rest)
        known = begins or (guess and guess.whole and is_text)
        if piece.kind not in ("paragraph", "heading") or not rest.strip() or not known:
            found.append(piece)
            continue
        at = piece.text.index(":") + 1
        above, below = cut_at(piece.spans, at)
        reason = "the beginning of a paragraph"
        if begins:
            found.append(replace(piece, kind="heading", level=2, reason="it begins a part"))
        elif piece.kind == "heading":
            found.append(piece)
        else:
            found.append(replace(piece, kind="heading", level=2, spans=above, reason=reason))
            found.append(replace(piece, spans=below))
    return found


def cut(spans: Sequence[Span], start: int) -> tuple[Span, ...]:
    """The spans from a place on, counted in the text as it is shown."""
    return cut_at(spans, start)[1]


def cut_at(spans: Sequence[Span], at: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The spans before and from a place in the text, in which white space counts once."""
    shown = joined(span.words for span in spans)
    wanted = len(shown[:at].replace(" ", ""))
    before: list[Span] = []
    after: list[Span] = []
    for span in spans:
        taken = 0
        while taken < len(span.words) and wanted:
            wanted -= not span.words[taken].isspace()
            taken += 1
        if taken:
            before.append(replace(span, words=span.words[:taken]))
        if taken < len(span.words):
            after.append(replace(span, words=span.words[taken:]))
    return tuple(before), tuple(after)


# --- title and closing ------------------------------------------------------------------------


def _title_at(pieces: Sequence[Piece], language: str) -> int | None:
    for index, piece in enumerate(pieces):
        if piece.kind == "title":
            return index
    styled = [i for i, piece in enumerate(pieces) if piece.kind == "heading" and not piece.reason]
    outermost = [i for i in styled if pieces[i].level == 1]
    if len(outermost) == 1 and outermost == styled[:1]:
        return outermost[0]
    end = _first_section(pieces, language)
    for index, piece in enumerate(pieces[:end]):
        if _may_be_title(piece) and document_kind(piece.text):
            return index
    for index, piece in enumerate(pieces[: max(end, 1)]):
        if _may_be_title(piece):
            return index
    return None


def _first_section(pieces: Sequence[Piece], language: str) -> int:
    """Where the text begins: a heading that sections bear (but not line 1), or a sentence."""
    for index, piece in enumerate(pieces[:MOST_BEFORE_TITLE]):
        guess = section_kind(piece.text, language) if piece.kind == "heading" else None
        if (index and guess and guess.whole) or is_sentence(piece.text):
            return index
    return min(len(pieces), MOST_BEFORE_TITLE)


def _may_be_title(piece: Piece) -> bool:
    text = piece.text
    key = text.partition(":")[0]
    return (
        piece.kind in ("paragraph", "heading")
        and len(words_of(text)) > 1
        and not is_sentence(text)
        and not text.endswith((".", ":", ";"))
        and not label_of(key)
        and not is_date(text)
        and not is_number("document_id", text)
        and not is_number("case_number", text)
        and not _ADDRESS.match(text)
        and not is_leftover(text)
        and "•" not in text
    )


def is_leftover(text: str) -> bool:
    """Whether a paragraph comes from the page around a document."""
    words = text.lower()
    return any(phrase in words for phrase in phrases("leftovers"))


def is_address(text: str) -> bool:
    return bool(_ADDRESS.match(text))


def _closing_at(pieces: Sequence[Piece]) -> int:
    """Where a letter says goodbye, or where the address of its sender begins at the end."""
    for index, piece in enumerate(pieces):
        words = piece.text.lower().rstrip(",. ")
        if words in phrases("closing") and not any(
            later.kind == "heading" and not later.reason for later in pieces[index:]
        ):
            return index
    start = len(pieces)
    while start and _is_tail(pieces[start - 1]):
        start -= 1
    if any(is_address(piece.text) for piece in pieces[start:]):
        return start
    return len(pieces)


def _is_tail(piece: Piece) -> bool:
    return (
        piece.kind == "paragraph"
        and len(words_of(piece.text)) <= 6
        and not piece.text.endswith(_ENDS)
    )
