"""The pages for whoever reviews translations: built only where a setting asks for them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from browsing import DESK, PHONE, Visit
from registers import copy_of_register
from remit.build import load_whole
from remit.model.site_files import NO_FILES
from remit.render.pages import site_pages
from remit.settings import Settings, read_settings
from site_checks import site_faults

VERSION = "mandates/team-mandate/2024-01-01/translation/"
PAGES = (
    "translations/",
    VERSION,
    "guidance/whom-to-contact/translation/",
    "terms/mandate/translation/",
)


@pytest.fixture(scope="module")
def asked_for(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small register with the setting on; one text missing, one stale, one reviewed."""
    register = copy_of_register(tmp_path_factory.mktemp("review") / "register")
    for name, old, new in (
        ("pyproject.toml", "[tool.remit]", "[tool.remit]\nreview_pages = true"),
        ("content/terms/mandate.yml", "  en: mandate\n", ""),
        (
            "mandates/team-mandate/2024-01-01.yml",
            "sections:",
            "translations:\n  en:\n    state: reviewed\n    of:\n"
            "      purpose: 0000aaaa1111bbbb\n      title: " + TITLE + "\nsections:",
        ),
    ):
        text = (register / name).read_text("utf-8")
        assert old in text
        (register / name).write_text(text.replace(old, new, 1), "utf-8")
    return register


TITLE = "2d3b6a0d4b0a6c51"


@pytest.fixture(scope="module")
def built_site(asked_for: Path) -> Path:
    site = asked_for / "site"
    done = subprocess.run(
        [sys.executable, "-m", "remit", "build", "--to", str(site), "--no-documents"],
        cwd=asked_for,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return site


def pages_of(root: Path, language: str) -> dict[str, str]:
    settings = read_settings(root)
    register = load_whole(settings)
    return {
        page.path: page.html
        for page in site_pages(register, settings, language, NO_FILES)
        if not page.listed or "/translation" not in page.path
    }


def test_both_languages_stand_beside_each_other(asked_for: Path) -> None:
    html = pages_of(asked_for, "en")[VERSION.rstrip("/")]
    assert [*re.findall(r'<h2 id="review-(\w+)">', html)] == [
        "texts",
        "purpose",
        "tasks",
        "cooperation",
        "reporting",
    ]
    row = re.search(r"<tr><td[^>]*>Fagteamet skal gi råd til skolene\..*?</tr>", html)
    assert row and row[0].startswith('<tr><td lang="nb" data-label="Norsk bokmål">')
    assert "Out of date</span> The specialist team advises schools.</td>" in row[0]
    missing = pages_of(asked_for, "en")["terms/mandate/translation"]
    assert '<span class="remit-badge remit-badge--gap">Missing</span> </td>' in missing


def test_the_language_that_counts_leads_to_the_others(asked_for: Path) -> None:
    html = pages_of(asked_for, "nb")["terms/mandate/translation"]
    assert '<a href="../../../../en/terms/mandate/translation/" lang="en" hreflang="en">' in html
    assert "<table" not in html


def test_the_list_says_what_there_is_to_do(asked_for: Path) -> None:
    html = pages_of(asked_for, "en")["translations"]
    assert re.search(
        r'<a href="\.\./terms/mandate/translation/">mandat</a> .*?Missing: 1 · Not', html
    )
    assert "Det er ingenting å oversette." in pages_of(asked_for, "nb")["translations"]


def test_without_the_setting_there_are_no_such_pages_and_no_links(asked_for: Path) -> None:
    settings = read_settings(asked_for)
    with_pages = pages_of(asked_for, "en")
    assert "translation/" in with_pages["roles/specialist-team"]
    without = Settings(settings.root, settings.languages, settings.site_name)
    pages = [*site_pages(load_whole(settings), without, "en", NO_FILES)]
    assert not [page.path for page in pages if "translation" in page.path]
    assert not [page.path for page in pages if "translation/" in page.html]


def test_every_link_of_the_site_leads_somewhere(built_site: Path) -> None:
    documents = (".docx", ".odt", ".pdf", ".xlsx")
    faults = site_faults(built_site, "https://test.example/")
    assert [one for one in faults if not one.endswith(documents)] == []


def test_neither_search_engines_nor_the_search_find_them(built_site: Path) -> None:
    page = (built_site / "en" / VERSION / "index.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex">' in page
    assert "data-pagefind-body" not in page
    assert "/translation/" not in (built_site / "sitemap.xml").read_text("utf-8")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_pages_are_accessible_and_stack_on_a_phone(visit: Visit, language: str) -> None:
    broken: list[str] = []
    for path in PAGES:
        page = visit.open(f"/{language}/{path}")
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            broken += visit.axe(f"{path} {size['width']}")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        cells = page.query_selector_all(".remit-review td")[:2]
        if cells:
            first, second = (cell.bounding_box() for cell in cells)
            assert second["y"] >= first["y"] + first["height"] and first["x"] == second["x"]
            page.set_viewport_size(DESK)
            first, second = (cell.bounding_box() for cell in cells)
            assert second["y"] == first["y"] and abs(first["width"] - second["width"]) < 40
    assert not broken, "\n".join(broken)
