"""Pages of a register that is too large for one list, a whole page each day, and one site map."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from registers import copy_of_register
from remit.build import load_and_check
from remit.model import day_lists, history
from remit.model.addresses import standing_pages
from remit.model.records import Organisation
from remit.model.register import Register
from remit.model.released import Released
from remit.render import frame, list_pages, overview_pages
from remit.render.page import Page
from remit.render.pages import site_pages
from remit.settings import Settings, read_settings

MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def small(tmp_path: Path) -> tuple[Register, Settings]:
    settings = read_settings(copy_of_register(tmp_path / "register"))
    return load_and_check(settings).register, settings


def made(known: tuple[Register, Settings], language: str = "nb") -> dict[str, Page]:
    register, settings = known
    return {page.path: page for page in site_pages(register, settings, language)}


def again(register: Register, released: Released | None = None) -> Register:
    """The same records with nothing worked out yet, and other released addresses."""
    return Register(register.records, register.languages, register.origins, released)


def test_a_large_register_shows_the_whole_at_the_end_of_each_year(
    small: tuple[Register, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    register, settings = small
    before = register.calendar
    assert before.whole_days == before.days and not before.years
    monkeypatch.setattr(history, "MOST_LINES", 1)
    large = again(register)
    calendar = large.calendar
    assert calendar.days == sorted(before.changes)  # the days before them have no page
    lasts = {max(day for day in before.changes if day.year == year) for year in calendar.years}
    assert set(calendar.whole_days) == lasts
    shown = made((large, settings))
    assert {f"on/{day}" for day in calendar.days} <= shown.keys()
    for day in calendar.days:
        page = shown[f"on/{day}"].html
        assert ('id="mandates"' in page) == (day in lasts)
        assert 'id="changes"' in page
    for year in calendar.years:
        page = shown[f"on/{year}"].html
        assert f'href="../{year}/"' not in page
        for day in calendar.days:
            assert (f'on/{day}/"' in page) == (day.year == year)
        assert f'{year}/"' in shown["on"].html
    assert {address for address in standing_pages(large) if address.startswith("on/")} == {
        path for path in shown if path.startswith("on/")
    }


def test_a_released_day_keeps_its_page_in_a_large_register(
    small: tuple[Register, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    register, settings = small
    quiet = min(set(register.calendar.days) - set(register.calendar.changes))
    monkeypatch.setattr(history, "MOST_LINES", 1)
    released = Released("released.txt", None, {f"on/{quiet}": 1, "on/1999": 2})
    large = again(register, released)
    page = made((large, settings))
    assert "Ingenting endret seg denne dagen" in page[f"on/{quiet}"].html
    assert "on/1999" in page


def test_a_part_with_too_many_rows_says_how_many_and_where(
    small: tuple[Register, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_lists, "MOST_ROWS", 1)
    register, settings = small
    day = max(one for one in register.calendar.days if one <= settings.today)
    then = register.as_of(day)
    page = made((register, settings))[f"on/{day}"].html
    shown = page.partition('id="organisations"')[2].partition("</section>")[0]
    assert f"{len(then.living(Organisation))} oppføringer" in shown and 'organisations/">' in shown
    assert "<ul" not in shown


def test_a_long_list_is_divided_and_every_record_is_on_one_of_its_pages(
    small: tuple[Register, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made(small)["organisations"].html
    entries = re.compile(r'<li class="remit-card"><h\d><a href="(?:\.\./)+(?:nb/)?([^"]+)"')
    names = entries.findall(whole)
    assert len(names) > 1 and "remit-pieces" not in whole
    monkeypatch.setattr(list_pages, "LIST_ENTRIES", 1)
    shown = made(small)
    pieces = ["organisations"]
    while (following := f"all/organisations-{len(pieces) + 1}") in shown:
        pieces.append(following)
    found = [name for piece in pieces for name in entries.findall(shown[piece].html)]
    assert found == names and len(pieces) == len(names)
    for piece in pieces:
        ways = re.findall(r'<a href="([^"]+)"', shown[piece].html.split("</nav>")[-2])
        assert len(ways) == len(pieces)
        assert shown[piece].html.count('aria-current="page"') >= 1
    assert shown[pieces[1]].title == f"Organisasjoner, side 2 av {len(pieces)}"


def test_a_long_site_map_is_divided(
    small: tuple[Register, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, settings = small
    listed = [(code, f"roles/{number:03}") for code in ("nb", "en") for number in range(25)]
    (whole,) = frame.site_maps(listed, settings).values()
    monkeypatch.setattr(frame, "MOST_IN_MAP", 20)
    parts = frame.site_maps(listed, settings)
    root = ElementTree.fromstring(parts.pop("sitemap.xml"))
    named = [one.text for one in root.iter(f"{MAPS}loc")]
    assert root.tag == f"{MAPS}sitemapindex"
    assert named == [f"{settings.site_url}{name}" for name in parts] and len(named) == 3
    urls = re.compile("<url>.*</url>")
    assert [u for part in parts.values() for u in urls.findall(part)] == urls.findall(whole)


def test_the_calendar_tells_the_days_beside(small: tuple[Register, Settings]) -> None:
    calendar = small[0].calendar
    first, second, *_ = calendar.days
    assert calendar.on(first).before is None and calendar.on(first).after == second
    assert calendar.on(second).before == first
    assert calendar.on(date(1800, 1, 1)).after == first


def test_the_home_page_names_the_first_of_many(
    small: tuple[Register, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    guidance = re.compile(r'<li class="remit-card">')
    whole = made(small)[""].html
    monkeypatch.setattr(overview_pages, "HOME_ENTRIES", 0)
    assert len(guidance.findall(whole)) == 1
    assert len(guidance.findall(made(small)[""].html)) == 0


def test_the_whole_is_shown_on_the_last_day_of_change_of_a_year(
    small: tuple[Register, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_LINES", 1)
    calendar = again(small[0]).calendar
    days = [date(2019, 1, 1), date(2019, 7, 1), date(2020, 3, 1)]
    history.Calendar.turns.give(calendar, {day: [] for day in days})
    assert calendar.days == days and calendar.whole_days == days[1:]
    assert calendar.on(days[0]).whole_after == days[1]
    assert calendar.on(days[2]).whole_before == days[1]
