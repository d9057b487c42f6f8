"""`remit init`: a register of one's own that is whole, checks clean and tests itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from command_line import Done, run
from conftest import RunRemit
from registers import ROOT, found
from remit.build.editing import begin_register
from remit.model.forges import Forge
from remit.model.new_register import NewRegister, faults
from remit.render.labels import labels_for
from remit.settings import available_languages, read_settings
from remit.write.carried_handbook import handbook
from remit.write.new_register import TEMPLATES, countries
from site_checks import site_faults
from tables import files_of
from test_new import EACH, SUMMARY, WITHOUT_SUMMARY

NAMES = {
    "site_name": {"nb": "Hvem gjør hva", "sv": "Vem gör vad", "en": "Who does what"},
    "organisation": {"nb": "Eksempelet", "sv": "Exempelmyndigheten", "en": "The Example Agency"},
    "role": {"nb": "Rådgiverne", "sv": "Rådgivarna", "en": "The advisers"},
    "mandate": {
        "nb": "Mandat for rådgiverne",
        "sv": "Mandat för rådgivarna",
        "en": "Mandate of the advisers",
    },
}
EXAMPLES = int(os.environ.get("REMIT_INIT_NAMES", "12"))
"""How many nasty names are tried; CI tries few, a release many."""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def options(*languages: str, **more: str) -> list[str]:
    """What `remit init` is told for a register in these languages."""
    told = ["--languages", ",".join(languages), "--country", "NO"]
    for name, names in NAMES.items():
        for code in languages:
            told += [f"--{name.replace('_', '-')}", f"{code}={names[code]}"]
    for name, value in more.items():
        told += [f"--{name.replace('_', '-')}", value]
    return told


def begin(parent: Path, *told: str, answers: str = "") -> Done:
    return run(parent, "init", "own", *told, answers=answers)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new register in bokmål and English, to be copied."""
    folder = tmp_path_factory.mktemp("fresh")
    assert begin(folder, *options("nb", "en")).returncode == 0
    return folder / "own"


@pytest.fixture
def own(fresh: Path, tmp_path: Path) -> Path:
    """The same as a folder that may be changed."""
    return shutil.copytree(fresh, tmp_path / "own")


# --- the register that is made ------------------------------------------------------------


