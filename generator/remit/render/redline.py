"""Two versions of a text → one marked tree: without what is deleted it is the newer version,
without what is inserted the older."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from remit.render.marked_words import all_marked, mark_words
from remit.render.pairing import Unit, aligned
from remit.render.tree import (
    Block,
    Blocks,
    CardLink,
    Cell,
    Heading,
    ItemList,
    Link,
    ListItem,
    Mark,
    Paragraph,
    Quote,
    Table,
    plain,
    words_of,
)

Row = tuple[Cell, ...]
_FIRST = "(first)"
"""Name of an item's first paragraph: it bears the bullet, so it is always the same one."""


def compare_blocks(old: Blocks, new: Blocks) -> Blocks:
    """The marked tree. What moved is deleted at its old place and inserted at its new one.

    Deleted blocks have no id: the same one may stand in the newer version.
    """
    return without_deleted_ids(mark_blocks(old, new))


def mark_blocks(old: Blocks, new: Blocks) -> Blocks:
    """As `compare_blocks`, with the ids of deleted blocks still on them."""
    marked: list[Block] = []
    for before, after in aligned(_block_units(old), _block_units(new)):
        if before is not None and after is not None:
            marked.append(_changed(before, after))
        elif after is not None:
            marked.append(_marked(after, "inserted"))
        elif before is not None:
            marked.append(_marked(before, "deleted"))
    return tuple(marked)


# What is what


def _block_units(blocks: Blocks) -> list[Unit[Block]]:
    """Lists, tables and quotations stand under their heading; words without an id after the last
    block that has one."""
    units: list[Unit[Block]] = []
    section = after = ""
    for block in blocks:
        if isinstance(block, CardLink):
            block = Paragraph((Link(block.inlines, block.address),))
        is_container = isinstance(block, ItemList | Table | Quote)
        names = frozenset(_names(block))
        words = "\n".join(words_of((block,)))
        if isinstance(block, Heading):
            section = block.id
            words = plain(block.inlines)
        if names and not is_container:
            after = block.id if isinstance(block, Heading | Paragraph) else after
        units.append(
            Unit(
                content=block,
                shape=(*_shape(block), bool(words.strip())),
                names=names,
                owner=section if is_container else after,
                words=words,
                weight=max(1, len(names)),
                is_container=is_container,
                opens_section=isinstance(block, Heading),
            )
        )
    return units


def _names(block: Block) -> Iterator[str]:
    if isinstance(block, Heading | Paragraph | Table) and block.id:
        yield block.id
    if isinstance(block, ItemList):
        yield from (item.id for item in block.items if item.id)
    elif isinstance(block, Table):
        yield from (row[0].id for row in block.rows if row and row[0].id)


def _shape(block: Block) -> tuple[Hashable, ...]:
    if isinstance(block, Heading):
        return ("heading", block.level)
    if isinstance(block, Paragraph):
        return ("paragraph", block.style)
    if isinstance(block, ItemList):
        return ("list", block.ordered)
    if isinstance(block, Table):
        return ("table", block.style, *(plain(cell.inlines) for cell in block.head))
    return (type(block).__name__,)


def _item_units(items: Sequence[ListItem]) -> list[Unit[ListItem]]:
    return [
        Unit(
            content=item,
            shape=bool(words.strip()),
            names=frozenset([item.id] if item.id else ()),
            owner="",
            words=words,
        )
        for item in items
        for words in ["\n".join(words_of(item.blocks))]
    ]


def _row_units(rows: Sequence[Row]) -> list[Unit[Row]]:
    """A row is known by its first cell's id, else by its words: a fact's label."""
    return [
        Unit(
            content=row,
            shape=(len(row), bool(words.strip())),
            names=frozenset([row[0].id or f"({plain(row[0].inlines)})"] if row else ()),
            owner="",
            words=words,
        )
        for row in rows
        for words in ["\n".join(plain(cell.inlines) for cell in row)]
    ]


# In both versions


