"""Files that someone hands in → whether each says what the register says, now or earlier.

Nothing that a file says of itself is believed: it only tells what to compare it with. Its words
are compared with those of the document that the register makes, today or at an earlier revision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from remit.load.document_facts import DocumentFacts
from remit.load.handed_in import read_documents
from remit.model.records import MandateVersion, Status
from remit.model.register import Register
from remit.settings import Settings
from remit.verification.earlier import Earlier
from remit.verification.edition import Edition
from remit.verification.exact import made_now

State = Literal[
    "current",
    "not in force",
    "older version",
    "earlier text",
    "comparison",
    "altered",
    "unchecked",
    "unknown",
    "unreadable",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is. `reasons` say it in words, the weightiest first."""

    file: str
    state: State
    reasons: tuple[str, ...]
    record: str = ""
    language: str = ""
    kind: str = ""
    sha256: str = ""
    exact: bool = False
    """Whether the file is byte for byte what the register makes now."""


@dataclass(frozen=True, slots=True)
class _Same:
    """All words of the file are the register's, now or at a revision; `notes` say more."""

    notes: tuple[str, ...] = ()
    exact: bool = False
    changed: bool = False
    """Whether the register's text has changed since."""


def verify_files(register: Register, settings: Settings, files: Sequence[Path]) -> list[Verdict]:
    """A verdict for each file, in their order."""
    verifier = _Verifier(register, settings, Earlier(register, settings))
    verdicts = []
    for file, read in zip(files, read_documents(files), strict=True):
        if isinstance(read, DocumentFacts):
            verdicts.append(verifier.verdict(file, read))
        else:
            verdicts.append(Verdict(str(file), "unreadable", (str(read),)))
    return verdicts


