"""A second build: what it makes again, and what of the first it does not believe."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from registers import REGISTER, ROOT, copy_of_register
from remit.build import jobs, load_and_check, load_whole
from remit.build.site import site_state
from remit.model import as_of, duties, history, reading, register, relations
from remit.model.addresses import TIMELINE
from remit.model.records import (
    RECORD_CLASSES,
    Contact,
    Duty,
    Mandate,
    MandateVersion,
    Record,
    RenamableRecord,
    Role,
)
from remit.model.register import Register, address_of
from remit.render.pages import PageJobs
from remit.settings import read_settings
from remit.write import site_jobs
from remit.write.last_site import Choice

PAGE = "site/nb/contacts/specialist-team-phone/index.html"
LONG = ("feed", ""), ("page", TIMELINE)
"""Sorts of jobs, and what these are about: they go through all dates."""
PHONE = "content/contacts/specialist-team-phone.yml"
SAME, UPDATED, MADE = "nothing has changed: site/ is up to date", "site/ is up to date (", "is made"


def build(root: Path, *more: str, state: str = "", day: str = "") -> str:
    """What the command says. `state`: another user's folder for keys."""
    others = {"XDG_STATE_HOME": state} if state else {}
    if day:
        others["SOURCE_DATE_EPOCH"] = f"{datetime.fromisoformat(day + 'T12:00Z').timestamp():.0f}"
    run = subprocess.run(
        [sys.executable, "-m", "remit", "build", "--no-documents", "--no-search", *more],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **others},
    )
    assert run.returncode == 0, run.stderr
    return run.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with its site, up to date; each test leaves it so."""
    root = copy_of_register(tmp_path_factory.mktemp("updates") / "register")
    assert MADE in build(root)
    return root


def files_of(site: Path) -> dict[str, bytes]:
    files = [one for one in site.rglob("*") if one.is_file()]
    return {one.relative_to(site).as_posix(): one.read_bytes() for one in files}


def states_of(site: Path) -> dict[Path, tuple[int, int]]:
    return {one: (one.stat().st_ino, one.stat().st_mtime_ns) for one in site.rglob("*")}


def test_nothing_is_made_when_nothing_has_changed(built: Path) -> None:
    before = states_of(built / "site")
    assert SAME in build(built)
    assert states_of(built / "site") == before


def test_only_what_shows_a_changed_field_is_written(built: Path) -> None:
    file, page = built / PHONE, built / PAGE
    before = states_of(built / "site")
    file.write_text(file.read_text().replace("478 00 000", "478 00 001"))
    said, after = build(built), states_of(built / "site")
    written = [one for one in after if one.is_file() and before[one] != after[one]]
    assert UPDATED in said
    assert f"({len(written)} files written, 0 removed)" in said
    assert page in written
    assert "478 00 001" in page.read_text()
    assert not [one for one in written if "mandates" in one.parts or "terms" in one.parts]
    assert [one for one in written if "duty" in one.parts]
    assert not [one for one in after if one.suffix == ".html" and "478 00 000" in one.read_text()]
    assert built / "site/nb/duty/index.html" not in written


@pytest.mark.parametrize("change", ["touched", "emptied", "removed"])
def test_a_file_of_the_site_that_someone_touched_is_made_anew(built: Path, change: str) -> None:
    page = built / PAGE
    right = page.read_bytes()
    if change == "removed":
        page.unlink()
    else:
        page.write_bytes(right if change == "touched" else b"")
    assert "(1 files written" in build(built).replace("file written", "files written")
    assert page.read_bytes() == right


def test_a_site_that_lacks_a_file_of_the_theme_is_made_anew(built: Path) -> None:
    style = next((built / "site" / "assets").rglob("*.css"))
    right = style.read_bytes()
    style.write_bytes(b"")
    assert MADE in build(built)
    assert style.read_bytes() == right


@pytest.mark.parametrize("harm", ["damaged", "cut short", "another user's", "emptied"])
def test_what_is_kept_is_not_believed_when_it_is_not_ones_own(
    built: Path, tmp_path: Path, harm: str
) -> None:
    right = files_of(built / "site")
    for file in (built / ".cache" / "remit" / "sites").iterdir():
        data = bytearray(file.read_bytes())
        if harm == "damaged":
            data[len(data) // 2] ^= 1
        file.write_bytes(data[:-9] if harm == "cut short" else b"" if harm == "emptied" else data)
    another = str(tmp_path / "state") if harm == "another user's" else ""
    assert MADE in build(built, state=another)
    assert files_of(built / "site") == right
    if another:
        assert MADE in build(built)  # for this user it is another's now


@pytest.mark.parametrize("harmed", ["sites/*.whole", "register/pointers", "templates/*"])
def test_parts_of_what_is_kept_are_believed_each_by_its_own_seal(built: Path, harmed: str) -> None:
    words = (built / PHONE).read_text()
    harm = sorted((built / ".cache" / "remit").glob(harmed))
    assert harm
    for file in harm:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    (built / PHONE).write_text(words.replace("nb: Råd i en sak", "nb: Råd i saker"))
    said = build(built)
    assert (MADE if "whole" in harmed else UPDATED) in said
    now = files_of(built / "site")
    assert "Råd i saker" in (built / PAGE).read_text()
    shutil.rmtree(built / ".cache")
    assert MADE in build(built)
    assert files_of(built / "site") == now
    (built / PHONE).write_text(words)
    assert UPDATED in build(built)


def test_other_settings_make_everything_anew(built: Path) -> None:
    file = built / "pyproject.toml"
    before = file.read_text()
    file.write_text(before + "\n# a remark\n")
    assert MADE in build(built)
    file.write_text(before)
    assert MADE in build(built)


def test_another_day_makes_everything_anew(tmp_path: Path) -> None:
    """Also what was found once for all pages of the day before."""
    root = copy_of_register(tmp_path / "register")
    phone = root / PHONE
    words = phone.read_text("utf-8").replace("from: 2020-01-01\n", "to: 2028-12-31\n")
    phone.write_text(words + "emergency: true\n", "utf-8")
    build(root, day="2026-11-20")
    assert MADE in build(root, day="2030-01-01")
    build(root, "--to", str(tmp_path / "clean"), day="2030-01-01")
    assert files_of(root / "site") == files_of(tmp_path / "clean")


def test_what_outlives_a_page_tells_what_it_read() -> None:
    """A plain cache of what is read of records would hide it from whoever notices."""
    plain = {
        f"{cls.__name__}.{name}"
        for module in (register, as_of, duties, history, relations)
        for cls in vars(module).values()
        if isinstance(cls, type) and cls.__module__ == module.__name__
        for name, value in vars(cls).items()
        if isinstance(value, cached_property)
    }
    assert plain == {
        "AsOf.duties",  # holds an index
        "Register._by_id",  # these four: which records there are is noticed where one asks
        "Register._in_order",  # of places
        "Register._by_kind",
        "Register.addresses",
        "Register.by_address",
        "Register._looked_at",  # how many, for what is quicker
        "Register._briefs",  # of records, each telling what is read of it
        "Register._known_digests",  # which no page asks for, but who finds what has changed
        "Register._days",  # of days, each with indexes
        "Register._lifetimes",  # of kinds, each with indexes
        "Register._listings",  # so are these, for each reader
        "Register.calendar",  # these two hold indexes
        "Register.relations",
    }


# --- readings ------------------------------------------------------------------------------


@pytest.fixture
def whole() -> Register:
    reading.begin_noticing()
    return load_and_check(read_settings(REGISTER)).register


def _read_of(take: Callable[[Any], Any], about: object) -> tuple[Any, dict[str, int]]:
    """What is taken of a thing, and what was read for it."""
    with reading.noticed_of_all() as read:
        found = take(about)
    return found, {kind: bits for kind, bits in read.kinds.items() if bits}


def _last(record: Record) -> date | None:
    return record.review.last if record.review else None


def test_a_brief_says_and_tells_what_the_record_does(whole: Register) -> None:
    for place, one in enumerate(whole.records):
        brief = whole.brief_at(place)
        assert (brief.kind, brief.address, brief.id) == (one.KIND, address_of(one), one.id)
        life = attrgetter("life")
        assert _read_of(life, brief) == _read_of(life, one)
        assert _read_of(attrgetter("reviewed"), brief) == _read_of(_last, one)
        if isinstance(one, MandateVersion):
            forced = attrgetter("takes_force"), attrgetter("status.takes_force")
            assert _read_of(forced[0], brief) == _read_of(forced[1], one)
        if isinstance(one, Mandate):
            holders, read = _read_of(attrgetter("holders"), brief)
            assert ([*holders], read) == _read_of(attrgetter("holders"), one)
        if isinstance(one, RenamableRecord):
            names, read = _read_of(attrgetter("names"), brief)
            assert [*names] == [dated.period for dated in one.names]
            assert read == {one.KIND: reading.RENAMED}


def test_a_field_is_noticed_and_no_other(whole: Register) -> None:
    with reading.noticed() as read:
        [contact] = whole.all(Contact)
        assert contact.phone
    assert read.fields[id(contact)] == reading.field_bits(Contact)["phone"]
    assert read.kinds["contact"] == reading.MEMBERS
    assert read.records == [contact]


@pytest.mark.parametrize("about", ["duty", "duty/testland", "duties"])
def test_since_when_all_were_reviewed_is_asked_of_none_of_them(whole: Register, about: str) -> None:
    """Else each of many pages would have all records made."""
    with reading.noticed() as read:
        pages = list(PageJobs(whole, read_settings(REGISTER), "en").job(about).make())
    assert pages
    [duty] = whole.all(Duty)
    assert not read.fields.get(id(duty), 0) & reading.field_bits(Duty)["review"]
    assert any(name.endswith(".reviewed_since") for name in read.behind)


def test_since_when_all_were_reviewed_is_what_each_of_them_says() -> None:
    register = load_whole(read_settings(ROOT))
    found = []
    for cls in RECORD_CLASSES:
        for day in (None, date(2018, 6, 19)):
            records = [
                one for one in register.all(cls) if not day or register.life(one).covers(day)
            ]
            days = [one.review.last for one in records if one.review]
            first = min(days) if days and len(days) == len(records) else None
            asked = register.as_of(day).reviewed_since if day else register.reviewed_since
            assert asked(cls) == first
            found.append(first)
    assert any(found) and not all(found)


def test_what_events_are_made_of_is_there_before_work_is_divided(whole: Register) -> None:
    """Also where a record was never reviewed, so that nobody asks on."""
    assert whole.reviewed_since() is None
    whole.make_lasting()
    for cls in RECORD_CLASSES:
        assert {"happenings", "reviews"} <= vars(whole.lifetimes(cls)).keys()


def test_a_long_job_shares_a_processs_time_with_no_other() -> None:
    names = ["a", "b", "long 1", "long 2", *(f"c{number}" for number in range(20)), "long 3", "d"]
    parts = site_jobs._parts(names, lambda name: name.startswith("long"))
    assert [name for part in parts for name in part] == names
    assert parts[:3] == [["a", "b"], ["long 1"], ["long 2"]]
    assert parts[-2:] == [["long 3"], ["d"]]
    assert [len(part) for part in parts[3:-2]] == [8, 8, 4]


def test_long_jobs_begin_first_and_what_is_about_the_same_thing_stays_together(
    whole: Register,
) -> None:
    settings = read_settings(REGISTER)
    names = jobs.job_names(whole, settings)
    every = {f"{sort} {one}/{about}" for sort, about in LONG for one in settings.languages}
    order = jobs.in_order(names)
    assert sorted(order) == sorted(names)
    assert {*order[: len(every)]} == every == {name for name in names if jobs.takes_long(name)}
    abouts = [name.partition("/")[2] for name in order[len(every) :]]
    assert len([*groupby(abouts)]) == len({*abouts})


def test_nothing_is_noticed_afterwards(whole: Register) -> None:
    with reading.noticed() as read:
        pass
    assert whole.all(Contact)[0].phone
    assert not (read.fields or read.kinds)


def test_what_was_looked_for_in_vain_is_noticed(whole: Register) -> None:
    with reading.noticed() as read:
        assert whole.get(Role, "not-there") is None
        assert whole.at("roles/nor-there") is None
    assert read.sought == {"not-there", "roles/nor-there"}


def test_a_question_is_noticed_as_its_answer(whole: Register) -> None:
    role = whole.get(Role, "specialist-team")
    assert role
    with reading.noticed() as read:
        found = whole.contacts_of(role)
    about = ("rroles/specialist-team", "kcontact", "sof")
    asked = reading.Question("Register.pointing", "", about).text
    assert reading.Question.of(asked).about == about
    assert read.answers == {asked: reading.digest(found)}
    assert not read.records
    behind = read.behind["Register.pointing"]
    assert behind[reading.ANY] & reading.POINTERS


def test_an_answer_that_is_kept_is_noticed_by_all_who_ask(whole: Register) -> None:
    """In whichever of them the question was asked first, and whether it is asked at all."""
    role = whole.get(Role, "specialist-team")
    assert role
    with reading.noticed() as alone:
        found = whole.contacts_of(role)
    assert alone.answers
    with reading.answers_kept():
        kept = []
        for _ in range(2):
            with reading.noticed() as read:
                assert whole.contacts_of(role) == found
            kept.append(read)
    for read in kept:
        assert read.answers == alone.answers
        assert read.behind == alone.behind


def test_a_part_made_once_is_read_by_all_who_have_it(whole: Register) -> None:
    """All four sorts of reading, and what was read besides stays noted."""
    made = list[Role]()

    def part(id: str) -> str:
        role = whole.get(Role, id)
        assert role
        made.append(role)
        whole.contacts_of(role)
        reading.note_document("nb/a.pdf", "digest")
        return f"{role.names} {len(whole.all(Contact))}"

    with reading.noticed() as alone:
        words = part("specialist-team")
    [role] = made
    with reading.answers_kept():
        for _ in range(2):
            with reading.noticed() as read:
                assert role.line
                assert reading.once(("words",), part, "specialist-team") == words
                assert role.holder
            bits = reading.field_bits(Role)
            assert read.fields[id(role)] == bits["names"] | bits["line"] | bits["holder"]
            assert read.records == alone.records
            for sort in ("kinds", "sought", "answers", "behind", "documents"):
                assert getattr(read, sort) == getattr(alone, sort), sort
    assert len(made) == 2


def test_a_part_has_its_readings_from_the_parts_in_it(whole: Register) -> None:
    role = whole.get(Role, "specialist-team")
    assert role

    def inner() -> str:
        return str(role.names)

    def outer() -> str:
        return reading.once(("inner",), inner)

    with reading.answers_kept():
        for _ in range(2):
            with reading.noticed() as read:
                reading.once(("outer",), outer)
            assert read.fields == {id(role): reading.field_bits(Role)["names"]}


def test_nothing_is_kept_beyond_the_work_it_is_kept_for(whole: Register) -> None:
    made = list[str]()
    with reading.answers_kept(), reading.noticed():
        reading.once(("part",), made.append, "in one")
    with reading.answers_kept(), reading.noticed():
        reading.once(("part",), made.append, "in another")
    with reading.noticed():
        reading.once(("part",), made.append, "alone")
    assert made == ["in one", "in another", "alone"]


def test_a_part_is_made_once_also_while_nobody_notices(whole: Register) -> None:
    """As in a share. Who notices has it made, to know what is read for it."""
    role = whole.by_address["roles/specialist-team"]
    assert isinstance(role, Role)
    made = list[str]()

    def part(word: str) -> str:
        made.append(word)
        return f"{word} {role.names[0].name}"

    with reading.answers_kept():
        assert reading.once(("part",), part, "first") == reading.once(("part",), part, "again")
        with reading.noticed() as read:
            reading.once(("part",), part, "noticed")
            assert read.fields == {id(role): reading.field_bits(Role)["names"]}
        reading.once(("part",), part, "after")
    assert made == ["first", "noticed"]


def test_an_index_tells_its_readings_each_time(whole: Register) -> None:
    for _ in range(2):
        with reading.noticed() as read:
            assert whole.redirects
        assert read.kinds["redirect"] & reading.MEMBERS
        assert not read.records


def test_another_pandoc_makes_documents_anew(
    whole: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, choices = read_settings(REGISTER), (Choice(), Choice(documents=False))
    before = [site_state(settings, choice) for choice in choices]
    pandoc = tmp_path / "pandoc"
    pandoc.write_text("#!/bin/sh\n")
    pandoc.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    after = [site_state(settings, choice) for choice in choices]
    assert before[0] != after[0] and before[1] == after[1]
