"""reference.odt: styles, outline numbers, pages, headers and footers, set on pandoc's own default.

The header and footer hold the words `@@…@@`, which `finish_odt` replaces. The first page has a
page style of its own, which the style of the title asks for.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache, lru_cache

from lxml import etree

from remit.write.archive import parse, serialise
from remit.write.look import (
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
    REFERENCE_COLUMNS,
    RULE,
    RUNNING_GAP,
    RUNNING_ID_WIDTH,
    SMALL,
    TABLE,
    TEXT_WIDTH,
    Colours,
)

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


@cache
def q(name: str) -> str:
    """`text:p` as lxml writes it."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def fragment(xml: str) -> etree._Element:
    """One element written with the usual prefixes of OpenDocument."""
    return copy.copy(_parsed(xml))


@lru_cache(maxsize=1024)
def _parsed(xml: str) -> etree._Element:
    """The same few fragments are wanted again and again: copying is quicker than parsing."""
    return parse(f"<x {_DECLARED}>{xml}</x>".encode())[0]


def restyle_odt(parts: dict[str, bytes], language: str, colours: Colours) -> dict[str, bytes]:
    """The parts of reference.odt; `language` is a tag with region, such as nb-NO."""
    parts = dict(parts)
    root = parse(parts["styles.xml"])
    _fonts(root)
    _defaults(root, language)
    _styles(root, colours.ink)
    _outline(root)
    _pages(root, colours.accent)
    parts["styles.xml"] = serialise(root)
    return parts


def _fonts(root: etree._Element) -> None:
    """One font for everything, with what to take where it is not installed."""
    declared = root.find("office:font-face-decls", NAMESPACES)
    assert declared is not None
    for old in list(declared):
        if old.get(q("style:name")) not in ("StarSymbol", "Courier New"):
            declared.remove(old)
    declared.append(
        fragment(
            f'<style:font-face style:name="{FONT}" svg:font-family="&apos;{FONT}&apos;, '
            f'{FALLBACK}, &apos;Liberation Sans&apos;" style:font-family-generic="swiss"'
            ' style:font-pitch="variable"/>'
        )
    )
    for properties in root.iter(q("style:text-properties")):
        for suffix in ("", "-asian", "-complex"):
            name = properties.get(q(f"style:font-name{suffix}"))
            if name is not None and name not in ("StarSymbol", "Courier New"):
                properties.set(q(f"style:font-name{suffix}"), FONT)


def _defaults(root: etree._Element, language: str) -> None:
    code, _, country = language.partition("-")
    for default in root.iterfind(".//style:default-style", NAMESPACES):
        properties = default.find("style:text-properties", NAMESPACES)
        if properties is not None:
            properties.set(q("fo:language"), code)
            properties.set(q("fo:country"), country or "none")
            properties.set(q("style:font-name"), FONT)
            properties.set(q("fo:font-size"), f"{BODY}pt")
    common = root.find("office:styles", NAMESPACES)
    assert common is not None
    families = {
        d.get(q("style:family")) for d in common.iterfind("style:default-style", NAMESPACES)
    }
    for family in ("text", "table-cell"):
        if family not in families:
            common.insert(0, fragment(f'<style:default-style style:family="{family}"/>'))


# Styles: attributes of the paragraph, then of its letters.


def _spacing(before: float, after: float, size: float = BODY) -> str:
    """Distances round a paragraph, and its lines' for letters of a size."""
    return (
        f'fo:margin-top="{before}pt" fo:margin-bottom="{after}pt"'
        f' style:line-height-at-least="{PITCH[size]}pt" style:contextual-spacing="false"'
    )


def _letters(size: float, colour: str = "", *, bold: bool = False) -> str:
    return (
        f'fo:font-size="{size}pt" style:font-size-complex="{size}pt" fo:font-style="normal"'
        + (f' fo:color="#{colour}"' if colour else "")
        + (' fo:font-weight="bold"' if bold else ' fo:font-weight="normal"')
    )


_KEEP = ' fo:keep-with-next="always"'
_MEASURED = f' fo:margin-right="{BESIDE_TEXT}mm"'
_WIDE = ' fo:margin-right="0mm"'
_PLAIN_INDENT = ' fo:margin-left="0mm" fo:margin-right="0mm" fo:text-indent="0mm"'


def _heading(before: float, after: float, size: float, ink: str) -> tuple[str, str, str]:
    return (
        "Heading",
        _spacing(before, after, size) + _KEEP + ' fo:keep-together="always"',
        _letters(size, ink, bold=True),
    )


