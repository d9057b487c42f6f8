"""Events → what a feed and a calendar say in one language, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from remit.model.addresses import CHANGES
from remit.model.events import Event, EventKind, mandate_events, own_events, review_events
from remit.model.records import (
    RECORD_CLASSES,
    Assignment,
    Mandate,
    MandateVersion,
    Record,
    Status,
    Transfer,
)
from remit.model.register import Register, address_of
from remit.model.values import ONE_DAY, LocalText, Precision
from remit.render import tree
from remit.render.view import View
from remit.settings import Settings

FEED_FILE, CALENDAR_FILE = "changes.atom", "calendar.ics"
Reviewed = Callable[[Record], date | None]
NEWEST = 100
"""How many entries the feed of a whole register has at most."""
NAMED_IN_REVIEW = 20
"""How many records a common day of review names before it says that there are more."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words with the language that they are in."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in words. `page` and `identity` are addresses below the language's prefix.

    `first` and `last`: the days it can mean. `stamp`: the day its facts were last known right.
    `author` is said of news alone.
    """

    event: Event
    identity: str
    page: str
    kind: str
    subject: Said
    lines: tuple[Said, ...]
    when: str
    author: str
    categories: tuple[tuple[str, str], ...]
    first: date
    last: date
    status: str
    stamp: date

    @property
    def told(self) -> date | None:
        return self.event.told

    @property
    def title(self) -> str:
        return f"{self.kind}: {self.subject.words}"

    @property
    def text(self) -> str:
        return "\n".join(line.words for line in self.lines)


@dataclass(frozen=True, slots=True)
class Feed:
    """What is told of a register, or of one mandate, in one language.

    `news`: newest first, nothing of days to come. `dates`: what a calendar shows, by day.
    """

    language: str
    folder: str
    page: str
    title: str
    description: str
    author: str
    base: str
    """Web address of the language's prefix, with a slash at its end."""
    news: tuple[Entry, ...]
    dates: tuple[Entry, ...]
    read: date
    """The day that the register was read on."""

    def address(self, path: str) -> str:
        """The web address of a page or file of this language."""
        page, mark, fragment = path.partition("#")
        slash = "/" if page and "." not in page.rpartition("/")[2] else ""
        return f"{self.base}{page}{slash}{mark}{fragment}"

    def file(self, name: str) -> str:
        """Path of the feed's or calendar's file below the language's prefix."""
        return f"{self.folder}/{name}" if self.folder else name


@dataclass(frozen=True, slots=True)
class Latest:
    """What is new in a register and what is due next."""

    news: tuple[Entry, ...]
    coming: tuple[Entry, ...]
    has_calendar: bool


def feeds(register: Register, settings: Settings, language: str) -> Iterable[Feed]:
    """The feed of the whole register, and one for each mandate that has a text."""
    for about in feed_names(register):
        yield feed_job(register, settings, language, about)()


def feed_names(register: Register) -> Iterator[str]:
    """What each feed is about, by its address."""
    yield ""
    for mandate in register.all(Mandate):
        if register.has_versions(mandate.id):
            yield address_of(mandate)


def feed_job(
    register: Register, settings: Settings, language: str, about: str
) -> Callable[[], Feed]:
    """The making of the feed of a mandate, by its address; or of the whole register."""
    if not about:
        return partial(register_feed, register, settings, language)
    mandate = register.by_address[about]
    assert isinstance(mandate, Mandate)
    return partial(_mandate_feed, register, settings, language, mandate)


def register_feed(
    register: Register, settings: Settings, language: str, *, dates: bool = True
) -> Feed:
    """The feed of the whole register. Without `dates`, news alone: who writes the calendar finds
    its dates record by record."""
    view = View(register, settings, language, settings.today)
    name = settings.site_name[language]
    intro = view.labels["changes_intro"]
    reviewed = _reviewed_of(register)
    shown = _in_calendar(register.events) if dates else []
    return _feed(view, register.events, shown, "", CHANGES, name, intro, reviewed)


def dated_entries(
    register: Register, settings: Settings, language: str, record: Record | None
) -> list[tuple[date, str, Entry]]:
    """What the calendar of the whole register says of what happens to a record by itself; without
    one, of reviews. Each with the day and the identity by which it has its place."""
    view = View(register, settings, language, settings.today)
    events = own_events(register, record) if record else review_events(register)
    dates = _in_calendar(events)
    made = _entries(view, events, CHANGES, (), dates, register.reviewed)
    return [(one.when.first, one.identity, made[one.identity]) for one in dates]


