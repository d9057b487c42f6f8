"""`released.txt` → the addresses of the last release. Read as warily as any record."""

from __future__ import annotations

import re
import stat
from datetime import date

from remit.diagnostics import Diagnostic, Location
from remit.load.reading import file_bytes, not_utf8, unreadable
from remit.model.released import Released, is_address
from remit.settings import Settings

MAX_BYTES = 64 * 1024 * 1024
MAX_PROBLEMS = 20
_DAY = re.compile(r"# released: (\d{4}-\d{2}-\d{2})")


def read_released(settings: Settings, problems: list[Diagnostic]) -> Released | None:
    """The list; None for a register that was never released, and for a list that is no use."""
    data = _bytes(settings, problems)
    return None if data is None else released_in(data, settings.released, problems)


def released_in(data: bytes, shown: str, problems: list[Diagnostic]) -> Released | None:
    """What the bytes of a list say; None when it is no use."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(not_utf8(error, shown))
        return None
    lines: dict[str, int] = {}
    day: date | None = None
    wrong = 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if is_address(line):
            lines.setdefault(line, number)
        elif line.startswith("#"):
            day = day or _day(line)
        elif line and wrong < MAX_PROBLEMS:
            wrong += 1
            problems.append(_no_address(shown, number, line))
    return None if wrong else Released(shown, day, lines)


def _bytes(settings: Settings, problems: list[Diagnostic]) -> bytes | None:
    file, shown = settings.root / settings.released, settings.released
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        problems.append(unreadable(shown, "file", error))
        return None
    if stat.S_ISLNK(mode):
        problems.append(no_link(shown))
        return None
    if not stat.S_ISREG(mode):
        message = "this is no file, and the list of released addresses is one"
        help = 'move it away, or name another file: "released" under [tool.remit]'
        problems.append(Diagnostic(Location(shown), "released-line", message, help))
        return None
    explanation = ("the list of addresses has at most 64 MiB", "is this another file by mistake?")
    return file_bytes(str(file), shown, problems, most=MAX_BYTES, explanation=explanation)


def no_link(shown: str) -> Diagnostic:
    message = "a symbolic link is not a list of addresses"
    help = "put the file itself here; links could lead outside the register"
    return Diagnostic(Location(shown), "symbolic-link", message, help)


def _day(line: str) -> date | None:
    match = _DAY.fullmatch(line)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _no_address(shown: str, number: int, line: str) -> Diagnostic:
    """The line itself is shown only as far as it can do no harm on a terminal."""
    start = ascii(line[:60])[1:-1] + ("…" if len(line) > 60 else "")
    return Diagnostic(
        Location(shown, number),
        "released-line",
        f'this line is no address: "{start}"',
        "take the file as it was last committed; remit release alone writes it",
    )
