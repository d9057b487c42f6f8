"""Compressed copies beside the files of text of a site, for hosts that send them as they are.

Documents, fonts and the search index are compressed in themselves.
The same file gives the same bytes each time: no clock and no name goes into them.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from remit.write.assets import ASSETS
from remit.write.hosting import TYPES
from remit.write.pandoc_tool import ToolMissing
from remit.write.workers import divided

COPIES = (".br", ".gz")
LEAST = 1000
"""Bytes below which a file fits into one packet of the network as it is."""
PAGES, LASTING = 7, 11
"""Brotli's effort: pages in some 1 ms each; what browsers keep for ever as small as can be, which
takes 40 times as long and saves a tenth."""
_SLICE = 64


def require_brotli() -> None:
    """Raises ToolMissing when there is nothing to compress with."""
    try:
        import brotli  # noqa: F401
    except ImportError:
        raise ToolMissing(
            "compressed copies need the package brotli: install remit[compress], "
            "or build without --compress"
        ) from None


def write_compressed(site: Path, files: Sequence[Path] | None = None) -> None:
    """Writes `.br` and `.gz` beside each file of text in the site, or of those named alone.

    Raises ToolMissing, WorkerLost and OSError.
    """
    require_brotli()
    chosen = sorted(_files(site)) if files is None else [one for one in files if _is_text(one)]
    slices = [chosen[start : start + _SLICE] for start in range(0, len(chosen), _SLICE)]

    def compress(number: int, step: Callable[[], None]) -> None:
        for file in slices[number]:
            _compress(file, LASTING if file.is_relative_to(site / ASSETS) else PAGES)

    for _ in divided(compress, len(slices), lambda: None):
        pass


def _files(site: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(site):
        yield from (file for name in names if _is_text(file := Path(folder, name)))


def _is_text(file: Path) -> bool:
    return file.suffix in TYPES


def _compress(file: Path, quality: int) -> None:
    """A copy that saves nothing is left out, and one that lies there from earlier goes."""
    import brotli

    data = file.read_bytes()
    copies = dict.fromkeys(COPIES, b"")
    if len(data) >= LEAST:
        copies[".br"] = brotli.compress(data, mode=brotli.MODE_TEXT, quality=quality)
        copies[".gz"] = gzip.compress(data, 9, mtime=0)
    for suffix, copy in copies.items():
        beside = file.with_name(file.name + suffix)
        if copy and len(copy) < len(data):
            beside.write_bytes(copy)
        else:
            with suppress(FileNotFoundError):
                beside.unlink()
