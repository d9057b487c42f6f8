"""An edited document that someone hands in, read in a process of its own that has little memory
and time. A file made to use up all memory ends that process and nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from remit.load.document_facts import NotReadable
from remit.load.edited_parts import EditedFile, file_of
from remit.load.handed_in import LARGEST_FILE, SECONDS, limit_memory


def read_edited(file: Path) -> EditedFile:
    """Raises NotReadable, with why."""
    command = [sys.executable, "-m", __name__, str(SECONDS), str(file.absolute())]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode > 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
    if done.returncode < 0 or not done.stdout:
        raise NotReadable("it takes more memory or time to read than any document does")
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise NotReadable(answer["problem"])
    return file_of(answer)


def _read(file: Path) -> EditedFile:
    """Raises NotReadable."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise NotReadable(error.strerror or str(error)) from None
    if len(data) > LARGEST_FILE:
        raise NotReadable("the file is larger than any document's")
    if b"%PDF-" in data[:1024]:
        raise NotReadable(
            "the file is a PDF, which cannot be edited and taken back; edit the DOCX or ODT"
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotReadable("the file has a password or is of an old Word; save it as DOCX without")
    if not data.startswith(b"PK\x03\x04"):
        raise NotReadable("the file is no DOCX or ODT")
    from remit.load.edited_docx import read_edited_docx
    from remit.load.edited_odt import read_edited_odt
    from remit.load.office_parts import OfficeParts

    parts = OfficeParts(data)
    is_odt, is_docx = "content.xml" in parts.names, "_rels/.rels" in parts.names
    if is_odt == is_docx:
        raise NotReadable("the file is a zip file, but not just a DOCX or an ODT")
    return read_edited_odt(parts) if is_odt else read_edited_docx(parts)


def _answer(seconds: int, file: Path) -> None:
    """Writes what the file holds, or why it cannot be read, as JSON to standard output."""
    limit_memory()
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
    try:
        answer = asdict(_read(file))
    except NotReadable as problem:
        answer = {"problem": str(problem)}
    except (MemoryError, RecursionError):
        answer = {"problem": "it takes more memory to read than any document does"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _answer(int(sys.argv[1]), Path(sys.argv[2]))
