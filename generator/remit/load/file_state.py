"""The state of files, a register's and others, told without reading those that are old."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest, sha256
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from remit.cache import Stamp, stamp
from remit.model.forges import Forge
from remit.settings import SETTINGS_FILE, Settings

YOUNG = 2_000_000_000
"""Nanoseconds: what has just been changed may change again within the same tick of the file
system's clock, so its stamp tells nothing yet, and one has to look whether it is the same."""
FileState = tuple[str, Stamp | None, bytes]
"""Path from the top; the stamp; what was seen of it when the stamp tells nothing."""


def is_young(found: Stamp, now: int) -> bool:
    """Whether the stamp tells nothing yet at a time in nanoseconds."""
    return max(found[1:3]) > now - YOUNG


def state_of(settings: Settings) -> list[FileState]:
    """The state of the settings, the records' folders and all that stands in or beside them."""
    return states_of(settings.root, _paths(settings, os.fspath(settings.root.absolute())))


def states_of(root: Path, paths: Iterable[str]) -> list[FileState]:
    """The state of each of these files, which are named from `root`."""
    now, top = time.time_ns(), os.fspath(root.absolute())
    return [_state(top, path, now) for path in paths]


def state_since(
    settings: Settings, before: Sequence[FileState]
) -> tuple[Sequence[FileState], set[str] | None]:
    """The state as `state_of` gives it, and the paths of the files that are not as they were; None
    when one has come or gone. Only folders that have changed are looked into."""
    top, now, others = os.fspath(settings.root.absolute()), list(before), set[str]()
    for place, one, is_same in _others(top, before):
        now[place] = one
        if not is_same:
            others.add(one[0])
    tops = {f"{settings.content}/.", f"{settings.mandates}/."}
    folders = {path for path in others if f"{_above(path)}/." in tops and Path(top, path).is_dir()}
    if others & tops:
        now = state_of(settings)
    elif folders:
        now = [one for one in now if _above(one[0]) not in folders]
        within = (f"{path}/{row.name}" for path in folders for row in _within(f"{top}/{path}"))
        now += states_of(settings.root, within)
    else:
        return now, others
    is_same = {path for path, *_ in now} == {path for path, *_ in before}
    return now, others - folders - tops if is_same else None


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def is_still(settings: Settings, before: Sequence[FileState]) -> bool:
    """Whether everything is as it was."""
    return as_before(settings.root, before) is not None


def as_before(root: Path, before: Sequence[FileState]) -> Sequence[FileState] | None:
    """The same states when everything is as it was, else None.

    What was too young then is told by its stamp from here on, if it has become old enough.
    """
    now: list[FileState] | None = None
    for place, one, is_same in _others(os.fspath(root.absolute()), before):
        if not is_same:
            return None
        now = now or list(before)
        now[place] = one
    return now or before


def _others(root: str, before: Iterable[FileState]) -> Iterator[tuple[int, FileState, bool]]:
    """The states that are to be told otherwise now, each with its place; whether the file is as it
    was all the same."""
    now, lstat = time.time_ns(), os.lstat
    for at, (path, known, seen) in enumerate(before):
        place = f"{root}/{path}"
        try:
            found = lstat(place)
        except OSError:
            if known is not None or seen:
                yield at, (path, None, b""), False
            continue
        if known is None:
            if _seen(place, found) != seen:
                yield at, _state(root, path, now), False
            elif _tells(found, now):
                yield at, (path, stamp(found), b""), True
        elif stamp(found) != known:
            yield at, _state(root, path, now), False


def _paths(settings: Settings, root: str) -> Iterator[str]:
    """No deeper than records lie; what comes to lie in a folder changes the folder's stamp."""
    yield SETTINGS_FILE
    yield settings.released
    for forge in Forge:
        yield forge.code_owners
    for top in (settings.content, settings.mandates):
        yield f"{top}/."  # the folder itself, should it be a link
        for entry in _within(f"{root}/{top}"):
            yield f"{top}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                for inner in _within(entry.path):
                    yield f"{top}/{entry.name}/{inner.name}"


def _within(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _state(root: str, path: str, now: int) -> FileState:
    place = f"{root}/{path}"
    try:
        found = os.lstat(place)
    except OSError:
        return path, None, _seen(place, None)
    if _tells(found, now):
        return path, stamp(found), b""
    return path, None, _seen(place, found)


def _tells(found: os.stat_result, now: int) -> bool:
    """Whether the stamp tells whether anything has changed."""
    return not S_ISLNK(found.st_mode) and not is_young(stamp(found), now)


def _seen(place: str, found: os.stat_result | None) -> bytes:
    """What the file says, or what lies in the folder; where a link leads, and what is there."""
    if found is None:
        return b""
    try:
        if S_ISDIR(found.st_mode):
            names = "\0".join(sorted(os.listdir(place)))
            return sha256(names.encode("utf-8", "surrogateescape")).digest()
        told = os.fsencode(Path(place).readlink()) if S_ISLNK(found.st_mode) else b""
        if S_ISREG(Path(place).stat().st_mode):
            with open(place, "rb", buffering=0) as stream:
                return told + file_digest(stream, "sha256").digest()
    except OSError:
        pass
    return repr(stamp(found)).encode()
