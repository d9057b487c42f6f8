"""Files that someone hands in are read in a process of their own that has little memory and time.

A file made to use up all memory ends that process and nothing else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from remit.load.document_facts import NotReadable

LARGEST_FILE = 64 * 1024 * 1024
MEMORY = 1024 * 1024 * 1024
SECONDS = 60


def told_apart(module: str, file: Path, what: str, seconds: int = SECONDS) -> dict[str, Any]:
    """What a module tells of a file when it is run in a process of its own, by `tell`.

    `what` such files are called, such as "document". Raises NotReadable.
    """
    command = [sys.executable, "-m", module, str(seconds)]
    given = os.fsencode(file.absolute())
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    if done.returncode > 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    if done.returncode < 0 or not done.stdout:
        raise NotReadable(f"it takes more memory or time to read than any {what} does")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "problem" in answer:
        raise NotReadable(answer["problem"])
    return answer


def tell(
    read: Callable[[Path], Mapping[str, Any]],
    what: str,
    *,
    memory: int = MEMORY,
    spare: int = 0,
    calls_others: bool = False,
) -> None:
    """In the process of its own: what `read` makes of the file that standard input names, or why it
    cannot be read, as JSON.

    `spare` seconds are added to those that it may take; `calls_others` is as for `limit_memory`.
    """
    limit_memory(memory, calls_others=calls_others)
    if hasattr(signal, "alarm"):
        signal.alarm(int(sys.argv[1]) + spare)
    try:
        answer = json.dumps(read(Path(os.fsdecode(sys.stdin.buffer.read()))))
    except NotReadable as problem:
        answer = json.dumps({"problem": str(problem)})
    except (MemoryError, RecursionError):
        answer = json.dumps({"problem": f"it takes more memory to read than any {what} does"})
    sys.stdout.write(answer)


def contents(file: Path, what: str, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a file that is not larger than any `what`. Raises NotReadable."""
    try:
        with file.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        raise NotReadable(error.strerror or str(error)) from None
    if len(data) > largest:
        raise NotReadable(f"the file is larger than any {what}")
    return data


def limit_memory(memory: int = MEMORY, *, calls_others: bool = False) -> None:
    """Where the system can: this process gets so much, and leaves no copy of itself when it ends.

    `calls_others`: it calls a program that may ask for more, since it reserves more than it uses.
    """
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, most if calls_others else memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
