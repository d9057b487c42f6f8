"""What loading and checking keep changes nothing but the time they take."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest

from conftest import RunRemit
from gits import commit, git, new_repository
from registers import ROOT, copy_of_register, divide, overlay
from remit.build import load_and_check
from remit.diagnostics import ContentFault, Diagnostic, as_json
from remit.load import file_state, reading
from remit.load.kept_findings import RegisterSeen
from remit.load.records import Loaded, load_register
from remit.load.records_file import RecordsFile
from remit.load.source import Adding, Disk
from remit.model.record_list import RecordList
from remit.settings import read_settings

TERM, ADDRESS = "content/terms/mandate.yml", "terms/mandate"
BODY = "content/organisations/testdirektoratet.yml"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return copy_of_register(tmp_path / "register")


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<rect width="9" height="9" fill="#123456"/></svg>'
)
YOUNG = file_state.YOUNG


@pytest.fixture(autouse=True)
def no_file_is_young(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' files are seconds old; as old ones, they are told by their stamps alone."""
    monkeypatch.setattr(file_state, "YOUNG", 0)


def loaded(register: Path) -> Loaded:
    return load_register(read_settings(register))


def found(register: Path) -> list[Diagnostic]:
    return load_and_check(read_settings(register)).found


def found_cold(register: Path) -> list[Diagnostic]:
    """What a check finds in the same files where nothing has ever been kept."""
    other = register.with_name("cold")
    shutil.copytree(register, other, ignore=shutil.ignore_patterns(".cache"), symlinks=True)
    try:
        assert not (other / ".cache").exists()
        return found(other)
    finally:
        shutil.rmtree(other)


def assert_same_as_cold(register: Path) -> None:
    """Loaded from what was kept and loaded cold, the registers are the same in all they tell."""
    kept = loaded(register)
    shutil.rmtree(register / ".cache")
    cold = loaded(register)
    assert len(cold.anew) == len(cold.register.records)
    assert kept.problems == cold.problems
    assert list(kept.register.addresses) == list(cold.register.addresses)
    assert list(kept.register.records) == list(cold.register.records)
    for address, record in cold.register.by_address.items():
        assert kept.register.by_address[address] == record
        ours, theirs = kept.register.origins[address], cold.register.origins[address]
        assert ours.path == theirs.path
        assert ours.fingerprint() == theirs.fingerprint()
        assert ours.sources == theirs.sources
        assert ours.locate(("id",)) == theirs.locate(("id",))
        links = [(one.source.id, *one[1:]) for one in kept.register.back_links(record)]
        assert links == [(one.source.id, *one[1:]) for one in cold.register.back_links(record)]


