"""An ODT file that someone has edited → its paragraphs, with bookmarks, links and comments.

Tracked changes are read as accepted: ODT keeps what was deleted apart from the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from remit.load.document_facts import NotReadable
from remit.load.edited_parts import EditedFile, Gathering, is_our_bookmark
from remit.load.odt_file import properties_of
from remit.load.office_parts import OfficeParts, elements

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"

_SKIPPED = {
    f"{_TEXT}tracked-changes",
    f"{_TEXT}table-of-content",
    f"{_TEXT}sequence-decls",
    f"{_OFFICE}forms",
}
_INSIDE = {f"{_TEXT}{name}" for name in ("section", "list", "list-item", "list-header")}
_BOOKMARKS = {f"{_TEXT}{name}" for name in ("bookmark", "bookmark-start", "bookmark-end")}


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands round the element that is read."""

    link: str = ""
    forms: tuple[str, ...] = ()
    in_list: bool = False
    cell: tuple[int, int, int] | None = None


def read_edited_odt(parts: OfficeParts) -> EditedFile:
    """Raises NotReadable."""
    manifest = parts.xml("META-INF/manifest.xml")
    if any(one.tag == f"{_MANIFEST}encryption-data" for one in elements(manifest)):
        raise NotReadable("the file is encrypted; save it without a password first")
    content = parts.needed("content.xml")
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise NotReadable("the file is an OpenDocument file, but holds no text")
    scripts = any(one.tag == f"{_OFFICE}script" for one in elements(content))
    if scripts or any(name.startswith(("Basic/", "Scripts/")) for name in parts.names):
        raise NotReadable("the file holds a program (macros); save it as ODT without them")
    reader = _Reader(_styles(parts.xml("styles.xml"), content))
    changes = body.find(f"{_TEXT}tracked-changes")
    reader.found.tracked = len(changes) if changes is not None else 0
    reader.blocks(body, _Around())
    return reader.found.finished("odt", properties_of(parts))


@dataclass
class _Reader:
    styles: dict[str, _Style]
    found: Gathering = field(default_factory=Gathering)
    tables: int = 0

    def blocks(self, parent: etree._Element, around: _Around) -> None:
        for one in parent:
            if not isinstance(one.tag, str) or one.tag in _SKIPPED:
                continue
            if one.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                self.paragraph(one, around)
            elif one.tag in _INSIDE:
                in_list = around.in_list or one.tag == f"{_TEXT}list"
                self.blocks(one, replace(around, in_list=in_list))
            elif one.tag == f"{_TABLE}table":
                self.table(one, around)
            elif one.tag in _BOOKMARKS:
                self.bookmark(one)
            elif one.tag == f"{_DRAW}frame":
                self.frame(one)

    def table(self, table: etree._Element, around: _Around) -> None:
        if around.cell is not None:
            words = " ".join(str(text) for text in table.itertext())
            self.found.aside("table within a table", words)
            return
        self.tables += 1
        number = self.tables
        rows = [
            one
            for one in table.iter(f"{_TABLE}table-row")
            if next(one.iterancestors(f"{_TABLE}table")) is table
        ]
        for position, row in enumerate(rows):
            for column, cell in enumerate(row.findall(f"{_TABLE}table-cell")):
                self.blocks(cell, _Around(cell=(number, position, column)))

    def paragraph(self, paragraph: etree._Element, around: _Around) -> None:
        named = paragraph.get(f"{_TEXT}style-name", "")
        families = [named, *self._above(named)]
        style = "item" if around.in_list else ""
        if any(re.match(r"Contents_20_", name) for name in families):
            return
        if "Title" in families:
            style = "title"
        elif paragraph.tag == f"{_TEXT}h" or any(
            re.match(r"(Unnumbered_20_)?Heading_20_\d", name) for name in families
        ):
            style = "heading"
        self.found.begin(style, around.cell)
        self.inlines(paragraph, around)
        self.found.end()

    def inlines(self, parent: etree._Element, around: _Around) -> None:
        self.words(parent.text, around)
        for one in parent:
            if isinstance(one.tag, str):
                self.inline(one, around)
            self.words(one.tail, around)

    def words(self, text: str | None, around: _Around) -> None:
        if text:
            self.found.add(re.sub(r"[ \t\r\n]+", " ", text), around.link, around.forms)

    def inline(self, one: etree._Element, around: _Around) -> None:
        if one.tag in _BOOKMARKS:
            self.bookmark(one)
        elif one.tag == f"{_TEXT}line-break":
            self.found.add("\n", around.link, around.forms)
        elif one.tag in (f"{_TEXT}tab", f"{_TEXT}s"):
            self.found.add(" ", around.link, around.forms)
        elif one.tag == f"{_TEXT}span":
            forms = self._forms(one.get(f"{_TEXT}style-name", ""))
            self.inlines(one, replace(around, forms=tuple(dict.fromkeys(around.forms + forms))))
        elif one.tag == f"{_TEXT}a":
            self.inlines(one, replace(around, link=one.get(f"{_XLINK}href", "")))
        elif one.tag == f"{_OFFICE}annotation":
            said = [" ".join(map(str, p.itertext())) for p in one.iter(f"{_TEXT}p")]
            self.found.aside("comment", " ".join(said))
        elif one.tag == f"{_TEXT}note":
            note = one.find(f"{_TEXT}note-body")
            said = [] if note is None else [str(text) for text in note.itertext()]
            self.found.aside("note", " ".join(said))
        elif one.tag == f"{_DRAW}frame":
            self.frame(one)
        elif one.tag.startswith(_TEXT) and one.tag != f"{_TEXT}number":
            self.inlines(one, around)

    def frame(self, one: etree._Element) -> None:
        box = one.find(f"{_DRAW}text-box")
        words = "" if box is None else " ".join(str(text) for text in box.itertext())
        self.found.aside("picture" if box is None else "text box", words)

    def bookmark(self, one: etree._Element) -> None:
        name = one.get(f"{_TEXT}name", "")
        if one.tag == f"{_TEXT}bookmark-end":
            self.found.stop(name)
        elif is_our_bookmark(name):
            self.found.start(name, name)

    # --- styles ---

    def _above(self, name: str) -> list[str]:
        names: list[str] = []
        while name in self.styles and self.styles[name].parent and len(names) < 20:
            name = self.styles[name].parent
            names.append(name)
        return names

    def _forms(self, name: str) -> tuple[str, ...]:
        return self.styles[name].forms if name in self.styles else ()


def _styles(*roots: etree._Element | None) -> dict[str, _Style]:
    """By name: the style above it, and how its letters are set apart."""
    found = {}
    for root in roots:
        for one in elements(root):
            if one.tag != f"{_STYLE}style":
                continue
            look = one.find(f"{_STYLE}text-properties")
            forms = () if look is None else _forms_of(look)
            parent = one.get(f"{_STYLE}parent-style-name", "")
            found[one.get(f"{_STYLE}name", "")] = _Style(parent, forms)
    return found


def _forms_of(look: etree._Element) -> tuple[str, ...]:
    found = []
    if look.get(f"{_FO}font-weight") in ("bold", "700", "800", "900"):
        found.append("bold")
    if look.get(f"{_FO}font-style") in ("italic", "oblique"):
        found.append("italic")
    if look.get(f"{_STYLE}text-underline-style", "none") != "none":
        found.append("underlined")
    if look.get(f"{_STYLE}text-line-through-style", "none") != "none":
        found.append("struck")
    return tuple(found)
