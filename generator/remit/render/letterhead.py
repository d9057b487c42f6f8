"""The letterhead of a document: the issuing bodies' names, and the looks of the first of them."""

from __future__ import annotations

from collections.abc import Sequence

from remit.model.records import Letterhead, Organisation
from remit.render import tree
from remit.render.view import View

WIDEST_LOGO = 60.0
"""Millimetres; a name of 40 letters has room beside it."""


def letterhead_of(view: View, issuers: Sequence[Organisation]) -> tree.Letterhead:
    """Names and looks as of the view's day. Bodies that issue jointly are named together."""
    name = view.labels.join([view.name(issuer) for issuer in issuers])
    address = next((line for issuer in issuers if (line := _address(issuer))), "")
    looks = next((issuer.letterhead for issuer in issuers if issuer.letterhead), None)
    if looks is None:
        return tree.Letterhead(name, address)
    return tree.Letterhead(
        name,
        address,
        logo=_logo(view, looks),
        logo_side=looks.logo_side,
        ink=looks.ink.removeprefix("#"),
        accent=looks.accent.removeprefix("#"),
    )


def _address(issuer: Organisation) -> str:
    """Where the body is found, on one line."""
    web = (issuer.web or "").partition("//")[2].removeprefix("www.").rstrip("/")
    return " · ".join(part for part in (issuer.postal_address, issuer.phone, web) if part)


def _logo(view: View, looks: Letterhead) -> tree.Picture | None:
    if looks.drawing is None:
        return None
    drawing = looks.drawing
    scale = min(looks.logo_height / drawing.height, WIDEST_LOGO / drawing.width)
    width, height = round(drawing.width * scale, 2), round(drawing.height * scale, 2)
    alt = view.words(looks.logo_alt) if looks.logo_alt else ""
    return tree.Picture(drawing.svg, alt, width, height)
