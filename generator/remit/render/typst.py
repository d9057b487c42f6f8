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


class Sheet(NamedTuple):
    """`link_base` is the site's address in the document's language; `width` is the text's, in
    millimetres; `marked` says whether changes may be marked in it."""

    link_base: str
    width: float
    marked: bool = False


class Room(NamedTuple):
    """How much fits on a line in any case: so many ordinary letters, so many wide signs; in a
    table's cell, what `width` millimetres hold."""

    letters: int
    signs: int
    width: float = 0


LINE, HEADING, TITLE = Room(28, 38), Room(28, 32), Room(24, 22)

SHORT = 4
"""Words of fewer letters are never divided."""
_SPACES = re.compile(r"[ \t\r\n]+")
_LOOSE = re.compile(r"[\t\r\n]|  ")
_BOUND = re.compile(r"[^ \n]*\u00a0[^ \n]*")
_WIDTHS = {
    **dict.fromkeys(" \u00a0.,:;'!|()[]/-ijlIfrt", 1.4),
    **dict.fromkeys("mwMW@%&ÆæŒœ—", 3.3),
}
_WIDEST = 3.3
_VOWEL = "aeiouyæøåäöáéèêëïüõ"
_OTHER = rf"(?:(?![{_VOWEL}])[^\W\d_])"
_SYLLABLES = re.compile(
    rf"\W*{_OTHER}{{0,6}}(?:[{_VOWEL}]{{1,4}}{_OTHER}{{1,6}}){{3,}}[{_VOWEL}]{{0,4}}\W*", re.I
)


def typst_data(document: Document, link_base: str) -> str:
    """What is given to `templates/documents/document.typ`.

    Raises ValueError for a link that leads nowhere or where no document may lead.
    """
    check_links(document)
    sheet = Sheet(link_base, 247 if document.landscape else 160, document.redline is not None)
    year, month, day = (int(part) for part in document.date.split("-"))
    content = {
        "title": _squeezed(document.title),
        **_language(document.language),
        "letterhead": _letterhead(document),
        "reference": [
            {"label": label, "value": _words(_squeezed(value), _column((sheet.width - 12) / 3))}
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
        "blocks": _blocks(document.blocks, sheet),
        **_redline(document, sheet),
    }
    return json.dumps(content, ensure_ascii=False)


def _letterhead(document: Document) -> Node:
    letterhead = document.letterhead
    name: Inlines = (Text(letterhead.name),)
    if letterhead.language:
        name = (Foreign(name, letterhead.language),)
    return {
        "name": letterhead.name,
        "shown_name": _inlines(name, Sheet("", 160), HEADING),
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


def _redline(document: Document, sheet: Sheet) -> Node:
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
        "summary": _blocks(redline.summary, sheet) if redline else [],
        "shown_title": _inlines(document.shown_title, sheet, TITLE),
        "marked": redline is not None,
        "said": said,
    }


def _blocks(blocks: Blocks, sheet: Sheet) -> list[Node]:
    return [_block(block, sheet) for block in blocks]


def _block(block: Block, sheet: Sheet) -> Node:
    if isinstance(block, Heading):
        return {
            "kind": "heading",
            "level": block.level,
            "number": block.number,
            "mark": block.mark,
            "id": _name(block.id),
            "inlines": _inlines(block.inlines, sheet, HEADING),
            "changed": sheet.marked and has_changes(block.inlines),
        }
    if isinstance(block, Paragraph):
        return {
            "kind": "paragraph",
            "style": block.style,
            "id": _name(block.id),
            "inlines": _inlines(block.inlines, sheet),
            "changed": sheet.marked and has_changes(block.inlines),
        }
    if isinstance(block, ItemList):
        items = [
            {"id": _name(item.id), "blocks": _blocks(item.blocks, sheet)} for item in block.items
        ]
        return {"kind": "list", "ordered": block.ordered, "start": block.start, "items": items}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "style": block.style,
            "id": _name(block.id),
            "widths": list(block.widths),
            "head": _row(block.head, block.widths, sheet),
            "rows": [_row(row, block.widths, sheet) for row in block.rows],
            "head_changed": sheet.marked and _is_changed(block.head),
            "rows_long": [is_long(block, row) for row in range(len(block.rows))],
            "rows_changed": [sheet.marked and _is_changed(row) for row in block.rows],
        }
    if isinstance(block, Quote):
        return {"kind": "quote", "blocks": _blocks(block.blocks, sheet)}
    if isinstance(block, Picture):
        return _picture(block)
    if isinstance(block, PageBreak):
        return {"kind": "page-break"}
    card = _inlines((Link(block.inlines, block.address),), sheet)
    return {"kind": "paragraph", "style": "", "id": "", "inlines": card, "changed": False}