def _reviewed_of(register: Register) -> Reviewed:
    """When a record was last reviewed, for who asks it of all: found out and noticed for all at
    once."""
    every = (register.lifetimes(cls).reviews for cls in RECORD_CLASSES)
    days = {address: reviewed for one in every for address, reviewed, _ in one}
    return lambda record: days[address_of(record)]


def _mandate_feed(register: Register, settings: Settings, language: str, mandate: Mandate) -> Feed:
    view = View(register, settings, language, settings.today)
    page, events = address_of(mandate), mandate_events(register, mandate)
    name, summary = view.name(mandate), view.summary_words(mandate)
    dates = _in_calendar(events)
    return _feed(view, events, dates, page, page, name, summary, register.reviewed)


def _feed(
    view: View,
    events: Sequence[Event],
    dates: Sequence[Event],
    folder: str,
    page: str,
    title: str,
    description: str,
    reviewed: Reviewed,
) -> Feed:
    news = _newest(events, view.settings.today)
    made = _entries(view, events, page, news, dates, reviewed)
    return Feed(
        language=view.language,
        folder=folder,
        page=page,
        title=title,
        description=description,
        author=view.settings.site_name[view.language],
        base=f"{view.settings.site_url}{view.language}/",
        news=tuple(made[event.identity] for event in news),
        dates=tuple(made[event.identity] for event in dates),
        read=view.settings.today,
    )


def latest(register: Register, settings: Settings, language: str, most: int) -> Latest:
    """What a page tells of the whole register: what feed and calendar say, and no more of the days
    to come than `most`."""
    view, today = View(register, settings, language, settings.today), settings.today
    events = register.events
    news, dates = _newest(events, today), _in_calendar(events)
    coming = [event for event in dates if event.when.last >= today][:most]
    made = _entries(view, events, CHANGES, news, coming, register.reviewed)
    return Latest(
        news=tuple(made[event.identity] for event in news),
        coming=tuple(made[event.identity] for event in coming),
        has_calendar=bool(dates),
    )


def _newest(events: Iterable[Event], today: date) -> list[Event]:
    told = [event for event in events if event.told is not None and event.told <= today]
    told.sort(key=lambda event: (event.told or today, event.identity), reverse=True)
    return told[:NEWEST]


def _in_calendar(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.in_calendar]


def _entries(
    view: View,
    events: Iterable[Event],
    page: str,
    news: Iterable[Event],
    dates: Iterable[Event],
    reviewed: Reviewed,
) -> dict[str, Entry]:
    """News and dates in words, by identity: of the events that are one, the last."""
    told = {event.identity for event in news}
    wanted = told.union(event.identity for event in dates)
    last = {event.identity: event for event in events if event.identity in wanted}
    say = _Words(view, reviewed)
    return {one: say.entry(event, page, is_news=one in told) for one, event in last.items()}


