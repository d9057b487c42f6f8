"""Finishes pandoc's ODT: header and footer, tables, lists, contents, properties, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from remit.render.document_links import bookmark, headings, is_long, locale, tables
from remit.render.pandoc import automatic_numbers
from remit.render.tree import Document, Heading, Table, plain
from remit.write.archive import parse, serialise, write_parts
from remit.write.letterhead_odt import add_logo, add_reference
from remit.write.look import (
    BAND,
    BESIDE_TEXT,
    FORM_ROW,
    GREY,
    LIST_INDENT,
    RULE,
    SIGNATURE_ROW,
    shares,
    text_width,
)
from remit.write.page_odt import finish_pages
from remit.write.picture_odt import place_pictures
from remit.write.properties import custom_properties, page_label_parts, property_languages
from remit.write.reference_odt import NAMESPACES, fragment, q
from remit.write.track_odt import track_changes

_CONTENTS_DEPTH = 2


def finish_odt(parts: dict[str, bytes], document: Document) -> bytes:
    """The finished file of pandoc's parts; the same document always gives the same bytes."""
    content = parse(parts["content.xml"])
    _finish_headings(content, document)
    _finish_lists(content)
    _finish_quotes(content)
    _finish_links(content)
    _finish_tables(content, document)
    if document.show_contents:
        _insert_contents(content, document)
    place_pictures(content, parts, document)
    _finish_page_breaks(content)
    styles = _filled(parts["styles.xml"], parts, document)
    finish_pages(styles, document)
    if document.redline:
        track_changes(content, styles, document.redline)
    parts["content.xml"] = serialise(content)
    parts["styles.xml"] = serialise(styles)
    parts["meta.xml"] = _properties(document)
    manifest = parse(parts["META-INF/manifest.xml"])
    for entry in manifest:
        for name, value in entry.attrib.items():
            if value == "application/xml":
                entry.set(name, "text/xml")
    parts["META-INF/manifest.xml"] = serialise(manifest)
    return write_parts(parts)


def _finish_page_breaks(content: etree._Element) -> None:
    """The paragraph of a page break is empty: its style begins a page."""
    for paragraph in content.iter(q("text:p")):
        if paragraph.get(q("text:style-name")) == "PageBreak":
            paragraph.text = None


def _automatic(content: etree._Element) -> etree._Element:
    found = content.find("office:automatic-styles", NAMESPACES)
    assert found is not None
    return found


def _parent(element: etree._Element) -> etree._Element:
    found = element.getparent()
    assert found is not None
    return found


def _finish_headings(content: etree._Element, document: Document) -> None:
    """Takes outline numbers and their indent from headings that numbering does not number."""
    automatic = automatic_numbers(document.blocks)
    for position, (element, heading) in enumerate(_headings(content, document)):
        if position not in automatic:
            element.set(q("text:is-list-header"), "true")
            element.set(q("text:style-name"), f"UnnumberedHeading{heading.level}")


def _headings(
    content: etree._Element, document: Document
) -> Iterator[tuple[etree._Element, Heading]]:
    return zip(content.iter(q("text:h")), headings(document.blocks), strict=True)


def _finish_lists(content: etree._Element) -> None:
    """Sets pandoc's lists to our indents and paragraphs, with bullets that are in every font."""
    automatic = _automatic(content)
    for style in automatic.iterfind("text:list-style", NAMESPACES):
        for level in style:
            depth = int(level.get(q("text:level"), "1"))
            if level.tag == q("text:list-level-style-bullet"):
                level.set(q("text:bullet-char"), "•" if depth == 1 else "–")
                level.attrib.pop(q("style:num-suffix"), "")
            for properties in level.iter(q("style:list-level-properties")):
                properties.set(q("fo:text-align"), "start")
            for place in level.iter(q("style:list-level-label-alignment")):
                place.set(q("text:list-tab-stop-position"), f"{LIST_INDENT * depth}mm")
                place.set(q("fo:margin-left"), f"{LIST_INDENT * depth}mm")
                place.set(q("fo:text-indent"), f"-{LIST_INDENT}mm")
    lists = {
        style.get(q("style:name")): style.get(q("style:list-style-name"))
        for style in automatic.findall("style:style", NAMESPACES)
        if style.get(q("style:list-style-name")) is not None
    }
    for style in automatic.findall("style:style", NAMESPACES):
        if style.get(q("style:name")) in lists:
            automatic.remove(style)
    _measure_lists(content, lists)


