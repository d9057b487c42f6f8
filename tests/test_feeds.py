"""Feeds and calendars: sound by their standards, right in their facts, the same on any day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from icalendar import Calendar
from lxml import etree, html

from registers import REGISTER, ROOT, found, overlay
from remit.build import load_and_check
from remit.model.events import EventKind, all_events
from remit.model.register import Register
from remit.render import feeds as rendered
from remit.render.feeds import Feed, Said, feeds
from remit.render.pages import site_pages
from remit.settings import Settings, read_settings
from remit.write.feeds import atom, calendar, feed_files

NAMES = {"a": "http://www.w3.org/2005/Atom"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
BOTH = pytest.mark.parametrize(
    ("root", "language"),
    [(REGISTER, "nb"), (REGISTER, "en"), (ROOT, "nb"), (ROOT, "sv"), (ROOT, "en")],
    ids=["small-nb", "small-en", "shipped-nb", "shipped-sv", "shipped-en"],
)
MANDATE = "mandates/team-mandate"


def _feeds(root: Path, language: str, **changed: Any) -> dict[str, Feed]:
    """The register's feeds by folder; `changed` are settings that are otherwise."""
    settings = replace(read_settings(root), **changed)
    register = load_and_check(settings).register
    return {feed.folder: feed for feed in feeds(register, settings, language)}


def _entries(feed: Feed) -> list[etree._Element]:
    return etree.fromstring(atom(feed)).findall("a:entry", NAMES)


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"a:{name}", "", NAMES)


def _events(feed: Feed) -> dict[str, Any]:
    """A calendar's events by uid without its host, as the library reads them back."""
    read = Calendar.from_ical(calendar(feed))
    return {str(event["UID"]).partition("@")[0]: event for event in read.walk("VEVENT")}


# --- sound by the standards ----------------------------------------------------------------


@BOTH
def test_a_feed_is_atom(root: Path, language: str) -> None:
    settings = read_settings(root)
    register = load_and_check(settings).register
    files = {page.file for page in site_pages(register, settings, language)}
    base = f"{settings.site_url}{language}/"
    made = list(feeds(register, settings, language))
    assert len({feed.file("") for feed in made}) == len(made) > 1
    for feed in made:
        root_element = etree.fromstring(atom(feed))
        assert root_element.tag == f"{{{NAMES['a']}}}feed"
        assert root_element.get(LANGUAGE) == language
        for name in ("id", "title", "updated", "author"):
            assert len(root_element.findall(f"a:{name}", NAMES)) == 1
        own = f"{base}{feed.file('changes.atom')}"
        assert root_element.xpath("string(a:link[@rel='self']/@href)", namespaces=NAMES) == own
        assert _text(root_element, "id") == own
        entries = root_element.findall("a:entry", NAMES)
        ids = [_text(entry, "id") for entry in entries]
        assert len(set(ids)) == len(ids) > 0
        days = [_text(entry, "updated") for entry in entries]
        assert days == sorted(days, reverse=True)
        assert _text(root_element, "updated") == days[0]
        for entry in entries:
            for name in ("id", "title", "updated"):
                assert len(entry.findall(f"a:{name}", NAMES)) == 1
            assert entry.findtext("a:author/a:name", "", NAMES).strip()
            assert entry.find("a:category", NAMES) is not None
            datetime.strptime(_text(entry, "updated"), "%Y-%m-%dT%H:%M:%SZ")
        for link in root_element.iter(f"{{{NAMES['a']}}}link"):
            if link.get("rel") == "alternate":
                page = link.get("href", "").removeprefix(settings.site_url)
                assert f"{page}index.html" in files, page
        for element in root_element.iter():
            assert len(element) == 0 or element.tag.rpartition("}")[2] in (
                "feed", "entry", "author"
            )  # fmt: skip


