"""Document tree → pandoc's JSON: built as data, so no text in it is ever read as markup."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from remit.render.document_links import bookmark, check_links, headings, link_address, locale
from remit.render.tree import (
    Block,
    Blocks,
    Break,
    CardLink,
    Cell,
    Deleted,
    Document,
    Emph,
    Heading,
    Inlines,
    Inserted,
    ItemList,
    Link,
    ListItem,
    PageBreak,
    Paragraph,
    Picture,
    Quote,
    Redline,
    Strong,
    Table,
    Text,
)
from remit.render.typesetting import bound

API_VERSION = [1, 23, 1]
NUMBERED_LEVELS = 3
"""Headings below this level carry no list numbering in the reference documents."""

PARAGRAPH_STYLES = {"lead": "Lead", "note": "Note", "label": "Label"}
CHANGE_STYLES = {"insertion": "Inserted", "deletion": "Deleted"}
"""Character styles of changed words on their way through pandoc to ODT."""
TABLE_STYLES = {
    "": "PlainTable",
    "facts": "FactsTable",
    "signature": "SignatureTable",
    "form": "FormTable",
}

PLACE = "\u2060"
"""Stands where a picture or a page break will be: pandoc leaves out a paragraph without words."""

Node = dict[str, Any]


def pandoc_json(document: Document, link_base: str, file_format: Literal["docx", "odt"]) -> str:
    """The document as pandoc reads it with `--from=json`.

    Title and language are its only metadata: the files' properties are set when they are finished.
    Changed words are tracked in DOCX; in ODT, where pandoc cannot, they bear a style.
    Raises ValueError for a link that leads nowhere or where no document may lead.
    """
    check_links(document)
    redline = document.redline
    attributes = _change_attributes(redline, file_format) if redline else {}
    writer = _Writer(link_base, automatic_numbers(document.blocks), attributes)
    title = writer.inlines(redline.title) if redline else _words(document.title)
    tree = {
        "pandoc-api-version": API_VERSION,
        "meta": {
            "title": {"t": "MetaInlines", "c": title},
            "lang": {"t": "MetaInlines", "c": _words(locale(document.language))},
        },
        "blocks": writer.blocks(document.blocks),
    }
    return json.dumps(tree, ensure_ascii=False)


def _change_attributes(redline: Redline, file_format: str) -> dict[str, list[Any]]:
    """Attributes of changed words, by what changed."""
    if file_format == "odt":
        return {kind: _attributes(style=style) for kind, style in CHANGE_STYLES.items()}
    made_by = [["author", redline.author], ["date", redline.moment]]
    return {kind: ["", [kind], made_by] for kind in CHANGE_STYLES}


def automatic_numbers(blocks: Blocks) -> frozenset[int]:
    """Which headings, counted in reading order from 0, get their number from list numbering.

    A number that counting would not arrive at (3 after 1, or A.1) is kept as typed text. The
    number of a deleted heading was right in the older version and counts for nothing in the newer.
    """
    counts = [0] * NUMBERED_LEVELS
    automatic = set()
    for position, heading in enumerate(headings(blocks)):
        depth = heading.level
        if heading.mark == "deleted":
            if depth <= NUMBERED_LEVELS and re.fullmatch(
                rf"\d+(\.\d+){{{depth - 1}}}", heading.number
            ):
                automatic.add(position)
            continue
        if not heading.number or depth > NUMBERED_LEVELS or 0 in counts[: depth - 1]:
            continue
        expected = [*counts[: depth - 1], counts[depth - 1] + 1]
        if heading.number == ".".join(map(str, expected)):
            automatic.add(position)
            counts = expected + [0] * (NUMBERED_LEVELS - depth)
    return frozenset(automatic)


class _Writer:
    def __init__(
        self, link_base: str, automatic: frozenset[int], changes: dict[str, list[Any]]
    ) -> None:
        self.link_base = link_base
        self.automatic = automatic
        self.changes = changes
        self.headings_seen = 0

    def blocks(self, blocks: Blocks, *, in_list: bool = False) -> list[Node]:
        return [self.block(block, in_list=in_list) for block in blocks]

    def block(self, block: Block, *, in_list: bool) -> Node:
        if isinstance(block, Heading):
            return self.heading(block)
        if isinstance(block, Paragraph):
            return self.paragraph(block, in_list=in_list)
        if isinstance(block, ItemList):
            return self.item_list(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Quote):
            return {"t": "BlockQuote", "c": self.blocks(block.blocks)}
        if isinstance(block, Picture | PageBreak):
            return _div([{"t": "Para", "c": _words(PLACE)}], style=type(block).__name__)
        return self.card(block, in_list=in_list)

    def heading(self, heading: Heading) -> Node:
        inlines = self.inlines(heading.inlines)
        if heading.number and self.headings_seen not in self.automatic:
            inlines = [*_words(f"{heading.number} "), *inlines]
        self.headings_seen += 1
        name = bookmark(heading.id) if heading.id else ""
        return {"t": "Header", "c": [heading.level, _attributes(name), inlines]}

    def paragraph(self, paragraph: Paragraph, *, in_list: bool) -> Node:
        inlines = self.marked(paragraph.id, paragraph.inlines)
        style = PARAGRAPH_STYLES.get(paragraph.style)
        if style:
            return _div([{"t": "Para", "c": inlines}], style=style)
        return {"t": "Plain" if in_list else "Para", "c": inlines}

    def card(self, card: CardLink, *, in_list: bool) -> Node:
        link = self.inlines((Link(card.inlines, card.address),))
        return {"t": "Plain" if in_list else "Para", "c": link}

    def item_list(self, items: ItemList) -> Node:
        content = [self.item(item) for item in items.items]
        if items.ordered:
            return {
                "t": "OrderedList",
                "c": [[items.start, {"t": "Decimal"}, {"t": "Period"}], content],
            }
        return {"t": "BulletList", "c": content}

    def item(self, item: ListItem) -> list[Node]:
        """The blocks of an item; its bookmark goes round the first paragraph's words."""
        content = self.blocks(item.blocks, in_list=True)
        if not item.id:
            return content
        if content and content[0]["t"] == "Plain":
            first = content[0]["c"]
            content[0]["c"] = [{"t": "Span", "c": [_attributes(bookmark(item.id)), first]}]
            return content
        start: Node = {
            "t": "Plain",
            "c": [{"t": "Span", "c": [_attributes(bookmark(item.id)), []]}],
        }
        return [start, *content]

    def table(self, table: Table) -> Node:
        row_headers = 1 if table.style == "facts" else 0
        columns = [[{"t": "AlignLeft"}, {"t": "ColWidth", "c": w}] for w in table.widths]
        body = [_attributes(), row_headers, [], [self.row(row) for row in table.rows]]
        return {
            "t": "Table",
            "c": [
                _attributes(bookmark(table.id) if table.id else "", TABLE_STYLES[table.style]),
                [None, []],
                columns,
                [_attributes(), [self.row(table.head)]],
                [body],
                [_attributes(), []],
            ],
        }

    def row(self, cells: tuple[Cell, ...]) -> list[Any]:
        return [_attributes(), [self.cell(cell) for cell in cells]]

    def cell(self, cell: Cell) -> list[Any]:
        inlines = self.marked(cell.id, cell.inlines)
        return [_attributes(), {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": inlines}]]

    def marked(self, block_id: str, inlines: Inlines) -> list[Node]:
        """Inlines with a bookmark round them when the block has an id."""
        content = self.inlines(inlines)
        if not block_id:
            return content
        return [{"t": "Span", "c": [_attributes(bookmark(block_id)), content]}]

    def inlines(self, inlines: Inlines) -> list[Node]:
        nodes: list[Node] = []
        for inline in inlines:
            if isinstance(inline, Text):
                nodes += _words(bound(inline.text))
            elif isinstance(inline, Break):
                nodes.append({"t": "LineBreak"})
            elif isinstance(inline, Strong):
                nodes.append({"t": "Strong", "c": self.inlines(inline.inlines)})
            elif isinstance(inline, Emph):
                nodes.append({"t": "Emph", "c": self.inlines(inline.inlines)})
            elif isinstance(inline, Link):
                address = link_address(inline.target, self.link_base)
                content = self.inlines(inline.inlines)
                nodes.append({"t": "Link", "c": [_attributes(), content, [address, ""]]})
            elif isinstance(inline, Inserted | Deleted):
                change = "insertion" if isinstance(inline, Inserted) else "deletion"
                content = self.inlines(inline.inlines)
                nodes.append({"t": "Span", "c": [self.changes[change], content]})
            else:
                language = [["lang", locale(inline.language)]]
                content = self.inlines(inline.inlines)
                nodes.append({"t": "Span", "c": [["", [], language], content]})
        return nodes


def _attributes(name: str = "", style: str = "") -> list[Any]:
    return [name, [], [["custom-style", style]] if style else []]


def _div(blocks: list[Node], *, style: str) -> Node:
    return {"t": "Div", "c": [_attributes(style=style), blocks]}


def _words(text: str) -> list[Node]:
    """Words and the spaces between them; non-breaking spaces stay inside words."""
    nodes: list[Node] = []
    for piece in re.split(r"([ \t\r\n]+)", text):
        if piece and not piece.strip(" \t\r\n"):
            nodes.append({"t": "Space"})
        elif piece:
            nodes.append({"t": "Str", "c": piece})
    return nodes
