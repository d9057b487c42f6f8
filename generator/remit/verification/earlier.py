"""What the register said at earlier revisions, as far as git can tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from remit.diagnostics import ContentFault, has_errors
from remit.load.document_facts import DocumentFacts
from remit.load.git import RevisionError
from remit.load.revision import load_revision
from remit.load.source_revisions import Past, changes_of, history_is_whole
from remit.model.records import MandateVersion
from remit.model.register import Register, address_of
from remit.model.templates import TemplateHead
from remit.render.document_links import link_targets
from remit.settings import SETTINGS_FILE, Settings
from remit.verification.edition import Edition, NotHere

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

    def source(self, now: Edition) -> tuple[Edition, Past | None] | None:
        """The revision at which the sources had the fingerprint that the file names, and the
        change that came next. What is made of many records is looked for where it says only."""
        pasts = [Past(now.told("revision"), "")]
        if isinstance(now.record, MandateVersion):
            records = (self.register.mandate_of(now.record), now.record)
            paths = [self.register.origins[address_of(one)].path for one in records]
            pasts = changes_of(self.settings.root, paths)
        later = None
        for past in pasts:
            found = self._same_sources(past.commit, now.facts)
            if found:
                return found, later
            later = past
        return None

    def names_then(self, edition: Edition, start: str) -> bool:
        """Whether the file says what the register said at some revision from `start` on, at which
        the sources were the same and something that the document names was not."""
        addresses = {target.partition("#")[0] for target in link_targets(edition.document().blocks)}
        origins = edition.register.origins
        paths = sorted({origins[one].path for one in addresses if one in origins})
        paths += [SETTINGS_FILE, f"{self.settings.content}/{TemplateHead.FOLDER}"]
        pasts = changes_of(self.settings.root, paths, start, MOST) if start else []
        for commit in [*(past.commit for past in pasts), *([start] if pasts else [])]:
            found = self._same_sources(commit, edition.facts)
            if found and found.agrees():
                return True
        return False

    def _same_sources(self, commit: str, facts: DocumentFacts) -> Edition | None:
        """The register at a revision, if the document's sources were those that the file names."""
        read = self._at(commit)
        if read is None:
            return None
        edition = Edition(*read, facts, commit)
        try:
            return edition if edition.has_same_sources else None
        except (NotHere, ContentFault):
            return None

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
