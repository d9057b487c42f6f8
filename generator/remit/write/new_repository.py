"""An empty git repository around a new register; the first commit is for someone with a name."""

from __future__ import annotations

import subprocess
from pathlib import Path

from remit.write.files import CannotWrite

BRANCH = "main"


def begin_repository(folder: Path) -> None:
    """Raises CannotWrite when git is not there or refuses."""
    command = ["git", "init", "--quiet", f"--initial-branch={BRANCH}", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotWrite("git is not installed; install it, or leave --git out") from None
    if done.returncode:
        raise CannotWrite(f"git makes no repository: {done.stderr.strip()}")
