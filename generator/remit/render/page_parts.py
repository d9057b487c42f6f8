"""The parts that nearly every page has: the way to it, its facts, its versions, its foot.

Plain functions that templates call, not macros, since each runs for every page. A value enters
the HTML only through `shown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from remit.model.records import Record
from remit.model.values import Caveat, Source
from remit.render.html import fact_rows, sections, shown
from remit.render.labels import Labels

if TYPE_CHECKING:
    from remit.render.site_view import SiteView

Rows = Sequence[tuple[str, str]]


class Foot(Protocol):
    """What the foot of a page tells."""

    @property
    def sources(self) -> Sequence[Source]: ...
    @property
    def upkeep(self) -> Rows: ...


class Headed(Protocol):
    """What a page says above all else."""

    @property
    def notices(self) -> Rows: ...


class Doubtful(Protocol):
    """What is not known for sure."""

    @property
    def caveats(self) -> Sequence[Caveat]: ...


def breadcrumb(v: SiteView, t: Labels, trail: Rows) -> Markup:
    links = [(t["home"], ""), *trail]
    rows = [
        f'<li><a href="{shown(v.href(address))}">{shown(title)}</a></li>\n'
        for title, address in links
    ]
    return Markup(
        f'<nav class="remit-breadcrumb" aria-label="{shown(t["breadcrumb"])}"><ol>\n'
        f"{''.join(rows)}</ol></nav>\n"
    )


def facts(rows: Rows) -> Markup:
    if not rows:
        return Markup("")
    return Markup(f'<dl class="remit-facts">\n{fact_rows(rows)}\n</dl>\n')


def parts(items: Sequence[tuple[str, str, str]]) -> Markup:
    return Markup(f"{sections(items)}\n") if items else Markup("")


def notices(page: Headed) -> Markup:
    made = [
        f'<div class="remit-notice remit-notice--{shown(style)}"><p>{shown(text)}</p></div>\n\n'
        for style, text in page.notices
    ]
    return Markup("".join(made))


def versions(t: Labels, items: Sequence[tuple[str, str, bool]]) -> Markup:
    """Nothing where there is no more than one."""
    if len(items) < 2:
        return Markup("")
    rows = []
    for words, href, current in items:
        here = ' aria-current="true"' if current else ""
        rows.append(f'<li><a href="{shown(href)}"{here}>{shown(words)}</a></li>\n')
    return Markup(_more("versions", t["versions"], f"<ul>\n{''.join(rows)}</ul>\n"))


def caveats(v: SiteView, t: Labels, record: Doubtful) -> Markup:
    if not record.caveats:
        return Markup("")
    rows = [
        '<li><span class="remit-badge remit-badge--gap">'
        f"{shown(t.enum('caveat_kind', caveat.kind))}</span> {v.text(caveat.text)}</li>\n"
        for caveat in record.caveats
    ]
    return Markup(_more("caveats", t["caveats"], f"<ul>\n{''.join(rows)}</ul>\n"))


def named_in(v: SiteView, t: Labels, groups: Iterable[tuple[str, Iterable[Record]]]) -> Markup:
    if not groups:
        return Markup("")
    lists = [
        f'<h3>{shown(heading)}</h3>\n<ul class="remit-links">\n{v.link_items(records)}\n</ul>\n'
        for heading, records in groups
    ]
    return Markup(_more("named-in", t["named_in"], "".join(lists), " data-pagefind-ignore"))


def _more(id: str, heading: str, inner: str, attribute: str = "") -> str:
    return (
        f'<section class="remit-more" aria-labelledby="{id}"{attribute}>\n'
        f'<h2 id="{id}">{shown(heading)}</h2>\n{inner}</section>\n'
    )


def pagefoot(v: SiteView, t: Labels, page: Foot) -> Markup:
    """Where what the page says was found, and who answers for it."""
    sources = ""
    if page.sources:
        rows = "".join([_source(v, t, source) for source in page.sources])
        sources = (
            '<section aria-labelledby="sources">\n'
            f'<h2 id="sources">{shown(t["sources"])}</h2>\n<ul>\n{rows}</ul>\n</section>\n'
        )
    return Markup(
        '<footer class="remit-pagefoot" data-pagefind-ignore>\n'
        f"{sources}{facts(page.upkeep)}\n</footer>\n"
    )


def _source(v: SiteView, t: Labels, source: Source) -> str:
    """One that is in another language than the page says so."""
    title, publisher, other = shown(source.title), shown(source.publisher), ""
    if source.language and source.language != v.language:
        code = shown(source.language)
        other, publisher = f' lang="{code}"', f'<span lang="{code}">{publisher}</span>'
    if source.url:
        hreflang = other.replace("lang=", "hreflang=")
        title = f'<a href="{shown(source.url)}"{other}{hreflang}>{title}</a>'
    else:
        title = f"<cite{other}>{title}</cite>"
    read = ""
    if source.retrieved:
        read = f" ({shown(t.get('retrieved', day=t.day(source.retrieved)))})"
    return f"<li>{title}, {publisher}{read}</li>\n"
