"""An ODT file → what it says."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from remit.load.document_facts import DocumentFacts, NotReadable
from remit.load.office_parts import OfficeParts, elements

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"

_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]+:", re.I)
_STRANGE = {
    f"{_TEXT}tracked-changes": "tracked changes",
    f"{_OFFICE}annotation": "a comment",
    f"{_TEXT}note": "a note",
    f"{_DRAW}text-box": "a text box",
    f"{_DRAW}object": "an embedded object",
    f"{_DRAW}object-ole": "an embedded object",
    f"{_DRAW}plugin": "an embedded object",
    f"{_OFFICE}binary-data": "an embedded object",
    f"{_TEXT}hidden-text": "hidden text",
    f"{_TEXT}hidden-paragraph": "hidden text",
    f"{_TEXT}conditional-text": "hidden text",
}
_NOT_SHOWN = {f"{_SVG}title", f"{_SVG}desc"}
"""What a picture is said to show."""
_NOT_BODY = {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}table-of-content"}
_SPACES = {f"{_TEXT}line-break", f"{_TEXT}tab", f"{_TEXT}s"}


def read_odt(parts: OfficeParts) -> DocumentFacts:
    """Raises NotReadable."""
    manifest = parts.xml("META-INF/manifest.xml")
    if any(one.tag == f"{_MANIFEST}encryption-data" for one in elements(manifest)):
        raise NotReadable("the file is encrypted; save it without a password first")
    content, styles = parts.needed("content.xml"), parts.xml("styles.xml")
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise NotReadable("the file is an OpenDocument file, but holds no text")
    strange = [_STRANGE[one.tag] for one in elements(body) if one.tag in _STRANGE]
    if any(
        one.get(f"{_TEXT}display") in ("none", "condition")
        for root in (content, styles)
        for one in elements(root)
    ):
        strange.append("hidden text")
    if any(one.tag == f"{_OFFICE}script" for one in elements(content)) or any(
        name.startswith(("Basic/", "Scripts/")) for name in parts.names
    ):
        strange.append("a program")
    edges = [one for one in elements(styles) if _is_edge(one)]
    contents = list(body.iter(f"{_TEXT}table-of-content"))
    links = [
        one.get(f"{_XLINK}href", "")
        for root in (body, *edges)
        for one in elements(root)
        if one.tag in (f"{_TEXT}a", f"{_DRAW}a")
    ]
    return DocumentFacts(
        "odt",
        properties_of(parts),
        _text_of(body, lambda one: one.tag in _NOT_BODY),
        "\n".join(_text_of(one, lambda _: False) for one in (*edges, *contents)),
        tuple(dict.fromkeys(link for link in links if _OUTSIDE.match(link))),
        sum(1 for one in elements(body) if one.tag == f"{_DRAW}frame" and _is_picture(one)),
        tuple(dict.fromkeys(strange)),
        1 if "META-INF/documentsignatures.xml" in parts.names else 0,
    )


def _is_edge(element: etree._Element) -> bool:
    name = etree.QName(element)
    return name.namespace == _STYLE[1:-1] and bool(
        re.fullmatch(r"(header|footer)(-left|-first)?", name.localname)
    )


def _is_picture(frame: etree._Element) -> bool:
    return frame.find(f"{_DRAW}image") is not None


def _text_of(root: etree._Element, without: Callable[[etree._Element], bool]) -> str:
    """The text below an element; a new line after each paragraph."""
    text: list[str] = []
    stack: list[etree._Element | str] = [root]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            text.append(one)
            continue
        if one is not root:
            stack.append(one.tail or "")
        if not isinstance(one.tag, str) or one.tag in _NOT_SHOWN or without(one):
            continue
        if one.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            stack.append("\n")
        if one.tag in _SPACES:
            text.append(" ")
        for child in reversed(one):
            stack.append(child)
        stack.append(one.text or "")
    return "".join(text)


def properties_of(parts: OfficeParts) -> dict[str, str]:
    return {
        one.get(f"{_META}name", ""): "".join(str(text) for text in one.itertext()).strip()
        for one in elements(parts.xml("meta.xml"))
        if one.tag == f"{_META}user-defined"
    }
