"""The frame around a page: rendered once per language, depth, section and need of an exit.

What differs from page to page stands in the frame as a token; pages put their own words there.
The theme's template is the host's business: `render` is given as a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from remit.model.addresses import CHANGES
from remit.model.records import BY_KIND, Contact, Guidance, Topic
from remit.model.register import Register, address_of
from remit.render.feeds import FEED_FILE
from remit.render.labels import labels_for, own_name
from remit.render.pages import NAVIGATION, SAFETY_PAGE, Page, not_found_page
from remit.render.site_view import SiteView
from remit.settings import Settings

LIST_DEPTH = 2
"""Folders between the root and a kind's list page: the navigation's own pages."""
_TOKENS = ("title", "description", "canonical", "path", "content", "edit")
_TOKEN = re.compile(r"remit7d1c(" + "|".join(_TOKENS) + ")c1d7")


def _token(name: str) -> str:
    return f"remit7d1c{name}c1d7"


@dataclass
class Frames:
    """Makes whole pages. `render_frame` turns the frame's context into HTML (the theme does)."""

    register: Register
    settings: Settings
    render_frame: Callable[[str, dict[str, Any]], str]
    _made: dict[tuple[str, int, str, bool, bool, bool], list[str]] = field(default_factory=dict)

    def whole(self, page: Page) -> str:
        """The page's full HTML."""
        if not page.framed:
            return page.html
        searched = page.listed and page.searched
        key = (page.language, page.depth, page.section, page.listed, searched, page.sensitive)
        pieces = self._made.get(key)
        if pieces is None:
            context = self._context(page.language, page.depth, page.section)
            context |= {"listed": page.listed, "searched": searched}
            if page.sensitive:
                context["exit"] = self._exit(page.language, context["home"])
            pieces = self._made[key] = _TOKEN.split(self.render_frame(page.language, context))
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
        return "".join(
            piece if index % 2 == 0 else values[piece] for index, piece in enumerate(pieces)
        )

    def not_found(self, language: str = "") -> str:
        """A page for lost addresses: in one language, or in all where a host serves only one.

        Served at any depth, so its links begin at the site's root.
        """
        root = urlsplit(self.settings.site_url).path.rstrip("/")
        inner = not_found_page(self.settings, (language,) if language else self.settings.languages)
        language = language or self.settings.default_language
        context = self._context(language, 0, "", root)
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
        return self.render_frame(language, context)

    def _context(
        self, language: str, depth: int, section: str, root: str | None = None
    ) -> dict[str, Any]:
        labels = labels_for(language)
        if root is None:
            root = "/".join([".."] * depth) or "."
        home = f"{root}/{language}/"

        def entry(title: str, folder: str) -> dict[str, Any]:
            active = section == folder
            return {
                "title": title,
                "url": f"{home}{folder}/",
                "active": active,
                "current": active and depth == LIST_DEPTH,
            }

        return {
            "language": language,
            "t": self._labels(language),
            "site_name": self.settings.site_name[language],
            "root": root,
            "home": home,
            "feed": f"{home}{FEED_FILE}",
            "feed_name": labels.get("feed_of", name=self.settings.site_name[language]),
            "nav": [
                *(entry(labels.kind(kind, "many"), BY_KIND[kind].FOLDER) for kind in NAVIGATION),
                entry(labels["everything"], "all"),
            ],
            "footer_nav": self._footer(language, entry),
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

    def _footer(
        self, language: str, entry: Callable[[str, str], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        labels = labels_for(language)
        view = SiteView(self.register, self.settings, language, self.settings.today)
        about = [page for page in self.register.all(Guidance) if Topic.ABOUT in page.topics]
        rows = [
            entry(view.name(page), address_of(page))
            for page in sorted(about, key=lambda one: (one.order, one.id))
        ]
        rows += [
            entry(labels.kind("term", "many"), "terms"),
            entry(labels["changes"], CHANGES),
            entry(labels["everything"], "all"),
        ]
        if self.settings.feedback:
            rows.append({"title": labels["feedback"], "url": self.settings.feedback})
        return [row | {"active": False} for row in rows]

    def _exit(self, language: str, home: str) -> dict[str, str]:
        """Where the quick exit leads, and the page on what it can and cannot do."""
        found = {"site": self.settings.exit_site(language), "page": "", "title": ""}
        page = self.register.by_address.get(SAFETY_PAGE)
        if page is not None:
            view = SiteView(self.register, self.settings, language, self.settings.today)
            found |= {"page": f"{home}{SAFETY_PAGE}/", "title": view.name(page)}
        return found

    def _emergency(self, language: str) -> list[dict[str, str]]:
        """Emergency numbers, each once: the same number serves both countries."""
        view = SiteView(self.register, self.settings, language, self.settings.today)
        numbers: dict[str, list[Contact]] = {}
        for contact in view.as_of.living(Contact):
            if contact.emergency and contact.phone:
                numbers.setdefault(contact.phone, []).append(contact)
        rows = []
        for number, contacts in numbers.items():
            label = view.labels["emergency_number"] if len(contacts) > 1 else view.name(contacts[0])
            rows.append({"number": number, "label": label, "tel": f"tel:{number}"})
        return rows


def site_map(pages: Iterable[tuple[str, str]], settings: Settings) -> str:
    """sitemap.xml of pages, each a language and a path, with the other languages of each
    (sitemaps.org, xhtml:link), by language and address."""
    codes = settings.languages
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    for language, address in sorted(pages, key=lambda page: (codes.index(page[0]), page[1])):
        path = f"{address}/" if address else ""
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" '
            f'href="{settings.site_url}{code}/{path}"/>'
            for code in codes
        )
        lines.append(f"<url><loc>{settings.site_url}{language}/{path}</loc>{links}</url>")
    return "\n".join([*lines, "</urlset>", ""])
