"""Fingerprints of authoritative text, part by part, to tell when a translation has gone stale."""

from __future__ import annotations

import hashlib

from remit.model.records import MandateVersion, Record
from remit.model.shape import Found, Path


def text_parts(record: Record, found: Found) -> dict[str, str]:
    """Fingerprint (16 hex digits of SHA-256) of the authoritative text of each part.

    A mandate version has a part per section, by the section's id, and `title`; any other record
    has a part per field.
    """
    language = record.authoritative_language
    parts: dict[str, list[str]] = {}
    for path, text in found.texts:
        part = part_of(record, path)
        if language in text and part:
            parts.setdefault(part, []).append(text[language])
    return {part: fingerprint("\0".join(texts)) for part, texts in parts.items()}


def part_of(record: Record, path: Path) -> str:
    """The part that a text belongs to; empty for what is said about the record, not by it."""
    if path[0] in ("caveats", "approval", "tombstones"):
        return ""
    if isinstance(record, MandateVersion) and path[0] == "sections":
        return record.sections[int(path[1])].id
    return str(path[0])


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stale_parts(record: Record, found: Found, language: str) -> list[str]:
    """Parts whose authoritative text changed since the translation was reviewed."""
    translation = record.translations.get(language)
    if translation is None or not translation.of:
        return []
    now = text_parts(record, found)
    return sorted(part for part, was in translation.of.items() if now.get(part) != was)
