"""Registers to try things on: the small one of the tests, copies of it with other files in."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from remit.build import load_and_check
from remit.build.documents import site_documents
from remit.diagnostics import Diagnostic, as_text
from remit.load import divided, loading
from remit.model.register import Register
from remit.model.site_files import SiteFile, SiteFiles
from remit.second_process import SecondProcess
from remit.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parent.parent
REGISTER = ROOT / "tests" / "register"


def copy_of_register(target: Path) -> Path:
    """The small register as a folder of its own, from which the site can be built too."""
    shutil.copytree(REGISTER, target, ignore=shutil.ignore_patterns(".cache", "site", "build"))
    return target


def overlay(register: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files into a register, over those that are there. Returns the register."""
    for name, content in files.items():
        file = register / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return register


def found(register: Path) -> list[Diagnostic]:
    """All that `remit check` finds there; a fault of the settings is found alone."""
    try:
        return load_and_check(read_settings(register)).found
    except SettingsError as error:
        return [error.diagnostic]


def divide(monkeypatch: pytest.MonkeyPatch, left: float) -> None:
    """Has small registers read and checked by two processes, as the largest are. `left`: how much
    of the work the second one begins before the first."""
    monkeypatch.setattr(loading, "can_fork", lambda: True)
    monkeypatch.setattr(loading, "MANY", 1)
    monkeypatch.setattr(loading, "PART", 2)
    monkeypatch.setattr(divided, "MOST_WITH_SECTIONS", 0)
    results = SecondProcess.results

    def wait(second: Any, work: Any) -> Any:
        while second._process.is_alive() and second._ends._shared[1] > (1 - left) * second.parts:
            time.sleep(0.001)
        return results(second, work)

    monkeypatch.setattr(SecondProcess, "results", wait)


def printed(diagnostics: list[Diagnostic]) -> str:
    """As `remit check` prints them, without the count at the end."""
    return as_text(diagnostics).rpartition("\n")[0]


def files_to_be(register: Register, settings: Settings) -> SiteFiles:
    """The documents that a site will have, with sizes and digests that are made up but stay."""
    paths = [
        job.place(document, file_format).as_posix()
        for job in site_documents(register, settings, Path())
        for document in [job.make()]
        for file_format in job.formats
    ]
    return {
        path: SiteFile(path, 1000 * len(path), hashlib.sha256(path.encode()).hexdigest())
        for path in paths
    }
