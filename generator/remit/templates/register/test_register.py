"""The register tests itself: it is checked and built, and every link leads somewhere."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

REGISTER = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((REGISTER / "pyproject.toml").read_text("utf-8"))["tool"]["remit"]
LANGUAGES: list[str] = SETTINGS["languages"]
ADDRESS = SETTINGS["site_url"].rstrip("/") + "/"


def remit(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "remit", *arguments],
        cwd=REGISTER,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site with its documents, built once."""
    folder = tmp_path_factory.mktemp("built") / "site"
    remit("build", "--to", str(folder))
    return folder


def test_nothing_is_wrong() -> None:
    remit("check")


def test_the_schemas_of_editors_are_up_to_date() -> None:
    remit("schema", "--check")


def test_every_page_says_its_language(site: Path) -> None:
    for language in LANGUAGES:
        found = list(pages(site / language))
        assert found
        for file, page in found:
            assert page.language == language, file


def test_every_link_leads_somewhere(site: Path) -> None:
    known = {file: page.ids for file, page in pages(site)}
    missing = []
    for file, page in pages(site):
        here = ADDRESS + file.relative_to(site).as_posix().removesuffix("index.html")
        for link in page.links:
            absolute = urljoin(here, link)
            if not absolute.startswith(ADDRESS):
                continue
            address = urlsplit(absolute)
            target = site / unquote(absolute.partition("#")[0].removeprefix(ADDRESS))
            target = target / "index.html" if address.path.endswith("/") else target
            place = unquote(address.fragment)
            if not target.is_file() or (place and place not in known.get(target, {place})):
                missing.append(f"{file.relative_to(site)}: {link}")
    assert not missing


def test_the_documents_are_made_and_whole(site: Path) -> None:
    """Each mandate as PDF, DOCX and ODT in each language, and every file as its checksum says."""
    mandates = [file.parent.name for file in REGISTER.glob("mandates/*/mandate.yml")]
    for language in LANGUAGES:
        for mandate in mandates:
            for ending in ("pdf", "docx", "odt"):
                assert list((site / language / "mandates" / mandate).rglob(f"*.{ending}"))
    for sums in site.rglob("SHA256SUMS.txt"):
        for line in sums.read_text("utf-8").splitlines():
            digest, _, name = line.partition("  ")
            assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest, name


class Page(HTMLParser):
    """The language, the links and the places of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language = ""
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.language = values.get("lang") or ""
        if values.get("id"):
            self.ids.add(str(values["id"]))
        for name in ("href", "src"):
            link = values.get(name)
            if link and not link.startswith(("mailto:", "tel:")):
                self.links.append(link)


def pages(folder: Path) -> Iterator[tuple[Path, Page]]:
    for file in sorted(folder.rglob("*.html")):
        if "pagefind" not in file.parts:
            yield file, Page(file.read_text("utf-8"))
