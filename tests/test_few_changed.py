"""What a build looks at before it reads: a few changed files are read alone, a site that someone
has touched is mended, and all else goes the long way."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import pytest

from conftest import RunRemit
from registers import copy_of_register
from remit import second_process
from remit.build import load_and_check
from remit.load import file_state, loading
from remit.load.few_changed import FewChanged
from remit.load.file_state import state_of, state_since
from remit.load.kept_findings import RegisterSeen
from remit.load.store import open_store
from remit.second_process import Apart, TwoEnds
from remit.settings import Settings, read_settings
from remit.write import last_site
from remit.write.last_site import Choice, SiteSeen
from remit.write.written_files import Left, is_as_left
from test_letterhead import ALT

TERM = "content/terms/mandate.yml"
BODY = "content/organisations/testdirektoratet.yml"
VERSION = "mandates/team-mandate/2024-01-01.yml"
PLAIN = Choice(documents=False, search=False)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a register that has been checked, whose files are old."""
    monkeypatch.setattr(file_state, "YOUNG", 0)
    found = read_settings(copy_of_register(tmp_path / "register"))
    load_and_check(found)
    return found


def _edit(settings: Settings, name: str, old: str, new: str) -> None:
    """As many editors do it: another file takes the place of the old one."""
    file = settings.root / name
    text = file.read_text("utf-8")
    assert old in text
    aside = file.with_name("aside")
    aside.write_text(text.replace(old, new, 1), "utf-8")
    aside.replace(file)


def _not_called(*_: object, **__: object) -> NoReturn:
    raise AssertionError("all files were looked for")


def _state(settings: Settings) -> set[object]:
    return set(state_of(settings))


@pytest.mark.parametrize("name", [TERM, BODY, VERSION])
def test_of_a_few_changed_files_no_other_is_looked_for(
    settings: Settings, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _edit(settings, name, "nb: ", "nb: Ord ")
    with monkeypatch.context() as patched:
        patched.setattr(loading, "discover", _not_called)
        checked = load_and_check(settings)
    shutil.rmtree(settings.cache_folder)
    cold = load_and_check(settings)
    assert checked.found == cold.found
    assert checked.changed is not None and len(checked.changed) == 1
    assert list(checked.register.records) == list(cold.register.records)
    assert list(checked.register.addresses) == list(cold.register.addresses)
    assert {*checked.register.origins} == {*cold.register.origins}


def test_what_was_kept_of_a_few_is_kept_for_the_next_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "discover", _not_called)
    folders = open_store(settings).folders
    assert folders
    for number in range(3):
        _edit(settings, TERM, "nb: ", f"nb: Ord {number} ")
        checked = load_and_check(settings)
        term = checked.register.by_address["terms/mandate"]
        assert f"Ord {number}" in repr(term)
        assert checked.token != checked.token_before
        again = load_and_check(settings)
        assert (again.token, again.token_before) == (checked.token, checked.token)
        assert again.changed == ()
    assert open_store(settings).folders == folders


def _with_fault(file: Path) -> None:
    file.write_text(file.read_text("utf-8") + "odd: 1\n", "utf-8")


def _with_fault_beside(file: Path) -> None:
    body = file.parents[2] / BODY
    body.write_text(body.read_text("utf-8") + f"letterhead:\n{ALT}", "utf-8")


def _with_other_id(file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace("id: mandate", "id: other", 1), "utf-8")


def _as_link(file: Path) -> None:
    aside = file.with_name("aside")
    file.rename(file.parents[2] / "aside")
    file.symlink_to(file.parents[2] / "aside")
    assert not aside.exists()


def _as_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _renamed(file: Path) -> None:
    file.rename(file.with_name("other.yml"))


def _copied(file: Path) -> None:
    shutil.copy(file, file.with_name("other.yml"))


def _with_stray_beside(file: Path) -> None:
    file.with_name("notes.txt").write_text("", "utf-8")


def _with_new_folder(file: Path) -> None:
    (file.parents[1] / "odd").mkdir()


@pytest.mark.parametrize(
    "harm",
    [
        _with_fault,
        _with_fault_beside,
        _with_other_id,
        _as_link,
        _as_folder,
        _renamed,
        _copied,
        _with_stray_beside,
        _with_new_folder,
        Path.unlink,
    ],
)
def test_what_else_may_happen_to_a_file_is_found(
    settings: Settings, harm: Callable[[Path], object]
) -> None:
    _edit(settings, BODY, "nb: ", "nb: Ord ")
    harm(settings.root / TERM)
    states = [load_and_check(settings), load_and_check(settings)]
    shutil.rmtree(settings.cache_folder)
    cold = load_and_check(settings)
    for warm in states:
        assert warm.found == cold.found
        assert list(warm.register.records) == list(cold.register.records)


