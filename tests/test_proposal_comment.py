"""The report becomes one comment, on the right proposal, with nothing in it that a forge acts on.

The script is run as the workflows run it, in a process of its own, against a forge on this machine.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from forge_server import Elsewhere, ForgeServer, forge_server
from registers import ROOT

SCRIPT = ROOT / "generator" / "remit" / "templates" / "workflows" / "comment.py"
MARK = "<!-- remit-report -->"
TOKEN = "very-secret"
SHA = "a" * 40
REPORT = "## What changes\n\nThe mandate **Specialist team** gets a new task.\n"
COMMENT = f"{MARK}\n{REPORT}"


@pytest.fixture
def forge() -> Iterator[ForgeServer]:
    with forge_server() as made:
        yield made


def packed(text: str | bytes, name: str = "report.md") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return stream.getvalue()


@dataclass
class Done:
    code: int
    out: str
    err: str


def script(folder: Path, *arguments: str, **environment: str) -> Done:
    """Nothing of this process's own environment reaches it."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert TOKEN not in done.stdout + done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


# --- GitHub ---


def pull(number: int, sha: str = SHA, fork: str = "stranger/register") -> dict[str, Any]:
    return {
        "number": number,
        "head": {"sha": sha, "repo": {"full_name": fork}},
        "base": {"repo": {"full_name": "directorate/register"}},
    }


def on_github(
    forge: ForgeServer,
    folder: Path,
    artifact: bytes,
    pulls: list[dict[str, Any]] | None = None,
    comments: list[dict[str, Any]] | None = None,
) -> Done:
    """A run for a fork's proposal 7 has ended and left an artifact."""
    repository = "/repos/directorate/register"
    asked_for: list[str] = []

    def rows(query: dict[str, list[str]]) -> list[dict[str, Any]]:
        asked_for.extend(query["head"])
        return [pull(7)] if pulls is None else pulls

    forge.answers = {
        f"{repository}/pulls": rows,
        f"{repository}/actions/runs/55/artifacts": {
            "artifacts": [{"id": 9, "name": "report", "expired": False}]
        },
        f"{repository}/actions/artifacts/9/zip": Elsewhere(f"{forge.address}/store/zip"),
        "/store/zip": artifact,
        f"{repository}/issues/7/comments": comments or [],
    }
    head = {
        "full_name": "stranger/register",
        "owner": {"login": "stranger"},
    }
    run = {
        "id": 55,
        "event": "pull_request",
        "head_sha": SHA,
        "head_branch": "feature/æ&x=1",
        "head_repository": head,
    }
    event = folder / "event.json"
    event.write_text(
        json.dumps({"workflow_run": run, "repository": {"full_name": "directorate/register"}})
    )
    done = script(
        folder,
        "github",
        GITHUB_API_URL=forge.address,
        GITHUB_EVENT_PATH=str(event),
        TOKEN=TOKEN,
    )
    assert asked_for in ([], ["stranger:feature/æ&x=1"])
    return done


def bot(id: int, body: str, login: str = "github-actions[bot]") -> dict[str, Any]:
    return {"id": id, "body": body, "user": {"login": login}}


def test_the_first_report_is_written(forge: ForgeServer, tmp_path: Path) -> None:
    done = on_github(forge, tmp_path, packed(REPORT), comments=[bot(1, "Welcome")])
    assert (done.code, done.err, done.out) == (0, "", "proposal 7: comment written\n")
    assert [(one.method, one.path, one.body) for one in forge.written] == [
        ("POST", "/repos/directorate/register/issues/7/comments", {"body": COMMENT})
    ]


def test_a_later_report_takes_its_place(forge: ForgeServer, tmp_path: Path) -> None:
    known = [bot(1, "Welcome"), bot(2, f"{MARK}\nearlier")]
    done = on_github(forge, tmp_path, packed(REPORT), comments=known)
    assert done.out == "proposal 7: comment renewed\n"
    assert [(one.method, one.path, one.body) for one in forge.written] == [
        ("PATCH", "/repos/directorate/register/issues/comments/2", {"body": COMMENT})
    ]


