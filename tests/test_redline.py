"""A redline keeps both versions: refusing every change gives the old text, taking all the new."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Literal

import openxml_audit
import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from document_checks import soffice
from redline_pairs import (
    handmade,
    lines,
    odt_reading,
    pairs,
    pandoc_reading,
    reading,
    redline_of,
)
from remit.render.html import ChangeWords, TreeToHtml
from remit.render.redline import compare_blocks
from remit.render.tree import (
    Blocks,
    Cell,
    Heading,
    ItemList,
    ListItem,
    Paragraph,
    Table,
    Text,
)
from remit.write.documents import write_document
from remit.write.pandoc_tool import run_pandoc


def _text(words: str) -> tuple[Text]:
    return (Text(words),)


def _html(old: Blocks, new: Blocks) -> str:
    said = ChangeWords("added:", "removed:", "end")
    return str(TreeToHtml(str, permalink="Link", said=said).blocks(compare_blocks(old, new)))


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
        '<p class="remit-block remit-block-inserted" id="b">'
        '<span class="remit-hidden"> added: </span><ins>it is new</ins>' in made
    )
    assert made.count("added:") == 2


def test_no_id_stands_twice_in_a_page_and_deleted_blocks_have_none() -> None:
    one, two = Paragraph(_text("one is here"), id="one"), Paragraph(_text("two"), id="two")
    made = _html((one, two, Paragraph(_text("gone"), id="gone")), (two, one))
    assert made.count('id="one"') == made.count('id="two"') == 1
    assert 'id="gone"' not in made
    assert made.count('class="remit-permalink"') == 2


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
SIDES: tuple[tuple[Literal["accept", "reject"], int], ...] = (("reject", 0), ("accept", 1))


def _drawn() -> list[tuple[Blocks, Blocks]]:
    """The same pairs every time, each followed by itself the other way round."""
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
        found.extend((pair, (pair[1], pair[0])))

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
    assert len(DRAWN) == 2 + 2 * PAIRS
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
