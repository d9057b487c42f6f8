"""What a finished file says about itself beside its core properties."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from remit.render.tree import Document


def custom_properties(document: Document) -> dict[str, str]:
    """Name and value of each custom property that has a value.

    The header and footer show some of them by fields, so their names are part of the reference
    documents.
    """
    values = {
        "record": document.address,
        "document_id": document.document_id,
        "version": document.version,
        "language": document.language,
        "kind": document.kind,
        "fingerprint": document.fingerprint,
        "revision": document.revision,
        "web_address": document.web_address,
        "rights": document.rights,
        "letterhead_name": document.letterhead.name,
        "letterhead_address": document.letterhead.address,
        "running_title": document.running_title,
        "running_id": document.running_id,
        "footer": document.footer,
    }
    return {name: value for name, value in values.items() if value}


def page_label_parts(label: str) -> list[str]:
    """Words of the page label and the places `{page}` and `{pages}`, in order."""
    return [part for part in re.split(r"(\{pages?\})", label) if part]


def minutes_later(moment: str, minutes: int) -> str:
    """A moment such as 2018-06-19T00:00:00Z, some minutes on."""
    later = datetime.fromisoformat(moment) + timedelta(minutes=minutes)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")
