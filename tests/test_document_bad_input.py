"""Documents of bad input, through the real command line: typeset as text, or refused with a place.

Nothing outside the register is read and nothing is fetched: the command runs without any network
where the system allows that, and words of a file beside the register may stand in no document.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from document_checks import (
    LONG_WORD,
    closed_up,
    docx_words,
    letterhead_words,
    libreoffice_pdfs,
    normal,
    odt_words,
    pdf_faults,
    pdf_words,
    soffice,
    tags,
    words_expected,
    xml_part,
)
from registers import REGISTER, copy_of_register, found, overlay
from remit.build import load_and_check
from remit.model.records import MandateVersion
from remit.render.document_kinds import mandate_document
from remit.render.tree import Blocks, Document, Heading, words_of
from remit.render.view import View
from remit.settings import read_settings

VERSION = "mandates/team-mandate/2024-01-01.yml"
ID = "team-mandate-2024-01-01"
LANGUAGES = ("nb", "en")
CANARY = "canary-7f3a91c4"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINE = 595.3 - 2 * 70.87
"""Width of the text on the page, in points."""

TYPESET = (
    '#read("canary.txt")',
    '#read("/etc/hostname") #include "canary.txt"',
    '#image("canary.txt") #{1+1} #let x = 1',
    r"\input{canary.txt} \write18{cat canary.txt}",
    r"\\server\share\canary.txt and C:\canary.txt",
    "file:canary.txt and ./canary.txt and ../../canary.txt",
    "$x$ and $$y$$ and \\(z\\)",
    "@label and @canary.txt and #label",
    "= heading == heading",
    "%PDF-1.7 endstream endobj",
    "w:p text:p office:body",
    "AT&T &amp; &#65; &canary;",
    "]]> ]] ) and ((",
    "@@title@@ ${canary} %(canary)s %s {0}",
    "!include canary.txt",
    "=cmd|' /C calc'!A0",
    "'single' \"double\" “curly” -- --- ...",
)
"""Markup and template syntax of every target format that is nothing but text here."""

REFUSED = {
    "{{ canary }}": "template-code",
    "{% include 'canary.txt' %}": "template-code",
    "<w:p><w:r><w:t>x</w:t></w:r></w:p>": "raw-html",
    "<text:p>x</text:p>": "raw-html",
    "<script>alert(1)</script>": "raw-html",
    '<img src="file:///etc/passwd">': "raw-html",
    '<!ENTITY x SYSTEM "file:///etc/passwd">': "raw-html",
    "![](file:///etc/passwd)": "unsafe-link",
    "![x](canary.txt)": "unsafe-link",
    "[x](canary.txt)": "unsafe-link",
    "[x](file:///etc/passwd)": "unsafe-link",
    "[[no-such-record]]": "unresolved-link",
    "[[]]": "unresolved-link",
    "[[../../canary.txt]]": "unresolved-link",
    "مرحبا": "letter-not-in-font",
    "שלום": "letter-not-in-font",
    "漢字": "letter-not-in-font",
    "fine 😀": "letter-not-in-font",
    "a\ue000b": "letter-not-in-font",
    "a\u202eb": "bidi-override",
    "a\u2067b": "bidi-override",
    "a\x0bb": "control-character",
}


def _version(sections: Iterable[dict[str, Any]], **more: Any) -> str:
    """The small register's newest version with other sections after its own. JSON is YAML."""
    source = (REGISTER / VERSION).read_text("utf-8")
    for field, value in more.items():
        source = re.sub(rf"(?m)^{field}:.*\n((  |- ).*\n)*", "", source)
        source = f"{field}: {json.dumps(value, ensure_ascii=False)}\n" + source
    rows = "".join(f"  - {json.dumps(section, ensure_ascii=False)}\n" for section in sections)
    return source + rows


def _both(words: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words)


def _section(number: int, heading: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    named = [
        {key: _both(value) if key in ("text", "term", "how_often") else value for key, value in
         {"id": f"more-{number}-{place}", **block}.items()}
        for place, block in enumerate(blocks)
    ]  # fmt: skip
    return {"id": f"more-{number}", "kind": "other", "heading": _both(heading), "blocks": named}


def _everywhere(number: int, words: str) -> dict[str, Any]:
    """A section with the words in every kind of block and in its heading."""
    return _section(
        number,
        words,
        {"kind": "paragraph", "text": f"{words}\n\n- {words}\n- **{words}**"},
        {"kind": "item", "text": words},
        {"kind": "definition", "term": words, "text": words},
        {
            "kind": "reporting",
            "to": "testdirektoratet",
            "text": words,
            "how_often": words,
        },
    )


def _document(register: Path, language: str) -> Document:
    settings = read_settings(register)
    checked = load_and_check(settings)
    version = checked.register.get(MandateVersion, "team-mandate@2024-01-01")
    assert version is not None
    return mandate_document(View(checked.register, settings, language, settings.today), version)


@cache
def _offline() -> tuple[str, ...]:
    """What runs a command where there is no network at all, if the system lets us."""
    cut_off = ("unshare", "--user", "--map-root-user", "--net")
    if shutil.which("unshare"):
        done = subprocess.run([*cut_off, "true"], capture_output=True, check=False)
        if done.returncode == 0:
            return cut_off
    return ()


def _export(register: Path, *arguments: str) -> Path:
    """The documents of the newest version, made without a network."""
    nowhere = "http://127.0.0.1:9"
    done = subprocess.run(
        [
            *(*_offline(), sys.executable, "-m", "remit", "export", "team-mandate@2024-01-01"),
            *(*arguments, "--to", "out"),
        ],
        cwd=register,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "http_proxy": nowhere, "https_proxy": nowhere, "ALL_PROXY": nowhere},
    )
    assert done.returncode == 0, done.stderr
    return register / "out"


