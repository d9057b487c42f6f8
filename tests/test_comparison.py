"""What changed is followed by id: a part that moved or got another number is the same part."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from registers import REGISTER, copy_of_register
from remit.build import load_whole
from remit.model.comparison import (
    VersionComparison,
    compare_versions,
    in_reading_order,
    kept_in_order,
)
from remit.model.records import (
    Block,
    BoundaryBlock,
    CooperationBlock,
    DefinitionBlock,
    Item,
    MandateVersion,
    Paragraph,
    Record,
    ReportingBlock,
    Section,
    SectionKind,
    TaskBlock,
)
from remit.model.register import Register, address_of
from remit.model.register_comparison import RegisterComparison, compare_registers
from remit.model.values import LocalText
from remit.model.words import compare_words, words_in
from remit.render.comparison_outline import outline_of_versions
from remit.render.comparison_text import as_text
from remit.render.pages import site_pages
from remit.render.view import View
from remit.settings import read_settings


def _words(words: str) -> LocalText:
    return LocalText({"nb": words, "en": f"{words} (en)"})


def _item(id: str, words: str = "") -> Item:
    return Item(kind="item", id=id, text=_words(words or id))


def _section(id: str, *blocks: Block, heading: str = "") -> Section:
    return Section(
        id=id, kind=SectionKind.OTHER, heading=_words(heading or id), blocks=list(blocks)
    )


def _version(*sections: Section, day: str = "2020-01-01") -> MandateVersion:
    return MandateVersion.model_validate(
        {
            "id": day,
            "authoritative_language": "nb",
            "title": {"nb": "Mandat", "en": "Mandate"},
            "in_force": {"from": day},
            "status": "adopted",
            "sections": list(sections),
            "mandate": "team-mandate",
        }
    )


def _told(old: Sequence[Section], new: Sequence[Section]) -> dict[str, tuple[str, ...]]:
    found = compare_versions(_version(*old), _version(*new))
    return {part.id: part.changes for part in found.parts}


# --- sections and blocks -------------------------------------------------------------------


def test_two_equal_texts_have_no_changes() -> None:
    sections = [_section("a", _item("x"), _item("y"))]
    assert compare_versions(_version(*sections), _version(*sections)).is_same


def test_a_new_block_pushes_the_others_down_and_does_not_change_them() -> None:
    old = [_section("a", _item("x"), _item("y"), _item("z"))]
    assert _told(old, [_section("a", _item("new"), _item("x"), _item("y"), _item("z"))]) == {
        "new": ("added",)
    }


def test_a_moved_block_alone_is_moved() -> None:
    old = [_section("a", _item("v"), _item("x"), _item("y"), _item("z"))]
    assert _told(old, [_section("a", _item("z"), _item("v"), _item("x"), _item("y"))]) == {
        "z": ("moved",)
    }


def test_a_block_can_move_to_another_section_and_change() -> None:
    old = [_section("a", _item("x"), _item("y")), _section("b", _item("z"))]
    new = [_section("a", _item("x")), _section("b", _item("y", "other words"), _item("z"))]
    found = compare_versions(_version(*old), _version(*new))
    (part,) = found.parts
    assert (part.id, part.changes) == ("y", ("moved", "changed"))
    assert part.old_section and part.old_section.id == "a"
    assert part.new_section and part.new_section.id == "b"
    assert [change.path for change in part.fields] == [("text",)]


def test_a_moved_section_takes_its_blocks_along() -> None:
    a, b = _section("a", _item("x")), _section("b", _item("y"), _item("z"))
    c = _section("c", _item("v"))
    assert _told([a, b, c], [c, a, b]) == {"c": ("moved",)}


def test_a_block_outlives_its_removed_section() -> None:
    old = [_section("a", _item("x"), _item("y")), _section("b", _item("z"))]
    assert _told(old, [_section("b", _item("z"), _item("y"))]) == {
        "a": ("removed",),
        "x": ("removed",),
        "y": ("moved",),
    }


def test_a_section_with_another_heading_is_changed_and_its_blocks_are_not() -> None:
    old = [_section("a", _item("x"))]
    assert _told(old, [_section("a", _item("x"), heading="Other")]) == {"a": ("changed",)}


def test_removed_parts_are_told_where_they_stood() -> None:
    assert in_reading_order(list("abcd"), list("acxd")) == list("abcxd")
    assert in_reading_order(list("abc"), list("c")) == list("abc")


OLD_AND_NEW_BLOCKS: list[tuple[Block, Block, set[tuple[str, ...]]]] = [
    (
        Paragraph(kind="paragraph", id="p", text=_words("one two")),
        Paragraph(kind="paragraph", id="p", text=_words("one three")),
        {("text",)},
    ),
    (_item("p", "one"), _item("p", "two"), {("text",)}),
    (
        TaskBlock(kind="task", id="p", text=_words("one"), who=["a"], task="t"),
        TaskBlock(kind="task", id="p", text=_words("one"), who=["a", "b"], audiences=["c"]),
        {("who",), ("audiences",), ("task",)},
    ),
    (
        BoundaryBlock(kind="boundary", id="p", text=_words("one"), refers_to=["a"]),
        BoundaryBlock(kind="boundary", id="p", text=_words("two"), refers_to=["b"]),
        {("text",), ("refers_to",)},
    ),
    (
        CooperationBlock.model_validate(
            {"kind": "cooperation", "id": "p", "with": "a", "text": {"nb": "x"}}
        ),
        CooperationBlock.model_validate(
            {"kind": "cooperation", "id": "p", "with": "b", "text": {"nb": "x"}, "mutual": True}
        ),
        {("with",), ("mutual",)},
    ),
    (
        ReportingBlock(kind="reporting", id="p", to="a", text=_words("x")),
        ReportingBlock(kind="reporting", id="p", to="b", text=_words("x"), how_often=_words("y")),
        {("to",), ("how_often",)},
    ),
    (
        DefinitionBlock(kind="definition", id="p", term=_words("x"), text=_words("y")),
        DefinitionBlock(kind="definition", id="p", term=_words("z"), text=_words("y")),
        {("term",)},
    ),
    (
        _item("p", "one"),
        TaskBlock(kind="task", id="p", text=_words("one"), who=["a"]),
        {("kind",), ("who",)},
    ),
]


@pytest.mark.parametrize(("old", "new", "fields"), OLD_AND_NEW_BLOCKS)
def test_the_changed_fields_of_every_kind_of_block(
    old: Block, new: Block, fields: set[tuple[str, ...]]
) -> None:
    """Forwards and back, and added and removed, with the words on the side that has them."""
    for before, after in ((old, new), (new, old)):
        (part,) = compare_versions(
            _version(_section("a", before)), _version(_section("a", after))
        ).parts
        assert (part.kind, part.changes) == (after.kind, ("changed",))
        assert {change.path for change in part.fields} == fields
    (added,) = compare_versions(_version(_section("a")), _version(_section("a", new))).parts
    assert (added.changes, added.old, added.new) == (("added",), None, new)
    (removed,) = compare_versions(_version(_section("a", old)), _version(_section("a"))).parts
    assert (removed.changes, removed.old, removed.new) == (("removed",), old, None)


def _paths(found: VersionComparison) -> list[tuple[str | int, ...]]:
    return [change.path for change in found.fields]


def test_a_versions_own_fields_are_told_to_the_innermost() -> None:
    section = _section("a", _item("x"))
    old = _version(section)
    new = MandateVersion.model_validate(
        {
            **old.model_dump(by_alias=True),
            "sections": [section],
            "id": "2024-01-01",
            "in_force": {"from": "2024-01-01"},
            "approval": {"change": "substantive", "note": {"nb": "Ny."}},
            "case_numbers": ["24/1"],
            "tombstones": [{"id": "gone", "since": "2024-01-01"}],
        }
    )
    assert set(_paths(compare_versions(old, new))) == {
        ("in_force",),
        ("approval",),
        ("case_numbers",),
        ("tombstones", "gone"),
    }
    approved = new.model_copy(update={"approval": None})
    assert _paths(compare_versions(new, approved)) == [("approval",)]


_ids = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(_ids, _ids)
def test_as_few_parts_as_can_be_are_moved(old: list[str], new: list[str]) -> None:
    """What is kept is in order in both, and nothing longer is: tried out on all choices."""
    kept = kept_in_order(old, new)
    assert [id for id in old if id in kept] == [id for id in new if id in kept]
    common = [id for id in new if id in old]
    for size in range(len(kept) + 1, len(common) + 1):
        for choice in combinations(common, size):
            assert [id for id in old if id in choice] != list(choice)


@given(_ids, _ids)
def test_the_reading_order_has_every_part_once_and_the_newer_order(
    old: list[str], new: list[str]
) -> None:
    ordered = in_reading_order(old, new)
    assert sorted(ordered) == sorted({*old, *new})
    assert [id for id in ordered if id in new] == new


@given(st.text(alphabet="ab c.", max_size=40), st.text(alphabet="ab c.", max_size=40))
def test_word_runs_give_both_texts_back(old: str, new: str) -> None:
    runs = compare_words(words_in(old), words_in(new))
    for fate, text in (("added", old), ("removed", new)):
        kept = [word for run in runs if run.change != fate for word in run.words]
        assert kept == words_in(text)


@st.composite
def _edited(draw: st.DrawFn) -> tuple[list[Section], list[Section]]:
    ids = draw(st.lists(st.sampled_from("abcdefghijkl"), unique=True, min_size=2, max_size=12))
    words = st.sampled_from(["one", "two", "three"])

    def text(order: list[str]) -> list[Section]:
        cut = draw(st.integers(0, len(order)))
        blocks = [_item(id, draw(words)) for id in order]
        return [_section("s", *blocks[:cut]), _section("t", *blocks[cut:])]

    return text(ids), text(draw(st.permutations(ids))[: draw(st.integers(0, len(ids)))])


@hypothesis_settings(max_examples=200)
@given(_edited())
def test_what_is_not_told_is_the_same_in_both(pair: tuple[list[Section], list[Section]]) -> None:
    """A part without a change is in the same section with the same words; every other is told."""
    old, new = ({b.id: (s.id, b) for s in side for b in s.blocks} for side in pair)
    told = _told(*pair)
    for id in {*old, *new}:
        changes = told.get(id, ())
        assert ("added" in changes) == (id not in old)
        assert ("removed" in changes) == (id not in new)
        if id in old and id in new:
            assert ("changed" in changes) == (old[id][1] != new[id][1])
            if old[id][0] != new[id][0]:
                assert "moved" in changes


# --- the whole register --------------------------------------------------------------------


def _after(tmp_path: Path, edits: dict[str, tuple[str, str]]) -> tuple[Register, Register]:
    """The small register, and the same after replacing words in files (or adding files)."""
    folder = copy_of_register(tmp_path / "edited")
    for name, (old, new) in edits.items():
        file = folder / name
        text = file.read_text("utf-8") if file.exists() else ""
        assert old in text, name
        file.write_text(text.replace(old, new, 1) if old else new, "utf-8")
    return load_whole(read_settings(REGISTER)), load_whole(read_settings(folder))


OFFICE = "content/offices/nordkontoret.yml"
ROLE = "content/roles/specialist-team.yml"
TRANSFER = """id: {id}
authoritative_language: nb
name:
  nb: Ny overføring
  en: New transfer
