"""The register's files while someone writes: told at once when one of them is another."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from remit.load.file_state import FileState, is_still, state_of
from remit.settings import Settings

_PAUSE = 2.0
"""Seconds, at least, between two looks at all files."""
_SHARE = 50
"""Of the time, at most one part of so many is taken by looking."""


class Watched:
    """Tells when a file of the records' folders is saved, comes or goes.

    The system tells of it at once. What another machine or another system does in a shared folder
    it does not tell, so all files are looked at besides, now and then.
    """

    def __init__(self) -> None:
        self._known: tuple[Settings, Sequence[FileState]] | None = None
        self._observer = Observer()
        self._ended = Event()

    def know(self, settings: Settings) -> None:
        """The files as they are now need not be told of: they are about to be read."""
        self._known = settings, state_of(settings)

    def begin(self, tell: Callable[[], None]) -> None:
        """Calls `tell` from here on. Where the system watches no more folders, all are looked at
        alone."""
        assert self._known is not None
        settings, told = self._known[0], _Told(tell)
        try:
            for name in (settings.content, settings.mandates):
                folder = settings.root / name
                if folder.is_dir():
                    self._observer.schedule(told, str(folder.resolve()), recursive=True)
            self._observer.start()
        except OSError:
            self._observer.unschedule_all()
        Thread(target=self._look, args=(tell,), daemon=True).start()

    def end(self) -> None:
        self._ended.set()
        if self._observer.is_alive():
            self._observer.stop()

    def _look(self, tell: Callable[[], None]) -> None:
        pause = _PAUSE
        while not self._ended.wait(pause):
            known, begun = self._known, time.thread_time()
            if known and not is_still(*known) and known is self._known:
                tell()
            pause = max(_PAUSE, _SHARE * (time.thread_time() - begun))


class _Told(FileSystemEventHandler):
    """Of what the system tells, that which changes something: reading a file does not."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.tell = tell

    def on_created(self, event: FileSystemEvent) -> None:
        self.tell()

    def on_modified(self, event: FileSystemEvent) -> None:
        self.tell()

    def on_moved(self, event: FileSystemEvent) -> None:
        self.tell()

    def on_deleted(self, event: FileSystemEvent) -> None:
        self.tell()
