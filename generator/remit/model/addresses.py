"""The public addresses of a register: pages, places on them, and where old ones lead."""

from __future__ import annotations

from datetime import date

from remit.model.duties import guide_addresses
from remit.model.history import ON_DATES, version_addresses
from remit.model.records import BY_KIND, MandateVersion, Redirect
from remit.model.register import Register, address_of

EVERYTHING = "all"
"""The list of lists."""
CHANGES = "changes"
"""What happened lately, and how to follow it."""
TIMELINE, RELATIONS = "timeline", "relations"
"""The pictures of the whole register."""
DIRECTORY = "directory"
"""Everyone who takes part in a network."""


def address_of_day(day: date) -> str:
    """`on/2019-12-31`: the page of the organisation on that day."""
    return f"{ON_DATES}/{day.isoformat()}"


def address_of_year(year: int) -> str:
    """`on/2019`: the page of a year's changes, where the register is too large for one list."""
    return f"{ON_DATES}/{year:04}"


def address_of_changes(version: MandateVersion) -> str:
    """The page on what changed up to a mandate version from the one before it."""
    return f"{address_of(version)}/changes"


def addresses(register: Register) -> list[str]:
    """Every address that answers, sorted: pages below the language's prefix, those of redirects
    and withdrawals too, and the places on them that last."""
    return sorted(standing_pages(register) | answering(register).keys() | places(register))


def answering(register: Register) -> dict[str, Redirect]:
    """By old address: the redirect that answers there. It does so for the released pages below its
    own as well, such as a version's page of changes, unless one of them has a redirect itself."""
    found = dict(register.redirects)
    if register.released and found:
        standing = standing_pages(register)
        for address in register.released.lines:
            if "#" in address or address in standing:
                continue
            parts = address.split("/")
            above = ("/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))
            redirect = next((register.redirects[one] for one in above if one in found), None)
            if redirect and address not in found:
                found[address] = redirect
    return found


def standing_pages(register: Register) -> set[str]:
    """The pages that there are, but for those that only say where something went."""
    lists = {cls.FOLDER for cls in BY_KIND.values()}
    records = (address_of(one) for one in register.every() if not isinstance(one, Redirect))
    spans = (address for _, _, address in version_addresses(register))
    days = map(address_of_day, register.calendar.days)
    years = map(address_of_year, register.calendar.years)
    guide = guide_addresses(register)
    changes = map(address_of_changes, filter(register.version_before, register.all(MandateVersion)))
    overviews = (EVERYTHING, ON_DATES, CHANGES, TIMELINE, RELATIONS, DIRECTORY)
    pages = {*overviews, *lists, *records, *changes, *spans, *days, *years, *guide}
    return pages - {Redirect.FOLDER}


def places(register: Register) -> set[str]:
    """`page#id` for each section, block and tombstone of every mandate version."""
    found: set[str] = set()
    for version in register.all(MandateVersion):
        page = address_of(version)
        for section in version.sections:
            found.add(f"{page}#{section.id}")
            found.update([f"{page}#{block.id}" for block in section.blocks])
        found.update([f"{page}#{tombstone.id}" for tombstone in version.tombstones])
    return found


def leads_to(register: Register, redirect: Redirect) -> str | None:
    """Where a redirect ends, through any number of steps: a page that stands, or that says what is
    withdrawn. None for a withdrawal, and for steps that go round."""
    target, seen = redirect.to, {redirect.from_}
    while target is not None:
        page = target.partition("#")[0]
        if page in seen:
            return None
        seen.add(page)
        following = register.redirects.get(page)
        if following is None or following.to is None:
            return target
        target = following.to
    return None
