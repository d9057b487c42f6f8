"""The file that the register makes now, to compare byte for byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

from remit.load.document_facts import DocumentFacts
from remit.model.records import MandateVersion
from remit.model.register import Register
from remit.render.document_kinds import mandate_document
from remit.render.redline_document import redline_document
from remit.render.view import View
from remit.settings import Settings
from remit.write.document_files import DocumentJob, make_files
from remit.write.documents import FORMATS, ConversionFailed, ToolMissing


def made_now(
    register: Register,
    settings: Settings,
    facts: DocumentFacts,
    version: MandateVersion,
    compared_with: MandateVersion | None = None,
) -> bytes:
    """The same document as the file, made anew or taken from the cache.

    Nothing when it cannot be made here, or `facts` tell of other sources.
    """
    language = facts.properties["language"]
    view = View(register, settings, language, settings.today)
    if compared_with:
        document = redline_document(view, compared_with, version)
    else:
        document = mandate_document(view, version)
    file_format = next((one for one in FORMATS if one == facts.file_format), None)
    if file_format is None or document.fingerprint != facts.properties.get("fingerprint"):
        return b""
    with tempfile.TemporaryDirectory(prefix="remit-verify-") as folder:
        path = Path(folder) / f"{document.file_name}.{file_format}"
        link_base = f"{settings.site_url}{language}/"
        job = DocumentJob(lambda: document, (file_format,), link_base, lambda *_: path)
        try:
            make_files([job], settings.cache_folder)
        except (ToolMissing, ConversionFailed):
            return b""
        return path.read_bytes()
