"""Labels, dates, lists and plural forms in the reader's language."""

from __future__ import annotations

import hashlib
import marshal
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import get_month_names
from babel.lists import format_list

from remit.cache import keep, kept
from remit.model.values import Period, Precision, When
from remit.settings import LOCALES, Settings

_LAST_LETTERS = {"nb": "æøå", "nn": "æøå", "da": "æøå", "sv": "åäö"}
"""The letters after z, by language."""
_COUSINS = {"ä": "æ", "ö": "ø", "æ": "ä", "ø": "ö"}


class Labels:
    """The labels of one language. `labels["key"]`, `labels.enum("status", value)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._table = _table(language)
        self._labels: dict[str, str] = self._table["labels"]
        self.months: list[str] = self._table["months"]

    @property
    def table(self) -> dict[str, str]:
        """All plain labels, for the frame."""
        return dict(self._labels)

    def __getitem__(self, key: str) -> str:
        return self._labels[key]

    def get(self, key: str, **values: object) -> str:
        """A label with `{places}` filled in."""
        return self._labels[key].format(**values)

    def enum(self, name: str, value: str) -> str:
        return str(self._table["enums"][name][str(value)])

    def enum_values(self, name: str) -> dict[str, str]:
        """What each value of an enumeration is called; nothing where none has a label."""
        return dict(self._table["enums"].get(name, {}))

    def value(self, member: StrEnum) -> str:
        """One of a field's possible values, where the language has a name for it."""
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(member).__name__).lower()
        return str(self._table["enums"].get(name, {}).get(member.value, member.value))

    def field(self, key: str) -> str:
        """What a field of a record is called."""
        return str(self._table["fields"].get(key, key))

    def kind(self, kind: str, form: str = "one") -> str:
        """A record kind's name: `one`, `many`, or `intro`, the sentence on its list page."""
        return str(self._table["kinds"][kind][form])

    def count(self, key: str, number: int) -> str:
        """`3 members`, in the language's own plural form (CLDR)."""
        forms = self._table["plurals"][key]
        form = _plural_form(self.language, number)
        return str(forms.get(form, forms["other"])).format(n=self.number(number))

    def number(self, number: int) -> str:
        """Groups of three by a narrow no-break space from 10 000 up, by the language's rule."""
        return str(number) if number < 10000 else f"{number:,}".replace(",", "\u202f")

    def day(self, day: date) -> str:
        """9. april 2013 · 9 april 2013 · 9 April 2013, held together on a line."""
        return _day(self.language, day)

    def when(self, when: When) -> str:
        """As precisely as it is known and no more."""
        if when.precision is Precision.DAY:
            return self.day(when.first)
        if when.precision is Precision.MONTH:
            return _month(self.language, when.first)
        if when.precision is Precision.WEEK:
            year, week, _ = when.first.isocalendar()
            return self.get("week", week=week, year=year)
        return when.text

    def period(self, period: Period) -> str:
        """from … to …; since …; until and including …"""
        if period.from_ and period.to:
            return self.get("period", first=self.when(period.from_), last=self.when(period.to))
        if period.from_:
            return self.get("period_since", first=self.when(period.from_))
        if period.to:
            return self.get("period_until", last=self.when(period.to))
        return ""

    def sort_key(self, text: str) -> tuple[tuple[int, str], ...]:
        """In the language's alphabet: å is Swedish before ä, Norwegian after ø."""
        last = _LAST_LETTERS.get(self.language, "")
        key = []
        for letter in text.casefold():
            own = letter if letter in last else _COUSINS.get(letter, letter)
            if own in last:
                key.append((1 + last.index(own), ""))
            else:
                key.append((0, unicodedata.normalize("NFKD", letter)[:1]))
        return tuple(key)

    def join(self, items: Sequence[str]) -> str:
        """a, b and c"""
        if len(items) < 2:
            return items[0] if items else ""
        first, *between = separators(self.language, len(items))
        pairs = zip(items, between, strict=True)
        return first + "".join([word for pair in pairs for word in pair])

    def language_name(self, code: str) -> str:
        """The name of a language in this one."""
        return _language_name(self.language, code)


@cache
def _day(language: str, day: date) -> str:
    dot = "." if language in ("nb", "nn") else ""
    return f"{day.day}{dot}\u00a0{_month(language, day)}"


@lru_cache(maxsize=1024)
def _plural_form(language: str, number: int) -> str:
    return str(Locale.parse(language).plural_form(number))


@cache
def _month(language: str, day: date) -> str:
    return f"{labels_for(language).months[day.month - 1]}\u00a0{day.year}"


@lru_cache(maxsize=1024)
def _language_name(language: str, code: str) -> str:
    return str(Locale.parse(language).languages.get(code, code))


@lru_cache(maxsize=1024)
def separators(language: str, number: int) -> tuple[str, ...]:
    """What stands before the first of so many things in a list, between them and after the last."""
    mark = "\ue000"
    return tuple(str(format_list([mark] * number, locale=Locale.parse(language))).split(mark))


class _Kept:
    """Where tables are kept as plain values, sealed: reading TOML takes twenty times as long."""

    folder: Path | None = None


def keep_labels(settings: Settings) -> None:
    """From here on, the labels of a language are read once for many runs."""
    _Kept.folder = settings.cache_folder / "labels"


def _table(language: str) -> Any:
    data = (LOCALES / f"{language}.toml").read_bytes()
    if _Kept.folder is None:
        return _read(language, data)
    file, about = (
        _Kept.folder / language,
        f"labels and months {language} {hashlib.sha256(data).hexdigest()}",
    )
    known = kept(file, about)
    table = marshal.loads(known) if known else _read(language, data)
    if known is None:
        keep(file, about, marshal.dumps(table))
    return table


def _read(language: str, data: bytes) -> dict[str, Any]:
    """The labels, and the names of months as they stand in a date (CLDR)."""
    months = get_month_names("wide", locale=Locale.parse(language))
    return tomllib.loads(data.decode()) | {"months": [months[number] for number in range(1, 13)]}


@cache
def labels_for(language: str) -> Labels:
    return Labels(language)


def own_name(code: str) -> str:
    """A language's name in itself, with a capital: Norsk bokmål, Svenska, English."""
    name = str(Locale.parse(code).get_language_name(code))
    return name[:1].upper() + name[1:]
