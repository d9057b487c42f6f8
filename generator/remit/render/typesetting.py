"""Where a line may not end: between a number and its unit, § and what it counts, a day's parts."""

from __future__ import annotations

import re

_MONTHS = (
    "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember"
    "|januari|februari|maj|augusti|december"
    "|January|February|March|May|June|July|August|October|November|December"
)
_UNITS = "prosent|procent|per cent|kr|kroner|kronor|NOK|SEK|millioner|miljoner|million|km"
_BOUND = re.compile(
    "|".join(
        (
            r"(?<=§) (?=\d)",
            r"(?<=\d) (?=[§%])",
            rf"(?<=\d) (?=(?:{_UNITS})\b)",
            rf"(?<=\d) (?=(?:{_MONTHS})\b)",
            rf"(?<=\d\.) (?=(?:{_MONTHS})\b)",
            r"(?<=\b[Nn]r) (?=\d)",
            r"(?<=\b(?:[Nn]r|[Nn]o)\.) (?=\d)",
            r"(?<=\b[Kk]ap\.) (?=\d)",
            r"(?<=\b[A-ZÆØÅÄÖ]{2}) (?=\d)",
            r"(?<=\b[A-ZÆØÅÄÖ]{3}) (?=\d)",
        )
    )
)
_THOUSANDS = re.compile(r"(?<!\d)(?<!\d )\d{1,3}(?: \d{3})+(?! ?\d)")
_NUMBER = re.compile(r"\d")
_SPACE = "\N{NO-BREAK SPACE}"


LONGEST_RUNNING_TITLE = 120
"""Letters: two lines of the header of the pages after the first."""


def running(title: str) -> str:
    """A title that fits into the header of a page: cut after a word where it is too long."""
    if len(title) <= LONGEST_RUNNING_TITLE:
        return title
    return title[:LONGEST_RUNNING_TITLE].rsplit(" ", 1)[0].rstrip(",;:–- ") + " …"


def bound(text: str) -> str:
    """The same words, with non-breaking spaces where a line may not end."""
    if not _NUMBER.search(text):
        return text
    text = _THOUSANDS.sub(lambda number: number[0].replace(" ", _SPACE), text)
    return _BOUND.sub(_SPACE, text)
