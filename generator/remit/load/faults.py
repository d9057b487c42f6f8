"""What pydantic finds wrong in a record, in a registrar's words and at its place."""

from __future__ import annotations

import difflib
import re
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from remit.diagnostics import Diagnostic
from remit.model.records import MandateVersion, Record, Redirect, ready
from remit.model.register import Origin
from remit.model.shape import Path
from remit.model.templates import TemplateHead

R = TypeVar("R", Record, TemplateHead)


def validate(
    cls: type[R], value: dict[str, Any], origin: Origin, problems: list[Diagnostic]
) -> R | None:
    """The record or template, or None with every fault of it reported at its place."""
    try:
        return ready(cls).model_validate(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            problems.append(_explain(cls, value, fault, origin))
        return None


class _Said(NamedTuple):
    """A fault in a registrar's words. What stands in braces is filled in: the field, its name, what
    was given, and what pydantic says was expected."""

    code: str
    message: str
    help: str = ""
    at_key: bool = False


_WRONG_ADDRESS = _Said(
    "wrong-value",
    '{field} is no address: "{given}"',
    "write it as roles/competence-team, without language and slash at the ends; "
    "only to: may end in #id",
)
_WRONG_DAY = _Said("bad-date", "a version is named by a day", "name the file 2019-09-11.yml")
_WORDS = {
    "missing": _Said("missing-field", "{field} is missing", "add {name}:"),
    "when": _Said(
        "bad-date",
        '{field} is no date: "{given}"',
        "write it as 2019-09-11, or 2019-09, 2019-W36, 2019 where no more is known",
    ),
    "day": _Said("bad-date", '{field} is no date: "{given}"', "write it as 2019-09-11"),
    "clock": _Said("wrong-value", '{field} is no time of day: "{given}"', 'write "09:00"'),
    "web_address": _Said(
        "unsafe-link",
        '{field} is not a web address: "{given}"',
        "write it in full, beginning with https://",
    ),
    "colour": _Said(
        "wrong-value",
        "{field} is no colour",
        'write # and six hexadecimal digits in quotes: "#1f2a3c"',
    ),
    "drawing_file": _Said(
        "wrong-value",
        '{field} is no name of an SVG file: "{given}"',
        "it has small letters a–z, digits and hyphens, and ends in .svg, such as udi.svg",
    ),
    "string_pattern_mismatch": _Said(
        "wrong-value",
        '{field} is no id: "{given}"',
        "an id has small letters a–z, digits and hyphens, such as head-of-legal",
    ),
    "dict_type": _Said(
        "wrong-type",
        "{field} must be given per language",
        "write nb: …, sv: … and en: … on lines of their own below it",
    ),
    "too_short": _Said(
        "empty-field", "{field} is empty", "write something, or leave the field out"
    ),
}
_WORDS["mapping_type"] = _WORDS["dict_type"]
_WORDS["string_too_short"] = _WORDS["too_short"]
_MUST = {
    "string_type": "must be a text",
    "list_type": "must be a list: items on lines of their own, each after a hyphen",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_from_float": "must be a whole number",
    "model_type": "must be a group of fields",
    "model_attributes_type": "must be a group of fields",
    "string_too_long": "is longer than {max_length} characters",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
_BLOCK_KINDS = '"paragraph", "item", "task", "boundary", "cooperation", "reporting", "definition"'


def _explain(cls: type[R], value: Any, fault: Any, origin: Origin) -> Diagnostic:
    path, inside_key = _written_path(value, fault["loc"])
    said = _said(cls, path, fault, at_key=inside_key)
    name = str(path[-1]) if path else cls.KIND
    known = {
        **(fault.get("ctx") or {}),
        "field": _field(path, name),
        "name": name,
        "given": fault.get("input"),
        "pydantic": fault["msg"],
    }
    code = said.code
    place = origin.locate(path, key=said.at_key)
    message, help = (words.format_map(known) for words in (said.message, said.help))
    return Diagnostic(place, code, message, help)


def _field(path: Path, name: str) -> str:
    """How the field is called in a sentence."""
    if not path or not isinstance(path[-1], int):
        return f'"{name}"'
    return f'an item of "{path[-2]}"' if len(path) > 1 else "this item"


def _said(cls: type[R], path: Path, fault: Any, *, at_key: bool) -> _Said:
    kind, name = fault["type"], str(path[-1]) if path else cls.KIND
    context = fault.get("ctx") or {}
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(name, _field_names(cls), n=1, cutoff=0.6)
        help = f'did you mean "{close[0]}"?' if close else "the fields are in docs/reference.md"
        return _Said("unknown-field", "unknown field {field}", help, at_key=True)
    if kind in ("enum", "literal_error"):
        allowed = str(context.get("expected", "")).replace("'", '"').replace(" or ", ", ")
        known = re.findall(r'"([^"]+)"', allowed)
        close = difflib.get_close_matches(str(fault.get("input")), known, n=1)
        help = (f'did you mean "{close[0]}"? ' if close else "") + f"it is one of {allowed}"
        return _Said("wrong-value", '{field} cannot be "{given}"', help)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = str(context.get("expected_tags", "")).replace("'", '"') or _BLOCK_KINDS
        return _Said("wrong-value", "a block needs a known kind", f"kind is one of {tags}")
    if kind == "string_pattern_mismatch" and cls is Redirect and name in ("from", "to"):
        return _WRONG_ADDRESS
    if kind == "string_pattern_mismatch" and cls is MandateVersion and path == ("id",):
        return _WRONG_DAY
    if kind in _WORDS:
        return _WORDS[kind]
    must = _MUST.get(kind, "cannot be read: {pydantic}")
    return _Said("wrong-type", f"{{field}} {must}", at_key=at_key)


def _written_path(value: Any, loc: tuple[Any, ...]) -> tuple[Path, bool]:
    """pydantic's location → the path in the file: the names of block kinds in it are dropped."""
    path: list[str | int] = []
    here, in_list, key = value, False, False
    for part in loc:
        if part == "[key]":
            key = True
            continue
        if (
            isinstance(here, dict)
            and in_list
            and part == here.get("kind")
            and path[-2:-1] == ["blocks"]
        ):
            in_list = False
            continue
        path.append(part)
        in_list = False
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here, in_list = here[part], True
        else:
            here = None
    return tuple(path), key


def _field_names(cls: type[R]) -> list[str]:
    from pydantic import BaseModel

    names: set[str] = set()
    seen: set[type] = set()

    def add(model: type[BaseModel]) -> None:
        if model in seen:
            return
        seen.add(model)
        for name, info in model.model_fields.items():
            names.add(info.alias or name)
            for inner in re.findall(r"remit\.model\.\w+\.(\w+)", str(info.annotation)):
                for module in (cls.__module__, "remit.model.values"):
                    found = getattr(__import__(module, fromlist=[inner]), inner, None)
                    if isinstance(found, type) and issubclass(found, BaseModel):
                        add(found)

    add(cls)
    return sorted(names)
