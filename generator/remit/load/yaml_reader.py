"""One YAML file → plain values, and the place of each, in the subset that the register uses.

YAML 1.2 core meaning, less what no field holds: `no` is text, `012` is text, `true`, `false`,
`null` and whole numbers are themselves, anything else is text. Refused: anchors, aliases and tags
(docs/adr/0005), duplicate keys, keys that are not text, a second document, deep nesting, files
over 1 MiB. Events are read one by one, so nothing expands and nothing recurses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from sys import intern
from typing import Any

import yaml

from remit.diagnostics import Diagnostic, Location
from remit.load.reading import MAX_BYTES, not_utf8

CParser: Any = None
"""The parser in C. Without it, PyYAML's own gives the same events some seven times slower."""
if yaml.__with_libyaml__:
    CParser = yaml.cyaml.CParser  # type: ignore[attr-defined]

MAX_DEPTH = 24
MAX_PROBLEMS = 20
"""Per file: whoever mends twenty has seen what is wrong."""

Path = tuple[str | int, ...]
# YAML 1.1 ends a line at these, editors and YAML 1.2 do not: places would be off from there on.
_LINE_BREAKERS = ("\x85", "\u2028", "\u2029")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_SCALAR = yaml.ScalarEvent
_MAPPING, _MAPPING_END = yaml.MappingStartEvent, yaml.MappingEndEvent
_SEQUENCE, _SEQUENCE_END = yaml.SequenceStartEvent, yaml.SequenceEndEvent
_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_PLAIN = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


