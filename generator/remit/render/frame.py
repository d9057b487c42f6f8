"""The frame around a page: rendered once per language, entry of the navigation and need of an exit.

What differs from page to page stands in the frame as a token, the way to the site's root among
them; pages put their own words there. The theme's template is the host's business: `render_frame`
is given as a function. All frames there can be are few and known beforehand, so they can be kept
from one run to the next, and then no theme is needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from remit.model.addresses import CHANGES
from remit.model.records import BY_KIND, Contact, Topic
from remit.model.register import Register, address_of
from remit.render.feeds import FEED_FILE
from remit.render.labels import labels_for, own_name
from remit.render.page import Page
from remit.render.pages import NAVIGATION, SAFETY_PAGE, not_found_page
from remit.render.site_view import SiteView
from remit.settings import Settings

_OF_DEPTH = ("root", "home")
_OF_PAGE = ("title", "description", "canonical", "path", "content", "edit")
_TOKEN = re.compile(r"remit7d1c(" + "|".join((*_OF_DEPTH, *_OF_PAGE)) + ")c1d7")
_ASSET = re.compile(r"(?<=\bassets/)[\w./-]+")
SITE_MAP = "sitemap.xml"
MOST_IN_MAP = 20_000
_ENTRIES = (*(BY_KIND[kind].FOLDER for kind in NAVIGATION), "all")
"""Folders of the pages that the navigation leads to."""


def with_assets(html: str, name: Callable[[str], str]) -> str:
    """A page that loads files by the names that `name` gives them."""
    return _ASSET.sub(lambda found: name(found[0]), html)


def _token(name: str) -> str:
    return f"remit7d1c{name}c1d7"


class Shape(NamedTuple):
    """What one frame differs from another by."""

    language: str
    entry: str
    """Folder of the entry of the navigation that the page belongs to, or nothing."""
    current: bool
    """Whether the page is the one that the entry leads to."""
    listed: bool
    searched: bool
    sensitive: bool


def shapes(settings: Settings) -> Iterator[Shape]:
    """Every frame that a page can need."""
    places = [("", False), *product(_ENTRIES, (True, False))]
    uses = [(True, True), (True, False), (False, False)]
    for language, place, use, sensitive in product(settings.languages, places, uses, (True, False)):
        yield Shape(language, *place, *use, sensitive)


def _shape_of(page: Page) -> Shape:
    entry = page.section if page.section in _ENTRIES else ""
    current = bool(entry) and page.path == entry
    searched = page.listed and page.searched
    return Shape(page.language, entry, current, page.listed, searched, page.sensitive)


@dataclass
class Frames:
    """Makes whole pages. `render_frame` turns the frame's context into HTML (the theme does)."""

    register: Register
    settings: Settings
    render_frame: Callable[[str, dict[str, Any]], str]
    assets: Mapping[str, str] = field(default_factory=dict)
    """Names of the files that pages load, with the digests in them."""
    rendered: dict[Shape, str] = field(default_factory=dict)
    """Frames by shape, with their tokens."""
    made_of: Sequence[tuple[str, str]] = ()
    """Files and folders that they are made of besides, with the digests of their contents, where
    the frames are kept."""
    lost: dict[str, str] = field(default_factory=dict)
    """Pages for lost addresses, by language; by "" the one in all languages."""
    _pieces: dict[tuple[Shape, int], list[str]] = field(default_factory=dict)

    def whole(self, page: Page) -> str:
        """The page's full HTML."""
        if not page.framed:
            return self.named(page.html)
        key = (_shape_of(page), page.depth)
        pieces = self._pieces.get(key)
        if pieces is None:
            pieces = self._pieces[key] = self._split(*key)
        name = self.settings.site_name[page.language]
        title = name if page.title == name else f"{page.title} – {name}"
        path = f"{page.path}/" if page.path else ""
        values = {
            "title": str(escape(title)),
            "description": str(escape(page.description)),
            "canonical": f"{self.settings.site_url}{page.language}/{path}",
            "path": path,
            "content": page.html,
            "edit": str(escape(self.settings.edit_url + page.source)),
        }
        made = list(pieces)
        made[1::2] = [values[name] for name in pieces[1::2]]
        return "".join(made)

    def named(self, html: str) -> str:
        """A page without a frame, which loads files by the names that they have."""
        return with_assets(html, lambda path: self.assets.get(path, path))

    def render_all(self) -> None:
        """Renders every frame there is: before work is divided, so that none is rendered twice."""
        for shape in shapes(self.settings):
            self._html(shape)
        for language in ("", *self.settings.languages):
            self.not_found(language)

    @cached_property
    def state(self) -> str:
        """Digest of all that the frames say that comes from the register and its settings."""
        said = [
            (self._footer(code, ""), self._emergency(code), self._exit(code, ""))
            for code in self.settings.languages
        ]
        settings = replace(self.settings, today=date.min)  # what changes with the day is in `said`
        return hashlib.sha256(repr((settings, said)).encode()).hexdigest()

    def not_found(self, language: str = "") -> str:
        """A page for lost addresses: in one language, or in all where a host serves only one.

        Served at any depth, so its links begin at the site's root.
        """
        html = self.lost.get(language)
        if html is None:
            context = self._context_not_found(language)
            html = self.lost[language] = self.render_frame(context["language"], context)
        return html

    def _html(self, shape: Shape) -> str:
        html = self.rendered.get(shape)
        if html is None:
            html = self.render_frame(shape.language, self._context(shape))
            self.rendered[shape] = html
        return html

    def _split(self, shape: Shape, depth: int) -> list[str]:
        """The frame between the tokens that are a page's own, at the odd places their names."""
        ways = {"root": "/".join([".."] * depth), "home": "../" * (depth - 1) or "./"}
        html = self._html(shape)
        return _TOKEN.split(_TOKEN.sub(lambda one: ways.get(one[1], one[0]), html))

    def _context(self, shape: Shape) -> dict[str, Any]:
        context = dict(self._of_language[shape.language])
        context["nav"] = [
            entry
            | {
                "active": shape.entry == folder,
                "current": shape.entry == folder and shape.current,
            }
            for folder, entry in zip(_ENTRIES, context["nav"], strict=True)
        ]
        context |= {"listed": shape.listed, "searched": shape.searched}
        if shape.sensitive:
            context["exit"] = self._exits[shape.language]
        return context

    @cached_property
    def _of_language(self) -> dict[str, dict[str, Any]]:
        ways = (_token("root"), _token("home"))
        return {code: self._common(code, *ways) for code in self.settings.languages}

    @cached_property
    def _exits(self) -> dict[str, dict[str, str]]:
        return {code: self._exit(code, _token("home")) for code in self.settings.languages}

    def _context_not_found(self, language: str) -> dict[str, Any]:
        root = urlsplit(self.settings.site_url).path.rstrip("/")
        inner = not_found_page(self.settings, (language,) if language else self.settings.languages)
        language = language or self.settings.default_language
        context = self._common(language, root, f"{root}/{language}/")
        labels = labels_for(language)
        context |= {
            "title": f"{labels['not_found']} – {self.settings.site_name[language]}",
            "description": labels["not_found_text"],
            "canonical": "",
            "listed": False,
            "searched": False,
            "content": Markup(inner.replace('href="/', f'href="{root}/')),
            "edit_url": "",
        }
        for other in context["alternates"]:
            other["url"] = f"{root}/{other['code']}/"
        return context

    def _common(self, language: str, root: str, home: str) -> dict[str, Any]:
        """What every frame of the language is given; the way to the site's root is `root`."""
        labels = labels_for(language)
        titles = [*(labels.kind(kind, "many") for kind in NAVIGATION), labels["everything"]]
        return {
            "language": language,
            "t": self._labels(language),
            "site_name": self.settings.site_name[language],
            "root": root,
            "home": home,
            "feed": f"{home}{FEED_FILE}",
            "feed_name": labels.get("feed_of", name=self.settings.site_name[language]),
            "nav": [
                {"title": title, "url": f"{home}{folder}/", "active": False, "current": False}
                for folder, title in zip(_ENTRIES, titles, strict=True)
            ],
            "footer_nav": self._footer(language, home),
            "alternates": [
                {
                    "code": code,
                    "name": own_name(code),
                    "url": f"{root}/{code}/{_token('path')}",
                    "absolute": f"{self.settings.site_url}{code}/{_token('path')}",
                    "current": code == language,
                }
                for code in self.settings.languages
            ],
            "emergency": self._emergency(language),
            "exit": None,
            "title": _token("title"),
            "description": _token("description"),
            "canonical": _token("canonical"),
            "content": Markup(_token("content")),
            "edit_url": _token("edit") if self.settings.edit_url else "",
        }

    def _labels(self, language: str) -> dict[str, str]:
        """The frame's labels; the demonstration notice only where it is true."""
        table = labels_for(language).table
        if not self.settings.demonstration:
            del table["demonstration"]
        return table

    def _footer(self, language: str, home: str) -> list[dict[str, Any]]:
        labels = labels_for(language)
        view = SiteView(self.register, self.settings, language, self.settings.today)
        about = self.register.pages_on(Topic.ABOUT)
        rows = [(view.name(page), f"{home}{address_of(page)}/") for page in about]
        rows += [
            (labels.kind("term", "many"), f"{home}terms/"),
            (labels["changes"], f"{home}{CHANGES}/"),
            (labels["everything"], f"{home}all/"),
        ]
        if self.settings.feedback:
            rows.append((labels["feedback"], self.settings.feedback))
        return [{"title": title, "url": url, "active": False} for title, url in rows]

    def _exit(self, language: str, home: str) -> dict[str, str]:
        """Where the quick exit leads, and the page on what it can and cannot do."""
        found = {"site": self.settings.exit_site(language), "page": "", "title": ""}
        page = self.register.at(SAFETY_PAGE)
        if page is not None:
            view = SiteView(self.register, self.settings, language, self.settings.today)
            found |= {"page": f"{home}{SAFETY_PAGE}/", "title": view.name(page)}
        return found

    def _emergency(self, language: str) -> list[dict[str, str]]:
        """Emergency numbers, each once: the same number serves both countries."""
        view = SiteView(self.register, self.settings, language, self.settings.today)
        numbers: dict[str, list[Contact]] = {}
        for contact in view.as_of.emergency_numbers():
            if contact.phone:
                numbers.setdefault(contact.phone, []).append(contact)
        rows = []
        for number, contacts in numbers.items():
            label = view.labels["emergency_number"] if len(contacts) > 1 else view.name(contacts[0])
            rows.append({"number": number, "label": label, "tel": f"tel:{number}"})
        return rows


