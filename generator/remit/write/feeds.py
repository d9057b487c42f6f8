"""Feeds as Atom (RFC 4287) and calendars as iCalendar (RFC 5545). No clock: the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from icalendar import Event as CalendarEvent
from icalendar import Parameters, vText, vUri
from icalendar.parser import Contentline
from lxml import etree

from remit.model.values import ONE_DAY
from remit.render.feeds import CALENDAR_FILE, FEED_FILE, Entry, Feed
from remit.write.archive import parse

ATOM = "http://www.w3.org/2005/Atom"
_SHORT = 75
"""Bytes: a line of fewer has no fold, which takes the library long to find out."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def feed_files(feed: Feed, dates: Iterable[bytes] | None = None) -> Iterator[tuple[str, bytes]]:
    """The feed's file, and the calendar's if there is a day to put in it; paths begin at the
    site's root. `dates`: those of the calendar as they are written, where they are not the feed's.
    """
    yield f"{feed.language}/{feed.file(FEED_FILE)}", atom(feed)
    dates = [*(_dates(feed) if dates is None else dates)]
    if dates:
        yield calendar_path(feed), _calendar(feed, dates)


def calendar_path(feed: Feed) -> str:
    """From the site's root."""
    return f"{feed.language}/{feed.file(CALENDAR_FILE)}"


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
    """The dates as whole days that keep nobody busy.

    The library makes the lines. Each is made once: days, states and kinds stand in many calendars,
    and whole events in that of their mandate and that of the register.
    """
    return _calendar(feed, _dates(feed))


def _calendar(feed: Feed, dates: Iterable[bytes]) -> bytes:
    lines = [
        b"BEGIN:VCALENDAR\r\n",
        _text("version", "2.0"),
        _text("prodid", "-//Remit//Remit//EN"),
        _text("calscale", "GREGORIAN"),
        _text("name", feed.title),
        _text("x-wr-calname", feed.title),
        _line("refresh-interval", timedelta(days=1), ("VALUE", "DURATION")),
        _address("url", feed.address(feed.page)),
    ]
    return b"".join([*lines, *dates, b"END:VCALENDAR\r\n"])


def _dates(feed: Feed) -> Iterator[bytes]:
    for entry in feed.dates:
        yield written_event(feed, entry)


def written_event(feed: Feed, entry: Entry) -> bytes:
    """A date in a calendar."""
    return b"".join(_event_lines(feed, entry, urlsplit(feed.base).hostname or ""))


def _event_lines(feed: Feed, entry: Entry, host: str) -> Iterator[bytes]:
    yield b"BEGIN:VEVENT\r\n"
    yield _text("summary", entry.title, feed.language)
    yield _line("dtstart", entry.first)
    if entry.last > entry.first:
        yield _line("dtend", entry.last + ONE_DAY)
    yield _line("dtstamp", datetime.combine(entry.stamp, time(), UTC))
    yield _text("uid", f"{entry.identity.replace('#', '/')}@{host}")
    yield _line("categories", tuple(label for _, label in entry.categories))
    if entry.lines:
        yield _text("description", entry.text, feed.language)
    yield _text("status", entry.status)
    yield _text("transp", "TRANSPARENT")
    yield _address("url", feed.address(entry.page))
    yield b"END:VEVENT\r\n"


@lru_cache(maxsize=4096)
def _line(name: str, value: object, *parameters: tuple[str, str]) -> bytes:
    """A property as the library writes it, folded."""
    made = CalendarEvent()
    made.add(name, list(value) if isinstance(value, tuple) else value, dict(parameters))
    return bytes(made.content_line(name.upper(), made[name]).to_ical()) + b"\r\n"


@lru_cache(maxsize=4096)
def _text(name: str, words: str, language: str = "") -> bytes:
    """The same of what is known to be a text, in a third less time."""
    return _folded(name, vText(words), {"LANGUAGE": language} if language else {})


@lru_cache(maxsize=4096)
def _address(name: str, address: str) -> bytes:
    return _folded(name, vUri(address), {})


def _folded(name: str, value: vText | vUri, parameters: dict[str, str]) -> bytes:
    made = Contentline.from_parts(name.upper(), Parameters(parameters), value)
    line = made.encode()
    return (line if len(line) < _SHORT else bytes(made.to_ical())) + b"\r\n"
