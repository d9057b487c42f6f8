"""Finishes pandoc's DOCX: header and footer, tables, lists, contents, properties, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from remit.render.document_links import bookmark, headings, is_long, locale, tables
from remit.render.pandoc import TABLE_STYLES, automatic_numbers
from remit.render.tree import Document, Heading, Table, plain
from remit.write.archive import parse, serialise, write_parts
from remit.write.letterhead_docx import add_logo, add_reference
from remit.write.look import BAND, FORM_ROW, LIST_INDENT, SIGNATURE_ROW, shares, text_width, twips
from remit.write.page_docx import finish_pages
from remit.write.picture_docx import place_pictures
from remit.write.properties import custom_properties, page_label_parts, property_languages
from remit.write.reference_docx import field, fragment, w
from remit.write.track_docx import track_changes, track_further_changes

_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_EXTENDED_PREFIXES: Any = {None: _EXTENDED}
_CUSTOM_PREFIXES: Any = {None: _CUSTOM, "vt": _TYPES}
"""Any: the stubs of lxml know no default namespace."""
_CUSTOM_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AFTER_COMPATIBILITY = ("docVars", "rsids", "themeFontLang", "clrSchemeMapping", "decimalSymbol")
_BULLETS = ("•", "–")
_CONTENTS_DEPTH = 2
_CONTENTS_FIELD = rf"TOC \o &quot;1-{_CONTENTS_DEPTH}&quot; \n \h \z \u"


def finish_docx(parts: dict[str, bytes], document: Document) -> bytes:
    """The finished file of pandoc's parts; the same document always gives the same bytes."""
    body = parse(parts["word/document.xml"])
    _finish_headings(body, document)
    _finish_tables(body, document)
    if document.show_contents:
        _insert_contents(body, document)
    if document.redline:
        track_changes(body, document.redline)
    place_pictures(body, parts, document)
    _finish_page_breaks(body)
    for name in list(parts):
        if re.fullmatch(r"word/(header|footer)\d+\.xml", name):
            parts[name] = _filled(parts[name], name, parts, document)
    finish_pages(body, parts, document)
    parts["word/document.xml"] = serialise(body)
    parts["word/numbering.xml"] = _lists(parts["word/numbering.xml"])
    parts["word/settings.xml"] = _settings(
        parts["word/settings.xml"], tracked=document.redline is not None
    )
    parts["docProps/core.xml"] = _core_properties(document)
    parts["docProps/custom.xml"] = _custom_properties(document)
    parts["docProps/app.xml"] = _application(document)
    return write_parts(parts)


def _finish_headings(body: etree._Element, document: Document) -> None:
    """Gives headings that list numbering does not number a style without it.

    Pandoc's bookmark of a heading goes on over all that stands below it; ours is the heading's.
    """
    automatic = automatic_numbers(document.blocks)
    ends = {end.get(w("id")): end for end in body.iter(w("bookmarkEnd"))}
    for position, (paragraph, heading) in enumerate(_headings(body, document)):
        start = paragraph.getprevious()
        if heading.id and start is not None and start.tag == w("bookmarkStart"):
            end = ends[start.get(w("id"))]
            start.tail = end.tail = None  # no white space among the words
            paragraph.insert(1, start)
            paragraph.append(end)
        if position in automatic:
            continue
        style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        assert style is not None
        style.set(w("val"), f"Unnumbered{style.get(w('val'))}")


def _headings(body: etree._Element, document: Document) -> Iterator[tuple[etree._Element, Heading]]:
    found = [
        _ancestor(style, "p")
        for style in body.iter(w("pStyle"))
        if re.fullmatch(r"(Unnumbered)?Heading\d", style.get(w("val"), ""))
    ]
    return zip(found, headings(document.blocks), strict=True)


# Tables