def site_maps(pages: Iterable[tuple[str, str]], settings: Settings) -> dict[str, str]:
    """By file name: the site map of pages, each a language and a path, with the other languages of
    each, by language and address. More than MOST_IN_MAP are divided, and sitemap.xml names the
    parts (sitemaps.org allows 50 000 addresses and 50 MB in one)."""
    codes = settings.languages
    listed = sorted(pages, key=lambda page: (codes.index(page[0]), page[1]))
    if len(listed) <= MOST_IN_MAP:
        return {SITE_MAP: _site_map(listed, settings)}
    starts = range(0, len(listed), MOST_IN_MAP)
    parts = {
        f"sitemap-{number}.xml": _site_map(listed[start : start + MOST_IN_MAP], settings)
        for number, start in enumerate(starts, 1)
    }
    named = [f"<sitemap><loc>{settings.site_url}{name}</loc></sitemap>" for name in parts]
    return {SITE_MAP: _map_file("sitemapindex", "", named), **parts}


def _site_map(pages: Iterable[tuple[str, str]], settings: Settings) -> str:
    lines = []
    for language, address in pages:
        path = f"{address}/" if address else ""
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" '
            f'href="{settings.site_url}{code}/{path}"/>'
            for code in settings.languages
        )
        lines.append(f"<url><loc>{settings.site_url}{language}/{path}</loc>{links}</url>")
    return _map_file("urlset", ' xmlns:xhtml="http://www.w3.org/1999/xhtml"', lines)


def _map_file(element: str, names: str, lines: Sequence[str]) -> str:
    head = f'<{element} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{names}>'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *lines, f"</{element}>", ""])