def _changed(old: Block, new: Block) -> Block:
    if isinstance(new, Heading | Paragraph):
        assert isinstance(old, Heading | Paragraph)
        return replace(new, inlines=mark_words(old.inlines, new.inlines))
    if isinstance(new, ItemList):
        assert isinstance(old, ItemList)
        return _changed_list(old, new)
    if isinstance(new, Table):
        assert isinstance(old, Table)
        return _changed_table(old, new)
    assert isinstance(old, Quote) and isinstance(new, Quote)
    return Quote(mark_blocks(old.blocks, new.blocks))


def _changed_list(old: ItemList, new: ItemList) -> ItemList:
    items = []
    for before, after in aligned(_item_units(old.items), _item_units(new.items)):
        if before is not None and after is not None:
            blocks = mark_blocks(_first_named(before.blocks), _first_named(after.blocks))
            items.append(replace(after, blocks=_first_unnamed(blocks)))
        elif after is not None:
            items.append(_marked_item(after, "inserted"))
        elif before is not None:
            items.append(_marked_item(before, "deleted"))
    return replace(new, items=tuple(items))


def _first_named(blocks: Blocks) -> Blocks:
    if blocks and isinstance(blocks[0], Paragraph) and not blocks[0].id:
        return (replace(blocks[0], id=_FIRST), *blocks[1:])
    return blocks


def _first_unnamed(blocks: Blocks) -> Blocks:
    return tuple(
        replace(block, id="") if isinstance(block, Paragraph) and block.id == _FIRST else block
        for block in blocks
    )


def _changed_table(old: Table, new: Table) -> Table:
    rows: list[Row] = []
    marks: list[Mark] = []
    for before, after in aligned(_row_units(old.rows), _row_units(new.rows)):
        if before is not None and after is not None:
            cells = zip(before, after, strict=True)
            rows.append(
                tuple(replace(n, inlines=mark_words(o.inlines, n.inlines)) for o, n in cells)
            )
            marks.append("")
        elif after is not None:
            rows.append(_marked_row(after, "inserted"))
            marks.append("inserted")
        elif before is not None:
            rows.append(_marked_row(before, "deleted"))
            marks.append("deleted")
    return replace(new, rows=tuple(rows), row_marks=tuple(marks) if any(marks) else ())


# In one version only


def _marked(block: Block, mark: Literal["inserted", "deleted"]) -> Block:
    """A whole block with all its words marked."""
    if isinstance(block, Heading | Paragraph):
        return replace(block, inlines=all_marked(block.inlines, mark), mark=mark)
    if isinstance(block, ItemList):
        return replace(block, items=tuple(_marked_item(item, mark) for item in block.items))
    if isinstance(block, Table):
        head, *rows = (_marked_row(row, mark) for row in (block.head, *block.rows))
        return replace(block, head=head, rows=tuple(rows), mark=mark)
    assert isinstance(block, Quote)
    return Quote(tuple(_marked(inner, mark) for inner in block.blocks))


def _marked_item(item: ListItem, mark: Literal["inserted", "deleted"]) -> ListItem:
    blocks = tuple(_marked(block, mark) for block in item.blocks)
    return replace(item, blocks=blocks, mark=mark)


def _marked_row(row: Row, mark: Literal["inserted", "deleted"]) -> Row:
    return tuple(replace(cell, inlines=all_marked(cell.inlines, mark)) for cell in row)


def without_deleted_ids(blocks: Blocks) -> Blocks:
    return tuple(_without_deleted_ids(block) for block in blocks)


def _without_deleted_ids(block: Block) -> Block:
    if isinstance(block, ItemList):
        items = tuple(
            replace(
                item,
                blocks=without_deleted_ids(item.blocks),
                id="" if item.mark == "deleted" else item.id,
            )
            for item in block.items
        )
        return replace(block, items=items)
    if isinstance(block, Quote):
        return Quote(without_deleted_ids(block.blocks))
    if isinstance(block, Table):
        marks = block.row_marks or (block.mark,) * len(block.rows)
        rows = tuple(
            tuple(replace(cell, id="") for cell in row) if mark == "deleted" else row
            for row, mark in zip(block.rows, marks, strict=True)
        )
        return replace(block, rows=rows, id="" if block.mark == "deleted" else block.id)
    if isinstance(block, Heading | Paragraph) and block.mark == "deleted":
        return replace(block, id="")
    return block
