"""Makes tracked changes in ODT of words that pandoc has given the styles Inserted and Deleted.

Tried with LibreOffice: a whole paragraph is taken back as it was when its change stands at the end
of the paragraph before it, when its list has a named style, and when a row says that it changed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from lxml import etree

from remit.render.pandoc import CHANGE_STYLES
from remit.render.tree import Redline
from remit.write.properties import minutes_later
from remit.write.reference_odt import NAMESPACES, fragment, q

_EXTENSION = "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"
_ROW_STYLE = "ChangedRow"
_GAP = "TableGap"
_BULLETS = "Bullets"
_BULLET_TEXT = "BulletText"
_PARAGRAPHS = (q("text:p"), q("text:h"))
_CHANGE_OF_STYLE = {style: change for change, style in CHANGE_STYLES.items()}


def track_changes(content: etree._Element, styles: etree._Element, redline: Redline) -> None:
    """Whole paragraphs are dated two minutes later, as in DOCX."""
    text = content.find("office:body/office:text", NAMESPACES)
    assert text is not None
    _name_bullets(content, styles)
    tracker = _Tracker(redline)
    tracker.track_blocks(text)
    _mark_rows(content, text)
    for span in _changed_spans(text):
        tracker.track_words(span)
    for paragraph in tracker.regions.iter(*_PARAGRAPHS):
        for span in _changed_spans(paragraph):
            _unwrap(span)
        _keep_outer_spaces(paragraph)
    text.insert(0, tracker.regions)


def _changed_spans(element: etree._Element) -> list[etree._Element]:
    return [
        span
        for span in element.iter(q("text:span"))
        if span.get(q("text:style-name")) in _CHANGE_OF_STYLE
    ]


class _Tracker:
    def __init__(self, redline: Redline) -> None:
        self.author = redline.author
        self.moment = redline.moment.removesuffix("Z")
        self.later = minutes_later(redline.moment, 2).removesuffix("Z")
        self.regions = fragment("<text:tracked-changes/>")

    def region(self, change: str, moment: str) -> tuple[str, etree._Element]:
        """A new change: its id, and where what it deletes is kept."""
        id = f"change{len(self.regions) + 1}"
        region = fragment(
            f'<text:changed-region xml:id="{id}" text:id="{id}"><text:{change}>'
            "<office:change-info><dc:creator/><dc:date/></office:change-info>"
            f"</text:{change}></text:changed-region>"
        )
        self.regions.append(region)
        kept = region[0]
        kept[0][0].text, kept[0][1].text = self.author, moment
        return id, kept

    def track_blocks(self, text: etree._Element) -> None:
        """Runs of whole blocks that are new or gone, each at the end of what stands before it."""
        before: etree._Element | None = None
        run: list[etree._Element] = []
        current: str | None = None
        for block, change in [*_blocks(text), (None, None)]:
            if change != current and current and before is not None:
                before = self._track_run(before, run, current)
            if change != current:
                run, current = [], change
            if block is None:
                return
            if change:
                run.append(block)
            else:
                before = block

    def _track_run(
        self, before: etree._Element, run: list[etree._Element], change: str
    ) -> etree._Element:
        """Returns the last paragraph that stays in the text."""
        id, kept = self.region(change, self.later)
        if change == "insertion":
            last = [*run[-1].iter(*_PARAGRAPHS)][-1]
            before.append(_mark("change-start", id))
            last.append(_mark("change-end", id))
            for span in [span for block in run for span in _changed_spans(block)]:
                _unwrap(span)
            return last
        before.append(_mark("change", id))
        style = before.get(q("text:style-name")) or ""
        kept.append(_empty(style))
        for block in run:
            kept.append(_in_its_lists(block))
            _remove(block)
        if style == _GAP and run[-1].get(q("text:style-name")) != _GAP:
            # An empty paragraph would take on the style of the last one that goes.
            kept.append(_empty(_GAP))
        return before

    def track_words(self, span: etree._Element) -> None:
        change = _CHANGE_OF_STYLE[span.get(q("text:style-name")) or ""]
        id, kept = self.region(change, self.moment)
        if change == "insertion":
            end = _mark("change-end", id)
            end.tail, span.tail = span.tail, None
            span.addprevious(_mark("change-start", id))
            span.addnext(end)
            _unwrap(span)
            return
        mark = _mark("change", id)
        mark.tail, span.tail = span.tail, None
        inner = copy.deepcopy(span)
        for around in span.iterancestors():
            inner = _wrapped(around, inner)
            if around.tag in _PARAGRAPHS:
                break
        kept.append(inner)
        _parent(span).replace(span, mark)


def _parent(element: etree._Element) -> etree._Element:
    found = element.getparent()
    assert found is not None
    return found


def _empty(style: str) -> etree._Element:
    return fragment(f'<text:p text:style-name="{style}"/>')


def _mark(name: str, id: str) -> etree._Element:
    return fragment(f'<text:{name} text:change-id="{id}"/>')


def _wrapped(around: etree._Element, inner: etree._Element) -> etree._Element:
    made = copy.copy(around)
    for child in list(made):
        made.remove(child)
    made.text = made.tail = None
    made.append(inner)
    return made


def _unwrap(span: etree._Element) -> None:
    """The span's content in its place."""
    parent = _parent(span)
    before = span.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (span.text or "")
    else:
        parent.text = (parent.text or "") + (span.text or "")
    for child in list(span):
        span.addprevious(child)
    last = span.getprevious()
    if last is not None:
        last.tail = (last.tail or "") + (span.tail or "")
    else:
        parent.text = (parent.text or "") + (span.tail or "")
    parent.remove(span)


