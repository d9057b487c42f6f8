"""The preview is told of a saved file at once, and of one that the system does not tell of."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from watchdog.observers import Observer

from registers import copy_of_register
from remit.load.watched import Watched
from remit.settings import read_settings

_AGES = 30
"""Seconds, on a busy machine."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_of_register(tmp_path / "register")


def _watched(root: Path) -> tuple[Watched, threading.Event]:
    told, watched = threading.Event(), Watched()
    watched.know(read_settings(root))
    watched.begin(told.set)
    return watched, told


def _a_record(root: Path) -> Path:
    return next(iter(sorted((root / "content").glob("roles/*.yml"))))


@pytest.mark.parametrize("what", ["saved", "replaced", "new", "gone", "mandate"])
def test_a_change_is_told(root: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the system alone: nobody looks."""
    monkeypatch.setattr("remit.load.watched._PAUSE", 1000.0)
    watched, told = _watched(root)
    file = _a_record(root)
    if what == "saved":
        file.write_text(file.read_text("utf-8") + "# new\n", "utf-8")
    elif what == "replaced":
        (root / "aside").write_text("id: new\n", "utf-8")
        (root / "aside").replace(file)
    elif what == "new":
        file.with_name("new.yml").write_text("id: new\n", "utf-8")
    elif what == "gone":
        file.unlink()
    else:
        (root / "mandates" / "new").mkdir()
    assert told.wait(_AGES)
    watched.end()


def test_reading_tells_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the preview would make itself anew for ever."""
    monkeypatch.setattr("remit.load.watched._PAUSE", 0.1)
    watched, told = _watched(root)
    for file in sorted((root / "content").rglob("*.yml")):
        file.read_bytes()
    assert not told.wait(0.5)
    watched.end()


def test_what_the_system_does_not_tell_is_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it watches no more folders, and in folders that others share."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("remit.load.watched._PAUSE", 0.1)
    monkeypatch.setattr(Observer, "schedule", refuse)
    watched, told = _watched(root)
    file = _a_record(root)
    file.write_text(file.read_text("utf-8") + "# new\n", "utf-8")
    assert told.wait(_AGES)
    told.clear()
    watched.know(read_settings(root))
    told.clear()
    assert not told.wait(0.5), "told of what is known"
    watched.end()