@pytest.mark.parametrize("languages", [("nb", "en"), ("sv", "en"), ("en", "nb", "sv")])
def test_a_new_register_is_clean_tidy_and_in_its_own_languages(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    done = begin(tmp_path, *options(*languages, email="post@eksempel.example", short="Eks"))
    assert (done.returncode, done.stderr) == (0, "")
    register = tmp_path / "own"
    assert found(register) == []
    assert run(register, "fmt", "--check").returncode == 0
    assert run(register, "schema", "--check", "--modelines").returncode == 0
    made = read_settings(register)
    assert made.languages == languages
    assert made.site_name == {code: NAMES["site_name"][code] for code in languages}
    pages = {file.name.split(".")[1] for file in register.glob("content/guidance/*.md")}
    assert pages == set(languages)
    readme = (register / "README.md").read_text("utf-8")
    assert readme.startswith(f"# {NAMES['site_name'][languages[0]]}\n")
    assert "{" not in readme


def test_what_only_the_organisation_knows_is_listed_and_marked(own: Path, tmp_path: Path) -> None:
    said = begin(tmp_path, "--no-ask").stderr
    assert "not empty" in said
    (tmp_path / "other").mkdir()
    said = begin(tmp_path / "other", *options("nb", "en")).stdout
    listed = re.findall(r"^ {7}(\S+)$", said, re.M)
    marked = [
        file.relative_to(own).as_posix()
        for folder in ("content", "mandates")
        for file in (own / folder).rglob("*.*")
        if "Fyll ut:" in file.read_text("utf-8")
    ]
    assert sorted(listed) == sorted(marked)
    assert "content/organisations/the-example-agency.yml" in listed


@pytest.mark.parametrize("forge", [*Forge])
def test_the_workflows_of_the_forge_come_with_it(forge: Forge, tmp_path: Path) -> None:
    told = options("nb", "en", forge=str(forge), team="@eksempel/redaktører".replace("ø", "o"))
    assert begin(tmp_path, *told).returncode == 0
    register = tmp_path / "own"
    assert found(register) == []
    assert run(register, "workflows", "--check").returncode == 0
    assert (register / forge.code_owners).is_file()


def test_without_a_forge_there_are_no_workflows(own: Path) -> None:
    assert not [folder for folder in (".github", ".gitlab-ci.yml") if (own / folder).exists()]


def test_the_letterhead_bears_the_logo_and_the_colours(tmp_path: Path) -> None:
    (tmp_path / "mark.svg").write_text(LOGO)
    told = options("nb", "en", logo="mark.svg", ink="#123a5c")
    alt = ["--logo-alt", "nb=En trekant", "--logo-alt", "en=A triangle"]
    assert begin(tmp_path, *told, *alt).returncode == 0
    register = tmp_path / "own"
    assert found(register) == []
    record = yaml.safe_load(
        (register / "content/organisations/the-example-agency.yml").read_text("utf-8")
    )
    assert record["letterhead"] == {
        "logo": "the-example-agency.svg",
        "logo_alt": {"nb": "En trekant", "en": "A triangle"},
        "ink": "#123a5c",
    }


@pytest.mark.parametrize("kind", EACH)
def test_a_record_of_each_kind_is_begun_in_a_fresh_register(kind: str, own: Path) -> None:
    """What `remit new` asks for is there from the first day, but for a second body to name."""
    other = ("--set", "kind=ministry", "--set", "country=norway", "--set", SUMMARY)
    assert run(own, "new", "organisation", "ministry", "--name", "Dep", *other).returncode == 0
    summary = () if kind in WITHOUT_SUMMARY else (SUMMARY,)
    names = {
        "testdirektoratet": "the-example-agency",
        "testdepartementet": "ministry",
        "testland": "norway",
        "specialist-team": "the-advisers",
    }
    fields = []
    for field in (*EACH[kind], *summary):
        for name, here in names.items():
            field = field.replace(name, here)
        field = field.replace("urgencies=worry", "urgencies=now, serious, worry")  # the first
        fields += ["--set", field]
    done = run(own, "new", kind, "--name", "Rådgivning på øya", "--name", "en=Advice", *fields)
    assert (done.returncode, done.stderr) == (0, "")
    assert not [one for one in found(own) if one.is_error]
    assert run(own, "fmt", "--check").returncode == 0
    assert run(own, "schema", "--check", "--modelines").returncode == 0


def test_the_next_version_of_the_first_mandate_is_begun(own: Path) -> None:
    told = ("--set", "in_force.from=2027-06-01")
    done = run(own, "new", "mandate-version", "mandate-of-the-advisers", *told)
    assert (done.returncode, done.stderr) == (0, "")
    assert not [one for one in found(own) if one.is_error]


def test_it_is_built_and_tests_itself_with_nothing_but_the_package(tmp_path: Path) -> None:
    """From a wheel, unpacked: what the package carries is all that a register needs."""
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    own = tmp_path / "own"

    def python(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=own if own.is_dir() else tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    python("-m", "remit", "init", "own", *options("nb", "sv", "en"))
    where = python("-c", "import remit; print(remit.__file__)", "")
    assert where.startswith(str(tmp_path / "installed"))
    python("-m", "pytest", "-q", "-p", "no:xdist", "--basetemp", str(tmp_path / "its"))
    site = next((tmp_path / "its").glob("built*/site"))
    assert site_faults(site, "https://register.example/") == []
    _assert_no_english(site / "nb")
    _assert_no_english(site / "sv")


_ENGLISH = re.compile(
    r"(?<![\w/-])(the|and|what|which|with|from|this|here|yet|fill in)(?![\w-])", re.I
)
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<(\w+)[^>]*\blang=\"en\"[^>]*>.*?</\2>", re.S)


def _assert_no_english(folder: Path) -> None:
    """Pages in another language have no English but what is marked as such."""
    pages = [*folder.rglob("*.html")]
    assert len(pages) > 30
    for page in pages:
        text = re.sub(r"<[^>]+>", " ", _MARKUP.sub(" ", page.read_text("utf-8")))
        assert not _ENGLISH.findall(text), page


def test_a_register_puts_its_own_files_over_the_frame(register_copy: Path, remit: RunRemit) -> None:
    """Without a custom_dir the frame of the package stands alone; with one, its files go first."""
    icon, style = "assets/images/favicon", "assets/stylesheets/remit"
    own = register_copy / "theme" / f"{icon}.svg"
    own.parent.mkdir(parents=True)
    own.write_bytes(LOGO.encode())
    host = register_copy / "mkdocs.yml"
    with_own = "  name: material\n  custom_dir: theme\n"
    host.write_text(host.read_text("utf-8").replace("  name: material\n", with_own), "utf-8")
    done = remit("build", "--no-documents", "--no-search")
    assert done.returncode == 0, done.stderr
    site = register_copy / "site"
    [made] = site.glob(f"{icon}.*.svg")
    assert made.read_bytes() == own.read_bytes()
    assert made.name in (site / "nb" / "index.html").read_text("utf-8")
    [made] = site.glob(f"{style}.*.css")
    styles = re.sub(r"\.[0-9a-f]{8}\.woff2", ".woff2", made.read_text("utf-8"))
    assert styles == (ROOT / "overrides" / f"{style}.css").read_text("utf-8")


# --- names that try to break out ----------------------------------------------------------

PIECES = [*"'\"\\:#{}[]<>&%!@`*_-|>?=, \t", "{{", "}}", "${{", "</script>", "- ", "Å", "é"]
NASTY = (
    st.lists(
        st.sampled_from(PIECES) | st.characters(categories=["L", "N", "P", "S"]), min_size=1
    ).map("".join)
    | st.sampled_from(["no", "null", "~", "1.0", "a: b", "<script>x</script>", "{{ x }}", "[[x]]"])
).map(str.strip)
ANSWERS = NewRegister(
    languages=("nb", "sv", "en"),
    site_url="https://register.example/",
    organisation_kind="authority",
    country="NO",
    role_kind="team",
    role_line="second-line",
    program="remit==0.1.0",
    forge="github",
    site_name=NAMES["site_name"],
    organisation=NAMES["organisation"],
    role=NAMES["role"],
    mandate=NAMES["mandate"],
)
REFUSED = {"raw-html", "template-code", "unresolved-link", "letter-not-in-font", "unsafe-link"}


@example(words="Hvem \"gjør\": hva # \\ 'x'", english="*a* _b_ [c](d) `e` & ~f~ | g")
@example(words="*a* _b_ [c](d) `e` & ~f~ | g <h", english="# no, %yes, @maybe > ${x}")
@settings(max_examples=EXAMPLES)
@given(words=NASTY, english=NASTY)
def test_a_name_says_what_it_says_wherever_it_stands(words: str, english: str) -> None:
    names = {"nb": words, "sv": words, "en": english}
    every: dict[str, Any] = dict.fromkeys(NAMES, names)
    answers = replace(ANSWERS, **every)
    if faults(answers, countries()):
        return
    begun = begin_register(answers, Path("/nowhere"), ".remit/schemas")
    assert {one.code for one in begun.found} <= REFUSED
    table = tomllib.loads(begun.files["pyproject.toml"].decode())["tool"]
    assert table["remit"]["site_name"] == names
    assert set(table) == {"remit", "pytest"}
    host = yaml.safe_load(begun.files["mkdocs.yml"])
    assert (host["site_name"], host["plugins"]) == (words, ["remit"])
    organisation = _yaml(begun.files, f"content/organisations/{answers.organisation_id}.yml")
    assert organisation["names"] == [{"name": names}]
    assert _yaml(begun.files, f"mandates/{answers.mandate_id}/mandate.yml")["name"] == names
    heading, inline = MarkdownIt().parse(begun.files["README.md"].decode())[:2]
    assert heading.tag == "h1"
    told = "".join(one.content for one in inline.children or [] if one.type.startswith("text"))
    assert " ".join(told.split()) == " ".join(words.split())
    elsewhere = {path for path, data in begun.files.items() if "workflows" in path}
    assert elsewhere
    usual = begin_register(ANSWERS, Path("/nowhere"), ".remit/schemas").files
    assert {path: begun.files[path] for path in elsewhere} == {
        path: usual[path] for path in elsewhere
    }


def _yaml(files: Mapping[str, bytes], path: str) -> Any:
    return yaml.safe_load(files[path])


# --- what is refused ----------------------------------------------------------------------


def test_everything_wrong_is_told_at_once_and_nothing_is_left(tmp_path: Path) -> None:
    told = [*options("nb", "en"), "--country", "XX", "--email", "post", "--web", "eksempel"]
    told += ["--site-url", "eksempel", "--ink", "blue", "--program", "remit; rm -rf /"]
    told += ["--role", "sv=Rådgivarna", "--mandate", "en="]
    done = begin(tmp_path, *told)
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith("--")]
    assert [line.partition(":")[0] for line in lines] == [
        "--role sv=…",
        "--mandate en=…",
        "--site-url",
        "--web",
        "--email",
        "--country",
        "--ink",
        "--program",
    ]
    assert done.stderr.endswith("nothing was written\n")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        ("nb", "at least two languages"),
        ("nb,nb", "named twice"),
        ("nb,fi", 'no labels for the language "fi"'),
        ("nb,../sv", 'no labels for the language "../sv"'),
        ("", "at least two languages"),
    ],
)
def test_languages_that_will_not_do(languages: str, said: str, tmp_path: Path) -> None:
    done = begin(tmp_path, "--languages", languages)
    assert done.returncode == 2
    assert f"--languages: {said}" in done.stderr or said in done.stderr
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{ config }}", "[[nobody]]"])
def test_a_name_that_no_text_may_hold_is_refused_by_its_option(words: str, tmp_path: Path) -> None:
    done = begin(tmp_path, *options("nb", "en"), "--role", f"nb={words}")
    assert done.returncode == 2
    assert done.stderr.startswith("--role: ")
    assert [*tmp_path.iterdir()] == []


