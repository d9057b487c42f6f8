"""A page → its search entry: the words that search knows of it, as a small HTML document."""

from __future__ import annotations

import re

from remit.render.page import Page

_LEFT_OUT = (" data-pagefind-ignore", "<nav ", "<footer ", "<form ", "<svg ", "<label ")
"""What stands in the start tag of an element that search knows nothing of."""
_NAME = re.compile(r"\w+")
_COLUMN_HEADINGS = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_IN_LINE = re.compile(r"</?(?:a|abbr|b|bdi|cite|code|em|i|mark|q|small|span|strong|time)\b[^>]*>")
_KEPT = "h[1-6]|p|li|dt|dd|th|td|tr|caption|section"
_OTHER_TAG = re.compile(rf"<(?!/?(?:{_KEPT})[ >])[^>]*>")
_ATTRIBUTES = re.compile(rf"<({_KEPT}) (?![^>]* data-pagefind)[^>]*>")
_SPACE = re.compile(r"\n\s+")
_SEPARATED = (
    ("</dt>", ": "),
    ("<dt>", ""),
    ("<dd>", "<p>"),
    ("</dd>", "</p>"),
    ("<tr>", "<p>"),
    ("</td></tr>", "</p>"),
    ("</tr>", "</p>"),
    ("<th>", ""),
    ("</th>", " "),
    ("<td>", ""),
    ("</td>", " "),
)
"""Cells stand beside each other in a page; in a line of text they would run together."""


def search_entry(page: Page) -> bytes:
    """The page's searched words with their headings and weights; nothing for a page that search
    does not find. It depends on nothing but the page."""
    if not (page.searched and page.listed and page.framed):
        return b""
    html = page.html
    for mark in _LEFT_OUT:
        html = _without(html, mark)
    html = _OTHER_TAG.sub(" ", _IN_LINE.sub("", _COLUMN_HEADINGS.sub("", html)))
    html = _ATTRIBUTES.sub(lambda tag: f"<{tag[1]}>", html)
    for tag, instead in _SEPARATED:
        html = html.replace(tag, instead)
    html = _SPACE.sub("\n", html)
    return f'<html lang="{page.language}"><body data-pagefind-body>{html}'.encode()


def _without(html: str, mark: str) -> str:
    """The same without the elements in whose start tags `mark` stands."""
    kept, at, found = [], 0, -1
    while (found := html.find(mark, max(at, found + 1))) >= 0:
        start = html.rfind("<", at, found + 1)
        if start < 0 or html.find(">", start, found) >= 0:
            continue  # words of a text
        kept.append(html[at:start])
        at = _end_of_element(html, start)
    return "".join([*kept, html[at:]]) if kept else html


def _end_of_element(html: str, start: int) -> int:
    name = _NAME.match(html, start + 1)
    assert name
    depth = 0
    for tag in re.compile(rf"<(/?){name.group()}\b").finditer(html, start):
        depth += -1 if tag.group(1) else 1
        if not depth:
            return html.index(">", tag.end()) + 1
    raise ValueError(f"an element has no end: {html[start : start + 80]}")
