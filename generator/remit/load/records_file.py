"""The file in which records lie packed, one after the other; more are appended as they are made."""

from __future__ import annotations

import errno
import marshal
import os
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from remit.cache import Stamp
from remit.load.packing import Unpacked, digest_of, pack, unpack
from remit.model.partly_made import Later
from remit.model.record_list import kind_and_key
from remit.model.records import BY_KIND, MandateVersion, Record, address_of, ready
from remit.model.register import Origin
from remit.model.shape import Found, Outward, outward
from remit.model.values import Drawing

_BINARY: int = getattr(os, "O_BINARY", 0)
_APPEND = os.O_RDWR | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | _BINARY

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
    """Where in the file of records it lies: first what it points to, then the record."""
    size_outward: int
    size: int
    digest_outward: bytes
    digest_record: bytes


class Packed(NamedTuple):
    """A record in bytes, each with their digest: what it points to, and what its files say."""

    outward: bytes
    digest_outward: bytes
    record: bytes
    digest_record: bytes


class New(NamedTuple):
    """A record that was made of its files, to be kept."""

    address: str
    path: str
    files: tuple[KeptFile, ...]
    fingerprint: str
    packed: Packed


def new_of(
    record: Record,
    origin: Origin,
    files: Iterable[KeptFile],
    value: dict[str, Any],
    found: Found,
) -> New:
    """What is to be kept of a record, in which `found` was found."""
    says = Packed(*packed_outward(outward(found)), *packed_value(value))
    return New(address_of(record), origin.path, tuple(files), origin.fingerprint(), says)


def packed_value(value: dict[str, Any]) -> tuple[bytes, bytes]:
    """What files say, found to be right, as it is kept, and the digest of that."""
    data = pack(value)
    return data, digest_of(data)


def packed_outward(points_to: Outward) -> tuple[bytes, bytes]:
    """What a record points to as it is kept, and the digest of that: the same for the same. (From
    its third version on, marshal's bytes depend on who else holds a value.)"""
    plain: Any = (points_to.references, points_to.links)
    data = marshal.dumps(plain, 2)
    return data, digest_of(data)


class RecordsFile:
    """A file of records. What is found there counts only with its digest."""

    def __init__(self, file: Path, flags: int) -> None:
        self.name = file.name
        self._file = os.open(file, flags, 0o666)
        weakref.finalize(self, os.close, self._file)

    @classmethod
    def existing(cls, file: Path) -> RecordsFile:
        """To be read. Raises OSError."""
        return cls(file, os.O_RDONLY | _BINARY)

    @classmethod
    def appended_to(cls, file: Path) -> RecordsFile:
        """To be read and appended to, made where there is none. Another process may append at the
        same time, also a second one of this command: each opens it for itself. Raises OSError."""
        return cls(file, _APPEND | os.O_CREAT)

    @classmethod
    def passing(cls) -> tuple[RecordsFile, RecordsFile]:
        """One that no one else finds, as each of two processes has it. Raises OSError."""
        import tempfile

        with tempfile.NamedTemporaryFile(prefix="remit-") as made:
            file = Path(made.name)
            return cls.appended_to(file), cls.appended_to(file)

    @property
    def length(self) -> int:
        return os.fstat(self._file).st_size

    def keep(self, new: Sequence[New]) -> list[Kept]:
        """Appends records; where they lie is known when they are written. Raises OSError."""
        data = b"".join(part for one in new for part in (one.packed.outward, one.packed.record))
        if os.write(self._file, data) < len(data):
            raise OSError(errno.ENOSPC, "there is no room left")
        place = os.lseek(self._file, 0, os.SEEK_CUR) - len(data)
        kept = []
        for address, path, ((shown, stamp, digest), *others), fingerprint, packed in new:
            outward, digest_outward, record, digest_record = packed
            own = "" if fingerprint == digest.hex() else fingerprint
            about = (address, path, shown, stamp, digest, tuple(others), own)
            sizes = len(outward), len(record)
            kept.append(Kept(*about, place, *sizes, digest_outward, digest_record))
            place += sum(sizes)
        return kept

    def read(self, start: int, size: int) -> bytes:
        """Forked processes share the file's position, so it is not to be relied on."""
        try:
            if hasattr(os, "pread"):
                return os.pread(self._file, size, start)
            os.lseek(self._file, start, os.SEEK_SET)
            return os.read(self._file, size)
        except OSError:
            return b""

    def outward(self, one: Kept) -> Outward | None:
        """What the record points to; None when that is not as it was written."""
        data = self._part(one.start, one.size_outward, one.digest_outward)
        return None if data is None else Outward(*marshal.loads(data))

    def unpacked(self, one: Kept) -> Unpacked | None:
        """What the record's files say; None when that is not as it was written."""
        data = self._part(one.start + one.size_outward, one.size, one.digest_record)
        return None if data is None else unpack(data)

    def _part(self, start: int, size: int, digest: bytes) -> bytes | None:
        data = self.read(start, size)
        return data if digest_of(data) == digest else None


def made_partly(address: str, found: Unpacked, later: Later) -> Record:
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
