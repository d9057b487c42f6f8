"""The git revision that last changed a file: asked of git once for all files, and only if needed.

Where it cannot be known, the answer is that it is not known, never a wrong revision.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from remit.load.git import RevisionError, git
from remit.load.modelines import without_modeline

_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class _Change(NamedTuple):
    """`age` counts from the newest; `before`, `blob`: git's names of the bytes until and since."""

    age: int
    commit: str
    before: str
    blob: str


@dataclass
class SourceRevisions:
    """Changes of the files in the register's `folders`, along the line that `tip` ends.

    A merge counts as the revision that changed what it brought: at every revision of the line all
    files stand together as they were.
    """

    root: Path
    folders: tuple[str, ...]
    tip: str = "HEAD"

    def latest(self, sources: Mapping[str, bytes]) -> str:
        """The newest revision that changed one of the files, given by path with their bytes.

        One that only added a modeline changed nothing that the file says, and is passed over.

        Empty when there is no git, when a file is not as it was committed, and when the revision
        lies before the history that a shallow copy holds.
        """
        found = []
        for path, data in sources.items():
            changes = self._changes.get(path, [])
            if not changes or changes[0].blob != _blob(data, len(changes[0].blob)):
                return ""
            bare = _blob(without_modeline(data), len(changes[0].blob))
            telling = [one for one in changes if (one.before, one.blob) != (bare, changes[0].blob)]
            if not telling:
                return ""
            found.append(telling[0])
        newest = min(found, default=None)
        return "" if newest is None or newest.commit in self._boundary else newest.commit

    def answered(self) -> SourceRevisions:
        """The same with git's answers in it: it can be sent to where there is no git."""
        _ = (self._changes, self._boundary)
        return self

    @cached_property
    def _changes(self) -> dict[str, list[_Change]]:
        """The newest changes of every file, by its path from the register's folder: two, since
        the last may have added a modeline and no more."""
        shown = ("--raw", "-z", "--no-abbrev", "--no-renames", "--relative", "--format=commit %H")
        line = ("--first-parent", "-m")
        try:
            done = git(self.root, "log", *line, *shown, self.tip, "--", *self.folders)
        except RevisionError:
            return {}
        changes: dict[str, list[_Change]] = {}
        if done.returncode == 0:
            for path, change in _read_log(done.stdout):
                known = changes.setdefault(path, [])
                if len(known) < 2:
                    known.append(change)
        return changes

    @cached_property
    def _boundary(self) -> set[str]:
        """Commits whose parents a shallow copy leaves out, so that they seem to change all."""
        asked = git(self.root, "rev-parse", "--git-path", "shallow")
        file = self.root / asked.stdout.decode("utf-8", "surrogateescape").strip()
        return set(file.read_text("ascii").split()) if file.is_file() else set()


class Past(NamedTuple):
    """A revision that changed some files, and its day: 2026-11-22."""

    commit: str
    day: str


def changes_of(root: Path, paths: Sequence[str], after: str = "", most: int = 200) -> list[Past]:
    """The revisions of the line to HEAD that changed one of the files, newest first.

    Those after the revision `after` only, when it is given. None when git cannot tell.
    """
    if not paths or (after and not _REVISION.fullmatch(after)):
        return []
    span = f"{after}..HEAD" if after else "HEAD"
    shown = ("--first-parent", "-m", f"--max-count={most}", "--no-patch", "--format=%H %cs")
    try:
        done = git(root, "log", *shown, span, "--", *(f":(literal){path}" for path in paths))
    except RevisionError:
        return []
    if done.returncode != 0:
        return []
    return [Past(*line.split()) for line in done.stdout.decode("ascii").splitlines()]


def history_state(root: Path) -> str:
    """What git's history of the files hangs on: another text when it may have become another;
    empty where there is none."""
    try:
        asked = git(root, "rev-parse", "HEAD")
    except RevisionError:
        return ""
    return "" if asked.returncode else asked.stdout.decode().strip()


def history_is_whole(root: Path) -> bool:
    """Whether the register is in git, with all of its history."""
    try:
        asked = git(root, "rev-parse", "--is-shallow-repository")
    except RevisionError:
        return False
    return asked.returncode == 0 and asked.stdout.strip() == b"false"


def _read_log(log: bytes) -> Iterator[tuple[str, _Change]]:
    """Path and change, newest first."""
    commit, age = "", 0
    parts = iter(log.split(b"\0"))
    for part in parts:
        about = part.lstrip(b"\n").decode("ascii")
        if about.startswith("commit "):
            commit, age = about.removeprefix("commit "), age + 1
        elif about:
            before, blob = about.split()[2:4]
            path = next(parts).decode("utf-8", "surrogateescape")
            yield path, _Change(age, commit, before, blob)


def _blob(data: bytes, digits: int) -> str:
    """git's name of a file's bytes, in a repository whose names have so many hex digits."""
    algorithm = "sha1" if digits == 40 else "sha256"
    return hashlib.new(
        algorithm, b"blob %d\0" % len(data) + data, usedforsecurity=False
    ).hexdigest()
