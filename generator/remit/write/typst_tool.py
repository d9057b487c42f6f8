"""Runs typst: our templates with our fonts, and no other file within reach."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from remit.write.pandoc_tool import ConversionFailed

if TYPE_CHECKING:
    import typst

Standard = Literal["a-2a", "a-2b", "a-3a", "ua-1"]

TEMPLATES = Path(__file__).parent.parent / "templates" / "documents"
FONTS = Path(__file__).parent.parent / "templates" / "fonts"
_thread = threading.local()


# All that typst reads lies in a folder of its own. Files that are handed over in memory would each
# be parsed as typst's markup, and what changes were it an input of the system would make its whole
# library another one each time.
_DATA = "data.json"
_MAIN = f"""\
#import "{{template}}": made
#show: rest => made(json("{_DATA}"))
"""


def typeset(template: str, data: str, standards: Sequence[Standard], day: str, name: str) -> bytes:
    """The PDF that a template of ours makes of data, which is JSON. `day` is the file's own,
    ISO 8601.

    Raises ConversionFailed, which names the file, when typst refuses the document.
    """
    import typst  # large: for PDFs alone

    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    compiler, folder = _compiler()
    # a file that is written over goes to the disk at once (ext4), which takes as long as 3 ms
    (folder / _DATA).unlink(missing_ok=True)
    (folder / _DATA).write_text(data, "utf-8")
    try:
        made = compiler.compile(
            input=_main(folder, template),
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


def _compiler() -> tuple[typst.Compiler, Path]:
    """One compiler per thread, and the folder outside of which it can read no file."""
    import typst

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
    return compiler, Path(_thread.root.name)


def _main(folder: Path, template: str) -> Path:
    """The file that gives the data to the template, with it in the folder."""
    main = folder / f"main-{template}"
    if not main.exists():
        (folder / template).write_bytes((TEMPLATES / template).read_bytes())
        main.write_text(_MAIN.format(template=template), "utf-8")
    return main
