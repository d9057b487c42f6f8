"""Packages of files with checksums, in the form BagIt 1.0 (RFC 8493): a folder or a zip file."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from remit.write.archive import entry
from remit.write.files import CannotWrite, staging_folder, swapped_in

DECLARATION = "bagit.txt"
INFORMATION = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data"
ZIP = ".zip"

_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9A-Fa-f]{64})[ \t]+(.+)")

Opener = Callable[[], IO[bytes]]


@contextmanager
def new_bag(
    target: Path, information: Sequence[tuple[str, str]], *, replacing: bool = False
) -> Iterator[Path]:
    """A folder for the payload, which becomes a bag at `target` when all went well.

    A target that ends with .zip becomes one file. What is at `target` stays as it was when anything
    fails. Raises CannotWrite when something is there that may not be replaced.
    """
    target = target.absolute()
    _require_free(target, replacing)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix != ZIP:
        with swapped_in(target) as bag:
            yield from _filled(bag, information)
        return
    staging = staging_folder(target.parent, target.stem)
    try:
        bag = staging / target.stem
        yield from _filled(bag, information)
        _write_zip(bag, staging / target.name)
        (staging / target.name).replace(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _require_free(target: Path, replacing: bool) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    with _opened(target) as members:
        is_bag = DECLARATION in members
    if not is_bag:
        raise CannotWrite(f"{target.name} is there already and is no package; name another place")
    if not replacing:
        raise CannotWrite(
            f"the package {target.name} is there already; name another place, "
            "or say --replace to put the new one in its stead"
        )


def _filled(bag: Path, information: Sequence[tuple[str, str]]) -> Iterator[Path]:
    payload = bag / PAYLOAD
    payload.mkdir(parents=True)
    yield payload
    files = _listed(payload)
    octets = sum(file.stat().st_size for file in files)
    rows = [*information, ("Payload-Oxum", f"{octets}.{len(files)}")]
    (bag / DECLARATION).write_bytes(_DECLARED)
    (bag / INFORMATION).write_bytes("".join(f"{name}: {value}\n" for name, value in rows).encode())
    _write_manifest(bag, MANIFEST, files)
    tags = [bag / name for name in (INFORMATION, DECLARATION, MANIFEST)]
    _write_manifest(bag, TAG_MANIFEST, tags)


def _write_manifest(bag: Path, name: str, files: Sequence[Path]) -> None:
    lines = [f"{checksum(file)}  {file.relative_to(bag).as_posix()}\n" for file in files]
    (bag / name).write_bytes("".join(lines).encode())


def checksum(file: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    with open(file, "rb") as stream:
        return _digest(stream)


def _digest(stream: IO[bytes]) -> str:
    found = hashlib.sha256()
    while piece := stream.read(1 << 16):
        found.update(piece)
    return found.hexdigest()


def _listed(folder: Path) -> list[Path]:
    """The files below a folder, in the order of their paths."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _write_zip(bag: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for file in _listed(bag):
            name = f"{bag.name}/{file.relative_to(bag).as_posix()}"
            with open(file, "rb") as source, archive.open(entry(name), "w") as part:
                shutil.copyfileobj(source, part)


def bag_faults(target: Path) -> list[str]:
    """What is wrong with a bag, one sentence each: files missing, altered, or not listed."""
    with _opened(target) as members:
        faults = [
            f"{name} is missing: this is no package with SHA-256 checksums"
            for name in (DECLARATION, MANIFEST)
            if name not in members
        ]
        if faults:
            return faults
        listed: set[str] = set()
        for manifest in (MANIFEST, TAG_MANIFEST):
            if manifest in members:
                faults += _manifest_faults(manifest, members, listed)
        faults += [
            f"{name} is in no list of checksums"
            for name in sorted(members)
            if name.startswith(f"{PAYLOAD}/") and name not in listed
        ]
        return faults


def _manifest_faults(manifest: str, members: dict[str, Opener], listed: set[str]) -> Iterator[str]:
    with members[manifest]() as stream:
        lines = stream.read().decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines, 1):
        row = _LINE.fullmatch(line)
        if row is None:
            yield f"{manifest}, line {number}: not a checksum and a name"
            continue
        name = row[2]
        listed.add(name)
        if name not in members:
            yield f"{name} is missing"
            continue
        if _found(members[name]) != row[1].lower():
            yield f"{name} is not what it was when the package was made"


def _found(opened: Opener) -> str:
    """The SHA-256 of a file in a bag; nothing when it cannot be read whole."""
    try:
        with opened() as part:
            return _digest(part)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return ""


def _bytes_of(file: Path) -> IO[bytes]:
    return open(file, "rb")


@contextmanager
def _opened(target: Path) -> Iterator[dict[str, Opener]]:
    """The files of a folder or zip file by their names in the bag; none when it is neither."""
    if target.is_dir():
        yield {
            file.relative_to(target).as_posix(): partial(_bytes_of, file)
            for file in _listed(target)
        }
    elif zipfile.is_zipfile(target):
        with zipfile.ZipFile(target) as archive:
            yield {
                name.partition("/")[2]: partial(archive.open, name)
                for name in archive.namelist()
                if not name.endswith("/")
            }
    else:
        yield {}
