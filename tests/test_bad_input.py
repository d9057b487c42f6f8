"""Bad input through the real command line: a clear message with its place, nothing half-written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from conftest import RunRemit
from registers import REGISTER, found, overlay
from remit.write.files import replaced_folder

TERM = "content/terms/circular.yml"
CONTENT, USE = 1, 2

EARLIER = {
    "site/.remit-site": b"",
    "site/index.html": b"the earlier site",
    "site/nb/roles/x/index.html": b"an earlier page",
    "build/documents/mandate.pdf": b"an earlier document",
}


@pytest.fixture
def register(register_copy: Path) -> Path:
    """A register with an earlier site and earlier documents in it."""
    return overlay(register_copy, EARLIER)


def _files(register: Path) -> dict[str, tuple[bytes | None, int]]:
    """Content and time of every file and folder, but for the cache."""
    return {
        path.relative_to(register).as_posix(): (
            path.read_bytes() if path.is_file() and path.stat().st_size < 2**21 else None,
            path.stat().st_mtime_ns if path.is_file() else 0,
        )
        for path in register.rglob("*")
        if ".cache" not in path.parts
    }


def _refused(
    remit: RunRemit,
    register: Path,
    *arguments: str,
    code: int,
    says: str,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs remit: it exits with `code`, says what is wrong, and has changed nothing."""
    before = _files(register)
    done = remit(*arguments, environment=environment)
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output
    assert "has a bug" not in output, output
    assert done.returncode == code, output
    assert says in output
    assert _files(register) == before
    return done


# --- files that cannot be records ------------------------------------------------------------

LAUGHS = "\n".join(
    ["a0: &a0 [lol, lol]", *(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 30))]
)

FILES: dict[str, tuple[str, str | bytes, str]] = {
    "broken YAML": (TERM, "id: circular\nname: a: b\n", f"{TERM}:2:8: error: a colon"),
    "empty": (TERM, "", f"{TERM}:1:1: error: the file is empty"),
    "no UTF-8": (TERM, "id: circular\nname: å\n".encode("latin-1"), f"{TERM}:2:7: error: the file"),
    "50 MB": (TERM, b"id: x\n" + b"#" * 50_000_000, f"{TERM}:1:1: error: the file is 47.7 MiB"),
    "billion laughs": (TERM, LAUGHS, f"{TERM}:1:5: error: the anchor &a0 is not allowed"),
    "brackets": (TERM, "[" * 100_000, f"{TERM}:1:25: error: the nesting is too deep"),
    "a list": (TERM, "- a\n", f"{TERM}:1:1: error: a record is a group of fields"),
    "NUL": (TERM, "id: \0\n", f"{TERM}:1:5: error: a control character"),
    "a picture": (TERM, b"\x89PNG\r\n\x1a\n\0\0", f"{TERM}:1:1: error: the file is not UTF-8"),
    "language in a name": (
        "content/guidance/whom-to-contact.da.md",
        "---\ntitle: x\nsummary: y\n---\n",
        'content/guidance/whom-to-contact.da.md:1:1: error: the register has no language "da"',
    ),
    "a dangling pointer": (
        "mandates/team-mandate/mandate.yml",
        "id: team-mandate\nauthoritative_language: nb\nname: {nb: a, en: b}\n"
        "document_kind: mandate\nholders: [nobody]\nissued_by: [testdirektoratet]\n"
        "summary: {nb: a, en: b}\n",
        'mandates/team-mandate/mandate.yml:5:11: error: role "nobody" does not exist',
    ),
}


@pytest.mark.parametrize(
    "command, name",
    [("build", name) for name in FILES]
    + [("check", name) for name in ("broken YAML", "billion laughs", "50 MB")]
    + [("export", "broken YAML"), ("serve", "broken YAML")],
)
def test_a_bad_file(name: str, command: str, register: Path, remit: RunRemit) -> None:
    file, content, says = FILES[name]
    overlay(register, {file: content})
    _refused(remit, register, command, code=CONTENT, says=says)


# --- stories in time that cannot be ----------------------------------------------------------


def _transfer(id: str, day: str, source: str, to: str) -> dict[str, str]:
    text = (
        f"id: {id}\nauthoritative_language: nb\nname: {{nb: a, en: b}}\ndate: {day}\n"
        f"from: [{source}]\nto: [{to}]\ntasks: [guidance-in-cases]\nsummary: {{nb: a, en: b}}\n"
    )
    return {f"content/transfers/{id}.yml": text}


