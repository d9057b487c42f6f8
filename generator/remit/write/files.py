"""Files and folders on disk: whole or not at all, and nothing else's touched."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

MARKER = ".remit-site"
_LONG_AGO = 60
"""Seconds: a younger folder may be another process's that has not yet said so."""


class CannotWrite(Exception):
    """The output folder cannot be used; the message says which and why."""


def write_file(path: Path, data: bytes) -> bool:
    """Writes through a neighbour file; a file that holds these bytes already is left untouched.

    Returns whether anything was written. Raises OSError.
    """
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".remit-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """A new folder that takes `target`'s place when all went well; else `target` stays as it was.

    Raises CannotWrite for a folder that holds something else than an earlier site, or cannot be
    written.
    """
    target = target.absolute()
    if target.exists() and not target.is_dir():
        raise CannotWrite(f"{target.name} is a file, not a folder")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).exists():
        raise CannotWrite(
            f"the folder {target.name}/ holds files that remit did not make; "
            "name an empty folder, or delete it yourself"
        )
    with swapped_in(target) as staging:
        yield staging
        (staging / MARKER).write_bytes(b"")


@contextmanager
def swapped_in(target: Path) -> Iterator[Path]:
    """A new folder that takes `target`'s place, whatever is there, when all went well.

    Raises CannotWrite when there is no place to make it.
    """
    staging = staging_folder(target.parent, target.name)
    earlier = None
    try:
        yield staging
        staging.chmod(0o755)
        if target.exists():
            earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
            target.replace(earlier / target.name)
        staging.replace(target)
        if earlier:
            shutil.rmtree(earlier)
    except BaseException:
        if earlier and not target.exists() and (earlier / target.name).exists():
            (earlier / target.name).replace(target)
            earlier.rmdir()
        shutil.rmtree(staging, ignore_errors=True)
        raise


@contextmanager
def staged_files(folder: Path) -> Iterator[Path]:
    """A folder to write files in, which are moved into `folder` when all went well. One that a
    killed process left there is taken away."""
    folder = folder.absolute()
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder.name}/ cannot be made: {error.strerror}") from None
    _clear_abandoned(folder, "export")
    staging = staging_folder(folder, "export")
    try:
        with _held(staging):
            yield staging
        for file in sorted(staging.iterdir()):
            file.replace(folder / file.name)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
    shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _held(staging: Path) -> Iterator[None]:
    """Shows others that the folder is in use, for as long as this process lives."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(staging, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system knows locks
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _clear_abandoned(parent: Path, name: str) -> None:
    """Removes what a killed process left, but nothing that may be in use or has just been made."""
    for left in parent.glob(f".{name}-new-*"):
        with suppress(OSError):
            if time.time() - left.lstat().st_mtime > _LONG_AGO and _is_abandoned(left):
                shutil.rmtree(left, ignore_errors=True)


def _is_abandoned(staging: Path) -> bool:
    """Raises OSError where that cannot be told."""
    if sys.platform == "win32":
        return False
    handle = os.open(staging, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(handle)
    return True


def staging_folder(parent: Path, name: str) -> Path:
    """A new empty folder in `parent` to make `name` in. Raises CannotWrite."""
    if not parent.is_dir():
        raise CannotWrite(f"there is no folder {parent.name}/ that could hold {name}/")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise CannotWrite(f"the folder that is to hold {name}/ cannot be written")
    try:
        return Path(tempfile.mkdtemp(prefix=f".{name}-new-", dir=parent))
    except OSError as error:
        raise CannotWrite(f"{name}/ cannot be written: {error.strerror}") from None
