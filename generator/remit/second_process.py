"""Work on many things shared with a second process; what it makes comes in the things' order."""

from __future__ import annotations

import mmap
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Receive = Callable[[], Any]
Afterwards = Callable[[Receive], Any]
"""What a second process does when everything is made: it is given what receives the word of the
first process; what it returns is sent."""


def worked_through(
    things: Sequence[T],
    work: Callable[[T], R],
    elsewhere: Callable[[T], R],
    *,
    part: int,
    many: bool,
) -> list[R]:
    """What is made of each thing, in their order: of many, by two processes."""
    if not (many and can_fork()):
        return [work(thing) for thing in things]
    second = SecondProcess(things, _each(elsewhere), part=part)
    try:
        return second.results(_each(work))
    finally:
        second.end()


def _each(work: Callable[[T], R]) -> Callable[[Sequence[T]], list[R]]:
    return lambda things: [work(thing) for thing in things]


class TwoEnds:
    """Numbers of parts, of which two processes take one after the other from either end until they
    meet. Each part is taken, that where they meet perhaps by both."""

    def __init__(self, parts: int) -> None:
        self._parts = parts
        self._shared = memoryview(mmap.mmap(-1, 24)).cast("q")
        # begun last from the first one on, and from the last one; whether one has left
        self._shared[0], self._shared[1], self._shared[2] = -1, parts, 0

    def from_the_first(self) -> Iterator[int]:
        for number in range(self._parts):
            self._shared[0] = number
            if self._shared[1] < number or self._shared[2]:
                return
            yield number

    def from_the_last(self) -> Iterator[int]:
        for number in reversed(range(self._parts)):
            self._shared[1] = number
            if self._shared[0] >= number or self._shared[2]:
                return
            yield number

    def leave(self) -> None:
        """Neither process takes another part."""
        self._shared[2] = 1


class SecondProcess(Generic[T, R]):
    """A second process that takes things from the end while this one takes them from the
    beginning, a part at a time, until they meet.

    What it does not send, because it was ended from without, is made here.
    """

    def __init__(
        self,
        things: Sequence[T],
        elsewhere: Callable[[Sequence[T]], list[R]],
        *,
        part: int,
        afterwards: Afterwards | None = None,
    ) -> None:
        """`elsewhere` is called there, for each part of the things."""
        import multiprocessing

        self.things, self.part = things, part
        self.parts = -(-len(things) // part)
        self.elsewhere, self.afterwards = elsewhere, afterwards
        self._ends = TwoEnds(self.parts)
        context = multiprocessing.get_context("fork")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(self, other), daemon=True)
        self._process.start()
        other.close()
        self._arrived: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def results(self, work: Callable[[Sequence[T]], list[R]]) -> list[R]:
        """What is made of each thing, in their order. `work` is called here, for each part that
        the second process has not begun."""
        made: dict[int, list[R]] = {}
        for number in self._ends.from_the_first():
            made[number] = work(self._things_of(number))
        for number, results in iter(self._next, None):
            made.setdefault(number, results)
        for number in range(self.parts):
            if number not in made:
                made[number] = work(self._things_of(number))
        return [one for number in range(self.parts) for one in made[number]]

    def tell(self, word: Any) -> None:
        """Sends the word that `afterwards` waits for."""
        with suppress(OSError):  # it was ended, so there will be no answer either
            self._pipe.send_bytes(pickle.dumps(word, pickle.HIGHEST_PROTOCOL))

    def answer(self) -> Any:
        """What `afterwards` gave; None when the second process was ended before."""
        found = self._arrived.get()
        return None if found is None else pickle.loads(found)

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._thread.join()

    def _next(self) -> tuple[int, list[R]] | None:
        """The next part that arrives; None after the last one."""
        found = self._arrived.get()
        if found is None:
            self._arrived.put(None)  # for who asks for the answer
            return None
        arrived: tuple[int, list[R]] | None = pickle.loads(found)
        return arrived

    def _collect(self) -> None:
        """Takes what comes off the pipe at once, so that the sender never waits."""
        try:
            while True:
                self._arrived.put(self._pipe.recv_bytes())
        except (EOFError, OSError):
            self._arrived.put(None)

    def _things_of(self, number: int) -> Sequence[T]:
        return self.things[number * self.part : (number + 1) * self.part]

    def serve(self, pipe: Any) -> None:
        """The second process: sends each part that it has made, and the answer at the end."""
        self._pipe.close()  # so that the pipe ends when the first process does
        for number in self._ends.from_the_last():
            made = self.elsewhere(self._things_of(number))
            pipe.send_bytes(pickle.dumps((number, made), pickle.HIGHEST_PROTOCOL))
        pipe.send_bytes(pickle.dumps(None))
        if self.afterwards:
            answer = self.afterwards(lambda: pickle.loads(pipe.recv_bytes()))
            pipe.send_bytes(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


class Apart:
    """Work that is done in a process of its own meanwhile, whose memory is free again then."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._process = 0
        if not can_fork():
            return
        self._reader, writer = os.pipe()
        self._process = os.fork()
        if not self._process:
            code = 1
            try:
                os.close(self._reader)
                with open(writer, "wb") as stream:
                    stream.write(work())
                code = 0
            finally:
                os._exit(code)
        os.close(writer)

    @property
    def is_under_way(self) -> bool:
        """Whether there is such a process, and nobody has asked for its result."""
        return self._process != 0

    def result(self) -> bytes:
        """What the work gave, once. Nothing where it failed, or where there can be no such
        process: who asks does the work then."""
        if not self._process:
            return b""
        process, self._process, found = self._process, 0, b""
        try:
            with open(self._reader, "rb") as stream:
                found = stream.read()
        finally:
            if not found:  # it has failed, or nobody waits for it any longer
                os.kill(process, signal.SIGKILL)
            whole = os.waitpid(process, 0)[1] == 0
        return found if whole else b""


def done_apart(work: Callable[[], bytes]) -> bytes:
    """What the work gives when it is done apart; nothing where it is not."""
    return Apart(work).result()


def _serve(second: SecondProcess[Any, Any], pipe: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the first process's to answer
    with suppress(EOFError, OSError):  # the first process is gone, and no one waits
        second.serve(pipe)


def can_fork() -> bool:
    """Forking is safe where no other thread runs, and not on macOS, whose libraries forbid it."""
    return (
        hasattr(os, "fork")
        and sys.platform != "darwin"
        and threading.active_count() == 1
        and (os.cpu_count() or 1) > 1
    )
