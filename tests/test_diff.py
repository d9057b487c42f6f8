"""`remit diff` as a user runs it: real git, the real command line, every refusal a clear answer."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from command_line import Done, run
from conftest import RunRemit
from registers import copy_of_register, overlay
from remit.render.comparison_text import escaped

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

ROLE = "content/roles/specialist-team.yml"
VERSION = "mandates/team-mandate/2024-01-01.yml"
TERM = "content/terms/mandate.yml"


def git(folder: Path, *arguments: str) -> str:
    person = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    done = subprocess.run(
        ["git", *person, "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", tag)
    git(folder, "tag", tag)


def replace(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small register in git: `one`, and `two` after some changes."""
    folder = copy_of_register(tmp_path_factory.mktemp("made") / "register")
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "one")
    replace(folder, VERSION, "gi råd til skolene", "gi råd til alle skolene")
    replace(folder, ROLE, "nb: Fagteamet", "nb: Fagteamet vårt")
    (folder / TERM).unlink()
    overlay(
        folder,
        {
            "content/areas/sorfylke.yml": "id: sorfylke\nauthoritative_language: nb\n"
            "name:\n  nb: Sørfylke\n  en: South\nlevel: county\ncode: '2'\nwithin: testland\n"
            "period:\n  from: 2020-01-01\n",
        },
    )
    commit(folder, "two")
    return folder


@pytest.fixture
def repository(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "repository")


# --- the whole register --------------------------------------------------------------------


def test_two_revisions_in_text(repository: Path) -> None:
    done = run(repository, "diff", "one..two")
    assert (done.returncode, done.stderr) == (0, "")
    assert "records: 1 new, 2 changed, 1 removed" in done.stdout
    assert "+ Area: Sørfylke (areas/sorfylke)" in done.stdout
    assert "− Term: mandat (terms/mandate)" in done.stdout
    assert "Fagteamet skal gi råd til {+alle +}skolene." in done.stdout
    assert "mandates/team-mandate/2024-01-01/changes" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_revision_and_the_files_as_they_are_now(repository: Path) -> None:
    assert "Nothing in the register differs." in run(repository, "diff", "two").stdout
    replace(repository, ROLE, "nb: Fagteamet vårt", "nb: Gruppen")
    done = run(repository, "diff", "two")
    assert "[-Fagteamet vårt-]{+Gruppen+}" in done.stdout
    assert "Fagteamet vårt" in run(repository, "diff", "one..two").stdout


def test_the_same_changes_as_data(repository: Path) -> None:
    done = run(repository, "diff", "one..two", "--format", "json")
    found = json.loads(done.stdout)
    assert (found["version"], found["what"]) == (1, "registers")
    assert {record["address"]: record["change"] for record in found["records"]} == {
        "areas/sorfylke": "new",
        "mandates/team-mandate/2024-01-01": "changed",
        "roles/specialist-team": "changed",
        "terms/mandate": "removed",
    }
    by_address = {record["address"]: record for record in found["records"]}
    (part,) = by_address["mandates/team-mandate/2024-01-01"]["parts"]
    (field,) = part["fields"]
    assert field["words"]["nb"][1] == ["added", "alle "]
    for record in found["records"]:
        assert list(record) == _fields_in_the_docs("registers", "records")
    assert list(found) == _fields_in_the_docs("registers")
    assert list(part) == _fields_in_the_docs("mandate versions", "parts")


def _fields_in_the_docs(what: str, inside: str = "") -> list[str]:
    """The fields of the example of that shape in the documentation."""
    page = (Path(__file__).parents[1] / "docs/comparison-data.md").read_text("utf-8")
    for example in re.findall(r"```json\n(.*?)```", page, re.S):
        data = json.loads(example)
        if data["what"] == what:
            return list(data[inside][0] if inside else data)
    raise AssertionError(f"no example of {what}")


def test_the_documented_version_comparison_is_what_comes(repository: Path) -> None:
    states = ("team-mandate@2021-01-01", "team-mandate@2024-01-01")
    found = json.loads(run(repository, "diff", *states, "--format", "json").stdout)
    assert list(found) == _fields_in_the_docs("mandate versions")
    assert found["counts"] == {"added": 4, "removed": 0, "moved": 0, "changed": 1}


