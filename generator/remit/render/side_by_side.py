"""A mandate's text in two languages, block by block: what stands beside what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from remit.model.records import (
    Block,
    CooperationBlock,
    DefinitionBlock,
    LegalBasis,
    MandateVersion,
    Paragraph,
    ReportingBlock,
)
from remit.model.values import LocalText
from remit.render import tree
from remit.render.mandate_document import item_words
from remit.render.tree import Break, Emph, Strong, Text
from remit.render.view import View

Sides = tuple[tree.Inlines, tree.Inlines]
"""The authoritative words, and the translation's."""


@dataclass(frozen=True, slots=True)
class PairedRow:
    id: str
    sides: Sides


@dataclass(frozen=True, slots=True)
class PairedSection:
    id: str
    heading: Sides
    rows: tuple[PairedRow, ...]


def pairs_of(original: View, translation: View, version: MandateVersion) -> Iterator[PairedSection]:
    """The sections in their order, the legal bases last; a row for each block."""
    views = (original, translation)
    for section in version.sections:
        rows = tuple(
            PairedRow(block.id, (_words(original, block), _words(translation, block)))
            for block in section.blocks
        )
        heading = _sides(tuple(_label(view, section.heading) for view in views))
        yield PairedSection(section.id, heading, rows)
    bases = tuple(_legal_bases(views, version))
    if bases:
        heading = _sides(tuple((Text(view.labels["legal_bases"]),) for view in views))
        yield PairedSection("legal-bases", heading, bases)


def _sides(both: tuple[tree.Inlines, ...]) -> Sides:
    first, second = both
    return first, second


def _words(view: View, block: Block) -> tree.Inlines:
    """What a block says in one language, in a cell: its parts on lines of their own."""
    text = _text(view, block.text)
    if isinstance(block, Paragraph):
        return text
    if isinstance(block, CooperationBlock):
        return (Strong(view.party(block.with_)), Break(), *text)
    if isinstance(block, ReportingBlock):
        often = (Break(), *_text(view, block.how_often)) if block.how_often else ()
        return (Strong(view.party(block.to)), Break(), *text, *often)
    if isinstance(block, DefinitionBlock):
        return (Strong(_label(view, block.term)), Break(), *text)
    return item_words(view, block, text)


def _text(view: View, local: LocalText) -> tree.Inlines:
    return view.inlines(local) if view.language in local else _missing(view)


def _label(view: View, local: LocalText) -> tree.Inlines:
    return view.label_inlines(local) if view.language in local else _missing(view)


def _missing(view: View) -> tree.Inlines:
    return (Emph((Text(view.labels["side_missing"]),)),)


def _legal_bases(views: tuple[View, View], version: MandateVersion) -> Iterator[PairedRow]:
    for cited in version.legal_bases:
        basis = views[0].register.follow(LegalBasis, cited.basis)
        if basis is None:
            continue
        extra = ", ".join(part for part in (basis.number, cited.cited) if part)
        more = (Text(f" ({extra})"),) if extra else ()
        yield PairedRow("", _sides(tuple((*view.link(basis), *more) for view in views)))
