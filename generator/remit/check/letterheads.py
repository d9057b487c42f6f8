"""Checks on letterheads: colours that can be read on paper."""

from __future__ import annotations

from remit.check.finding import Finding, Findings
from remit.model.records import Organisation
from remit.model.register import Register
from remit.settings import Settings

LEAST = (("ink", 4.5), ("accent", 3.0))
"""WCAG 2.2's contrast to white: of words, and of lines that mean something."""


def faint_colour(register: Register, settings: Settings) -> Findings:
    """A letterhead's colour that is too light to be read on white paper."""
    for body in register.looked_at(Organisation):
        if body.letterhead is None:
            continue
        for field, least in LEAST:
            colour = getattr(body.letterhead, field)
            contrast = contrast_to_white(colour)
            if contrast < least:
                yield Finding(
                    body,
                    ("letterhead", field),
                    f"the colour {colour} is too faint: its contrast to white paper is "
                    f"{int(contrast * 10) / 10}, and {field}: needs {least}",
                    "take a darker shade of the same colour",
                )


def contrast_to_white(colour: str) -> float:
    """WCAG's contrast ratio of `#rrggbb` to white, 1 to 21."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
