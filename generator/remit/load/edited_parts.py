"""What is read out of an exported document that someone has edited. The file is not trusted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

LONGEST_SPAN = 8
"""Paragraphs after its first in which a bookmark's own is looked for."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one form. A line break is "\\n". `link`: the address they lead to.

    `forms`: how they are set apart, such as "bold" and "italic".
    """

    text: str
    link: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditedParagraph:
    runs: tuple[Run, ...]
    anchors: tuple[str, ...] = ()
    """The bookmarks round it, also those that go on over its neighbours."""
    style: str = ""
    """"heading", "title", "item" or nothing."""
    cell: tuple[int, int, int] | None = None
    """Number of the table, its row and its column, where it stands in one."""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that stands beside the text: "comment", "note", "picture" … with its words, and
    the paragraph, counted from 0, that it stands at."""

    kind: str
    words: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class EditedFile:
    file_format: str
    properties: dict[str, str]
    paragraphs: tuple[EditedParagraph, ...]
    asides: tuple[Aside, ...]
    tracked: int = 0
    """How many tracked changes it held; all are taken as accepted."""


class Gathering:
    """Paragraphs as a reader finds them, with bookmarks that may go on over several of them."""

    def __init__(self) -> None:
        self.paragraphs: list[EditedParagraph] = []
        self.asides: list[Aside] = []
        self.tracked = 0
        self._runs: list[Run] = []
        self._style = ""
        self._cell: tuple[int, int, int] | None = None
        self._spans: dict[str, list[int]] = {}
        self._open: dict[str, str] = {}

    def begin(self, style: str, cell: tuple[int, int, int] | None) -> None:
        self._style, self._cell = style, cell

    def add(self, text: str, link: str = "", forms: tuple[str, ...] = ()) -> None:
        if not text:
            return
        last = self._runs[-1] if self._runs else None
        if last and (last.link, last.forms) == (link, forms):
            self._runs[-1] = replace(last, text=last.text + text)
        else:
            self._runs.append(Run(text, link, forms))

    @property
    def has_words(self) -> bool:
        """Whether the paragraph that is being read has any yet."""
        return any(run.text.strip() for run in self._runs)

    def aside(self, kind: str, words: str) -> None:
        self.asides.append(Aside(kind, " ".join(words.split()), len(self.paragraphs)))

    def start(self, key: str, name: str) -> None:
        """A bookmark begins at the place reached; `key` is what its end will be called."""
        if name not in self._spans:
            self._spans[name] = [len(self.paragraphs), len(self.paragraphs)]
            self._open[key] = name

    def stop(self, key: str) -> None:
        name = self._open.pop(key, None)
        if name is not None:
            self._spans[name][1] = len(self.paragraphs)

    def end(self) -> None:
        self.paragraphs.append(EditedParagraph(tuple(self._runs), (), self._style, self._cell))
        self._runs = []

    def finished(self, file_format: str, properties: dict[str, str]) -> EditedFile:
        """With each bookmark at every paragraph of its span that has words, or else the first:
        a paragraph put in before another may come to stand inside its bookmark."""
        anchors: dict[int, list[str]] = {}
        for name, (first, last) in self._spans.items():
            span = range(first, min(last, first + LONGEST_SPAN, len(self.paragraphs) - 1) + 1)
            worded = [at for at in span if self.paragraphs[at].text.strip()]
            for place in worded or [first]:
                anchors.setdefault(place, []).append(name)
        found = tuple(
            replace(one, anchors=tuple(anchors.get(at, ())))
            for at, one in enumerate(self.paragraphs)
        )
        return EditedFile(file_format, properties, found, tuple(self.asides), self.tracked)


def is_our_bookmark(name: str | None) -> bool:
    return bool(name) and str(name).startswith("b-")


def file_of(answer: dict[str, Any]) -> EditedFile:
    """The file as it was before `dataclasses.asdict` took it apart."""
    paragraphs = tuple(
        EditedParagraph(
            tuple(Run(run["text"], run["link"], tuple(run["forms"])) for run in one["runs"]),
            tuple(one["anchors"]),
            one["style"],
            tuple(one["cell"]) if one["cell"] else None,
        )
        for one in answer["paragraphs"]
    )
    asides = tuple(Aside(**one) for one in answer["asides"])
    return EditedFile(**{**answer, "paragraphs": paragraphs, "asides": asides})
