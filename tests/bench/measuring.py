"""What a command costs: time, processor time and memory of it and all that it starts.

A run that takes longer, or more memory, than it is given is ended, and says so instead of a time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import IO

LOOKED_EVERY = 0.2
"""Seconds between two looks at the memory, at least."""
LOOKED_FOR = 30
"""And so many times as long as a look, which takes long for large processes, and harms them."""
_FAILURE_SHOWN = 2_000


@dataclass(frozen=True)
class Limits:
    """The most that one run may take: seconds, and MB of memory."""

    seconds: float
    memory: float


@dataclass(frozen=True)
class Cost:
    """Of one run.

    `seconds`: by the clock on the wall. `cpu`: user and system time of all processes. `memory`: the
    most MB that they had together, what they share counted once (PSS, looked up five times a
    second, of large processes less often), or the most that one of them ever had (the system's own
    count), whichever is more; where there is no /proc, the latter alone.
    `ended`: "" when all went well, "time" or "memory" when it was ended for that, "failed".
    """

    seconds: float
    cpu: float
    memory: float
    ended: str = ""


def run_all(commands: Sequence[Sequence[str]], folder: Path, limits: Limits) -> Cost:
    """Commands one after another, as one: times together, memory of the one that took most."""
    whole = Cost(0, 0, 0)
    for command in commands:
        left = Limits(limits.seconds - whole.seconds, limits.memory)
        cost = run(command, folder, left)
        whole = Cost(
            whole.seconds + cost.seconds,
            whole.cpu + cost.cpu,
            max(whole.memory, cost.memory),
            cost.ended,
        )
        if whole.ended:
            break
    return whole


def run(command: Sequence[str], folder: Path, limits: Limits) -> Cost:
    """One command to its end; what it says is shown only when it fails."""
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdout=said, stderr=said, env=_ENVIRONMENT, start_new_session=True
        )
        watch = _Watch(process.pid, limits)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.done.set()
        watch.join()
        ended = watch.ended
        if process.returncode and not ended:
            ended = "failed"
            _show(command, said)
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(seconds, cpu, watch.most or usage.ru_maxrss / unit, ended)


_COMPILING = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
"""Would have a program in Python compiled anew in each run, which no one who uses it sees."""
_ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith(_COMPILING)},
    "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "1795305600"),
    "NO_MKDOCS_2_WARNING": "1",
}


def _show(command: Sequence[str], said: IO[bytes]) -> None:
    said.seek(0)
    words = said.read().decode("utf-8", "replace")[-_FAILURE_SHOWN:]
    print(f"{' '.join(command)[:200]} failed:\n{words}", file=sys.stderr)


class _Watch(Thread):
    """Looks how much memory a process has with those it started, and ends it at its limits."""

    def __init__(self, process: int, limits: Limits) -> None:
        super().__init__(daemon=True)
        self.process, self.limits = process, limits
        self.most, self.ended, self.done = 0.0, "", Event()

    def run(self) -> None:
        begun, pause = time.perf_counter(), LOOKED_EVERY
        while not self.done.wait(pause):
            at = time.perf_counter()
            looked = [_memory(process) for process in _family(self.process)]
            now = sum(share for share, _ in looked)
            pause = max(LOOKED_EVERY, LOOKED_FOR * (time.perf_counter() - at))
            self.most = max(self.most, now, *(peak for _, peak in looked))
            if now > self.limits.memory:
                self.ended = "memory"
            elif time.perf_counter() - begun > self.limits.seconds:
                self.ended = "time"
            if self.ended:
                # its own session: nothing else is in the group
                with suppress(ProcessLookupError):
                    os.killpg(self.process, signal.SIGKILL)
                return


def _family(process: int) -> Iterator[int]:
    yield process
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in path.read_text().split():
                yield from _family(int(child))


def _memory(process: int) -> tuple[float, float]:
    """MB that are its own, with its share of what it shares, and the most it ever had; 0 for a
    process that is gone."""
    share, peak = (
        _kilobytes(process, "smaps_rollup", "Pss:"),
        _kilobytes(process, "status", "VmHWM:"),
    )
    return share / 1024, peak / 1024


def _kilobytes(process: int, file: str, name: str) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/{file}").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0


def size_of(folder: Path) -> tuple[int, int]:
    """Bytes and files below a folder or, of a file, its own; none where there is nothing."""
    files = [folder] if folder.is_file() else [f for f in folder.rglob("*") if f.is_file()]
    return sum(file.stat().st_size for file in files), len(files)
