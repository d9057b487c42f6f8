"""The search index: Pagefind over the finished pages, one index per language."""

from __future__ import annotations

import json
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
    _in_order(site / "pagefind" / "pagefind-entry.json")


def _in_order(entry: Path) -> None:
    """Pagefind lists the languages in an order that changes from run to run."""
    data = json.loads(entry.read_text("utf-8"))
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    entry.write_text(text, "utf-8")
