"""`remit report` as CI runs it: real git, the real command line, a comment that does no harm."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import re
import shutil
import subprocess
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from command_line import Done, run
from gits import commit, git, new_repository
from registers import REGISTER, copy_of_register, overlay
from remit.build import load_and_check
from remit.build.documents import document_jobs
from remit.diagnostics import Diagnostic, Location
from remit.model import records, values
from remit.model.approvals import EDITORIAL, EDITORIAL_KINDS
from remit.model.records import BY_KIND, Record
from remit.model.register import Register, address_of
from remit.model.register_comparison import compare_registers
from remit.model.report import finding_changes
from remit.model.values import LocalText, Period, Value, When
from remit.render.labels import labels_for
from remit.render.pages import site_pages
from remit.render.report_values import marked
from remit.settings import available_languages, read_settings
from test_golden import expect

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

ROOT = Path(__file__).parents[1]
ROLE = "content/roles/specialist-team.yml"
BODY = "content/organisations/testdirektoratet.yml"
VERSION = "mandates/team-mandate/2024-01-01.yml"
TERM = "content/terms/mandate.yml"
LINKS = ("--source-url", "https://forge.example/blob/abc", "--preview-url", "https://p.example/7/")


def replace(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text("utf-8")
    assert old in text, name
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small register in git: `main` and, on a branch, `proposal`."""
    folder = copy_of_register(tmp_path_factory.mktemp("made") / "register")
    new_repository(folder)
    replace(folder, VERSION, "authoritative_language: nb", "authoritative_language: nb\nowner: x")
    replace(folder, VERSION, "\nowner: x", "\nowner: testdirektoratet")
    commit(folder, "one")
    git(folder, "checkout", "-q", "-b", "proposal")
    replace(folder, VERSION, "gi råd til skolene", "gi råd til alle skolene")
    replace(folder, VERSION, "to ganger i året", "tre ganger i året")
    replace(folder, VERSION, "twice a year", "three times a year")
    replace(folder, ROLE, "nb: Fagteamet", "nb: Fagteamet vårt")
    replace(folder, BODY, "id: ", "# The body behind it all.\nid: ")
    (folder / TERM).unlink()
    overlay(
        folder,
        {
            "content/areas/sorfylke.yml": "id: sorfylke\nauthoritative_language: nb\n"
            "name:\n  nb: Sørfylke\nlevel: county\ncode: '2'\nwithin: testland\n"
            "period:\n  from: 2020-01-01\n",
        },
    )
    commit(folder, "two")
    return folder


@pytest.fixture
def repository(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "repository")


def told(folder: Path, *more: str, states: str = "main...proposal") -> Done:
    return run(folder, "report", states, *more)


def data(folder: Path, states: str = "main...proposal") -> dict[str, Any]:
    found = json.loads(told(folder, "--format", "json", states=states).stdout)
    assert isinstance(found, dict)
    return found


# --- the whole comment ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_comment(made: Path, language: str) -> None:
    done = told(made, "--language", language, *LINKS)
    assert (done.returncode, done.stderr) == (1, "")
    expect(f"report/{language}.md", done.stdout)
    assert told(made, "--language", language, *LINKS).stdout == done.stdout


def test_the_report_goes_into_a_file(repository: Path) -> None:
    done = told(repository, "--to", "out/report.md")
    assert (done.returncode, done.stdout) == (1, "")
    assert (repository / "out/report.md").read_text("utf-8") == told(repository).stdout


def test_the_documented_data_is_what_comes(made: Path) -> None:
    page = (ROOT / "docs/report-data.md").read_text("utf-8")
    example = json.loads(re.findall(r"```json\n(.*?)```", page, re.S)[0])
    found = data(made)
    assert (found["version"], found["what"]) == (1, "report")
    assert list(found) == list(example)
    for key in ("approvals", "translations"):
        assert list(found[key][0]) == list(example[key][0])
    assert list(found["approvals"][0]["records"][0]) == list(example["approvals"][0]["records"][0])
    assert list(found["findings"]) == list(example["findings"])
    assert list(found["findings"]["new"][0]) == list(example["findings"]["new"][0])


