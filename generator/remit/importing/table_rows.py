"""The rows below a table's heading: each cell read for what its column is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from remit.importing.table_columns import Column, Columns, Problem
from remit.importing.table_fields import fields_of
from remit.importing.table_known import Known
from remit.importing.table_values import value_of
from remit.importing.table_vocabulary import heading_of
from remit.load.table_cells import Cell, Sheet


@dataclass(slots=True)
class Row:
    """`cells` and `columns` by the column's key: `name.nb`, `phone`."""

    place: str
    """As it is told of: `line 4`."""
    at: str
    """As problems give it: `4:1`."""
    cells: dict[str, Cell]
    columns: dict[str, Column]
    values: dict[str, Any] = field(default_factory=dict)

    def words(self, key: str) -> str:
        return self.cells[key].words if key in self.cells else ""


def rows_of(columns: Columns, sheet: Sheet) -> list[Row]:
    """Those that hold something in a known column. A row that is there twice is said, and once
    taken; cells that cannot be taken over are among the problems."""
    by_index = {column.index: column for column in columns.columns}
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    rows = []
    for cells in columns.rows:
        known = {by_index[cell.index].key: cell for cell in cells if cell.index in by_index}
        place = sheet.row_place(cells[0].line)
        for cell in known.values():
            if cell.fault:
                columns.problems.append(
                    Problem(
                        sheet.place(cell),
                        f'"{cell.words[:40]}" {cell.fault}',
                        "write the text or number itself; empty the cell when there is none",
                    )
                )
        said = tuple((key, " ".join(cell.words.split())) for key, cell in known.items())
        if said and said in seen:
            columns.notes.append(f"{place} says the same as {seen[said]} and is passed over")
        elif said:
            seen[said] = place
            columns_here = {key: by_index[cell.index] for key, cell in known.items()}
            rows.append(Row(place, sheet.place(cells[0]), known, columns_here))
    return rows


def read_values(
    row: Row,
    kind: str,
    known: Known,
    sheet: Sheet,
    problems: list[Problem],
    wanted: Callable[[Column], bool],
    country: str = "",
) -> None:
    """Fills the row's values for the wanted columns."""

    def find(words: str, kinds: tuple[str, ...]) -> str:
        return known.find(words, kinds, country)

    for key, cell in row.cells.items():
        column = row.columns[key]
        if not wanted(column) or cell.fault:
            continue
        try:
            row.values[key] = value_of(kind, column.field, cell.words, find)
        except ValueError as error:
            told = ValueError(f"{column.heading}: {error}")
            problems.append(Problem.of(sheet.place(cell), told))


def given_for_all(
    kind: str, said: Mapping[str, str], language: str, known: Known
) -> Iterator[tuple[Column, Any]]:
    """What `--set FIELD=VALUE` says of every new record. Raises ValueError."""
    fields = fields_of(kind)
    for name, words in said.items():
        heading = heading_of(kind, name, set(fields))
        if heading is None:
            raise ValueError(f'--set: a table of kind {kind} has no field "{name}"; '
                             f"there are {', '.join(sorted(fields))}")  # fmt: skip
        found = fields[heading.field]
        code = (heading.language or language) if found.local else ""
        try:
            value = value_of(kind, found, words, known.find)
        except ValueError as error:
            raise ValueError(f"--set {name}: {error}") from None
        yield Column(-1, name, found, code), value
