"""The addresses of the last release, as the register keeps them in `released.txt`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from remit.model.values import PLACE

MOST_CHARACTERS = 320
_ADDRESS = re.compile(PLACE)


@dataclass(frozen=True, slots=True)
class Released:
    """Where the list lies, the day of the release if it says one, and each address's line."""

    path: str
    day: date | None
    lines: Mapping[str, int]


def is_address(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and _ADDRESS.fullmatch(text) is not None


def released_text(addresses: Iterable[str], day: date) -> str:
    """The list as a file: what it is, the day, then one address a line, sorted."""
    head = (
        "# The addresses of the last release. Written by `remit release` and by nothing else.\n"
        "# `remit check` fails when one of them is gone without a redirect or a tombstone.\n"
        f"# released: {day}\n"
    )
    return head + "".join(f"{address}\n" for address in sorted(addresses))
