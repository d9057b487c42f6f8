"""Which row of a table is its heading, what each column is about, and what the table is of."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from remit.importing.table_fields import KEYS, KINDS, TableField, fields_of
from remit.importing.table_vocabulary import (
    Heading,
    bare,
    heading_of,
    is_about_persons,
    known_words,
)
from remit.load.table_cells import Cell, Sheet

LEFT_OUT = "-"
"""What a column is mapped to that is not to be taken over."""
_ROWS_TO_SEEK = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a table is refused: where, what is wrong, what to do."""

    place: str
    message: str
    help: str = ""

    @classmethod
    def of(cls, place: str, error: ValueError) -> Problem:
        """What is wrong, and after a semicolon what to do."""
        message, _, help = str(error).partition("; ")
        return cls(place, message, help)

    @property
    def order(self) -> tuple[int, int, str]:
        """Row by row, and in a row from left to right."""
        cell = re.search(r"([A-Z]+)([0-9]+)$", self.place)
        if cell:
            return int(cell[2]), len(cell[1]), cell[1]
        line, _, column = self.place.partition(":")
        return int(line) if line.isdigit() else 0, int(column) if column.isdigit() else 0, ""


@dataclass(frozen=True, slots=True)
class Column:
    """`language` is empty for a field without languages."""

    index: int
    heading: str
    field: TableField
    language: str = ""

    @property
    def key(self) -> str:
        return f"{self.field.key}.{self.language}" if self.language else self.field.key


@dataclass(slots=True)
class Columns:
    """The table as understood: what it is of, in which language, and the rows below its heading."""

    kind: str
    language: str
    columns: list[Column]
    rows: Sequence[tuple[Cell, ...]]
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def columns_of(
    sheet: Sheet,
    languages: Sequence[str],
    *,
    kind: str = "",
    language: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Columns | Problem:
    """`mapping`: fields by heading, as someone says they are. A problem when nothing is known."""
    mapping = {bare(heading): said for heading, said in (mapping or {}).items()}
    if not sheet.rows:
        return Problem(sheet.name or "1:1", "the table is empty")
    chosen = _kind_and_heading(sheet, (kind,) if kind else KINDS, mapping)
    if isinstance(chosen, Problem):
        return chosen
    kind, at = chosen
    headings = _headings(sheet.rows[at], kind, mapping)
    spoken = Counter(code for one in headings.values() if one for code in one.words_of)
    language = language or max(languages, key=lambda code: spoken[code])
    made = Columns(kind, language, [], sheet.rows[at + 1 :])
    if at:
        above = "; ".join(cell.words for row in sheet.rows[:at] for cell in row)
        made.notes.append(f"passed over above the heading: {above}")
    _fill(made, sheet, sheet.rows[at], headings, mapping, languages)
    return made


def _kind_and_heading(
    sheet: Sheet, kinds: Sequence[str], mapping: Mapping[str, str]
) -> tuple[str, int] | Problem:
    best: dict[str, tuple[int, int]] = {}
    for kind in kinds:
        for at, row in enumerate(sheet.rows[:_ROWS_TO_SEEK]):
            found = [one for one in _headings(row, kind, mapping).values() if one]
            missing = KEYS[kind] - {one.field for one in found}
            if found and (len(kinds) == 1 or not missing):
                best[kind] = max(best.get(kind, (0, 0)), (len(found), -at))
    if not best:
        first = ", ".join(cell.words for cell in sheet.rows[0])
        return Problem(
            sheet.place(sheet.rows[0][0]),
            f"no row is a heading whose columns are known; the first says: {first}",
            "give the columns names such as Navn, Telefon, E-post; or say what they are: "
            '--as organisation --map "Heading=field"',
        )
    most = max(count for count, _ in best.values())
    likely = [kind for kind, (count, _) in best.items() if count == most]
    if len(likely) > 1:
        return Problem(
            sheet.place(sheet.rows[0][0]),
            f"the columns fit tables of several kinds: {', '.join(likely)}",
            f"say which: --as {likely[0]}",
        )
    return likely[0], -best[likely[0]][1]


def _headings(
    row: tuple[Cell, ...], kind: str, mapping: Mapping[str, str]
) -> dict[int, Heading | None]:
    fields = set(fields_of(kind))
    return {
        cell.index: heading_of(kind, mapping.get(bare(cell.words), cell.words), fields)
        for cell in row
    }


def _fill(
    made: Columns,
    sheet: Sheet,
    row: tuple[Cell, ...],
    headings: Mapping[int, Heading | None],
    mapping: Mapping[str, str],
    languages: Sequence[str],
) -> None:
    fields = fields_of(made.kind)
    filled = {cell.index for cells in made.rows for cell in cells}
    seen: dict[str, str] = {}
    for cell in row:
        heading = headings[cell.index]
        if mapping.get(bare(cell.words)) == LEFT_OUT:
            made.notes.append(f'the column "{cell.words}" is left out, as you said')
        elif heading is None:
            if cell.index in filled:
                made.problems.append(_unknown(sheet, cell, made.kind))
        else:
            code = (heading.language or made.language) if fields[heading.field].local else ""
            column = Column(cell.index, cell.words, fields[heading.field], code)
            if code and code not in languages:
                made.problems.append(
                    Problem(
                        sheet.place(cell),
                        f'the column "{cell.words}" is in a language that the register lacks',
                        f"its languages are {', '.join(languages)}",
                    )
                )
            elif column.key in seen:
                made.problems.append(
                    Problem(
                        sheet.place(cell),
                        f'"{seen[column.key]}" and "{cell.words}" are both the column {column.key}',
                        f'say what one of them is: --map "{cell.words}=…"; '
                        f'or leave it out: --map "{cell.words}={LEFT_OUT}"',
                    )
                )
            else:
                made.columns.append(column)
            seen.setdefault(column.key, cell.words)
    made.problems += _without_heading(made, sheet, {cell.index for cell in row})


def _without_heading(made: Columns, sheet: Sheet, headed: set[int]) -> list[Problem]:
    return [
        Problem(
            sheet.place(cell),
            f'"{_cut(cell.words)}" stands in a column without a heading',
            "give the column a heading, or empty the cell",
        )
        for cells in made.rows
        for cell in cells
        if cell.index not in headed
    ]


def _unknown(sheet: Sheet, cell: Cell, kind: str) -> Problem:
    if is_about_persons(cell.words):
        return Problem(
            sheet.place(cell),
            f'the column "{cell.words}" is about persons, and the register names none',
            f'leave it out: --map "{cell.words}={LEFT_OUT}"',
        )
    fields = set(fields_of(kind))
    words = {bare(word): field for word, field in known_words(kind, fields).items()}
    near = difflib.get_close_matches(bare(cell.words), words, n=1)
    hint = f'--map "{cell.words}={words[near[0]] if near else "…"}"'
    known = ", ".join(sorted(fields))
    return Problem(
        sheet.place(cell),
        f'the column "{cell.words}" is not known in a table of kind {kind}',
        f'say what it is: {hint}, or leave it out: --map "{cell.words}={LEFT_OUT}"\n'
        f"the fields are: {known}",
    )


def _cut(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:39]}…"
