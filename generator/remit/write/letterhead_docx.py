"""What an organisation's letterhead puts into the header of a DOCX's first page."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from remit.render.tree import Document
from remit.write.look import LOGO_GAP, REFERENCE_COLUMNS, TEXT_WIDTH, shares, twips
from remit.write.picture_docx import LOGO_NUMBER, picture_run
from remit.write.reference_docx import fragment, w

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def add_logo(
    header: etree._Element, parts: dict[str, bytes], owner: str, document: Document
) -> None:
    """Puts the logo in a cell of its own beside the name, where the letterhead has one."""
    logo = document.letterhead.logo
    if logo is None:
        return
    row = next(header.iter(w("tr")))
    grid, cell = next(header.iter(w("tblGrid"))), row[-1]
    width = twips(logo.width + LOGO_GAP)
    rest = twips(TEXT_WIDTH) - width
    column = fragment(f'<w:gridCol w:w="{width}"/>')
    at_left = document.letterhead.logo_side == "left"
    side = "left" if at_left else "right"
    logo_cell = fragment(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="LetterheadLogo"/><w:jc w:val="{side}"/></w:pPr></w:p></w:tc>'
    )
    logo_cell[1].append(picture_run(parts, owner, logo, LOGO_NUMBER))
    for element in (grid[0], next(cell.iter(w("tcW")))):
        element.set(w("w"), str(rest))
    if at_left:
        grid.insert(0, column)
        cell.addprevious(logo_cell)
    else:
        grid.append(column)
        cell.addnext(logo_cell)


def add_reference(place: etree._Element, document: Document) -> None:
    """A table with each label above its value in the place of a paragraph."""
    if document.reference:
        widths = shares((1.0,) * REFERENCE_COLUMNS, twips(TEXT_WIDTH))
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        table = fragment(
            '<w:tbl><w:tblPr><w:tblStyle w:val="Table"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0000"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid></w:tbl>'
        )
        for start in range(0, len(document.reference), REFERENCE_COLUMNS):
            row = document.reference[start : start + REFERENCE_COLUMNS]
            table.append(_reference_row(row, widths))
        place.addprevious(table)
    parent = place.getparent()
    assert parent is not None
    parent.remove(place)


def _reference_row(entries: Sequence[tuple[str, str]], widths: list[int]) -> etree._Element:
    row = fragment("<w:tr/>")
    for number, width in enumerate(widths):
        cell = fragment(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr></w:tc>')
        words = entries[number] if number < len(entries) else ("",)
        for style, text in zip(("LetterheadText", "LetterheadValue"), words, strict=False):
            line = fragment(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr></w:p>')
            if text:
                line.append(fragment("<w:r><w:t/></w:r>"))
                line[-1][0].text = text
                line[-1][0].set(_SPACE, "preserve")
            cell.append(line)
        row.append(cell)
    return row
