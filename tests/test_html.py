"""Every page of the built site is valid HTML, as the W3C's own checker (Nu) sees it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CHECKER = Path(__file__).parent / "browser/node_modules/vnu-jar/build/dist/vnu.jar"
JAVA = shutil.which("java")

pytestmark = [
    pytest.mark.skipif(JAVA is None, reason="Java is not installed"),
    pytest.mark.skipif(
        not CHECKER.is_file(), reason="the Nu checker is not installed: cd tests/browser && npm ci"
    ),
]


def _faults(*paths: Path) -> list[str]:
    done = subprocess.run(
        [
            str(JAVA),
            "-Xss8m",
            "-jar",
            str(CHECKER),
            "--skip-non-html",
            "--errors-only",
            "--format",
            "gnu",
            *map(str, paths),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.splitlines()


def test_every_page_is_valid_html(built_site: Path) -> None:
    faults = _faults(built_site)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:20])


def test_the_checker_sees_a_fault(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>x</title><p id=a><p id=a>", "utf-8")
    assert any("Duplicate ID" in fault for fault in _faults(page))