def _remove(block: etree._Element) -> None:
    """Takes a block out, and the lists that are empty without it."""
    parent = _parent(block)
    parent.remove(block)
    while parent.tag in (q("text:list"), q("text:list-item")) and not len(parent):
        parent, empty = _parent(parent), parent
        parent.remove(empty)


# Blocks


def _blocks(container: etree._Element) -> Iterator[tuple[etree._Element, str | None]]:
    """Every paragraph, and every list, item and table that is new or gone as a whole."""
    table_change: str | None = None
    for block in container:
        if block.tag in (q("text:list"), q("text:list-item")):
            change = _change_of(block)
            if change:
                yield block, change
            else:
                yield from _blocks(block)
        elif block.tag == q("table:table"):
            table_change = _change_of(block)
            if table_change:
                yield block, table_change
            continue
        elif block.tag in _PARAGRAPHS:
            is_gap = block.get(q("text:style-name")) == _GAP
            yield block, table_change if is_gap else _change_of(block)
        table_change = None


def _change_of(element: etree._Element) -> str | None:
    """`insertion` or `deletion` when it is that of every word, and there is one."""
    found = set(_changes(element, None))
    return found.pop() if len(found) == 1 else None


def _changes(element: etree._Element, change: str | None) -> Iterator[str | None]:
    if element.tag == q("text:span"):
        change = _CHANGE_OF_STYLE.get(element.get(q("text:style-name")) or "", change)
    if (element.text or "").strip() or element.tag == q("text:line-break"):
        yield change
    for child in element:
        yield from _changes(child, change)
        if (child.tail or "").strip():
            yield change


def _in_its_lists(block: etree._Element) -> etree._Element:
    """A copy of the block within copies of the lists round it."""
    made = copy.deepcopy(block)
    made.tail = None
    for around in block.iterancestors():
        if around.tag not in (q("text:list"), q("text:list-item")):
            break
        made = _wrapped(around, made)
    return made


def _mark_rows(content: etree._Element, text: etree._Element) -> None:
    """LibreOffice takes a row away with its words only when the row's style says so."""
    rows = [row for row in text.iter(q("table:table-row")) if _change_of(row)]
    if not rows:
        return
    for row in rows:
        row.set(q("table:style-name"), _ROW_STYLE)
    style = fragment(
        f'<style:style style:name="{_ROW_STYLE}" style:family="table-row">'
        '<style:table-row-properties fo:keep-together="always"/></style:style>'
    )
    properties = etree.Element(q("style:table-row-properties"), nsmap={"loext": _EXTENSION})
    properties.set(q("fo:keep-together"), "always")
    properties.set(f"{{{_EXTENSION}}}text-changes-only", "false")
    style.replace(style[0], properties)
    automatic = content.find("office:automatic-styles", NAMESPACES)
    assert automatic is not None
    automatic.append(style)


def _keep_outer_spaces(paragraph: etree._Element) -> None:
    """A space at the start or end of a paragraph counts only as an element."""
    texts = etree.XPath(".//text()")
    words: Any = texts(paragraph)
    if words and words[0].startswith(" "):
        _replace_space(words[0], at_end=False)
    words = texts(paragraph)
    if words and words[-1].endswith(" "):
        _replace_space(words[-1], at_end=True)


def _replace_space(words: Any, *, at_end: bool) -> None:
    """`words`: a text that lxml knows the place of."""
    space, element = fragment("<text:s/>"), words.getparent()
    before, space.tail = (words[:-1], None) if at_end else (None, words[1:])
    if words.is_tail:
        element.tail = None
        element.addnext(space)
        element.tail = before
    else:
        element.text = before
        element.insert(0, space)


# Lists


def _name_bullets(content: etree._Element, styles: etree._Element) -> None:
    """Gives lists with bullets named styles: those of a list's own stick to words put after it."""
    automatic = content.find("office:automatic-styles", NAMESPACES)
    common = styles.find("office:styles", NAMESPACES)
    assert automatic is not None and common is not None
    bullets = {
        style.get(q("style:name")): style
        for style in automatic.findall("text:list-style", NAMESPACES)
        if all(level.tag == q("text:list-level-style-bullet") for level in style)
    }
    paragraphs = {
        style.get(q("style:name")): style
        for style in automatic.findall("style:style", NAMESPACES)
        if style.get(q("style:list-style-name")) in bullets
    }
    if not bullets:
        return
    for style in (*bullets.values(), *paragraphs.values()):
        automatic.remove(style)
    named = next(iter(bullets.values()))
    named.set(q("style:name"), _BULLETS)
    common.append(named)
    common.append(
        fragment(
            f'<style:style style:name="{_BULLET_TEXT}" style:family="paragraph"'
            f' style:parent-style-name="ListText" style:list-style-name="{_BULLETS}"/>'
        )
    )
    for element in content.iter(q("text:list"), q("text:p")):
        name = element.get(q("text:style-name"))
        if name in bullets:
            element.set(q("text:style-name"), _BULLETS)
        elif name in paragraphs:
            element.set(q("text:style-name"), _BULLET_TEXT)
