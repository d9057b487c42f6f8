"""What a check yields; code and severity come from the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from remit.diagnostics import Location
from remit.model.records import Record
from remit.model.register import Register
from remit.model.shape import Path
from remit.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at `path` of `record`. `key`: point at the field's name, not its value."""

    record: Record
    path: Path
    message: str
    help: str = ""
    key: bool = False


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A problem in a file that is no record, at its place."""

    place: Location
    message: str
    help: str = ""


Findings = Iterator[Finding]
PlacedFindings = Iterator[PlacedFinding]
AnyFindings = Iterator[Finding | PlacedFinding]
CheckFunction = Callable[[Register, Settings], AnyFindings]
