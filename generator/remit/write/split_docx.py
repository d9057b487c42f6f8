"""Takes a DOCX that pandoc made of many documents apart: each as if it had been made alone.

Pandoc counts bookmarks, lists and links through all of them. Here each document's are counted
anew, in the order they come in, so that what was made beside a document leaves no trace in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from remit.write.archive import read_parts

DOCUMENT = "word/document.xml"
NUMBERING = "word/numbering.xml"
RELATIONSHIPS = "word/_rels/document.xml.rels"
NOTES_RELATIONSHIPS = "word/_rels/footnotes.xml.rels"

# Pandoc writes < and " of a text as entities, so none of these can match inside one.
_RULE = re.compile(rb"\s*<w:p><w:r><w:pict><v:rect [^<]*/></w:pict></w:r></w:p>")
_COUNTED = re.compile(
    rb"(?P<head><w:(?:(?P<bookmark>bookmarkStart|bookmarkEnd)|(?P<list>numId))"
    rb' [^<>]*?w:(?:id|val)="|<[^<>]* r:(?:id|embed|link)=")(?P<name>[^"]*)'
)
_RELATIONSHIP = re.compile(rb'<Relationship [^<]*?\bId="([^"]*)"[^<]*?/>')
_LIST = re.compile(rb'<w:num w:numId="(\d+)".*?<w:abstractNumId w:val="(\d+)" ?/>.*?</w:num>', re.S)
_LIST_KIND = re.compile(rb'<w:abstractNum w:abstractNumId="(\d+)".*?</w:abstractNum>', re.S)
_RELATIONSHIPS_HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
)
_FIRST_LIST = 1001
_RESERVED_LIST = 1000
"""Lists up to this number belong to the reference document and to pandoc itself."""


def split_docx(data: bytes) -> Iterator[dict[str, bytes]]:
    """The parts of each document in turn. Before each of them stands a horizontal rule."""
    parts = read_parts(data)
    whole = parts[DOCUMENT]
    head, *bodies = _RULE.split(whole)
    end = bodies[-1].rindex(b"<w:sectPr>")
    tail, bodies[-1] = bodies[-1][end:], bodies[-1][:end]
    relationships = _Relationships(parts[RELATIONSHIPS])
    numbering = _Numbering(parts[NUMBERING])
    parts[NOTES_RELATIONSHIPS] = _Relationships(parts[NOTES_RELATIONSHIPS]).of({})
    for body in bodies:
        bookmarks: dict[bytes, bytes] = {}
        lists: dict[bytes, bytes] = {}
        links: dict[bytes, bytes] = {}
        counted = _renamed(body, bookmarks, lists, links)
        yield {
            **parts,
            DOCUMENT: head + counted.rstrip() + tail,
            NUMBERING: numbering.of(lists),
            RELATIONSHIPS: relationships.of(links),
        }


def _renamed(
    body: bytes,
    bookmarks: dict[bytes, bytes],
    lists: dict[bytes, bytes],
    links: dict[bytes, bytes],
) -> bytes:
    """The body with its own numbers; the new ones are left in the dictionaries by the old."""

    def anew(match: re.Match[bytes]) -> bytes:
        name = match["name"]
        if match["bookmark"]:
            new = bookmarks.setdefault(name, b"%d" % (len(bookmarks) + 1))
        elif not match["list"]:
            new = links.setdefault(name, b"rIdLink%d" % (len(links) + 1))
        elif int(name) <= _RESERVED_LIST:
            new = name
        else:
            new = lists.setdefault(name, b"%d" % (len(lists) + _FIRST_LIST))
        return match["head"] + new

    return _COUNTED.sub(anew, body)


class _Relationships:
    """What a part leads to: other parts, which all documents share, and addresses."""

    def __init__(self, xml: bytes) -> None:
        self.by_id = {match[1]: match[0] for match in _RELATIONSHIP.finditer(xml)}
        self.shared = b"".join(one for one in self.by_id.values() if b"/hyperlink" not in one)

    def of(self, links: dict[bytes, bytes]) -> bytes:
        own = (
            self.by_id[old].replace(b'Id="%s"' % old, b'Id="%s"' % new)
            for old, new in links.items()
        )
        return _RELATIONSHIPS_HEAD + self.shared + b"".join(own) + b"</Relationships>"


class _Numbering:
    """The lists, each of a kind."""

    def __init__(self, xml: bytes) -> None:
        self.lists = {match[1]: (match[2], match[0]) for match in _LIST.finditer(xml)}
        self.kinds = {match[1]: match[0] for match in _LIST_KIND.finditer(xml)}
        first = next(iter(self.kinds.values()))
        self.head = xml[: xml.index(first)]

    def of(self, lists: dict[bytes, bytes]) -> bytes:
        kept = {old: old for old in self.lists if int(old) <= _RESERVED_LIST} | lists
        kinds = {self.lists[old][0] for old in kept}
        return b"".join(
            (
                self.head,
                *(self.kinds[kind] for kind in sorted(kinds, key=int)),
                *(self._list(old, new) for old, new in kept.items()),
                b"</w:numbering>",
            )
        )

    def _list(self, old: bytes, new: bytes) -> bytes:
        return self.lists[old][1].replace(b'w:numId="%s"' % old, b'w:numId="%s"' % new, 1)
