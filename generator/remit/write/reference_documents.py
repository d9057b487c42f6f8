"""The reference documents pandoc takes its styles from: made in memory, once per process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Literal

from remit.render.document_links import locale
from remit.write.archive import read_parts, write_parts
from remit.write.look import Colours
from remit.write.pandoc_tool import run_pandoc
from remit.write.reference_docx import restyle_docx
from remit.write.reference_odt import restyle_odt

_lock = threading.Lock()


@cache
def reference_document(
    file_format: Literal["docx", "odt"], language: str, ink: str, accent: str
) -> bytes:
    """Pandoc's own default with our styles, page and header in the colours of a letterhead.

    Raises ToolMissing.
    """
    restyle = restyle_docx if file_format == "docx" else restyle_odt
    parts = restyle(_default_parts(file_format), locale(language), Colours(ink, accent))
    return write_parts(parts)


@cache
def _default_parts(file_format: Literal["docx", "odt"]) -> dict[str, bytes]:
    return read_parts(run_pandoc("--print-default-data-file", f"reference.{file_format}"))


def reference_path(
    file_format: Literal["docx", "odt"], language: str, ink: str, accent: str
) -> Path:
    """A file with the reference document; it is removed when the process ends."""
    with _lock:
        path = _folder() / f"{language}-{ink}-{accent}.{file_format}"
        if not path.exists():
            path.write_bytes(reference_document(file_format, language, ink, accent))
        return path


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="remit-reference-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
