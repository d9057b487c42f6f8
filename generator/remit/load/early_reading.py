"""Files read while the first process still imports what it takes to check: nothing of that is
needed to read what they say.

Of a register with nothing kept, a process of its own reads as many files as it can until it is
asked for them. It tells of those only that it found in their tidy form and old enough for their
stamp to tell whether they have changed since.
"""

from __future__ import annotations

import marshal
import mmap
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from remit.cache import Stamp, stamp
from remit.load.file_state import FileState, is_young, state_of
from remit.load.modelines import without_modeline
from remit.load.packing import digest_of, pack
from remit.load.reading import file_bytes
from remit.load.yaml_tidy import read_tidy
from remit.second_process import can_fork
from remit.settings import Settings

FEW = 500
"""For fewer files and folders, a process costs more than it saves."""
_ROOM = 64 << 20
"""What it may tell, in bytes: several times of what it can read meanwhile."""
_HEAD = 16
"""Before that stands how much it is, and whether it is asked for."""


class EarlyFile(NamedTuple):
    """What a file said when it had this stamp."""

    stamp: Stamp
    digest: bytes
    """SHA-256 of its bytes."""
    fingerprint: str
    packed: bytes
    """What it says, as `packing` has it."""
    digest_packed: bytes


EarlyFiles = dict[str, EarlyFile]
"""By the file's path from the top."""


class EarlyReading:
    """A process that looks at the state of all files, and reads until it is asked for them."""

    def __init__(self, settings: Settings) -> None:
        self._room = mmap.mmap(-1, _HEAD + _ROOM)
        self._size_and_end = memoryview(self._room)[:_HEAD].cast("q")
        self._process = os.fork()
        if not self._process:
            try:
                signal.signal(signal.SIGINT, signal.SIG_IGN)  # for the first process to answer
                self._read(settings)
            finally:
                os._exit(0)

    def state(self) -> list[FileState] | None:
        """What `state_of` gave before any file was read; None when the process was ended before."""
        for state in self._told():
            return list(state)
        return None

    def files(self) -> EarlyFiles:
        """What it has read."""
        return {shown: EarlyFile(*rest) for shown, *rest in islice(self._told(), 1, None)}

    def _told(self) -> Iterator[Any]:
        """The state, then each file."""
        self.end()
        told, place = memoryview(self._room)[_HEAD:], 0
        while place < self._size_and_end[0]:
            size = int.from_bytes(told[place : place + 4], "big")
            place += 4 + size
            yield marshal.loads(told[place - size : place])

    def end(self) -> None:
        if self._process:
            self._size_and_end[1] = 1
            with suppress(ChildProcessError):
                os.waitpid(self._process, 0)
            self._process = 0

    def _read(self, settings: Settings) -> None:
        root = os.fspath(settings.root.absolute())
        goes_on = self._tell(state_of(settings))
        for shown in _paths(root, settings):
            if self._size_and_end[1] or not goes_on:
                return
            with suppress(OSError):
                early = _early_file(f"{root}/{shown}", shown)
                goes_on = not early or self._tell((shown, *early))

    def _tell(self, word: Any) -> bool:
        """Whether there was room for it."""
        data = marshal.dumps(word)
        start = _HEAD + self._size_and_end[0]
        end = start + 4 + len(data)
        if end > len(self._room):
            return False
        self._room[start:end] = len(data).to_bytes(4, "big") + data
        self._size_and_end[0] += 4 + len(data)
        return True


@contextmanager
def reading_early(settings: Settings) -> Iterator[EarlyReading | None]:
    """Reads meanwhile, where nothing is kept of a register that is not small."""
    if _is_kept(settings) or not can_fork() or _count(settings) < FEW:
        yield None
        return
    early = EarlyReading(settings)
    try:
        yield early
    finally:
        early.end()


def _is_kept(settings: Settings) -> bool:
    return (settings.cache_folder / "register" / "index").exists()


def _count(settings: Settings) -> int:
    """How many files and folders lie where records do."""
    count = 0
    with suppress(OSError):
        count = len(os.listdir(settings.root / settings.mandates))
        for folder in os.scandir(settings.root / settings.content):
            if folder.is_dir(follow_symlinks=False):
                count += len(os.listdir(folder.path))
    return count


def _paths(root: str, settings: Settings) -> Iterator[str]:
    """Of the YAML files one folder further in."""
    for top in (settings.content, settings.mandates):
        for folder in os.scandir(f"{root}/{top}"):
            if folder.is_dir(follow_symlinks=False):
                for file in os.scandir(folder.path):
                    if file.name.endswith(".yml") and file.is_file(follow_symlinks=False):
                        yield f"{top}/{folder.name}/{file.name}"


def _early_file(file: str, shown: str) -> EarlyFile | None:
    """None for what is left to who reads it later."""
    found = stamp(os.lstat(file))
    data = None if is_young(found, time.time_ns()) else file_bytes(file, shown, [])
    value: Any = None if data is None else read_tidy(data)
    if data is None or not isinstance(value, dict) or "letterhead" in value:
        return None
    written, digest = without_modeline(data), sha256(data)
    same = digest if written is data else sha256(written)
    packed = pack(value)
    return EarlyFile(found, digest.digest(), same.hexdigest(), packed, digest_of(packed))
