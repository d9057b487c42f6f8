"""Work divided among processes that share what this one has loaded, or among threads.

What that takes is imported when there is work for more than one.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

R = TypeVar("R")

_MOST = 4
"""Processes at a time: each takes some 200 MB, with the program it calls."""
_PATIENCE = 5
"""Seconds a process has to end when it is told to."""


class WorkerLost(Exception):
    """A process that did part of the work ended without saying why."""


Work = Callable[[int, Callable[[], None]], R]
"""Does the part of the work that has this number, and calls the second argument at each step."""


def at_a_time() -> int:
    """How many numbers `divided` has worked on at a time, at most."""
    return min(os.cpu_count() or 1, _MOST)


def divided(
    work: Work[R], count: int, step: Callable[[], None], *, threads: bool = True
) -> Iterator[tuple[int, R]]:
    """The numbers below `count` with what `work` makes of each, as they come to an end.

    At most one per processor is worked on at a time, four in all; `step` is called here for each
    step of any of them. Raises what `work` raises, or WorkerLost; then, as when the caller stops,
    nothing is left running. `threads`: whether they may do it where processes cannot; else one
    part is done after the other.
    """
    workers = min(at_a_time(), count)
    if workers < 2:
        yield from ((number, work(number, step)) for number in range(count))
    elif _may_fork():
        yield from _by_processes(work, count, workers, step)
    elif threads:
        yield from _by_threads(work, count, workers, step)
    else:
        yield from ((number, work(number, step)) for number in range(count))


def _may_fork() -> bool:
    """A fork has none of the other threads, and waits for ever for what they held."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _by_threads(
    work: Work[R], count: int, workers: int, step: Callable[[], None]
) -> Iterator[tuple[int, R]]:
    from concurrent.futures import ThreadPoolExecutor, as_completed

    one_at_a_time = Lock()

    def counted() -> None:
        with one_at_a_time:
            step()

    with ThreadPoolExecutor(workers) as pool:
        started = {pool.submit(work, number, counted): number for number in range(count)}
        try:
            for future in as_completed(started):
                yield started[future], future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _by_processes(
    work: Work[R], count: int, workers: int, step: Callable[[], None]
) -> Iterator[tuple[int, R]]:
    import multiprocessing
    import tempfile
    from multiprocessing.connection import Connection, wait

    context = multiprocessing.get_context("fork")
    processes: dict[Connection, Any] = {}
    numbers = iter(range(count))
    alive = os.pipe()
    with tempfile.TemporaryDirectory(prefix="remit-", ignore_cleanup_errors=True) as folder:
        try:
            for _ in range(workers):
                here, there = context.Pipe()
                arguments = (there, [here, *processes], alive, work, folder)
                process = context.Process(target=_serve, args=arguments, daemon=True)
                process.start()
                there.close()
                processes[here] = process
                here.send(next(numbers))
            given = dict.fromkeys(processes, 1)  # how many numbers each has that are not done
            while given:
                for ready in wait(list(given)):
                    assert isinstance(ready, Connection)
                    answer = _answer(ready, processes[ready])
                    if answer is None:
                        step()
                        continue
                    given[ready] -= 1
                    # while there are many, one more than it works on, so that it never waits
                    most = 2 if answer[0] + 4 * workers < count else 1
                    for number in islice(numbers, most - given[ready]):
                        ready.send(number)
                        given[ready] += 1
                    if not given[ready]:
                        del given[ready]
                    yield answer
        finally:
            for here, process in processes.items():
                here.close()
                _end(process)
            for end in alive:
                os.close(end)


def _answer(connection: Connection, process: Any) -> Any:
    """What the process has finished, or None when it says that it made a step."""
    try:
        message = connection.recv()
    except (EOFError, ConnectionResetError):
        process.join(_PATIENCE)
        raise WorkerLost(
            f"a process that was making documents ended by itself (exit code {process.exitcode}); "
            "perhaps the machine has too little memory"
        ) from None
    if isinstance(message, Exception):
        raise message
    return message


def _end(process: Any) -> None:
    """A process that waits ends now that its connection is closed; one at work is told to, and
    with it the program it has called."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        process.join(_PATIENCE)
        if process.exitcode is not None:
            return


def _serve(
    connection: Connection,
    not_ours: Sequence[Connection],
    alive: tuple[int, int],
    work: Work[Any],
    folder: str,
) -> None:
    """Works on each number that comes, until none comes any more. Temporary files go into `folder`,
    which is removed whatever happens here.

    `not_ours` are ends of connections that the first process holds, and so is the second end of
    `alive`: nothing is ever written to it, and it closes when that process ends.
    """
    import tempfile

    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # first: no exception may lead out of here
    os.setpgid(0, 0)  # so that Ctrl+C reaches the first process alone, which ends the others
    for end in not_ours:
        end.close()
    os.close(alive[1])
    Thread(target=_end_with_the_first, args=(alive[0], folder), daemon=True).start()
    os.environ.setdefault("RAYON_NUM_THREADS", "1")  # typst's: the other processors are taken
    tempfile.tempdir = folder
    # nobody waits for an answer any more: EOFError where all were read, else one of the others
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            _answer_with(connection, connection.recv(), work)


def _answer_with(connection: Connection, number: int, work: Work[Any]) -> None:
    import traceback

    try:
        connection.send((number, work(number, lambda: connection.send(None))))
    except Exception as error:
        error.add_note(traceback.format_exc())
        connection.send(error)


def _end_with_the_first(alive: int, folder: str) -> None:
    """Waits until the first process is no more, which may have been killed: then nobody wants this
    work, and this process ends with all that it has called."""
    import shutil

    os.read(alive, 1)
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
