"""The mark of an organisation's letterhead: found beside its record, read, put into its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remit.diagnostics import Diagnostic
from remit.load.drawings import read_drawing
from remit.load.reading import ReadBytes
from remit.model.register import Origin

DRAWING = ".svg"


def add_drawing(
    value: dict[str, Any],
    origin: Origin,
    drawings: Mapping[str, tuple[str, str]],
    named: set[str],
    read_bytes: ReadBytes,
    problems: list[Diagnostic],
) -> bytes:
    """Sets `letterhead.drawing` of a record that names a logo; returns the drawing's bytes.

    `drawings`: file name → path and path shown; the name is added to `named`. What is wrong is
    added to the problems.
    """
    letterhead = value.get("letterhead")
    if not isinstance(letterhead, dict):
        return b""
    path = ("letterhead", "logo")
    if "drawing" in letterhead:
        place = origin.locate(("letterhead", "drawing"), key=True)
        help = "delete it; the file that logo: names is the drawing"
        problems.append(Diagnostic(place, "unknown-field", 'unknown field "drawing"', help))
        return b""
    name = letterhead.get("logo")
    if not isinstance(name, str) or not name.endswith(DRAWING):
        return b""
    named.add(name)
    if not letterhead.get("logo_alt"):
        message = '"logo_alt" is missing'
        help = "say in each language what the mark shows, for those who cannot see it"
        problems.append(Diagnostic(origin.locate(path), "missing-field", message, help))
    if name not in drawings:
        message = f'there is no drawing "{name}" beside the record'
        help = "put the SVG file in the same folder, or correct the name"
        problems.append(Diagnostic(origin.locate(path), "missing-file", message, help))
        return b""
    file, shown = drawings[name]
    data = read_bytes(file, shown, problems)
    if data is None:
        return b""
    drawing = read_drawing(data, shown, problems)
    if drawing is not None:
        letterhead["drawing"] = drawing
    return data
