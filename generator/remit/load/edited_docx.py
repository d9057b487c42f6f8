"""A DOCX file that someone has edited → its paragraphs, with bookmarks, links and comments.

Tracked changes are read as accepted: what was inserted counts, what was deleted does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from remit.load.document_facts import NotReadable
from remit.load.docx_file import Targets, is_contents, properties_of
from remit.load.edited_parts import EditedFile, Gathering, is_our_bookmark
from remit.load.office_parts import OfficeParts, elements

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_GONE = {f"{_W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "delInstrText")}
_TRACKED = {f"{_W}{name}" for name in ("ins", "del", "moveFrom", "moveTo")}
_FORMS = {f"{_W}b": "bold", f"{_W}i": "italic", f"{_W}u": "underlined", f"{_W}strike": "struck"}
_NO = ("0", "false", "off", "none")
_LETTERS = {
    f"{_W}tab": " ",
    f"{_W}ptab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
    f"{_W}softHyphen": "",
}
_PICTURES = {f"{_W}drawing": "picture", f"{_W}pict": "picture", f"{_W}object": "object"}
_ADDRESS = re.compile(r'^\s*HYPERLINK\s+"([^"]+)"')


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands round the element that is read."""

    link: str = ""
    cell: tuple[int, int, int] | None = None


def read_edited_docx(parts: OfficeParts) -> EditedFile:
    """Raises NotReadable."""
    top = Targets(parts, "")
    mains = top.of("officeDocument")
    if len(mains) != 1:
        raise NotReadable("the file does not say which part is its text")
    root, links = parts.needed(mains[0]), Targets(parts, mains[0])
    body = root.find(f"{_W}body")
    if body is None:
        raise NotReadable("the file is an office file, but no text document")
    if any(name.lower().endswith("vbaproject.bin") for name in parts.names):
        raise NotReadable("the file holds a program (macros); save it as DOCX without them")
    reader = _Reader(parts, links)
    reader.blocks(body, _Around())
    return reader.found.finished("docx", properties_of(parts, top))


class _Reader:
    def __init__(self, parts: OfficeParts, links: Targets) -> None:
        self.found = Gathering()
        self.addresses = links.by_id
        self.styles = _styles([parts.xml(path) for path in links.of("styles")])
        self.words_of = {
            "comment": _said(parts, links.of("comments"), "comment"),
            "footnote": _said(parts, links.of("footnotes"), "footnote"),
            "endnote": _said(parts, links.of("endnotes"), "endnote"),
        }
        self.tables = 0
        self.joined = False
        self.fields: list[str] = []

    # --- blocks ---

    def blocks(self, parent: etree._Element, around: _Around) -> None:
        for one in parent:
            if not isinstance(one.tag, str):
                continue
            if one.tag == f"{_W}p":
                self.paragraph(one, around)
            elif one.tag == f"{_W}tbl":
                self.table(one, around)
            elif one.tag in (f"{_W}bookmarkStart", f"{_W}bookmarkEnd"):
                self.bookmark(one)
            elif one.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
                if not is_contents(one):
                    self.blocks(one, around)
            elif one.tag in (f"{_W}altChunk", f"{_W}subDoc"):
                self.found.aside("another document", "")

    def table(self, table: etree._Element, around: _Around) -> None:
        if around.cell is not None:
            self.found.aside("table within a table", _plain(table))
            return
        self.tables += 1
        number = self.tables
        rows = [one for one in table.iter(f"{_W}tr") if _table_of(one) is table]
        for position, row in enumerate(rows):
            if row.find(f"{_W}trPr/{_W}del") is not None:
                self.found.tracked += 1
                continue
            cells = [one for one in row.iter(f"{_W}tc") if _row_of(one) is row]
            for column, cell in enumerate(cells):
                self.blocks(cell, replace(around, cell=(number, position, column)))

    def paragraph(self, paragraph: etree._Element, around: _Around) -> None:
        properties = paragraph.find(f"{_W}pPr")
        style, skipped = self.style(properties)
        if skipped:
            return
        if not self.joined or not self.found.has_words:
            self.found.begin(style, around.cell)
        self.fields = []
        self.inlines(paragraph, around)
        self.joined = (
            properties is not None
            and around.cell is None
            and any(
                properties.find(f"{_W}rPr/{_W}{name}") is not None for name in ("del", "moveFrom")
            )
        )
        if not self.joined:
            self.found.end()

    def style(self, properties: etree._Element | None) -> tuple[str, bool]:
        """What the paragraph is, and whether it is a line of the table of contents."""
        if properties is None:
            return "", False
        named = properties.find(f"{_W}pStyle")
        id = named.get(f"{_W}val", "") if named is not None else ""
        name, listed = self.styles.get(id, ("", False))
        if re.match(r"(toc|contents) ?(\d|heading)", name):
            return "", True
        if re.match(r"(unnumbered ?)?heading ?\d", name):
            return "heading", False
        if name == "title":
            return "title", False
        own = properties.find(f"{_W}numPr/{_W}numId")
        if own is not None:
            listed = own.get(f"{_W}val") != "0"
        return ("item" if listed else ""), False

    # --- inside a paragraph ---

    def inlines(self, parent: etree._Element, around: _Around) -> None:
        for one in parent:
            if isinstance(one.tag, str):
                self.inline(one, around)

    def inline(self, one: etree._Element, around: _Around) -> None:
        if one.tag in _TRACKED:
            self.found.tracked += 1
        if one.tag in _GONE:
            for inner in elements(one):
                if inner.tag == f"{_W}bookmarkEnd":
                    self.bookmark(inner)
            return
        if one.tag in (f"{_W}bookmarkStart", f"{_W}bookmarkEnd"):
            self.bookmark(one)
        elif one.tag == f"{_W}r":
            self.run(one, around)
        elif one.tag == f"{_W}hyperlink":
            anchor = one.get(f"{_W}anchor")
            outside = self.addresses.get(one.get(f"{_R}id", ""), "")
            self.inlines(one, replace(around, link=outside or (f"#{anchor}" if anchor else "")))
        elif one.tag == f"{_W}fldSimple":
            address = _ADDRESS.match(one.get(f"{_W}instr", ""))
            self.inlines(one, replace(around, link=address[1]) if address else around)
        elif one.tag not in (f"{_W}pPr", f"{_W}sdtPr"):
            self.inlines(one, around)

    def bookmark(self, one: etree._Element) -> None:
        key = one.get(f"{_W}id", "")
        if one.tag == f"{_W}bookmarkEnd":
            self.found.stop(key)
        elif is_our_bookmark(one.get(f"{_W}name")):
            self.found.start(key, one.get(f"{_W}name", ""))

    def run(self, run: etree._Element, around: _Around) -> None:
        look = run.find(f"{_W}rPr")
        forms = tuple(
            name
            for tag, name in _FORMS.items()
            if look is not None and (mark := look.find(tag)) is not None and _on(mark)
        )
        for one in run:
            if not isinstance(one.tag, str) or one.tag in _GONE:
                if isinstance(one.tag, str) and one.tag == f"{_W}instrText" and self.fields:
                    self.fields[-1] += one.text or ""
                continue
            self.piece(one, around, forms)

    def piece(self, one: etree._Element, around: _Around, forms: tuple[str, ...]) -> None:
        field = next((m[1] for text in self.fields if (m := _ADDRESS.match(text))), "")
        if one.tag == f"{_W}t":
            self.found.add(one.text or "", around.link or field, forms)
        elif one.tag in _LETTERS:
            self.found.add(_LETTERS[one.tag], around.link or field, forms)
        elif one.tag == f"{_W}fldChar":
            kind = one.get(f"{_W}fldCharType")
            if kind == "begin":
                self.fields.append("")
            elif kind == "end" and self.fields:
                self.fields.pop()
        elif one.tag == f"{_W}commentReference":
            self.found.aside("comment", self.words_of["comment"].get(one.get(f"{_W}id", ""), ""))
        elif one.tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
            kind = etree.QName(one).localname.removesuffix("Reference")
            self.found.aside("note", self.words_of[kind].get(one.get(f"{_W}id", ""), ""))
        elif one.tag in _PICTURES:
            boxes = list(one.iter(f"{_W}txbxContent"))
            kind = "text box" if boxes else _PICTURES[one.tag]
            self.found.aside(kind, " ".join(map(_plain, boxes)))
        elif one.tag == f"{_MC}AlternateContent":
            chosen = one.find(f"{_MC}Choice")
            for inner in chosen if chosen is not None else ():
                self.piece(inner, around, forms)


