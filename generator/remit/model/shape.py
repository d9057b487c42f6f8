"""Walking a record: every text, pointer and period in it, with its path.

What to look for is worked out once per class from its annotations, so a new kind of record gets
links, checks and back-links for nothing.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from remit.model.letters import has_unknown
from remit.model.links import TextLink, links_in
from remit.model.records import Record
from remit.model.values import LocalText, Period, RefTo, Value

Path = tuple[str | int, ...]


class Reference(NamedTuple):
    """A pointer from a record: where it stands, the id it names, and the time it claims."""

    path: Path
    target: str
    to: RefTo
    period: Period


class MarkedString(NamedTuple):
    """A text that holds more than plain words: a link, perhaps, or what may not stand there.

    `local`: it is one language of a LocalText, and that language ends the path.
    """

    path: Path
    words: str
    local: bool
    links: Sequence[TextLink]
    """Those in a `local` one."""


class Found(NamedTuple):
    """All that the generic checks and links need of one record."""

    references: Sequence[Reference]
    texts: Sequence[tuple[Path, LocalText]]
    periods: Sequence[tuple[Path, Period]]
    marked: Sequence[MarkedString]


def naming_others(found: Found) -> Found:
    """Only that by which the record names others."""
    linking = [one for one in found.marked if one.links]
    return Found(found.references, (), (), linking)


class Outward(NamedTuple):
    """What a record points to, in its fields and in its texts, as plain values that can be kept."""

    references: Sequence[tuple[Path, str, tuple[str, ...]]]
    """Where it stands, the id it names, the kinds it may be of."""
    links: Sequence[tuple[Path, str]]
    """The text's path without the language, and the target."""


def outward(found: Found) -> Outward:
    return Outward(
        tuple((one.path, one.target, one.to.kinds) for one in found.references),
        tuple((marked.path[:-1], link.target) for marked in found.marked for link in marked.links),
    )


class _Step(NamedTuple):
    what: str  # "ref" | "text" | "string" | "period" | "value" | "list" | "dict"
    to: RefTo | None = None
    inner: Any = None


def look_through(record: Record) -> Found:
    """Everything in the order of the fields, depth first."""
    walk = _Walk()
    walk.enter(record.whole(), (), record.life)
    return Found(
        tuple(walk.references),
        tuple(walk.texts),
        tuple(walk.periods),
        tuple(walk.marked),
    )


class _Walk:
    """Collects; `period` is the time that what is being walked holds."""

    __slots__ = ("marked", "periods", "references", "texts")

    def __init__(self) -> None:
        self.references: list[Reference] = []
        self.texts: list[tuple[Path, LocalText]] = []
        self.periods: list[tuple[Path, Period]] = []
        self.marked: list[MarkedString] = []

    def enter(self, value: Value, path: Path, period: Period) -> None:
        fields = vars(value)
        own = fields.get("period")
        if own is not None and isinstance(own, Period) and not own.is_open:
            period = own
        for name, key, take, to in _takers(type(value)):
            part = fields[name]
            if not part:
                continue
            if take is not _Walk.string:
                take(self, part, to, (*path, key), period)
            elif _is_marked(part):
                self.marked.append(MarkedString((*path, key), part, False, ()))

    def text(self, text: LocalText, to: Any, path: Path, period: Period) -> None:
        self.texts.append((path, text))
        for language, words in text.items():
            if _is_marked(words):
                self.marked.append(MarkedString((*path, language), words, True, links_in(words)))

    def string(self, words: str, to: Any, path: Path, period: Period) -> None:
        if _is_marked(words):
            self.marked.append(MarkedString(path, words, False, ()))

    def reference(self, target: str, to: RefTo, path: Path, period: Period) -> None:
        self.references.append(Reference(path, target, to, period))

    def period(self, value: Period, to: Any, path: Path, period: Period) -> None:
        self.periods.append((path, value))

    def value(self, value: Value, to: Any, path: Path, period: Period) -> None:
        self.enter(value, path, period)

    def values(self, values: list[Value], to: Any, path: Path, period: Period) -> None:
        for index, value in enumerate(values):
            self.enter(value, (*path, index), period)

    def items(self, items: Sequence[Any], inner: _Step, path: Path, period: Period) -> None:
        take, to = _taker(inner)
        for index, item in enumerate(items):
            take(self, item, to, (*path, index), period)

    def entries(self, items: Mapping[str, Any], inner: _Step, path: Path, period: Period) -> None:
        take, to = _taker(inner)
        for key, item in items.items():
            take(self, item, to, (*path, key), period)


_Taker = Callable[[_Walk, Any, Any, Path, Period], None]


def _taker(step: _Step) -> tuple[_Taker, Any]:
    """What takes a thing to be found, and what it is told of the thing besides."""
    if step.what == "list" and step.inner.what == "value":
        return _Walk.values, None
    return _TAKERS[step.what], step.to or step.inner


_TAKERS: dict[str, _Taker] = {
    "ref": _Walk.reference,
    "text": _Walk.text,
    "string": _Walk.string,
    "period": _Walk.period,
    "value": _Walk.value,
    "list": _Walk.items,
    "dict": _Walk.entries,
}


@cache
def _takers(cls: type[Value]) -> tuple[tuple[str, str, _Taker, Any], ...]:
    """For each field of `cls` that holds something to find: attribute, key, what takes it."""
    return tuple((name, key, *_taker(step)) for name, key, step in plan(cls))


def _is_marked(words: str) -> bool:
    """Whether there may be a link, HTML, template code, or an invisible character or one that no
    document can show in a text.

    Nearly all texts are plain, so nearly all are done with here.
    """
    return (
        "]" in words
        or "<" in words
        or "{" in words
        or "}" in words
        or not words.isprintable()
        or (not words.isascii() and has_unknown(words))
    )


@cache
def plan(cls: type[Value]) -> tuple[tuple[str, str, _Step], ...]:
    """(attribute, key in the file, step) for each field of `cls` that holds something to find."""
    found = []
    for name, field in cls.model_fields.items():
        step = _step(field.annotation, field.metadata)
        if step:
            found.append((name, field.alias or name, step))
    return tuple(found)


def _step(annotation: Any, metadata: Any = ()) -> _Step | None:
    for item in metadata:
        if isinstance(item, RefTo):
            return _Step("ref", to=item)
    if annotation is str and any(getattr(item, "pattern", None) for item in metadata):
        return None  # no pattern lets anything else than plain words through
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _step(inner, more)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(annotation) if option is not type(None)]
        if all(isinstance(option, type) and issubclass(option, Value) for option in options):
            return _Step("value")
        return _step(options[0])
    if origin is list:
        inner_step = _step(get_args(annotation)[0])
        return _Step("list", inner=inner_step) if inner_step else None
    if origin is dict:
        inner_step = _step(get_args(annotation)[1])
        return _Step("dict", inner=inner_step) if inner_step else None
    if isinstance(annotation, type):
        if annotation is LocalText:
            return _Step("text")
        if annotation is Period:
            return _Step("period")
        if annotation is str:
            return _Step("string")
        if issubclass(annotation, Value):
            return _Step("value")
    return None


__all__ = [
    "Found",
    "MarkedString",
    "Outward",
    "Path",
    "Reference",
    "look_through",
    "naming_others",
    "outward",
    "plan",
]