def _finish_tables(body: etree._Element, document: Document) -> None:
    found = list(body.iter(w("tbl")))
    for element, table in zip(found, tables(document.blocks), strict=True):
        width = text_width(landscape=document.landscape)
        _finish_table(element, table, document.letterhead.ink, width)
        after = element
        following = element.getnext()
        while following is not None and following.tag == w("bookmarkEnd"):
            after, following = following, following.getnext()
        if following is not None and following.tag == w("p") and not len(following):
            _remove(following)  # pandoc's own, between neighbouring tables
        after.addnext(fragment('<w:p><w:pPr><w:pStyle w:val="TableGap"/></w:pPr></w:p>'))


def _drop(element: etree._Element, name: str) -> None:
    """Takes away all of a name that are directly in the element."""
    for old in [*element.iterchildren(w(name))]:
        element.remove(old)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _finish_table(element: etree._Element, table: Table, ink: str, width: float) -> None:
    total = twips(width)
    widths = shares(table.widths, total)
    first_column = int(table.style == "facts")
    look = f"{0x20 + 0x80 * first_column + 0x600:04X}"
    properties, grid = element.find(w("tblPr")), element.find(w("tblGrid"))
    assert properties is not None and grid is not None
    element.replace(
        properties,
        fragment(
            f'<w:tblPr><w:tblStyle w:val="{TABLE_STYLES[table.style]}"/>'
            f'<w:tblW w:w="{total}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="{look}" w:firstRow="1" w:lastRow="0"'
            f' w:firstColumn="{first_column}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            "</w:tblPr>"
        ),
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    element.replace(grid, fragment(f"<w:tblGrid>{columns}</w:tblGrid>"))
    rows = element.findall(w("tr"))
    for number, row in enumerate(rows):
        _finish_row(row, table, widths, number, ink)
        if table.style in ("facts", "signature") and number < len(rows) - 1:
            _keep_with_next(row)


def _finish_row(
    row: etree._Element, table: Table, widths: list[int], number: int, ink: str
) -> None:
    """Rows stay whole if not long, the first is repeated, cells have exact widths and styles."""
    _drop(row, "trPr")
    height = ""
    if table.style == "signature" and number:
        height = f'<w:trHeight w:val="{twips(SIGNATURE_ROW)}" w:hRule="atLeast"/>'
    if table.style == "form" and number:
        height = f'<w:trHeight w:val="{twips(FORM_ROW)}" w:hRule="atLeast"/>'
    header = "" if number else "<w:tblHeader/>"
    whole = "" if number and is_long(table, number - 1) else "<w:cantSplit/>"
    row.insert(0, fragment(f"<w:trPr>{whole}{height}{header}</w:trPr>"))
    for column, (cell, width) in enumerate(zip([*row.iterchildren(w("tc"))], widths, strict=True)):
        shade = ""
        if not number and table.style in ("", "form"):
            shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{BAND}"/>'
        line, bottom = "", ""
        if height and table.style == "signature":
            line = f'<w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="{ink}"/>'
            line += "</w:tcBorders>"
            bottom = '<w:vAlign w:val="bottom"/>'
        _drop(cell, "tcPr")
        size = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        cell.insert(0, fragment(f"<w:tcPr>{size}{line}{shade}{bottom}</w:tcPr>"))
        paragraphs = [*cell.iterchildren(w("p"))]
        if not paragraphs:
            paragraphs = [fragment("<w:p/>")]
            cell.append(paragraphs[0])
        for paragraph in paragraphs:
            _set_style(paragraph, _cell_style(table, number, column))


def _cell_style(table: Table, row: int, column: int) -> str:
    if row == 0:
        return "TableSmallHead" if table.style in ("facts", "signature") else "TableHead"
    return "TableLabel" if table.style == "facts" and column == 0 else "TableText"


def _set_style(paragraph: etree._Element, style: str) -> None:
    _drop(paragraph, "pPr")
    paragraph.insert(0, fragment(f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'))


def _keep_with_next(row: etree._Element) -> None:
    for style in row.iter(w("pStyle")):
        style.addnext(fragment("<w:keepNext/>"))


# Page breaks


def _finish_page_breaks(body: etree._Element) -> None:
    """The paragraph of a page break is empty: its style begins a page."""
    for style in body.iter(w("pStyle")):
        if style.get(w("val")) == "PageBreak":
            paragraph = _ancestor(style, "p")
            for run in paragraph.findall(w("r")):
                paragraph.remove(run)


# Contents


def _insert_contents(body: etree._Element, document: Document) -> None:
    """A table of contents before the first heading, with its entries already filled in.

    It shows no page numbers: only the program that lays the pages out knows them.
    """
    found = list(_headings(body, document))
    entries = [heading for _, heading in found if heading.level <= _CONTENTS_DEPTH]
    if not entries:
        return
    contents = fragment(
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
        '<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr><w:r><w:t/></w:r></w:p>'
        "</w:sdtContent></w:sdt>"
    )
    content = contents[1]
    _set_text(content.findall(f".//{w('t')}")[0], document.contents_label)
    for entry in entries:
        content.append(_contents_entry(entry))
    lines = content.findall(w("p"))[1:]
    *opening, _, end = fragment(f"<x>{field(_CONTENTS_FIELD, '')}</x>")
    for run in reversed(opening):
        lines[0].insert(1, run)
    lines[-1].append(end)
    place = found[0][0]
    before = place.getprevious()
    if before is not None and before.tag == w("bookmarkStart"):
        place = before
    place.addprevious(contents)


def _contents_entry(heading: Heading) -> etree._Element:
    anchor = f' w:anchor="{bookmark(heading.id)}"' if heading.id else ""
    number = "<w:r><w:t/></w:r><w:r><w:tab/></w:r>" if heading.number else ""
    entry = fragment(
        f'<w:p><w:pPr><w:pStyle w:val="TOC{heading.level}"/></w:pPr>'
        f'<w:hyperlink{anchor} w:history="1">{number}<w:r><w:t/></w:r></w:hyperlink></w:p>'
    )
    texts = list(entry.iter(w("t")))
    if heading.number:
        _set_text(texts[0], heading.number)
    _set_text(texts[-1], plain(heading.inlines))
    return entry


def _set_text(element: etree._Element, text: str) -> None:
    element.text = text
    element.set(_SPACE, "preserve")


# Header and footer


def _filled(xml: bytes, part: str, parts: dict[str, bytes], document: Document) -> bytes:
    """Puts the document's words in the places `@@…@@`; a word put in is never a place itself."""
    root = parse(xml)
    values, languages = custom_properties(document), property_languages(document)
    places = [text for text in root.iter(w("t")) if re.fullmatch(r"@@\w+@@", text.text or "")]
    for place in places:
        name = (place.text or "").strip("@")
        if name == "reference":
            add_reference(_ancestor(place, "p"), document)
            add_logo(root, parts, PurePosixPath(part).stem, document)
        elif name == "page_label":
            _fill_page_label(place, document)
        elif name in values:
            _set_text(place, values[name])
            if name in languages:
                _speak(_ancestor(place, "r"), locale(languages[name]))
        else:
            _remove_field(place)
    return serialise(root)


def _speak(run: etree._Element, language: str) -> None:
    """Says that a run's words are in another language than the document."""
    properties = run.find(w("rPr"))
    if properties is None:
        properties = etree.Element(w("rPr"))
        run.insert(0, properties)
    etree.SubElement(properties, w("lang")).set(w("val"), language)


def _ancestor(element: etree._Element, name: str) -> etree._Element:
    found = next(element.iterancestors(w(name)))
    assert isinstance(found, etree._Element)
    return found


def _fill_page_label(place: etree._Element, document: Document) -> None:
    run = _ancestor(place, "r")
    for part in page_label_parts(document.page_label):
        if part in ("{page}", "{pages}"):
            shown = fragment(f"<x>{field('PAGE' if part == '{page}' else 'NUMPAGES', '1')}</x>")
            for piece in list(shown):
                run.addprevious(piece)
        else:
            words = fragment("<w:r><w:t/></w:r>")
            _set_text(words[0], part)
            run.addprevious(words)
    parent = run.getparent()
    assert parent is not None
    parent.remove(run)


def _remove_field(place: etree._Element) -> None:
    """A property without a value has no field: Word would show an error in its place."""
    runs = list(_ancestor(place, "p").findall(w("r")))
    position = runs.index(_ancestor(place, "r"))
    for run in runs[position - 3 : position + 2]:
        parent = run.getparent()
        assert parent is not None
        parent.remove(run)


# Lists


@lru_cache(maxsize=64)
def _lists(xml: bytes) -> bytes:
    """Sets pandoc's lists to our indents, with bullets that are in every font."""
    root = parse(xml)
    for numbering in root.findall(w("abstractNum")):
        if numbering.find(f"{w('lvl')}/{w('pStyle')}") is not None:
            continue
        for level in numbering.findall(w("lvl")):
            depth = int(level.get(w("ilvl"), "0"))
            for indent in level.iter(w("ind")):
                indent.set(w("left"), str(twips(LIST_INDENT * (depth + 1))))
                indent.set(w("hanging"), str(twips(LIST_INDENT)))
            kind, text = level.find(w("numFmt")), level.find(w("lvlText"))
            assert kind is not None and text is not None
            if kind.get(w("val")) == "bullet" and (text.get(w("val")) or "").strip():
                text.set(w("val"), _BULLETS[min(depth, 1)])
                for run in level.findall(w("rPr")):
                    level.remove(run)
    return serialise(root)


@lru_cache(maxsize=64)
def _settings(xml: bytes, *, tracked: bool) -> bytes:
    """Asks Word for its present layout rules: without this it opens the file as one of 2007."""
    root = parse(xml)
    compatibility = fragment(
        '<w:compat><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    for old in root.findall(w("compat")):
        root.remove(old)
    following = [e for name in _AFTER_COMPATIBILITY for e in root.findall(w(name))]
    if following:
        following[0].addprevious(compatibility)
    else:
        root.append(compatibility)
    if tracked:
        track_further_changes(root)
    return serialise(root)


# Properties


def _core_properties(document: Document) -> bytes:
    root = etree.Element(
        f"{{{_CORE}}}coreProperties",
        nsmap={"cp": _CORE, "dc": _DC, "dcterms": _TERMS, "xsi": _XSI},
    )
    for name, value in (
        (f"{{{_DC}}}title", document.title),
        (f"{{{_DC}}}subject", document.subject),
        (f"{{{_DC}}}creator", document.letterhead.name),
        (f"{{{_CORE}}}keywords", ", ".join(document.keywords)),
        (f"{{{_DC}}}description", document.description),
        (f"{{{_CORE}}}lastModifiedBy", document.letterhead.name),
        (f"{{{_DC}}}language", locale(document.language)),
        (f"{{{_CORE}}}version", document.version),
    ):
        etree.SubElement(root, name).text = value
    for name in ("created", "modified"):
        moment = etree.SubElement(root, f"{{{_TERMS}}}{name}")
        moment.set(f"{{{_XSI}}}type", "dcterms:W3CDTF")
        moment.text = f"{document.date}T00:00:00Z"
    return serialise(root)


def _custom_properties(document: Document) -> bytes:
    root = etree.Element(f"{{{_CUSTOM}}}Properties", nsmap=_CUSTOM_PREFIXES)
    for number, (name, value) in enumerate(custom_properties(document).items(), start=2):
        element = etree.SubElement(root, f"{{{_CUSTOM}}}property")
        element.set("fmtid", _CUSTOM_SET)
        element.set("pid", str(number))
        element.set("name", name)
        etree.SubElement(element, f"{{{_TYPES}}}lpwstr").text = value
    return serialise(root)


def _application(document: Document) -> bytes:
    root = etree.Element(f"{{{_EXTENDED}}}Properties", nsmap=_EXTENDED_PREFIXES)
    etree.SubElement(root, f"{{{_EXTENDED}}}Application").text = "Remit"
    etree.SubElement(root, f"{{{_EXTENDED}}}Company").text = document.letterhead.name
    return serialise(root)
