"""Prints the field reference, made from the models: `python docs/make_reference.py`.

The sentence of a kind or building block is its class's docstring; the sentence of a field is the
literal below it. What a field holds, whether it must be there and which values it knows come from
pydantic. Nothing is written by hand in `docs/reference.md`.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
from collections.abc import Iterator, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from remit.model.fields import NOT_WRITTEN, classes, key_of, sentence
from remit.model.records import (
    BY_KIND,
    RECORD_CLASSES,
    ClockTime,
    Guidance,
    Letterhead,
    MandateVersion,
    Record,
    RenamableRecord,
)
from remit.model.values import (
    Day,
    Id,
    LocalText,
    PageAddress,
    Period,
    PlaceAddress,
    RefTo,
    Translation,
    Value,
    WebAddress,
    When,
)

HOLDS = {
    (MandateVersion, "id"): "[day](#day)",
    (Letterhead, "logo"): "name of an SVG file",
    (Letterhead, "ink"): 'colour, `"#rrggbb"`',
    (Letterhead, "accent"): 'colour, `"#rrggbb"`',
    (Translation, "of"): "by part, 16 hexadecimal digits",
}
"""What a field holds where its type alone says too little."""

INTRODUCTION = """\
# Field reference

<!-- Made by docs/make_reference.py from generator/remit/model/. Change the models, then run
     make reference. -->

