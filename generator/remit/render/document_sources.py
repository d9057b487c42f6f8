"""The register's own files that a document is made of, to be put inside its PDF."""

from __future__ import annotations

from dataclasses import replace

from remit.model.records import MandateVersion
from remit.model.register import Register, address_of
from remit.render.labels import Labels
from remit.render.tree import Attachment, Document


def with_sources(register: Register, document: Document) -> Document:
    """The document of a mandate's version with the version's file and the mandate's attached."""
    version = register.at(document.address)
    if not isinstance(version, MandateVersion):
        return document
    labels, mandate = Labels(document.language), register.mandate_of(version)
    attached = (
        (version, f"{mandate.id}-{version.id}", labels["attached_version"]),
        (mandate, mandate.id, labels["attached_mandate"]),
    )
    return replace(
        document,
        attachments=tuple(
            Attachment(f"{name}.yml", content, description)
            for record, name, description in attached
            for content in register.origins[address_of(record)].sources.values()
        ),
    )
