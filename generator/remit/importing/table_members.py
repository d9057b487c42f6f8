"""Rows of members → who takes part in which network, and since when.

The table that the site offers of a network's members comes back this way: what it says of the
members' phones and addresses is compared with the records that it was made of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from remit.importing.table_changes import Changes
from remit.importing.table_columns import Problem
from remit.importing.table_known import Known
from remit.importing.table_records import agrees, change_record
from remit.importing.table_rows import Row
from remit.importing.table_values import email_of, phone_digits, phone_of, web_of
from remit.importing.table_vocabulary import bare, choice_of
from remit.load.table_cells import Sheet
from remit.model.records import Contact, Membership, Network, Organisation, Part, Record
from remit.model.register import address_of
from remit.model.shape import Path
from remit.model.values import When
from remit.render.directory_files import dialled, kind_of, ways_to_reach
from remit.render.labels import labels_for
from remit.render.view import View
from remit.settings import LOCALES

_FIELDS = ("part", "period.from", "period.to", "note")
_HOLDERS = ("role", "organisation")
_READ = {"phone": phone_of, "email": email_of, "web": web_of}


class Members:
    """All that a table says of members."""

    def __init__(
        self, known: Known, changes: Changes, view: View, sheet: Sheet, network: Network | None
    ) -> None:
        self.known, self.changes, self.view = known, changes, view
        self.sheet, self.network = sheet, network
        self.problems: list[Problem] = []
        self.met: dict[tuple[str, int], str] = {}
        """The memberships that a row was about, each with the row's place."""
        self.added: dict[tuple[str, str], str] = {}
        self.networks: dict[str, Network] = {}

    def row(self, row: Row) -> None:
        try:
            network = self._network(row)
            member = self._member(row)
        except ValueError as error:
            self._problem(row, "member", str(error))
            return
        self.networks[network.id] = network
        self._compare_kind(row, member)
        try:
            at = self._membership(row, network, member)
            if at is None:
                self._add(row, network, member)
            else:
                self._change(row, network, at)
        except ValueError as error:
            self._problem(row, "member", str(error))
        self._reach(row, network, member)

    def notes(self) -> list[str]:
        """Members of today that no row is about: they stay."""
        told = []
        for network in self.networks.values():
            left = [
                one.member
                for at, one in enumerate(network.members)
                if one.period.covers(self.view.day) and (network.id, at) not in self.met
            ]
            if left:
                names = ", ".join(left[:8]) + (" …" if len(left) > 8 else "")
                are = "1 member is" if len(left) == 1 else f"{len(left)} members are"
                told.append(
                    f"of {network.id}, {are} not in the table and left as before: {names}; "
                    "give one that no longer takes part a last day"
                )
        return told

    def _problem(self, row: Row, key: str, message: str) -> None:
        self.problems.append(Problem.of(self._place(row, key), ValueError(message)))

    def _place(self, row: Row, key: str) -> str:
        cell = row.cells.get(key)
        return self.sheet.place(cell) if cell else row.at

    # --- who and where ---

    def _network(self, row: Row) -> Network:
        words = row.words("network")
        if not words:
            if self.network is None:
                raise ValueError("no network is named; add a column network, or say --network ID")
            return self.network
        network = self.known.register.follow(Network, self.known.find(words, ("network",)))
        assert network is not None
        if self.network is not None and network is not self.network:
            raise ValueError(f'the row is about "{words}", and --network says {self.network.id}')
        return network

    def _member(self, row: Row) -> Record:
        words, page = row.words("member"), row.words("page")
        if page:
            record = self.known.on_page(page)
            if record is None or record.KIND not in _HOLDERS:
                raise ValueError(f'"{page}" is the page of no organisation or role')
            if words and address_of(record) not in self.known.called(record.KIND, words):
                raise ValueError(
                    f'the page is that of {address_of(record)}, which is not called "{words}"; '
                    "for another member, empty the page; a name is changed in a table of its kind"
                )
            return record
        if not words:
            raise ValueError("no member is named")
        found = self.known.register.resolve(self.known.find(words, _HOLDERS), _HOLDERS)
        assert found is not None
        return found

    def _membership(self, row: Row, network: Network, member: Record) -> int | None:
        """Which of the member's times in the network the row is about; None for a new one."""
        own = [
            at
            for at, one in enumerate(network.members)
            if self.known.register.resolve(one.member, _HOLDERS) is member
        ]
        since = row.values.get("period.from")
        if since is not None:
            same = [at for at in own if _text(network.members[at].period.from_) == str(since)]
            if len(same) == 1:
                return self._once(row, network, same[0])
            start = When.parse(str(since))
            if own and all(network.members[at].period.last < start.first for at in own):
                return None
        now = [at for at in own if network.members[at].period.covers(self.view.day)]
        if len(now) == 1 or len(own) == 1:
            return self._once(row, network, (now if len(now) == 1 else own)[0])
        if own:
            raise ValueError(f"{member.id} took part several times; give the first day of the one")
        return None

    def _once(self, row: Row, network: Network, at: int) -> int:
        before = self.met.setdefault((network.id, at), row.place)
        if before != row.place:
            raise ValueError(
                f"{network.members[at].member} stands at {before} too, with other details; "
                "keep one of the rows"
            )
        return at

    # --- what becomes of it ---

    def _add(self, row: Row, network: Network, member: Record) -> None:
        before = self.added.setdefault((network.id, address_of(member)), row.place)
        if before != row.place:
            raise ValueError(f"{member.id} stands at {before} too; keep one of the rows")
        kinds = [kind for kind in _HOLDERS if self.known.called(kind, member.id)]
        item: dict[str, Any] = {"member": member.id if len(kinds) < 2 else address_of(member)}
        if row.values.get("part", Part.MEMBER.value) != Part.MEMBER.value:
            item["part"] = row.values["part"]
        for key, name in (("period.from", "from"), ("period.to", "to")):
            if key in row.values:
                item.setdefault("period", {})[name] = row.values[key]
        for key in row.values:
            if key.startswith("note."):
                item.setdefault("note", {})[key.partition(".")[2]] = row.values[key]
        more = ", ".join(f"{key} {value}" for key, value in item.items() if key != "member")
        told = f"{item['member']}{f' ({more})' if more else ''}"
        self.changes.add(network, ("members",), item, self._place(row, "member"), told)

    def _change(self, row: Row, network: Network, at: int) -> None:
        for key, new in row.values.items():
            if not key.startswith(_FIELDS):
                continue
            path: Path = ("members", at, *key.split("."))
            old = self.changes.get(network, path)
            if old is None and key == "part":
                old = network.members[at].part.value
            if not agrees(key, old, new, self.view):
                told = f"{network.members[at].member} {key}"
                self.changes.put(network, path, new, self._place(row, key), told, old)

    # --- what the site's own table says besides ---

    def _compare_kind(self, row: Row, member: Record) -> None:
        words = row.words("body_kind")
        if not words:
            return
        if isinstance(member, Organisation):
            choices = tuple(kind.value for kind in type(member.kind))
            same = choice_of("network-member", "body_kind", words, choices) == member.kind.value
        else:
            known = sorted(file.stem for file in LOCALES.glob("*.toml"))
            same = bare(words) in {bare(labels_for(code).kind(member.KIND)) for code in known}
        if not same:
            told = kind_of(self.view, member)
            self._problem(
                row,
                "body_kind",
                f'{address_of(member)} is "{told}", not "{words}"; change what it is in a table of '
                "its kind",
            )

    def _reach(self, row: Row, network: Network, member: Record) -> None:
        """Phones and addresses: those of the records that the site's table shows them of."""
        ways = ways_to_reach(self.view, Membership(member=address_of(member)))
        for key in _READ:
            words = row.words(key)
            if not words:
                continue
            try:
                given = _parts(key, words)
            except ValueError as error:
                self._problem(row, key, str(error))
                continue
            holding = [way for way in ways if getattr(way, key, None)]
            if not holding and len(ways) == 1:
                holding = ways
            if len(holding) != len(given):
                have = ", ".join(address_of(way) for way in ways) or "no contact point"
                self._problem(
                    row,
                    key,
                    f'"{words}" are not the ones of {address_of(member)} (it has: {have}); change '
                    "them in a table of contacts or organisations",
                )
                continue
            for way, new in zip(holding, given, strict=True):
                self._change_way(row, key, way, new)

    def _change_way(self, row: Row, key: str, way: Contact | Organisation, new: str) -> None:
        if key == "phone" and phone_digits(dialled(way)[4:]) == phone_digits(new):
            return
        place = self._place(row, key)
        one = Row(row.place, place, {key: row.cells[key]}, {key: row.columns[key]}, {key: new})
        problems, _ = change_record(way, one, self.changes, self.view, {key: place})
        self.problems += problems


def _parts(key: str, words: str) -> Sequence[str]:
    """The one or more phones or addresses of a cell."""
    if key == "phone" and "tel:" in words:
        parts = [part for part in re.split(r"\s*tel:", words) if part.strip(" ,;")]
    elif key == "phone":
        parts = re.split(r"[,;\n]", words)
    else:
        parts = re.split(r"[\s,;]+", words)
    return [_READ[key](part.strip(" ,;")) for part in parts if part.strip(" ,;")]


def _text(when: When | None) -> str:
    return when.text if when else ""
