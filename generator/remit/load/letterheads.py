"""The mark of an organisation's letterhead: found beside its record, read, put into its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remit.diagnostics import Diagnostic
from remit.load.files import stray
from remit.load.reading import ReadBytes
from remit.model.register import Origin
from remit.model.values import DRAWING_FILE


def logo_of(value: Any) -> str:
    """The name of the drawing that a record's letterhead names; empty when it names none."""
    letterhead = value.get("letterhead") if isinstance(value, dict) else None
    name = letterhead.get("logo") if isinstance(letterhead, dict) else None
    return name if isinstance(name, str) and DRAWING_FILE.fullmatch(name) else ""


@dataclass(slots=True)
class Drawings:
    """The SVG files beside the organisations, and which of them a letterhead names."""

    files: Mapping[str, tuple[str, str]]
    """File name → path, and path as diagnostics show it."""
    read_bytes: ReadBytes
    problems: list[Diagnostic]
    named: set[str] = field(default_factory=set)
    has_unread: bool = False
    """Whether a record could not be read, so that it is not known what it names."""

    def add_to(self, value: Any, origin: Origin) -> bytes:
        """Sets `letterhead.drawing` of a record that names a logo; returns the file's bytes."""
        letterhead = value.get("letterhead") if isinstance(value, dict) else None
        if not isinstance(letterhead, dict):
            return b""
        if "drawing" in letterhead:
            place = origin.locate(("letterhead", "drawing"), key=True)
            help = "delete it; the file that logo: names is the drawing"
            self._report(Diagnostic(place, "unknown-field", 'unknown field "drawing"', help))
            del letterhead["drawing"]
        name = logo_of(value)
        if not name:
            return b""
        self.named.add(name)
        place = origin.locate(("letterhead", "logo"))
        if not letterhead.get("logo_alt"):
            help = "say in each language what the mark shows, for those who do not see it"
            self._report(Diagnostic(place, "missing-field", '"logo_alt" is missing', help))
        if name not in self.files:
            message = f'there is no drawing "{name}" beside the record'
            help = "put the SVG file in the same folder, or correct the name"
            self._report(Diagnostic(place, "missing-file", message, help))
            return b""
        file, shown = self.files[name]
        data = self.read_bytes(file, shown, self.problems)
        from remit.load.drawings import read_drawing  # few registers have one

        drawing = None if data is None else read_drawing(data, shown, self.problems)
        if drawing is not None:
            letterhead["drawing"] = drawing
        return data or b""

    def report_unnamed(self) -> None:
        """A drawing that no letterhead names is likely a name written otherwise."""
        for name, (_, shown) in sorted(self.files.items()):
            if name not in self.named and not self.has_unread:
                self._report(stray(shown, f"no letterhead has logo: {name}"))

    def _report(self, problem: Diagnostic) -> None:
        self.problems.append(problem)
