"""Zip files: the same parts always give the same bytes."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

MIMETYPE = "mimetype"
CONTENT_TYPES = "[Content_Types].xml"
_DAY = (1980, 1, 1, 0, 0, 0)


def read_parts(data: bytes) -> dict[str, bytes]:
    """The parts of a zip file by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(parts: dict[str, bytes]) -> bytes:
    """A zip file of the parts: mimetype first and stored, the others by name, no clock in it."""
    out = io.BytesIO()
    names = sorted(parts, key=lambda name: (name != MIMETYPE, name != CONTENT_TYPES, name))
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(entry(name), parts[name])
    return out.getvalue()


def entry(name: str) -> zipfile.ZipInfo:
    """A part's place in a zip file, the same on every system and at any time."""
    made = zipfile.ZipInfo(name, _DAY)
    made.create_system = 3
    made.external_attr = 0o644 << 16
    made.compress_type = zipfile.ZIP_STORED if name == MIMETYPE else zipfile.ZIP_DEFLATED
    return made


def parse(data: bytes) -> etree._Element:
    """XML with entities and network off."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
