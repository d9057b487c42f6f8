"""JSON Schemas of the files, made from the models, for editors that complete and check as you type.

Draft 07, with what yaml-language-server adds to it: a meaning beside each value, a remedy beside
each pattern. One schema per kind of record, and `register.json` with the ids of the register's
records, which alone changes when records come and go. An id that it does not know yet is no fault
to an editor; `remit check` tells.
"""

from __future__ import annotations

import inspect
import json
import re
import types
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from remit.model.drafts import Question, own_questions, put_at
from remit.model.fields import fields_in_order, key_of, sentence
from remit.model.records import RECORD_CLASSES, Guidance, MandateVersion, Record, Section
from remit.model.register import Register
from remit.model.values import LocalText, Period, RefTo, Translation, Value, WebAddress, When
from remit.render.known_ids import ids_name, known_ids

IDS = "register.json"
_DRAFT = "http://json-schema.org/draft-07/schema#"
_TEXT = {"type": ["string", "number"]}
_MONTH_AND_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DAY = {
    "type": "string",
    "format": "date",
    "pattern": f"^[0-9]{{4}}-{_MONTH_AND_DAY}$",
    "patternErrorMessage": "This is no date. Write it as 2019-09-11.",
}
_WHEN = {
    "pattern": f"^[0-9]{{4}}(-(0[1-9]|1[0-2])|-W(0[1-9]|[1-4][0-9]|5[0-3])|-{_MONTH_AND_DAY})?$",
    "patternErrorMessage": "This is no date. Write it as 2019-09-11, "
    "or 2019-09, 2019-W36, 2019 where no more is known.",
    "type": ["string", "integer"],
    "minimum": 1000,
    "maximum": 9999,
}
_TIME = {
    "type": "string",
    "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
    "patternErrorMessage": 'This is no time of day. Write it as "09:00".',
}
_WEB = {
    "type": "string",
    "pattern": "^https?://[^\\s/?#]+\\.[^\\s]+$",
    "patternErrorMessage": "This is no web address. Write it in full, beginning with https://",
}
_ID_HELP = "An id has small letters a–z, digits and hyphens, such as head-of-legal."


