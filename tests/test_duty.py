"""The duty guide on the shipped register: every branch, what stands on it, and where it leads."""

from __future__ import annotations

import posixpath
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from lxml import html

from registers import ROOT, copy_of_register, found, overlay
from remit.build import load_and_check
from remit.model.records import AgeGroup, Area, Audience, AudienceKind, DutyKind, Urgency
from remit.model.register import Register
from remit.render.labels import labels_for
from remit.render.page import Page
from remit.render.pages import site_pages
from remit.settings import read_settings

LANGUAGES = ("nb", "sv", "en")
COUNTRIES = ("norway", "sweden")
SITUATIONS = tuple(f"{age.value}-{urgency.value}" for age in AgeGroup for urgency in Urgency)
DAY = date(2026, 11, 22)


@cache
def register() -> Register:
    return load_and_check(read_settings(ROOT)).register


@cache
def pages(language: str) -> dict[str, Page]:
    made = site_pages(register(), read_settings(ROOT), language)
    return {page.path: page for page in made if page.path in ("", "all") or is_duty(page.path)}


def is_duty(path: str) -> bool:
    return path.split("/")[0] == "duty"


def tree(language: str, path: str) -> html.HtmlElement:
    return html.fromstring(pages(language)[path].html)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def led_to(language: str, path: str) -> set[str]:
    """Addresses below the language's prefix that a page's links lead to."""
    hrefs = [str(href) for href in tree(language, path).xpath("//a/@href")]
    return {
        posixpath.normpath(posixpath.join(path or ".", href.partition("#")[0]))
        for href in hrefs
        if not re.match(r"\w+:|#", href)
    }


def answers() -> list[str]:
    return [path for path in pages("nb") if path.count("/") == 3]


