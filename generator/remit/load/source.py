"""Where a register's files are: on disk as they are now, or in a revision of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

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


@dataclass(frozen=True, slots=True)
class Disk:
    """The files of the register as they are now."""

    root: Path
    commit: str = "HEAD"

    def rows(self, folder: str) -> list[Row] | None:
        top = self.root.absolute() / folder
        if not top.is_dir():
            return None
        with os.scandir(top) as found:
            return [Row(row.name, row.path, _what(row)) for row in found]

    def read(self, file: str, shown: str, problems: list[Diagnostic]) -> bytes | None:
        return file_bytes(file, shown, problems)


def _what(row: os.DirEntry[str]) -> What:
    if row.is_symlink():
        return "link"
    return "file" if row.is_file() else "folder" if row.is_dir() else "other"
