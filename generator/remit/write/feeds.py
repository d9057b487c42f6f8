"""Feeds as Atom (RFC 4287) and calendars as iCalendar (RFC 5545). No clock: the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from icalendar import Calendar, vText
from icalendar import Event as CalendarEvent
from lxml import etree

from remit.model.values import ONE_DAY
from remit.render.feeds import CALENDAR_FILE, FEED_FILE, Entry, Feed, FeedJob
from remit.write.archive import parse
from remit.write.files import write_file
from remit.write.workers import divided

ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


SLICE = 64
"""Feeds given to a process at a time."""


def write_feeds(jobs: Sequence[FeedJob], site: Path) -> None:
    """Every feed below `site`, made and written by whichever process has time for it.

    Raises what making a feed raises, WorkerLost and OSError.
    """
    slices = [jobs[start : start + SLICE] for start in range(0, len(jobs), SLICE)]

    def write(number: int, step: Callable[[], None]) -> None:
        for job in slices[number]:
            write_feed(job(), site)

    for _ in divided(write, len(slices), lambda: None):
        pass


def write_feed(feed: Feed, site: Path) -> None:
    """The feed's file, and the calendar's if there is a day to put in it. Raises OSError."""
    folder = site / feed.language
    write_file(folder / feed.file(FEED_FILE), atom(feed))
    if feed.dates:
        write_file(folder / feed.file(CALENDAR_FILE), calendar(feed))


# --- Atom ----------------------------------------------------------------------------------


def atom(feed: Feed) -> bytes:
    """The news as an Atom feed. Every text is plain text in it, never markup."""
    address = feed.address(feed.file(FEED_FILE))
    root = parse(f'<feed xmlns="{ATOM}"/>'.encode())
    root.set(_LANGUAGE, feed.language)
    _add(root, "id", address)
    _add(root, "title", feed.title, type="text")
    _add(root, "subtitle", feed.description, type="text")
    newest = max((entry.told for entry in feed.news if entry.told), default=feed.read)
    _add(root, "updated", _instant(newest))
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    page = feed.address(feed.page)
    _add(root, "link", rel="alternate", type="text/html", hreflang=feed.language, href=page)
    _add(_add(root, "author"), "name", feed.author)
    for entry in feed.news:
        _atom_entry(root, feed, entry)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _atom_entry(root: etree._Element, feed: Feed, entry: Entry) -> None:
    made = _add(root, "entry")
    _add(made, "id", feed.address(entry.identity))
    _add(made, "title", entry.title, type="text")
    _add(made, "updated", _instant(entry.told or feed.read))
    page = feed.address(entry.page)
    _add(made, "link", rel="alternate", type="text/html", hreflang=feed.language, href=page)
    _add(_add(made, "author"), "name", entry.author)
    for term, label in entry.categories:
        _add(made, "category", term=term, label=label)
    if entry.lines:
        _add(made, "summary", entry.text, type="text")


def _add(
    parent: etree._Element, name: str, text: str | None = None, **values: str
) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", values)
    made.text = text
    return made


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


# --- iCalendar -----------------------------------------------------------------------------


def calendar(feed: Feed) -> bytes:
    """The dates as whole days that keep nobody busy."""
    made = Calendar()
    made.add("prodid", "-//Remit//Remit//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):  # the library does not know that these are texts
        made.add(name, vText(feed.title))
    made.add("url", feed.address(feed.page))
    made.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    host = urlsplit(feed.base).hostname or ""
    for entry in feed.dates:
        made.add_component(_calendar_event(feed, entry, host))
    return bytes(made.to_ical())


def _calendar_event(feed: Feed, entry: Entry, host: str) -> CalendarEvent:
    made = CalendarEvent()
    made.add("uid", f"{entry.identity.replace('#', '/')}@{host}")
    made.add("dtstamp", datetime.combine(entry.stamp, time(), UTC))
    made.add("dtstart", entry.first)
    if entry.last > entry.first:
        made.add("dtend", entry.last + ONE_DAY)
    made.add("summary", entry.title, parameters={"LANGUAGE": feed.language})
    if entry.lines:
        made.add("description", entry.text, parameters={"LANGUAGE": feed.language})
    made.add("url", feed.address(entry.page))
    made.add("status", entry.status)
    made.add("transp", "TRANSPARENT")
    made.add("categories", [label for _, label in entry.categories])
    return made
