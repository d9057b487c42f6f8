"""The guidance of one load: each page is read once, in its turn or before."""

from __future__ import annotations

from collections.abc import Container, Mapping
from hashlib import sha256
from typing import NamedTuple

from remit.cache import Stamp
from remit.diagnostics import Diagnostic
from remit.load.files import Entry, Telling
from remit.load.one_record import record_of
from remit.load.records_file import New, new_of
from remit.load.source import Source
from remit.model.records import Guidance, Record
from remit.model.register import Origin
from remit.model.shape import Found, look_through


class Page(NamedTuple):
    """What was made of a page's files."""

    record: Record
    origin: Origin
    found: Found
    new: New


Reading = tuple[Page | None, list[Diagnostic]]
"""With what is wrong with it; no page where it cannot be read."""


class GuidancePages:
    """The pages of a register's guidance."""

    def __init__(
        self, files: Mapping[str, dict[str, tuple[str, str]]], source: Source, telling: Telling
    ) -> None:
        """`files`: of each page, by language, as `Discovered` has them."""
        self.files, self.source, self.telling = files, source, telling
        self._before: dict[str, Reading] = {}
        """Those that were read before their turn."""

    def read_unless(self, known: Container[str]) -> None:
        """Reads all pages but those whose first file, as shown, is known."""
        for id, files in self.files.items():
            if files[min(files)][1] not in known:
                self._before[id] = self._read(id)

    @property
    def there(self) -> list[Page]:
        """What was read before its turn, and could be."""
        return [page for page, _ in self._before.values() if page]

    def taken(self, id: str) -> Reading:
        """A page in its turn."""
        return self._before.pop(id, None) or self._read(id)

    def origin(self, id: str) -> Origin | None:
        """Of a page that is read once more."""
        from remit.load.guidance import read_guidance

        page = read_guidance(self.files[id], self.source.read, [])
        return page[1] if page else None

    def _read(self, id: str) -> Reading:
        from remit.load.guidance import read_guidance

        problems: list[Diagnostic] = []
        files = self.files[id]
        stamps = {shown: self._stamp(file) for file, shown in files.values()}
        read = read_guidance(files, self.source.read, problems)
        if read is None:
            return None, problems
        value, origin = read
        named = Entry(Guidance, id, files[origin.main][0], origin.path)
        record = record_of(named, value, origin, problems)
        if record is None:
            return None, problems
        rows = [
            (shown, stamps[shown], sha256(origin.sources[shown]).digest())
            for _, (_, shown) in sorted(files.items())
        ]
        found = look_through(record)
        return Page(record, origin, found, new_of(record, origin, rows, value, found)), problems

    def _stamp(self, file: str) -> Stamp | None:
        return self.telling(self.source.stamp(file))
