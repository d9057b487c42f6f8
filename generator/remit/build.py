"""The whole run on one page: load → check → render → write. Knows no host."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from remit.check import run_checks
from remit.diagnostics import Diagnostic, has_errors
from remit.load.records import load_register
from remit.model.register import Register
from remit.settings import Settings


@dataclass(frozen=True, slots=True)
class Checked:
    """A register and all that was found wrong with it, sorted."""

    register: Register
    found: list[Diagnostic]

    def fails(self, *, strict: bool = False) -> bool:
        return bool(self.found) if strict else has_errors(self.found)


def load_and_check(settings: Settings) -> Checked:
    """Reads every record and runs every check. Files that cannot be read are reported, and what
    points to them is not reported as dangling too."""
    with _collector_paused():
        loaded = load_register(settings)
        found = run_checks(loaded.register, settings)
    if has_errors(loaded.problems):
        unread = {problem.location.path for problem in loaded.problems if problem.is_error}
        found = [one for one in found if not _caused_by_unread(one, unread)]
    return Checked(loaded.register, sorted({*loaded.problems, *found}))


def _caused_by_unread(found: Diagnostic, unread: set[str]) -> bool:
    if found.code not in ("dangling-ref", "wrong-kind", "unresolved-link", "mandate-without-version"):
        return False
    words = found.message.replace("[[", '"').replace("]]", '"').split('"')
    ids = {word.rpartition("/")[2].partition("#")[0] for word in words[1::2]}
    return any(
        path.rpartition("/")[2].partition(".")[0] in ids or path.split("/")[-2:-1] == [id]
        for path in unread
        for id in ids
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Millions of small live objects are made and none dies: collecting would only cost time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
