"""Document tree → what the typst template reads: one JSON string, so no text is ever typst code."""

from __future__ import annotations

import json
import re
from typing import Any

from remit.render.document_links import bookmark, check_links, is_long, link_address, locale
from remit.render.tree import (
    Block,
    Blocks,
    Break,
    Cell,
    Deleted,
    Document,
    Emph,
    Heading,
    Inlines,
    Inserted,
    ItemList,
    Letterhead,
    Link,
    PageBreak,
    Paragraph,
    Picture,
    Quote,
    Strong,
    Table,
    Text,
    has_changes,
)
from remit.render.typesetting import bound

Node = dict[str, Any]
LONG_WORD = 28
"""A word of so many letters may be divided; the template has the same number."""
_LETTERS = re.compile(rf"[^\W\d_]{{{LONG_WORD}}}")


def typst_inputs(document: Document, link_base: str) -> dict[str, str]:
    """The `sys_inputs` of `templates/documents/document.typ`.

    Raises ValueError for a link that leads nowhere or where no document may lead.
    """
    check_links(document)
    year, month, day = (int(part) for part in document.date.split("-"))
    content = {
        "title": _squeezed(document.title),
        **_language(document.language),
        "letterhead": _letterhead(document.letterhead),
        "reference": [{"label": label, "value": value} for label, value in document.reference],
        "running_title": document.running_title,
        "running_id": document.running_id,
        "footer": document.footer,
        "page_label": document.page_label,
        "contents_label": document.contents_label,
        "show_contents": document.show_contents,
        "line_numbers": document.line_numbers,
        "landscape": document.landscape,
        "description": document.description or document.subject,
        "keywords": list(document.keywords),
        "date": {"year": year, "month": month, "day": day},
        "attachments": [
            {"name": one.name, "text": one.content.decode(), "description": one.description}
            for one in document.attachments
        ],
        "blocks": _blocks(document.blocks, link_base),
        **_redline(document, link_base),
    }
    data = json.dumps(content, ensure_ascii=False)
    return {"document": data, "long_words": json.dumps(_has_long_words(data))}


def _has_long_words(data: str) -> bool:
    return any(len(part) >= LONG_WORD and _LETTERS.search(part) for part in data.split())


def _letterhead(letterhead: Letterhead) -> Node:
    return {
        "name": letterhead.name,
        "address": letterhead.address,
        "logo": _picture(letterhead.logo) if letterhead.logo else None,
        "logo_side": letterhead.logo_side,
        "ink": f"#{letterhead.ink}",
        "accent": f"#{letterhead.accent}",
    }


def _picture(picture: Picture) -> Node:
    return {
        "kind": "picture",
        "svg": picture.svg,
        "alt": picture.alt,
        "width": picture.width,
        "height": picture.height,
        "beside": picture.beside,
    }


def _redline(document: Document, link_base: str) -> Node:
    """The summary that comes first, and the title with its marks."""
    redline = document.redline
    if redline is None:
        return {"summary": [], "marked_title": [], "marked": False, "said": {}}
    return {
        "summary": _blocks(redline.summary, link_base),
        "marked_title": _inlines(redline.title, link_base),
        "marked": True,
        "said": {
            "added": redline.said_added,
            "removed": redline.said_removed,
            "end": redline.said_end,
        },
    }


def _blocks(blocks: Blocks, link_base: str) -> list[Node]:
    return [_block(block, link_base) for block in blocks]


def _block(block: Block, link_base: str) -> Node:
    if isinstance(block, Heading):
        return {
            "kind": "heading",
            "level": block.level,
            "number": block.number,
            "mark": block.mark,
            "id": _name(block.id),
            "inlines": _inlines(block.inlines, link_base),
            "changed": has_changes(block.inlines),
        }
    if isinstance(block, Paragraph):
        return {
            "kind": "paragraph",
            "style": block.style,
            "id": _name(block.id),
            "inlines": _inlines(block.inlines, link_base),
            "changed": has_changes(block.inlines),
        }
    if isinstance(block, ItemList):
        items = [
            {"id": _name(item.id), "blocks": _blocks(item.blocks, link_base)}
            for item in block.items
        ]
        return {"kind": "list", "ordered": block.ordered, "start": block.start, "items": items}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "style": block.style,
            "id": _name(block.id),
            "widths": list(block.widths),
            "head": _row(block.head, link_base),
            "rows": [_row(row, link_base) for row in block.rows],
            "head_changed": _is_changed(block.head),
            "rows_long": [is_long(block, row) for row in range(len(block.rows))],
            "rows_changed": [_is_changed(row) for row in block.rows],
        }
    if isinstance(block, Quote):
        return {"kind": "quote", "blocks": _blocks(block.blocks, link_base)}
    if isinstance(block, Picture):
        return _picture(block)
    if isinstance(block, PageBreak):
        return {"kind": "page-break"}
    card = _inlines((Link(block.inlines, block.address),), link_base)
    return {"kind": "paragraph", "style": "", "id": "", "inlines": card, "changed": False}


def _row(cells: tuple[Cell, ...], link_base: str) -> list[Node]:
    return [{"id": _name(c.id), "inlines": _inlines(c.inlines, link_base)} for c in cells]


def _is_changed(cells: tuple[Cell, ...]) -> bool:
    return any(has_changes(cell.inlines) for cell in cells)


def _inlines(inlines: Inlines, link_base: str) -> list[Node]:
    nodes: list[Node] = []
    for inline in inlines:
        if isinstance(inline, Text):
            nodes.append({"kind": "text", "text": bound(_squeezed(inline.text))})
        elif isinstance(inline, Break):
            nodes.append({"kind": "break"})
        elif isinstance(inline, Strong):
            nodes.append({"kind": "strong", "inlines": _inlines(inline.inlines, link_base)})
        elif isinstance(inline, Emph):
            nodes.append({"kind": "emph", "inlines": _inlines(inline.inlines, link_base)})
        elif isinstance(inline, Link):
            address = link_address(inline.target, link_base)
            content = _inlines(inline.inlines, link_base)
            nodes.append({"kind": "link", "address": address, "inlines": content})
        elif isinstance(inline, Inserted | Deleted):
            kind = "inserted" if isinstance(inline, Inserted) else "deleted"
            nodes.append({"kind": kind, "inlines": _inlines(inline.inlines, link_base)})
        else:
            content = _inlines(inline.inlines, link_base)
            nodes.append({"kind": "foreign", **_language(inline.language), "inlines": content})
    return nodes


def _language(code: str) -> dict[str, str | None]:
    language, _, region = locale(code).partition("-")
    return {"language": language, "region": region or None}


def _name(block_id: str) -> str:
    return bookmark(block_id) if block_id else ""


def _squeezed(text: str) -> str:
    """White space as one space; non-breaking spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text)
