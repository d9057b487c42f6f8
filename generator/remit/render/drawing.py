"""Drawing without a browser: how wide words are, how they wrap, and what SVG is made of.

Pictures stand in the page with their text in CSS pixels. What goes across the page is in percent
of its width, so that the text is as large on a phone as on a desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from remit.render.html import escape

KEPT = 8192
"""How many drawn shapes of a sort are kept: the same stand at the same height on many pages."""
WIDTH = 280
"""Pixels that are there on a phone 320 px wide; no line of text may be longer."""
NAME, SMALL = 15, 13.5
"""Sizes of text in pixels, as the style sheet has them."""

# Widths in Source Sans 3, in shares of the size: measured once, rounded up to wrap by.
_WIDTHS = {
    letter: share
    for share, letters in (
        (0.25, " \u00a0ij.,:;'’·"),
        (0.3, "flI!"),
        (0.35, "rt-/()"),
        (0.45, "sxz?"),
        (0.5, "cekvyéFJLY0123456789–+"),
        (0.55, "aghnouåäöøüAESTVXZÅÄ"),
        (0.6, "bdpqBCKPR"),
        (0.7, "DGNUHOQÖØ&"),
        (0.85, "wMmæWÆ—%"),
    )
    for letter in letters
}
_ROOM = 1.05  # other fonts that a reader may have are wider


@lru_cache(KEPT)
def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """About how many pixels the words take, rather more than less."""
    share = sum([_WIDTHS.get(letter, 0.7) for letter in words])
    return share * size * _ROOM * (1.06 if bold else 1)


@lru_cache(KEPT)
def wrapped(words: str, size: float, width: float, *, bold: bool = False) -> tuple[str, ...]:
    """The words on as many lines as they need. Nothing is left out; a long word is divided."""
    words = words.lstrip(" ")
    if width_of(words, size, bold=bold) <= width:
        return (words,)
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_of(line, size, bold=bold) > width:
            cut = _cut(line, size, width, bold)
            lines.append(line[:cut].rstrip("-") + "-")
            line = line[cut:]
    return (*lines, line)


def _cut(word: str, size: float, width: float, bold: bool) -> int:
    """Where to divide a word that no line holds: after a hyphen in it, else where it is full."""
    end = len(word) - 1
    while end > 1 and width_of(word[:end] + "-", size, bold=bold) > width:
        end -= 1
    hyphen = word.rfind("-", 1, end)
    return hyphen + 1 if hyphen > 0 else end


@lru_cache(KEPT)
def number(value: float) -> str:
    """At most two decimals, none that say nothing."""
    whole = int(value)
    if value == whole:
        return str(whole)
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(value: float) -> str:
    return number(value) + "%"


def element(tag: str, inner: str = "", /, **attributes: str | float) -> str:
    """An SVG element. `class_` and `text_anchor` are written `class` and `text-anchor`.

    `inner` is markup already; attributes are escaped here.
    """
    written = ""
    for name, value in attributes.items():
        words = escape(value) if isinstance(value, str) else number(value)
        written += f' {_attribute(name)}="{words}"'
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


@cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def text_lines(rows: Iterable[str], x: float, y: float, step: float, class_: str) -> str:
    """Lines of text below each other. `rows` are markup already."""
    across = number(x)
    spans = [
        f'<tspan x="{across}" y="{number(y + index * step)}">{row} </tspan>'
        for index, row in enumerate(rows)
    ]
    return f'<text class="{class_}">{"".join(spans)}</text>'


def text(words: str, x: float | str, y: float, **attributes: str | float) -> str:
    return element("text", escape(words), x=x, y=y, **attributes)


def picture(id: str, name: str, description: str, height: float, parts: Iterable[str]) -> str:
    """A whole picture: as wide as the page lets it be, with a name and what it shows in words."""
    head = element("title", escape(name), id=f"{id}-name")
    head += element("desc", escape(description), id=f"{id}-text")
    return element(
        "svg",
        head + "".join(parts),
        class_="remit-picture__svg",
        role="img",
        aria_labelledby=f"{id}-name {id}-text",
        width="100%",
        height=height,
    )
