"""The values that every record is made of: LocalText, Ref, When, Period, Source, Review.

Checks, links, back-links and default pages are written once over these.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import ItemsView, Iterator, KeysView, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
)
from pydantic_core import PydanticCustomError, core_schema

__all__ = ["StrictBool", "StrictInt"]

NO_FIELDS = set[str]()
"""Stands for the set of fields that were given, which pydantic makes for each value: nobody asks
for it, and it takes as much room as the value."""
FIRST_DAY, LAST_DAY = date.min, date.max
ONE_DAY = timedelta(days=1)


class Value(BaseModel):
    """Base of every frozen, closed shape in the register."""

    model_config = ConfigDict(
        extra="forbid",
        defer_build=True,
        frozen=True,
        coerce_numbers_to_str=True,
        populate_by_name=True,
    )


# --- LocalText -----------------------------------------------------------------------------


class LocalText(Mapping[str, str]):
    """The same text in several languages: `{nb: …, sv: …, en: …}`.

    Short Markdown only: emphasis, links, lists, `[[record]]`. A language may be absent; then a
    reader is shown another one, marked with its language.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def __getitem__(self, language: str) -> str:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    # what Mapping would derive from the three above, at the speed of the dict that is there

    def __contains__(self, language: object) -> bool:
        return language in self._texts

    def keys(self) -> KeysView[str]:
        return self._texts.keys()

    def items(self) -> ItemsView[str, str]:
        return self._texts.items()

    def __repr__(self) -> str:
        return f"LocalText({self._texts!r})"

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._texts.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalText) and self._texts == other._texts

    def best(self, *languages: str) -> tuple[str, str]:
        """(text, its language): the first of `languages` that is present, else any."""
        texts = self._texts
        for language in languages:
            text = texts.get(language)
            if text is not None:
                return text, language
        language, text = next(iter(self._texts.items()))
        return text, language

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        texts = core_schema.dict_schema(
            core_schema.str_schema(),
            core_schema.str_schema(min_length=1, strip_whitespace=True),
            min_length=1,
        )
        return core_schema.no_info_after_validator_function(
            cls,
            texts,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda text: text._texts.copy(), when_used="always"
            ),
        )


# --- Ref -----------------------------------------------------------------------------------

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]


@dataclass(frozen=True, slots=True)
class RefTo:
    """Marks a field as a pointer: its value is the id of a record of one of `kinds`.

    `timed`: the pointer claims that the target lives while the pointing text holds, so it is
    checked against the target's life. A pointer into history is not timed.
    `folder/id` is written where two of the kinds have a record of the same id.
    """

    kinds: tuple[str, ...]
    timed: bool = False


_REF = Field(pattern=r"^([a-z-]+/)?[a-z0-9][a-z0-9-]*$", max_length=120)

AreaRef = Annotated[str, _REF, RefTo(("area",))]
AudienceRef = Annotated[str, _REF, RefTo(("audience",))]
OrganisationRef = Annotated[str, _REF, RefTo(("organisation",))]
LivingOrganisationRef = Annotated[str, _REF, RefTo(("organisation",), timed=True)]
RoleRef = Annotated[str, _REF, RefTo(("role",))]
TaskRef = Annotated[str, _REF, RefTo(("task",))]
TermRef = Annotated[str, _REF, RefTo(("term",))]
LegalBasisRef = Annotated[str, _REF, RefTo(("legal-basis",))]
LivingLegalBasisRef = Annotated[str, _REF, RefTo(("legal-basis",), timed=True)]
LivingContactRef = Annotated[str, _REF, RefTo(("contact",), timed=True)]
AssignmentRef = Annotated[str, _REF, RefTo(("assignment",))]
DecisionRef = Annotated[str, _REF, RefTo(("assignment", "legal-basis", "transfer"))]
HolderRef = Annotated[str, _REF, RefTo(("role", "organisation"))]
LivingHolderRef = Annotated[str, _REF, RefTo(("role", "organisation"), timed=True)]
PartyRef = Annotated[str, _REF, RefTo(("role", "organisation", "network"))]
LivingPartyRef = Annotated[str, _REF, RefTo(("role", "organisation", "network"), timed=True)]
RecipientRef = Annotated[str, _REF, RefTo(("organisation", "role", "audience"))]
RelationSideRef = Annotated[
    str, _REF, RefTo(("role", "organisation", "network", "mandate"), timed=True)
]
EndedRef = Annotated[str, _REF, RefTo(("role", "office", "organisation", "network"))]


