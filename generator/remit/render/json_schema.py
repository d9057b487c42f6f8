"""JSON Schemas of the files, made from the models, for editors that complete and check as you type.

Draft 07, with what yaml-language-server adds to it: a meaning beside each value, a remedy beside
each thing that can be wrong, both in the language of those who write. One schema per kind of
record, and `register.json` with the ids of the register's records, which alone changes when records
come and go. An id that it does not know yet is no fault to an editor; `remit check` tells.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from remit.model.drafts import Question, own_questions, put_at
from remit.model.fields import about, fields_in_order, key_of, sentence
from remit.model.records import RECORD_CLASSES, Guidance, MandateVersion, Record, Section
from remit.model.register import Register
from remit.model.values import LocalText, RefTo, Translation, Value
from remit.render.json_schema_values import TEXT, bound, held_by, id_pattern
from remit.render.known_ids import ids_name, known_ids
from remit.render.labels import Labels, labels_for
from remit.settings import Settings

IDS = "register.json"
_DRAFT = "http://json-schema.org/draft-07/schema#"


def schema_files(register: Register, settings: Settings) -> dict[str, bytes]:
    """Every schema by its file's name. The same register and day give the same bytes."""
    labels = labels_for(settings.language_of_editors)
    known = known_ids(register, settings.today, labels)
    made: dict[str, Any] = {
        IDS: {"$schema": _DRAFT, "title": labels["editor_ids"], "definitions": known}
    }
    for cls in RECORD_CLASSES:
        made[f"{cls.KIND}.json"] = _Kind(cls, register.languages, labels).schema()
    return {
        name: (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()
        for name, schema in made.items()
    }


class _Kind:
    """One kind's schema, with the building blocks that it is made of below it."""

    def __init__(self, cls: type[Record], languages: Sequence[str], labels: Labels) -> None:
        self.cls, self.languages, self.labels = cls, languages, labels
        self.definitions: dict[str, Any] = {}

    def schema(self) -> dict[str, Any]:
        made, title = self._group(self.cls), self.labels.kind(self.cls.KIND)
        if self.cls is Guidance:
            made = _front_matter(made)
        else:
            made["defaultSnippets"] = [self._snippet(title.lower(), self._beginning())]
        return {
            "$schema": _DRAFT,
            "title": title,
            **made,
            "definitions": dict(sorted(self.definitions.items())),
        }

    def _snippet(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"label": self.labels.get("editor_new", name=name), "body": body}

    def _beginning(self) -> dict[str, Any]:
        """A record with all that it must hold, to be filled in."""
        first = {"id": "$1", "authoritative_language": self.languages[0]}
        asked = own_questions(self.cls, self.languages)
        if self.cls is MandateVersion:
            section = own_questions(Section, self.languages)
            asked += [replace(one, path=("sections", 0, *one.path)) for one in section]
        return _template(first, asked)

    def _group(self, cls: type[Value]) -> dict[str, Any]:
        properties, missing = {}, []
        for name, field in fields_in_order(cls):
            key = key_of(name, field)
            properties[key] = self._field(cls, name, field)
            if field.is_required():
                words = {"field": key, "meaning": properties[key]["description"]}
                told = self.labels.get("editor_missing", **words)
                missing.append({"required": [key], "errorMessage": told})
        return {
            "description": _plain(about(cls, self.labels.language)),
            "type": "object",
            "errorMessage": self.labels["editor_no_group"],
            "properties": properties,
            "propertyNames": _names(properties, self.labels["editor_no_field"]),
            **({"allOf": missing} if missing else {}),
        }

    def _field(self, cls: type[Value], name: str, field: FieldInfo) -> dict[str, Any]:
        if name == "authoritative_language":
            held = self._choice(dict.fromkeys(self.languages, ""))
        elif (cls, name) == (Translation, "of"):
            held = {"type": "object", "additionalProperties": {"type": "string"}}
        else:
            held = self._holds(field.annotation, field.metadata)
        if "$ref" in held:  # what stands beside a reference is not read in draft 07
            shape = self.definitions[held["$ref"].rpartition("/")[2]]
            held = {"type": "object", "errorMessage": shape["errorMessage"], "allOf": [held]}
        language = self.labels.language
        words = about(cls, language) if "const" in held else sentence(cls, name, language)
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
            wrong = self.labels["editor_no_list"]
            held = {"type": "array", "errorMessage": wrong, "items": self._holds(arguments[0])}
            return held | {"contains": {}} if bound(metadata, "min_length") else held
        if origin is dict:
            wrong = self.labels["editor_no_group"]
            return self._by_language(self._holds(arguments[1])) | {"errorMessage": wrong}
        if origin is Literal:
            one = len(arguments) == 1
            return {"const": arguments[0]} if one else self._choice(dict.fromkeys(arguments, ""))
        if annotation is LocalText:
            return self._local_text()
        if isinstance(annotation, type) and issubclass(annotation, Value):
            if annotation.__name__ not in self.definitions:
                self.definitions[annotation.__name__] = {}  # it may hold itself
                self.definitions[annotation.__name__] = self._part(annotation)
            return {"$ref": f"#/definitions/{annotation.__name__}"}
        if isinstance(annotation, type) and issubclass(annotation, StrEnum):
            named = self.labels.enum_values(_label_group(annotation))
            return self._choice({one.value: named.get(one.value, "") for one in annotation})
        return held_by(annotation, metadata, self.labels)

    def _part(self, cls: type[Value]) -> dict[str, Any]:
        """A group inside a record; what it must hold can be put in at once."""
        made = self._group(cls)
        first = {"id": "$1"} if "id" in made["properties"] else {}
        body = _template(first, own_questions(cls, self.languages))
        if "const" in made["properties"].get("kind", {}):  # a block has its own
            return made
        del made["description"]  # it would be shown instead of the sentence of the field
        if not body:
            return made
        return made | {"defaultSnippets": [{"label": self.labels["editor_needed"], "body": body}]}

    def _defined(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        self.definitions[name] = schema
        return {"$ref": f"#/definitions/{name}"}

    def _choice(self, meanings: dict[str, str]) -> dict[str, Any]:
        """One of some values, each with what it means."""
        told = self.labels.get("editor_choose", values=", ".join(meanings))
        held = {"type": "string", "enum": list(meanings), "errorMessage": told}
        told_each = {"enumDescriptions": list(meanings.values())}
        return held | (told_each if any(meanings.values()) else {})

    def _local_text(self) -> dict[str, Any]:
        pattern = {"pattern": r"\S", "patternErrorMessage": self.labels["editor_no_text"]}
        held = self._by_language({**TEXT, **pattern, "errorMessage": self.labels["editor_no_text"]})
        body = {code: f"${number}" for number, code in enumerate(self.languages, 1)}
        snippet = {"label": self.labels["editor_all_languages"], "body": body}
        return self._defined(
            "LocalText", {**held, "minProperties": 1, "defaultSnippets": [snippet]}
        )

    def _by_language(self, held: dict[str, Any]) -> dict[str, Any]:
        languages = ", ".join(f"{code}: …" for code in self.languages)
        told = self.labels.get("editor_no_texts", languages=languages)
        return {
            "type": "object",
            "errorMessage": told,
            "properties": dict.fromkeys(self.languages, held),
            "propertyNames": _names(self.languages, told),
        }

    def _pointer(self, to: RefTo, metadata: Sequence[Any]) -> dict[str, Any]:
        """The known ids, each with its name; one that has come since is as good."""
        id = id_pattern(bound(metadata, "pattern"), self.labels)
        other = {"type": "string", "errorMessage": id["errorMessage"]}
        return id | {"anyOf": [{"$ref": f"{IDS}#/definitions/{ids_name(to)}"}, other]}

    def _block(self, options: Sequence[type[Value]]) -> dict[str, Any]:
        """A block of one of several kinds: `kind` says which, and what else it may hold."""
        kinds, branches, snippets = {}, [], []
        for cls in options:
            (kind,) = get_args(cls.model_fields["kind"].annotation)
            kinds[kind] = about(cls, self.labels.language)
            condition = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
            branches.append({"if": condition, "then": self._holds(cls)})
            body = _template({"kind": kind, "id": "$1"}, own_questions(cls, self.languages))
            snippets.append(self._snippet(self.labels[f"editor_block_{kind}"], body))
        meaning = _plain(sentence(options[0], "kind", self.labels.language))
        told = self.labels.get("editor_missing", field="kind", meaning=meaning)
        block = {
            "type": "object",
            "errorMessage": self.labels["editor_no_group"],
            "properties": {"kind": {"description": meaning, **self._choice(kinds)}},
            "allOf": [{"required": ["kind"], "errorMessage": told}, *branches],
            "defaultSnippets": snippets,
        }
        return self._defined("Block", block)


def _names(known: Iterable[str], wrong: str) -> dict[str, Any]:
    """What fields may be called. They are suggested where each says what it holds, not here."""
    return {"enum": list(known), "errorMessage": wrong, "doNotSuggest": True}


def _label_group(cls: type[StrEnum]) -> str:
    """The labels' name of an enumeration: AreaLevel → area_level."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def _template(first: dict[str, Any], asked: Sequence[Question]) -> dict[str, Any]:
    """What an editor inserts: every field that must be filled, the cursor going from one to one."""
    number = int("id" in first)
    for question in asked:
        if question.path == ("id",) or not (question.required or question.path[0] in first):
            continue
        number += 1
        choices = question.holds.choices
        place = f"${{{number}|{','.join(choices)}|}}" if choices else f"${number}"
        put_at(first, question.path, [place] if question.holds.many else place)
    return first


def _plain(words: str) -> str:
    """A sentence of the models without Markdown's signs."""
    return re.sub(r"`([^`]*)`", r"\1", words)


def _front_matter(made: dict[str, Any]) -> dict[str, Any]:
    """The head of a guidance page: title and summary in its own language, the rest in one file."""
    properties = dict(made["properties"])
    properties.pop("body")
    for name in ("title", "summary"):
        properties[name] = {"description": properties[name]["description"], **TEXT}
    needed = [one for one in made["allOf"] if one["required"] != ["body"]]
    own = [one for one in needed if one["required"] == ["title"]]
    shared = [one for one in needed if one["required"][0] not in ("title", "summary")]
    others = [name for name in properties if name not in ("title", "summary")]
    is_main = {"anyOf": [{"required": [name]} for name in others]}
    return {
        **made,
        "properties": properties,
        "propertyNames": _names(properties, made["propertyNames"]["errorMessage"]),
        "allOf": [*own, {"if": is_main, "then": {"allOf": shared}}],
    }
