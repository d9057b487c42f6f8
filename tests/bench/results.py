"""Results as JSON: the machine, the tools' versions and every run; several files make one table."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from bench import environments


@dataclass(frozen=True)
class Run:
    """One run of one tool. `page`: bytes of one mandate's page. `ended`: as in `Cost`,
    or "wrong" when the output did not say what it should."""

    group: str
    work: str
    tool: str
    size: int
    units: int
    round: int
    seconds: float
    cpu: float
    memory: int
    bytes: int
    files: int
    page: int
    load: float
    ended: str

    def __str__(self) -> str:
        said = f"{self.group} {self.size} {self.work}: {self.tool} {self.seconds:.2f} s"
        return f"{said}, cpu {self.cpu:.2f} s, {self.memory} MB {self.ended}".rstrip()


@dataclass(frozen=True)
class Row:
    """All runs of a tool at one work and size: medians, and the least and most of the times.

    `ended`: why there are none, as in `Run`.
    """

    group: str
    work: str
    tool: str
    size: int
    units: int
    rounds: int
    seconds: float
    least: float
    most: float
    cpu: float
    memory: float
    bytes: float
    files: float
    page: float
    ended: str


class Results:
    """A file that is written anew after each run, so that what is cut short is kept."""

    def __init__(self, file: Path, machine: dict[str, Any]) -> None:
        self.file, self.machine, self.runs = file, machine, list[Run]()

    def add(self, run: Run) -> None:
        self.runs.append(run)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        said = {"machine": self.machine, "runs": [asdict(run) for run in self.runs]}
        self.file.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


def machine() -> dict[str, Any]:
    """What the figures hold for: processors, memory, system, versions, the day."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "processors": os.cpu_count(),
        "processor": _processor(),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "remit": _version("git", "rev-parse", "--short", "HEAD") or "no revision",
        "tools": _tools(),
    }


def _tools() -> list[str]:
    """Every package of the peers with its version, and those of remit and of the system."""
    named = {package for packages in environments.listed().values() for package in packages}
    own = ("mkdocs-material", "pagefind", "pypandoc_binary", "typst")
    named |= {f"{package}=={version(package)}" for package in own}
    hugo = _version("hugo", "version").removeprefix("hugo v").partition("+")[0]
    return [*sorted(named), *([f"hugo=={hugo} (the system's)"] if hugo else [])]


def _processor() -> str:
    """The processor's own name for itself, where the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _version(*command: str) -> str:
    if not shutil.which(command[0]):
        return ""
    said = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
    return said.stdout.strip()


def read(files: Sequence[Path]) -> tuple[list[dict[str, Any]], list[Row]]:
    """The machines and the rows of several files. What was measured in two of them is taken from
    the one named later."""
    machines: list[dict[str, Any]] = []
    latest: dict[tuple[str, str, str, int], list[Run]] = {}
    for file in files:
        kept = json.loads(file.read_text("utf-8"))
        if kept["machine"] not in machines:
            machines.append(kept["machine"])
        runs = [Run(**run) for run in kept["runs"]]
        own = dict.fromkeys((run.group, run.work, run.tool, run.size) for run in runs)
        for key in own:
            latest[key] = [r for r in runs if (r.group, r.work, r.tool, r.size) == key]
    return machines, [_row(runs) for runs in latest.values()]


def _row(runs: Sequence[Run]) -> Row:
    whole = [run for run in runs if not run.ended]
    taken = whole or runs
    first = taken[0]

    def middle(values: Iterable[float]) -> float:
        return median(list(values))

    return Row(
        first.group,
        first.work,
        first.tool,
        first.size,
        first.units,
        len(whole),
        middle(run.seconds for run in taken),
        min(run.seconds for run in taken),
        max(run.seconds for run in taken),
        middle(run.cpu for run in taken),
        max(run.memory for run in taken),
        middle(run.bytes for run in taken),
        middle(run.files for run in taken),
        middle(run.page for run in taken),
        "" if whole else runs[-1].ended,
    )