def _measure_lists(content: etree._Element, lists: dict[str | None, str | None]) -> None:
    """A style for each place in a list: where a list sets the indent, Writer drops the measure."""
    made = set()
    for paragraph in content.iter(q("text:p")):
        listed = paragraph.get(q("text:style-name"))
        if listed not in lists:
            continue
        depth = sum(1 for _ in paragraph.iterancestors(q("text:list")))
        is_first = paragraph.getprevious() is None
        name = f"{listed}.{depth}{'' if is_first else 'b'}"
        paragraph.set(q("text:style-name"), name)
        if name in made:
            continue
        made.add(name)
        _automatic(content).append(
            fragment(
                f'<style:style style:name="{name}" style:family="paragraph"'
                f' style:parent-style-name="ListText" style:list-style-name="{lists[listed]}">'
                f'<style:paragraph-properties fo:margin-left="{LIST_INDENT * depth}mm"'
                f' fo:margin-right="{BESIDE_TEXT}mm"'
                f' fo:text-indent="{-LIST_INDENT if is_first else 0}mm"/></style:style>'
            )
        )


def _finish_quotes(content: etree._Element) -> None:
    """Gives quotations their named style, and drops styles of formulas, which there are none of."""
    automatic = _automatic(content)
    quotes = set()
    for style in automatic.findall("style:style", NAMESPACES):
        parent = style.get(q("style:parent-style-name"))
        if parent == "Quotations":
            quotes.add(style.get(q("style:name")))
        if parent in ("Quotations", "Formula"):
            automatic.remove(style)
    for paragraph in content.iter(q("text:p")):
        if paragraph.get(q("text:style-name")) in quotes:
            paragraph.set(q("text:style-name"), "Quotations")


def _finish_links(content: etree._Element) -> None:
    for link in content.iter(q("text:a")):
        link.attrib.pop(q("office:name"), "")
        link.set(q("text:style-name"), "Internet_20_link")
        link.set(q("text:visited-style-name"), "Internet_20_link")
        for span in link.iter(q("text:span")):
            if span.get(q("text:style-name")) == "Definition":
                span.set(q("text:style-name"), "Internet_20_link")


# Tables


def _cell_border(top: str, bottom: str, left: float, fill: str = "") -> str:
    shade = f' fo:background-color="#{fill}"' if fill else ""
    return (
        f'<style:table-cell-properties fo:padding-left="{left}mm" fo:padding-right="2mm"'
        ' fo:padding-top="0mm" fo:padding-bottom="0mm" fo:border-left="none"'
        f' fo:border-right="none" fo:border-top="{top}" fo:border-bottom="{bottom}"{shade}'
    )


def _boxed(top: str, bottom: str, side: str, fill: str = "") -> str:
    """Borders of a cell that is written in by hand: with lines at its sides too."""
    plain = _cell_border(top, bottom, 2, fill)
    return re.sub(r'(fo:border-(?:left|right))="none"', rf'\1="{side}"', plain)


def _table_styles(ink: str) -> dict[str, tuple[str, str]]:
    """Family and properties of each style of cells and rows."""
    strong, middle, light = f"1pt solid #{ink}", f"0.75pt solid #{ink}", f"0.5pt solid #{RULE}"
    grey = f"0.5pt solid #{GREY}"
    bottom = ' style:vertical-align="bottom"'
    cells = {
        "PlainHeadCell": _cell_border(strong, middle, 2, BAND),
        "PlainCell": _cell_border("none", light, 2),
        "PlainLastCell": _cell_border("none", strong, 2),
        "FactsHeadCell": _cell_border("none", middle, 0),
        "FactsCell": _cell_border("none", light, 0),
        "FactsLastCell": _cell_border("none", middle, 0),
        "SignatureHeadCell": _cell_border("none", "none", 0),
        "SignatureCell": _cell_border("none", middle, 0) + bottom,
        "SignatureLastCell": _cell_border("none", middle, 0) + bottom,
        "FormHeadCell": _boxed(strong, middle, grey, BAND),
        "FormCell": _boxed("none", grey, grey),
        "FormLastCell": _boxed("none", strong, grey),
    }
    return {
        **{name: ("table-cell", f"{properties}/>") for name, properties in cells.items()},
        "WholeRow": ("table-row", '<style:table-row-properties fo:keep-together="always"/>'),
        "SignatureRow": (
            "table-row",
            f'<style:table-row-properties style:min-row-height="{SIGNATURE_ROW}mm"'
            ' fo:keep-together="always"/>',
        ),
        "LongRow": ("table-row", '<style:table-row-properties fo:keep-together="auto"/>'),
        "FormRow": (
            "table-row",
            f'<style:table-row-properties style:min-row-height="{FORM_ROW}mm"'
            ' fo:keep-together="always"/>',
        ),
    }


