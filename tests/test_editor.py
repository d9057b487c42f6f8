"""What editors get: schemas that fit every record, and the language server's own answers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from command_line import run
from language_server import FOLDER, LanguageServer, needs_server
from registers import ROOT, copy_of_register, overlay
from remit.build import load_and_check, load_whole
from remit.build.editing import editor_files
from remit.cli.schema import FOLDER as SCHEMAS
from remit.load.files import discover
from remit.load.modelines import has_modeline
from remit.load.source import Disk
from remit.load.yaml_reader import read_yaml
from remit.model.records import RECORD_CLASSES, Guidance
from remit.render.editor_settings import (
    VSCODE_SNIPPETS,
    VSCODE_TASKS,
    NotJson,
    vscode_settings,
    vscode_tasks,
)
from remit.settings import read_settings

PAGES = ROOT / "docs" / "checks"
SEEN_BY_SCHEMAS = {
    "bad-date",
    "empty-field",
    "missing-field",
    "unknown-field",
    "unknown-language",
    "version-without-mandate",
    "wrong-type",
    "wrong-value",
}
"""The codes whose broken example an editor marks too. The others need the whole register."""


def schemas_of(register: Path) -> dict[str, Any]:
    made = editor_files(read_settings(register), SCHEMAS)
    return {name.rpartition("/")[2]: json.loads(data) for name, data in made.items()}


def values_of(register: Path) -> dict[str, tuple[str, Any]]:
    """By path: the schema's name and the value of every file of the register."""
    settings = read_settings(register)
    listed = discover(settings, Disk(register), [])
    found = {}
    for entry in listed.entries:
        reading = read_yaml(Path(entry.file).read_bytes(), entry.shown)
        value = None if reading.problems else reading.value
        found[entry.shown] = (f"{entry.cls.KIND}.json", value)
    for files in listed.guidance.values():
        for file, shown in files.values():
            front = Path(file).read_bytes().split(b"---\n")[1]
            found[shown] = ("guidance.json", read_yaml(front, shown).value)
    return found


