"""`remit workflows`: what the forges run is sound by rules of our own and by the tools for it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import run
from registers import ROOT, copy_of_register, overlay
from remit.model.forges import Forge
from remit.render.workflows import ACTIONS, OLDER_ACTIONS, SCRIPT, workflow_files
from remit.settings import read_settings

REGISTER = ROOT / "tests" / "register"
BIN = Path(sys.executable).parent
EVENT_TEXT = re.compile(r"\$\{\{.*?\}\}")
COMMIT = re.compile(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
WRITES = {"comment": {"pull-requests"}, "publish": {"pages", "id-token"}}
"""The jobs that may write, and what."""


def files_of(forge: Forge, *, program_here: bool = False, shards: int = 1) -> dict[str, str]:
    """The workflow files alone, without the script."""
    settings = replace(read_settings(REGISTER), shards=shards)
    made = workflow_files(forge, settings, program_here=program_here)
    return {name: data.decode() for name, data in made.items() if name != SCRIPT}


ACTIONS_FILES = [
    pytest.param(name, text, id=f"{name}{' here' if here else ''}{' in shares' * (shards > 1)}")
    for forge in (Forge.GITHUB, Forge.FORGEJO, Forge.GITEA)
    for here, shards in ((False, 1), (True, 1), (False, 4))
    for name, text in files_of(forge, program_here=here, shards=shards).items()
]
OWN = ROOT / ".github" / "workflows" / "program.yml"
ACTIONS_FILES.append(pytest.param("program.yml", OWN.read_text("utf-8"), id="the program's tests"))
GITLAB = [
    pytest.param(text, id=id)
    for id, here, shards in (("register", False, 1), ("here", True, 1), ("in shares", False, 4))
    for text in files_of(Forge.GITLAB, program_here=here, shards=shards).values()
]


@cache
def whole_of(text: str) -> dict[Any, Any]:
    return dict(yaml.load(text, yaml.CSafeLoader))


def jobs_of(text: str) -> dict[str, dict[str, Any]]:
    return dict(whole_of(text)["jobs"])


def triggers_of(text: str) -> set[str]:
    return set(whole_of(text)[True])  # YAML 1.1 reads `on` as yes


def scripts_of(job: dict[str, Any]) -> Iterator[str]:
    for step in job["steps"]:
        if "run" in step:
            yield step["run"]


# --- the rules ---


@pytest.mark.parametrize(("name", "text"), ACTIONS_FILES)
def test_nothing_of_an_event_stands_in_what_a_shell_runs(name: str, text: str) -> None:
    for job in jobs_of(text).values():
        for script in scripts_of(job):
            assert not EVENT_TEXT.search(script), script


@pytest.mark.parametrize(("name", "text"), ACTIONS_FILES)
def test_every_job_may_only_read_unless_it_is_known_to_write(name: str, text: str) -> None:
    whole = whole_of(text)
    assert whole["permissions"] in ({}, {"contents": "read"})
    for id, job in jobs_of(text).items():
        writes = {what for what, how in job.get("permissions", {}).items() if how == "write"}
        assert writes == WRITES.get(id, set()), id


@pytest.mark.parametrize(("name", "text"), ACTIONS_FILES)
def test_a_job_with_a_token_checks_out_nothing_of_a_proposal(name: str, text: str) -> None:
    on_proposals = "pull_request" in triggers_of(text)
    for id, job in jobs_of(text).items():
        told = str(job).replace("secrets.REMIT_CACHE_KEY", "")  # a seal, which opens nothing
        has_token = bool(re.search(r"secrets\.|github\.token|GITHUB_TOKEN", told))
        assert has_token == (id == "comment"), id
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
                if id == "comment" and on_proposals:
                    assert step["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
        if id == "comment":
            assert not any("remit/bin/" in script for script in scripts_of(job))


@pytest.mark.parametrize(("name", "text"), ACTIONS_FILES)
def test_the_common_traps_are_left_out(name: str, text: str) -> None:
    assert triggers_of(text) <= {"pull_request", "push", "workflow_run"}
    secrets = re.findall(r".*secrets\..*", text)
    assert secrets in ([], ["      REMIT_CACHE_KEY: ${{ secrets.REMIT_CACHE_KEY }}"])
    assert not (secrets and "pull_request" in triggers_of(text))
    assert "concurrency" in whole_of(text)
    for job in jobs_of(text).values():
        assert 0 < job["timeout-minutes"] <= 60
    for used in re.findall(r"uses: (.*)", text):
        assert COMMIT.fullmatch(used), used
    assert "<<" not in text
    if "push" in triggers_of(text) and not secrets:
        assert "cache" not in re.sub(r"(?m)^\s*#.*", "", text)


@pytest.mark.parametrize(("name", "text"), ACTIONS_FILES)
def test_what_is_kept_on_the_main_branch_is_sealed_with_a_secret(name: str, text: str) -> None:
    """And is kept under another name than what proposals keep, which name none of the two alike."""
    for id, job in jobs_of(text).items():
        for step in job["steps"]:
            if not step.get("uses", "").startswith("actions/cache@"):
                continue
            assert id == "share"
            keys = step["with"]["key"], step["with"]["restore-keys"]
            if "pull_request" in triggers_of(text):
                assert all(key.startswith("remit-proposal-") for key in keys)
            else:
                assert all(key.startswith("remit-site-") for key in keys)
                assert step["if"] == "env.REMIT_CACHE_KEY != ''"
                assert job["env"] == {"REMIT_CACHE_KEY": "${{ secrets.REMIT_CACHE_KEY }}"}


@pytest.mark.parametrize("forge", [Forge.GITHUB, Forge.FORGEJO, Forge.GITEA])
def test_a_site_in_shares_is_made_by_as_many_jobs_as_the_settings_say(forge: Forge) -> None:
    files = files_of(forge, shards=3)
    assert files.keys() == files_of(forge).keys()
    for name, text in files.items():
        jobs = jobs_of(text)
        if "build" not in jobs:
            continue
        assert jobs["share"]["strategy"] == {"matrix": {"share": [1, 2, 3]}}, name
        assert '--shard "$SHARE/3"' in "".join(scripts_of(jobs["share"]))
        assert jobs["build"]["needs"] == "share"
        whole = "".join(scripts_of(jobs["build"]))
        assert 'remit/bin/remit" merge' in whole
        assert 'remit/bin/remit" build' not in whole


@pytest.mark.parametrize(("name", "text"), ACTIONS_FILES)
def test_the_program_is_of_the_trusted_revision_and_run_apart_from_the_proposal(
    name: str, text: str
) -> None:
    trusted = (
        "${{ github.event.pull_request.base.sha }}"
        if "pull_request" in triggers_of(text)
        else "${{ github.sha }}"
    )
    for job in jobs_of(text).values():
        for step in job["steps"]:
            if "pip install" in step.get("run", ""):
                assert step["env"] == {"TRUSTED": trusted}
            for call in re.findall(r"python3?\"? .*", step.get("run", "")):
                assert re.match(r"python3?\"? -I ", call), f"{call}: files of the proposal count"


@pytest.mark.parametrize("text", GITLAB)
def test_gitlab_keeps_the_token_to_the_protected_branch(text: str) -> None:
    whole = whole_of(text)
    for id, job in whole.items():
        if not isinstance(job, dict) or "script" not in job:
            continue
        told = str(job)
        assert ("REMIT_COMMENT_TOKEN" in told or "comment.py" in told) == (id == "comment")
        for rule in job["rules"]:
            if id == "comment":
                assert '$CI_PIPELINE_SOURCE == "schedule"' in rule["if"]
                assert '$CI_COMMIT_REF_PROTECTED == "true"' in rule["if"]
            elif id in ("pages", "site", "site-share"):
                assert '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "main"' in rule["if"]
            else:
                assert '$CI_PIPELINE_SOURCE == "merge_request_event"' in rule["if"]
    assert whole["pages"]["needs"] == ["site"]
    assert whole["site"]["cache"] == []
    assert "<<" not in text


def test_gitlab_makes_a_site_in_as_many_jobs_as_the_settings_say() -> None:
    [text] = files_of(Forge.GITLAB, shards=3).values()
    whole = whole_of(text)
    for id, after in (("share", "build"), ("site-share", "site")):
        assert whole[id]["parallel"] == 3
        assert whole[after]["needs"] == [id]
        assert 'bin/remit" merge shares/site-*.zip' in str(whole[after]["script"])
        assert 'bin/remit" build' not in str(whole[after]["script"])
    proposal, main = (whole[id]["cache"][0]["key"] for id in ("share", "site-share"))
    assert proposal.startswith("remit-proposal-$CI_MERGE_REQUEST_IID-")
    assert main.startswith("remit-site-")
    assert "REMIT_CACHE_KEY" not in whole["site-share"].get("variables", {})
    assert (
        (whole["site-share"]["script"][0])
        == 'if [ -z "${REMIT_CACHE_KEY:-}" ]; then rm -rf ".cache/remit"; fi'
    )


# --- the tools ---


def made_in(
    folder: Path, forge: Forge, *, program_here: bool = False, shards: int = 1
) -> list[Path]:
    overlay(folder, dict(files_of(forge, program_here=program_here, shards=shards)))
    return [folder / name for name in files_of(forge)]


@pytest.mark.skipif(not (BIN / "zizmor").exists(), reason="zizmor is not installed")
@pytest.mark.parametrize(("program_here", "shards"), [(False, 1), (True, 1), (False, 4)])
@pytest.mark.parametrize("forge", [Forge.GITHUB, Forge.FORGEJO])
def test_zizmor_finds_nothing(
    forge: Forge, program_here: bool, shards: int, tmp_path: Path
) -> None:
    files = made_in(tmp_path, forge, program_here=program_here, shards=shards)
    command = [
        str(BIN / "zizmor"),
        "--offline",
        "--persona=pedantic",
        "--no-progress",
        *map(str, files),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(
    not (BIN / "check-jsonschema").exists(), reason="check-jsonschema is not installed"
)
@pytest.mark.parametrize("shards", [1, 4])
@pytest.mark.parametrize("forge", [Forge.GITHUB, Forge.GITLAB, Forge.FORGEJO])
def test_the_files_are_what_their_schema_asks_for(
    forge: Forge, shards: int, tmp_path: Path
) -> None:
    files = made_in(tmp_path, forge, shards=shards)
    schema = "vendor.gitlab-ci" if forge is Forge.GITLAB else "vendor.github-workflows"
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(("name", "text"), ACTIONS_FILES)
def test_a_shell_can_read_every_script(name: str, text: str) -> None:
    for job in jobs_of(text).values():
        for script in scripts_of(job):
            done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, ""), script


def test_actions_are_named_once_for_each_forge() -> None:
    used = {
        forge: set(re.findall(r"uses: (.*)", "".join(files_of(forge, shards=2).values())))
        for forge in (Forge.GITHUB, Forge.FORGEJO)
    }
    assert used == {
        Forge.GITHUB: set(ACTIONS.values()),
        Forge.FORGEJO: set(OLDER_ACTIONS.values()),
    }


# --- the command ---


def test_the_command_writes_what_is_stale_and_says_what_differs(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    done = run(register, "workflows")
    assert done.returncode == 2
    assert "name the forge: remit workflows --forge github" in done.stderr
    assert run(register, "workflows", "--forge", "sourceforge").returncode == 2

    done = run(register, "workflows", "--forge", "github")
    assert done.returncode == 0
    assert "wrote .github/workflows/remit-proposal.yml" in done.stdout
    assert not (register / ".gitlab-ci.yml").exists()
    assert not (register / ".github" / "CODEOWNERS").exists(), "no team is named"
    done = run(register, "workflows", "--check")
    assert (done.returncode, done.stderr) == (0, "")

    site = register / ".github" / "workflows" / "remit-site.yml"
    site.write_text(site.read_text("utf-8") + "# mine\n", "utf-8")
    done = run(register, "workflows", "--check")
    assert done.returncode == 1
    assert done.stderr == (".github/workflows/remit-site.yml is out of date; run remit workflows\n")
    done = run(register, "workflows")
    assert done.stdout.startswith("wrote .github/workflows/remit-site.yml\n")
    assert run(register, "workflows", "--check").returncode == 0


def test_the_branch_is_the_one_in_the_settings(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    with open(register / "pyproject.toml", "a", encoding="utf-8") as stream:
        stream.write('branch = "register/gjeldende"\n')
    run(register, "workflows", "--forge", "github,gitlab")
    site = whole_of((register / ".github/workflows/remit-site.yml").read_text("utf-8"))
    assert site[True]["push"]["branches"] == ["register/gjeldende"]
    assert '$CI_COMMIT_BRANCH == "register/gjeldende"' in (register / ".gitlab-ci.yml").read_text()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("shards = 0", '"shards" must be 1 to 50'),
        ("shards = 51", '"shards" must be 1 to 50'),
        ('shards = "4"', '"shards" must be a whole number'),
        ('cache = "a\\n  b"', '"cache" is no plain path'),
        ('cache = "${{ github.token }}"', '"cache" is no plain path'),
    ],
)
def test_settings_that_no_workflow_can_bear_are_refused(
    line: str, said: str, tmp_path: Path
) -> None:
    register = copy_of_register(tmp_path / "register")
    with open(register / "pyproject.toml", "a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
    done = run(register, "workflows", "--forge", "github")
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("branch", ['main"]', "a b", "-x", "a\\nb", "${{ github.token }}", ""])
def test_a_branch_that_is_no_name_is_refused(branch: str, tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    with open(register / "pyproject.toml", "a", encoding="utf-8") as stream:
        stream.write(f"branch = '{branch}'\n")
    done = run(register, "workflows", "--forge", "github")
    assert done.returncode == 2
    assert '"branch" is not the name of a branch' in done.stderr


def test_this_repository_has_its_own_workflows_as_the_command_writes_them() -> None:
    done = run(ROOT, "workflows", "--check", "--forge", "github,gitlab,forgejo")
    assert (done.returncode, done.stderr) == (0, "")
    assert "$RUNNER_TEMP/trusted" in (ROOT / ".github/workflows/remit-proposal.yml").read_text()