date: 2025-01-01
from:
  - specialist-team
to:
  - testdepartementet
tasks:
  - guidance-in-cases
summary:
  nb: Oppgaven flyttes.
  en: The task moves.
"""
EDITS: dict[str, dict[str, tuple[str, str]]] = {
    "a role's name": {ROLE: ("nb: Fagteamet", "nb: Fagteamet vårt")},
    "a role's summary": {ROLE: ("summary:\n  nb: ", "summary:\n  nb: Nytt – ")},
    "a contact's phone": {"content/contacts/specialist-team-phone.yml": ("phone: ", "phone: 1 ")},
    "a version's text": {
        "mandates/team-mandate/2024-01-01.yml": ("gi råd til skolene", "gi alle skoler råd")
    },
    "a version's end": {
        "mandates/team-mandate/2024-01-01.yml": (
            "  from: 2024-01-01\n",
            "  from: 2024-01-01\n  to: 2026-01-01\n",
        )
    },
    "a mandate's document id": {"mandates/team-mandate/mandate.yml": ("TM 2020-001", "TM 1")},
    "an office's address": {OFFICE: ("summary:\n  nb: ", "summary:\n  nb: Nytt – ")},
    "a new transfer": {"content/transfers/new.yml": ("", TRANSFER.format(id="new"))},
}


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS)
def test_no_record_page_changes_without_being_named(
    tmp_path: Path, edits: dict[str, tuple[str, str]]
) -> None:
    """The whole site of both states is made and compared with what the comparison foretold.

    Lists, the home page, dates and the versions of roles and bodies are made of many records.
    """
    old, new = _after(tmp_path, edits)
    settings = read_settings(REGISTER)
    found = compare_registers(old, new)
    before, after = (
        {page.path: page.html for page in site_pages(register, settings, "nb")}
        for register in (old, new)
    )
    differing = {
        path for path in {*before, *after} if before.get(path) != after.get(path) and "/" in path
    }
    made_of_many = ("on/", "areas/", "audiences/", "duty/")
    many = {path for path in differing if path.startswith(made_of_many) or _is_span(path)}
    assert found.changes
    assert differing - many <= set(found.pages)
    assert set(found.pages) <= {*before, *after}


def _is_span(path: str) -> bool:
    return path.count("/") == 2 and not path.startswith("mandates/")


def _compared(tmp_path: Path, edits: dict[str, tuple[str, str]]) -> RegisterComparison:
    return compare_registers(*_after(tmp_path, edits))


def test_the_same_register_has_no_changes(tmp_path: Path) -> None:
    found = _compared(tmp_path, {})
    assert (found.changes, found.moved_tasks, found.pages, found.documents) == ((), (), [], [])


def test_a_new_transfer_moves_its_task(tmp_path: Path) -> None:
    found = _compared(tmp_path, EDITS["a new transfer"])
    (moved,) = found.moved_tasks
    assert (moved.task, moved.from_, moved.to) == (
        "guidance-in-cases",
        ("specialist-team",),
        ("testdepartementet",),
    )
    assert [(change.address, change.fate) for change in found.changes] == [("transfers/new", "new")]
    assert "tasks/guidance-in-cases" in found.pages
    assert found.documents == ["roles/regional-coordinators", "roles/specialist-team"]


def test_an_end_is_told_as_an_end_with_its_field(tmp_path: Path) -> None:
    found = _compared(tmp_path, EDITS["a version's end"])
    (change,) = found.of("ended")
    assert change.address == "mandates/team-mandate/2024-01-01"
    assert [field.path for field in change.fields] == [("in_force",)]
    assert found.documents == ["mandates/team-mandate/2024-01-01", "roles/specialist-team"]


def test_a_new_name_touches_the_documents_that_show_it(tmp_path: Path) -> None:
    found = _compared(tmp_path, EDITS["a role's name"])
    assert found.documents == [
        "mandates/team-mandate/2020-01-01",
        "mandates/team-mandate/2024-01-01",
        "roles/regional-coordinators",
        "roles/specialist-team",
    ]
    summary = _compared(tmp_path / "more", EDITS["a role's summary"])
    assert summary.documents == ["roles/specialist-team"]


def test_a_name_that_ended_and_the_new_one_are_two_changes(tmp_path: Path) -> None:
    old = "names:\n  - name:\n"
    file = "content/roles/regional-coordinators.yml"
    text = (REGISTER / file).read_text("utf-8")
    assert old in text
    _, new = _after(tmp_path, {})
    record = new.by_address["roles/regional-coordinators"]
    assert isinstance(record, Record)
    more = [*record.names_ever(), record.names_ever()[-1].model_copy(update={"short": _words("x")})]
    changed = record.model_copy(update={"names": more})
    later = Register(tuple(changed if one is record else one for one in new.records), new.languages)
    (change,) = compare_registers(new, later).changes
    assert [field.path for field in change.fields] == [("names", len(more) - 1)]
    assert address_of(change.record) == change.address


# --- told in text --------------------------------------------------------------------------


def test_a_long_text_is_told_shortened_round_what_changed(tmp_path: Path) -> None:
    long = " ".join(f"w{number}" for number in range(200))
    settings = read_settings(REGISTER)
    view = View(load_whole(settings), settings, "nb", settings.today)
    old = _version(_section("a", _item("x", f"{long} old")))
    new = _version(_section("a", _item("x", f"{long} new")), day="2024-01-01")
    text = as_text(outline_of_versions(view, compare_versions(old, new)))
    assert "w0 w1" in text and "[-old-]{+new+}" in text
    assert "[…]" in text and "w100" not in text