def _paragraph_styles(ink: str) -> dict[str, tuple[str, str, str]]:
    return {
        "Standard": ("", _spacing(0, 0) + ' fo:orphans="2" fo:widows="2"', ""),
        "Text_20_body": ("Standard", _spacing(0, 5.5) + _MEASURED, ""),
        "First_20_paragraph": ("Text_20_body", _spacing(0, 5.5) + _MEASURED, ""),
        "Title": (
            "Heading",
            'fo:margin-top="4pt" fo:margin-bottom="8pt" fo:line-height="90%" fo:text-align="start"'
            + _KEEP,
            _letters(21, ink, bold=True),
        ),
        "Heading_20_1": _heading(12, 4, 14, ink),
        "Heading_20_2": _heading(9, 3, 12, ink),
        "Heading_20_3": _heading(8, 2.5, BODY, ink),
        **{f"Heading_20_{level}": _heading(8, 2.5, BODY, ink) for level in range(4, 7)},
        **{
            f"UnnumberedHeading{level}": (f"Heading_20_{level}", _PLAIN_INDENT.strip(), "")
            for level in range(1, 7)
        },
        "Quotations": (
            "Text_20_body",
            _spacing(2, 5.5)
            + f' fo:margin-left="8mm" fo:margin-right="{BESIDE_TEXT + 8}mm"'
            + ' fo:text-indent="0mm"',
            "",
        ),
        "ListText": ("Text_20_body", _spacing(0, 3) + _MEASURED, ""),
        "Lead": ("Text_20_body", _spacing(0, 8, 12.0) + _MEASURED, _letters(12, ink)),
        "Note": ("Text_20_body", _spacing(0, 1, SMALL) + _WIDE, _letters(SMALL, GREY)),
        "Label": ("Text_20_body", _spacing(2, 3) + _MEASURED + _KEEP, 'fo:font-weight="bold"'),
        "TableText": ("Standard", _spacing(2, 2, TABLE), _letters(TABLE)),
        "TableHead": ("TableText", _spacing(2, 2, TABLE) + _KEEP, _letters(TABLE, ink, bold=True)),
        "TableLabel": ("TableText", _spacing(2, 2, TABLE), _letters(TABLE, bold=True)),
        "TableSmallHead": ("TableText", _spacing(2.5, 0.5, SMALL) + _KEEP, _letters(SMALL, GREY)),
        "TableGap": (
            "Standard",
            'fo:margin-top="0pt" fo:margin-bottom="0pt" fo:line-height="9pt"',
            "",
        ),
        "LetterheadName": ("Standard", _spacing(0, 1, 13.0), _letters(13, ink, bold=True)),
        "LetterheadText": ("Standard", _spacing(0, 0, SMALL), _letters(SMALL, GREY)),
        "LetterheadValue": ("Standard", _spacing(0, 3, TABLE), _letters(TABLE, ink)),
        "LetterheadLogo": ("Standard", _spacing(0, 0), ""),
        "LetterheadLogoRight": (
            "LetterheadLogo",
            _spacing(0, 0) + ' fo:text-align="end"',
            "",
        ),
        "LetterheadGap": (
            "Standard",
            'fo:margin-top="0pt" fo:margin-bottom="0pt" fo:line-height="8pt"',
            "",
        ),
        "PageBreak": (
            "Standard",
            'fo:margin-top="0pt" fo:margin-bottom="0pt" fo:line-height="1pt"'
            ' fo:break-before="page"',
            "",
        ),
        "Picture": ("Text_20_body", _spacing(4, 8) + _WIDE, ""),
        "NoteKept": ("Note", _spacing(0, 1, SMALL) + _WIDE + _KEEP, ""),
        "Header": ("Standard", _spacing(0, 0, SMALL), _letters(SMALL, GREY)),
        "RunningHeader": (
            "Header",
            _spacing(0, 3, SMALL) + f' fo:margin-right="{RUNNING_GAP}mm"',
            "",
        ),
        "RunningId": ("RunningHeader", _spacing(0, 3, SMALL) + _WIDE + ' fo:text-align="end"', ""),
        "Footer": ("Standard", _spacing(0, 0, SMALL), _letters(SMALL, GREY)),
        "ContentsHeading": (
            "Heading",
            _spacing(14, 4, 12.0) + _PLAIN_INDENT,
            _letters(12, ink, bold=True),
        ),
        "Contents_20_1": ("Standard", _spacing(2, 1.5), ""),
        "Contents_20_2": ("Standard", _spacing(0, 1.5) + f' fo:margin-left="{NUMBER_WIDTH}mm"', ""),
    }


