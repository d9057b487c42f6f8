"""Questions to git, which is never told to change anything."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class RevisionError(Exception):
    """The revision cannot be reached: says why and what to do."""


def git(root: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs git where it can neither write nor reach a network. Raises RevisionError without git."""
    quiet = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", "-c", "protocol.allow=never", "-C", os.fspath(root), *arguments]
    try:
        return subprocess.run(
            command, input=given, capture_output=True, check=False, env={**os.environ, **quiet}
        )
    except FileNotFoundError:
        raise RevisionError(
            "git is not installed, and it keeps the register's earlier states; install git, or "
            "compare two versions of a mandate: remit diff MANDATE@DATE MANDATE@DATE"
        ) from None
