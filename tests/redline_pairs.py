"""Pairs of texts to compare: random edits of random texts, and what either side says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from hypothesis import strategies as st
from lxml import etree

from document_checks import sample, xml_part
from remit.render.marked_words import mark_words
from remit.render.redline import compare_blocks
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
    ListItem,
    Mark,
    Paragraph,
    Quote,
    Redline,
    Side,
    Strong,
    Table,
    Text,
    plain,
)

T = TypeVar("T")
Line = tuple[object, ...]
"""A heading, paragraph, item or row as something to compare: its kind and its formatted words."""

_VOCABULARY = (
    "teamet råd saker skoler § 1 og eller ikke veileder 15/05235-23 politi, politi. kommunen "
    "«vold» A&B <b> 9.\u00a0april\u00a02013 skal være -- møter helse å ŋ"
).split(" ")
_words = st.lists(st.sampled_from(_VOCABULARY), min_size=1, max_size=12).map(" ".join)


@st.composite
def _inlines(draw: st.DrawFn) -> Inlines:
    text = (Text(draw(_words)),)
    kind = draw(st.sampled_from(["plain"] * 5 + ["strong", "link", "foreign", "break", "nested"]))
    if kind == "plain":
        return text
    more = (Text(draw(_words)),)
    forms: dict[str, Inlines] = {
        "strong": (Strong(more),),
        "link": (Link(more, draw(st.sampled_from(["roles/a", "https://example.no/"]))),),
        "foreign": (Foreign(more, "en"),),
        "break": (Break(), *more),
        "nested": (Emph((Text("se "), Link((Strong(more),), "roles/b"))),),
    }
    return (*text, Text(" "), *forms[kind], Text("."))


def _cells(first: Inlines, second: Inlines, id: str = "") -> tuple[Cell, ...]:
    return Cell(first, id), Cell(second)


@st.composite
def _group(draw: st.DrawFn, ids: Iterator[str]) -> Block:
    """A paragraph, a list or a table, as `mandate_document` makes them."""
    kind = draw(st.sampled_from(["paragraph", "paragraph", "list", "table", "quote"]))
    count = draw(st.integers(1, 3))
    if kind == "paragraph":
        return Paragraph(draw(_inlines()), id=draw(st.sampled_from([next(ids), ""])))
    if kind == "quote":
        return Quote((Paragraph(draw(_inlines())),))
    if kind == "list":
        return ItemList(
            tuple(ListItem((Paragraph(draw(_inlines())),), next(ids)) for _ in range(count))
        )
    return Table(
        head=_cells((Text("Samarbeider med"),), (Text("Om"),)),
        rows=tuple(_cells(draw(_inlines()), draw(_inlines()), next(ids)) for _ in range(count)),
        widths=(0.4, 0.6),
    )


@st.composite
def _section(draw: st.DrawFn, ids: Iterator[str]) -> Blocks:
    heading = Heading(1, next(ids), (Text(draw(_words)),), "0")
    return (heading, *draw(st.lists(_group(ids), min_size=1, max_size=3)))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Blocks, Blocks]:
    """A text and the same after random edits: parts added, removed, moved and reworded."""
    ids = (f"id-{number}" for number in range(10_000))
    old = draw(st.lists(_section(ids), min_size=1, max_size=4))
    new = [_edited(draw, section, ids) for section in old]
    for _ in range(draw(st.integers(0, 2))):
        what = draw(st.sampled_from(["add", "remove", "move"]))
        place = draw(st.integers(0, len(new) - 1))
        if what == "add":
            new.insert(place, draw(_section(ids)))
        elif what == "remove" and len(new) > 1:
            del new[place]
        else:
            new.insert(draw(st.integers(0, len(new) - 1)), new.pop(place))
    return _numbered(old), _numbered(new)


def _edited(draw: st.DrawFn, section: Blocks, ids: Iterator[str]) -> Blocks:
    heading, *groups = section
    blocks = [_reworded(draw, group, ids) for group in groups]
    what = draw(st.sampled_from(["keep", "keep", "add", "remove", "move"]))
    place = draw(st.integers(0, len(blocks) - 1))
    if what == "add":
        blocks.insert(place, draw(_group(ids)))
    elif what == "remove" and len(blocks) > 1:
        del blocks[place]
    elif what == "move":
        blocks.insert(draw(st.integers(0, len(blocks) - 1)), blocks.pop(place))
    return (_reworded(draw, heading, ids), *blocks)


def _reworded(draw: st.DrawFn, block: Block, ids: Iterator[str]) -> Block:
    if not draw(st.booleans()):
        return block
    if isinstance(block, Heading):
        return replace(block, inlines=(Text(draw(_words)),))
    if isinstance(block, Paragraph):
        return replace(block, inlines=(*block.inlines, Text(" "), *draw(_inlines())))
    if isinstance(block, ItemList):
        item = ListItem((Paragraph(draw(_inlines())),), next(ids))
        return replace(block, items=tuple(_shuffled(draw, block.items, item)))
    if isinstance(block, Table):
        row = _cells(draw(_inlines()), draw(_inlines()), next(ids))
        return replace(block, rows=tuple(_shuffled(draw, block.rows, row)))
    return Quote((Paragraph(draw(_inlines())),))


def _shuffled(draw: st.DrawFn, parts: Sequence[T], another: T) -> list[T]:
    mixed = list(draw(st.permutations([*parts, another])))
    return mixed[: draw(st.integers(1, len(mixed)))]


def _numbered(sections: Sequence[Blocks]) -> Blocks:
    return tuple(
        replace(block, number=str(number)) if isinstance(block, Heading) else block
        for number, section in enumerate(sections, 1)
        for block in section
    )


# What one side says


def lines(blocks: Blocks, side: Side = "both") -> list[Line]:
    """Every part of one version, formatting included, as something to compare."""
    return list(_lines(blocks, {"old": "inserted", "new": "deleted"}.get(side, "none")))


def _lines(blocks: Blocks, gone: str) -> Iterator[Line]:
    for block in blocks:
        if isinstance(block, Heading) and block.mark != gone:
            yield "heading", block.level, *_formatted(block.inlines, gone)
        elif isinstance(block, Paragraph) and block.mark != gone:
            yield "paragraph", block.style, *_formatted(block.inlines, gone)
        elif isinstance(block, ItemList):
            for item in block.items:
                if item.mark != gone:
                    yield "item", block.ordered, *_lines(item.blocks, gone)
        elif isinstance(block, Quote):
            yield from (("quoted", *line) for line in _lines(block.blocks, gone))
        elif isinstance(block, Table) and block.mark != gone:
            yield "head", *(_formatted(cell.inlines, gone) for cell in block.head)
            none: Mark = ""
            marks = block.row_marks or (none,) * len(block.rows)
            for row, mark in zip(block.rows, marks, strict=True):
                if mark != gone:
                    yield "row", *(_formatted(cell.inlines, gone) for cell in row)


def _formatted(inlines: Inlines, gone: str, around: str = "") -> tuple[tuple[str, str], ...]:
    """Every letter with what stands round it."""
    found: list[tuple[str, str]] = []
    for inline in inlines:
        if isinstance(inline, Text):
            found += ((around, letter) for letter in inline.text)
        elif isinstance(inline, Break):
            found.append((around, "\n"))
        elif isinstance(inline, Inserted | Deleted):
            mark = "inserted" if isinstance(inline, Inserted) else "deleted"
            found += () if mark == gone else _formatted(inline.inlines, gone, around)
        else:
            name = type(inline).__name__
            name += getattr(inline, "target", "") + getattr(inline, "language", "")
            found += _formatted(inline.inlines, gone, f"{around} {name}")
    return tuple(found)


# Files


def handmade() -> tuple[Blocks, Blocks]:
    """Sections, paragraphs, items, rows and tables added, removed, moved and reworded."""

    def text(words: str) -> Inlines:
        return (Text(words),)

    def item(id: str, words: str) -> ListItem:
        return ListItem((Paragraph(text(words)),), id)

    def table(*rows: tuple[str, str, str]) -> Table:
        made = tuple(_cells(text(first), text(second), id) for id, first, second in rows)
        return Table(_cells(text("Samarbeider med"), text("Om")), made, (0.4, 0.6))

    seen = ("udir", "Udir", "skolene")
    old: Blocks = (
        table(("", "Dokument", "1"), ("", "Saksnummer", "13/156-1"), ("", "Status", "Vedtatt")),
        Heading(1, "purpose", text("Formål"), "1"),
        Paragraph(text("Teamet gir skolene råd i enkeltsaker."), "purpose-1"),
        Paragraph((Text("Se "), Link(text("loven om vern"), "roles/a"), Text(" § 4.")), "law"),
        Paragraph(text("Dette avsnittet går rett foran en tabell."), "before-table"),
        table(seen, ("ud", "UD", "saker i utlandet"), ("nav", "NAV", "arbeid")),
        Heading(1, "reports", text("Rapportering"), "2"),
        table(("bufdir", "Bufdir", "hvert år")),
        Heading(1, "tasks", text("Oppgaver"), "3"),
        ItemList((item("a", "Gi råd"), item("b", "Holde kurs"), item("c", "Lage rapport"))),
        Paragraph((Strong(text("Fet")), Text(" slutt på delen, rett etter en liste.")), "end"),
        Heading(1, "funds", text("Penger"), "4"),
        Paragraph(text("Teamet får penger av direktoratet."), "funds-1"),
        Quote((Paragraph(text("Det som er sagt")),)),
    )
    new: Blocks = (
        table(("", "Dokument", "1"), ("", "Saksnummer", "15/05235-23, 13/156-1")),
        Heading(1, "funds", text("Penger"), "1"),
        Paragraph(text("Teamet får pengene sine av departementet."), "funds-1"),
        Heading(1, "purpose", text("Formål og virkemåte"), "2"),
        Paragraph(text("Teamet gir skolene og helsetjenesten råd i enkeltsaker."), "purpose-1"),
        Paragraph((Text("Se "), Link(text("loven om barnevern"), "roles/b"), Text(" § 4.")), "law"),
        table(("ud", "UD", "saker i utlandet og ambassader"), seen, ("pod", "POD", "vern")),
        Heading(1, "tasks", text("Oppgaver"), "3"),
        ItemList((item("c", "Lage rapport"), item("a", "Gi råd"), item("d", "Svare på brev"))),
        Heading(1, "words", text("Begreper"), "4"),
        Paragraph((Foreign(text("Honour"), "en"), Text(" er et ord.")), "words-1"),
        table(("vold", "Vold", "Å skade noen"), ("ære", "Ære", "Å stå høyt")),
    )
    return old, new


def redline_of(pair: tuple[Blocks, Blocks], name: str) -> Document:
    """A document that compares the pair, its title changed too."""
    base = sample("nb", contents=False, nasty=False)
    title = mark_words((Text("Mandat for teamet"),), (Text("Mandat for det nye teamet"),))
    redline = Redline("Direktoratet & Co", "2018-06-19T00:00:00Z", title, ())
    return replace(
        base,
        file_name=name,
        title="Mandat for det nye teamet",
        blocks=compare_blocks(*pair),
        redline=redline,
    )


def reading(blocks: Blocks, title: str) -> list[str]:
    """Each line of a version as it is read in a file: its kind and its words.

    A space is a space: which of them a line may end at is not what is compared.
    """
    return [_spaced(line) for line in (f"title: {title}", *_reading(blocks))]


def _spaced(words: str) -> str:
    return re.sub("[ \u00a0]+", " ", words)


def _reading(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Heading):
            yield f"heading {block.level}: {plain(block.inlines)}"
        elif isinstance(block, Paragraph):
            yield f"text: {plain(block.inlines)}"
        elif isinstance(block, ItemList):
            for item in block.items:
                for line in _reading(item.blocks):
                    yield f"item {line}"
        elif isinstance(block, Quote):
            yield from _reading(block.blocks)
        elif isinstance(block, Table):
            for row in (block.head, *block.rows):
                yield f"row: {' | '.join(plain(cell.inlines) for cell in row)}"


def pandoc_reading(data: bytes) -> list[str]:
    """What `reading` gives, of the JSON that pandoc makes of a file.

    Pandoc cannot take a heading or a row away, only its words: what has none is left out.
    """
    document = json.loads(data)
    title = _pandoc_words(document["meta"]["title"]["c"])
    return [
        f"{kind}: {' | '.join(_spaced(cell.strip()) for cell in words.split('|'))}"
        for kind, words in (("title", title), *_pandoc_blocks(document["blocks"]))
        if words.strip(" |")
    ]


def _pandoc_blocks(blocks: list[Any]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        kind, content = block["t"], block.get("c")
        if kind == "Header":
            yield f"heading {content[0]}", _pandoc_words(content[2])
        elif kind in ("Para", "Plain"):
            yield "text", _pandoc_words(content)
        elif kind == "BulletList":
            for item in content:
                yield from ((f"item {kind}", words) for kind, words in _pandoc_blocks(item))
        elif kind == "BlockQuote":
            yield from _pandoc_blocks(content)
        elif kind == "Div":
            yield from _pandoc_blocks(content[1])
        elif kind == "Table":
            rows = [*content[3][1], *(row for body in content[4] for row in body[3])]
            for row in rows:
                cells = [_pandoc_words([b["c"] for b in cell[4]]) for cell in row[1]]
                yield "row", " | ".join(cells)
        else:
            raise ValueError(kind)


def _pandoc_words(content: Any) -> str:
    """Every word in reading order, whatever stands round it."""
    if isinstance(content, list):
        return "".join(_pandoc_words(part) for part in content)
    if not isinstance(content, dict):
        return ""
    if content["t"] == "Str":
        return str(content["c"])
    if content["t"] in ("Space", "SoftBreak", "LineBreak"):
        return " "
    inner = content["c"]
    return _pandoc_words(inner[1] if content["t"] in ("Span", "Link") else inner)


_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def odt_reading(data: bytes) -> list[str]:
    """What `reading` gives, of an ODT that LibreOffice wrote. An empty line is a line too, but
    for those that stand round tables, and the last: LibreOffice keeps it when a DOCX ends so."""
    root = xml_part(data, "content.xml")
    parents = {
        style.get(f"{_STYLE}name"): style.get(f"{_STYLE}parent-style-name")
        for style in root.iter(f"{_STYLE}style")
    }
    body = root.find(f".//{_OFFICE}text")
    assert body is not None
    found = [_spaced(line) for line in _odt_reading(body, parents)]
    return found[:-1] if found[-1].endswith(": ") else found


def _odt_reading(
    element: etree._Element, parents: dict[str | None, str | None], before: str = ""
) -> Iterator[str]:
    for child in element:
        name = child.get(f"{_TEXT}style-name")
        style = parents.get(name) or name
        if child.tag == f"{_TEXT}h":
            yield f"{before}heading {child.get(f'{_TEXT}outline-level')}: {_odt_words(child)}"
        elif child.tag == f"{_TEXT}p":
            words = _odt_words(child)
            if words or style != "TableGap":
                yield f"{before}{'title' if style == 'Title' else 'text'}: {words}"
        elif child.tag == f"{_TABLE}table-row":
            cells = [_odt_words(p) for p in child.iter(f"{_TEXT}p")]
            yield f"{before}row: {' | '.join(cells)}"
        elif child.tag == f"{_TEXT}list-item":
            yield from _odt_reading(child, parents, f"{before}item ")
        elif child.tag != f"{_TEXT}tracked-changes":
            yield from _odt_reading(child, parents, before)


def _odt_words(element: etree._Element) -> str:
    words = element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            words += " " * int(child.get(f"{_TEXT}c", "1"))
        elif child.tag == f"{_TEXT}line-break":
            words += " "
        else:
            words += _odt_words(child)
        words += child.tail or ""
    return words