def test_a_changed_page_of_guidance_goes_the_long_way(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next(iter(sorted((settings.root / "content/guidance").glob("*.nb.md"))))
    file.write_text(file.read_text("utf-8") + "\n\n[[roles/nobody]]\n", "utf-8")
    monkeypatch.setattr(FewChanged, "read", _not_called)
    warm = load_and_check(settings)
    assert [one.code for one in warm.found if one.is_error] == ["unresolved-link"]
    shutil.rmtree(settings.cache_folder)
    assert warm.found == load_and_check(settings).found


def test_a_released_address_that_is_gone_is_found_beside_a_few_changes(settings: Settings) -> None:
    _edit(settings, TERM, "nb: ", "nb: Ord ")
    released = settings.root / settings.released
    released.write_text("# 2020-01-01\ngone/for-good\n", "utf-8")
    warm = load_and_check(settings)
    assert "gone/for-good" in " ".join(one.message for one in warm.found)
    shutil.rmtree(settings.cache_folder)
    assert warm.found == load_and_check(settings).found


def test_the_state_is_the_same_as_when_all_is_looked_at(settings: Settings) -> None:
    before = state_of(settings)
    assert set(state_since(settings, before)[0]) == _state(settings)
    _edit(settings, TERM, "nb: ", "nb: Ord ")
    now, changed = state_since(settings, before)
    assert (set(now), changed) == (_state(settings), {TERM})
    _copied(settings.root / TERM)
    now, changed = state_since(settings, before)
    assert (set(now), changed) == (_state(settings), None)
    before = state_of(settings)
    (settings.root / "mandates/empty").mkdir()
    now, changed = state_since(settings, before)
    assert (set(now), changed) == (_state(settings), None)


def test_a_folder_that_was_only_touched_is_as_it_was(settings: Settings) -> None:
    os.utime(settings.root / "content/terms", (1, 1))
    os.utime(settings.root / "mandates", (1, 1))
    assert RegisterSeen(settings).is_same
    assert load_and_check(settings).changed == ()


def test_files_are_found_in_deeper_folders_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A register may have its records below a folder of its own."""
    monkeypatch.setattr(file_state, "YOUNG", 0)
    root = copy_of_register(tmp_path / "register")
    (root / "data").mkdir()
    (root / "content").rename(root / "data/content")
    settings = root / "pyproject.toml"
    words = settings.read_text("utf-8")
    assert "[tool.remit]\n" in words
    settings.write_text(words.replace("[tool.remit]\n", '[tool.remit]\ncontent = "data/content"\n'))
    found, term = read_settings(root), root / "data" / TERM
    new = term.with_name("new.yml")
    load_and_check(found)
    new.write_text(term.read_text("utf-8").replace("id: mandate", "id: new"), "utf-8")
    count = len(load_and_check(found).found)
    with new.open("a", encoding="utf-8") as file:
        file.write("odd: 1\n")
    warm = load_and_check(found).found
    shutil.rmtree(found.cache_folder)
    assert warm == load_and_check(found).found
    assert len(warm) > count


# --- the site ---


@pytest.mark.parametrize("processes", [1, 2])
def test_a_site_that_someone_has_touched_is_seen(
    remit: RunRemit, register_copy: Path, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def words() -> str:
        done = remit("build", "--no-documents", "--no-search")
        assert done.returncode == 0, done.stderr
        return done.stderr

    words()
    assert "nothing has changed" in words()
    monkeypatch.setattr(second_process, "can_fork", lambda: processes == 2)
    settings = read_settings(register_copy)
    site = register_copy / "site"
    assert SiteSeen(settings, site, PLAIN).is_as_left()
    page = site / "nb" / "index.html"
    right = page.read_bytes()
    page.write_bytes(right + b"<!-- mine -->")
    assert not SiteSeen(settings, site, PLAIN).is_as_left()
    words()
    assert page.read_bytes() == right
    term = register_copy / TERM
    term.write_text(term.read_text("utf-8").replace("nb: ", "nb: Ord ", 1), "utf-8")
    page.unlink()
    assert "files written" in words()
    assert page.read_bytes() == right
    assert SiteSeen(settings, site, PLAIN).is_as_left()
    for file in (settings.cache_folder / "sites").glob("*.written"):
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert not SiteSeen(settings, site, PLAIN).is_as_left()
    assert "is made" in words()


@pytest.mark.parametrize("beside", ["none", "slow", "fails"])
def test_each_file_of_a_site_is_looked_at_by_whoever_comes_first(
    remit: RunRemit,
    register_copy: Path,
    beside: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """By this process alone, by two that share them, or by this one for one that has failed."""
    assert remit("build", "--no-documents", "--no-search").returncode == 0
    settings, site = read_settings(register_copy), register_copy / "site"
    monkeypatch.setattr(second_process, "can_fork", lambda: beside != "none")
    here = os.getpid()
    looked: list[int] = []

    def look(files: Iterable[Left], site: Path) -> bool:
        if os.getpid() == here:
            every = [*files]
            looked.append(len(every))
            return is_as_left(every, site)
        begun.touch()
        if beside == "fails":
            os._exit(1)
        time.sleep(0.05)
        return is_as_left(files, site)

    monkeypatch.setattr(last_site, "is_as_left", look)
    begun = tmp_path / "begun"
    seen = SiteSeen(settings, site, PLAIN)
    until = time.monotonic() + 20
    while beside != "none" and not begun.exists() and time.monotonic() < until:
        time.sleep(0.001)
    assert seen.is_as_left()
    there = sorted(path for path in site.rglob("*") if path.is_file())
    least = {"none": len(there), "slow": len(there) // 4, "fails": len(there)}
    assert sum(looked) >= least[beside]
    assert (sum(looked) < len(there)) == (beside == "slow")
    for page in (there[0], there[len(there) // 3], there[2 * len(there) // 3], there[-1]):
        state = page.stat()
        os.utime(page, (1, 1))
        assert not SiteSeen(settings, site, PLAIN).is_as_left(), page
        os.utime(page, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert SiteSeen(settings, site, PLAIN).is_as_left()


def test_a_site_learns_alone_what_has_changed(
    remit: RunRemit, register_copy: Path, tmp_path: Path
) -> None:
    """Also when checks and failed builds came between."""

    def built(to: Path) -> dict[str, bytes]:
        done = remit("build", "--no-documents", "--no-search", "--to", str(to))
        assert done.returncode == 0, done.stderr
        files = [file for file in sorted(to.rglob("*")) if file.is_file()]
        return {file.relative_to(to).as_posix(): file.read_bytes() for file in files}

    site, term, version = tmp_path / "site", register_copy / TERM, register_copy / VERSION
    built(site)
    for number, between in enumerate(["", "check", "failure", "check", ""]):
        term.write_text(term.read_text("utf-8").replace("nb: ", f"nb: Ord {number} ", 1), "utf-8")
        if between:
            assert remit("check").returncode == 0
            whole = version.read_text("utf-8")
            if between == "failure":
                version.write_text(whole + "odd: 1\n", "utf-8")
                assert remit("build", "--no-documents", "--no-search").returncode == 1
            version.write_text(whole.replace("nb: ", f"nb: Ord {number} ", 1), "utf-8")
        now = built(site)
        clean = tmp_path / f"clean-{number}"
        assert now == built(clean)


# --- work apart ---


@pytest.mark.parametrize("parts", [0, 1, 2, 9])
def test_parts_are_taken_from_two_ends_until_they_meet(parts: int) -> None:
    for seed in range(50):
        order, ends = random.Random(seed), TwoEnds(parts)
        takers = [ends.from_the_first(), ends.from_the_last()]
        taken: list[int] = []
        while takers:
            taker = order.choice(takers)
            number = next(taker, None)
            if number is None:
                takers.remove(taker)
            else:
                taken.append(number)
        assert sorted(set(taken)) == list(range(parts))
        assert len(taken) <= parts + 1


def test_parts_are_left_at_both_ends() -> None:
    ends = TwoEnds(9)
    first, last = ends.from_the_first(), ends.from_the_last()
    assert (next(first), next(last)) == (0, 8)
    ends.leave()
    assert (next(first, None), next(last, None)) == (None, None)


def test_work_apart_gives_its_result_once_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_process, "can_fork", lambda: True)

    def fails() -> bytes:
        raise OSError

    work = Apart(lambda: b"done")
    assert (work.result(), work.result()) == (b"done", b"")
    assert Apart(fails).result() == b""
    monkeypatch.setattr(second_process, "can_fork", lambda: False)
    assert Apart(lambda: b"done").result() == b""
