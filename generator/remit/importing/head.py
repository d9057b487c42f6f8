"""The head of a document → fields: ids, case numbers, days, who sends and receives.

A line is a label and its value, or a value that shows by its shape. What is not known is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from remit.importing.markup import plain_field, unknown_letters
from remit.importing.names import KnownNames
from remit.importing.outline import Outline, is_address, is_leftover
from remit.importing.pieces import Piece, is_sentence, words_of
from remit.importing.report import Fate, Outcome
from remit.importing.vocabulary import (
    date_in,
    document_kind,
    is_date,
    is_number,
    label_of,
    numbers_in,
)
from remit.model.records import Organisation, Role

PLACED, GUESSED, NOT_PLACED = Outcome
_DATES = {
    "document_date": "document_date",
    "last_changed": "last_changed",
    "in_force_from": "in_force.from",
    "in_force_to": "in_force.to",
    "approved": "approval.date",
}
_PARTIES = {"sender": "issued_by", "recipient": "recipients", "holder": "holders"}
_ANOTHERS = "no record holds this part of a head"


@dataclass
class Head:
    """Fields by their names in the record, with the fates of the lines that they come from."""

    fields: dict[str, Any] = field(default_factory=dict)
    guessed: dict[str, str] = field(default_factory=dict)
    """Why, for the fields that are guesses."""
    fates: dict[int, Fate] = field(default_factory=dict)
    """By the piece's identity."""

    def put(self, name: str, value: Any, why: str = "") -> bool:
        """Whether the field was free, or holds this already."""
        if name in ("case_numbers", "issued_by", "recipients", "holders"):
            known = self.fields.setdefault(name, [])
            known += [one for one in value if one not in known]
        elif self.fields.setdefault(name, value) != value:
            return False
        if why:
            self.guessed.setdefault(name, why)
        return True


def read_head(outline: Outline, names: KnownNames) -> Head:
    head = Head()
    reader = _Reader(head, names)
    above = list(outline.head)
    if outline.parts and outline.parts[0].heading is None:
        early = []
        for piece in outline.parts[0].pieces:
            if not _is_short(piece):
                break
            early.append(piece)
        reader.lines([*above, *early], sure_until=len(above))
    else:
        reader.lines(above, sure_until=len(above))
    for part in outline.parts:
        if part.heading is None:
            reader.rows(part.pieces)
            reader.remarks(part.pieces)
        reader.contacts(part.pieces)
    reader.lines(list(outline.closing), sure_until=0, at_end=True)
    reader.lines(list(outline.beside), sure_until=0)
    if outline.title:
        reader.title(outline.title)
    return head


def _is_short(piece: Piece) -> bool:
    return piece.kind in ("paragraph", "row") and not is_sentence(piece.text)


