"""Words in another language than the text around them say so, on the site and in every format."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree, html

from registers import ROOT, copy_of_register
from remit.build import load_and_check
from remit.model.records import MandateVersion, Organisation, Record
from remit.render.document_kinds import mandate_document
from remit.render.tree import (
    Blocks,
    Break,
    CardLink,
    Document,
    Foreign,
    Inlines,
    ItemList,
    Link,
    PageBreak,
    Picture,
    Quote,
    Table,
    Text,
    plain,
)
from remit.render.view import View
from remit.settings import read_settings
from tag_tree import tag_tree

MARK = "qq"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VERSION = "2024-01-01"


def _norwegian_only(value: Any) -> Any:
    """The same without its English texts, every Norwegian word marked."""
    if isinstance(value, dict) and set(value) == {"nb", "en"} and isinstance(value["nb"], str):
        pieces = re.split(r"(\[\[[^\]]*\]\]|\]\([^)]*\))", value["nb"])
        return {
            "nb": "".join(
                one if one[:2] in ("[[", "](") else re.sub(r"[^\W\d]+", rf"\g<0>{MARK}", one)
                for one in pieces
            )
        }
    if isinstance(value, dict):
        return {key: _norwegian_only(one) for key, one in value.items()}
    return [_norwegian_only(one) for one in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def untranslated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small register with no English text in it but on the guidance page, and its documents."""
    register = copy_of_register(tmp_path_factory.mktemp("untranslated") / "register")
    for file in [*register.glob("content/**/*.yml"), *register.glob("mandates/**/*.yml")]:
        value = _norwegian_only(yaml.safe_load(file.read_text("utf-8")))
        if isinstance(value.get("sources"), list):
            for source in value["sources"]:
                source["publisher"] += MARK
        file.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "utf-8")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "remit",
            "export",
            "team-mandate",
            "--language",
            "en",
            "--to",
            "out",
        ],
        cwd=register,
        check=True,
    )
    return register


def _document(register: Path, language: str) -> Document:
    settings = read_settings(register)
    found = load_and_check(settings).register
    version = found.get(MandateVersion, f"team-mandate@{VERSION}")
    assert version is not None
    return mandate_document(View(found, settings, language, settings.today), version)


def _spoken(inlines: Inlines, language: str) -> Iterator[tuple[str, str]]:
    """Every piece of text with its language."""
    for inline in inlines:
        if isinstance(inline, Text):
            yield inline.text, language
        elif isinstance(inline, Foreign):
            yield from _spoken(inline.inlines, inline.language)
        elif not isinstance(inline, Break):
            yield from _spoken(inline.inlines, language)


def _inlines(blocks: Blocks) -> Iterator[Inlines]:
    for block in blocks:
        if isinstance(block, ItemList):
            for item in block.items:
                yield from _inlines(item.blocks)
        elif isinstance(block, Quote):
            yield from _inlines(block.blocks)
        elif isinstance(block, Table):
            yield from (cell.inlines for row in (block.head, *block.rows) for cell in row)
        elif not isinstance(block, Picture | PageBreak):
            yield (
                (Link(block.inlines, block.address),)
                if isinstance(block, CardLink)
                else block.inlines
            )


def _all_spoken(document: Document) -> list[tuple[str, str]]:
    found = list(_spoken(document.shown_title, document.language))
    head = document.letterhead
    found.append((head.name, head.language or document.language))
    for inlines in _inlines(document.blocks):
        found += _spoken(inlines, document.language)
    return [(words, language) for words, language in found if words.strip()]


def test_every_text_that_lacks_the_language_is_marked(untranslated: Path) -> None:
    spoken = _all_spoken(_document(untranslated, "en"))
    marked = [words for words, language in spoken if language == "nb"]
    unmarked = [words for words, language in spoken if language == "en"]
    assert len(marked) > 20
    assert [words for words in unmarked if MARK in words] == []
    assert [
        words for words in marked if MARK not in words and re.search("[a-zæøå]{3}", words)
    ] == []


def test_the_pdf_speaks_it(untranslated: Path) -> None:
    data = (untranslated / "out" / f"team-mandate-{VERSION}-en.pdf").read_bytes()
    lines = tag_tree(data).splitlines()
    assert sum(MARK in line for line in lines) > 20
    for line in lines:
        outside = re.sub(r"<nb-NO: .*?>", "", line)
        assert MARK not in outside or line.strip().startswith(("TOCI", "Reference", "Form")), line


def test_the_docx_speaks_it(untranslated: Path) -> None:
    with zipfile.ZipFile(untranslated / "out" / f"team-mandate-{VERSION}-en.docx") as archive:
        names = [n for n in archive.namelist() if re.match(r"word/(document|header|footer)", n)]
        roots = [etree.fromstring(archive.read(name)) for name in names]
    runs = [run for root in roots for run in root.iter(f"{W}r") if _said(run, f"{W}t")]
    marked = [run for run in runs if MARK in _said(run, f"{W}t")]
    assert len(marked) > 20
    for run in marked:
        language = run.find(f"{W}rPr/{W}lang")
        contents = next(run.iterancestors(f"{W}sdt"), None) is not None
        assert contents or (language is not None and language.get(f"{W}val") == "nb-NO"), _said(
            run, f"{W}t"
        )


