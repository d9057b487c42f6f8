"""Checks on pointers: that they lead somewhere, to the right kind, within the target's life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from remit.check.finding import Finding, Findings
from remit.model.addresses import leads_to
from remit.model.record_list import kind_and_key
from remit.model.records import BY_KIND, Mandate, MandateVersion, Record
from remit.model.register import Register
from remit.model.shape import Path
from remit.model.values import Period
from remit.settings import Settings


def dangling_ref(register: Register, settings: Settings) -> Findings:
    """A field names a record that does not exist."""
    for record, reference, target in register.pointers:
        if target is not None or register.addresses_named(reference.target):
            continue
        kinds = " or ".join(reference.to.kinds)
        near = register.nearest(reference.target, reference.to.kinds)
        folders = ", ".join(f"{BY_KIND[kind].FOLDER}/" for kind in reference.to.kinds)
        yield Finding(
            record,
            reference.path,
            f'{kinds} "{reference.target}" does not exist',
            _moved(register, reference.target)
            or (f'did you mean "{near}"?' if near else f"the ids are the file names in {folders}"),
        )


def _moved(register: Register, target: str) -> str:
    """What a redirect says of an id, or `folder/id`, that is no record's any more; or nothing."""
    for address, redirect in register.redirects.items():
        if target in (address, address.rpartition("/")[2]):
            place = leads_to(register, redirect)
            return f'it moved: write "{place}"' if place else f"{address} is withdrawn"
    return ""


def wrong_kind(register: Register, settings: Settings) -> Findings:
    """A field names a record of another kind than it asks for."""
    for record, reference, target in register.pointers:
        if target is not None:
            continue
        named = register.addresses_named(reference.target)
        if not named:
            continue
        kinds = " or ".join(reference.to.kinds)
        near = register.nearest(reference.target, reference.to.kinds)
        yield Finding(
            record,
            reference.path,
            f'"{reference.target}" is {_one(kind_and_key(named[0])[0])}, not {_one(kinds)}',
            f'did you mean "{near}"?' if near else "",
        )


def _one(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def ambiguous_ref(register: Register, settings: Settings) -> Findings:
    """An id that two of the kinds a field asks for have."""
    known: dict[str, list[str]] = {}
    for record, reference, target in register.pointers:
        kinds = reference.to.kinds
        if target is None or len(kinds) == 1 or "/" in reference.target:
            continue
        named = known.get(reference.target)
        if named is None:
            named = known[reference.target] = register.addresses_named(reference.target)
        if len(named) == 1:
            continue
        matches = [found for found in named if kind_and_key(found)[0] in kinds]
        if len(matches) > 1:
            choices = " or ".join(f'"{found}"' for found in matches)
            yield Finding(
                record,
                reference.path,
                f'"{reference.target}" could mean more than one record',
                f"write {choices}",
            )


def outside_life(register: Register, settings: Settings) -> Findings:
    """A record points to another at a time when the other does not exist at all."""
    for record, path, target, when, life in _timed(register):
        if not when.overlaps(life):
            yield Finding(
                record,
                path,
                f'"{target}" exists {_span(life)}, but is named here {_span(when)}',
                "correct the period, or name who it was at that time",
            )


def outlived_ref(register: Register, settings: Settings) -> Findings:
    """A record points to another for longer than the other exists."""
    for record, path, target, when, life in _timed(register):
        if when.overlaps(life) and not life.contains(when):
            yield Finding(
                record,
                path,
                f'"{target}" exists {_span(life)}, but is named here {_span(when)}',
                "end the period here, or name the successor",
            )


def _timed(register: Register) -> Iterator[tuple[Record, Path, str, Period, Period]]:
    """Pointers to what does not exist at all times: the record, where, the id it names, when it
    does so, and when that exists."""
    for (record, reference, target), life in register.timed:
        when = reference.period
        if target is not None and not when.is_inverted and not life.is_inverted:
            id = register.addresses[target].rpartition("/")[2]
            yield record, reference.path, id, when, life


def _span(period: Period) -> str:
    if period.from_ and period.to:
        return f"from {period.from_} to {period.to}"
    if period.to:
        return f"until {period.to}"
    return f"from {period.from_}" if period.from_ else "at any time"


def unresolved_link(register: Register, settings: Settings) -> Findings:
    """A `[[link]]` in a text or on a guidance page that leads nowhere, or to several records."""
    known: dict[str, list[str]] = {}
    for record, where, link in register.text_links:
        named = known.get(link.target)
        if named is None:
            named = known[link.target] = register.addresses_named(link.target)
        if not named:
            near = register.nearest(link.target, BY_KIND)
            yield Finding(
                record,
                where,
                f"[[{link.target}]] leads to no record",
                _moved(register, link.target)
                or (f"did you mean [[{near}]]?" if near else "the target is a record's id"),
            )
        elif len(named) > 1:
            choices = " or ".join(f"[[{found}]]" for found in named)
            yield Finding(
                record,
                where,
                f"[[{link.target}]] could mean more than one record",
                f"write {choices}",
            )
        elif link.fragment and not _has_block(register, named[0], link.fragment, settings.today):
            yield Finding(
                record,
                where,
                f'[[{link.target}#{link.fragment}]]: there is no block "{link.fragment}"',
                "the ids of sections and blocks stand in the mandate's version file",
            )


def _has_block(register: Register, address: str, id: str, day: date) -> bool:
    record = register.by_address[address]
    versions: list[MandateVersion] = []
    if isinstance(record, MandateVersion):
        versions = [record]
    elif isinstance(record, Mandate):
        shown = register.as_of(day).shown_version(record.id)
        versions = [shown] if shown else []
    return any(
        id == section.id or any(id == block.id for block in section.blocks)
        for version in versions
        for section in version.sections
    )
