"""A DOCX file → what it says."""

from __future__ import annotations

import posixpath

from lxml import etree

from remit.load.document_facts import DocumentFacts, NotReadable
from remit.load.office_parts import OfficeParts, elements

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_STRANGE = {
    **dict.fromkeys(("ins", "del", "moveFrom", "moveTo", "delText"), "tracked changes"),
    **dict.fromkeys(("rPrChange", "pPrChange", "tblPrChange"), "tracked changes of the layout"),
    **dict.fromkeys(("commentReference", "commentRangeStart"), "a comment"),
    **dict.fromkeys(("footnoteReference", "endnoteReference"), "a note"),
    **dict.fromkeys(("altChunk", "subDoc"), "another document inside it"),
    **dict.fromkeys(("object", "control"), "an embedded object"),
    "txbxContent": "a text box",
    "dataBinding": "text that comes from elsewhere in the file",
}
_AS_SPACE = {f"{_W}{name}" for name in ("tab", "br", "cr", "ptab")}
_AS_TEXT = {
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
    f"{_W}sym": "\ufffd",
    f"{_W}pgNum": "",
}


class Targets:
    """Where the relationships of a part lead."""

    def __init__(self, parts: OfficeParts, part: str) -> None:
        folder, name = posixpath.split(part)
        self.inside: list[tuple[str, str]] = []
        self.outside: list[tuple[str, str]] = []
        self.by_id: dict[str, str] = {}
        for one in elements(parts.xml(posixpath.join(folder, "_rels", f"{name}.rels"))):
            target = one.get("Target")
            if target is None:
                continue
            kind = one.get("Type", "").rpartition("/")[2]
            if one.get("TargetMode") == "External":
                self.outside.append((kind, target))
                self.by_id[one.get("Id", "")] = target
            else:
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                self.inside.append((kind, path))

    def of(self, *kinds: str) -> list[str]:
        return [path for kind, path in self.inside if kind in kinds]


def read_docx(parts: OfficeParts) -> DocumentFacts:
    """Raises NotReadable."""
    top = Targets(parts, "")
    mains = top.of("officeDocument")
    if len(mains) != 1:
        raise NotReadable("the file does not say which part is its text")
    body, links = parts.needed(mains[0]), Targets(parts, mains[0])
    if body.tag != f"{_W}document":
        raise NotReadable("the file is an office file, but no text document")
    strange = [
        _STRANGE[etree.QName(element).localname]
        for element in elements(body)
        if etree.QName(element).localname in _STRANGE
    ]
    if _hides_words(body, [parts.xml(path) for path in links.of("styles")]):
        strange.append("hidden text")
    if links.of("vbaProject") or any(name.endswith("vbaProject.bin") for name in parts.names):
        strange.append("a program")
    outside = [target for kind, target in links.outside if kind == "hyperlink"]
    strange += [f"{kind} from outside" for kind, _ in links.outside if kind != "hyperlink"]
    contents = [one for one in body.iter(f"{_W}sdt") if is_contents(one)]
    beside = [_text(one, ()) for one in contents]
    for path in links.of("header", "footer"):
        beside.append(_text(parts.needed(path), ()))
        outside += [target for _, target in Targets(parts, path).outside]
    return DocumentFacts(
        "docx",
        properties_of(parts, top),
        _text(body, contents),
        "\n".join(beside),
        tuple(dict.fromkeys(outside)),
        sum(1 for element in elements(body) if etree.QName(element).localname == "blip"),
        tuple(dict.fromkeys(strange)),
        len(top.of("origin")),
    )


def is_contents(block: etree._Element) -> bool:
    kind = block.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return kind is not None and kind.get(f"{_W}val") == "Table of Contents"


def _text(root: etree._Element, without: list[etree._Element] | tuple[()]) -> str:
    """The text of every run; a new line after each paragraph."""
    text: list[str] = []
    stack: list[etree._Element | str] = [root]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            text.append(one)
            continue
        if not isinstance(one.tag, str) or one in without or one.tag == f"{_W}delText":
            continue
        if one.tag in _AS_SPACE:
            text.append(" ")
        elif one.tag in _AS_TEXT:
            text.append(_AS_TEXT[one.tag])
        elif etree.QName(one).localname == "t":
            text.append(one.text or "")
        if one.tag == f"{_W}p":
            stack.append("\n")
        stack.extend(reversed(one))
    return "".join(text)


def _hides_words(body: etree._Element, styles: list[etree._Element | None]) -> bool:
    """Whether a run, or a style that is used, is marked as not to be shown."""
    used = {
        element.get(f"{_W}val")
        for element in body.iter(f"{_W}pStyle", f"{_W}rStyle", f"{_W}tblStyle")
    }
    for run in body.iter(f"{_W}r"):
        hidden = run.find(f"{_W}rPr/{_W}vanish")
        if hidden is not None and _on(hidden) and run.find(f"{_W}t") is not None:
            return True
    for style in (one for root in styles for one in elements(root) if one.tag == f"{_W}style"):
        hidden = style.find(f"{_W}rPr/{_W}vanish")
        if hidden is not None and _on(hidden) and style.get(f"{_W}styleId") in used:
            return True
    return False


def properties_of(parts: OfficeParts, top: Targets) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in top.of("custom-properties"):
        for one in elements(parts.xml(path)):
            if one.get("name"):
                found[one.get("name", "")] = "".join(str(text) for text in one.itertext()).strip()
    return found


def _on(element: etree._Element) -> bool:
    return element.get(f"{_W}val", "true").lower() not in ("0", "false", "off", "none")
