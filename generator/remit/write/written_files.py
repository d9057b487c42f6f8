"""Files of a site as they were left: whether anyone has touched them since."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class WrittenFile(NamedTuple):
    """A file as it was left."""

    path: str
    size: int
    mtime: int
    inode: int


def as_left(path: Path, site: Path) -> WrittenFile:
    """A file that is there. Raises OSError."""
    return left_as(path.relative_to(site).as_posix(), path.stat())


def left_as(path: str, state: os.stat_result) -> WrittenFile:
    return WrittenFile(path, state.st_size, state.st_mtime_ns, state.st_ino)


def changed_files(files: Iterable[WrittenFile], site: Path) -> Iterator[WrittenFile]:
    """Those that are not as they were left."""
    root = f"{site}/"
    for file in files:
        path, size, mtime, inode = file
        try:
            now = os.lstat(root + path)
        except OSError:
            yield file
            continue
        if now.st_mtime_ns != mtime or now.st_size != size or now.st_ino != inode:
            yield file
