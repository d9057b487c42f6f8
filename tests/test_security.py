"""What a hostile record could try: each is refused, and would do nothing if it were not."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from lxml import html

from registers import REGISTER, found, overlay
from remit.build import load_and_check
from remit.diagnostics import FORMATS, Diagnostic, Location
from remit.model.records import Term
from remit.render.directory_files import Card, CardFile, Sheet
from remit.render.html import TreeToHtml
from remit.render.text import blocks
from remit.settings import read_settings
from remit.write.directory_files import csv_bytes, vcard_bytes

TERM = "content/terms/mandate.yml"
TEXT = (REGISTER / TERM).read_text("utf-8")
EN = "A document that says what someone is to do."
GUIDE = "content/guidance/whom-to-contact.en.md"


def _codes(register: Path, text: str) -> set[str]:
    """What is found when the term's English definition says `text`."""
    overlay(register, {TERM: TEXT.replace(f"en: {EN}", f"en: {json.dumps(text)}")})
    return {one.code for one in found(register)}


SCRIPTS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//evil.example>",
    "<!-- comment -->",
    "</p><script",
    "<script src=//evil.example ",
    "<x:y onclick=alert(1)>",
    "<?php echo 1 ?>",
]
LINKS = [
    "[x](file:///etc/passwd)",
    "[x](../../../etc/passwd)",
    "[x](/etc/passwd)",
    "[x](javascript:alert(1))",
    "[x](JavaScript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](https:evil)",
    "[x](<javascript:alert(1)>)",
    "[x](\njavascript:alert(1))",
    "[x [y]](javascript:alert(1))",
    "[x\ny](javascript:alert(1))",
    "[x\\]](javascript:alert(1))",
    "[x]()",
    "![x](https://evil.example/pixel.png)",
    "[![x](https://evil.example/a.png)](https://evil.example)",
    "[x]: javascript:alert(1)",
    "> [x]: file:///etc/passwd",
]
TEMPLATES = ["{{ 7*7 }}", "{% include 'x' %}", "{# x #}", "}}", "a {{config}} b", "{{{x}}}"]
TURNS = ["\u202e", "\u202a", "\u2066", "\u2069", "\u200f", "\u200e", "\u061c"]
CONTROLS = ["\x1b[31m", "a\x00b", "a\x08b", "a\x85b", "a\u2028b", "\ufeff", "\x7f"]


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_in_a_text(text: str, register_copy: Path) -> None:
    assert _codes(register_copy, text) == {"raw-html"}


@pytest.mark.parametrize("text", LINKS)
def test_a_link_to_something_else_than_the_web(text: str, register_copy: Path) -> None:
    assert "unsafe-link" in _codes(register_copy, text)


@pytest.mark.parametrize("text", TEMPLATES)
def test_template_code(text: str, register_copy: Path) -> None:
    assert _codes(register_copy, text) == {"template-code"}


@pytest.mark.parametrize("text", TURNS, ids=lambda text: f"U+{ord(text):04X}")
def test_a_character_that_turns_the_direction(text: str, register_copy: Path) -> None:
    assert _codes(register_copy, f"Ring {text}112.") == {"bidi-override"}


@pytest.mark.parametrize("text", CONTROLS, ids=ascii)
def test_a_control_character(text: str, register_copy: Path) -> None:
    assert _codes(register_copy, text) == {"control-character"}


@pytest.mark.parametrize("code, text", [
    ("raw-html", "<script>alert(1)</script>"),
    ("template-code", "{{ 7*7 }}"),
    ("bidi-override", "a\u202eb"),
    ("control-character", "a\x0bb"),
])  # fmt: skip
@pytest.mark.parametrize("file, field", [
    ("content/contacts/specialist-team-phone.yml", "phone"),
    ("content/assignments/oppdrag-2018-01.yml", "number"),
    ("content/legal-bases/testloven.yml", "number"),
    ("mandates/team-mandate/mandate.yml", "document_id"),
])  # fmt: skip
def test_fields_that_are_no_texts_are_looked_at_too(
    file: str, field: str, code: str, text: str, register_copy: Path
) -> None:
    lines = [
        line
        for line in (REGISTER / file).read_text("utf-8").splitlines()
        if not line.startswith(f"{field}:")
    ]
    overlay(register_copy, {file: "\n".join([*lines, f"{field}: {json.dumps(text)}", ""])})
    assert {one.code for one in found(register_copy)} == {code}


@pytest.mark.parametrize("text, code", [
    ("<script>alert(1)</script>", "raw-html"),
    ("[x](file:///etc/passwd)", "unsafe-link"),
    ("{{ 7*7 }}", "template-code"),
    ("a\u202eb", "bidi-override"),
    ("a\x07b", "control-character"),
])  # fmt: skip
def test_guidance_is_looked_at_too(text: str, code: str, register_copy: Path) -> None:
    overlay(register_copy, {GUIDE: (REGISTER / GUIDE).read_text("utf-8") + f"\n{text}\n"})
    assert {one.code for one in found(register_copy)} == {code}


