"""Of a large register no process holds more than some of the records, and the site is the same."""

from __future__ import annotations

import ast
import io
import os
import pickle
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import pytest

from registers import ROOT, divide
from remit import build
from remit.build import load_whole
from remit.build.site import make_site
from remit.load import kept_pointers
from remit.load.loading import Loading
from remit.load.origins import Origins
from remit.model import history, reading, record_list
from remit.model.addresses import address_of_day
from remit.model.brief import Brief
from remit.model.indexes_apart import indexes_apart
from remit.model.partly_made import PartlyMade
from remit.model.record_list import RecordList
from remit.model.records import (
    RECORD_CLASSES,
    Mandate,
    MandateVersion,
    Record,
    Redirect,
    Role,
    Term,
)
from remit.model.register import Register
from remit.model.shape import Outward, look_through
from remit.model.values import Period, Value
from remit.render.frame import Frames
from remit.render.pages import PageJobs, page_names
from remit.second_process import SecondProcess, done_apart
from remit.settings import Settings, read_settings
from remit.write import site_jobs
from remit.write.last_site import Choice
from remit.write.site_jobs import DoneJob

MANDATES = 24
WHOLE, HELD, READ = 4, 20, 10
"""How many records of a kind may be whole, how many held, and how many by a job that is being
done."""
_KINDS = (MandateVersion, Mandate, Role)
"""The kinds that a register has most of."""
CHOICE = Choice(documents=False, search=False)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("large") / "register"
    script = ROOT / "tests" / "bench" / "synthetic.py"
    arguments = ("--mandates", str(MANDATES), "--languages", "nb,en", "--to", str(folder))
    subprocess.run([sys.executable, script, *arguments], check=True, capture_output=True)
    return read_settings(folder)


def _frame(language: str, context: Mapping[str, Any]) -> str:
    return str(context["content"])


def _made(settings: Settings, site: Path) -> Register:
    site.mkdir()
    register = build.load_and_check_apart(settings).register
    make_site(register, settings, Frames(register, settings, _frame), site, CHOICE)
    return register


def _site(settings: Settings, site: Path) -> dict[str, bytes]:
    _made(settings, site)
    files = (file for file in site.rglob("*") if file.is_file())
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in files}


def _is_whole(record: Record) -> bool:
    return vars(record).keys() == type(record).model_fields.keys()