def _row(cells: tuple[Cell, ...], widths: tuple[float, ...], sheet: Sheet) -> list[Node]:
    return [
        {
            "id": _name(cell.id),
            "inlines": _inlines(cell.inlines, sheet, _column(share * sheet.width)),
        }
        for cell, share in zip(cells, widths, strict=True)
    ]


def _column(width: float) -> Room:
    """Of a column, less the cell's own margins."""
    return Room(LINE.letters, LINE.signs, max(width - 4, 4))


def _is_changed(cells: tuple[Cell, ...]) -> bool:
    return any(has_changes(cell.inlines) for cell in cells)


def _inlines(inlines: Inlines, sheet: Sheet, room: Room = LINE) -> list[Node]:
    nodes: list[Node] = []
    for inline in inlines:
        if isinstance(inline, Text):
            nodes += _words(bound(_squeezed(inline.text)), room)
        elif isinstance(inline, Break):
            nodes.append({"kind": "break"})
        elif isinstance(inline, Strong):
            nodes.append({"kind": "strong", "inlines": _inlines(inline.inlines, sheet, room)})
        elif isinstance(inline, Emph):
            nodes.append({"kind": "emph", "inlines": _inlines(inline.inlines, sheet, room)})
        elif isinstance(inline, Link):
            address = link_address(inline.target, sheet.link_base)
            content = _inlines(inline.inlines, sheet, room)
            nodes.append({"kind": "link", "address": address, "inlines": content})
        elif isinstance(inline, Inserted | Deleted):
            kind = "inserted" if isinstance(inline, Inserted) else "deleted"
            nodes.append({"kind": kind, "inlines": _inlines(inline.inlines, sheet, room)})
        else:
            content = _inlines(inline.inlines, sheet, room)
            nodes.append({"kind": "foreign", **_language(inline.language), "inlines": content})
    return nodes


def _words(text: str, room: Room) -> list[Node]:
    """Text, and by themselves the words that may have to be divided to keep inside the margin.

    What has no syllables, such as a number of 80 digits, is divided anywhere, without a hyphen.
    Words that are bound together and do not fit on a line are let go.
    """
    if room.width and "\u00a0" in text:
        text = _BOUND.sub(lambda run: _let_go(run[0], room), text)
    nodes: list[Node] = []
    done = 0
    shortest = min(room.letters, room.signs)
    narrow = min(shortest, int(room.width / _WIDEST) + 1) if room.width else shortest
    for found in _words_of(max(narrow, SHORT)).finditer(text):
        word = found[0]
        fits = not room.width or _width(word) <= room.width
        if fits and len(word) < shortest:
            continue
        spoken = _SYLLABLES.fullmatch(word) is not None
        if not fits or len(word) >= (room.letters if spoken else room.signs):
            nodes.append({"kind": "text", "text": text[done : found.start()]})
            nodes.append({"kind": "long", "text": word, "hyphens": spoken})
            done = found.end()
    nodes.append({"kind": "text", "text": text[done:]})
    return [node for node in nodes if node["text"]]


@cache
def _words_of(letters: int) -> re.Pattern[str]:
    """What stands between two places where a line may end anyway, if it has so many letters."""
    between = r"\s/\u00ad\u200b–—-"
    return re.compile(rf"(?<![^{between}])[^{between}]{{{letters},}}")


def _let_go(run: str, room: Room) -> str:
    return run if _width(run) <= room.width else run.replace("\u00a0", " ")


def _width(words: str) -> float:
    """Millimetres, at most: of bold type of 9.5 points in a table."""
    return sum(
        _WIDTHS.get(sign, 2.15 if sign.islower() or sign.isdigit() else 2.6) for sign in words
    )


def _language(code: str) -> dict[str, str | None]:
    language, _, region = locale(code).partition("-")
    return {"language": language, "region": region or None}


def _name(block_id: str) -> str:
    return bookmark(block_id) if block_id else ""


def _squeezed(text: str) -> str:
    """White space as one space; non-breaking spaces stay."""
    return _SPACES.sub(" ", text) if _LOOSE.search(text) else text
