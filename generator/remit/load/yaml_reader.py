"""One YAML file → plain values, and the place of each, in the subset that the register uses.

YAML 1.2 core meaning, less what no field holds: `no` is text, `012` is text, `true`, `false`,
`null` and whole numbers are themselves, anything else is text. Refused: anchors, aliases and tags
(docs/adr/0005), duplicate keys, keys that are not text, a second document, deep nesting, files
over 1 MiB. Events are read one by one, so nothing expands and nothing recurses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from remit.diagnostics import Diagnostic, Location

try:
    from yaml.cyaml import CParser
except ImportError:  # PyYAML without its C part: same events, some seven times slower
    CParser = None

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 24

Path = tuple[str | int, ...]
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
        except yaml.YAMLError as error:
            self.problems.append(self._syntax(error))
        return Reading(None, self.problems)

    def _text(self) -> str | None:
        if len(self.data) > MAX_BYTES:
            size = len(self.data) / 1024 / 1024
            self._refuse(
                None,
                "too-large",
                f"the file is {size:.1f} MiB; a record has at most {MAX_BYTES // 1024**2} MiB",
                "a record is a small text file; is this another file by mistake?",
            )
            return None
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start)
            column = error.start - (self.data.rfind(b"\n", 0, error.start) + 1)
            self.problems.append(
                Diagnostic(
                    Location(self.shown, line + self.offset, column + 1),
                    "not-utf8",
                    "the file is not UTF-8 text",
                    "save it again with the encoding UTF-8",
                )
            )
            return None
        if not text.strip():
            self._refuse(
                None, "empty-file", "the file is empty", "write the record, or delete the file"
            )
            return None
        return text

    def _value(self, text: str) -> Any:
        """Builds the value from the parser's events with a stack of its own."""
        parser = CParser(text) if CParser else yaml.SafeLoader(text)
        get_event, places = parser.get_event, self.places
        stack: list[tuple[Any, Any, Path]] = []  # container, its pending key, its path
        container: Any = None
        key: Any = None
        path: Path = ()
        root: Any = None
        documents = 0
        while True:
            event = get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_feature(event)
                value: Any = event.value
                if type(container) is dict and key is None:
                    key = value
                    if key in container:
                        self._refuse(
                            event.start_mark,
                            "duplicate-key",
                            f'"{key}" is written twice',
                            "keep one of them; only one can hold",
                        )
                    if places is not None:
                        places.keys.setdefault((*path, key), self._place(event.start_mark))
                    continue
                if event.style is None or event.style == "":
                    if value in _PLAIN:
                        value = _PLAIN[value]
                    elif _INT.fullmatch(value):
                        value = int(value)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if event.anchor is not None or event.tag is not None:
                    self._refuse_feature(event)
                if len(stack) >= MAX_DEPTH:
                    self._refuse(event.start_mark, "too-deep", "the nesting is too deep")
                    return None
                if type(container) is dict and key is None:
                    self._refuse(
                        event.start_mark,
                        "syntax",
                        "a list or a group of fields stands where a field name belongs",
                        "put the text in quotes if it begins with [ or {",
                    )
                    return None
                value = {} if kind is yaml.MappingStartEvent else []
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                container, key, path = stack.pop()
                continue
            elif kind is yaml.AliasEvent:
                self._refuse_feature(event)
                value = None
                if type(container) is dict and key is None:
                    return None
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._refuse(
                        event.start_mark,
                        "syntax",
                        "a second document begins here (---)",
                        "one file holds one record",
                    )
                    return None
                continue
            elif kind is yaml.StreamEndEvent or event is None:
                return root
            else:
                continue
            # a value has been read: put it where it belongs
            if type(container) is dict:
                here: Path = (*path, key) if places is not None else ()
                container[key] = value
                key = None
            elif type(container) is list:
                here = (*path, len(container)) if places is not None else ()
                container.append(value)
            else:
                here = ()
                root = value
            if places is not None and kind is not yaml.AliasEvent:
                places.values.setdefault(here, self._place(event.start_mark))
            if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                stack.append((container, key, path))
                container, key, path = value, None, here

    def _place(self, mark: Any) -> tuple[int, int]:
        return (mark.line + self.offset, mark.column + 1)

    def _refuse_feature(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            what, code = f"the alias *{event.anchor}", "yaml-anchor"
        elif event.anchor is not None:
            what, code = f"the anchor &{event.anchor}", "yaml-anchor"
        else:
            what, code = f"the tag {event.tag}", "yaml-tag"
        self._refuse(
            event.start_mark,
            code,
            f"{what} is not allowed in the register",
            "write the text out, or put it in quotes if it begins with &, * or !",
        )

    def _refuse(self, mark: Any, code: str, message: str, help: str = "") -> None:
        line, column = self._place(mark) if mark is not None else (self.offset, 1)
        self.problems.append(Diagnostic(Location(self.shown, line, column), code, message, help))

    def _syntax(self, error: yaml.YAMLError) -> Diagnostic:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        line, column = self._place(mark) if mark is not None else (self.offset, 1)
        position = getattr(error, "position", None)
        if mark is None and isinstance(position, int):
            # libyaml gives the position in bytes, the Python reader in characters
            before = self.data[:position].decode("utf-8", "replace")
            line, column = (
                before.count("\n") + self.offset,
                len(before) - before.rfind("\n"),
            )
        if isinstance(error, yaml.reader.ReaderError):
            return Diagnostic(
                Location(self.shown, line, column),
                "control-character",
                "a control character that no text may hold",
                "delete it; it often comes along when text is pasted from another program",
            )
        for part, message, help in _SYNTAX:
            if part in problem:
                return Diagnostic(Location(self.shown, line, column), "syntax", message, help)
        return Diagnostic(
            Location(self.shown, line, column),
            "syntax",
            f"this is not valid YAML: {problem}",
            "compare with a neighbouring record",
        )


_SYNTAX = (
    (
        "mapping values are not allowed",
        "a colon followed by a space in the middle of a text",
        "put the whole text in quotes, or write it on lines of its own after >-",
    ),
    (
        "cannot start any token",
        "a tab, @ or ` where YAML allows none",
        "indent with spaces, and put text that begins with @ or ` in quotes",
    ),
    (
        "did not find expected key",
        "a line is not indented like its neighbours, or a quotation mark is not closed",
        "fields of the same thing begin in the same column, two spaces in from what holds them",
    ),
    (
        "did not find expected '-' indicator",
        "a list item is not indented like its neighbours",
        "items of one list begin with - in the same column",
    ),
    (
        "could not find expected ':'",
        "a line that is neither a field nor part of a text",
        'write "field: text", or indent the line so that it belongs to the text above',
    ),
    (
        "found unexpected end of stream",
        "a quotation mark is opened and not closed",
        "close it; inside '…' a single ' is written ''",
    ),
    (
        "expected <block end>",
        "a line is not indented like its neighbours",
        "fields of the same thing begin in the same column",
    ),
    (
        "did not find expected ',' or",
        "a { … } or [ … ] is not closed, or lacks a comma",
        "write it out on lines of its own, one field to a line",
    ),
)