def faults(schemas: Mapping[str, Any], values: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """By path: what ajv, which knows nothing of remit, finds wrong."""
    asked = [{"schema": schema, "value": value} for schema, value in values.values()]
    done = subprocess.run(
        ["node", str(FOLDER / "validate.mjs")],
        input=json.dumps({"schemas": schemas, "values": asked}),
        capture_output=True,
        text=True,
        check=True,
    )
    found = zip(values, json.loads(done.stdout), strict=True)
    return {path: wrong for path, wrong in found if wrong}


@needs_server
@pytest.mark.parametrize("register", [ROOT, ROOT / "tests" / "register"], ids=["shipped", "small"])
def test_every_record_fits_its_schema(register: Path) -> None:
    assert faults(schemas_of(register), values_of(register)) == {}


@needs_server
def test_broken_examples_do_not_fit(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    schemas, asked = schemas_of(register), {}
    for page in PAGES.glob("*.md"):
        broken = page.read_text("utf-8").partition("\n## Broken\n")[2].partition("\n## Mended\n")[0]
        files = dict(re.findall(r'^```yaml title="([^"]+)"\n(.*?)^```$', broken, re.M | re.S))
        overlay(copy := copy_of_register(tmp_path / page.stem), files)
        for path, found in values_of(copy).items():
            if path in files and found[1] is not None:
                asked[f"{page.stem} {path}"] = found
    assert {name.split()[0] for name in faults(schemas, asked)} == SEEN_BY_SCHEMAS


def test_fields_values_and_ids_are_told_with_their_meaning() -> None:
    schemas = schemas_of(ROOT)
    role = schemas["role.json"]
    assert role["properties"]["holder"]["description"] == (
        "Organisasjonen der rollen sitter og ledes fra."
    )
    assert role["properties"]["kind"]["enum"] == ["post", "team", "service", "centre"]
    ids = schemas["register.json"]["definitions"]["role-or-organisation"]
    names = dict(zip(ids["enum"], ids["enumDescriptions"], strict=True))
    assert names["competence-team"].endswith(" (rolle)")
    # an id that a role and a mandate have is written with its folder where either may stand
    sides = schemas["register.json"]["definitions"]["role-or-organisation-or-network-or-mandate"]
    assert {"roles/competence-team", "mandates/competence-team"} < set(sides["enum"])


def test_every_kind_has_a_schema_and_only_the_ids_know_the_register() -> None:
    shipped, small = schemas_of(ROOT), schemas_of(ROOT / "tests" / "register")
    assert set(shipped) == {"register.json", *(f"{cls.KIND}.json" for cls in RECORD_CLASSES)}
    ids = [schemas["role.json"]["properties"]["id"]["pattern"] for schemas in (shipped, small)]
    assert ids[0] == ids[1]
    assert "testdirektoratet" not in json.dumps({**small, "register.json": None})


# --- the command ---------------------------------------------------------------------------


def test_a_second_run_writes_nothing_and_a_new_record_is_noticed(register_copy: Path) -> None:
    assert run(register_copy, "schema", "--check").returncode == 1
    assert run(register_copy, "schema").returncode == 0
    assert run(register_copy, "schema").stdout.endswith(", 0 of them written now\n")
    assert run(register_copy, "schema", "--check").returncode == 0
    overlay(register_copy, {"content/organisations/new-one.yml": _organisation()})
    done = run(register_copy, "schema", "--check")
    assert done.returncode == 1
    assert done.stderr == f"{SCHEMAS}/register.json is out of date; run remit schema\n"


def _organisation() -> str:
    text = (ROOT / "tests/register/content/organisations/testdirektoratet.yml").read_text("utf-8")
    return text.replace("id: testdirektoratet", "id: new-one")


def test_a_line_in_each_file_for_other_editors(register_copy: Path) -> None:
    before = load_whole(read_settings(register_copy))
    assert run(register_copy, "schema", "--modelines").returncode == 0
    version = register_copy / "mandates/team-mandate/2024-01-01.yml"
    first = version.read_text("utf-8").splitlines()[0]
    assert first == ("# yaml-language-server: $schema=../../.remit/schemas/mandate-version.json")
    assert (version.parent / first.partition("=")[2]).resolve().is_file()
    assert run(register_copy, "schema", "--modelines", "--to", ".other").returncode == 0
    assert version.read_text("utf-8").count("yaml-language-server") == 1
    assert load_whole(read_settings(register_copy)).records == before.records


def test_lines_in_files_are_kept_up_once_there_are_some(register_copy: Path) -> None:
    assert run(register_copy, "schema", "--modelines").returncode == 0
    overlay(register_copy, {"content/organisations/new-one.yml": _organisation()})
    assert run(register_copy, "schema", "--no-modelines").returncode == 0
    done = run(register_copy, "schema", "--check")
    assert done.returncode == 1
    assert done.stderr == "content/organisations/new-one.yml is out of date; run remit schema\n"
    made = run(register_copy, "new", "area", "oslo", "--name", "Oslo", "--set", "level=county",
               "--set", "code=03", "--no-ask")  # fmt: skip
    assert made.returncode == 0, made.stderr
    first, *_ = (register_copy / "content/areas/oslo.yml").read_text("utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=../../.remit/schemas/area.json"
    assert run(register_copy, "fmt", "content/areas/oslo.yml").stdout == "1 file, tidy\n"


def test_the_shipped_schemas_and_lines_are_what_the_models_and_the_register_give() -> None:
    version = ROOT / "mandates/competence-team/mandate.yml"
    assert has_modeline(version.read_bytes())
    done = run(ROOT, "schema", "--check")
    assert done.returncode == 0, f"{done.stderr}make reference writes them anew"


def test_settings_of_vs_code_keep_what_is_there(register_copy: Path) -> None:
    settings = read_settings(register_copy)
    held = {"editor.fontSize": 20, "yaml.format.enable": True, "yaml.schemas": {"./x.json": "y"}}
    made = json.loads(vscode_settings(json.dumps(held).encode(), SCHEMAS, settings))
    assert made["editor.fontSize"] == 20
    assert made["yaml.format.enable"] is True
    assert made["yaml.schemas"]["./x.json"] == "y"
    assert made["yaml.schemas"]["./.remit/schemas/role.json"] == "content/roles/*.yml"


def test_the_findings_of_a_check_are_marked_in_vs_code(register_copy: Path) -> None:
    """By the pattern of the task that `remit schema` writes, for errors and warnings alike."""
    file = register_copy / "content/roles/helpline.yml"
    overlay(
        register_copy,
        {file.relative_to(register_copy).as_posix(): ROLE.replace("holder: t", "holder: no-t")},
    )
    assert run(register_copy, "schema").returncode == 0
    (task,) = json.loads((register_copy / VSCODE_TASKS).read_bytes())["tasks"]
    assert task["label"] == "Check the register"
    command = [sys.executable, "-m", "remit", *task["args"]]
    done = subprocess.run(command, cwd=register_copy, capture_output=True, text=True)
    assert done.returncode == 1
    pattern = task["problemMatcher"]["pattern"]
    marks = [re.match(pattern["regexp"], line) for line in done.stdout.splitlines()]
    told = load_and_check(read_settings(register_copy)).found
    assert {one.severity for one in told} == {"error", "warning"}
    for mark, one in zip(marks, told, strict=True):
        assert mark is not None
        place = ":".join(mark[pattern[part]] for part in ("file", "line", "column"))
        assert (place, mark[pattern["severity"]]) == (str(one.location), one.severity)
        assert mark[pattern["code"]] == one.code
        assert mark[pattern["message"]].startswith(one.message)
        assert mark[pattern["message"]].endswith(one.help.split("\n")[-1])


def test_tasks_of_vs_code_keep_what_is_there(register_copy: Path) -> None:
    settings = read_settings(register_copy)
    mine = {"label": "mine", "command": "make"}
    made = vscode_tasks(json.dumps({"version": "2.0.0", "tasks": [mine]}).encode(), settings)
    assert [task["label"] for task in json.loads(made)["tasks"]] == ["mine", "Check the register"]
    assert vscode_tasks(made, settings) == made
    with pytest.raises(NotJson):
        vscode_tasks(b'{"tasks": "none"}', settings)


def test_the_heads_of_guidance_pages_are_offered_and_right(register_copy: Path) -> None:
    assert run(register_copy, "schema").returncode == 0
    snippets = json.loads((register_copy / VSCODE_SNIPPETS).read_bytes())
    assert list(snippets) == ["new guidance", "new guidance, translation"]
    filled = {"$CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE": "2026-11-22", "$0": "How to begin.\n"}
    for snippet, code in zip(snippets.values(), ("nb", "en"), strict=True):
        text = "\n".join(snippet["body"])
        for place, words in {"${TM_FILENAME/\\..*//}": "first-day", **filled}.items():
            text = text.replace(place, words)
        text = re.sub(r"\$\{\d+\|(\w+).*?\}", r"\1", text)
        text = re.sub(r"\$\d", "The first day", text)
        overlay(register_copy, {f"content/guidance/first-day.{code}.md": text})
    found = load_and_check(read_settings(register_copy)).found
    assert [one.code for one in found if "first-day" in one.location.path] == []


def test_settings_with_comments_are_left_alone(register_copy: Path) -> None:
    commented = b"{\n  // mine\n}\n"
    overlay(register_copy, {".vscode/settings.json": commented})
    done = run(register_copy, "schema")
    assert done.returncode == 0
    assert ".vscode/settings.json is left as it is" in done.stderr
    assert (register_copy / ".vscode/settings.json").read_bytes() == commented


@pytest.mark.parametrize("folder", ["../out", "/tmp/out", "."])
def test_schemas_lie_inside_the_register(folder: str, register_copy: Path) -> None:
    done = run(register_copy, "schema", "--to", folder)
    assert done.returncode == 2
    assert "--to names a folder inside the register" in done.stderr


# --- the language server -------------------------------------------------------------------

ROLE = """\
id: helpline
authoritative_language: nb
names:
  - name:
      nb: Veiledningstelefonen
kind: service
holder: testdirektoratet
line: national
summary:
  nb: Ring når du trenger råd i en sak.
"""


SERVERS_OWN = ("Value is not accepted", "Missing property", "Property ", "Incorrect type", "Array ")
"""How the language server's own messages begin, which tell no remedy and know no language."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    register = copy_of_register(tmp_path_factory.mktemp("editor") / "register")
    assert run(register, "schema").returncode == 0
    asked = LanguageServer(register)
    assert asked.marks(register / "content/roles/helpline.yml", ROLE) == []
    yield asked
    asked.close()


@pytest.fixture
def role(server: LanguageServer) -> Path:
    return server.workspace / "content/roles/helpline.yml"


@needs_server
def test_the_id_of_a_reference_is_offered_with_its_name(server: LanguageServer, role: Path) -> None:
    offered = server.completions(role, ROLE.replace("testdirektoratet", "│"))
    assert set(offered) == {"testdirektoratet", "testdepartementet"}
    assert "Testdirektoratet · The Test Directorate" in str(
        offered["testdirektoratet"]["documentation"]
    )


@needs_server
def test_fields_and_values_are_offered(server: LanguageServer, role: Path) -> None:
    offered = server.completions(role, ROLE.replace("summary:", "│\nsummary:"))
    assert {"does", "does_not", "period"} <= set(offered)
    assert offered["members"]["insertText"] == "members:\n  - "
    assert "which bodies" in offered["members"]["documentation"]
    offered = server.completions(role, ROLE.replace("service", "│"))
    assert set(offered) == {"post", "team", "service", "centre"}


@needs_server
def test_a_whole_record_and_a_whole_block_are_offered(server: LanguageServer, role: Path) -> None:
    text = server.completions(role, "│")["new role"]["insertText"]
    value = read_yaml(re.sub(r"\$\{\d+\|(\w+).*?\}|\$\d+", r"\1", text).encode(), "").value
    assert set(read_yaml(ROLE.encode(), "").value) == set(value)
    version = server.workspace / "mandates/team-mandate/2024-01-01.yml"
    before, blocks, after = version.read_text("utf-8").partition("    blocks:\n")
    offered = server.completions(version, f"{before}{blocks}      - │\n{after}")
    assert offered["new cooperation"]["insertText"].startswith(
        "kind: cooperation\n  id: $1\n  with: $2\n  text:\n    nb: $3"
    )


@needs_server
def test_a_field_tells_what_it_means(server: LanguageServer, role: Path) -> None:
    told = server.hover(role, ROLE.replace("holder", "hol│der"))
    assert "The organisation where it sits and is led." in told
    told = server.hover(role, ROLE.replace("testdirektoratet", "test│direktoratet"))
    assert "The Test Directorate" in told


@needs_server
@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("summary:", "period:\n  from: 11.09.2019\nsummary:", 10, "This is no date. Write it as"),
        ("line: national", "line: nation", 8, "This cannot stand here. Choose one of: first-line,"),
        ("line: national\n", "", 1, "The field “line” is missing. first-line (meets people)"),
        ("kind: service", "kynd: service", 6, "There is no field of this name here. Choose one"),
        ("holder: test", "holder: Test", 7, "This is no id. An id has small letters"),
        ("holder: testdirektoratet", "holder:", 7, "This is no id. An id has small letters"),
        ("summary:\n  nb: Ring", "summary: Ring", 9, "Write the text with one line for each"),
        ("  nb: Ring når du trenger råd i en sak.", "  nb:", 10, "A text is to stand here."),
        ("summary:", "does: advises\nsummary:", 9, "A list is to stand here"),
        ("summary:", "period: 2019\nsummary:", 9, "Fields are to stand here"),
        ("  - name:\n      nb: Veiledningstelefonen", "  []", 4, "A list is to stand here"),
        (
            "summary:",
            "review: {last: 2019-09-11, every_months: 0}\nsummary:",
            9,
            "Write a whole number from 1 to 120.",
        ),
    ],
)
def test_a_fault_is_marked_in_its_line(
    old: str, new: str, line: int, words: str, server: LanguageServer, role: Path
) -> None:
    marks = server.marks(role, ROLE.replace(old, new))
    assert any(marked == line and message.startswith(words) for marked, message in marks)
    assert not any(message.startswith(SERVERS_OWN) for _, message in marks)


@needs_server
def test_a_block_s_kind_decides_its_fields(server: LanguageServer) -> None:
    version = server.workspace / "mandates/team-mandate/2024-01-01.yml"
    text = version.read_text("utf-8")
    assert server.marks(version, text) == []
    block = "      - kind: task\n        id: new-task\n        "
    before, blocks, after = text.partition("    blocks:\n")
    offered = server.completions(version, before + blocks + block + "│\n" + after)
    assert {"text", "who", "with"} <= set(offered)
    assert "refers_to" not in offered
    messages = server.marks(version, before + blocks + block + "refers_to: []\n" + after)
    assert any(message.startswith("There is no field of this name") for _, message in messages)


@needs_server
def test_shipped_records_of_every_kind_are_opened_without_a_mark(tmp_path: Path) -> None:
    for folder in ("content", "mandates", ".remit", ".vscode"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    server = LanguageServer(tmp_path)
    try:
        folders = sorted((tmp_path / "content").iterdir())
        firsts = [next(iter(sorted(folder.glob("*.yml"))), None) for folder in folders]
        files = [*filter(None, firsts), *tmp_path.glob("mandates/competence-team/*.yml")]
        marked = {file.name: server.marks(file, file.read_text("utf-8")) for file in files}
    finally:
        server.close()
    assert len(marked) >= len(RECORD_CLASSES) - 1
    assert {name: found for name, found in marked.items() if found} == {}


def test_guidance_is_read_by_its_schema_without_its_text() -> None:
    schema = schemas_of(ROOT)["guidance.json"]
    assert "body" not in schema["properties"]
    assert schema["allOf"][0]["required"] == ["title"]
    assert Guidance.model_fields["body"].is_required()
