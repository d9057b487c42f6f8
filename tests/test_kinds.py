"""Kinds of document: each of its template, in every format, and nothing a template could break."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import openxml_audit
import pytest

from conftest import RunRemit
from document_checks import (
    closed_up,
    docx_words,
    letterhead_words,
    normal,
    odt_words,
    pdf_faults,
    pdf_words,
    words_expected,
    xml_part,
)
from registers import REGISTER, ROOT, copy_of_register, found, overlay
from remit.build import load_whole
from remit.diagnostics import ContentFault, Diagnostic
from remit.load.templates import read_template
from remit.model.records import MandateVersion, Paragraph, Section
from remit.model.register import Register
from remit.model.templates import TemplateHead, Templates
from remit.model.values import LocalText, When
from remit.render import tree
from remit.render.document_kinds import VALUES, document_of, names_given, template_faults
from remit.render.labels import labels_for
from remit.render.mandate_document import (
    colophon,
    mandate_frame,
    mandate_parts,
    naming_day,
    signature,
)
from remit.render.template_language import ELEMENTS
from remit.render.tree import Document, Foreign, Table, plain
from remit.render.view import View
from remit.settings import read_settings
from remit.write.documents import FORMATS, Format, write_document
from tag_tree import tag_lines, tag_tree

KINDS = ("mandate", "side-by-side", "hearing", "cover-letter")
LANGUAGES = ("nb", "en")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
HANDBOOK = ROOT / "docs" / "handbook" / "kinds-of-document.md"

kinds = pytest.mark.parametrize("kind", KINDS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def _register() -> Register:
    return load_whole(read_settings(REGISTER))


def _view(language: str, register: Register | None = None) -> View:
    settings = read_settings(REGISTER)
    return View(register or _register(), settings, language, settings.today)


def _version(register: Register | None = None, day: str = "2024-01-01") -> MandateVersion:
    version = (register or _register()).get(MandateVersion, f"team-mandate@{day}")
    assert version is not None
    return version


@cache
def _document(kind: str, language: str) -> Document:
    return document_of(_view(language), kind, _version())


@cache
def _made(kind: str, language: str, file_format: Format) -> bytes:
    base = f"https://test.example/{language}/"
    return write_document(_document(kind, language), file_format, base)


def _own(body: str, front: str = "", name: str = "memo") -> Register:
    """The register of the tests with a template of its own."""
    text = f"---\nof: mandate\nname:\n  nb: Notat\n  en: Memo\n{front}---\n{body}"
    problems: list[Diagnostic] = []
    read = read_template(text.encode(), f"content/templates/{name}.html", True, problems)
    assert read is not None, problems
    shipped = _register().templates.shipped
    return replace(_register(), templates=Templates({name: read[0]}, shipped))


def _memo(body: str, front: str = "", language: str = "nb") -> Document:
    register = _own(body, front)
    return document_of(_view(language, register), "memo", _version(register))


def _refused(body: str, front: str = "") -> str:
    """What is printed of a template that cannot make its document."""
    with pytest.raises(ContentFault) as caught:
        _memo(body, front)
    one = caught.value.diagnostic
    return f"{one.location} {one.message} [{one.code}]"


# Every shipped kind in every format


@each_language
def test_the_mandate_is_what_its_parts_are(language: str) -> None:
    for version in _register().all(MandateVersion):
        parts = mandate_parts(_view(language), version)
        then = _view(language).on(naming_day(_view(language), version))
        expected = (
            *parts.notices,
            parts.facts,
            *parts.body,
            *signature(then, version),
            *colophon(then, version),
        )
        made = document_of(_view(language), "mandate", version)
        frame = mandate_frame(_view(language), version)
        assert made == replace(frame, blocks=expected)


@kinds
@each_language
def test_every_format_has_the_words_of_the_tree(kind: str, language: str) -> None:
    document = _document(kind, language)
    expected = words_expected(document)
    assert docx_words(_made(kind, language, "docx")) == expected
    assert odt_words(_made(kind, language, "odt")) == expected
    printed = closed_up(pdf_words(_made(kind, language, "pdf")))
    assert printed == closed_up(letterhead_words(document) + expected)


@kinds
@each_language
def test_files_follow_their_schemas_and_profiles(kind: str, language: str, tmp_path: Path) -> None:
    docx, odt = tmp_path / "a.docx", tmp_path / "a.odt"
    docx.write_bytes(_made(kind, language, "docx"))
    odt.write_bytes(_made(kind, language, "odt"))
    assert openxml_audit.OpenXmlValidator().validate(str(docx)).errors == []
    assert openxml_audit.OdfValidator().validate(str(odt)).errors == []
    for profile in ("ua1", "2a"):
        assert pdf_faults(_made(kind, language, "pdf"), profile) == set()


@kinds
def test_the_same_document_gives_the_same_bytes(kind: str) -> None:
    again = document_of(_view("nb"), kind, _version())
    for file_format in FORMATS:
        base = "https://test.example/nb/"
        assert write_document(again, file_format, base) == _made(kind, "nb", file_format)


@kinds
def test_no_kind_says_a_word_of_another_language(kind: str) -> None:
    """Each template's words are there in every language that remit has."""
    template = _register().templates.kinds[kind]
    for local in (template.name, *template.words.values()):
        assert set(local) == {"nb", "sv", "en"}
        places = {code: sorted(re.findall(r"\{\w+\}", words)) for code, words in local.items()}
        assert len({tuple(found) for found in places.values()}) == 1


