"""What each code of a diagnostic means: the pages of the handbook's checks, read for a terminal."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from remit.diagnostics import Severity

_PACKAGE = Path(__file__).parents[1]
FOLDERS = (_PACKAGE / "explanations", _PACKAGE.parents[1] / "docs" / "checks")
"""Where the pages lie: in an installed package, and beside it in the project's own folder."""

_FENCE = re.compile(r'^```(?:\w+)?(?: title="([^"]+)")?$')
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code, how much it weighs, what it means in a sentence, and the rest of its page."""

    code: str
    severity: Severity
    meaning: str
    page: str


@cache
def explanations() -> dict[str, Explanation]:
    """Every code with its explanation, in alphabetical order."""
    folder = next((folder for folder in FOLDERS if folder.is_dir()), None)
    if folder is None:
        raise FileNotFoundError(2, "the pages of the checks are missing", str(FOLDERS[0]))
    return {
        page.stem: _read(page.stem, page.read_text("utf-8"))
        for page in sorted(folder.glob("*.md"))
        if page.stem != "README"
    }


def nearest(code: str) -> str | None:
    """The code that someone who wrote `code` may have meant."""
    near = difflib.get_close_matches(code, explanations(), n=1, cutoff=0.5)
    return near[0] if near else None


def _read(code: str, text: str) -> Explanation:
    _, _, first, page = text.split("\n", 3)
    severity, _, meaning = first.partition(".** ")
    return Explanation(code, Severity(severity.strip("*").lower()), meaning, page.strip("\n"))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page: a heading, a paragraph, or lines to show as they are."""

    what: str
    lines: tuple[str, ...]
    title: str = ""
    """For lines: the file that they are of."""


def parts(page: str) -> list[Part]:
    """A page's headings, paragraphs and examples, without Markdown's signs."""
    found: list[Part] = []
    lines = iter(page.splitlines())
    for line in lines:
        fence = _FENCE.match(line)
        if fence:
            inside = []
            for inner in lines:
                if inner == "```":
                    break
                inside.append(inner)
            found.append(Part("example", tuple(inside), fence[1] or ""))
        elif line.startswith("## "):
            found.append(Part("heading", (line[3:],)))
        elif line.strip():
            words = _LINK.sub(r"\1", line).replace("**", "").strip()
            if found and found[-1].what == "paragraph" and found[-1].lines[-1]:
                found[-1] = Part("paragraph", (*found[-1].lines, words))
            else:
                found.append(Part("paragraph", (words,)))
        elif found and found[-1].what == "paragraph":
            found[-1] = Part("paragraph", (*found[-1].lines, ""))
    return found
