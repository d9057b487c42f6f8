"""Work on many things shared with a second process; what it makes comes in the things' order."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

PART = 200
"""Things whose results are sent together."""


def worked_through(
    things: Sequence[T],
    work: Callable[[T], R],
    elsewhere: Callable[[T], R],
    weights: Sequence[int],
    share: float,
    *,
    many: bool,
) -> Iterator[R]:
    """What is made of each thing, in their order.

    Of many, the last are given to a second process: so many that they weigh `share` of all.
    There `elsewhere` is called for them, here `work` for the others, and for those whose result
    does not come because that process was ended.
    """
    own = _first(weights, 1 - share) if many and _can_fork() else len(things)
    if own == len(things):
        yield from map(work, things)
        return
    import multiprocessing

    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    other = context.Process(target=_send, args=(sender, things[own:], elsewhere), daemon=True)
    other.start()
    sender.close()
    arrived: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_collect, args=(receiver, arrived), daemon=True).start()
    try:
        yield from map(work, things[:own])
        count = own
        while count < len(things):
            part = arrived.get()
            if part is None:
                yield from map(work, things[count:])
                return
            results: list[R] = pickle.loads(part)
            count += len(results)
            yield from results
    finally:
        other.kill()
        other.join()


def done_apart(work: Callable[[], bytes]) -> bytes:
    """What the work gives when it is done in a process of its own, whose memory is free again
    then. Nothing where it fails, or where there can be no such process: who calls does the work
    itself."""
    if not _can_fork():
        return b""
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        code = 1
        try:
            os.close(reader)
            with open(writer, "wb") as stream:
                stream.write(work())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    found = b""
    try:
        with open(reader, "rb") as stream:
            found = stream.read()
    finally:
        if not found:  # it has failed, or nobody waits for it any longer
            os.kill(process, signal.SIGKILL)
        whole = os.waitpid(process, 0)[1] == 0
    return found if whole else b""


def _first(weights: Sequence[int], share: float) -> int:
    """How many of the first weigh `share` of all."""
    most = sum(weights) * share
    return sum(sofar <= most for sofar in accumulate(weights))


def _collect(receiver: Any, arrived: queue.SimpleQueue[bytes | None]) -> None:
    """Takes what comes off the pipe at once, so that the sender never waits."""
    try:
        while True:
            arrived.put(receiver.recv_bytes())
    except (EOFError, OSError):
        arrived.put(None)


def _send(sender: Any, things: Sequence[T], work: Callable[[T], R]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the first process's to answer
    for start in range(0, len(things), PART):
        results = [work(thing) for thing in things[start : start + PART]]
        sender.send_bytes(pickle.dumps(results, pickle.HIGHEST_PROTOCOL))


def _can_fork() -> bool:
    """Forking is safe where no other thread runs, and not on macOS, whose libraries forbid it."""
    return (
        hasattr(os, "fork")
        and sys.platform != "darwin"
        and threading.active_count() == 1
        and (os.cpu_count() or 1) > 1
    )
