"""Times remit beside other tools doing as much, and prints a Markdown table of ratios.

    python tests/bench/bench.py                        100 and 1,000 mandates, three rounds
    python tests/bench/bench.py --quick                100 mandates, one round
    python tests/bench/bench.py --sizes 100 --rounds 5 --only check,site

The rivals work on the same words (plain_markdown.py): pandoc is called once for each document, and
MkDocs Material has every page in its nav. Each round runs every job once, remit and rival in turn,
so that a busy machine harms both alike. A ratio below 1 means that remit takes less time.

`diff` compares two git revisions between which 20 records changed, and `report` tells of them what
an approver needs; neither has a rival. `export` is of some mandates in one language, `bulk` of all
of them in every language; both are done once more with nothing changed ("again").
remit's time includes reading and checking the whole register; its export makes new documents, never
cached ones, with numbered styles, properties and PDF/A, which the plain calls do without. The pages
of remit's site are those of all records and MkDocs Material's those of the mandates alone: the
ratio per unit allows for it.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

HERE = Path(__file__).resolve().parent
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600", "NO_MKDOCS_2_WARNING": "1"}
REMIT = [sys.executable, "-m", "remit"]
WORKERS = os.cpu_count() or 1

# What one document takes without remit: pandoc's typst markup, and typst on that.
TYPST = (
    "import subprocess, sys, tempfile, typst\n"
    "pandoc, source, target = sys.argv[1:]\n"
    "markup = subprocess.run([pandoc, '--standalone', '--to=typst', source],"
    " capture_output=True, check=True).stdout\n"
    "open(target, 'wb').write(typst.compile(markup))\n"
)


@dataclass(frozen=True)
class Cost:
    """Seconds, and the most memory in MB that a command's processes had together at one time.

    What they share is counted once (PSS, looked up ten times a second); where there is no /proc,
    the memory is that of the process that took most.
    """

    seconds: float
    memory: float


@dataclass(frozen=True)
class Job:
    """Something remit does, `units` times, and the rival's commands for the same, if it has one.

    `before` is run untimed before each: it takes away what an earlier round left.
    """

    name: str
    size: int
    units: int
    unit: str
    remit: list[str]
    rival_name: str = ""
    rival: Sequence[list[str]] = ()
    rival_units: int = 0
    before: Callable[[], None] = lambda: None
    again: bool = False
    """Whether remit does the same once more, with nothing changed."""


@dataclass
class Measured:
    job: Job
    remit: list[Cost] = field(default_factory=list)
    rival: list[Cost] = field(default_factory=list)
    again: list[Cost] = field(default_factory=list)


def run_one(command: list[str]) -> Cost:
    """Runs a command to its end. Raises CalledProcessError with what it said when it fails."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said, env=ENVIRONMENT)
        memory = _Memory(process.pid)
        memory.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        memory.ended.set()
        memory.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            print(said.read().decode("utf-8", "replace"), file=sys.stderr)
            raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Cost(seconds, memory.most or usage.ru_maxrss / unit)


