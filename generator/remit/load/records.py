"""Files → records. Every problem is returned with its place; nothing here raises over content."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from remit.diagnostics import Diagnostic, Location, Severity
from remit.load.reading import file_bytes, read_files, unreadable
from remit.load.yaml_reader import Places, find_places, not_utf8, read_yaml
from remit.model.records import BY_KIND, Guidance, Mandate, MandateVersion, Record
from remit.model.register import Register, address_of
from remit.model.shape import Path
from remit.settings import Settings

FOLDERS = {
    cls.FOLDER: cls for cls in BY_KIND.values() if cls not in (Mandate, MandateVersion, Guidance)
}
_GUIDANCE_FILE = re.compile(r"^(?P<id>[a-z0-9-]+)\.(?P<language>[a-z]{2,3})\.md$")
_FRONT_MATTER = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.S | re.M
)


@dataclass(slots=True)
class YamlOrigin:
    """A record that is one YAML file. Places are read again when something is to be reported."""

    path: str
    data: bytes
    _places: Places | None = None

    def locate(self, path: Path, *, key: bool = False) -> Location:
        if self._places is None:
            self._places = find_places(self.data)
        return Location(self.path, *self._places.find(path, key=key))

    def fingerprint(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class MarkdownOrigin:
    """A guidance record: a Markdown file per language, the shared fields in `main`."""

    path: str
    files: dict[str, tuple[str, bytes, int]] = field(default_factory=dict)
    """Language → path, front matter, line on which the body begins."""
    main: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)

    def locate(self, path: Path, *, key: bool = False) -> Location:
        local = path[:1] in (("title",), ("summary",), ("body",))
        language = str(path[1]) if local and len(path) > 1 else self.main
        shown, front, body_line = self.files.get(language) or self.files[self.main]
        if path[:1] == ("body",):
            return Location(shown, body_line)
        inner = path[:1] if local else path
        return Location(shown, *find_places(front, 2).find(inner, key=key))

    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for language in sorted(self.files):
            _, front, _ = self.files[language]
            digest.update(front + b"\0" + self.bodies[language] + b"\0")
        return digest.hexdigest()


@dataclass(slots=True)
class Loaded:
    register: Register
    problems: list[Diagnostic]


@dataclass(slots=True)
class _Entry:
    """One file to read: which kind it should be, and where it lies."""

    cls: type[Record]
    id: str
    file: str
    shown: str
    mandate: str = ""


def load_register(settings: Settings) -> Loaded:
    """Reads every record below `content/` and `mandates/`."""
    problems: list[Diagnostic] = []
    entries, guidance = _discover(settings, problems)
    records: list[Record] = []
    origins: dict[str, Any] = {}
    readings = read_files([(entry.file, entry.shown) for entry in entries])
    for entry, reading in zip(entries, readings, strict=True):
        problems.extend(reading.problems)
        if reading.data is None or reading.problems:
            continue
        origin = YamlOrigin(entry.shown, reading.data)
        record = _record(entry, reading.value, origin, problems)
        if record:
            records.append(record)
            origins[address_of(record)] = origin
    for id, files in sorted(guidance.items()):
        _load_guidance(id, files, settings, records, origins, problems)
    return Loaded(Register(tuple(records), settings.languages, origins), problems)


# --- which files there are -----------------------------------------------------------------


def _discover(
    settings: Settings, problems: list[Diagnostic]
) -> tuple[list[_Entry], dict[str, dict[str, tuple[str, str]]]]:
    entries: list[_Entry] = []
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
                entries.append(_Entry(cls, file.name[:-4], file.path, name))
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
                entries.append(_Entry(Mandate, folder.name, file.path, name))
            elif file.name.endswith(".yml"):
                entries.append(_Entry(MandateVersion, file.name[:-4], file.path, name, folder.name))
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


# --- one record ----------------------------------------------------------------------------


def _record(
    entry: _Entry, value: Any, origin: YamlOrigin, problems: list[Diagnostic]
) -> Record | None:
    if not isinstance(value, dict):
        problems.append(
            Diagnostic(
                Location(entry.shown),
                "wrong-type",
                "a record is a group of fields (field: value), not a list or a text",
                "begin with id: and authoritative_language:",
            )
        )
        return None
    if "id" in value and str(value["id"]) != entry.id:
        where = "the folder" if entry.cls is Mandate else "the file"
        problems.append(
            Diagnostic(
                origin.locate(("id",)),
                "id-mismatch",
                f'the id "{value["id"]}" and the name of {where}, "{entry.id}", differ',
                "make them the same; an id that is in use stays, so rename the file",
            )
        )
        return None
    if entry.mandate:
        if "mandate" in value:
            problems.append(
                Diagnostic(
                    origin.locate(("mandate",), key=True),
                    "unknown-field",
                    'unknown field "mandate"',
                    "delete it; the folder says which mandate it is",
                )
            )
            return None
        value["mandate"] = entry.mandate
    return validate(entry.cls, value, origin, problems)


def validate(
    cls: type[Record], value: dict[str, Any], origin: Any, problems: list[Diagnostic]
) -> Record | None:
    """The record, or None with every fault of it reported at its place."""
    try:
        return cls.model_validate(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            problems.append(_explain(cls, value, fault, origin))
        return None


def _explain(cls: type[Record], value: Any, fault: Any, origin: Any) -> Diagnostic:
    path, inside_key = _written_path(value, fault["loc"])
    kind, context = fault["type"], fault.get("ctx") or {}
    name = str(path[-1]) if path else cls.KIND
    field = f'"{name}"' if not isinstance(path[-1] if path else "", int) else "this item"
    if path and len(path) > 1 and isinstance(path[-1], int):
        field = f'an item of "{path[-2]}"'

    def at(code: str, message: str, help: str = "", *, key: bool = False) -> Diagnostic:
        return Diagnostic(origin.locate(path, key=key), code, message, help)

    if kind == "missing":
        return at("missing-field", f"{field} is missing", f"add {name}:")
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(name, _field_names(cls), n=1, cutoff=0.6)
        help = f'did you mean "{close[0]}"?' if close else "the fields are in docs/reference.md"
        return at("unknown-field", f"unknown field {field}", help, key=True)
    if kind in ("enum", "literal_error"):
        allowed = str(context.get("expected", "")).replace("'", '"').replace(" or ", ", ")
        given = fault.get("input")
        close = difflib.get_close_matches(str(given), re.findall(r'"([^"]+)"', allowed), n=1)
        help = (f'did you mean "{close[0]}"? ' if close else "") + f"it is one of {allowed}"
        return at("wrong-value", f'{field} cannot be "{given}"', help)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = str(context.get("expected_tags", "")).replace("'", '"') or (
            '"paragraph", "item", "task", "boundary", "cooperation", "reporting", "definition"'
        )
        return at("wrong-value", "a block needs a known kind", f"kind is one of {tags}")
    if kind in ("when", "day"):
        extra = "" if kind == "day" else ", or 2019-09, 2019-W36, 2019 where no more is known"
        return at(
            "bad-date",
            f'{field} is no date: "{fault.get("input")}"',
            f"write it as 2019-09-11{extra}",
        )
    if kind == "clock":
        return at(
            "wrong-value", f'{field} is no time of day: "{fault.get("input")}"', 'write "09:00"'
        )
    if kind == "web_address":
        return at(
            "unsafe-link",
            f'{field} is not a web address: "{fault.get("input")}"',
            "write it in full, beginning with https://",
        )
    if kind == "string_pattern_mismatch":
        if name == "id" and cls is MandateVersion and len(path) == 1:
            return at("bad-date", "a version is named by a day", "name the file 2019-09-11.yml")
        return at(
            "wrong-value",
            f'{field} is no id: "{fault.get("input")}"',
            "an id has small letters a–z, digits and hyphens, such as head-of-legal",
        )
    if kind in ("dict_type", "mapping_type"):
        return at(
            "wrong-type",
            f"{field} must be given per language",
            "write nb: …, sv: … and en: … on lines of their own below it",
        )
    if kind in ("too_short", "string_too_short"):
        return at("empty-field", f"{field} is empty", "write something, or leave the field out")
    words = {
        "string_type": "must be a text",
        "list_type": "must be a list: items on lines of their own, each after a hyphen",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_parsing_size": "must be a smaller number",
        "int_from_float": "must be a whole number",
        "model_type": "must be a group of fields",
        "model_attributes_type": "must be a group of fields",
        "string_too_long": f"is longer than {context.get('max_length')} characters",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than_equal": f"must be at most {context.get('le')}",
    }
    message = words.get(kind) or f"cannot be read: {fault['msg']}"
    return at("wrong-type", f"{field} {message}", key=inside_key)


def _written_path(value: Any, loc: tuple[Any, ...]) -> tuple[Path, bool]:
    """pydantic's location → the path in the file: the names of block kinds in it are dropped."""
    path: list[str | int] = []
    here, in_list, key = value, False, False
    for part in loc:
        if part == "[key]":
            key = True
            continue
        if (
            isinstance(here, dict)
            and in_list
            and part == here.get("kind")
            and path[-2:-1] == ["blocks"]
        ):
            in_list = False
            continue
        path.append(part)
        in_list = False
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here, in_list = here[part], True
        else:
            here = None
    return tuple(path), key


