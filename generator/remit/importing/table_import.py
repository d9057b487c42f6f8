"""A table → the files that it makes or changes, and what became of each row. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from remit.importing.table_changes import Change, Changes
from remit.importing.table_columns import Column, Columns, Problem, columns_of
from remit.importing.table_fields import MEMBERS
from remit.importing.table_known import Known
from remit.importing.table_matching import Matching, shared_reach
from remit.importing.table_members import Members
from remit.importing.table_records import NewRecords, change_record
from remit.importing.table_rows import Row, given_for_all, read_values, rows_of
from remit.load.table_cells import Sheet
from remit.model.records import Network, Record
from remit.model.register import Register, address_of
from remit.render.view import View
from remit.settings import Settings
from remit.write.new_records import new_files


@dataclass(frozen=True, slots=True)
class Asked:
    """What someone says of a table; what is left empty is told by the table itself."""

    kind: str = ""
    language: str = ""
    network: Network | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    for_all: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A record that a table begins (`changes` is empty) or changes."""

    address: str
    name: str
    places: tuple[str, ...]
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class Imported:
    """What a table comes to. With problems, its files are none."""

    kind: str = ""
    language: str = ""
    rows: int = 0
    unchanged: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """For each file, the row that it comes from."""
    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def import_sheet(sheet: Sheet, register: Register, settings: Settings, asked: Asked) -> Imported:
    """Raises ValueError for something asked that does not fit."""
    columns = columns_of(
        sheet,
        settings.languages,
        kind=asked.kind,
        language=asked.language,
        mapping=asked.mapping,
    )
    if isinstance(columns, Problem):
        return Imported(problems=[columns])
    run = _Run(sheet, columns, register, settings, asked)
    return run.members() if columns.kind == MEMBERS else run.records()


class _Run:
    def __init__(
        self, sheet: Sheet, columns: Columns, register: Register, settings: Settings, asked: Asked
    ) -> None:
        self.sheet, self.columns, self.asked = sheet, columns, asked
        self.register, self.settings = register, settings
        self.known = Known(register, settings)
        self.changes = Changes(register, settings)
        self.view = View(register, settings, columns.language, settings.today)
        self.rows = rows_of(columns, sheet)
        self.problems = columns.problems
        self.made = Imported(columns.kind, columns.language, len(self.rows))

    # --- members ---

    def members(self) -> Imported:
        if self.asked.for_all:
            raise ValueError("--set is for new records; a table of members begins none")
        members = Members(self.known, self.changes, self.view, self.sheet, self.asked.network)
        known_by_members = {"network", "member", "page", "body_kind", "phone", "email", "web"}
        for row in self.rows:
            before = self._count()
            read_values(row, MEMBERS, self.known, self.sheet, self.problems,
                        lambda column: column.field.key not in known_by_members)  # fmt: skip
            members.row(row)
            self.made.unchanged += self._count() == before
        self.problems += members.problems
        self.columns.notes += members.notes()
        return self._finished({})

    def _count(self) -> int:
        return sum(len(held.changes) for held in self.changes.by_address.values())

    # --- records ---

    def records(self) -> Imported:
        kind = self.columns.kind
        if self.asked.network is not None:
            raise ValueError(f"--network is for members; the table is read as of kind {kind}")
        new = NewRecords(kind, self.columns.language, self.register, self.settings, [])
        for row in self.rows:
            read_values(row, kind, self.known, self.sheet, self.problems, _is_no_pointer)
        begun = self._matched(new)
        new.for_all = self._for_all()
        country = self._country(new.for_all)
        files: dict[str, bytes] = {}
        for row, target in begun:
            at = (row.words("country") and self._found_country(row)) or country
            read_values(row, kind, self.known, self.sheet, self.problems,
                        lambda column: not _is_no_pointer(column), at)  # fmt: skip
            if isinstance(target, Record):
                self._change(target, row)
            else:
                self._begin(target, row, new, files)
        self.problems += new.problems()
        self.columns.notes += new.notes
        return self._finished(files)

    def _for_all(self) -> list[tuple[Column, Any]]:
        said, language = self.asked.for_all, self.columns.language
        return list(given_for_all(self.columns.kind, said, language, self.known))

    def _country(self, for_all: list[tuple[Column, Any]]) -> str:
        return next((str(value) for column, value in for_all if column.key == "country"), "")

    def _found_country(self, row: Row) -> str:
        try:
            return self.known.find(row.words("country"), ("area",))
        except ValueError:
            return ""  # it is reported where the cell itself is read

    def _matched(self, new: NewRecords) -> list[tuple[Row, Record | str]]:
        """Each row with the record that it is about, or the id of the one that it begins."""
        matching = Matching(self.columns.kind, self.known, self.register)
        self.columns.notes += shared_reach(self.rows)
        met: dict[str, str] = {}
        found: list[tuple[Row, Record | str]] = []
        for row in self.rows:
            try:
                record = matching.record(row)
                called = address_of(record) if record else self._called(row)
                before = met.setdefault(called, row.place) if called else row.place
                if before != row.place:
                    raise ValueError(f"{called} stands at {before} too, with other details; "
                                     "keep one of the rows")  # fmt: skip
                target: Record | str = record or new.id_for(row)
            except ValueError as error:
                self.problems.append(Problem.of(row.at, error))
                continue
            if isinstance(target, str):
                names = [row.words(key) for key in row.cells if key.startswith(("name", "short"))]
                self.known.begins(self.columns.kind, target, names)
            found.append((row, target))
        return found

    def _called(self, row: Row) -> str:
        """What tells a new record from other rows: its id, number or name."""
        number = row.values.get("organisation_number")
        name = row.words(f"name.{self.columns.language}")
        return row.words("id") or (number and f"the number {number}") or f'"{name}"' * bool(name)

    def _change(self, record: Record, row: Row) -> None:
        place_of = {key: self.sheet.place(cell) for key, cell in row.cells.items()}
        before = self._count()
        try:
            problems, notes = change_record(record, row, self.changes, self.view, place_of)
            self.problems += problems
            self.columns.notes += notes
        except ValueError as error:
            self.problems.append(Problem.of(row.at, error))
        self.made.unchanged += self._count() == before

    def _begin(self, id: str, row: Row, new: NewRecords, files: dict[str, bytes]) -> None:
        value = new.value(id, row)
        if self.problems or new.missing:
            return
        made = new_files(new.cls, value, self.register, self.settings)
        files.update(made)
        for path in made:
            self.made.places[path] = row.place
        name = row.words(f"name.{self.columns.language}")
        self.made.outcomes.append(Outcome(f"{new.cls.FOLDER}/{id}", name, (row.place,)))

    def _finished(self, files: dict[str, bytes]) -> Imported:
        changed, refused = self.changes.files()
        self.problems += [Problem(place, why) for place, why in refused]
        for address, held in self.changes.by_address.items():
            if held.changes:
                name = self.view.words(held.record.name_on(self.view.day))
                places = tuple(dict.fromkeys(held.places))
                self.made.outcomes.append(Outcome(address, name, places, tuple(held.changes)))
                self.made.places[held.path] = held.places[0]
        self.made.files = {} if self.problems else {**files, **changed}
        self.made.notes = [*self.sheet.notes, *self.columns.notes]
        self.made.problems = sorted(self.problems, key=lambda one: one.order)
        return self.made


def _is_no_pointer(column: Column) -> bool:
    return column.field.holds.form != "id"