@BOTH
def test_a_calendar_is_icalendar(root: Path, language: str) -> None:
    """Read as lines, without the library that wrote it."""
    for feed in _feeds(root, language).values():
        data = calendar(feed)
        lines = data.split(b"\r\n")
        assert lines[-1] == b"" and b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines)
        assert max(len(line) for line in lines) <= 75
        unfolded = data.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]
        assert unfolded[0] == "BEGIN:VCALENDAR" and unfolded[-1] == "END:VCALENDAR"
        names = [line.partition(":")[0].partition(";")[0] for line in unfolded]
        assert set(names) <= {
            "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "NAME", "X-WR-CALNAME", "URL",
            "REFRESH-INTERVAL", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION",
            "STATUS", "TRANSP", "CATEGORIES",
        }  # fmt: skip
        number = unfolded.count("BEGIN:VEVENT")
        assert number == len(feed.dates) > 0
        for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "STATUS", "TRANSP"):
            assert names.count(name) == number, name
        uids = [line for line in unfolded if line.startswith("UID:")]
        assert len(set(uids)) == number
        starts = [line for line in unfolded if line.startswith("DTSTART")]
        assert all(line.startswith("DTSTART;VALUE=DATE:") for line in starts)


def test_a_hostile_text_stays_a_text() -> None:
    """The second lock: checks refuse such texts, and these would not be live either."""
    words = "</title><script>alert(1)</script> & a; b, c\\n\r\nATTENDEE:mailto:x\nBEGIN:VALARM\rX:y"
    feed = _feeds(REGISTER, "en")[""]
    entry = replace(feed.news[0], subject=Said(words, "en"), lines=(Said(words, "en"),))
    hostile = replace(feed, title=words, description=words, news=(entry,), dates=(entry,))
    made = atom(hostile)
    assert b"<script" not in made and b"&lt;script&gt;" in made
    assert "<script>alert(1)</script> & a" in _text(_entries(hostile)[0], "title")
    lines = calendar(hostile).decode("utf-8").replace("\r\n ", "").splitlines()
    names = {line.partition(":")[0].partition(";")[0] for line in lines}
    assert not names & {"ATTENDEE", "X"}
    assert any(line.startswith("NAME:") and "\\; b\\, c" in line for line in lines)
    assert [line for line in lines if line.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
    ]
    event = Calendar.from_ical(calendar(hostile)).walk("VEVENT")[0]
    assert "& a; b, c\\n" in str(event["SUMMARY"])


# --- right in the facts of the shipped register --------------------------------------------


def test_the_transfer_of_2020_is_in_feed_and_calendar() -> None:
    feed = _feeds(ROOT, "nb")[""]
    uid = "transfers/imdi-regional-tasks-2020/transfer"
    assert _events(feed)[uid]["DTSTART"].dt == date(2020, 1, 1)
    address = "https://remit.example/nb/transfers/imdi-regional-tasks-2020/#transfer"
    entry = next(entry for entry in _entries(feed) if _text(entry, "id") == address)
    assert _text(entry, "updated") == "2020-01-01T00:00:00Z"
    assert _text(entry, "title").startswith("Oppgaver flyttes: ")
    assert "Fra: Integrerings- og mangfoldsdirektoratet" in _text(entry, "summary")


def test_deadlines_are_dates_and_no_news() -> None:
    feed = _feeds(ROOT, "sv")[""]
    events = _events(feed)
    assert events["assignments/imdi-2019-021/deadline"]["DTSTART"].dt == date(2019, 11, 29)
    for part in ("mandate-minority-advisers", "mandate-mobile-team", "recommendation"):
        event = events[f"assignments/imdi-2019-021/due-{part}"]
        assert event["DTSTART"].dt == date(2019, 11, 29)
        assert str(event["SUMMARY"]).startswith("Slutdatum för leverans: ")
    kinds = {entry.event.kind for entry in feed.news}
    assert not kinds & {EventKind.DEADLINE, EventKind.DUE, EventKind.STARTS, EventKind.REVIEW}


