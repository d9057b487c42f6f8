"""What loading found in the register's files, kept so that only a changed file is read again.

Two files below the cache's folder. `index` is sealed: what files there were, in which state, and
where in the other file what was made of each lies, with its digest. The other, `records-…`, is
believed only as far as those digests hold. A missing, damaged or foreign one costs time, no more.
"""

from __future__ import annotations

import marshal
import secrets
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from remit.cache import Stamp, keep, kept, program
from remit.load.file_state import is_young
from remit.load.files import Folders
from remit.load.packing import Unpacked
from remit.load.records_file import Kept, RecordsFile
from remit.model.shape import Outward
from remit.settings import Settings

_INDEX = "index"
KeptRow = tuple[Any, ...]
"""The parts of a `Kept`, as they are kept."""
OtherFiles = tuple[list[str], list[tuple[str, str, str]], list[tuple[str, str]]]
"""Files that are not one record's alone, as shown: templates; guidance, after id and language;
drawings, after their names."""
_ROOM = 1 << 20
"""The other file is written anew when this much of it is no longer used, and half of it."""


class Store:
    """What an earlier load kept, and what this one leaves."""

    def __init__(self, folder: Path, about: str) -> None:
        self.folder, self.about = folder, about
        self.begun = time.time_ns()
        self.rows: list[KeptRow] = []
        """In the order of the records."""
        self.other_files: OtherFiles | None = None
        """None when something was wrong with a file."""
        self.folders: Folders = {}
        self.token = ""
        """Names what is kept; another when a record has come, gone or changed."""
        self.file: RecordsFile | None = None
        self._open()

    def _open(self) -> None:
        data = kept(self.folder / _INDEX, self.about)
        if data is None:
            return
        name, rows, self.folders, self.token, self.other_files = marshal.loads(data)
        with suppress(OSError):
            self.file = RecordsFile.existing(self.folder / name)
            self.rows = rows

    @cached_property
    def places(self) -> dict[str, int]:
        """By the path, as shown, of the record's first file: its place among the rows."""
        shown = Kept._fields.index("shown")
        return {row[shown]: place for place, row in enumerate(self.rows)}

    def get(self, shown: str) -> Kept | None:
        """What is kept of a record, by its first file."""
        place = self.places.get(shown)
        return None if place is None else Kept._make(self.rows[place])

    def outward(self, one: Kept) -> Outward | None:
        """What the record points to; None when it cannot be read."""
        found = self.file.outward(one) if self.file else None
        if found is None:
            self._forget()
        return found

    def unpacked(self, one: Kept) -> Unpacked | None:
        """What the record's files say; None when it cannot be read."""
        found = self.file.unpacked(one) if self.file else None
        if found is None:
            self._forget()
        return found

    def _forget(self) -> None:
        """Where a part is not as it was written, nothing is kept for the next load."""
        with suppress(OSError):
            (self.folder / _INDEX).unlink()

    def room(self) -> tuple[RecordsFile, RecordsFile]:
        """Where what is read anew is put, for each of two processes. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = self.file.name if self.file else _new_name()
        file = self.folder / name
        return RecordsFile.appended_to(file), RecordsFile.appended_to(file)

    def telling(self, found: Stamp | None) -> Stamp | None:
        """The stamp as far as it tells that the file is the same: None for a young one's."""
        return None if found is None or is_young(found, self.begun) else found

    def save(self, rows: list[KeptRow], file: RecordsFile, *, is_new: bool) -> None:
        """Keeps what this load found in all files, which lies in this one. `is_new`: a record has
        come, gone or changed."""
        if is_new:
            self.token = secrets.token_hex(8)
        outward, whole = Kept._fields.index("size_outward"), Kept._fields.index("size")
        used = sum(row[outward] + row[whole] for row in rows)
        with suppress(OSError):
            name, found = file.name, rows
            if file.length - used > max(_ROOM, used):
                name, found = self._rewrite(rows, file)
            index = marshal.dumps((name, found, self.folders, self.token, self.other_files))
            keep(self.folder / _INDEX, self.about, index)
            self._clear(name)

    def _rewrite(self, rows: list[KeptRow], file: RecordsFile) -> tuple[str, list[KeptRow]]:
        name, found, place = _new_name(), [], 0
        with open(self.folder / name, "xb", buffering=_ROOM) as stream:
            for one in map(Kept._make, rows):
                data = file.read(one.start, one.size_outward + one.size)
                found.append(tuple(one._replace(start=place)))
                place += stream.write(data)
        return name, found

    def _clear(self, name: str) -> None:
        """Removes what an earlier load kept, but for what another process may be writing now."""
        for file in self.folder.glob("records-*"):
            if file.name != name:
                with suppress(OSError):
                    if (
                        self.file is not None and file.name == self.file.name
                    ) or time.time() - file.stat().st_mtime > 3600:
                        file.unlink()


def open_store(settings: Settings) -> Store:
    about = (program(), settings.content, settings.mandates, *settings.languages)
    return Store(settings.cache_folder / "register", "\0".join(("register", *about)))


def _new_name() -> str:
    return f"records-{secrets.token_hex(8)}"
