"""Where a register's files are: on disk as they are now, or in a revision of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISLNK
from typing import Literal, NamedTuple, Protocol

from remit.cache import Stamp, stamp
from remit.diagnostics import Diagnostic
from remit.load.reading import file_bytes

What = Literal["file", "folder", "link", "other"]


class Row(NamedTuple):
    """What lies in a folder under one name."""

    name: str
    path: str
    what: What


class Source(Protocol):
    """Folders and files below the register's top."""

    @property
    def commit(self) -> str:
        """The git revision that the files are of, or were of before they were changed."""

    def rows(self, folder: str) -> list[Row] | None:
        """What lies in a folder, given by its row's path or its path from the top.

        None when there is no such folder. Raises OSError when it cannot be read.
        """

    def read(self, file: str, shown: str, problems: list[Diagnostic]) -> bytes | None:
        """The bytes of a row's file, or None, with the reason among the problems."""

    def stamp(self, file: str) -> Stamp | None:
        """What tells without looking that a row's file or folder is the same; None where nothing
        does."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The files of the register as they are now."""

    root: Path
    commit: str = "HEAD"
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By a row's path: as they were seen before anything was read."""

    def rows(self, folder: str) -> list[Row] | None:
        top = self.root.absolute() / folder
        if not top.is_dir():
            return None
        with os.scandir(top) as found:
            return [Row(row.name, row.path, _what(row)) for row in found]

    def read(self, file: str, shown: str, problems: list[Diagnostic]) -> bytes | None:
        return file_bytes(file, shown, problems)

    def stamp(self, file: str) -> Stamp | None:
        known = self.stamps.get(file)
        if known:
            return known
        try:
            found = os.lstat(file)
        except OSError:
            return None
        return None if S_ISLNK(found.st_mode) else stamp(found)


@dataclass(frozen=True, slots=True)
class Adding:
    """The files of the register as they will be: those on disk, and others among or over them."""

    disk: Disk
    files: Mapping[str, bytes]
    """By path from the top, with slashes."""
    commit: str = "HEAD"

    def rows(self, folder: str) -> list[Row] | None:
        top = self._from_top(folder)
        here = self.disk.rows(folder)
        found = {row.name: row for row in here or ()}
        for path in self.files:
            if path.startswith(f"{top}/"):
                name, _, deeper = path.removeprefix(f"{top}/").partition("/")
                place = os.fspath(self.disk.root.absolute() / top / name)
                found.setdefault(name, Row(name, place, "folder" if deeper else "file"))
        return list(found.values()) if found or here is not None else None

    def read(self, file: str, shown: str, problems: list[Diagnostic]) -> bytes | None:
        added = self.files.get(self._from_top(file))
        return self.disk.read(file, shown, problems) if added is None else added

    def stamp(self, file: str) -> Stamp | None:
        path = self._from_top(file)
        if any(one == path or one.startswith(f"{path}/") for one in self.files):
            return None
        return self.disk.stamp(file)

    def _from_top(self, path: str) -> str:
        if Path(path).is_absolute():
            return Path(path).relative_to(self.disk.root.absolute()).as_posix()
        return Path(path).as_posix()


def _what(row: os.DirEntry[str]) -> What:
    if row.is_symlink():
        return "link"
    return "file" if row.is_file() else "folder" if row.is_dir() else "other"
