"""DOCX and ODT files → what they say, read part by part with a limit to each."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator

from lxml import etree

from remit.load.document_facts import DocumentFacts, NotReadable

LONGEST_PART = 32 * 1024 * 1024
MOST_PARTS = 2000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"

_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]+:", re.I)
_OFF = ("0", "false", "off", "none")


class _Parts:
    """The parts of a zip file."""

    def __init__(self, data: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise NotReadable(f"the file is damaged: {error}") from None
        self.names = self.archive.namelist()
        if len(self.names) > MOST_PARTS or len(set(self.names)) < len(self.names):
            raise NotReadable("the file holds a part twice, or far too many parts")

    def read(self, name: str) -> bytes | None:
        if name not in self.names:
            return None
        try:
            with self.archive.open(name) as stream:
                data = stream.read(LONGEST_PART + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
            raise NotReadable(f"the part {name} is damaged or encrypted: {error}") from None
        except Exception as error:  # zlib and others tell of damage each in their own way
            raise NotReadable(f"the part {name} is damaged: {error}") from None
        if len(data) > LONGEST_PART:
            raise NotReadable(f"the part {name} is larger than any document's")
        return data

    def xml(self, name: str) -> etree._Element | None:
        data = self.read(name)
        if data is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise NotReadable(f"the part {name} is no proper XML: {error}") from None
        if _DOCTYPE.search(data):
            raise NotReadable(f"the part {name} declares a document type of its own")
        return root

    def needed(self, name: str) -> etree._Element:
        root = self.xml(name)
        if root is None:
            raise NotReadable(f"the file has no part {name}")
        return root


def read_office(data: bytes) -> DocumentFacts:
    """Raises NotReadable."""
    parts = _Parts(data)
    if "content.xml" in parts.names:
        return _read_odt(parts)
    if "_rels/.rels" in parts.names:
        return _read_docx(parts)
    raise NotReadable("the file is a zip file, but neither DOCX nor ODT")


def _elements(root: etree._Element | None) -> Iterator[etree._Element]:
    """All elements, without comments and the like."""
    return iter(()) if root is None else (e for e in root.iter() if isinstance(e.tag, str))


def _on(element: etree._Element, name: str = f"{_W}val") -> bool:
    return element.get(name, "true").lower() not in _OFF


# --- DOCX ----------------------------------------------------------------------------------

_STRANGE_DOCX = {
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


class _Targets:
    """Where the relationships of a part lead."""

    def __init__(self, parts: _Parts, part: str) -> None:
        folder, name = posixpath.split(part)
        self.inside: list[tuple[str, str]] = []
        self.outside: list[tuple[str, str]] = []
        for one in _elements(parts.xml(posixpath.join(folder, "_rels", f"{name}.rels"))):
            target = one.get("Target")
            if target is None:
                continue
            kind = one.get("Type", "").rpartition("/")[2]
            if one.get("TargetMode") == "External":
                self.outside.append((kind, target))
            else:
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                self.inside.append((kind, path))

    def of(self, *kinds: str) -> list[str]:
        return [path for kind, path in self.inside if kind in kinds]


def _read_docx(parts: _Parts) -> DocumentFacts:
    top = _Targets(parts, "")
    mains = top.of("officeDocument")
    if len(mains) != 1:
        raise NotReadable("the file does not say which part is its text")
    body, links = parts.needed(mains[0]), _Targets(parts, mains[0])
    if body.tag != f"{_W}document":
        raise NotReadable("the file is an office file, but no text document")
    strange = [
        _STRANGE_DOCX[etree.QName(element).localname]
        for element in _elements(body)
        if etree.QName(element).localname in _STRANGE_DOCX
    ]
    if _hides_words(body, [parts.xml(path) for path in links.of("styles")]):
        strange.append("hidden text")
    if links.of("vbaProject") or any(name.endswith("vbaProject.bin") for name in parts.names):
        strange.append("a program")
    outside = [target for kind, target in links.outside if kind == "hyperlink"]
    strange += [f"{kind} from outside" for kind, _ in links.outside if kind != "hyperlink"]
    contents = [one for one in body.iter(f"{_W}sdt") if _is_contents(one)]
    beside = [_docx_text(one, ()) for one in contents]
    for path in links.of("header", "footer"):
        beside.append(_docx_text(parts.needed(path), ()))
        outside += [target for _, target in _Targets(parts, path).outside]
    return DocumentFacts(
        "docx",
        _docx_properties(parts, top),
        _docx_text(body, contents),
        "\n".join(beside),
        tuple(dict.fromkeys(outside)),
        sum(1 for element in _elements(body) if etree.QName(element).localname == "blip"),
        tuple(dict.fromkeys(strange)),
        len(top.of("origin")),
    )


def _is_contents(block: etree._Element) -> bool:
    kind = block.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return kind is not None and kind.get(f"{_W}val") == "Table of Contents"


def _docx_text(root: etree._Element, without: list[etree._Element] | tuple[()]) -> str:
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
    for style in (one for root in styles for one in _elements(root) if one.tag == f"{_W}style"):
        hidden = style.find(f"{_W}rPr/{_W}vanish")
        if hidden is not None and _on(hidden) and style.get(f"{_W}styleId") in used:
            return True
    return False


def _docx_properties(parts: _Parts, top: _Targets) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in top.of("custom-properties"):
        for one in _elements(parts.xml(path)):
            if one.get("name"):
                found[one.get("name", "")] = "".join(str(text) for text in one.itertext()).strip()
    return found


# --- ODT -----------------------------------------------------------------------------------

_STRANGE_ODT = {
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


def _read_odt(parts: _Parts) -> DocumentFacts:
    manifest = parts.xml("META-INF/manifest.xml")
    if any(one.tag == f"{_MANIFEST}encryption-data" for one in _elements(manifest)):
        raise NotReadable("the file is encrypted; save it without a password first")
    content, styles = parts.needed("content.xml"), parts.xml("styles.xml")
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise NotReadable("the file is an OpenDocument file, but holds no text")
    strange = [_STRANGE_ODT[one.tag] for one in _elements(body) if one.tag in _STRANGE_ODT]
    if any(
        one.get(f"{_TEXT}display") in ("none", "condition")
        for root in (content, styles)
        for one in _elements(root)
    ):
        strange.append("hidden text")
    if any(one.tag == f"{_OFFICE}script" for one in _elements(content)) or any(
        name.startswith(("Basic/", "Scripts/")) for name in parts.names
    ):
        strange.append("a program")
    edges = [one for one in _elements(styles) if _is_edge(one)]
    contents = list(body.iter(f"{_TEXT}table-of-content"))
    links = [
        one.get(f"{_XLINK}href", "")
        for root in (body, *edges)
        for one in _elements(root)
        if one.tag in (f"{_TEXT}a", f"{_DRAW}a")
    ]
    return DocumentFacts(
        "odt",
        _odt_properties(parts),
        _odt_text(body, lambda one: one.tag in _NOT_BODY),
        "\n".join(_odt_text(one, lambda _: False) for one in (*edges, *contents)),
        tuple(dict.fromkeys(link for link in links if _OUTSIDE.match(link))),
        sum(1 for one in _elements(body) if one.tag == f"{_DRAW}frame" and _is_picture(one)),
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


def _odt_text(root: etree._Element, without: Callable[[etree._Element], bool]) -> str:
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


def _odt_properties(parts: _Parts) -> dict[str, str]:
    return {
        one.get(f"{_META}name", ""): "".join(str(text) for text in one.itertext()).strip()
        for one in _elements(parts.xml("meta.xml"))
        if one.tag == f"{_META}user-defined"
    }
