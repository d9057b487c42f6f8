"""No sentence is dropped: random documents in every format, each word placed or reported.

`REMIT_IMPORTS=200 pytest tests/test_import_words.py` tries that many of each format.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from foreign_documents import FORMATS, Bit, write_document
from foreign_words import counted, words_in_file
from registers import REGISTER
from remit.build import Checked, found_with, load_and_check
from remit.importing.mandate import body, report_of, understood
from remit.importing.markup import shown_words
from remit.importing.reading import read_here
from remit.importing.report import Outcome
from remit.model.records import Mandate
from remit.model.values import When
from remit.settings import Settings, read_settings
from remit.write.new_records import new_files

TRIED = int(os.environ.get("REMIT_IMPORTS", "4"))
WORDS = st.sampled_from(
    "og å skal ikke oppgaver Formål Målgruppe Samarbeid: Testdirektoratet Fagteamets Testdir "
    "Saksnummer: 15/05235-23 Dato: 19.06.2018 IM 2013-005 Postadresse 0103 OSLO Til Fra "
    "* _ ** [[roles/specialist-team]] [x](javascript:alert(1)) [a]: {{ x }} {% if %} {# # ## > | "
    "<b> </b> < & &amp; \\ \\* ` ``` ~~ --- === + - – • 1. 2) a) § 3 https://example.org/a_b "
    "æøå Å e\u0301 ﬁn co\u00adop zero\u200bwidth nb\u00a0sp 東京 \u202eevil NCH's KT:s x_y_z "
    "Med hilsen, OPPDRAG: kakor (cookies) setning. Spørsmål? : ; ! Term – betydning".split(" ")
)
TEXT = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"]),
    min_size=1,
    max_size=12,
)
BIT = st.builds(
    Bit,
    st.sampled_from(["heading", "paragraph", "paragraph", "item", "inner", "row"]),
    st.one_of(TEXT, TEXT, st.builds("{} {}".format, TEXT, LETTERS)),
    TEXT,
)
DOCUMENT = st.builds(
    lambda title, bits: [Bit("title", title), *bits], TEXT, st.lists(BIT, min_size=1, max_size=8)
)


@cache
def _register() -> tuple[Settings, Checked]:
    read = read_settings(REGISTER)
    return read, load_and_check(read)


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_word_is_placed_or_reported(file_format: str) -> None:
    @settings(
        max_examples=TRIED,
        derandomize=TRIED < 50,
        phases=[Phase.generate],  # to make a failing document smaller takes minutes
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(DOCUMENT)
    def holds(bits: list[Bit]) -> None:
        with TemporaryDirectory() as folder:
            _holds(write_document(Path(folder) / f"document.{file_format}", bits))

    holds()


def _holds(file: Path) -> None:
    read, before = _register()
    foreign = understood(read_here(file), "nb", before.register)
    made = body(foreign, When.parse("2026-11-22"), ["specialist-team"], read.languages)
    report = report_of(foreign, made, file.name, {})
    told = sum((counted(fate.text) for fate in report.fates), Counter[str]())
    missing = words_in_file(file) - told
    assert not missing, f"neither placed nor reported: {sorted(missing)}"
    if not made.sections:
        return
    blocks = [block for section in made.sections for block in section["blocks"]]
    said = Counter(
        word
        for block in blocks
        for text in (block["text"]["nb"], block.get("term", {}).get("nb", ""))
        for word in shown_words(text)
    )
    for fate in report.fates:
        if " › " in fate.where and fate.outcome is not Outcome.NOT_PLACED:
            lacking = counted(fate.text) - said
            assert all(word.isdigit() or len(word) == 1 for word in lacking), fate
    value = {
        "id": "tried",
        "authoritative_language": "nb",
        "name": {"nb": foreign.title or "Et mandat"},
        "document_kind": "mandate",
        "holders": ["specialist-team"],
        "issued_by": ["testdirektoratet"],
        "summary": {"nb": "Sier noe."},
        "in_force": {"from": "2026-11-22"},
        "status": "draft",
        "sections": made.sections,
    }
    found = found_with(read, new_files(Mandate, value, before.register, read), before)
    assert not [one for one in found if one.is_error]
