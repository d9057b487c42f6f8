"""The pages of an ODT: on their long side, and with the lines numbered in the margin."""

from __future__ import annotations

from lxml import etree

from remit.render.tree import Document
from remit.write.look import GREY, LINE_NUMBER_GAP, PAGE, REFERENCE_COLUMNS, TEXT_WIDTH, text_width
from remit.write.reference_odt import NAMESPACES, fragment, q

_NOT_NUMBERED = (
    "Title",
    "TableText",
    "TableHead",
    "TableLabel",
    "TableSmallHead",
    "TableGap",
    "Header",
    "Footer",
    "PageBreak",
    "ContentsHeading",
    "Contents_20_1",
    "Contents_20_2",
)
"""Paragraphs that Word does not number either."""


def finish_pages(styles: etree._Element, document: Document) -> None:
    """Sets up the pages as the document wants them; most want nothing."""
    if document.line_numbers:
        _number_lines(styles)
    if document.landscape:
        _turn(styles)


def _number_lines(styles: etree._Element) -> None:
    common = styles.find("office:styles", NAMESPACES)
    assert common is not None
    for old in common.findall("text:linenumbering-configuration", NAMESPACES):
        common.remove(old)
    common.append(
        fragment(
            '<text:linenumbering-configuration text:number-lines="true" text:increment="1"'
            f' text:offset="{LINE_NUMBER_GAP}mm" style:num-format="1" text:number-position="left"'
            ' text:count-empty-lines="false" text:count-in-text-boxes="false"'
            ' text:restart-on-page="false" text:style-name="Line_20_numbering"/>'
        )
    )
    common.append(
        fragment(
            '<style:style style:name="Line_20_numbering" style:display-name="Line numbering"'
            ' style:family="text"><style:text-properties fo:font-size="7.5pt"'
            f' fo:color="#{GREY}"/></style:style>'
        )
    )
    for style in common.findall("style:style", NAMESPACES):
        if style.get(q("style:name")) in _NOT_NUMBERED:
            for properties in style.findall("style:paragraph-properties", NAMESPACES):
                properties.set(q("text:number-lines"), "false")
                properties.set(q("text:line-number"), "0")


def _turn(styles: etree._Element) -> None:
    width, height = PAGE
    for properties in styles.iter(q("style:page-layout-properties")):
        properties.set(q("fo:page-width"), f"{height}mm")
        properties.set(q("fo:page-height"), f"{width}mm")
        properties.set(q("style:print-orientation"), "landscape")
    wide = text_width(landscape=True)
    for tab in styles.iter(q("style:tab-stop")):
        if tab.get(q("style:position")) == f"{TEXT_WIDTH}mm":
            tab.set(q("style:position"), f"{wide}mm")
    for properties in styles.iter(q("style:table-properties")):
        if properties.get(q("style:width")) == f"{TEXT_WIDTH}mm":
            properties.set(q("style:width"), f"{wide}mm")
    for style in styles.iter(q("style:style")):
        name = style.get(q("style:name"))
        for column in style.findall("style:table-column-properties", NAMESPACES):
            now = float((column.get(q("style:column-width")) or "0mm").removesuffix("mm"))
            if name in ("Letterhead.A", "Running.A"):
                column.set(q("style:column-width"), f"{now + wide - TEXT_WIDTH}mm")
            elif name == "Reference.A":
                column.set(q("style:column-width"), f"{wide / REFERENCE_COLUMNS}mm")