def test_a_logo_that_is_no_drawing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mark.svg").write_text(LOGO.replace("<path", "<script>x</script><path"))
    done = begin(tmp_path, *options("nb", "en", logo="mark.svg"))
    assert done.returncode == 2
    assert "--logo: mark.svg:1: a drawing may not hold <script>" in done.stderr
    assert not (tmp_path / "own").exists()
    (tmp_path / "mark.svg").write_text(LOGO)
    done = begin(tmp_path, *options("nb", "en", logo="mark.svg"))
    assert "--logo-alt nb=…: nothing is given" in done.stderr
    assert begin(tmp_path, *options("nb", "en", logo="none.svg")).returncode == 2


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "letter.txt").write_text("x")
    assert "not empty" in begin(tmp_path, *options("nb", "en")).stderr
    assert [file.name for file in (tmp_path / "own").iterdir()] == ["letter.txt"]
    (tmp_path / "own" / "letter.txt").unlink()
    (tmp_path / "own").rmdir()
    (tmp_path / "own").write_text("x")
    assert "is a file" in begin(tmp_path, *options("nb", "en")).stderr
    assert "no folder" in run(tmp_path, "init", "a/b", *options("nb", "en")).stderr


def test_an_empty_clone_is_filled(tmp_path: Path) -> None:
    """The forge made an empty repository, and it was cloned: only .git is there."""
    (tmp_path / "own" / ".git").mkdir(parents=True)
    assert begin(tmp_path, *options("nb", "en")).returncode == 0
    assert found(tmp_path / "own") == []
    assert (tmp_path / "own" / ".git").is_dir()
    assert not [file for file in (tmp_path / "own").iterdir() if "new-" in file.name]