def _said(element: etree._Element, tag: str) -> str:
    return "".join(one.text or "" for one in element.iter(tag))


def test_the_odt_speaks_it(untranslated: Path) -> None:
    with zipfile.ZipFile(untranslated / "out" / f"team-mandate-{VERSION}-en.odt") as archive:
        roots = [etree.fromstring(archive.read(name)) for name in ("content.xml", "styles.xml")]
    office = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    style, text, fo = (
        f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
        for name in ("style", "text", "xsl-fo-compatible")
    )
    count = 0
    for root in roots:
        norwegian = {
            one.get(f"{style}name")
            for one in root.iter(f"{style}style")
            for properties in one.iter(f"{style}text-properties")
            if properties.get(f"{fo}language") == "nb"
        }
        for body in (*root.iter(f"{office}body"), *root.iter(f"{office}master-styles")):
            for element, words in _pieces(body):
                if MARK in words:
                    styles = {
                        one.get(f"{text}style-name") for one in (element, *element.iterancestors())
                    }
                    index = next(element.iterancestors(f"{text}table-of-content"), None)
                    assert styles & norwegian or index is not None, words
                    count += 1
    assert count > 20


def _pieces(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every piece of text with the element that it stands in."""
    for element in root.iter("{*}*"):
        if element.text:
            yield element, element.text
        parent = element.getparent()
        if element.tail and parent is not None and element is not root:
            yield parent, element.tail


# The shipped register

SETTINGS = read_settings(ROOT)
REGISTER = load_and_check(SETTINGS).register


def _own_name(record: Record) -> str:
    name = REGISTER.as_of(SETTINGS.today).name(record)
    return " ".join(name.get(record.authoritative_language, "").split())


def test_a_body_keeps_the_language_of_its_own_name() -> None:
    """A Swedish name in a Norwegian text is Swedish, in every document of the register."""
    count = 0
    for language in SETTINGS.languages:
        own = _own_names(language)
        for version in REGISTER.all(MandateVersion):
            view = View(REGISTER, SETTINGS, language, SETTINGS.today)
            for inlines in _inlines(mandate_document(view, version).blocks):
                for link in _links(inlines):
                    name, spoken = own.get(link.target.rpartition("/")[2], ("", ""))
                    if name and plain((link,)) == name:
                        assert [one for _, one in _spoken((link,), language)] == [spoken], name
                        count += 1
    assert count > 4


def _own_names(language: str) -> dict[str, tuple[str, str]]:
    """By the ids of the bodies whose own language is another: their own name, and its language."""
    return {
        body.id: (_own_name(body), body.authoritative_language)
        for body in REGISTER.all(Organisation)
        if body.authoritative_language != language
    }


def _links(inlines: Inlines) -> Iterator[Link]:
    for inline in inlines:
        if isinstance(inline, Link):
            yield inline
        elif not isinstance(inline, Text | Break):
            yield from _links(inline.inlines)


@pytest.mark.parametrize("language", SETTINGS.languages)
def test_a_source_keeps_its_language(language: str) -> None:
    count = 0
    for version in REGISTER.all(MandateVersion):
        document = mandate_document(View(REGISTER, SETTINGS, language, SETTINGS.today), version)
        spoken = dict(_all_spoken(document))
        for source in version.sources:
            expected = source.language or version.authoritative_language
            assert spoken[f"{source.title}, {source.publisher}"] == expected
            count += expected != language
    assert count > 0


@pytest.mark.parametrize("language", SETTINGS.languages)
def test_the_site_says_it_of_every_link_to_a_body(built_site: Path, language: str) -> None:
    own = _own_names(language)
    count, wrong = 0, []
    for page in sorted((built_site / language).rglob("index.html")):
        root = html.document_fromstring(page.read_bytes().decode("utf-8"))
        for link in root.iterfind(".//main//a[@href]"):
            found = re.search(r"(?:^|/)organisations/([a-z0-9-]+)/$", link.get("href") or "")
            words = " ".join("".join(map(str, link.itertext())).split())
            if found is None or own.get(found[1], ("",))[0] != words:
                continue
            count += 1
            inside = [one.get("lang") for one in link.iter() if one.get("lang")]
            if (inside or [_language_round(link)])[-1] != own[found[1]][1]:
                wrong.append(f"{page.relative_to(built_site)}: {words}")
    assert wrong == []
    assert count > 50


def _language_round(element: html.HtmlElement) -> str:
    return next((one.get("lang") or "" for one in element.iterancestors() if one.get("lang")), "")
