"""A CSV file → its cells, each with line and column. The file is not trusted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from remit.load.document_facts import NotReadable
from remit.load.table_cells import MOST_ROWS, Cell, Sheet, text_cell, too_many_rows

_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_TWO_BYTES = re.compile(rb"\xc3[\x80-\xbf]")
"""A letter such as å in UTF-8; hardly ever two letters in Windows-1252."""
_TWICE = re.compile("Ã[¥¤¶¸¦…„–˜†\u2026]")
"""What å, ä, ö, ø and æ become when UTF-8 is taken for Windows-1252."""
_DELIMITERS = ";\t,"
_SNIFFED = 64 * 1024


def read_csv(data: bytes) -> Sheet:
    """Raises NotReadable, with the line, for what is no table of text."""
    text, notes = _decoded(data)
    text, delimiter = _delimited(text)
    twice = _TWICE.search(text)
    if twice:
        raise NotReadable(
            f'line {_line(text, twice.start())}: "{twice[0]}" stands where a letter such as å or ø '
            "belongs; save the table anew as CSV UTF-8 from a program that shows its letters right"
        )
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    for cell, is_last in _cells(text, delimiter):
        if cell:
            row.append(cell)
        if is_last and row:
            rows.append(tuple(row))
            row = []
            if len(rows) > MOST_ROWS:
                raise too_many_rows()
    if row:
        rows.append(tuple(row))
    return Sheet("", tuple(rows), notes=tuple(notes))


def _decoded(data: bytes) -> tuple[str, list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(data, "utf-16"), []
    head = data[:400]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) >= 8 and head[first::2].count(0) > len(head) // 3:
            return _utf16(data, name), ["the letters are read as UTF-16, without a mark for it"]
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise NotReadable(f"line {line}: a byte of no text; the file is no CSV")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = data[error.start]
    if _TWO_BYTES.search(data):
        raise NotReadable(
            f"line {line}: the byte {byte:#04x} is no UTF-8 text, though other letters of the file "
            "are; save the table anew as CSV UTF-8"
        )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NotReadable(
            f"line {line}: the byte {data[error.start]:#04x} is text neither in UTF-8 nor in "
            "Windows-1252; save the table anew as CSV UTF-8"
        ) from None
    return text, [
        f"the letters are read as Windows-1252: line {line} is no UTF-8; "
        "look whether å, ä, ö, æ and ø are right below"
    ]


def _utf16(data: bytes, name: str) -> str:
    try:
        return data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(name, "replace").count("\n") + 1
        raise NotReadable(f"line {line}: a byte that is no UTF-16 text") from None


def _delimited(text: str) -> tuple[str, str]:
    """The text, and what divides its cells: said in a line `sep=;`, or what divides most lines
    into as many parts."""
    said = re.match(r"sep=([;,\t|])\r?\n", text)
    if said:
        return "\n" * said[0].count("\n") + text[said.end() :], said[1]
    lines = [line for line in _QUOTED.sub("", text[:_SNIFFED]).splitlines() if line.strip()]

    def agreeing(sign: str) -> int:
        counts = Counter(line.count(sign) for line in lines if sign in line)
        return max(counts.values(), default=0)

    return text, max(_DELIMITERS, key=agreeing)


def _cells(text: str, delimiter: str) -> Iterator[tuple[Cell | None, bool]]:
    """Each cell that is not empty, and whether it is the last of its row."""
    bare = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    at, line, began, index = 0, 1, 0, 0
    while at < len(text):
        first, column = line, at - began + 1
        if text[at] == '"':
            match = _QUOTED.match(text, at)
            if match is None:
                raise NotReadable(f"line {line}: a quotation mark opens a cell that has no end")
            words, at = match[1].replace('""', '"'), match.end()
            line += match[0].count("\n")
            if "\n" in match[0]:
                began = match.start() + match[0].rindex("\n") + 1
            if at < len(text) and text[at] not in (delimiter, "\r", "\n"):
                raise NotReadable(
                    f"line {line}: text follows the quotation mark that ends a cell; "
                    "inside a cell, quotation marks are written twice"
                )
        else:
            match = bare.match(text, at)
            assert match is not None
            words, at = match[0], match.end()
        is_last = at >= len(text) or text[at] != delimiter
        yield text_cell(words, index, first, column), is_last
        index = 0 if is_last else index + 1
        if is_last and at < len(text):
            at += 1 if text[at : at + 2] != "\r\n" else 2
            line, began = line + 1, at
        else:
            at += 1


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
