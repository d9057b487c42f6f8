"""Where a record came from: its files, the place of everything in them, their fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.diagnostics import ContentFault, Diagnostic, Location
from remit.load.modelines import without_modeline
from remit.model.register import Origin
from remit.model.shape import Path

if TYPE_CHECKING:
    from remit.load.yaml_reader import Places


@dataclass(slots=True)
class YamlOrigin:
    """A record that is one YAML file. Places are read again when something is to be reported."""

    path: str
    _data: bytes | None
    """None for a file that an earlier load read: it is read again when it is asked for."""
    digest: bytes
    """SHA-256 of the data."""
    _drawing: bytes = b""
    has_drawing: bool = False
    """Whether it has a letterhead with a drawing, which is a file of its own."""
    _fingerprint: str = ""
    """Set for a file that an earlier load read."""
    _again: Callable[[], bytes | None] | None = None
    _places: Places | None = None

    @classmethod
    def read(
        cls, path: str, data: bytes, again: Callable[[], bytes | None] | None = None
    ) -> YamlOrigin:
        """`again` reads the file once more, when the data has been let go."""
        return cls(path, data, hashlib.sha256(data).digest(), _again=again)

    @classmethod
    def kept(
        cls,
        path: str,
        digest: bytes,
        fingerprint: str,
        again: Callable[[], bytes | None],
        *,
        has_drawing: bool,
    ) -> YamlOrigin:
        """Of a file that an earlier load read; `again` reads it once more."""
        return cls(path, None, digest, b"", has_drawing, fingerprint, again)

    def let_go(self) -> None:
        """Holds the data no longer."""
        self.fingerprint()
        self._data = None

    def draw(self, drawing: bytes) -> None:
        """`drawing`: the bytes of the SVG file that belongs to the record."""
        self._drawing, self.has_drawing = drawing, bool(drawing)

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
            from remit.load.yaml_reader import find_places

            self._places = find_places(self.data)
        return Location(self.path, *self._places.find(path, key=key))

    def fingerprint(self) -> str:
        if not self._fingerprint:
            written = without_modeline(self.data)
            if written is self.data and not self._drawing:
                self._fingerprint = self.digest.hex()
            else:
                self._fingerprint = hashlib.sha256(written + self._drawing).hexdigest()
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


class Origins(MutableMapping[str, Origin]):
    """Origins by address. One that is given as a number is made of it whenever it is asked for: of
    all of a large register there would be many."""

    def __init__(self, make: Callable[[int], Origin]) -> None:
        self._make = make
        self.known: dict[str, Origin | int] = {}
        self._last: tuple[int, Origin] | None = None
        """The last one that was made, which is often asked for several things."""

    def __getitem__(self, address: str) -> Origin:
        origin = self.known[address]
        if not isinstance(origin, int):
            return origin
        if self._last is None or self._last[0] != origin:
            self._last = origin, self._make(origin)
        return self._last[1]

    def __setitem__(self, address: str, origin: Origin) -> None:
        self.known[address] = origin

    def __delitem__(self, address: str) -> None:
        del self.known[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)


def changed_meanwhile(path: str) -> ContentFault:
    message = "the file was changed while remit was at work"
    return ContentFault(Diagnostic(Location(path), "unreadable", message, "run the command again"))
