"""Checks on addresses: what was once released answers for good, and redirects lead somewhere."""

from __future__ import annotations

import difflib
from collections.abc import Set

from remit.check.finding import Finding, Findings, PlacedFinding, PlacedFindings
from remit.diagnostics import Location
from remit.model.addresses import addresses, answering, places, standing_pages
from remit.model.records import Redirect
from remit.model.register import Register
from remit.settings import Settings


def released_address_gone(register: Register, settings: Settings) -> PlacedFindings:
    """A page of the last release is gone, and no redirect answers for it."""
    for address, place, when in _missing_pages(register):
        yield PlacedFinding(
            place,
            f'"{address}" was an address of the {when} and is gone',
            f"bring the record back, or write a redirect with from: {address} in "
            f"{settings.content}/{Redirect.FOLDER}/, with to: or, if it is withdrawn, without",
        )


def released_id_gone(register: Register, settings: Settings) -> PlacedFindings:
    """A section or block of a released mandate version is gone, and no tombstone says so."""
    known = places(register) if register.released else set()
    silent = {page for page, _, _ in _missing_pages(register)} | answering(register).keys()
    for address, place, when in _missing(register, known, on_a_page=True):
        page, _, id = address.partition("#")
        if page not in silent:
            yield PlacedFinding(
                place,
                f'"{id}" in {page} was an address of the {when} and is gone',
                f"give the text its id back, or add the id under tombstones: in {page}",
            )


_Missing = list[tuple[str, Location, str]]


def _missing_pages(register: Register) -> _Missing:
    known = standing_pages(register) | answering(register).keys() if register.released else set()
    return _missing(register, known, on_a_page=False)


def _missing(register: Register, known: Set[str], *, on_a_page: bool) -> _Missing:
    """Released addresses that are not known: the address, its place, and of what release."""
    released = register.released
    if released is None:
        return []
    when = f"release of {released.day}" if released.day else "last release"
    return [
        (address, Location(released.path, line), when)
        for address, line in released.lines.items()
        if address not in known and ("#" in address) is on_a_page
    ]


def redirect_over_living(register: Register, settings: Settings) -> Findings:
    """A redirect from an address where a page stands, or that another redirect has too."""
    standing = standing_pages(register) if register.redirects else set()
    for redirect in register.all(Redirect):
        other = register.redirects[redirect.from_]
        if redirect.from_ in standing:
            yield Finding(
                redirect,
                ("from",),
                f'a page stands at "{redirect.from_}", which would hide it',
                "delete the redirect, or correct from: to the address that the page had",
            )
        elif other is not redirect:
            yield Finding(
                redirect,
                ("from",),
                f'the redirect "{other.id}" answers for "{redirect.from_}" already',
                "keep one of the two",
            )


def redirect_nowhere(register: Register, settings: Settings) -> Findings:
    """A redirect to an address that does not exist."""
    known = set(addresses(register)) if register.redirects else set()
    for redirect in register.all(Redirect):
        if redirect.to is not None and redirect.to not in known:
            near = difflib.get_close_matches(redirect.to, sorted(known), n=1, cutoff=0.8)
            yield Finding(
                redirect,
                ("to",),
                f'"{redirect.to}" does not exist',
                f'did you mean "{near[0]}"?'
                if near
                else "write the address of a page as it stands on the site, without the language, "
                "or leave to: out when the page is withdrawn",
            )


def redirect_loop(register: Register, settings: Settings) -> Findings:
    """Redirects that lead back to where they began."""
    for redirect in register.all(Redirect):
        way = _way(register, redirect)
        if way[-1] == redirect.from_ and len(way) > 1:
            yield Finding(
                redirect,
                ("to",),
                f"the redirects go round in a ring: {' → '.join(way)}",
                "let one of them lead to a page that stands, or leave its to: out",
            )


def _way(register: Register, redirect: Redirect) -> list[str]:
    """The pages passed from a redirect on, till one stands or is there already."""
    way = [redirect.from_]
    step: Redirect | None = redirect
    while step is not None and step.to is not None:
        page = step.to.partition("#")[0]
        way.append(page)
        if page in way[:-1]:
            break
        step = register.redirects.get(page)
    return way


def withdrawn_without_note(register: Register, settings: Settings) -> Findings:
    """A page is withdrawn, and nothing says why."""
    for redirect in register.all(Redirect):
        if redirect.to is None and redirect.note is None:
            yield Finding(
                redirect,
                (),
                f'"{redirect.from_}" is withdrawn, and no note says why',
                "add note: with a sentence for those who look for the page, "
                "or to: with where it leads",
            )
