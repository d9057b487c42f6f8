"""A text of the register and what became of its words in a document → the text with those words.

What was not edited stays as it is written: links, emphasis, and how a sign is escaped. What is
made is rendered again and must say exactly what the document says; else nothing is made.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from remit.importing.edited_lines import Line, Words, plain_link, said, tidy
from remit.model.links import LINK
from remit.model.register import Register

Render = Callable[[str], tuple[Line, ...]]
"""The text of a field → its lines as a document shows them."""

_EXTERNAL = re.compile(r"\[([^\[\]]*)\]\(([^()\s]+)\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});")
_MARKS = re.compile(r"[*_]+")
_SPECIAL = re.compile(r"([\\*_\[\]<>`~|!&])")
_OPENS_BLOCK = re.compile(r"^(?:([-+#>])|(\d+)([.)]))")
_WEB = re.compile(r"(?:https?://[^\s()]+|mailto:[^\s()]+|tel:\+?\d[^\s()]*)")


class CannotReword(Exception):
    """The text is written in a way that its words cannot be changed from a document: says why."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, a space or a link: what is shown, and how it is written."""

    text: str
    link: str
    source: str
    before: str = ""
    after: str = ""
    """Marks of emphasis that open before it, and that close after it."""

    @property
    def key(self) -> tuple[str, str]:
        return self.text, plain_link(self.link)


