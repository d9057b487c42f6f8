"""docs/performance.md and its picture, made of results; what was not measured has no row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.picture import draw
from bench.results import Row, read

BEGIN, END = "<!-- results: made by tests/bench --page -->", "<!-- end of results -->"
OURS, OURS_PLAIN = "Remit", "Remit without search"
Rows = Sequence[Row]

_ENDED = {
    "time": "took too long",
    "memory": "took too much memory",
    "failed": "failed",
    "wrong": "left it wrong",
}


def write_page(files: Sequence[Path], docs: Path) -> None:
    """Puts the results into the page, between its two marks, and the picture beside it."""
    machines, rows = read(files)
    page = docs / "performance.md"
    before, begin, rest = page.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{page} lacks the marks between which results stand")
    parts = [_machine(machine) for machine in machines]
    parts += [text for section in _SECTIONS if (text := section(rows))]
    picture = docs / "pictures" / "performance.svg"
    shown = [row for row in rows if row.group == "SITE" and row.work == "pages" and not row.ended]
    if shown:
        picture.parent.mkdir(parents=True, exist_ok=True)
        draw(shown, picture)
        parts.insert(len(machines), _PICTURE)
    page.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}", "utf-8")


_PICTURE = (
    "![Seconds to build the same pages from nothing, by mandates and tool, both axes logarithmic; "
    "the tables below say the same](pictures/performance.svg)"
)


def _machine(machine: dict[str, Any]) -> str:
    named = f"{machine['processors']} processors ({machine['processor']}), {machine['memory']}"
    versions = list(machine["tools"])
    return (
        f"Measured on {machine['day']}: {named}, {machine['system']}, Python {machine['python']}; "
        f"Remit at {machine['remit']}; {', '.join(versions)}."
    )


def _sites(work: str, title: str) -> Callable[[Rows], str]:
    def section(rows: Rows) -> str:
        own = [r for r in rows if r.group == "SITE" and r.work == "pages"]
        chosen = [r for r in rows if r.group == "SITE" and r.work == work]
        if work != "pages" and chosen:
            chosen = [r for r in own if r.tool.startswith(OURS)] + chosen
        if not chosen:
            return ""
        ratio = "÷ Remit" if work == "pages" else "÷ Remit, per page"
        head = (
            f"mandates | tool | pages | time | least–most | per page | {ratio} | processor time "
            "| memory | output | one mandate's page"
        )
        lines = [_site_row(row, own, per_page=work != "pages") for row in _by_size(chosen)]
        return f"### {title}\n\n{_table(head, lines)}\n\n{_growth(chosen)}".rstrip()

    return section


def _site_row(row: Row, own: Rows, *, per_page: bool) -> list[str]:
    plain = row.tool == OURS_PLAIN or ("Hugo" in row.tool and "Pagefind" not in row.tool)
    ours = _find(own, "pages", OURS_PLAIN if plain else OURS, row.size)
    cells = [f"{row.size:,}", row.tool, f"{row.units:,}", *_times(row, row.units)]
    cells.append(_ratio(row, ours, per_unit=per_page))
    if row.ended:
        return [*cells, "", "", "", ""]
    kept = f"{row.bytes / 1e6:,.0f} MB in {row.files:,.0f} files"
    page = f"{row.page / 1e3:.1f} kB" if row.page else ""
    return [*cells, f"{row.cpu:,.1f} s", _memory(row), kept, page]


def _growth(rows: Rows) -> str:
    """How many times longer a tool takes for the next size measured."""
    said = []
    for tool in dict.fromkeys(row.tool for row in rows):
        own = sorted((r for r in rows if r.tool == tool and not r.ended), key=lambda r: r.size)
        for small, large in pairwise(own):
            times, more = large.seconds / small.seconds, large.units / small.units
            memory = large.memory / small.memory
            step = f"{small.size:,} → {large.size:,}"
            said.append([tool, step, f"{more:.1f}", f"{times:.1f}", f"{memory:.1f}"])
    if not said:
        return ""
    head = "tool | mandates | times the pages | times the time | times the memory"
    return f"How the cost grows:\n\n{_table(head, said)}"


def _simple(group: str, title: str, first: str, unit: str) -> Callable[[Rows], str]:
    """A table of a group whose works stand beside each other; the ratio is to ours at the same
    work, or to our first one where we have none such."""

    def section(rows: Rows) -> str:
        chosen = _by_size([row for row in rows if row.group == group])
        lines = []
        for row in chosen:
            ours = _find(chosen, row.work, OURS, row.size) or next(
                (r for r in chosen if r.tool == OURS and r.size == row.size), None
            )
            units = [f"{row.units:,}"] if unit else []
            lines.append(
                [
                    f"{row.size:,}",
                    row.work,
                    row.tool,
                    *units,
                    *_times(row, row.units if unit else 0),
                    _ratio(row, ours),
                    "" if row.ended else f"{row.cpu:,.2f} s",
                    "" if row.ended else _memory(row),
                ]
            )
        each = f" | {unit}s | time | least–most | per {unit}" if unit else " | time | least–most"
        head = f"{first} | work | tool{each} | ÷ Remit | processor time | memory"
        return f"### {title}\n\n{_table(head, lines)}" if lines else ""

    return section


_SECTIONS = (
    _sites("pages", "A site from nothing, the same pages"),
    _sites("mandates", "A site from nothing, the others making the mandates' pages alone"),
    _simple("EDIT", "One thing changed", "mandates", ""),
    _simple("CHECK", "The check", "records", "record"),
    _simple("DOCUMENTS", "Documents", "mandates", "document"),
)


def _by_size(rows: Rows) -> list[Row]:
    """By size, and within one as they were measured."""
    return sorted(rows, key=lambda row: row.size)


def _find(rows: Rows, work: str, tool: str, size: int) -> Row | None:
    return next((r for r in rows if (r.work, r.tool, r.size) == (work, tool, size)), None)


def _times(row: Row, units: int) -> list[str]:
    if row.ended:
        why = f"{_ENDED[row.ended]} ({row.seconds:,.0f} s, {row.memory:,.0f} MB)"
        return [why, "", *([""] if units else [])]
    each = [f"{row.seconds / units * 1000:,.2f} ms"] if units else []
    spread = f"{_seconds(row.least)}–{_seconds(row.most)} s" if row.rounds > 1 else "one run"
    return [f"**{_seconds(row.seconds)} s**", spread, *each]


def _seconds(value: float) -> str:
    return f"{value:,.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(row: Row, ours: Row | None, *, per_unit: bool = False) -> str:
    """How many times our time it is: above 1 remit is the faster."""
    if not ours or ours.ended or row.ended or row.tool.startswith(OURS):
        return ""
    ratio = row.seconds / ours.seconds
    return f"{ratio * ours.units / row.units if per_unit else ratio:.2f}"


def _memory(row: Row) -> str:
    return f"{row.memory:,.0f} MB"


def _table(head: str, lines: Sequence[Sequence[str]]) -> str:
    names = [name.strip() for name in head.split("|")]
    words = ("tool", "work")
    rule = "|".join("---" if name in words else "--:" for name in names)
    rows = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(["| " + " | ".join(names) + " |", f"|{rule}|", *rows])
