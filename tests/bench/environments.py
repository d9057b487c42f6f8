"""Other tools, each in an environment of its own, in the versions of peers.txt."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("peers.txt")


@dataclass(frozen=True)
class Environment:
    """Where a tool's programs are, and which versions of what it is made of."""

    folder: Path
    packages: tuple[str, ...]

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)


def default_folder() -> Path:
    """Outside the project, so that several work trees share what takes long to make."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "remit-bench"


def listed() -> dict[str, tuple[str, ...]]:
    """The names in peers.txt, with the packages of each."""
    lines = [line.split() for line in LIST.read_text("utf-8").splitlines()]
    return {line[0]: tuple(line[1:]) for line in lines if line and line[0] != "#"}


def installed(name: str, folder: Path) -> Environment | None:
    """The environment of a name, made when it is not there; None when it cannot be, which is
    shown. One that was half made, or of other versions, is made anew."""
    packages = listed()[name]
    place = folder / "peers" / name
    done = place / "installed.txt"
    if not (done.is_file() and done.read_text("utf-8").split() == list(packages)):
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True)
        pip = [str(place / "bin/python"), "-m", "pip", "install", "--quiet"]
        made = subprocess.run(
            [*pip, "--disable-pip-version-check", *packages], capture_output=True, text=True
        )
        if made.returncode:
            print(f"{name} cannot be installed: {made.stderr[-500:]}", file=sys.stderr)
            return None
        done.write_text("\n".join(packages) + "\n", "utf-8")
    return Environment(place, packages)
