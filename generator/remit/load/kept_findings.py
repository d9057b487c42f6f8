"""What was found wrong with a register whose files are as they were, without loading it."""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from remit.cache import keep, kept, program
from remit.diagnostics import Diagnostic, Location, Severity
from remit.load.file_state import FileState, is_still
from remit.settings import Settings


def kept_findings(settings: Settings) -> list[Diagnostic] | None:
    """What the last check found; None when a file, the settings, the day or remit has changed."""
    data = kept(_file(settings), _about(settings))
    if data is None:
        return None
    state, found = marshal.loads(data)
    if not is_still(settings, state):
        return None
    return [
        Diagnostic(Location(*place), code, message, help, Severity(severity))
        for place, code, message, help, severity in found
    ]


def keep_findings(
    settings: Settings, state: Sequence[FileState], found: Sequence[Diagnostic]
) -> None:
    """Keeps what was found; `state` is that of the files before they were read."""
    rows = [
        (
            (one.location.path, one.location.line, one.location.column),
            one.code,
            one.message,
            one.help,
            one.severity.value,
        )
        for one in found
    ]
    keep(_file(settings), _about(settings), marshal.dumps((list(state), rows)))


def _file(settings: Settings) -> Path:
    return settings.cache_folder / "register" / "findings"


def _about(settings: Settings) -> str:
    """Not where the register lies: nothing that is found depends on it."""
    return f"findings\0{program()}\0{replace(settings, root=Path())!r}"
