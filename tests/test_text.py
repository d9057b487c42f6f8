"""The Markdown subset: what it makes of a text, and what it leaves as the text it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from remit.render import html, text, tree


def link(target: str, fragment: str, words: str) -> tuple[str, tree.Inlines]:
    address = f"roles/{target}" + (f"#{fragment}" if fragment else "")
    return (address if target != "gone" else ""), (tree.Text(words or target),)


def as_html(words: str, *, cards: bool = False) -> str:
    blocks = text.blocks(words, link, prefix="part-", cards=cards)
    return str(html.TreeToHtml(lambda target: target).blocks(blocks))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("plain  words", "<p>plain words</p>"),
        ("*a* and **b**", "<p><em>a</em> and <strong>b</strong></p>"),
        ("[a](https://b.no/c)", '<p><a href="https://b.no/c">a</a></p>'),
        ("[[kt]]", '<p><a href="roles/kt">kt</a></p>'),
        ("[[kt#goal|the goal]]", '<p><a href="roles/kt#goal">the goal</a></p>'),
        ("[[gone|words]]", "<p>words</p>"),
        ("## One\n\n### Two", '<h2 id="part-1">One</h2>\n<h3 id="part-2">Two</h3>'),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        (r"\*a\*", "<p>*a*</p>"),
    ],
)
def test_what_is_markdown(words: str, expected: str) -> None:
    assert as_html(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "<b onclick=x>",
        "{{ 7*7 }}",
        "{% include 'x' %}",
        "`code`",
        "[x](javascript:alert(1))",
        "[x](file:///etc/passwd)",
        "[x](../secret)",
        "[x]{.class #id}",
        "a & b",
    ],
)
def test_what_stays_text(words: str) -> None:
    """Nothing of it is lost and nothing of it becomes a tag."""
    made = as_html(words)
    root = lxml_html.fragment_fromstring(made, create_parent="div")
    assert "".join(map(str, root.itertext())) == words
    assert [child.tag for child in root.iter() if child is not root] == ["p"]


def test_a_record_alone_in_a_paragraph_is_a_card() -> None:
    (block,) = text.blocks("[[kt]]", link, cards=True)
    assert isinstance(block, tree.CardLink)
    (block,) = text.blocks("See [[kt]]", link, cards=True)
    assert isinstance(block, tree.Paragraph)


def test_tables_have_a_header_row() -> None:
    (table,) = text.blocks("| a | b |\n|---|---|\n| 1 | [[kt]] |", link)
    assert isinstance(table, tree.Table)
    assert [tree.plain(cell.inlines) for cell in table.head] == ["a", "b"]
    assert [tree.plain(cell.inlines) for cell in table.rows[0]] == ["1", "kt"]


@given(st.text(max_size=200))
def test_no_text_becomes_anything_but_the_allowed_tags(words: str) -> None:
    root = lxml_html.fragment_fromstring(as_html(words), create_parent="div")
    allowed = {
        "div", "p", "em", "strong", "a", "ul", "ol", "li", "br", "blockquote",
        "table", "thead", "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "h6",
    }  # fmt: skip
    for element in root.iter():
        assert element.tag in allowed
        href = element.get("href")
        assert href is None or href.startswith(("http", "mailto:", "tel:", "roles/"))


@pytest.mark.parametrize("words", ["[" * 5000, "*" * 5000, "> " * 2000, "- " * 2000, "[[" * 3000])
def test_hostile_texts_end(words: str) -> None:
    assert as_html(words)


def test_words_in_another_language_are_marked() -> None:
    blocks = tree.in_language(text.blocks("a\n\n- b\n\n> c", link), "sv")
    made = str(html.TreeToHtml(lambda target: target).blocks(blocks))
    assert made.count('<span lang="sv">') == 3


_WHOLE = ["[[kt]]", "[[kt|the team]]", "[[gone| ]]", "[[ kt#goal | x ]]", "b c", "&amp;", "://"]
_LETTERS = [*'[]|a \t\n\r\u00a0\x85-#*_<>~`\\!${:(."é', "  ", "- ", "1. ", "> ", "--", "[[", "]]"]
_BITS = st.sampled_from([*_WHOLE, *_LETTERS])


@given(st.lists(_BITS, max_size=6), st.lists(_BITS, max_size=6), st.booleans())
def test_a_text_of_words_and_links_is_read_as_the_parser_would(
    before: list[str], after: list[str], cards: bool
) -> None:
    words = "".join([*before, "[[kt|the team]]", *after])
    tokens = text._parser().parse(words)
    parsed = text._Builder(tokens, link, 1, "", cards).blocks()
    assert text.blocks(words, link, cards=cards) == parsed
    if len(parsed) == 1 and isinstance(parsed[0], tree.Paragraph | tree.CardLink):
        assert text.inlines(words, link) == parsed[0].inlines
