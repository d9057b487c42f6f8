"""Tables to hand in, as spreadsheets write them and as none should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

HEAD = ("Navn", "Navn (engelsk)", "Organisasjonsnummer", "Telefon", "E-post", "Fylke", "Type",
        "Omtale")  # fmt: skip
NORDBY = ("Nordby kommune", "Nordby Municipality", "974 761 157", "55 55 55 55",
          "post@nordby.example.org", "Nordfylke", "kommune", "Gir råd.")  # fmt: skip
SORBY = ("Sørby kommune", "Sørby Municipality", "", "44 44 44 44",
         "post@sorby.example.org", "01", "Kommune", "Gir råd.")  # fmt: skip


def csv(*rows: Sequence[str], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """As a spreadsheet saves it."""

    def cell(words: str) -> str:
        if any(sign in words for sign in (delimiter, '"', "\n")):
            return '"' + words.replace('"', '""') + '"'
        return words

    lines = [delimiter.join(map(cell, row)) + "\r\n" for row in rows]
    return "".join(lines).encode(encoding)


def with_parts(workbook: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced by others."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name) or old.read(name))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return made.getvalue()


def part(workbook: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read(name)


def files_of(folder: Path) -> dict[str, bytes]:
    """All that lies in a register, but for what is kept to save time."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and ".cache" not in file.parts
    }


def changed_lines(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """The lines that are there after and were not before, file by file."""
    found = []
    for name, data in after.items():
        old = before.get(name, b"").decode().splitlines()
        found += [f"{name}: {line.strip()}" for line in data.decode().splitlines()
                  if line not in old]  # fmt: skip
    return found
