"""Pairs of texts to compare: random edits of random texts, and what either side says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from remit.render.tree import (
    Block,
    Blocks,
    Break,
    Cell,
    Deleted,
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
    Side,
    Strong,
    Table,
    Text,
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
