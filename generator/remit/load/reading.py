"""A file → plain values: bytes read whole or refused, and parsed.

PyYAML is imported when a file is not in its tidy form: nearly all are, or are kept from an earlier
load.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from remit.diagnostics import Diagnostic, Location
from remit.load.yaml_tidy import UNTIDY, read_tidy

MAX_BYTES = 1024 * 1024


class FileReading(NamedTuple):
    """What one file says. `data` is None for a file that could not be read."""

    data: bytes | None
    value: Any
    problems: list[Diagnostic]


ReadBytes = Callable[[str, str, list[Diagnostic]], bytes | None]
"""The bytes of (path, path shown), or None, with the reason added to the problems."""


def read_file(file: str, shown: str, read_bytes: ReadBytes) -> FileReading:
    """`shown`: its path as diagnostics show it."""
    problems: list[Diagnostic] = []
    data = read_bytes(file, shown, problems)
    if data is None:
        return FileReading(None, None, problems)
    return FileReading(data, read_value(data, shown, problems), problems)


def read_value(data: bytes, shown: str, problems: list[Diagnostic], first_line: int = 1) -> Any:
    """What YAML says; `first_line` is where it begins in its file."""
    value = read_tidy(data)
    if value is not UNTIDY:
        return value
    from remit.load.yaml_reader import read_yaml

    reading = read_yaml(data, shown, first_line)
    problems.extend(reading.problems)
    return reading.value


RECORD_SIZE = (
    "a record has at most 1 MiB",
    "a record is a small text file; is this another file by mistake?",
)


def file_bytes(
    file: str,
    shown: str,
    problems: list[Diagnostic],
    *,
    most: int = MAX_BYTES,
    explanation: tuple[str, str] = RECORD_SIZE,
) -> bytes | None:
    """The whole file; one of more than `most` bytes is not read, so it costs nothing."""
    try:
        with open(file, "rb", buffering=0) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > most:
                problems.append(too_large(shown, size, explanation))
                return None
            return stream.read(size)
    except OSError as error:
        problems.append(unreadable(shown, "file", error))
        return None


def too_large(shown: str, size: int, explanation: tuple[str, str] = RECORD_SIZE) -> Diagnostic:
    limit, help = explanation
    message = f"the file is {size / 1024 / 1024:.1f} MiB; {limit}"
    return Diagnostic(Location(shown), "too-large", message, help)


def unreadable(shown: str, what: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        Location(shown),
        "unreadable",
        f"the {what} cannot be read: {error.strerror or error}",
        "give yourself the right to read it",
    )


def not_utf8(error: UnicodeDecodeError, shown: str, first_line: int = 1) -> Diagnostic:
    """At the first byte that is no UTF-8."""
    before = error.object[: error.start].decode("utf-8-sig", "replace")
    line, column = before.count("\n"), len(before) - before.rfind("\n")
    return Diagnostic(
        Location(shown, line + first_line, column),
        "not-utf8",
        "the file is not UTF-8 text",
        "save it again with the encoding UTF-8",
    )
