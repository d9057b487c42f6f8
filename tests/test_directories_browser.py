"""Directories in a real Chromium: sorting and filtering, by keyboard, without scripts, crowded."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from browsing import DESK, PHONE, Handler, Visit
from registers import copy_of_register
from test_directories import crowded

NETWORK = "/nb/networks/authority-network/"
NAMES = "rows => rows.filter(row => !row.hidden).map(row => row.cells[0].textContent.trim())"


def _names(page: Any) -> list[str]:
    return list(page.eval_on_selector_all(".remit-directory tbody tr", NAMES))


def _tabbed_to(page: Any, selector: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_table_is_sorted_and_filtered_by_keyboard(visit: Visit) -> None:
    page = visit.open(NETWORK)
    page.wait_for_selector(".remit-directory__tools")
    everyone = _names(page)
    assert len(everyone) == 28
    status = page.locator(".remit-directory [role=status]")
    _tabbed_to(page, ".remit-directory__tools input")
    page.keyboard.type("LÄNS skåne")
    assert _names(page) == ["Länsstyrelsen i Skåne län"]
    assert status.inner_text() == "Viser 1 av 28"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert _names(page) == everyone
    _tabbed_to(page, "thead th:first-child button")
    page.keyboard.press("Enter")
    assert page.locator("thead th[aria-sort=descending]").count() == 1
    assert _names(page)[0] == "Åklagarmyndigheten" and _names(page) == everyone[::-1]
    assert status.inner_text() == "Sortert etter Medlem, synkende"
    page.keyboard.press("Tab")
    page.keyboard.press(" ")
    assert page.locator("thead th[aria-sort]").inner_text().startswith("Type")
    kinds = page.locator(".remit-directory tbody tr > :nth-child(2)").all_inner_texts()
    assert kinds == sorted(kinds)


def test_a_kind_can_be_chosen(visit: Visit) -> None:
    page = visit.open("/sv/directory/")
    page.wait_for_selector(".remit-directory__tools")
    page.get_by_label("Typ", exact=True).select_option("Polis")
    assert _names(page) == ["Polismyndigheten"]
    assert not visit.axe("filtered")


def test_a_phone_has_a_list_of_orders_instead_of_headings(visit: Visit) -> None:
    page = visit.open(NETWORK)
    page.set_viewport_size(PHONE)
    page.wait_for_selector(".remit-directory__sort")
    assert not page.locator("thead button").first.is_visible()
    first = _names(page)[0]
    page.get_by_label("Sorter etter").select_option("Medlem, synkende")
    assert _names(page)[-1] == first
    assert not visit.axe("sorted on a phone")


def test_without_scripts_the_table_is_whole_and_no_tool_is_dead(scriptless: Visit) -> None:
    page = scriptless.open(NETWORK)
    assert page.locator(".remit-directory tbody tr:visible").count() == 28
    assert page.locator(".remit-directory :is(button, input, select)").count() == 0
    assert page.locator(".remit-directory a[download]").count() == 2


@pytest.mark.parametrize("language, paths", [
    ("nb", ("areas/", "areas/rogaland/", "networks/")),
    ("sv", ("areas/", "partners/")),
    ("en", ("areas/", "directory/")),
])  # fmt: skip
def test_map_and_lists_are_accessible(visit: Visit, language: str, paths: tuple[str, ...]) -> None:
    broken: list[str] = []
    for path in paths:
        page = visit.open(f"/{language}/{path}")
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            broken += visit.axe(f"{path} {size['width']}")
            width = page.evaluate("document.scrollingElement.scrollWidth")
            if width > size["width"]:
                broken.append(f"{path}: {width} px wide of {size['width']}")
    assert not broken, "\n".join(broken)


def test_every_county_can_be_tapped_on_a_phone(visit: Visit) -> None:
    """24 px by WCAG 2.2: in the list always; on the map, Oslo too, where it is shown larger."""
    page = visit.open("/nb/areas/")
    page.set_viewport_size(PHONE)
    low = page.eval_on_selector_all(
        ".remit-country li a",
        "links => links.filter(one => one.getBoundingClientRect().height < 24)"
        ".map(one => one.textContent)",
    )
    assert not low
    boxes = page.eval_on_selector_all(
        ".remit-map a[href='../areas/oslo/'] path",
        "paths => paths.map(path => path.getBoundingClientRect())"
        ".map(box => Math.min(box.width, box.height))",
    )
    assert max(boxes) >= 24, boxes
    page.locator(".remit-map a[aria-hidden][href='../areas/oslo/']").click()
    page.wait_for_url("**/nb/areas/oslo/")


@pytest.fixture(scope="module")
def crowded_origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small register with a network of 500 long names, built and served."""
    folder = crowded(copy_of_register(tmp_path_factory.mktemp("crowded") / "register"))
    site = folder / "site"
    done = subprocess.run(
        [sys.executable, "-m", "remit", "build", "--no-documents", "--to", str(site)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_five_hundred_long_names_fit_a_phone(browser: Any, crowded_origin: str) -> None:
    context = browser.new_context(viewport=PHONE)
    visit = Visit(context.new_page(), crowded_origin)
    page = visit.open("/nb/networks/testnettverket/")
    page.wait_for_selector(".remit-directory__tools")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]
        tables = page.eval_on_selector_all(
            ".remit-directory .remit-table", "all => all.map(one => one.scrollWidth)"
        )
        assert max(tables) <= size["width"]
    page.fill(".remit-directory input[type=search]", "499")
    assert len(_names(page)) == 1
    context.close()
    assert not visit.faults