def _may_be_whole(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for cls in (PartlyMade, MandateVersion):
        monkeypatch.setattr(cls, "MOST_WHOLE", most)


def _watch(monkeypatch: pytest.MonkeyPatch, told: Path) -> None:
    """Each process says below `told` how many records of the kinds that a register has most of
    there were at most, of those that it had made, when a job was done."""
    there: WeakValueDictionary[int, Record] = WeakValueDictionary()
    most: Counter[str] = Counter()
    make, done, numbers = Loading._make, site_jobs._done, count()

    def watched_make(self: Loading, place: int) -> Record:
        record = there[next(numbers)] = make(self, place)
        return record

    def watched_done(*about: Any) -> DoneJob:
        job = done(*about)
        held = [record for record in there.values() if isinstance(record, _KINDS)]
        most["held"] = max(most["held"], len(held))
        whole = Counter(type(record) for record in held if _is_whole(record))
        most["whole"] = max([most["whole"], *whole.values()])
        (told / str(os.getpid())).write_text(repr(dict(most)))
        return job

    monkeypatch.setattr(Loading, "_make", watched_make)
    monkeypatch.setattr(site_jobs, "_done", watched_done)


def test_no_process_holds_all_records_of_a_large_register(
    large: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _site(large, tmp_path / "whole")
    (large.cache_folder / "register" / "findings").unlink()
    monkeypatch.setattr(build, "LARGE", 1)
    _may_be_whole(WHOLE, monkeypatch)
    monkeypatch.setattr(record_list, "MOST_HELD", HELD)
    monkeypatch.setattr(reading, "MOST_HELD", READ)
    monkeypatch.setattr(reading, "MOST_KNOWN", 1)
    told = tmp_path / "told"
    told.mkdir()
    _watch(monkeypatch, told)
    assert _site(large, tmp_path / "bounded") == whole
    processes = [ast.literal_eval(file.read_text()) for file in told.iterdir()]
    assert processes
    for most in processes:
        assert 0 < most["whole"] <= WHOLE
        assert 0 < most["held"] <= HELD < MANDATES


class _Classes(pickle.Unpickler):
    """Learns of what classes there are values in a pickle."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self.found: set[object] = set()

    def find_class(self, module: str, name: str) -> object:
        found: object = super().find_class(module, name)
        self.found.add(found)
        return found


def test_who_names_whom_is_kept_when_a_large_site_is_made(
    large: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that who edits first need not wait longer than who edits next."""
    root = shutil.copytree(large.root, tmp_path / "large", ignore=shutil.ignore_patterns(".cache"))
    settings = read_settings(root)
    monkeypatch.setattr(build, "LARGE", 1)
    _made(settings, tmp_path / "site")
    monkeypatch.setattr(kept_pointers, "_named", lambda points_to: pytest.fail("found again"))
    register = load_whole(settings)
    assert isinstance(register.records, RecordList)
    [first, *_] = register.all(Role)
    assert register.back_links(first)


def test_what_is_found_apart_holds_no_record(large: Settings, tmp_path: Path) -> None:
    """Else there would be two of it. All indexes have been made when a site is."""
    register = _made(large, tmp_path / "site")
    classes = _Classes(indexes_apart(register, large.today))
    classes.load()
    assert Period in classes.found
    assert not [one for one in classes.found if isinstance(one, type) and issubclass(one, Record)]


@pytest.mark.parametrize("left", [0.3, 0.7])
def test_what_is_summed_up_while_reading_is_what_is_found_later(
    left: float, large: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By either process, whichever has read a record."""
    cold = replace(large, cache=f"{large.cache}/summed-{left}")
    with monkeypatch.context() as patched:
        divide(patched, left=left)
        summed = build.load_and_check(cold, sums_up=True).register
    later = load_whole(cold)
    with monkeypatch.context() as patched:
        patched.setattr("remit.model.register.record_digests", _not_called)
        summed_up = dict(summed.digests)
    assert summed_up == later.digests
    for place in range(len(summed.records)):
        one, other = summed.brief_at(place), later.brief_at(place)
        assert all(getattr(one, name) == getattr(other, name) for name in Brief.__slots__)


def _not_called(*about: object) -> bytes:
    raise AssertionError(about)


def test_what_fails_apart_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> bytes:
        raise ValueError

    def killed() -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b"words"

    assert done_apart(lambda: b"words") == b"words"
    assert done_apart(fails) == b""
    assert done_apart(killed) == b""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert done_apart(lambda: b"words") == b""


def test_there_are_never_two_of_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_list, "MOST_HELD", 4)
    addresses = [f"terms/t{place}" for place in range(20)]
    made = Counter[int]()

    def make(place: int) -> Record:
        made[place] += 1
        return Term.model_construct(id=f"t{place}")

    records = RecordList(addresses, {}, make, _points_to_nothing, _named_by_none)
    first = records[0]
    assert [one.id for one in records] == [f"t{place}" for place in range(20)]
    assert records[0] is first and made[0] == 1
    assert records[19] is records[19] and records[1].id == "t1"
    assert made == {0: 1, 1: 2, **dict.fromkeys(range(2, 20), 1)}


def test_of_no_more_records_than_may_be_held_each_is_made_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record_list, "MOST_HELD", 6)
    addresses = [f"mandates/m{place}/2020-01-01" for place in range(6)]
    made = Counter[int]()

    def make(place: int) -> Record:
        made[place] += 1
        return MandateVersion.model_construct(id="2020-01-01", mandate=f"m{place}")

    records = RecordList(addresses, {}, make, _points_to_nothing, _named_by_none)
    for _ in range(2):
        assert len(list(records)) == 6
    assert set(made.values()) == {1}


def test_what_is_given_is_held_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_list, "MOST_HELD", 2)
    given = Term.model_construct(id="t0")
    made = Counter[int]()

    def make(place: int) -> Record:
        made[place] += 1
        return Term.model_construct(id=f"t{place}")

    addresses = [f"terms/t{place}" for place in range(9)]
    records = RecordList(addresses, {0: given}, make, _points_to_nothing, _named_by_none)
    assert records.index(given) == 0 and next(iter(records)) is given
    assert records[0] is given and not made[0]


def _points_to_nothing(place: int) -> Outward:
    return Outward((), ())


def _named_by_none(word: str) -> tuple[int, ...]:
    return ()


def test_a_kept_record_is_the_one_that_was_read(
    large: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made at first names it; the rest is made when it is asked for, and again when that of
    others has been since."""
    _may_be_whole(2, monkeypatch)
    build.load_and_check(large)
    read = build.load_and_check(replace(large, cache=f"{large.cache}/other")).register
    kept = build.load_and_check(large).register
    pairs = list(zip(read.records, kept.records, strict=True))
    assert {type(one) for one, _ in pairs} >= {*RECORD_CLASSES} - {Redirect}
    for one, other in pairs:
        assert _is_whole(one) and not _is_whole(other)
        assert other.name_on(large.today) == one.name_on(large.today) and not _is_whole(other)
        for name in type(one).model_fields:
            assert getattr(other, name) == getattr(one, name)
        assert _is_whole(other) and other.whole().sources is other.sources
        assert not hasattr(other, "nothing")
    whole = Counter(type(other) for _, other in pairs if _is_whole(other))
    assert max(whole.values()) == 2
    same: tuple[Callable[[Record, Record], bool], ...] = (
        lambda one, other: other.model_dump() == one.model_dump(),
        lambda one, other: other.model_dump_json() == one.model_dump_json(),
        lambda one, other: look_through(other) == look_through(one),
        lambda one, other: other == one and hash(other) == hash(one),
        lambda one, other: other.model_copy(update={"caveats": [0]}) != other,
        lambda one, other: [*vars(other.whole())] == [*vars(one)],
    )
    for are_same in same:  # all but two have lost their sections before each
        assert all(are_same(one, other) for one, other in pairs)


def test_what_is_alike_in_kept_records_is_held_once(large: Settings) -> None:
    build.load_and_check(large)
    register = build.load_and_check(large).register
    sets, makers, periods, ends = set(), set(), set(), set()

    def look(value: object) -> None:
        if isinstance(value, Period):
            periods.add(id(value))
            ends.add((str(value.from_), str(value.to)))
        if isinstance(value, Value):
            sets.add(id(value.model_fields_set))
            for part in vars(value).values():
                look(part)
        elif isinstance(value, list):
            for one in value:
                look(one)

    for record in register.records:
        assert isinstance(record, PartlyMade)
        makers.add(id(record._later))
        look(record.whole())
        assert register.fingerprint_of(record) and register.path_of(record)
    assert len(sets) == len(makers) == 1
    assert len(periods) == len(ends) > 1
    assert isinstance(register.origins, Origins)
    assert {type(one) for one in register.origins.known.values()} == {int}


@pytest.mark.parametrize("about", ["on", "timeline", "relations"])
def test_pages_of_many_records_have_none_of_them_made_whole(
    about: str, large: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each record would be made again for each of many such pages."""
    monkeypatch.setattr(history, "MOST_LINES", 1)  # so that a day shows its changes alone
    build.load_and_check(large)
    register = build.load_and_check(large).register
    for address in register.addresses:
        register.brief(address)
    names = [name for name in page_names(register, large) if name.startswith(about)]
    whole_days = {address_of_day(day) for day in register.calendar.whole_days}
    every = [record for record in register.records if isinstance(record, PartlyMade)]
    for record in every:
        record.whole()
        record.let_go(record._later)
    assert not [record for record in every if _is_whole(record)]
    jobs = PageJobs(register, large, "nb")
    assert names
    for name in {*names} - whole_days:
        [*_] = jobs.job(name).make()
    whole = [record for record in every if _is_whole(record)]
    assert not {type(record) for record in whole} & {Role, Mandate}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="two processes are forked")
def test_checking_a_large_register_holds_no_sections(
    large: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shutil.copytree(large.root, tmp_path / "large", ignore=shutil.ignore_patterns(".cache"))
    settings = read_settings(root)
    divide(monkeypatch, left=0)
    monkeypatch.setattr(SecondProcess, "serve", lambda self, pipe: pipe.close())
    checked = build.load_and_check(settings)
    assert checked.found == []
    versions = checked.register.all(MandateVersion)
    assert len(versions) >= MANDATES
    assert not [one.id for one in versions if "sections" in vars(one)]

    kept = build.load_and_check(settings).register.all(MandateVersion)
    assert list(versions) == list(kept)
    assert [one.model_dump() for one in versions] == [one.model_dump() for one in kept]
