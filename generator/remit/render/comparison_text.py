"""A comparison's outline → text for a terminal, or Markdown for a pull request.

The register's text can come from anyone: no control character reaches the terminal, and nothing in
Markdown becomes markup, a link or a mention.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from remit.render.comparison_outline import Line, Runs

WIDTH = 96
_MARKS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_MARKED = re.compile(r"\[-.*?-\]|\{\+.*?\+\}", re.S)
_RED, _GREEN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"


def as_text(lines: Iterable[Line], *, colour: bool = False) -> str:
    """Indented lines; removed words stand as [-so-] and added ones as {+so+}, in any colour."""
    parts: list[str] = []
    for line in lines:
        if line.level < 3:
            heading = harmless(line.words)
            parts += ["", _BOLD + heading + _PLAIN if colour else heading]
            continue
        indent = "  " * (line.level - 3)
        words = f"{harmless(line.words)} {_marked(line)}".strip()
        wrapped = textwrap.fill(
            words,
            WIDTH,
            initial_indent=f"{indent}{line.sign} " if line.sign else indent,
            subsequent_indent=indent + "    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        parts.append(_MARKED.sub(_coloured, wrapped) if colour else wrapped)
    return "\n".join(parts[1:]) + "\n"


def _marked(line: Line) -> str:
    """The words of a line. What is new or gone as a whole needs no marks beside its sign."""
    if _says_all(line):
        return harmless(_words(line.runs))
    return "".join(
        before + harmless("".join(run.words), edges=True) + after
        for run in line.runs
        for before, after in (_MARKS[run.change],)
    )


def _says_all(line: Line) -> bool:
    return line.sign in ("+", "−") and len({run.change for run in line.runs}) == 1


def _words(runs: Runs) -> str:
    return "".join(word for run in runs for word in run.words)


def _coloured(found: re.Match[str]) -> str:
    return (_RED if found[0].startswith("[") else _GREEN) + found[0] + _PLAIN


def harmless(text: str, *, edges: bool = False) -> str:
    """On one line, without characters that act on a terminal or hide words."""
    text = re.sub(r"\s+", " ", text)
    text = text if edges else text.strip()
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


# --- Markdown ------------------------------------------------------------------------------

_TAGS = {"same": ("", ""), "removed": ("<del>", "</del>"), "added": ("<ins>", "</ins>")}
_SPECIAL = re.compile(r"[\\`*_{}\[\]()#+\-.!|~^$>]")
_STARTS = re.compile(r"(@|\\[#!~$^]|%|&amp;|www\\\.|:(?=//)|\b[A-Z]+\\-(?=\d))(?=\S)", re.I)


def as_markdown(lines: Iterable[Line]) -> str:
    """Headings and lists; removed words in `<del>`, added ones in `<ins>`, and signs with words."""
    parts: list[str] = []
    for line in lines:
        words = escaped(line.words)
        if line.level < 3:
            parts += ["", f"{'#' * (line.level + 2)} {words}", ""]
            continue
        runs = "".join(
            before + escaped("".join(run.words), edges=True) + after
            for run in line.runs
            for before, after in (("", "") if _says_all(line) else _TAGS[run.change],)
        )
        sign = f"**{escaped(line.sign)}** " if line.sign else ""
        parts.append(f"{'  ' * (line.level - 3)}- {sign}{words} {runs}".rstrip())
    return "\n".join(parts[1:]) + "\n"


_GAP = "&#8203;"


def escaped(text: str, *, edges: bool = False) -> str:
    """Text that no Markdown reader takes for markup, HTML, a link, a mention or a reference.

    A space of no width after the signs that begin those keeps a forge from making links of them.
    """
    text = harmless(text, edges=edges)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    text = _SPECIAL.sub(lambda found: "\\" + found[0], text)
    return _STARTS.sub(lambda found: found[0] + _GAP, text)