@dataclass(frozen=True, slots=True)
class _Verifier:
    register: Register
    settings: Settings
    earlier: Earlier

    def verdict(self, file: Path, facts: DocumentFacts) -> Verdict:
        told, data = facts.properties, file.read_bytes()
        base = Verdict(
            str(file),
            "unknown",
            (),
            told.get("record", ""),
            told.get("language", ""),
            told.get("kind", ""),
            hashlib.sha256(data).hexdigest(),
        )
        version = self.register.by_address.get(base.record)
        refusal = self._refusal(base, version)
        if refusal or not isinstance(version, MandateVersion):
            return replace(base, reasons=(refusal,))
        if base.kind == "redline":
            return self._comparison(base, data, facts, version)
        answer = self._now(data, facts, version) or self._then(facts, version)
        signed = (_signed(facts.signatures),) if facts.signatures else ()
        if not isinstance(answer, _Same):
            return replace(base, state=answer[0], reasons=(*answer[1], *signed))
        state, standing = self._standing(version)
        if answer.changed and state == "current":
            state, standing = "earlier text", f"of the version in force, {base.record}"
        reasons = (standing, *answer.notes, *signed)
        return replace(base, state=state, reasons=reasons, exact=answer.exact)

    def _refusal(self, base: Verdict, version: object) -> str:
        """Why there is nothing to compare with, or nothing."""
        if not base.record:
            return "it does not say which document of a register it is"
        if not isinstance(version, MandateVersion):
            return f"this register has no version {base.record}"
        if base.language not in self.settings.languages:
            return f'this register has no language "{base.language}"'
        if base.kind not in ("mandate", "redline"):
            return f'this register makes no document of the kind "{base.kind}"'
        return ""

    def _now(self, data: bytes, facts: DocumentFacts, version: MandateVersion) -> _Same | None:
        """Whether the register as it is now makes this text, on some day."""
        edition = Edition(self.register, self.settings, facts)
        fresh = edition.document(version, self.settings.today)
        same_sources = fresh.fingerprint == facts.properties.get("fingerprint")
        made = made_now(self.register, self.settings, facts, version) if same_sources else b""
        if made and data == made:
            return _Same(("byte for byte what the register makes now",), exact=True)
        day = edition.agrees(version)
        if day is None:
            return None
        notes = []
        if made and data.startswith(made):
            notes.append("the register's own file with something added at its end")
        if not same_sources:
            notes.append("its source has changed since, but nothing that the document says")
        if day != self.settings.today:
            notes.append("names or notices in it have changed since")
        notes += self._other_revision(facts, version)
        return _Same(tuple(notes))

    def _other_revision(self, facts: DocumentFacts, version: MandateVersion) -> list[str]:
        told = facts.properties.get("revision", "")
        known = self.register.revision_of(self.register.mandate_of(version), version)
        if told and known and told != known:
            return [f"it names revision {told[:12]}, the register {known[:12]}"]
        return []

    def _then(
        self, facts: DocumentFacts, version: MandateVersion
    ) -> _Same | tuple[State, tuple[str, ...]]:
        """Whether the register of an earlier revision made this text; else what is wrong."""
        edition = Edition(self.register, self.settings, facts)
        problems = edition.problems(version, self.settings.today)
        told = facts.properties.get("fingerprint", "")
        if edition.fingerprint(version) == told:
            start = facts.properties.get("revision", "")
            if self.earlier.names_then(edition, version, start):
                return _Same(("names in it have changed since",))
            return "altered", problems
        source = self.earlier.source(edition, version)
        if source is None and self.earlier.is_whole:
            never = "its source was never as it says: no revision has the fingerprint it names"
            return "altered", (*problems, never)
        if source is None:
            return "unchecked", (
                "not the text of today; whether it is an older one cannot be told without the "
                "register's whole git history",
            )
        then, same, changed = source
        as_of = f"the text of revision {then.commit[:12]}"
        if then.agrees(same) or self.earlier.names_then(then, same, then.commit):
            since = f", changed on {changed.day} by {changed.commit[:12]}" if changed else ""
            return _Same((f"{as_of}{since}",), changed=True)
        closest = min((then.problems(same, day) for day in then.days(same)), key=len)
        return "altered", (*closest, f"compared with {as_of}")

    def _comparison(
        self, base: Verdict, data: bytes, facts: DocumentFacts, version: MandateVersion
    ) -> Verdict:
        """A document of changes: what it is, and whether it is as the register makes it."""
        for other in self.register.versions(version.mandate):
            made = other is not version and made_now(
                self.register, self.settings, facts, version, other
            )
            if made and made == data:
                told = f"what changed from {other.id} to {version.id}, byte for byte as made now"
                return replace(base, state="comparison", reasons=(told,), exact=True)
        told = "a document of changes, which is checked byte for byte only; it is not as made now"
        return replace(base, state="unchecked", reasons=(told,))

    def _standing(self, version: MandateVersion) -> tuple[State, str]:
        """Whether the version is in force today, and what came or comes instead."""
        today, first, last = self.settings.today, version.in_force.first, version.in_force.last
        in_force = self.register.as_of(today).version(version.mandate)
        if version is in_force:
            return "current", f"the version in force since {_day(first)}"
        instead = f"; in force is the version of {in_force.id}" if in_force else ""
        if version.status in (Status.DRAFT, Status.HEARING):
            return "not in force", f"a version that is not adopted: {version.status.value}{instead}"
        if version.status is Status.WITHDRAWN:
            return "older version", f"a version that is withdrawn{instead}"
        if first > today:
            return "not in force", f"takes force on {first}{instead}"
        after = next(
            (one for one in self.register.versions(version.mandate) if one.id > version.id), None
        )
        by = f", replaced on {_day(after.in_force.first)} by {after.id}" if after else ""
        return "older version", f"{version.id}, in force until {last}{by}"


def _day(day: date) -> str:
    return "the beginning" if day == date.min else day.isoformat()


def _signed(count: int) -> str:
    return f"it holds {count} signature{'' if count == 1 else 's'}, not checked here"
