"""Makes tracked changes of whole paragraphs and rows in DOCX; pandoc tracks words alone."""

from __future__ import annotations

from lxml import etree

from remit.render.tree import Redline
from remit.write.properties import minutes_later
from remit.write.reference_docx import fragment, w

_SHOWN = tuple(w(name) for name in ("t", "delText", "br", "tab", "noBreakHyphen"))
_LINE = (
    '<w:p><w:pPr><w:pStyle w:val="TableGap"/>'
    '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
)
_CHANGES = (w("ins"), w("del"))
_BEFORE_TRACKING = (
    "writeProtection view zoom removePersonalInformation removeDateAndTime"
    " doNotDisplayPageBoundaries displayBackgroundShape printPostScriptOverText"
    " printFractionalCharacterWidth printFormsData embedTrueTypeFonts embedSystemFonts"
    " saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges"
    " bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors"
    " hideGrammaticalErrors activeWritingStyle proofState formsDesign attachedTemplate linkStyles"
    " stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView"
).split()


def track_changes(body: etree._Element, redline: Redline) -> None:
    """A paragraph or row all of whose words are inserted, or all deleted, becomes so itself.

    Those whole changes are dated two minutes later: LibreOffice joins touching changes of one
    minute, and would take a paragraph with half of its neighbour. It cannot take away the last
    paragraph before a table or the end either: it leaves a line of no height, put in for it.
    """
    later = minutes_later(redline.moment, 2)
    for row in body.iter(w("tr")):
        change = _change_of(row)
        properties = row.find(w("trPr"))
        if change is not None and properties is not None:
            properties.append(_mark(change, redline.author, later))
    for paragraph in [*body.iter(w("p"))]:
        change = _change_of_paragraph(paragraph)
        if change is None:
            continue
        _mark_paragraph(paragraph, _mark(change, redline.author, later))
        for inner in paragraph.iter(*_CHANGES):
            inner.set(w("date"), later)
    for place in body.iter(w("tbl"), w("sectPr")):
        _part_from(place, redline.author, later)
    for number, element in enumerate(body.iter(*_CHANGES), start=1):
        element.set(w("id"), str(number))


def track_further_changes(settings: etree._Element) -> None:
    """What a reader of the file writes in it is tracked too."""
    earlier = [e for e in settings if etree.QName(e).localname in _BEFORE_TRACKING]
    settings.insert(len(earlier), etree.Element(w("trackRevisions")))


def _mark(change: str, author: str, moment: str) -> etree._Element:
    return etree.Element(change, {w("id"): "0", w("author"): author, w("date"): moment})


def _change_of(element: etree._Element) -> str | None:
    """`ins` or `del` when it is that of every word, and there is one."""
    found = set()
    for run in element.iter(w("r")):
        if any(child.tag in _SHOWN for child in run):
            change = next(run.iterancestors(*_CHANGES), None)
            found.add(None if change is None else str(change.tag))
    return found.pop() if len(found) == 1 else None


def _change_of_paragraph(paragraph: etree._Element) -> str | None:
    """In a row that stays, no paragraph goes: a cell keeps its last one."""
    row = next(paragraph.iterancestors(w("tr")), None)
    if row is not None:
        return _change_of(row)
    if next(paragraph.iter(w("r")), None) is not None:
        return _change_of(paragraph)
    table = next(paragraph.itersiblings(w("p"), w("tbl"), preceding=True), None)
    return _change_of(table) if table is not None and table.tag == w("tbl") else None


def _part_from(place: etree._Element, author: str, moment: str) -> None:
    """Puts the line into a run of paragraphs, all new or all gone, that reaches the place.

    Of such a run LibreOffice leaves the first when it is refused, and the last when it is taken.
    """
    run: list[etree._Element] = []
    change = None
    for paragraph in place.itersiblings(w("p"), w("tbl"), preceding=True):
        mark = paragraph.find(f"{w('pPr')}/{w('rPr')}/*")
        if mark is None or mark.tag not in _CHANGES or change not in (None, mark.tag):
            break
        run.append(paragraph)
        change = str(mark.tag)
    if not change:
        return
    line = fragment(_LINE)
    _mark_paragraph(line, _mark(change, author, moment))
    if change == w("ins"):
        run[-1].addprevious(line)
    elif place.tag == w("tbl"):
        run[0].addnext(line)


def _mark_paragraph(paragraph: etree._Element, mark: etree._Element) -> None:
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        paragraph.insert(0, properties)
    run = properties.find(w("rPr"))
    if run is None:
        run = etree.SubElement(properties, w("rPr"))
    run.insert(0, mark)
