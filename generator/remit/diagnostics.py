"""What Remit found wrong, apart from how it is printed.

The message states the problem, `help` alone says the remedy, and `code` is stable: each has a page
in `docs/checks/` with a broken and a mended example.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file: path relative to the register, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One problem in the content. Errors fail a build; warnings only when asked to (`--strict`)."""

    location: Location
    code: str
    message: str
    help: str = ""
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


class ContentFault(Exception):
    """Content that only shows to be wrong when something is made of it; carries what to print.

    It is told from one process to another, so it is made of what it carries alone.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


def has_errors(found: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.is_error for diagnostic in found)


def as_text(found: Sequence[Diagnostic]) -> str:
    """`path:line:col: error: message [code]`, the help indented below, a count last."""
    lines = []
    for d in found:
        lines.append(f"{d.location}: {d.severity}: {d.message} [{d.code}]")
        lines.extend(f"  help: {line}" for line in d.help.splitlines())
    lines.append(count_line(found))
    return "\n".join(lines)


def count_line(found: Sequence[Diagnostic]) -> str:
    errors = sum(d.is_error for d in found)
    warnings = len(found) - errors
    if not found:
        return "no problems found"
    return ", ".join(
        f"{n} {word}{'' if n == 1 else 's'}"
        for n, word in ((errors, "error"), (warnings, "warning"))
        if n
    )


def as_lines(found: Sequence[Diagnostic]) -> str:
    """A finding a line, with its help: `path:line:col: error: message: help [code]`."""
    lines = []
    for d in found:
        words = " ".join(f"{d.message}: {d.help}".split()) if d.help else d.message
        lines.append(f"{d.location}: {d.severity}: {words} [{d.code}]")
    return "\n".join(lines)


def as_json(found: Sequence[Diagnostic]) -> str:
    """An object with `version` 1 and `diagnostics`, each with path, line, column, code, …"""
    rows = [
        {
            "path": d.location.path,
            "line": d.location.line,
            "column": d.location.column,
            "severity": d.severity.value,
            "code": d.code,
            "message": d.message,
            "help": d.help,
        }
        for d in found
    ]
    return json.dumps({"version": 1, "diagnostics": rows}, ensure_ascii=False, indent=2)


def as_github(found: Sequence[Diagnostic]) -> str:
    """GitHub workflow commands: one annotation a line, at its place in the pull request."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    return "\n".join(
        f"::{d.severity} file={value(d.location.path)},line={d.location.line},"
        f"col={d.location.column},title={value(d.code)}::"
        + data(d.message + (f"\n{d.help}" if d.help else ""))
        for d in found
    )


def as_gitlab(found: Sequence[Diagnostic]) -> str:
    """GitLab's code quality report: a JSON array with a fingerprint for each finding."""
    import hashlib

    rows = [
        {
            "description": d.message + (f" {d.help}" if d.help else ""),
            "check_name": d.code,
            "fingerprint": hashlib.sha256(
                f"{d.code}\0{d.location}\0{d.message}".encode()
            ).hexdigest(),
            "severity": "major" if d.is_error else "minor",
            "location": {
                "path": d.location.path,
                "positions": {"begin": {"line": d.location.line, "column": d.location.column}},
            },
        }
        for d in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


FORMATS = {
    "text": as_text,
    "lines": as_lines,
    "json": as_json,
    "github": as_github,
    "gitlab": as_gitlab,
}
