"""A redline keeps both versions: refusing every change gives the old text, taking all the new."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Literal

import openxml_audit
import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from lxml import etree

from conftest import RunRemit
from document_checks import pdf_faults, pdf_words, soffice
from redline_pairs import (
    handmade,
    lines,
    odt_reading,
    pairs,
    pandoc_reading,
    reading,
    redline_of,
)
from registers import ROOT
from remit.build import load_and_check
from remit.model.records import MandateVersion
from remit.render.html import ChangeWords, TreeToHtml
from remit.render.mandate_document import mandate_parts
from remit.render.marked_words import mark_words
from remit.render.redline import compare_blocks
from remit.render.redline_document import redline_document
from remit.render.tree import (
    Blocks,
    Cell,
    Heading,
    ItemList,
    ListItem,
    Paragraph,
    Redline,
    Table,
    Text,
    plain,
    words_of,
)
from remit.render.view import View
from remit.settings import read_settings
from remit.write.archive import read_parts
from remit.write.documents import write_document
from remit.write.pandoc_tool import run_pandoc


def _text(words: str) -> tuple[Text]:
    return (Text(words),)


def _html(old: Blocks, new: Blocks) -> str:
    said = ChangeWords("added:", "removed:", "end")
    return str(TreeToHtml(str, said=said).blocks(compare_blocks(old, new)))


# The tree


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_either_side_of_a_marked_tree_is_that_version(pair: tuple[Blocks, Blocks]) -> None:
    old, new = pair
    marked = compare_blocks(old, new)
    assert lines(marked, "old") == lines(old)
    assert lines(marked, "new") == lines(new)


def test_the_same_text_has_no_marks() -> None:
    blocks = (
        Heading(1, "a", _text("A"), "1"),
        Paragraph(_text("same words"), id="p"),
        ItemList((ListItem((Paragraph(_text("x")),), "i"),)),
    )
    assert compare_blocks(blocks, blocks) == blocks


def test_a_moved_section_marks_nothing_else() -> None:
    sections: list[Blocks] = [
        (Heading(1, f"h{n}", _text(f"Part {n}"), str(n)), Paragraph(_text(f"text {n}"), f"p{n}"))
        for n in range(4)
    ]
    old = tuple(block for section in sections for block in section)
    new = tuple(block for n in (0, 2, 3, 1) for block in sections[n])
    marked = [block for block in compare_blocks(old, new) if isinstance(block, Heading)]
    assert [block.mark for block in marked] == ["", "deleted", "", "", "inserted"]


def test_what_goes_in_a_section_stays_before_sections_that_come() -> None:
    one, gone = Heading(1, "one", _text("One"), "1"), Paragraph(_text("gone for good"), "gone")
    two, new = Heading(1, "two", _text("Two"), "2"), Paragraph(_text("new and here"), "new")
    marked = compare_blocks((one, gone), (one, new, two))
    assert [getattr(block, "mark", None) for block in marked] == [
        "",
        "deleted",
        "inserted",
        "inserted",
    ]


# The page


def test_a_marked_block_is_announced_once_and_marked_words_each_time() -> None:
    old = (Paragraph(_text("the team advises schools"), id="a"),)
    new = (
        Paragraph(_text("the team advises all schools"), id="a"),
        Paragraph(_text("it is new"), id="b"),
    )
    made = _html(old, new)
    assert '<ins><span class="remit-hidden"> added: </span>all ' in made
    assert (
        '<p class="remit-block-inserted" id="b">'
        '<span class="remit-hidden"> added: </span><ins>it is new</ins>' in made
    )
    assert made.count("added:") == 2


def test_no_id_stands_twice_in_a_page_and_deleted_blocks_have_none() -> None:
    one, two = Paragraph(_text("one is here"), id="one"), Paragraph(_text("two"), id="two")
    made = _html((one, two, Paragraph(_text("gone"), id="gone")), (two, one))
    assert made.count('id="one"') == made.count('id="two"') == 1
    assert 'id="gone"' not in made


def test_a_table_in_one_version_only_is_marked_with_its_header() -> None:
    table = Table((Cell(_text("Word")),), ((Cell(_text("team"), "t"),),), (1.0,))
    made = _html((), (table,))
    assert '<div class="remit-table remit-block-inserted">' in made
    assert "<ins>Word</ins>" in made and "<ins>team</ins>" in made
    assert made.count("added:") == 1


# The files


PAIRS = 20
BASE = "https://remit.example/nb/"
OLD_TITLE, NEW_TITLE = "Mandat for teamet", "Mandat for det nye teamet"
SYSTEM_PYTHON = "/usr/bin/python3"
OFFICE: tuple[Literal["docx", "odt"], ...] = ("docx", "odt")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SIDES: tuple[tuple[Literal["accept", "reject"], int], ...] = (("reject", 0), ("accept", 1))


def _drawn() -> list[tuple[Blocks, Blocks]]:
    """The same pairs every time, every other one the other way round."""
    found: list[tuple[Blocks, Blocks]] = []

    @seed(2018)
    @settings(
        max_examples=PAIRS,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(pairs())
    def collect(pair: tuple[Blocks, Blocks]) -> None:
        assume(pair[0] != pair[1])
        found.append(pair if len(found) % 2 else pair[::-1])

    collect()
    return found


DRAWN = [handmade(), handmade()[::-1], *_drawn()]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A redline of every pair, as DOCX and ODT, named by its number."""
    folder = tmp_path_factory.mktemp("redlines")
    for number, pair in enumerate(DRAWN):
        document = redline_of(pair, f"pair-{number}")
        for file_format in OFFICE:
            made = write_document(document, file_format, BASE)
            (folder / f"{number}.{file_format}").write_bytes(made)
    return folder


