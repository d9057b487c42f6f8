"""Every paragraph that a file holds in any of its parts, read without pandoc.

pandoc leaves out headers, text boxes, comments and more. What is found here and not there is told.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from remit.importing.pieces import joined
from remit.load.document_facts import NotReadable
from remit.load.office_parts import OfficeParts, elements

LONGEST_PAGE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """A paragraph and the part of the file where it stands."""

    text: str
    part: str
    """Empty for the running text."""
    hidden: str = ""
    """Why a reader of the document does not see it."""


@dataclass(frozen=True, slots=True)
class Overheard:
    paragraphs: tuple[Heard, ...]
    notes: tuple[str, ...]


# --- DOCX --------------------------------------------------------------------------------------

_PARTS = {
    "header": "the header of the pages",
    "footer": "the footer of the pages",
    "footnotes": "a footnote",
    "endnotes": "an endnote",
    "comments": "a comment",
}
_BREAKS = {"tab", "br", "cr", "ptab", "line-break", "s"}


def in_docx(parts: OfficeParts) -> Overheard:
    found: list[Heard] = []
    notes: list[str] = []
    for name in parts.names:
        if not name.endswith(".xml") or posixpath.dirname(name) == "docProps":
            continue
        stem = re.sub(r"\d*\.xml$", "", posixpath.basename(name))
        if "glossary" in name or stem in ("styles", "settings", "numbering", "fontTable", "theme"):
            continue
        root = parts.xml(name)
        if root is None:
            continue
        part = "" if stem == "document" else _PARTS.get(stem, f"the part {name}")
        hidden = part if stem == "comments" else ""
        for paragraph in (one for one in elements(root) if _name(one) == "p"):
            found += _docx_paragraph(paragraph, part, hidden)
        notes += _changes(root) if stem == "document" else []
    if any(name.endswith("vbaProject.bin") for name in parts.names):
        notes.append("the file holds a program (macros); it was not run and is not taken over")
    pictures = sum(1 for name in parts.names if posixpath.dirname(name) == "word/media")
    return Overheard(tuple(found), (*notes, *_pictures(pictures)))


def _docx_paragraph(paragraph: etree._Element, part: str, hidden: str) -> Iterator[Heard]:
    """The paragraph's own text, without that of paragraphs in it; then what is deleted in it."""
    text: list[str] = []
    deleted: list[str] = []
    for one in _below(paragraph, {"p", "Fallback"}):
        name = _name(one)
        if name in _BREAKS:
            text.append(" ")
        elif name == "t":
            text.append(one.text or "")
        elif name == "delText":
            deleted.append(one.text or "")
    above = {_name(one) for one in paragraph.iterancestors()}
    if "Fallback" in above:
        return
    where = "a text box" if not part and "txbxContent" in above else part
    if joined(text):
        yield Heard(joined(text), where, hidden)
    if joined(deleted):
        yield Heard(joined(deleted), where, "deleted by a tracked change")


def _changes(root: etree._Element) -> list[str]:
    names = {_name(one) for one in elements(root)}
    notes = []
    if names & {"ins", "del", "moveFrom", "moveTo"}:
        notes.append("the file has tracked changes; they are read as accepted")
    if "vanish" in names:
        notes.append("the file marks words as hidden; they are read like the others, look at them")
    return notes


def _pictures(count: int) -> list[str]:
    pictures = "1 picture is" if count == 1 else f"{count} pictures are"
    return [f"{pictures} not taken over: texts hold no pictures"] if count else []


# --- ODT ---------------------------------------------------------------------------------------


