"""A build that makes only what changed gives the same site, byte for byte, as one from nothing."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from random_edits import random_edit
from registers import copy_of_register, overlay
from remit.build import Checked, exports, load_and_check, load_whole
from remit.build.documents import Wanted
from remit.build.site import Updated, changes_since, is_of, make_site, update_site
from remit.model import day_lists, history
from remit.model.asked_again import answered
from remit.model.day_lists import Listing
from remit.model.events import with_own_events
from remit.model.reading import Question, begin_noticing
from remit.model.records import Record, address_of
from remit.model.register import Register
from remit.model.relations import Relation
from remit.model.templates import Subject
from remit.render import frame, list_pages
from remit.render.frame import Frames
from remit.settings import Settings, read_settings
from remit.write.last_site import Choice
from remit.write.register_dates import RegisterDates
from remit.write.site_store import SiteStore
from remit.write.typst_tool import TEMPLATES as SHIPPED
from test_letterhead import ALT, LOGO, MARK, letterhead

EDITS = int(os.environ.get("REMIT_EDITS", "12"))
SEED = int(os.environ.get("REMIT_SEED", "1"))
ROOT_OF_EDITED = os.environ.get("REMIT_REGISTER", "")
"""Another register to edit a copy of, for a long run by hand."""


ALL = bool(os.environ.get("REMIT_ALL"))
"""Documents and search too, for a long run by hand."""
CHOICE = Choice(documents=ALL, search=ALL)


def _frame(language: str, context: Mapping[str, Any]) -> str:
    """Enough of a page to hold what the theme's frame would."""
    names = ("title", "description", "canonical", "content", "edit_url")
    return f"<html lang={language}>" + "\n".join(str(context[name]) for name in names)


def _loaded(settings: Settings) -> Register | None:
    checked = load_and_check(settings)
    return None if checked.fails() else checked.register


def _update(
    store: SiteStore,
    register: Register,
    settings: Settings,
    site: Path,
    choice: Choice = CHOICE,
    among: Collection[str] | None = None,
) -> Updated:
    changes = changes_since(store, register, settings, among)
    return update_site(store, changes, Frames(register, settings, _frame), site, choice)


def _clean(register: Register, settings: Settings, site: Path) -> SiteStore:
    site.mkdir()
    return make_site(register, settings, Frames(register, settings, _frame), site, CHOICE)


def _contents(site: Path) -> dict[str, bytes]:
    return {
        file.relative_to(site).as_posix(): file.read_bytes()
        for file in sorted(site.rglob("*"))
        if file.is_file()
    }