# --- Address -------------------------------------------------------------------------------

_STEP = "[a-z0-9][a-z0-9-]*"
PAGE = f"{_STEP}(/{_STEP}){{0,3}}"
PLACE = f"{PAGE}(#{_STEP})?"

PageAddress = Annotated[str, Field(pattern=f"^{PAGE}$", max_length=240)]
"""A page of the site below the language's prefix: `roles/competence-team`."""
PlaceAddress = Annotated[str, Field(pattern=f"^{PLACE}$", max_length=320)]
"""A page, or with `#id` a place on it."""


# --- time ----------------------------------------------------------------------------------

_WHEN = re.compile(r"(\d{4})(?:-W(\d{2})|-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Precision(StrEnum):
    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class When:
    """A day as precisely as the source gives it: `2019-09-11`, `2019-09`, `2019-W36` or `2019`.

    ISO 8601. `first` and `last` are the days it can mean; a period counts from the first day of
    its start to the last day of its end.
    """

    text: str
    precision: Precision
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> When:
        """Raises ValueError for what is no day, week, month or year of the calendar."""
        match = _WHEN.fullmatch(text)
        if not match:
            raise ValueError(text)
        year, week, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if week is not None:
            first = date.fromisocalendar(year, week, 1)
            return cls(text, Precision.WEEK, first, first + 6 * ONE_DAY)
        if month is None:
            return cls(text, Precision.YEAR, date(year, 1, 1), date(year, 12, 31))
        if day is None:
            last = calendar.monthrange(year, month)[1]
            return cls(text, Precision.MONTH, date(year, month, 1), date(year, month, last))
        exact = date(year, month, day)
        return cls(text, Precision.DAY, exact, exact)

    @classmethod
    def on(cls, day: date) -> When:
        return cls(day.isoformat(), Precision.DAY, day, day)

    def next(self) -> When:
        """The day, week, month or year after, as precisely as this one is known."""
        return self._holding(self.last + ONE_DAY)

    def previous(self) -> When:
        """The day, week, month or year before."""
        return self._holding(self.first - ONE_DAY)

    def _holding(self, day: date) -> When:
        if self.precision is Precision.YEAR:
            return When.parse(f"{day:%Y}")
        if self.precision is Precision.MONTH:
            return When.parse(f"{day:%Y-%m}")
        if self.precision is Precision.WEEK:
            return When.parse(f"{day:%G-W%V}")
        return When.on(day)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        def read(value: Any) -> When:
            if isinstance(value, When):
                return value
            if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
                value = str(value)
            if isinstance(value, str):
                try:
                    return _when(value)
                except (ValueError, OverflowError):  # 9999-W52 ends after the last day there is
                    pass
            raise PydanticCustomError("when", "not a date")

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.to_string_ser_schema()
        )


@lru_cache(maxsize=4096)
def _when(text: str) -> When:
    """The few days that many records name are worked out once."""
    return When.parse(text)


def _read_day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "not a day")


class _DaySchema:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read_day, serialization=core_schema.to_string_ser_schema()
        )


Day = Annotated[date, _DaySchema]
"""An exact day, `YYYY-MM-DD`."""


class Period(Value):
    """A span of days. Both ends are inclusive and either may be open."""

    from_: When | None = Field(default=None, alias="from")
    """First day, as precisely as it is known. Left out: open."""
    to: When | None = None
    """Last day, inclusive. Left out: still so, or not known to have ended."""

    @classmethod
    def between(cls, first: When | None, last: When | None) -> Period:
        return cls.written(first.text if first else "", last.text if last else "")

    @classmethod
    @lru_cache(maxsize=16384)
    def written(cls, first: str, last: str) -> Period:
        """With its ends as they are written; an empty one is open. One stands for all that are
        alike, of which a large register has many."""
        from_, to = (When.parse(end) if end else None for end in (first, last))
        return cls.model_construct(NO_FIELDS, from_=from_, to=to)

    @property
    def shared(self) -> Period:
        """The one that stands for all that are alike."""
        return self.between(self.from_, self.to)

    @property
    def first(self) -> date:
        return self.from_.first if self.from_ else FIRST_DAY

    @property
    def last(self) -> date:
        return self.to.last if self.to else LAST_DAY

    def covers(self, day: date) -> bool:
        from_, to = self.from_, self.to
        return (from_ is None or from_.first <= day) and (to is None or day <= to.last)

    def overlaps(self, other: Period) -> bool:
        return self.first <= other.last and other.first <= self.last

    def contains(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last

    @property
    def is_inverted(self) -> bool:
        return self.last < self.first

    @property
    def is_open(self) -> bool:
        return self.from_ is None and self.to is None


ALWAYS = Period.between(None, None)


# --- looks ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG that holds shapes and colours only, and the size of its view box."""

    svg: str
    width: float
    height: float

    def __str__(self) -> str:
        return f"drawing {hashlib.sha256(self.svg.encode()).hexdigest()[:8]}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(
            cls, serialization=core_schema.to_string_ser_schema(when_used="always")
        )


