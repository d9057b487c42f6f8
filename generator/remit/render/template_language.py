"""The small language of templates: its elements and what may stand in their attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from remit.render.document_links import link_address, locale

HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
BLOCKS = frozenset({*HEADINGS, "p", "ul", "ol", "table", "blockquote", "page-break", "title"})
INLINES = frozenset({"strong", "em", "a", "br", "span"})
ELEMENTS: Mapping[str, frozenset[str]] = {
    "title": frozenset(),
    **dict.fromkeys(HEADINGS, frozenset({"id", "numbered"})),
    "p": frozenset({"id", "class"}),
    "ul": frozenset(),
    "ol": frozenset({"start"}),
    "li": frozenset({"id"}),
    "table": frozenset({"id", "class", "widths"}),
    "tr": frozenset(),
    "th": frozenset(),
    "td": frozenset({"id"}),
    "blockquote": frozenset(),
    "page-break": frozenset(),
    "strong": frozenset(),
    "em": frozenset(),
    "a": frozenset({"href"}),
    "br": frozenset(),
    "span": frozenset({"lang"}),
}
"""Every element with the attributes that it may have."""
ALLOWED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("p", "class"): ("lead", "note", "label"),
    ("table", "class"): ("facts", "signature", "form"),
    **{(heading, "numbered"): ("yes", "no") for heading in HEADINGS},
}
"""The values of attributes that have a few."""
AT = "at"
"""Attribute that says where in which template an element stands; the templates are given it."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def attribute_fault(name: str, attribute: str, value: str) -> tuple[str, str] | None:
    """What is wrong with an element's attribute, and what to do; None when it is fine."""
    known = ELEMENTS[name]
    if attribute not in known:
        has = " and ".join(sorted(known)) or "none"
        return f'<{name}> has no attribute "{attribute}"', f"its attributes are: {has}"
    allowed = ALLOWED.get((name, attribute))
    if allowed and value not in allowed:
        return f'{attribute}="{value}" is not known', f"it is one of {', '.join(allowed)}"
    if attribute == "id" and value and not _ID.fullmatch(value):
        return f'"{value}" is no id', "an id has letters, digits and hyphens"
    if attribute == "start" and not re.fullmatch(r"[0-9]{1,6}", value):
        return f'start="{value}" is no number', "write the number of the list's first item"
    if attribute == "widths" and not re.fullmatch(r"\s*[1-9]\d{0,3}(\s+[1-9]\d{0,3})*\s*", value):
        return f'widths="{value}" are no widths', 'write a number for each column: widths="30 70"'
    try:
        if attribute == "href":
            link_address(value, "https://remit.example/")
        elif attribute == "lang":
            locale(value)
    except ValueError:
        if attribute == "href":
            return (
                f'a document cannot link to "{value[:60]}"',
                "links go to https://, mailto:, tel:, #id or a record's address",
            )
        return f'"{value}" is no language code', "write nb, sv, en …"
    return None


def unknown_element(name: str) -> tuple[str, str]:
    """What is wrong with an element that is not known, and what to do."""
    return f"a template has no element <{name}>", f"there are: {', '.join(sorted(ELEMENTS))}"
