"""Walking a record: every text, pointer, period and plain string in it, with its path.

What to look for is worked out once per class from its annotations, so a new kind of record gets
links, checks and back-links for nothing.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from remit.model.records import Record
from remit.model.values import LocalText, Period, RefTo, Value

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer from a record: where it stands, the id it names, and the time it claims."""

    path: Path
    target: str
    to: RefTo
    period: Period


@dataclass(frozen=True, slots=True)
class Found:
    """All that the generic checks and links need of one record."""

    references: tuple[Reference, ...]
    texts: tuple[tuple[Path, LocalText], ...]
    strings: tuple[tuple[Path, str], ...]
    periods: tuple[tuple[Path, Period], ...]


@dataclass(frozen=True, slots=True)
class _Step:
    what: str  # "ref" | "text" | "string" | "period" | "value" | "list" | "dict"
    to: RefTo | None = None
    inner: Any = None


def look_through(record: Record) -> Found:
    references: list[Reference] = []
    texts: list[tuple[Path, LocalText]] = []
    strings: list[tuple[Path, str]] = []
    periods: list[tuple[Path, Period]] = []

    def visit(value: Any, step: _Step, path: Path, period: Period) -> None:
        what = step.what
        if what == "text":
            texts.append((path, value))
        elif what == "ref":
            assert step.to is not None
            references.append(Reference(path, value, step.to, period))
        elif what == "string":
            strings.append((path, value))
        elif what == "list":
            for index, item in enumerate(value):
                visit(item, step.inner, (*path, index), period)
        elif what == "dict":
            for key, item in value.items():
                visit(item, step.inner, (*path, key), period)
        elif what == "period":
            periods.append((path, value))
        else:
            enter(value, path, period)

    def enter(value: Value, path: Path, period: Period) -> None:
        own = getattr(value, "period", None)
        if isinstance(own, Period) and not own.is_open:
            period = own
        for name, key, step in plan(type(value)):
            part = getattr(value, name)
            if part is not None:
                visit(part, step, (*path, key), period)

    enter(record, (), record.life)
    return Found(tuple(references), tuple(texts), tuple(strings), tuple(periods))


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


__all__ = ["Found", "Path", "Reference", "look_through", "plan"]
