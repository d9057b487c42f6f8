"""The look of a formal document, shared by the DOCX and ODT styles.

`templates/documents/document.typ` follows the same sizes and colours for PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

FONT: Final = "Source Sans 3"
FALLBACK: Final = "Arial"
"""The font named to readers who do not have the first; both have the letters of the languages."""

BODY: Final = 11.0
"""Sizes of letters, in points."""
SMALL: Final = 9.0
TABLE: Final = 9.5
PITCH: Final = {BODY: 15.2, SMALL: 11.9, TABLE: 12.6, 12.0: 16.0, 13.0: 17.2, 14.0: 18.6}
"""From line to line at the least, in points, by the size of the letters: a larger letter from
another font has room, and the lines of a smaller one stand no closer."""
GREY: Final = "55606e"
RULE: Final = "c9d1db"
BAND: Final = "f1f4f7"
LINK: Final = "1a4f8b"

PAGE: Final = (210.0, 297.0)
MARGIN_SIDE: Final = 25.0
MARGIN_TOP: Final = 14.0
"""From the paper's edge to the header, in millimetres."""
MARGIN_BOTTOM: Final = 13.0
TEXT_WIDTH: Final = PAGE[0] - 2 * MARGIN_SIDE
MEASURE: Final = 126.0
"""Width of running text: about 75 letters to a line. Tables are as wide as the page allows."""
LOGO_GAP: Final = 5.0
REFERENCE_COLUMNS: Final = 3
BESIDE_TEXT: Final = TEXT_WIDTH - MEASURE
RUNNING_ID_WIDTH: Final = 58.0
RUNNING_GAP: Final = 6.0
NUMBER_WIDTH: Final = 11.0
LIST_INDENT: Final = 6.0
SIGNATURE_ROW: Final = 17.0
FORM_ROW: Final = 13.0
LINE_NUMBER_GAP: Final = 6.0
"""Between the numbers of lines and the text."""


@dataclass(frozen=True, slots=True)
class Colours:
    """What an organisation's letterhead colours: six hex digits each."""

    ink: str
    """Titles, headings and the lines of tables."""
    accent: str
    """The rule under the letterhead."""


def text_width(*, landscape: bool) -> float:
    """Of a page's text, in millimetres."""
    return (PAGE[1] if landscape else PAGE[0]) - 2 * MARGIN_SIDE


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point, Word's own measure."""
    return round(millimetres / 25.4 * 1440)


def shares(widths: tuple[float, ...], total: int) -> list[int]:
    """Whole numbers in the proportion of `widths` that add up to `total` exactly."""
    edges = [0]
    for count in range(1, len(widths) + 1):
        edges.append(round(total * sum(widths[:count]) / sum(widths)))
    return [right - left for left, right in pairwise(edges)]