_STYLED = ("table:table-cell", "table:table-row")
_FAMILIES = {"": "Plain", "facts": "Facts", "signature": "Signature", "form": "Form"}


def _finish_tables(content: etree._Element, document: Document) -> None:
    automatic = _automatic(content)
    for style in automatic.findall("style:style", NAMESPACES):
        if (style.get(q("style:family")) or "").startswith("table"):
            automatic.remove(style)
    found = list(content.iter(q("table:table")))
    for number, (element, table) in enumerate(
        zip(found, tables(document.blocks), strict=True), start=1
    ):
        width = text_width(landscape=document.landscape)
        _finish_table(element, table, f"Table{number}", width, automatic)
        element.addnext(fragment('<text:p text:style-name="TableGap"/>'))
    used = {e.get(q("table:style-name")) for e in content.iter(*map(q, _STYLED))}
    for name, (family, properties) in _table_styles(document.letterhead.ink).items():
        if name in used:
            automatic.append(_style(name, family, properties))


def _style(name: str, family: str, properties: str) -> etree._Element:
    return fragment(
        f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'
    )


def _finish_table(
    element: etree._Element, table: Table, name: str, width: float, automatic: etree._Element
) -> None:
    kept = table.style in ("facts", "signature")
    whole = ' style:may-break-between-rows="false"' if kept else ""
    automatic.append(
        _style(
            name,
            "table",
            f'<style:table-properties style:width="{width}mm" table:align="left"'
            f' table:border-model="collapsing"{whole}/>',
        )
    )
    element.set(q("table:name"), name)
    element.set(q("table:style-name"), name)
    widths = shares(table.widths, round(width * 100))
    columns = element.findall("table:table-column", NAMESPACES)
    for number, (column, share) in enumerate(zip(columns, widths, strict=True)):
        column_style = f"{name}.{chr(ord('A') + number)}"
        automatic.append(
            _style(
                column_style,
                "table-column",
                f'<style:table-column-properties style:column-width="{share / 100}mm"/>',
            )
        )
        column.set(q("table:style-name"), column_style)
    rows = list(element.iter(q("table:table-row")))
    for number, row in enumerate(rows):
        _finish_row(row, table, number, last=number == len(rows) - 1)
    if table.id:
        _bookmark_table(element, bookmark(table.id))


def _finish_row(row: etree._Element, table: Table, number: int, *, last: bool) -> None:
    family = _FAMILIES[table.style]
    kind = "HeadCell" if number == 0 else "LastCell" if last else "Cell"
    row_style = "LongRow" if number and is_long(table, number - 1) else "WholeRow"
    if number and table.style in ("signature", "form"):
        row_style = f"{family}Row"
    row.set(q("table:style-name"), row_style)
    for column, cell in enumerate(row.findall("table:table-cell", NAMESPACES)):
        cell.set(q("table:style-name"), f"{family}{kind}")
        paragraphs = cell.findall("text:p", NAMESPACES)
        if not paragraphs:
            paragraphs = [fragment("<text:p/>")]
            cell.append(paragraphs[0])
        for paragraph in paragraphs:
            paragraph.set(q("text:style-name"), _cell_style(table, number, column))


def _cell_style(table: Table, row: int, column: int) -> str:
    if row == 0:
        return "TableSmallHead" if table.style in ("facts", "signature") else "TableHead"
    return "TableLabel" if table.style == "facts" and column == 0 else "TableText"


def _bookmark_table(element: etree._Element, name: str) -> None:
    """Pandoc leaves a table's id out of ODT; the bookmark goes into its first cell."""
    first = next(element.iter(q("text:p")))
    mark = fragment("<text:bookmark/>")
    mark.set(q("text:name"), name)
    mark.tail, first.text = first.text, None
    first.insert(0, mark)


# Contents


def _insert_contents(content: etree._Element, document: Document) -> None:
    """A table of contents before the first heading, with its entries already filled in.

    It shows no page numbers: only the program that lays the pages out knows them.
    """
    found = list(_headings(content, document))
    entries = [heading for _, heading in found if heading.level <= _CONTENTS_DEPTH]
    if not entries:
        return
    templates = "".join(
        f'<text:table-of-content-entry-template text:outline-level="{level}"'
        f' text:style-name="Contents_20_{min(level, 2)}"><text:index-entry-link-start/>'
        '<text:index-entry-chapter/><text:index-entry-tab-stop style:type="left"'
        ' style:position="0mm"/><text:index-entry-text/><text:index-entry-link-end/>'
        "</text:table-of-content-entry-template>"
        for level in range(1, _CONTENTS_DEPTH + 1)
    )
    contents = fragment(
        '<text:table-of-content text:name="Contents" text:protected="true">'
        f'<text:table-of-content-source text:outline-level="{_CONTENTS_DEPTH}">'
        '<text:index-title-template text:style-name="ContentsHeading"/>'
        f"{templates}</text:table-of-content-source><text:index-body>"
        '<text:index-title text:name="ContentsTitle"><text:p text:style-name="ContentsHeading"/>'
        "</text:index-title></text:index-body></text:table-of-content>"
    )
    title = next(contents.iter(q("text:p")))
    title.text = document.contents_label
    next(contents.iter(q("text:index-title-template"))).text = document.contents_label
    body = contents[1]
    for entry in entries:
        body.append(_contents_entry(entry))
    found[0][0].addprevious(contents)