def test_files_are_named_by_record_kind_and_language() -> None:
    names = [_document(kind, "nb").file_name for kind in KINDS]
    assert names == [
        "team-mandate-2024-01-01-nb",
        "team-mandate-2024-01-01-side-by-side-nb",
        "team-mandate-2024-01-01-hearing-nb",
        "team-mandate-2024-01-01-cover-letter-nb",
    ]
    assert [_document(kind, "nb").kind for kind in KINDS] == list(KINDS)


# Two languages side by side


@pytest.mark.parametrize(("language", "other"), [("nb", "en"), ("en", "nb")])
def test_each_side_is_in_its_language(language: str, other: str) -> None:
    version, document = _version(), _document("side-by-side", language)
    assert version.authoritative_language == "nb"
    tables = [block for block in document.blocks if isinstance(block, Table)]
    blocks = [block for section in version.sections for block in section.blocks]
    rows = [row for table in tables[1:] for row in table.rows]
    assert [row[0].id for row in rows if row[0].id] == [block.id for block in blocks]
    foreign = 1 if language == "nb" else 0
    for row in rows:
        marked = row[foreign].inlines
        assert [one.language for one in marked if isinstance(one, Foreign)] == [other]
        assert not isinstance(row[1 - foreign].inlines[0], Foreign)
    for block in blocks:
        row = next(row for row in rows if row[0].id == block.id)
        for code, cell in zip(("nb", "en"), row, strict=True):
            words = re.sub(r"[\[\]*_]", "", block.text[code].split("[[")[0]).split()
            assert " ".join(words[:3]) in " ".join(plain(cell.inlines).split())


def test_a_text_that_is_not_translated_says_so() -> None:
    register = _register()
    version = _version()
    text = LocalText({"nb": "Bare på norsk."})
    paragraph = Paragraph(kind="paragraph", id="only", text=text)
    section = version.sections[0].model_copy(update={"blocks": [paragraph]})
    assert isinstance(section, Section)
    changed = version.model_copy(update={"sections": [section]})
    document = document_of(_view("en", register), "side-by-side", changed)
    cells = [plain(cell.inlines) for cell in _row(document, "only")]
    assert cells == ["Bare på norsk.", "Not translated"]


def _row(document: Document, id: str) -> tuple[tree.Cell, ...]:
    return next(
        row
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
        if row[0].id == id
    )


def test_the_reader_of_a_pdf_hears_both_languages_row_by_row() -> None:
    found = tag_tree(_made("side-by-side", "nb", "pdf"))
    first = _version().sections[0]
    heading = f"H1 1 {first.heading['nb']} / <en-GB: {first.heading['en']}>"
    assert heading in [line.strip() for line in found.splitlines()]
    assert "TH(Column) Norsk bokmål, gjeldende tekst" in found
    spoken = tag_lines(_made("side-by-side", "nb", "pdf"), "TD")
    assert all("<en-GB:" in line for line in spoken[1::2])
    assert not any("<en-GB:" in line for line in spoken[::2])


# The hearing version


def test_lines_are_numbered_in_every_format() -> None:
    docx = xml_part(_made("hearing", "nb", "docx"), "word/document.xml")
    assert [one.get(f"{W}countBy") for one in docx.iter(f"{W}lnNumType")] == ["1"]
    styles = xml_part(_made("hearing", "nb", "odt"), "styles.xml")
    numbering = next(styles.iter(f"{TEXT}linenumbering-configuration"))
    assert numbering.get(f"{TEXT}number-lines") == "true"
    plainly = xml_part(_made("mandate", "nb", "docx"), "word/document.xml")
    assert not list(plainly.iter(f"{W}lnNumType"))


