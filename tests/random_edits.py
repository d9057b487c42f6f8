"""Random edits of a register's files, as an editor might make them, without knowing what they mean.

Most of what comes out still loads; what does not is for the caller to take back.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

WORDS = ("ny", "annen", "[[specialist-team]]", "**viktig**", "«ord»", "Æøå", "1. januar")
_TEXT = re.compile(r"(?P<head>\s*(?:- )?(?:nb|sv|en): )(?P<words>[^|>\"'&*{\[#].*)")
_DAY = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")
_REF = re.compile(r"(?P<head>\s*(?:- |[a-z_]+: ))(?P<id>[a-z][a-z0-9]+(?:-[a-z0-9]+)+)$")


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done, and the files as they were before: None for one that was not there."""

    what: str
    before: dict[Path, bytes | None]

    def take_back(self) -> None:
        for file, data in self.before.items():
            if data is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)


def random_edit(files: Sequence[Path], dice: random.Random) -> Edit | None:
    """Changes one thing; None when the dice fell on a file that has nothing of the sort."""
    kinds: tuple[Callable[[Path, Sequence[Path], random.Random], Edit | None], ...] = (
        _reword,
        _reword,
        _shift_day,
        _shift_day,
        _point_elsewhere,
        _drop_line,
        _remove,
        _copy,
        _touch,
    )
    return dice.choice(kinds)(dice.choice(files), files, dice)


def _changed(file: Path, what: str, lines: Sequence[str]) -> Edit:
    edit = Edit(f"{what}: {file.name}", {file: file.read_bytes()})
    file.write_text("\n".join(lines), "utf-8")
    return edit


def _pick(
    file: Path, pattern: re.Pattern[str], dice: random.Random
) -> tuple[list[str], int, re.Match[str]] | None:
    lines = file.read_text("utf-8").split("\n")
    found = [(n, match) for n, line in enumerate(lines) if (match := pattern.search(line))]
    if not found:
        return None
    number, match = dice.choice(found)
    return lines, number, match


def _reword(file: Path, files: Sequence[Path], dice: random.Random) -> Edit | None:
    picked = _pick(file, _TEXT, dice)
    if picked is None:
        return None
    lines, number, match = picked
    lines[number] = f"{match['head']}{match['words']} {dice.choice(WORDS)}"
    return _changed(file, "reworded", lines)


def _shift_day(file: Path, files: Sequence[Path], dice: random.Random) -> Edit | None:
    picked = _pick(file, _DAY, dice)
    if picked is None:
        return None
    lines, number, match = picked
    day = date.fromisoformat(match[1]) + timedelta(days=dice.choice((-400, -1, 1, 400)))
    lines[number] = lines[number].replace(match[1], day.isoformat(), 1)
    return _changed(file, "another day", lines)


def _point_elsewhere(file: Path, files: Sequence[Path], dice: random.Random) -> Edit | None:
    picked = _pick(file, _REF, dice)
    if picked is None:
        return None
    lines, number, match = picked
    lines[number] = match["head"] + dice.choice(files).name.partition(".")[0]
    return _changed(file, "points elsewhere", lines)


def _drop_line(file: Path, files: Sequence[Path], dice: random.Random) -> Edit | None:
    lines = file.read_text("utf-8").split("\n")
    del lines[dice.randrange(len(lines))]
    return _changed(file, "a line less", lines)


def _remove(file: Path, files: Sequence[Path], dice: random.Random) -> Edit | None:
    edit = Edit(f"removed: {file.name}", {file: file.read_bytes()})
    file.unlink()
    return edit


def _copy(file: Path, files: Sequence[Path], dice: random.Random) -> Edit | None:
    if file.suffix != ".yml" or "mandates" in file.parts:
        return None
    id = f"{file.stem}-{dice.randrange(1000)}"
    copy = file.with_name(f"{id}.yml")
    if copy.exists():
        return None
    copy.write_text(re.sub(rf"(?m)^id: {file.stem}$", f"id: {id}", file.read_text("utf-8")))
    return Edit(f"copied: {copy.name}", {copy: None})


def _touch(file: Path, files: Sequence[Path], dice: random.Random) -> Edit | None:
    if file.suffix != ".yml":
        return None
    return _changed(file, "a comment", ["# a remark", *file.read_text("utf-8").split("\n")])