class _Words:
    """Puts an event into the words of a view's language."""

    def __init__(self, view: View, reviewed: Reviewed) -> None:
        self.view, self.labels, self.reviewed = view, view.labels, reviewed
        self.more: dict[EventKind, Callable[[Event], Iterable[Said]]] = {
            EventKind.TRANSFER: self._transfer,
            EventKind.RENAMED: self._renamed,
            EventKind.ORDERED: self._ordered,
            EventKind.DUE: self._deliverable,
            EventKind.DELIVERED: self._deliverable,
            EventKind.EXTENDED: self._extended,
            EventKind.REVIEW: self._review,
        }

    def entry(self, event: Event, whole: str, *, is_news: bool) -> Entry:
        """`whole`: the page of what the feed is about, for an event of several records."""
        record, review = event.record, event.kind is EventKind.REVIEW
        version = record if isinstance(record, MandateVersion) and not review else None
        kind = self.labels.enum("event", event.kind)
        categories = [(event.kind.value, kind)]
        if version and version.approval and event.kind in (EventKind.ADOPTED, EventKind.CHANGED):
            change = version.approval.change
            categories.append((change.value, self.labels.enum("change_kind", change)))
        page = whole if review else address_of(record)
        return Entry(
            event=event,
            identity=f"{whole}#{event.identity.partition('#')[2]}" if review else event.identity,
            page=page,
            kind=kind,
            subject=self._subject(event),
            lines=tuple(self._lines(event, version)),
            when=self.labels.when(event.when),
            author=self._author(record, version) if is_news else "",
            categories=tuple(categories),
            first=event.when.first,
            last=event.when.last,
            status=_status(record) if version else "CONFIRMED",
            stamp=self.reviewed(record) or self.view.settings.today,
        )

    def _subject(self, event: Event) -> Said:
        """What the event is about, by the name of its time."""
        if event.kind is EventKind.REVIEW:
            return self._own(self.labels.count("records", len(event.records)))
        if event.kind in (EventKind.DUE, EventKind.DELIVERED) and event.text:
            return self._said(event.text)
        day = event.when.first
        if event.kind in (EventKind.ENDS, EventKind.OUT_OF_FORCE, EventKind.REPEALED):
            day -= ONE_DAY
        words, language = event.record.name_on(day).best(*self.view.languages)
        return Said(" ".join(words.split()), language)

    def _lines(self, event: Event, version: MandateVersion | None) -> Iterable[Said]:
        record = event.record
        if event.when.precision is not Precision.DAY:
            words = self.labels.get("event_inexact", when=self.labels.when(event.when))
            yield self._own(words)
        if version:
            yield from self._version(event, version)
        elif event.kind in (EventKind.BEGINS, EventKind.ENDS):
            yield self._pair("event_kind", self.view.kind(record))
        if event.kind is EventKind.ENDS:
            yield self._last_day(record)
        more = self.more.get(event.kind)
        if more:
            yield from more(event)
        if event.kind is not EventKind.REVIEW and self.view.is_fallback(record):
            language = self.labels.language_name(record.authoritative_language)
            yield self._own(self.labels.get("not_translated", language=language))

    def _own(self, words: str) -> Said:
        return Said(words, self.view.language)

    def _pair(self, label: str, words: str) -> Said:
        return self._own(f"{self.labels[label]}: {words}")

    def _said(self, local: LocalText) -> Said:
        """A text of the register as plain words."""
        _, language = local.best(*self.view.languages)
        return Said(" ".join(tree.plain(self.view.inlines(local)).split()), language)

    def _last_day(self, record: Record) -> Said:
        end = record.life.to
        return self._pair("event_last_day", self.labels.when(end) if end else "")

    def _version(self, event: Event, version: MandateVersion) -> Iterable[Said]:
        labels = self.labels
        if event.kind in (EventKind.REPEALED, EventKind.OUT_OF_FORCE):
            yield self._last_day(version)
            return
        if event.kind is EventKind.WITHDRAWN:
            if version.withdrawn:
                yield self._pair("withdrawn", labels.when(version.withdrawn))
            return
        yield self._pair("in_force", labels.period(version.in_force))
        if event.kind is EventKind.CHANGED_IN_PLACE or not version.approval:
            return
        approval = version.approval
        if approval.date:
            yield self._pair("approved", labels.when(approval.date))
        yield self._pair("change", labels.enum("change_kind", approval.change))
        if approval.note:
            yield self._said(approval.note)

    def _transfer(self, event: Event) -> Iterable[Said]:
        record = event.record
        if isinstance(record, Transfer):
            then = self.view.on(record.date)
            for label, ids in (("transfer_from", record.from_), ("transfer_to", record.to)):
                names = [tree.plain(then.party(id)) for id in ids]
                yield self._pair(label, self.labels.join(names))
            yield self._said(record.summary)

    def _renamed(self, event: Event) -> Iterable[Said]:
        before = self.view.on(event.when.first - ONE_DAY)
        yield self._pair("event_before", before.name(event.record))

    def _ordered(self, event: Event) -> Iterable[Said]:
        if isinstance(event.record, Assignment):
            yield self._pair("letter", self.view.words(event.record.letter.title))

    def _deliverable(self, event: Event) -> Iterable[Said]:
        yield self._pair("event_under", self.view.name(event.record))
        if event.kind is EventKind.DUE and event.delivered:
            yield self._pair("delivered", self.labels.when(event.delivered))

    def _extended(self, event: Event) -> Iterable[Said]:
        if event.text:
            yield self._said(event.text)

    def _review(self, event: Event) -> Iterable[Said]:
        for record in event.records[:NAMED_IN_REVIEW]:
            yield self._own(f"{self.view.kind(record)}: {self.view.name(record)}")
        if len(event.records) > NAMED_IN_REVIEW:
            number = len(event.records) - NAMED_IN_REVIEW
            yield self._own(self.labels.count("more_records", number))

    def _author(self, record: Record, version: MandateVersion | None) -> str:
        """Who issued the mandate or sent the assignment, else who answers for the record."""
        view = self.view
        if version:
            issuers = view.register.mandate_of(version).issued_by
            return self.labels.join([tree.plain(view.party(id)) for id in issuers])
        if isinstance(record, Assignment):
            return tree.plain(view.party(record.letter.sender))
        if record.owner:
            return tree.plain(view.party(record.owner))
        return view.settings.site_name[view.language]


def _status(version: Record) -> str:
    """iCalendar's word for how sure an event is."""
    assert isinstance(version, MandateVersion)
    if version.status is Status.WITHDRAWN:
        return "CANCELLED"
    return "CONFIRMED" if version.status.takes_force else "TENTATIVE"