def test_numbers_of_lines_are_seen_and_not_heard() -> None:
    numbered = _document("hearing", "nb")
    plainly = replace(numbered, line_numbers=False)
    base = "https://test.example/nb/"
    made = {one: write_document(one, "pdf", base) for one in (numbered, plainly)}
    assert pdf_words(made[numbered]) == pdf_words(made[plainly])
    assert len(made[numbered]) > len(made[plainly])


def test_a_form_has_room_to_write_and_comes_on_a_page_of_its_own() -> None:
    docx = xml_part(_made("hearing", "nb", "docx"), "word/document.xml")
    styles = [style.get(f"{W}val") for style in docx.iter(f"{W}tblStyle")]
    assert styles.count("FormTable") == 3
    breaks = [s for s in docx.iter(f"{W}pStyle") if s.get(f"{W}val") == "PageBreak"]
    assert len(breaks) == 1
    heights = [row.get(f"{W}val") for row in docx.iter(f"{W}trHeight")]
    assert len(heights) == 3 + 2 + 12
    odt = xml_part(_made("hearing", "nb", "odt"), "content.xml")
    broken = [p for p in odt.iter(f"{TEXT}p") if p.get(f"{TEXT}style-name") == "PageBreak"]
    assert len(broken) == 1 and not "".join(str(t) for t in broken[0].itertext())


def test_a_draft_and_an_adopted_text_are_sent_out_with_other_words() -> None:
    adopted = " ".join(tree.words_of(_document("hearing", "en").blocks))
    draft = _version().model_copy(update={"status": "draft"})
    drafted = " ".join(tree.words_of(document_of(_view("en"), "hearing", draft).blocks))
    assert "has been adopted" in adopted and "This is a draft" in drafted


# The cover letter


def test_a_cover_letter_says_what_it_replaces_and_what_changed() -> None:
    words = " ".join(tree.words_of(_document("cover-letter", "en").blocks))
    assert "replaces the version that applied from 1\u00a0January\u00a02020" in words
    assert re.search(r"Changes in the text: \d+ point", words)
    first = document_of(_view("en"), "cover-letter", _version(day="2020-01-01"))
    said = " ".join(tree.words_of(first.blocks))
    assert "it replaces no other" in said and "Changes in the text" not in said


def test_a_letter_bears_no_date_of_the_record() -> None:
    assert "Document date" in dict(_document("mandate", "en").reference)
    assert "Document date" not in dict(_document("cover-letter", "en").reference)


# A kind of the register's own


def test_the_handbooks_example_is_a_kind_without_python(tmp_path: Path) -> None:
    title, text = re.findall(
        r'^```html title="([^"]+)"\n(.*?)^```$', HANDBOOK.read_text("utf-8"), re.M | re.S
    )[0]
    place = overlay(copy_of_register(tmp_path / "register"), {title: text})
    assert found(place) == []
    register = load_whole(read_settings(place))
    kind = Path(title).stem
    document = document_of(_view("en", register), kind, _version(register))
    assert document.kind == kind
    for file_format in FORMATS:
        made = write_document(document, file_format, "https://test.example/en/")
        if file_format == "pdf":
            assert pdf_faults(made, "ua1") == pdf_faults(made, "2a") == set()
            assert closed_up(pdf_words(made))[-20:] == closed_up(words_expected(document))[-20:]
        else:
            read = docx_words if file_format == "docx" else odt_words
            assert read(made) == words_expected(document)


def test_the_handbook_names_every_element_and_every_value() -> None:
    words = HANDBOOK.read_text("utf-8")
    for name in ELEMENTS:
        assert f"`<{name}" in words, name
    for subject in VALUES:
        for name in names_given(subject):
            assert re.search(rf"`{name}[`(]", words), name


def test_the_handbook_names_every_field_of_the_front_matter() -> None:
    words = HANDBOOK.read_text("utf-8")
    for name in TemplateHead.model_fields:
        assert f"| `{name}` |" in words, name


def test_an_own_template_replaces_and_extends_a_shipped_one() -> None:
    body = '{% extends "remit/mandate.html" %}{% block foot %}<p>Slutt.</p>{% endblock %}'
    register = _own(body, name="mandate")
    assert template_faults(register, read_settings(REGISTER)) == []
    document = document_of(_view("nb", register), "mandate", _version(register))
    assert [*tree.words_of(document.blocks)][-1] == "Slutt."
    assert document.file_name == "team-mandate-2024-01-01-nb"


