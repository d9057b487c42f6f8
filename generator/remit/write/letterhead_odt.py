"""What an organisation's letterhead puts into the header of an ODT's first page."""

from __future__ import annotations

from lxml import etree

from remit.render.tree import Document
from remit.write.look import LOGO_GAP, REFERENCE_COLUMNS, TEXT_WIDTH
from remit.write.picture_odt import add_picture_styles, picture_frame
from remit.write.reference_odt import NAMESPACES, fragment, q


def add_logo(styles: etree._Element, parts: dict[str, bytes], document: Document) -> None:
    """Puts the logo in a cell of its own beside the name, where the letterhead has one."""
    logo = document.letterhead.logo
    if logo is None:
        return
    table = next(
        one for one in styles.iter(q("table:table")) if one.get(q("table:name")) == "Letterhead"
    )
    column, cell = table[0], next(table.iter(q("table:table-cell")))
    at_left = document.letterhead.logo_side == "left"
    side = "" if at_left else "Right"
    logo_column = fragment('<table:table-column table:style-name="Letterhead.Logo"/>')
    logo_cell = fragment(
        '<table:table-cell table:style-name="Letterhead.1" office:value-type="string">'
        f'<text:p text:style-name="LetterheadLogo{side}"/></table:table-cell>'
    )
    logo_cell[0].append(picture_frame(parts, logo, "Logo"))
    if at_left:
        column.addprevious(logo_column)
        cell.addprevious(logo_cell)
    else:
        column.addnext(logo_column)
        cell.addnext(logo_cell)
    width = logo.width + LOGO_GAP
    _set_width(styles, "Letterhead.A", TEXT_WIDTH - width)
    _set_width(styles, "Letterhead.Logo", width)
    add_picture_styles(styles)


def _set_width(styles: etree._Element, name: str, width: float) -> None:
    """The width of a column's style, which is added if there is none."""
    automatic = styles.find("office:automatic-styles", NAMESPACES)
    assert automatic is not None
    new = fragment(
        f'<style:style style:name="{name}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
    )
    for old in automatic:
        if old.get(q("style:name")) == name:
            automatic.replace(old, new)
            return
    automatic.append(new)


def add_reference(place: etree._Element, document: Document) -> None:
    """A table with each label above its value in the place of a paragraph."""
    if document.reference:
        column = '<table:table-column table:style-name="Reference.A"/>'
        table = fragment(
            '<table:table table:name="Reference" table:style-name="Letterhead">'
            f"{column * REFERENCE_COLUMNS}</table:table>"
        )
        for start in range(0, len(document.reference), REFERENCE_COLUMNS):
            row = etree.SubElement(table, q("table:table-row"))
            for number in range(start, start + REFERENCE_COLUMNS):
                entry = document.reference[number : number + 1]
                row.append(_reference_cell(entry[0] if entry else ("",)))
        place.addprevious(table)
    parent = place.getparent()
    assert parent is not None
    parent.remove(place)


def _reference_cell(words: tuple[str, ...]) -> etree._Element:
    cell = fragment('<table:table-cell table:style-name="Reference.1" office:value-type="string"/>')
    for style, text in zip(("LetterheadText", "LetterheadValue"), words, strict=False):
        line = etree.SubElement(cell, q("text:p"))
        line.set(q("text:style-name"), style)
        line.text = text
    return cell
