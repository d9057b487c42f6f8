"""Our built pages as Markdown: the same titles, headings, texts, tables and links, page by page.

What only our pages have is left out: pictures (the table beside each says the same), forms, and the
frame: the way back, the list of headings and the footer's links, for which each tool has its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import html
from lxml.etree import strip_elements

Href = Callable[[str], str]

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~^${}])")
_OUTSIDE = re.compile(r"[a-z]+:")
_SPACE = re.compile(r"\s+")
_LEFT_OUT = ("figure", "form", "svg", "script", "button", "dialog")
_FRAME = ("remit-breadcrumb", "remit-onthispage")
_LIKE_A_LIST = re.compile(r"^(\d*)([.)+-])(?=\s)")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_FLOWING = {"a", "b", "br", "code", "em", "i", "span", "strong", "time", "sub", "sup", "small"}


@dataclass(frozen=True)
class Page:
    """One page of ours. `path`: its folder in the site, "" for the front page of all languages."""

    path: str
    title: str
    body: html.HtmlElement

    @property
    def language(self) -> str:
        return self.path.partition("/")[0]

    def markdown(self, href: Href) -> str:
        """Its body as Markdown, without the title. `href`: where a page of the site is to be found,
        from the path of its folder."""

        def link(target: str) -> str:
            path = self.target(target)
            return path if _OUTSIDE.match(path) or not path else href(path)

        return "\n\n".join(_blocks(self.body, link)) + "\n"

    def target(self, address: str) -> str:
        """The folder in the site that an address in this page leads to, or the whole address where
        it leads out; "" for a place in the same page or a file."""
        if _OUTSIDE.match(address):
            return address
        address = address.partition("#")[0]
        if not address.endswith("/"):
            return ""
        return posixpath.normpath(posixpath.join(self.path, address))

    def words(self) -> list[str]:
        """Its words in reading order, for a comparison with what another tool made of them."""
        return " ".join(self.body.itertext()).split()


def pages_of(site: Path) -> Iterator[Page]:
    """Every page of a built site in the order of the paths, but those for what is not found."""
    for file in sorted(site.rglob("index.html")):
        if page := page_of(site, file):
            yield page


def page_of(site: Path, file: Path) -> Page | None:
    """The page of a file, or nothing where the file has no article (it only leads on)."""
    body = next(html.fromstring(file.read_bytes()).iter("article"), None)
    if body is None:
        return None
    heading = next(body.iter("h1"))
    title = " ".join("".join(map(str, heading.itertext())).split())
    for element in (heading, *body.iter("nav")):
        if element is heading or element.get("class") in _FRAME:
            element.tag = "dialog"  # which is left out
    strip_elements(body, *_LEFT_OUT, with_tail=False)
    path = file.parent.relative_to(site).as_posix()
    return Page("" if path == "." else path, title, body)


def _blocks(element: html.HtmlElement, link: Href) -> Iterator[str]:
    """The blocks within an element; runs of text between them are paragraphs."""
    run = [_escaped(element.text)]
    for child in element:
        if child.tag in _FLOWING:
            run.append(_inline(child, link))
        else:
            yield from _paragraph(run)
            yield from _block(child, link)
            run = []
        run.append(_escaped(child.tail))
    yield from _paragraph(run)


def _paragraph(run: list[str]) -> Iterator[str]:
    if text := "".join(run).strip():
        yield _LIKE_A_LIST.sub(r"\1\\\2", text)


def _block(element: html.HtmlElement, link: Href) -> Iterator[str]:
    tag = element.tag
    if tag in _HEADINGS:
        yield f"{'#' * int(tag[1])} {_line(element, link)}"
    elif tag in ("ul", "ol"):
        items = ("\n\n".join(_blocks(item, link)) for item in element.iterchildren("li"))
        yield "\n".join(f"- {item}".replace("\n", "\n    ") for item in items if item)
    elif tag == "dl":
        yield "\n".join(_facts(element, link))
    elif tag == "table":
        yield _table(element, link)
    elif tag in ("dt", "summary", "label"):
        yield f"**{_line(element, link)}**"
    elif isinstance(tag, str):
        yield from _blocks(element, link)


def _facts(element: html.HtmlElement, link: Href) -> Iterator[str]:
    terms = element.xpath(".//dt")
    for term in terms:
        values = []
        for after in term.itersiblings():
            if after.tag != "dd":
                break
            values.append(_line(after, link))
        yield f"- **{_line(term, link)}** {' '.join(values)}"


def _table(element: html.HtmlElement, link: Href) -> str:
    rows = [
        [_line(cell, link) for cell in row.xpath("./th|./td")] for row in element.xpath(".//tr")
    ]
    head, *others = rows
    lines = ["| " + " | ".join(row) + " |" for row in others]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *lines])


def _line(element: html.HtmlElement, link: Href) -> str:
    """All of an element on one line."""
    return _SPACE.sub(" ", _within(element, link)).replace("\\ ", " ").strip()


def _within(element: html.HtmlElement, link: Href) -> str:
    parts = [_escaped(element.text)]
    for child in element:
        parts += [_inline(child, link), _escaped(child.tail)]
    return "".join(parts)


def _inline(element: html.HtmlElement, link: Href) -> str:
    tag = element.tag
    if tag == "br":
        return "\\\n"
    if not isinstance(tag, str):
        return ""
    inner = _within(element, link)
    text = inner.strip()
    if not text or tag not in ("a", "strong", "b", "em", "i"):
        return inner if tag in _FLOWING else f" {inner} "
    before = " " if inner[:1].isspace() else ""
    after = " " if inner[-1:].isspace() else ""
    if tag == "a":
        target = link(str(element.get("href", "")))
        return f"{before}[{text}]({target}){after}" if target else inner
    mark = "**" if tag in ("strong", "b") else "*"
    apart = " " if element.getnext() is not None and not element.tail else after
    return f"{before}{mark}{text}{mark}{apart}"


def _escaped(text: str | None) -> str:
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text)) if text else ""