def test_words_of_the_template_it_is_built_on_can_be_changed() -> None:
    front = "words:\n  comments:\n    nb: Innspill\n    en: Input\n"
    document = _memo('{% extends "hearing.html" %}', front)
    assert "Innspill" in [*tree.words_of(document.blocks)]
    assert "Høringsfrist" in [*tree.words_of(document.blocks)]


def test_fields_print_as_the_reader_knows_them() -> None:
    body = (
        "<p>{{ version.title }}|{{ version.in_force.from }}|{{ version.status }}|"
        "{{ mandate.annex_of }}|{{ version.case_numbers|join(', ') }}|"
        "{{ name(mandate.issued_by[0]) }}|"
        "{{ say('till', day=version.in_force) }}</p>"
    )
    front = "words:\n  till:\n    nb: 'Gjelder {day}.'\n    en: 'Applies {day}.'\n"
    (paragraph,) = _memo(body, front).blocks
    title, start, status, annex, cases, owner, applies = next(tree.words_of((paragraph,))).split(
        "|"
    )
    version, labels = _version(), labels_for("nb")
    assert title == version.title["nb"] and status == "Vedtatt" and annex == ""
    assert start == labels.when(When.parse("2024-01-01")) and applies == f"Gjelder fra {start}."
    assert cases == ", ".join(version.case_numbers) and owner


def test_landscape_and_contents_are_asked_for_in_the_front_matter(tmp_path: Path) -> None:
    body = "<h1>{{ title }}</h1><p>Tekst.</p>{{ facts }}"
    document = _memo(body, "landscape: true\ncontents: always\n")
    assert document.landscape and document.show_contents
    base = "https://test.example/nb/"
    docx = xml_part(write_document(document, "docx", base), "word/document.xml")
    size = next(docx.iter(f"{W}pgSz"))
    assert int(size.get(f"{W}w", "0")) > int(size.get(f"{W}h", "0"))
    styles = xml_part(write_document(document, "odt", base), "styles.xml")
    for page in styles.iter(f"{STYLE}page-layout-properties"):
        assert page.get(f"{FO}page-width") == "297.0mm"
    made = write_document(document, "pdf", base)
    assert pdf_faults(made, "ua1") == set() and "TOC" in tag_tree(made)
    for name, validator in (
        ("a.docx", openxml_audit.OpenXmlValidator),
        ("a.odt", openxml_audit.OdfValidator),
    ):
        file = tmp_path / name
        form: Format = "docx" if name.endswith("docx") else "odt"
        file.write_bytes(write_document(document, form, base))
        assert validator().validate(str(file)).errors == []


