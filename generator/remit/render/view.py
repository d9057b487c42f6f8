"""One reader's view of the register: a language and a day. Every page and document is made with it.

Names follow the day; a text that lacks the language is shown in another and marked as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Self

from remit.model.as_of import AsOf, Standing
from remit.model.history import address_on
from remit.model.reading import once
from remit.model.records import (
    Boundary,
    Contact,
    Guidance,
    Hours,
    Mandate,
    MandateVersion,
    Record,
    Term,
    Weekday,
)
from remit.model.register import Register, address_of
from remit.model.values import LocalText, Source
from remit.render import text, tree
from remit.render.labels import Labels, labels_for, separators
from remit.settings import Settings


@dataclass(frozen=True)
class View:
    """`day`: the day that names and states are shown for."""

    register: Register
    settings: Settings
    language: str
    day: date

    @cached_property
    def labels(self) -> Labels:
        return labels_for(self.language)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The reader's language first, then the register's in their order."""
        return self.settings.languages_of(self.language)

    @cached_property
    def as_of(self) -> AsOf:
        """The organisation on the view's day."""
        return self.register.as_of(self.day)

    @cached_property
    def is_today(self) -> bool:
        """Whether it is of the day that most pages are about, so that names are asked for again."""
        return self.day == self.settings.today

    def on(self, day: date) -> Self:
        if day == self.day:
            return self
        if day not in self._on:
            self._on[day] = replace(self, day=day)
        return self._on[day]

    @cached_property
    def _on(self) -> dict[date, Self]:
        """The same view on other days, as far as they were asked for."""
        return {}

    def speaking(self, language: str) -> Self:
        """The same view for a reader of another language."""
        if language == self.language:
            return self
        if language not in self._speaking:
            self._speaking[language] = replace(self, language=language)
        return self._speaking[language]

    @cached_property
    def _speaking(self) -> dict[str, Self]:
        return {}

    # --- texts ---

    def words(self, local: LocalText) -> str:
        """The plain words, in the reader's language where there is one."""
        return local.best(*self.languages)[0]

    def label_inlines(self, local: LocalText) -> tree.Inlines:
        """A name or heading: no Markdown in it, marked when it is in another language."""
        words, language = local.best(*self.languages)
        found = text.words(words)
        return found if language == self.language else (tree.Foreign(found, language),)

    def inlines(self, local: LocalText) -> tree.Inlines:
        words, language = local.best(*self.languages)
        found = text.inlines(words, self.speaking(language).link_words)
        return found if language == self.language else (tree.Foreign(found, language),)

    def blocks(self, local: LocalText, *, prefix: str = "", cards: bool = False) -> tree.Blocks:
        words, language = local.best(*self.languages)
        link_words = self.speaking(language).link_words
        found = text.blocks(words, link_words, prefix=prefix, cards=cards)
        return found if language == self.language else tree.in_language(found, language)

    # --- records ---

    def name(self, record: Record) -> str:
        return self.as_of.name(record).best(*self.languages)[0]

    def name_on(self, day: date, record: Record) -> str:
        return self.words(record.name_on(day))

    def short(self, record: Record) -> str:
        """The abbreviation, else the name."""
        short = self.as_of.short(record)
        return self.words(short) if short else self.name(record)

    def name_inlines(self, record: Record) -> tree.Inlines:
        if not self.is_today:
            return self.called(record)
        return once(("name", self.language, id(record)), self.called, record)

    def called(self, record: Record, words: str = "") -> tree.Inlines:
        """The record's name, or the words that stand for it, marked when they are in another
        language."""
        return named(*self.as_of.called(record, self.languages, words), self.language)

    def other_language(self, record: Record) -> str:
        """The language of the record's name, where it is another than the reader's."""
        language = self.as_of.called(record, self.languages)[1]
        return "" if language == self.language else language

    def cited(self, source: Source, spoken: str) -> tree.Inlines:
        """A source's title and who published it; `spoken` is their language where it names none."""
        words: tree.Inlines = (tree.Text(f"{source.title}, {source.publisher}"),)
        language = source.language or spoken
        return words if language == self.language else (tree.Foreign(words, language),)

    def link(self, record: Record, words: str = "") -> tree.Inlines:
        if words or not self.is_today:
            return self._link(record, words)
        return once(("link", self.language, id(record)), self._link, record)

    def _link(self, record: Record, words: str = "") -> tree.Inlines:
        return (tree.Link(self.called(record, words), address_of(record)),)

    def link_on_day(self, record: Record) -> tree.Inlines:
        """A link to the record as it stood on the view's day."""
        address = address_of(record)
        if address in self._having_spans:
            address = address_on(self.register, record, self.day, self.settings.today)
        return (tree.Link(self.name_inlines(record), address),)

    @cached_property
    def _having_spans(self) -> frozenset[str]:
        """Asked for once: a page that links to one record as it stood links to most."""
        return self.register.having_spans()

    def party(self, target: str) -> tree.Inlines:
        """A link to the role, organisation, network … that a pointer names."""
        if target not in self._parties:
            record = self.register.party(target)
            self._parties[target] = self.link(record) if record else (tree.Text(target),)
        return self._parties[target]

    @cached_property
    def _parties(self) -> dict[str, tree.Inlines]:
        """The links that were asked for: one page names the same body many times."""
        return {}

    def to(self, cls: type[Record], target: str) -> tree.Inlines:
        record = self.register.follow(cls, target)
        return self.link(record) if record else (tree.Text(target),)

    def listed(self, items: list[tree.Inlines]) -> tree.Inlines:
        """a, b and c, with links kept."""
        return listed(items, self.language)

    def link_words(self, target: str, fragment: str, words: str) -> tuple[str, tree.Inlines]:
        """What a `[[link]]` leads to and shows; a link that leads nowhere shows its words."""
        named = self.register.named(target)
        if len(named) != 1:
            return "", (tree.Text(words or target),)
        record = named[0]
        address = address_of(record) + (f"#{fragment}" if fragment else "")
        return address, self.called(record, words)

    def boundary(self, boundary: Boundary) -> tree.Inlines:
        """What is not done, and whom it refers to."""
        words = self.inlines(boundary.text)
        if boundary.refers_to:
            to = self.listed([self.party(id) for id in boundary.refers_to])
            words = (*words, tree.Text(f" {self.labels['refers_to']}: "), *to)
        return words

    def has_ended(self, record: Record) -> bool:
        return self.as_of.standing(record) is Standing.PAST

    def begins_later(self, record: Record) -> bool:
        return self.as_of.standing(record) is Standing.FUTURE

    def kind(self, record: Record, form: str = "one") -> str:
        return self.labels.kind(record.KIND, form)

    def summary(self, record: Record) -> tree.Inlines:
        """The record's sentence about itself, whatever its kind calls it."""
        for field in _summaries(type(record)):
            found = getattr(record, field)
            if isinstance(found, LocalText):
                return self.inlines(found)
        return self.inlines(self.as_of.meaning(record)) if isinstance(record, Term) else ()

    def summary_words(self, record: Record) -> str:
        return " ".join(tree.plain(self.summary(record)).split())

    def is_fallback(self, record: Record) -> bool:
        """Whether the record's main text is shown in another language than the reader's."""
        if isinstance(record, Guidance):
            return self.language not in record.body
        name = self.as_of.name(record)
        return self.language not in name

    def is_translation(self, record: Record) -> bool:
        """Whether what is shown is a translation of the authoritative text."""
        return record.authoritative_language != self.language

    def version_shown(self, mandate: Mandate) -> MandateVersion | None:
        return self.as_of.shown_version(mandate.id)

    # --- contacts ---

    def hours(self, contact: Contact) -> list[tuple[str, str]]:
        """Rows of days and opening hours that hold on the view's day."""
        if contact.always_open:
            return [(self.labels["every_day"], self.labels["always_open"])]
        return [
            (self.days(hours), self.labels.get("from_to", **self._times(hours)))
            for hours in contact.hours
            if hours.period.covers(self.day)
        ]

    def earlier_hours(self, contact: Contact) -> list[tuple[str, str, str]]:
        return [
            (
                self.labels.period(hours.period),
                self.days(hours),
                self.labels.get("from_to", **self._times(hours)),
            )
            for hours in contact.hours
            if not hours.period.covers(self.day)
        ]

    def _times(self, hours: Hours) -> dict[str, str]:
        form = self.labels["clock"]
        return {
            "opens": form.format(h=hours.opens.hour, m=hours.opens.minute),
            "closes": form.format(h=24, m=0)
            if hours.closes.second == 59
            else form.format(h=hours.closes.hour, m=hours.closes.minute),
        }

    def days(self, hours: Hours) -> str:
        """Monday–Friday for neighbours, else Monday, Wednesday and Friday."""
        order = list(Weekday)
        indexes = sorted({order.index(day) for day in hours.days})
        if len(indexes) == 7:
            return self.labels["every_day"]
        runs: list[list[int]] = []
        for index in indexes:
            if runs and index == runs[-1][-1] + 1:
                runs[-1].append(index)
            else:
                runs.append([index])
        names = [self.labels.enum("weekday", day) for day in order]
        words = []
        for run in runs:
            if len(run) >= 3:
                words.append(f"{names[run[0]]}–{names[run[-1]]}")
            else:
                words.extend(names[index] for index in run)
        joined = self.labels.join(words)
        return joined[:1].upper() + joined[1:]

    def spoken(self, contact: Contact) -> str:
        return self.labels.join([self.labels.language_name(code) for code in contact.spoken])

    def clock(self, value: object) -> str:
        hour, minute = getattr(value, "hour", 0), getattr(value, "minute", 0)
        return self.labels["clock"].format(h=hour, m=minute)

    def other_days(self, contact: Contact) -> list[tuple[str, str]]:
        """Rows of the days to come that have other hours, and those hours."""
        return [
            (
                self.labels.day(one.date),
                self.labels.get(
                    "from_to", opens=self.clock(one.opens), closes=self.clock(one.closes)
                )
                if one.opens and one.closes
                else self.labels["closed"],
            )
            for one in contact.exceptions
            if one.date >= self.day
        ]


@cache
def _summaries(cls: type[Record]) -> list[str]:
    """The fields in which records of a class say what they are about."""
    names = ("summary", "purpose", "about", "helps_with")
    return [name for name in names if name in cls.model_fields]


def named(words: str, language: str, reader: str) -> tree.Inlines:
    """A name, marked when it is in another language than the reader's."""
    found = text.words(words)
    return found if language == reader else (tree.Foreign(found, language),)


def listed(items: Sequence[tree.Inlines], language: str) -> tree.Inlines:
    """a, b and c, with links kept."""
    if len(items) < 2:
        return items[0] if items else ()
    first, *between = separators(language, len(items))
    parts: list[tree.Inline] = [tree.Text(first)] if first else []
    for item, after in zip(items, between, strict=True):
        parts.extend(item)
        if after:
            parts.append(tree.Text(after))
    return tuple(parts)