def _role(id: str, rest: str) -> dict[str, str]:
    text = (
        f"id: {id}\nauthoritative_language: nb\nnames: [{{name: {{nb: a, en: b}}}}]\nkind: post\n"
        f"holder: testdirektoratet\nline: national\nsummary: {{nb: a, en: b}}\n{rest}"
    )
    return {f"content/roles/{id}.yml": text}


def _second_mandate(holder: str) -> dict[str, str]:
    """Another mandate that gives the task of the first one, from 2025 on."""
    version = (REGISTER / "mandates/team-mandate/2024-01-01.yml").read_text("utf-8")
    return {
        "mandates/other/mandate.yml": "id: other\nauthoritative_language: nb\n"
        f"name: {{nb: a, en: b}}\ndocument_kind: mandate\nholders: [{holder}]\n"
        "issued_by: [testdirektoratet]\nsummary: {nb: a, en: b}\n",
        "mandates/other/2025-01-01.yml": version.replace("2024-01-01", "2025-01-01"),
    }


STORIES: dict[str, tuple[dict[str, str], str]] = {
    "a task goes round in a ring on one day": (
        _transfer("there", "2026-01-01", "specialist-team", "testdirektoratet")
        | _transfer("turned", "2026-01-01", "testdirektoratet", "specialist-team"),
        'content/transfers/turned.yml:7:9: error: the task "guidance-in-cases" goes round in a '
        "ring on 2026-01-01: specialist-team → testdirektoratet → specialist-team",
    ),
    "a task is moved from someone to the same": (
        _transfer("there", "2026-01-01", "specialist-team", "roles/specialist-team"),
        "content/transfers/there.yml:7:9: error: the task",
    ),
    "three roles succeed each other in a ring": (
        _role("one", "succeeded_by: [two]\n")
        | _role("three", "succeeded_by: [roles/one]\n")
        | _role("two", "succeeded_by: [three]\n"),
        "content/roles/one.yml:8:15: error: the successors go round in a ring: "
        "one → two → three → one",
    ),
    "a receiver does not exist yet": (
        _role("later", "period: {from: 2026-06-01}\n")
        | _transfer("moved", "2026-01-01", "specialist-team", "later"),
        'content/transfers/moved.yml:6:6: error: "later" is to receive this on 2026-01-01, '
        "but begins on 2026-06-01",
    ),
    "a receiver has ended": (
        _transfer("back", "2026-01-01", "specialist-team", "regional-coordinators"),
        'content/transfers/back.yml:6:6: error: "regional-coordinators" is to receive this on '
        "2026-01-01, but ended on 2019-12-31",
    ),
    "two mandates claim one task": (
        _role("rival", "") | _second_mandate("rival"),
        'mandates/team-mandate/2024-01-01.yml:45:15) and "other" both give the task '
        '"guidance-in-cases" from 2025-01-01, to different holders',
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_that_cannot_be(name: str, register: Path, remit: RunRemit) -> None:
    files, says = STORIES[name]
    overlay(register, files)
    _refused(remit, register, "check", code=CONTENT, says=says)


LAWFUL: dict[str, dict[str, str]] = {
    "a task goes back years later": _transfer(
        "there", "2024-01-01", "specialist-team", "testdirektoratet"
    )
    | _transfer("back", "2026-01-01", "testdirektoratet", "specialist-team"),
    "two mandates of the same role": _second_mandate("roles/specialist-team"),
    "a mandate that is only proposed": _role("rival", "")
    | {
        file: text.replace("status: adopted", "status: hearing")
        for file, text in _second_mandate("rival").items()
    },
    "a mandate that was proposed and withdrawn": _role("rival", "")
    | {
        file: text.replace("status: adopted", "withdrawn: 2024-10-01\nstatus: withdrawn")
        for file, text in _second_mandate("rival").items()
    },
    "a mandate that leaves the task to the other": _role("rival", "")
    | {
        file: text.replace("task: guidance", "who: [specialist-team]\n        task: guidance")
        for file, text in _second_mandate("rival").items()
    },
}


@pytest.mark.parametrize("name", LAWFUL)
def test_a_story_that_can_be(name: str, register: Path) -> None:
    overlay(register, LAWFUL[name])
    assert [one for one in found(register) if one.is_error] == []


# --- folders ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_missing_folder(command: str, register: Path, remit: RunRemit) -> None:
    (register / "mandates").rename(register / "mandater")
    says = "mandates:1:1: error: there is no folder mandates/"
    _refused(remit, register, command, code=CONTENT, says=says)


def test_all_faults_are_told_at_once_in_order(register: Path, remit: RunRemit) -> None:
    overlay(register, {TERM: "", "content/areas/a.yml": "a: [", "content/roles/x.yml": "- a\n"})
    done = _refused(remit, register, "check", code=CONTENT, says="3 errors")
    places = re.findall(r"^(\S+): error:", done.stdout, re.M)
    assert places == sorted(places)
    assert len(places) == 3


def test_mkdocs_build_refuses_too(register: Path) -> None:
    overlay(register, {TERM: "id: circular\nname: a: b\n"})
    before = _files(register)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=register,
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 1, output
    assert f"{TERM}:2:8: error:" in output
    assert "Traceback" not in output
    assert _files(register) == before


# --- settings --------------------------------------------------------------------------------

HEAD = '[tool.remit]\nlanguages = ["nb", "en"]\nsite_name = { nb = "a", en = "b" }\n'

SETTINGS: dict[str, tuple[str | bytes, str]] = {
    "no TOML": ("[tool.remit\n", "pyproject.toml:1:12: error: not valid TOML"),
    "no table": ("[project]\n", "pyproject.toml:1:1: error: there is no [tool.remit] table"),
    "tool is a number": ("tool = 3\n", "pyproject.toml:1:1: error: there is no [tool.remit] table"),
    "empty": ("", "pyproject.toml:1:1: error: there is no [tool.remit] table"),
    "no UTF-8": ("# \n# å".encode("latin-1"), "pyproject.toml:2:3: error: the file is not UTF-8"),
    "huge": (b"#" * 50_000_000, "pyproject.toml:1:1: error: pyproject.toml is larger than 1 MiB"),
    "nested": ("a = " + "[" * 100_000, "pyproject.toml:1:1: error: not valid TOML"),
    "a language nobody has labels for": (
        HEAD.replace('"en"]', '"da"]'),
        'pyproject.toml:2:1: error: there are no labels for the language "da"',
    ),
    "one language": (HEAD.replace(', "en"]', "]"), "pyproject.toml:2:1: error: a register has at"),
    "no name": (HEAD.replace(', en = "b"', ""), "pyproject.toml:3:1: error: the site has no name"),
    "misspelt": (HEAD + "pubic = true\n", 'pyproject.toml:4:1: error: unknown setting "pubic"'),
    "wrong sort": (HEAD + 'public = "yes"\n', 'pyproject.toml:4:1: error: "public" must be a true'),
    "no address": (HEAD + 'site_url = "x"\n', 'pyproject.toml:4:1: error: "site_url" is not a web'),
    "outside": (
        HEAD + 'content = "../x"\n',
        'pyproject.toml:4:1: error: "content" must lie inside',
    ),
    "the register itself": (HEAD + 'content = "."\n', 'pyproject.toml:4:1: error: "content" must'),
    "nowhere": (HEAD + 'cache = ""\n', 'pyproject.toml:4:1: error: "cache" must lie inside'),
    "endless": (
        HEAD + "contact_check_months = 1000000000000\n",
        'pyproject.toml:4:1: error: "contact_check_months" must be 1 to 120',
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_bad_settings(name: str, register: Path, remit: RunRemit) -> None:
    content, says = SETTINGS[name]
    overlay(register, {"pyproject.toml": content})
    _refused(remit, register, "check", code=USE, says=says)


def test_settings_from_an_editor_that_adds_a_mark(register: Path, remit: RunRemit) -> None:
    overlay(register, {"pyproject.toml": "\ufeff" + HEAD})
    assert remit("check").returncode == 0


@pytest.mark.parametrize("command", ["check", "build", "serve", "export"])
def test_no_settings(command: str, register: Path, remit: RunRemit) -> None:
    (register / "pyproject.toml").unlink()
    says = "pyproject.toml:1:1: error: no pyproject.toml in this folder"
    _refused(remit, register, command, code=USE, says=says)


def test_no_such_register(register: Path, remit: RunRemit) -> None:
    says = "no pyproject.toml in nowhere"
    _refused(remit, register, "--register", "nowhere", "check", code=USE, says=says)


@pytest.mark.parametrize("value", ["yesterday", "99999999999999999999", "²", "-1e9"])
def test_a_day_that_is_none(value: str, register: Path, remit: RunRemit) -> None:
    environment = {"SOURCE_DATE_EPOCH": value}
    _refused(remit, register, "check", code=USE, says=value, environment=environment)


# --- arguments -------------------------------------------------------------------------------

ARGUMENTS: dict[str, tuple[tuple[str, ...], str]] = {
    "language": (("export", "--language", "da"), 'no language "da"; there are nb, en'),
    "no language": (("export", "--language", ","), "--language names nothing"),
    "format": (("export", "--format", "doc"), 'no format "doc"; there are docx, odt, pdf'),
    "mandate": (("export", "team-mandat"), 'no mandate "team-mandat"; did you mean team-mandate?'),
    "date": (("export", "team-mandate@tomorrow"), '"tomorrow" is no date'),
    "day of no version": (("export", "team-mandate@2019-12-31"), "is in force on 2019-12-31"),
    "path for a mandate": (("export", "../../etc/passwd"), "there is no mandate"),
    "command": (("bild",), "No such command 'bild'"),
    "option": (("build", "--quick"), "No such option"),
    "check's format": (("check", "--format", "xml"), "'xml' is not one of"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_bad_arguments(name: str, register: Path, remit: RunRemit) -> None:
    arguments, says = ARGUMENTS[name]
    _refused(remit, register, *arguments, code=USE, says=says)


# --- where nothing can be written ------------------------------------------------------------


@pytest.mark.parametrize("command", ["build", "export"])
@pytest.mark.parametrize("folder", ["mkdocs.yml", "mkdocs.yml/site", "mkdocs.yml/a/b"])
def test_an_output_folder_that_cannot_be(
    folder: str, command: str, register: Path, remit: RunRemit
) -> None:
    _refused(remit, register, command, "--to", folder, code=USE, says="remit: ")


@pytest.mark.parametrize("folder", ["content", ".", "elsewhere"])
def test_an_output_folder_with_other_files(folder: str, register: Path, remit: RunRemit) -> None:
    overlay(register, {"elsewhere/thesis.txt": "ten years of work"})
    says = "holds files that remit did not make"
    _refused(remit, register, "build", "--to", folder, code=USE, says=says)


def test_an_output_folder_that_is_a_link(register: Path, remit: RunRemit) -> None:
    """A link to an earlier site may be followed or refused; what it leads to is not lost."""
    (register / "link").symlink_to("site", target_is_directory=True)
    done = remit("build", "--to", "link", "--no-documents", "--no-search")
    assert "Traceback" not in done.stderr
    assert (register / "site").is_dir()
    assert not list(register.glob(".*-new-*")) + list(register.glob(".*-old-*"))


@pytest.mark.parametrize("tool", ["/nonexistent/pandoc", "no-such-pandoc"])
@pytest.mark.parametrize("command", ["build", "export"])
def test_pandoc_missing(tool: str, command: str, register: Path, remit: RunRemit) -> None:
    environment = {"PYPANDOC_PANDOC": tool}
    _refused(remit, register, command, code=USE, says=tool, environment=environment)


def test_pandoc_that_fails(register: Path, remit: RunRemit) -> None:
    _refused(
        remit,
        register,
        "export",
        "--format",
        "docx",
        code=USE,
        says="pandoc",
        environment={"PYPANDOC_PANDOC": "false"},
    )


def test_a_swap_that_fails_brings_the_earlier_site_back(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _files(register)
    replace = os.replace

    def fail_for_the_new(source: Path, target: Path) -> None:
        if Path(source).name.startswith(".site-new-"):
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr("remit.write.files.os.replace", fail_for_the_new)
    with pytest.raises(OSError, match="Input/output"), replaced_folder(register / "site") as new:
        (new / "index.html").write_bytes(b"the new site")
    assert _files(register) == before


def test_export_refused_leaves_no_new_folder(register: Path, remit: RunRemit) -> None:
    environment = {"PYPANDOC_PANDOC": "/nonexistent/pandoc"}
    remit("export", "--to", "a/b/c", environment=environment)
    assert not list(register.rglob(".export-new-*"))
    assert not [file for file in (register / "a").rglob("*") if file.is_file()]


def test_the_earlier_site_is_replaced_when_all_went_well(register: Path, remit: RunRemit) -> None:
    done = remit("build", "--no-documents", "--no-search")
    assert done.returncode == 0, done.stderr
    assert (register / "site/index.html").read_bytes() != b"the earlier site"
    assert not (register / "site/nb/roles/x/index.html").exists()
    assert not [path.name for path in register.iterdir() if path.name.startswith(".site")]


def test_an_exempt_mandate_whose_text_lies_elsewhere_has_a_page(
    register: Path, remit: RunRemit
) -> None:
    mandate = register / "mandates/team-mandate/mandate.yml"
    exempt = mandate.read_text("utf-8") + "access: exempt\n"
    overlay(register, {"mandates/team-mandate/mandate.yml": exempt})
    for version in register.glob("mandates/team-mandate/2*.yml"):
        version.unlink()
    (register / "released.txt").unlink()  # as if its text had never been published
    done = remit("build", "--no-documents", "--no-search")
    assert done.returncode == 0, done.stderr
    assert (register / "site/en/mandates/team-mandate/index.html").is_file()
