"""What a template printed → the document tree: a small strict language, much like HTML.

Whatever the language has not is refused with its place in the template. Pieces of the tree that
the template printed stand in the text as marks and are put in whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, cast

from lxml import etree

from remit.render import tree
from remit.render.template_language import (
    AT,
    BLOCKS,
    ELEMENTS,
    HEADINGS,
    INLINES,
    attribute_fault,
    unknown_element,
)
from remit.render.tree import Cell, ItemList, ListItem, Quote, Table


class MarkupFault(Exception):
    """What was printed is no document: `at` is the nearest known place, or nothing."""

    def __init__(self, at: str, message: str, help: str) -> None:
        super().__init__(message)
        self.at, self.message, self.help = at, message, help


@dataclass(frozen=True, slots=True)
class Printed:
    """What a template made: the title is None where the template gives none."""

    title: str | None
    blocks: tree.Blocks


def tree_of(printed: str, pieces: Sequence[tree.Blocks | tree.Inlines]) -> Printed:
    """The document that a template printed. Raises MarkupFault."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(f"<document>{printed}</document>", parser)
    except etree.XMLSyntaxError as error:
        _refuse_syntax(printed, error)
    reader = _Reader(pieces)
    blocks = reader.blocks(root, "")
    return Printed(reader.title, blocks)


def _refuse_syntax(printed: str, error: etree.XMLSyntaxError) -> NoReturn:
    line, column = error.position
    lines = printed.split("\n")
    before = "\n".join([*lines[: line - 1], lines[min(line, len(lines)) - 1][:column]])
    found = re.findall(rf' {AT}="([^"]*)"', before)
    message = re.sub(r", line \d+, column \d+$", "", error.msg or "")
    message = re.sub(r" line \d+", "", message)
    raise MarkupFault(
        found[-1] if found else "",
        f"the markup is not well formed: {message}",
        "close every element in its turn; write <br/>, and &amp; for the sign &",
    )


