"""Documents name the revision their sources are of; pages tell each file's size and digest."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from command_line import run
from gits import commit, git, new_repository
from registers import copy_of_register, overlay
from remit.build import load_whole
from remit.model.records import MandateVersion
from remit.model.register import Register
from remit.model.site_files import CHECKSUMS_FILE
from remit.render.document_kinds import mandate_document
from remit.render.downloads import PROOF_PAGE
from remit.render.pages import site_pages
from remit.render.tree import Document, words_of
from remit.render.view import View
from remit.settings import read_settings
from remit.write.documents import FORMATS, write_document

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
VERSION = "mandates/team-mandate/2024-01-01"
FILE = f"{VERSION}.yml"


def register_in(root: Path) -> Register:
    return load_whole(read_settings(root))


def version_in(register: Register) -> MandateVersion:
    version = register.by_address[VERSION]
    assert isinstance(version, MandateVersion)
    return version


def revision(root: Path) -> str:
    register = register_in(root)
    version = version_in(register)
    return register.revision_of(register.mandate_of(version), version)


def document(root: Path) -> Document:
    settings, register = read_settings(root), register_in(root)
    return mandate_document(View(register, settings, "nb", settings.today), version_in(register))


@pytest.fixture
def repository(register_copy: Path) -> Path:
    new_repository(register_copy)
    commit(register_copy, "first")
    return register_copy


# The source revision


@needs_git
def test_the_revision_is_the_last_that_changed_a_source(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    assert revision(repository) == first
    overlay(repository, {"README.md": "not a source"})
    commit(repository, "something else")
    other = repository / "mandates/team-mandate/2020-01-01.yml"
    other.write_bytes(other.read_bytes() + b"# another version\n")
    commit(repository, "another version of the mandate")
    assert revision(repository) == first
    mandate = repository / "mandates/team-mandate/mandate.yml"
    mandate.write_bytes(mandate.read_bytes() + b"# looked through\n")
    third = commit(repository, "the mandate's own file")
    assert revision(repository) == third != first


@needs_git
def test_a_revision_that_touches_no_source_changes_no_byte(repository: Path) -> None:
    before = {form: write_document(document(repository), form, "https://x/nb/") for form in FORMATS}
    overlay(repository, {"README.md": "not a source"})
    commit(repository, "something else")
    for form, data in before.items():
        assert write_document(document(repository), form, "https://x/nb/") == data


@needs_git
def test_the_revision_is_printed_and_in_the_properties(repository: Path) -> None:
    made, known = document(repository), git(repository, "rev-parse", "HEAD")
    assert made.revision == known
    assert any(f"Revisjon i registeret: {known[:12]}." in words for words in words_of(made.blocks))
    assert known.encode() in write_document(made, "pdf", "https://x/nb/")


@needs_git
def test_a_line_for_editors_is_no_change_of_a_source(repository: Path) -> None:
    first, before = revision(repository), document(repository)
    assert run(repository, "schema", "--modelines").returncode == 0
    assert first != commit(repository, "a line for editors in each file")
    assert (repository / FILE).read_bytes().startswith(b"# yaml-language-server: ")
    assert revision(repository) == first
    assert document(repository) == before
    file = repository / FILE
    file.write_bytes(file.read_bytes() + b"# looked through\n")
    assert revision(repository) == ""
    fourth = commit(repository, "a remark")
    assert revision(repository) == fourth


@needs_git
def test_a_merge_counts_as_the_revision_that_brought_a_change(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "side")
    file = repository / FILE
    file.write_bytes(file.read_bytes() + b"# from the side\n")
    commit(repository, "on a branch")
    git(repository, "checkout", "-q", "main")
    overlay(repository, {"README.md": "meanwhile"})
    commit(repository, "meanwhile")
    git(repository, "merge", "-q", "--no-ff", "-m", "merged", "side")
    assert revision(repository) == git(repository, "rev-parse", "HEAD")


@needs_git
def test_what_is_not_committed_has_no_revision(repository: Path) -> None:
    file = repository / FILE
    kept = file.read_bytes()
    file.write_bytes(kept + b"# not committed\n")
    assert revision(repository) == ""
    assert not any("revisjon" in words for words in words_of(document(repository).blocks))
    file.write_bytes(kept)
    assert revision(repository) != ""
    git(repository, "rm", "-q", "--cached", FILE)
    git(repository, "commit", "-q", "-m", "no longer followed")
    assert revision(repository) == ""


@needs_git
def test_a_register_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    new_repository(tmp_path)
    copy_of_register(tmp_path / "our registers" / "ærlig")
    first = commit(tmp_path, "first")
    assert revision(tmp_path / "our registers" / "ærlig") == first


def test_without_git_there_is_no_revision(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(register_copy.parent))
    assert revision(register_copy) == ""
    monkeypatch.setenv("PATH", "/nowhere")
    assert revision(register_copy) == ""


@needs_git
def test_a_shallow_copy_tells_no_wrong_revision(repository: Path, tmp_path: Path) -> None:
    overlay(repository, {"README.md": "not a source"})
    commit(repository, "something else")
    copy = tmp_path / "shallow"
    address = repository.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", address, str(copy)], check=True)
    assert revision(copy) == ""
    changed = copy / FILE
    changed.write_bytes(changed.read_bytes() + b"# changed here\n")
    assert revision(copy) == ""
    assert revision(copy) != commit(copy, "changed in the copy") == revision(copy)


@needs_git
def test_checking_asks_git_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from remit.build import load_and_check

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "run", refuse)
    assert load_and_check(read_settings(repository)).found == []


# Digests on the pages


def test_pages_tell_size_and_digest_of_the_files_beside_them(built_site: Path) -> None:
    pages = sorted(built_site.glob("nb/mandates/*/*/index.html"))
    assert pages
    for page in [*pages, *built_site.glob("sv/mandates/*/*/changes/index.html")]:
        text = page.read_text("utf-8")
        offered = re.findall(r'<a href="([^"]+\.(?:pdf|docx|odt))">[^<]*<span>(\d+)\u00a0kB', text)
        digests = dict(re.findall(r"<dt>([\w.-]+)</dt><dd><code>(\w{64})</code>", text))
        assert len(offered) == len(digests) >= 3, page
        for href, size in offered:
            data = (page.parent / href).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digests[href.rpartition("/")[2]], href
            assert abs(len(data) - 1000 * int(size)) <= 500
        assert PROOF_PAGE in text


def test_every_list_of_checksums_holds(built_site: Path) -> None:
    lists = sorted(built_site.rglob(CHECKSUMS_FILE))
    named = set()
    for file in lists:
        for line in file.read_text("ascii").splitlines():
            digest, name = line.split("  ")
            data = (file.parent / name).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest
            named.add(file.parent / name)
    documents = {one for form in FORMATS for one in built_site.rglob(f"*.{form}")}
    assert named >= documents and lists


def test_a_site_without_documents_offers_none(register_copy: Path) -> None:
    settings = read_settings(register_copy)
    for page in site_pages(load_whole(settings), settings, "nb"):
        assert not re.search(r'href="[^"]+\.(pdf|docx|odt)"', page.html), page.path
