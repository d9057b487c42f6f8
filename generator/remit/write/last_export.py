"""Whether an export would make what is there already: found out without loading the register.

What an export depends on is read byte by byte and summed up in one digest: the register's files,
its revision, this program with what it uses, the day, and the command's own words. The files it
made are read too. Anything else than full agreement means that the export is done as usual.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from remit.settings import SETTINGS_FILE, Settings
from remit.write.files import write_file

_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class LastExport:
    """What is known of the last export that was asked for in the same words."""

    root: Path
    record: Path
    """The file it is kept in."""
    state: str
    """Digest of all that an export depends on, as it is now."""

    def up_to_date(self) -> int | None:
        """How many files it made, when nothing has changed since and each is as it was left."""
        try:
            kept = json.loads(self.record.read_bytes())
            if kept["state"] != self.state:
                return None
            files = kept["files"]
            with ThreadPoolExecutor(os.cpu_count()) as readers:
                as_left = all(readers.map(self._is_as_left, files))
            return len(files) if as_left else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _is_as_left(self, file: tuple[str, str]) -> bool:
        name, digest = file
        return hashlib.sha256(_bytes(self.root / name)).hexdigest() == digest

    def remember(self, files: Iterable[tuple[Path, str]]) -> None:
        """Keeps that the export went well and left these files, each with its SHA-256."""
        kept = {
            "state": self.state,
            "files": [[os.path.relpath(path, self.root), digest] for path, digest in files],
        }
        try:
            write_file(self.record, json.dumps(kept).encode())
        except OSError:
            return  # a cache that cannot be written costs time, nothing else


def last_export(settings: Settings, arguments: Sequence[str]) -> LastExport:
    """`arguments`: the command's words, as they were typed."""
    name = hashlib.sha256("\0".join(arguments).encode()).hexdigest()
    digest = hashlib.sha256()
    for part in _parts(settings):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    record = settings.cache_folder / "exports" / f"{name[:32]}.json"
    return LastExport(settings.root, record, digest.hexdigest())


def _parts(settings: Settings) -> Iterator[bytes]:
    root = settings.root
    yield settings.today.isoformat().encode()
    for name in (SETTINGS_FILE, settings.released):
        yield _bytes(root / name)
    for folder in (settings.content, settings.mandates):
        yield from _tree(root / folder)
    yield _git_revision(root)
    yield from _tree(_PACKAGE)
    yield "\n".join(_installed()).encode()
    yield "\n".join(_pandocs()).encode()


def _tree(folder: Path) -> Iterator[bytes]:
    """Names and bytes of all files of a folder and of the folders in it, by name."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield entry.name.encode()
            yield _bytes(entry.path)
        elif entry.name != "__pycache__":
            yield f"{entry.name}/".encode()
            yield from _tree(Path(entry.path))
            yield b".."


def _bytes(path: str | Path) -> bytes:
    try:
        with open(path, "rb", buffering=0) as stream:
            return stream.read()
    except OSError as error:
        return f"{type(error).__name__}".encode()


def _git_revision(root: Path) -> bytes:
    """Documents name the revision of their sources, so a commit alone can change them."""
    command = ("git", "-C", str(root), "rev-parse", "HEAD")
    try:
        return subprocess.run(command, capture_output=True, check=False).stdout
    except OSError:
        return b""


def _installed() -> list[str]:
    """Every package that can be imported, with its version, and this Python's."""
    folders = [folder for folder in sys.path if Path(folder).is_dir()]
    names = {name for folder in folders for name in os.listdir(folder)}
    return [sys.version, *sorted(name for name in names if name.endswith(".dist-info"))]


def _pandocs() -> Iterator[str]:
    """Every pandoc that might be taken instead of the one that comes with the package."""
    named = os.environ.get("PYPANDOC_PANDOC", "").strip()
    for found in (named and shutil.which(named), shutil.which("pandoc")):
        if found:
            known = Path(found).stat()
            yield f"{found} {known.st_size} {known.st_mtime_ns}"
        else:
            yield named