def in_odt(parts: OfficeParts) -> Overheard:
    if any(_name(one) == "encryption-data" for one in elements(parts.xml("META-INF/manifest.xml"))):
        raise NotReadable("the file is encrypted; save it without a password first")
    found: list[Heard] = []
    notes: list[str] = []
    for part in ("content.xml", "styles.xml"):
        root = parts.needed(part) if part == "content.xml" else parts.xml(part)
        for paragraph in (one for one in elements(root) if _name(one) in ("p", "h")):
            found += _odt_paragraph(paragraph, part == "styles.xml")
        if any(_name(one) == "tracked-changes" for one in elements(root)):
            notes.append("the file has tracked changes; they are read as accepted")
    if any(name.startswith(("Basic/", "Scripts/")) for name in parts.names):
        notes.append("the file holds a program (macros); it was not run and is not taken over")
    pictures = sum(1 for name in parts.names if name.startswith("Pictures/") and name[9:])
    return Overheard(tuple(found), (*notes, *_pictures(pictures)))


def _odt_paragraph(paragraph: etree._Element, is_edge: bool) -> Iterator[Heard]:
    text: list[str] = [paragraph.text or ""]
    for one in _below(paragraph, {"p", "h", "note-citation"}):
        if _name(one) in _BREAKS:
            text.append(" ")
        elif _name(one) not in ("title", "desc", "note-citation", "note", "annotation"):
            text.append(one.text or "")
        text.append(one.tail or "")
    if not joined(text):
        return
    above = {_name(one): one for one in paragraph.iterancestors()}
    hidden = ""
    if "annotation" in above:
        hidden = "a comment"
    elif "tracked-changes" in above:
        hidden = "deleted by a tracked change"
    where = ""
    if is_edge:
        where = "the footer of the pages" if "footer" in above else "the header of the pages"
    elif "note" in above:
        where = "a footnote"
    elif "text-box" in above:
        where = "a text box"
    yield Heard(joined(text), where, hidden)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _below(root: etree._Element, without: set[str]) -> Iterator[etree._Element]:
    """The elements below one in order, without those below a paragraph that stands in it.

    The inner paragraph's element itself comes, for the words behind it, with no text of its own.
    """
    stack = list(reversed(root))
    while stack:
        one = stack.pop()
        if _name(one) in without:
            behind = etree.Element("behind")
            behind.tail = one.tail
            yield behind
            continue
        yield one
        stack.extend(reversed(one))


# --- HTML and Markdown -------------------------------------------------------------------------

_HIDDEN = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math"}
_PARTS_OF_A_LINE = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "ins"),
    *("kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup"),
    *("time", "tt", "u", "var", "wbr", "del"),
}


def in_html(text: str) -> Overheard:
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=False))
    if root is None:
        return Overheard((), ())
    found = tuple(
        Heard(line, "") for line in "".join(_html_words(root)).split("\n") if joined([line])
    )
    notes = []
    names = [_name(one) for one in elements(root)]
    if {"script", "style"} & set(names):
        notes.append("the page holds scripts or styles; they were not run and are not taken over")
    return Overheard(found, (*notes, *_pictures(names.count("img"))))


def _html_words(root: etree._Element) -> Iterator[str]:
    """What a browser would show; a new line where it would begin one."""
    stack: list[etree._Element | str] = [root]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
            continue
        stack.append((one.tail or "").replace("\n", " "))
        name = _name(one)
        if not name or name in _HIDDEN:
            continue
        if name not in _PARTS_OF_A_LINE:
            yield "\n"
            stack.append("\n")
        yield (one.text or "").replace("\n", " ")
        stack.extend(reversed(one))


_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|</?[A-Za-z][^<>]*>", re.I | re.S)


_NOTE_LABEL = re.compile(r"\[\^[^\]\s]+\]:?")


def in_markdown(text: str) -> Overheard:
    """Line by line, without HTML tags; Markdown's own signs are no words."""
    notes = []
    if _MARKUP.search(text):
        notes.append("the file holds HTML; its words are taken over, its tags and programs are not")
    lines = html.unescape(_MARKUP.sub(" ", _NOTE_LABEL.sub(" ", text))).split("\n")
    return Overheard(
        tuple(Heard(joined([line]), "") for line in lines if line.strip()), tuple(notes)
    )