def _styles(roots: list[etree._Element | None]) -> dict[str, tuple[str, bool]]:
    """By id: the style's name in small letters, and whether its paragraphs are in a list."""
    found, based = {}, {}
    for root in roots:
        for one in elements(root):
            if one.tag != f"{_W}style":
                continue
            named, parent = one.find(f"{_W}name"), one.find(f"{_W}basedOn")
            name = (named.get(f"{_W}val", "") if named is not None else "").lower()
            number = one.find(f"{_W}pPr/{_W}numPr/{_W}numId")
            listed = number is not None and number.get(f"{_W}val") != "0"
            found[one.get(f"{_W}styleId", "")] = (name, listed)
            based[one.get(f"{_W}styleId", "")] = (
                parent.get(f"{_W}val", "") if parent is not None else ""
            )
    for id, (name, listed) in list(found.items()):
        above, steps = based.get(id, ""), 0
        while above and not re.match(r"heading \d|title$|toc", name) and steps < 20:
            parent_name = found.get(above, ("", False))[0]
            if re.match(r"heading \d|title$|toc \d", parent_name):
                found[id] = (parent_name, listed)
                break
            above, steps = based.get(above, ""), steps + 1
    return found


def _said(parts: OfficeParts, paths: list[str], name: str) -> dict[str, str]:
    return {
        one.get(f"{_W}id", ""): _plain(one)
        for path in paths
        for one in elements(parts.xml(path))
        if one.tag == f"{_W}{name}"
    }


def _plain(root: etree._Element) -> str:
    """All words below an element, with a space between paragraphs."""
    words = []
    for one in elements(root):
        if one.tag == f"{_W}t":
            words.append(one.text or "")
        elif one.tag == f"{_W}p":
            words.append(" ")
    return "".join(words).strip()


def _table_of(row: etree._Element) -> etree._Element:
    return next(row.iterancestors(f"{_W}tbl"))


def _row_of(cell: etree._Element) -> etree._Element:
    return next(cell.iterancestors(f"{_W}tr"))


def _on(mark: etree._Element) -> bool:
    return mark.get(f"{_W}val", "true").lower() not in _NO
