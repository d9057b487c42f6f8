"""Where a record came from: its files, the place of everything in them, their fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from remit.diagnostics import ContentFault, Diagnostic, Location
from remit.load.modelines import without_modeline
from remit.load.yaml_reader import Places, find_places
from remit.model.register import Origin
from remit.model.shape import Path


@dataclass(slots=True)
class YamlOrigin:
    """A record that is one YAML file. Places are read again when something is to be reported."""

    path: str
    _data: bytes | None
    """None for a file that an earlier load read: it is read again when it is asked for."""
    digest: bytes
    """SHA-256 of the data."""
    drawing: bytes = b""
    """The bytes of the SVG file that belongs to it, when it has a letterhead with one."""
    _fingerprint: str = ""
    """Set for a file that an earlier load read."""
    _again: Callable[[], bytes | None] | None = None
    _places: Places | None = None

    @classmethod
    def read(cls, path: str, data: bytes) -> YamlOrigin:
        return cls(path, data, hashlib.sha256(data).digest())

    @classmethod
    def kept(
        cls, path: str, digest: bytes, fingerprint: str, again: Callable[[], bytes | None]
    ) -> YamlOrigin:
        """Of a file that an earlier load read; `again` reads it once more."""
        return cls(path, None, digest, _fingerprint=fingerprint, _again=again)

    @property
    def data(self) -> bytes:
        """Raises ContentFault when the file has changed since the register was loaded."""
        if self._data is None:
            data = self._again() if self._again else None
            if data is None or hashlib.sha256(data).digest() != self.digest:
                raise changed_meanwhile(self.path)
            self._data = data
        return self._data

    def locate(self, path: Path, *, key: bool = False) -> Location:
        if self._places is None:
            self._places = find_places(self.data)
        return Location(self.path, *self._places.find(path, key=key))

    def fingerprint(self) -> str:
        if not self._fingerprint:
            written = without_modeline(self.data) + self.drawing
            self._fingerprint = hashlib.sha256(written).hexdigest()
        return self._fingerprint

    @property
    def sources(self) -> dict[str, bytes]:
        return {self.path: self.data}


@dataclass(slots=True)
class KeptOrigin:
    """A record of several files that an earlier load read: they are read again when more than
    the fingerprint is asked for."""

    path: str
    kept_fingerprint: str
    again: Callable[[], Origin | None]
    _origin: Origin | None = None

    def _whole(self) -> Origin:
        """Raises ContentFault when a file has changed since the register was loaded."""
        if self._origin is None:
            origin = self.again()
            if origin is None or origin.fingerprint() != self.kept_fingerprint:
                raise changed_meanwhile(self.path)
            self._origin = origin
        return self._origin

    def locate(self, path: Path, *, key: bool = False) -> Location:
        return self._whole().locate(path, key=key)

    def fingerprint(self) -> str:
        return self.kept_fingerprint

    @property
    def sources(self) -> Mapping[str, bytes]:
        return self._whole().sources


def changed_meanwhile(path: str) -> ContentFault:
    message = "the file was changed while remit was at work"
    return ContentFault(Diagnostic(Location(path), "unreadable", message, "run the command again"))
