"""Guidance pages: Markdown with front matter, one file per language, put together as a record.

What changes YAML is imported when that is asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from remit.diagnostics import Diagnostic, Location
from remit.load.reading import ReadBytes, not_utf8, read_value
from remit.model.shape import Path

if TYPE_CHECKING:
    from remit.load.yaml_text import KeyOrder

FRONT_MATTER = re.compile(
    rb"\A(?:\xef\xbb\xbf)?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.S | re.M
)


@dataclass(slots=True)
class MarkdownOrigin:
    """A guidance record: a Markdown file per language, the shared fields in `main`."""

    path: str
    files: dict[str, tuple[str, bytes, int]] = field(default_factory=dict)
    """Language → path, front matter, line on which the body begins."""
    main: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)
    sources: dict[str, bytes] = field(default_factory=dict)
    """The files' bytes by path."""

    def locate(self, path: Path, *, key: bool = False) -> Location:
        from remit.load.yaml_reader import find_places

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


def read_guidance(
    files: dict[str, tuple[str, str]], read_bytes: ReadBytes, problems: list[Diagnostic]
) -> tuple[dict[str, Any], MarkdownOrigin] | None:
    """One page's fields from its languages' files (language → file, path shown), and their places.

    None when something is wrong, which is then among the problems.
    """
    before = len(problems)
    origin = MarkdownOrigin(path="")
    fronts: dict[str, dict[str, Any]] = {}
    texts: dict[str, dict[str, Any]] = {"title": {}, "summary": {}, "body": {}}
    for language, (file, shown) in sorted(files.items()):
        data = read_bytes(file, shown, problems)
        if data is None:
            continue
        front = _read_language(language, data, shown, origin, problems)
        if front is None:
            continue
        for name in ("title", "summary"):
            if name in front:
                texts[name][language] = front.pop(name)
        body = origin.bodies[language].decode("utf-8")
        texts["body"][language] = body.replace("\r\n", "\n").strip()
        fronts[language] = front
    if len(problems) > before or not fronts:
        return None
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
        return None
    origin.main, origin.path = mains[0], files[mains[0]][1]
    value = {**fronts[mains[0]], **{name: text for name, text in texts.items() if text}}
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
        return None
    return value, origin


def rewrite_front_matter(data: bytes, front: dict[str, Any], order: KeyOrder) -> bytes:
    """A guidance file with other fields above its text, which stays as it is.

    Raises CannotEdit.
    """
    from remit.load.yaml_edit import rewrite

    return _with_front(data, lambda written: rewrite(written, front, order))


def format_front_matter(data: bytes, order: KeyOrder) -> bytes:
    """A guidance file with its fields in their tidy form. Raises CannotEdit."""
    from remit.load.yaml_format import formatted

    return _with_front(data, lambda written: formatted(written, order))


def _with_front(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    match = FRONT_MATTER.match(data)
    if not match:
        from remit.load.yaml_edit import CannotEdit

        raise CannotEdit("the file does not begin with front matter")
    return data[: match.start(1)] + change(match[1]) + data[match.end(1) :]


def _read_language(
    language: str, data: bytes, shown: str, origin: MarkdownOrigin, problems: list[Diagnostic]
) -> dict[str, Any] | None:
    """The front matter of one language's file; front matter and body are kept in `origin`."""
    front, body, body_line = _split(data, shown, problems)
    if front is None:
        return None
    origin.files[language], origin.bodies[language] = (shown, front, body_line), body
    origin.sources[shown] = data
    before = len(problems)
    value = read_value(front, shown, problems, 2)
    if not isinstance(value, dict):
        if len(problems) == before:
            problems.append(_front_matter(shown, "the front matter is no group of fields", 2))
        return None
    if "body" in value:
        from remit.load.yaml_reader import find_places

        place = Location(shown, *find_places(front, 2).find(("body",), key=True))
        help = "delete it; the text stands below the front matter"
        problems.append(Diagnostic(place, "unknown-field", 'unknown field "body"', help))
    return value


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
    match = FRONT_MATTER.match(data)
    if not match or not match[1].strip():
        fault = (
            "the front matter is empty" if match else "the file does not begin with front matter"
        )
        problems.append(_front_matter(shown, fault))
        return None, b"", 1
    return match[1], data[match.end() :], data[: match.end()].count(b"\n") + 1
