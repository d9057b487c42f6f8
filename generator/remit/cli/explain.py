"""`remit explain`: what a code in a message means, with a broken and a mended example."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import click

from remit.check.explanations import Explanation, explanations, nearest, parts

MOST = 100
"""Columns of running text at most, however wide the terminal is."""


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain a CODE that a message ends with, such as dangling-ref.

    Without a CODE, all codes are listed, each with what it means.
    """
    known = explanations()
    if code is None:
        click.echo("\n".join(_listed(known)))
        return
    asked = code.strip().strip("[]").lower()
    found = known.get(asked)
    if found is None:
        near = nearest(asked)
        hint = f"did you mean {near}?" if near else "remit explain lists all codes"
        raise click.UsageError(f'there is no code "{code}"; {hint}')
    click.echo("\n".join(_page(found)))


def _listed(known: dict[str, Explanation]) -> Iterator[str]:
    width = max(map(len, known))
    for one in known.values():
        yield f"{one.code:{width}}  {one.severity:7}  {one.meaning}"


def _page(found: Explanation) -> Iterator[str]:
    """Paragraphs broken at the terminal's width, examples indented as they are."""
    width = min(shutil.get_terminal_size((80, 24)).columns, MOST)
    yield f"{click.style(found.code, bold=True)} ({found.severity})"
    yield click.wrap_text(found.meaning, width)
    for part in parts(found.page):
        yield ""
        if part.what == "heading":
            yield click.style(part.lines[0], bold=True)
        elif part.what == "paragraph":
            yield click.wrap_text(" ".join(part.lines).strip(), width)
        else:
            if part.title:
                yield f"  {part.title}"
            yield from (f"    {line}".rstrip() for line in part.lines)
