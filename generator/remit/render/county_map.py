"""A country's counties as a map drawn in the page, and as the list that says the same in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from remit.model.records import Area, AreaLevel
from remit.model.register import address_of
from remit.render.labels import Labels
from remit.render.site_view import TEMPLATES, SiteView

MAPS = TEMPLATES.parent / "maps"
_MARGIN = 4
_ROOM_FOR_CODE = 8
"""How far from its outline a county's code has to stand to be legible in it."""
COUNTED = ("contact", "network", "office", "role", "organisation")


@dataclass(frozen=True, slots=True)
class County:
    """One county in words: its link, its official code, what works only there."""

    area: Area
    link: Markup
    code: str
    words: str
    served: bool
    """Whether anyone works only there."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country's counties, and their map where their outlines are known."""

    area: Area
    heading: str
    link: Markup
    counties: list[County]
    map: Markup


def countries(view: SiteView) -> list[Country]:
    """The countries of today with their counties, by name."""
    areas = view.as_of.living(Area)
    found = []
    for country in _by_name(view, [one for one in areas if one.level is AreaLevel.COUNTRY]):
        inside = [
            one
            for one in areas
            if one.level is AreaLevel.COUNTY and view.register.follow(Area, one.within) is country
        ]
        counties = [_county(view, one) for one in _by_name(view, inside)]
        link = view.linked(country)
        found.append(
            Country(country, view.name(country), link, counties, _map(view, country, counties))
        )
    return found


def _by_name(view: SiteView, areas: Sequence[Area]) -> list[Area]:
    return sorted(areas, key=lambda one: view.labels.sort_key(view.name(one)))


def _county(view: SiteView, area: Area) -> County:
    counts = Counter(record.KIND for record in view.as_of.working_in(area))
    words = here(view.labels, counts)
    return County(area, view.linked(area), area.code, words, bool(counts))


def here(labels: Labels, counts: Counter[str]) -> str:
    """ "1 network and 2 offices", or that no one works only there."""
    parts = [labels.count(f"{kind}s_here", counts[kind]) for kind in COUNTED if counts[kind]]
    return labels.join(parts) if parts else labels["no_one_only_here"]


@cache
def _outlines() -> dict[str, dict[str, Any]]:
    """The countries whose outlines are known, by their code."""
    files = sorted(MAPS.glob("*.json"))
    return {file.stem.upper(): json.loads(file.read_text("utf-8")) for file in files}


def _map(view: SiteView, country: Area, counties: Sequence[County]) -> Markup:
    """The map, or nothing for a country whose outlines are not known."""
    drawn = _outlines().get(country.code)
    if drawn is None:
        return Markup("")
    by_code = {one.code: one for one in counties}
    name = view.labels.get("map_of_counties", country=view.name(country))
    box = (-_MARGIN, -_MARGIN, drawn["width"] + 2 * _MARGIN, drawn["height"] + 2 * _MARGIN)
    tall = " remit-map--tall" if drawn["height"] > 2 * drawn["width"] else ""
    hatch = f"hatch-{country.code.lower()}"
    enlarged = drawn.get("enlarged", {"counties": {}})
    parts = [
        f'<svg class="remit-map{tall}" viewBox="{" ".join(map(str, box))}" role="group" '
        f'aria-label="{escape(name)}">',
        f'<defs><pattern id="{hatch}" class="remit-map__hatch" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6"/><path d="M0 0v6"/></pattern></defs>',
        *_shapes(view, drawn["counties"], by_code, hatch),
    ]
    if enlarged["counties"]:
        parts += [
            _frame(enlarged["of"], "remit-map__frame"),
            _frame(enlarged["frame"], "remit-map__sea"),
            *_shapes(view, enlarged["counties"], by_code, hatch, again=True),
            _frame(enlarged["frame"], "remit-map__frame"),
        ]
    return Markup("".join([*parts, "</svg>"]))


def _frame(place: Sequence[int], style: str) -> str:
    x, y, width, height = place
    return f'<rect class="{style}" x="{x}" y="{y}" width="{width}" height="{height}"/>'


def _shapes(
    view: SiteView,
    outlines: dict[str, Any],
    by_code: dict[str, County],
    hatch: str,
    *,
    again: bool = False,
) -> list[str]:
    """Each outline as a link to its county's page; the list beside is what the keyboard follows.

    `again`: shown a second time, larger, and so not named to screen readers again.
    """
    shapes = []
    for code, outline in sorted(outlines.items(), key=lambda item: -item[1]["room"]):
        path = f'<path d="{outline["path"]}"/>'
        county = by_code.get(code)
        if county is None:
            shapes.append(f'<g class="remit-map__none">{path}</g>')
            continue
        sign = ""
        if outline["room"] >= _ROOM_FOR_CODE:
            x, y = outline["at"]
            sign = f'<text x="{x}" y="{y}" aria-hidden="true">{escape(code)}</text>'
        name = escape(f"{code} {view.name(county.area)}: {county.words}")
        fill = f' fill="url(#{hatch})"' if county.served else ""
        href = escape(view.href(address_of(county.area)))
        said = ' aria-hidden="true"' if again else f' aria-label="{name}"'
        shapes.append(
            f'<a href="{href}" tabindex="-1"{said}><title>{name}</title>'
            f'<path d="{outline["path"]}"{fill}/>{sign}</a>'
        )
    return shapes
