"""Files that are read while the first process imports: believed while they are as they were."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from registers import divide, found, overlay
from remit.build import load_and_check
from remit.load import early_reading, file_state, reading
from remit.load.early_reading import EarlyReading, reading_early
from remit.load.kept_findings import RegisterSeen
from remit.load.packing import unpack
from remit.load.yaml_reader import read_yaml
from remit.load.yaml_tidy import read_tidy
from remit.settings import read_settings

TERM = "content/terms/mandate.yml"


@pytest.fixture
def early(register_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EarlyReading]:
    """What has read all files of the register, each as old enough for its stamp to tell."""
    monkeypatch.setattr(early_reading, "can_fork", lambda: True)
    monkeypatch.setattr(early_reading, "FEW", 1)
    monkeypatch.setattr(file_state, "YOUNG", 0)
    with reading_early(read_settings(register_copy)) as process:
        assert process
        os.waitpid(process._process, 0)
        yield process


def test_each_file_says_what_pyyaml_reads_in_it(register_copy: Path, early: EarlyReading) -> None:
    files = early.files()
    assert len(files) > 20
    for shown, file in files.items():
        data = (register_copy / shown).read_bytes()
        assert unpack(file.packed).whole == read_yaml(data, shown).value
        assert file.digest == sha256(data).digest()


def test_a_file_that_was_just_changed_is_left_to_who_reads_it_later(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = register_copy / TERM
    assert early_reading._early_file(str(file), TERM) is None
    monkeypatch.setattr(file_state, "YOUNG", 0)
    assert early_reading._early_file(str(file), TERM)


def test_a_register_is_the_same_with_files_that_were_read_before(
    register_copy: Path, early: EarlyReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    divide(monkeypatch, left=0.2)
    settings = read_settings(register_copy)
    alone = load_and_check(settings)
    prints = {address: one.fingerprint() for address, one in alone.register.origins.items()}
    shutil.rmtree(register_copy / ".cache")
    told = {file.digest for file in early.files().values()}

    def read_else(data: bytes) -> Any:
        assert sha256(data).digest() not in told
        return read_tidy(data)

    monkeypatch.setattr(reading, "read_tidy", read_else)
    for _ in ("read", "kept"):
        checked = load_and_check(settings, early=early)
        assert checked.found == alone.found
        assert checked.register.records == alone.register.records
        origins = checked.register.origins
        assert {address: one.fingerprint() for address, one in origins.items()} == prints
        assert RegisterSeen(settings).found() == alone.found
    overlay(register_copy, {TERM: (register_copy / TERM).read_bytes() + b"# a note\n"})
    assert RegisterSeen(settings).found() is None


def test_a_file_that_was_changed_since_is_read_again(
    register_copy: Path, early: EarlyReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    divide(monkeypatch, left=0.2)
    overlay(register_copy, {TERM: (register_copy / TERM).read_bytes() + b"odd: 1\n"})
    checked = load_and_check(read_settings(register_copy), early=early)
    assert "unknown-field" in [one.code for one in checked.found]
    assert found(register_copy) == checked.found


def test_nothing_is_read_early_of_what_is_kept_or_small(
    register_copy: Path, early: EarlyReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(register_copy)
    found(register_copy)
    with reading_early(settings) as again:
        assert again is None
    shutil.rmtree(register_copy / ".cache")
    monkeypatch.setattr(early_reading, "FEW", 500)
    with reading_early(settings) as again:
        assert again is None


def test_what_reads_early_imports_no_models() -> None:
    program = "import remit.load.early_reading, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert not {b"pydantic", b"yaml", b"remit.model.values"} & set(done.stdout.split())
