"""Puts the report on a proposal: one comment, written once and kept up to date.

Run by the workflows that `remit workflows` writes, as the main branch has it, with the standard
library alone. Of a proposal it reads one text, and trusts nothing about it: which proposal it is
for is asked of the forge, it is never run, and what forges would act on is taken out of it.

    python3 -I comment.py github           the report of the run that has ended; TOKEN
    python3 -I comment.py gitlab           of every open merge request; REMIT_COMMENT_TOKEN
    python3 -I comment.py forgejo FILE     of the proposal that the workflow is run for; TOKEN
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from typing import Any

MARK = "<!-- remit-report -->"
MOST_BYTES = 256 * 1024
MOST_CHARACTERS = {"github": 65_000, "gitlab": 900_000, "forgejo": 65_000}
MOST_PROPOSALS = 100
BOTS = ("forgejo-actions", "gitea-actions", "github-actions[bot]")
QUIET = "\u200b"
"""A space of no width: a name or a command with one in it means nothing to a forge."""


class Refused(Exception):
    """What was handed in is not taken; the message says why."""


class Api:
    """A forge's interface below one address, with a token in a header of its own."""

    def __init__(self, address: str, header: str, token: str) -> None:
        self.address, self.header, self.token = address.rstrip("/"), header, token

    def read(self, path: str, most: int, method: str = "GET", body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, method=method)
        # Not sent on to where a download leads, which is another host.
        request.add_unredirected_header(self.header, self.token)
        request.add_header("Accept", "application/json, */*")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: bytes = answer.read(most + 1)
        if len(found) > most:
            raise Refused(f"{path} is larger than {most} bytes")
        return found

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        return json.loads(self.read(path, 8 * 1024 * 1024, method, body) or b"null")

    def all(self, path: str) -> list[Any]:
        """The rows of all pages, as far as a proposal can have some."""
        rows: list[Any] = []
        for page in range(1, 21):
            sign = "&" if "?" in path else "?"
            found = self.ask(f"{path}{sign}per_page=100&limit=50&page={page}")
            rows += found
            if len(found) < 50:
                break
        return rows


def quoted(text: object) -> str:
    return urllib.parse.quote(str(text), safe="")


def harmless(data: bytes, most: int) -> str:
    """The comment for a report of bytes that anyone may have written. Raises Refused."""
    if len(data) > MOST_BYTES:
        raise Refused(f"the report is larger than {MOST_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("the report is not UTF-8 text") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(MARK, "")
    if not text.strip():
        raise Refused("the report is empty")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text):
        raise Refused("the report has control characters in it")
    text = re.sub(r"(?<!\w)@(?=[\w@])", "@" + QUIET, text)  # calls no one
    text = re.sub(r"(?<!&)([#!])(?=\d)", r"\1" + QUIET, text)  # marks no other matter
    text = re.sub(r"(?m)^([\s>*+-]*)/(?=\w)", rf"\1{QUIET}/", text)  # commands nothing
    text = re.sub(r"!\[", "!" + QUIET + "[", text)  # fetches nothing
    text = re.sub(r"<(?=\s*/?\s*(img|video|audio|picture|source|svg)\b)", "&lt;", text, flags=re.I)
    text = f"{MARK}\n{text.strip()}\n"
    if len(text) > most:
        raise Refused(f"the report has more than {most} characters")
    return text


def written(known: list[Any], text: str, is_own: Callable[[Any], bool]) -> tuple[int | None, bool]:
    """The comment that is there already, and whether it says something else."""
    for one in known:
        body = one.get("body") or ""
        if body.startswith(MARK) and is_own(one):
            return int(one["id"]), body.strip() != text.strip()
    return None, True


def github() -> None:
    """The report of the run that the event tells of, on the proposal that the run was for."""
    api = Api(os.environ["GITHUB_API_URL"], "Authorization", f"Bearer {os.environ['TOKEN']}")
    with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as stream:
        event = json.load(stream)
    run, repository = event["workflow_run"], event["repository"]["full_name"]
    if run["event"] != "pull_request":
        raise Refused("the run was not for a proposal")
    number = _number_of(api, repository, run)
    if number is None:
        print("the proposal is closed, or has moved on; its newest run brings the report")
        return
    path = f"/repos/{repository}/actions/runs/{int(run['id'])}/artifacts"
    found = _artifacts(api, path)
    if not found:
        print("the run left no report; its log says why")
        return
    artifact = f"/repos/{repository}/actions/artifacts/{int(found[0]['id'])}/zip"
    text = harmless(_packed(api.read(artifact, MOST_BYTES)), MOST_CHARACTERS["github"])
    _on_issue(api, repository, number, text)


def _artifacts(api: Api, path: str) -> list[Any]:
    rows = api.ask(f"{path}?name=report&per_page=100")["artifacts"]
    return [one for one in rows if one["name"] == "report" and not one["expired"]]


