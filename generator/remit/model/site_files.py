"""The finished documents of a site: which there are, how large each is, and its digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from remit.model.records import MandateVersion
from remit.model.register import Made
from remit.model.templates import DEFAULT_KIND


@dataclass(frozen=True, slots=True)
class SiteFile:
    """`path` begins at the site's root: nb/mandates/competence-team/2018-06-19/….pdf"""

    path: str
    size: int
    """In bytes."""
    sha256: str
    """Of the bytes, 64 hex digits."""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


SiteFiles = Mapping[str, SiteFile]
"""By path. A page offers no file that is not among them."""
NO_FILES: SiteFiles = MappingProxyType({})
WHOLE = "all"
"""The page of the whole register, beside which its documents lie."""
CHECKSUMS_FILE = "SHA256SUMS.txt"
"""Lies beside documents and lists them as `sha256sum -c` reads it."""


def file_name(kind: str, record: Made, language: str) -> str:
    """Name of a document's files without ending; the mandate itself is not named by its kind."""
    if isinstance(record, MandateVersion):
        parts = [record.mandate, record.id]
    else:
        parts = [record.id] if record else []
    if kind != DEFAULT_KIND:
        parts.append(kind)
    return "-".join([*parts, language])