def test_nothing_in_git_or_the_work_tree_is_touched(repository: Path) -> None:
    replace(repository, ROLE, "nb: Fagteamet vårt", "nb: Gruppen")
    before = {
        path: path.read_bytes()
        for path in sorted(repository.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }
    assert run(repository, "diff", "one..two").returncode == 0
    assert run(repository, "diff", "one").returncode == 0
    after = {
        path: path.read_bytes()
        for path in sorted(repository.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }
    assert after == before


def test_a_register_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    top = tmp_path / "repository"
    folder = copy_of_register(top / "deep" / "register")
    overlay(top, {"content/roles/other.yml": "id: not-ours\n"})
    git(top, "init", "-q")
    commit(top, "one")
    replace(folder, ROLE, "nb: Fagteamet", "nb: Gruppen")
    commit(top, "two")
    for where, more in ((folder, ()), (top, ("--register", "deep/register"))):
        done = run(where, *more, "diff", "one..two")
        assert "records: 1 changed" in done.stdout, done.stderr
        assert "[-Fagteamet-]{+Gruppen+}" in done.stdout


# --- refusals ------------------------------------------------------------------------------


def _refused(done: Done | subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr
    assert "Traceback" not in done.stderr and "bug" not in done.stderr


def test_a_register_that_is_not_in_git(remit: RunRemit) -> None:
    ceiling = {"GIT_CEILING_DIRECTORIES": "/"}
    _refused(remit("diff", "main", environment=ceiling), 2, "not in a git repository")


def test_git_that_is_not_installed(remit: RunRemit) -> None:
    _refused(remit("diff", "main", environment={"PATH": "/nowhere"}), 2, "git is not installed")


@pytest.mark.parametrize("states", ["on..two", "two..on", "on"])
def test_a_revision_that_does_not_exist(repository: Path, states: str) -> None:
    done = run(repository, "diff", states)
    _refused(done, 2, 'there is no revision "on"', "did you mean one?")


def test_a_revision_unlike_all_others(repository: Path) -> None:
    done = run(repository, "diff", "zzzzz")
    _refused(done, 2, 'there is no revision "zzzzz"', "git branch --all and git tag")


@pytest.mark.parametrize("states", ["--output=x..two", "-x", "two..--output=x"])
def test_a_revision_is_never_an_option_of_git(repository: Path, states: str) -> None:
    _refused(run(repository, "diff", "--", states), 2, "there is no revision")
    assert not (repository / "x").exists()


def test_a_file_of_a_revision_is_no_revision(repository: Path) -> None:
    _refused(run(repository, "diff", f"one:{ROLE}"), 2, "there is no revision")


@pytest.mark.parametrize("states", ["one...two", "..two", "one..", ".."])
def test_dots_that_mean_something_else(repository: Path, states: str) -> None:
    _refused(run(repository, "diff", states), 2, "two git revisions with two dots between")


def test_a_shallow_copy_says_so(repository: Path, tmp_path: Path) -> None:
    copy = tmp_path / "shallow"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", "--no-tags", repository.as_uri(), str(copy)],
        check=True,
        capture_output=True,
    )
    _refused(run(copy, "diff", "one"), 2, "shallow", "git fetch --unshallow")


def test_a_copy_without_the_files_fetches_nothing(repository: Path, tmp_path: Path) -> None:
    copy = tmp_path / "partial"
    for allowed in ("allowFilter", "allowAnySHA1InWant"):
        git(repository, "config", f"uploadpack.{allowed}", "true")
    subprocess.run(
        ["git", "clone", "-q", "--filter=blob:none", repository.as_uri(), str(copy)],
        check=True,
        capture_output=True,
    )
    _refused(run(copy, "diff", "one"), 2, "does not hold all of its files")


def test_an_older_register_that_does_not_load(repository: Path) -> None:
    replace(repository, ROLE, "line: ", "lines: ")
    commit(repository, "broken")
    replace(repository, ROLE, "lines: ", "line: ")
    commit(repository, "mended")
    done = run(repository, "diff", "broken..mended")
    _refused(done, 1, "at broken the register cannot be read", f"{ROLE}:", "unknown-field")
    assert re.search(rf"^{ROLE}:\d+:\d+: error: ", done.stderr, re.M)
    _refused(run(repository, "diff", "mended..broken"), 1, "at broken the register cannot be read")
    replace(repository, ROLE, "line: ", "lines: ")
    _refused(run(repository, "diff", "mended"), 1, "remit: the register cannot be read")


def test_a_revision_from_before_the_register(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "empty")
    git(repository, "rm", "-rfq", "--cached", ".")
    git(repository, "commit", "-q", "--allow-empty", "-m", "empty")
    _refused(run(repository, "diff", "empty..two"), 1, "at empty", "no pyproject.toml")


def test_links_and_huge_files_in_a_revision_are_reported_not_followed(repository: Path) -> None:
    (repository / TERM).symlink_to("/etc/hostname")
    overlay(repository, {"content/terms/huge.yml": b"#" * (1024 * 1024 + 1)})
    commit(repository, "odd")
    done = run(repository, "diff", "odd..two")
    _refused(done, 1, f"{TERM}:1:1: error: a symbolic link is not a record", "1.0 MiB")


def test_settings_of_a_revision_that_are_a_link(repository: Path) -> None:
    (repository / "pyproject.toml").rename(repository / "other.toml")
    (repository / "pyproject.toml").symlink_to("other.toml")
    commit(repository, "linked")
    _refused(run(repository, "diff", "linked..two"), 1, "at linked", "tool.remit")


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("team-mandate@2019-12-31", "team-mandate"), "2020-01-01 to 2023-12-31"),
        (("team-mandat@2021-01-01", "team-mandate"), "did you mean team-mandate?"),
        (("team-mandate@2021", "team-mandate"), '"2021" is no date'),
        (("team-mandate@2021-01-01",), "name the version to compare with too"),
        (("one", "two"), "to compare two git revisions write one..two"),
        ((), "name two versions of a mandate"),
        (("a", "b", "c"), "name two versions of a mandate"),
        (("one..two", "--language", "de"), 'no language "de"'),
        (("one..two", "--language", "nb,en"), "one language"),
    ],
)
def test_uses_that_are_refused(repository: Path, states: tuple[str, ...], words: str) -> None:
    _refused(run(repository, "diff", *states), 2, words)


