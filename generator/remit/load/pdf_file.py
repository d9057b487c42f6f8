"""A tagged PDF → what it says, in the order of its tags, as a screen reader says it."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree

from remit.load.document_facts import DocumentFacts, NotReadable
from remit.load.pdf_text import PageText, page_text

OWN_NAMESPACE = "https://remit.example/ns/document/1.0/"
"""Namespace of the properties in XMP, as `write/pdf_metadata.py` sets them."""
DEEPEST_TAG = 200

_INLINE = {"/Span", "/Link", "/Em", "/Strong", "/Reference"}
_BESIDE = {"/TOC": True, "/Artifact": True}
_ALLOWED_NOTES = {"/Link", "/Widget", "/Popup"}
_SOFT_LINE_END = re.compile("\u00ad?\n")


def read_pdf(data: bytes) -> DocumentFacts:
    """Raises NotReadable."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _read(pdf)
    except pikepdf.PasswordError:
        raise NotReadable("the file is encrypted; save it without a password first") from None
    except NotReadable:
        raise
    except (pikepdf.PdfError, KeyError, AttributeError, TypeError, ValueError, IndexError) as error:
        raise NotReadable(f"the file is damaged: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _read(pdf: pikepdf.Pdf) -> DocumentFacts:
    pages = {page.obj.objgen: page_text(page) for page in pdf.pages}
    strange, beside = [*_active(pdf)], ""
    links: dict[str, None] = {}
    signatures = 0
    for page in pdf.pages:
        text = pages[page.obj.objgen]
        beside += f"\n{text.beside}"
        if text.loose.strip():
            strange.append(f'words outside the text: "{" ".join(text.loose.split())[:80]}"')
        if text.in_pictures:
            strange.append("words in a picture")
        for note in page.obj.get("/Annots", []):
            kind = str(note.get("/Subtype", ""))
            if kind not in _ALLOWED_NOTES:
                strange.append(f"a note on the page ({kind.strip('/') or 'of no kind'})")
            address = note.get("/A", pikepdf.Dictionary()).get("/URI")
            if address is not None:
                links[str(address)] = None
            signatures += _is_signed(note)
            if _is_filled(note):
                strange.append("a field that is filled in")
    if "/StructTreeRoot" not in pdf.Root:
        raise NotReadable("the file has no tags that tell the order of its text")
    tags = _Tags(pages)
    words = tags.read(pdf.Root.StructTreeRoot.get("/K"), None, "", 0)
    missed = " ".join(tags.unused().split())
    if missed:
        strange.append(f'words outside the text: "{missed[:80]}"')
    return DocumentFacts(
        "pdf",
        _properties(pdf),
        _joined(words),
        _joined(beside + tags.beside),
        tuple(links),
        sum(text.images for text in pages.values()),
        tuple(dict.fromkeys(strange)),
        signatures,
        tuple(_attached(pdf)),
    )


def _attached(pdf: pikepdf.Pdf) -> Iterator[str]:
    for name in pdf.attachments:
        yield hashlib.sha256(pdf.attachments[name].get_file().read_bytes()).hexdigest()


def _joined(text: str) -> str:
    """Words that a line's end divides are put together again."""
    return _SOFT_LINE_END.sub(lambda found: "" if len(found[0]) == 2 else " ", text)


class _Tags:
    """Puts the marked contents of all pages in the order of the tags."""

    def __init__(self, pages: dict[Any, PageText]) -> None:
        self.pages = pages
        self.used: set[tuple[Any, int]] = set()
        self.beside = ""
        self.count = 0

    def read(self, node: Any, page: Any, parent: str, depth: int) -> str:
        if node is None:
            return ""
        if depth > DEEPEST_TAG:
            raise NotReadable("its tags lie in one another deeper than any document's")
        if isinstance(node, int):
            return self._content(page, node)
        if isinstance(node, pikepdf.Array):
            return "".join(self.read(kid, page, parent, depth + 1) for kid in node)
        page = node.get("/Pg", page)
        if node.get("/Type") == "/MCR":
            return self._content(page, int(node.MCID))
        if node.get("/Type") == "/OBJR":
            return ""
        kind = str(node.get("/S", ""))
        text = self.read(node.get("/K"), page, kind, depth + 1)
        if kind in _BESIDE or (kind == "/Lbl" and parent == "/LI"):
            self.beside += f" {text} "
            return ""
        return text if kind in _INLINE else f" {text} "

    def _content(self, page: Any, mark: int) -> str:
        if page is None or page.objgen not in self.pages:
            return ""
        if (page.objgen, mark) in self.used:
            raise NotReadable("its tags use a piece of the text twice")
        self.used.add((page.objgen, mark))
        return self.pages[page.objgen].marked.get(mark, "")

    def unused(self) -> str:
        """What is drawn as text and stands in no tag."""
        return " ".join(
            words
            for page, text in self.pages.items()
            for mark, words in text.marked.items()
            if (page, mark) not in self.used
        )


def _active(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What does something when the file is opened."""
    names = pdf.Root.get("/Names", pikepdf.Dictionary())
    action = pdf.Root.get("/OpenAction")
    runs = isinstance(action, pikepdf.Dictionary) and action.get("/S") != "/GoTo"
    if "/JavaScript" in names or "/AA" in pdf.Root or runs:
        yield "a program"
    if "/OCProperties" in pdf.Root:
        yield "layers that can be hidden"


def _is_signed(note: Any) -> bool:
    return bool(note.get("/FT") == "/Sig" and "/V" in note)


def _is_filled(note: Any) -> bool:
    return note.get("/Subtype") == "/Widget" and note.get("/FT") != "/Sig" and "/V" in note


def _properties(pdf: pikepdf.Pdf) -> dict[str, str]:
    """The register's own properties in the XMP packet."""
    packet = pdf.Root.get("/Metadata")
    if packet is None:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(packet.read_bytes(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return {}
    start = f"{{{OWN_NAMESPACE}}}"
    found: dict[str, str] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith(start):
            found[element.tag.removeprefix(start)] = (element.text or "").strip()
        for name, value in element.attrib.items() if isinstance(element.tag, str) else ():
            if str(name).startswith(start):
                found[str(name).removeprefix(start)] = str(value).strip()
    return found
