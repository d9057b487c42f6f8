"""A document as an XLSX workbook: its words on the first sheet, then a sheet for each table.

Every text is written as text, whatever it begins with, so none is ever a formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from math import ceil

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from remit.render.document_links import blocks_in_order
from remit.render.tree import (
    Break,
    CardLink,
    Cell,
    Document,
    Heading,
    Inlines,
    Paragraph,
    Table,
    plain,
)
from remit.write.look import BAND, FALLBACK, RULE
from remit.write.pandoc_tool import ConversionFailed
from remit.write.properties import custom_properties, page_label_parts

LONGEST_TEXT = 32767
"""Characters that a cell of a workbook holds at most."""
LONGEST_NAME = 31
_A4 = 9
_SHEET_WIDTH = 170
"""Widths of a sheet's columns together, in letters."""
_LINE = 13.5
"""Height of a line in a cell, in points."""
_TALLEST = 400.0
_DAYS = {"nb": "[$-414]d. mmmm yyyy", "sv": "[$-41D]d mmmm yyyy", "en": "[$-809]d mmmm yyyy"}
"""How a day is shown, by language."""


def workbook(document: Document) -> bytes:
    """The finished file: the same document always gives the same bytes. Raises ConversionFailed."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    _set_properties(book, document)
    formats = _Formats.of(book, document)
    names = _Names()
    sheet = book.add_worksheet(names.of(document.title))
    _set_page(sheet, document, document.title)
    _write_words(sheet, document, formats)
    for heading, table in _named_tables(document):
        sheet = book.add_worksheet(names.of(heading))
        _set_page(sheet, document, heading)
        _write_table(sheet, table, formats)
    book.close()
    return out.getvalue()


def _named_tables(document: Document) -> Iterator[tuple[str, Table]]:
    """Every table with the heading that it stands under; the title where there is none."""
    heading = document.title
    for block in blocks_in_order(document.blocks):
        if isinstance(block, Heading):
            heading = plain(block.inlines)
        elif isinstance(block, Table):
            yield heading, block


class _Names:
    """Names of sheets as the format takes them: short, without some marks, none given twice."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def of(self, words: str) -> str:
        name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", words).strip(" '")
        name = " ".join(name.split())[:LONGEST_NAME].rstrip(" '") or "–"
        unique, count = name, 1
        while unique.casefold() in self.given | {"history"}:
            count += 1
            unique = f"{name[: LONGEST_NAME - len(str(count)) - 1]} {count}"
        self.given.add(unique.casefold())
        return unique


@dataclass(frozen=True, slots=True)
class _Formats:
    title: Format
    heading: Format
    head: Format
    text: Format
    words: Format
    day: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook, document: Document) -> _Formats:
        base = {"font_name": FALLBACK, "font_size": 10, "valign": "top", "align": "left"}
        text = {**base, "text_wrap": True, "num_format": "@"}
        ink = {"font_color": f"#{document.letterhead.ink}", "bold": True}
        rule = {"border": 1, "border_color": f"#{RULE}"}
        shown = _DAYS.get(document.language, "yyyy-mm-dd")
        return cls(
            book.add_format({**text, **ink, "font_size": 16}),
            book.add_format({**text, **ink, "font_size": 12}),
            book.add_format({**text, **ink, **rule, "bg_color": f"#{BAND}"}),
            book.add_format({**text, **rule}),
            book.add_format(text),
            book.add_format({**base, **rule, "text_wrap": True, "num_format": shown}),
        )


def _set_properties(book: xlsxwriter.Workbook, document: Document) -> None:
    book.set_properties(
        {
            "title": document.title,
            "subject": document.subject,
            "author": document.letterhead.name,
            "company": document.letterhead.name,
            "category": document.kind,
            "keywords": ", ".join(document.keywords),
            "comments": document.description,
            "created": datetime.fromisoformat(document.date).replace(tzinfo=UTC),
        }
    )
    for name, value in custom_properties(document).items():
        book.set_custom_property(name, value[:255], "text")


def _set_page(sheet: Worksheet, document: Document, name: str) -> None:
    """As it is printed: A4 on its long side, as wide as the page, header row on every page."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    fields = {"{page}": "&P", "{pages}": "&N"}
    page = "".join(
        fields.get(part) or _escaped(part) for part in page_label_parts(document.page_label)
    )
    sheet.set_header(f"&L{_escaped(document.title, 80)}&R{_escaped(document.running_id, 80)}")
    sheet.set_footer(f"&L{_escaped(document.footer, 110)}&R{page}")


def _escaped(text: str, limit: int = 60) -> str:
    """Text for a header: `&` begins a field there, and the format takes 255 characters at most."""
    return text[:limit].replace("&", "&&")


def _write_words(sheet: Worksheet, document: Document, formats: _Formats) -> None:
    """The words outside the tables, a paragraph to a row. A table's heading names its sheet."""
    rows: list[tuple[str, Format]] = [(document.title, formats.title)]
    rows += [(f"{label}: {value}", formats.words) for label, value in document.reference]
    rows += [(words, formats.words) for words in (document.footer, document.web_address) if words]
    blocks = [*blocks_in_order(document.blocks)]
    for block, following in zip_longest(blocks, blocks[1:]):
        if isinstance(block, Heading) and not isinstance(following, Table):
            rows.append((plain(block.inlines), formats.heading))
        elif isinstance(block, Paragraph | CardLink):
            rows.append((_words(block.inlines), formats.words))
    width = 110
    sheet.set_column(0, 0, width)
    for number, (words, style) in enumerate(rows):
        _write_text(sheet, number, 0, words, style)
        sheet.set_row(number, _height(words, width * (0.6 if style is formats.title else 1)) + 5)
    sheet.hide_gridlines(2)


def _write_table(sheet: Worksheet, table: Table, formats: _Formats) -> None:
    widths = [max(9.0, share * _SHEET_WIDTH) for share in table.widths]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    rows = (table.head, *table.rows)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, formats)
        lines = (_height(_words(c.inlines), w) for c, w in zip(row, widths, strict=True))
        sheet.set_row(number, max(lines) + 4)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows) - 1, len(widths) - 1)
    sheet.repeat_rows(0)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if row == 0:
        _write_text(sheet, row, column, _words(cell.inlines), formats.head)
    elif cell.day and cell.day.year >= 1900:
        sheet.write_datetime(row, column, datetime(*cell.day.timetuple()[:3]), formats.day)
    else:
        _write_text(sheet, row, column, _words(cell.inlines), formats.text)


def _write_text(sheet: Worksheet, row: int, column: int, words: str, style: Format) -> None:
    if len(words) > LONGEST_TEXT:
        raise ConversionFailed(
            f"a cell of a workbook holds at most {LONGEST_TEXT} characters, not {len(words)}"
        )
    if words:
        sheet.write_string(row, column, words, style)
    else:
        sheet.write_blank(row, column, None, style)


def _words(inlines: Inlines) -> str:
    """The words, each line break kept."""
    parts = ["\n" if isinstance(one, Break) else plain((one,)) for one in inlines]
    return re.sub(r"[ \t]+", " ", "".join(parts)).strip()


def _height(words: str, width: float) -> float:
    """Of a row whose longest cell has these words, in points: no program works it out on its own
    for every reader."""
    lines = sum(max(1, ceil(len(line) * 1.05 / width)) for line in words.split("\n"))
    return min(_TALLEST, lines * _LINE)
