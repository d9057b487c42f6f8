"""What a template is given: pieces of the document, the record's fields, and words.

The public names of `Values`, and of its class for each sort of thing that a document is made of,
are the names that templates have. Each is worked out only when a template asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from jinja2 import TemplateRuntimeError
from markupsafe import Markup

from remit.model.records import Record
from remit.model.templates import Template
from remit.model.values import LocalText, Period, When
from remit.render import tree
from remit.render.labels import Labels
from remit.render.view import View


class Pieces:
    """The pieces of the tree that were printed; each has its number in the text."""

    def __init__(self) -> None:
        self.printed: list[tree.Blocks | tree.Inlines] = []

    def __call__(self, content: tree.Blocks | tree.Inlines) -> Piece:
        return Piece(self, content)


class Piece:
    """Words or whole blocks of the tree, as a template holds them: it can print them, no more."""

    __slots__ = ("_content", "_pieces")

    def __init__(self, pieces: Pieces, content: tree.Blocks | tree.Inlines) -> None:
        self._pieces, self._content = pieces, content

    def __html__(self) -> Markup:
        self._pieces.printed.append(self._content)
        return Markup(f'<part n="{len(self._pieces.printed) - 1}"/>')

    def __str__(self) -> str:
        return " ".join(
            one if isinstance(one, str) else tree.plain((one,))
            for part in self._content
            for one in ((part,) if isinstance(part, tree.Inline) else tree.words_of((part,)))
        )

    def __bool__(self) -> bool:
        return bool(self._content)

    @property
    def _words(self) -> tree.Inlines:
        return tuple(one for one in self._content if isinstance(one, tree.Inline))


class Values:
    """What every template is given."""

    def __init__(
        self,
        view: View,
        template: Template,
        words: Mapping[str, LocalText],
        pieces: Pieces,
        record: Any,
    ) -> None:
        self._view, self._template, self._words, self._record = view, template, words, record
        self._pieces = pieces

    @property
    def _labels(self) -> Labels:
        return self._view.labels

    def _inlines(self, content: tree.Inlines) -> Piece:
        return self._pieces(content)

    @cached_property
    def words(self) -> dict[str, str]:
        """The template's own words, in the document's language: `words.deadline`."""
        return {key: self._view.words(words) for key, words in self._words.items()}

    @property
    def kind(self) -> str:
        """What this kind of document is called."""
        return self._view.words(self._template.name)

    @property
    def language(self) -> str:
        """The code of the document's language: `nb`."""
        return self._view.language

    def label(self, key: str, **places: object) -> str:
        """One of remit's own words in the document's language: `label("in_force")`."""
        try:
            return self._labels.get(key, **places)
        except KeyError as error:
            raise TemplateRuntimeError(f"there is no label {error}") from None

    def text(self, local: LocalText) -> Piece:
        """A record's text in the document's language, with its links: words for a paragraph."""
        if not isinstance(local, LocalText):
            raise TemplateRuntimeError("text() is for a record's text in several languages")
        return self._inlines(self._view.inlines(local))

    def blocks(self, local: LocalText) -> Piece:
        """A record's text of several paragraphs and lists, as blocks of their own."""
        if not isinstance(local, LocalText):
            raise TemplateRuntimeError("blocks() is for a record's text in several languages")
        return self._pieces(self._view.blocks(local))

    def day(self, value: object) -> str:
        """A day, a date as precisely as it is known, or a period, in words."""
        if isinstance(value, When):
            return self._labels.when(value)
        if isinstance(value, date):
            return self._labels.day(value)
        if isinstance(value, Period):
            return self._labels.period(value)
        raise TemplateRuntimeError("day() is for a date or a period")

    def name(self, ref: str) -> Piece:
        """The name of the record that a field names, on the document's day."""
        record = self._named(ref)
        return self._inlines(self._view.name_inlines(record))

    def link(self, ref: str) -> Piece:
        """The same name as a link to the record's page."""
        return self._inlines(self._view.link(self._named(ref)))

    def listed(self, items: Sequence[object]) -> Piece:
        """a, b and c, as the language joins them; the records that fields name, as links."""
        found: list[tree.Inlines] = []
        for item in items:
            if isinstance(item, Piece):
                found.append(item._words)
            elif isinstance(item, str):
                found.append(self._view.link(self._named(item)))
            else:
                raise TemplateRuntimeError("listed() is for names of records")
        return self._inlines(self._view.listed(found))

    def say(self, key: str, **places: object) -> Piece:
        """One of the template's own words with its {places} filled in: `say("from", day=…)`."""
        found: list[tree.Inline] = []
        if key not in self._words:
            raise TemplateRuntimeError(f"there are no words '{key}' in the front matter")
        for part in re.split(r"(\{\w+\})", self.words[key]):
            name = part.strip("{}")
            if part != f"{{{name}}}":
                found += [tree.Text(part)] if part else []
            elif name in places:
                found += self._shown(places[name])
            else:
                raise TemplateRuntimeError(f"say('{key}') lacks {name}=…")
        return self._inlines(tuple(found))

    def _show(self, value: object) -> Piece:
        """What is printed of a value that is no text."""
        return self._inlines(self._shown(value))

    def _shown(self, value: object) -> tree.Inlines:
        if value is None:
            return ()
        if isinstance(value, Piece):
            return value._words
        if isinstance(value, LocalText):
            return self._view.inlines(value)
        if isinstance(value, Record):
            return self._view.name_inlines(value)
        if isinstance(value, StrEnum):
            table = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(value).__name__).lower()
            return (tree.Text(self._labels.enum(table, value)),)
        if isinstance(value, date | When | Period):
            return (tree.Text(self.day(value)),)
        if isinstance(value, str | float | int):
            return (tree.Text(str(value)),) if value != "" else ()
        raise TemplateRuntimeError(
            "a list or a group of fields is printed: name one of its fields, or go through it "
            "with {% for … %}"
        )

    def _named(self, ref: str) -> Record:
        register = self._view.register
        if not isinstance(ref, str):
            raise TemplateRuntimeError("the name of a record is wanted, as a field gives it")
        party = register.party(ref)
        found = [party] if party else register.named(ref)
        if len(found) != 1:
            what = "more than one record" if found else "no record"
            raise TemplateRuntimeError(f"there is {what} '{ref}'; write its folder too: roles/…")
        return found[0]
