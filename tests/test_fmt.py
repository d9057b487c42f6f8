"""`remit fmt`: one tidy form, the same meaning, every comment where it belongs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command_line import run
from registers import ROOT, overlay
from remit.build import load_and_check, load_whole
from remit.load.yaml_edit import CannotEdit, same
from remit.load.yaml_format import formatted
from remit.load.yaml_nodes import read_nodes
from remit.load.yaml_reader import read_yaml
from remit.model.fields import written_order
from remit.model.records import BY_KIND, Role
from remit.settings import read_settings
from test_yaml_edit import dressed_files

LANGUAGES = ["nb", "sv", "en"]
LONG = "ord " * 30 + "slutt"

CASES = {
    "fields in order, their comments with them": (
        "# about the file\nid: x\n# kind\nkind: post\n\n# who\nowner: b # o\nnames: []\n",
        "# about the file\nid: x\n\n# who\nowner: b # o\nnames: []\n# kind\nkind: post\n",
    ),
    "languages in order": ("summary:\n  en: c\n  sv: b # s\n", "summary:\n  sv: b # s\n  en: c\n"),
    "the first of a list's fields": (
        "names:\n  # one\n  - period:\n      to: 2020\n      from: 2019 # f\n"
        "    # called\n    name:\n      nb: ord\n  - name:\n      nb: to\n",
        "names:\n  # one\n  # called\n  - name:\n      nb: ord\n    period:\n"
        "      from: 2019 # f\n      to: 2020\n  - name:\n      nb: to\n",
    ),
    "a comment further in stays with what is above": (
        "kind: post\n  # of kind\nid: x\n",
        "id: x\nkind: post\n  # of kind\n",
    ),
    "quotation marks": (
        "summary:\n  nb: 'ord'\n  sv: \"no\"\n  en: 'it: \"x\"' # c\n",
        'summary:\n  nb: ord\n  sv: "no"\n  en: \'it: "x"\' # c\n',
    ),
    "what others take for a number": (
        "summary:\n  nb: 012\n  sv: 09:00\n  en: 3.1\n",
        'summary:\n  nb: "012"\n  sv: "09:00"\n  en: "3.1"\n',
    ),
    "numbers and truth": ("kind: true\nline: 12\n", "kind: true\nline: 12\n"),
    "a long line": (
        f"summary:\n  nb: {LONG} # c\n",
        "summary:\n  nb: >- # c\n    " + ("ord " * 24).strip() + "\n    " + "ord " * 6 + "slutt\n",
    ),
    "short lines stay": (
        "summary:\n  nb: >-\n    ord\n    og ord\n",
        "summary:\n  nb: >-\n    ord\n    og ord\n",
    ),
    "a text of several lines without a mark": (
        "summary:\n  nb: ord\n    og ord # c\n",
        "summary:\n  nb: >- # c\n    ord og ord\n",
    ),
    "an address stays on its line": (f"web: https://x.no/{'a' * 120}\n",) * 2,
    "blank lines": ("id: x\n\n\nkind: post\n\n\n\nline: a\n", "id: x\n\nkind: post\n\nline: a\n"),
    "no line break at the end": ("id: x", "id: x\n"),
    "carriage returns": ("kind: 'a'\r\nid: x\r\n", "id: x\r\nkind: a\r\n"),
    "unknown fields last": ("zzz: 1\nid: x\n", "id: x\nzzz: 1\n"),
    "brackets stay": ("serves: [b, a] # c\nid: x\n", "id: x\nserves: [b, a] # c\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_form(name: str) -> None:
    before, after = CASES[name]
    order = written_order(Role, LANGUAGES)
    assert formatted(before.encode(), order).decode() == after
    assert formatted(after.encode(), order).decode() == after


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: 1\na: 2\n", "a: [\n", "\xff"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(CannotEdit):
        formatted(text.encode("latin-1"), written_order(Role, LANGUAGES))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(dressed_files(), st.sampled_from(sorted(BY_KIND)))
def test_any_file_says_the_same_keeps_its_comments_and_is_tidy_at_once(
    text: str, kind: str
) -> None:
    order = written_order(BY_KIND[kind], LANGUAGES)
    made = formatted(text.encode(), order)
    before, after = (read_yaml(data, "").value for data in (text.encode(), made))
    assert same(before, after)
    assert Counter(read_nodes(text).comments()) == Counter(read_nodes(made.decode()).comments())
    assert formatted(made, order) == made
    known = order((), before)
    places = [known.index(name) for name in after if name in known]
    assert places == sorted(places)


# --- the command ---------------------------------------------------------------------------


def _all(register: Path) -> Any:
    return [record.model_dump_json() for record in load_whole(read_settings(register)).records]


def test_the_whole_register_is_tidied_and_says_the_same(tmp_path: Path) -> None:
    for name in ("content", "mandates", "pyproject.toml", "released.txt"):
        source = ROOT / name
        overlay(
            tmp_path,
            {
                file.relative_to(ROOT).as_posix(): file.read_bytes()
                for file in (source.rglob("*") if source.is_dir() else [source])
                if file.is_file()
            },
        )
    before = _all(tmp_path)
    done = run(tmp_path, "fmt")
    assert done.returncode == 0
    assert " tidied" in done.stdout
    assert _all(tmp_path) == before
    assert not [one for one in load_and_check(read_settings(tmp_path)).found if one.is_error]
    done = run(tmp_path, "fmt", "--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("files, all tidy\n")


def test_check_names_what_is_not_tidy_and_writes_nothing(register_copy: Path) -> None:
    run(register_copy, "fmt")
    role = register_copy / "content/roles/specialist-team.yml"
    text = role.read_text("utf-8").replace("kind: team", "kind: 'team'")
    role.write_text(text, "utf-8")
    done = run(register_copy, "fmt", "--check")
    assert done.returncode == 1
    assert done.stderr == "content/roles/specialist-team.yml is not tidy; run remit fmt\n"
    assert role.read_text("utf-8") == text
    assert run(register_copy, "fmt", "content/roles/specialist-team.yml").returncode == 0
    assert "kind: team" in role.read_text("utf-8")


def test_only_the_named_files_are_touched(register_copy: Path) -> None:
    for name in ("specialist-team", "regional-coordinators"):
        role = register_copy / f"content/roles/{name}.yml"
        role.write_text(role.read_text("utf-8").replace("kind: team", "kind: 'team'"), "utf-8")
    before = role.read_bytes()
    done = run(register_copy, "fmt", "content/roles/specialist-team.yml", "README.md")
    assert done.stdout == "1 file, 1 tidied\n"
    assert role.read_bytes() == before


def test_a_file_that_cannot_be_read_is_named_and_left(register_copy: Path) -> None:
    broken = b"id: broken\nid: twice\n"
    overlay(register_copy, {"content/roles/broken.yml": broken})
    done = run(register_copy, "fmt")
    assert done.returncode == 1
    assert 'content/roles/broken.yml is left as it is: "id" is written twice\n' in done.stderr
    assert (register_copy / "content/roles/broken.yml").read_bytes() == broken


def test_the_hooks_are_what_pre_commit_expects() -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(manifest)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    for hook in read_yaml(manifest.read_bytes(), "").value:
        help = run(ROOT, *hook["entry"].split()[1:], "--help")
        assert help.returncode == 0, json.dumps(hook)
