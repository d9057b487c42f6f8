"""A timeline → SVG and a table. Shapes tell states apart, not colour alone.

Bars lie in percent between the first and the last year; texts, ends and arrows are in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from markupsafe import Markup

from remit.model.values import ONE_DAY, Precision, When
from remit.render import tree
from remit.render.drawing import (
    KEPT,
    NAME,
    SMALL,
    WIDTH,
    element,
    number,
    percent,
    picture,
    text,
    text_lines,
    width_of,
    wrapped,
)
from remit.render.html import escape
from remit.render.timeline import Group, Line, Span, State, Timeline
from remit.render.tree import Cell, Table, Text
from remit.render.view import View

LINES_PER_SHEET = 9
"""Lines of one picture: half a printed page or so. The rest follow in further pictures."""
AXIS, HEADING, BAR = 48, 34, 14
NAME_STEP, AFTER_NAME, AFTER_BAR = 19, 8, 15
END = 10  # pixels that an arrow or an inexact end takes at least
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Scale:
    """From days to percent of the width: whole years, from `first` to the end of `last`."""

    first: int
    last: int

    @classmethod
    def over(cls, timeline: Timeline) -> Scale:
        return cls(
            min(timeline.first, timeline.today).year, max(timeline.last, timeline.today).year
        )

    def at(self, day: date) -> float:
        begin = date(self.first, 1, 1)
        whole = (date(self.last, 12, 31) - begin).days + 1
        return min(100.0, max(0.0, 100 * (day - begin).days / whole))

    def ticks(self) -> tuple[range, range]:
        """Round years: few, for a phone, and more, for a desk. The few are among the more."""
        years = self.last - self.first
        wide = next(step for step in STEPS if years // step < 5)
        fine = next(step for step in STEPS if years // step < 14 and wide % step == 0)
        return self._round(wide), self._round(fine)

    def _round(self, step: int) -> range:
        return range(-(-self.first // step) * step, self.last + 1, step)


def timeline_pictures(view: View, timeline: Timeline, id: str) -> list[Markup]:
    """The timeline as one picture, or several below each other where it is long."""
    scale = Scale.over(timeline)
    sheets = _sheets(timeline)
    return [
        _Sheet(view, timeline, scale, f"{id}-{index}").drawn(groups)
        for index, groups in enumerate(sheets, 1)
    ]


def timeline_table(view: View, timeline: Timeline) -> Table:
    """The same lines: what, which sort, when, and how it stands now."""
    labels = view.labels
    rows = [
        (
            Cell(line.label),
            Cell((Text(group.heading),)),
            Cell((Text(line.when),)),
            Cell((Text(line.state),)),
        )
        for group in timeline.groups
        for line in group.lines
    ]
    head = tuple(Cell((Text(labels[key]),)) for key in ("time_what", "time_sort", "when", "status"))
    return Table(head, tuple(rows), (0.4, 0.15, 0.3, 0.15))


def timeline_legend(view: View, timeline: Timeline, id: str) -> list[tuple[Markup, str]]:
    """What the shapes mean, of those that are in the timeline: a small picture and its words.

    `id` is that of the picture whose hatching and dots are used.
    """
    spans = [span for group in timeline.groups for line in group.lines for span in line.spans]
    states = {span.state for span in spans}
    ends = [(one.period.from_, one.period.to) for one in spans if one.state != "mark"]
    found = {
        "legend_now": "now" in states,
        "legend_past": "past" in states,
        "legend_later": bool(states & {"later", "draft"}),
        "legend_inexact": any(_is_inexact(when) for both in ends for when in both),
        "legend_open": any(to is None for _, to in ends),
        "legend_unknown": any(from_ is None for from_, _ in ends),
        "legend_mark": "mark" in states,
    }
    swatches = _swatches(id)
    return [(swatches[label], view.labels[label]) for label, shown in found.items() if shown]


def _states_of(timeline: Timeline) -> tuple[bool, bool]:
    """Whether anything in the timeline is past, and whether anything is still to come."""
    states = {
        span.state for group in timeline.groups for line in group.lines for span in line.spans
    }
    return "past" in states, bool(states & {"later", "draft"})


@cache
def _swatches(id: str) -> dict[str, Markup]:
    return {
        "legend_now": _swatch(_bar(id, 0, 100, 3, "now")),
        "legend_past": _swatch(_bar(id, 0, 100, 3, "past")),
        "legend_later": _swatch(_bar(id, 0, 100, 3, "later")),
        "legend_inexact": _swatch(_inexact(20, 80, 3)),
        "legend_open": _swatch(_bar(id, 0, 60, 3, "now") + _arrow(80, 3, 1)),
        "legend_unknown": _swatch(_bar(id, 40, 100, 3, "now") + _arrow(20, 3, -1)),
        "legend_mark": _swatch(_mark(50, 3)),
    }


def _swatch(parts: str) -> Markup:
    swatch = element(
        "svg", parts, class_="remit-picture__swatch", width=44, height=BAR + 6, aria_hidden="true"
    )
    return Markup(swatch)


def _sheets(timeline: Timeline) -> list[list[Group]]:
    """The groups on pictures of at most LINES_PER_SHEET lines."""
    sheets: list[list[Group]] = [[]]
    room = LINES_PER_SHEET
    for group in timeline.groups:
        if sheets[-1] and len(group.lines) > room:
            sheets.append([])
            room = LINES_PER_SHEET
        for start in range(0, len(group.lines), LINES_PER_SHEET):
            if start:
                sheets.append([])
            lines = group.lines[start : start + LINES_PER_SHEET]
            sheets[-1].append(Group(group.heading, lines))
            room = (room if not start else LINES_PER_SHEET) - len(lines)
    return sheets


class _Sheet:
    """One picture being drawn from the top down."""

    def __init__(self, view: View, timeline: Timeline, scale: Scale, id: str) -> None:
        self.view, self.timeline, self.scale, self.id = view, timeline, scale, id
        self.y: float = AXIS
        self.parts: list[str] = []

    def drawn(self, groups: list[Group]) -> Markup:
        for group in groups:
            self._heading(group.heading)
            for line in group.lines:
                self._line(line)
        labels = self.view.labels
        sorts = labels.join([group.heading for group in groups])
        name = labels.get("timeline_of", name=self.timeline.name, sorts=sorts)
        description = labels.get(
            "timeline_shows", first=self.scale.first, today=labels.day(self.timeline.today)
        )
        behind = [
            _patterns(self.id, *_states_of(self.timeline)),
            _axis(self.scale, self.timeline.today, labels["time_today"]),
        ]
        return Markup(picture(self.id, name, description, self.y, [*behind, *self.parts]))

    def _heading(self, heading: str) -> None:
        self.y += HEADING
        self.parts.append(text(heading, 0, self.y - 12, class_="remit-picture__heading"))

    def _line(self, line: Line) -> None:
        """The name, the time in words, and below them the bars."""
        language = _language(line.label)
        names = wrapped(tree.plain(line.label), NAME, WIDTH)
        whens = wrapped(line.when, SMALL, WIDTH)
        rows = [escape(words) for words in names]
        if language:
            rows = [element("tspan", row, lang=language) for row in rows]
        beside = width_of(names[-1] + "    ", NAME) + width_of(line.when, SMALL) <= WIDTH
        for words in whens:
            time = f'<tspan class="remit-picture__small">{escape(words)}</tspan>'
            if beside:
                rows[-1] += "\u2003" + time
            else:
                rows.append(time)
        baseline = self.y + NAME
        self.parts.append(text_lines(rows, 0, baseline, NAME_STEP, "remit-picture__name"))
        self.y = baseline + (len(rows) - 1) * NAME_STEP + AFTER_NAME
        bars = [self._bar(span) for span in line.spans]
        self.parts.append(element("g", "".join(bars), class_="remit-picture__line"))
        self.y += BAR + AFTER_BAR

    def _bar(self, span: Span) -> str:
        period, scale = span.period, self.scale
        if span.state == "mark":
            return _mark(scale.at(period.first), self.y)
        x1 = scale.at(period.first) if period.from_ else 0.0
        x2 = scale.at(_after(period.to)) if period.to else 100.0
        parts = [_bar(self.id, x1, x2, self.y, span.state)]
        if period.from_ is None:
            parts.append(_arrow(x1, self.y, -1, cover=True))
        elif _is_inexact(period.from_):
            parts.append(_inexact(x1, scale.at(_after(period.from_)), self.y, 1))
        if period.to is None:
            parts.append(_arrow(x2, self.y, 1, cover=True))
        elif _is_inexact(period.to):
            parts.append(_inexact(scale.at(period.to.first), x2, self.y, -1))
        return "".join(parts)


@cache
def _axis(scale: Scale, today: date, word: str) -> str:
    """Years across the top, their lines down the picture, and today's."""
    few, more = scale.ticks()
    rest = [year for year in more if year not in few]
    parts = [_years(scale, few, ""), _years(scale, rest, " remit-picture__minor")]
    x = scale.at(today)
    line = element("line", x1=percent(x), x2=percent(x), y1=20, y2="100%")
    line += text(word, percent(x), 15, text_anchor="end" if x > 50 else "start")
    return "".join(parts) + element("g", line, class_="remit-picture__today")


