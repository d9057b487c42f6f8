"""What must be known to begin a record: the questions, how answers are read, ids made of names."""

from __future__ import annotations

import difflib
import re
import types
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from remit.model.fields import fields_in_order, key_of, sentence
from remit.model.records import Guidance, Mandate, MandateVersion, Record, RenamableRecord
from remit.model.shape import Path
from remit.model.values import LocalText, Period, RefTo, Value, When

_LETTERS = str.maketrans(
    {"å": "a", "ø": "o", "æ": "ae", "ä": "a", "ö": "o", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"}
)
LONGEST_ID = 60
FILLED = ("id", "authoritative_language", "mandate", "sections", "body")
"""Required fields of a record that no question is about: they follow from the rest."""
ALSO_ASKED: dict[str, tuple[str, ...]] = {
    "assignment": ("deadline",),
    "contact": ("phone", "email", "web"),
    "mandate": ("document_id", "ordered_by"),
    "organisation": ("parent", "web"),
    "redirect": ("to", "note"),
    "transfer": ("tasks", "decided_by"),
}
"""Fields that may be left out, but that a record of the kind is seldom without."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What an answer is to be. `many`: several, divided by commas."""

    form: str  # "text" | "number" | "truth" | "date" | "day" | "choice" | "id"
    choices: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    many: bool = False

    def read(self, words: str) -> Any:
        """The value that a file holds for an answer. Raises ValueError with what is wrong."""
        if self.many:
            one = Holds(self.form, self.choices, self.kinds)
            return [one.read(part.strip()) for part in words.split(",") if part.strip()]
        words = words.strip()
        if self.form == "number":
            if not re.fullmatch(r"-?[0-9]{1,15}", words):
                raise ValueError(f'"{words}" is no whole number')
            return int(words)
        if self.form == "truth":
            if words.lower() not in _TRUTH:
                raise ValueError(f'"{words}" is neither yes nor no')
            return _TRUTH[words.lower()]
        if self.form in ("date", "day"):
            return self._date(words)
        if self.form == "choice" and words not in self.choices:
            near = difflib.get_close_matches(words, self.choices, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f'"{words}" is none of {", ".join(self.choices)}{hint}')
        return words

    def _date(self, words: str) -> Any:
        try:
            when = When.parse(words)
        except (ValueError, OverflowError):
            raise ValueError(f'"{words}" is no date; write it as 2019-09-11') from None
        if self.form == "day" and len(words) != 10:
            raise ValueError(f'"{words}" is no day; write it as 2019-09-11')
        return int(words) if when.text.isdigit() else words


_TRUTH = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


@dataclass(frozen=True, slots=True)
class Question:
    """A field to fill: where it is, what it means, what it holds."""

    path: Path
    meaning: str
    holds: Holds
    required: bool = True
    default: str = ""


def questions(
    cls: type[Record], language: str, languages: Sequence[str], today: date
) -> list[Question]:
    """What is to be asked for a record of this kind: its name, then the rest in written order."""
    asked = list(_of_group(cls, (), language, languages, today, cls.KIND))
    if cls is Mandate:  # its first version comes with it, whose title is the mandate's name
        known = {question.path[0] for question in asked}
        first = _of_group(MandateVersion, (), language, languages, today, MandateVersion.KIND)
        asked += [one for one in first if one.path[0] not in (*known, "title")]
    return sorted(asked, key=lambda one: not _is_name(one.path))


def own_questions(cls: type[Value], languages: Sequence[str]) -> list[Question]:
    """What one file or a part of one must hold, without what comes with it."""
    kind = cls.KIND if issubclass(cls, Record) else ""
    return list(_of_group(cls, (), languages[0], languages, date.min, kind))


def name_path(cls: type[Record]) -> Path:
    """Where the name of a kind's records stands; a language follows."""
    if issubclass(cls, RenamableRecord):
        return ("names", 0, "name")
    return ("title",) if cls in (Guidance, MandateVersion) else ("name",)


def _is_name(path: Path) -> bool:
    return path[:-1] in (("names", 0, "name"), ("name",), ("title",))


def _of_group(
    cls: type[Value],
    above: Path,
    language: str,
    languages: Sequence[str],
    today: date,
    kind: str = "",
) -> Iterator[Question]:
    also = ("owner", *ALSO_ASKED.get(kind, ())) if kind else ()
    for name, field in fields_in_order(cls):
        required = field.is_required()
        if (kind and name in FILLED) or not (required or name in also):
            continue
        path, meaning = (*above, key_of(name, field)), sentence(cls, name)
        shape, metadata = _plain_shape(field.annotation, field.metadata)
        if get_origin(shape) is list and holds(shape, metadata) is None:
            shape, metadata = _plain_shape(get_args(shape)[0])
            path = (*path, 0)
        if shape is LocalText:
            for code in [language, *(one for one in languages if one != language)]:
                yield Question((*path, code), meaning, Holds("text"), required and code == language)
        elif shape is Period:
            # only a version's, and its file is named by that day
            yield Question((*path, "from"), meaning, Holds("day"), required, today.isoformat())
        elif isinstance(shape, type) and issubclass(shape, Value):
            yield from _of_group(shape, path, language, languages, today)
        elif found := holds(shape, metadata):
            default = today.isoformat() if found.form == "day" else _DEFAULTS.get(path, "")
            yield Question(path, meaning, found, required, default)


_DEFAULTS: dict[Path, str] = {("status",): "draft"}


def holds(annotation: Any, metadata: Sequence[Any] = ()) -> Holds | None:
    """What an answer for such a field is to be; None for what holds several fields."""
    shape, metadata = _plain_shape(annotation, metadata)
    for item in metadata:
        if isinstance(item, RefTo):
            return Holds("id", kinds=item.kinds)
    if get_origin(shape) is list:
        inner = holds(get_args(shape)[0])
        return (
            Holds(inner.form, inner.choices, inner.kinds, many=True)
            if (inner and inner.form in ("id", "choice"))
            else None
        )
    if shape is When:
        return Holds("date")
    if shape is date:
        return Holds("day")
    if shape is bool:
        return Holds("truth")
    if shape is int:
        return Holds("number")
    if isinstance(shape, type) and issubclass(shape, StrEnum):
        return Holds("choice", tuple(member.value for member in shape))
    if isinstance(shape, type) and issubclass(shape, (str, time)):
        return Holds("text")
    return None


def holds_at(cls: type[Record], path: Path) -> Holds:
    """What an answer for the field at a path is to be. Raises ValueError for an unknown field."""
    shape: Any = cls
    metadata: Sequence[Any] = ()
    for place, step in enumerate(path):
        shape, metadata = _plain_shape(shape, metadata)
        if get_origin(shape) is list and isinstance(step, int):
            shape, metadata = get_args(shape)[0], ()
        elif (shape is LocalText or get_origin(shape) is dict) and isinstance(step, str):
            shape, metadata = (str if shape is LocalText else get_args(shape)[1]), ()
        else:
            shape, metadata = _field_of(shape, step, path[: place + 1])
    found = holds(shape, metadata)
    if found is None:
        written = ".".join(map(str, path))
        raise ValueError(f'"{written}" has fields of its own; name one, such as {written}.…')
    return found


def _field_of(shape: Any, step: str | int, path: Path) -> tuple[Any, Sequence[Any]]:
    fields = {}
    if isinstance(shape, type) and issubclass(shape, Value):
        fields = {key_of(name, field): field for name, field in fields_in_order(shape)}
    if step not in fields:
        near = difflib.get_close_matches(str(step), fields, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f'there is no field "{".".join(map(str, path))}"{hint}')
    field = fields[str(step)]
    return field.annotation, field.metadata


def _plain_shape(annotation: Any, metadata: Sequence[Any] = ()) -> tuple[Any, Sequence[Any]]:
    """The type itself, without `Annotated` and `None`, and all that it was annotated with."""
    if get_origin(annotation) is Annotated:
        info = FieldInfo.from_annotation(annotation)
        return _plain_shape(info.annotation, [*info.metadata, *metadata])
    if get_origin(annotation) in (Union, types.UnionType):
        options = [option for option in get_args(annotation) if option is not type(None)]
        if len(options) == 1:
            return _plain_shape(options[0], metadata)
    return annotation, metadata


def put_at(value: dict[str, Any], path: Path, answer: Any) -> None:
    """Sets `value` at a path, with groups and lists on the way made where they are missing."""
    holder: Any = value
    for step, following in pairwise(path):
        inner: Any = [] if isinstance(following, int) else {}
        if isinstance(holder, list):
            while len(holder) <= int(step):
                holder.append(inner)
            holder = holder[int(step)]
        else:
            holder = holder.setdefault(step, inner)
    if isinstance(holder, list):
        holder.append(answer)
    else:
        holder[path[-1]] = answer


def id_of(name: str) -> str:
    """An id made of a name: å → a, ø → o, æ → ae; hyphens between words."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", letters.encode("ascii", "ignore").decode())
    id = ""
    for word in words:
        if len(id) + len(word) >= LONGEST_ID:
            break
        id = f"{id}-{word}" if id else word
    return id
