"""A drawing as PNG, for readers of DOCX and ODT that do not know SVG."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from functools import lru_cache

import typst

from remit.render.tree import Picture

DOTS_PER_INCH = 200
"""Enough for a code of 2 cm and for print; more costs time in every document."""
_PAGE = b"""\
#set page(width: 1mm * float(sys.inputs.width), height: 1mm * float(sys.inputs.height),
  margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%)
"""
_thread = threading.local()


def media_name(picture: Picture) -> str:
    """The file name of the drawing inside a document, without ending: the same for the same."""
    return hashlib.sha256(picture.svg.encode()).hexdigest()[:16]


def png(picture: Picture) -> bytes:
    """The drawing; what it does not cover is transparent."""
    return picture.png or _png(picture.svg, picture.width, picture.height)


@lru_cache(maxsize=512)
def _png(svg: str, width: float, height: float) -> bytes:
    made = _compiler().compile(
        input=_PAGE,
        format="png",
        ppi=DOTS_PER_INCH,
        sys_inputs={"svg": svg, "width": str(width), "height": str(height)},
    )
    assert isinstance(made, bytes)
    return made


def _compiler() -> typst.Compiler:
    """One compiler per thread, in an empty folder so that no file can be read."""
    if not hasattr(_thread, "compiler"):
        _thread.root = tempfile.TemporaryDirectory(prefix="remit-picture-")
        _thread.compiler = typst.Compiler(
            root=_thread.root.name,
            ignore_system_fonts=True,
            package_path=_thread.root.name,
            package_cache_path=_thread.root.name,
        )
    compiler: typst.Compiler = _thread.compiler
    return compiler
