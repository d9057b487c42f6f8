"""The filter on the list of contacts, in a real Chromium: it narrows, announces, keeps nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from browsing import Visit

SHOWN = ".remit-contacts__one:not([hidden]) h3 a"
FILTERED = "[data-remit-count]:not(:empty)"
"""The count, which is there when the filter is, a moment after the page."""


def _open(visit: Visit, address: str = "/nb/contacts/") -> Any:
    page = visit.open(address)
    page.wait_for_selector(FILTERED)
    return page


def _shown(visit: Visit) -> list[str]:
    links = visit.page.eval_on_selector_all(SHOWN, "found => found.map(one => one.href)")
    return [link.rstrip("/").rpartition("/")[2] for link in links]


def test_work_and_place_narrow_the_list_and_stand_in_the_address(visit: Visit) -> None:
    page = _open(visit)
    everyone = _shown(visit)
    page.select_option("#filter-audience", "social-worker")
    page.select_option("#filter-area", "skane")
    shown = _shown(visit)
    assert "national-support-phone-line" in shown and "competence-team-phone" not in shown
    assert len(shown) < len(everyone)
    assert str(len(shown)) in page.inner_text("[data-remit-count]")
    assert "audience=social-worker" in page.url and "area=skane" in page.url
    page = _open(visit, page.url.removeprefix(visit.origin))
    assert _shown(visit) == shown
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 11, 23, 10, 0), True),  # Monday
        (datetime(2026, 11, 23, 8, 59), False),
        (datetime(2026, 11, 23, 15, 0), False),
        (datetime(2026, 11, 22, 10, 0), False),  # Sunday
    ],
)
def test_open_now_follows_the_clock_of_the_country(
    visit: Visit, moment: datetime, is_open: bool
) -> None:
    visit.page.clock.set_fixed_time(f"{moment:%Y-%m-%dT%H:%M:00}+01:00")
    page = _open(visit)
    page.check("[name=open]")
    assert ("competence-team-phone" in _shown(visit)) is is_open
    assert "operations-centre-phone" in _shown(visit), "open day and night"
    assert "norwegian-police-ordinary" not in _shown(visit), "its hours are not known"


@pytest.mark.parametrize(
    ("exception", "is_open"),
    [
        ('[{"date": "2026-11-23"}]', False),
        ('[{"date": "2026-11-23", "opens": "13:00", "closes": "16:00"}]', False),
        ('[{"date": "2026-11-23", "opens": "09:30", "closes": "11:00"}]', True),
        ('[{"date": "2026-11-24"}]', True),
    ],
)
def test_a_dated_exception_goes_before_the_weekly_hours(
    visit: Visit, exception: str, is_open: bool
) -> None:
    visit.page.clock.set_fixed_time("2026-11-23T10:00:00+01:00")
    page = _open(visit)
    page.evaluate(
        """(exceptions) => {
          const link = document.querySelector('h3 a[href*="competence-team-phone"]');
          link.closest("[data-areas]").dataset.exceptions = exceptions;
        }""",
        exception,
    )
    page.check("[name=open]")
    assert ("competence-team-phone" in _shown(visit)) is is_open


def test_what_is_chosen_before_the_filter_has_come_is_not_lost(visit: Visit) -> None:
    held: list[Any] = []
    visit.page.route("**/remit-filter*.js", lambda route: held.append(route))
    page = visit.open("/nb/contacts/")
    page.select_option("#filter-area", "skane")
    everyone = _shown(visit)
    for _ in range(100):
        if not held:
            page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_selector(FILTERED)
    assert len(_shown(visit)) < len(everyone)
    assert page.input_value("#filter-area") == "skane"


def test_without_scripts_the_whole_list_stands_and_no_filter(scriptless: Visit) -> None:
    page = scriptless.open("/nb/contacts/")
    assert len(_shown(scriptless)) >= 10
    assert not page.is_visible("form.remit-filter")


def test_a_teacher_reaches_whom_to_call_in_two_steps_without_scripts(scriptless: Visit) -> None:
    page = scriptless.open("/nb/")
    page.get_by_role("link", name="Lærer", exact=True).click()
    page.get_by_role("link", name="Norge", exact=True).first.click()
    assert page.url.endswith("#in-norway")
    part = page.locator("section[aria-labelledby=in-norway]")
    words = part.inner_text()
    assert words.index("112") < words.index("478 090 50"), "danger comes first"
    assert "Hva rollen gjør" in words
    assert "010-223 57 60" not in words, "the Swedish line stands under Sweden"
    page.get_by_role("link", name="Sverige", exact=True).first.click()
    words = page.locator("section[aria-labelledby=in-sweden]").inner_text()
    assert words.index("112") < words.index("010-223 57 60")
    assert "Hva rollen gjør" in words and "Hva rollen ikke gjør" in words
    assert "478 090 50" not in words
