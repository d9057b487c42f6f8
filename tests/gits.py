"""Git repositories to try things in: no settings of whoever runs the tests reach them."""

from __future__ import annotations

import subprocess
from pathlib import Path

_PERSON = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.autocrlf=false")


def git(folder: Path, *arguments: str) -> str:
    """What git says, without the line end."""
    command = ["git", *_PERSON, "-c", "commit.gpgsign=false", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def new_repository(folder: Path) -> None:
    git(folder, "init", "-q", "-b", "main")


def commit(folder: Path, message: str) -> str:
    """Commits all that is in the folder; the name of the revision."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")
