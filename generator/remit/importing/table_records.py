"""Rows of organisations, contacts and the like → new records, and changes of those there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remit.importing.table_changes import Changes
from remit.importing.table_columns import Column, Problem
from remit.importing.table_rows import Row
from remit.importing.table_values import national_of, phone_digits
from remit.importing.table_vocabulary import bare, word_for
from remit.model.drafts import id_of, put_at, questions
from remit.model.records import (
    BY_KIND,
    Area,
    Contact,
    Organisation,
    Record,
    RenamableRecord,
    Role,
)
from remit.model.register import Register, address_of
from remit.model.shape import Path
from remit.model.values import LocalText
from remit.render import tree
from remit.render.view import View
from remit.settings import Settings

# --- records that are there ----------------------------------------------------------------


def change_record(
    record: Record, row: Row, changes: Changes, view: View, place_of: Mapping[str, str]
) -> tuple[list[Problem], list[str]]:
    """Puts what the row says otherwise; an empty cell changes nothing. Problems, and notes."""
    problems, notes = [], []
    values = dict(row.values)
    if isinstance(record, Contact):
        _part_phone(values, record)
    for key, new in values.items():
        path = _path_in(record, key, view)
        if key == "id" or agrees(key, changes.get(record, path), new, view):
            continue
        if "id" not in row.cells and _is_another_name(record, key, new, view):
            notes.append(f'{row.place}: "{new}" is taken as another name of {address_of(record)}')
            continue
        try:
            changes.put(record, path, new, place_of.get(key, row.at))
        except ValueError as error:
            problems.append(Problem.of(place_of.get(key, row.at), error))
    return problems, notes


def _is_another_name(record: Record, key: str, new: Any, view: View) -> bool:
    """A short form, or a name in another language, where the name was expected."""
    if not key.startswith("name.") or not isinstance(new, str):
        return False
    name, short = record.name_on(view.day), dict(record.short_on(view.day) or {})
    others = [words for code, words in name.items() if code != key.partition(".")[2]]
    return bare(new) in {bare(words) for words in (record.id, *others, *short.values())}


def _path_in(record: Record, key: str, view: View) -> Path:
    first, _, rest = key.partition(".")
    if isinstance(record, RenamableRecord) and first in ("name", "short"):
        at = record.names.index(record.dated_name_on(view.day))
        return ("names", at, first, rest)
    return (first, rest) if rest else (first,)


def agrees(key: str, old: Any, new: Any, view: View) -> bool:
    """Whether a cell says what the record says, be it written in another way."""
    if old is None:
        return False
    if key in ("phone", "phone_international"):
        return phone_digits(str(old)) == phone_digits(str(new))
    if key == "email":
        return str(old).casefold() == str(new).casefold()
    if key == "web":
        return str(old).rstrip("/") == str(new).rstrip("/")
    if isinstance(old, list) and isinstance(new, list):
        return [_last(one) for one in old] == [_last(one) for one in new]
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    one, other = (" ".join(str(words).split()) for words in (old, new))
    return other in (one, plain(one, key, view)) or _last(one) == other


def _last(value: Any) -> Any:
    """An id without the folder before it."""
    if isinstance(value, str) and re.fullmatch("[a-z-]+/[a-z0-9-]+", value):
        return value.rpartition("/")[2]
    return value


def plain(words: str, key: str, view: View) -> str:
    """A text without its marks and links, as a table of the site shows it."""
    if not re.search(r"[\[*_\\]", words):
        return words
    language = key.rpartition(".")[2]
    language = language if language in view.settings.languages else view.language
    inlines = view.speaking(language).inlines(LocalText({language: words}))
    return " ".join(tree.plain(inlines).split())


# --- new records ---------------------------------------------------------------------------


class NewRecords:
    """Rows that begin a record, and what all of them lack."""

    def __init__(
        self, kind: str, language: str, register: Register, settings: Settings,
        for_all: Sequence[tuple[Column, Any]],
    ) -> None:  # fmt: skip
        self.cls, self.language, self.for_all = BY_KIND[kind], language, for_all
        self.register, self.settings = register, settings
        self.taken = {one.id for one in register.all(self.cls)}
        self.asked = questions(self.cls, language, settings.languages, settings.today)
        self.missing: dict[Path, tuple[str, list[str]]] = {}
        """By field: what it means, and the rows that lack it."""
        self.notes: list[str] = []

    def id_for(self, row: Row) -> str:
        """The id that its cell gives, or one made of its name as `remit new` makes it."""
        id = row.words("id").strip()
        if id:
            if id in self.taken:
                raise ValueError(f'the id "{id}" is there twice')
            self.taken.add(id)
            return id
        name = row.words("name.en") or row.words(f"name.{self.language}")
        made = id_of(name or next(iter(row.cells.values())).words) or self.cls.KIND
        suggested, number = made, 2
        while suggested in self.taken:
            suggested, number = f"{made}-{number}", number + 1
        self.taken.add(suggested)
        return suggested

    def value(self, id: str, row: Row) -> dict[str, Any]:
        """All that the record is to hold; fields that must be there and are not are gathered."""
        given = {path_of_new(row.columns[key]): value for key, value in row.values.items()}
        for column, value in self.for_all:
            given.setdefault(path_of_new(column), value)
        self._derive(given, row)
        unread = {path_of_new(row.columns[key]) for key in row.cells.keys() - row.values.keys()}
        if ("area",) in unread or ("of",) in unread:
            unread |= {("country",), ("area",)}  # they would have followed from it
        for question in self.asked:
            if question.path in given or question.path in unread or not question.required:
                continue
            if question.default:
                given[question.path] = question.holds.read(question.default)
            else:
                _, places = self.missing.setdefault(question.path, (question.meaning, []))
                places.append(row.at)
        made: dict[str, Any] = {"id": id, "authoritative_language": self.language}
        for path, answer in given.items():
            put_at(made, path, answer)
        return made

    def _derive(self, given: dict[Path, Any], row: Row) -> None:
        """What follows from another field, said once."""
        if self.cls is Contact:
            values = {str(path[0]): value for path, value in given.items() if len(path) == 1}
            _part_phone(values, None)
            for key in ("phone", "phone_international"):
                if key in values:
                    given[key,] = values[key]
            holder = self.register.party(str(given.get(("of",), "")))
            place = getattr(holder, "area", None) or getattr(holder, "country", None)
            if isinstance(holder, Role) and not place:
                body = self.register.follow(Organisation, holder.holder)
                place = body.country if body else None
            self._follow(given, "area", place, "the area of whom it belongs to")
        if self.cls is Organisation:
            area = self.register.follow(Area, given.get(("area",)))
            larger = self.register.area_and_larger(area)[-1:] if area else []
            countries = self.register.countries()
            country = larger or (countries if len(countries) == 1 else [])
            why = "the country of its area" if larger else "the register's only one"
            self._follow(given, "country", country[0].id if country else None, why)

    def _follow(self, given: dict[Path, Any], name: str, value: str | None, why: str) -> None:
        if (name,) not in given and value:
            given[name,] = value
            note = f"{name} is filled in where the table does not say it: {why}"
            if note not in self.notes:
                self.notes.append(note)

    def problems(self) -> Iterator[Problem]:
        """One for each field that rows lack."""
        for path, (meaning, places) in self.missing.items():
            name = ".".join(str(step) for step in path if step not in ("names", 0))
            word = word_for(self.cls.KIND, name.removesuffix(f".{self.language}"), self.language)
            rest = {1: "", 2: " and in 1 more row"}.get(
                len(places), f" and in {len(places) - 1} more rows"
            )
            yield Problem(
                places[0],
                f'"{name}" is missing here{rest}: {meaning}',
                f'add a column "{word or name}", or say it for all new records: --set "{name}=…"',
            )


def path_of_new(column: Column) -> Path:
    return (*column.field.path, column.language) if column.language else column.field.path


def _part_phone(values: dict[str, Any], record: Contact | None) -> None:
    """One phone as written at home and with its country code: who changes one, changes both."""
    said = str(values.get("phone", ""))
    if not said:
        return
    has_both = record is None or record.phone_international is not None
    if said.startswith("+"):
        if has_both:
            values.setdefault("phone_international", "+" + re.sub("[^0-9]", "", said))
        if said.startswith(("+47", "+46")):
            at_home = re.sub(r"^\+4[67]\s*(\(0\))?[ -]*", "", said)
            values["phone"] = f"0{at_home}" if said.startswith("+46") else at_home
    elif record is not None and record.phone_international:
        code = record.phone_international[:3]
        if national_of(record.phone_international) == phone_digits(record.phone or ""):
            digits = phone_digits(said).removeprefix("0" if code == "+46" else "")
            values.setdefault("phone_international", code + digits)
    if record is not None and record.phone:
        values["phone"] = grouped_like(record.phone, values["phone"])


def grouped_like(old: str, new: str) -> str:
    """The new number with blanks and hyphens where the old one has them, if it is as long."""
    digits = re.sub("[^0-9]", "", new)
    if "+" in new + old or len(digits) != len(re.sub("[^0-9]", "", old)):
        return new
    left = iter(digits)
    return "".join(next(left) if sign.isdigit() else sign for sign in old)
