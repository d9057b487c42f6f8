"""A PDF as typst writes it, taken apart into its numbered objects and put together again.

Opening and saving with a PDF library takes longer than typesetting, as it reads every stream anew.
typst writes plain objects with one table of places, so that a few can be changed and all others
copied as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)\s*?\n")
_TRAILER = re.compile(rb"/Root (\d+) 0 R/Info (\d+) 0 R")
_ENTRY = 20
_REFERENCE = re.compile(rb"(\d+) 0 R\b")


class PdfObjects:
    """The objects by number, to be read, replaced and added to."""

    def __init__(self, pdf: bytes) -> None:
        """Raises ValueError for a file that is not written in typst's way."""
        start = _START.search(pdf)
        table = _TABLE.match(pdf, int(start[1])) if start else None
        trailer = _TRAILER.search(pdf, table.end()) if table else None
        if start is None or table is None or trailer is None:
            raise ValueError("the PDF has no plain table of its objects")
        self.catalog, self.information = int(trailer[1]), int(trailer[2])
        first = table.end() + _ENTRY
        starts = range(first, first + _ENTRY * (int(table[1]) - 1), _ENTRY)
        places = {n: int(pdf[start : start + 10]) for n, start in enumerate(starts, 1)}
        ends = sorted([*places.values(), table.start()])
        after = dict(pairwise(ends))
        self.head = pdf[: ends[0]]
        self.objects: dict[int, bytes] = {}
        for number, place in places.items():
            begin = b"%d 0 obj\n" % number
            content = pdf[place : after[place]].rstrip()
            if not content.startswith(begin) or not content.endswith(b"endobj"):
                raise ValueError(f"object {number} is not where the table says")
            self.objects[number] = content[len(begin) : -len(b"endobj")]

    def __getitem__(self, number: int) -> bytes:
        return self.objects[number]

    def __setitem__(self, number: int, content: bytes) -> None:
        self.objects[number] = content

    def add(self, content: bytes) -> int:
        """Adds an object and returns its number."""
        number = len(self.objects) + 1
        self.objects[number] = content
        return number

    def insert(self, number: int, entries: bytes) -> None:
        """Puts entries at the end of an object that is a dictionary."""
        content = self.objects[number].rstrip()
        if not content.endswith(b">>"):
            raise ValueError(f"object {number} is no dictionary")
        self.objects[number] = content[:-2] + entries + b">>"

    def to_bytes(self, identifiers: tuple[bytes, bytes]) -> bytes:
        """The file: the same objects and identifiers give the same bytes."""
        parts, place = [self.head], len(self.head)
        entries = [b"0000000000 65535 f\r\n"]
        for number in range(1, len(self.objects) + 1):
            part = b"%d 0 obj\n%s\nendobj\n\n" % (number, self.objects[number].strip(b"\n"))
            entries.append(b"%010d 00000 n\r\n" % place)
            parts.append(part)
            place += len(part)
        parts.append(
            b"xref\n0 %d\n%strailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\n"
            b"startxref\n%d\n%%%%EOF\n"
            % (
                len(entries),
                b"".join(entries),
                len(entries),
                self.catalog,
                self.information,
                identifiers[0].hex().upper().encode(),
                identifiers[1].hex().upper().encode(),
                place,
            )
        )
        return b"".join(parts)


def references(content: bytes) -> list[int]:
    """The numbers of the objects that are pointed to, in order."""
    return [int(number) for number in _REFERENCE.findall(content)]


def kids(element: bytes) -> list[int]:
    """The elements below an element of the structure tree, in reading order."""
    return references(element[element.rfind(b"/K[") :].partition(b"]")[0])


def text_string(text: str) -> bytes:
    """A text as PDF writes it outside of pages."""
    if text.isascii() and text.isprintable():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode()) + b")"
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().upper().encode() + b">"


def array(numbers: Iterable[int]) -> bytes:
    """An array of pointers to objects."""
    return b"[" + b" ".join(b"%d 0 R" % number for number in numbers) + b"]"
