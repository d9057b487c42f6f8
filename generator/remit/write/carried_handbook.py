"""The handbook for a register's own editors: its pages in one language, as far as there are any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
HANDBOOKS = (_PACKAGE / "handbook", _PACKAGE.parents[1] / "docs" / "handbook")
"""Where the handbook lies: in an installed package, or beside it in the project's own folder."""
_FENCE = re.compile(r"^```.*?^```", re.M | re.S)
_OTHER_LANGUAGES = re.compile(r"^\*\[(?:English|Norsk|Svenska)\].*\*\n\n", re.M)
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def handbook(language: str) -> dict[str, bytes]:
    """The handbook's pages in a language, or in English where there is none of its own.

    Links to what does not come along become plain words; the line that leads to the same page in
    other languages is left out.
    """
    top = next((folder for folder in HANDBOOKS if folder.is_dir()), None)
    if top is None:
        raise FileNotFoundError(2, "the handbook is missing; install remit anew", str(HANDBOOKS[0]))
    folder = top / language if (top / language / "README.md").is_file() else top
    pages = {page.name: page.read_text("utf-8") for page in sorted(folder.glob("*.md"))}
    return {
        f"handbook/{name}": _without_dead_links(_OTHER_LANGUAGES.sub("", text), pages).encode()
        for name, text in pages.items()
    }


def _without_dead_links(text: str, pages: Mapping[str, str]) -> str:
    def kept(match: re.Match[str]) -> str:
        target = match[3].partition("#")[0]
        lives = not target or target in pages or re.match(r"(https?|mailto):", target)
        return match[0] if lives and not match[1] else match[2]

    parts, end = [], 0
    for fence in [*_FENCE.finditer(text), None]:
        between = text[end : fence.start() if fence else len(text)]
        parts += [_LINK.sub(kept, between), fence[0] if fence else ""]
        end = fence.end() if fence else end
    return "".join(parts)
