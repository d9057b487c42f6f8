"""Which files there are, and which record each should be."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from remit.diagnostics import Diagnostic, Location, Severity
from remit.load.reading import unreadable
from remit.model.records import BY_KIND, Guidance, Mandate, MandateVersion, Record
from remit.settings import Settings

FOLDERS = {
    cls.FOLDER: cls for cls in BY_KIND.values() if cls not in (Mandate, MandateVersion, Guidance)
}
_GUIDANCE_FILE = re.compile(r"^(?P<id>[a-z0-9-]+)\.(?P<language>[a-z]{2,3})\.md$")


@dataclass(slots=True)
class Entry:
    """One file to read: which kind it should be, and where it lies."""

    cls: type[Record]
    id: str
    file: str
    shown: str
    mandate: str = ""


def discover(
    settings: Settings, problems: list[Diagnostic]
) -> tuple[list[Entry], dict[str, dict[str, tuple[str, str]]]]:
    entries: list[Entry] = []
    guidance: dict[str, dict[str, tuple[str, str]]] = {}
    content = settings.root / settings.content
    for folder, shown in _folders(content, settings.content, problems):
        if folder.name == Guidance.FOLDER:
            for file, name in _files(folder.path, shown, problems):
                match = _GUIDANCE_FILE.match(file.name)
                if not match:
                    problems.append(_stray(name, "guidance files are named <id>.<language>.md"))
                elif match["language"] not in settings.languages:
                    problems.append(
                        Diagnostic(
                            Location(name),
                            "unknown-language",
                            f'the register has no language "{match["language"]}"',
                            f"its languages are {', '.join(settings.languages)} "
                            "(pyproject.toml, [tool.remit])",
                        )
                    )
                else:
                    guidance.setdefault(match["id"], {})[match["language"]] = (file.path, name)
            continue
        cls = FOLDERS.get(folder.name)
        if cls is None:
            known = ", ".join(sorted([*FOLDERS, Guidance.FOLDER]))
            problems.append(_stray(shown, f"the folders are: {known}"))
            continue
        for file, name in _files(folder.path, shown, problems):
            if file.name.endswith(".yml"):
                entries.append(Entry(cls, file.name[:-4], file.path, name))
            else:
                problems.append(_stray(name, "records end in .yml"))
    mandates = settings.root / settings.mandates
    for folder, shown in _folders(mandates, settings.mandates, problems):
        names = list(_files(folder.path, shown, problems))
        if not any(file.name == "mandate.yml" for file, _ in names):
            problems.append(
                Diagnostic(
                    Location(shown),
                    "missing-file",
                    f'the mandate "{folder.name}" has no mandate.yml',
                    "write the mandate's identity there: document id, holders, issuing bodies",
                )
            )
            continue
        for file, name in names:
            if file.name == "mandate.yml":
                entries.append(Entry(Mandate, folder.name, file.path, name))
            elif file.name.endswith(".yml"):
                entries.append(Entry(MandateVersion, file.name[:-4], file.path, name, folder.name))
            else:
                problems.append(_stray(name, "versions are named <YYYY-MM-DD>.yml"))
    return entries, guidance


_Listed = Iterator[tuple["os.DirEntry[str]", str]]


def _folders(top: FilePath, shown: str, problems: list[Diagnostic]) -> _Listed:
    if not top.is_dir():
        problems.append(
            Diagnostic(
                Location(shown),
                "missing-folder",
                f"there is no folder {shown}/",
                "make it, or name another in pyproject.toml under [tool.remit]",
            )
        )
        return
    for row, name in _entries(str(top), shown, problems):
        if row.is_dir():
            yield row, name
        else:
            problems.append(_stray(name, "records lie one folder further in"))


def _files(folder: str, shown: str, problems: list[Diagnostic]) -> _Listed:
    for row, name in _entries(folder, shown, problems):
        if row.is_dir():
            problems.append(_stray(name, "records lie directly in their folder"))
        else:
            yield row, name


def _entries(folder: str, shown: str, problems: list[Diagnostic]) -> _Listed:
    """What lies in a folder, by name, each with its path as diagnostics show it."""
    try:
        with os.scandir(folder) as found:
            rows = sorted(found, key=lambda row: row.name)
    except OSError as error:
        problems.append(unreadable(shown, "folder", error))
        return
    for row in rows:
        if row.name.startswith(".") or row.name == "README.md":
            continue
        name = f"{shown}/{_printable(row.name)}"
        if row.is_symlink():
            problems.append(
                Diagnostic(
                    Location(name),
                    "symbolic-link",
                    "a symbolic link is not a record",
                    "put the file itself here; links could lead outside the register",
                )
            )
            continue
        if not row.is_file() and not row.is_dir():
            problems.append(_stray(name, "it is neither a file nor a folder"))
            continue
        yield row, name


def _printable(name: str) -> str:
    """A file's name as it can be shown: bytes that are no UTF-8, and controls, as escapes."""
    if name.isascii() and name.isprintable():
        return name
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)
    return shown.encode("utf-8", "backslashreplace").decode()


def _stray(shown: str, help: str) -> Diagnostic:
    return Diagnostic(
        Location(shown),
        "stray-file",
        "this is not read as part of the register",
        help,
        Severity.WARNING,
    )