def _assert_all_say(document: Document, folder: Path) -> None:
    """DOCX, ODT and PDF say what the document says, and the PDF keeps its standards."""
    expected = words_expected(document)
    file = folder / document.file_name
    assert docx_words(file.with_suffix(".docx").read_bytes()) == expected
    assert odt_words(file.with_suffix(".odt").read_bytes()) == expected
    pdf = file.with_suffix(".pdf").read_bytes()
    found = pdf_words(pdf)
    contents = [document.contents_label] if document.show_contents else []
    before = letterhead_words(document) + normal(document.title)
    after = expected[len(normal(document.title)) :]
    start = len(before) + len(normal(" ".join(words_of(_before_headings(document)))))
    told = before + after
    wanted = closed_up([*told[:start], *contents, *told[start:]])
    assert "".join(closed_up(found)) == "".join(wanted)
    for profile in ("ua1", "2a"):
        assert pdf_faults(pdf, profile) == set()


def _before_headings(document: Document) -> Blocks:
    """What stands before the table of contents."""
    kinds = [type(block) for block in document.blocks]
    return document.blocks[: kinds.index(Heading)]


def _everything_in(file: Path) -> bytes:
    """All that a file holds, unpacked."""
    if file.suffix == ".pdf":
        with pikepdf.open(file) as pdf:
            return (
                b"".join(
                    part.read_bytes() for part in pdf.objects if isinstance(part, pikepdf.Stream)
                )
                + repr([str(page.obj) for page in pdf.pages]).encode()
            )
    with zipfile.ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register whose texts are full of other formats' markup, with its documents in `out`."""
    register = copy_of_register(tmp_path_factory.mktemp("hostile") / "register")
    (register / "canary.txt").write_text(CANARY)
    (register.parent / "canary.txt").write_text(CANARY)
    mandate = (REGISTER / "mandates/team-mandate/mandate.yml").read_text("utf-8")
    body = "content/organisations/testdirektoratet.yml"
    overlay(
        register,
        {
            VERSION: _version(
                [_everywhere(number, words) for number, words in enumerate(TYPESET)],
                title=_both(TYPESET[0]),
                case_numbers=[TYPESET[0]],
            ),
            "mandates/team-mandate/mandate.yml": mandate.replace("TM 2020-001", '#read("a.txt")'),
            body: (REGISTER / body)
            .read_text("utf-8")
            .replace("Testdirektoratet\n", "'Dir #read(\"canary.txt\")'\n"),
        },
    )
    _export(register)
    return register


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_of_other_formats_is_text(hostile: Path, language: str) -> None:
    document = _document(hostile, language)
    _assert_all_say(document, hostile / "out")
    spoken = "".join(pdf_words((hostile / "out" / f"{document.file_name}.pdf").read_bytes()))
    for words in (TYPESET[0], TYPESET[1], TYPESET[5], TYPESET[9], TYPESET[15]):
        assert spoken.count("".join(normal(words))) >= 7


def test_no_file_beside_the_register_is_read(hostile: Path) -> None:
    files = sorted((hostile / "out").iterdir())
    assert len(files) == 6
    for file in files:
        assert CANARY.encode() not in _everything_in(file)
    with open("/etc/hostname" if Path("/etc/hostname").exists() else "/etc/hosts") as stream:
        words = stream.read().split()
    for file in files:
        held = _everything_in(file).decode("latin-1")
        assert not any(len(word) > 8 and word in held for word in words)


