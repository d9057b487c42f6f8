"""Translations into the files of their records: only what is another one is written."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remit.load.guidance import FRONT_MATTER, rewrite_front_matter
from remit.load.yaml_edit import CannotEdit, rewrite
from remit.load.yaml_reader import read_yaml
from remit.load.yaml_text import document
from remit.model.fields import written_order
from remit.model.records import Guidance, Record
from remit.model.register import Register, address_of
from remit.model.shape import Path
from remit.model.values import Translation
from remit.settings import Settings


@dataclass(frozen=True, slots=True)
class TranslationChange:
    """What is to be other than it was in one record and one language."""

    record: Record
    language: str
    texts: Mapping[Path, str] = field(default_factory=dict)
    """By the text's path, without the language."""
    standing: Translation | None = None
    """How the translation then stands; None: as before."""


def changed_files(
    change: TranslationChange, register: Register, settings: Settings
) -> dict[str, bytes]:
    """The files by their paths from the register's top. Raises CannotEdit."""
    sources = register.origins[address_of(change.record)].sources
    if isinstance(change.record, Guidance):
        return _guidance(change, change.record, sources, settings)
    ((path, data),) = sources.items()
    value = copy.deepcopy(read_yaml(data, "").value)
    for place, words in change.texts.items():
        _at(value, place)[change.language] = words
    _put_standing(value, change)
    return {path: rewrite(data, value, written_order(type(change.record), settings.languages))}


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _put_standing(value: dict[str, Any], change: TranslationChange) -> None:
    standing, language = change.standing, change.language
    if standing is None:
        return
    if standing == Translation() and language not in value.get("translations", {}):
        return  # a language left out is a draft
    of = {"of": dict(standing.of)} if standing.of else {}
    value.setdefault("translations", {})[language] = {"state": standing.state.value, **of}


def _guidance(
    change: TranslationChange, page: Guidance, sources: Mapping[str, bytes], settings: Settings
) -> dict[str, bytes]:
    """The file of the language gets the words; that of the authoritative one, how they stand."""
    order = written_order(Guidance, settings.languages)
    made: dict[str, bytes] = {}
    main = _file_of(page.authoritative_language, sources)
    front = _front(sources[main])
    _put_standing(front, change)
    made[main] = rewrite_front_matter(sources[main], front, order)
    texts = {str(path[0]): words for path, words in change.texts.items()}
    inside = {name: words for name, words in texts.items() if name in ("title", "summary")}
    if change.language not in page.body:
        path = main.replace(f".{page.authoritative_language}.md", f".{change.language}.md")
        if texts.keys() >= {"title", "body"}:
            head = b"---\n" + document(inside, order) + b"---\n\n"
            made[path] = head + texts["body"].encode() + b"\n"
        elif texts:
            raise CannotEdit(f"{path} cannot be begun without the page's title and text")
    elif texts:
        path = _file_of(change.language, sources)
        before = made.get(path, sources[path])
        data = rewrite_front_matter(before, {**_front(before), **inside}, order)
        made[path] = _with_body(data, texts["body"]) if "body" in texts else data
    return {path: data for path, data in made.items() if data != sources.get(path)}


def _file_of(language: str, sources: Mapping[str, bytes]) -> str:
    (path,) = (path for path in sources if path.endswith(f".{language}.md"))
    return path


def _front(data: bytes) -> dict[str, Any]:
    match = FRONT_MATTER.match(data)
    value = read_yaml(match[1], "").value if match else None
    if not isinstance(value, dict):
        raise CannotEdit("the file does not begin with front matter")
    return value


def _with_body(data: bytes, words: str) -> bytes:
    match = FRONT_MATTER.match(data)
    if not match:
        raise CannotEdit("the file does not begin with front matter")
    newline = "\r\n" if b"\r\n" in match[0] else "\n"
    return (
        data[: match.end()] + newline.encode() + (words.replace("\n", newline) + newline).encode()
    )


__all__ = ["CannotEdit", "TranslationChange", "changed_files"]
