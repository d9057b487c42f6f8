"""What the register said at earlier revisions, as far as git can tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from remit.diagnostics import has_errors
from remit.load.document_facts import DocumentFacts
from remit.load.git import RevisionError
from remit.load.revision import load_revision
from remit.load.source_revisions import Past, changes_of, history_is_whole
from remit.model.records import MandateVersion
from remit.model.register import Register, address_of
from remit.render.document_links import link_targets
from remit.settings import SETTINGS_FILE, Settings
from remit.verification.edition import Edition

MOST = 40
"""How many revisions are read for the names in one document."""


@dataclass
class Earlier:
    register: Register
    settings: Settings
    _read: dict[str, tuple[Register, Settings] | None] = field(default_factory=dict)

    @cached_property
    def is_whole(self) -> bool:
        return history_is_whole(self.settings.root)

    def source(
        self, edition: Edition, version: MandateVersion
    ) -> tuple[Edition, MandateVersion, Past | None] | None:
        """The revision at which the sources had the fingerprint that the file names, the version
        as it was then, and the change that came next."""
        origins = self.register.origins
        records = (self.register.mandate_of(version), version)
        paths = [origins[address_of(one)].path for one in records]
        later = None
        for past in changes_of(self.settings.root, paths):
            found = self._same(past, edition.facts, version)
            if found:
                return *found, later
            later = past
        return None

    def names_then(self, edition: Edition, version: MandateVersion, start: str) -> bool:
        """Whether the file says what the register said at some revision from `start` on, at which
        the sources were the same and records that the document names were not."""
        document = edition.document(version, edition.settings.today)
        addresses = {target.partition("#")[0] for target in link_targets(document.blocks)}
        origins = edition.register.origins
        paths = sorted({origins[one].path for one in addresses if one in origins})
        paths.append(SETTINGS_FILE)
        pasts = changes_of(self.settings.root, paths, start, MOST) if start else []
        for past in [*pasts, *([Past(start, "")] if pasts else [])]:
            found = self._same(past, edition.facts, version)
            if found and found[0].agrees(found[1]):
                return True
        return False

    def _same(
        self, past: Past, facts: DocumentFacts, version: MandateVersion
    ) -> tuple[Edition, MandateVersion] | None:
        """The register at a revision, when the version's sources were those that the file names."""
        read = self._at(past.commit)
        if read is None:
            return None
        edition = Edition(*read, facts, past.commit)
        then = edition.version(address_of(version))
        if then is None or edition.fingerprint(then) != facts.properties.get("fingerprint"):
            return None
        return edition, then

    def _at(self, commit: str) -> tuple[Register, Settings] | None:
        """The register and its settings at a revision; None where they cannot be read."""
        if commit not in self._read:
            self._read[commit] = None
            try:
                loaded = load_revision(self.settings.root, commit, beside=self.register)
            except RevisionError:
                return None
            if loaded.settings and not has_errors(loaded.problems):
                self._read[commit] = (loaded.register, loaded.settings)
        return self._read[commit]
