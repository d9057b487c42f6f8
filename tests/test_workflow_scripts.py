"""The workflows' own shell lines, run for real on a repository with a hostile proposal."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from gits import commit, git, new_repository
from registers import ROOT, copy_of_register, overlay
from remit.cli import _MODULES, remit
from remit.model.forges import Forge
from remit.render.workflows import workflow_files
from remit.settings import Settings, read_settings

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or shutil.which("bash") is None, reason="git or bash is missing"
)
GENERATOR = ROOT / "generator"
LAUNCHER = """\
import json, os, sys
def main():
    sys.path[:0] = {paths!r}
    with open({log!r}, "a") as stream:
        stream.write(json.dumps(sys.argv[1:]) + "\\n")
    if "--shard" in sys.argv:
        file = sys.argv[sys.argv.index("--to") + 1]
        os.makedirs(os.path.dirname(file) or ".", exist_ok=True)
        open(file, "w").close()
    if "--shard" in sys.argv or sys.argv[1] == "merge":
        sys.exit(0)
    if sys.argv[1] == "build":
        sys.argv += ["--no-documents", "--no-search"]
    if sys.argv[1] == "report":
        with open(sys.argv[sys.argv.index("--to") + 1], "w") as stream:
            stream.write("## What changes\\n")
        sys.exit(int(os.environ.get("REPORT_EXIT", "0")))
    from remit.cli import main
    main()
"""
HOSTILE = "open({mark!r}, 'a').write(__file__)\n"
"""A file of the proposal that has been run leaves a mark."""


def launcher(folder: Path, name: str, text: str) -> Path:
    """A wheel whose program `remit` is the one of this working tree, for `build` without documents.

    The report is another part's; here it is enough that it is asked for and how it ends.
    """
    folder.mkdir()
    wheel = folder / f"{name}-1-py3-none-any.whl"
    info = f"{name}-1.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", text)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/entry_points.txt", f"[console_scripts]\nremit={name}:main\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@dataclass
class Sample:
    """A repository with a register on main, and a proposal with a mistake and with traps."""

    folder: Path
    base: str
    head: str
    log: Path
    mark: Path

    @property
    def calls(self) -> list[list[str]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample")
    log, mark = folder / "log", folder / "mark"
    paths = [str(GENERATOR), *(one for one in sys.path if one.endswith("site-packages"))]
    good = launcher(folder / "good", "good", LAUNCHER.format(paths=paths, log=str(log)))
    hostile = HOSTILE.format(mark=str(mark))
    bad = launcher(folder / "bad", "bad", f"{hostile}def main(): pass\n")

    register = copy_of_register(folder / "register")
    files = workflow_files(Forge.GITHUB, read_settings(register), program_here=False)
    overlay(register, {**files, "requirements.txt": f"good @ {good.as_uri()}\n"})
    new_repository(register)
    base = commit(register, "The register")
    traps = {
        f"{module}.py": hostile for module in ("pip", "venv", "json", "click", "sitecustomize")
    }
    role = register / "content" / "roles" / "specialist-team.yml"
    wrong = role.read_text("utf-8").replace("holder: testdirektoratet", "holder: testdirektorat")
    overlay(
        register,
        {
            **traps,
            "requirements.txt": f"bad @ {bad.as_uri()}\n",
            "requirements.lock": f"bad @ {bad.as_uri()}\n",
            "content/roles/specialist-team.yml": wrong,
        },
    )
    head = commit(register, "The proposal")
    return Sample(register, base, head, log, mark)


def steps_of(
    sample: Sample, job: str, workflow: str = "remit-proposal.yml"
) -> list[dict[str, Any]]:
    text = git(sample.folder, "show", f"{sample.base}:.github/workflows/{workflow}")
    return [step for step in yaml.safe_load(text)["jobs"][job]["steps"] if "run" in step]


def values(sample: Sample, text: str) -> str:
    """What the forge puts in the place of `${{ … }}`, in a step's environment alone."""
    known = {
        "github.event.pull_request.base.sha": sample.base,
        "github.event.pull_request.head.sha": sample.head,
        "github.event.pull_request.head.repo.full_name": "stranger/register",
        "github.event.pull_request.number": "7",
        "matrix.share": "of the matrix",
        "github.server_url": "https://forge.example",
        "vars.REMIT_PREVIEW_URL": "https://proposal-{number}.preview.example/",
    }
    for name, value in known.items():
        text = text.replace("${{ " + name + " }}", value)
    assert "${{" not in text
    return text


@dataclass
class Ran:
    code: int
    told: str
    room: Path
    summary: str


