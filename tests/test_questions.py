"""Fifteen real questions in each language, each walked from the home page in a real Chromium."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from browsing import Visit
from searching import fragments

FOLDER = Path(__file__).parent / "questions"
LANGUAGES = ("nb", "sv", "en")
MOST_CLICKS = 2
RESULTS = 3
"""The answer's page is among so many results."""


def questions(language: str) -> list[dict[str, Any]]:
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return list(table["question"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_fifteen_questions_each_within_two_clicks_or_one_search(language: str) -> None:
    asked = questions(language)
    assert len(asked) >= 15
    assert len({one["ask"] for one in asked}) == len(asked)
    for one in asked:
        assert ("click" in one) != ("search" in one), one["ask"]
        assert len(one.get("click", [])) <= MOST_CLICKS, one["ask"]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        pytest.param(language, one, id=f"{language}-{number}")
        for language in LANGUAGES
        for number, one in enumerate(questions(language), 1)
    ],
)
def test_the_question_is_answered(visit: Visit, language: str, question: dict[str, Any]) -> None:
    page = visit.open(f"/{language}/")
    if "search" in question:
        assert _found(visit, question), question["ask"]
        return
    for words in question["click"]:
        _link(page, words).click()
        page.wait_for_load_state()
    assert _answered(page, question), question["ask"]


def _link(page: Any, words: str) -> Any:
    """The link of that name, else the first whose name begins so: a card goes on to explain."""
    exact = page.get_by_role("link", name=words, exact=True)
    if exact.count():
        return exact.first
    return page.get_by_role("link", name=re.compile(f"^{re.escape(words)}")).first


def _answered(page: Any, question: dict[str, Any]) -> bool:
    """Whether the page's own part says the answer, each piece of it, however it is spaced."""
    answer = question["answer"]
    pieces = [answer] if isinstance(answer, str) else answer
    said = " ".join(page.inner_text("main").split())
    return all(piece in said for piece in pieces)


def _found(visit: Visit, question: dict[str, Any]) -> bool:
    """Whether one of the first results is a page with the answer."""
    page = visit.page
    page.click("[data-remit-search]")
    page.fill("dialog input", question["search"])
    page.wait_for_selector("dialog li a")
    links = page.eval_on_selector_all("dialog li a", "links => links.map(link => link.href)")
    for link in links[:RESULTS]:
        page.goto(link)
        if _answered(page, question):
            return True
    return False


@pytest.mark.parametrize(
    ("path", "searched"),
    [
        ("roles/minority-advisers", True),
        ("roles/minority-advisers/2008-01-01", False),
        ("on", True),
        ("on/2020-01-01", False),
        ("mandates/competence-team/2018-06-19/changes", False),
        ("duty/norway", True),
        ("duty/norway/teacher", False),
        ("duty/norway/teacher/adult-now", False),
    ],
)
def test_derived_pages_are_not_searched_but_search_engines_may_show_them(
    built_site: Path, path: str, searched: bool
) -> None:
    text = (built_site / "nb" / path / "index.html").read_text("utf-8")
    assert (f"/nb/{path}/" in fragments(built_site, "nb")) is searched
    assert 'content="noindex"' not in text
    assert f"/nb/{path}/</loc>" in (built_site / "sitemap.xml").read_text("utf-8")
