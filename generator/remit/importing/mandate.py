"""A document's pieces → what a mandate's files are to hold, and what became of each paragraph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from remit.importing.head import Head, read_head
from remit.importing.markup import plain_field, unknown_letters
from remit.importing.names import KnownNames
from remit.importing.outline import Outline, outlined
from remit.importing.pieces import ForeignDocument, Piece, is_sentence, words_of
from remit.importing.report import Fate, Made, Outcome, Report
from remit.importing.sections import Body, Setting, body_of
from remit.importing.vocabulary import language_of
from remit.model.register import Register
from remit.model.shape import Path
from remit.model.values import When

PLACED, GUESSED, NOT_PLACED = Outcome
LONGEST_SUMMARY = 300
# not after "nr." or "f.eks."
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{4}[.!?])\s+(?=[A-ZÅÄÖÆØ])")


@dataclass(frozen=True)
class ForeignMandate:
    """A document as a mandate, before it is known what the register lacks."""

    language: str
    outline: Outline
    head: Head
    names: KnownNames
    document: ForeignDocument

    def found(self) -> dict[Path, Any]:
        """The fields that the document says or suggests, by path."""
        fields: dict[Path, Any] = {}
        if self.title:
            fields["name", self.language] = self.title
        for name, value in self.head.fields.items():
            if name != "title":
                fields[tuple(name.split("."))] = value
        return fields

    @property
    def title(self) -> str:
        said = self.head.fields.get("title")
        title = said or (self.outline.title.text if self.outline.title else "")
        return "" if unknown_letters(title) else plain_field(title)


def language_of_document(document: ForeignDocument) -> str | None:
    return language_of(" ".join(piece.text for piece in document.pieces))


def understood(document: ForeignDocument, language: str, register: Register) -> ForeignMandate:
    """What the document says of itself: its head, its title, and which parts it has."""
    names = KnownNames(register)
    outline = outlined(document.pieces, language)
    head = read_head(outline, names)
    title = outline.title.text if outline.title else ""
    if title and "holders" not in head.fields:
        role = names.role_in_title(title)
        if role:
            head.put("holders", [role.id], "the title names it")
    if "in_force.from" not in head.fields:
        for other in ("document_date", "approval.date"):
            if other in head.fields:
                why = f"the document names no other day than its {other.replace('_', ' ')}"
                head.put("in_force.from", head.fields[other], why)
                break
    return ForeignMandate(language, outline, head, names, document)


def body(
    mandate: ForeignMandate, start: When, holders: list[str], languages: tuple[str, ...]
) -> Body:
    setting = Setting(mandate.language, languages, mandate.names, start, tuple(holders))
    return body_of(mandate.outline, mandate.head, setting)


def summary_of(body: Body, language: str) -> str:
    """The first sentence of the section on the purpose, or of the first one that says anything."""
    ranked = sorted(body.sections, key=lambda one: one["kind"] != "purpose")
    for section in ranked:
        for block in section["blocks"]:
            text = re.sub(r"\[\[[^\]|]*\|?([^\]]*)\]\]", r"\1", block["text"][language])
            sentence = _SENTENCE_END.split(text.partition("\n")[0], maxsplit=1)[0]
            if is_sentence(sentence) and len(sentence) <= LONGEST_SUMMARY:
                return sentence
    return ""


def report_of(
    mandate: ForeignMandate, body: Body, file: str, filled: Mapping[str, tuple[str, str]]
) -> Report:
    """Every piece of the document with its fate, in the order of the file."""
    fates: list[Fate] = []
    outline = mandate.outline
    whole: list[Piece] = [*outline.head]
    if outline.title:
        whole.append(outline.title)
    for part in outline.parts:
        whole += [part.heading] if part.heading else []
        whole += part.pieces
    whole += [*outline.closing, *outline.beside]
    for piece in whole:
        fates += _fates_of(piece, mandate, body)
    made = [Made(name, value, why) for name, (value, why) in filled.items()]
    made += [
        Made(f"sections.{id}.heading", "the usual one", "no heading stands above this text")
        for id in body.made
    ]
    return Report(file, tuple(fates), tuple(made), mandate.document.notes)


def _fates_of(piece: Piece, mandate: ForeignMandate, body: Body) -> list[Fate]:
    head = mandate.head
    if id(piece) in body.fates:
        return body.fates[id(piece)]
    if id(piece) in head.fates:
        return [head.fates[id(piece)]]
    if piece is mandate.outline.title:
        if words_of(plain_field(piece.text)) != words_of(mandate.title):
            why = "the record has another name"
            return [Fate(piece.place, piece.text, NOT_PLACED, "", why)]
        sure = piece.kind == "title" or (piece.kind == "heading" and not piece.reason)
        why = "" if sure else "the first line that looks like a title"
        return [Fate(piece.place, piece.text, PLACED if sure else GUESSED, "name and title", why)]
    why = piece.reason or "the import knows no place for it"
    return [Fate(piece.place, piece.text, NOT_PLACED, "", why)]