class _Reader:
    def __init__(self, pieces: Sequence[tree.Blocks | tree.Inlines]) -> None:
        self.pieces = pieces
        self.title: str | None = None
        self.counts = [0, 0, 0]
        self.level = 0
        self.unnamed = 0
        self.ids: set[str] = set()

    # --- blocks ---

    def blocks(self, parent: etree._Element, at: str) -> tree.Blocks:
        found: list[tree.Block] = []
        self._no_words(parent.text, parent, at)
        for element in parent:
            here = element.get(AT, at)
            name = _name_of(element, here)
            if name == "part":
                found.extend(self._block_piece(element, here))
            elif name in HEADINGS:
                found.append(self._heading(element, HEADINGS[name], here))
            elif name == "title":
                self.title = " ".join(tree.plain(self.inlines(element, here)).split())
            elif name in BLOCKS:
                found.extend(self._readers()[name](element, here))
            else:
                raise MarkupFault(
                    here,
                    f"<{name}> stands outside a paragraph"
                    if name in INLINES
                    else f"<{name}> stands in the wrong place",
                    "put words in <p>…</p>"
                    if name in INLINES
                    else "<li> stands in <ul> or <ol>, <tr> in <table>, <td> in <tr>",
                )
            self._no_words(element.tail, parent, here)
        return tuple(found)

    def _readers(self) -> dict[str, Callable[[etree._Element, str], Iterator[tree.Block]]]:
        return {
            "p": self._paragraph,
            "ul": self._list,
            "ol": self._list,
            "table": self._table,
            "blockquote": self._quote,
            "page-break": lambda element, at: iter((tree.PageBreak(),)),
        }

    def _no_words(self, words: str | None, parent: etree._Element, at: str) -> None:
        if words and words.strip():
            raise MarkupFault(
                at,
                f'words outside a paragraph: "{words.strip()[:40]}"',
                "put them in <p>…</p>",
            )

    def _block_piece(self, element: etree._Element, at: str) -> Iterator[tree.Block]:
        for one in self.pieces[int(element.get("n", ""))]:
            if isinstance(one, tree.Inline):
                raise MarkupFault(
                    at, "words are printed outside a paragraph", "put them in <p>…</p>"
                )
            if isinstance(one, tree.Heading):
                self._count(one.level, bool(one.number), at)
            yield one

    def _count(self, level: int, numbered: bool, at: str) -> str:
        """The number of a heading. Refuses a level that skips one."""
        if level > self.level + 1:
            raise MarkupFault(
                at,
                f"<h{level}> follows a heading of level {self.level}"
                if self.level
                else f"<h{level}> is the first heading",
                "begin with <h1>, then <h2>, and skip none",
            )
        self.level = level
        if not numbered:
            return ""
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (len(self.counts) - level)
        return ".".join(str(count or 1) for count in self.counts[:level])

    def _heading(self, element: etree._Element, level: int, at: str) -> tree.Heading:
        self._attributes(element, at)
        words = self.inlines(element, at)
        if not tree.plain(words).strip():
            raise MarkupFault(
                at, f"the heading <h{level}> has no words", "write some, or delete it"
            )
        number = self._count(level, element.get("numbered") == "yes", at)
        id = self._id(element, at)
        if not id:
            self.unnamed += 1
            id = f"heading-{self.unnamed}"
        return tree.Heading(level, id, words, number)

    def _paragraph(self, element: etree._Element, at: str) -> Iterator[tree.Block]:
        self._attributes(element, at)
        words = self.inlines(element, at)
        style = cast('Literal["", "lead", "note", "label"]', element.get("class", ""))
        if words:
            yield tree.Paragraph(words, self._id(element, at), style)

    def _list(self, element: etree._Element, at: str) -> Iterator[tree.Block]:
        self._attributes(element, at)
        items = [
            ListItem(self._flow(item, here), self._id(item, here))
            for item, here in self._children(element, ("li",), at)
        ]
        if items:
            yield ItemList(tuple(items), element.tag == "ol", int(element.get("start", "1")))

    def _quote(self, element: etree._Element, at: str) -> Iterator[tree.Block]:
        blocks = self._flow(element, at)
        if blocks:
            yield Quote(blocks)

    def _flow(self, element: etree._Element, at: str) -> tree.Blocks:
        """Blocks, or words alone, which are one paragraph."""
        self._attributes(element, at)
        if any(child.tag in BLOCKS or self._is_block_piece(child) for child in element):
            return self.blocks(element, at)
        words = self.inlines(element, at)
        return (tree.Paragraph(words),) if words else ()

    def _is_block_piece(self, element: etree._Element) -> bool:
        if element.tag != "part" or element.get(AT) is not None:
            return False
        return any(
            not isinstance(one, tree.Inline) for one in self.pieces[int(element.get("n", ""))]
        )

    # --- tables ---

    def _table(self, element: etree._Element, at: str) -> Iterator[tree.Block]:
        """A table whose rows are all gone, as in a list that is empty, is left out."""
        self._attributes(element, at)
        head: tuple[Cell, ...] = ()
        rows: list[tuple[Cell, ...]] = []
        for row, here in self._children(element, ("tr",), at):
            cells = [*self._children(row, ("th", "td"), here)]
            names = {str(cell.tag) for cell, _ in cells}
            made = tuple(Cell(self._cell(one, place), self._id(one, place)) for one, place in cells)
            if not head:
                if names != {"th"}:
                    raise MarkupFault(
                        here,
                        "the table has no header row",
                        "begin it with <tr> and a <th> for each column",
                    )
                head = made
                continue
            if names != {"td"} or len(made) != len(head):
                raise MarkupFault(
                    here,
                    f"a row of {len(made)} cells in a table of {len(head)} columns"
                    if len(made) != len(head)
                    else "a header cell in a row that is not the first",
                    "give each row a <td> for each column",
                )
            rows.append(made)
        if rows:
            style = cast('Literal["", "facts", "signature", "form"]', element.get("class", ""))
            widths = self._widths(element, len(head), at)
            yield Table(head, tuple(rows), widths, self._id(element, at), style)

    def _cell(self, element: etree._Element, at: str) -> tree.Inlines:
        self._attributes(element, at)
        return self.inlines(element, at)

    def _widths(self, element: etree._Element, columns: int, at: str) -> tuple[float, ...]:
        given = [int(width) for width in element.get("widths", "").split()] or [1] * columns
        if len(given) != columns:
            raise MarkupFault(
                at,
                f"{len(given)} widths for {columns} columns",
                'write a number for each column: widths="30 70"',
            )
        return tuple(width / sum(given) for width in given)

    def _children(
        self, parent: etree._Element, wanted: tuple[str, ...], at: str
    ) -> Iterator[tuple[etree._Element, str]]:
        """The children, which must be the wanted ones, each with its place."""
        self._no_words(parent.text, parent, at)
        for element in parent:
            here = element.get(AT, at)
            if _name_of(element, here) not in wanted:
                raise MarkupFault(
                    here,
                    f"<{element.tag}> cannot stand in <{parent.tag}>"
                    if element.tag != "part"
                    else f"words or blocks are printed in <{parent.tag}>",
                    f"only {' and '.join(f'<{name}>' for name in wanted)} can",
                )
            yield element, here
            self._no_words(element.tail, parent, here)

    # --- words ---

    def inlines(self, element: etree._Element, at: str) -> tree.Inlines:
        """The words of an element; white space at its ends and round line breaks is dropped."""
        parts: list[str | tree.Inline] = [_squeezed(element.text)]
        for child in element:
            parts += self._inline(child, child.get(AT, at))
            parts.append(_squeezed(child.tail))
        return tuple(_trimmed(parts))

    def _inline(self, element: etree._Element, at: str) -> tuple[tree.Inline, ...]:
        name = _name_of(element, at)
        if name == "part":
            if self._is_block_piece(element):
                raise MarkupFault(
                    at,
                    "whole paragraphs, lists or tables are printed where only words can stand",
                    "print them outside <p>, <td> and the like",
                )
            return cast(tree.Inlines, self.pieces[int(element.get("n", ""))])
        if name not in INLINES:
            raise MarkupFault(at, f"<{name}> cannot stand among words", "close the paragraph first")
        self._attributes(element, at)
        if name == "br":
            return (tree.Break(),)
        words = self.inlines(element, at)
        if not words:
            return ()
        if name == "strong":
            return (tree.Strong(words),)
        if name == "em":
            return (tree.Emph(words),)
        if name == "a":
            return (tree.Link(words, self._needed(element, "href", at)),)
        return (tree.Foreign(words, self._needed(element, "lang", at)),)

    # --- attributes ---

    def _attributes(self, element: etree._Element, at: str) -> None:
        for key, value in element.attrib.items():
            if key != AT:
                fault = attribute_fault(str(element.tag), str(key), str(value))
                if fault:
                    raise MarkupFault(at, *fault)

    def _needed(self, element: etree._Element, attribute: str, at: str) -> str:
        value = element.get(attribute)
        if value is None:
            raise MarkupFault(at, f"<{element.tag}> lacks {attribute}", f'write {attribute}="…"')
        return value

    def _id(self, element: etree._Element, at: str) -> str:
        id = element.get("id", "")
        if id and id.casefold() in self.ids:
            raise MarkupFault(at, f'the id "{id}" is given twice', "each id names one place")
        self.ids.add(id.casefold())
        return id


def _name_of(element: etree._Element, at: str) -> str:
    """The element's name. Refuses one that the language has not."""
    name = element.tag
    if not isinstance(name, str):
        raise MarkupFault(at, "an instruction or entity in the markup", "delete it")
    if name not in ELEMENTS and not (name == "part" and element.get(AT) is None):
        raise MarkupFault(at, *unknown_element(name))
    return name


def _squeezed(words: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", words or "")


def _trimmed(parts: list[str | tree.Inline]) -> Iterator[tree.Inline]:
    """Without the template's own white space at both ends and beside line breaks."""
    kept = [part for part in parts if part != ""]
    for index, part in enumerate(kept):
        if not isinstance(part, str):
            yield part
            continue
        if index == 0 or isinstance(kept[index - 1], tree.Break):
            part = part.lstrip(" ")
        if index == len(kept) - 1 or isinstance(kept[index + 1], tree.Break):
            part = part.rstrip(" ")
        if part:
            yield tree.Text(part)
