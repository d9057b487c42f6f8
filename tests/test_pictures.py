"""Timelines and graphs: the picture says what its table says, in the page's language, to scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import html

from registers import ROOT, copy_of_register, overlay
from remit.build import load_and_check
from remit.model.records import Mandate, Office, Organisation, Partner, Role, Task
from remit.model.register import Register, address_of
from remit.model.relations import Relations
from remit.model.values import Period, When
from remit.render import figures, relations_picture, tree
from remit.render.drawing import WIDTH, width_of, wrapped
from remit.render.labels import labels_for
from remit.render.page import Page
from remit.render.pages import site_pages
from remit.render.timeline import chapters, periods_held, timeline_of
from remit.render.timeline_picture import LINES_PER_SHEET, Scale, timeline_pictures
from remit.render.view import View
from remit.settings import read_settings

SETTINGS = read_settings(ROOT)
REGISTER: Register = load_and_check(SETTINGS).register
LANGUAGES = ("nb", "sv", "en")


@pytest.fixture(scope="module")
def pages() -> dict[str, dict[str, Page]]:
    return {
        language: {page.path: page for page in site_pages(REGISTER, SETTINGS, language)}
        for language in LANGUAGES
    }


def view(language: str = "nb", day: date = SETTINGS.today) -> View:
    return View(REGISTER, SETTINGS, language, day)


def pictured(page: Page) -> Iterator[tuple[html.HtmlElement, html.HtmlElement]]:
    """Every figure of a page with the table that stands beside it."""
    if "remit-pictured" not in page.html:
        return
    root = html.fragment_fromstring(page.html, create_parent=True)
    for box in root.find_class("remit-pictured"):
        (figure,), (table,) = box.xpath("./figure"), box.xpath(".//table")
        yield figure, table


def closed(words: str) -> str:
    """Words without spaces and hyphens: pictures divide long ones over lines."""
    return re.sub(r"[\s\u2003-]+", "", words)


def cells(table: html.HtmlElement) -> list[list[str]]:
    rows = table.xpath("./tbody/tr")
    return [[closed(cell.text_content()) for cell in row] for row in rows]


def drawn(figure: html.HtmlElement, class_: str) -> list[str]:
    """The texts of a class in a figure, in order."""
    return [closed(text.text_content()) for text in figure.xpath(f'.//text[@class="{class_}"]')]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_timeline_and_its_table_say_the_same(
    pages: dict[str, dict[str, Page]], language: str
) -> None:
    """Name and time of every line, in order, below the headings of the table's second column."""
    seen = 0
    for page in pages[language].values():
        for figure, table in pictured(page):
            if not figure.xpath('.//g[@class="remit-picture__line"]'):
                continue
            rows = cells(table)
            assert drawn(figure, "remit-picture__name") == [row[0] + row[2] for row in rows]
            headings = drawn(figure, "remit-picture__heading")
            assert list(dict.fromkeys(headings)) == list(dict.fromkeys(row[1] for row in rows))
            bars = figure.xpath('.//g[@class="remit-picture__line"]')
            assert len(bars) == len(rows)
            seen += 1
    assert seen > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_graph_and_its_table_say_the_same(
    pages: dict[str, dict[str, Page]], language: str
) -> None:
    seen = 0
    for page in pages[language].values():
        for figure, table in pictured(page):
            ties = figure.xpath('.//svg[@role="img"]//path[contains(@class, "tie--")]')
            if not ties:
                continue
            rows = cells(table)
            assert len(ties) == len(rows) == len({tie.get("d") for tie in ties})
            names = drawn(figure, "remit-picture__name")
            if page.path == "relations":
                assert sorted(names) == sorted({row[0] for row in rows} | {row[2] for row in rows})
            else:
                assert names == [row[0] for row in rows]
                middle, *headings = drawn(figure, "remit-picture__heading")
                assert middle == closed(page.title)
                assert headings == list(dict.fromkeys(row[1] for row in rows))
            seen += 1
    assert seen > 5


