"""An XLIFF file that came back → what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from remit.load.document_facts import NotReadable
from remit.load.office_parts import has_own_type
from remit.model.translation_jobs import ReturnedJob, ReturnedText

_X = "{urn:oasis:names:tc:xliff:document:1.2}"
_OLDER = "{urn:oasis:names:tc:xliff:document:1.1}"
"""Some programs save so; what a job holds is the same in it."""
_CODES = ("ph", "bpt", "ept", "it")


def read_xliff(data: bytes) -> ReturnedJob:
    """Raises NotReadable."""
    if has_own_type(data):
        raise NotReadable("the file declares a document type of its own")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable(f"the file is no proper XML: {error}") from None
    for one in root.iter(f"{_OLDER}*"):
        one.tag = str(one.tag).replace(_OLDER, _X)
    if root.tag != f"{_X}xliff":
        version = root.get("version", "")
        if etree.QName(root).localname == "xliff":
            raise NotReadable(f"the file is XLIFF {version}; save it as XLIFF 1.2")
        raise NotReadable("the file is no XLIFF")
    texts: list[ReturnedText] = []
    faults: list[str] = []
    for unit in root.iter(f"{_X}trans-unit"):
        target = unit.find(f"{_X}target")
        where = f"line {unit.sourceline}"
        words = "" if target is None else _words(target, _codes(unit), where, faults)
        texts.append(ReturnedText(unit.get("id", ""), words, where))
    return ReturnedJob(
        _language(root, "source-language"),
        _language(root, "target-language"),
        _sent(root),
        tuple(texts),
        tuple(faults),
    )


def _language(root: etree._Element, name: str) -> str:
    """The one that all files of the job have."""
    found = list(dict.fromkeys(file.get(name, "") for file in root.iter(f"{_X}file")))
    if len(found) > 1:
        raise NotReadable(f"the file has several languages as its {name}: {', '.join(found)}")
    return found[0] if found else ""


def _sent(root: etree._Element) -> int:
    counts = [
        int(count.text)
        for count in root.iter(f"{_X}count")
        if count.get("count-type") == "x-texts" and re.fullmatch("[0-9]{1,9}", count.text or "")
        if count.text
    ]
    return max(counts, default=0)


def _codes(unit: etree._Element) -> dict[tuple[str, str], str]:
    """What stands in the source's codes, for programs that keep their ids alone."""
    source = unit.find(f"{_X}source")
    return {
        (etree.QName(one).localname, one.get("id", "")): one.text or ""
        for one in (() if source is None else source.iter(*(f"{_X}{name}" for name in _CODES)))
    }


def _words(
    target: etree._Element, codes: dict[tuple[str, str], str], where: str, faults: list[str]
) -> str:
    return "".join(_parts(target, codes, where, faults))


def _parts(
    element: etree._Element, codes: dict[tuple[str, str], str], where: str, faults: list[str]
) -> Iterator[str]:
    yield element.text or ""
    for one in element:
        if isinstance(one, etree._Entity):
            faults.append(f"{where}: an entity stands in the translation")
        elif isinstance(one.tag, str):
            name, id = etree.QName(one).localname, one.get("id", "")
            if name in _CODES:
                yield one.text or codes.get((name, id), "")
            elif name == "x":
                yield codes.get(("ph", id), "")
            elif name == "g":
                yield codes.get(("bpt", id), "")
                yield from _parts(one, codes, where, faults)
                yield codes.get(("ept", id), "")
            elif name == "mrk":
                yield from _parts(one, codes, where, faults)
            else:
                faults.append(f"{where}: an element <{name}> stands in the translation")
        yield one.tail or ""
