"""An XLSX file → its sheets' cells as they are shown. The file is not trusted, and not run.

Dates become 2019-09-11, whole numbers keep the noughts that their format shows before them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree

from remit.load.document_facts import NotReadable
from remit.load.office_parts import OfficeParts, elements
from remit.load.table_cells import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    Sheet,
    column_letters,
    text_cell,
    too_many_rows,
)

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
"""The numbers of the formats for days that every workbook knows."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_MACROS = re.compile(r"vbaProject\.bin$|^xl/macrosheets/", re.I)
MOST_SHEETS = 50


def read_xlsx(parts: OfficeParts) -> list[Sheet]:
    """Every sheet of cells. Raises NotReadable."""
    if any(_MACROS.search(name) for name in parts.names):
        raise NotReadable("the workbook holds macros; save it as XLSX without them")
    workbook = parts.needed("xl/workbook.xml")
    targets = _targets(parts)
    book = _Workbook(parts, workbook)
    found = []
    for element in _named(workbook, "sheet"):
        relation = next((v for k, v in element.attrib.items() if str(k).endswith("}id")), "")
        part = targets.get(str(relation), "")
        if part in parts.names and "worksheets/" in part:
            hidden = element.get("state", "visible") != "visible"
            found.append(book.sheet(element.get("name") or "?", part, hidden))
        if len(found) > MOST_SHEETS:
            raise NotReadable(f"the workbook has more than {MOST_SHEETS} sheets")
    if not found:
        raise NotReadable("the workbook has no sheet of cells")
    return found