def run_steps(sample: Sample, steps: list[dict[str, Any]], room: Path, **more: str) -> Ran:
    """The steps as the forge's runner does them: the first fault ends it."""
    summary = room / "summary"
    summary.unlink(missing_ok=True)
    told = ""
    code = 0
    for step in steps:
        environment = {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "HOME": str(room),
            "RUNNER_TEMP": str(room),
            "GITHUB_STEP_SUMMARY": str(summary),
            "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "1795305600"),
            "NO_MKDOCS_2_WARNING": "1",
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **{name: values(sample, value) for name, value in step.get("env", {}).items()},
            **more,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=sample.folder, env=environment, capture_output=True, text=True, timeout=300
        )
        told += done.stdout + done.stderr
        code = done.returncode
        if code:
            break
    return Ran(code, told, room, summary.read_text() if summary.exists() else "")


@pytest.fixture(scope="module")
def room(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the program has been installed, by the step that all jobs have in common."""
    folder = tmp_path_factory.mktemp("room")
    first, *others = [steps_of(sample, job)[0] for job in ("check", "build", "report")]
    assert first["name"] == "Install Remit"
    assert others == [first, first]
    done = run_steps(sample, [first], folder)
    assert done.code == 0, done.told
    assert not sample.mark.exists(), "a file of the proposal has been run"
    return folder


def test_the_check_tells_the_forge_of_the_mistake(sample: Sample, room: Path) -> None:
    done = run_steps(sample, steps_of(sample, "check")[1:], room)
    assert done.code == 1, done.told
    assert "::error file=content/roles/specialist-team.yml,line=" in done.told
    assert "title=dangling-ref" in done.told
    assert sample.calls[-1] == ["check", "--format", "github"]
    assert not sample.mark.exists(), "a file of the proposal has been run"


def test_the_report_is_made_of_the_proposal_by_the_trusted_program(
    sample: Sample, room: Path
) -> None:
    done = run_steps(sample, steps_of(sample, "report")[1:], room, REPORT_EXIT="1")
    out = room / "out"
    assert (done.code, done.summary) == (0, "## What changes\n"), done.told
    assert sample.calls[-1] == [
        "report",
        f"{sample.base}...{sample.head}",
        "--to",
        f"{out}/report.md",
        "--redlines",
        f"{out}/redlines",
        "--source-url",
        f"https://forge.example/stranger/register/blob/{sample.head}/{{path}}#L{{line}}",
        "--preview-url",
        "https://proposal-7.preview.example/",
    ]
    assert not sample.mark.exists(), "a file of the proposal has been run"


def test_a_report_that_cannot_be_made_fails_the_job(sample: Sample, room: Path) -> None:
    done = run_steps(sample, steps_of(sample, "report")[1:], room, REPORT_EXIT="2")
    assert (done.code, done.summary) == (2, "")


def test_the_site_of_a_sound_proposal_is_built(sample: Sample, room: Path) -> None:
    git(sample.folder, "checkout", "-q", sample.base)
    try:
        done = run_steps(sample, steps_of(sample, "build")[1:], room)
    finally:
        git(sample.folder, "checkout", "-q", "main")
    assert done.code == 0, done.told
    assert (room / "site" / "nb" / "index.html").is_file()


def shared(sample: Sample) -> Settings:
    return replace(read_settings(sample.folder), shards=2)


def test_the_shares_of_a_site_are_asked_for_and_put_together(sample: Sample, room: Path) -> None:
    files = workflow_files(Forge.GITHUB, shared(sample), program_here=False)
    jobs = yaml.safe_load(files[".github/workflows/remit-proposal.yml"])["jobs"]
    share, build = (
        [step for step in jobs[id]["steps"] if "run" in step][1:] for id in ("share", "build")
    )
    for number in ("1", "2"):
        done = run_steps(sample, share, room, SHARE=number)
        assert done.code == 0, done.told
    assert run_steps(sample, build, room).code == 0
    asked = [["build", "--shard", f"{n}/2", "--to", f"{room}/shares/site-{n}.zip"] for n in (1, 2)]
    whole = ["merge", *(one[-1] for one in asked), "--to", f"{room}/site"]
    assert sample.calls[-3:] == [*asked, whole]


@pytest.mark.parametrize(("share", "whole"), [("share", "build"), ("site-share", "site")])
def test_gitlab_asks_for_the_same_shares(
    share: str, whole: str, sample: Sample, room: Path
) -> None:
    kept = sample.folder / ".cache" / "remit" / "planted"
    git(sample.folder, "checkout", "-q", sample.base)
    try:
        for number in ("1", "2"):
            overlay(sample.folder, {".cache/remit/planted": "x"})
            more = {"CI_NODE_INDEX": number, "CI_NODE_TOTAL": "2", "SHARES": "2"}
            done = on_gitlab(sample, share, room, **more)
            assert done.code == 0, done.told
            assert kept.exists() == (share == "share"), "unsealed, nothing is kept on main"
            file = f"shares/site-{number}.zip"
            assert sample.calls[-1] == ["build", "--shard", f"{number}/2", "--to", file]
        assert on_gitlab(sample, whole, room, SHARES="2").code == 0
    finally:
        git(sample.folder, "checkout", "-q", "main")
    files = ["shares/site-1.zip", "shares/site-2.zip"]
    assert sample.calls[-1] == ["merge", *files, "--to", f"{room}/project/public"]
    shutil.rmtree(sample.folder / "shares")


def test_a_main_branch_that_names_no_program_is_told_so(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    step = steps_of(sample, "check")[0]
    environment = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path / "room")}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=sample.folder,
        env={**environment, "TRUSTED": "HEAD:content"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "there is no requirements.txt that names Remit on the main branch" in done.stdout


def on_gitlab(sample: Sample, job: str, room: Path, **more: str) -> Ran:
    """A job's own lines, joined as GitLab's runner does it: one shell, the first fault ends it."""
    settings = shared(sample) if "SHARES" in more else read_settings(sample.folder)
    text = workflow_files(Forge.GITLAB, settings, program_here=False)
    whole = yaml.safe_load(text[".gitlab-ci.yml"])
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(room),
        "ROOM": str(room),
        "CI_PROJECT_DIR": str(room / "project"),
        "CI_COMMIT_SHA": sample.head,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": sample.base,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_URL": "https://forge.example/stranger/register",
        "CI_PAGES_URL": "https://directorate.pages.example/register",
        "SOURCE_DATE_EPOCH": "1795305600",
        "NO_MKDOCS_2_WARNING": "1",
        **more,
    }
    (room / "project").mkdir(exist_ok=True)
    script = "\n".join(whole[job]["script"])
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=sample.folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    return Ran(done.returncode, done.stdout + done.stderr, room, "")


def test_gitlab_gets_the_findings_as_its_own_kind_of_report(sample: Sample, room: Path) -> None:
    done = on_gitlab(sample, "check", room)
    assert done.code == 1, done.told
    rows = json.loads((sample.folder / "codequality.json").read_text("utf-8"))
    assert [row["check_name"] for row in rows if row["severity"] == "major"] == ["dangling-ref"]
    assert "specialist-team.yml:" in done.told and "[dangling-ref]" in done.told


def test_gitlab_asks_for_the_same_report(sample: Sample, room: Path) -> None:
    done = on_gitlab(sample, "report", room, REPORT_EXIT="1", REMIT_PREVIEW="pages")
    assert done.code == 0, done.told
    call = sample.calls[-1]
    assert call[:2] == ["report", f"{sample.base}...{sample.head}"]
    assert call[-4:] == [
        "--source-url",
        f"https://forge.example/stranger/register/-/blob/{sample.head}/{{path}}#L{{line}}",
        "--preview-url",
        "https://directorate.pages.example/register/proposal-7/",
    ]
    assert on_gitlab(sample, "report", room).code == 0
    assert sample.calls[-1][-1] == "", "no preview, so no links to one"
    assert on_gitlab(sample, "report", room, REPORT_EXIT="3").code == 3


def test_forgejo_runs_the_same_lines_in_a_room_of_its_own(sample: Sample, room: Path) -> None:
    github = workflow_files(Forge.GITHUB, read_settings(sample.folder), program_here=False)
    forgejo = workflow_files(Forge.FORGEJO, read_settings(sample.folder), program_here=False)
    for job in ("check", "build", "report"):
        lines = {}
        for forge, files, place in (("github", github, "github"), ("forgejo", forgejo, "forgejo")):
            text = files[f".{place}/workflows/remit-proposal.yml"].decode()
            steps = yaml.safe_load(text)["jobs"][job]["steps"]
            lines[forge] = [step["run"] for step in steps if "run" in step]
        install, *own = lines["forgejo"]
        prepared, made, rest = install.partition('mkdir -p "$ROOM"\n')
        assert prepared.startswith("apt-get update -qq && ") and made
        assert rest == lines["github"][0].replace("$RUNNER_TEMP", "$ROOM")
        for mine, theirs in zip(own, lines["github"][1:], strict=True):
            called = mine.partition("remit/bin/remit")[2].split()[1]
            assert called == {"check": "check", "build": "build", "report": "report"}[job]
            assert called in theirs


def test_every_option_that_is_used_is_one_of_remits(sample: Sample) -> None:
    used: dict[str, set[str]] = {}
    for forge in Forge:
        files = {
            **workflow_files(forge, read_settings(sample.folder), program_here=True),
            **{
                f"{name} in shares": data
                for name, data in workflow_files(forge, shared(sample), program_here=False).items()
            },
        }
        for data in files.values():
            text = data.decode().replace("\\\n", " ")
            for command, rest in re.findall(r"remit/bin/remit\"? ([a-z]+)([^\n|]*)", text):
                used.setdefault(command, set()).update(re.findall(r"--[a-z-]+", rest))
    assert set(used) == {"check", "build", "merge", "report"}
    for command, options in used.items():
        if command in _MODULES:
            found = remit.get_command(click.Context(remit), command)
            assert found is not None
            assert options <= {name for one in found.params for name in one.opts}, command