def works(country: str) -> set[str]:
    """The professions offered in a country, by the records alone, and those not listed."""
    listed = {
        one.id
        for one in register().all(Audience)
        if one.kind is AudienceKind.PROFESSION and one.country in (None, country)
    }
    return listed | {"others"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_branch_has_a_page(language: str) -> None:
    expected = {"duty", *(f"duty/{country}" for country in COUNTRIES)}
    for country in COUNTRIES:
        for work in works(country):
            expected.add(f"duty/{country}/{work}")
            expected |= {f"duty/{country}/{work}/{one}" for one in SITUATIONS}
    assert {path for path in pages(language) if is_duty(path)} == expected
    assert len({page.title for page in pages(language).values()}) == len(pages(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_a_number_and_the_law_or_says_that_there_is_none(language: str) -> None:
    labels = labels_for(language)
    honest = {
        labels.enum("duty_none", DutyKind.REPORT),
        labels["duty_no_must"],
        labels["duty_none_besides"],
        labels["duty_no_must_besides"],
    }
    for path in answers():
        page = tree(language, path)
        assert page.xpath("//a[starts-with(@href, 'tel:')]/@href")[0] == "tel:112", path
        blocks = {block.get("aria-labelledby"): block for block in page.xpath("//section[h2]")}
        assert list(blocks)[:3] == ["act-now", "report", "seek-advice"], path
        for name in ("act-now", "report", "seek-advice"):
            assert len(words(blocks[name])) > 40, f"{path} has nothing under {name}"
        numbers = page.xpath("//section//a[starts-with(@href, 'tel:')]")
        assert numbers, f"{path} gives no number of its own"
        laws = blocks["report"].xpath(".//a[contains(@href, 'legal-bases/')]")
        said = {words(one) for one in blocks["report"].xpath("./p")}
        assert laws or said & honest, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_a_dead_end(language: str) -> None:
    """Home leads to the guide, each work to all its answers, each answer back to every question."""
    assert "duty" in led_to(language, "")
    assert "duty" in led_to(language, "all")
    assert {f"duty/{country}" for country in COUNTRIES} <= led_to(language, "duty")
    for country in COUNTRIES:
        start = f"duty/{country}"
        assert {f"{start}/{work}" for work in works(country)} <= led_to(language, start)
    for path in pages(language):
        links = {link for link in led_to(language, path) if is_duty(link)}
        assert links <= set(pages(language)), path
        if path.count("/") == 2:
            assert {f"{path}/{one}" for one in SITUATIONS} <= links, path
        if path.count("/") == 3:
            work, _, situation = path.rpartition("/")
            age, _, urgency = situation.rpartition("-")
            other = "adult" if age == "under-18" else "under-18"
            country = posixpath.dirname(work)
            assert {"duty", country, work, f"{work}/{other}-{urgency}"} <= links, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_in_a_form_or_by_script_and_there_is_a_quick_exit(language: str) -> None:
    for path, page in pages(language).items():
        if is_duty(path):
            assert not re.search(r"<(form|input|select|button|script|iframe|img)\b", page.html)
            assert page.sensitive, "it may be read at home, so it has the quick exit"


TEACHER_REPORTS = ("organisations/child-welfare-norway", "legal-bases/child-welfare-act-norway")
KNOWN: list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = [
    # path, addresses it leads to, words it has, addresses it must not lead to
    ("norway/teacher/under-18-serious", TEACHER_REPORTS, ("§ 13-2", "116 111"), ()),
    ("norway/teacher/under-18-now", ("duties/call-police-norway",), ("112", "§ 196"), ()),
    (
        "norway/health-worker/under-18-serious",
        ("legal-bases/health-personnel-act-norway", "organisations/child-welfare-norway"),
        ("§ 33",),
        ("duties/report-child-welfare-norway",),
    ),
    (
        "norway/others/adult-serious",
        ("legal-bases/penal-code-norway", "duties/avert-crime-norway"),
        ("§ 196", "02800", "116 006"),
        ("organisations/child-welfare-norway",),
    ),
    ("norway/nav-adviser/adult-worry", ("roles/competence-team",), ("478 090 50",), ()),
    (
        "norway/volunteer/under-18-worry",
        ("duties/tell-child-welfare-norway",),
        ("116 111",),
        ("duties/report-child-welfare-norway",),
    ),
    (
        "sweden/social-worker/under-18-worry",
        ("organisations/social-services-sweden", "legal-bases/social-services-act-sweden"),
        ("010-223 57 60",),
        ("organisations/child-welfare-norway",),
    ),
    (
        "sweden/teacher/adult-serious",
        ("duties/tell-police-adult-sweden",),
        ("114 14", "020-50 50 50"),
        ("duties/report-social-services-sweden",),
    ),
    (
        "sweden/others/under-18-serious",
        ("duties/tell-social-services-sweden",),
        (),
        ("duties/report-social-services-sweden", "roles/national-support-phone"),
    ),
    ("sweden/school-nurse/adult-now", ("contacts/swedish-foreign-ministry-emergency",), (), ()),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "leads", "says", "never"), KNOWN)
def test_known_situations(
    language: str,
    path: str,
    leads: tuple[str, ...],
    says: tuple[str, ...],
    never: tuple[str, ...],
) -> None:
    links = led_to(language, f"duty/{path}")
    assert set(leads) <= links
    assert not set(never) & links
    text = words(tree(language, f"duty/{path}"))
    assert [one for one in says if one not in text] == []


def test_what_the_law_orders_is_told_from_what_it_allows() -> None:
    labels = labels_for("nb")
    for path, expected in (
        ("duty/norway/teacher/under-18-serious", labels["duty_must"]),
        ("duty/norway/others/under-18-worry", labels["duty_may"]),
    ):
        report = tree("nb", path).xpath("//section[@aria-labelledby='report']")[0]
        assert words(report.xpath(".//span[contains(@class, 'remit-badge')]")[0]) == expected


def test_a_duty_holds_only_while_its_law_does() -> None:
    """The Swedish act took force on 1 July 2025."""
    sweden = register().get(Area, "sweden")
    teacher = register().get(Audience, "teacher")
    assert sweden and teacher

    def reports(day: date) -> list[str]:
        ways = register().as_of(day).duties.ways(sweden, teacher, AgeGroup.UNDER_18, Urgency.WORRY)
        return [duty.id for duty in ways[DutyKind.REPORT]]

    assert reports(DAY) == ["report-social-services-sweden"]
    assert reports(date(2025, 6, 30)) == []


def test_a_duty_whose_law_has_ended_is_reported(tmp_path: Path) -> None:
    copy = copy_of_register(tmp_path / "register")
    law = (copy / "content/legal-bases/testloven.yml").read_text("utf-8")
    ended = overlay(
        copy, {"content/legal-bases/testloven.yml": f"{law}period:\n  to: 2025-12-31\n"}
    )
    assert [(one.code, one.location.path) for one in found(ended)] == [
        ("outlived-ref", "content/duties/ask-the-team.yml")
    ]


def test_a_register_without_duties_has_no_guide(tmp_path: Path) -> None:
    copy = copy_of_register(tmp_path / "register")
    (copy / "content/duties/ask-the-team.yml").unlink()
    settings = read_settings(copy)
    made = list(site_pages(load_and_check(settings).register, settings, "nb"))
    assert not [page.path for page in made if is_duty(page.path)]
    home = next(page.html for page in made if page.path == "")
    assert "guidance/" in home
    assert "duty/" not in home


def test_two_professions_may_have_the_same_name(tmp_path: Path) -> None:
    copy = copy_of_register(tmp_path / "register")
    teacher = (copy / "content/audiences/teacher.yml").read_text("utf-8")
    second = teacher.replace("id: teacher", "id: second-teacher")
    settings = read_settings(overlay(copy, {"content/audiences/second-teacher.yml": second}))
    made = {page.path for page in site_pages(load_and_check(settings).register, settings, "nb")}
    assert {"duty/testland/teacher", "duty/testland/second-teacher"} <= made