@pytest.mark.parametrize("text", REFUSED, ids=[ascii(text) for text in REFUSED])
def test_what_cannot_be_text_is_refused_with_its_place(text: str, tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    section = _section(1, "Mer", {"kind": "item", "text": text})
    section["heading"]["en"] = text
    overlay(register, {VERSION: _version([section])})
    places = [one.location for one in found(register) if one.code == REFUSED[text]]
    assert len(places) == 3
    assert {place.path for place in places} == {VERSION}
    last = len((register / VERSION).read_text("utf-8").splitlines())
    assert {place.line for place in places} == {last}


def test_a_refused_text_makes_no_document(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    overlay(register, {VERSION: _version([_section(1, "漢字")])})
    done = subprocess.run(
        [sys.executable, "-m", "remit", "export"],
        cwd=register,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no document can show 漢 (U+6F22 CJK UNIFIED IDEOGRAPH-6F22), 字" in done.stderr
    assert not (register / "build").exists()


EMPTY = ("---", "\\", "&nbsp;", "[x]: https://example.org", "**", ">", "- ", "1. ", "``")


def test_sections_and_texts_with_next_to_nothing_in_them(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    sections = [_section(0, "Tom"), _section(1, "Tom igjen")]
    sections += [
        _section(
            number,
            f"Nesten tom {number}",
            {"kind": "paragraph", "text": text},
            {"kind": "item", "text": text},
            {"kind": "definition", "term": "x", "text": text},
        )
        for number, text in enumerate(EMPTY, 2)
    ]
    overlay(register, {VERSION: _version(sections)})
    folder = _export(register)
    for language in LANGUAGES:
        _assert_all_say(_document(register, language), folder)


LETTERS = "Sámi: Áá Čč Đđ Ŋŋ Šš Ŧŧ Žž; Привет, Ελλάδα, Zażółć gęślą jaźń, Łódź, ½ ☐ → €"


def test_letters_of_other_languages_are_set(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    overlay(register, {VERSION: _version([_everywhere(1, LETTERS)], title=_both(LETTERS))})
    folder = _export(register)
    for language in LANGUAGES:
        _assert_all_say(_document(register, language), folder)


SENTENCE = (
    "Teamet gir råd til førstelinjen i saker som gjelder negativ sosial kontroll, æresrelatert "
    "vold, tvangsekteskap og kjønnslemlestelse, og sier fra når en sak hører hjemme et annet sted."
)


def test_a_mandate_of_sixty_pages(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    sections = [
        _section(
            number,
            f"Kapittel {number}",
            *({"kind": "paragraph", "text": " ".join([SENTENCE] * 5)} for _ in range(3)),
            *({"kind": "item", "text": SENTENCE} for _ in range(6)),
            *({"kind": "definition", "term": f"Ord {n}", "text": SENTENCE} for n in range(4)),
        )
        for number in range(47)
    ]
    overlay(register, {VERSION: _version(sections)})
    folder = _export(register, "--language", "nb")
    document = _document(register, "nb")
    _assert_all_say(document, folder)
    file = folder / document.file_name
    pdf = file.with_suffix(".pdf").read_bytes()
    with pikepdf.open(file.with_suffix(".pdf")) as opened:
        assert len(opened.pages) >= 60
        with opened.open_outline() as outline:
            assert len(outline.root) > 47
    headings = 4 + 47 + 3  # the register's own sections; legal bases, signature, colophon
    assert tags(pdf).count("TOCI") == headings
    contents = xml_part(file.with_suffix(".docx").read_bytes(), "word/document.xml")
    styles = [style.get(f"{WORD}val") for style in contents.iter(f"{WORD}pStyle")]
    assert styles.count("TOC1") == headings
    index = xml_part(file.with_suffix(".odt").read_bytes(), "content.xml").find(".//{*}index-body")
    assert index is not None
    assert len(index.findall("{*}p")) == headings


LONG = (LONG_WORD, "x" * 80, "1" * 80, "A_b" * 27, "W" * 80, "https://example.org/" + "q" * 80)


def _over_the_margin(pdf: Path) -> list[tuple[str, str]]:
    """The words of a PDF that do not lie between its margins."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True)
    place = re.compile(r'<word xMin="([-\d.]+)" .*?xMax="([-\d.]+)" .*?>(.*?)</word>')
    slack = 1.5
    return [
        (f"{left} to {right}", words)
        for left, right, words in place.findall(done.stdout.decode())
        if float(left) < 70.87 - slack or float(right) > 70.87 + LINE + slack
    ]


@pytest.mark.skipif(soffice() is None, reason="LibreOffice (soffice) is not installed")
def test_nothing_runs_over_the_margin(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    sections = [_everywhere(number, words) for number, words in enumerate(LONG)]
    overlay(register, {VERSION: _version(sections, title=_both(f"Mandat {LONG[1]} {LONG[0]}"))})
    folder = _export(register, "--language", "nb")
    document = _document(register, "nb")
    _assert_all_say(document, folder)
    made = folder / f"{document.file_name}.pdf"
    assert _over_the_margin(made) == []
    for ending in ("docx", "odt"):
        (printed,) = libreoffice_pdfs([made.with_suffix(f".{ending}")], tmp_path / ending)
        assert _over_the_margin(printed) == []
