"""What a file of each kind may hold: its fields in the order they are written, and what each means.

The sentence of a field is the literal below it in the models; the order is the models' own, with
what every record has around what its kind adds.
"""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from remit.model import records, values
from remit.model.field_texts import in_language
from remit.model.records import Guidance, Letterhead, MandateVersion, Record
from remit.model.shape import Path
from remit.model.values import LocalText, Value

NOT_WRITTEN = {(MandateVersion, "mandate"), (Letterhead, "drawing")}
"""Fields that the loader sets from the folder or another file, and refuses in a file."""
FIRST = ("id", "authoritative_language", "owner")
LAST = ("translations", "sources", "review", "caveats")
"""What every record has is written above and below what its kind adds."""
BLOCK_KIND = "Says which kind of block this is."


@cache
def classes() -> dict[tuple[str, str], ast.ClassDef]:
    """The source of every class of the models, by module and name, in order."""
    return {
        (module.__name__, node.name): node
        for module in (values, records)
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef)
    }


def sentences(cls: type[Value]) -> dict[str, str]:
    """The sentence under each field that `cls` declares itself, by attribute name."""
    body = classes()[cls.__module__, cls.__name__].body
    found = {}
    for statement, following in pairwise(body):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            found[statement.target.id] = " ".join(following.value.value.split())
    return found


def sentence(cls: type[Value], name: str, language: str = "en") -> str:
    """A field's sentence, from the class that declares it last; empty when there is none."""
    for parent in cls.__mro__:
        if parent is not Value and issubclass(parent, Value) and name in sentences(parent):
            return in_language(f"{parent.__name__}.{name}", sentences(parent)[name], language)
    if get_origin(cls.model_fields[name].annotation) is Literal:
        return in_language("Block.kind", BLOCK_KIND, language)
    return ""


def about(cls: type[Value], language: str = "en") -> str:
    """The sentence of a kind or building block."""
    return in_language(cls.__name__, " ".join((cls.__doc__ or "").split()), language)


def meaning_of(record: Record, path: Path) -> str:
    """The sentence of the field that a path in a record leads to."""
    value: Any = record
    found = ""
    for step in path:
        if isinstance(value, Value):
            name = next(
                n for n, field in type(value).model_fields.items() if key_of(n, field) == step
            )
            found, value = sentence(type(value), name), getattr(value, name)
        else:
            value = value[step]
    return found


def fields_in_order(cls: type[Value]) -> list[tuple[str, FieldInfo]]:
    """Every field that a file may hold, by attribute name, as they are written."""
    known = {
        name: field for name, field in cls.model_fields.items() if (cls, name) not in NOT_WRITTEN
    }
    if not issubclass(cls, Record):
        return list(known.items())
    around = {*FIRST, *LAST}
    names = [*FIRST, *(name for name in known if name not in around), *LAST]
    return [(name, known[name]) for name in names]


def key_of(name: str, field: FieldInfo) -> str:
    """What the field is called in a file."""
    return field.alias or name


def written_order(cls: type[Record], languages: Sequence[str]) -> Callable[[Path, Any], list[str]]:
    """For the group at a path of a file of this kind: its possible names, as they are written."""

    def order(path: Path, value: Any) -> list[str]:
        holders: list[Any] = [cls]
        for step in path:
            holders = [inner for holder in holders for inner in _inside(holder, step)]
        kind = value.get("kind") if isinstance(value, dict) else None
        for holder in holders:
            if isinstance(holder, type) and issubclass(holder, Value):
                if len(holders) > 1 and kind not in _kinds(holder):
                    continue
                return [key_of(name, field) for name, field in fields_in_order(holder)]
            if holder is LocalText or get_origin(holder) is dict:
                return list(languages)
        return []

    return order


def _inside(holder: Any, step: str | int) -> Iterator[Any]:
    """What may stand at a field or item of `holder`, each of several shapes by itself."""
    if get_origin(holder) is list:
        yield from _shapes(get_args(holder)[0])
    elif get_origin(holder) is dict:
        yield from _shapes(get_args(holder)[1])
    elif isinstance(holder, type) and issubclass(holder, Value):
        if holder is Guidance and step in ("title", "summary"):
            return
        for name, field in holder.model_fields.items():
            if key_of(name, field) == step:
                yield from _shapes(field.annotation)


def _shapes(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _shapes(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _shapes(option)
    elif annotation is not type(None):
        yield annotation


def _kinds(cls: type[Value]) -> tuple[Any, ...]:
    """The values of `kind` that tell this shape from others."""
    field = cls.model_fields.get("kind")
    return get_args(field.annotation) if field else ()
