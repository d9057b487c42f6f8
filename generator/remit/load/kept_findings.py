"""What was found wrong with a register whose files are as they were, without loading it."""

from __future__ import annotations

import marshal
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from remit.cache import Stamp, keep, kept, program
from remit.diagnostics import Diagnostic, Location, Severity
from remit.load.file_state import FileState, state_of, state_since
from remit.settings import Settings


class LastCheck(NamedTuple):
    """What a check found, and in which state of the register."""

    state: Sequence[FileState]
    """Of the files before they were read."""
    found: list[Diagnostic]
    rows: list[tuple[str, bool, Diagnostic]]
    """What `check.table.run_checks` gave: `found` is made of it."""
    token: str
    """Names the records that were checked."""
    others: str
    """Digest of what was checked besides."""


class RegisterSeen:
    """A register's files as they are before any is read: looked at once, for all that a command
    does then. What is changed later is another state than this one."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.last = settings, last_check(settings)
        self.changed: set[str] | None = None
        """The files that are not as the last check saw them; None when one has come or gone."""
        self._state: Sequence[FileState] | None = None
        if self.last:
            self._state, self.changed = state_since(settings, self.last.state)

    @property
    def is_same(self) -> bool:
        """Whether everything is as the last check saw it."""
        return self.changed is not None and not self.changed

    def found(self) -> list[Diagnostic] | None:
        """What the last check found; None when a file, the settings, the day or remit has
        changed."""
        return self.last.found if self.last and self.is_same else None

    def state(self) -> Sequence[FileState]:
        """As `state_of` gives it."""
        if self._state is None:
            self._state = state_of(self.settings)
        return self._state

    def let_go(self) -> None:
        """Holds what was seen no longer."""
        self.last = self._state = None

    def stamps(self) -> dict[str, Stamp]:
        """Of each file and folder of which a stamp tells, by its whole path."""
        top = os.fspath(self.settings.root.absolute())
        return {f"{top}/{path}": stamp for path, stamp, _ in self.state() if stamp}


def last_check(settings: Settings) -> LastCheck | None:
    """What the last check with these settings, of this day, found."""
    file = _file(settings)
    data = kept(file, _about(settings)) if file.exists() else None
    if data is None:
        return None
    state, found, rows, token, others = marshal.loads(data)
    return LastCheck(
        state,
        [_diagnostic(*one) for one in found],
        [(address, of_words, _diagnostic(*one)) for address, of_words, one in rows],
        token,
        others,
    )


def keep_check(settings: Settings, check: LastCheck) -> None:
    found = [_plain(one) for one in check.found]
    rows = [(address, of_words, _plain(one)) for address, of_words, one in check.rows]
    data = marshal.dumps((list(check.state), found, rows, check.token, check.others))
    keep(_file(settings), _about(settings), data)


_Plain = tuple[str, int, int, str, str, str, str]


def _plain(one: Diagnostic) -> _Plain:
    place = one.location
    rest = (one.code, one.message, one.help, one.severity.value)
    return (place.path, place.line, place.column, *rest)


def _diagnostic(
    path: str, line: int, column: int, code: str, message: str, help: str, severity: str
) -> Diagnostic:
    return Diagnostic(Location(path, line, column), code, message, help, Severity(severity))


def _file(settings: Settings) -> Path:
    return settings.cache_folder / "register" / "findings"


def _about(settings: Settings) -> str:
    """Not where the register lies: nothing that is found depends on it."""
    return f"findings\0{program()}\0{replace(settings, root=Path())!r}"