def test_a_git_repository_is_made_only_when_asked_for(own: Path, tmp_path: Path) -> None:
    assert not (own / ".git").exists()
    (tmp_path / "other").mkdir()
    assert begin(tmp_path / "other", *options("nb", "en"), "--git").returncode == 0
    head = tmp_path / "other" / "own" / ".git" / "HEAD"
    assert head.read_text() == "ref: refs/heads/main\n"


# --- questions ----------------------------------------------------------------------------


def test_questions_lead_to_the_same_register_and_wrong_answers_are_asked_again(
    tmp_path: Path, own: Path
) -> None:
    said = ["nb", "nb,en", "Hvem gjør hva", "", "Who does what", ""]
    said += ["Eksempelet", "The Example Agency", "", "agency", "", "XX", "NO", "", ""]
    said += ["Rådgiverne", "The advisers", "", "", "Mandat for rådgiverne"]
    said += ["Mandate of the advisers", ""]
    (tmp_path / "asked").mkdir()
    answers = "".join(f"{line}\n" for line in said)
    done = begin(tmp_path / "asked", "--ask", answers=answers)
    assert (done.returncode, done.stderr) == (0, "")
    for complaint in ("at least two languages", "nothing is given", "is none of", "no country"):
        assert complaint in done.stdout
    assert files_of(tmp_path / "asked" / "own") == files_of(own)