def _years(scale: Scale, years: Sequence[int], rank: str) -> str:
    ticks = []
    for year in years:
        x = scale.at(date(year, 1, 1))
        anchor: dict[str, str | float] = (
            {"text_anchor": "start"} if x < 6 else {"text_anchor": "end"} if x > 94 else {}
        )
        ticks.append(element("line", x1=percent(x), x2=percent(x), y1=AXIS - 6, y2="100%"))
        ticks.append(text(str(year), percent(x), AXIS - 10, **anchor))
    if not ticks:
        return ""
    return element("g", "".join(ticks), class_=f"remit-picture__year{rank}", text_anchor="middle")


def _language(label: tree.Inlines) -> str:
    """The language that a name is in when it is another than the page's."""
    for inline in label:
        if isinstance(inline, tree.Foreign):
            return inline.language
        if isinstance(inline, tree.Link):
            return _language(inline.inlines)
    return ""


def _is_inexact(when: When | None) -> bool:
    return when is not None and when.precision is not Precision.DAY


def _after(when: When) -> date:
    return when.last + ONE_DAY if when.last < date.max else when.last


# --- shapes ---


@cache
def _patterns(id: str, past: bool, later: bool) -> str:
    """Hatching for what is past, dots for what is to come, where there is any."""
    hatch = element("path", d="M-2 2 2 -2M0 7 7 0M5 9 9 5", class_="remit-picture__hatch")
    dots = element("circle", cx=2.5, cy=2.5, r=1.2, class_="remit-picture__dots")
    square: dict[str, str | float] = {"patternUnits": "userSpaceOnUse"}
    made = ""
    if past:
        made += element("pattern", hatch, id=f"{id}-past", width=7, height=7, **square)
    if later:
        made += element("pattern", dots, id=f"{id}-later", width=5, height=5, **square)
    return element("defs", made) if made else ""


