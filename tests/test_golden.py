"""The small register's expected output: its pages, its document's words, its diagnostics.

`make bless` writes what is made now over what was expected; read the diff before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from registers import REGISTER, copy_of_register, files_to_be, found, overlay
from remit.build import load_and_check
from remit.diagnostics import FORMATS
from remit.model.records import MandateVersion
from remit.render.document_kinds import mandate_document
from remit.render.pages import site_pages
from remit.render.tree import words_of
from remit.render.view import View
from remit.settings import read_settings
from remit.write.documents import write_document
from tag_tree import tag_tree

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("nb", "en")


def expect(name: str, text: str) -> None:
    """Compares with the golden file, or writes it when blessing."""
    file = GOLDEN / name
    if os.environ.get("REMIT_BLESS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.is_file(), f"{name} was never blessed: make bless"
    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages(language: str) -> None:
    """One file per page: what the frame gets, then the inner HTML."""
    settings = read_settings(REGISTER)
    register = load_and_check(settings).register
    names = set()
    for page in site_pages(register, settings, language, files_to_be(register, settings)):
        name = f"{page.file.removesuffix('/index.html').replace('/', '.')}.html"
        names.add(name)
        head = f"<!-- {page.title} | {page.description} | {page.section} | {page.source} -->\n"
        expect(f"pages/{name}", head + page.html.strip() + "\n")
    kept = {file.name for file in (GOLDEN / "pages").glob(f"{language}.*html")}
    assert kept <= names | {f"{language}.html"}, f"no longer made: {sorted(kept - names)}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_documents(language: str, tmp_path: Path) -> None:
    """The words of every document, a block a line, below what stands around them.

    Of a copy, which is in no git: the documents would name this repository's own commits.
    """
    settings = read_settings(copy_of_register(tmp_path / "register"))
    register = load_and_check(settings).register
    for version in register.all(MandateVersion):
        document = mandate_document(View(register, settings, language, settings.today), version)
        lines = [
            f"{name}: {getattr(document, name)}"
            for name in document.__dataclass_fields__
            if name != "blocks"
        ]
        text = "\n".join([*lines, "", *words_of(document.blocks), ""])
        expect(f"documents/{document.file_name}.txt", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tags_of_documents(language: str, tmp_path: Path) -> None:
    """What a screen reader says of the PDF in force: every tag with its words, in order.

    Of a copy, which is in no git repository: so no revision is named.
    """
    settings = read_settings(copy_of_register(tmp_path / "register"))
    register = load_and_check(settings).register
    version = register.all(MandateVersion)[-1]
    document = mandate_document(View(register, settings, language, settings.today), version)
    pdf = write_document(document, "pdf", f"{settings.site_url}{language}/")
    expect(f"documents/{document.file_name}.tags.txt", tag_tree(pdf) + "\n")


def test_diagnostics(tmp_path: Path) -> None:
    """The five printed forms of the same findings."""
    register = copy_of_register(tmp_path / "register")
    role = (register / "content/roles/specialist-team.yml").read_text("utf-8")
    broken = role.replace("holder: testdirektoratet", "holder: testdirektorat")
    assert broken != role
    contact = (register / "content/contacts/specialist-team-phone.yml").read_text("utf-8")
    old = contact.replace("verified: 2026-11-01", "verified: 2020-01-01")
    assert old != contact
    overlay(
        register,
        {
            "content/roles/specialist-team.yml": broken,
            "content/contacts/specialist-team-phone.yml": old,
            "content/terms/mandate.yml": "id: mandate\nid: other\n",
        },
    )
    findings = found(register)
    for name, printed in FORMATS.items():
        expect(f"diagnostics/{name}.txt", printed(findings) + "\n")
