"""Fixtures that several tests share. No result depends on the day the tests run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from browsing import browser, origin, scriptless, visit
from registers import ROOT, copy_of_register

__all__ = ["browser", "origin", "scriptless", "visit"]

settings.register_profile("remit", deadline=None)  # a busy machine is no fault
settings.load_profile("remit")
os.environ["SOURCE_DATE_EPOCH"] = "1795305600"  # 2026-11-22, midnight UTC
os.environ["NO_MKDOCS_2_WARNING"] = "1"

RunRemit = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With REMIT_NO_SKIPS, as in CI, a skipped test fails the run: nothing may be missing there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("REMIT_NO_SKIPS"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and not hasattr(session.config, "workerinput"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} skipped, and REMIT_NO_SKIPS allows none", red=True)


@pytest.fixture
def register_copy(tmp_path: Path) -> Path:
    return copy_of_register(tmp_path / "register")


@pytest.fixture
def remit(register_copy: Path) -> RunRemit:
    """The real command line on the copy of the register, as a user runs it."""

    def run(
        *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "remit", *arguments],
            cwd=register_copy,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, **(environment or {})},
        )

    return run


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped register's site with its documents: `REMIT_SITE` when set, else built once."""
    given = os.environ.get("REMIT_SITE")
    if given:
        return Path(given).resolve()
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    site = shared / "shipped-site"
    with FileLock(f"{site}.lock"):
        if not site.is_dir():
            done = subprocess.run(
                [sys.executable, "-m", "remit", "build", "--to", str(site)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
    return site