DRAWING_FILE = re.compile(r"[a-z0-9][a-z0-9-]*\.svg")


def is_colour(text: str) -> bool:
    """Whether it is written as `#1f2a3c`."""
    return bool(re.fullmatch(r"#[0-9A-Fa-f]{6}", text))


def _read_colour(value: Any) -> str:
    if isinstance(value, str) and is_colour(value):
        return value.lower()
    raise PydanticCustomError("colour", "not a colour")


def _read_drawing_file(value: Any) -> str:
    if isinstance(value, str) and DRAWING_FILE.fullmatch(value):
        return value
    raise PydanticCustomError("drawing_file", "not a drawing")


Colour = Annotated[str, BeforeValidator(_read_colour)]
"""`"#1f2a3c"`: red, green and blue, two hexadecimal digits each."""
DrawingFile = Annotated[str, BeforeValidator(_read_drawing_file)]
"""The name of an SVG file that lies beside the record."""


# --- provenance ----------------------------------------------------------------------------

_URL = re.compile(r"^https?://[^\s/?#]+\.[^\s]+$")


def is_web_address(text: str) -> bool:
    """Whether it can be a page's address."""
    return bool(_URL.match(text))


def _web_address(value: str) -> str:
    if not is_web_address(value):
        raise PydanticCustomError("web_address", "not a web address")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Source(Value):
    """Where a fact was found. The issuing body's own publication is what counts."""

    title: str = Field(min_length=1)
    """Title of the source, in the source's own language."""
    publisher: str = Field(min_length=1)
    """Who published it."""
    language: str | None = None
    """Language of the source (`nb`, `sv`, `en`)."""
    url: WebAddress | None = None
    """Web address, when it is known."""
    retrieved: Day | None = None
    """The day it was read."""


class Review(Value):
    """When a record was last read through against its sources, and how often it should be."""

    last: Day
    """Day of the last review. Editing the record does not change it."""
    every_months: int = Field(ge=1, le=120)
    """Months between reviews."""

    @property
    def due(self) -> date:
        """The day the next review is due: same day of the month, or the month's last."""
        return _months_after(self.last, self.every_months)


@lru_cache(maxsize=4096)
def _months_after(day: date, count: int) -> date:
    """Of the few days on which many records were reviewed it is worked out once."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if year > LAST_DAY.year:
        return LAST_DAY
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class TranslationState(StrEnum):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    OFFICIAL = "official"


class Translation(Value):
    """The standing of the text in one language that is not the authoritative one."""

    state: TranslationState = TranslationState.DRAFT
    """draft: made, not read through · reviewed: read through · official: issued by the body."""
    of: dict[str, str] = Field(default_factory=dict)
    """Fingerprint of the authoritative text of each part, taken when the translation was
    reviewed. Never typed by hand."""


class CaveatKind(StrEnum):
    GAP = "gap"
    UNVERIFIED = "unverified"


class Caveat(Value):
    """Something that the register does not know, or could not confirm, said openly."""

    kind: CaveatKind
    """gap: not known here · unverified: known from one place that could not be confirmed."""
    text: LocalText
    """What is not known, or why it could not be confirmed."""


class DatedName(Value):
    """A name and the time it was used."""

    name: LocalText
    """The full name."""
    short: LocalText | None = None
    """Abbreviation or short form, such as IMDi or KT."""
    period: Period = ALWAYS
    """When this name was used. Left out: always."""