class _Memory(Thread):
    """Looks up how much memory a process has together with those that it started."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.most, self.ended = process, 0.0, Event()

    def run(self) -> None:
        while not self.ended.wait(0.1):
            self.most = max(self.most, sum(map(_proportional_size, _family(self.process))))


def _family(process: int) -> Iterator[int]:
    yield process
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in path.read_text().split():
                yield from _family(int(child))


def _proportional_size(process: int) -> float:
    """In MB; 0 for a process that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def run_all(commands: Sequence[list[str]]) -> Cost:
    """Runs commands, as many at a time as there are processors."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as workers:
        costs = list(workers.map(run_one, commands))
    return Cost(time.perf_counter() - begun, WORKERS * max(cost.memory for cost in costs))


def jobs_for(size: int, languages: str, documents: int, folder: Path) -> Iterator[Job]:
    """Every job on a register of `size` mandates, which is made here first."""
    register, plain = folder / f"register-{size}", folder / f"plain-{size}"
    count = languages.count(",") + 1
    _make("synthetic.py", "--mandates", str(size), "--languages", languages, "--to", str(register))
    _make("plain_markdown.py", "--register", str(register), "--to", str(plain))
    language = languages.partition(",")[0]
    patterns = ("content/*/*.yml", f"content/guidance/*.{language}.md", "mandates/*/*.yml")
    records = sum(len(list(register.glob(pattern))) for pattern in patterns)
    remit = [*REMIT, "--register", str(register)]
    yield Job("check", size, records, "record", [*remit, "check"])

    _change_in_git(register)
    yield Job("diff", size, records, "record", [*remit, "diff", "before..after"])
    yield Job("report", size, records, "record", [*remit, "report", "before..after"])

    site, other_site = register / "site", plain / "site/site"

    def clear_sites() -> None:
        shutil.rmtree(site, ignore_errors=True)
        shutil.rmtree(other_site, ignore_errors=True)

    material = [sys.executable, "-m", "mkdocs", "build", "-q"]
    yield Job(
        "site",
        size,
        count * records,
        "page",
        [*remit, "build", "--no-documents", "--no-search"],
        "MkDocs Material",
        [[*material, "-f", str(plain / "site/mkdocs.yml"), "-d", str(other_site)]],
        count * size,
        clear_sites,
    )

    mandates = sorted(path.name for path in (register / "mandates").iterdir())[:documents]
    some = [next((plain / "documents").glob(f"{id}-*-{language}.md")) for id in mandates]
    chosen = [*mandates, "--language", language]
    yield from _exports("export", size, register, some, [*remit, "export", *chosen])
    every = sorted((plain / "documents").glob("*.md"))
    yield from _exports("bulk", size, register, every, [*remit, "export"])


def _exports(
    name: str, size: int, register: Path, sources: Sequence[Path], export: list[str]
) -> Iterator[Job]:
    """The export of the documents whose plain words are in `sources`, in two formats."""
    out = register.parent / "documents"
    pandoc = _pandoc()

    def clear_documents() -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(register / ".cache", ignore_errors=True)
        out.mkdir()

    calls = {
        "docx": [[pandoc, str(md), "-o", str(out / f"{md.stem}.docx")] for md in sources],
        "pdf": [
            [sys.executable, "-c", TYPST, pandoc, str(md), str(out / f"{md.stem}.pdf")]
            for md in sources
        ],
    }
    for file_format, rival in calls.items():
        yield Job(
            f"{name} {file_format}",
            size,
            len(sources),
            "document",
            [*export, "--to", str(out), "--format", file_format],
            "pandoc" if file_format == "docx" else "pandoc and typst",
            rival,
            len(sources),
            clear_documents,
            again=True,
        )


CHANGED = 20


def _change_in_git(register: Path) -> None:
    """Two revisions of the register, `before` and `after` a change in some of its records."""

    def git(*arguments: str) -> None:
        person = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
        run_one(["git", *person, "-C", str(register), *arguments])

    def commit(name: str) -> None:
        git("add", "content", "mandates", "pyproject.toml")
        git("commit", "-q", "-m", name)
        git("tag", name)

    git("init", "-q")
    commit("before")
    files = sorted(register.glob("mandates/*/2*.yml"))
    for file in files[:: max(1, len(files) // CHANGED)][:CHANGED]:
        file.write_text(file.read_text("utf-8").replace(" nb: ", " nb: Endret ", 3), "utf-8")
    commit("after")


def _make(script: str, *arguments: str) -> None:
    run_one([sys.executable, str(HERE / script), *arguments])


def _pandoc() -> str:
    import pypandoc

    return str(pypandoc.get_pandoc_path())


def measure(jobs: Sequence[Job], rounds: int) -> list[Measured]:
    """Every job `rounds` times, one round after the other."""
    rows = [Measured(job) for job in jobs]
    for number in range(rounds):
        for row in rows:
            print(f"round {number + 1}: {row.job.name} {row.job.size}", file=sys.stderr)
            row.job.before()
            row.remit.append(run_one(row.job.remit))
            if row.job.again:
                row.again.append(run_one(row.job.remit))
            if row.job.rival:
                row.job.before()
                row.rival.append(run_all(row.job.rival))
    return rows


def as_table(rows: Sequence[Measured]) -> str:
    """Ratios first; a ratio per unit where remit makes more pages than its rival."""
    lines = [
        "| job | mandates | remit ÷ rival | per unit | remit | each | again | rival | each "
        "| memory, remit | memory, rival |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        job, own = row.job, _median(row.remit)
        cells = [job.name, f"{job.size:,}"]
        ours = [f"{own.seconds:.2f} s", f"{_each(own, job.units)} a {job.unit}", _again(row, own)]
        if row.rival:
            other = _median(row.rival)
            per_unit = own.seconds / job.units / (other.seconds / job.rival_units)
            cells += [f"**{own.seconds / other.seconds:.2f}**", f"**{per_unit:.2f}**", *ours]
            cells += [f"{other.seconds:.2f} s ({job.rival_name})", _each(other, job.rival_units)]
            cells += [f"{own.memory:.0f} MB", f"{other.memory:.0f} MB"]
        else:
            cells += ["", "", *ours, "", "", f"{own.memory:.0f} MB", ""]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.seconds for cost in costs), max(cost.memory for cost in costs)
    )


def _again(row: Measured, own: Cost) -> str:
    """How long the second run took, and how many times faster it was."""
    if not row.again:
        return ""
    seconds = _median(row.again).seconds
    return f"{seconds:.2f} s, {own.seconds / seconds:.0f} times faster"


def _each(cost: Cost, units: int) -> str:
    return f"{cost.seconds / units * 1000:.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100,1000", help="mandates, with commas between")
    parser.add_argument("--languages", default="nb,en")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=100, help="mandates to export, at most")
    parser.add_argument(
        "--only",
        default="",
        help="jobs whose names begin so: check,diff,site,export,bulk",
    )
    parser.add_argument("--no-material", action="store_true", help="leave MkDocs Material out")
    parser.add_argument("--quick", action="store_true", help="100 mandates, one round, 10 exported")
    given = parser.parse_args()
    if given.quick:
        given.sizes, given.rounds, given.documents = "100", 1, 10
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="remit-bench-") as name:
        jobs = [
            job
            for size in map(int, given.sizes.split(","))
            for job in jobs_for(size, given.languages, given.documents, Path(name))
            if job.name.startswith(tuple(given.only.split(",")))
        ]
        if given.no_material:
            jobs = [_alone(job) if job.name == "site" else job for job in jobs]
        rows = measure(jobs, given.rounds)
    print(
        f"Medians of {given.rounds} rounds, {given.languages}, {WORKERS} processors, "
        f"{platform.machine()}, Python {platform.python_version()}. "
        f"Load of the machine before and after: {load:.1f}, {os.getloadavg()[0]:.1f}.\n"
    )
    print(as_table(rows))


def _alone(job: Job) -> Job:
    return Job(job.name, job.size, job.units, job.unit, job.remit, before=job.before)


if __name__ == "__main__":
    main()
