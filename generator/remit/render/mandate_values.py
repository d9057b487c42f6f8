"""What a template made of a mandate's version is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from remit.model.addresses import address_of_changes
from remit.model.records import Mandate, MandateVersion
from remit.model.templates import Template
from remit.model.values import LocalText, TranslationState
from remit.render import tree
from remit.render.document_values import Piece, Pieces, Values
from remit.render.mandate_document import (
    MandateParts,
    colophon,
    mandate_parts,
    naming_day,
    signature,
    version_day,
)
from remit.render.redline_document import change_counts, count_words
from remit.render.side_by_side import pairs_of
from remit.render.view import View


@dataclass(frozen=True, slots=True)
class SectionValue:
    """A section of a mandate: its heading stands in the template's own <h1>."""

    id: str
    number: str
    heading: Piece
    blocks: Piece


@dataclass(frozen=True, slots=True)
class RowValue:
    """A paragraph, item or row in the authoritative language and in another."""

    id: str
    text: Piece
    translation: Piece


@dataclass(frozen=True, slots=True)
class PairValue:
    """A section in two languages."""

    id: str
    heading: Piece
    translation: Piece
    rows: list[RowValue]


class MandateValues(Values):
    def __init__(
        self,
        view: View,
        template: Template,
        words: Mapping[str, LocalText],
        pieces: Pieces,
        record: MandateVersion,
    ) -> None:
        super().__init__(view.on(naming_day(view, record)), template, words, pieces, record)
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
        return self._pieces(signature(self._view, self._version))

    @property
    def signature_table(self) -> Piece:
        """The table for signatures alone."""
        blocks = signature(self._view, self._version)
        return self._pieces(tuple(one for one in blocks if isinstance(one, tree.Table)))

    @property
    def colophon(self) -> Piece:
        """The heading and notes on what the document is and where it came from."""
        return self._pieces(colophon(self._view, self._version))

    # --- two languages ---

    @property
    def translation_language(self) -> str:
        """The language beside the authoritative one: the document's own, else the next."""
        original = self._version.authoritative_language
        return next(code for code in self._view.languages if code != original)

    @property
    def original_words(self) -> str:
        """What heads the authoritative text: its language, and that it counts."""
        return self._heading_of("side_original", self._version.authoritative_language)

    @property
    def translation_words(self) -> str:
        """What heads the translation: its language, and that it is one."""
        return self._heading_of("side_translation", self.translation_language)

    @property
    def translation_state(self) -> TranslationState:
        """How the translation stands: draft, reviewed or official."""
        found = self._version.translations.get(self.translation_language)
        return found.state if found else TranslationState.DRAFT

    def _heading_of(self, key: str, code: str) -> str:
        words = self._labels.get(key, language=self._labels.language_name(code))
        return words[:1].upper() + words[1:]

    @property
    def titles(self) -> RowValue:
        """The title in both languages: text, translation."""
        text, translation = (
            self._side(code).label_inlines(self._version.title) for code in self._sides
        )
        return self._row("", text, translation)

    @cached_property
    def pairs(self) -> list[PairValue]:
        """The sections in two languages: id, heading, translation, rows; each row id, text,
        translation."""
        views = [self._side(code) for code in self._sides]
        return [
            PairValue(
                pair.id,
                self._inlines(self._in(0, pair.heading[0])),
                self._inlines(self._in(1, pair.heading[1])),
                [self._row(row.id, *row.sides) for row in pair.rows],
            )
            for pair in pairs_of(views[0], views[1], self._version)
        ]

    @property
    def _sides(self) -> tuple[str, str]:
        return self._version.authoritative_language, self.translation_language

    def _side(self, code: str) -> View:
        return self._view.speaking(code)

    def _row(self, id: str, text: tree.Inlines, translation: tree.Inlines) -> RowValue:
        return RowValue(
            id, self._inlines(self._in(0, text)), self._inlines(self._in(1, translation))
        )

    def _in(self, side: int, words: tree.Inlines) -> tree.Inlines:
        """The words, marked as being in their language where it is not the document's."""
        code = self._sides[side]
        return words if code == self._view.language else (tree.Foreign(words, code),)

    # --- what changed ---

    @property
    def previous(self) -> MandateVersion | None:
        """The version before this one, or nothing."""
        return self._view.register.version_before(self._version)

    @property
    def changes(self) -> str:
        """What changed since the version before, in numbers: `2 points added`; or nothing."""
        previous = self.previous
        if previous is None:
            return ""
        counted = change_counts(self._today, previous, self._version)
        return count_words(self._view, counted) if counted.total() else ""

    @property
    def changes_link(self) -> Piece:
        """The page that shows what changed since the version before, as a link."""
        if self.previous is None:
            return self._inlines(())
        words = self._labels.get(
            "changes_heading",
            old=version_day(self._view, self.previous),
            new=version_day(self._view, self._version),
        )
        return self._inlines((tree.Link((tree.Text(words),), address_of_changes(self._version)),))
