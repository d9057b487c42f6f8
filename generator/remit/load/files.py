"""Which files there are, and which record each should be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from remit.diagnostics import Diagnostic, Location, Severity
from remit.load.reading import unreadable
from remit.load.source import Row, Source
from remit.model.records import BY_KIND, Guidance, Mandate, MandateVersion, Organisation, Record
from remit.model.templates import TemplateHead
from remit.settings import Settings

FOLDERS = {
    cls.FOLDER: cls for cls in BY_KIND.values() if cls not in (Mandate, MandateVersion, Guidance)
}
_TEMPLATE_FILE = re.compile(r"^[a-z0-9][a-z0-9-]*\.html$")
_GUIDANCE_FILE = re.compile(r"^(?P<id>[a-z0-9-]+)\.(?P<language>[a-z]{2,3})\.md$")


@dataclass(slots=True)
class Entry:
    """One file to read: which kind it should be, and where it lies."""

    cls: type[Record]
    id: str
    file: str
    shown: str
    mandate: str = ""


@dataclass(slots=True)
class Discovered:
    """The register's files, each as (path, path shown)."""

    entries: list[Entry] = field(default_factory=list)
    guidance: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """By id, then by language."""
    templates: list[tuple[str, str]] = field(default_factory=list)
    drawings: dict[str, tuple[str, str]] = field(default_factory=dict)
    """SVG files that lie beside the organisations, by name."""


def discover(settings: Settings, source: Source, problems: list[Diagnostic]) -> Discovered:
    found = Discovered()
    for folder, shown in _folders(source, settings.content, problems):
        if folder.name == TemplateHead.FOLDER:
            for file, name in _files(source, folder.path, shown, problems):
                if _TEMPLATE_FILE.match(file.name):
                    found.templates.append((file.path, name))
                else:
                    problems.append(stray(name, "templates are named <kind>.html"))
            continue
        if folder.name == Guidance.FOLDER:
            for file, name in _files(source, folder.path, shown, problems):
                match = _GUIDANCE_FILE.match(file.name)
                if not match:
                    problems.append(stray(name, "guidance files are named <id>.<language>.md"))
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
                    found.guidance.setdefault(match["id"], {})[match["language"]] = (
                        file.path,
                        name,
                    )
            continue
        cls = FOLDERS.get(folder.name)
        if cls is None:
            known = ", ".join(sorted([*FOLDERS, Guidance.FOLDER, TemplateHead.FOLDER]))
            problems.append(stray(shown, f"the folders are: {known}"))
            continue
        for file, name in _files(source, folder.path, shown, problems):
            if file.name.endswith(".yml"):
                found.entries.append(Entry(cls, file.name[:-4], file.path, name))
            elif cls is Organisation and file.name.endswith(".svg"):
                found.drawings[file.name] = (file.path, name)
            else:
                problems.append(stray(name, "records end in .yml"))
    for folder, shown in _folders(source, settings.mandates, problems):
        names = list(_files(source, folder.path, shown, problems))
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
                found.entries.append(Entry(Mandate, folder.name, file.path, name))
            elif file.name.endswith(".yml"):
                found.entries.append(
                    Entry(MandateVersion, file.name[:-4], file.path, name, folder.name)
                )
            else:
                problems.append(stray(name, "versions are named <YYYY-MM-DD>.yml"))
    return found


def kind_at(path: str, settings: Settings) -> type[Record] | None:
    """The kind of record that a YAML file is by where it lies; None for any other file."""
    file = PurePosixPath(path)
    if file.suffix != ".yml":
        return None
    if file.parent.parent.as_posix() == settings.mandates:
        return Mandate if file.name == "mandate.yml" else MandateVersion
    return (
        FOLDERS.get(file.parent.name) if file.parent.parent.as_posix() == settings.content else None
    )


_Listed = Iterator[tuple[Row, str]]


def _folders(source: Source, top: str, problems: list[Diagnostic]) -> _Listed:
    for row, name in _entries(source, top, top, problems):
        if row.what == "folder":
            yield row, name
        else:
            problems.append(stray(name, "records lie one folder further in"))


def _files(source: Source, folder: str, shown: str, problems: list[Diagnostic]) -> _Listed:
    for row, name in _entries(source, folder, shown, problems):
        if row.what == "folder":
            problems.append(stray(name, "records lie directly in their folder"))
        else:
            yield row, name


def _entries(source: Source, folder: str, shown: str, problems: list[Diagnostic]) -> _Listed:
    """What lies in a folder, by name, each with its path as diagnostics show it."""
    try:
        rows = source.rows(folder)
    except OSError as error:
        problems.append(unreadable(shown, "folder", error))
        return
    if rows is None:
        problems.append(
            Diagnostic(
                Location(shown),
                "missing-folder",
                f"there is no folder {shown}/",
                "make it, or name another in pyproject.toml under [tool.remit]",
            )
        )
        return
    for row in sorted(rows):
        if row.name.startswith(".") or row.name == "README.md":
            continue
        name = f"{shown}/{_printable(row.name)}"
        if row.what == "link":
            problems.append(
                Diagnostic(
                    Location(name),
                    "symbolic-link",
                    "a symbolic link is not a record",
                    "put the file itself here; links could lead outside the register",
                )
            )
        elif row.what == "other":
            problems.append(stray(name, "it is neither a file nor a folder"))
        else:
            yield row, name


def _printable(name: str) -> str:
    """A file's name as it can be shown: bytes that are no UTF-8, and controls, as escapes."""
    if name.isascii() and name.isprintable():
        return name
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)
    return shown.encode("utf-8", "backslashreplace").decode()


def stray(shown: str, help: str) -> Diagnostic:
    return Diagnostic(
        Location(shown),
        "stray-file",
        "this is not read as part of the register",
        help,
        Severity.WARNING,
    )