class _Reader:
    def __init__(self, head: Head, names: KnownNames) -> None:
        self.head, self.names = head, names
        self.open_labels: list[str] = []
        self.in_contact = False

    def lines(self, pieces: Sequence[Piece], sure_until: int, at_end: bool = False) -> None:
        """What the lines say; those before `sure_until` belong to a head and to nothing else."""
        for index, piece in enumerate(pieces):
            following = pieces[index + 1] if index + 1 < len(pieces) else None
            fate = self._line(piece, following, at_end)
            if fate is None and index < sure_until and not is_sentence(piece.text):
                fate = _fate(
                    piece, NOT_PLACED, "", "it stands above the title, and no field is for it"
                )
            if fate is not None:
                self.head.fates[id(piece)] = fate

    def rows(self, pieces: Sequence[Piece]) -> None:
        """The rows of a table with labels that stands at the beginning of a document."""
        rows = [piece for piece in pieces if piece.kind == "row"]
        labelled = [row for row in rows if len(row.cells) > 1 and label_of(row.cells[0])]
        if len(labelled) * 2 > len(rows):
            for row in labelled:
                fate = self._labelled(row, row.cells[0], " ".join(row.cells[1:]))
                if fate:
                    self.head.fates[id(row)] = fate

    def remarks(self, pieces: Sequence[Piece]) -> None:
        """`Foto: …`, `Kilde: …` among the first paragraphs of a page."""
        for piece in pieces:
            key, colon, _ = piece.text.partition(":")
            if colon and label_of(key) == "not_taken" and not is_sentence(piece.text):
                self.head.fates.setdefault(id(piece), _fate(piece, NOT_PLACED, "", _ANOTHERS))

    def contacts(self, pieces: Sequence[Piece]) -> None:
        """How a sender is reached, where the foot of a letter's page stands amid the text."""
        inside = False
        for piece in pieces:
            key, colon, _ = piece.text.partition(":")
            short = len(words_of(piece.text)) < 8 and piece.kind == "paragraph"
            named = "" if colon and not short else label_of(key)
            inside = short and (named == "contact" or inside)
            if inside and id(piece) not in self.head.fates:
                self.head.fates[id(piece)] = _fate(
                    piece, NOT_PLACED, "", "how the sender is reached"
                )

    def title(self, piece: Piece) -> None:
        for number in numbers_in("document_id", piece.text):
            if "document_id" not in self.head.fields:
                self.head.put("document_id", number, "it stands in the title")
        found = document_kind(piece.text)
        if found:
            self.head.put("document_kind", found[0], f'"{found[1]}" stands in the title')

    def _line(self, piece: Piece, following: Piece | None, at_end: bool) -> Fate | None:
        text = piece.text
        if len(piece.cells) > 1:
            key, colon, value = piece.cells[0], ":", " ".join(piece.cells[1:])
        else:
            key, colon, value = text.partition(":")
        if label_of(text) and not (colon and value.strip()):
            return self._label_alone(piece, label_of(text) or "")
        if colon and value.strip() and label_of(key):
            return self._labelled(piece, key, value.strip())
        without_colon = self._label_at_start(piece)
        return without_colon or self._by_shape(piece, following, at_end)

    def _label_alone(self, piece: Piece, name: str) -> Fate:
        self.in_contact = name == "contact"
        if name in ("contact", "not_taken"):
            return _fate(piece, NOT_PLACED, "", _ANOTHERS)
        self.open_labels.append(name)
        return _fate(piece, PLACED, "", "the label of a field")

    def _label_at_start(self, piece: Piece) -> Fate | None:
        """`Dnr 2019/123`, `Dato 9. april 2013`: a label without a colon."""
        words = piece.text.split()
        for count in (3, 2, 1):
            if count >= len(words):
                continue
            key, value = " ".join(words[:count]), " ".join(words[count:])
            name = label_of(key)
            if (name == "case_number" and is_number("case_number", value)) or (
                name in _DATES and is_date(value)
            ):
                return self._labelled(piece, key, value)
        return None

    def _labelled(self, piece: Piece, key: str, value: str) -> Fate | None:
        name = label_of(key)
        self.in_contact = name == "contact"
        if name in ("contact", "not_taken"):
            return _fate(piece, NOT_PLACED, "", _ANOTHERS)
        return self._value(piece, name or "", value, "")

    def _value(self, piece: Piece, name: str, value: str, why: str) -> Fate | None:
        head = self.head
        put = False
        where = name
        if unknown_letters(value):
            pass
        elif name in _DATES:
            day, where = date_in(value), _DATES[name]
            put = bool(day and head.put(where, day[0].isoformat(), why))
        elif name == "case_number":
            numbers, where = numbers_in("case_number", value), "case_numbers"
            put = bool(numbers) and head.put("case_numbers", numbers, why)
        elif name == "document_id":
            put = len(value) <= 60 and head.put("document_id", plain_field(value), why)
        elif name in ("annex_of", "title"):
            put = head.put(name, plain_field(value), why)
        elif name == "document_kind":
            kind = document_kind(value)
            put = bool(kind and head.put("document_kind", kind[0], why))
        elif name in _PARTIES:
            where = _PARTIES[name]
            put = self._parties(where, value, why)
        if not put:
            return None
        return _fate(piece, GUESSED if why else PLACED, where, why)

    def _parties(self, where: str, value: str, why: str) -> bool:
        found = [mention.record for mention in self.names.in_text(value)]
        line = self.names.on_line(value)
        if not found and line:
            found = [line]
        cls = {"issued_by": Organisation, "holders": Role}.get(where)
        ids = [one.id for one in found if cls is None or isinstance(one, cls)]
        return bool(ids) and self.head.put(where, ids, why)

    def _by_shape(self, piece: Piece, following: Piece | None, at_end: bool) -> Fate | None:
        text, head = piece.text, self.head
        if is_leftover(text):
            return _fate(piece, NOT_PLACED, "", "it comes from the page around the document")
        if is_number("document_id", text):
            return self._another_id(piece, text)
        numbers = numbers_in("case_number", text) if "/" in text else []
        if numbers and len(words_of(text)) <= len(words_of(" ".join(numbers))) + 2:
            self._close("case_number")
            head.put("case_numbers", numbers, "it looks like a case number")
            return _fate(piece, GUESSED, "case_numbers", "it looks like a case number")
        if is_date(text) and (day := date_in(text)):
            label = next((one for one in self.open_labels if one in _DATES), "document_date")
            self._close(label)
            if not head.put(_DATES[label], day[0].isoformat(), "it is a day in the head"):
                return _fate(piece, NOT_PLACED, "", "a second day, and it is not told of what")
            return _fate(piece, GUESSED, _DATES[label], "it is a day in the head")
        if is_address(text):
            return _fate(piece, NOT_PLACED, "", "an address")
        if self.in_contact and len(words_of(text)) < 8 and len(text) < 60:
            return _fate(piece, NOT_PLACED, "", "how the sender is reached")
        self.in_contact = False
        if self.open_labels and self.open_labels[-1] in (*_PARTIES, "title", "document_kind"):
            return self._value(piece, self.open_labels.pop(), text, "it stands below its label")
        return self._party_alone(piece, following, at_end)

    def _another_id(self, piece: Piece, text: str) -> Fate:
        """An id alone on a line: the document's, or that of the one that it is an annex to."""
        known = self.head.fields.get("document_id")
        if known and known != text and text.startswith(known):
            self.head.fields["annex_of"] = known
            self.head.fields["document_id"] = text
        elif known and known != text:
            return _fate(piece, NOT_PLACED, "", "a second document id")
        self.head.put("document_id", text, "it looks like a document id")
        return _fate(piece, GUESSED, "document_id", "it looks like a document id")

    def _party_alone(self, piece: Piece, following: Piece | None, at_end: bool) -> Fate | None:
        record = self.names.on_line(piece.text) if len(words_of(piece.text)) <= 12 else None
        if not isinstance(record, Organisation):
            if at_end:
                return _fate(piece, NOT_PLACED, "", "the closing of a letter")
            return None
        has_address = following is not None and is_address(following.text)
        where = "recipients" if has_address and not at_end else "issued_by"
        why = "it stands above an address" if has_address else "its name stands alone on a line"
        if at_end and not has_address:
            return _fate(piece, NOT_PLACED, "", "it stands in the closing of a letter")
        self.head.put(where, [record.id], why)
        return _fate(piece, GUESSED, where, why)

    def _close(self, name: str) -> None:
        if name in self.open_labels:
            self.open_labels.remove(name)


def _fate(piece: Piece, outcome: Outcome, where: str, why: str) -> Fate:
    return Fate(
        piece.place,
        piece.text,
        outcome,
        where,
        piece.reason or why if outcome is NOT_PLACED else why,
    )