def _number_of(api: Api, repository: str, run: dict[str, Any]) -> int | None:
    """The open proposal whose newest commit the run was for. Raises Refused for several."""
    head = run["head_repository"]
    where = f"{head['owner']['login']}:{run['head_branch']}"
    rows = api.all(f"/repos/{repository}/pulls?state=open&head={quoted(where)}")
    numbers = [
        int(one["number"])
        for one in rows
        if one["head"]["sha"] == run["head_sha"]
        and (one["head"]["repo"] or {}).get("full_name") == head["full_name"]
        and one["base"]["repo"]["full_name"] == repository
    ]
    if len(numbers) > 1:
        raise Refused(f"the run may be for any of the proposals {numbers}")
    return numbers[0] if numbers else None


def _packed(data: bytes) -> bytes:
    """The one file that is read of an artifact; nothing is laid on disk."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("report.md") as stream:
            return stream.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, OSError):
        raise Refused("the artifact holds no report.md that can be read") from None


def forgejo(file: str) -> None:
    """A report made by this run, on the proposal of the event. Not for proposals from forks."""
    api = Api(os.environ["GITHUB_API_URL"], "Authorization", f"token {os.environ['TOKEN']}")
    with open(os.environ["GITHUB_EVENT_PATH"], encoding="utf-8") as stream:
        event = json.load(stream)
    repository = event["repository"]["full_name"]
    if event["pull_request"]["head"]["repo"]["full_name"] != repository:
        raise Refused("a proposal from a fork gets no comment; its report is among the artifacts")
    with open(file, "rb") as report:
        text = harmless(report.read(MOST_BYTES + 1), MOST_CHARACTERS["forgejo"])
    _on_issue(api, repository, int(event["pull_request"]["number"]), text)


def _on_issue(api: Api, repository: str, number: int, text: str) -> None:
    """Writes the comment, or writes it anew, on GitHub, Forgejo or Gitea."""
    comments = f"/repos/{repository}/issues/{number}/comments"
    id, differs = written(
        api.all(comments), text, lambda one: (one.get("user") or {}).get("login") in BOTS
    )
    if id is None:
        api.ask(comments, "POST", {"body": text})
    elif differs:
        api.ask(f"/repos/{repository}/issues/comments/{id}", "PATCH", {"body": text})
    print(f"proposal {number}: {_done(id, differs)}")


def _done(id: int | None, differs: bool) -> str:
    return "comment written" if id is None else "comment renewed" if differs else "nothing new"


def gitlab() -> None:
    """The newest report of every open proposal that comes from the project or a fork of it."""
    api = Api(os.environ["CI_API_V4_URL"], "PRIVATE-TOKEN", os.environ["REMIT_COMMENT_TOKEN"])
    project, branch = os.environ["CI_PROJECT_ID"], os.environ["CI_DEFAULT_BRANCH"]
    me = api.ask("/user")["id"]
    path = f"/projects/{quoted(project)}/merge_requests"
    asked = f"?state=opened&target_branch={quoted(branch)}&order_by=updated_at"
    failed = False
    for one in api.all(path + asked)[:MOST_PROPOSALS]:
        try:
            print(f"proposal {one['iid']}: {_on_merge_request(api, path, one, me)}")
        except (Refused, urllib.error.URLError, KeyError, ValueError, TypeError) as error:
            failed = True
            print(f"proposal {one['iid']}: {error}", file=sys.stderr)
    if failed:
        raise Refused("some proposals have got no comment")


def _on_merge_request(api: Api, path: str, one: dict[str, Any], me: int) -> str:
    iid = int(one["iid"])
    pipelines = api.ask(f"{path}/{iid}/pipelines")
    newest = next((row for row in pipelines if row["sha"] == one["sha"]), None)
    if newest is None or newest["project_id"] not in (one["project_id"], one["source_project_id"]):
        return "no pipeline for its newest commit"
    jobs = f"/projects/{int(newest['project_id'])}/pipelines/{int(newest['id'])}/jobs"
    job = next((row for row in api.all(jobs) if row["name"] == "report"), None)
    if job is None or job["status"] != "success":
        return "no report yet"
    artifact = f"/projects/{int(newest['project_id'])}/jobs/{int(job['id'])}/artifacts/report.md"
    text = harmless(api.read(artifact, MOST_BYTES), MOST_CHARACTERS["gitlab"])
    notes = f"{path}/{iid}/notes"
    id, differs = written(api.all(notes), text, lambda row: row["author"]["id"] == me)
    if id is None:
        api.ask(notes, "POST", {"body": text})
    elif differs:
        api.ask(f"{notes}/{id}", "PUT", {"body": text})
    return _done(id, differs)


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["github"]:
                github()
            case ["gitlab"]:
                gitlab()
            case ["forgejo", file]:
                forgejo(file)
            case _:
                print("comment.py github | gitlab | forgejo FILE", file=sys.stderr)
                return 2
    except Refused as error:
        print(f"refused: {error}", file=sys.stderr)
        return 1
    except urllib.error.URLError as error:
        print(f"the forge did not take it: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