@pytest.mark.parametrize("length", [10, 20000])
def test_a_long_row_goes_on_on_the_next_page_and_a_short_one_stays_whole(length: int) -> None:
    words = "ord " * (length // 4)
    body = f"<table><tr><th>a</th><th>b</th></tr><tr><td>{words}</td><td>slutt</td></tr></table>"
    document = _memo(body)
    made = write_document(document, "docx", "https://test.example/nb/")
    rows = [*xml_part(made, "word/document.xml").iter(f"{W}tr")]
    whole = [row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows]
    assert whole == [True, length == 10]
    pdf = write_document(document, "pdf", "https://test.example/nb/")
    assert closed_up(pdf_words(pdf))[-len(normal(words)) - 1 :] == [*normal(words), "slutt"]


# What a template cannot do


def test_register_text_is_never_markup_and_never_a_template() -> None:
    nasty = '<b>x</b> {{ 7*7 }} <p> &amp; <part n="0"/> ]]> <!-- -->'
    version = _version()
    changed = version.model_copy(update={"case_numbers": [nasty]})
    register = _own("<p>{{ version.case_numbers[0] }} {{ title }}</p>")
    document = document_of(_view("nb", register), "memo", changed)
    words = [*tree.words_of(document.blocks)]
    assert words == [f"{nasty} {version.title['nb']}"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>{{ ''.__class__ }}</p>",
        "<p>{{ title.__init__.__globals__ }}</p>",
        "<p>{{ title._content }}</p>",
        "<p>{{ label.__self__ }}</p>",
        "<p>{{ version.parse_file('/etc/passwd') }}</p>",
        "<p>{{ version.model_dump_json() }}</p>",
        "<p>{{ version.title._texts }}</p>",
        "<p>{{ self.__init__ }}</p>",
        "{% include '/etc/passwd' %}",
        "{% include '../../etc/passwd' %}",
        "{% include 'site/base.html' %}",
        "{% extends 'nothing.html' %}",
        "<p>{{ range(10**9)|length }}</p>",
        "<p>{% for a in range(100000) %}x{% endfor %}</p>",
        "<p>{{ 'x' * 1000000000 }}</p>",
        "<p>{{ '%1000000000d' % 1 }}</p>",
        "<p>{{ '{:9d}'.format(1) }}</p>",
        "<p>{{ 'x'.ljust(9) }}</p>",
        "<p>{{ title|safe }}</p>",
        "{% autoescape false %}<p>{{ title }}</p>{% endautoescape %}",
        "<p>{{ version.sections.append(1) }}</p>",
        "<p>{{ nothing }}</p>",
        "<p>{{ words.nothing }}</p>",
        "<p>{{ version.nothing }}</p>",
        "<p>{{ version.sections }}</p>",
        "<p>{{ title.upper() }}</p>",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% extends 'memo.html' %}",
    ],
)
def test_a_template_reaches_nothing_but_what_it_is_given(body: str) -> None:
    message = _refused(body)
    assert re.match(r"content/templates/memo\.html:[7-9]:\d+ ", message)
    assert "root:" not in message


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ("<p>a</p>\n<script>alert(1)</script>", "8:1", "no element <script>"),
        ("<p>\n <img src='file:///etc/passwd'/></p>", "8:2", "no element <img>"),
        ("<p><a href='javascript:alert(1)'>x</a></p>", "7:4", "cannot link to"),
        ("<p><a href='file:///etc/passwd'>x</a></p>", "7:4", "cannot link to"),
        ("<p style='color:red'>x</p>", "7:1", 'no attribute "style"'),
        ("<p onclick='x'>x</p>", "7:1", 'no attribute "onclick"'),
        ("<p class='big'>x</p>", "7:1", 'class="big" is not known'),
        ("<p>x", "7:1", "not well formed"),
        ("<p>x</em></p>", "7:1", "not well formed"),
        ("<p>&nbsp;</p>", "7:1", "not well formed"),
        ("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><p>x</p>", "7:1", "not well formed"),
        ("<?php x ?><p>x</p>", "7:1", "an instruction"),
        ("words<p>x</p>", "7:1", "words outside a paragraph"),
        ("<p>x</p>{{ title }}", "7:1", "words are printed outside a paragraph"),
        ("<p>{{ facts }}</p>", "7:1", "whole paragraphs, lists or tables"),
        ("<h2>x</h2>", "7:1", "is the first heading"),
        ("<h1>a</h1>\n<h3>x</h3>", "8:1", "follows a heading of level 1"),
        ("<h1></h1>", "7:1", "has no words"),
        ("<h1 id='a'>x</h1><h1 id='A'>y</h1>", "7:18", "given twice"),
        ("<table><tr><td>x</td></tr></table>", "7:8", "no header row"),
        ("<table><tr><th>x</th></tr><tr><td>a</td><td>b</td></tr></table>", "7:27", "2 cells"),
        ("<table widths='1 2'><tr><th>x</th></tr><tr><td>a</td></tr></table>", "7:1", "2 widths"),
        ("<li>x</li>", "7:1", "wrong place"),
        ("<ul><p>x</p></ul>", "7:5", "cannot stand in <ul>"),
        ("<part n='0'/>", "7:1", "no element <part>"),
        ("<p><a href='#nowhere'>x</a></p>", "7:1", "no block has the id"),
    ],
)
def test_what_the_language_has_not_is_refused_at_its_place(
    body: str, place: str, message: str
) -> None:
    said = _refused(body)
    assert said.startswith(f"content/templates/memo.html:{place} ")
    assert message in said and said.endswith("[template-markup]")


def test_nothing_is_written_when_a_template_fails(remit: RunRemit, register_copy: Path) -> None:
    text = "---\nof: mandate\nname:\n  nb: Notat\n  en: Memo\n---\n<h2>{{ title }}</h2>\n"
    overlay(register_copy, {"content/templates/memo.html": text})
    done = remit("export", "--kind", "memo")
    assert done.returncode == 1
    said = done.stderr
    assert said.startswith("content/templates/memo.html:7:1: error: <h2> is the first heading")
    assert not [one for one in (register_copy / "build").rglob("*") if one.is_file()]


def test_an_unknown_kind_is_told_which_there_are(remit: RunRemit) -> None:
    done = remit("export", "--kind", "poster")
    assert done.returncode == 2
    said = done.stderr
    assert 'no kind of document "poster"' in said
    assert "hearing (of: mandate)" in said and "side-by-side (of: mandate)" in said
