"""Files → plain values: bytes read whole or refused, and parsed in two processes when many.

PyYAML is imported when a file is not in its tidy form: nearly all are, or are kept from an earlier
load.
"""

from __future__ import annotations

import marshal
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from remit.diagnostics import Diagnostic, Location
from remit.load.yaml_tidy import UNTIDY, read_tidy

MAX_BYTES = 1024 * 1024
WORTH_A_PROCESS = 500
"""Below so many files, starting a second process costs more than it saves."""
OTHERS_SHARE = 0.55
"""The second process only parses, while the first makes records of what it has parsed."""
PART = 200
"""Files whose readings are sent together."""


class FileReading(NamedTuple):
    """What one file says. `data` is None for a file that could not be read."""

    data: bytes | None
    value: Any
    problems: list[Diagnostic]


ReadBytes = Callable[[str, str, list[Diagnostic]], bytes | None]
"""The bytes of (path, path shown), or None, with the reason added to the problems."""


def read_files(files: Sequence[tuple[str, str]], read_bytes: ReadBytes) -> Iterator[FileReading]:
    """The reading of each (path, path shown in diagnostics), in their order."""
    own = len(files)
    if own >= WORTH_A_PROCESS and _can_fork():
        own -= int(own * OTHERS_SHARE)
    with _parsed_elsewhere(files[own:], read_bytes) as parsed:
        for file, shown in files[:own]:
            yield _read(file, shown, read_bytes)
        yield from parsed


RECORD_SIZE = (
    "a record has at most 1 MiB",
    "a record is a small text file; is this another file by mistake?",
)


def file_bytes(
    file: str,
    shown: str,
    problems: list[Diagnostic],
    *,
    most: int = MAX_BYTES,
    explanation: tuple[str, str] = RECORD_SIZE,
) -> bytes | None:
    """The whole file; one of more than `most` bytes is not read, so it costs nothing."""
    try:
        with open(file, "rb", buffering=0) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > most:
                problems.append(too_large(shown, size, explanation))
                return None
            return stream.read(size)
    except OSError as error:
        problems.append(unreadable(shown, "file", error))
        return None


def too_large(shown: str, size: int, explanation: tuple[str, str] = RECORD_SIZE) -> Diagnostic:
    limit, help = explanation
    message = f"the file is {size / 1024 / 1024:.1f} MiB; {limit}"
    return Diagnostic(Location(shown), "too-large", message, help)


def unreadable(shown: str, what: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        Location(shown),
        "unreadable",
        f"the {what} cannot be read: {error.strerror or error}",
        "give yourself the right to read it",
    )


def not_utf8(error: UnicodeDecodeError, shown: str, first_line: int = 1) -> Diagnostic:
    """At the first byte that is no UTF-8."""
    before = error.object[: error.start].decode("utf-8-sig", "replace")
    line, column = before.count("\n"), len(before) - before.rfind("\n")
    return Diagnostic(
        Location(shown, line + first_line, column),
        "not-utf8",
        "the file is not UTF-8 text",
        "save it again with the encoding UTF-8",
    )


def _read(file: str, shown: str, read_bytes: ReadBytes) -> FileReading:
    problems: list[Diagnostic] = []
    data = read_bytes(file, shown, problems)
    if data is None:
        return FileReading(None, None, problems)
    value = read_tidy(data)
    if value is not UNTIDY:
        return FileReading(data, value, problems)
    from remit.load.yaml_reader import read_yaml

    reading = read_yaml(data, shown)
    return FileReading(data, reading.value, reading.problems)


@contextmanager
def _parsed_elsewhere(
    files: Sequence[tuple[str, str]], read_bytes: ReadBytes
) -> Iterator[Iterator[FileReading]]:
    """Begins to read `files` in a second process; gives their readings as they come."""
    if not files:
        yield iter(())
        return
    import multiprocessing

    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    other = context.Process(target=_send, args=(sender, files, read_bytes), daemon=True)
    other.start()
    sender.close()
    arrived: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_collect, args=(receiver, arrived), daemon=True).start()
    try:
        yield _readings(files, read_bytes, arrived)
    finally:
        other.kill()
        other.join()


def _readings(
    files: Sequence[tuple[str, str]],
    read_bytes: ReadBytes,
    arrived: queue.SimpleQueue[bytes | None],
) -> Iterator[FileReading]:
    """In order; what a killed process did not send is read here."""
    count = 0
    while count < len(files):
        part = arrived.get()
        if part is None:
            for file, shown in files[count:]:
                yield _read(file, shown, read_bytes)
            return
        for data, value, problems in marshal.loads(part):
            count += 1
            yield FileReading(data, value, pickle.loads(problems) if problems else [])


def _collect(receiver: Any, arrived: queue.SimpleQueue[bytes | None]) -> None:
    """Takes what comes off the pipe at once, so that the sender never waits."""
    try:
        while True:
            arrived.put(receiver.recv_bytes())
    except (EOFError, OSError):
        arrived.put(None)


def _send(sender: Any, files: Sequence[tuple[str, str]], read_bytes: ReadBytes) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the first process's to answer
    for start in range(0, len(files), PART):
        part = []
        for file, shown in files[start : start + PART]:
            data, value, problems = _read(file, shown, read_bytes)
            part.append((data, value, pickle.dumps(problems) if problems else b""))
        sender.send_bytes(marshal.dumps(part))  # plain values: half the time that pickle takes


def _can_fork() -> bool:
    """Forking is safe where no other thread runs, and not on macOS, whose libraries forbid it."""
    return (
        hasattr(os, "fork")
        and sys.platform != "darwin"
        and threading.active_count() == 1
        and (os.cpu_count() or 1) > 1
    )
