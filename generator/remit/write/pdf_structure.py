"""What typst cannot say of a PDF's structure: which cells head their row, and where one signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from remit.render.document_links import tables
from remit.render.tree import Document, Table, plain
from remit.write.pdf_objects import PdfObjects, array, kids, text_string

HEADED_BY_ROW = ("facts", "signature")
"""Styles of tables whose first column says what its row is about."""

_ELEMENT = b"<</Type/StructElem"
_PICTURE = re.compile(
    rb"<</Type/StructElem/S/Figure(/P \d+ 0 R)(/Alt(?:\([^()]*\)|<[0-9A-F]+>))"
    rb"/A\[<</O/Layout[^>]*>>\](?=/K)"
)
_ROOT = re.compile(rb"/StructTreeRoot (\d+) 0 R")
_NAMES = re.compile(rb"/IDTree<</Names\[(.*?)\]>>", re.DOTALL)
_NAME = re.compile(rb"(\([^()]*\))(\d+) 0 R")
_ID = re.compile(rb"/ID(\(U\d+x)\d+(y)0\)")
_HEADERS = re.compile(rb"/Headers\[([^\]]*)\]")
_MARKER = b"/URI(remit:signature)"
_ANNOTATION = re.compile(rb"/Type/OBJR/Pg (\d+) 0 R/Obj (\d+) 0 R")
_RECTANGLE = re.compile(rb"/Rect\[([^\]]*)\]")
_PARENT = re.compile(rb"/StructParent (\d+)")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's number in its table, counted from the header, and its cells in the file."""

    number: int
    cells: list[int]


def complete_tables(file: PdfObjects, document: Document) -> None:
    """Row headers and signature fields, in every table that is to have them.

    Raises ValueError when the file's tables are not the document's.
    """
    found = list(_tables(file, document))
    _mark_row_headers(file, found)
    _place_signature_fields(file, found)


def speak_changes(file: PdfObjects, document: Document) -> None:
    """What a comparison's marks mean is said as words in the line, not announced as pictures."""
    redline = document.redline
    if redline is None:
        return
    said = {redline.said_added, redline.said_removed, redline.said_end} - {""}
    spoken = {b"/Alt" + text_string(words) for words in said}
    for number, content in file.objects.items():
        found = _PICTURE.match(content)
        if found and found[2] in spoken:
            file[number] = b"%s/S/Span%s%s%s" % (
                _ELEMENT,
                found[1],
                found[2],
                content[found.end() :],
            )


def _mark_row_headers(file: PdfObjects, found: list[tuple[Table, int]]) -> None:
    """In tables of facts, each row's first cell becomes its header and the others name it so."""
    names: dict[bytes, int] = {}
    for table, element in found:
        if table.style in HEADED_BY_ROW and len(table.head) > 1:
            names |= _mark_rows(file, element)
    if not names:
        return
    root = _root(file)
    listed = _NAMES.search(file[root])
    if listed is None:
        raise ValueError("the tables' header cells are not listed")
    names |= {name: int(number) for name, number in _NAME.findall(listed[1])}
    entries = b"".join(b"%s%d 0 R" % entry for entry in sorted(names.items()))
    file[root] = _NAMES.sub(b"/IDTree<</Names[%s]>>" % entries, file[root])


def _place_signature_fields(file: PdfObjects, found: list[tuple[Table, int]]) -> None:
    """Each row of a signature table gets an empty field of its own to sign in: signature-1 …"""
    fields: list[int] = []
    for table, element in found:
        if table.style != "signature":
            continue
        for row, words in zip(_rows(file, element)[1:], table.rows, strict=True):
            for link in kids(file[row.cells[-1]]):
                place = _ANNOTATION.search(file[link])
                if place is None or _MARKER not in file[int(place[2])]:
                    continue
                label = ": ".join(
                    text
                    for text in (plain(table.head[-1].inlines), plain(words[0].inlines))
                    if text
                )
                page, field = int(place[1]), int(place[2])
                file[field] = _field(file, field, page, len(fields) + 1, label)
                file[link] = _alone(file[link].replace(b"/S/Link", b"/S/Form", 1), page, field)
                fields.append(field)
    if fields:
        file.insert(file.catalog, b"/AcroForm<</Fields%s/SigFlags 1>>" % array(fields))


