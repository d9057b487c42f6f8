"""Writes the field reference, made from the models, in each language: run it from anywhere.

The sentence of a kind or building block is its class's docstring; the sentence of a field is the
literal below it; both are translated in `generator/remit/locales/fields/`. What a field holds,
whether it must be there and which values it knows come from pydantic. The words around them are in
`docs/reference_words/`. Nothing is written by hand in `docs/reference.md` and its translations.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Iterator, Sequence
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from remit.model.fields import NOT_WRITTEN, about, classes, key_of, sentence
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
from remit.render.labels import labels_for

DOCS = Path(__file__).parent
WORDS = DOCS / "reference_words"
LANGUAGES = sorted(file.stem for file in WORDS.glob("*.toml"))
HOLDS = {
    (Letterhead, "logo"): "svg",
    (Letterhead, "ink"): "colour",
    (Letterhead, "accent"): "colour",
    (Translation, "of"): "fingerprints",
}
"""What a field holds where its type alone says too little."""
ALIASES = (
    (Id, "id"),
    (Day, "day"),
    (WebAddress, "web_address"),
    (PageAddress, "address"),
    (PlaceAddress, "address"),
)


def file_name(language: str) -> str:
    return "reference.md" if language == "en" else f"reference.{language}.md"


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


def _inner(annotation: Any) -> Iterator[type[Value]]:
    """The building blocks that an annotation names."""
    if isinstance(annotation, type) and issubclass(annotation, Value):
        yield annotation
    for argument in get_args(annotation):
        yield from _inner(argument)


def slug(title: str) -> str:
    """The anchor that forges give a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def _to(title: str) -> str:
    return f"[{title.lower()}](#{slug(title)})"


def _is(alias: Any, annotation: Any, metadata: Sequence[Any]) -> bool:
    """Whether a field was annotated with the alias: same type, and all that the alias adds."""
    info = FieldInfo.from_annotation(alias)
    return annotation is info.annotation and all(item in metadata for item in info.metadata)


# --- a page --------------------------------------------------------------------------------