def _different(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[Settings]:
    begin_noticing()
    target = tmp_path / "register"
    if ROOT_OF_EDITED:
        for name in ("content", "mandates", "pyproject.toml", "mkdocs.yml", "released.txt"):
            source = Path(ROOT_OF_EDITED) / name
            if source.is_dir():
                shutil.copytree(source, target / name)
            elif source.exists():
                shutil.copy(source, target / name)
    else:
        copy_of_register(target)
    yield read_settings(target)


def _states(
    edited: Settings, dice: random.Random, edits: int = EDITS
) -> Iterator[tuple[str, Checked]]:
    """The register after each of some edits, and what was edited."""
    done = 0
    while done < edits:
        files = [
            file
            for folder in (edited.content, edited.mandates)
            for file in sorted((edited.root / folder).rglob("*"))
            if file.suffix in (".yml", ".md")
        ]
        edit = random_edit(files, dice)
        checked = load_and_check(edited) if edit else None
        if edit and checked and checked.fails():
            edit.take_back()
        elif edit and checked:
            done += 1
            yield edit.what, checked


def test_after_random_edits_it_is_as_if_made_from_nothing(edited: Settings, tmp_path: Path) -> None:
    update_and_compare(edited, tmp_path, EDITS)


def test_so_where_lists_days_and_site_map_are_divided(
    edited: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_LINES", 1)
    monkeypatch.setattr(list_pages, "LIST_ENTRIES", 1)
    monkeypatch.setattr(day_lists, "MOST_ROWS", 1)
    monkeypatch.setattr(frame, "MOST_IN_MAP", 50)
    update_and_compare(edited, tmp_path, EDITS // 2)


def update_and_compare(edited: Settings, tmp_path: Path, edits: int) -> None:
    dice = random.Random(SEED)
    register = _loaded(edited)
    assert register
    store = _clean(register, edited, tmp_path / "site")
    kept = tmp_path / "kept"
    store.keep(kept, "site")
    token, known = "", 0
    for done, (what, checked) in enumerate(_states(edited, dice, edits)):
        register = checked.register
        again = SiteStore.kept(kept, "site", search=ALL)
        assert again
        among = checked.changed if checked.token_before == token else None
        updated = _update(again, register, edited, tmp_path / "site", among=among)
        again.keep(kept, "site")
        token, known = checked.token, known + (among is not None)
        clean = tmp_path / f"clean-{done}"
        _clean(register, edited, clean)
        now, right = _contents(tmp_path / "site"), _contents(clean)
        assert not _different(now, right), (what, _different(now, right))
        print(what, updated)
    assert known, "it was never told which records had changed"


def test_after_random_edits_an_export_is_as_if_made_from_nothing(
    edited: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "FEW", 0)
    dice = random.Random(SEED)
    for step, (what, checked) in enumerate(_states(edited, dice)):
        register = checked.register
        out, clean = tmp_path / "out", tmp_path / f"clean-{step}"
        for kind, subject in (("mandate", Subject.MANDATE), ("role-card", Subject.ROLE)):
            wanted = Wanted(register.made_of(subject), edited.languages, ["pdf"], kind)
            made = exports.export_documents(register, edited, wanted, out)
            right = exports.export_documents(register, edited, wanted, clean)
            assert [one.path.name for one in made] == [one.path.name for one in right]
            assert [one.sha256 for one in made] == [one.sha256 for one in right]
        assert not _different(_contents(out), _contents(clean)), what


def test_documents_of_what_is_gone_are_taken_away_and_nothing_else(
    edited: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "FEW", 0)
    out = tmp_path / "out"

    def exported() -> set[str]:
        register = load_whole(edited)
        wanted = Wanted(register.made_of(Subject.MANDATE), edited.languages, ["pdf"])
        exports.export_documents(register, edited, wanted, out)
        return set(_contents(out))

    days = ("2020-01-01", "2024-01-01")
    both = {f"team-mandate-{day}-{to}.pdf" for day in days for to in edited.languages}
    assert exported() == both
    (out / "team-mandate-2020-01-01-en.pdf").write_bytes(b"signed")
    (out / "mine.txt").write_bytes(b"mine")
    (edited.root / "mandates/team-mandate/2020-01-01.yml").unlink()
    assert exported() == {*both, "mine.txt"} - {"team-mandate-2020-01-01-nb.pdf"}


def test_nothing_changed_means_nothing_written(edited: Settings, tmp_path: Path) -> None:
    register = _loaded(edited)
    assert register
    store = _clean(register, edited, tmp_path / "site")
    again = _loaded(edited)
    assert again
    updated = _update(store, again, edited, tmp_path / "site")
    assert (updated.written, updated.removed) == (0, 0)


def test_a_change_of_words_goes_through_nothing_as_a_whole(
    edited: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = _loaded(edited)
    assert register
    _clean(register, edited, tmp_path / "site").keep(tmp_path / "kept", "site")
    file = edited.root / edited.content / "contacts" / "specialist-team-phone.yml"
    file.write_text(file.read_text("utf-8").replace("  nb: ", "  nb: Ord ", 1), "utf-8")
    monkeypatch.setattr("remit.build.site.job_names", _not_called)
    register = _loaded(edited)
    store = SiteStore.kept(tmp_path / "kept", "site", search=ALL)
    assert register and store
    whole = store.whole
    vars(register)["_looked_at"] = [-1000]  # of so few records, a page or two ask for all
    assert _update(store, register, edited, tmp_path / "site").written
    assert "_back_links" not in vars(register)
    store.keep(tmp_path / "kept", "site")
    assert store.whole == whole


def test_what_goes_through_all_records_is_taken_over_while_it_holds(
    edited: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = _loaded(edited)
    assert register
    _clean(register, edited, tmp_path / "site").keep(tmp_path / "kept", "site")
    right = _with_the_team(register, edited)
    assert right
    folder = edited.root / edited.content
    relations, spans = ("relations", "_by_side"), ("", "_having_spans")

    def given() -> tuple[Register, SiteStore]:
        register, store = load_whole(edited), SiteStore.kept(tmp_path / "kept", "site", search=ALL)
        assert store
        assert {relations, spans} <= store.indexes.packed.keys()
        changed = store.by_address(store.take_in(register))
        store.indexes.give(register, edited.today, changed)
        return register, store

    file = folder / "contacts" / "specialist-team-phone.yml"
    file.write_text(file.read_text("utf-8").replace("  nb: ", "  nb: Ord ", 1), "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr("remit.model.relations.Relations._said", _not_called)
        register, store = given()
        assert _with_the_team(register, edited) == right
        assert {relations, spans} <= store.indexes.packed.keys()
    transfer = next(iter(sorted((folder / "transfers").glob("*.yml"))))
    day = re.sub(r"(?m)^date: (\d{4})-.*$", r"date: \1-11-11", transfer.read_text("utf-8"))
    transfer.write_text(day, "utf-8")
    held = given()[1].indexes.packed
    assert relations in held and spans not in held
    file.with_name("another.yml").write_text(file.read_text("utf-8").replace(file.stem, "another"))
    assert not given()[1].indexes.packed, "a place among all records is another now"


Rewrite = Callable[[str, str], str]
Find = Callable[[object, Record], object]


def _title(text: str, words: str) -> str:
    return re.sub(r"(?m)^(title:\n  nb: ).*", rf"\1{words}", text, count=1)


def _name(text: str, words: str) -> str:
    return re.sub(r"(?m)^(      nb: ).*", rf"\1{words}", text, count=1)


def _renamed(text: str, words: str) -> str:
    """Called otherwise before some day in 2021."""
    month = {"Før": 5, "Etter": 6}[words]
    names = f"""names:
  - name: {{nb: Teamet, en: The team}}
    period: {{to: 2021-0{month}-03}}
  - name: {{nb: Fagteamet, en: The specialist team}}
    period: {{from: 2021-0{month}-04}}
kind:"""
    return re.sub(r"(?s)names:.*kind:", names, text, count=1)


def _noting(monkeypatch: pytest.MonkeyPatch, owner: type, *names: str) -> set[str]:
    """The addresses of the records for which any of these indexes is asked from now on."""
    found = set[str]()
    for index in (vars(owner)[name] for name in names):

        def noting(of: object, record: Record, find: Find = index.find) -> object:
            found.add(address_of(record))
            return find(of, record)

        monkeypatch.setattr(index, "find", noting)
    return found


@pytest.mark.parametrize(
    ("file", "rewrite", "anew", "in_calendar"),
    [
        (
            "mandates/team-mandate/2024-01-01.yml",
            _title,
            {"mandates/team-mandate/2024-01-01"},
            {"mandates/team-mandate"},
        ),
        (
            "content/roles/specialist-team.yml",
            _name,
            {"roles/specialist-team", "tasks/guidance-in-cases"},
            {"roles/specialist-team", "transfers/coordinators-2020"},
        ),
        (
            "content/roles/specialist-team.yml",
            _renamed,
            {"roles/specialist-team", "tasks/guidance-in-cases"},
            {"roles/specialist-team", "transfers/coordinators-2020"},
        ),
    ],
)
def test_only_rows_and_dates_that_would_be_others_are_found_anew(
    file: str,
    rewrite: Rewrite,
    anew: set[str],
    in_calendar: set[str],
    edited: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And what is shown is what a build from nothing shows: the random edits below see to that."""
    path = edited.root / file
    path.write_text(rewrite(path.read_text("utf-8"), "Før"), "utf-8")
    register = _loaded(edited)
    assert register
    _clean(register, edited, tmp_path / "site").keep(tmp_path / "kept", "site")
    path.write_text(rewrite(path.read_text("utf-8"), "Etter"), "utf-8")
    register, store = load_whole(edited), SiteStore.kept(tmp_path / "kept", "site", search=ALL)
    assert store
    rows = _noting(monkeypatch, Listing, "told", "told_of_names", "told_of_versions")
    dates = _noting(monkeypatch, RegisterDates, "own")
    monkeypatch.setattr("remit.write.workers._may_fork", lambda: False)
    assert _update(store, register, edited, tmp_path / "site").written
    assert (rows, dates) == (anew, in_calendar)


def test_dates_that_were_kept_of_another_calendar_are_not_taken(
    edited: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site's folder can have been put back to an earlier state, or be another one."""
    register = _loaded(edited)
    assert register
    _clean(register, edited, tmp_path / "site").keep(tmp_path / "kept", "site")
    calendars = [tmp_path / "site" / code / "calendar.ics" for code in edited.languages]
    right = [one.read_bytes() for one in calendars]
    for one in calendars:
        one.write_bytes(one.read_bytes().replace(b"2024", b"2023"))
    register, store = load_whole(edited), SiteStore.kept(tmp_path / "kept", "site", search=ALL)
    assert store
    dates = _noting(monkeypatch, RegisterDates, "own")
    monkeypatch.setattr("remit.write.workers._may_fork", lambda: False)
    assert _update(store, register, edited, tmp_path / "site").written == 2 * len(calendars)
    assert dates == {*with_own_events(register).addresses()}
    assert [one.read_bytes() for one in calendars] == right


def _with_the_team(register: Register, settings: Settings) -> list[Relation]:
    team = register.by_address["roles/specialist-team"]
    return register.relations.of(team, settings.today)


def test_another_wording_of_a_name_asks_for_no_other_pages(
    edited: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which pages there are depends on when names hold, not on what they say; those of days are
    asked which names they list, and those in another language list the same as before."""

    def of_days_alone(register: Register, question: Question) -> str:
        assert question.name.startswith("DayLists.")
        return answered(register, question)

    register = _loaded(edited)
    assert register
    store = _clean(register, edited, tmp_path / "site")
    file = edited.root / edited.content / "roles" / "specialist-team.yml"
    file.write_text(file.read_text("utf-8").replace("Fagteamet", "Faglaget", 1), "utf-8")
    monkeypatch.setattr("remit.build.site.job_names", _not_called)
    monkeypatch.setattr("remit.write.site_store.answered", of_days_alone)
    register = _loaded(edited)
    assert register
    days = {file: file.stat().st_ino for file in tmp_path.glob("site/*/on/*-*-*/index.html")}
    assert _update(store, register, edited, tmp_path / "site").written
    anew = {language: set[str]() for language in ("nb", "en")}
    for file, was in days.items():
        if file.stat().st_ino != was:
            anew[file.parts[-4]].add(file.parts[-2])
    assert anew["en"] == {"2020-01-01"} < anew["nb"]  # on which it begins


def test_another_day_of_a_name_makes_other_pages(edited: Settings, tmp_path: Path) -> None:
    register = _loaded(edited)
    assert register
    store = _clean(register, edited, tmp_path / "site")
    file = edited.root / edited.content / "organisations" / "testdirektoratet.yml"
    text = file.read_text("utf-8").replace("to: 2015-12-31", "to: 2016-03-31", 1)
    file.write_text(text.replace("from: 2016-01-01", "from: 2016-04-01", 1), "utf-8")
    register = _loaded(edited)
    assert register
    _update(store, register, edited, tmp_path / "site")
    _clean(register, edited, tmp_path / "clean")
    assert not _different(_contents(tmp_path / "site"), _contents(tmp_path / "clean"))


def _not_called(*_: object) -> NoReturn:
    raise AssertionError("all are gone through")


CARD = re.sub(r"\n +sv: .*", "", (SHIPPED / "role-card.html").read_text("utf-8"))
TEMPLATE = "content/templates/role-card.html"


@pytest.mark.parametrize(
    ("path", "old", "new", "shown_in"),
    [
        pytest.param(MARK, "12395b", "654321", "team-mandate-2024-01-01-nb.pdf", id="mark"),
        pytest.param(
            "content/guidance/whom-to-contact.nb.md",
            "title: Hvem",
            "title: Til hvem",
            "nb/guidance/whom-to-contact/index.html",
            id="guidance",
        ),
        pytest.param(
            TEMPLATE,
            "<h1>{{ words.contact }}</h1>",
            "<h1>{{ words.contact }}:</h1>",
            "specialist-team-role-card-nb.pdf",
            id="kind",
        ),
    ],
)
def test_a_change_of_what_is_no_record_is_noticed(
    edited: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    old: str,
    new: str,
    shown_in: str,
) -> None:
    """A mark of a letterhead, a page of guidance, a register's own kind of document."""
    monkeypatch.setattr(exports, "FEW", 0)
    overlay(edited.root, {**letterhead(ALT), MARK: LOGO.svg, TEMPLATE: CARD})
    choice = Choice(documents=path == MARK, whole=False, search=False)
    site, out = tmp_path / "site", tmp_path / "out"

    def made(site: Path, out: Path, store: SiteStore | None) -> tuple[SiteStore, dict[str, bytes]]:
        register = _loaded(edited)
        assert register
        frames = Frames(register, edited, _frame)
        if store and is_of(store, frames, choice):
            _update(store, register, edited, site, choice)
        else:
            shutil.rmtree(site, ignore_errors=True)
            site.mkdir()
            store = make_site(register, edited, frames, site, choice)
        for kind in ("mandate", "role-card"):
            addresses = register.made_of(register.templates.kinds[kind].of)
            wanted = Wanted(addresses, edited.languages, ["pdf"], kind)
            exports.export_documents(register, edited, wanted, out)
        return store, {**_contents(site), **_contents(out)}

    store, before = made(site, out, None)
    file = edited.root / path
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    _, now = made(site, out, store)
    _, right = made(tmp_path / "clean", tmp_path / "clean-out", None)
    assert not _different(now, right)
    [shown] = [one for one in now if (one.endswith(shown_in) and "/" not in one) or one == shown_in]
    assert now[shown] != before[shown]
