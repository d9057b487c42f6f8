"""Files that someone hands in → whether each says what the register says, now or earlier.

Nothing that a file says of itself is believed: it only tells what to compare it with. Its words
are compared with those of the document that the register makes, today or at an earlier revision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from remit.load.document_facts import DocumentFacts
from remit.load.handed_in import read_documents
from remit.model.records import MandateVersion, Status
from remit.model.register import Register
from remit.render.document_words import same_but_for_the_day
from remit.render.tree import Document
from remit.settings import Settings
from remit.verification.earlier import Earlier
from remit.verification.edition import Edition, NotHere
from remit.write.documents import FORMATS, ConversionFailed, ToolMissing, write_document

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
    earlier = Earlier(register, settings)
    verdicts = []
    for file, read in zip(files, read_documents(files), strict=True):
        if isinstance(read, DocumentFacts):
            verdicts.append(_verdict(Edition(register, settings, read), earlier, file))
        else:
            verdicts.append(Verdict(str(file), "unreadable", (str(read),)))
    return verdicts


def _verdict(now: Edition, earlier: Earlier, file: Path) -> Verdict:
    data = file.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    about = (now.told("record"), now.told("language"), now.told("kind"), digest)
    try:
        _ = now.record
    except NotHere as reason:
        return Verdict(str(file), "unknown", (str(reason),), *about)
    exact, notes = _exact(now, data)
    if now.is_redline:
        state, reasons = _comparison(exact)
        return Verdict(str(file), state, reasons, *about, exact)
    answer = _Same(notes, exact=True) if exact else _now(now, notes) or _then(now, earlier)
    signed = (_signed(now.facts.signatures),) if now.facts.signatures else ()
    if not isinstance(answer, _Same):
        return Verdict(str(file), answer[0], (*answer[1], *signed), *about)
    state, standing = _standing(now)
    if answer.changed and state == "current":
        state, standing = "earlier text", f"of what is in force, {now.told('record')}"
    return Verdict(str(file), state, (standing, *answer.notes, *signed), *about, answer.exact)


def _exact(now: Edition, data: bytes) -> tuple[bool, tuple[str, ...]]:
    """Whether the file is byte for byte as the register makes it now, and words on that."""
    file_format = next((one for one in FORMATS if one == now.facts.file_format), None)
    for document in now.to_be_exact() if file_format else ():
        assert file_format
        try:
            made = write_document(document, file_format, now.link_base)
        except (ToolMissing, ConversionFailed):
            continue
        if data == made:
            return True, ("byte for byte what the register makes now",)
        if data.startswith(made):
            return False, ("the register's own file with something added at its end",)
    return False, ()


def _comparison(exact: bool) -> tuple[State, tuple[str, ...]]:
    if exact:
        return "comparison", ("what changed between two versions, byte for byte as made now",)
    told = "a document of changes, which is checked byte for byte only; it is not as made now"
    return "unchecked", (told,)


def _now(now: Edition, notes: tuple[str, ...]) -> _Same | None:
    """Whether the register as it is now makes this text, on some day."""
    day = now.agrees()
    if day is None:
        return None
    found = [*notes]
    if not now.has_same_sources:
        found.append("its sources have changed since, but nothing that the document says")
    if day != now.settings.today and isinstance(now.record, MandateVersion):
        found.append("names or notices in it have changed since")
    told, known = now.told("revision"), _known_revision(now)
    if told and known and told != known:
        found.append(f"it names revision {told[:12]}, the register {known[:12]}")
    return _Same(tuple(found))


def _known_revision(now: Edition) -> str:
    if not isinstance(now.record, MandateVersion):
        return ""
    return now.genuine.revision_of(now.genuine.mandate_of(now.record), now.record)


def _then(now: Edition, earlier: Earlier) -> _Same | tuple[State, tuple[str, ...]]:
    """Whether the register of an earlier revision made this text; else what is wrong."""
    if now.has_same_sources:
        if earlier.names_then(now, now.told("revision")):
            return _Same(("names in it have changed since",))
        return "altered", now.closest()
    source = earlier.source(now)
    if source is None and earlier.is_whole and isinstance(now.record, MandateVersion):
        never = "its source was never as it says: no revision has the fingerprint it names"
        return "altered", (*now.problems(), never)
    if source is None:
        return "unchecked", (
            "not the text of today; whether it is an older one cannot be told without the "
            "register's whole git history",
        )
    then, changed = source
    as_of = f"the text of revision {then.commit[:12]}"
    if then.agrees() or earlier.names_then(then, then.commit):
        since = f", changed on {changed.day} by {changed.commit[:12]}" if changed else ""
        return _Same((f"{as_of}{since}",), changed=True)
    return "altered", (*then.closest(), f"compared with {as_of}")


def _standing(now: Edition) -> tuple[State, str]:
    """Whether what the document is made of is in force today, and what came or comes instead."""
    version, today = now.record, now.settings.today
    if not isinstance(version, MandateVersion):
        return _standing_as_of(now)
    first, last = version.in_force.first, version.in_force.last
    in_force = now.register.as_of(today).version(version.mandate)
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
        (one for one in now.register.versions(version.mandate) if one.id > version.id), None
    )
    by = f", replaced on {_day(after.in_force.first)} by {after.id}" if after else ""
    return "older version", f"{version.id}, in force until {last}{by}"


def _standing_as_of(now: Edition) -> tuple[State, str]:
    """Of a document that shows the register on a day, which it names."""
    day = now.agrees()
    if day is None:
        return "earlier text", f"as of {now.told('version')}"
    if day == now.settings.today:
        return "current", "as of today"
    made: list[Document] = [now.document(day), now.document()]
    if same_but_for_the_day(made[0], day, made[1], now.settings.today):
        return "current", f"as of {day}; nothing that it says has changed since"
    return "older version", f"as of {day}; what it says has changed since"


def _day(day: date) -> str:
    return "the beginning" if day == date.min else day.isoformat()


def _signed(count: int) -> str:
    return f"it holds {count} signature{'' if count == 1 else 's'}, not checked here"
