"""A table that someone hands in, read in a process of its own that has little memory and time."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from remit.load.apart import contents, tell, told_apart
from remit.load.document_facts import NotReadable
from remit.load.office_parts import OfficeParts
from remit.load.table_cells import Cell, Sheet
from remit.load.table_csv import read_csv
from remit.load.table_xlsx import read_xlsx

LARGEST_TABLE = 24 * 1024 * 1024


def read_table(file: Path) -> list[Sheet]:
    """The sheets of a CSV or XLSX file. Raises NotReadable."""
    answer = told_apart(__name__, file, "table")
    return [_sheet(one) for one in answer["sheets"]]


def _sheet(told: dict[str, Any]) -> Sheet:
    rows = tuple(tuple(Cell(*cell) for cell in row) for row in told["rows"])
    return Sheet(told["name"], rows, told["hidden"], tuple(told["notes"]))


def sheets_of(data: bytes, ending: str) -> list[Sheet]:
    """Raises NotReadable."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise NotReadable("the workbook has a password; save it without one")
        raise NotReadable("the workbook is of an old Excel (.xls); save it as .xlsx")
    if data.startswith(b"PK\x03\x04"):
        if ending != ".xlsx":
            raise NotReadable(f"a table is CSV or XLSX, not {ending}; save it as one of them")
        return read_xlsx(OfficeParts(data))
    if ending == ".xlsx":
        raise NotReadable("the file is called .xlsx and is no workbook, or it is damaged")
    return [read_csv(data)]


def _read(file: Path) -> dict[str, Any]:
    """Raises NotReadable."""
    data = contents(file, "table of a register", LARGEST_TABLE)
    return {"sheets": [_told(sheet) for sheet in sheets_of(data, file.suffix.lower())]}


def _told(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "notes": sheet.notes,
        "rows": [[list(asdict(cell).values()) for cell in row] for row in sheet.rows],
    }


if __name__ == "__main__":
    tell(_read, "table")
