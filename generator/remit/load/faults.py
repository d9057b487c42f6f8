"""What pydantic finds wrong in a record, in a registrar's words and at its place."""

from __future__ import annotations

import difflib
import re
from typing import Any, TypeVar

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


def _explain(cls: type[R], value: Any, fault: Any, origin: Origin) -> Diagnostic:
    path, inside_key = _written_path(value, fault["loc"])
    kind, context = fault["type"], fault.get("ctx") or {}
    name = str(path[-1]) if path else cls.KIND
    field = f'"{name}"' if not isinstance(path[-1] if path else "", int) else "this item"
    if path and len(path) > 1 and isinstance(path[-1], int):
        field = f'an item of "{path[-2]}"'

    def at(code: str, message: str, help: str = "", *, key: bool = False) -> Diagnostic:
        return Diagnostic(origin.locate(path, key=key), code, message, help)

    if kind == "missing":
        return at("missing-field", f"{field} is missing", f"add {name}:")
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(name, _field_names(cls), n=1, cutoff=0.6)
        help = f'did you mean "{close[0]}"?' if close else "the fields are in docs/reference.md"
        return at("unknown-field", f"unknown field {field}", help, key=True)
    if kind in ("enum", "literal_error"):
        allowed = str(context.get("expected", "")).replace("'", '"').replace(" or ", ", ")
        given = fault.get("input")
        close = difflib.get_close_matches(str(given), re.findall(r'"([^"]+)"', allowed), n=1)
        help = (f'did you mean "{close[0]}"? ' if close else "") + f"it is one of {allowed}"
        return at("wrong-value", f'{field} cannot be "{given}"', help)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = str(context.get("expected_tags", "")).replace("'", '"') or (
            '"paragraph", "item", "task", "boundary", "cooperation", "reporting", "definition"'
        )
        return at("wrong-value", "a block needs a known kind", f"kind is one of {tags}")
    if kind in ("when", "day"):
        extra = "" if kind == "day" else ", or 2019-09, 2019-W36, 2019 where no more is known"
        return at(
            "bad-date",
            f'{field} is no date: "{fault.get("input")}"',
            f"write it as 2019-09-11{extra}",
        )
    if kind == "clock":
        return at(
            "wrong-value", f'{field} is no time of day: "{fault.get("input")}"', 'write "09:00"'
        )
    if kind == "web_address":
        return at(
            "unsafe-link",
            f'{field} is not a web address: "{fault.get("input")}"',
            "write it in full, beginning with https://",
        )
    if kind == "colour":
        return at(
            "wrong-value",
            f"{field} is no colour",
            'write # and six hexadecimal digits in quotes: "#1f2a3c"',
        )
    if kind == "drawing_file":
        return at(
            "wrong-value",
            f'{field} is no name of an SVG file: "{fault.get("input")}"',
            "it has small letters a–z, digits and hyphens, and ends in .svg, such as udi.svg",
        )
    if kind == "string_pattern_mismatch":
        if cls is Redirect and name in ("from", "to"):
            return at(
                "wrong-value",
                f'{field} is no address: "{fault.get("input")}"',
                "write it as roles/competence-team, without language and slash at the ends; "
                "only to: may end in #id",
            )
        if name == "id" and cls is MandateVersion and len(path) == 1:
            return at("bad-date", "a version is named by a day", "name the file 2019-09-11.yml")
        return at(
            "wrong-value",
            f'{field} is no id: "{fault.get("input")}"',
            "an id has small letters a–z, digits and hyphens, such as head-of-legal",
        )
    if kind in ("dict_type", "mapping_type"):
        return at(
            "wrong-type",
            f"{field} must be given per language",
            "write nb: …, sv: … and en: … on lines of their own below it",
        )
    if kind in ("too_short", "string_too_short"):
        return at("empty-field", f"{field} is empty", "write something, or leave the field out")
    words = {
        "string_type": "must be a text",
        "list_type": "must be a list: items on lines of their own, each after a hyphen",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_parsing_size": "must be a smaller number",
        "int_from_float": "must be a whole number",
        "model_type": "must be a group of fields",
        "model_attributes_type": "must be a group of fields",
        "string_too_long": f"is longer than {context.get('max_length')} characters",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than_equal": f"must be at most {context.get('le')}",
    }
    message = words.get(kind) or f"cannot be read: {fault['msg']}"
    return at("wrong-type", f"{field} {message}", key=inside_key)


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
