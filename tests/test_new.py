"""`remit new`: every kind of record begun, checked beforehand, tidy, and never over another."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Done, run
from registers import found, overlay
from remit.load.yaml_reader import read_yaml
from remit.model.drafts import id_of, put_at
from remit.model.records import BY_KIND
from tables import files_of

ROLE = ("kind=service", "holder=testdirektoratet", "line=national")
SUMMARY = "summary.nb=Ring når du trenger råd."

EACH: dict[str, tuple[str, ...]] = {
    "area": ("level=county", "code=03", "within=testland"),
    "assignment": (
        "country=testland",
        "letter.title.nb=Tildelingsbrev",
        "letter.sender=testdepartementet",
        "letter.receivers=testdirektoratet",
        "purpose.nb=Bedre råd",
        "leads=testdirektoratet",
        "state=ordered",
        "deadline=2027",
    ),
    "audience": ("kind=profession",),
    "category-set": (
        "scheme=enquiries",
        "service=specialist-team",
        "categories.0.id=advice-given",
        "categories.0.shared=no",
        "categories.0.name.nb=Råd",
        "categories.0.definition.nb=Et råd er gitt.",
    ),
    "contact": (
        "of=specialist-team",
        "phone=123 45 678",
        "for=both",
        "area=testland",
        "helps_with.nb=Råd i en sak",
    ),
    "duty": (
        "kind=seek-advice",
        "must=no",
        "country=testland",
        "urgencies=worry",
        "threshold.nb=Når du er i tvil",
        "steps.0.nb=Ring",
        "turns_to=specialist-team",
    ),
    "guidance": ("topics=contact, roles",),
    "legal-basis": ("kind=law", "country=testland"),
    "mandate": (
        "document_kind=mandate",
        "holders=specialist-team",
        "issued_by=testdirektoratet",
        "in_force.from=2027-01-01",
    ),
    "network": (
        "kind=professional",
        "convener=specialist-team",
        "level=national",
        "area=testland",
        "purpose.nb=Lære av hverandre",
    ),
    "office": ("organisation=testdirektoratet", "place.nb=Oslo", "area=testland"),
    "organisation": ("kind=directorate", "country=testland", "parent=testdepartementet"),
    "partner": (
        "between=specialist-team",
        "and=testdepartementet",
        "about.nb=Råd",
        "basis=chosen",
    ),
    "redirect": ("from=roles/old-line", "to=roles/specialist-team", "since=2026-01-01"),
    "role": ROLE,
    "task": ("country=testland", "first_held_by=testdirektoratet"),
    "term": ("definitions.0.text.nb=Et svar på et spørsmål",),
    "transfer": ("from=testdirektoratet", "to=testdepartementet", "date=2027-01-01"),
}
"""For each kind, what it needs beside a name and a summary."""
WITHOUT_SUMMARY = {"area", "audience", "contact", "network", "partner", "redirect", "term"}


def begin(register: Path, kind: str, *fields: str) -> Done:
    given = [part for field in fields for part in ("--set", field)]
    return run(register, "new", kind, "--name", "Rådgivning på øya", *given)


def test_every_kind_is_tried_here() -> None:
    assert set(EACH) | {"mandate-version"} == set(BY_KIND)


@pytest.mark.parametrize("kind", EACH)
def test_a_record_of_each_kind_is_begun_sound_and_tidy(kind: str, register_copy: Path) -> None:
    before = {*register_copy.rglob("*.yml"), *register_copy.rglob("*.md")}
    summary = () if kind in WITHOUT_SUMMARY else (SUMMARY,)
    done = begin(register_copy, kind, *EACH[kind], *summary)
    assert (done.returncode, done.stderr) == (0, "")
    files = {*register_copy.rglob("*.yml"), *register_copy.rglob("*.md")} - before
    assert len(files) == (2 if kind == "mandate" else 1)
    for file in files:
        shown = file.relative_to(register_copy).as_posix()
        assert f"wrote {shown}\n" in done.stdout
        assert "radgivning-pa-oya" in shown
    assert not [one for one in found(register_copy) if one.is_error]
    assert run(register_copy, "fmt", "--check", *map(str, files)).returncode == 0


def test_what_goes_without_saying_is_filled(register_copy: Path) -> None:
    assert begin(register_copy, "role", *ROLE, SUMMARY).returncode == 0
    assert (register_copy / "content/roles/radgivning-pa-oya.yml").read_text("utf-8") == (
        "id: radgivning-pa-oya\n"
        "authoritative_language: nb\n"
        "names:\n"
        "  - name:\n"
        "      nb: Rådgivning på øya\n"
        "kind: service\n"
        "holder: testdirektoratet\n"
        "line: national\n"
        "summary:\n"
        "  nb: Ring når du trenger råd.\n"
        "review:\n"
        "  last: 2026-11-22\n"
        "  every_months: 12\n"
    )


def test_a_translation_that_is_missing_is_told(register_copy: Path) -> None:
    done = begin(register_copy, "role", *ROLE, SUMMARY)
    assert "Still to do:" in done.stdout
    assert "[missing-text]" in done.stdout


def test_a_mandate_has_the_sections_that_its_assignment_requires(register_copy: Path) -> None:
    order = begin(
        register_copy,
        "assignment",
        *EACH["assignment"],
        SUMMARY,
        "requires_sections=financing, purpose",
    )
    assert order.returncode == 0, order.stderr
    done = begin(
        register_copy, "mandate", *EACH["mandate"], SUMMARY, "ordered_by=radgivning-pa-oya"
    )
    assert done.returncode == 0, done.stderr
    file = register_copy / "mandates/radgivning-pa-oya/2027-01-01.yml"
    value = read_yaml(file.read_bytes(), "").value
    assert [section["kind"] for section in value["sections"]] == ["purpose", "financing"]
    assert value["sections"][1]["heading"] == {"nb": "Finansiering", "en": "Financing"}
    assert value["title"] == {"nb": "Rådgivning på øya"}
    assert value["status"] == "draft"


def test_the_next_version_begins_as_a_copy_with_its_ids_and_comments(register_copy: Path) -> None:
    earlier = register_copy / "mandates/team-mandate/2024-01-01.yml"
    text = earlier.read_text("utf-8").replace("sections:\n", "# as agreed in March\nsections:\n")
    earlier.write_text(text, "utf-8")
    done = run(
        register_copy, "new", "mandate-version", "team-mandate", "--set", "in_force.from=2027-01-01"
    )
    assert (done.returncode, done.stderr) == (0, "")
    made = register_copy / "mandates/team-mandate/2027-01-01.yml"
    value, before = (read_yaml(file.read_bytes(), "").value for file in (made, earlier))
    assert value["sections"] == before["sections"]
    assert value["in_force"] == {"from": "2027-01-01"}
    assert value["status"] == "draft"
    assert "approval" not in value
    assert "# as agreed in March\nsections:\n" in made.read_text("utf-8")
    assert earlier.read_text("utf-8") == text
    again = run(
        register_copy, "new", "mandate-version", "team-mandate", "--set", "in_force.from=2027-01-01"
    )
    assert again.returncode == 2
    assert "has a version of 2027-01-01 already" in again.stderr


def test_ids_are_known_to_editors_at_once(register_copy: Path) -> None:
    run(register_copy, "schema")
    begin(register_copy, "role", *ROLE, SUMMARY)
    assert run(register_copy, "schema", "--check").returncode == 0


def test_a_new_record_names_its_schema_where_the_others_do(register_copy: Path) -> None:
    run(register_copy, "schema", "--modelines")
    assert begin(register_copy, "mandate", *EACH["mandate"], SUMMARY).returncode == 0
    folder = register_copy / "mandates/radgivning-pa-oya"
    for name, kind in (("mandate", "mandate"), ("2027-01-01", "mandate-version")):
        first = (folder / f"{name}.yml").read_text("utf-8").splitlines()[0]
        assert first == f"# yaml-language-server: $schema=../../.remit/schemas/{kind}.json"


# --- questions -----------------------------------------------------------------------------


def test_questions_explain_themselves_and_wrong_answers_are_asked_again(
    register_copy: Path,
) -> None:
    answers = "\n".join(
        [
            "Veiledningstelefonen",  # name in nb
            "The advice line",  # in en
            "",  # owner
            "servise",
            "service",
            "?",
            "test-direktoratet",
            "testdirektoratet",
            "national",
            "Ring oss.",
            "",  # summary in en
            "",  # the id that is suggested
            "",
        ]
    )
    done = run(register_copy, "new", "role", "--ask", answers=answers)
    assert (done.returncode, done.stderr) == (0, "")
    for piece in (
        '"servise" is none of post, team, service, centre; did you mean service?',
        "The organisation where it sits and is led.\nholder (id of an organisation; ? lists",
        "Testdirektoratet",
        'there is no organisation "test-direktoratet"; did you mean testdirektoratet?',
        "id [the-advice-line]: ",
        "wrote content/roles/the-advice-line.yml",
    ):
        assert piece in done.stdout


def test_a_mandate_is_asked_about_once_with_its_first_version(register_copy: Path) -> None:
    answers = "Mandat\n\n\n\nmandate\nspecialist-team\ntestdirektoratet\n\nHva det er.\n\n\n\n\n"
    done = run(register_copy, "new", "mandate", "--ask", answers=answers)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("owner (") == 1
    assert "in_force.from (such as 2019-09-11) [2026-11-22]: " in done.stdout
    assert (register_copy / "mandates/mandat/2026-11-22.yml").is_file()


def test_an_end_of_answers_writes_nothing(register_copy: Path) -> None:
    before = files_of(register_copy)
    assert run(register_copy, "new", "role", "--ask", answers="Navn\n").returncode == 130
    assert files_of(register_copy) == before


# --- refusals ------------------------------------------------------------------------------


def test_what_is_missing_is_told_all_at_once(register_copy: Path) -> None:
    done = run(register_copy, "new", "role", "--set", "kind=post")
    assert done.returncode == 2
    for option in ("--name …", "--set holder=…", "--set line=…", "--set summary.nb=…"):
        assert option in done.stderr
    assert "kind=…" not in done.stderr
    inside = run(register_copy, "new", "category-set").stderr
    assert "--set categories.0.id=…  Id, the same in every service that shares it." in inside


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("holder=test-direktoratet", "did you mean testdirektoratet?"),
        ("holdr=x", 'there is no field "holdr"; did you mean holder?'),
        ("kind=posts", '"posts" is none of post, team, service, centre; did you mean post?'),
        ("period.from=11.09.2019", '"11.09.2019" is no date'),
        ("period=2019", '"period" has fields of its own'),
        ("kind", '--set takes FIELD=VALUE, not "kind"'),
        ("summary.nb=", "something must stand here"),
    ],
)
def test_a_wrong_option(field: str, words: str, register_copy: Path) -> None:
    done = begin(register_copy, "role", field)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_record_is_never_written_over_another(register_copy: Path) -> None:
    fields = [part for field in (*ROLE, SUMMARY) for part in ("--set", field)]
    done = run(register_copy, "new", "role", "specialist-team", "--name", "X", *fields)
    assert done.returncode == 2
    assert 'there is a role "specialist-team" already' in done.stderr
    begin(register_copy, "role", *ROLE, SUMMARY)
    assert "radgivning-pa-oya-2.yml" in begin(register_copy, "role", *ROLE, SUMMARY).stdout


@pytest.mark.parametrize("id", ["Stor", "../ut", "å", "a b", "-a", "a" * 81])
def test_an_id_is_an_id(id: str, register_copy: Path) -> None:
    fields = [part for field in (*ROLE, SUMMARY) for part in ("--set", field)]
    done = run(register_copy, "new", "role", "--name", "X", *fields, "--", id)
    assert done.returncode == 2
    assert "is no id" in done.stderr


def test_an_error_in_the_register_is_shown_and_nothing_is_written(register_copy: Path) -> None:
    before = files_of(register_copy)
    done = begin(register_copy, "role", *ROLE, "summary.nb=Se [[no-such-record]].")
    assert done.returncode == 1
    assert "[unresolved-link]" in done.stderr
    assert done.stderr.endswith("nothing was written\n")
    assert files_of(register_copy) == before


def test_an_error_that_was_there_before_is_no_hindrance(register_copy: Path) -> None:
    overlay(register_copy, {"content/terms/broken.yml": "id: broken\n"})
    done = begin(register_copy, "role", *ROLE, SUMMARY)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [("robot",), ("role", "--language", "fi")])
def test_unknown_kind_or_language(arguments: tuple[str, ...], register_copy: Path) -> None:
    assert run(register_copy, "new", *arguments).returncode == 2


def test_the_next_version_of_a_mandate_that_is_not_there(register_copy: Path) -> None:
    done = run(register_copy, "new", "mandate-version", "team-mandat")
    assert 'there is no mandate "team-mandat"; did you mean team-mandate?' in done.stderr


# --- ids -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Rådgivning på øya", "radgivning-pa-oya"),
        ("Ærlig & Åpen (2024)", "aerlig-apen-2024"),
        ("Länsstyrelsen i Östergötland", "lansstyrelsen-i-ostergotland"),
        ("Sámediggi – Čállin, đŋŧšž", "samediggi-callin-dntsz"),
        ("Café  Élan", "cafe-elan"),
        ("日本", ""),
        ("ord " * 40, "ord" + "-ord" * 14),
    ],
)
def test_an_id_from_a_name(name: str, id: str) -> None:
    assert id_of(name) == id


def test_an_answer_is_put_where_it_belongs() -> None:
    value: dict[str, object] = {}
    put_at(value, ("names", 0, "name", "nb"), "x")
    put_at(value, ("names", 0, "name", "en"), "y")
    put_at(value, ("steps", 0), "z")
    assert value == {"names": [{"name": {"nb": "x", "en": "y"}}], "steps": ["z"]}
