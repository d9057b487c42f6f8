"""What became of every paragraph: placed, guessed or not placed, with counts of words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from remit.importing.pieces import words_of


class Outcome(StrEnum):
    PLACED = "placed"
    GUESSED = "guessed"
    NOT_PLACED = "not placed"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a paragraph, or of a part of one."""

    place: str
    """Where it stands in the file."""
    text: str
    outcome: Outcome
    where: str
    """Where it stands in the register; empty when it is not placed."""
    why: str = ""

    @property
    def words(self) -> int:
        return len(words_of(self.text))


@dataclass(frozen=True, slots=True)
class Made:
    """A field that the record needs and that no paragraph says outright."""

    field: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    file: str
    fates: tuple[Fate, ...]
    made: tuple[Made, ...]
    notes: tuple[str, ...]

    def words(self, outcome: Outcome | None = None) -> int:
        return sum(one.words for one in self.fates if outcome in (None, one.outcome))

    def share(self, outcome: Outcome) -> str:
        whole = self.words()
        return f"{100 * self.words(outcome) / whole:.1f} %" if whole else "–"


def as_lines(report: Report) -> Iterator[str]:
    """The report in short, for a terminal."""
    paragraphs = _paragraphs(len(report.fates))
    yield f"{report.file}: {report.words()} words in {paragraphs}"
    for outcome in Outcome:
        count = sum(1 for one in report.fates if one.outcome is outcome)
        words = report.words(outcome)
        share = report.share(outcome)
        yield f"  {outcome.value:10} {words:6} words  {share:>7}  {count:4} paragraphs"
    for note in report.notes:
        yield f"note: {note}"
    for made in report.made:
        yield f"{made.field} is {made.value}: {made.why}"
    for fate in report.fates:
        if fate.outcome is Outcome.NOT_PLACED:
            yield f'not placed, {fate.place}: "{_short(fate.text)}" ({fate.why})'


def as_markdown(report: Report) -> str:
    """The whole report: every paragraph with its fate."""
    lines = [f"# Import of {_cell(report.file)}", ""]
    lines += ["| | words | share | paragraphs |", "|---|---:|---:|---:|"]
    for outcome in Outcome:
        count = sum(1 for one in report.fates if one.outcome is outcome)
        lines.append(
            f"| {outcome.value} | {report.words(outcome)} | {report.share(outcome)} | {count} |"
        )
    lines.append(f"| in all | {report.words()} | 100 % | {len(report.fates)} |")
    if report.notes:
        lines += ["", "## To know", "", *(f"- {_cell(note)}" for note in report.notes)]
    if report.made:
        lines += ["", "## Filled in", "", "| field | value | why |", "|---|---|---|"]
        lines += [
            f"| `{made.field}` | {_cell(made.value)} | {_cell(made.why)} |" for made in report.made
        ]
    lines += ["", "## Every paragraph", ""]
    lines += ["| in the file | text | outcome | in the register | why |", "|---|---|---|---|---|"]
    for fate in report.fates:
        lines.append(
            f"| {_cell(fate.place)} | {_cell(fate.text)} | {fate.outcome.value} "
            f"| {_cell(fate.where)} | {_cell(fate.why)} |"
        )
    return "\n".join(lines) + "\n"


def as_json(report: Report) -> str:
    counts = {one.value: report.words(one) for one in Outcome}
    return (
        json.dumps(
            {
                "file": report.file,
                "words": counts,
                "notes": report.notes,
                "made": [asdict(one) for one in report.made],
                "paragraphs": [{**asdict(one), "words": one.words} for one in report.fates],
            },
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
    )


def _paragraphs(count: int) -> str:
    return "1 paragraph" if count == 1 else f"{count} paragraphs"


def _short(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _cell(text: str) -> str:
    """For a cell of a Markdown table: no sign in it means anything."""
    masked = "".join(
        f"\\{sign}" if sign in "\\`*_[]|#~!" else sign for sign in " ".join(text.split())
    )
    return masked.replace("&", "&amp;").replace("<", "&lt;")
