"""Where a report's links lead: the files of the proposal, its preview, the pages on findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_WEB = re.compile(r"https?://[A-Za-z0-9\[][^\s<>()\"'`\\|]*")


def is_template(url: str) -> bool:
    """Whether links can be made of it: a web address without spaces, quotes or brackets."""
    return _WEB.fullmatch(url) is not None


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """Templates of web addresses; an empty one makes no links.

    `source` has `{path}` and `{line}`, or is the address to which both are added. `preview` is
    where the site of the proposal lies. `explanation` has `{code}`, or gets `CODE.md` added.
    """

    source: str = ""
    preview: str = ""
    explanation: str = ""

    def file(self, path: str, line: int) -> str:
        if not self.source:
            return ""
        path = quote(path, safe="/", errors="replace")
        if "{path}" in self.source:
            return self.source.replace("{path}", path).replace("{line}", str(line))
        return f"{self.source.rstrip('/')}/{path}#L{line}"

    def page(self, language: str, address: str) -> str:
        if not self.preview:
            return ""
        page, hash, place = address.partition("#")
        return f"{self.preview.rstrip('/')}/{language}/{quote(page)}/{hash}{quote(place)}"

    def code(self, code: str) -> str:
        if not self.explanation:
            return ""
        code = quote(code)
        if "{code}" in self.explanation:
            return self.explanation.replace("{code}", code)
        return f"{self.explanation.rstrip('/')}/{code}.md"
