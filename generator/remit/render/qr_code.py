"""A web address as a QR code that is drawn as one path, the same each time."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache

from remit.render.tree import Picture

SIDE = 24.0
"""Millimetres, with the quiet zone: an address of 150 characters is still read by a phone."""
QUIET_ZONE = 4
"""Modules of white round the code, which the standard asks for."""
_DARK = re.compile(rb"\x01+")
MASK = 0
"""Readers take any of the eight masks; to weigh all of them takes seven times as long."""


def qr_picture(address: str, alt: str) -> Picture:
    """The code of a web address, on white so that it is read in a dark window too.

    `alt` says in the document's language that it is a code, and the address.
    """
    svg, png = _drawn(address)
    return Picture(svg, alt, SIDE, SIDE, png=png)


@lru_cache(maxsize=64)
def _drawn(address: str) -> tuple[str, bytes]:
    """As SVG and as PNG."""
    import segno  # with half of the standard library

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
    return svg, _png(modules)


_POINTS = bytes((255, 0)) + bytes(254)
"""White and black, by module."""


def _png(modules: tuple[bytearray, ...]) -> bytes:
    """Eight points a module, black and white: a byte of the picture is a module (ISO 15948)."""
    side = len(modules) + 2 * QUIET_ZONE
    blank, edge = b"\0" + b"\xff" * side, b"\xff" * QUIET_ZONE
    rows = [blank * 8] * QUIET_ZONE
    for row in modules:
        dots = row.translate(_POINTS)
        rows.append((b"\0" + edge + dots + edge) * 8)
    rows += [blank * 8] * QUIET_ZONE
    head = struct.pack(">2I5B", 8 * side, 8 * side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _dark_runs(row: bytearray) -> Iterator[tuple[int, int]]:
    """Where each row of dark modules that touch begins, and how many they are."""
    for run in _DARK.finditer(row):
        yield run.start(), run.end() - run.start()
