"""The pages of a DOCX: on their long side, and with the lines numbered in the margin."""

from __future__ import annotations

import re

from lxml import etree

from remit.render.tree import Document
from remit.write.archive import parse, serialise
from remit.write.look import GREY, LINE_NUMBER_GAP, PAGE, TEXT_WIDTH, text_width, twips
from remit.write.reference_docx import fragment, w

_BEFORE_LINE_NUMBERS = ("pgSz", "pgMar", "paperSrc", "pgBorders")
_BEFORE_SUPPRESS = (
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
)
"""What stands before the switch for line numbers, by the schema."""
_NOT_NUMBERED = (
    "Title",
    "TableGap",
    "PageBreak",
    "Header",
    "LetterheadGap",
    "TOCHeading",
    "TOC1",
    "TOC2",
)


def finish_pages(body: etree._Element, parts: dict[str, bytes], document: Document) -> None:
    """Sets up the pages as the document wants them; most want nothing."""
    section = next(body.iter(w("sectPr")))
    if document.line_numbers:
        numbers = fragment(
            f'<w:lnNumType w:countBy="1" w:distance="{twips(LINE_NUMBER_GAP)}"'
            ' w:restart="continuous"/>'
        )
        before = [one for name in _BEFORE_LINE_NUMBERS for one in section.findall(w(name))]
        before[-1].addnext(numbers)
        parts["word/styles.xml"] = _numbered_styles(parts["word/styles.xml"])
    if document.landscape:
        _turn(section, parts)


def _numbered_styles(xml: bytes) -> bytes:
    """The styles, with that of the numbers, and without numbers for what is no running text."""
    root = parse(xml)
    for style in root.iter(w("style")):
        properties = style.find(w("pPr"))
        if style.get(w("styleId")) not in _NOT_NUMBERED or properties is None:
            continue
        before = [one for name in _BEFORE_SUPPRESS for one in properties.findall(w(name))]
        off = fragment("<w:suppressLineNumbers/>")
        if before:
            before[-1].addnext(off)
        else:
            properties.insert(0, off)
    root.append(
        fragment(
            '<w:style w:type="character" w:styleId="LineNumber"><w:name w:val="line number"/>'
            f'<w:rPr><w:color w:val="{GREY}"/><w:sz w:val="15"/><w:szCs w:val="15"/></w:rPr>'
            "</w:style>"
        )
    )
    return serialise(root)


def _turn(section: etree._Element, parts: dict[str, bytes]) -> None:
    size = section.find(w("pgSz"))
    assert size is not None
    width, height = (str(twips(side)) for side in PAGE)
    size.set(w("w"), height)
    size.set(w("h"), width)
    size.set(w("orient"), "landscape")
    for name in parts:
        if re.fullmatch(r"word/header\d+\.xml", name):
            parts[name] = _widened(parts[name])
    tab = f'w:pos="{twips(TEXT_WIDTH)}"'.encode()
    wide = f'w:pos="{twips(text_width(landscape=True))}"'.encode()
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(tab, wide)


def _widened(xml: bytes) -> bytes:
    """A header whose tables are as wide as the text: their widest column takes what is more."""
    root = parse(xml)
    more = twips(text_width(landscape=True)) - twips(TEXT_WIDTH)
    for table in root.iter(w("tbl")):
        columns = list(table.iter(w("gridCol")))
        widths = [int(column.get(w("w"), "0")) for column in columns]
        widths[widths.index(max(widths))] += more
        for column, width in zip(columns, widths, strict=True):
            column.set(w("w"), str(width))
        for row in table.iter(w("tr")):
            for cell, width in zip(row.iter(w("tcW")), widths, strict=True):
                cell.set(w("w"), str(width))
        for whole in table.iter(w("tblW")):
            whole.set(w("w"), str(sum(widths)))
    return serialise(root)
