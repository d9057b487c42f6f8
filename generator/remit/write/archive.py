"""Zip files: the same parts always give the same bytes.

Documents are put together here: zipfile packs every part of each anew, though most are the same in
all.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import lru_cache

from lxml import etree

MIMETYPE = "mimetype"
CONTENT_TYPES = "[Content_Types].xml"
_FILE, _LISTED = b"PK\3\4", b"PK\1\2" + bytes((20, 3))
_FIRST_DAY = 1 << 5 | 1
"""1 January 1980, before which there is none."""
_READABLE = 0o644 << 16
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, collect_ids=False
)


def read_parts(data: bytes) -> dict[str, bytes]:
    """The parts of a zip file by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(parts: dict[str, bytes]) -> bytes:
    """A zip file of the parts: mimetype first and stored, the others by name, no clock in it."""
    names = sorted(parts, key=lambda name: (name != MIMETYPE, name != CONTENT_TYPES, name))
    files: list[bytes] = []
    directory: list[bytes] = []
    place = 0
    for name in names:
        about, packed = _packed(name, parts[name])
        label = name.encode()
        head = _FILE + about + struct.pack("<HH", len(label), 0) + label
        files += (head, packed)
        directory.append(
            _LISTED + about + struct.pack("<5H2L", len(label), 0, 0, 0, 0, _READABLE, place) + label
        )
        place += len(head) + len(packed)
    listed = b"".join(directory)
    counts = (len(names), len(names), len(listed), place)
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, *counts, 0)
    return b"".join((*files, listed, end))


@lru_cache(maxsize=64)
def _packed(name: str, data: bytes) -> tuple[bytes, bytes]:
    """What both lists of a zip file say of a part, and the part as it lies there.

    Most parts of a document are those of the one before: none is packed twice.
    """
    flags = 0 if name.isascii() else 0x800
    method, packed = zipfile.ZIP_STORED, data
    if name != MIMETYPE:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        method, packed = zipfile.ZIP_DEFLATED, packer.compress(data) + packer.flush()
    sums = (zlib.crc32(data), len(packed), len(data))
    return struct.pack("<2B4H3L", 20, 0, flags, method, 0, _FIRST_DAY, *sums), packed


def entry(name: str) -> zipfile.ZipInfo:
    """A part's place in a zip file that zipfile writes, the same on every system, at any time."""
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.create_system = 3
    made.external_attr = _READABLE
    made.compress_type = zipfile.ZIP_STORED if name == MIMETYPE else zipfile.ZIP_DEFLATED
    return made


def parse(data: bytes) -> etree._Element:
    """XML with entities and network off."""
    return etree.fromstring(data, _PARSER)


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