def _alone(element: bytes, page: int, field: int) -> bytes:
    """The element with the field as its only kid, not in a list: then validators that look for
    what changed after a signature know the field when another body signs."""
    kid = b"<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>" % (page, field)
    if b"/K[%s]" % kid not in element:
        raise ValueError("a place to sign has something else in it")
    return element.replace(b"/K[%s]" % kid, b"/K%s" % kid)


def _field(file: PdfObjects, link: int, page: int, number: int, label: str) -> bytes:
    """A widget where the link was. PDF/A wants it to have an appearance, though an empty one."""
    rectangle, parent = _RECTANGLE.search(file[link]), _PARENT.search(file[link])
    if rectangle is None or parent is None:
        raise ValueError("a place to sign has no rectangle")
    left, bottom, right, top = (float(one) for one in rectangle[1].split())
    appearance = file.add(
        b"<</Type/XObject/Subtype/Form/BBox[0 0 %.3f %.3f]/Resources<<>>/Length 0>>\n"
        b"stream\n\nendstream" % (right - left, top - bottom)
    )
    return (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(signature-%d)/TU%s/Rect[%s]/P %d 0 R/F 4"
        b"/StructParent %s/AP<</N %d 0 R>>>>"
        % (number, text_string(label), rectangle[1], page, parent[1], appearance)
    )


def _mark_rows(file: PdfObjects, element: int) -> dict[bytes, int]:
    """The new names of row headers, each with its cell."""
    rows = _rows(file, element)
    name = _ID.search(file[rows[0].cells[0]])
    if name is None:
        raise ValueError("a table's first header cell has no name")
    named: dict[bytes, int] = {}
    for row in rows[1:]:
        own = b"%s0%s%d)" % (name[1], name[2], row.number)
        first, *others = row.cells
        file[first] = (
            file[first]
            .replace(b"/S/TD", b"/S/TH", 1)
            .replace(b"/A[<</O/Table", b"/ID%s/A[<</O/Table/Scope/Row" % own, 1)
        )
        if b"/Scope/Row" not in file[first]:
            raise ValueError("a table's cell does not say which table it is of")
        for cell in others:
            file[cell] = _HEADERS.sub(rb"/Headers[\1%s]" % own, file[cell], count=1)
        named[own] = first
    return named


def _tables(file: PdfObjects, document: Document) -> Iterator[tuple[Table, int]]:
    """Every table of the document with its element in the file."""
    blocks = (document.redline.summary if document.redline else ()) + document.blocks
    wanted, found = list(tables(blocks)), list(_elements(file, _root(file), b"Table"))
    if len(wanted) != len(found):
        raise ValueError(f"the document has {len(wanted)} tables, and its PDF {len(found)}")
    return zip(wanted, found, strict=True)


def _rows(file: PdfObjects, table: int) -> list[_Row]:
    return [
        _Row(number, kids(file[row])) for number, row in enumerate(_elements(file, table, b"TR"))
    ]


def _elements(file: PdfObjects, above: int, kind: bytes) -> Iterator[int]:
    """The elements of a kind below another, in reading order; none is sought inside another."""
    begin = _ELEMENT + b"/S/"
    for element in kids(file[above]):
        if file[element].startswith(begin + kind + b"/"):
            yield element
        elif file[element].startswith(begin):
            yield from _elements(file, element, kind)


def _root(file: PdfObjects) -> int:
    root = _ROOT.search(file[file.catalog])
    if root is None:
        raise ValueError("the PDF has no tags")
    return int(root[1])