def test_a_change_is_told_with_its_note_and_its_kind() -> None:
    newest = _entries(_feeds(ROOT, "en")["mandates/competence-team"])[0]
    assert _text(newest, "title").startswith("Mandate changed: ")
    assert "Revised in May 2018." in _text(newest, "summary")
    terms = [category.get("term") for category in newest.findall("a:category", NAMES)]
    assert terms == ["changed", "substantive"]
    assert newest.findtext("a:author/a:name", "", NAMES) == "Norwegian Directorate of Immigration"


def test_an_end_stands_on_the_first_day_without_the_thing() -> None:
    events = _events(_feeds(ROOT, "en")[""])
    office = events["offices/imdi-gjovik/ends"]
    assert office["DTSTART"].dt == date(2020, 7, 2)
    assert "Last day: 1 July 2020" in str(office["DESCRIPTION"]).replace("\u00a0", " ")
    assert events["mandates/national-competence-team/2013-01-01/end"]["DTSTART"].dt == date(
        2022, 10, 1
    )


def test_a_version_that_is_followed_has_no_end_of_its_own() -> None:
    dates = _feeds(ROOT, "nb")["mandates/competence-team"].dates
    kinds = [entry.event.kind for entry in dates]
    assert kinds == [EventKind.ADOPTED, EventKind.CHANGED, EventKind.REVIEW]
    repealed = _feeds(ROOT, "nb")["mandates/national-competence-team"].news
    assert [entry.event.kind for entry in repealed] == [EventKind.REPEALED, EventKind.ADOPTED]


def test_a_common_day_of_review_is_one_event() -> None:
    settings = read_settings(ROOT)
    register = load_and_check(settings).register
    reviews = [event for event in all_events(register) if event.kind is EventKind.REVIEW]
    reviewed = [record for record in register.records if record.review]
    assert sum(len(event.records) for event in reviews) == len(reviewed) > 200
    assert len(reviews) == len({record.review.due for record in reviewed if record.review})
    texts = [str(event["DESCRIPTION"]) for uid, event in _events(_feeds(ROOT, "nb")[""]).items()
             if uid.startswith("changes/review-")]  # fmt: skip
    assert all(len(text.splitlines()) <= rendered.NAMED_IN_REVIEW + 1 for text in texts)


def test_what_is_not_known_to_the_day_gets_no_day() -> None:
    feed = _feeds(ROOT, "en")[""]
    events = _events(feed)
    month = events["mandates/specialist-team/2020-06-01/force"]
    assert (month["DTSTART"].dt, month["DTEND"].dt) == (date(2020, 6, 1), date(2020, 7, 1))
    assert "not known" in str(month["DESCRIPTION"])
    week = events["assignments/imdi-2019-022/starts"]
    assert (week["DTSTART"].dt, week["DTEND"].dt) == (date(2019, 9, 2), date(2019, 9, 9))
    assert "roles/competence-team/begins" not in events, "known to the year only"
    assert any(_text(entry, "id").endswith("roles/competence-team/#begins")
               for entry in _entries(feed))  # fmt: skip
    assert "DTEND" not in events["transfers/imdi-regional-tasks-2020/transfer"]


# --- what comes, what came to nothing ------------------------------------------------------

VERSION = (REGISTER / MANDATE / "2024-01-01.yml").read_text("utf-8")
LASTING = "  from: 2024-01-01\n"
EARLIER = {f"{MANDATE}/2024-01-01.yml": VERSION.replace(LASTING, f"{LASTING}  to: 2027-12-31\n")}
UID = f"{MANDATE}/2028-01-01/force"


def _next_version(status: str, dated: str = "2026-05-04", more: str = "") -> Mapping[str, str]:
    """The register's next version, of 2028, and the last day of the one before it."""
    text = (
        VERSION.replace("id: 2024-01-01", "id: 2028-01-01")
        .replace("  from: 2024-01-01", "  from: 2028-01-01")
        .replace("status: adopted", f"{more}status: {status}")
        .replace("2023-12-10", dated)
    )
    return EARLIER | {f"{MANDATE}/2028-01-01.yml": text}


