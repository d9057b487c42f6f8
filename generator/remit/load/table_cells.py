"""What is read out of a table that someone hands in: sheets of cells, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from remit.load.document_facts import NotReadable

MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_000

_COMMANDS = "=+-@\t\r＝＋－＠"
"""Characters with which a spreadsheet may take a text for a command."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_PHONE = re.compile(r"\+[0-9][0-9 ()/\u00a0-]{2,24}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty. `index`: its place in the row, from 0."""

    words: str
    index: int
    line: int
    column: int
    fault: str = ""
    """Why it cannot be taken over: it holds a formula, or what could become one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that are not empty. `name` is empty for a file that is one table."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    notes: tuple[str, ...] = ()
    """What a reader may not have seen: hidden rows, merged cells, how letters were read."""

    def place(self, cell: Cell) -> str:
        """Where a cell is: `3:12` in a text, `sheet "Members", C7` in a workbook."""
        if not self.name:
            return f"{cell.line}:{cell.column}"
        return f'sheet "{self.name}", {column_letters(cell.index)}{cell.line}'

    def row_place(self, line: int) -> str:
        return f'sheet "{self.name}", row {line}' if self.name else f"line {line}"


def column_letters(index: int) -> str:
    """A, B, … Z, AA, AB … from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def text_cell(words: str, index: int, line: int, column: int, fault: str = "") -> Cell | None:
    """The cell, or None for an empty one. An apostrophe before what could be a command is the
    usual guard against that, and no part of the text."""
    bare = words.strip(" \u00a0\n")
    if not bare and not fault:
        return None
    if index >= MOST_COLUMNS:
        raise NotReadable(f"line {line} has more than {MOST_COLUMNS} columns")
    if len(bare) > LONGEST_CELL:
        raise NotReadable(f"a cell on line {line} is longer than {LONGEST_CELL} characters")
    if _CONTROL.search(bare):
        bare = _CONTROL.sub("�", bare)
        fault = fault or "holds a sign that cannot be seen"
    if bare[:1] == "'" and bare[1:2] and bare[1] in _COMMANDS:
        return Cell(_plain(bare[1:]), index, line, column, fault)
    if not fault and bare[:1] in _COMMANDS and not _PHONE.fullmatch(bare):
        fault = f'begins with "{_shown(bare[0])}", which a spreadsheet may run as a formula'
    return Cell(_plain(bare), index, line, column, fault)


def _plain(words: str) -> str:
    """Line breaks of all systems as one, and no tab."""
    return re.sub(r"\r\n?", "\n", words).replace("\t", " ").strip()


def _shown(sign: str) -> str:
    return {"\t": "tab", "\r": "line break"}.get(sign, sign)


def too_many_rows() -> NotReadable:
    return NotReadable(
        f"it has more than {MOST_ROWS} rows; a register takes that many in smaller files"
    )
