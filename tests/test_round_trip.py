"""An exported document, edited by other programs, comes back as changes of what was edited."""

from __future__ import annotations

import difflib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from document_checks import soffice
from remit.importing.edited_changes import LINK
from remit.load.yaml_reader import read_yaml
from round_trips import (
    Edit,
    LibreOffice,
    edit_with_python_docx,
    edits,
    expected,
    exported,
    imported,
    shipped,
)

SYSTEM_PYTHON = "/usr/bin/python3"
"""Has LibreOffice's own module, which the tests' Python has not."""
COUNT = int(os.environ.get("REMIT_ROUND_TRIPS", "3"))
"""Edits per way of saving; 30 were run for the figures in docs/handbook/word-round-trip.md."""

random_edits = settings(
    max_examples=COUNT,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edited")


@pytest.fixture(scope="module")
def office(files: Path) -> Iterator[LibreOffice]:
    if soffice() is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True).returncode:
        pytest.skip(f"{SYSTEM_PYTHON} has no module uno (python3-uno), which drives LibreOffice")
    office = LibreOffice(SYSTEM_PYTHON, files)
    yield office
    office.end()


def check(file: Path, edit: Edit) -> None:
    """The file is changed just as it is to be, and in no other lines. LibreOffice lets a link at
    the end of a deleted paragraph go on over the next: it is told, and changes nothing."""
    update = imported(file, edit)
    assert update.data is not None, update.merged.not_taken
    wanted = expected(edit)
    assert read_yaml(update.data, "").value == wanted
    assert {one.why for one in update.merged.not_taken} <= {LINK}
    assert edit.do == "delete" or not update.merged.not_taken
    assert not update.merged.conflicts
    origin = shipped()[0].register.origins[edit.version]
    old = next(iter(origin.sources.values())).decode().splitlines()
    lines = list(difflib.ndiff(old, update.data.decode().splitlines()))
    gone = [line for line in lines if line.startswith("- ")]
    come = [line for line in lines if line.startswith("+ ")]
    if edit.do == "word" and len(edit.words) == edit.length:
        assert (len(gone), len(come)) == (1, 1)
    elif edit.do in ("word", "start", "end"):
        assert len(gone) <= 1  # a line that gets too long is broken
        assert len(come) <= 3
    elif edit.do == "new":
        assert not gone
    elif edit.do == "delete":
        assert [line[2:] for line in come] in (
            ["tombstones:", f"  - id: {edit.block}", f"    since: {wanted['id']}"],
            [f"  - id: {edit.block}", f"    since: {wanted['id']}"],
        )


@random_edits
@given(edit=edits())
def test_edits_by_python_docx(files: Path, edit: Edit) -> None:
    target = files / "python.docx"
    edit_with_python_docx(exported(edit.version, "docx", files), edit, target)
    check(target, edit)


@random_edits
@given(edit=edits())
def test_edits_by_libreoffice(files: Path, office: LibreOffice, edit: Edit) -> None:
    target = files / "office.docx"
    office.edit(exported(edit.version, "docx", files), edit, target)
    check(target, edit)


@random_edits
@given(edit=edits())
def test_edits_through_odt(files: Path, office: LibreOffice, edit: Edit) -> None:
    between, target = files / "through.odt", files / "through.docx"
    office.edit(exported(edit.version, "docx", files), edit, between, target)
    check(target, edit)


@random_edits
@given(edit=edits())
def test_edits_of_odt(files: Path, office: LibreOffice, edit: Edit) -> None:
    target = files / "office.odt"
    office.edit(exported(edit.version, "odt", files), edit, target)
    check(target, edit)


@random_edits
@given(edit=edits(tracked=True))
def test_tracked_edits(files: Path, office: LibreOffice, edit: Edit) -> None:
    target = files / "tracked.docx"
    office.edit(exported(edit.version, "docx", files), edit, target, tracked=True)
    check(target, edit)
