"""A record's modeline: the comment in its first line that names its schema to an editor.

It is a remark to programs and no part of what the record says, so that fingerprints and the
revision that last changed a record leave it out.
"""

from __future__ import annotations

import os.path
import re
from pathlib import Path

_MODELINE = re.compile(rb"# yaml-language-server: \$schema=[^\r\n]*\r?\n")
_MARK = b"\xef\xbb\xbf"


def has_modeline(data: bytes) -> bool:
    return bool(_MODELINE.match(data.removeprefix(_MARK)))


def without_modeline(data: bytes) -> bytes:
    begins, rest = _parted(data)
    match = _MODELINE.match(rest)
    return begins + rest[match.end() :] if match else data


def with_modeline(data: bytes, path: str, schema: str) -> bytes:
    """The file, at its path from the register's top, with a first line that names its schema."""
    begins, rest = _parted(without_modeline(data))
    newline = b"\r\n" if b"\r\n" in rest else b"\n"
    relative = Path(os.path.relpath(schema, Path(path).parent)).as_posix()
    return begins + f"# yaml-language-server: $schema={relative}".encode() + newline + rest


def _parted(data: bytes) -> tuple[bytes, bytes]:
    """A byte order mark, which stays first, and the rest."""
    return (_MARK, data.removeprefix(_MARK)) if data.startswith(_MARK) else (b"", data)
