"""LibreOffice prints every mandate of the shipped register, and every word stands in its place.

Without a screen LibreOffice repairs nothing: a file that it could not open as it is gives no PDF.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from document_checks import (
    closed_up,
    letterhead_words,
    libreoffice_pdfs,
    normal,
    soffice,
    words_expected,
)
from remit.build import load_and_check
from remit.model.records import MandateVersion
from remit.render.document_kinds import mandate_document
from remit.render.document_links import tables
from remit.render.tree import Document, plain
from remit.render.view import View
from remit.settings import read_settings

ROOT = Path(__file__).parent.parent
SETTINGS = read_settings(ROOT)
REGISTER = load_and_check(SETTINGS).register
BULLETS = {"•", "–", "◦", "▪"}
HEIGHT, HEADER, FOOTER = 842, 72, 66
"""Of a page, in points. On the first page the header is the letterhead, which is read too."""


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [
        mandate_document(View(REGISTER, SETTINGS, language, SETTINGS.today), version)
        for version in REGISTER.all(MandateVersion)
        for language in SETTINGS.languages
    ]


@pytest.mark.skipif(soffice() is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_every_word_is_printed_once_and_in_order(
    ending: str, documents: list[Document], built_site: Path, tmp_path: Path
) -> None:
    files = [
        built_site / document.language / document.address / f"{document.file_name}.{ending}"
        for document in documents
    ]
    printed = libreoffice_pdfs(files, tmp_path)
    assert len(printed) == len(SETTINGS.languages) * len(REGISTER.all(MandateVersion))
    for document, pdf in zip(documents, printed, strict=True):
        expected = _without_bullets(letterhead_words(document) + words_expected(document))
        assert _printed(pdf, document, expected) == expected, pdf.name


def _printed(pdf: Path, document: Document, expected: list[str]) -> list[str]:
    """The words of all pages, without what is printed once more: the head of a divided table."""
    heads = [
        _without_bullets(normal(" ".join(plain(cell.inlines) for cell in table.head)))
        for table in tables(document.blocks)
    ]
    words: list[str] = []
    for page in range(1, _pages(pdf) + 1):
        found = _without_bullets(_words_on(pdf, page))
        for head in heads:
            at = len(words)
            if found[: len(head)] == head and expected[at : at + len(head)] != head:
                found = found[len(head) :]
        words += found
    return words


def _without_bullets(words: list[str]) -> list[str]:
    return [word for word in closed_up(words) if word not in BULLETS]


def _pages(pdf: Path) -> int:
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True)
    found = re.search(r"^Pages:\s+(\d+)", done.stdout, re.M)
    assert found is not None
    return int(found[1])


def _words_on(pdf: Path, page: int) -> list[str]:
    """The words of a page between its header and its footer."""
    top = 0 if page == 1 else HEADER
    done = subprocess.run(
        [
            *("pdftotext", "-raw", "-r", "72", "-f", str(page), "-l", str(page)),
            *("-x", "0", "-y", str(top), "-W", "596", "-H", str(HEIGHT - FOOTER - top)),
            *(str(pdf), "-"),
        ],
        capture_output=True,
        check=True,
    )
    return normal(done.stdout.decode().replace("\f", " "))