@pytest.mark.parametrize(
    ("files", "kind", "status", "told"),
    [
        (_next_version("draft"), "draft", "TENTATIVE", "2026-05-04"),
        (_next_version("hearing"), "hearing", "TENTATIVE", "2026-05-04"),
        (_next_version("adopted", "2026-10-01"), "changed", "CONFIRMED", "2026-10-01"),
        (
            _next_version("withdrawn", more="withdrawn: 2026-09-30\n"),
            "withdrawn",
            "CANCELLED",
            "2026-09-30",
        ),
    ],
    ids=["draft", "hearing", "adopted", "withdrawn"],
)
def test_a_proposal_is_one_event_till_its_end(
    files: Mapping[str, str], kind: str, status: str, told: str, register_copy: Path
) -> None:
    """Who subscribed sees the same event change, not another one beside it."""
    assert found(overlay(register_copy, files)) == []
    feed = _feeds(register_copy, "en")[MANDATE]
    event = _events(feed)[UID]
    assert event["DTSTART"].dt == date(2028, 1, 1)
    assert event["STATUS"] == status
    entry = _entries(feed)[0]
    assert _text(entry, "id") == f"https://test.example/en/{MANDATE}/2028-01-01/#force"
    category = entry.find("a:category", NAMES)
    assert category is not None and category.get("term") == kind
    assert _text(entry, "updated") == f"{told}T00:00:00Z"


def test_a_withdrawn_version_is_never_in_force(register_copy: Path) -> None:
    files = _next_version("withdrawn", more="withdrawn: 2026-09-30\n")
    settings = read_settings(overlay(register_copy, files))
    register = load_and_check(settings).register
    assert register.as_of(date(2028, 6, 1)).version("team-mandate") is None
    shown = register.as_of(date(2028, 6, 1)).shown_version("team-mandate")
    assert shown is not None and shown.id == "2024-01-01"
    page = next(
        page
        for page in site_pages(register, settings, "en")
        if page.path == f"{MANDATE}/2028-01-01"
    )
    assert '<span class="remit-badge remit-badge--withdrawn">Withdrawn</span>' in page.html
    assert "This proposal was withdrawn. It was never in force." in page.html
    assert "not in force yet" not in page.html


def test_nothing_is_told_before_its_day(register_copy: Path) -> None:
    overlay(register_copy, _next_version("adopted", "2026-12-24"))
    before = _feeds(register_copy, "nb", today=date(2026, 12, 23))[MANDATE]
    after = _feeds(register_copy, "nb", today=date(2026, 12, 24))[MANDATE]
    assert [entry.identity for entry in after.news][1:] == [entry.identity for entry in before.news]
    assert len(after.news) == len(before.news) + 1
    assert _events(before).keys() == _events(after).keys(), "a calendar shows what comes"


def test_a_change_in_place_is_news(register_copy: Path) -> None:
    text = VERSION.replace("status: adopted", "last_changed: 2025-02-03\nstatus: adopted")
    feed = _feeds(overlay(register_copy, {f"{MANDATE}/2024-01-01.yml": text}), "nb")[MANDATE]
    assert _text(_entries(feed)[0], "updated") == "2025-02-03T00:00:00Z"
    assert _text(_entries(feed)[0], "title").startswith("Tekst rettet i mandat: ")


# --- the same on any day, in any language --------------------------------------------------


def test_no_clock_is_in_them() -> None:
    """The same news on another day gives the same bytes."""
    for folder in ("", "mandates/competence-team"):
        now = _feeds(ROOT, "nb")[folder]
        later = _feeds(ROOT, "nb", today=date(2026, 12, 30))[folder]
        assert atom(now) == atom(later)
        assert calendar(now) == calendar(later)


def test_stamps_are_the_days_of_review() -> None:
    for event in _events(_feeds(ROOT, "nb")["mandates/competence-team"]).values():
        assert event["DTSTAMP"].dt == datetime(2026, 11, 22, tzinfo=UTC)