@pytest.mark.parametrize("address", [
    "javascript:alert(1)", "file:///etc/passwd", "//evil.example", "ftp://a.example", "a.example",
    "https://", "https://a b.example", "data:text/html,x", " javascript:x",
    "https://a.example/\nx",
])  # fmt: skip
@pytest.mark.parametrize("file, field", [
    ("content/organisations/testdirektoratet.yml", "web: ADDRESS"),
    ("content/contacts/specialist-team-phone.yml", "web: ADDRESS"),
    ("content/legal-bases/testloven.yml", "url: ADDRESS"),
    ("content/terms/mandate.yml", "see: [ADDRESS]"),
    ("content/terms/mandate.yml", "sources: [{title: a, publisher: b, url: ADDRESS}]"),
])  # fmt: skip
def test_addresses_are_web_addresses(
    file: str, field: str, address: str, register_copy: Path
) -> None:
    name = field.partition(":")[0]
    text = "".join(
        line
        for line in (REGISTER / file).read_text("utf-8").splitlines(keepends=True)
        if not line.startswith(f"{name}:")
    )
    overlay(register_copy, {file: text + field.replace("ADDRESS", json.dumps(address)) + "\n"})
    assert "unsafe-link" in {one.code for one in found(register_copy)}


@pytest.mark.parametrize("name", [
    "=HYPERLINK(\"https://evil.example\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1",
    " =1+1", "\u00a0=1+1", "=1+1;=2", "＝1+1", "＋1", "－1", "＠a", "=cmd|' /C calc'!A0",
])  # fmt: skip
def test_no_cell_of_a_csv_file_is_a_formula(name: str) -> None:
    """A name that a spreadsheet would take for a formula is shown as it is written."""
    data = csv_bytes(Sheet("x.csv", ("Member", "Phone"), ((name, "tel:+4747800000"),)))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1] == ["'" + name.strip(), "tel:+4747800000"]


def test_a_name_cannot_forge_a_card() -> None:
    """No text of a card begins a line of its own."""
    forged = "a\r\nTEL:112\nEND:VCARD\u2028BEGIN:VCARD\x85x"
    texts = (forged, "en")
    card = Card("https://a.example/", texts, texts, "", forged, forged, (forged,), (forged,), None)
    lines = vcard_bytes(CardFile("x.vcf", (card,))).decode().replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if line.startswith(("TEL", "BEGIN", "END"))] == [
        "BEGIN:VCARD",
        "END:VCARD",
    ]
    assert not re.search("[\n\r\x85\u2028]", "".join(lines))


def test_a_yaml_bomb_costs_nothing(register_copy: Path) -> None:
    laughs = ["a0: &a0 [lol]", *(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 40))]
    overlay(register_copy, {TERM: "\n".join(laughs)})
    assert {one.code for one in found(register_copy)} == {"yaml-anchor"}


def test_a_tag_makes_nothing(register_copy: Path) -> None:
    overlay(register_copy, {TERM: "id: !!python/object/apply:os.system ['touch /tmp/x']\n"})
    assert {one.code for one in found(register_copy)} == {"yaml-tag"}


@pytest.mark.parametrize("text", [*SCRIPTS, *LINKS])
def test_the_renderer_would_not_make_it_live(text: str) -> None:
    """The second lock: even unchecked, such a text becomes text."""
    made = TreeToHtml(lambda target: target).blocks(blocks(text, lambda t, f, w: (t, ())))
    for element in html.fragment_fromstring(str(made), create_parent="div").iter():
        assert element.tag in ("div", "p", "a", "br", "blockquote"), made
        assert set(element.keys()) <= {"href"}, made
        assert not element.get("href") or element.get("href", "").startswith("https://"), made


def test_a_name_cannot_forge_an_annotation() -> None:
    """A message with line breaks stays one command to GitHub, and one string in JSON."""
    forged = Diagnostic(Location("a\n::error::x,y:z.yml"), "code", "a\n::warning::b", "c\r\nd")
    assert FORMATS["github"]([forged]).count("\n") == 0
    assert json.loads(FORMATS["json"]([forged]))["diagnostics"][0]["message"] == "a\n::warning::b"


def test_texts_with_links_to_the_web_are_fine(register_copy: Path) -> None:
    text = (
        "Ring [112](tel:112), write to [us](mailto:a@b.example) or read "
        "[the site](https://a.example/x?y=1#z). [[regional-coordinators]] (before 2020) is 3 < 4."
    )
    assert _codes(register_copy, text) == set()
    register = load_and_check(read_settings(register_copy)).register
    assert register.get(Term, "mandate") is not None
