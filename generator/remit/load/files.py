"""Which files there are, and which record each should be."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from remit.cache import Stamp
from remit.diagnostics import Diagnostic, Location, Severity
from remit.load.reading import unreadable
from remit.load.source import Row, Source
from remit.model.records import BY_KIND, Guidance, Mandate, MandateVersion, Organisation, Record
from remit.model.templates import TemplateHead
from remit.settings import Settings

FOLDERS = {
    cls.FOLDER: cls for cls in BY_KIND.values() if cls not in (Mandate, MandateVersion, Guidance)
}
Folders = dict[str, tuple[Stamp, tuple[str, ...]]]
"""By folder, as shown: its stamp, and the names of what lies in it."""
Telling = Callable[[Stamp | None], Stamp | None]
"""Gives a stamp back when it tells that nothing has changed, else None."""
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

    @property
    def address(self) -> str:
        """Of the record that it should be."""
        folder = f"{self.cls.FOLDER}/{self.mandate}" if self.mandate else self.cls.FOLDER
        return f"{folder}/{self.id}"


@dataclass(slots=True)
class Discovered:
    """The register's files, each as (path, path shown)."""

    entries: list[Entry] = field(default_factory=list)
    guidance: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """By id, then by language."""
    templates: list[tuple[str, str]] = field(default_factory=list)
    drawings: dict[str, tuple[str, str]] = field(default_factory=dict)
    """SVG files that lie beside the organisations, by name."""


class Listings:
    """What lies in which folder: a folder that an earlier load saw as it is now is not looked
    into again."""

    def __init__(self, source: Source, known: Folders, telling: Telling) -> None:
        self.source, self.known, self.telling = source, known, telling
        self.now: Folders = {}
        """To be kept for the next load: folders with nothing wrong in them."""
        self.refreshed = 0
        self._stamps: dict[str, Stamp | None] = {}

    def names(self, path: str, shown: str) -> tuple[str, ...] | None:
        """The names in a folder, sorted; None when one has to look."""
        stamp = self.source.stamp(path)
        known = self.known.get(shown)
        if known and known[0] == stamp:
            self.now[shown] = known
            return known[1]
        self._stamps[shown] = self.telling(stamp)
        return None

    def keep(self, shown: str, found: Iterable[tuple[Row, str]]) -> None:
        """`found`: all that lies in the folder, but for what no one reads."""
        stamp, rows = self._stamps[shown], list(found)
        if stamp and all(name == f"{shown}/{row.name}" for row, name in rows):
            self.now[shown] = stamp, tuple(row.name for row, _ in rows)
            self.refreshed += 1


def discover(
    settings: Settings,
    source: Source,
    problems: list[Diagnostic],
    listings: Listings | None = None,
) -> Discovered:
    found = Discovered()
    listings = listings or Listings(source, {}, lambda stamp: None)
    for folder, shown in _folders(source, settings.content, problems):
        if folder.name == TemplateHead.FOLDER:
            for file, name in _files(source, folder.path, shown, problems):
                if _TEMPLATE_FILE.match(file.name):
                    found.templates.append((file.path, name))
                else:
                    problems.append(stray(name, "templates are named <kind>.html"))
        elif folder.name == Guidance.FOLDER:
            _add_guidance(settings, source, folder.path, shown, problems, found)
        elif folder.name in FOLDERS:
            _add_records(source, folder, shown, problems, found, listings)
        else:
            known = ", ".join(sorted([*FOLDERS, Guidance.FOLDER, TemplateHead.FOLDER]))
            problems.append(stray(shown, f"the folders are: {known}"))
    for path, shown in _mandate_folders(settings, source, problems, listings):
        _add_mandate(source, path, shown, problems, found, listings)
    return found


def _add_guidance(
    settings: Settings,
    source: Source,
    path: str,
    shown: str,
    problems: list[Diagnostic],
    found: Discovered,
) -> None:
    for file, name in _files(source, path, shown, problems):
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
            found.guidance.setdefault(match["id"], {})[match["language"]] = (file.path, name)


def _add_records(
    source: Source,
    folder: Row,
    shown: str,
    problems: list[Diagnostic],
    found: Discovered,
    listings: Listings,
) -> None:
    cls = FOLDERS[folder.name]
    names = listings.names(folder.path, shown)
    if names is not None:
        found.entries += [
            Entry(cls, name[:-4], f"{folder.path}/{name}", f"{shown}/{name}") for name in names
        ]
        return
    before = len(problems), len(found.drawings)
    rows = list(_files(source, folder.path, shown, problems))
    for file, name in rows:
        if file.name.endswith(".yml"):
            found.entries.append(Entry(cls, file.name[:-4], file.path, name))
        elif cls is Organisation and file.name.endswith(".svg"):
            found.drawings[file.name] = (file.path, name)
        else:
            problems.append(stray(name, "records end in .yml"))
    if before == (len(problems), len(found.drawings)):
        listings.keep(shown, rows)


def _mandate_folders(
    settings: Settings, source: Source, problems: list[Diagnostic], listings: Listings
) -> list[tuple[str, str]]:
    """Path and path shown of each."""
    top, shown = os.fspath(settings.root.absolute() / settings.mandates), settings.mandates
    names = listings.names(top, shown)
    if names is not None:
        return [(f"{top}/{name}", f"{shown}/{name}") for name in names]
    before = len(problems)
    rows = list(_folders(source, settings.mandates, problems))
    if before == len(problems):
        listings.keep(shown, rows)
    return [(row.path, name) for row, name in rows]


def _add_mandate(
    source: Source,
    path: str,
    shown: str,
    problems: list[Diagnostic],
    found: Discovered,
    listings: Listings,
) -> None:
    id = path.rpartition("/")[2]
    names = listings.names(path, shown)
    if names is not None:
        for name in names:
            cls, own, of = (
                (Mandate, id, "") if name == "mandate.yml" else (MandateVersion, name[:-4], id)
            )
            found.entries.append(Entry(cls, own, f"{path}/{name}", f"{shown}/{name}", of))
        return
    before = len(problems)
    rows = list(_files(source, path, shown, problems))
    if not any(file.name == "mandate.yml" for file, _ in rows):
        problems.append(
            Diagnostic(
                Location(shown),
                "missing-file",
                f'the mandate "{id}" has no mandate.yml',
                "write the mandate's identity there: document id, holders, issuing bodies",
            )
        )
        return
    for file, name in rows:
        if file.name == "mandate.yml":
            found.entries.append(Entry(Mandate, id, file.path, name))
        elif file.name.endswith(".yml"):
            found.entries.append(Entry(MandateVersion, file.name[:-4], file.path, name, id))
        else:
            problems.append(stray(name, "versions are named <YYYY-MM-DD>.yml"))
    if before == len(problems):
        listings.keep(shown, rows)


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
