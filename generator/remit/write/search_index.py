"""The search index: Pagefind over the finished pages, one index per language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from remit.write.pandoc_tool import ToolMissing


def write_search_index(site: Path) -> None:
    """Writes `pagefind/` into the site. Raises ToolMissing when Pagefind cannot be run."""
    run = subprocess.run(
        [sys.executable, "-m", "pagefind", "--site", str(site), "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise ToolMissing(
            "the search index could not be made: " + (run.stderr or run.stdout).strip()[-300:]
        )
