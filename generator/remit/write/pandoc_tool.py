"""Runs pandoc: found through `PYPANDOC_PANDOC` or the package pypandoc-binary."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from remit.cache import stamp

TIME_LIMIT = 120
"""Seconds after which a conversion is given up."""


class ToolMissing(Exception):
    """An outside program cannot be found; the message says how to get it."""


class ConversionFailed(Exception):
    """An outside program refused a document."""


def pandoc_path() -> Path:
    """Raises ToolMissing."""
    named = os.environ.get("PYPANDOC_PANDOC", "").strip()
    if named:
        found = shutil.which(named)
        if found is None:
            raise ToolMissing(
                f"DOCX and ODT need pandoc, but PYPANDOC_PANDOC names {named}, "
                "which is no program. Correct it, or remove it to use the pandoc of the package "
                "pypandoc-binary."
            )
        return Path(found)
    try:
        return Path(importlib.import_module("pypandoc").get_pandoc_path())
    except (ImportError, OSError) as error:
        raise ToolMissing(
            "DOCX and ODT need pandoc, which is not installed. Install it with "
            "`pip install pypandoc-binary`, or name yours in PYPANDOC_PANDOC."
        ) from error


def pandoc_state() -> str:
    """Tells every pandoc that might be taken instead of the one that comes with the package, which
    goes with the package's version, without running any."""
    named = os.environ.get("PYPANDOC_PANDOC", "").strip()
    found = (named and shutil.which(named), shutil.which("pandoc"))
    return " ".join([named, *(f"{one} {stamp(Path(one).stat())}" for one in found if one)])


def convert(source: str, to: str, *arguments: str) -> bytes:
    """A document in pandoc's own JSON as `docx` or `odt`, by pypandoc, without access to files.

    Raises ToolMissing or ConversionFailed.
    """
    pandoc_path()
    try:
        made = importlib.import_module("pypandoc").convert_text(
            source,
            to,
            format="json",
            outputfile="-",
            extra_args=["--sandbox", *arguments],
            verify_format=False,
        )
    except RuntimeError as error:
        raise ConversionFailed(f"pandoc: {error}") from error
    return made if isinstance(made, bytes) else bytes(made, "utf-8")


def run_pandoc(*arguments: str, stdin: bytes = b"") -> bytes:
    """What pandoc writes to standard output. Raises ToolMissing or ConversionFailed."""
    try:
        done = subprocess.run(
            [str(pandoc_path()), *arguments],
            input=stdin,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ConversionFailed(f"pandoc did not finish in {TIME_LIMIT} seconds") from error
    if done.returncode:
        raise ConversionFailed(f"pandoc: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def pandoc_version() -> str:
    """Such as "3.9". Raises ToolMissing."""
    return _version(str(pandoc_path()))


@cache
def _version(path: str) -> str:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ToolMissing(f"{path} is to be pandoc, but does not run: {error}") from error
    return done.stdout.split("\n", 1)[0].removeprefix("pandoc").strip()
