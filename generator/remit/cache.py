"""What is kept between runs to save time: sealed, so that nothing damaged or foreign is believed.

A proposal can carry any file, a cache's too. What is kept is therefore sealed with a key that lies
with the user, not with the register: what another has made, or what has changed since, does not
count, and is made anew.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

KEY_VARIABLE = "REMIT_CACHE_KEY"
"""An environment variable with a secret of one's own, for machines that share a cache."""
_SEAL = 32
_PACKAGE = Path(__file__).parent


def kept(file: Path, about: str) -> bytes | None:
    """What `keep` put there for the same `about`, or None when there is nothing one can trust."""
    try:
        with open(file, "rb", buffering=0) as stream:
            seal, data = stream.read(_SEAL), stream.readall()
    except OSError:
        return None
    key = _key()
    if key is None:
        return None
    return data if hmac.compare_digest(seal, _seal(key, about, data)) else None


def keep(file: Path, about: str, data: bytes) -> None:
    """Keeps `data`; `about` says what it is of, and in what state that was: it belongs to the seal.

    A cache that cannot be written costs time, nothing else: no error is raised.
    """
    key = _key()
    if key is None:
        return
    aside = file.with_name(f"{file.name}.{os.getpid()}.new")
    sealed = _seal(key, about, data) + data
    try:
        try:
            aside.write_bytes(sealed)
        except FileNotFoundError:
            file.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(sealed)
        aside.replace(file)
    except OSError:
        with suppress(OSError):
            aside.unlink()


def _seal(key: bytes, about: str, data: bytes) -> bytes:
    """HMAC with SHA-256, which processors have instructions for."""
    words = about.encode()
    seal = hmac.new(key, len(words).to_bytes(4, "big") + words, "sha256")
    seal.update(data)
    return seal.digest()


@cache
def _key() -> bytes | None:
    """The user's key, made when there is none yet; None where it can neither be read nor made."""
    said = os.environ.get(KEY_VARIABLE)
    if said:
        return hashlib.sha256(said.encode()).digest()
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    file = Path(state) / "remit" / "cache.key"
    try:
        return _read(file)
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        return None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(made, "wb") as stream:
                stream.write(secrets.token_bytes(_SEAL))
        return _read(file)
    except (OSError, ValueError):
        return None


def _read(file: Path) -> bytes:
    key = file.read_bytes()
    if len(key) != _SEAL:
        raise ValueError(f"{file} is no key")
    return key


@cache
def program() -> str:
    """Digest of this program and of all it may use: what it makes depends on them.

    Files are taken to be the same while their size and times are.
    """
    digest = hashlib.sha256(sys.version.encode())
    for line in (*_stamps(_PACKAGE), *_installed()):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _stamps(folder: Path) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield f"{entry.name}/"
                yield from _stamps(Path(entry.path))
        else:
            yield f"{entry.name} {stamp(entry.stat())}"


Stamp = tuple[int, int, int, int]


def stamp(of: os.stat_result) -> Stamp:
    """What a file's state is told by without reading it: it changes with every change of the file.

    A file changed in the very moment in which it was looked at may show the same stamp after it;
    do not keep what was read of a file that is younger than the cache that keeps it.
    """
    return of.st_size, of.st_mtime_ns, of.st_ctime_ns, of.st_ino


def _installed() -> list[str]:
    """Every package that can be imported, with its version."""
    folders = [folder or "." for folder in sys.path if Path(folder).is_dir()]
    names = {name for folder in folders for name in os.listdir(folder)}
    return sorted(name for name in names if name.endswith(".dist-info"))


def digest_of(parts: Iterable[bytes]) -> str:
    """Of some bytes after each other, and of where one part ends and the next begins."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def contents_digest(path: Path) -> str:
    """Of a file's bytes, or of all files below a folder with their names."""
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file():
            data = file.read_bytes()
            digest.update(f"{file.relative_to(path).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()
