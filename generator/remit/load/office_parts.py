"""The parts of a DOCX or ODT file, each read with a limit to its size."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from remit.load.document_facts import NotReadable

LONGEST_PART = 32 * 1024 * 1024
MOST_PARTS = 2000

_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E")


def has_own_type(data: bytes) -> bool:
    """Whether XML declares a document type, and could so bring entities along."""
    return _DOCTYPE.search(data) is not None


class OfficeParts:
    """By name. Raises NotReadable for what no office program writes."""

    def __init__(self, data: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise NotReadable(f"the file is damaged: {error}") from None
        self.names = self.archive.namelist()
        if len(self.names) > MOST_PARTS or len(set(self.names)) < len(self.names):
            raise NotReadable("the file holds a part twice, or far too many parts")

    def read(self, name: str) -> bytes | None:
        if name not in self.names:
            return None
        try:
            with self.archive.open(name) as stream:
                data = stream.read(LONGEST_PART + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
            raise NotReadable(f"the part {name} is damaged or encrypted: {error}") from None
        except Exception as error:  # zlib and others tell of damage each in their own way
            raise NotReadable(f"the part {name} is damaged: {error}") from None
        if len(data) > LONGEST_PART:
            raise NotReadable(f"the part {name} is larger than any document's")
        return data

    def xml(self, name: str) -> etree._Element | None:
        data = self.read(name)
        if data is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        if has_own_type(data):
            raise NotReadable(f"the part {name} declares a document type of its own")
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise NotReadable(f"the part {name} is no proper XML: {error}") from None

    def needed(self, name: str) -> etree._Element:
        root = self.xml(name)
        if root is None:
            raise NotReadable(f"the file has no part {name}")
        return root


def elements(root: etree._Element | None) -> Iterator[etree._Element]:
    """All elements, without comments and the like."""
    return iter(()) if root is None else (e for e in root.iter() if isinstance(e.tag, str))