# --- what the package carries -------------------------------------------------------------


def test_every_language_has_the_same_templates() -> None:
    """A language is a file of labels and a folder of a new register's texts."""
    folders = sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())
    assert folders == available_languages()
    shapes = []
    for code in folders:
        files = sorted(
            file.relative_to(TEMPLATES / code).as_posix()
            for file in (TEMPLATES / code).rglob("*.*")
        )
        words = tomllib.loads((TEMPLATES / code / "words.toml").read_text("utf-8"))
        keys = {
            (name, *sorted(value)) if isinstance(value, dict) else (name,)
            for name, value in words.items()
        }
        shapes.append((files, keys))
        mark = words["fill_in"]
        for name in ("organisation", "role", "mandate"):
            assert words[name].startswith(mark)
        assert all(text.startswith(mark) for text in words["sections"].values())
        for page in (TEMPLATES / code / "guidance").iterdir():
            assert len(re.findall(r"\*\*[^*]+:\*\* ", page.read_text("utf-8"))) >= page.read_text(
                "utf-8"
            ).count(mark)
    assert all(shape == shapes[0] for shape in shapes)


@pytest.mark.parametrize("language", available_languages())
def test_no_link_of_the_handbook_leads_out_of_it(language: str) -> None:
    pages = handbook(language)
    assert "handbook/README.md" in pages
    assert not any(
        b"English" in page[:200] for page in pages.values()
    )  # no way to what is not there
    for name, data in pages.items():
        prose = re.sub(r"^```.*?^```", "", data.decode(), flags=re.M | re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            here = target.partition("#")[0]
            assert re.match("https?:|mailto:", target) or not here or f"handbook/{here}" in pages, (
                name,
                target,
            )


def test_headings_of_the_first_mandate_are_the_labels(own: Path) -> None:
    file = own / "mandates/mandate-of-the-advisers/2026-11-22.yml"
    sections = yaml.safe_load(file.read_text("utf-8"))["sections"]
    for section in sections:
        for code, heading in section["heading"].items():
            assert heading == labels_for(code).enum("section_kind", section["kind"])