def test_versions_of_two_mandates_are_not_compared(repository: Path) -> None:
    shutil.copytree(repository / "mandates/team-mandate", repository / "mandates/other-mandate")
    replace(repository, "mandates/other-mandate/mandate.yml", "id: team", "id: other")
    done = run(repository, "diff", "team-mandate@2021-01-01", "other-mandate@2024-01-01")
    _refused(done, 2, "team-mandate and other-mandate are two mandates")


# --- two versions --------------------------------------------------------------------------


def test_two_versions_in_either_order(register_copy: Path) -> None:
    states = ("team-mandate@2021-06-01", "team-mandate@2024-01-01")
    forward = run(register_copy, "diff", *states)
    back = run(register_copy, "diff", *reversed(states))
    assert "3 Cooperation" in run(register_copy, "diff", *states, "--language", "en").stdout
    assert "+ cooperation cooperation-ministry: added" in forward.stdout
    assert "− cooperation cooperation-ministry: removed" in back.stdout


def test_the_same_version_twice_says_so(register_copy: Path) -> None:
    done = run(register_copy, "diff", "team-mandate@2021-06-01", "team-mandate@2022-06-01")
    assert done.returncode == 0
    assert "This is the same version: nothing differs." in done.stdout


# --- text that comes from anyone -----------------------------------------------------------

NASTY = (
    "<img src=x onerror=alert(1)> <!-- @everyone #12 !34 https://evil.example www.evil.example "
    "[link](javascript:alert) ![x](y) `code` **bold** | cell | ~~gone~~ a@b.example &amp; $5 </del>"
)


def test_register_text_in_markdown_is_only_text(repository: Path) -> None:
    replace(repository, ROLE, "nb: Fagteamet vårt", f"nb: {json.dumps(NASTY)}")
    done = run(repository, "diff", "two", "--format", "markdown")
    assert done.returncode == 0, done.stderr
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    kinds = set()
    for token in reader.parse(done.stdout):
        for inner in token.children or ():
            kinds.add(inner.content if inner.type == "html_inline" else inner.type)
    assert kinds <= {"text", "strong_open", "strong_close", "<del>", "</del>", "<ins>", "</ins>"}
    assert not re.search(r"@\w|(?<!&)#\w|://|www\.\w", done.stdout)


@pytest.mark.parametrize("words", ["@team", "#12", "https://x.example", "www.x.example", "a@b.no"])
def test_nothing_that_a_forge_would_link_is_left(words: str) -> None:
    html = MarkdownIt().render(escaped(words))
    text = html.removeprefix("<p>").removesuffix("</p>\n")
    assert text != words and text.replace("\u200b", "") == words


def test_a_heading_or_list_cannot_begin_in_register_text(repository: Path) -> None:
    replace(repository, ROLE, "nb: Fagteamet vårt", 'nb: "x\\n# Heading\\n- item\\n> quote"')
    done = run(repository, "diff", "two", "--format", "markdown")
    assert not re.search(r"^(# Heading|- item|> quote)", done.stdout, re.M)


def test_control_characters_do_not_reach_the_terminal(repository: Path) -> None:
    nasty = "\\u001b]0;title\\u0007 \\u202e gone"
    replace(repository, ROLE, "nb: Fagteamet vårt", f'nb: "{nasty}"')
    done = run(repository, "diff", "two")
    assert done.returncode == 0, done.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout)
    assert "\\u001b" in done.stdout
