"""A redline keeps both versions: refusing every change gives the old text, taking all the new."""

from __future__ import annotations

from hypothesis import given, settings

from redline_pairs import lines, pairs
from remit.render.html import ChangeWords, TreeToHtml
from remit.render.redline import compare_blocks
from remit.render.tree import (
    Blocks,
    Cell,
    Heading,
    ItemList,
    ListItem,
    Paragraph,
    Table,
    Text,
)


def _text(words: str) -> tuple[Text]:
    return (Text(words),)


def _html(old: Blocks, new: Blocks) -> str:
    said = ChangeWords("added:", "removed:", "end")
    return str(TreeToHtml(str, permalink="Link", said=said).blocks(compare_blocks(old, new)))


# The tree


@settings(max_examples=150, deadline=None)
@given(pairs())
def test_either_side_of_a_marked_tree_is_that_version(pair: tuple[Blocks, Blocks]) -> None:
    old, new = pair
    marked = compare_blocks(old, new)
    assert lines(marked, "old") == lines(old)
    assert lines(marked, "new") == lines(new)


def test_the_same_text_has_no_marks() -> None:
    blocks = (
        Heading(1, "a", _text("A"), "1"),
        Paragraph(_text("same words"), id="p"),
        ItemList((ListItem((Paragraph(_text("x")),), "i"),)),
    )
    assert compare_blocks(blocks, blocks) == blocks


# The page


def test_a_marked_block_is_announced_once_and_marked_words_each_time() -> None:
    old = (Paragraph(_text("the team advises schools"), id="a"),)
    new = (
        Paragraph(_text("the team advises all schools"), id="a"),
        Paragraph(_text("it is new"), id="b"),
    )
    made = _html(old, new)
    assert '<ins><span class="remit-hidden"> added: </span>all ' in made
    assert (
        '<p class="remit-block remit-block-inserted" id="b">'
        '<span class="remit-hidden"> added: </span><ins>it is new</ins>' in made
    )
    assert made.count("added:") == 2


def test_no_id_stands_twice_in_a_page_and_deleted_blocks_have_none() -> None:
    one, two = Paragraph(_text("one is here"), id="one"), Paragraph(_text("two"), id="two")
    made = _html((one, two, Paragraph(_text("gone"), id="gone")), (two, one))
    assert made.count('id="one"') == made.count('id="two"') == 1
    assert 'id="gone"' not in made
    assert made.count('class="remit-permalink"') == 2


def test_a_table_in_one_version_only_is_marked_with_its_header() -> None:
    table = Table((Cell(_text("Word")),), ((Cell(_text("team"), "t"),),), (1.0,))
    made = _html((), (table,))
    assert '<div class="remit-table remit-block-inserted">' in made
    assert "<ins>Word</ins>" in made and "<ins>team</ins>" in made
    assert made.count("added:") == 1
