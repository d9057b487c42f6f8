"""Words of a foreign document → a text of the register: nothing in them becomes a sign by accident.

What is written is read again by the register's own reader; where it would say other words, it is
written without looks and links, each sign that could mean something masked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from remit.importing.names import KnownNames
from remit.importing.pieces import UNSEEN, Span, joined, words_of
from remit.model.letters import without_letters
from remit.model.register import address_of
from remit.render import tree
from remit.render.text import blocks

_SAFE = re.compile(r"(?:https?://[^\s/]|mailto:[^\s]+@|tel:\+?\d)", re.I)
# Signs that the register's Markdown reads, and those that its checks take for HTML or templates.
_SIGNS = re.compile(r"[\\*_`\[\]|#~]|&(?=[#\w])")
_CODES = {"<": "&lt;", "{": "&#123;", "}": "&#125;"}
_AT_START = re.compile(r"^([-+>]|=+$|\d+(?=[.)](?:\s|$)))")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")

MayLink = Callable[[str], bool]
"""Whether the record of an address is to be linked here."""


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    linked: tuple[str, ...] = ()
    """The addresses of the records that it links to."""


def clean(text: str) -> str:
    """Without characters that are not seen, on one line, letters composed."""
    return joined([seen(text)])


def seen(text: str) -> str:
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", UNSEEN.sub("", text)))


def is_safe(address: str) -> bool:
    """Whether a text may link to it."""
    return bool(_SAFE.match(address))


def plain_field(text: str) -> str:
    """For names and headings, which hold no Markdown: what checks take for code is set apart."""
    text = re.sub(r"<(?=[A-Za-z/!?])", "< ", clean(text))
    text = re.sub(r"\](?=[(:])", "] ", text)
    text = re.sub(r"\{(?=[{%#])", "{ ", text)
    return re.sub(r"(?<=[}%])\}", " }", text)


def unknown_letters(text: str) -> list[str]:
    """The letters that the register's documents cannot show."""
    return without_letters(clean(text))


def written(spans: Sequence[Span], names: KnownNames | None, may_link: MayLink) -> Written:
    """The text of a paragraph."""
    said = clean("".join(span.words for span in spans))
    linked: list[str] = []
    if names:
        made = _with_links(spans, said, names, may_link, linked)
        if says(made, said):
            return Written(made, tuple(linked))
    made = joined(_looked(span) for span in _cleaned(spans))
    if says(made, said):
        return Written(_start(made))
    return Written(_start(_masked(said)))


def says(markdown: str, words: str) -> bool:
    """Whether a reader of the text sees just these words, as one paragraph."""
    shown = blocks(markdown, lambda target, _, shown: ("x", (tree.Text(shown or target),)))
    if len(shown) != 1 or not isinstance(shown[0], tree.Paragraph):
        return False
    return joined([tree.plain(shown[0].inlines)]) == joined([words])


def shown_words(markdown: str) -> list[str]:
    """The words that a reader of a text sees."""
    shown = blocks(markdown, lambda target, _, shown: ("x", (tree.Text(shown or target),)))
    return [word for text in tree.words_of(shown) for word in words_of(text)]


def _with_links(
    spans: Sequence[Span], said: str, names: KnownNames, may_link: MayLink, linked: list[str]
) -> str:
    """The words with a link at the first mention of each record; looks are kept around them."""
    made: list[str] = []
    for span in _cleaned(spans):
        if span.address:
            made.append(_looked(span))
            continue
        at, parts = 0, []
        for mention in names.in_text(span.words):
            address = address_of(mention.record)
            words = span.words[mention.start : mention.end]
            if address in linked or not may_link(address) or re.search(r"[\[\]|]", words):
                continue
            linked.append(address)
            parts.append(_masked(span.words[at : mention.start]))
            parts.append(f"[[{_target(names, mention.record.id, address)}|{words}]]")
            at = mention.end
        if at:
            made.append("".join([*parts, _masked(span.words[at:])]))
        else:
            made.append(_looked(span))
    return _start(joined(made))


def _target(names: KnownNames, id: str, address: str) -> str:
    return id if len(names.register.named(id)) == 1 else address


def _cleaned(spans: Sequence[Span]) -> list[Span]:
    """Neighbours of one look joined, each without unseen characters, spaces kept."""
    found: list[Span] = []
    for span in spans:
        words = seen(span.words.replace("\n", " "))
        last = found[-1] if found else None
        same = last and (last.strong, last.emphasis, last.address) == (
            span.strong,
            span.emphasis,
            span.address,
        )
        if last and (same or not words.strip()):
            found[-1] = Span(last.words + words, last.strong, last.emphasis, last.address)
        else:
            found.append(Span(words, span.strong, span.emphasis, span.address))
    whole = len({(one.strong, one.emphasis) for one in found}) < 2
    return [Span(one.words, address=one.address) if whole else one for one in found]


def _looked(span: Span) -> str:
    words = span.words.strip()
    if not words:
        return " " if span.words else ""
    masked = _masked(words)
    if span.address and is_safe(span.address):
        address = re.sub(r"[\s<>()]", lambda sign: f"%{ord(sign[0]):02X}", span.address)
        masked = f"[{masked}]({address})"
    elif span.strong:
        masked = f"**{masked}**"
    elif span.emphasis:
        masked = f"*{masked}*"
    before = span.words[: len(span.words) - len(span.words.lstrip())]
    after = span.words[len(span.words.rstrip()) :]
    return f"{before and ' '}{masked}{after and ' '}"


def _masked(words: str) -> str:
    masked = _SIGNS.sub(lambda sign: f"\\{sign[0]}", words)
    masked = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", masked)
    masked = re.sub(r"[{}]", lambda sign: _CODES[sign[0]], masked)
    return masked.replace("](", "]\\(")


def _start(markdown: str) -> str:
    """A text that begins like an item of a list does not become one."""
    found = _AT_START.match(markdown)
    if not found:
        return markdown
    sign = found[1]
    if sign.isdigit():
        return f"{sign}\\{markdown[len(sign) :]}"
    return f"\\{markdown}"
