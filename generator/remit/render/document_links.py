"""What a link in a document points to, and the names and language codes all formats share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

from remit.render.tree import (
    Block,
    Blocks,
    Cell,
    Document,
    Emph,
    Foreign,
    Heading,
    Inlines,
    ItemList,
    Link,
    ListItem,
    Paragraph,
    Picture,
    Quote,
    Strong,
    Table,
    plain,
)

LONGEST_BOOKMARK = 39
"""Word refuses bookmark names of more than 40 characters."""

_REGIONS = {"nb": "NO", "nn": "NO", "se": "NO", "sv": "SE", "en": "GB", "da": "DK", "fi": "FI"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x1f]+")
_MAIL = re.compile(r"mailto:[^\s<>\"\\^`{|}\x00-\x1f]+")
_PHONE = re.compile(r"tel:\+?[0-9 ().-]+")
_PART = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_RECORD = re.compile(rf"(?P<address>{_PART}(?:/{_PART})*)(?:#(?P<block>{_PART}))?")


def locale(language: str) -> str:
    """The language tag with its region: nb → nb-NO. Raises ValueError for what is no language."""
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(f"not a language code: {language!r}")
    region = _REGIONS.get(language)
    return f"{language}-{region}" if region else language


@lru_cache(maxsize=1024)
def bookmark(block_id: str) -> str:
    """The name under which a block is found inside a file: `b-` and its id, cut with a digest."""
    name = f"b-{block_id}"
    if len(name) <= LONGEST_BOOKMARK and re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        return name
    kept = re.sub(r"[^A-Za-z0-9_.-]", "", name)[:24].rstrip("-.")
    return f"{kept}-{hashlib.sha256(block_id.encode()).hexdigest()[:12]}"


def link_address(target: str, link_base: str) -> str:
    """The address a link in a file leads to.

    `link_base` is the address of the site in the document's language, such as
    `https://remit.example/nb/`: record addresses are looked for below it. Raises ValueError for
    anything but web, mail and telephone addresses, `#id` and record addresses.
    """
    if target.startswith("#") and len(target) > 1:
        return f"#{bookmark(target[1:])}"
    if _WEB.fullmatch(target) or _MAIL.fullmatch(target):
        return target
    if _PHONE.fullmatch(target):
        return re.sub(r"[^0-9+:a-z]", "", target)
    record = _RECORD.fullmatch(target)
    if record is None or ".." in target:
        raise ValueError(f"a document cannot link to {target!r}")
    block = f"#{record['block']}" if record["block"] else ""
    return f"{link_base.rstrip('/')}/{record['address']}/{block}"


def check_links(document: Document) -> None:
    """Raises ValueError for an id given twice and for a `#id` that leads nowhere."""
    seen: set[str] = set()
    for block_id in ids(document.blocks):
        name = bookmark(block_id).casefold()
        if name in seen:
            raise ValueError(f"{document.file_name}: the id {block_id!r} is given twice")
        seen.add(name)
    summary = document.redline.summary if document.redline else ()
    for target in link_targets((*summary, *document.blocks)):
        if target.startswith("#") and bookmark(target[1:]).casefold() not in seen:
            raise ValueError(f"{document.file_name}: no block has the id that {target!r} links to")


def headings(blocks: Blocks) -> Iterator[Heading]:
    """Every heading in reading order."""
    for block in blocks_in_order(blocks):
        if isinstance(block, Heading):
            yield block


def tables(blocks: Blocks) -> Iterator[Table]:
    """Every table in reading order."""
    for block in blocks_in_order(blocks):
        if isinstance(block, Table):
            yield block


def pictures(blocks: Blocks) -> Iterator[Picture]:
    """Every picture in reading order."""
    for block in blocks_in_order(blocks):
        if isinstance(block, Picture):
            yield block


def blocks_in_order(blocks: Blocks) -> Iterator[Block | ListItem]:
    """Every block in reading order, and every item of a list before the blocks in it."""
    for block in blocks:
        yield block
        if isinstance(block, ItemList):
            for item in block.items:
                yield item
                yield from blocks_in_order(item.blocks)
        elif isinstance(block, Quote):
            yield from blocks_in_order(block.blocks)


LONG_ROW = 20
"""Lines from which a row may go on on the next page: a shorter one stays whole."""
_LETTERS = 95
"""Letters that a line of small print has over the text's whole width."""


def is_long(table: Table, row: int) -> bool:
    """Whether a row is too long to be kept on one page at any price."""
    return any(
        len(plain(cell.inlines)) > LONG_ROW * _LETTERS * width
        for cell, width in zip(table.rows[row], table.widths, strict=True)
    )


def _cells(table: Table) -> Iterator[Cell]:
    for row in (table.head, *table.rows):
        yield from row


def ids(blocks: Blocks) -> Iterator[str]:
    """Every id in reading order."""
    for block in blocks_in_order(blocks):
        if isinstance(block, Heading | Paragraph | ListItem | Table) and block.id:
            yield block.id
        if isinstance(block, Table):
            yield from (cell.id for cell in _cells(block) if cell.id)


def link_targets(blocks: Blocks) -> Iterator[str]:
    """Where every link in the blocks leads, in reading order."""
    for block in blocks_in_order(blocks):
        if isinstance(block, Heading | Paragraph):
            yield from _targets_of(block.inlines)
        elif isinstance(block, Table):
            for cell in _cells(block):
                yield from _targets_of(cell.inlines)


def _targets_of(inlines: Inlines) -> Iterator[str]:
    for inline in inlines:
        if isinstance(inline, Link):
            yield inline.target
        if isinstance(inline, Strong | Emph | Link | Foreign):
            yield from _targets_of(inline.inlines)
