"""The words of a paragraph in two versions → the newer words with what changed marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from remit.model.words import Run, compare_words, words_in
from remit.render.tree import (
    Break,
    Deleted,
    Emph,
    Foreign,
    Inline,
    Inlines,
    Inserted,
    Link,
    Strong,
    Text,
)


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """What stands round words: bold, emphasis, a link, another language."""

    kind: type[Strong] | type[Emph] | type[Link] | type[Foreign]
    value: str = ""

    def around(self, inlines: Inlines) -> Inline:
        if self.kind is Link:
            return Link(inlines, self.value)
        if self.kind is Foreign:
            return Foreign(inlines, self.value)
        return Strong(inlines) if self.kind is Strong else Emph(inlines)


_Word = tuple[tuple[_Wrapper, ...], str]
"""A word and what stands round it, the outermost first. A line break is the word `\\n`."""
_Change = Literal["same", "removed", "added"]


def mark_words(old: Inlines, new: Inlines) -> Inlines:
    """The newer words with what changed marked, bold, links and languages kept."""
    if old == new:
        return new
    runs = compare_words(
        list(_words(old)), list(_words(new)), is_space=lambda word: word[1].isspace()
    )
    return _inlines(runs)


def all_marked(inlines: Inlines, mark: Literal["inserted", "deleted"]) -> Inlines:
    """Words that one version alone has."""
    words = tuple(_words(inlines))
    return _inlines([Run("added" if mark == "inserted" else "removed", words)])


def _words(inlines: Inlines, around: tuple[_Wrapper, ...] = ()) -> Iterator[_Word]:
    for inline in inlines:
        if isinstance(inline, Text):
            yield from ((around, word) for word in words_in(inline.text))
        elif isinstance(inline, Break):
            yield around, "\n"
        elif isinstance(inline, Link):
            yield from _words(inline.inlines, (*around, _Wrapper(Link, inline.target)))
        elif isinstance(inline, Foreign):
            yield from _words(inline.inlines, (*around, _Wrapper(Foreign, inline.language)))
        elif isinstance(inline, Strong | Emph):
            yield from _words(inline.inlines, (*around, _Wrapper(type(inline))))
        else:
            raise ValueError("these words are compared already")


def _inlines(runs: Sequence[Run[_Word]]) -> Inlines:
    words = [(around, run.change, word) for run in runs for around, word in run.words]
    return tuple(_nested(words, 0))


def _nested(
    words: Sequence[tuple[tuple[_Wrapper, ...], _Change, str]], depth: int
) -> Iterator[Inline]:
    for wrapper, group in groupby(words, lambda w: w[0][depth] if len(w[0]) > depth else None):
        if wrapper is not None:
            yield wrapper.around(tuple(_nested(list(group), depth + 1)))
            continue
        for change, run in groupby(group, lambda w: w[1]):
            texts = _texts("".join(word for _, _, word in run))
            if change == "same":
                yield from texts
            else:
                yield Inserted(texts) if change == "added" else Deleted(texts)


def _texts(words: str) -> tuple[Text | Break, ...]:
    made: list[Text | Break] = []
    for number, line in enumerate(words.split("\n")):
        if number:
            made.append(Break())
        if line:
            made.append(Text(line))
    return tuple(made)
