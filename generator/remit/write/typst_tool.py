"""Runs typst: our templates with our fonts, and no other file within reach."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from remit.write.pandoc_tool import ConversionFailed

Standard = Literal["a-2a", "a-2b", "a-3a", "ua-1"]

TEMPLATES = Path(__file__).parent.parent / "templates" / "documents"
FONTS = Path(__file__).parent.parent / "templates" / "fonts"
_thread = threading.local()


# What changes from document to document is a file that the template is given: were it an input of
# the system, the compiler would take its whole library for another one each time.
_DATA, _TEMPLATE = "data.json", "template.typ"
_MAIN = f"""\
#import "{_TEMPLATE}": made
#show: rest => made(json("{_DATA}"))
""".encode()


def typeset(template: str, data: str, standards: Sequence[Standard], day: str, name: str) -> bytes:
    """The PDF that a template of ours makes of data, which is JSON. `day` is the file's own,
    ISO 8601.

    Raises ConversionFailed, which names the file, when typst refuses the document.
    """
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    # Any: the stubs of typst know no files in memory.
    files: Any = {"main.typ": _MAIN, _TEMPLATE: _source(template), _DATA: data.encode()}
    try:
        made = _compiler().compile(
            input=files,
            format="pdf",
            pdf_standards=[*standards],
            timestamp=int(moment.timestamp()),
            pdf_tags="a-2b" not in standards,
        )
    except typst.TypstError as error:
        hints = " ".join(error.hints)
        raise ConversionFailed(f"{name}: {error.message} {hints}".strip()) from error
    if not isinstance(made, bytes):
        raise ConversionFailed(f"{name}: typst gave no PDF")
    return made


def _compiler() -> typst.Compiler:
    """One compiler per thread, in an empty folder so that no file can be read."""
    if not hasattr(_thread, "compiler"):
        _thread.root = tempfile.TemporaryDirectory(prefix="remit-typst-")
        _thread.compiler = typst.Compiler(
            root=_thread.root.name,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            package_path=_thread.root.name,
            package_cache_path=_thread.root.name,
        )
    compiler: typst.Compiler = _thread.compiler
    return compiler


@cache
def _source(template: str) -> bytes:
    return (TEMPLATES / template).read_bytes()
