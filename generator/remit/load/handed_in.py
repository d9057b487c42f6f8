"""Files that someone hands in, read in a process of their own that has little memory and time.

A file made to use up all memory ends that process and nothing else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from remit.load.apart import SECONDS, contents, limit_memory
from remit.load.document_facts import DocumentFacts, NotReadable

Read = DocumentFacts | NotReadable


def read_documents(files: Sequence[Path]) -> Iterator[Read]:
    """What each file says, or why that cannot be told, in the order of the files."""
    waiting = list(files)
    while waiting:
        command = [sys.executable, "-m", __name__, str(SECONDS)]
        given = "\0".join(str(file.absolute()) for file in waiting)
        done = subprocess.run(command, input=os.fsencode(given), capture_output=True, check=False)
        if done.returncode > 0:
            raise RuntimeError(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
        lines = done.stdout.splitlines()
        for line in lines:
            yield _told(json.loads(line))
        if len(lines) < len(waiting):
            yield NotReadable("it takes more memory or time to read than any document does")
        waiting = waiting[len(lines) + 1 :]


def _told(answer: dict[str, Any]) -> Read:
    if "problem" in answer:
        return NotReadable(answer["problem"])
    lists = {name: tuple(value) for name, value in answer.items() if isinstance(value, list)}
    return DocumentFacts(**{**answer, **lists})


def read_document(file: Path) -> DocumentFacts:
    """Raises NotReadable."""
    facts = _read(contents(file, "document's"))
    ending = file.suffix.lower()
    if ending in (".pdf", ".docx", ".odt") and ending != f".{facts.file_format}":
        raise NotReadable(f"the file is called {ending} and is {facts.file_format.upper()}")
    return facts


def _read(data: bytes) -> DocumentFacts:
    if b"%PDF-" in data[:1024]:
        from remit.load.pdf_file import read_pdf

        return read_pdf(data)
    if data.startswith(b"PK\x03\x04"):
        from remit.load.docx_file import read_docx
        from remit.load.odt_file import read_odt
        from remit.load.office_parts import OfficeParts

        parts = OfficeParts(data)
        is_odt, is_docx = "content.xml" in parts.names, "_rels/.rels" in parts.names
        if is_odt == is_docx:
            raise NotReadable("the file is a zip file, but not just a DOCX or an ODT")
        return read_odt(parts) if is_odt else read_docx(parts)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotReadable("the file is encrypted or of an old Word; save it as DOCX first")
    raise NotReadable("the file is no PDF, DOCX or ODT")


def _answer(seconds: int) -> None:
    """Reads paths with a NUL between from standard input; writes a line of JSON for each file."""
    limit_memory()
    for path in sys.stdin.buffer.read().split(b"\0"):
        if hasattr(signal, "alarm"):
            signal.alarm(seconds)
        try:
            answer = asdict(read_document(Path(os.fsdecode(path))))
        except NotReadable as problem:
            answer = {"problem": str(problem)}
        except (MemoryError, RecursionError):
            answer = {"problem": "it takes more memory to read than any document does"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _answer(int(sys.argv[1]))
