"""Finished documents that are kept between runs, by all they are made of; as many as there is room
for."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from remit import cache
from remit.write.documents import Format, tool_versions

MOST = 2_000_000_000
"""Bytes that are kept, at most: some 60,000 documents."""
LONGEST = 90 * 86400
"""Seconds that a document is kept after it was used last."""
_SELDOM = 86400
"""Seconds after which a use is noted again, and after which room is made again."""
_TIDIED = "tidied"


class DocumentStore:
    """Finished files by the SHA-256 of all they are made of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "documents"

    def key(self, document: str, file_format: Format, link_base: str) -> str:
        parts = (document, file_format, link_base, tool_versions(file_format))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def get(self, key: str) -> bytes | None:
        file = self._file(key)
        data = cache.kept(file, key)
        if data is not None:
            with suppress(OSError):  # another run may just have taken it away
                if time.time() - file.stat().st_mtime > _SELDOM:
                    os.utime(file)
        return data

    def put(self, key: str, content: bytes) -> None:
        cache.keep(self._file(key), key, content)

    def _file(self, key: str) -> Path:
        return self.folder / key[:1] / key

    def make_room(self) -> None:
        """Takes away what has not been used for long, and what has not been used for longest until
        the rest is no more than fits; once a day, or it would be looked through at each run.

        What a run in another process needs may go: it is made anew. What is being read stays
        readable.
        """
        now, tidied = time.time(), self.folder / _TIDIED
        with suppress(OSError):
            if abs(now - tidied.stat().st_mtime) < _SELDOM:
                return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            tidied.touch()
        room = MOST
        for one in sorted(self._entries(), reverse=True):
            room -= one.size
            if room < 0 or one.used < now - LONGEST:
                with suppress(OSError):
                    Path(one.path).unlink()

    def _entries(self) -> Iterator[_Entry]:
        """Also what a run that was killed has left unfinished."""
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name != _TIDIED:
                    path = f"{folder}/{name}"
                    with suppress(OSError):
                        state = Path(path).stat()
                        yield _Entry(state.st_mtime, state.st_size, path)


class _Entry(NamedTuple):
    used: float
    size: int
    path: str
