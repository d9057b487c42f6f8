"""The schemas of single values: texts, dates, numbers, ids, each with how it is written well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from pydantic.fields import FieldInfo

from remit.model.values import WebAddress, When
from remit.render.labels import Labels

TEXT: dict[str, Any] = {"type": ["string", "number"]}
_MONTH_AND_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DAY = {
    "type": "string",
    "format": "date",
    "pattern": f"^[0-9]{{4}}-{_MONTH_AND_DAY}$",
}
_WHEN = {
    "pattern": f"^[0-9]{{4}}(-(0[1-9]|1[0-2])|-W(0[1-9]|[1-4][0-9]|5[0-3])|-{_MONTH_AND_DAY})?$",
    "type": ["string", "integer"],
}
_TIME = {"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}
_WEB = {"type": "string", "pattern": "^https?://[^\\s/?#]+\\.[^\\s]+$"}


def held_by(annotation: Any, metadata: Sequence[Any], labels: Labels) -> dict[str, Any]:
    """What a field holds that is neither a group, a list nor a choice."""
    if annotation is When:
        return _WHEN | _between(1000, 9999, labels["editor_no_date"])
    if annotation is date:
        return _DAY | {"errorMessage": labels["editor_no_day"]}
    if annotation is bool:
        return {"type": "boolean", "errorMessage": labels["editor_no_truth"]}
    if annotation is int:
        return {"type": "integer", **_number(metadata, labels)}
    if isinstance(annotation, type) and issubclass(annotation, time):
        return _TIME | {"errorMessage": labels["editor_no_time"]}
    if annotation is str:
        return _text(metadata, labels)
    raise TypeError(f"no schema for {annotation!r}")


def _number(metadata: Sequence[Any], labels: Labels) -> dict[str, Any]:
    least, most = bound(metadata, "ge"), bound(metadata, "le")
    if least is None or most is None:
        return {"errorMessage": labels["editor_no_number"]}
    return _between(least, most, labels.get("editor_no_number_of", least=least, most=most))


def _between(least: int, most: int, wrong: str) -> dict[str, Any]:
    """Ends of a number: an editor has words of its own for `minimum`, and none for `else`."""
    beyond = {"type": "null", "errorMessage": wrong}
    return {"errorMessage": wrong, "if": {"minimum": least, "maximum": most}, "else": beyond}


def _text(metadata: Sequence[Any], labels: Labels) -> dict[str, Any]:
    if all(check in metadata for check in FieldInfo.from_annotation(WebAddress).metadata):
        return _WEB | {"errorMessage": labels["editor_no_web"]}
    pattern = bound(metadata, "pattern")
    if pattern is not None and pattern.startswith(r"^\d{4}-"):
        return _DAY | {"errorMessage": labels["editor_no_day"]}
    if pattern is not None:
        is_id = pattern.startswith("^[a-z0-9]") and "/" not in pattern
        return id_pattern(pattern, labels) if is_id else {"type": "string", "pattern": pattern}
    held = TEXT | {"errorMessage": labels["editor_no_text"]}
    return held | ({"pattern": "."} if bound(metadata, "min_length") else {})


def id_pattern(pattern: str, labels: Labels) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern, "errorMessage": labels["editor_no_id"]}


def bound(metadata: Sequence[Any], name: str) -> Any:
    """A limit that a field was annotated with, in itself or in what pydantic made of it."""
    for item in metadata:
        for part in [item, *getattr(item, "metadata", ())]:
            if getattr(part, name, None) is not None:
                return getattr(part, name)
    return None