What a file in the register may hold: first what [every record](#every-record) has, then one
section for each of the {kinds} kinds with the folder it lies in, then the
[building blocks](#building-blocks) that the kinds are made of. A field that is not listed here is
refused, and the message names the nearest one. Which kind to use for what, with examples, is in
[the handbook](handbook/records.md).

In the tables, **Required** says *yes* when the field must be there, and otherwise gives the value
that holds when it is left out, if there is one.
"""

BASICS: tuple[tuple[str, str], ...] = (
    (
        "Local text",
        "The same text in several languages, one line for each: `nb: …`, `sv: …`, `en: …`. The "
        "languages are the register's (`pyproject.toml`, `[tool.remit]`). The authoritative "
        "language must be there; where another is missing, readers are shown one that is there, "
        "marked with its language. Short Markdown only: `*emphasis*`, `**bold**`, lists, links and "
        "`[[record]]` ([more](handbook/writing-texts.md)). In the models: `LocalText`.",
    ),
    (
        "Id",
        "Small letters a–z, digits and hyphens, at most 80, beginning with a letter or digit. A "
        "record's id is its file's name and never changes; an id inside a record is never used "
        "again for something else.",
    ),
    (
        "Pointer",
        "The id of another record, of a kind that the field names. Where a field accepts several "
        "kinds and the id exists in more than one of them, `folder/id`, such as "
        "`roles/competence-team`. *At that time* means that the record pointed to must exist in "
        "the period for which it is named ([more](handbook/dates.md)). In the models: `Ref`.",
    ),
    ("Day", "An exact day, `2019-09-11`."),
    (
        "Date",
        "A day as precisely as the source gives it: `2019-09-11`, `2019-09` (a month), `2019-W36` "
        "(a week) or `2019` (a year). A period counts from the first day of its start to the last "
        "day of its end. In the models: `When`.",
    ),
    (
        "Time of day",
        "In 24 hours, `09:00`, with quotes or without; `24:00` is the end of the day. The local "
        "time at the contact.",
    ),
    ("Web address", "In full, beginning with `https://` or `http://`."),
    (
        "Address",
        "A page of this site, without host, language and slashes at the ends: "
        "`roles/competence-team`, `mandates/competence-team/2018-06-19`, `contacts`. Where the "
        "field says so, a section or block of a mandate version may follow: "
        "`mandates/competence-team/2018-06-19#tasks` ([more](handbook/permanence.md)).",
    ),
)


# --- the fields --------------------------------------------------------------------------


def written_fields(cls: type[Value]) -> list[tuple[str, FieldInfo]]:
    """The fields that a file may hold: what its kind adds to every record, in order."""
    common = set(Record.model_fields) if issubclass(cls, Record) and cls is not Record else set()
    own = set(cls.__annotations__)
    return [
        (name, field)
        for name, field in cls.model_fields.items()
        if (name not in common or name in own) and (cls, name) not in NOT_WRITTEN
    ]


# --- what a field holds --------------------------------------------------------------------


def heading(cls: type[Value]) -> str:
    """The heading of a kind or building block: `LegalBasis`, of kind legal-basis → Legal basis."""
    if cls is Record:
        return "Every record"
    if issubclass(cls, Record):
        return cls.KIND.replace("-", " ").capitalize()
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).capitalize()


def slug(title: str) -> str:
    """The anchor that forges give a heading."""
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def _to(title: str) -> str:
    return f"[{title.lower()}](#{slug(title)})"


def _or(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def _holds(alias: Any, annotation: Any, metadata: Sequence[Any]) -> bool:
    """Whether a field was annotated with the alias: same type, and all that the alias adds."""
    info = FieldInfo.from_annotation(alias)
    return annotation is info.annotation and all(item in metadata for item in info.metadata)


def what(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    """What a field holds, in words, linked to where it is explained."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        info = FieldInfo.from_annotation(annotation)
        return what(info.annotation, [*info.metadata, *metadata])
    for item in metadata:
        if isinstance(item, RefTo):
            kinds = _or([_to(heading(BY_KIND[kind])) for kind in item.kinds])
            return f"{_to('Pointer')} to {kinds}{', at that time' if item.timed else ''}"
    if origin in (Union, types.UnionType):
        options = [option for option in arguments if option is not type(None)]
        return _or([what(option) for option in options])
    if origin is list:
        least = any(getattr(item, "min_length", None) for item in metadata)
        return f"list{' (at least one)' if least else ''}: {what(arguments[0])}"
    if origin is dict:
        return f"by language, {what(arguments[1])}"
    if origin is Literal:
        return _or([f"`{value}`" for value in arguments])
    return _plain(annotation, metadata)


ALIASES = (
    (Id, "Id"),
    (Day, "Day"),
    (WebAddress, "Web address"),
    (PageAddress, "Address"),
    (PlaceAddress, "Address"),
)


def _plain(annotation: Any, metadata: Sequence[Any]) -> str:
    for alias, title in ALIASES:
        if _holds(alias, annotation, metadata):
            return _to(title)
    if annotation is LocalText:
        return _to("Local text")
    if annotation is When:
        return _to("Date")
    if annotation in (ClockTime, time):
        return _to("Time of day")
    if annotation is date:
        return _to("Day")
    if annotation is bool:
        return "`true` or `false`"
    if annotation is int:
        ends = {
            name: getattr(item, name)
            for item in metadata
            for name in ("ge", "le")
            if hasattr(item, name)
        }
        return "whole number" + (f", {ends['ge']} to {ends['le']}" if len(ends) == 2 else "")
    if annotation is str:
        return "text"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return "one of " + ", ".join(f"`{member.value}`" for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return _to(heading(annotation))
    raise TypeError(f"no words for {annotation!r}")


def required(field: FieldInfo) -> str:
    """`yes`, or `no` with the value that holds when the field is left out."""
    if field.is_required():
        return "yes"
    default = field.default
    if default in (PydanticUndefined, None, "") or isinstance(default, Period):
        return "no"
    return f"no: `{str(default).lower() if isinstance(default, bool) else default}`"


def _inner(annotation: Any) -> Iterator[type[Value]]:
    """The building blocks that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, Value):
        yield annotation
    for argument in get_args(annotation):
        yield from _inner(argument)


def building_blocks() -> list[type[Value]]:
    """Every closed shape that a record is made of, in the order of the source."""
    seen: set[type[Value]] = set()
    waiting: list[type[Value]] = list(RECORD_CLASSES)
    while waiting:
        for field in waiting.pop().model_fields.values():
            for block in _inner(field.annotation):
                if block not in seen:
                    seen.add(block)
                    waiting.append(block)
    order = list(classes())
    return sorted(seen, key=lambda cls: order.index((cls.__module__, cls.__name__)))


# --- the page ------------------------------------------------------------------------------


def _table(cls: type[Value]) -> Iterator[str]:
    yield "| Field | Holds | Required | Meaning |"
    yield "|---|---|---|---|"
    for name, field in written_fields(cls):
        key = key_of(name, field)
        cells = (
            f"`{key}`",
            HOLDS.get((cls, name)) or what(field.annotation, field.metadata),
            required(field),
            sentence(cls, name),
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _about(cls: type) -> str:
    return inspect.cleandoc(cls.__doc__ or "")


def _where(cls: type[Record]) -> str:
    if cls is Guidance:
        return "One file per language: `content/guidance/<id>.<language>.md`."
    if cls is MandateVersion:
        return "File: `mandates/<mandate>/<YYYY-MM-DD>.yml`."
    if cls.FOLDER == MandateVersion.FOLDER:
        return "File: `mandates/<id>/mandate.yml`; the id is the folder's name."
    return f"File: `content/{cls.FOLDER}/<id>.yml`."


def _kind(cls: type[Record]) -> Iterator[str]:
    yield from (f"## {heading(cls)}", "", _about(cls), "", _where(cls))
    if issubclass(cls, RenamableRecord):
        yield "Its name may change while it stays the same thing."
    yield "It has what [every record](#every-record) has, and:"
    yield from ("", *_table(cls), "")


def page() -> str:
    """The whole reference as Markdown."""
    lines = [INTRODUCTION.format(kinds=len(RECORD_CLASSES)), "Kinds:"]
    lines[-1] += " " + " · ".join(_to(heading(cls)) for cls in RECORD_CLASSES) + "."
    lines += ["", "## Every record", "", *_table(Record), ""]
    for cls in RECORD_CLASSES:
        lines += _kind(cls)
    lines += ["## Building blocks", ""]
    for title, text in BASICS:
        lines += [f"### {title}", "", text, ""]
    for block in building_blocks():
        lines += [f"### {heading(block)}", "", _about(block), "", *_table(block), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
