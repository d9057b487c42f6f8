"""CODEOWNERS: every file goes to the team of its owner, as each forge reads the file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pathspec
import pytest

from command_line import run
from registers import ROOT, copy_of_register, found, overlay
from remit.load.records import load_register
from remit.model.code_owners import code_owners
from remit.model.forges import Forge
from remit.model.records import Mandate, MandateVersion
from remit.model.register import Register, address_of
from remit.settings import Settings, parse_settings

TEAMS = {
    "*": "@directorate/editors",
    "bufdir": "@directorate/bufdir",
    "imdi": "@directorate/imdi",
    "udi": "@directorate/udi @directorate/law",
    "lansstyrelsen-ostergotland": "@linkoping/honour",
}


def with_owners(root: Path, teams: dict[str, str], more: str = "") -> Settings:
    rows = "".join(f'"{organisation}" = "{team}"\n' for organisation, team in teams.items())
    text = (root / "pyproject.toml").read_text("utf-8") + more + f"\n[tool.remit.owners]\n{rows}"
    return parse_settings(root, text.encode())


@pytest.fixture(scope="module")
def real() -> tuple[Register, Settings]:
    settings = with_owners(ROOT, TEAMS)
    return load_register(settings).register, settings


def expected(register: Register, teams: dict[str, str]) -> dict[str, str]:
    """Worked out record by record: the owner's team, the mandate's for its versions, the rest."""
    wanted = {}
    for record in register.records:
        owner = record.owner
        if isinstance(record, MandateVersion) and owner is None:
            mandate = register.get(Mandate, record.mandate)
            owner = mandate.owner if mandate else None
        for path in register.origins[address_of(record)].sources:
            wanted[path] = teams.get(owner or "", teams["*"])
    return wanted


def last_that_fits(text: str, path: str) -> str:
    """As GitHub and GitLab read it: patterns as of .gitignore, of which the last one counts."""
    answer = ""
    for line in text.splitlines():
        if line and not line.startswith(("#", "[")):
            pattern, _, teams = line.partition(" ")
            if pathspec.GitIgnoreSpec.from_lines([pattern]).match_file(path):
                answer = teams
    return answer


def all_that_fit(text: str, path: str) -> list[str]:
    """As Forgejo and Gitea read it: tokens first, then whole expressions, of which all count."""
    answers = []
    for line in text.splitlines():
        tokens: list[str] = []
        token, escaped = "", False
        for one in line.strip():
            if escaped:
                token, escaped = token + one, False
            elif one == "\\":
                escaped = True
            elif one == "#":
                break
            elif one == " ":
                tokens, token = [*tokens, token], ""
            else:
                token += one
        tokens = [one for one in (*tokens, token) if one]
        if len(tokens) > 1:
            negative = tokens[0].startswith("!")
            fits = re.fullmatch(tokens[0].removeprefix("!"), path) is not None
            if fits != negative:
                answers.append(" ".join(tokens[1:]))
    return answers


@pytest.mark.parametrize("forge", Forge)
def test_every_file_of_the_real_register_goes_to_its_owner(
    forge: Forge, real: tuple[Register, Settings]
) -> None:
    register, settings = real
    text = code_owners(register, settings, forge)
    wanted = expected(register, TEAMS)
    assert len(set(wanted.values())) == len(TEAMS)
    if forge in (Forge.FORGEJO, Forge.GITEA):
        assert {path: all_that_fit(text, path) for path in wanted} == {
            path: [team] for path, team in wanted.items()
        }
        assert all_that_fit(text, "pyproject.toml") == [TEAMS["*"]]
        assert all_that_fit(text, ".github/workflows/x.yml") == [TEAMS["*"]]
    else:
        rules = [line for line in text.splitlines() if line and line[0] not in "#["]
        spec = [(line.split(" ")[0], line.partition(" ")[2]) for line in rules]
        compiled = [(pathspec.GitIgnoreSpec.from_lines([pattern]), team) for pattern, team in spec]
        given = {
            path: next(team for one, team in reversed(compiled) if one.match_file(path))
            for path in wanted
        }
        assert given == wanted
        assert last_that_fits(text, "mkdocs.yml") == TEAMS["*"]
    assert text.count("\n") < len(wanted) / 3, "the file is to be short"


def test_the_same_register_gives_the_same_file_however_its_records_are_ordered(
    real: tuple[Register, Settings],
) -> None:
    register, settings = real
    turned = Register(tuple(reversed(register.records)), register.languages, dict(register.origins))
    backwards = with_owners(ROOT, dict(reversed(TEAMS.items())))
    for forge in Forge:
        assert code_owners(turned, backwards, forge) == code_owners(register, settings, forge)


@pytest.mark.parametrize("folder", ["my content", "inn#hold", "[a]*", "æ.b", "a+(b)", "x/y"])
def test_a_folder_of_any_name_is_found(folder: str, tmp_path: Path) -> None:
    root = copy_of_register(tmp_path / "register")
    (root / folder).parent.mkdir(exist_ok=True, parents=True)
    shutil.move(root / "content", root / folder)
    settings = with_owners(root, {"*": "@a", "testdirektoratet": "@b/c"}, f'content = "{folder}"\n')
    register = load_register(settings).register
    path = f"{folder}/organisations/testdirektoratet.yml"
    other = f"{folder}/organisations/testdepartementet.yml"
    assert path in expected(register, {"*": "@a"})
    assert last_that_fits(code_owners(register, settings, Forge.GITHUB), path) == "@b/c"
    assert last_that_fits(code_owners(register, settings, Forge.GITHUB), other) == "@a"
    assert all_that_fit(code_owners(register, settings, Forge.GITEA), path) == ["@b/c"]
    assert all_that_fit(code_owners(register, settings, Forge.GITEA), other) == ["@a"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('testdirektoratet = "@a/b"', '"owners" has no team for all the rest'),
        ('"*" = "directorate"', '"owners" has no name of a team for "*"'),
        ('"*" = "@a\\n* @evil"', '"owners" has no name of a team for "*"'),
        ('"*" = 3', '"owners" has no name of a team for "*"'),
        ('"*" = ["@a"]', '"owners" has no name of a team for "*"'),
    ],
)
def test_what_is_no_team_is_refused(rows: str, message: str, tmp_path: Path) -> None:
    root = copy_of_register(tmp_path / "register")
    file = root / "pyproject.toml"
    file.write_text(file.read_text("utf-8") + f"\n[tool.remit.owners]\n{rows}\n", "utf-8")
    done = run(root, "workflows", "--forge", "github")
    assert done.returncode == 2
    assert message in done.stderr
    assert not (root / ".github").exists()


def test_a_new_owner_is_noticed_and_the_command_mends_it(tmp_path: Path) -> None:
    root = copy_of_register(tmp_path / "register")
    file = root / "pyproject.toml"
    rows = '"*" = "@a/editors"\ntestdirektoratet = "@a/test"\n'
    file.write_text(file.read_text("utf-8") + f"\n[tool.remit.owners]\n{rows}", "utf-8")
    assert run(root, "workflows", "--forge", "github,gitlab,forgejo").returncode == 0
    assert found(root) == []

    role = root / "content" / "roles" / "specialist-team.yml"
    overlay(
        root, {"content/roles/specialist-team.yml": role.read_text() + "owner: testdirektoratet\n"}
    )
    assert {one.location.path for one in found(root)} == {
        ".github/CODEOWNERS",
        ".gitlab/CODEOWNERS",
        ".forgejo/CODEOWNERS",
    }
    assert {one.code for one in found(root)} == {"code-owners-outdated"}
    assert run(root, "workflows", "--check").returncode == 1
    assert run(root, "workflows").returncode == 0
    assert found(root) == []
    text = (root / ".gitlab" / "CODEOWNERS").read_text("utf-8")
    assert "[Register]\n* @a/editors\n" in text
    assert "/content/roles/specialist-team.* @a/test\n" in text