def test_nothing_to_say_is_said(repository: Path) -> None:
    done = told(repository, "--language", "en", states="main...main")
    assert done.returncode == 0
    assert "The proposal changes nothing in the register." in done.stdout


# --- states --------------------------------------------------------------------------------


def test_three_dots_leave_out_what_happened_since(repository: Path) -> None:
    git(repository, "checkout", "-q", "main")
    replace(repository, ROLE, "nb: Gir råd", "nb: Gir gode råd")
    commit(repository, "main goes on")
    since_parting = data(repository)
    both = data(repository, "main..proposal")
    assert "summary" not in str(since_parting["changes"]["records"])
    assert "summary" in str(both["changes"]["records"])


def test_the_files_as_they_are_now(repository: Path) -> None:
    replace(repository, ROLE, "nb: Fagteamet vårt", "nb: Gruppen")
    done = told(repository, states="main...")
    assert "~~Fagteamet~~ **Gruppen**" in done.stdout
    assert "filene slik de er nå" in done.stdout


def test_a_shallow_copy_says_what_to_fetch(repository: Path, tmp_path: Path) -> None:
    git(repository, "checkout", "-q", "main")
    replace(repository, ROLE, "nb: Gir råd", "nb: Gir gode råd")
    commit(repository, "main goes on")
    copy = tmp_path / "shallow"
    command = ["git", "clone", "-q", "--depth=1", "--no-single-branch", repository.as_uri()]
    subprocess.run([*command, str(copy)], check=True, capture_output=True)
    git(copy, "branch", "-q", "proposal", "origin/proposal")
    done = told(copy)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is shallow" in done.stderr and "git fetch --unshallow" in done.stderr
    assert told(copy, states="main..proposal").returncode == 1