def _field_names(cls: type[Record]) -> list[str]:
    from pydantic import BaseModel

    names: set[str] = set()
    seen: set[type] = set()

    def add(model: type[BaseModel]) -> None:
        if model in seen:
            return
        seen.add(model)
        for name, info in model.model_fields.items():
            names.add(info.alias or name)
            for inner in re.findall(r"remit\.model\.\w+\.(\w+)", str(info.annotation)):
                for module in (BY_KIND[cls.KIND].__module__, "remit.model.values"):
                    found = getattr(__import__(module, fromlist=[inner]), inner, None)
                    if isinstance(found, type) and issubclass(found, BaseModel):
                        add(found)

    add(cls)
    return sorted(names)


# --- guidance ------------------------------------------------------------------------------


def _load_guidance(
    id: str,
    files: dict[str, tuple[str, str]],
    settings: Settings,
    records: list[Record],
    origins: dict[str, Any],
    problems: list[Diagnostic],
) -> None:
    """Puts one guidance page together from its languages' files."""
    before = len(problems)
    fronts: dict[str, dict[str, Any]] = {}
    origin = MarkdownOrigin(path="")
    texts: dict[str, dict[str, str]] = {"title": {}, "summary": {}, "body": {}}
    for language, (file, shown) in sorted(files.items()):
        data = file_bytes(file, shown, problems)
        if data is None:
            continue
        front, body, body_line = _split(data, shown, problems)
        if front is None:
            continue
        origin.files[language] = (shown, front, body_line)
        reading = read_yaml(front, shown, 2)
        problems.extend(reading.problems)
        if not isinstance(reading.value, dict):
            if not reading.problems:
                problems.append(_front_matter(shown, "the front matter is no group of fields", 2))
            continue
        if "body" in reading.value:
            place = Location(shown, *find_places(front, 2).find(("body",), key=True))
            help = "delete it; the text stands below the front matter"
            problems.append(Diagnostic(place, "unknown-field", 'unknown field "body"', help))
        fronts[language] = reading.value
        origin.bodies[language] = body
        for name in ("title", "summary"):
            if name in reading.value:
                texts[name][language] = reading.value.pop(name)
        texts["body"][language] = body.decode("utf-8").replace("\r\n", "\n").strip()
    if len(problems) > before or not fronts:
        return
    mains = [language for language, front in fronts.items() if front]
    if len(mains) != 1:
        for language in mains or fronts:
            problems.append(
                Diagnostic(
                    Location(files[language][1], 2),
                    "guidance-front-matter",
                    "the shared fields of a guidance page stand in exactly one of its files"
                    if mains
                    else "none of the page's files has the shared fields",
                    "write id, topics, owner, review … in the file of the authoritative language; "
                    "the others have only title and summary",
                )
            )
        return
    origin.main = mains[0]
    origin.path = files[mains[0]][1]
    value = {**fronts[mains[0]], **{name: text for name, text in texts.items() if text}}
    entry = _Entry(Guidance, id, files[mains[0]][0], origin.path)
    if value.get("authoritative_language") not in (None, mains[0]):
        problems.append(
            Diagnostic(
                origin.locate(("authoritative_language",)),
                "guidance-front-matter",
                f'the shared fields stand in the file of "{mains[0]}", but the authoritative '
                f'language is "{value["authoritative_language"]}"',
                "move them to the authoritative language's file",
            )
        )
        return
    record = _record(entry, value, origin, problems)  # type: ignore[arg-type]
    if record:
        records.append(record)
        origins[address_of(record)] = origin


def _front_matter(shown: str, message: str, line: int = 1) -> Diagnostic:
    return Diagnostic(
        Location(shown, line),
        "guidance-front-matter",
        message,
        "begin with a line ---, then title: and summary:, then a line ---",
    )


def _split(data: bytes, shown: str, problems: list[Diagnostic]) -> tuple[bytes | None, bytes, int]:
    """(front matter, body, line the body begins on)."""
    if not data.strip():
        help = "write the page, or delete the file"
        problems.append(Diagnostic(Location(shown), "empty-file", "the file is empty", help))
        return None, b"", 1
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(not_utf8(error, shown))
        return None, b"", 1
    match = _FRONT_MATTER.match(data)
    if not match or not match[1].strip():
        fault = (
            "the front matter is empty" if match else "the file does not begin with front matter"
        )
        problems.append(_front_matter(shown, fault))
        return None, b"", 1
    return match[1], data[match.end() :], data[: match.end()].count(b"\n") + 1
