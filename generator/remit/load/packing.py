"""What a record's file says, as bytes that are kept between loads. Only what this program has
packed itself may be unpacked.

It knows no models: what reads files before these have been imported packs them too.
"""

from __future__ import annotations

import marshal
from hashlib import blake2b
from typing import Any, NamedTuple

Shapes = tuple[str, float, float]
"""A letterhead's drawing: its SVG, and how wide and high it is."""


class Unpacked(NamedTuple):
    """What a file says, in the parts in which it is kept."""

    value: dict[str, Any]
    """All but the other two."""
    drawing: Shapes | None
    sections: bytes | None
    """Those of a version, marshalled: ten times as large as the rest, and asked for more seldom."""

    @property
    def whole(self) -> dict[str, Any]:
        """With its sections."""
        if self.sections is None:
            return self.value
        return {**self.value, "sections": marshal.loads(self.sections)}


def pack(value: dict[str, Any]) -> bytes:
    """Of what a file says that was read without fault."""
    drawing = sections = None
    letterhead = value.get("letterhead")
    if letterhead and letterhead.get("drawing") is not None:
        found = letterhead["drawing"]
        drawing = found.svg, found.width, found.height
        value = {**value, "letterhead": {**letterhead, "drawing": None}}
    if "sections" in value:
        value = {**value}
        sections = marshal.dumps(value.pop("sections"))
    return marshal.dumps((value, drawing, sections))


def unpack(data: bytes) -> Unpacked:
    return Unpacked(*marshal.loads(data))


def digest_of(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
