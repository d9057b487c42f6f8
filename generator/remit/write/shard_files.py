"""A share's files as one file, so that it travels between machines whole or not at all.

What comes back may have been through many hands: nothing is unpacked that is not a plain file at a
plain path, listed at its head with its size and digest.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from remit.model.shards import Shard
from remit.write.site_jobs import SearchedPage

HEAD = "remit-shard.json"
SEARCH = "remit-search.json"
"""What search knows of the share's pages: no file of the site."""
FORMAT = 1
_MOST_HEAD = 256 * 1024 * 1024
_PACKED = frozenset((".docx", ".odt", ".xlsx", ".pdf", ".png", ".woff2"))
"""Endings of files that do not grow smaller by being packed once more."""
_NAME = re.compile(r'[^\x00-\x1f\x7f./\\:*?"<>|][^\x00-\x1f\x7f/\\:*?"<>|]{0,250}')
_DAY = (1980, 1, 1, 0, 0, 0)


class CannotMerge(Exception):
    """The shares handed in do not make a whole; the message says which and why."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a share says of itself.

    `of`: "site" or "documents". `state`: by name, the digest of each thing that it was made of.
    `listed`: language and address of its pages that the site map lists. `search`: what lies beside
    the files, of pages that search finds.
    """

    format: int
    of: str
    shard: Shard
    state: Mapping[str, str]
    listed: Sequence[tuple[str, str]]
    files: Sequence[PackedFile] = ()
    search: PackedFile | None = None


_HEAD = TypeAdapter(Head)
_SEARCHED = TypeAdapter(list[SearchedPage])


def pack(
    folder: Path,
    target: Path,
    of: str,
    shard: Shard,
    state: Mapping[str, str],
    listed: Sequence[tuple[str, str]] = (),
    searched: Sequence[SearchedPage] = (),
) -> int:
    """All files of `folder` as one file; the same files give the same bytes. Returns how many.

    Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with zipfile.ZipFile(aside, "w") as archive:
            files = [
                _packed(archive, path.relative_to(folder).as_posix(), path.read_bytes())
                for path in _files(folder)
            ]
            entries = _SEARCHED.dump_json([*searched])
            search = _packed(archive, SEARCH, entries) if searched else None
            head = Head(FORMAT, of, shard, state, listed, files, search)
            _add(archive, HEAD, _HEAD.dump_json(head))
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return len(files)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _packed(archive: zipfile.ZipFile, name: str, data: bytes) -> PackedFile:
    _add(archive, name, data)
    return PackedFile(name, len(data), hashlib.sha256(data).hexdigest())


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    about = zipfile.ZipInfo(name, _DAY)
    about.external_attr = (stat.S_IFREG | 0o644) << 16
    how = zipfile.ZIP_STORED if Path(name).suffix in _PACKED else zipfile.ZIP_DEFLATED
    archive.writestr(about, data, how, 1)


def head_of(file: Path | IO[bytes], shown: str) -> Head:
    """What a share says of itself, once its list is found to be true. Raises CannotMerge."""
    with _opened(file, shown) as archive:
        return _head(archive, shown)


def unpack(
    file: Path | IO[bytes], shown: str, folder: Path, may_hold: Callable[[str], bool]
) -> tuple[Head, list[SearchedPage]]:
    """Writes a share's files below `folder`, each new and as it was packed; none where there was
    one before. What the share says of itself, and the pages that search finds.

    Raises CannotMerge, and OSError when a file cannot be written.
    """
    with _opened(file, shown) as archive:
        head = _head(archive, shown)
        for one in head.files:
            if not is_plain(one.path) or not may_hold(one.path):
                raise CannotMerge(
                    f"{shown} has a file at {one.path[:200]!r}, where no share puts one"
                )
            data = _as_made(archive, one, shown)
            path = folder / one.path
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with open(path, "xb") as stream:
                    stream.write(data)
            except FileExistsError:
                raise CannotMerge(f"{one.path} is in {shown} and in another share") from None
        return head, _searched(archive, head, shown)


def _as_made(archive: zipfile.ZipFile, one: PackedFile, shown: str) -> bytes:
    data = _data(archive, one.path, one.size)
    if len(data) != one.size or hashlib.sha256(data).hexdigest() != one.sha256:
        raise CannotMerge(f"{shown} is damaged: {one.path} is not as it was made")
    return data


def _searched(archive: zipfile.ZipFile, head: Head, shown: str) -> list[SearchedPage]:
    if head.search is None:
        return []
    try:
        return _SEARCHED.validate_json(_as_made(archive, head.search, shown))
    except ValidationError:
        raise CannotMerge(
            f"{shown} says of its pages what no search can find; make it anew"
        ) from None


def is_plain(path: str) -> bool:
    """Whether it stays in the folder it begins in, on every system."""
    return all(_NAME.fullmatch(name) for name in path.split("/"))


def _head(archive: zipfile.ZipFile, shown: str) -> Head:
    no_share = CannotMerge(f"{shown} is no share that remit has made; make it with --shard")
    about = archive.NameToInfo.get(HEAD)
    if about is None or about.file_size > _MOST_HEAD:
        raise no_share
    try:
        head = _HEAD.validate_json(_data(archive, HEAD, _MOST_HEAD))
    except ValidationError:
        raise no_share from None
    if head.format != FORMAT or not 1 <= head.shard.number <= head.shard.count:
        raise CannotMerge(f"{shown} was made by another version of remit; make it anew")
    if head.search and head.search.path != SEARCH:
        raise no_share
    found = sorted((one.filename, one.file_size) for one in archive.infolist())
    told = [*head.files, *([head.search] if head.search else [])]
    if found != sorted([(HEAD, about.file_size), *((one.path, one.size) for one in told)]):
        raise CannotMerge(f"{shown} holds other files than it says; make it anew")
    for one in archive.infolist():
        if not stat.S_ISREG(one.external_attr >> 16):
            raise CannotMerge(f"{shown} has in {one.filename[:200]!r} a link or a folder, no file")
    return head


def _data(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """At most one byte more than `most`, whatever the archive says of itself."""
    try:
        with archive.open(name) as stream:
            return stream.read(most + 1)
    except (OSError, struct.error, ValueError, zlib.error) as error:
        raise zipfile.BadZipFile(str(error)) from None


@contextmanager
def _opened(file: Path | IO[bytes], shown: str) -> Iterator[zipfile.ZipFile]:
    if isinstance(file, Path) and not file.is_file():
        raise CannotMerge(f"there is no file {shown}")
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeDecodeError):
        raise CannotMerge(f"{shown} is damaged, or no share that remit has made") from None