def _targets(parts: OfficeParts) -> dict[str, str]:
    found = {}
    for relation in elements(parts.needed("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found[relation.get("Id", "")] = path
    return found


class _Workbook:
    """What all its sheets share: texts, formats, and the day that days are counted from."""

    def __init__(self, parts: OfficeParts, workbook: etree._Element) -> None:
        self.parts = parts
        properties = next(_named(workbook, "workbookPr"), None)
        counted = properties is not None and properties.get("date1904") in ("1", "true")
        self.first_day = date(1904, 1, 1) if counted else date(1899, 12, 30)
        self.texts = [_words(item) for item in _named(parts.xml("xl/sharedStrings.xml"), "si")]
        self.formats = _formats(parts.xml("xl/styles.xml"))

    def sheet(self, name: str, part: str, hidden: bool) -> Sheet:
        data = self.parts.read(part) or b""
        _refuse_document_type(data, part)
        rows: list[tuple[Cell, ...]] = []
        hidden_rows: list[int] = []
        merged: list[str] = []
        notes: list[str] = []
        try:
            for element in _streamed(data):
                tag = etree.QName(element).localname
                if tag == "row":
                    cells, line = self._row(element, rows)
                    if cells:
                        rows.append(cells)
                    if cells and _true(element.get("hidden")):
                        hidden_rows.append(line)
                elif tag == "mergeCell":
                    merged.append(element.get("ref", ""))
                elif tag == "col" and _true(element.get("hidden")):
                    notes.append(_hidden_columns(element))
                if tag in ("row", "mergeCell"):
                    element.clear()
                if len(rows) > MOST_ROWS:
                    raise too_many_rows()
        except (etree.XMLSyntaxError, ValueError) as error:
            raise NotReadable(f"the part {part} is no proper XML: {error}") from None
        if hidden_rows:
            told = ", ".join(map(str, hidden_rows[:10])) + (" …" if hidden_rows[10:] else "")
            notes.append(f"hidden rows are read like the others: {told}")
        filled, told_of = _filled_down(rows, merged)
        return Sheet(name, filled, hidden, (*notes, *told_of))

    def _row(
        self, element: etree._Element, before: list[tuple[Cell, ...]]
    ) -> tuple[tuple[Cell, ...], int]:
        line = _whole(element.get("r")) or (before[-1][0].line + 1 if before else 1)
        cells = []
        index = -1
        for one in element:
            if not isinstance(one.tag, str) or etree.QName(one).localname != "c":
                continue
            place = _PLACE.fullmatch(one.get("r", ""))
            index = _index(place[1]) if place else index + 1
            words, fault = self._content(one)
            cell = text_cell(words, index, line, index + 1, fault)
            if cell:
                cells.append(cell)
        return tuple(cells), line

    def _content(self, element: etree._Element) -> tuple[str, str]:
        """What a cell shows, and why it cannot be taken over."""
        if next(_named(element, "f"), None) is not None:
            formula = next(_named(element, "f")).text or ""
            return f"={formula}", "holds a formula; write its result as a value in its place"
        kind = element.get("t", "n")
        value = next(_named(element, "v"), None)
        words = (value.text or "") if value is not None else ""
        if kind == "inlineStr":
            return _words(element), ""
        if kind == "s":
            at = _whole(words)
            if at is None or at >= len(self.texts):
                raise NotReadable("a cell names a text that the workbook does not hold")
            return self.texts[at], ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(words, words), ""
        if kind == "e":
            return words, f"holds the error {words}"
        if kind == "d":
            return words[:10], ""
        if kind == "str":
            return _unescaped(words), ""
        return self._number(words, element), ""

    def _number(self, words: str, element: etree._Element) -> str:
        try:
            number = Decimal(words)
        except InvalidOperation:
            return words
        if not number.is_finite() or abs(number) > 10**18:
            return words
        style = _whole(element.get("s")) or 0
        form = self.formats[style] if style < len(self.formats) else ""
        if form == "date" and 0 < number < 2_958_466:
            return (self.first_day + timedelta(days=int(number))).isoformat()
        if number == number.to_integral_value():
            return f"{int(number):0{len(form)}d}" if form.startswith("0") else str(int(number))
        return format(round(number, 12).normalize(), "f")


def _refuse_document_type(data: bytes, part: str) -> None:
    if re.search(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", data):
        raise NotReadable(f"the part {part} declares a document type of its own")


def _streamed(data: bytes) -> Iterator[etree._Element]:
    """The elements of a sheet, each when it is read whole: a large sheet is never held whole."""
    tags = [f"{space}{name}" for space in (_MAIN, _STRICT) for name in ("row", "mergeCell", "col")]
    reader = etree.iterparse(
        io.BytesIO(data), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in reader:
        yield element


def _named(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return (one for one in elements(root) if etree.QName(one).localname == name)


def _words(item: etree._Element) -> str:
    """A text with all its runs, without the reading aids of East Asian ones."""
    parts = []
    for one in _named(item, "t"):
        above = one.getparent()
        if above is None or etree.QName(above).localname != "rPh":
            parts.append(one.text or "")
    return _unescaped("".join(parts))


def _unescaped(words: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), words)


def _formats(styles: etree._Element | None) -> list[str]:
    """For each style of a cell: `date`, noughts to fill up with, or nothing."""
    own = {
        _whole(one.get("numFmtId")): one.get("formatCode", "") for one in _named(styles, "numFmt")
    }
    found = []
    for group in _named(styles, "cellXfs"):
        for one in _named(group, "xf"):
            number = _whole(one.get("numFmtId")) or 0
            found.append(_format("date" if number in _DATES else own.get(number, "")))
    return found


def _format(code: str) -> str:
    if code == "date":
        return code
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code).lower()
    if re.fullmatch(r"[0 ]*", bare):
        return bare.replace(" ", "")
    return "date" if "y" in bare or "å" in bare or ("d" in bare and "m" in bare) else ""


def _filled_down(
    rows: list[tuple[Cell, ...]], merged: list[str]
) -> tuple[tuple[tuple[Cell, ...], ...], list[str]]:
    """The rows, with what stands in cells merged downwards in each of their rows."""
    by_line = {row[0].line: list(row) for row in rows}
    notes = []
    for ref in merged:
        match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", ref)
        if not match or match[1] != match[3] or match[2] == match[4]:
            continue
        index, first, last = _index(match[1]), int(match[2]), int(match[4])
        cell = next((one for one in by_line.get(first, ()) if one.index == index), None)
        below = [line for line in by_line if first < line <= last]
        if cell is None or not below:
            continue
        for line in below:
            by_line[line].append(Cell(cell.words, index, line, index + 1, cell.fault))
            by_line[line].sort(key=lambda one: one.index)
        notes.append(f"the merged cells {ref} count as filled in each of their rows")
    return tuple(tuple(by_line[row[0].line]) for row in rows), notes


def _hidden_columns(element: etree._Element) -> str:
    first, last = _whole(element.get("min")) or 1, _whole(element.get("max")) or 1
    names = [column_letters(first - 1), column_letters(min(last, MOST_COLUMNS) - 1)]
    return f"hidden columns are read like the others: {'–'.join(dict.fromkeys(names))}"


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _whole(words: str | None) -> int | None:
    return int(words) if words and re.fullmatch("[0-9]{1,9}", words) else None


def _true(words: str | None) -> bool:
    return words in ("1", "true")
