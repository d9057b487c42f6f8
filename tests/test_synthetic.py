"""The synthetic registers of the benchmarks: the same every time, valid, of the size asked for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from registers import divide
from remit import second_process
from remit.build import load_and_check
from remit.check import table
from remit.load import loading
from remit.settings import read_settings

SCRIPT = Path(__file__).parent / "bench" / "synthetic.py"


def synthetic(folder: Path, *arguments: str) -> Path:
    subprocess.run(
        [sys.executable, str(SCRIPT), *arguments, "--to", str(folder)],
        check=True,
        capture_output=True,
    )
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = contents(synthetic(tmp_path / "a", "--mandates", "3"))
    assert contents(synthetic(tmp_path / "b", "--mandates", "3")) == first
    other = contents(synthetic(tmp_path / "c", "--mandates", "3", "--seed", "2"))
    assert other.keys() == first.keys()
    name = "mandates/mandate-00000/mandate.yml"
    assert other[name] != first[name]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--mandates", "1"),
        ("--mandates", "12", "--languages", "nb,en"),
        ("--records", "300"),
        ("--records", "300", "--languages", "sv,nb", "--seed", "7"),
    ],
)
def test_nothing_is_wrong_with_it(
    tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    register = synthetic(tmp_path / "register", *arguments)
    assert load_and_check(read_settings(register)).found == []


def test_it_has_the_size_asked_for_and_every_kind(tmp_path: Path) -> None:
    register = synthetic(tmp_path / "register", "--records", "300")
    records = load_and_check(read_settings(register)).register.records
    kinds = Counter(record.KIND for record in records)
    assert sum(kinds.values()) == 300
    assert len(kinds) == 18


def test_records_are_the_same_when_two_processes_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And checked alike, and kept alike; also when the second process cannot be started, or is
    killed before it has answered."""
    register = synthetic(tmp_path / "register", "--records", "150", "--languages", "nb,en")
    broken = register / "content" / "tasks" / "task-00000.yml"
    broken.write_text(broken.read_text("utf-8").replace("country:", "land:"), "utf-8")
    role = register / "content" / "roles" / "role-00001.yml"
    role.write_text(role.read_text("utf-8").replace("holder: ", "holder: no-"), "utf-8")
    settings = read_settings(register)
    monkeypatch.setattr(second_process, "can_fork", lambda: False)
    monkeypatch.setattr(loading, "can_fork", lambda: False)
    alone = load_and_check(settings)
    codes = [found.code for found in alone.found]
    assert {"missing-field", "unknown-field", "dangling-ref"} <= set(codes)

    monkeypatch.setattr(second_process, "can_fork", lambda: True)
    divide(monkeypatch, left=0.5)
    monkeypatch.setattr(table, "MANY", 1)
    serve = second_process.SecondProcess.serve
    for serving in (serve, lambda self, pipe: pipe.close()):
        monkeypatch.setattr(second_process.SecondProcess, "serve", serving)
        shutil.rmtree(register / ".cache")
        for _ in ("read", "kept"):
            together = load_and_check(settings)
            assert together.register.records == alone.register.records
            assert together.found == alone.found
