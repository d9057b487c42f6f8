"""Faults of a built site, found by reading every page of it: links, languages, structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html

LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src"}


@dataclass
class SitePage:
    """What the checks need of one page."""

    path: str
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    leads_on: bool = False
    """It is a redirect: whoever comes is led on at once."""
    faults: list[str] = field(default_factory=list)


def site_faults(site: Path, base: str) -> list[str]:
    """`page: fault` for every fault; an empty list for a sound site. `base` is its web address."""
    pages = {page.path: page for page in _read(site, base)}
    files = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    found = [f"{page.path}: {fault}" for page in pages.values() for fault in page.faults]
    for page in pages.values():
        for link in page.links:
            fault = _link_fault(link, base, files, pages)
            if fault:
                found.append(f"{page.path}: {fault}")
        for language, address in page.alternates.items():
            other = pages.get(_file(address, base))
            if other is None:
                found.append(f"{page.path}: hreflang {language} leads nowhere: {address}")
            elif language != "x-default":
                back = {_file(one, base) for one in other.alternates.values()}
                if page.path not in back and page.path != "index.html":
                    found.append(f"{page.path}: {other.path} does not link back")
    return sorted(found)


def _read(site: Path, base: str) -> Iterator[SitePage]:
    for file in sorted(site.rglob("*.html")):
        path = file.relative_to(site).as_posix()
        if path.startswith("pagefind/"):
            continue
        page = SitePage(path)
        root = html.document_fromstring(file.read_bytes().decode("utf-8"))
        here = base + path.removesuffix("index.html")
        for element in root.iter():
            if not isinstance(element.tag, str):
                continue
            _look_at(element, page, here, base)
        _structure(root, page)
        yield page


def _look_at(element: html.HtmlElement, page: SitePage, here: str, base: str) -> None:
    identity = element.get("id")
    if identity:
        if identity in page.ids:
            page.faults.append(f'the id "{identity}" stands twice')
        page.ids.add(identity)
    if element.get("style") is not None or element.tag == "style":
        page.faults.append(f"inline style on <{element.tag}>")
    if any(name.startswith("on") for name in element.attrib):
        page.faults.append(f"script in an attribute of <{element.tag}>")
    if element.tag == "script" and not element.get("src"):
        page.faults.append("inline script")
    source = element.get(LOADED.get(str(element.tag), "-"), "")
    if element.tag == "link" and element.get("rel") not in ("canonical", "alternate"):
        source = element.get("href", "")
    if source:
        absolute = urljoin(here, source)
        page.links.append(absolute)
        if not absolute.startswith(base):
            page.faults.append(f"loads from elsewhere: {source}")
    if element.tag == "meta" and element.get("http-equiv") == "refresh":
        page.leads_on = True
        page.links.append(urljoin(here, element.get("content", "").partition("url=")[2]))
    if element.tag == "a" and element.get("href") is not None:
        target = element.get("href", "")
        if not target.startswith(("mailto:", "tel:")):
            page.links.append(urljoin(here, target))
        if target.lower().startswith(("javascript:", "data:", "file:")):
            page.faults.append(f"unsafe link: {target}")
        if not (element.text_content().strip() or element.get("aria-label")):
            page.faults.append(f"a link without words: {target}")
    if element.tag == "img" and element.get("alt") is None:
        page.faults.append("a picture without alternative text")
    if element.tag == "link" and element.get("type") == "application/atom+xml":
        page.links.append(urljoin(here, element.get("href", "")))
    if element.tag == "link" and element.get("hreflang"):
        page.alternates[element.get("hreflang", "")] = element.get("href", "")


def _structure(root: html.HtmlElement, page: SitePage) -> None:
    if not root.get("lang"):
        page.faults.append("no language")
    title = root.findtext(".//title") or ""
    if not title.strip():
        page.faults.append("no title")
    headings = len(root.findall(".//h1"))
    if headings != 1 and page.path != "404.html":
        page.faults.append(f"{headings} h1")
    if not page.leads_on and not page.path.endswith("404.html"):
        description = root.find(".//meta[@name='description']")
        if description is None or not (description.get("content") or "").strip():
            page.faults.append("no description")
        if not page.alternates:
            page.faults.append("no hreflang")
    level = 0
    for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        if element.getparent() is not None and element.xpath("ancestor::dialog"):
            continue
        now = int(str(element.tag)[1])
        if level and now > level + 1:
            page.faults.append(f"<{element.tag}> follows <h{level}>: {element.text_content()}")
        level = now


def _file(address: str, base: str) -> str:
    path = unquote(urlsplit(address).path.removeprefix(urlsplit(base).path))
    return path + "index.html" if not path or path.endswith("/") else path


def _link_fault(link: str, base: str, files: set[str], pages: dict[str, SitePage]) -> str | None:
    if not link.startswith(base):
        return None
    file = _file(link, base)
    if file not in files:
        return f"a link leads nowhere: {link}"
    fragment = unquote(urlsplit(link).fragment)
    if fragment and file in pages and fragment not in pages[file].ids:
        return f"a link leads to no place on its page: {link}"
    return None
