"""Words with their links, line by line, as they are compared: not as a program may set them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from urllib.parse import unquote

from remit.render import tree
from remit.render.document_links import link_address
from remit.render.tree import Inlines

_BETWEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_ALIKE = {0x2010: "-", 0x2011: "-", 0x00A0: " ", 0x202F: " ", 0x2009: " "}


@dataclass(frozen=True, slots=True)
class Words:
    """Words that all lead to one address, or nowhere."""

    text: str
    link: str = ""


Line = tuple[Words, ...]


def said(lines: Sequence[Line]) -> list[list[tuple[str, str]]]:
    """What counts of some lines: the same link may be written in several ways."""
    return [[(one.text, plain_link(one.link)) for one in line] for line in lines if line]


def plain_link(link: str) -> str:
    return unquote(link).rstrip("/")


def words_of(line: Sequence[Words]) -> str:
    return "".join(one.text for one in line).strip()


def normal(text: str) -> str:
    """The words as they are compared: composed letters, plain spaces and hyphens."""
    return unicodedata.normalize("NFC", text).translate(_BETWEEN | _ALIKE)


def tidy(line: Sequence[Words]) -> Line:
    """The same with single spaces, neighbours that lead to the same place being one."""
    merged: list[Words] = []
    for one in line:
        text = normal(one.text)
        if merged and merged[-1].link == one.link:
            merged[-1] = Words(merged[-1].text + text, one.link)
        else:
            merged.append(Words(text, one.link))
    return _spaced(merged)


def _spaced(parts: list[Words]) -> Line:
    """Single spaces, none at the edges, and none inside a link's edges: they move out of it."""
    letters = [(letter, one.link) for one in parts for letter in one.text]
    kept: list[tuple[str, str]] = []
    for place, (letter, link) in enumerate(letters):
        if not letter.isspace():
            kept.append((letter, link))
            continue
        if not kept or kept[-1][0] == " ":
            continue
        after = next((one for one in letters[place + 1 :] if not one[0].isspace()), None)
        if after is None:
            break
        kept.append((" ", link if link == kept[-1][1] == after[1] else ""))
    found: list[Words] = []
    for letter, link in kept:
        if found and found[-1].link == link:
            found[-1] = Words(found[-1].text + letter, link)
        else:
            found.append(Words(letter, link))
    return tuple(found)


def lines_of(inlines: Inlines, link_base: str) -> tuple[Line, ...]:
    lines: list[list[Words]] = [[]]
    _spread(inlines, "", lines, link_base)
    return tuple(map(tidy, lines))


def _spread(inlines: Inlines, link: str, lines: list[list[Words]], base: str) -> None:
    for one in inlines:
        if isinstance(one, tree.Text):
            lines[-1].append(Words(one.text, link))
        elif isinstance(one, tree.Break):
            lines.append([])
        elif isinstance(one, tree.Link):
            _spread(one.inlines, link_address(one.target, base), lines, base)
        else:
            _spread(one.inlines, link, lines, base)


def relinked(old: Sequence[Line], new: Sequence[Line]) -> tuple[tuple[Line, ...], list[str]]:
    """The new lines, with the links of old words where the words are the same, and those words
    whose link was another.

    LibreOffice lets the link at the end of a deleted paragraph go on over the next one; so a link
    on old words says nothing, and one on new words counts where it is on no old ones too.
    """
    was, now = _pieces(old), _pieces(new)
    kept: dict[int, str] = {}
    before, after = ([one.text for one in pieces] for pieces in (was, now))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for start, place, length in matcher.get_matching_blocks():
        kept |= {place + step: was[start + step].link for step in range(length)}
    other: list[str] = []
    made: list[Words] = []
    at = 0
    for link, run in groupby(now, key=lambda one: one.link):
        places = range(at, at + len(list(run)))
        at = places.stop
        strayed = [
            place
            for place in places
            if place in kept
            and now[place].text.strip()
            and plain_link(kept[place]) != plain_link(link)
        ]
        if strayed:
            said_there = now[strayed[0] : strayed[-1] + 1]
            other.append(" ".join("".join(one.text for one in said_there).split()))
        made += [
            Words(now[place].text, kept.get(place, "" if strayed else link)) for place in places
        ]
    return _lines(made), other


def _pieces(lines: Sequence[Line]) -> list[Words]:
    """Words and the signs between them, each with its link; a line break between lines."""
    found: list[Words] = []
    for number, line in enumerate(lines):
        found += [Words("\n")] * bool(number)
        for one in line:
            found += [Words(piece, one.link) for piece in re.findall(r"\w+|\W", one.text)]
    return found


def _lines(pieces: Sequence[Words]) -> tuple[Line, ...]:
    lines: list[list[Words]] = [[]]
    for one in pieces:
        if one.text == "\n":
            lines.append([])
        else:
            lines[-1].append(one)
    return tuple(map(tidy, lines))
