"""Files of a site as they were left: whether anyone has touched them since."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_WHOLE = (1 << 64) - 1
STAMP = 3 * array("Q").itemsize
"""Bytes of a file's three numbers, packed."""
Left = tuple[str, int, int, int]
"""A `WrittenFile`, or the same as a plain tuple: of many thousands that is quicker to make."""


class WrittenFile(NamedTuple):
    """A file as it was left."""

    path: str
    size: int
    mtime: int
    inode: int


class Columns(NamedTuple):
    """Files as they were left: each number beside its path."""

    paths: list[str]
    sizes: array[int]
    mtimes: array[int]
    inodes: array[int]

    def of(self, start: int, end: int) -> Iterator[Left]:
        """Those of these places."""
        part = slice(start, end)
        return zip(
            self.paths[part], self.sizes[part], self.mtimes[part], self.inodes[part], strict=True
        )

    def replace(self, places: Sequence[tuple[int, int]], others: Columns) -> None:
        """Takes out those from one place to before another, and adds others."""
        for column in self:
            for start, end in reversed(places):
                del column[start:end]
        self.paths.extend(others.paths)
        self.sizes.extend(others.sizes)
        self.mtimes.extend(others.mtimes)
        self.inodes.extend(others.inodes)


def as_left(path: Path, site: Path) -> WrittenFile:
    """A file that is there. Raises OSError."""
    return left_as(path.relative_to(site).as_posix(), path.stat())


def left_as(path: str, state: os.stat_result) -> WrittenFile:
    return WrittenFile(path, state.st_size, state.st_mtime_ns & _WHOLE, state.st_ino & _WHOLE)


def is_as_left(files: Iterable[Left], site: Path) -> bool:
    """Whether no one has touched any of them."""
    return next(changed_places(files, site), None) is None


def changed_places(files: Iterable[Left], site: Path) -> Iterator[int]:
    """The places among `files` of those that are not as they were left."""
    root, lstat = f"{site}/", os.lstat
    for place, (path, size, mtime, inode) in enumerate(files):
        try:
            now = lstat(root + path)
        except OSError:
            yield place
            continue
        if now.st_mtime_ns & _WHOLE != mtime or now.st_size != size or now.st_ino & _WHOLE != inode:
            yield place


def packed(files: Iterable[Left]) -> tuple[str, bytes]:
    """Plain values that many thousands are quickly kept as: the paths, and all else."""
    found = list(files)
    stamps = array("Q", [number for _, *numbers in found for number in numbers])
    return "\0".join(path for path, *_ in found), stamps.tobytes()


def unpacked(paths: str, stamps: bytes) -> Iterator[Left]:
    found = columns(paths, stamps)
    return found.of(0, len(found.paths))


def columns(paths: str, stamps: bytes) -> Columns:
    """What was packed, of which a part is quickly told."""
    numbers = array("Q", stamps)
    names = paths.split("\0") if numbers else []
    return Columns(names, numbers[::3], numbers[1::3], numbers[2::3])
