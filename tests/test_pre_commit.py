"""The hooks that Remit offers keep a bad record out of a register that is not this one.

With `language: system`, as the handbook has it for a machine with Remit on it. That the hooks also
install Remit themselves takes a minute and the package index, so it is tried with REMIT_HOOKS=1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from command_line import run
from gits import commit, git, new_repository
from registers import ROOT, copy_of_register, overlay

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
PRE_COMMIT = Path(sys.executable).parent / "pre-commit"
HOOKS = ("remit-check", "remit-fmt", "remit-schema", "remit-workflows")
ROLE = "content/roles/specialist-team.yml"


def hooks_of(folder: Path, source: Path, language: str) -> Path:
    """A register in a repository of its own, whose hooks come from another one."""
    revision = git(source, "rev-parse", "HEAD")
    register = copy_of_register(folder / "register")
    settings = "".join(
        f"      - id: {hook}\n{f'        language: {language}{chr(10)}' if language else ''}"
        for hook in HOOKS
    )
    config = f"repos:\n  - repo: {source}\n    rev: {revision}\n    hooks:\n{settings}"
    overlay(register, {".pre-commit-config.yaml": config, ".gitignore": ".cache/\n"})
    new_repository(register)
    git(register, "add", "-A")
    return register


def run_hooks(register: Path, home: Path, *hooks: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(home), os.environ["PATH"])),
        "PRE_COMMIT_HOME": str(home / "hooks"),
        "PYTHONPATH": "",
    }
    command = [str(PRE_COMMIT), "run", *hooks, "--all-files", "--color=never"]
    return subprocess.run(
        command, cwd=register, env=environment, capture_output=True, text=True, timeout=900
    )


def results(told: str) -> dict[str, str]:
    """`remit check....Passed` as name and word."""
    lines = [line for line in told.splitlines() if line.endswith(("Passed", "Failed", "Skipped"))]
    return {line.partition(".")[0]: line.rpartition(".")[2] for line in lines}


def prepared(register: Path) -> None:
    """What the hooks would write is there and committed."""
    for words in (["schema"], ["workflows", "--forge", "github"], ["fmt"]):
        assert run(register, *words).returncode == 0
    commit(register, "The register")


def refused_and_mended(register: Path, home: Path) -> None:
    prepared(register)
    done = run_hooks(register, home)
    assert results(done.stdout) == {hook.replace("-", " "): "Passed" for hook in HOOKS}, done.stdout

    sound = (register / ROLE).read_text("utf-8")
    wrong = sound.replace("holder: testdirektoratet", "holder: testdirektorat")
    assert wrong != sound
    overlay(register, {ROLE: wrong})
    git(register, "add", "-A")
    done = run_hooks(register, home, "remit-check")
    assert done.returncode == 1
    assert results(done.stdout) == {"remit check": "Failed"}
    assert "content/roles/specialist-team.yml:" in done.stdout
    assert "[dangling-ref]" in done.stdout
    assert 'help: did you mean "testdirektoratet"?' in done.stdout

    overlay(
        register, {ROLE: sound.replace("holder: testdirektoratet", 'holder: "testdirektoratet"')}
    )
    git(register, "add", "-A")
    done = run_hooks(register, home, "remit-fmt")
    assert results(done.stdout) == {"remit fmt": "Failed"}, "it has tidied the file"
    assert (register / ROLE).read_text("utf-8") == sound


@pytest.mark.skipif(not PRE_COMMIT.exists(), reason="pre-commit is not installed")
def test_a_bad_record_is_refused_before_it_is_committed(tmp_path: Path) -> None:
    hooks, home = tmp_path / "remit", tmp_path / "home"
    overlay(hooks, {".pre-commit-hooks.yaml": (ROOT / ".pre-commit-hooks.yaml").read_bytes()})
    new_repository(hooks)
    commit(hooks, "The hooks")
    program = f'#!/bin/sh\nPYTHONPATH="{ROOT}/generator" exec "{sys.executable}" -m remit "$@"\n'
    overlay(home, {"remit": program})
    (home / "remit").chmod(0o755)
    refused_and_mended(hooks_of(tmp_path, hooks, "system"), home)


if os.environ.get("REMIT_HOOKS"):

    def test_the_hooks_install_remit_themselves(tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        git(tmp_path, "clone", "-q", str(ROOT), str(tmp_path / "remit"))
        refused_and_mended(hooks_of(tmp_path, tmp_path / "remit", ""), home)


def test_the_hooks_look_at_the_files_that_their_commands_read() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert tuple(hook["id"] for hook in hooks) == HOOKS
    for hook in hooks:
        assert hook["entry"] == hook["id"].replace("-", " ")
