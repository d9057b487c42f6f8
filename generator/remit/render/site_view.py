"""A view for one page of the site: links become hrefs relative to it, trees become HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from remit.model.reading import once
from remit.model.records import (
    Boundary,
    Contact,
    MandateVersion,
    Record,
    Redirect,
    Status,
)
from remit.model.register import address_of
from remit.model.values import LocalText
from remit.render import html, page_parts, tree
from remit.render.html import ChangeWords
from remit.render.kept_templates import KeptTemplates
from remit.render.view import View
from remit.settings import Settings

TEMPLATES = Path(__file__).parent.parent / "templates" / "site"


_KEPT = KeptTemplates()


def keep_templates(settings: Settings) -> None:
    """From here on, the site's templates are compiled once for many runs."""
    _KEPT.folder = settings.cache_folder / "templates"


@cache
def environment() -> jinja2.Environment:
    """Templates are ours alone; the register's texts reach them as values and are escaped."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_KEPT,
    )
    for made_of_data in (html.fact_rows, html.sections, html.contents):
        made.globals[made_of_data.__name__] = made_of_data
    # one for all templates: an import in each would be looked up anew for every page
    made.globals["m"] = page_parts
    made.globals["macros"] = made.get_template("macros.html").module
    return made


@cache
def _template(name: str) -> jinja2.Template:
    made = environment().get_template(name)
    made.globals = dict(made.globals)  # which each page copies, and a chain of dicts slowly
    return made


@dataclass(frozen=True)
class SiteView(View):
    """`path` is the page's own below the language's prefix: "" or "roles/competence-team"."""

    path: str = ""

    @cached_property
    def up(self) -> str:
        """From the page to the language's home: "" or "../../"."""
        return "../" * (self.path.count("/") + 1) if self.path else ""

    def href(self, target: str) -> str:
        """An address of the register becomes a relative address; any other link stays itself."""
        return relative_href(self.up, target)

    def html(self, parts: tree.Inlines) -> Markup:
        return html.inlines(parts, self.href)

    def text(self, local: LocalText) -> Markup:
        return self.html(self.inlines(local))

    def linked(self, record: Record, words: str = "") -> Markup:
        return self.html(self.link(record, words))

    def text_items(self, texts: Iterable[LocalText]) -> Markup:
        return html.items([self.inlines(one) for one in texts], self.href)

    def boundary_items(self, boundaries: Iterable[Boundary]) -> Markup:
        return html.items([self.boundary(one) for one in boundaries], self.href)

    def link_items(self, records: Iterable[Record]) -> Markup:
        return html.items([self.link(one) for one in records], self.href)

    def render(self, template: str, **values: object) -> Markup:
        return Markup(_template(template).render(v=self, t=self.labels, **values))

    def block_html(self, blocks: tree.Blocks, *, heading_base: int = 2) -> Markup:
        return html.TreeToHtml(
            self.href,
            heading_base=heading_base,
            card=self.card,
            said=self.change_words,
        ).blocks(blocks)

    @cached_property
    def change_words(self) -> ChangeWords:
        """How a screen reader announces what a comparison marks."""
        return ChangeWords(
            self.labels["said_added"], self.labels["said_removed"], self.labels["said_end"]
        )

    def version_badge(self, version: MandateVersion) -> tuple[str, str]:
        """(style, words) of the badge that says whether a mandate version is in force."""
        labels = self.labels
        later = version.in_force.first > self.day
        if version.status in (Status.DRAFT, Status.HEARING):
            words = labels["badge_future"] if later else labels.enum("status", version.status)
            return "draft", words
        if version.status is Status.WITHDRAWN:
            return "withdrawn", labels.enum("status", version.status)
        if version is self.as_of.version(version.mandate):
            return "in-force", labels["badge_in_force"]
        return ("draft", labels["badge_future"]) if later else ("past", labels["badge_past"])

    # --- contacts ---

    def card(self, address: str) -> Markup:
        """A record named alone in a paragraph: a contact card, or a link with its summary."""
        record = self.register.at(address.partition("#")[0])
        if isinstance(record, Contact):
            return self.contact_card(record, level=3)
        if record is None:
            return Markup("")
        return self.render("link_card.html", record=record)

    def contact_card(self, contact: Contact, level: int = 3) -> Markup:
        is_own_page = self.path == address_of(contact)
        key = ("card", self.language, self.day, self.up, is_own_page, level, id(contact))
        return once(key, self._contact_card, contact, level, is_own_page)

    def _contact_card(self, contact: Contact, level: int, is_own_page: bool) -> Markup:
        return self.render(
            "contact_card.html", contact=contact, level=level, is_own_page=is_own_page
        )

    def phone_link(self, contact: Contact) -> str:
        number = contact.phone_international or contact.phone or ""
        return "tel:" + "".join(c for c in number if c.isdigit() or c == "+")

    # --- what names it ---

    def named_in(
        self, record: Record, skip: tuple[str, ...] = ()
    ) -> list[tuple[str, list[Record]]]:
        """Back-links by kind, in the order of the register's kinds: (heading, records)."""
        groups: dict[str, dict[str, Record]] = {}
        for link in self.register.back_links(record):
            source = link.source
            if isinstance(source, MandateVersion):
                source = self.register.mandate_of(source)
                if source is record:
                    continue
            if isinstance(source, Redirect):
                continue
            if not link.in_text and str(link.path[0]) in ("owner", *skip):
                continue
            groups.setdefault(source.KIND, {})[address_of(source)] = source
        return [
            (
                self.labels.kind(kind, "many"),
                sorted(found.values(), key=lambda one: self.name(one).casefold()),
            )
            for kind, found in sorted(groups.items(), key=lambda item: _ORDER.index(item[0]))
        ]


@lru_cache(maxsize=8192)
def relative_href(up: str, target: str) -> str:
    """As `SiteView.href`, from a page from which this is the way up to the language's home."""
    if target.startswith(("http://", "https://", "mailto:", "tel:", "#")):
        return target
    path, _, fragment = target.partition("#")
    relative = f"{up}{path}/" if path else (up or "./")
    return relative + (f"#{fragment}" if fragment else "")


_ORDER = [
    "guidance",
    "duty",
    "mandate",
    "mandate-version",
    "role",
    "organisation",
    "office",
    "network",
    "partner",
    "contact",
    "task",
    "transfer",
    "assignment",
    "legal-basis",
    "category-set",
    "term",
    "audience",
    "area",
]