def schema_files(register: Register, day: date) -> dict[str, bytes]:
    """Every schema by its file's name. The same register and day give the same bytes."""
    title = "The ids of the register's records"
    known = known_ids(register, day)
    made: dict[str, Any] = {IDS: {"$schema": _DRAFT, "title": title, "definitions": known}}
    for cls in RECORD_CLASSES:
        made[f"{cls.KIND}.json"] = _Kind(cls, register.languages).schema()
    return {
        name: (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()
        for name, schema in made.items()
    }


# --- a kind --------------------------------------------------------------------------------


class _Kind:
    """One kind's schema, with the building blocks that it is made of below it."""

    def __init__(self, cls: type[Record], languages: Sequence[str]) -> None:
        self.cls, self.languages = cls, languages
        self.definitions: dict[str, Any] = {}

    def schema(self) -> dict[str, Any]:
        made, title = self._group(self.cls), self.cls.KIND.replace("-", " ")
        if self.cls is Guidance:
            made = _front_matter(made)
        else:
            snippet = {"label": f"new {title}", "body": self._beginning()}
            made["defaultSnippets"] = [snippet]
        return {
            "$schema": _DRAFT,
            "title": title.capitalize(),
            **made,
            "definitions": dict(sorted(self.definitions.items())),
        }

    def _beginning(self) -> dict[str, Any]:
        """A record with all that it must hold, to be filled in."""
        first = {"id": "$1", "authoritative_language": self.languages[0]}
        asked = own_questions(self.cls, self.languages)
        if self.cls is MandateVersion:
            section = own_questions(Section, self.languages)
            asked += [replace(one, path=("sections", 0, *one.path)) for one in section]
        return _template(first, asked)

    def _group(self, cls: type[Value]) -> dict[str, Any]:
        properties, required = {}, []
        for name, field in fields_in_order(cls):
            key = key_of(name, field)
            properties[key] = self._field(cls, name, field)
            if field.is_required():
                required.append(key)
        return {
            "description": inspect.cleandoc(cls.__doc__ or ""),
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    def _field(self, cls: type[Value], name: str, field: FieldInfo) -> dict[str, Any]:
        if name == "authoritative_language":
            held: dict[str, Any] = {"type": "string", "enum": list(self.languages)}
        elif (cls, name) == (Translation, "of"):
            held = {"type": "object", "additionalProperties": {"type": "string"}}
        else:
            held = self._holds(field.annotation, field.metadata)
        if "$ref" in held:  # what stands beside a reference is not read in draft 07
            held = {"type": "object", "allOf": [held]}
        default = field.default
        if default not in (PydanticUndefined, None, "") and not isinstance(default, Period):
            held = {**held, "default": default}
        words = inspect.cleandoc(cls.__doc__ or "") if "const" in held else sentence(cls, name)
        return {"description": _plain(words), **held}

    def _holds(self, annotation: Any, metadata: Sequence[Any] = ()) -> dict[str, Any]:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            info = FieldInfo.from_annotation(annotation)
            return self._holds(info.annotation, [*info.metadata, *metadata])
        for item in metadata:
            if isinstance(item, RefTo):
                return self._pointer(item, metadata)
        if origin in (Union, types.UnionType):
            options = [option for option in arguments if option is not type(None)]
            return self._holds(options[0], metadata) if len(options) == 1 else self._block(options)
        if origin is list:
            held = {"type": "array", "items": self._holds(arguments[0])}
            return held | {"minItems": 1} if _bound(metadata, "min_length") else held
        if origin is dict:
            return self._by_language(self._holds(arguments[1]))
        if origin is Literal:
            one = len(arguments) == 1
            return {"const": arguments[0]} if one else {"enum": list(arguments)}
        if annotation is LocalText:
            held = self._by_language({**_TEXT, "minLength": 1})
            snippet = {"label": "in all languages", "body": _placeholders(self.languages)}
            made = {**held, "minProperties": 1, "defaultSnippets": [snippet]}
            return self._defined("LocalText", made)
        if isinstance(annotation, type) and issubclass(annotation, Value):
            if annotation.__name__ not in self.definitions:
                self.definitions[annotation.__name__] = {}  # it may hold itself
                self.definitions[annotation.__name__] = self._group(annotation)
            return {"$ref": f"#/definitions/{annotation.__name__}"}
        return _basic(annotation, metadata)

    def _defined(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        self.definitions[name] = schema
        return {"$ref": f"#/definitions/{name}"}

    def _by_language(self, held: dict[str, Any]) -> dict[str, Any]:
        properties = dict.fromkeys(self.languages, held)
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def _pointer(self, to: RefTo, metadata: Sequence[Any]) -> dict[str, Any]:
        """The known ids, each with its name; one that has come since is as good."""
        return {
            "type": "string",
            "pattern": _bound(metadata, "pattern"),
            "patternErrorMessage": _ID_HELP,
            "anyOf": [{"$ref": f"{IDS}#/definitions/{ids_name(to)}"}, {"type": "string"}],
        }

    def _block(self, options: Sequence[type[Value]]) -> dict[str, Any]:
        """A block of one of several kinds: `kind` says which, and what else it may hold."""
        kinds, branches, snippets = {}, [], []
        for cls in options:
            (kind,) = get_args(cls.model_fields["kind"].annotation)
            kinds[kind] = inspect.cleandoc(cls.__doc__ or "")
            condition = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
            branches.append({"if": condition, "then": self._holds(cls)})
            body = _template({"kind": kind, "id": "$1"}, own_questions(cls, self.languages))
            snippets.append({"label": f"new {kind}", "body": body})
        known = {
            "description": _plain(sentence(options[0], "kind")),
            "enum": list(kinds),
            "enumDescriptions": list(kinds.values()),
        }
        block = {
            "type": "object",
            "properties": {"kind": known},
            "required": ["kind"],
            "allOf": branches,
            "defaultSnippets": snippets,
        }
        return self._defined("Block", block)


def _basic(annotation: Any, metadata: Sequence[Any]) -> dict[str, Any]:
    if annotation is When:
        return dict(_WHEN)
    if annotation is date:
        return dict(_DAY)
    if annotation is bool:
        return {"type": "boolean"}
    if annotation is int:
        ends = {"minimum": _bound(metadata, "ge"), "maximum": _bound(metadata, "le")}
        return {"type": "integer"} | {name: end for name, end in ends.items() if end is not None}
    if isinstance(annotation, type) and issubclass(annotation, time):
        return dict(_TIME)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return {"type": "string", "enum": [member.value for member in annotation]}
    if annotation is str:
        return _text(metadata)
    raise TypeError(f"no schema for {annotation!r}")


def _text(metadata: Sequence[Any]) -> dict[str, Any]:
    if all(check in metadata for check in FieldInfo.from_annotation(WebAddress).metadata):
        return dict(_WEB)
    pattern, least = _bound(metadata, "pattern"), _bound(metadata, "min_length")
    if pattern is not None and pattern.startswith(r"^\d{4}-"):
        return dict(_DAY)
    if pattern is not None:
        help = _ID_HELP if pattern.startswith("^[a-z0-9]") and "/" not in pattern else ""
        made = {"type": "string", "pattern": pattern}
        return made | ({"patternErrorMessage": help} if help else {})
    return dict(_TEXT) | ({"minLength": least} if least is not None else {})


def _bound(metadata: Sequence[Any], name: str) -> Any:
    """A limit that a field was annotated with, in itself or in what pydantic made of it."""
    for item in metadata:
        for part in [item, *getattr(item, "metadata", ())]:
            if getattr(part, name, None) is not None:
                return getattr(part, name)
    return None


def _template(first: dict[str, Any], asked: Sequence[Question]) -> dict[str, Any]:
    """What an editor inserts: every field that must be filled, the cursor going from one to one."""
    number = 1
    for question in asked:
        if question.path == ("id",) or not (question.required or question.path[0] in first):
            continue
        number += 1
        choices = question.holds.choices
        place = f"${{{number}|{','.join(choices)}|}}" if choices else f"${number}"
        put_at(first, question.path, [place] if question.holds.many else place)
    return first


def _placeholders(languages: Sequence[str]) -> dict[str, str]:
    return {code: f"${number}" for number, code in enumerate(languages, 1)}


def _plain(words: str) -> str:
    """A sentence of the models without Markdown's signs."""
    return re.sub(r"`([^`]*)`", r"\1", words)


def _front_matter(made: dict[str, Any]) -> dict[str, Any]:
    """The head of a guidance page: title and summary in its own language, the rest in one file."""
    properties = dict(made["properties"])
    properties.pop("body")
    for name in ("title", "summary"):
        properties[name] = {"description": properties[name]["description"], **_TEXT}
    shared = [name for name in made["required"] if name not in ("title", "summary", "body")]
    return {
        **made,
        "properties": properties,
        "required": ["title"],
        "dependencies": {name: shared for name in properties if name not in ("title", "summary")},
    }