def _watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are read from now on."""
    read: list[str] = []

    def file_bytes(file: str, shown: str, problems: list[Diagnostic]) -> bytes | None:
        read.append(shown)
        return reading.file_bytes(file, shown, problems)

    monkeypatch.setattr("remit.load.source.file_bytes", file_bytes)
    return read


# --- loading ---


def test_nothing_is_read_twice(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = loaded(register)
    read = _watched(monkeypatch)
    again = loaded(register)
    assert not again.anew
    assert isinstance(again.register.records, RecordList)
    assert again.register.records == first.register.records
    assert [file for file in read if file.endswith((".yml", ".md", ".svg"))] == []
    assert_same_as_cold(register)


def test_a_changed_file_is_read_and_no_other(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(register)
    overlay(register, {TERM: (register / TERM).read_bytes() + b"# a remark\n"})
    read = _watched(monkeypatch)
    again = loaded(register)
    assert again.anew == {ADDRESS}
    assert {file for file in read if file.endswith(".yml")} == {TERM}
    assert loaded(register).anew == frozenset()
    assert_same_as_cold(register)


def test_a_file_that_only_looks_changed_is_not_parsed(register: Path) -> None:
    first = loaded(register)
    for file in register.rglob("*.yml"):
        os.utime(file, (1, 1))
    assert not loaded(register).anew
    assert not loaded(register).anew
    assert loaded(register).register.records == first.register.records


def test_a_change_within_the_same_tick_of_the_clock_is_seen(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_state, "YOUNG", YOUNG)
    monkeypatch.setattr("remit.load.source.stamp", _stamp_of_a_slow_clock)
    monkeypatch.setattr("remit.load.file_state.stamp", _stamp_of_a_slow_clock)
    file, words = register / TERM, (register / TERM).read_text()
    for letter in "abcdefgh":
        file.write_text(words.replace("nb: mandat", f"nb: {letter}andat", 1))
        record = loaded(register).register.by_address[ADDRESS]
        assert record.name_on(date(2026, 1, 1))["nb"] == f"{letter}andat"
    for code in ("odd", "add", "oxd"):
        file.write_text(f"{words}{code}: 1\n")
        assert f'"{code}"' in found(register)[0].message


def _stamp_of_a_slow_clock(of: os.stat_result) -> tuple[int, int, int, int]:
    """What a file system tells whose clock has one tick in a second."""
    tick = 1_000_000_000
    return of.st_size, of.st_mtime_ns // tick * tick, of.st_ctime_ns // tick * tick, of.st_ino


def test_a_file_removed_and_a_folder_renamed(register: Path) -> None:
    loaded(register)
    (register / TERM).unlink()
    assert ADDRESS not in loaded(register).register.by_address
    assert_same_as_cold(register)
    (register / "mandates/team-mandate").rename(register / "mandates/other-mandate")
    mandates = loaded(register).register.by_address
    assert "mandates/other-mandate" in mandates or "mandates/team-mandate" not in mandates
    assert found(register) == found_cold(register)
    assert_same_as_cold(register)


def test_a_drawing_that_changes_changes_its_record(register: Path) -> None:
    drawing = register / "content/organisations/mark.svg"
    logo = b"letterhead:\n  logo: mark.svg\n  logo_alt: { nb: merke, en: mark }\n"
    overlay(
        register,
        {BODY: (register / BODY).read_bytes() + logo, "content/organisations/mark.svg": SVG},
    )
    before = loaded(register)
    assert not before.problems
    assert not loaded(register).anew
    overlay(register, {str(drawing): SVG.replace("#123456", "#654321")})
    after = loaded(register)
    assert len(after.anew) == 1
    (address,) = after.anew
    ours = after.register.origins[address].fingerprint()
    assert ours != before.register.origins[address].fingerprint()
    assert_same_as_cold(register)
    drawing.unlink()
    loaded(register)
    assert found(register) == found_cold(register)


def test_a_language_of_guidance_that_goes(register: Path) -> None:
    loaded(register)
    pages = sorted(register.glob("content/guidance/*.en.md"))
    pages[0].unlink()
    assert len(loaded(register).anew) == 1
    assert_same_as_cold(register)
    assert found(register) == found_cold(register)


def test_a_record_whose_file_changes_after_loading_is_not_taken_for_what_was_loaded(
    register: Path,
) -> None:
    loaded(register)
    again = loaded(register)
    overlay(register, {TERM: (register / TERM).read_bytes() + b"# a remark\n"})
    with pytest.raises(ContentFault, match="changed while remit"):
        _ = again.register.origins[ADDRESS].sources


def test_open_buffers_and_revisions_are_read_as_they_are(register: Path) -> None:
    settings = read_settings(register)
    loaded(register)
    words = (register / TERM).read_bytes().replace(b"nb: mandat", b"nb: annet", 1)
    buffers = Adding(Disk(register), {TERM: words, "content/terms/new.yml": words})
    shown = load_register(settings, buffers)
    term = shown.register.by_address[ADDRESS]
    assert term.name_on(date(2026, 1, 1))["nb"] == "annet"
    assert shown.anew == {ADDRESS}
    assert [one.code for one in shown.problems] == ["id-mismatch"]
    assert not loaded(register).anew


# --- a store that is no use ---


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _bend(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for place in range(0, len(data), 50):
        data[place] ^= 1
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("name", ["index", "records-*", "findings"])
@pytest.mark.parametrize("harm", [_cut, _bend, _empty, _folder, Path.unlink])
def test_a_damaged_store_is_as_none(
    register: Path, name: str, harm: Callable[[Path], None]
) -> None:
    before = found(register)
    first = loaded(register)
    (file,) = (register / ".cache/remit/register").glob(name)
    harm(file)
    again = loaded(register)
    assert again.register.records == first.register.records
    assert again.register.back_links(again.register.records[0]) == first.register.back_links(
        first.register.records[0]
    )
    assert found(register) == before
    if harm is not _folder:
        assert not loaded(register).anew  # it has healed
    assert_same_as_cold(register)


def test_what_another_user_or_another_remit_kept_is_as_none(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = loaded(register)
    monkeypatch.setenv("REMIT_CACHE_KEY", "another's")
    file_state_key_forgotten()
    assert loaded(register).anew == first.anew
    monkeypatch.setattr("remit.load.store.program", lambda: "another remit")
    assert loaded(register).anew == first.anew
    assert loaded(register).anew == frozenset()


def file_state_key_forgotten() -> None:
    from remit import cache

    cache._key.cache_clear()


@pytest.fixture(autouse=True)
def key_of_the_test() -> Iterator[None]:
    yield
    file_state_key_forgotten()


def test_a_store_that_cannot_be_written_costs_time_alone(register: Path) -> None:
    (register / ".cache").write_text("no folder")
    first = loaded(register)
    assert loaded(register).anew == first.anew
    assert found(register) == found(register)


def _no_room(file: RecordsFile, new: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "there is no room left")


@pytest.mark.parametrize("processes", [1, 2])
def test_a_disk_without_room_costs_time_alone(
    processes: int, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = found_cold(overlay(register, {TERM: (register / TERM).read_bytes() + b"odd: 1\n"}))
    assert expected
    if processes == 2:
        divide(monkeypatch, left=0.5)
    shutil.rmtree(register / ".cache", ignore_errors=True)
    monkeypatch.setattr(RecordsFile, "keep", _no_room)
    for _ in range(2):
        assert found(register) == expected


def test_the_store_does_not_grow_for_ever(register: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remit.load.store._ROOM", 1000)
    loaded(register)
    (first,) = (register / ".cache/remit/register").glob("records-*")
    size = first.stat().st_size
    words = (register / TERM).read_bytes()
    for number in range(200):
        overlay(register, {TERM: words + b"# %d\n" % number})
        assert loaded(register).anew == {ADDRESS}
    (last,) = (register / ".cache/remit/register").glob("records-*")
    assert last.stat().st_size < 2.5 * size
    assert_same_as_cold(register)


def _edit_and_load(register: Path, file: str, rounds: int) -> None:
    words = (register / file).read_bytes()
    for number in range(rounds):
        (register / file).write_bytes(words + b"# %d\n" % number)
        found(register)


def test_two_processes_at_once(register: Path) -> None:
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_edit_and_load, args=(register, file, 8)) for file in (TERM, BODY)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert found(register) == found_cold(register)
    assert_same_as_cold(register)


# --- checking ---


def test_what_has_not_changed_is_not_loaded_again(
    remit: RunRemit, register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay(register_copy, {TERM: (register_copy / TERM).read_bytes() + b"odd: 1\n"})
    first = remit("check")
    assert first.returncode == 1 and "unknown field" in first.stdout
    settings = read_settings(register_copy)
    assert RegisterSeen(settings).found() is not None
    assert remit("check").stdout == first.stdout
    assert remit("check", "--format", "json").stdout == as_json(found(register_copy)) + "\n"
    later = remit("check", "--as-of", "2031-01-01")
    assert later.stdout != first.stdout
    assert RegisterSeen(settings).found() is None
    assert RegisterSeen(replace(settings, today=date(2031, 1, 1))).found() is not None
    assert remit("check").stdout == first.stdout


def test_warnings_fail_when_asked_to_though_nothing_changed(
    remit: RunRemit, register_copy: Path
) -> None:
    arguments = ("check", "--as-of", "2031-01-01")
    assert remit(*arguments).returncode == 0
    assert remit(*arguments).returncode == 0
    assert remit(*arguments, "--strict").returncode == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (TERM, b""),
        ("content/terms/new.yml", b"id: new\n"),
        ("content/odd.txt", b""),
        ("content/templates/odd.html", b"odd"),
        ("released.txt", b"gone/for-good\n"),
        ("mandates/empty/2020-01-01.yml", b""),
        ("content/organisations/odd.svg", b"<svg/>"),
        ("content/guidance/odd.nb.md", b""),
    ],
)
def test_whatever_changes_is_checked(register: Path, name: str, content: bytes) -> None:
    before = found(register)
    assert RegisterSeen(read_settings(register)).found() == before
    overlay(register, {name: content})
    after = found(register)
    assert after != before
    assert after == found_cold(register)


def test_owners_of_the_settings_and_the_forge_are_checked(register: Path) -> None:
    settings = register / "pyproject.toml"
    overlay(
        register, {"pyproject.toml": settings.read_text() + '\n[tool.remit.owners]\n"*" = "@a/b"\n'}
    )
    assert found(register) == []
    overlay(register, {".github/CODEOWNERS": "odd\n"})
    assert [one.code for one in found(register)] == ["code-owners-outdated"]
    (register / ".github/CODEOWNERS").unlink()
    assert found(register) == []


def test_a_branch_checked_out_back_and_forth(register: Path) -> None:
    overlay(register, {".gitignore": ".cache/\n"})
    new_repository(register)
    commit(register, "first")
    before = found(register)
    git(register, "checkout", "-q", "-b", "other")
    overlay(register, {TERM: (register / TERM).read_bytes() + b"odd: 1\n"})
    (register / "content/terms").rename(register / "content/words")
    commit(register, "second")
    other = found(register)
    assert other != before
    for branch, expected in [("main", before), ("other", other)] * 2:
        git(register, "checkout", "-q", branch)
        assert found(register) == expected
        assert load_register(read_settings(register)).anew == frozenset()


def test_edits_at_random_are_checked_as_if_nothing_were_kept(register: Path) -> None:
    chance = random.Random(7)
    kept: dict[Path, bytes] = {}
    for _ in range(25):
        for _ in range(chance.randrange(3)):
            _edit_at_random(register, chance, kept)
        assert found(register) == found_cold(register)
    assert_same_as_cold(register)


def test_a_change_of_words_is_checked_in_its_record_alone(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay(register, {BODY: (register / BODY).read_bytes() + b"parent: nobody\n"})
    words = (register / TERM).read_text()
    found(register)
    monkeypatch.setattr("remit.build.run_checks", _not_called)
    for change in ("mandat [[nowhere]]", "mandat {{ odd }}", "mandat \u202e"):
        (register / TERM).write_text(
            "# moved down\n" + words.replace("nb: mandat", f"nb: {change}")
        )
        now = found(register)
        assert {one.code for one in now} > {"dangling-ref"}
        assert any(one.location.path == TERM for one in now)
        monkeypatch.undo()
        assert now == found_cold(register)
        monkeypatch.setattr(file_state, "YOUNG", 0)
        monkeypatch.setattr("remit.build.run_checks", _not_called)
    overlay(register, {TERM: words})
    assert [one.code for one in found(register)] == ["dangling-ref"]
    overlay(register, {BODY: "# moved down\n" + (register / BODY).read_text()})
    [one] = found(register)
    assert one.location.line == (register / BODY).read_text().count("\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "alone"),
    [
        ("content/transfers/coordinators-2020.yml", "date: 2020-01-01", "date: 2020-02-01", True),
        ("content/roles/specialist-team.yml", "holder: ", "holder: not-", True),
        ("content/roles/specialist-team.yml", "from: 2020-01-01", "from: 2021-01-01", False),
        ("mandates/team-mandate/2020-01-01.yml", "- id: tasks\n", "- id: other\n", False),
    ],
)
def test_what_others_do_not_see_leaves_what_is_found_in_them(
    register: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, alone: bool
) -> None:
    found(register)
    words = (register / file).read_text()
    assert old in words
    overlay(register, {file: words.replace(old, new, 1)})
    with monkeypatch.context() as patched:
        patched.setattr("remit.build.run_checks", _not_called)
        if alone:
            now = found(register)
        else:
            with pytest.raises(AssertionError, match="all checks"):
                found(register)
            return
    assert now == found_cold(register)
    assert any(one.location.path == file for one in now)


ROLE, OLD_ROLE = "content/roles/specialist-team.yml", "content/roles/regional-coordinators.yml"
FIRST = "mandates/team-mandate/2020-01-01.yml"


@pytest.mark.parametrize(
    ("file", "old", "new", "elsewhere"),
    [
        (ROLE, "from: 2020-01-01", "from: 2021-01-01", "transfers"),
        (OLD_ROLE, "2019-12-31", "2018-12-31", "transfers"),
        (FIRST, "to: 2023-12-31", "to: 2024-12-31", "2024-01-01"),
        (FIRST, "- id: tasks\n", "- id: other\n", "2024-01-01"),
        ("content/assignments/oppdrag-2018-01.yml", "- tasks", "- financing", "mandates"),
        ("content/tasks/guidance-in-cases.yml", "- regional-coordinators", "- x", "tasks"),
    ],
)
def test_what_a_change_does_to_other_records_is_found(
    register: Path, file: str, old: str, new: str, elsewhere: str
) -> None:
    before = found(register)
    words = (register / file).read_text()
    assert old in words
    overlay(register, {file: words.replace(old, new, 1)})
    after = found(register)
    assert after == found_cold(register)
    assert any(elsewhere in one.location.path for one in set(after) - set(before))
    overlay(register, {file: words})
    assert found(register) == before


def _not_called(*_: object) -> NoReturn:
    raise AssertionError("all checks are run")


def test_edits_of_words_at_random_are_checked_as_if_nothing_were_kept(register: Path) -> None:
    chance = random.Random(3)
    files = sorted(file for file in register.rglob("*") if file.suffix in (".yml", ".md"))
    files = [file for file in files if "content" in file.parts or "mandates" in file.parts]
    odd = ("[[mandate]]", "[[nowhere]]", "<b>", "{{ x }}", "x", "\u202e", "[a](ftp://b)", "")
    for _ in range(25):
        file = chance.choice(files)
        lines = file.read_text().split("\n")
        texts = [at for at, line in enumerate(lines) if line.lstrip().startswith(("nb: ", "en: "))]
        for at in chance.sample(texts, min(2, len(texts))):
            lines[at] = f"{lines[at]} {chance.choice(odd)}"
            if chance.random() < 0.2:
                del lines[at]
                break
        file.write_text("\n".join(lines))
        assert found(register) == found_cold(register)


def test_how_a_service_is_reached_is_checked_in_its_record_alone(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = "content/contacts/specialist-team-phone.yml"
    words = (register / contact).read_text()
    found(register)
    for field, value in (
        ("verified", "2019-01-01"),
        ("phone", '"1 \u202e 2"'),
        ("web", "https://example.org/other"),
        ("verified", None),
    ):
        lines = [line for line in words.split("\n") if not line.startswith(f"{field}:")]
        monkeypatch.setattr(file_state, "YOUNG", 0)
        monkeypatch.setattr("remit.build.run_checks", _not_called)
        overlay(register, {contact: "\n".join([*([f"{field}: {value}"] if value else []), *lines])})
        now = found(register)
        monkeypatch.undo()
        assert now == found_cold(register)
        assert any(one.location.path == contact for one in now) == (field != "web"), field


def _edit_at_random(register: Path, chance: random.Random, kept: dict[Path, bytes]) -> None:
    files = sorted(
        path
        for top in ("content", "mandates")
        for path in (register / top).rglob("*")
        if path.is_file()
    )
    file = chance.choice(files)
    kept.setdefault(file, file.read_bytes())
    match chance.randrange(6):
        case 0:
            file.unlink()
        case 1:
            back = chance.choice(sorted(kept))
            back.parent.mkdir(parents=True, exist_ok=True)
            back.write_bytes(kept[back])
        case 2:
            lines = file.read_bytes().splitlines(keepends=True)
            del lines[chance.randrange(len(lines) or 1) :][:1]
            file.write_bytes(b"".join(lines))
        case 3:
            file.rename(file.with_name(f"moved-{file.name}"))
        case 4:
            other = chance.choice(files)
            file.write_bytes(file.read_bytes().replace(b"2018", b"2031"))
            os.utime(other)
        case _:
            lines = file.read_bytes().splitlines(keepends=True)
            chance.shuffle(lines)
            file.write_bytes(b"".join(lines))


def test_the_registers_of_this_repository_say_the_same(tmp_path: Path) -> None:
    register = tmp_path / "register"
    for name in ("content", "mandates"):
        shutil.copytree(ROOT / name, register / name)
    shutil.copy(ROOT / "pyproject.toml", register)
    assert found(register) == found(register)
    assert_same_as_cold(register)
