"""What a share depends on, each thing by a digest: shares of different states make no whole.

Digests are of bytes, since the machines that they are compared between share no clock.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path

from remit.cache import digest_of
from remit.load.git import RevisionError, git
from remit.settings import Settings

PACKAGE = Path(__file__).parent.parent
WORDS = {
    "day": "the day",
    "settings": "the settings in pyproject.toml",
    "register": "the register's files",
    "history": "the git revision",
    "frame": "the site's frame (mkdocs.yml and its theme)",
    "program": "the program",
    "packages": "the packages installed with it",
    "asked": "the command",
}
"""What each part of a state is called in a message."""


def register_state(settings: Settings, files: Mapping[str, bytes]) -> dict[str, str]:
    """Of the register: `files` as `register_files` gives them."""
    told = asdict(settings)
    del told["root"], told["today"]
    return {
        "day": settings.today.isoformat(),
        "settings": digest_of([json.dumps(told, sort_keys=True).encode()]),
        "register": digest_of(
            part for path in sorted(files) for part in (path.encode(), files[path])
        ),
        "history": _history(settings.root),
    }


def register_files(settings: Settings) -> dict[str, bytes]:
    """Every file of the register by its path from the top. Links are not followed."""
    root = settings.root
    folders = [root / settings.content, root / settings.mandates]
    found = {**files_below(folders, root), **files_below([root / settings.released], root)}
    return dict(sorted(found.items()))


def files_below(places: Iterable[Path], top: Path) -> dict[str, bytes]:
    """The files at or below some places, by their path from `top`."""
    every = (path for place in places for path in (place, *place.rglob("*")))
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in every
        if path.is_file() and not path.is_symlink() and "__pycache__" not in path.parts
    }


@cache
def program_state() -> dict[str, str]:
    """Of this program and of the packages that it asks for, with those that they ask for."""
    files = files_below([PACKAGE], PACKAGE)
    return {
        "program": digest_of(
            part for path in sorted(files) for part in (path.encode(), files[path])
        ),
        "packages": ", ".join(_packages()),
    }


def differences(states: Sequence[Mapping[str, str]]) -> list[str]:
    """The parts in which the states are not all the same, in words."""
    return [
        _said(name, [state.get(name, "") for state in states])
        for name in WORDS
        if len({state.get(name) for state in states}) > 1
    ]


def _said(name: str, values: Sequence[str]) -> str:
    """The part's name, with what tells the states apart when that is short."""
    if name == "packages":
        every = [one for value in values for one in value.split(", ")]
        values = sorted(one for one in {*every} if every.count(one) < len(values))
    distinct = list(dict.fromkeys(values))
    shown = ", ".join(one[:12] if re.fullmatch("[0-9a-f]{40,}", one) else one for one in distinct)
    short = name in ("day", "history", "packages", "asked") and len(shown) <= 300
    return f"{WORDS[name]} ({shown})" if short else WORDS[name]


def _history(root: Path) -> str:
    """The revision, which documents name, and whether the history before it is there."""
    try:
        asked = git(root, "rev-parse", "HEAD", "--is-shallow-repository")
    except RevisionError:
        return "none"
    commit, _, shallow = asked.stdout.decode().strip().partition("\n")
    if asked.returncode:
        return "none"
    return f"{commit}, of which earlier ones are missing" if shallow == "true" else commit


def _packages() -> list[str]:
    """Name and version of each, and of what else decides on bytes."""
    found: dict[str, str] = {}
    wanted = ["remit"]
    while wanted:
        name = wanted.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        try:
            package = metadata.distribution(name) if key not in found else None
        except metadata.PackageNotFoundError:
            continue
        if package is None:
            continue
        found[key] = package.version
        for needed in package.requires or ():
            match = re.match(r"[\w.-]+", needed)
            if match and "extra ==" not in needed:
                wanted.append(match[0])
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    packages = [f"{name} {version}" for name, version in sorted(found.items())]
    return [python, f"zlib {zlib.ZLIB_RUNTIME_VERSION}", *packages]
