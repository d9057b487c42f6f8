"""What is read out of a PDF, DOCX or ODT file that someone hands in. The file is not trusted."""

from __future__ import annotations

from dataclasses import dataclass


class NotReadable(Exception):
    """The file cannot be read as a document: says why, in words for whoever handed it in."""


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    file_format: str
    properties: dict[str, str]
    """By the names under which the writers set them: record, version, fingerprint …"""
    words: str
    """The text of the body in reading order; numbers that a program counts are not in it."""
    beside: str
    """What stands beside the body: headers, footers, table of contents, marks of list items."""
    links: tuple[str, ...]
    """Every address outside the file that a link leads to."""
    pictures: int
    """How many pictures made of points stand in the body."""
    strange: tuple[str, ...]
    """What a finished document never holds: comments, tracked changes, hidden text …"""
    signatures: int = 0
    attached: tuple[str, ...] = ()
    """SHA-256 of every file that is put inside, 64 hex digits."""