_DISPLAYED = {"Contents_20_1": "Contents 1", "Contents_20_2": "Contents 2"}
_TABS = {
    "Header": (TEXT_WIDTH, "right"),
    "Footer": (TEXT_WIDTH, "right"),
    "Contents_20_1": (NUMBER_WIDTH, "left"),
    "Contents_20_2": (NUMBER_WIDTH, "left"),
}
_FIRST_PAGE = "FirstPage"


def _styles(root: etree._Element, ink: str) -> None:
    common = root.find("office:styles", NAMESPACES)
    assert common is not None
    existing = {
        style.get(q("style:name")): style
        for style in common.iterfind("style:style", NAMESPACES)
        if style.get(q("style:family")) == "paragraph"
    }
    for name, (parent, paragraph, letters) in _paragraph_styles(ink).items():
        style = _paragraph_style(name, parent, paragraph, letters)
        old = existing.get(name)
        if old is None:
            common.append(style)
            continue
        for kept in ("default-outline-level", "class", "display-name"):
            value = old.get(q(f"style:{kept}"))
            if value is not None:
                style.set(q(f"style:{kept}"), value)
        common.replace(old, style)
    for name, letters in (
        (
            "Internet_20_link",
            f'fo:color="#{LINK}" style:text-underline-style="solid"'
            ' style:text-underline-width="auto" style:text-underline-color="font-color"',
        ),
        ("ContentsLink", 'fo:color="#000000" style:text-underline-style="none"'),
        ("Strong_20_Emphasis", 'fo:font-weight="bold"'),
    ):
        for existing_style in common.findall("style:style", NAMESPACES):
            if existing_style.get(q("style:name")) == name:
                common.remove(existing_style)
        common.append(
            fragment(
                f'<style:style style:name="{name}" style:family="text"'
                f' style:display-name="{name.replace("_20_", " ")}">'
                f"<style:text-properties {letters}/></style:style>"
            )
        )


def _paragraph_style(name: str, parent: str, paragraph: str, letters: str) -> etree._Element:
    tabs = ""
    if name in _TABS:
        position, kind = _TABS[name]
        tabs = (
            f'<style:tab-stops><style:tab-stop style:position="{position}mm"'
            f' style:type="{kind}"/></style:tab-stops>'
        )
    inherits = f' style:parent-style-name="{parent}"' if parent else ""
    shown = f' style:display-name="{_DISPLAYED[name]}"' if name in _DISPLAYED else ""
    first = f' style:master-page-name="{_FIRST_PAGE}"' if name == "Title" else ""
    follows = ' style:next-style-name="Text_20_body"' if parent == "Heading" else ""
    return fragment(
        f'<style:style style:name="{name}"{shown} style:family="paragraph"{inherits}{follows}'
        f"{first}><style:paragraph-properties {paragraph}>{tabs}</style:paragraph-properties>"
        + (f"<style:text-properties {letters}/>" if letters else "")
        + "</style:style>"
    )


def _outline(root: etree._Element) -> None:
    """Numbers Heading 1 to 3: 1, 1.1, 1.1.1."""
    for level in root.iter(q("text:outline-level-style")):
        depth = int(level.get(q("text:level"), "1"))
        if depth > 3:
            continue
        level.set(q("style:num-format"), "1")
        if depth > 1:
            level.set(q("text:display-levels"), str(depth))
        for old in list(level):
            level.remove(old)
        level.append(
            fragment(
                "<style:list-level-properties"
                ' text:list-level-position-and-space-mode="label-alignment">'
                '<style:list-level-label-alignment text:label-followed-by="listtab"'
                f' text:list-tab-stop-position="{NUMBER_WIDTH}mm"'
                f' fo:text-indent="-{NUMBER_WIDTH}mm" fo:margin-left="{NUMBER_WIDTH}mm"/>'
                "</style:list-level-properties>"
            )
        )


# Pages


def _field(name: str) -> str:
    return f'<text:user-defined text:name="{name}">@@{name}@@</text:user-defined>'


def _page_layout(name: str, header: str) -> str:
    width, height = PAGE
    return (
        f'<style:page-layout style:name="{name}"><style:page-layout-properties'
        f' fo:page-width="{width}mm" fo:page-height="{height}mm" style:num-format="1"'
        f' style:print-orientation="portrait" fo:margin-top="{MARGIN_TOP}mm"'
        f' fo:margin-bottom="{MARGIN_BOTTOM}mm" fo:margin-left="{MARGIN_SIDE}mm"'
        f' fo:margin-right="{MARGIN_SIDE}mm" style:writing-mode="lr-tb"/>'
        f"<style:header-style><style:header-footer-properties {header}/></style:header-style>"
        '<style:footer-style><style:header-footer-properties fo:min-height="4mm"'
        ' fo:margin-top="9mm" style:dynamic-spacing="false"/></style:footer-style>'
        "</style:page-layout>"
    )