@lru_cache(KEPT)
def _bar(id: str, x1: float, x2: float, y: float, state: State) -> str:
    fill = {"now": "", "past": f"url(#{id}-past)"}.get(state, f"url(#{id}-later)")
    attributes: dict[str, str | float] = {"fill": fill} if fill else {}
    return element(
        "rect",
        class_=f"remit-picture__bar remit-picture__bar--{'later' if state == 'draft' else state}",
        x=percent(x1),
        y=y,
        width=percent(max(x2 - x1, 0.3)),
        height=BAR,
        **attributes,
    )


@lru_cache(KEPT)
def _inexact(x1: float, x2: float, y: float, side: int = 0) -> str:
    """The time in which something began or ended, when the day is not known: a dashed outline.

    `side`: which way the bar goes on from it. Where the time is narrower than can be seen, its
    outline is END pixels wide, and lies on the bar.
    """
    class_ = "remit-picture__inexact"
    if x2 - x1 > 100 * END / WIDTH:
        return element(
            "rect", class_=class_, x=percent(x1), y=y, width=percent(x2 - x1), height=BAR
        )
    box = element("rect", class_=class_, x=0 if side > 0 else -END, y=0, width=END, height=BAR)
    return _at(x1 if side > 0 else x2, y, box)


@lru_cache(KEPT)
def _arrow(x: float, y: float, side: int, *, cover: bool = False) -> str:
    """An end that is not known, or not there: the bar runs out in an arrow."""
    back = element(
        "rect", class_="remit-picture__cover",
        x=-END if side > 0 else -1, y=-1.5, width=END + 1, height=BAR + 3,
    )  # fmt: skip
    tip = 0 if cover else side * END
    foot = tip - side * END
    shape = f"M{number(foot)} -1.5 {number(tip)} {number(BAR / 2)} {number(foot)} {BAR + 1.5}z"
    drawn = element("path", d=shape, class_="remit-picture__arrow")
    return _at(x, y, (back if cover else "") + drawn)


@lru_cache(KEPT)
def _mark(x: float, y: float) -> str:
    half = BAR / 2
    shape = (
        f"M0 -1 {number(half + 1)} {number(half)} 0 {BAR + 1} {number(-half - 1)} {number(half)}z"
    )
    return _at(x, y, element("path", d=shape, class_="remit-picture__mark"))


def _at(x: float, y: float, inner: str) -> str:
    """A place in percent across, from which its content counts in pixels."""
    return element("svg", inner, x=percent(x), y=y, overflow="visible")