class Reference:
    """The reference in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words: dict[str, Any] = tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))

    def page(self) -> str:
        """The whole reference as Markdown."""
        introduction = self.words["introduction"].format(
            every=_to(self.words["every_record"]),
            blocks=_to(self.words["building_blocks"]),
            kinds=len(RECORD_CLASSES),
        )
        kinds = " · ".join(_to(self.heading(cls)) for cls in RECORD_CLASSES)
        lines = [introduction.strip("\n"), "", f"{self.words['kinds']}: {kinds}."]
        lines += ["", f"## {self.words['every_record']}", "", *self._table(Record), ""]
        for cls in RECORD_CLASSES:
            lines += self._kind(cls)
        lines += [f"## {self.words['building_blocks']}", ""]
        for basic in self.words["basics"].values():
            lines += [f"### {basic['title']}", "", basic["text"], ""]
        for block in building_blocks():
            heading, told = self.heading(block), about(block, self.language)
            lines += [f"### {heading}", "", told, "", *self._table(block), ""]
        return "\n".join(lines).rstrip("\n") + "\n"

    def heading(self, cls: type[Value]) -> str:
        if cls is Record:
            return str(self.words["every_record"])
        if not issubclass(cls, Record):
            return str(self.words["blocks"][cls.__name__])
        if self.language == "en":  # the kind itself, which is a word there
            return cls.KIND.replace("-", " ").capitalize()
        return labels_for(self.language).kind(cls.KIND)

    def _kind(self, cls: type[Record]) -> Iterator[str]:
        yield from (f"## {self.heading(cls)}", "", about(cls, self.language), "", self._where(cls))
        if issubclass(cls, RenamableRecord):
            yield self.words["renamable"]
        yield self.words["inherits"].format(every=_to(self.words["every_record"]))
        yield from ("", *self._table(cls), "")

    def _where(self, cls: type[Record]) -> str:
        if cls is Guidance:
            return str(self.words["file_guidance"])
        if cls is MandateVersion:
            return str(self.words["file_version"])
        if cls.FOLDER == MandateVersion.FOLDER:
            return str(self.words["file_mandate"])
        return str(self.words["file_other"].format(folder=cls.FOLDER))

    def _table(self, cls: type[Value]) -> Iterator[str]:
        yield "| " + " | ".join(self.words["columns"]) + " |"
        yield "|---|---|---|---|"
        for name, field in written_fields(cls):
            cells = (
                f"`{key_of(name, field)}`",
                self._what(cls, name, field),
                self._required(field),
                sentence(cls, name, self.language),
            )
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    def _required(self, field: FieldInfo) -> str:
        """`yes`, or `no` with the value that holds when the field is left out."""
        if field.is_required():
            return str(self.words["yes"])
        default, no = field.default, str(self.words["no"])
        if default in (PydanticUndefined, None, "") or isinstance(default, Period):
            return no
        return f"{no}: `{str(default).lower() if isinstance(default, bool) else default}`"

    # --- what a field holds ---

    def _what(self, cls: type[Value], name: str, field: FieldInfo) -> str:
        if (cls, name) == (MandateVersion, "id"):
            return self._basic("day")
        if (cls, name) in HOLDS:
            return str(self.words[HOLDS[cls, name]])
        return self._holds(field.annotation, field.metadata)

    def _holds(self, annotation: Any, metadata: Sequence[Any] = ()) -> str:
        """What a field holds, in words, linked to where it is explained."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            info = FieldInfo.from_annotation(annotation)
            return self._holds(info.annotation, [*info.metadata, *metadata])
        for item in metadata:
            if isinstance(item, RefTo):
                return self._pointer(item)
        if origin in (Union, types.UnionType):
            options = [option for option in arguments if option is not type(None)]
            return self._or([self._holds(option) for option in options])
        if origin is list:
            least = any(getattr(item, "min_length", None) for item in metadata)
            held = self._holds(arguments[0])
            return f"{self.words['list_least' if least else 'list']}: {held}"
        if origin is dict:
            return str(self.words["by_language"].format(held=self._holds(arguments[1])))
        if origin is Literal:
            return self._or([f"`{value}`" for value in arguments])
        return self._plain(annotation, metadata)

    def _pointer(self, to: RefTo) -> str:
        kinds = self._or([_to(self.heading(BY_KIND[kind])) for kind in to.kinds])
        words = self.words["pointer_to"].format(pointer=self._basic("pointer"), kinds=kinds)
        return f"{words}, {self.words['at_that_time']}" if to.timed else str(words)

    def _plain(self, annotation: Any, metadata: Sequence[Any]) -> str:
        for alias, name in ALIASES:
            if _is(alias, annotation, metadata):
                return self._basic(name)
        basic = {
            LocalText: "local_text",
            When: "date",
            ClockTime: "time",
            time: "time",
            date: "day",
        }
        if annotation in basic:
            return self._basic(basic[annotation])
        if annotation is bool:
            return str(self.words["truth"])
        if annotation is int:
            return self._number(metadata)
        if annotation is str:
            return str(self.words["text"])
        if isinstance(annotation, type) and issubclass(annotation, StrEnum):
            values = ", ".join(f"`{member.value}`" for member in annotation)
            return str(self.words["one_of"].format(values=values))
        if isinstance(annotation, type) and issubclass(annotation, Value):
            return _to(self.heading(annotation))
        raise TypeError(f"no words for {annotation!r}")

    def _number(self, metadata: Sequence[Any]) -> str:
        ends = {
            name: getattr(item, name)
            for item in metadata
            for name in ("ge", "le")
            if hasattr(item, name)
        }
        if len(ends) < 2:
            return str(self.words["number"])
        return str(self.words["number_of"].format(least=ends["ge"], most=ends["le"]))

    def _basic(self, name: str) -> str:
        return _to(self.words["basics"][name]["title"])

    def _or(self, parts: Sequence[str]) -> str:
        """a, b or c"""
        if len(parts) == 1:
            return parts[0]
        return f"{', '.join(parts[:-1])} {self.words['or']} {parts[-1]}"


if __name__ == "__main__":
    for code in LANGUAGES:
        (DOCS / file_name(code)).write_bytes(Reference(code).page().encode())
