"""A translation job as XLIFF 1.2, which every translation program reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from remit import __version__
from remit.model.translation_jobs import Code, TranslationJob, pieces, unit_id
from remit.model.translations import TextState, TranslatedText

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_PREFIXES: Any = {None: NAMESPACE}
"""Any: the stubs of lxml know no default namespace."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_STATES = {
    TextState.MISSING: "needs-translation",
    TextState.STALE: "needs-translation",
    TextState.UNREVIEWED: "needs-review-translation",
    TextState.REVIEWED: "final",
}
_ELEMENTS = {"whole": "ph", "begin": "bpt", "end": "ept"}


def xliff(
    job: TranslationJob,
    notes: Callable[[TranslatedText], Iterable[str]],
    revision: Callable[[TranslatedText], str],
) -> bytes:
    """A `file` for each record, a `trans-unit` for each text; `notes` help whoever translates."""
    root = etree.Element(f"{{{NAMESPACE}}}xliff", {"version": "1.2"}, nsmap=_PREFIXES)
    for address, texts in job.by_record().items():
        attributes = {
            "original": address,
            "source-language": job.source_language,
            "target-language": job.target_language,
            "datatype": "plaintext",
            "product-name": "Remit",
            "product-version": __version__,
        }
        known = revision(texts[0])
        file = _add(root, "file", attributes | ({"build-num": known} if known else {}))
        counts = _add(_add(file, "header"), "count-group", {"name": "job"})
        for kind, unit, number in (
            ("x-texts", "x-text", len(job.texts)),
            ("total", "word", job.words),
        ):
            _add(counts, "count", {"count-type": kind, "unit": unit}).text = str(number)
        body = _add(file, "body")
        for text in texts:
            _unit(body, text, notes(text))
    _indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _add(above: etree._Element, name: str, attributes: dict[str, str] | None = None) -> Any:
    return etree.SubElement(above, f"{{{NAMESPACE}}}{name}", attributes or {})


def _indent(element: etree._Element, depth: int = 1) -> None:
    """A line for each element; inside a source or target nothing is added to its words."""
    if etree.QName(element).localname in ("source", "target") or not len(element):
        return
    element.text = "\n" + " " * depth
    for one in element:
        _indent(one, depth + 1)
        one.tail = "\n" + " " * depth
    element[-1].tail = "\n" + " " * (depth - 1)


def _unit(body: etree._Element, text: TranslatedText, notes: Iterable[str]) -> None:
    reviewed = "yes" if text.state is TextState.REVIEWED else "no"
    name = text.key.partition(":")[2]
    attributes = {"id": unit_id(text), "resname": name, "approved": reviewed, _SPACE: "preserve"}
    unit = _add(body, "trans-unit", attributes)
    codes: dict[tuple[str, str], str] = {}
    _fill(_add(unit, "source"), text.source, codes)
    _fill(_add(unit, "target", {"state": _STATES[text.state]}), text.target, codes)
    for note in notes:
        _add(unit, "note", {"from": "remit"}).text = note


def _fill(element: etree._Element, words: str, codes: dict[tuple[str, str], str]) -> None:
    """The words, with each code as an element; the same code has the same id in both languages."""
    used: set[str] = set()
    begun: dict[int, str] = {}
    last: etree._Element | None = None
    for piece in pieces(words):
        if isinstance(piece, str):
            if last is None:
                element.text = (element.text or "") + piece
            else:
                last.tail = (last.tail or "") + piece
            continue
        id = begun[piece.number] if piece.side == "end" else _id(piece, codes, used)
        begun[piece.number] = id
        last = _add(element, _ELEMENTS[piece.side], {"id": id})
        last.text = piece.text


def _id(code: Code, codes: dict[tuple[str, str], str], used: set[str]) -> str:
    """That of the same code in the source, if it is not taken yet; else a new one."""
    number = 0
    while True:
        known = codes.setdefault((code.link, str(number)), str(len(codes) + 1))
        if known not in used:
            used.add(known)
            return known
        number += 1
