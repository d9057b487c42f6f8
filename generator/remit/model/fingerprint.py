"""Fingerprints of authoritative text, part by part, to tell when a translation has gone stale."""

from __future__ import annotations

import hashlib

from remit.model.records import MandateVersion, Record
from remit.model.shape import Found


def text_parts(record: Record, found: Found) -> dict[str, str]:
    """Fingerprint (16 hex digits of SHA-256) of the authoritative text of each part.

    A mandate version has a part per section, by the section's id, and `title`; any other record
    has a part per field.
    """
    language = record.authoritative_language
    parts: dict[str, list[str]] = {}
    for path, text in found.texts:
        if language not in text or path[0] in ("caveats", "approval", "tombstones"):
            continue
        part = str(path[0])
        if isinstance(record, MandateVersion) and path[0] == "sections":
            part = record.sections[int(path[1])].id
        parts.setdefault(part, []).append(text[language])
    return {part: fingerprint("\0".join(texts)) for part, texts in parts.items()}


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stale_parts(record: Record, found: Found, language: str) -> list[str]:
    """Parts whose authoritative text changed since the translation was reviewed."""
    translation = record.translations.get(language)
    if translation is None or not translation.of:
        return []
    now = text_parts(record, found)
    return sorted(part for part, was in translation.of.items() if now.get(part) != was)