def test_pages_that_have_pictures(pages: dict[str, dict[str, Page]]) -> None:
    """One for every role, mandate and organisation with something to show, two of the whole."""
    found = {path for path, page in pages["nb"].items() if "<figure" in page.html}
    assert {
        "timeline",
        "relations",
        "mandates/competence-team",
        "organisations/imdi",
        "roles/competence-team",
        "roles/minority-advisers",
        "roles/national-centre",
        "roles/regional-coordinators",
    } <= found
    assert "organisations/skolverket" not in found, "nothing is dated there"
    assert not {path for path in found if path.startswith(("areas/", "terms", "contacts"))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_have_no_word_of_another_language(
    pages: dict[str, dict[str, Page]], language: str
) -> None:
    prefixes = ("time", "legend_", "relation", "over_time", "picture_", "work_", "named_by")
    words: dict[str, set[str]] = {}
    for code in LANGUAGES:
        table = labels_for(code).table
        words[code] = {
            text for key, text in table.items() if key.startswith(prefixes) and " " in text
        } - {""}
    others = set().union(*(words[code] for code in LANGUAGES if code != language))
    foreign = {text for text in others - words[language] if "{" not in text}
    assert len(foreign) > 20
    for page in pages[language].values():
        for figure, table in pictured(page):
            said = figure.text_content() + table.text_content()
            assert not [text for text in foreign if text in said], page.path


def test_pictures_are_named_and_carry_no_style(pages: dict[str, dict[str, Page]]) -> None:
    for page in pages["sv"].values():
        assert "style=" not in page.html
        for figure, _ in pictured(page):
            pictures = figure.xpath('.//svg[@role="img"]')
            assert pictures
            for picture in pictures:
                name, text = picture.get("aria-labelledby").split()
                assert picture.xpath(f'./title[@id="{name}"]')[0].text_content()
                assert picture.xpath(f'./desc[@id="{text}"]')[0].text_content()
                assert picture.get("width") == "100%" and picture.get("viewbox") is None
            for use in figure.xpath(".//*[starts-with(@fill, 'url(#')]/@fill"):
                assert figure.xpath(f'.//pattern[@id="{use[5:-1]}"]'), use


def test_the_same_sources_give_the_same_pictures(pages: dict[str, dict[str, Page]]) -> None:
    again = Register(list(reversed(REGISTER.records)), REGISTER.languages, REGISTER.origins)
    for page in site_pages(again, SETTINGS, "nb"):
        for (one, _), (other, _) in zip(
            pictured(page), pictured(pages["nb"][page.path]), strict=True
        ):
            assert html.tostring(one) == html.tostring(other), page.path


# --- time ---


def test_bars_lie_in_the_order_of_their_dates() -> None:
    role = REGISTER.get(Role, "competence-team")
    assert role
    found = timeline_of(view(), role)
    assert found
    root = html.fragment_fromstring(str(timeline_pictures(view(), found, "x")[0]))
    names = next(group for group in found.groups if len(group.lines) == len(role.names))
    assert [line.spans[0].period for line in names.lines] == [one.period for one in role.names]
    lines = root.xpath('//g[@class="remit-picture__line"]')[1 : 1 + len(role.names)]
    starts, ends = [], []
    for line in lines:
        bar = line.xpath('./rect[contains(@class, "__bar")]')[0]
        x, width = (float(bar.get(key).rstrip("%")) for key in ("x", "width"))
        starts.append(x)
        ends.append(x + width)
    assert starts == sorted(starts) and len(set(starts)) == len(starts)
    assert ends[:-1] == pytest.approx(starts[1:], abs=0.02), "each name ends where the next begins"
    assert ends[-1] == pytest.approx(100)


def test_the_scale_is_of_whole_years() -> None:
    scale = Scale(2019, 2022)
    assert scale.at(date(2019, 1, 1)) == 0
    assert scale.at(date(2023, 1, 1)) == 100
    assert scale.at(date(2021, 1, 1)) == pytest.approx(50, abs=0.1)
    few, more = Scale(1904, 2026).ticks()
    assert set(few) <= set(more) and len(few) <= 5 and len(more) <= 14


def picture_of(language: str, period: Period) -> tuple[html.HtmlElement, str]:
    """The one bar of an office with that period, and the time in words."""
    office = REGISTER.get(Office, "imdi-bergen")
    assert office
    altered = office.model_copy(update={"period": period})
    records = [altered if one is office else one for one in REGISTER.records]
    register = Register(records, REGISTER.languages, REGISTER.origins)
    here = View(register, SETTINGS, language, SETTINGS.today)
    imdi = register.get(Organisation, "imdi")
    assert imdi
    found = timeline_of(here, imdi)
    assert found
    lines = [line for group in found.groups for line in group.lines]
    index = next(
        index for index, line in enumerate(lines) if tree.plain(line.label).endswith("Bergen")
    )
    bars = [
        bar
        for picture in timeline_pictures(here, found, "x")
        for bar in html.fragment_fromstring(str(picture)).xpath('//g[@class="remit-picture__line"]')
    ]
    return bars[index], lines[index].when


@pytest.mark.parametrize(
    ("first", "last", "inexact", "arrows", "words"),
    [
        ("2013-04-09", "2019-12-31", 0, 0, "from 9 April 2013 to 31 December 2019"),
        ("2013", "2019-12-31", 1, 0, "from 2013 to 31 December 2019"),
        ("2013", "2019-05", 2, 0, "from 2013 to May 2019"),
        ("2013-W05", None, 1, 1, "from week 5 of 2013"),
        (None, "2019-12-31", 0, 1, "until 31 December 2019"),
        (None, None, 0, 2, "no dates known"),
    ],
)
def test_ends_look_as_exact_as_they_are(
    first: str | None, last: str | None, inexact: int, arrows: int, words: str
) -> None:
    period = Period.model_validate({"from": first, "to": last})
    bar, when = picture_of("en", period)
    assert len(bar.find_class("remit-picture__inexact")) == inexact
    assert len(bar.find_class("remit-picture__arrow")) == arrows
    assert when.replace("\u00a0", " ") == words


def test_states_have_shapes_of_their_own() -> None:
    for first, last, state in (
        ("2013-04-09", "2019-12-31", "past"),
        ("2013-04-09", "2030-12-31", "now"),
        ("2028-04-09", "2030-12-31", "later"),
    ):
        bar, _ = picture_of("nb", Period.between(When.parse(first), When.parse(last)))
        assert len(bar.find_class(f"remit-picture__bar--{state}")) == 1
        assert bool(bar.xpath("./rect[@fill]")) == (state != "now")


def test_tasks_are_shown_with_whom_they_were_until_they_moved() -> None:
    task = REGISTER.get(Task, "regional-prevention")
    imdi, counties = (REGISTER.get(Organisation, id) for id in ("imdi", "county-authorities"))
    assert task and imdi and counties
    assert [str(one.to) for one in periods_held(view(), task, imdi)] == ["2019-12-31"]
    (after,) = periods_held(view(), task, counties)
    assert str(after.from_) == "2020-01-01" and after.to is None


def test_one_open_period_gets_no_picture() -> None:
    mandate = REGISTER.get(Mandate, "national-centre")
    assert mandate
    assert timeline_of(view(), mandate) is None, "version and role begin on the same day"


def test_a_draft_is_shown_as_one(tmp_path: Path) -> None:
    folder = copy_of_register(tmp_path / "register")
    version = (folder / "mandates/team-mandate/2024-01-01.yml").read_text("utf-8")
    draft = version.replace("id: 2024-01-01", "id: 2027-01-01").replace(
        "from: 2024-01-01", "from: 2027-01-01"
    )
    overlay(
        folder,
        {
            "mandates/team-mandate/2024-01-01.yml": version.replace(
                "from: 2024-01-01", "from: 2024-01-01\n  to: 2026-12-31"
            ),
            "mandates/team-mandate/2027-01-01.yml": draft.replace(
                "status: adopted", "status: draft"
            ),
        },
    )
    settings = read_settings(folder)
    register = load_and_check(settings).register
    here = View(register, settings, "en", settings.today)
    mandate = register.get(Mandate, "team-mandate")
    assert mandate
    found = timeline_of(here, mandate)
    assert found
    states = [line.state for line in found.groups[0].lines]
    assert states == ["No longer in force", "In force", "Draft"]
    assert found.groups[0].lines[-1].spans[0].state == "draft"


def test_long_timelines_are_several_pictures_and_a_large_register_several_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imdi = REGISTER.get(Organisation, "imdi")
    assert imdi
    found = timeline_of(view(), imdi)
    assert found
    group = found.groups[0]
    many = replace(found, groups=(group._replace(lines=group.lines * 10),))
    lines = len(many.groups[0].lines)
    assert len(timeline_pictures(view(), many, "x")) == -(-lines // LINES_PER_SHEET)
    monkeypatch.setattr(figures, "LINES_PER_PAGE", 4)
    made = {page.path: page for page in site_pages(REGISTER, SETTINGS, "en")}
    parts = [page for path, page in made.items() if path.startswith("timeline/")]
    assert "timeline/norway-roles-2" in made
    shown = [row[0] for page in parts for _, table in pictured(page) for row in cells(table)]
    whole = chapters(view("en"), lambda _: "")
    known = {closed(tree.plain(line.label)) for one in whole for line in one.group.lines}
    assert set(shown) <= known and len(shown) > 4
    for page in parts:
        assert all(len(cells(table)) <= 4 for _, table in pictured(page))
        assert f"../{page.path}/" in made["timeline"].html


# --- relations ---


def test_relations_hold_on_their_day_alone() -> None:
    relations = Relations(REGISTER)
    coordinators = REGISTER.get(Role, "regional-coordinators")
    assert coordinators
    assert relations.of(coordinators, date(2020, 1, 1)) == []
    then = relations.of(coordinators, date(2019, 12, 31))
    said = {(one.kind, one.giver.id, one.taker.id) for one in then}
    assert ("reports", "regional-coordinators", "imdi") in said
    assert ("refers", "regional-coordinators", "competence-team") in said


def test_every_relation_names_where_it_is_said() -> None:
    for one in Relations(REGISTER).whole(SETTINGS.today):
        assert one.places
        assert one.giver is not one.taker
        for place in one.places:
            assert place.partition("#")[0] in REGISTER.by_address
        assert not one.mutual or one.kind == "cooperates"


def test_what_both_sides_say_stands_once() -> None:
    """Said by one it is one-sided, said the other way too it is mutual; never two lines."""
    partner = REGISTER.get(Partner, "national-centre-nck")
    assert partner
    one = partner.model_copy(update={"mutual": False})
    back = one.model_copy(update={"id": "back", "between": one.and_, "and_": one.between})
    others = [record for record in REGISTER.records if record is not partner]
    for records, mutual in (([one], False), ([one, back], True)):
        register = Register([*others, *records], REGISTER.languages, REGISTER.origins)
        said = [
            relation
            for relation in Relations(register).whole(SETTINGS.today)
            if "nationellt-centrum-for-kvinnofrid" in (relation.giver.id, relation.taker.id)
        ]
        assert [(relation.kind, relation.mutual) for relation in said] == [("cooperates", mutual)]
        assert len(said[0].places) == len(records)


def test_an_ended_role_shows_its_last_day(pages: dict[str, dict[str, Page]]) -> None:
    text = pages["en"]["roles/regional-coordinators"].html.replace("\u00a0", " ")
    assert "As of 31 December 2019" in text


def test_a_large_graph_keeps_those_with_most_relations(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Relations(REGISTER).whole(SETTINGS.today)
    assert relations_picture.shown_in_picture(whole) == whole
    monkeypatch.setattr(relations_picture, "MOST", 5)
    kept = relations_picture.shown_in_picture(whole)
    sides = {address_of(side) for one in kept for side in (one.giver, one.taker)}
    assert 1 < len(sides) <= 5 and len(kept) < len(whole)


# --- words ---


def test_words_are_wrapped_and_never_cut() -> None:
    long = "Myndigheten för ungdoms- och civilsamhällesfrågor og enda flere ord etter det"
    lines = wrapped(long, 15, 150)
    assert len(lines) > 2 and " ".join(lines) == long
    assert all(width_of(line, 15) <= 150 for line in lines)
    compound = "menneskerettighetsorganisasjonsmedlemmer" * 2
    lines = wrapped(f"om {compound}", 15, WIDTH)
    assert closed("".join(lines)) == closed(f"om {compound}")
    assert all(width_of(line, 15) <= WIDTH for line in lines)
