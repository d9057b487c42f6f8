"""The letters that documents can show: the table agrees with the fonts that are shipped.

`REMIT_BLESS=1 pytest tests/test_letters.py` writes the table anew from the fonts.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from document_checks import FONTS
from registers import ROOT, copy_of_register, found, overlay
from remit.model.letters import RANGES, has_unknown, without_letters

TABLE = ROOT / "generator" / "remit" / "model" / "letters.py"
START, END = "RANGES = (\n", ")\n"
SENTENCES = {
    "nb": "Blåbærsyltetøy på én side – «sånn» koster 1\u00a0000 kr, 50 % av § 13-3 c.",
    "sv": "Räksmörgås på en halvö – ”så” kostar 1\u202f000 kr, även i Ångermanland.",
    "en": "The team’s work – “so” – costs £50 or €60; naïve façades, 1½ × 2…",
    "se": "Sámi: Áá Čč Đđ Ŋŋ Šš Ŧŧ Žž; Čáhcesuolu, Kárášjohka, Guovdageaidnu",
    "sma, smj": "Ïï Öö Ää Åå Ńń Ââ Ʒʒ Ǥǥ Ǧǧ Õõ Ǯǯ",
    "fi": "Käytännön ohjeita: äiti, yö, Åbo",
    "pl": "Zażółć gęślą jaźń",
    "tr": "İstanbul’da şöyle böyle, ığdır",
    "so": "Caafimaad iyo badbaado",
    "el": "Ελλάδα: βοήθεια",
    "uk": "Допомога Україні: ґ є і ї",
    "signs": "→ ← ☐ ☑ ✓ • ‣ ² ³ ‰ ° © ™ № a\u030a e\u0301",
}


def letters_of(font: bytes) -> Iterator[int]:
    """Every code point for which a TrueType font has a glyph: its `cmap` of format 12."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(count))
    start = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for n in range(count):
        (offset,) = struct.unpack_from(">L", font, start + 8 + 8 * n)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form == 12:
            (groups,) = struct.unpack_from(">L", font, start + offset + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", font, start + offset + 16 + 12 * group)
                yield from range(first, last + 1)
            return


def _in_all_fonts() -> set[int]:
    fonts = sorted(FONTS.glob("*.ttf"))
    assert len(fonts) == 4
    return set.intersection(*(set(letters_of(font.read_bytes())) for font in fonts))


def _table(letters: set[int]) -> str:
    """The ranges as they stand in the module, in lines of at most 100 characters."""
    ranges = []
    for _, run in groupby(enumerate(sorted(letters)), key=lambda pair: pair[1] - pair[0]):
        points = [point for _, point in run]
        last = f"-{_escaped(points[-1])}" if len(points) > 1 else ""
        ranges.append(_escaped(points[0]) + last)
    lines, line = [], ""
    for one in ranges:
        if len(line) + len(one) > 92:
            lines.append(line)
            line = ""
        line += one
    return "".join(f'    r"{line}"\n' for line in [*lines, line])


def _escaped(point: int) -> str:
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def test_the_table_agrees_with_the_fonts() -> None:
    letters = _in_all_fonts()
    source = TABLE.read_text("utf-8")
    before, _, rest = source.partition(START)
    after = rest.partition(END)[2]
    if os.environ.get("REMIT_BLESS"):
        TABLE.write_text(before + START + _table(letters) + END + after, "utf-8")
        return
    assert source == before + START + _table(letters) + END + after
    for point in range(0x20, 0x30000):
        if not 0xD800 <= point < 0xE000:
            assert (without_letters(chr(point)) == []) == (point in letters), hex(point)
            if chr(point).isprintable():
                assert has_unknown(f"å{chr(point)}") == (point not in letters), hex(point)


def test_lines_and_tabs_are_no_letters() -> None:
    assert RANGES
    assert without_letters("one\ntwo\tthree\r\n") == []


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_the_languages_of_the_north_and_others_can_be_shown(sentence: str) -> None:
    assert without_letters(sentence) == []


def test_each_letter_is_named_once_in_its_order() -> None:
    assert without_letters("a漢b字 漢😀") == ["漢", "字", "😀"]


GUIDANCE = "content/guidance/who-to-ask/nb.md"


def test_a_guidance_page_may_speak_other_languages(tmp_path: Path) -> None:
    """It is no document: browsers have fonts for every script, and help is offered in Arabic."""
    register = copy_of_register(tmp_path / "register")
    pages = sorted((register / "content" / "guidance").rglob("*.md"))
    page = pages[0]
    overlay(register, {str(page.relative_to(register)): page.read_text("utf-8") + "\n\nمساعدة\n"})
    assert found(register) == []
