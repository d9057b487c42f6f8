"""What is kept between runs is believed only when the user kept it and nothing touched it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit import cache


@pytest.fixture(autouse=True)
def a_key_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(cache.KEY_VARIABLE, raising=False)
    another_user(tmp_path / "state", monkeypatch)
    yield
    cache._key.cache_clear()


def another_user(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    cache._key.cache_clear()


def test_what_was_kept_is_there(tmp_path: Path) -> None:
    cache.keep(tmp_path / "deep" / "file", "of this", b"data")
    assert cache.kept(tmp_path / "deep" / "file", "of this") == b"data"
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["file"]


def test_nothing_that_is_about_something_else(tmp_path: Path) -> None:
    cache.keep(tmp_path / "file", "of this", b"data")
    assert cache.kept(tmp_path / "file", "of that") is None
    assert cache.kept(tmp_path / "none", "of this") is None


@pytest.mark.parametrize("place", [0, 40, -1])
def test_nothing_that_was_changed(tmp_path: Path, place: int) -> None:
    file = tmp_path / "file"
    cache.keep(file, "of this", b"data that is long enough")
    changed = bytearray(file.read_bytes())
    changed[place] ^= 1
    file.write_bytes(changed)
    assert cache.kept(file, "of this") is None


def test_nothing_that_was_cut_short(tmp_path: Path) -> None:
    cache.keep(tmp_path / "file", "of this", b"data")
    for length in (0, 10, 32, 35):
        (tmp_path / "short").write_bytes((tmp_path / "file").read_bytes()[:length])
        assert cache.kept(tmp_path / "short", "of this") is None


def test_nothing_that_another_user_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep(tmp_path / "file", "of this", b"data")
    another_user(tmp_path / "another", monkeypatch)
    assert cache.kept(tmp_path / "file", "of this") is None


def test_machines_with_the_same_secret_share_a_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.KEY_VARIABLE, "a secret of the forge")
    another_user(tmp_path / "one", monkeypatch)
    cache.keep(tmp_path / "file", "of this", b"data")
    another_user(tmp_path / "another", monkeypatch)
    assert cache.kept(tmp_path / "file", "of this") == b"data"
    monkeypatch.delenv(cache.KEY_VARIABLE)
    cache._key.cache_clear()
    assert cache.kept(tmp_path / "file", "of this") is None


def test_the_key_is_the_users_alone(tmp_path: Path) -> None:
    cache.keep(tmp_path / "file", "of this", b"data")
    key = tmp_path / "state" / "remit" / "cache.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) == 32


def test_without_a_place_for_the_key_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-file").write_text("in the way")
    another_user(tmp_path / "a-file", monkeypatch)
    cache.keep(tmp_path / "file", "of this", b"data")
    assert not (tmp_path / "file").exists()


def test_a_changed_file_has_another_stamp(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("one")
    before = file.stat()
    file.write_text("two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert cache.stamp(file.stat()) != cache.stamp(before)
