"""`remit explain`: every code's page in the terminal, from the source folder and from a wheel."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from command_line import run
from registers import ROOT
from remit.check.explanations import explanations

CODES = sorted(page.stem for page in (ROOT / "docs/checks").glob("*.md") if page.stem != "README")


def test_a_code_is_explained_with_both_examples(tmp_path: Path) -> None:
    done = run(tmp_path, "explain", "dangling-ref")
    assert done.returncode == 0
    assert done.stdout.startswith(
        "dangling-ref (error)\nA field names a record that does not exist.\n\n"
    )
    for piece in (
        "\nBroken\n\n  content/roles/helpline.yml\n    id: helpline\n",
        '    content/roles/helpline.yml:8:9: error: organisation "test-directorate" does not exist',
        "\nMended\n",
        "    holder: testdirektoratet\n",
    ):
        assert piece in done.stdout
    assert max(map(len, done.stdout.split("\nBroken\n")[0].splitlines())) <= 80


@pytest.mark.parametrize("code", CODES)
def test_every_page_is_shown_whole_and_without_markup(code: str, tmp_path: Path) -> None:
    shown = run(tmp_path, "explain", code).stdout
    page = (ROOT / "docs/checks" / f"{code}.md").read_text("utf-8")
    for line in page.split("```")[1].splitlines()[1:]:
        assert line.rstrip() in shown
    words = re.sub(r"`[^`\n]*`", "", re.sub(r"(?m)^    .*$", "", shown))
    assert not any(sign in words for sign in ("```", "**", "](", "\n## "))


@pytest.mark.parametrize("written", ["[dangling-ref]", "Dangling-Ref"])
def test_a_code_may_be_pasted_from_a_message(written: str, tmp_path: Path) -> None:
    assert run(tmp_path, "explain", written).stdout.startswith("dangling-ref (error)")


def test_without_a_code_all_are_listed(tmp_path: Path) -> None:
    lines = run(tmp_path, "explain").stdout.splitlines()
    assert [line.split()[0] for line in lines] == CODES
    assert lines[CODES.index("review-overdue")].split()[1] == "warning"


def test_a_misspelt_code(tmp_path: Path) -> None:
    done = run(tmp_path, "explain", "dangling-reference")
    assert done.returncode == 2
    assert 'there is no code "dangling-reference"; did you mean dangling-ref?' in done.stderr
    assert "remit explain lists all codes" in run(tmp_path, "explain", "qqq").stderr


def test_an_installed_package_has_the_pages(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="the build group is not installed")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as package:
        package.extractall(tmp_path / "installed")
    done = subprocess.run(
        [sys.executable, "-c", "from remit.cli import main; main()", "explain", "bad-date"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("bad-date (error)"), done.stderr


def test_every_explanation_has_a_meaning() -> None:
    assert all(one.meaning.endswith(".") for one in explanations().values())
