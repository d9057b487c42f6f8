"""The document as it was exported → its places in order: what is a field there, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from remit.importing.edited_lines import Line, lines_of, said, words_of
from remit.model.records import (
    Block,
    CooperationBlock,
    DefinitionBlock,
    MandateVersion,
    Paragraph,
    ReportingBlock,
)
from remit.render import tree
from remit.render.document_links import bookmark
from remit.render.mandate_document import naming_day
from remit.render.tree import Cell, Document, Heading, Inlines, ItemList, Quote, Table
from remit.render.view import View


@dataclass(frozen=True, slots=True)
class Field:
    """A text of the mandate in the document's language."""

    owner: str
    """Id of the section or block; nothing for the version itself."""
    name: str
    """"text", "heading", "term", "how_often", "title"."""


@dataclass(frozen=True, slots=True)
class Place:
    """A paragraph or cell as it was exported. `lines`: its words, line by line.

    `own`: how many of the lines, from the first, are the field's; the rest is made of pointers.
    """

    lines: tuple[Line, ...]
    field: Field | None = None
    own: int = 0
    forms: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return " ".join(filter(None, map(words_of, self.lines)))


@dataclass(frozen=True, slots=True)
class Unit:
    """What is matched as one: a paragraph, or a table's row with its cells."""

    places: tuple[Place, ...]
    owner: str = ""
    """Id of the section or block that it is."""
    anchor: str = ""
    form: str = ""
    """"heading", "title", "item", "row", "row head" or nothing."""
    part_of: str = ""
    """The section that it stands in."""
    further: bool = False
    """A further paragraph of the block before."""

    @property
    def text(self) -> str:
        return " ".join(filter(None, (place.text for place in self.places)))


# --- the exported document -----------------------------------------------------------------


def units_of(
    document: Document, view: View, version: MandateVersion, link_base: str
) -> tuple[Unit, ...]:
    """The places of a document that the register makes of a version."""
    return tuple(_Walk(document, view, version, link_base).units())


