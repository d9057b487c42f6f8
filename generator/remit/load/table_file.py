"""A table that someone hands in, read in a process of its own that has little memory and time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from remit.load.document_facts import NotReadable
from remit.load.handed_in import SECONDS, limit_memory
from remit.load.office_parts import OfficeParts
from remit.load.table_cells import Cell, Sheet
from remit.load.table_csv import read_csv
from remit.load.table_xlsx import read_xlsx

LARGEST_TABLE = 24 * 1024 * 1024


def read_table(file: Path) -> list[Sheet]:
    """The sheets of a CSV or XLSX file. Raises NotReadable."""
    command = [sys.executable, "-m", __name__, str(SECONDS)]
    given = os.fsencode(str(file.absolute()))
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    if done.returncode > 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    if not done.stdout:
        raise NotReadable("it takes more memory or time to read than any table does")
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise NotReadable(answer["problem"])
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


def _answer(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_TABLE + 1)
        if len(data) > LARGEST_TABLE:
            raise NotReadable("the file is larger than any table of a register")
        sheets = sheets_of(data, file.suffix.lower())
    except OSError as error:
        return {"problem": error.strerror or str(error)}
    except NotReadable as problem:
        return {"problem": str(problem)}
    except (MemoryError, RecursionError):
        return {"problem": "it takes more memory to read than any table does"}
    return {"sheets": [_told(sheet) for sheet in sheets]}


def _told(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "hidden": sheet.hidden,
        "notes": sheet.notes,
        "rows": [[list(asdict(cell).values()) for cell in row] for row in sheet.rows],
    }


if __name__ == "__main__":
    limit_memory()
    if hasattr(signal, "alarm"):
        signal.alarm(int(sys.argv[1]))
    sys.stdout.write(json.dumps(_answer(Path(os.fsdecode(sys.stdin.buffer.read())))))
