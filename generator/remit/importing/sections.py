"""The body of a document → sections and blocks, with ids that last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from remit.importing.head import Head
from remit.importing.markup import (
    Written,
    clean,
    plain_field,
    shown_words,
    unknown_letters,
    written,
)
from remit.importing.names import KnownNames
from remit.importing.outline import Outline, Part, cut_at, is_leftover
from remit.importing.pieces import Piece, Span, words_of
from remit.importing.plain_text import NUMBER
from remit.importing.report import Fate, Outcome
from remit.importing.vocabulary import phrases, section_kind, vocabulary, without_number
from remit.model.drafts import id_of
from remit.model.records import Network, SectionKind
from remit.model.register import address_of
from remit.model.values import When
from remit.render.labels import labels_for

PLACED, GUESSED, NOT_PLACED = Outcome
WORDS_OF_AN_ID = 4
_TERM = re.compile(r"^(.{2,60}?)\s*(?::|\s[–—-])\s+(?=\S)")
_BOUNDARY_KINDS = ("tasks", "role-division", "subject-matter", "target-group", "cooperation")


@dataclass
class Body:
    sections: list[dict[str, Any]] = field(default_factory=list)
    fates: dict[int, list[Fate]] = field(default_factory=dict)
    """By the piece's identity."""
    made: list[str] = field(default_factory=list)
    """Ids of sections whose heading no piece says."""

    def rename(self, ids: Mapping[str, str]) -> None:
        """Tells of the ids that sections and blocks have in the end."""
        for told in self.fates.values():
            told[:] = [
                replace(one, where=" ".join(ids.get(word, word) for word in one.where.split(" ")))
                for one in told
            ]
        self.made = [ids.get(id, id) for id in self.made]


@dataclass(frozen=True, slots=True)
class Setting:
    language: str
    languages: tuple[str, ...]
    names: KnownNames
    start: When
    """The first day of the version: who is linked as a party must live then."""
    not_linked: tuple[str, ...]
    """Ids that are not linked: the mandate's own holders."""


def body_of(outline: Outline, head: Head, setting: Setting) -> Body:
    builder = _Builder(setting, head)
    above = _kind_of_all(outline, setting.language)
    early = [piece for piece in outline.head if id(piece) not in head.fates]
    parts = list(outline.parts)
    if early:
        first = parts.pop(0).pieces if parts and parts[0].heading is None else ()
        parts.insert(0, Part(None, (*early, *first)))
    for part in parts:
        above = builder.part(part, above)
    return builder.body


def _kind_of_all(outline: Outline, language: str) -> tuple[int, str] | None:
    """(0, the kind) where the title is what sections are called: all below it is about that."""
    guess = section_kind(outline.title.text, language) if outline.title else None
    return (0, guess.kind) if guess and guess.whole and guess.kind != "tasks" else None