def test_the_same_report_is_not_written_again(forge: ForgeServer, tmp_path: Path) -> None:
    done = on_github(forge, tmp_path, packed(REPORT), comments=[bot(2, COMMENT.strip())])
    assert (done.out, forge.written) == ("proposal 7: nothing new\n", [])


def test_someone_elses_comment_with_the_mark_is_left_alone(
    forge: ForgeServer, tmp_path: Path
) -> None:
    known = [bot(3, f"{MARK}\nmine", "stranger")]
    on_github(forge, tmp_path, packed(REPORT), comments=known)
    assert [one.method for one in forge.written] == ["POST"]


def test_the_comment_on_the_second_page_is_found(forge: ForgeServer, tmp_path: Path) -> None:
    others = [bot(n, "x", "someone") for n in range(100, 200)]
    pages = {"1": others, "2": [bot(2, f"{MARK}\nearlier")]}
    done = on_github(forge, tmp_path, packed(REPORT))
    forge.asked.clear()
    path = "/repos/directorate/register/issues/7/comments"
    forge.answers[path] = lambda query: pages.get(query["page"][0], [])
    done = script(
        tmp_path,
        "github",
        GITHUB_API_URL=forge.address,
        GITHUB_EVENT_PATH=str(tmp_path / "event.json"),
        TOKEN=TOKEN,
    )
    assert done.out == "proposal 7: comment renewed\n"


@pytest.mark.parametrize(
    "pulls",
    [
        pytest.param([], id="closed"),
        pytest.param([pull(8, sha="b" * 40)], id="a newer commit"),
        pytest.param([pull(8, fork="another/register")], id="another's fork"),
        pytest.param([{**pull(8), "head": {"sha": SHA, "repo": None}}], id="the fork is gone"),
    ],
)
def test_a_report_for_no_open_proposal_is_left(
    pulls: list[dict[str, Any]], forge: ForgeServer, tmp_path: Path
) -> None:
    done = on_github(forge, tmp_path, packed(f"proposal: 8\n{REPORT}"), pulls)
    assert (done.code, forge.written) == (0, [])
    assert "moved on" in done.out


def test_a_commit_in_two_proposals_is_not_guessed_at(forge: ForgeServer, tmp_path: Path) -> None:
    done = on_github(forge, tmp_path, packed(REPORT), [pull(7), pull(8)])
    assert (done.code, forge.written) == (1, [])
    assert "any of the proposals [7, 8]" in done.err


@pytest.mark.parametrize(
    ("artifact", "message"),
    [
        pytest.param(packed("x" * 300_000), "larger than 262144 bytes", id="long"),
        pytest.param(packed(" ".join(["word"] * 20_000)), "more than 65000 characters", id="wordy"),
        pytest.param(os.urandom(400_000), "is larger than 262144 bytes", id="a large archive"),
        pytest.param(b"no archive", "holds no report.md", id="no archive"),
        pytest.param(packed(REPORT, "../report.md"), "holds no report.md", id="a path out of it"),
        pytest.param(packed(REPORT, "/etc/report.md"), "holds no report.md", id="a path from /"),
        pytest.param(packed(b"\xff\xfe"), "not UTF-8", id="bytes"),
        pytest.param(packed("a\x1b[31mb"), "control characters", id="terminal"),
        pytest.param(packed("a\u202eb"), "control characters", id="turned about"),
        pytest.param(packed(" \n"), "is empty", id="empty"),
        pytest.param(packed(MARK), "is empty", id="the mark alone"),
    ],
)
def test_what_is_no_report_is_refused(
    artifact: bytes, message: str, forge: ForgeServer, tmp_path: Path
) -> None:
    before = {file.name for file in tmp_path.iterdir()}
    done = on_github(forge, tmp_path, artifact)
    assert (done.code, forge.written) == (1, [])
    assert message in done.err
    assert {file.name for file in tmp_path.iterdir()} == {*before, "event.json"}


