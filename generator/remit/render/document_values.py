"""What a template is given: pieces of the document, the record's fields, and words.

A class for each sort of thing that a document is made of. Its public names are the names that
templates have, and each is worked out only when a template asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from jinja2 import TemplateRuntimeError
from markupsafe import Markup

from remit.model.records import Mandate, MandateVersion, Record
from remit.model.values import LocalText, Period, When
from remit.render import tree
from remit.render.labels import Labels
from remit.render.mandate_document import MandateParts, mandate_parts, naming_day
from remit.render.view import View


class Pieces:
    """The pieces of the tree that were printed; each has its number in the text."""

    def __init__(self) -> None:
        self.printed: list[tree.Blocks | tree.Inlines] = []

    def __call__(self, content: tree.Blocks | tree.Inlines) -> Piece:
        return Piece(self, content)


class Piece:
    """Words or whole blocks of the tree, as a template holds them: it can print them, no more."""

    __slots__ = ("_content", "_pieces")

    def __init__(self, pieces: Pieces, content: tree.Blocks | tree.Inlines) -> None:
        self._pieces, self._content = pieces, content

    def __html__(self) -> Markup:
        self._pieces.printed.append(self._content)
        return Markup(f'<part n="{len(self._pieces.printed) - 1}"/>')

    def __str__(self) -> str:
        return " ".join(
            one if isinstance(one, str) else tree.plain((one,))
            for part in self._content
            for one in ((part,) if isinstance(part, tree.Inline) else tree.words_of((part,)))
        )

    def __bool__(self) -> bool:
        return bool(self._content)


@dataclass(frozen=True, slots=True)
class SectionValue:
    """A section of a mandate: its heading and number stand in the template's own <h1>."""

    id: str
    number: str
    heading: Piece
    blocks: Piece


class Values:
    """What every template is given."""

    def __init__(
        self,
        view: View,
        words: Mapping[str, LocalText],
        pieces: Pieces,
        record: Any,
    ) -> None:
        self._view, self._words, self._record = view, words, record
        self._pieces = pieces

    @property
    def _labels(self) -> Labels:
        return self._view.labels

    def _inlines(self, content: tree.Inlines) -> Piece:
        return self._pieces(content)

    @cached_property
    def words(self) -> dict[str, str]:
        """The template's own words, in the document's language: `words.deadline`."""
        return {key: self._view.words(words) for key, words in self._words.items()}

    @property
    def language(self) -> str:
        """The code of the document's language: `nb`."""
        return self._view.language

    def label(self, key: str, **places: object) -> str:
        """One of remit's own words in the document's language: `label("in_force")`."""
        try:
            return self._labels.get(key, **places)
        except KeyError as error:
            raise TemplateRuntimeError(f"there is no label {error}") from None

    def count(self, key: str, number: int) -> str:
        """A number of things in words, in the language's own plural form."""
        try:
            return self._labels.count(key, number)
        except KeyError as error:
            raise TemplateRuntimeError(f"there is no plural {error}") from None

    def text(self, local: LocalText) -> Piece:
        """A record's text in the document's language, with its links: words for a paragraph."""
        if not isinstance(local, LocalText):
            raise TemplateRuntimeError("text() is for a record's text in several languages")
        return self._inlines(self._view.inlines(local))

    def blocks(self, local: LocalText) -> Piece:
        """A record's text of several paragraphs and lists, as blocks of their own."""
        if not isinstance(local, LocalText):
            raise TemplateRuntimeError("blocks() is for a record's text in several languages")
        return self._pieces(self._view.blocks(local))

    def day(self, value: object) -> str:
        """A day, a date as precisely as it is known, or a period, in words."""
        if isinstance(value, When):
            return self._labels.when(value)
        if isinstance(value, date):
            return self._labels.day(value)
        if isinstance(value, Period):
            return self._labels.period(value)
        raise TemplateRuntimeError("day() is for a date or a period")

    def name(self, ref: str) -> Piece:
        """The name of the record that a field names, on the document's day."""
        record = self._named(ref)
        return self._inlines(self._view.name_inlines(record))

    def link(self, ref: str) -> Piece:
        """The same name as a link to the record's page."""
        return self._inlines(self._view.link(self._named(ref)))

    def listed(self, items: Sequence[object]) -> Piece:
        """a, b and c, as the language joins them; the records that fields name, as links."""
        found: list[tree.Inlines] = []
        for item in items:
            if isinstance(item, Piece):
                found.append(tuple(one for one in item._content if isinstance(one, tree.Inline)))
            elif isinstance(item, str):
                found.append(self._view.link(self._named(item)))
            else:
                raise TemplateRuntimeError("listed() is for names of records")
        return self._inlines(self._view.listed(found))

    def show(self, value: object) -> object:
        """What is printed of a value that is no text: remit asks this of itself."""
        if isinstance(value, LocalText):
            return self.text(value)
        if isinstance(value, date | When | Period):
            return self.day(value)
        if isinstance(value, StrEnum):
            table = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(value).__name__).lower()
            return self._labels.enum(table, value)
        if isinstance(value, Record):
            return self._inlines(self._view.name_inlines(value))
        if isinstance(value, float | str):
            return str(value)
        raise TemplateRuntimeError(
            "a list or a group of fields is printed: name one of its fields, or go through it "
            "with {% for … %}"
        )

    def _named(self, ref: str) -> Record:
        register = self._view.register
        found = register.named(ref) if isinstance(ref, str) else []
        if len(found) != 1:
            raise TemplateRuntimeError(f"there is no record '{ref}'")
        return found[0]


class MandateValues(Values):
    """What a template made of a mandate's version is given."""

    def __init__(
        self,
        view: View,
        words: Mapping[str, LocalText],
        pieces: Pieces,
        record: MandateVersion,
    ) -> None:
        super().__init__(view.on(naming_day(view, record)), words, pieces, record)
        self._today, self._version = view, record

    @cached_property
    def _parts(self) -> MandateParts:
        return mandate_parts(self._today, self._version)

    @property
    def version(self) -> MandateVersion:
        """The version's fields, as in its file."""
        return self._version

    @property
    def mandate(self) -> Mandate:
        """The mandate's fields, as in mandate.yml."""
        return self._view.register.mandate_of(self._version)

    @property
    def title(self) -> Piece:
        """The version's title."""
        return self._inlines(self._view.label_inlines(self._version.title))

    @property
    def facts(self) -> Piece:
        """The table of facts: holder, issuing body, period …"""
        return self._pieces((self._parts.facts,))

    @property
    def notices(self) -> Piece:
        """That the text is a translation, or no longer in force; nothing for most documents."""
        return self._pieces(self._parts.notices)

    @cached_property
    def sections(self) -> list[SectionValue]:
        """The sections in their order, the legal bases last: id, number, heading, blocks."""
        found: list[tuple[tree.Heading, list[tree.Block]]] = []
        for block in self._parts.body:
            if isinstance(block, tree.Heading) and block.number:
                found.append((block, []))
            else:
                found[-1][1].append(block)
        return [
            SectionValue(
                heading.id,
                heading.number,
                self._inlines(heading.inlines),
                self._pieces(tuple(blocks)),
            )
            for heading, blocks in found
        ]

    @property
    def signature(self) -> Piece:
        """The heading and table for signatures."""
        return self._pieces(self._parts.signature)

    @property
    def colophon(self) -> Piece:
        """The heading and notes on what the document is and where it came from."""
        return self._pieces(self._parts.colophon)
