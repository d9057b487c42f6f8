"""Every mandate of the shipped register: site, DOCX, ODT and PDF carry the same words."""

from __future__ import annotations

from pathlib import Path

import openxml_audit
import pytest
from lxml import html

from document_checks import (
    closed_up,
    docx_words,
    letterhead_words,
    normal,
    odt_words,
    pdf_faults,
    pdf_words,
    words_expected,
)
from remit.build import Checked, load_and_check
from remit.model.records import MandateVersion
from remit.model.register import address_of
from remit.model.templates import Subject
from remit.render.document_kinds import mandate_document
from remit.render.mandate_document import mandate_parts
from remit.render.tree import words_of
from remit.render.view import View
from remit.settings import read_settings

ROOT = Path(__file__).parent.parent
SETTINGS = read_settings(ROOT)
CHECKED: Checked = load_and_check(SETTINGS)
CASES = [
    pytest.param(version, language, id=f"{version.mandate}-{version.id}-{language}")
    for version in CHECKED.register.all(MandateVersion)
    for language in SETTINGS.languages
]


def _view(language: str) -> View:
    return View(CHECKED.register, SETTINGS, language, SETTINGS.today)


@pytest.mark.parametrize(("version", "language"), CASES)
def test_files_say_the_same(built_site: Path, version: MandateVersion, language: str) -> None:
    document = mandate_document(_view(language), version)
    folder = built_site / language / address_of(version)
    expected = words_expected(document)
    assert docx_words((folder / f"{document.file_name}.docx").read_bytes()) == expected
    assert odt_words((folder / f"{document.file_name}.odt").read_bytes()) == expected
    found = pdf_words((folder / f"{document.file_name}.pdf").read_bytes())
    assert closed_up(found) == closed_up(letterhead_words(document) + expected)


@pytest.mark.parametrize(("version", "language"), CASES)
def test_the_page_says_the_same(built_site: Path, version: MandateVersion, language: str) -> None:
    """The page has the document's title, facts and every section, in the same order."""
    parts = mandate_parts(_view(language), version)
    for address in (f"mandates/{version.mandate}/{version.id}", f"mandates/{version.mandate}"):
        shown = CHECKED.register.as_of(SETTINGS.today).shown_version(version.mandate)
        if address.count("/") == 1 and shown is not version:
            continue
        root = html.document_fromstring(
            (built_site / language / address / "index.html").read_bytes().decode("utf-8")
        )
        body = root.find(".//div[@class='remit-document']")
        assert body is not None
        found = normal(" ".join(map(str, body.itertext())))
        expected = normal(" ".join(words_of((parts.facts, *parts.body))))
        # A link or emphasis may end right before a comma: compare without the spaces.
        assert "".join(found) == "".join(expected)
        heading = root.find(".//h1")
        assert heading is not None
        title = normal(" ".join(map(str, heading.itertext())))
        assert title == normal(mandate_document(_view(language), version).title)


def test_every_file_follows_its_standards(built_site: Path) -> None:
    """0 schema errors in DOCX and ODT; PDF/A-2a and PDF/UA-1 in every PDF."""
    files = sorted(built_site.glob("*/mandates/**/*.*"))
    documents = [file for file in files if file.suffix in (".docx", ".odt", ".pdf")]
    versions = CHECKED.register.all(MandateVersion)
    redlines = len(versions) - len({version.mandate for version in versions})
    offered = sum(len(one.site) for one in CHECKED.register.templates.of(Subject.MANDATE))
    made = offered * len(versions) + 3 * redlines
    assert len(documents) == made * len(SETTINGS.languages)
    for file in documents:
        if file.suffix == ".docx":
            assert openxml_audit.OpenXmlValidator().validate(str(file)).errors == [], file
        elif file.suffix == ".odt":
            assert openxml_audit.OdfValidator().validate(str(file)).errors == [], file
        else:
            for profile in ("ua1", "2a"):
                assert pdf_faults(file.read_bytes(), profile) == set(), file