def test_another_language_is_marked(register_copy: Path) -> None:
    text = VERSION.replace("  en: Mandate of the specialist team\n", "", 1).replace(
        "    en: Cooperation and reporting are added.\n", ""
    )
    overlay(register_copy, {f"{MANDATE}/2024-01-01.yml": text})
    settings = read_settings(register_copy)
    newest = _feeds(register_copy, "en")[MANDATE].news[0]
    assert newest.subject.language == "nb"
    assert "You are reading it in Norwegian Bokmål" in newest.text
    register = load_and_check(settings).register
    page = next(one for one in site_pages(register, settings, "en") if one.path == "changes")
    latest = html.fragment_fromstring(page.html, create_parent="div").get_element_by_id("latest")
    section = latest.getparent()
    assert section is not None
    assert [one.get("lang") for one in section.iter("span")] == ["nb"]
    assert [one.text for one in section.iter("p") if one.get("lang") == "nb"] == [
        "Samarbeid og rapportering er tatt inn."
    ]


def test_the_feed_of_a_whole_register_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _feeds(REGISTER, "nb")[""].news
    monkeypatch.setattr(rendered, "NEWEST", 3)
    assert _feeds(REGISTER, "nb")[""].news == whole[:3]


# --- on the site ---------------------------------------------------------------------------


def _files(register: Register, settings: Settings) -> dict[str, bytes]:
    return {
        path: data
        for language in settings.languages
        for feed in feeds(register, settings, language)
        for path, data in feed_files(feed)
    }


def test_files_lie_where_their_addresses_say() -> None:
    settings = read_settings(REGISTER)
    assert _files(load_and_check(settings).register, settings).keys() == {
        f"{language}/{folder}{name}"
        for language in ("nb", "en")
        for folder in ("", "mandates/team-mandate/")
        for name in ("changes.atom", "calendar.ics")
    }


def test_a_register_without_a_day_has_an_empty_feed_and_no_calendar(register_copy: Path) -> None:
    settings = read_settings(register_copy)
    register = load_and_check(settings).register
    bare = replace(register, records=[])
    made = _files(bare, settings)
    assert sorted(made) == ["en/changes.atom", "nb/changes.atom"]
    root = etree.fromstring(made["nb/changes.atom"])
    assert _text(root, "updated") == "2026-11-22T00:00:00Z"


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_pages_lead_to_them(built_site: Path, language: str) -> None:
    """In the head of every page, on the page about them, on the mandate's page."""
    base = "https://remit.example/"
    expected: list[tuple[str, Callable[[html.HtmlElement], list[str]], list[str]]] = [
        ("roles/competence-team/", _in_head, ["changes.atom"]),
        ("changes/", _in_main, ["changes.atom", "calendar.ics"]),
        (
            "mandates/competence-team/",
            _in_main,
            ["mandates/competence-team/changes.atom", "mandates/competence-team/calendar.ics"],
        ),
    ]
    for path, links, targets in expected:
        page = html.document_fromstring((built_site / language / path / "index.html").read_bytes())
        here = f"{base}{language}/{path}"
        assert [urljoin(here, link) for link in links(page)] == [
            f"{base}{language}/{target}" for target in targets
        ]
        for target in targets:
            assert (built_site / language / target).is_file()


def _in_head(page: html.HtmlElement) -> list[str]:
    return [
        link.get("href", "")
        for link in page.iter("link")
        if link.get("type") == "application/atom+xml"
    ]


def _in_main(page: html.HtmlElement) -> list[str]:
    types = ("application/atom+xml", "text/calendar")
    return [link.get("href", "") for link in page.iter("a") if link.get("type") in types]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_page_of_changes_says_what_the_feed_and_the_calendar_say(language: str) -> None:
    settings = read_settings(REGISTER)
    register = load_and_check(settings).register
    whole = rendered.register_feed(register, settings, language)
    shown = rendered.latest(register, settings, language, 1)
    assert shown.news == whole.news
    assert shown.coming == tuple(one for one in whole.dates if one.last >= settings.today)[:1]
    assert shown.has_calendar == bool(whole.dates)
