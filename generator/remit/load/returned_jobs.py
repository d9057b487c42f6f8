"""A translation job that someone hands in, read in a process of its own that has little memory and
time. A file made to use up all memory ends that process and nothing else."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from remit.load.apart import contents, tell, told_apart
from remit.load.document_facts import NotReadable
from remit.model.translation_jobs import ReturnedJob, ReturnedText


def read_job(file: Path) -> ReturnedJob:
    """Raises NotReadable, with why."""
    answer = told_apart(__name__, file, "translation job")
    texts = tuple(ReturnedText(**one) for one in answer.pop("texts"))
    return ReturnedJob(**{**answer, "faults": tuple(answer["faults"]), "texts": texts})


def _read(file: Path) -> ReturnedJob:
    """Raises NotReadable."""
    data = contents(file, "translation job")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotReadable("the file has a password or is of an old Word; save it as DOCX without")
    if data.startswith(b"PK\x03\x04"):
        from remit.load.job_docx import read_job_docx
        from remit.load.office_parts import OfficeParts

        parts = OfficeParts(data)
        if "word/document.xml" not in parts.names:
            raise NotReadable("the file is a zip file, but no DOCX; save it as DOCX")
        return read_job_docx(parts)
    from remit.load.xliff import read_xliff

    return read_xliff(data)


if __name__ == "__main__":
    tell(lambda file: asdict(_read(file)), "translation job")
