"""What pages load besides themselves: each file under a name that changes with its bytes.

So a host can tell browsers to keep it for ever: a changed file has another name, and the pages that
need it say so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import basename, dirname, join, normpath

ASSETS = "assets"
"""The folder at the site's root where they lie."""
_DIGITS = 8
_IN_FILE = re.compile(r"(?<=[\"'(])\.{1,2}/[^\"'()\s?#]+")
"""An address relative to the file: `url(../fonts/…)` in a stylesheet, an import in a script."""
_HAS_DIGEST = re.compile(rf"\.[0-9a-f]{{{_DIGITS}}}\.")
_LINKING = (".css", ".js", ".mjs")


class AssetsInACircle(Exception):
    """Two files load each other, so neither can bear the digest of the other; the message says
    which."""


@dataclass
class Assets:
    """The assets there are, by their path below the folder; those in `own` are the site's in any
    case, others, such as the theme's, only when something in the site needs them."""

    sources: Mapping[str, Path]
    own: Collection[str]
    names: dict[str, str] = field(default_factory=dict)
    """The paths under which they are written."""
    _data: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.own):
            self.name(path)

    def name(self, path: str) -> str:
        """The path with the digest in it. What is no asset keeps its path."""
        if path not in self.names and path in self.sources:
            self._make(path, ())
        return self.names.get(path, path)

    def write(self, site: Path) -> None:
        for path, data in self._data.items():
            file = site / ASSETS / self.names[path]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def _make(self, path: str, within: tuple[str, ...]) -> None:
        data = self.sources[path].read_bytes()
        if path not in self.own and _HAS_DIGEST.search(basename(path)):
            self.names[path], self._data[path] = path, data
            return
        if path.endswith(_LINKING):
            within = (*within, path)
            text = data.decode("utf-8", "surrogateescape")
            text = _IN_FILE.sub(lambda one: self._linked(one[0], within), text)
            data = text.encode("utf-8", "surrogateescape")
        stem, dot, suffix = path.rpartition(".")
        digest = hashlib.sha256(data).hexdigest()[:_DIGITS]
        self.names[path], self._data[path] = f"{stem}.{digest}{dot}{suffix}", data

    def _linked(self, address: str, within: tuple[str, ...]) -> str:
        """The address with the name of the file that it leads to."""
        target = normpath(join(dirname(within[-1]), address))
        if target not in self.sources:
            return address
        if target in within:
            raise AssetsInACircle(
                f"{ASSETS}/{target} and {ASSETS}/{within[-1]} load each other: "
                "put what both need into a third file"
            )
        if target not in self.names:
            self._make(target, within)
        return address.removesuffix(basename(address)) + basename(self.names[target])
