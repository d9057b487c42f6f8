"""reference.docx: styles, heading numbers, page, header and footer, set on pandoc's own default.

The header and footer hold the words `@@…@@`, which `finish_docx` replaces.
"""

from __future__ import annotations

import copy
from functools import cache, lru_cache

from lxml import etree

from remit.write.archive import parse, serialise
from remit.write.look import (
    BAND,
    BESIDE_TEXT,
    BODY,
    FALLBACK,
    FONT,
    GREY,
    LINK,
    MARGIN_BOTTOM,
    MARGIN_SIDE,
    MARGIN_TOP,
    NUMBER_WIDTH,
    PAGE,
    PITCH,
    RULE,
    RUNNING_GAP,
    RUNNING_ID_WIDTH,
    SMALL,
    TABLE,
    TEXT_WIDTH,
    Colours,
    twips,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
HEADING_NUMBERS = "1"
"""Number of the list that numbers the headings."""


@cache
def w(name: str) -> str:
    return f"{{{W}}}{name}"


def fragment(xml: str) -> etree._Element:
    """One element written with the prefixes `w` and `r`."""
    return copy.copy(_parsed(xml))


@lru_cache(maxsize=1024)
def _parsed(xml: str) -> etree._Element:
    """The same few fragments are wanted again and again: copying is quicker than parsing."""
    return parse(f'<x xmlns:w="{W}" xmlns:r="{R}">{xml}</x>'.encode())[0]


def restyle_docx(parts: dict[str, bytes], language: str, colours: Colours) -> dict[str, bytes]:
    """The parts of reference.docx; `language` is a tag with region, such as nb-NO."""
    parts = dict(parts)
    parts["word/styles.xml"] = _styles(parts["word/styles.xml"], language, colours.ink)
    parts["word/numbering.xml"] = _numbering(parts["word/numbering.xml"])
    parts["word/settings.xml"] = _settings(parts["word/settings.xml"], language)
    parts["word/fontTable.xml"] = _font_table()
    parts["word/theme/theme1.xml"] = _theme(parts["word/theme/theme1.xml"])
    for name, xml in (
        ("header1", _header(_letterhead(colours))),
        ("header2", _header(_running_header())),
        ("footer1", _footer()),
    ):
        parts[f"word/{name}.xml"] = xml
    _register(parts)
    parts["word/document.xml"] = _document()
    return parts


# Styles: paragraph properties, then run properties, each in the order of the schema.


def _spacing(before: float, after: float, size: float = BODY) -> str:
    """Distances round a paragraph, and its lines' for letters of a size."""
    return (
        f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"'
        f' w:line="{round(PITCH[size] * 20)}" w:lineRule="atLeast"/>'
    )


def _letters(size: float, colour: str = "", *, bold: bool = False) -> str:
    return (
        ("<w:b/><w:bCs/>" if bold else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    )


_KEEP = "<w:keepNext/><w:keepLines/>"
_MEASURED = f'<w:ind w:right="{twips(BESIDE_TEXT)}"/>'
_TITLE_SPACING = '<w:spacing w:before="240" w:after="160" w:line="216" w:lineRule="auto"/>'
_NUMBER_INDENT = f'<w:ind w:left="{twips(NUMBER_WIDTH)}" w:hanging="{twips(NUMBER_WIDTH)}"/>'


def _heading(level: int, before: float, after: float, size: float, ink: str) -> tuple[str, str]:
    numbering = (
        f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="{HEADING_NUMBERS}"/></w:numPr>'
        if level <= 3
        else ""
    )
    return (
        f"{_KEEP}{numbering}<w:suppressAutoHyphens/>{_spacing(before, after, size)}"
        f'<w:outlineLvl w:val="{level - 1}"/>',
        _letters(size, ink, bold=True),
    )


def _paragraphs(ink: str) -> dict[str, tuple[str, str]]:
    return {
        "Normal": (f"<w:widowControl/>{_spacing(0, 0)}", ""),
        "BodyText": (f"{_spacing(0, 5.5)}{_MEASURED}", ""),
        "FirstParagraph": ("", ""),
        "Compact": (_spacing(0, 3), ""),
        "Title": (
            f"{_KEEP}<w:suppressAutoHyphens/>{_TITLE_SPACING}",
            _letters(21, ink, bold=True),
        ),
        "Heading1": _heading(1, 17.5, 4, 14, ink),
        "Heading2": _heading(2, 14.5, 3, 12, ink),
        "Heading3": _heading(3, 13.5, 2.5, BODY, ink),
        **{f"Heading{level}": _heading(level, 13.5, 2.5, BODY, ink) for level in range(4, 10)},
        "BlockText": (
            f'{_spacing(7.5, 5.5)}<w:ind w:left="{twips(8)}" w:right="{twips(BESIDE_TEXT + 8)}"/>',
            "",
        ),
        "TOCHeading": (
            f'{_KEEP}<w:numPr><w:numId w:val="0"/></w:numPr>{_spacing(14, 4, 12.0)}'
            '<w:ind w:left="0" w:firstLine="0"/><w:outlineLvl w:val="9"/>',
            _letters(12, ink, bold=True),
        ),
    }


def _new_paragraphs(ink: str) -> dict[str, tuple[str, str, str]]:
    return {
        "Lead": ("BodyText", _spacing(0, 8, 12.0), _letters(12, ink)),
        "Note": (
            "BodyText",
            f'{_spacing(0, 1, SMALL)}<w:ind w:right="0"/>',
            _letters(SMALL, GREY),
        ),
        "Label": ("BodyText", f"<w:keepNext/>{_spacing(7.5, 3)}", "<w:b/><w:bCs/>"),
        "TableText": ("Normal", _spacing(2, 2, TABLE), _letters(TABLE)),
        "TableHead": ("TableText", "<w:keepNext/>", _letters(TABLE, ink, bold=True)),
        "TableLabel": ("TableText", "", "<w:b/><w:bCs/>"),
        "TableSmallHead": (
            "TableText",
            f"<w:keepNext/>{_spacing(2.5, 0.5, SMALL)}",
            _letters(SMALL, GREY),
        ),
        "TableGap": (
            "Normal",
            '<w:spacing w:before="0" w:after="0" w:line="170" w:lineRule="exact"/>',
            "",
        ),
        "RunningHeader": ("Header", _spacing(0, 3, SMALL), ""),
        "LetterheadName": ("Normal", _spacing(0, 1, 13.0), _letters(13, ink, bold=True)),
        "LetterheadText": ("Normal", _spacing(0, 0, SMALL), _letters(SMALL, GREY)),
        "LetterheadValue": ("Normal", _spacing(0, 3, TABLE), _letters(TABLE, ink)),
        "LetterheadLogo": ("Normal", "", ""),
        "LetterheadGap": (
            "Normal",
            '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>',
            "",
        ),
        "PageBreak": (
            "Normal",
            '<w:pageBreakBefore/><w:spacing w:before="0" w:after="0" w:line="20"'
            ' w:lineRule="exact"/>',
            "",
        ),
        "Picture": ("BodyText", f'{_spacing(4, 8)}<w:ind w:right="0"/>', ""),
    }


_UNNUMBERED = {
    f"UnnumberedHeading{level}": (
        f"Heading{level}",
        '<w:numPr><w:numId w:val="0"/></w:numPr><w:ind w:left="0" w:firstLine="0"/>'
        f'<w:outlineLvl w:val="{level - 1}"/>',
        "",
    )
    for level in range(1, 10)
}

_RIGHT_TAB = f'<w:tabs><w:tab w:val="right" w:pos="{twips(TEXT_WIDTH)}"/></w:tabs>'
_BUILT_IN: dict[str, tuple[str, str, str, str]] = {
    "Header": ("header", "Normal", _RIGHT_TAB + _spacing(0, 0, SMALL), _letters(SMALL, GREY)),
    "Footer": ("footer", "Normal", _RIGHT_TAB + _spacing(0, 0, SMALL), _letters(SMALL, GREY)),
    **{
        f"TOC{level}": (
            f"toc {level}",
            "Normal",
            f'<w:tabs><w:tab w:val="left" w:pos="{twips(indent + NUMBER_WIDTH)}"/></w:tabs>'
            f'{_spacing(before, 1.5)}<w:ind w:left="{twips(indent)}"/>',
            "",
        )
        for level, indent, before in ((1, 0.0, 2.0), (2, NUMBER_WIDTH, 0.0))
    },
}


def _line(name: str, size: int, colour: str) -> str:
    return f'<w:{name} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


def _table_style(name: str, left: float, borders: str, first_row: str = "", first: str = "") -> str:
    """A table style; `left` is the inner margin of cells in millimetres."""
    borders = f"<w:tblBorders>{borders}</w:tblBorders>" if borders else ""
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="Table"/><w:uiPriority w:val="59"/><w:qFormat/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/>{borders}<w:tblCellMar>'
        f'<w:left w:w="{twips(left)}" w:type="dxa"/><w:right w:w="{twips(2)}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr>{first_row}{first}</w:style>"
    )


def _first_row(size: int, ink: str, fill: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return (
        '<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
        f"{_line('bottom', size, ink)}</w:tcBorders>{shade}</w:tcPr></w:tblStylePr>"
    )


def _tables(ink: str) -> tuple[str, ...]:
    return (
        _table_style(
            "PlainTable",
            2,
            _line("top", 8, ink) + _line("bottom", 8, ink) + _line("insideH", 4, RULE),
            _first_row(6, ink, BAND),
        ),
        _table_style(
            "FactsTable", 0, _line("bottom", 6, ink) + _line("insideH", 4, RULE), _first_row(6, ink)
        ),
        _table_style("SignatureTable", 0, ""),
        _table_style(
            "FormTable",
            2,
            _line("top", 8, ink)
            + _line("left", 4, GREY)
            + _line("bottom", 8, ink)
            + _line("right", 4, GREY)
            + _line("insideH", 4, GREY)
            + _line("insideV", 4, GREY),
            _first_row(6, ink, BAND),
        ),
    )


def _styles(xml: bytes, language: str, ink: str) -> bytes:
    root = parse(xml)
    _defaults(root, language)
    styles = {style.get(w("styleId"), ""): style for style in root.iter(w("style"))}
    for name, style in styles.items():
        if name.endswith("Char") and name.startswith(("Heading", "Title", "Subtitle")):
            root.remove(style)
        for link in style.findall(w("link")):
            if (link.get(w("val")) or "").startswith(("Heading", "Title", "Subtitle")):
                style.remove(link)
    for name, (paragraph, run) in _paragraphs(ink).items():
        _set_properties(styles[name], paragraph, run)
    for name in ("Subtitle", "Author", "Date"):
        _set_properties(styles[name], "", "")
    _set_properties(styles["Hyperlink"], "", f'<w:color w:val="{LINK}"/><w:u w:val="single"/>')
    _set_properties(styles["VerbatimChar"], "", "")
    for level in range(1, 10):
        for hidden in ("semiHidden", "unhideWhenUsed"):
            for element in styles[f"Heading{level}"].findall(w(hidden)):
                styles[f"Heading{level}"].remove(element)
    _plain_table_default(styles["Table"])
    for name, (parent, paragraph, run) in (_new_paragraphs(ink) | _UNNUMBERED).items():
        root.append(_new_paragraph(name, name, parent, paragraph, run, custom=True))
    for name, (shown, parent, paragraph, run) in _BUILT_IN.items():
        root.append(_new_paragraph(name, shown, parent, paragraph, run, custom=False))
    for table in _tables(ink):
        root.append(fragment(table))
    return serialise(root)


def _defaults(root: etree._Element, language: str) -> None:
    defaults = root.find(w("docDefaults"))
    assert defaults is not None
    root.replace(
        defaults,
        fragment(
            "<w:docDefaults><w:rPrDefault><w:rPr>"
            f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
            '<w:sz w:val="22"/><w:szCs w:val="22"/>'
            f'<w:lang w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/>'
            "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        ),
    )


def _set_properties(style: etree._Element, paragraph: str, run: str) -> None:
    for name in ("pPr", "rPr"):
        for old in style.findall(w(name)):
            style.remove(old)
    if paragraph:
        style.append(fragment(f"<w:pPr>{paragraph}</w:pPr>"))
    if run:
        style.append(fragment(f"<w:rPr>{run}</w:rPr>"))


def _new_paragraph(
    name: str, shown: str, parent: str, paragraph: str, run: str, *, custom: bool
) -> etree._Element:
    mark = ' w:customStyle="1"' if custom else ""
    style = fragment(
        f'<w:style w:type="paragraph"{mark} w:styleId="{name}"><w:name w:val="{shown}"/>'
        f'<w:basedOn w:val="{parent}"/><w:qFormat/></w:style>'
    )
    _set_properties(style, paragraph, run)
    return style


def _plain_table_default(style: etree._Element) -> None:
    """Pandoc's default table style is based on one that does not exist."""
    for name in ("basedOn", "tblPr", "tblStylePr"):
        for old in style.findall(w(name)):
            style.remove(old)
    style.append(
        fragment(
            '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
            '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
            '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
            "</w:tblCellMar></w:tblPr>"
        )
    )


def _numbering(xml: bytes) -> bytes:
    """Adds the list that numbers Heading 1 to 3: 1, 1.1, 1.1.1."""
    root = parse(xml)
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="Heading{level + 1}"/><w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{".".join(f"%{n + 1}" for n in range(level + 1))}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:tabs>'
        f'<w:tab w:val="num" w:pos="{twips(NUMBER_WIDTH)}"/></w:tabs>{_NUMBER_INDENT}</w:pPr>'
        "</w:lvl>"
        for level in range(3)
    )
    root.insert(
        0,
        fragment(
            f'<w:abstractNum w:abstractNumId="{HEADING_NUMBERS}">'
            f'<w:nsid w:val="0000A001"/><w:multiLevelType w:val="multilevel"/>{levels}'
            "</w:abstractNum>"
        ),
    )
    root.append(
        fragment(
            f'<w:num w:numId="{HEADING_NUMBERS}">'
            f'<w:abstractNumId w:val="{HEADING_NUMBERS}"/></w:num>'
        )
    )
    return serialise(root)


def _settings(xml: bytes, language: str) -> bytes:
    root = parse(xml)
    for element in root.iter(w("themeFontLang")):
        element.set(w("val"), language)
    for name in ("drawingGridHorizontalSpacing", "drawingGridVerticalSpacing"):
        for element in root.findall(w(name)):
            root.remove(element)
    return serialise(root)


def _font_table() -> bytes:
    return serialise(
        _parsed(
            f'<w:fonts><w:font w:name="{FONT}"><w:altName w:val="{FALLBACK}"/>'
            '<w:panose1 w:val="020B0503030403020204"/><w:charset w:val="00"/>'
            '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
            f'<w:font w:name="{FALLBACK}"><w:panose1 w:val="020B0604020202020204"/>'
            '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/>'
            "</w:font></w:fonts>"
        )
    )


def _theme(xml: bytes) -> bytes:
    root = parse(xml)
    for kind in ("majorFont", "minorFont"):
        for font in root.iter(f"{{{A}}}{kind}"):
            latin = font.find(f"{{{A}}}latin")
            assert latin is not None
            latin.attrib.clear()
            latin.set("typeface", FONT)
    return serialise(root)


# Header and footer


def field(instruction: str, shown: str) -> str:
    """A field with the text that is shown until it is updated."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t xml:space="preserve">{shown}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _property(name: str) -> str:
    return field(f"DOCPROPERTY {name}", f"@@{name}@@")


def _paragraph(style: str, content: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def _letterhead(colours: Colours) -> str:
    """Name and address above a rule; `letterhead_docx` adds the logo and the reference."""
    width = twips(TEXT_WIDTH)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f"<w:tblBorders>{_line('bottom', 10, colours.accent)}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:bottom w:w="{twips(3)}" w:type="dxa"/></w:tblCellMar><w:tblLook w:val="0000"/>'
        f'</w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid><w:tr><w:tc>'
        f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        + _paragraph("LetterheadName", _property("letterhead_name"))
        + _paragraph("LetterheadText", _property("letterhead_address"))
        + "</w:tc></w:tr></w:tbl>"
        + _paragraph("LetterheadGap", "")
        + _paragraph("LetterheadText", "<w:r><w:t>@@reference@@</w:t></w:r>")
        + _paragraph("Header", "")
    )


def _running_header() -> str:
    right = twips(RUNNING_ID_WIDTH)
    left = twips(TEXT_WIDTH) - right
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Table"/>'
        f'<w:tblW w:w="{left + right}" w:type="dxa"/>'
        f'<w:tblBorders>{_line("bottom", 4, RULE)}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0000"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{left}"/><w:gridCol w:w="{right}"/></w:tblGrid><w:tr>'
        f'<w:tc><w:tcPr><w:tcW w:w="{left}" w:type="dxa"/></w:tcPr>'
        + _paragraph(
            "RunningHeader",
            _property("running_title"),
            f'<w:ind w:right="{twips(RUNNING_GAP)}"/>',
        )
        + f'</w:tc><w:tc><w:tcPr><w:tcW w:w="{right}" w:type="dxa"/></w:tcPr>'
        + _paragraph("RunningHeader", _property("running_id"), '<w:jc w:val="right"/>')
        + "</w:tc></w:tr></w:tbl>"
        + _paragraph("Header", "")
    )


def _header(content: str) -> bytes:
    return serialise(_parsed(f"<w:hdr>{content}</w:hdr>"))


def _footer() -> bytes:
    words = f"{_property('footer')}<w:r><w:tab/></w:r><w:r><w:t>@@page_label@@</w:t></w:r>"
    return serialise(_parsed(f"<w:ftr>{_paragraph('Footer', words)}</w:ftr>"))


def _register(parts: dict[str, bytes]) -> None:
    """Makes header and footer known to the package."""
    types = parse(parts["[Content_Types].xml"])
    relations = parse(parts["word/_rels/document.xml.rels"])
    for name in ("header1", "header2", "footer1"):
        kind = name[:-1]
        override = etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override")
        override.set("PartName", f"/word/{name}.xml")
        override.set(
            "ContentType",
            f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml",
        )
        relation = etree.SubElement(relations, f"{{{PACKAGE_RELATIONS}}}Relationship")
        relation.set("Type", f"{OFFICE_RELATIONS}/{kind}")
        relation.set("Id", f"rId{name}")
        relation.set("Target", f"{name}.xml")
    for relation in list(relations):
        if relation.get("TargetMode") == "External":
            relations.remove(relation)
    parts["[Content_Types].xml"] = serialise(types)
    parts["word/_rels/document.xml.rels"] = serialise(relations)


def _document() -> bytes:
    """Pandoc takes only the section properties from the reference document's body."""
    width, height = (twips(side) for side in PAGE)
    section = (
        "<w:sectPr>"
        '<w:headerReference w:type="default" r:id="rIdheader2"/>'
        '<w:headerReference w:type="first" r:id="rIdheader1"/>'
        '<w:footerReference w:type="default" r:id="rIdfooter1"/>'
        '<w:footerReference w:type="first" r:id="rIdfooter1"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar w:top="{twips(29)}" w:right="{twips(MARGIN_SIDE)}" w:bottom="{twips(26)}"'
        f' w:left="{twips(MARGIN_SIDE)}" w:header="{twips(MARGIN_TOP)}"'
        f' w:footer="{twips(MARGIN_BOTTOM)}" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )
    return serialise(_parsed(f"<w:document><w:body><w:p/>{section}</w:body></w:document>"))