def _letterhead() -> str:
    """Name and address above a rule; `letterhead_odt` adds the logo and the reference."""
    return (
        '<table:table table:name="Letterhead" table:style-name="Letterhead">'
        '<table:table-column table:style-name="Letterhead.A"/><table:table-row>'
        '<table:table-cell table:style-name="Letterhead.1" office:value-type="string">'
        f'<text:p text:style-name="LetterheadName">{_field("letterhead_name")}</text:p>'
        f'<text:p text:style-name="LetterheadText">{_field("letterhead_address")}</text:p>'
        "</table:table-cell></table:table-row></table:table>"
        '<text:p text:style-name="LetterheadGap"/>'
        '<text:p text:style-name="LetterheadText">@@reference@@</text:p>'
        '<text:p text:style-name="Header"/>'
    )


def _table_of_head(name: str, widths: dict[str, float], cell: str) -> Iterator[str]:
    """The columns of a table over the text's width, and its cells, without lines at the sides."""
    for column, width in widths.items():
        yield (
            f'<style:style style:name="{name}.{column}" style:family="table-column">'
            f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        )
    yield (
        f'<style:style style:name="{name}.1" style:family="table-cell">'
        '<style:table-cell-properties fo:padding="0mm" fo:border-left="none"'
        f' fo:border-right="none" fo:border-top="none" {cell}/></style:style>'
    )


def _pages(root: etree._Element, accent: str) -> None:
    automatic = root.find("office:automatic-styles", NAMESPACES)
    masters = root.find("office:master-styles", NAMESPACES)
    assert automatic is not None and masters is not None
    for old in [*automatic, *masters]:
        parent = old.getparent()
        assert parent is not None
        parent.remove(old)
    running = 'fo:min-height="9mm" fo:margin-bottom="4mm" style:dynamic-spacing="false"'
    first = 'fo:min-height="20mm" fo:margin-bottom="4mm" style:dynamic-spacing="false"'
    for xml in (
        '<style:style style:name="Letterhead" style:family="table"><style:table-properties'
        f' style:width="{TEXT_WIDTH}mm" table:align="margins"/></style:style>',
        *_table_of_head(
            "Letterhead",
            {"A": TEXT_WIDTH},
            f'fo:border-bottom="1.25pt solid #{accent}" fo:padding-bottom="3mm"'
            ' style:vertical-align="middle"',
        ),
        *_table_of_head(
            "Reference", {"A": TEXT_WIDTH / REFERENCE_COLUMNS}, 'fo:border-bottom="none"'
        ),
        *_table_of_head(
            "Running",
            {"A": TEXT_WIDTH - RUNNING_ID_WIDTH, "B": RUNNING_ID_WIDTH},
            f'fo:border-bottom="0.5pt solid #{RULE}"',
        ),
        _page_layout("PageFirst", first),
        _page_layout("PageNext", running),
    ):
        automatic.append(fragment(xml))
    footer = (
        f'<style:footer><text:p text:style-name="Footer">{_field("footer")}<text:tab/>'
        "<text:span>@@page_label@@</text:span></text:p></style:footer>"
    )
    header = (
        '<table:table table:name="RunningHeader" table:style-name="Letterhead">'
        '<table:table-column table:style-name="Running.A"/>'
        '<table:table-column table:style-name="Running.B"/><table:table-row>'
        '<table:table-cell table:style-name="Running.1" office:value-type="string">'
        f'<text:p text:style-name="RunningHeader">{_field("running_title")}</text:p>'
        '</table:table-cell><table:table-cell table:style-name="Running.1"'
        f' office:value-type="string"><text:p text:style-name="RunningId">{_field("running_id")}'
        "</text:p></table:table-cell></table:table-row></table:table>"
        '<text:p text:style-name="Header"/>'
    )
    masters.append(
        fragment(
            '<style:master-page style:name="Standard" style:page-layout-name="PageNext">'
            f"<style:header>{header}</style:header>{footer}</style:master-page>"
        )
    )
    masters.append(
        fragment(
            f'<style:master-page style:name="{_FIRST_PAGE}" style:page-layout-name="PageFirst"'
            ' style:next-style-name="Standard">'
            f"<style:header>{_letterhead()}</style:header>{footer}</style:master-page>"
        )
    )
