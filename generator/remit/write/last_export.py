"""Whether an export would make what is there already: found out without loading the register.

What an export depends on is compared with what it was: the register's files and its revision, this
program with what it uses, the day, and the command's own words; and so are the files that it made.
A file that looks as it did is not read again; where one looks otherwise, its bytes decide.
Anything else than full agreement means that the export is done as usual.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from remit import cache
from remit.settings import SETTINGS_FILE, Settings

Stamps = dict[str, list[int]]
"""By name: what each file is told by without being read, or nothing for one that is too young."""
Digests = dict[str, str]
"""By name: the SHA-256 of each file, or nothing for one that cannot be read."""


@dataclass(frozen=True, slots=True)
class LastExport:
    """What is known of the last export that was asked for in the same words."""

    root: Path
    record: Path
    """The file it is kept in."""
    state: str
    """Digest of all that an export depends on beside the register's files, as it is now."""
    sources: Stamps
    """Of the register's files, as they were before the export."""

    def up_to_date(self) -> int | None:
        """How many files it made, when nothing has changed since and each is as it was left."""
        kept = cache.kept(self.record, self.state)
        if kept is None:
            return None
        stamps, sources, files = json.loads(kept)
        if sources.keys() != self.sources.keys():
            return None
        digests = sources | files
        now = self.sources | _stamps(self.root, files, self.record.parent)
        others = [name for name in digests if not now[name] or now[name] != stamps[name]]
        if any(digest != digests[name] for name, digest in _digests(self.root, others).items()):
            return None
        if others:
            self._keep(now, sources, files)
        return len(files)

    def remember(self, files: Iterable[tuple[Path, str]]) -> None:
        """Keeps that the export went well and left these files, each with its SHA-256.

        A source that changed while it went on counts as one that cannot be read.
        """
        sources = _digests(self.root, self.sources)
        after = _stamps(self.root, self.sources, self.record.parent)
        changed = {name for name in after if after[name] != self.sources[name]}
        made = {os.path.relpath(path, self.root): digest for path, digest in files}
        stamps = self.sources | _stamps(self.root, made, self.record.parent)
        self._keep(stamps, sources | dict.fromkeys(changed, ""), made)

    def _keep(self, stamps: Stamps, sources: Digests, files: Digests) -> None:
        cache.keep(self.record, self.state, json.dumps([stamps, sources, files]).encode())


def last_export(settings: Settings, arguments: Sequence[str]) -> LastExport:
    """`arguments`: the command's words, as they were typed."""
    name = hashlib.sha256("\0".join(arguments).encode()).hexdigest()
    record = settings.cache_folder / "exports" / f"{name[:32]}.json"
    state = hashlib.sha256()
    for part in (*arguments, *_surroundings(settings)):
        state.update(len(part).to_bytes(8, "big") + part.encode())
    names = [SETTINGS_FILE, settings.released]
    for folder in (settings.content, settings.mandates):
        names += _files(settings.root, folder)
    sources = _stamps(settings.root, names, record.parent)
    return LastExport(settings.root, record, state.hexdigest(), sources)


def _files(root: Path, folder: str) -> Iterator[str]:
    """Names of all files of a folder and of the folders in it."""
    try:
        entries = [*os.scandir(root / folder)]
    except OSError:
        return
    for entry in entries:
        name = f"{folder}/{entry.name}"
        if not entry.is_dir(follow_symlinks=False):
            yield name
        elif entry.name != "__pycache__":
            yield from _files(root, name)


def _stamps(root: Path, names: Iterable[str], beside: Path) -> Stamps:
    """A file as young as this very look may change once more and show the same stamp: it has none.

    How late it is, a file in the folder `beside` tells: the disk's clock need not be ours.
    """
    moment = _moment(beside)
    stamps: Stamps = {}
    for name in names:
        try:
            state = (root / name).stat()
        except OSError:
            stamps[name] = []
            continue
        young = max(state.st_mtime_ns, state.st_ctime_ns) >= moment
        stamps[name] = [] if young else [*cache.stamp(state)]
    return stamps


def _moment(folder: Path) -> int:
    """Now, as the disk tells it; 0 where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            return os.fstat(file.fileno()).st_mtime_ns
    except OSError:
        return 0


def _digests(root: Path, names: Iterable[str]) -> Digests:
    every = [*names]
    with ThreadPoolExecutor(os.cpu_count()) as readers:
        return dict(zip(every, readers.map(lambda name: _digest(root / name), every), strict=True))


def _digest(file: Path) -> str:
    with suppress(OSError):
        return hashlib.sha256(file.read_bytes()).hexdigest()
    return ""


def _surroundings(settings: Settings) -> Iterator[str]:
    yield settings.today.isoformat()
    yield _git_revision(settings.root)
    yield cache.program()
    yield from _pandocs()


def _git_revision(root: Path) -> str:
    """Documents name the revision of their sources, so a commit alone can change them."""
    command = ("git", "-C", str(root), "rev-parse", "HEAD")
    try:
        return subprocess.run(command, capture_output=True, check=False, text=True).stdout
    except OSError:
        return ""


def _pandocs() -> Iterator[str]:
    """Every pandoc that might be taken instead of the one that comes with the package."""
    named = os.environ.get("PYPANDOC_PANDOC", "").strip()
    for found in (named and shutil.which(named), shutil.which("pandoc")):
        yield f"{found} {cache.stamp(Path(found).stat())}" if found else named
