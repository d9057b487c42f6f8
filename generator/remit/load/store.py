"""What loading found in the register's files, kept so that only a changed file is read again.

Two files below the cache's folder. `index` is sealed: what files there were, in which state, and
where in the other file what was made of each lies, with its digest. The other, `records-…`, is
believed only as far as those digests hold. A missing, damaged or foreign one costs time, no more.
"""

from __future__ import annotations

import marshal
import os
import secrets
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from remit.cache import Stamp, keep, kept, program
from remit.load.file_state import is_young
from remit.load.files import Folders
from remit.load.packing import Unpacked, digest_of, pack, unpack
from remit.model.record_list import kind_and_key
from remit.model.records import BY_KIND, MandateVersion, Record, ready
from remit.model.shape import Outward
from remit.model.values import Drawing
from remit.settings import Settings

_INDEX = "index"
_BINARY: int = getattr(os, "O_BINARY", 0)
_ROOM = 1 << 20
"""The other file is written anew when this much of it is no longer used, and half of it."""


KeptFile = tuple[str, Stamp | None, bytes]
"""A file that was read: its path as shown, its stamp unless that tells nothing yet, SHA-256."""


class Kept(NamedTuple):
    """What was made of one record's files. Plain values only: that is how it is kept."""

    address: str
    path: str
    """The one that stands for the record."""
    shown: str
    """Its first file: of guidance, the first language's."""
    stamp: Stamp | None
    digest: bytes
    others: tuple[KeptFile, ...]
    """Its drawing, or the other languages."""
    fingerprint: str
    """Empty when the digest is it."""
    start: int
    """Where in the other file it lies: first what it points to, then the record."""
    size_outward: int
    size: int
    digest_outward: bytes
    digest_record: bytes


_Row = tuple[Any, ...]
"""The parts of a `Kept`, as they are kept."""


class Read(NamedTuple):
    """A record that was made of its files, to be kept."""

    address: str
    path: str
    files: tuple[KeptFile, ...]
    fingerprint: str
    packed: Packed


class Packed(NamedTuple):
    """A record in bytes, each with their digest: what it points to, and what its files say."""

    outward: bytes
    digest_outward: bytes
    record: bytes
    digest_record: bytes


def packed(value: dict[str, Any], points_to: Outward) -> Packed:
    """Of a value that was found to be right."""
    data = pack(value)
    return Packed(*packed_outward(points_to), data, digest_of(data))


def outward_of(data: bytes) -> Outward:
    """What a record points to. Only of bytes that this program has packed itself."""
    return Outward(*marshal.loads(data))


def made_partly(address: str, found: Unpacked, later: Callable[[], Record]) -> Record:
    """The record of an address, of which the rest is made when it is asked for."""
    kind, _ = kind_and_key(address)
    return BY_KIND[kind].kept(_value(address, found.value), later)


def made_whole(address: str, found: Unpacked) -> Record:
    kind, _ = kind_and_key(address)
    value = _value(address, found.whole)
    if found.drawing is not None:
        value["letterhead"]["drawing"] = Drawing(*found.drawing)
    return ready(BY_KIND[kind]).model_validate(value)


def _value(address: str, value: dict[str, Any]) -> dict[str, Any]:
    """A version's file does not say which mandate it is of."""
    kind, key = kind_and_key(address)
    return {**value, "mandate": key.partition("@")[0]} if kind == MandateVersion.KIND else value