def test_there_are_twenty_random_pairs_that_differ() -> None:
    assert len(DRAWN) == 2 + PAIRS
    assert all(old != new for old, new in DRAWN)


@pytest.mark.parametrize(("how", "side"), SIDES)
def test_pandoc_finds_either_version(
    files: Path, how: Literal["accept", "reject"], side: int
) -> None:
    for number, pair in enumerate(DRAWN):
        data = run_pandoc(
            str(files / f"{number}.docx"), f"--track-changes={how}", "--to=json", "--from=docx"
        )
        expected = reading(pair[side], (OLD_TITLE, NEW_TITLE)[side])
        assert pandoc_reading(data) == expected, number


@pytest.fixture(scope="module")
def taken(files: Path) -> Path:
    """Every redline after LibreOffice took its changes (`0.docx-accept.odt`) or refused them."""
    if soffice() is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True).returncode:
        pytest.skip(f"{SYSTEM_PYTHON} has no module uno (python3-uno), which drives LibreOffice")
    jobs = [
        [str(file), how, f"{file}-{how}.odt"]
        for file in sorted(files.iterdir())
        for how, _ in SIDES
    ]
    done = subprocess.run(
        [SYSTEM_PYTHON, str(Path(__file__).parent / "libreoffice_changes.py"), str(files)],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert all(before > 0 and after == 0 for before, after in counts)
    return files


@pytest.mark.parametrize("file_format", OFFICE)
@pytest.mark.parametrize(("how", "side"), SIDES)
def test_libreoffice_finds_either_version(
    taken: Path, file_format: str, how: str, side: int
) -> None:
    for number, pair in enumerate(DRAWN):
        found = odt_reading((taken / f"{number}.{file_format}-{how}.odt").read_bytes())
        expected = reading(pair[side], (OLD_TITLE, NEW_TITLE)[side])
        assert found == expected, number


def test_redlines_follow_their_schemas(files: Path) -> None:
    for number in range(len(DRAWN)):
        docx, odt = str(files / f"{number}.docx"), str(files / f"{number}.odt")
        assert openxml_audit.OpenXmlValidator().validate(docx).errors == [], number
        assert openxml_audit.OdfValidator().validate(odt).errors == [], number


def test_every_change_has_an_author_a_time_and_a_number_of_its_own(files: Path) -> None:
    docx = read_parts((files / "0.docx").read_bytes())
    body = etree.fromstring(docx["word/document.xml"])
    changes = list(body.iter(f"{W}ins", f"{W}del"))
    assert {change.get(f"{W}author") for change in changes} == {"Direktoratet & Co"}
    assert {change.get(f"{W}date") for change in changes} == {
        "2018-06-19T00:00:00Z",
        "2018-06-19T00:02:00Z",
    }
    assert len({change.get(f"{W}id") for change in changes}) == len(changes)
    assert b"<w:trackRevisions/>" in docx["word/settings.xml"]
    odt = etree.fromstring(read_parts((files / "0.odt").read_bytes())["content.xml"])
    told = [e.text for e in odt.iter("{http://purl.org/dc/elements/1.1/}creator")]
    assert len(told) > 10 and set(told) == {"Direktoratet & Co"}


# The PDF


def test_the_pdf_follows_its_standards_and_says_what_changed() -> None:
    document = dataclasses.replace(
        redline_of(handmade(), "x"),
        redline=Redline(
            "Direktoratet",
            "2018-06-19T00:00:00Z",
            mark_words(_text(OLD_TITLE), _text(NEW_TITLE)),
            (Heading(1, "", _text("Endringer")), Paragraph(_text("3 punkter endret."))),
        ),
    )
    data = write_document(document, "pdf", BASE)
    for profile in ("ua1", "2a"):
        assert pdf_faults(data, profile) == set()
    words = " ".join(pdf_words(data))
    assert words.index("3 punkter endret.") < words.index("Formål og virkemåte")
    assert "Mandat for det nye teamet" in words
    assert "skolene og helsetjenesten råd" in words and "13/156-1" in words


# The real register


@pytest.fixture(scope="module")
def team() -> tuple[View, list[MandateVersion]]:
    settings = read_settings(ROOT)
    register = load_and_check(settings).register
    view = View(register, settings, "nb", settings.today)
    return view, register.versions("competence-team")


def test_a_redline_says_what_it_compares_and_who_changed_it(
    team: tuple[View, list[MandateVersion]],
) -> None:
    view, (old, new) = team
    document = redline_document(view, old, new)
    assert document.redline is not None
    assert document.file_name == "competence-team-2013-04-09-to-2018-06-19-nb"
    assert document.redline.author == document.letterhead.name == "Utlendingsdirektoratet"
    assert document.redline.moment == "2018-06-19T00:00:00Z"
    assert "2013" in document.running_id and "2018" in document.running_id
    told = list(words_of(document.redline.summary))
    assert told[1] == "21 punkter lagt til, 1 punkt fjernet og 7 punkter endret."
    assert "2 Forankring: 4 punkter lagt til" in told
    assert plain(document.redline.title, "old") == view.words(old.title)
    for side, version in (("old", old), ("new", new)):
        parts = mandate_parts(view, version)
        assert lines(document.blocks, "old" if side == "old" else "new") == lines(
            (parts.facts, *parts.body)
        )


def test_the_summary_counts_what_moved_once_and_tells_when_nothing_changed(
    team: tuple[View, list[MandateVersion]],
) -> None:
    view, (_, new) = team
    sections = (new.sections[1], new.sections[0], *new.sections[2:])
    moved = new.model_copy(update={"sections": list(sections)})
    summary = redline_document(view, new, moved).redline
    assert summary is not None
    assert "2 punkter flyttet." in list(words_of(summary.summary))
    same = redline_document(view, new, new).redline
    assert same is not None
    assert list(words_of(same.summary))[1] == "Ingen ord er endret mellom de to versjonene."


# The command line


def test_export_compares_two_versions_with_the_same_bytes_twice(
    remit: RunRemit, register_copy: Path
) -> None:
    arguments = ("export", "team-mandate", "--compare", "2020-05-01", "2024-01-01")
    made = []
    for folder in ("one", "two"):
        done = remit(*arguments, "--language", "nb", "--to", folder)
        assert done.returncode == 0, done.stderr
        files = sorted((register_copy / folder).iterdir())
        made.append([(file.name, file.read_bytes()) for file in files])
        shutil.rmtree(register_copy / ".cache", ignore_errors=True)
    assert [name for name, _ in made[0]] == [
        f"team-mandate-2020-01-01-to-2024-01-01-nb.{ending}" for ending in ("docx", "odt", "pdf")
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("team-mandate", "2019-12-31", "2024-01-01"), "2020-01-01 to 2023-12-31"),
        (("team-mandate", "2020-01-01", "2020-02-02"), "nothing changed"),
        (("team-mandate@2020-01-01", "2020-01-01", "2024-01-01"), "takes its dates after it"),
        (("team-mandates", "2020-01-01", "2024-01-01"), "did you mean team-mandate?"),
        (("team-mandate", "2020", "2024-01-01"), '"2020" is no date'),
        (("", "2020-01-01", "2024-01-01"), "for one mandate"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_do(
    remit: RunRemit, arguments: tuple[str, str, str], said: str
) -> None:
    mandate, first, second = arguments
    done = remit("export", *([mandate] if mandate else []), "--compare", first, second)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_draft_is_compared_by_its_own_day(register_copy: Path, remit: RunRemit) -> None:
    folder = register_copy / "mandates" / "team-mandate"
    draft = (folder / "2024-01-01.yml").read_text("utf-8")
    draft = draft.replace("2024-01-01", "2027-01-01").replace("status: adopted", "status: draft")
    (folder / "2027-01-01.yml").write_text(draft.replace("to ganger", "tre ganger"), "utf-8")
    done = remit(
        *("export", "team-mandate", "--compare", "2024-01-01", "2027-01-01"),
        *("--format", "docx", "--language", "nb", "--to", "out"),
    )
    assert done.returncode == 0, done.stderr
    (made,) = (register_copy / "out").iterdir()
    text = read_parts(made.read_bytes())["word/document.xml"].decode()
    assert re.search(r"<w:delText[^>]*>to<", text) and re.search(r"<w:t [^>]*>tre<", text)
