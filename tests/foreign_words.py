"""The words of a document, taken out of the file in the plainest way, to hold an import against."""

from __future__ import annotations

import html
import re
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

from lxml import etree

TAGS = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|</?[a-z!][^<>]*>", re.I | re.S)
PARAGRAPHS = {"p", "h"}
SPACES = {"tab", "br", "cr", "s", "line-break"}
LEFT_OUT = {"instrText", "delText", "title", "desc", "creator", "date", "note-citation"}


def counted(text: str) -> Counter[str]:
    """Letters and digits in a row are a word."""
    seen = re.sub("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", "", text)
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFKC", seen)))


def words_in_file(file: Path) -> Counter[str]:
    if file.suffix == ".docx":
        return _in_zip(file, ("word/document", "word/header", "word/footer", "word/footnotes"))
    if file.suffix == ".odt":
        return _in_zip(file, ("content", "styles"))
    return counted(html.unescape(TAGS.sub(" ", file.read_text("utf-8"))))


def _in_zip(file: Path, parts: tuple[str, ...]) -> Counter[str]:
    with zipfile.ZipFile(file) as archive:
        return sum(
            (
                counted(_text(etree.fromstring(archive.read(name))))
                for name in archive.namelist()
                if name.startswith(parts) and name.endswith(".xml")
            ),
            Counter[str](),
        )


def _text(root: etree._Element) -> str:
    said = ""
    for event, one in etree.iterwalk(root, events=("start", "end")):
        name = etree.QName(one).localname if isinstance(one.tag, str) else ""
        if event == "start":
            said += " " if name in SPACES else ""
            said += "" if name in LEFT_OUT else one.text or ""
        else:
            said += "\n" if name in PARAGRAPHS else ""
            said += one.tail or ""
    return said