@dataclass(slots=True)
class Places:
    """Line and column (from 1) of every key and value, by the path that leads to it."""

    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def find(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """The place of `path`, or of the nearest thing around it that is written."""
        while True:
            first, second = (self.keys, self.values) if key else (self.values, self.keys)
            place = first.get(path) or second.get(path)
            if place:
                return place
            if not path:
                return (1, 1)
            path = path[:-1]


@dataclass(slots=True)
class Reading:
    """What one file says: its value, or the problems that kept it from being read."""

    value: Any
    problems: list[Diagnostic]


def read_yaml(data: bytes, shown: str, first_line: int = 1) -> Reading:
    """`shown` is the path for diagnostics; `first_line` is where `data` begins in its file."""
    return _Reader(data, shown, first_line, None).read()


def find_places(data: bytes, first_line: int = 1) -> Places:
    """Read once more, for the places alone; only files with something to report need it."""
    places = Places()
    _Reader(data, "", first_line, places).read()
    return places


class _Reader:
    def __init__(self, data: bytes, shown: str, first_line: int, places: Places | None) -> None:
        self.data, self.shown, self.places = data, shown, places
        self.offset = first_line
        self.problems: list[Diagnostic] = []

    def read(self) -> Reading:
        text = self._text()
        if text is None:
            return Reading(None, self.problems)
        try:
            return Reading(self._value(text), self.problems)
        except _Enough:
            pass
        except yaml.reader.ReaderError:
            self.problems.append(self._control(text))
        except yaml.YAMLError as error:
            self.problems.append(self._syntax(error))
        return Reading(None, self.problems)

    def _text(self) -> str | None:
        if len(self.data) > MAX_BYTES:
            size = len(self.data) / 1024 / 1024
            self.problem(
                None,
                "too-large",
                f"the file is {size:.1f} MiB; a record has at most {MAX_BYTES // 1024**2} MiB",
                "a record is a small text file; is this another file by mistake?",
            )
            return None
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.problems.append(not_utf8(error, self.shown, self.offset))
            return None
        if not text.strip():
            self.problem(
                None, "empty-file", "the file is empty", "write the record, or delete the file"
            )
            return None
        if any(breaker in text for breaker in _LINE_BREAKERS):
            self.problems.append(self._control(text))
            return None
        return text

    def _value(self, text: str) -> Any:
        """The value that the parser's events build."""
        parser = CParser(text) if CParser else yaml.SafeLoader(text)
        building, documents = _Building(self), 0
        while True:
            event: Any = parser.get_event()
            kind = type(event)
            if kind is _SCALAR or kind is _MAPPING or kind is _SEQUENCE:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_feature(event)
                if kind is _SCALAR:
                    building.scalar(event)
                elif not building.begin(event):
                    return None
            elif kind is _MAPPING_END or kind is _SEQUENCE_END:
                building.end()
            elif kind is yaml.AliasEvent:
                self._refuse_feature(event)
                if building.awaits_key:
                    return None
                building.put(None, None)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.problem(
                        event.start_mark,
                        "syntax",
                        "a second document begins here (---)",
                        "one file holds one record",
                    )
                    return None
            elif kind is yaml.StreamEndEvent or event is None:
                return building.root

    def place(self, mark: Any) -> tuple[int, int]:
        return (mark.line + self.offset, mark.column + 1)

    def _refuse_feature(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            what, code = f"the alias *{event.anchor}", "yaml-anchor"
        elif event.anchor is not None:
            what, code = f"the anchor &{event.anchor}", "yaml-anchor"
        else:
            what, code = f"the tag {event.tag}", "yaml-tag"
        self.problem(
            event.start_mark,
            code,
            f"{what} is not allowed in the register",
            "write the text out, or put it in quotes if it begins with &, * or !",
        )

    def problem(self, mark: Any, code: str, message: str, help: str = "") -> None:
        line, column = self.place(mark) if mark is not None else (self.offset, 1)
        self.problems.append(Diagnostic(Location(self.shown, line, column), code, message, help))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Enough

    def _syntax(self, error: yaml.YAMLError) -> Diagnostic:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        line, column = self.place(mark) if mark is not None else (self.offset, 1)
        for parts, message, help in _SYNTAX:
            if any(part in problem for part in parts):
                return Diagnostic(Location(self.shown, line, column), "syntax", message, help)
        return Diagnostic(
            Location(self.shown, line, column),
            "syntax",
            "this is not valid YAML",
            "compare with a neighbouring record, and put texts with special characters in quotes",
        )

    def _control(self, text: str) -> Diagnostic:
        found = _CONTROL.search(text)
        before = text[: found.start()] if found else ""
        line, column = before.count("\n"), len(before) - before.rfind("\n")
        return Diagnostic(
            Location(self.shown, line + self.offset, column),
            "control-character",
            "a control character that no text may hold",
            "delete it; it often comes along when text is pasted from another program",
        )


class _Building:
    """A value that grows with each event; what is open is kept on a stack of its own, so that no
    nesting is too deep for Python."""

    def __init__(self, reader: _Reader) -> None:
        self.reader, self.places = reader, reader.places
        self.root: Any = None
        self.awaits_key = False
        """In a mapping, before the next key."""
        self._container: Any = None
        self._key = ""
        self._path: Path = ()
        self._open: list[tuple[Any, str, Path]] = []

    def scalar(self, event: Any) -> None:
        if self.awaits_key:
            self._name(event)
            return
        value: Any = event.value
        if not event.style:
            if value in _PLAIN:
                value = _PLAIN[value]
            elif value[-1].isdigit() and _INT.fullmatch(value):
                value = int(value)
        self.put(value, event.start_mark)

    def _name(self, event: Any) -> None:
        """The key of the value to come."""
        self.awaits_key = False
        self._key = key = intern(event.value)
        if key in self._container:
            self.reader.problem(
                event.start_mark,
                "duplicate-key",
                f'"{key}" is written twice',
                "keep one of them; only one can hold",
            )
        if self.places is not None:
            self.places.keys.setdefault((*self._path, key), self.reader.place(event.start_mark))

    def begin(self, event: Any) -> bool:
        """A mapping or a list. Whether it may stand here."""
        fault = ""
        if len(self._open) >= MAX_DEPTH:
            code, fault = "too-deep", "the nesting is too deep"
        elif self.awaits_key:
            code, fault = "syntax", "a list or a group of fields stands where a field name belongs"
        if fault:
            help = "put the text in quotes if it begins with [ or {"
            self.reader.problem(event.start_mark, code, fault, help)
            return False
        is_mapping = type(event) is _MAPPING
        value: Any = {} if is_mapping else []
        here = self.put(value, event.start_mark)
        self._open.append((self._container, self._key, self._path))
        self._container, self._path, self.awaits_key = value, here, is_mapping
        return True

    def end(self) -> None:
        self._container, self._key, self._path = self._open.pop()
        self.awaits_key = type(self._container) is dict

    def put(self, value: Any, mark: Any) -> Path:
        """Puts a value where it belongs. Gives its path where places are noted, and notes its own
        if there is a mark."""
        container, places = self._container, self.places
        here: Path = ()
        if type(container) is dict:
            if places is not None:
                here = (*self._path, self._key)
            container[self._key] = value
            self.awaits_key = True
        elif container is not None:
            if places is not None:
                here = (*self._path, len(container))
            container.append(value)
        else:
            self.root = value
        if places is not None and mark is not None:
            places.values.setdefault(here, self.reader.place(mark))
        return here


class _Enough(Exception):
    """So many problems are found that the rest of the file is left."""


# A part of the parser's own wording (libyaml's, or PyYAML's) → what it means to a writer.
_SYNTAX = (
    (
        ("mapping values are not allowed",),
        "a colon followed by a space in the middle of a text",
        "put the whole text in quotes, or write it on lines of its own after >-",
    ),
    (
        ("cannot start any token", "tab character"),
        "a tab, %, @ or ` where YAML allows none",
        "indent with spaces, and put text that begins with %, @ or ` in quotes",
    ),
    (
        ("did not find expected key", "expected '-' indicator", "expected <block end>"),
        "a line is not indented like its neighbours, or text follows a closing quotation mark",
        "fields of the same thing begin in the same column, two spaces in from what holds them",
    ),
    (
        ("could not find expected ':'",),
        "a line that is neither a field nor part of a text",
        'write "field: text", or indent the line so that it belongs to the text above',
    ),
    (
        ("found unexpected end of stream",),
        "a quotation mark is opened and not closed",
        "close it; inside '…' a single ' is written ''",
    ),
    (
        ("expected ',' or",),
        "a { … } or [ … ] is not closed, or lacks a comma",
        "write it out on lines of its own, one field to a line",
    ),
    (
        ("found unknown escape character",),
        "a backslash in quotation marks",
        """put the text in '…' instead of "…", or write \\\\ for each backslash""",
    ),
    (
        ("sequence entries are not allowed",),
        "a hyphen followed by a space where no list can begin",
        "begin the list on the line below, or put the text in quotes",
    ),
    (
        ("node content",),
        "a comma or a closing bracket where a text belongs",
        "put text that begins with , ] or } in quotes",
    ),
    (
        ("chomping or indentation", "comment or line break"),
        "a text on the same line as > or |",
        "begin the text on the next line, two spaces further in, or put it in quotes",
    ),
)
