"""`[[record]]` links in texts: found here, resolved by the register."""

from __future__ import annotations

import re
from dataclasses import dataclass

LINK = re.compile(r"\[\[([^\[\]|\n]*)(?:\|([^\[\]\n]*))?\]\]")


@dataclass(frozen=True, slots=True)
class TextLink:
    """`[[target]]` or `[[target|words]]`; a `#block` after the target points into a mandate."""

    target: str
    fragment: str
    words: str
    start: int


def links_in(text: str) -> list[TextLink]:
    if "[[" not in text:
        return []
    found = []
    for match in LINK.finditer(text):
        target, _, fragment = match[1].strip().partition("#")
        found.append(TextLink(target, fragment, (match[2] or "").strip(), match.start()))
    return found
