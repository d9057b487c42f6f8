"""Checks on mandates: complete, mutual, public, with ids that stay."""

from __future__ import annotations

from itertools import pairwise

from remit.check.finding import Finding, Findings
from remit.model.cooperation import named_partners, sides, versions_of
from remit.model.records import (
    Access,
    Assignment,
    Mandate,
    MandateVersion,
)
from remit.model.register import Register, address_of
from remit.settings import Settings


def missing_section(register: Register, settings: Settings) -> Findings:
    """A mandate lacks a section that the assignment which ordered it requires."""
    for mandate in register.all(Mandate):
        for id in mandate.ordered_by:
            assignment = register.follow(Assignment, id)
            if assignment is None:
                continue
            for version in register.versions(mandate.id):
                present = register.brief(address_of(version)).outline.kinds
                for kind in assignment.requires_sections:
                    if kind not in present:
                        yield Finding(
                            version,
                            ("sections",),
                            f'assignment "{assignment.id}" requires a section of kind '
                            f'"{kind.value}", and there is none',
                            "write the section; say openly in it what is not settled",
                            key=True,
                        )


def mandate_without_version(register: Register, settings: Settings) -> Findings:
    """A mandate of which no text is kept, though it is public."""
    for mandate in register.all(Mandate):
        kept_elsewhere = settings.public and mandate.access is Access.EXEMPT
        if not kept_elsewhere and not register.versions(mandate.id):
            yield Finding(
                mandate,
                (),
                f'the mandate "{mandate.id}" has no version',
                f"add mandates/{mandate.id}/<YYYY-MM-DD>.yml, named by the day it took force",
            )


def version_without_mandate(register: Register, settings: Settings) -> Findings:
    """A version in a folder whose mandate.yml could not be read."""
    for version in register.all(MandateVersion):
        if register.get(Mandate, version.mandate) is None:
            yield Finding(
                version,
                (),
                f'there is no mandate "{version.mandate}" for this version',
                f"mend mandates/{version.mandate}/mandate.yml first",
            )


def one_sided_cooperation(register: Register, settings: Settings) -> Findings:
    """A mandate names a partner whose own mandate, in force meanwhile, does not name it back."""
    for version in register.all(MandateVersion):
        mandate = register.get(Mandate, version.mandate)
        if mandate is None:
            continue
        own = sides(register, mandate)
        for path, with_, is_mutual in register.brief(address_of(version)).outline.partnerships:
            others = [
                theirs
                for theirs in versions_of(register, register.party(with_))
                if theirs.mandate != version.mandate and theirs.in_force.overlaps(version.in_force)
            ]
            if others and not any(own & _partners(register, one) for one in others):
                yield Finding(
                    version,
                    (*path, "with"),
                    f'"{with_}" has a mandate of its own in the same time, '
                    "which does not name this one",
                    "name it there too, or settle which of the two is right",
                )
            elif is_mutual and not others:
                yield Finding(
                    version,
                    (*path, "mutual"),
                    f'the cooperation is said to be mutual, but "{with_}" has no '
                    "mandate in the register at that time",
                    "write mutual: false, or add the other side's mandate",
                )


def _partners(register: Register, version: MandateVersion) -> set[str]:
    said = register.brief(address_of(version)).outline.partnerships
    return named_partners(register, [one.with_ for one in said])


def exempt_text(register: Register, settings: Settings) -> Findings:
    """The text of a mandate that is exempt from public access stands in a public register."""
    if not settings.public:
        return
    for mandate in register.all(Mandate):
        if mandate.access is Access.EXEMPT and register.versions(mandate.id):
            yield Finding(
                mandate,
                ("access",),
                "the mandate is exempt from public access, "
                "and its text stands in a public register",
                "take the version files out of this repository and out of its history; "
                "the archive holds them",
            )


def duplicate_id(register: Register, settings: Settings) -> Findings:
    """Two sections or blocks of a version with the same id."""
    for version in register.looked_at(MandateVersion):
        seen: set[str] = set()
        for path, id in register.brief(address_of(version)).outline.ids():
            if id in seen:
                yield Finding(
                    version,
                    path,
                    f'the id "{id}" is used twice in this version',
                    "give the newer one an id of its own",
                )
            seen.add(id)


def reused_id(register: Register, settings: Settings) -> Findings:
    """The id of a repealed section or block is used again."""
    for mandate in register.all(Mandate):
        buried: dict[str, str] = {}
        for version in register.versions(mandate.id):
            buried.update({tomb.id: version.id for tomb in version.tombstones})
            for path, id in register.brief(address_of(version)).outline.ids():
                if id in buried:
                    yield Finding(
                        version,
                        path,
                        f'the id "{id}" belongs to a text that was repealed '
                        f"(tombstone in version {buried[id]})",
                        "give the new text an id of its own",
                    )


def vanished_id(register: Register, settings: Settings) -> Findings:
    """A section or block of the version before is gone, and no tombstone says so."""
    for mandate in register.all(Mandate):
        versions = register.versions(mandate.id)
        for before, after in pairwise(versions):
            ids = [register.brief(address_of(one)).outline.all_ids for one in (before, after)]
            kept = {*ids[1], *(tomb.id for tomb in after.tombstones)}
            gone = [id for id in ids[0] if id not in kept]
            if gone:
                yield Finding(
                    after,
                    ("sections",),
                    f"ids of version {before.id} are gone without a tombstone: {', '.join(gone)}",
                    "add them under tombstones: with the day and, if any, where the text went",
                    key=True,
                )