class _Walk:
    def __init__(
        self, document: Document, view: View, version: MandateVersion, link_base: str
    ) -> None:
        self.document, self.version, self.link_base = document, version, link_base
        self.view = view.on(naming_day(view, version))
        self.sections = {section.id: section.heading for section in version.sections}
        self.blocks = {block.id: block for one in version.sections for block in one.blocks}
        self.part_of = ""
        self.following = 0
        self.block_of_following = ""

    def units(self) -> Iterator[Unit]:
        title = self.version.title.best(*self.view.languages)[0]
        is_field = self.document.title == title
        field = Field("", "title") if is_field else None
        lines = self.lines(self.document.shown_title)
        yield Unit((Place(lines, field, len(lines)),), form="title")
        yield from self.walk(self.document.blocks)

    def walk(self, blocks: tree.Blocks) -> Iterator[Unit]:
        for block in blocks:
            if isinstance(block, Heading):
                yield self.heading(block)
            elif isinstance(block, tree.Paragraph):
                yield self.paragraph(block)
            elif isinstance(block, ItemList):
                yield from self.items(block)
            elif isinstance(block, Table):
                yield from self.rows(block)
            elif isinstance(block, Quote):
                yield from self.walk(block.blocks)
            elif isinstance(block, tree.CardLink):
                yield self.unit((self.fixed(block.inlines),))

    def unit(
        self, places: tuple[Place, ...], owner: str = "", form: str = "", id: str = ""
    ) -> Unit:
        further = bool(self.following and not owner)
        if further:
            self.following -= 1
            owner = self.block_of_following
        return Unit(
            places,
            owner,
            bookmark(id) if id else "",
            form,
            self.part_of,
            further,
        )

    def heading(self, heading: Heading) -> Unit:
        lines = self.lines(heading.inlines)
        if self.following:
            return self.unit((self.further_or_fixed(heading.inlines),))
        if heading.id in self.sections:
            self.part_of = heading.id
            known = self.lines(self.view.label_inlines(self.sections[heading.id]))
            if said(lines) != said(known):  # a template shows it with something else
                return self.unit((Place(lines),), "", "heading", heading.id)
            place = Place(lines, Field(heading.id, "heading"), len(lines))
            return self.unit((place,), heading.id, "heading", heading.id)
        self.part_of = ""
        return self.unit((Place(lines),), "", "heading", heading.id)

    def paragraph(self, paragraph: tree.Paragraph) -> Unit:
        block = self.blocks.get(paragraph.id)
        if not isinstance(block, Paragraph):
            return self.unit((self.further_or_fixed(paragraph.inlines),), id=paragraph.id)
        parts = self.view.blocks(block.text)
        self.following = _leaves(parts) - 1
        self.block_of_following = block.id
        place = self.whole(paragraph.inlines, Field(block.id, "text"))
        return self.unit((place,), block.id, "", block.id)

    def further_or_fixed(self, inlines: Inlines) -> Place:
        if self.following:
            return self.whole(inlines, Field(self.block_of_following, "text"))
        return self.fixed(inlines)

    def items(self, items: ItemList) -> Iterator[Unit]:
        for item in items.items:
            block = self.blocks.get(item.id)
            for place, one in enumerate(item.blocks):
                if not isinstance(one, tree.Paragraph):
                    yield from self.walk((one,))
                elif block is None or place:
                    yield self.unit((self.further_or_fixed(one.inlines),), "", "item", item.id)
                else:
                    own = len(self.lines(self.view.inlines(block.text)))
                    found = self.whole(one.inlines, Field(block.id, "text"), own)
                    yield self.unit((found,), block.id, "item", block.id)

    def rows(self, table: Table) -> Iterator[Unit]:
        yield self.unit(
            tuple(self.fixed(cell.inlines) for cell in table.head), "", "row head", table.id
        )
        for row in table.rows:
            id = next((cell.id for cell in row if cell.id), "")
            block = self.blocks.get(id)
            fields = _columns(block) if block else ()
            places = tuple(
                self.column(cell, block, fields[place] if place < len(fields) else "")
                for place, cell in enumerate(row)
            )
            owner = id if any(place.field for place in places) else ""
            yield self.unit(places, owner, "row", id)

    def column(self, cell: Cell, block: Block | None, name: str) -> Place:
        """A field, where the cell says just what the field does: a template may show it with
        something else."""
        place = self.fixed(cell.inlines)
        local = getattr(block, name, None) if name else None
        if not name or block is None:
            return place
        shown = self.view.label_inlines if name == "term" else self.view.inlines
        expected = shown(local) if local else (tree.Text("–"),)
        if said(place.lines) != said(self.lines(expected)):
            return place
        return self.whole(cell.inlines, Field(block.id, name))

    def fixed(self, inlines: Inlines) -> Place:
        return Place(self.lines(inlines))

    def whole(self, inlines: Inlines, field: Field, own: int | None = None) -> Place:
        lines = self.lines(inlines)
        return Place(lines, field, len(lines) if own is None else own, _forms(inlines))

    def lines(self, inlines: Inlines) -> tuple[Line, ...]:
        return lines_of(inlines, self.link_base)


def _forms(inlines: Inlines) -> frozenset[str]:
    found: set[str] = set()
    for one in inlines:
        if isinstance(one, tree.Strong):
            found.add("bold")
        elif isinstance(one, tree.Emph):
            found.add("italic")
        if not isinstance(one, tree.Text | tree.Break):
            found |= _forms(one.inlines)
    return frozenset(found)


def _leaves(blocks: tree.Blocks) -> int:
    """How many units the blocks are."""
    count = 0
    for block in blocks:
        if isinstance(block, ItemList):
            count += sum(_leaves(item.blocks) for item in block.items)
        elif isinstance(block, Quote):
            count += _leaves(block.blocks)
        else:
            count += 1 + len(block.rows) if isinstance(block, Table) else 1
    return count


def _columns(block: Block) -> tuple[str, ...]:
    """The field in each column of a block's row; nothing for what is made of a pointer."""
    if isinstance(block, CooperationBlock):
        return ("", "text")
    if isinstance(block, ReportingBlock):
        return ("", "text", "how_often")
    if isinstance(block, DefinitionBlock):
        return ("term", "text")
    return ()