def test_branches_without_a_common_commit(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "other")
    commit(repository, "other")
    done = told(repository, states="main...other")
    assert done.returncode == 2 and "write main..other" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("main",), "two or three dots"),
        (("main....proposal",), "two or three dots"),
        (("main...nowhere",), 'there is no revision "nowhere"'),
        (("main...proposal", "--preview-url", "javascript:alert(1)"), "--preview-url"),
        (("main...proposal", "--source-url", "https://x.example/a b"), "--source-url"),
        (("main...proposal", "--language", "fi"), 'no language "fi"'),
    ],
)
def test_wrong_use_is_told(made: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run(made, "report", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr and "bug" not in done.stderr


# --- findings ------------------------------------------------------------------------------


def test_only_new_errors_fail(repository: Path) -> None:
    (new,) = data(repository)["findings"]["new"][:1]
    assert (new["path"], new["code"]) == ("released.txt", "released-address-gone")
    git(repository, "checkout", "-q", "-b", "later")
    replace(repository, ROLE, "nb: Fagteamet vårt", "nb: Gruppen")
    commit(repository, "three")
    done = told(repository, "--language", "en", states="proposal...later")
    assert done.returncode == 0
    assert "1 error was there before." in done.stdout
    git(repository, "checkout", "-q", "proposal")
    git(repository, "checkout", "-q", "main", "--", TERM)
    commit(repository, "the term is back")
    mended = data(repository, "later..proposal")["findings"]["mended"]
    assert "released-address-gone" in [one["code"] for one in mended]


def test_a_finding_is_known_again_on_another_line() -> None:
    def at(line: int, message: str = "m") -> Diagnostic:
        return Diagnostic(Location("a.yml", line), "code", message)

    same = finding_changes([at(1)], [at(9)], is_whole=True)
    assert (same.new, same.mended, same.staying) == ((), (), 1)
    twice = finding_changes([at(1)], [at(1), at(2), at(3, "n")], is_whole=True)
    assert twice.new == (at(2), at(3, "n")) and twice.staying == 1
    assert finding_changes([at(1)], [], is_whole=True).mended == (at(1),)
    assert finding_changes([at(1)], [], is_whole=False).mended == ()


def test_a_proposal_that_does_not_load_is_reported(repository: Path) -> None:
    replace(repository, ROLE, "line: ", "lines: ")
    commit(repository, "broken")
    done = told(repository, *LINKS)
    assert done.returncode == 1
    assert "kan ikke leses slik det blir med forslaget" in done.stdout
    link = re.escape(f"https://forge.example/blob/abc/{ROLE}#L")
    assert re.search(rf"\*\*Feil\*\* \[.*?\]\({link}\d+\)", done.stdout)
    found = data(repository)
    assert found["changes"] is None and not found["passes"]
    assert found["findings"]["mended"] == []
    assert {one["code"] for one in found["unread"]["new"]} >= {"unknown-field"}


def test_settings_that_do_not_load_are_reported(repository: Path) -> None:
    replace(repository, "pyproject.toml", "[tool.remit]", "[tool.remit]\nwrong = 1")
    commit(repository, "broken")
    for states in ("main...proposal", "main..."):
        done = told(repository, states=states)
        assert done.returncode == 1, done.stderr
        assert "unknown setting" in done.stdout


def test_a_base_that_does_not_load_is_told(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "broken", "main")
    replace(repository, ROLE, "line: ", "lines: ")
    commit(repository, "broken")
    git(repository, "checkout", "-q", "-b", "mended")
    replace(repository, ROLE, "lines: ", "line: ")
    commit(repository, "mended")
    done = told(repository, "--language", "en", states="broken...mended")
    assert done.returncode == 0, done.stdout
    assert "cannot be read as it was before the proposal" in done.stdout


def test_templates_of_the_proposal_are_read_and_never_rendered(repository: Path) -> None:
    """They come from anyone. One that would never end is no matter, a broken one is a finding."""
    head = "---\nof: mandate\nname:\n  nb: Felle\n  en: Trap\n---\n"
    endless = "<p>{% for a in version.sections %}{{ 'x' * 10**12 }}{% endfor %}</p>\n"
    overlay(
        repository,
        {
            "content/templates/endless.html": head + endless,
            "content/templates/broken.html": f"{head}<p>{{% for a in b %}}</p>\n",
        },
    )
    git(repository, "checkout", "-q", "main", "--", TERM)
    commit(repository, "trap")
    errors = [one for one in data(repository)["findings"]["new"] if one["severity"] == "error"]
    assert [one["path"] for one in errors] == ["content/templates/broken.html"]
    (repository / "content/templates/broken.html").unlink()
    commit(repository, "mended")
    assert told(repository, "--redlines", "out").returncode == 0


# --- text that comes from anyone -----------------------------------------------------------

NASTY = (
    "<img src=x onerror=alert(1)> <!-- @everyone #12 !34 GH-26 https://evil.example "
    "www.evil.example [link](javascript:alert) ![x](y) `code` **bold** ~~gone~~ | cell | "
    "a@b.example &amp; $5 </del> </details> \\\\ ~~ ** * _ </summary>"
)
ALLOWED = {
    *("text", "softbreak", "hardbreak", "code_inline", "link_open", "link_close"),
    *("strong_open", "strong_close", "s_open", "s_close", "em_open", "em_close"),
}


def inlines(comment: str) -> list[Any]:
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(comment)
    return [inner for token in tokens for inner in token.children or ()]


def blocks(comment: str) -> str:
    """The HTML that the comment holds as blocks: only that of folded lists."""
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(comment)
    return "".join(token.content for token in tokens if token.type == "html_block")


def test_words_of_the_proposal_are_only_words(repository: Path) -> None:
    nasty = json.dumps(NASTY)
    replace(repository, ROLE, "nb: Fagteamet vårt", f"nb: {nasty}")
    replace(repository, VERSION, "nb: Fagteamet skal gi råd til alle skolene.", f"nb: {nasty}")
    replace(
        repository, BODY, "names:\n  - name:\n      nb: ", f"names:\n  - name:\n      nb: {nasty} #"
    )
    overlay(repository, {"content/roles/a](javascript:x) @all <img src=x> #1.txt": "x"})
    commit(repository, "nasty")
    comment = told(repository, *LINKS).stdout
    assert "onerror" in comment and "\\]\\(javascript:x\\)" in comment
    kinds = {token.type for token in inlines(comment)}
    assert kinds <= ALLOWED
    targets = [token.attrs["href"] for token in inlines(comment) if token.type == "link_open"]
    assert targets
    assert all(one.startswith(("https://forge.example/", "https://p.example/")) for one in targets)
    assert (
        re.sub(r"</?(details|summary)>", "", re.sub(r"<summary>[^<]*", "", blocks(comment))).split()
        == []
    )
    bare = re.sub(r"\]\([^)]*\)|`[^`]*`", "", comment)
    assert not re.search(r"@\w|(?<!&)#\w|://|www\.\w|GH-\d|!\d", bare.replace("\\", ""))


@pytest.mark.parametrize("seed", range(int(os.environ.get("REMIT_MARKS", "150"))))
def test_marks_are_read_as_marks_whatever_the_words_are(seed: int) -> None:
    rand = random.Random(seed)
    words = [
        "a",
        "b.",
        "(c",
        "~~",
        "**",
        "*",
        "_x_",
        "`",
        "\\",
        "<b>",
        "@x",
        "#1",
        "d*",
        "~",
        "é",
        "&",
    ]
    old = [rand.choice(words) for _ in range(rand.randrange(0, 9))]
    new = [rand.choice(words) if rand.random() < 0.4 else one for one in old]
    new += [rand.choice(words) for _ in range(rand.randrange(0, 3))]
    sides: dict[str, list[str]] = {"old": [], "new": []}
    state = ""
    text = "x: " + marked(" ".join(old), " ".join(new), shortened=False)
    for token in inlines(text):
        if token.type.endswith("_open"):
            state = token.type
        elif token.type.endswith("_close"):
            state = ""
        elif token.content:
            content = token.content.replace("\u200b", "")
            if state != "strong_open":
                sides["old"].append(content)
            if state != "s_open":
                sides["new"].append(content)
    assert "".join(sides["old"]).split()[1:] == old
    assert "".join(sides["new"]).split()[1:] == new


def test_a_long_report_is_cut_between_its_lines_and_says_so(repository: Path) -> None:
    words = " ".join(f"ord{number}" for number in range(3000))
    replace(repository, VERSION, "nb: Fagteamet skal gi råd til alle skolene.", f"nb: {words}")
    for number in range(300):
        area = f"id: area-{number}\nauthoritative_language: nb\nname:\n  nb: Sted {number}\n"
        area += f"  en: Place {number}\nlevel: county\ncode: 'X{number}'\nwithin: testland\n"
        overlay(repository, {f"content/areas/area-{number}.yml": area})
    commit(repository, "long")
    whole = told(repository, "--language", "en", "--length", "900000").stdout
    assert len(whole) > 65_000 and "ord1500" in whole and "left out" not in whole
    for longest in (4000, 20_000, 65_000):
        comment = told(repository, "--language", "en", "--length", str(longest), *LINKS).stdout
        assert longest * 0.6 < len(comment) <= longest
        assert "left out" in comment and "Long texts are shortened here." in comment
        assert comment.count("<details>") == comment.count("</details>")
        assert "Who must approve" in comment
        shown = "".join(token.content for token in inlines(comment) if token.type == "text")
        assert "~~" not in shown and "**" not in shown


# --- who must approve ----------------------------------------------------------------------


def weights(folder: Path, states: str = "main..proposal") -> dict[str, tuple[str, list[str]]]:
    return {
        one["address"]: (one["weight"], one["because_of"])
        for approval in data(folder, states)["approvals"]
        for one in approval["records"]
    }


EDITS: dict[str, tuple[str, str, str, str, str]] = {
    "a word of the text": (
        VERSION,
        "gi råd til skolene",
        "gi råd",
        "substantive",
        "purpose-advice",
    ),
    "a word of a translation": (VERSION, "advises schools", "helps schools", "editorial", ""),
    "the day": (VERSION, "  from: 2024-01-01", "  from: 2024-01-02", "substantive", "in_force"),
    "whom it points to": (
        *(VERSION, "        refers_to:\n          - testdepartementet\n", ""),
        *("substantive", "tasks-not-supervision"),
    ),
    "a case number": (VERSION, "23/00456", "23/00457", "editorial", ""),
    "who approved": (
        VERSION,
        "by: testdirektoratet",
        "by: testdepartementet",
        "substantive",
        "approval",
    ),
    "a role's summary": (ROLE, "nb: Gir råd", "nb: Gir gode råd", "editorial", ""),
    "a role's holder": (
        ROLE,
        "holder: testdirektoratet",
        "holder: testdepartementet",
        "substantive",
        "holder",
    ),
    "a role's name": (ROLE, "nb: Fagteamet", "nb: Gruppen", "substantive", "names"),
    "a name's translation": (ROLE, "en: The specialist team", "en: The team", "editorial", ""),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_is_substantive(repository: Path, edit: tuple[str, str, str, str, str]) -> None:
    git(repository, "checkout", "-q", "-b", "edit", "main")
    file, old, new, weight, because = edit
    replace(repository, file, old, new)
    commit(repository, "edit")
    (found,) = weights(repository, "main..edit").values()
    assert found == (weight, [because] if because else [])


def test_a_version_called_editorial_is_believed_for_its_wording_alone(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "edit", "main")
    replace(repository, VERSION, "change: substantive", "change: editorial")
    commit(repository, "claim")
    replace(repository, VERSION, "gi råd til skolene", "rådgi skolene")
    commit(repository, "wording")
    ((weight, _),) = weights(repository, "edit~1..edit").values()
    assert weight == "editorial"
    replace(repository, VERSION, "        task: guidance-in-cases\n", "")
    commit(repository, "substance")
    approval = data(repository, "edit~1..edit")["approvals"][0]["records"][0]
    assert (approval["claim"], approval["weight"]) == ("editorial", "substantive")
    assert approval["contradicted"] and approval["because_of"] == ["tasks-guidance"]
    assert "kaller det en språklig endring" in told(repository, states="edit~1..edit").stdout


def test_a_new_version_is_weighed_against_the_one_before(repository: Path) -> None:
    text = (repository / VERSION).read_text("utf-8")
    later = text.replace("2024-01-01", "2025-01-01").replace(
        "change: substantive", "change: editorial"
    )
    new = "mandates/team-mandate/2025-01-01.yml"
    overlay(repository, {new: later})
    commit(repository, "new")
    address = "mandates/team-mandate/2025-01-01"
    assert weights(repository, "proposal~1..proposal")[address] == ("editorial", [])
    overlay(repository, {new: later.replace("change: editorial", "change: substantive")})
    commit(repository, "new")
    assert weights(repository, "proposal~2..proposal")[address] == ("substantive", ["new"])


def test_owners_before_and_after_are_asked(repository: Path) -> None:
    replace(repository, VERSION, "owner: testdirektoratet", "owner: testdepartementet")
    commit(repository, "owner")
    owners = {one["owner"] for one in data(repository, "proposal~1..proposal")["approvals"]}
    assert owners == {"testdirektoratet", "testdepartementet"}


def test_the_documented_rule_is_the_rule() -> None:
    """The table in the handbook, row by row."""
    page = (ROOT / "docs/handbook/reviewing.md").read_text("utf-8")
    rows = re.findall(r"^\| ([a-z -]+) \| (`.*) \|$", page, re.M)
    documented = {
        "*" if kind == "every record" else kind: tuple(re.findall(r"`([a-z_]+)`", fields))
        for kind, fields in rows
    }
    assert documented == EDITORIAL
    assert EDITORIAL_KINDS == ("redirect",) and "redirect" in page
    for kind, fields in EDITORIAL.items():
        cls = Record if kind == "*" else BY_KIND[kind]
        assert set(fields) <= {field.alias or name for name, field in cls.model_fields.items()}


# --- translations --------------------------------------------------------------------------


def test_translations_left_behind_missing_and_not_read_through(made: Path) -> None:
    found = {
        (one["address"], one["part"], one["lack"]): one["words"]
        for one in data(made)["translations"]
    }
    version = "mandates/team-mandate/2024-01-01"
    assert found == {
        (version, "purpose", "stale"): 7,
        (version, "cooperation", "unreviewed"): 9,
        ("roles/specialist-team", "names", "stale"): 2,
        ("areas/sorfylke", "name", "missing"): 1,
    }


def test_a_reviewed_translation_is_not_counted(repository: Path) -> None:
    replace(repository, ROLE, "kind: team", "translations:\n  en:\n    state: reviewed\nkind: team")
    replace(repository, ROLE, "en: Advises schools", "en: Advises all schools")
    commit(repository, "reviewed")
    assert data(repository, "proposal~1..proposal")["translations"] == []


def test_items_that_only_stand_further_down_are_not_counted(repository: Path) -> None:
    does = "does:\n  - nb: Gir råd\n    en: Advises\n  - nb: Svarer\n"
    replace(repository, ROLE, "kind: team", f"{does}kind: team")
    commit(repository, "does")
    replace(repository, ROLE, "does:\n", "does:\n  - nb: Lytter til deg\n")
    commit(repository, "one more")
    (found,) = data(repository, "proposal~1..proposal")["translations"]
    assert (found["part"], found["lack"], found["words"]) == ("does", "missing", 3)


# --- redlines ------------------------------------------------------------------------------


def test_redlines_of_what_changes(repository: Path) -> None:
    git(repository, "checkout", "-q", "main", "--", TERM)
    commit(repository, "the term is back")
    done = told(repository, "--redlines", "out", *LINKS)
    assert (done.returncode, done.stderr) == (0, "")
    names = sorted(file.name for file in (repository / "out").iterdir())
    stem = "team-mandate-2024-01-01-proposed"
    assert names == [f"{stem}-{end}" for end in ("en.docx", "en.pdf", "nb.docx", "nb.pdf")]
    assert all(f"`{name}`" in done.stdout for name in names)
    before = {name: (repository / "out" / name).read_bytes() for name in names}
    shutil.rmtree(repository / ".cache", ignore_errors=True)
    assert told(repository, "--redlines", "out", *LINKS).stdout == done.stdout
    assert before == {name: (repository / "out" / name).read_bytes() for name in names}


def test_no_redlines_of_a_register_with_errors(repository: Path) -> None:
    done = told(repository, "--redlines", "out")
    assert done.returncode == 1 and "no redlines" in done.stderr
    assert not (repository / "out").exists()


# --- what the change touches ---------------------------------------------------------------

COUNT = int(os.environ.get("REMIT_TOUCHED", "12"))
"""How many changed fields are tried; with 0, every field of every record."""


def _changed(name: str, value: Any) -> Any:
    """Another value of the same shape, or None."""
    if isinstance(value, LocalText):
        first = next(iter(value))
        return LocalText({**value, first: f"{value[first]} endret"})
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return f"{value}1" if name in ("phone", "web", "postal_address", "address") else None
    if isinstance(value, bool):
        return not value
    if isinstance(value, StrEnum):
        members = list(type(value))
        return members[(members.index(value) + 1) % len(members)]
    if isinstance(value, Period):
        return Period.between(value.from_, When.parse("2026-01-15"))
    if isinstance(value, When):
        return When.on(value.last + timedelta(days=3))
    if isinstance(value, list) and value:
        if isinstance(value[0], str):
            return value[:-1] or None
        first = _changed(name, value[0])
        return None if first is None else [first, *value[1:]]
    if isinstance(value, Value):
        for inner in type(value).model_fields:
            other = None if inner == "id" else _changed(inner, getattr(value, inner))
            if other is not None:
                return value.model_copy(update={inner: other})
    return None


MADE_OF_MANY = ("on/", "areas/", "audiences/", "duty/")


def _places(register: Register) -> list[dict[str, object]]:
    """What each page and each page's documents say, without those that many records make."""
    settings = read_settings(REGISTER)
    pages: dict[str, object] = {
        page.path: page.html
        for page in site_pages(register, settings, "nb")
        if "/" in page.path
        and not page.path.startswith(MADE_OF_MANY)
        and not (page.path.count("/") == 2 and not page.path.startswith("mandates/"))
    }
    documents: dict[str, object] = {}
    for template in register.templates.kinds.values():
        if template.site and str(template.of) in ("mandate", "role"):
            made_of = register.made_of(template.of)
            jobs = document_jobs(
                register, settings, made_of, ["nb"], template.site, _nowhere, template.id
            )
            for job in jobs:
                document = job.make()
                documents[f"{template.id} {document.address}"] = repr(document)
    return [pages, documents]


def _nowhere(document: object, form: object) -> Path:
    return Path()


def test_every_page_and_document_that_changes_is_listed() -> None:
    """Field by field of the small register: what really reads otherwise, beside what is listed."""
    register = load_and_check(read_settings(REGISTER)).register
    fields = [
        (record, name, other)
        for record in register.records
        for name in type(record).model_fields
        if name not in ("id", "mandate", "authoritative_language")
        and (other := _changed(name, getattr(record, name))) is not None
    ]
    body = next(
        one for one in fields if address_of(one[0]).endswith("rektoratet") and one[1] == "web"
    )
    chosen = fields if not COUNT else [body, *random.Random(1).sample(fields, COUNT - 1)]
    before = _places(register)
    for record, name, other in chosen:
        new = record.model_copy(update={name: other})
        changed = tuple(new if one is record else one for one in register.records)
        later = dataclasses.replace(register, records=changed)
        found = compare_registers(register, later)
        after = _places(later)
        for listed, was, now in zip((found.pages, found.documents), before, after, strict=True):
            differing = {
                one.rpartition(" ")[2] for one in {*was, *now} if was.get(one) != now.get(one)
            }
            assert differing <= set(listed), (address_of(record), name, differing - set(listed))


def test_the_letterhead_touches_the_documents_that_bear_it() -> None:
    register = load_and_check(read_settings(REGISTER)).register
    body = register.by_address["organisations/testdirektoratet"]
    new = body.model_copy(update={"postal_address": "Postboks 1, Byen"})
    records_now = tuple(new if one is body else one for one in register.records)
    found = compare_registers(register, Register(records_now, register.languages))
    assert {f"mandates/team-mandate/{day}" for day in ("2020-01-01", "2024-01-01")} <= set(
        found.documents
    )


@pytest.mark.parametrize(
    ("file", "documents"),
    [
        (VERSION, ["mandates/team-mandate/2024-01-01"]),
        (BODY, ["roles/regional-coordinators", "roles/specialist-team"]),
        (ROLE, ["roles/specialist-team"]),
        (TERM, []),
    ],
)
def test_documents_bear_the_fingerprint_of_their_files(
    tmp_path: Path, file: str, documents: list[str]
) -> None:
    """A comment changes nothing in a record, and the bytes that its documents name."""
    folder = copy_of_register(tmp_path / "register")
    before = load_and_check(read_settings(folder)).register
    replace(folder, file, "id: ", "# A comment.\nid: ")
    found = compare_registers(before, load_and_check(read_settings(folder)).register)
    assert not found.changes
    assert found.documents == documents
    assert set(documents) <= set(found.pages)


# --- words ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", available_languages())
def test_every_field_has_a_name(language: str) -> None:
    table = labels_for(language)._table["fields"]
    fields = {
        field.alias or name
        for module in (values, records)
        for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, Value)
        for name, field in cls.model_fields.items()
    }
    assert fields == set(table)