class _Builder:
    def __init__(self, setting: Setting, head: Head) -> None:
        self.setting, self.head = setting, head
        self.body = Body()
        self.ids: set[str] = set()
        self.linked: set[str] = set()
        self.parts_of: dict[int, tuple[Piece, list[Piece]]] = {}
        """By the identity of a piece that was put together: itself and what it is made of."""

    # --- sections ---

    def part(self, part: Part, above: tuple[int, str] | None) -> tuple[int, str] | None:
        """Adds a section; returns the level and kind under which deeper headings stand."""
        pieces = [piece for piece in self._joined(part.pieces) if id(piece) not in self.head.fates]
        pieces = [piece for piece in pieces if not self._refused(piece)]
        if part.heading is None:
            if pieces:
                section = self._section("introduction", None)
                self.body.made.append(section["id"])
                self._blocks(section, pieces)
            return above
        heading = part.heading
        if self._refused(heading):
            self._blocks(self._last(), pieces)
            return above
        kind, why = self._kind(heading, above)
        section = self._section(kind, heading)
        outcome = GUESSED if why else PLACED
        self._tell(heading, outcome, f"section {section['id']}", why)
        self._blocks(section, pieces)
        if above is None or heading.level <= above[0]:
            return heading.level, kind
        return above

    def _last(self) -> dict[str, Any]:
        if not self.body.sections:
            self.body.made.append(self._section("introduction", None)["id"])
        return self.body.sections[-1]

    def _kind(self, heading: Piece, above: tuple[int, str] | None) -> tuple[str, str]:
        guess = section_kind(heading.text, self.setting.language)
        if heading.text.partition(":")[0].strip().lower() in phrases("begins"):
            return "tasks", "it begins a part"
        if guess:
            why = heading.reason if heading.reason != "a known heading" else ""
            return guess.kind, why if guess.whole else guess.why
        if above and heading.level > above[0] and above[1] != "other":
            return above[1], f"its heading is not known; it stands below {above[1]}"
        return "other", "its heading is not known"

    def _section(self, kind: str, heading: Piece | None) -> dict[str, Any]:
        labels = {code: labels_for(code) for code in self.setting.languages}
        language = self.setting.language
        words = plain_field(without_number(heading.text)) if heading else ""
        headings = {language: words or labels[language].enum("section_kind", SectionKind(kind))}
        if not words or self._is_the_usual(words, kind):
            for code, label in labels.items():
                headings.setdefault(code, label.enum("section_kind", SectionKind(kind)))
        section = {
            "id": self._id(kind if kind != "other" else id_of(" ".join(words.split()[:5]))),
            "kind": kind,
            "heading": headings,
            "blocks": [],
        }
        if section["id"] in ("", "-"):
            section["id"] = self._id("section")
        self.body.sections.append(section)
        self.linked = set()
        return section

    def _is_the_usual(self, words: str, kind: str) -> bool:
        """Whether a heading is one that the labels of the other languages translate."""
        known = vocabulary().get(self.setting.language, {}).get("sections", {}).get(kind, [""])
        return bool(words.lower() == known[0])

    def _id(self, wanted: str) -> str:
        made, number = wanted or "part", 2
        while made in self.ids:
            made, number = f"{wanted or 'part'}-{number}", number + 1
        self.ids.add(made)
        return made

    # --- blocks ---

    def _blocks(self, section: dict[str, Any], pieces: Sequence[Piece]) -> None:
        for group in _groups(pieces):
            self._block(section, group)

    def _block(self, section: dict[str, Any], group: list[Piece]) -> None:
        first, *inner = group
        kind, why = self._block_kind(section["kind"], first)
        fields = self._fields(kind, first, inner, section)
        if fields is None:
            kind, why = ("item" if first.kind in ("item", "row") else "paragraph"), ""
            fields = self._fields(kind, first, inner, section) or {}
        text = str(fields.get("term", {}).get(self.setting.language, "")) or first.text
        named = self._id(_block_id(section["id"], text))
        section["blocks"].append({"kind": kind, "id": named, **fields})
        self._check(group, fields, f"{section['id']} › {named}", kind, why)

    def _check(
        self, group: list[Piece], fields: dict[str, Any], where: str, kind: str, why: str
    ) -> None:
        """Tells what became of the pieces; a word that the block lacks makes them not placed."""
        language = self.setting.language
        said = shown_words(fields["text"][language])
        said += words_of(str(fields.get("term", {}).get(language, "")))
        for piece in group:
            reason = why or _why(piece)
            outcome = GUESSED if reason else PLACED
            lacking = list(said)
            lost = []
            for word in words_of(clean(_unmarked(piece))):
                if word in lacking:
                    lacking.remove(word)
                else:
                    lost.append(word)
            if lost:
                outcome, reason = NOT_PLACED, f"these words got lost: {' '.join(lost)}"
            self._tell(piece, outcome, f"{where} ({kind})", reason)
            why = ""

    def _block_kind(self, section_kind: str, piece: Piece) -> tuple[str, str]:
        listed = piece.kind in ("item", "row")
        first_sentence = re.split(r"(?<=[.!?])\s", piece.text, maxsplit=1)[0].lower()
        if section_kind in _BOUNDARY_KINDS and any(
            re.search(rf"\b{re.escape(phrase)}\b", first_sentence) for phrase in phrases("boundary")
        ):
            return "boundary", "it says what is not done"
        if section_kind == "definitions" and (_TERM.match(piece.text) or len(piece.cells) == 2):
            return "definition", "a word and its meaning"
        if section_kind == "cooperation" and listed:
            return "cooperation", "it names one body"
        if section_kind == "tasks" and listed:
            return "task", "" if piece.kind == "item" else "a row of a table"
        return ("item" if listed else "paragraph"), ""

    def _fields(
        self, kind: str, first: Piece, inner: list[Piece], section: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The fields of a block besides its kind and id; None when it is not of that kind."""
        language = self.setting.language
        spans = _without_number(first)
        if kind == "definition":
            term, spans = _term(first)
            text = self._text(spans, inner)
            return {"term": {language: plain_field(term)}, "text": {language: text.text}}
        if kind == "cooperation":
            party = self._party(first.text)
            if party is None:
                return None
            return {"with": party, "text": {language: self._text(spans, inner, link=False).text}}
        return {"text": {language: self._text(spans, inner).text}}

    def _party(self, text: str) -> str | None:
        """The one body or role that an item names and that lives when the version begins."""
        register = self.setting.names.register
        records = {
            address_of(mention.record): mention.record
            for mention in self.setting.names.in_text(text)
        }
        if len(records) != 1:
            return None
        ((address, record),) = records.items()
        if isinstance(record, Network) or not register.life(record).covers(
            self.setting.start.first
        ):
            return None
        return record.id if len(register.named(record.id)) == 1 else address

    def _text(self, spans: Sequence[Span], inner: list[Piece], link: bool = True) -> Written:
        names = self.setting.names if link else None
        made = [self._written(spans, names)]
        levels = sorted({piece.level for piece in inner})
        numbers: dict[int, int] = {}
        lines = []
        for piece in inner:
            depth = levels.index(piece.level)
            numbers[depth] = numbers.get(depth, 0) + 1
            sign = f"{numbers[depth]}." if piece.ordered else "-"
            indent = " " * sum(3 for _ in range(depth))
            lines.append(f"{indent}{sign} {self._written(_without_number(piece), names)}")
        if lines:
            made.append("\n".join(lines))
        return Written("\n\n".join(made))

    def _written(self, spans: Sequence[Span], names: KnownNames | None) -> str:
        def may_link(address: str) -> bool:
            return address not in self.linked and (
                address.rpartition("/")[2] not in self.setting.not_linked
            )

        made = written(spans, names, may_link)
        self.linked.update(made.linked)
        return made.text

    # --- what is not a block ---

    def _refused(self, piece: Piece) -> bool:
        why = ""
        letters = unknown_letters(piece.text)
        if letters:
            why = f"documents cannot show {', '.join(letters[:3])}; write it in other letters"
        elif is_leftover(piece.text):
            why = "it comes from the page around the document"
        elif not words_of(piece.text):
            why = "it holds no word"
        if why:
            self._tell(piece, NOT_PLACED, "", why)
        return bool(why)

    def _joined(self, pieces: Sequence[Piece]) -> Iterator[Piece]:
        """Pieces where a sentence that goes on after something else is one with its beginning."""
        held: Piece | None = None
        for piece in pieces:
            if id(piece) in self.head.fates:
                continue
            text = piece.text
            goes_on = (
                held is not None
                and held.kind in ("paragraph", "item")
                and piece.kind == "paragraph"
                and text[:1].islower()
                and held.text[-1:].isalpha()
            )
            if held is not None and goes_on:
                whole = replace(held, spans=(*held.spans, Span(" "), *piece.spans))
                self.parts_of[id(whole)] = (whole, [*self._parts(held), piece])
                held = whole
                continue
            if held is not None:
                yield held
            held = piece
        if held is not None:
            yield held

    def _parts(self, piece: Piece) -> list[Piece]:
        return self.parts_of.get(id(piece), (piece, [piece]))[1]

    def _tell(self, piece: Piece, outcome: Outcome, where: str, why: str) -> None:
        for number, part in enumerate(self._parts(piece)):
            told = why or ("" if not number else "a sentence that goes on")
            given = GUESSED if number and outcome is PLACED else outcome
            self.body.fates.setdefault(id(part), []).append(
                Fate(part.place, _with_addresses(part), given, where, told)
            )


def _with_addresses(piece: Piece) -> str:
    addresses = dict.fromkeys(span.address for span in piece.spans if span.address)
    more = [address for address in addresses if address not in piece.text]
    return " ".join([piece.text, *(f"<{address}>" for address in more)])


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that become one block: an item with the items further in."""
    groups: list[list[Piece]] = []
    base = 0
    for piece in pieces:
        in_list = bool(groups) and groups[-1][0].kind == "item" and piece.kind == "item"
        if in_list and piece.level > base:
            groups[-1].append(piece)
            continue
        if piece.kind == "item":
            base = piece.level if not in_list else min(base, piece.level)
        groups.append([piece])
    return groups


def _without_number(piece: Piece) -> tuple[Span, ...]:
    match = NUMBER.match(piece.text) if piece.kind == "item" and piece.ordered else None
    return cut_at(piece.spans, match.end())[1] if match else piece.spans


def _unmarked(piece: Piece) -> str:
    return "".join(span.words for span in _without_number(piece))


def _term(piece: Piece) -> tuple[str, tuple[Span, ...]]:
    """A word and what it means."""
    if len(piece.cells) == 2:
        return piece.cells[0], (Span(piece.cells[1]),)
    match = _TERM.match(piece.text)
    assert match is not None
    return match[1].strip(" *"), cut_at(piece.spans, match.end())[1]


def _why(piece: Piece) -> str:
    if piece.kind == "row":
        return "a row of a table"
    if piece.kind == "note":
        return f"{piece.place}; its words stand on their own"
    return piece.reason


def _block_id(section: str, text: str) -> str:
    """Made of the first words that say something; never changed afterwards."""
    small = {
        word for code in ("nb", "sv", "en") for word in vocabulary()[code]["phrases"]["stopwords"]
    }
    telling = [
        word
        for word in words_of(text)
        if word.lower() not in small and (len(word) > 2 or word.isupper())
    ]
    if not any(letter.isalpha() for word in telling for letter in word):
        return f"{section}-text"
    return id_of(" ".join(telling[:WORDS_OF_AN_ID])) or f"{section}-text"
