"""A web address as a QR code that is drawn as one path, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import segno

from remit.render.tree import Picture

SIDE = 24.0
"""Millimetres, with the quiet zone: an address of 150 characters is still read by a phone."""
QUIET_ZONE = 4
"""Modules of white round the code, which the standard asks for."""
MASK = 0
"""Readers take any of the eight masks; to weigh all of them takes seven times as long."""


def qr_picture(address: str, alt: str) -> Picture:
    """The code of a web address, on white so that it is read in a dark window too.

    `alt` says in the document's language that it is a code, and the address.
    """
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=MASK)
    modules = code.matrix
    side = len(modules) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(modules)
        for x, length in _dark_runs(row)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path fill="#000000" d="{path}"/></svg>'
    )
    return Picture(svg, alt, SIDE, SIDE)


def _dark_runs(row: bytearray) -> Iterator[tuple[int, int]]:
    """Where each row of dark modules that touch begins, and how many they are."""
    x = 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            yield x, length
        x += length
