"""The cost of a site over its size, as a drawing that is the same for the same results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from bench.results import Row

_MARKS = "os^DvP*Xhd<>"


def draw(rows: Sequence[Row], file: Path) -> None:
    """Seconds over mandates, a line for each tool, on white in the light and in the dark.

    A tool is told by its mark too, not by its colour alone; names are in the order of the lines.
    """
    with rc_context({"svg.hashsalt": "remit", "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, 6), facecolor="white", layout="constrained")
        axes = figure.add_subplot()
        slowest = {row.tool: row.seconds for row in sorted(rows, key=lambda row: row.size)}
        for number, tool in enumerate(sorted(slowest, key=lambda tool: -slowest[tool])):
            own = sorted((row for row in rows if row.tool == tool), key=lambda row: row.size)
            axes.plot(
                [row.size for row in own],
                [row.seconds for row in own],
                marker=_MARKS[number % len(_MARKS)],
                linewidth=3 if tool.startswith("Remit") else 1.5,
                label=tool,
            )
        sizes = sorted({row.size for row in rows})
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.set_xticks([], minor=True)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("mandates, each in two languages")
        axes.set_ylabel("seconds from nothing")
        axes.grid(visible=True, color="#d5d5d5")
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
        figure.savefig(file, format="svg", metadata={"Date": None})