def _contents_entry(heading: Heading) -> etree._Element:
    line = fragment(f'<text:p text:style-name="Contents_20_{heading.level}"/>')
    place = line
    if heading.id:
        place = etree.SubElement(line, q("text:a"))
        place.set(q("xlink:type"), "simple")
        place.set(q("xlink:href"), f"#{bookmark(heading.id)}")
        place.set(q("text:style-name"), "ContentsLink")
        place.set(q("text:visited-style-name"), "ContentsLink")
    words = plain(heading.inlines)
    if heading.number:
        place.text = heading.number
        etree.SubElement(place, q("text:tab")).tail = words
    else:
        place.text = words
    return line


# Header and footer


def _filled(xml: bytes, parts: dict[str, bytes], document: Document) -> etree._Element:
    """Puts the document's words in the places `@@…@@`; a word put in is never a place itself."""
    root = parse(xml)
    values, languages = custom_properties(document), property_languages(document)
    masters = root.find("office:master-styles", NAMESPACES)
    assert masters is not None
    places = [e for e in masters.iter("{*}*") if re.fullmatch(r"@@\w+@@", e.text or "")]
    for place in places:
        name = (place.text or "").strip("@")
        if name == "reference":
            add_reference(place, document)
        elif name == "page_label":
            _fill_page_label(place, document)
        elif name in values:
            place.text = values[name]
            if name in languages:
                _speak(root, place, locale(languages[name]))
        else:
            _remove_keeping_tail(place)
    add_logo(root, parts, document)
    return root


def _speak(root: etree._Element, element: etree._Element, language: str) -> None:
    """Says that an element's words are in another language than the document."""
    code, _, country = language.partition("-")
    name = f"Language_{code}"
    styles = root.find("office:automatic-styles", NAMESPACES)
    assert styles is not None
    if not any(style.get(q("style:name")) == name for style in styles):
        style = etree.SubElement(styles, q("style:style"))
        style.set(q("style:name"), name)
        style.set(q("style:family"), "text")
        properties = etree.SubElement(style, q("style:text-properties"))
        properties.set(q("fo:language"), code)
        properties.set(q("fo:country"), country or "none")
    span = etree.Element(q("text:span"))
    span.set(q("text:style-name"), name)
    span.tail, element.tail = element.tail, None
    element.addprevious(span)
    span.append(element)


def _remove_keeping_tail(element: etree._Element) -> None:
    parent, before = _parent(element), element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _fill_page_label(place: etree._Element, document: Document) -> None:
    place.text = None
    for part in page_label_parts(document.page_label):
        if part == "{page}":
            number = etree.SubElement(place, q("text:page-number"))
            number.set(q("text:select-page"), "current")
            number.text = "1"
        elif part == "{pages}":
            etree.SubElement(place, q("text:page-count")).text = "1"
        elif len(place):
            place[-1].tail = part
        else:
            place.text = part


# Properties


def _properties(document: Document) -> bytes:
    root = etree.Element(q("office:document-meta"), nsmap=NAMESPACES)
    root.set(q("office:version"), "1.3")
    properties = etree.SubElement(root, q("office:meta"))
    moment = f"{document.date}T00:00:00"
    for name, value in (
        ("meta:generator", "Remit"),
        ("dc:title", document.title),
        ("dc:description", document.description),
        ("dc:subject", document.subject),
        *(("meta:keyword", keyword) for keyword in document.keywords),
        ("meta:initial-creator", document.letterhead.name),
        ("dc:creator", document.letterhead.name),
        ("meta:creation-date", moment),
        ("dc:date", moment),
        ("dc:language", locale(document.language)),
    ):
        etree.SubElement(properties, q(name)).text = value
    for name, value in custom_properties(document).items():
        element = etree.SubElement(properties, q("meta:user-defined"))
        element.set(q("meta:name"), name)
        element.set(q("meta:value-type"), "string")
        element.text = value
    return serialise(root)
