"""Zip files of the office formats: the same parts always give the same bytes."""

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
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            stored = name == MIMETYPE
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()


def parse(data: bytes) -> etree._Element:
    """XML with entities and network off."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