class Store:
    """What an earlier load kept, and what this one leaves."""

    def __init__(self, folder: Path, about: str) -> None:
        self.folder, self.about = folder, about
        self.begun = time.time_ns()
        self.kept: dict[str, Kept] = {}
        """By the path, as shown, of the record's first file."""
        self.folders: Folders = {}
        self.token = ""
        """Names what is kept; another when a record has come, gone or changed."""
        self._name, self._length = "", 0
        self._file = -1
        self._open()

    def _open(self) -> None:
        data = kept(self.folder / _INDEX, self.about)
        if data is None:
            return
        self._name, rows, self.folders, self.token = marshal.loads(data)
        try:
            self._file = os.open(self.folder / self._name, os.O_RDONLY | _BINARY)
        except OSError:
            return
        weakref.finalize(self, os.close, self._file)
        self._length = os.fstat(self._file).st_size
        self.kept = {row.shown: row for row in map(Kept._make, rows)}

    def outward(self, one: Kept) -> Outward | None:
        """What the record points to; None when it cannot be read."""
        data = self._part(one.start, one.size_outward, one.digest_outward)
        return None if data is None else outward_of(data)

    def unpacked(self, one: Kept) -> Unpacked | None:
        """What the record's files say; None when it cannot be read."""
        data = self._part(one.start + one.size_outward, one.size, one.digest_record)
        return None if data is None else unpack(data)

    def _part(self, start: int, size: int, digest: bytes) -> bytes | None:
        """A part that is as it was written. Where one is not, nothing is kept for the next load."""
        data = self._bytes(start, size)
        if digest_of(data) == digest:
            return data
        with suppress(OSError):
            (self.folder / _INDEX).unlink()
        return None

    def _bytes(self, start: int, size: int) -> bytes:
        """Forked processes share the file's position, so it is not to be relied on."""
        try:
            if hasattr(os, "pread"):
                return os.pread(self._file, size, start)
            os.lseek(self._file, start, os.SEEK_SET)
            return os.read(self._file, size)
        except OSError:
            return b""

    def telling(self, found: Stamp | None) -> Stamp | None:
        """The stamp as far as it tells that the file is the same: None for a young one's."""
        return None if found is None or is_young(found, self.begun) else found

    def save(self, same: Sequence[Kept], new: Sequence[Read]) -> None:
        """Keeps what this load found in all files: `same` is as it was kept, `new` was read."""
        if new or len(same) < len(self.kept):
            self.token = secrets.token_hex(8)
        used = sum(one.size_outward + one.size for one in same)
        crowded = self._length - used > max(_ROOM, used)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            name, rows = (self._rewrite if crowded or not same else self._append)(same, new)
            index = marshal.dumps((name, rows, self.folders, self.token))
            keep(self.folder / _INDEX, self.about, index)
            self._clear(name)

    def _rewrite(self, same: Sequence[Kept], new: Sequence[Read]) -> tuple[str, list[_Row]]:
        name = f"records-{secrets.token_hex(8)}"
        rows: list[_Row] = []
        place = 0
        with open(self.folder / name, "xb", buffering=_ROOM) as stream:
            for one in same:
                data = self._bytes(one.start, one.size_outward + one.size)
                rows.append(tuple(one._replace(start=place)))
                place += stream.write(data)
            rows += _rows(new, place)
            stream.writelines(_parts(new))
        return name, rows

    def _append(self, same: Sequence[Kept], new: Sequence[Read]) -> tuple[str, list[_Row]]:
        """Another process may append at the same time: where this one's part lies is known when
        it is written."""
        data = b"".join(_parts(new))
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | _BINARY
        with open(os.open(self.folder / self._name, flags), "ab", buffering=0) as stream:
            stream.write(data)
            place = stream.tell() - len(data)
        return self._name, [*map(tuple, same), *_rows(new, place)]

    def _clear(self, name: str) -> None:
        """Removes what an earlier load kept, but for what another process may be writing now."""
        for file in self.folder.glob("records-*"):
            if file.name != name:
                with suppress(OSError):
                    if file.name == self._name or time.time() - file.stat().st_mtime > 3600:
                        file.unlink()


def open_store(settings: Settings) -> Store:
    about = (program(), settings.content, settings.mandates, *settings.languages)
    return Store(settings.cache_folder / "register", "\0".join(("register", *about)))


def packed_outward(points_to: Outward) -> tuple[bytes, bytes]:
    """What a record points to as it is kept, and the digest of that: the same for the same. (From
    its third version on, marshal's bytes depend on who else holds a value.)"""
    plain: Any = (points_to.references, points_to.links)
    data = marshal.dumps(plain, 2)
    return data, digest_of(data)


def _parts(new: Sequence[Read]) -> Iterator[bytes]:
    for one in new:
        yield one.packed.outward
        yield one.packed.record


def _rows(new: Sequence[Read], place: int) -> Iterator[_Row]:
    """The parts of each `Kept`, when what is new begins at a place of the other file."""
    for address, path, ((shown, stamp, digest), *others), fingerprint, packed in new:
        outward, digest_outward, record, digest_record = packed
        own = "" if fingerprint == digest.hex() else fingerprint
        size_outward, size = len(outward), len(record)
        yield (
            *(address, path, shown, stamp, digest, tuple(others), own),
            *(place, size_outward, size, digest_outward, digest_record),
        )
        place += size_outward + size