def test_the_token_is_not_sent_on_to_where_the_download_leads(
    forge: ForgeServer, tmp_path: Path
) -> None:
    on_github(forge, tmp_path, packed(REPORT))
    sent = {one.path: one.headers.get("Authorization") for one in forge.asked}
    assert sent.pop("/store/zip") is None
    assert set(sent.values()) == {f"Bearer {TOKEN}"}


def test_a_run_for_a_push_writes_nothing(forge: ForgeServer, tmp_path: Path) -> None:
    on_github(forge, tmp_path, packed(REPORT))
    forge.asked.clear()
    event = tmp_path / "event.json"
    told = json.loads(event.read_text())
    told["workflow_run"]["event"] = "push"
    event.write_text(json.dumps(told))
    done = script(
        tmp_path,
        "github",
        GITHUB_API_URL=forge.address,
        GITHUB_EVENT_PATH=str(event),
        TOKEN=TOKEN,
    )
    assert (done.code, forge.asked) == (1, [])


def test_a_forge_that_says_no_is_told_of(forge: ForgeServer, tmp_path: Path) -> None:
    on_github(forge, tmp_path, packed(REPORT))
    del forge.answers["/repos/directorate/register/pulls"]
    done = script(
        tmp_path,
        "github",
        GITHUB_API_URL=forge.address,
        GITHUB_EVENT_PATH=str(tmp_path / "event.json"),
        TOKEN=TOKEN,
    )
    assert done.code == 1
    assert done.err == "the forge did not take it: HTTP Error 404: Not Found\n"


def test_nothing_in_a_forged_report_does_anything(forge: ForgeServer, tmp_path: Path) -> None:
    forged = (
        f"{MARK}\r\n/merge\n> /close\n- /approve\n  /lgtm\n"
        "@directorate/everyone @@x and editors@directorate.example\n"
        "see #12 and !34, group/project#5, &#64;\n"
        '![a](https://tracker.example/x.png) <img src="https://tracker.example">< IMG x>\n'
        "team@2018-06-19 at https://forge.example/a/b.yml#L12\n"
    )
    on_github(forge, tmp_path, packed(forged))
    body = forge.written[0].body["body"]
    assert body.startswith(f"{MARK}\n") and body.count(MARK) == 1
    assert not re.search(r"(?m)^[\s>*+-]*/\w", body)
    assert not re.search(r"(?<!\w)@\w", body)
    assert not re.search(r"(?<!&)[#!]\d", body)
    assert "![" not in body and not re.search(r"<\s*img", body, re.I)
    assert "editors@directorate.example" in body
    assert "team@2018-06-19 at https://forge.example/a/b.yml#L12" in body


# --- GitLab ---


def on_gitlab(forge: ForgeServer, folder: Path, reports: dict[int, Any], **more: Any) -> Done:
    """Open merge requests with what their pipelines left; 1 is from the project, 2 from a fork."""
    project = "/projects/40/merge_requests"
    forge.answers = {"/user": {"id": 99}, project: []}
    for iid, report in reports.items():
        source = 40 if iid == 1 else 40 + iid
        forge.answers[project].append(
            {"iid": iid, "sha": SHA, "project_id": 40, "source_project_id": source}
        )
        pipeline = {"id": 500 + iid, "sha": SHA, "project_id": source} | more.get("pipeline", {})
        forge.answers[f"{project}/{iid}/pipelines"] = [
            {"id": 1, "sha": "c" * 40, "project_id": source},
            pipeline,
        ]
        jobs = f"/projects/{pipeline['project_id']}/pipelines/{500 + iid}/jobs"
        forge.answers[jobs] = [
            {"id": 3, "name": "check", "status": "failed"},
            {"id": 4, "name": "report", "status": more.get("status", "success")},
        ]
        artifact = f"/projects/{pipeline['project_id']}/jobs/4/artifacts/report.md"
        forge.answers[artifact] = report
        forge.answers[f"{project}/{iid}/notes"] = more.get("notes", [])
    return script(
        folder,
        "gitlab",
        CI_API_V4_URL=forge.address,
        CI_PROJECT_ID="40",
        CI_DEFAULT_BRANCH="main",
        REMIT_COMMENT_TOKEN=TOKEN,
    )


