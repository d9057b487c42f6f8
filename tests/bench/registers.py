"""The registers that are measured, made once for each size, and the edits made to them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LANGUAGES = "nb,en"


@dataclass(frozen=True)
class Edit:
    """One field of one record, which gets another value. `pattern`: the words that are replaced.
    `page`: one that shows them, in the first language."""

    name: str
    file: str
    pattern: str
    words: str
    page: str

    def make(self, register: Path, number: int) -> None:
        """Writes the field with `number` in it, so that no two edits are the same."""
        file = register / self.file
        text = file.read_text("utf-8")
        changed = re.sub(self.pattern, self.words.format(n=number), text, count=1)
        if changed == text:
            raise ValueError(f"{self.file} has nothing like {self.pattern}")
        file.write_text(changed, "utf-8")

    def is_shown(self, site: Path, number: int) -> bool:
        """Whether a built site says what `make` wrote."""
        page = site / LANGUAGES.partition(",")[0] / self.page / "index.html"
        return self.words.format(n=number) in page.read_text("utf-8")


EDITS = (
    Edit(
        "a section's text",
        "mandates/mandate-00001/2016-01-01.yml",
        r"(?<=id: purpose-paragraph-0\n        text:\n          nb: >-\n            )\S+",
        "Endret{n}",
        "mandates/mandate-00001",
    ),
    Edit(
        "a contact's phone",
        "content/contacts/contact-00001.yml",
        r'(?<=phone: ")478 \d\d \d\d\d',
        "478 00 {n:03}",
        "contacts/contact-00001",
    ),
    Edit(
        "a role's name",
        "content/roles/role-00001.yml",
        r"(?<=      nb: )\S+(?=.*\n      en: .*\n    period:\n      from: \d{4}-)",
        "Endret{n}",
        "roles/role-00001",
    ),
)


def register_of_mandates(mandates: int, work: Path) -> Path:
    """A register of so many mandates, a role for each, and what they point to."""
    return _made(work / f"mandates-{mandates}", "--mandates", str(mandates))


def register_of_records(records: int, work: Path) -> Path:
    """A register of so many records of all kinds."""
    return _made(work / f"records-{records}", "--records", str(records))


def _made(folder: Path, *size: str) -> Path:
    """The register in a folder; the edits of earlier runs are undone by making it anew."""
    script = HERE / "synthetic.py"
    if (folder / "whole").is_file() and (folder / "whole").stat().st_mtime > script.stat().st_mtime:
        return folder / "register"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, str(script), *size, "--languages", LANGUAGES]
    subprocess.run([*command, "--to", str(folder / "register")], check=True, capture_output=True)
    (folder / "whole").touch()
    return folder / "register"


def copy_for_edits(register: Path, name: str = "edited") -> Path:
    """The register a second time beside the first, for edits; those made earlier are undone."""
    copy = register.with_name(name)
    if not copy.is_dir():
        shutil.copytree(register, copy, ignore=shutil.ignore_patterns(".cache", "site", "build"))
    for change in EDITS:
        shutil.copyfile(register / change.file, copy / change.file)
    return copy


def count_of_records(register: Path) -> int:
    """Files that are records; a guidance page counts once, whatever its languages."""
    first = LANGUAGES.partition(",")[0]
    patterns = ("content/*/*.yml", f"content/guidance/*.{first}.md", "mandates/*/*.yml")
    return sum(len(list(register.glob(pattern))) for pattern in patterns)
