"""A translation job that came back as DOCX → what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from remit.load.document_facts import NotReadable
from remit.load.office_parts import OfficeParts
from remit.model.translation_jobs import ReturnedJob, ReturnedText

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_JOB = re.compile(r"b-job_([a-z]{2,3})_([a-z]{2,3})_([0-9]{1,6})")
_TEXT = re.compile(r"b-([0-9a-f]{12}_[0-9a-f]{12}_(?:[0-9a-f]{8}|0))")
_LEFT_OUT = {f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText")}
_STRANGE = {
    f"{_W}footnoteReference": "a footnote",
    f"{_W}endnoteReference": "an endnote",
    f"{_W}drawing": "a picture",
    f"{_W}pict": "a picture",
    f"{_W}object": "an embedded object",
    f"{_W}tbl": "a table",
    f"{_M}oMath": "a formula",
}
_AS_TEXT = {
    f"{_W}tab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "",
    f"{_W}sym": "\ufffd",
}
"""A sign of a font for signs says nothing by itself: the check then finds what stands for it."""


def read_job_docx(parts: OfficeParts) -> ReturnedJob:
    """What stands in the right-hand column, with tracked changes taken over. Raises NotReadable."""
    body = parts.needed("word/document.xml")
    job = next(filter(None, map(_JOB.fullmatch, _names(body))), None)
    if job is None:
        raise NotReadable("the file is no translation job of remit's, or its bookmarks are gone")
    texts: list[ReturnedText] = []
    faults: list[str] = []
    heads = {table.find(f"{_W}tr") for table in body.iter(f"{_W}tbl")}
    for row in body.iter(f"{_W}tr"):
        cells = row.findall(f"{_W}tc") or [*row.iter(f"{_W}tc")]
        if row.find(f"{_W}trPr/{_W}del") is not None or not cells:
            continue
        ids = [match[1] for match in map(_TEXT.fullmatch, _names(row)) if match]
        where = f'the row "{_beginning(cells[0])}"'
        if not ids and row in heads:
            continue
        if len(ids) != 1:
            faults.append(
                f"{where} has lost its bookmark"
                if not ids
                else f"{where} holds {len(ids)} texts: cells were joined"
            )
            continue
        if len(cells) < 2:
            faults.append(f"{where} has no right-hand column any more")
            continue
        strange = sorted({_STRANGE[one.tag] for one in cells[-1].iter() if one.tag in _STRANGE})
        faults.extend(f"{where} has {what} in its translation" for what in strange)
        texts.append(ReturnedText(ids[0], _text(cells[-1]), where))
    return ReturnedJob(job[1], job[2], int(job[3]), tuple(texts), tuple(faults))


def _names(element: etree._Element) -> Iterator[str]:
    return (one.get(f"{_W}name", "") for one in element.iter(f"{_W}bookmarkStart"))


def _beginning(cell: etree._Element) -> str:
    words = " ".join(_text(cell).split())
    return words if len(words) <= 50 else words[:50].rsplit(" ", 1)[0] + " …"


def _text(cell: etree._Element) -> str:
    """Line by line; a paragraph begins a line, unless the mark before it was deleted."""
    lines: list[str] = []
    joined = False
    for paragraph in cell.iter(f"{_W}p"):
        words = "".join(_parts(paragraph))
        if joined:
            lines[-1] += words
        else:
            lines.append(words)
        joined = paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None
    return "\n".join(lines)


def _parts(element: etree._Element) -> Iterator[str]:
    for one in element:
        if not isinstance(one.tag, str) or one.tag in _LEFT_OUT or one.tag in _STRANGE:
            continue
        if one.tag == f"{_W}t":
            yield one.text or ""
        elif one.tag in _AS_TEXT:
            yield _AS_TEXT[one.tag]
        else:
            yield from _parts(one)
