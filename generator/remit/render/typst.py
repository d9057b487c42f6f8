"""Document tree → what the typst template reads: one JSON string, so no text is ever typst code."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple

from remit.render.document_links import bookmark, check_links, is_long, link_address, locale
from remit.render.tree import (
    Block,
    Blocks,
    Break,
    Cell,
    Deleted,
    Document,
    Emph,
    Foreign,
    Heading,
    Inlines,
    Inserted,
    ItemList,
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


class Room(NamedTuple):
    """How much fits on a line in any case: so many ordinary letters, so many wide signs."""

    letters: int
    signs: int


LINE, HEADING, TITLE = Room(28, 38), Room(28, 32), Room(24, 22)

_VOWEL = "aeiouyæøåäöáéèêëïüõ"
_OTHER = rf"(?:(?![{_VOWEL}])[^\W\d_])"
_SYLLABLES = re.compile(
    rf"\W*{_OTHER}{{0,6}}(?:[{_VOWEL}]{{1,4}}{_OTHER}{{1,6}}){{3,}}[{_VOWEL}]{{0,4}}\W*", re.I
)


def typst_inputs(document: Document, link_base: str) -> dict[str, str]:
    """The `sys_inputs` of `templates/documents/document.typ`.

    Raises ValueError for a link that leads nowhere or where no document may lead.
    """
    check_links(document)
    year, month, day = (int(part) for part in document.date.split("-"))
    content = {
        "title": _squeezed(document.title),
        **_language(document.language),
        "letterhead": _letterhead(document),
        "reference": [
            {"label": label, "value": _words(_squeezed(value), _column(1 / 3))}
            for label, value in document.reference
        ],
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
    return {"document": json.dumps(content, ensure_ascii=False)}


def _letterhead(document: Document) -> Node:
    letterhead = document.letterhead
    name: Inlines = (Text(letterhead.name),)
    if letterhead.language:
        name = (Foreign(name, letterhead.language),)
    return {
        "name": letterhead.name,
        "shown_name": _inlines(name, "", HEADING),
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
    """The summary that comes first, and the title as it is shown, with its marks."""
    redline = document.redline
    said = {}
    if redline:
        said = {
            "added": redline.said_added,
            "removed": redline.said_removed,
            "end": redline.said_end,
        }
    return {
        "summary": _blocks(redline.summary, link_base) if redline else [],
        "shown_title": _inlines(document.shown_title, link_base, TITLE),
        "marked": redline is not None,
        "said": said,
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
            "inlines": _inlines(block.inlines, link_base, HEADING),
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
            "head": _row(block.head, block.widths, link_base),
            "rows": [_row(row, block.widths, link_base) for row in block.rows],
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


def _row(cells: tuple[Cell, ...], widths: tuple[float, ...], link_base: str) -> list[Node]:
    return [
        {"id": _name(cell.id), "inlines": _inlines(cell.inlines, link_base, _column(share))}
        for cell, share in zip(cells, widths, strict=True)
    ]


def _column(share: float) -> Room:
    """Of the text's 160 mm, less the cell's own margins: 2 mm a letter, 3 mm a wide sign."""
    width = share * 160 - 4
    return Room(min(max(int(width / 2), 4), LINE.letters), min(max(int(width / 3), 2), LINE.signs))


def _is_changed(cells: tuple[Cell, ...]) -> bool:
    return any(has_changes(cell.inlines) for cell in cells)


def _inlines(inlines: Inlines, link_base: str, room: Room = LINE) -> list[Node]:
    nodes: list[Node] = []
    for inline in inlines:
        if isinstance(inline, Text):
            nodes += _words(bound(_squeezed(inline.text)), room)
        elif isinstance(inline, Break):
            nodes.append({"kind": "break"})
        elif isinstance(inline, Strong):
            nodes.append({"kind": "strong", "inlines": _inlines(inline.inlines, link_base, room)})
        elif isinstance(inline, Emph):
            nodes.append({"kind": "emph", "inlines": _inlines(inline.inlines, link_base, room)})
        elif isinstance(inline, Link):
            address = link_address(inline.target, link_base)
            content = _inlines(inline.inlines, link_base, room)
            nodes.append({"kind": "link", "address": address, "inlines": content})
        elif isinstance(inline, Inserted | Deleted):
            kind = "inserted" if isinstance(inline, Inserted) else "deleted"
            nodes.append({"kind": kind, "inlines": _inlines(inline.inlines, link_base, room)})
        else:
            content = _inlines(inline.inlines, link_base, room)
            nodes.append({"kind": "foreign", **_language(inline.language), "inlines": content})
    return nodes


def _words(text: str, room: Room) -> list[Node]:
    """Text, and by themselves the words that may have to be divided to keep inside the margin.

    What has no syllables, such as a number of 80 digits, is divided anywhere, without a hyphen.
    """
    nodes: list[Node] = []
    done = 0
    for found in _long(min(room)).finditer(text):
        word = found[0]
        spoken = _SYLLABLES.fullmatch(word) is not None
        if len(word) >= (room.letters if spoken else room.signs):
            nodes.append({"kind": "text", "text": text[done : found.start()]})
            nodes.append({"kind": "long", "text": word, "hyphens": spoken})
            done = found.end()
    nodes.append({"kind": "text", "text": text[done:]})
    return [node for node in nodes if node["text"]]


@cache
def _long(letters: int) -> re.Pattern[str]:
    """What stands between two places where a line may end anyway, from a length on."""
    return re.compile(rf"[^\s/\u00ad\u200b–—-]{{{letters},}}")


def _language(code: str) -> dict[str, str | None]:
    language, _, region = locale(code).partition("-")
    return {"language": language, "region": region or None}


def _name(block_id: str) -> str:
    return bookmark(block_id) if block_id else ""


def _squeezed(text: str) -> str:
    """White space as one space; non-breaking spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text)
