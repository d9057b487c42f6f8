"""The same input and SOURCE_DATE_EPOCH give the same bytes, whatever the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from remit.render.labels import labels_for


def test_two_folders_give_identical_sites_and_documents(
    tmp_path: Path, register_copy: Path
) -> None:
    """The test register, without a cache, in two folders of different depth."""
    trees: list[dict[str, bytes]] = []
    for name in ("one", "two/deeper"):
        folder = tmp_path / name
        shutil.copytree(register_copy, folder)
        run = subprocess.run(
            [sys.executable, "-m", "remit", "build"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "SOURCE_DATE_EPOCH": "1795305600",
                "PYTHONHASHSEED": str(len(trees)),
            },
        )
        assert run.returncode == 0, run.stderr
        trees.append(_tree(folder / "site"))
    assert set(trees[0]) == set(trees[1])
    assert not [name for name in trees[0] if trees[0][name] != trees[1][name]]
    assert any(name.endswith(".pdf") for name in trees[0])
    assert any(name.startswith("pagefind/") for name in trees[0])


def test_a_damaged_cache_is_noticed(tmp_path: Path, register_copy: Path) -> None:
    """A cached document that was changed on disk is made again, not trusted."""
    command = [sys.executable, "-m", "remit", "export", "--format", "odt", "--to", "out"]
    subprocess.run(command, cwd=register_copy, check=True, capture_output=True)
    first = _tree(register_copy / "out")
    stored = [file for file in (register_copy / ".cache").rglob("*") if file.is_file()]
    assert stored
    for file in stored:
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    shutil.rmtree(register_copy / "out")
    subprocess.run(command, cwd=register_copy, check=True, capture_output=True)
    assert _tree(register_copy / "out") == first


def test_the_day_decides_not_the_clock() -> None:
    """Dates are written by the language's own rule."""
    from datetime import date

    day = date(2013, 4, 9)
    assert labels_for("nb").day(day).replace("\u00a0", " ") == "9. april 2013"
    assert labels_for("sv").day(day).replace("\u00a0", " ") == "9 april 2013"
    assert labels_for("en").day(day).replace("\u00a0", " ") == "9 April 2013"


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