def test_gitlab_gets_a_note_on_each_proposal(forge: ForgeServer, tmp_path: Path) -> None:
    done = on_gitlab(forge, tmp_path, {1: REPORT.encode(), 2: b"/merge\n"})
    assert (done.code, done.err) == (0, "")
    assert [(one.method, one.path, one.body) for one in forge.written] == [
        ("POST", "/projects/40/merge_requests/1/notes", {"body": COMMENT}),
        ("POST", "/projects/40/merge_requests/2/notes", {"body": f"{MARK}\n\u200b/merge\n"}),
    ]
    assert {one.headers.get("Private-Token") for one in forge.asked} == {TOKEN}


def test_gitlab_renews_its_own_note_alone(forge: ForgeServer, tmp_path: Path) -> None:
    notes = [
        {"id": 5, "body": f"{MARK}\nmine", "author": {"id": 3}},
        {"id": 6, "body": f"{MARK}\nearlier", "author": {"id": 99}},
    ]
    on_gitlab(forge, tmp_path, {1: REPORT.encode()}, notes=notes)
    assert [(one.method, one.path) for one in forge.written] == [
        ("PUT", "/projects/40/merge_requests/1/notes/6")
    ]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"pipeline": {"sha": "b" * 40}}, id="of an older commit"),
        pytest.param({"pipeline": {"project_id": 666}}, id="of another project"),
        pytest.param({"status": "running"}, id="not ready"),
    ],
)
def test_gitlab_takes_no_other_report(
    more: dict[str, Any], forge: ForgeServer, tmp_path: Path
) -> None:
    done = on_gitlab(forge, tmp_path, {2: REPORT.encode()}, **more)
    assert (done.code, forge.written) == (0, [])


def test_on_gitlab_one_bad_report_does_not_keep_others_from_theirs(
    forge: ForgeServer, tmp_path: Path
) -> None:
    done = on_gitlab(forge, tmp_path, {1: b"x" * 300_000, 2: REPORT.encode(), 3: b"\xff"})
    assert done.code == 1
    assert [one.path for one in forge.written] == ["/projects/40/merge_requests/2/notes"]
    assert "proposal 1: " in done.err and "proposal 3: the report is not UTF-8" in done.err


# --- Forgejo and Gitea ---


def on_forgejo(forge: ForgeServer, folder: Path, report: bytes, fork: str) -> Done:
    forge.answers = {
        "/repos/directorate/register/issues/12/comments": [
            bot(8, f"{MARK}\nearlier", "forgejo-actions")
        ]
    }
    proposal = {"number": 12, "head": {"repo": {"full_name": fork}}}
    event = folder / "event.json"
    event.write_text(
        json.dumps({"pull_request": proposal, "repository": {"full_name": "directorate/register"}})
    )
    (folder / "report.md").write_bytes(report)
    return script(
        folder,
        "forgejo",
        "report.md",
        GITHUB_API_URL=forge.address,
        GITHUB_EVENT_PATH=str(event),
        TOKEN=TOKEN,
    )


def test_forgejo_gets_one_comment_on_a_branch_of_its_own(
    forge: ForgeServer, tmp_path: Path
) -> None:
    done = on_forgejo(forge, tmp_path, REPORT.encode(), "directorate/register")
    assert done.out == "proposal 12: comment renewed\n"
    assert [(one.method, one.path, one.body) for one in forge.written] == [
        ("PATCH", "/repos/directorate/register/issues/comments/8", {"body": COMMENT})
    ]
    assert forge.written[0].headers["Authorization"] == f"token {TOKEN}"


def test_forgejo_gets_none_for_a_fork(forge: ForgeServer, tmp_path: Path) -> None:
    done = on_forgejo(forge, tmp_path, REPORT.encode(), "stranger/register")
    assert (done.code, forge.asked) == (1, [])
    assert "its report is among the artifacts" in done.err


def test_the_script_tells_how_it_is_used(tmp_path: Path) -> None:
    for arguments in ([], ["sourceforge"], ["forgejo"]):
        done = script(tmp_path, *arguments)
        assert (done.code, done.err) == (2, "comment.py github | gitlab | forgejo FILE\n")