@dataclass(frozen=True)
class Rewording:
    """How the texts of a document in one language are written anew."""

    register: Register
    link_base: str

    def label(self, lines: Sequence[Line]) -> str:
        """A heading or a name: words alone."""
        return " ".join("".join(one.text for one in line) for line in lines if line)

    def text(self, source: str, old: Sequence[Line], new: Sequence[Line], render: Render) -> str:
        """The text `source`, shown as `old`, so that it is shown as `new`. Raises CannotReword."""
        chunks = re.split(r"\n[ \t]*\n\s*", source) if source else []
        for ways in ((True, False), (False, False), (True, True), (False, True)):
            made = self._made(chunks, old, new, render, *ways)
            if made is not None and said(render(made)) == said(new):
                return made
        raise CannotReword("it is written with marks that a document does not show one by one")

    def new(self, lines: Sequence[Line], render: Render) -> str:
        """A text that says just these lines. Raises CannotReword."""
        return self.text("", (), lines, render)

    def _made(
        self,
        chunks: list[str],
        old: Sequence[Line],
        new: Sequence[Line],
        render: Render,
        marked: bool,
        escaped: bool,
    ) -> str | None:
        """`marked`: whether * and _ are marks of emphasis. `escaped`: whether new words are."""
        old, new = [one for one in old if one], [one for one in new if one]
        if len(chunks) != len(old):
            return None
        tokens = [list(self._tokens(chunk, render, marked)) for chunk in chunks]
        for shown, line in zip(tokens, old, strict=True):
            if "".join(one.text for one in shown) != "".join(one.text for one in line):
                return None
        links = {plain_link(one.link): one.source for line in tokens for one in line if one.link}
        made = []
        for before, after in _pairs(old, new):
            if after is not None:
                was = tokens[before] if before is not None else []
                made.append(self._line(was, self._words(new[after], links, escaped), escaped))
        return "\n\n".join(made)

    def _line(self, old: list[_Token], new: list[_Token], escaped: bool) -> str:
        matcher = SequenceMatcher(
            None, [one.key for one in old], [one.key for one in new], autojunk=False
        )
        parts: list[str] = []
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            was = old[i1:i2]
            if tag == "equal":
                parts += [one.before + one.source + one.after for one in was]
            else:
                opening = "".join(one.before for one in was)
                closing = "".join(one.after for one in was)
                words = "".join(one.source for one in new[j1:j2])
                if not words.strip():
                    opening, closing = _unbalanced(opening, closing)
                parts.append(opening + words + closing)
        made = "".join(parts).strip()
        if escaped:
            made = _OPENS_BLOCK.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", made)
        return made

    # --- what is written -------------------------------------------------------------------

    def _tokens(self, source: str, render: Render, marked: bool) -> Iterator[_Token]:
        """The words, spaces and links of a paragraph as it is written."""
        waiting, found = "", None
        for token in self._atoms(" ".join(source.split()), render, marked):
            if not token.text:  # a mark: it closes after a word, and opens before one
                if found is not None and not found.text.isspace() and not waiting:
                    found = replace(found, after=found.after + token.source)
                else:
                    waiting += token.source
                continue
            if found is not None:
                if _joins(found, token) and not waiting:
                    found = replace(
                        found, text=found.text + token.text, source=found.source + token.source
                    )
                    continue
                yield found
            found, waiting = replace(token, before=waiting), ""
        if found is not None:
            yield replace(found, after=found.after + waiting)

    def _atoms(self, source: str, render: Render, marked: bool) -> Iterator[_Token]:
        at = 0
        while at < len(source):
            if match := LINK.match(source, at) or _EXTERNAL.match(source, at):
                (line,) = render(match[0]) or ((),)
                for one in line:
                    yield _Token(one.text, one.link, match[0] if one.link else one.text)
            elif match := _ESCAPE.match(source, at):
                yield _Token(match[1], "", match[0])
            elif match := _ENTITY.match(source, at):
                yield _Token(html.unescape(match[0]), "", match[0])
            elif marked and (match := _MARKS.match(source, at)):
                yield _Token("", "", match[0])
            else:
                (line,) = (tidy((Words(f"x{source[at]}x"),)),)
                yield _Token(line[0].text[1:-1], "", source[at])
                at += 1
                continue
            at = match.end()

    # --- what is new -----------------------------------------------------------------------

    def _words(self, line: Line, links: dict[str, str], escaped: bool) -> list[_Token]:
        found = []
        for one in line:
            if one.link:
                source = self._link(one, links, escaped)
                found.append(_Token(one.text, one.link, source))
                continue
            for word in re.findall(r"\w+|\W", one.text):
                found.append(_Token(word, "", _SPECIAL.sub(r"\\\1", word) if escaped else word))
        return found

    def _link(self, one: Words, links: dict[str, str], escaped: bool) -> str:
        known = links.get(plain_link(one.link), "")
        if match := LINK.fullmatch(known):
            return f"[[{match[1]}|{one.text}]]"
        if target := self._target(one.link):
            return f"[[{target}|{one.text}]]"
        if _WEB.fullmatch(one.link):
            words = _SPECIAL.sub(r"\\\1", one.text) if escaped else one.text
            return f"[{words}]({one.link})"
        raise CannotReword(f'a link leads to "{one.link}", which is no page of the register')

    def _target(self, link: str) -> str:
        """How a text names the record whose page a link leads to."""
        base = self.link_base.rstrip("/") + "/"
        if not link.startswith(base):
            return ""
        path, _, fragment = link.removeprefix(base).partition("#")
        address = path.strip("/")
        if address not in self.register.by_address:
            return ""
        id = address.rpartition("/")[2]
        named = id if len(self.register.named(id)) == 1 else address
        return f"{named}#{fragment}" if fragment else named


def _joins(one: _Token, other: _Token) -> bool:
    """Whether two pieces are of one word."""
    plain = not one.link and not other.link and not one.after
    return plain and bool(re.fullmatch(r"\w+", one.text + other.text))


def _unbalanced(opening: str, closing: str) -> tuple[str, str]:
    """Marks of words that are gone: those that open and close among them go too."""
    while opening and closing and opening[-1] == closing[0]:
        opening, closing = opening[:-1], closing[1:]
    return opening, closing


def _pairs(old: Sequence[Line], new: Sequence[Line]) -> Iterator[tuple[int | None, int | None]]:
    """Which of the new paragraphs was which of the old, in the new order."""
    texts = [["".join(one.text for one in line) for line in lines] for lines in (old, new)]
    matcher = SequenceMatcher(None, texts[0], texts[1], autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        count = min(i2 - i1, j2 - j1)
        yield from ((i1 + step, j1 + step) for step in range(count))
        yield from ((None, at) for at in range(j1 + count, j2))
