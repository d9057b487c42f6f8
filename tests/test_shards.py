"""`--shard` and `remit merge`: shares made apart are the whole; nothing else is taken for one."""

from __future__ import annotations

import io
import json
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from command_line import run
from registers import REGISTER, copy_of_register, overlay
from remit.build import load_whole
from remit.build.documents import Wanted
from remit.build.exports import export_documents
from remit.build.shards import (
    count_of_share,
    documents_state,
    heads_of,
    make_documents_share,
    merge_documents,
    take_site,
)
from remit.model.shards import Shard, shard_named
from remit.model.templates import Subject
from remit.settings import read_settings
from remit.write.last_site import kept_file
from remit.write.shard_files import HEAD, CannotMerge, is_plain, pack
from remit.write.site_jobs import SearchedPage

STATE = {"day": "2026-11-22", "asked": "build", "register": "a" * 64}


def remit(register: Path, *arguments: str, code: int = 0) -> str:
    command = [sys.executable, "-m", "remit", *arguments]
    done = subprocess.run(command, cwd=register, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# --- which share ---


@tried(max_examples=25)
@given(st.integers(1, 20), st.text(max_size=30))
def test_every_name_is_in_one_share(count: int, name: str) -> None:
    shards = [Shard(number, count) for number in range(1, count + 1)]
    assert sum(shard.holds(name) for shard in shards) == 1


def test_the_share_of_a_name_lasts() -> None:
    """Machines with different versions of Python, and the builds to come, divide alike."""
    names = ("nb/", "nb/roles/specialist-team", "en/roles/specialist-team", "nb/mandates/x")
    found = [next(n for n in range(1, 8) if Shard(n, 7).holds(name)) for name in names]
    assert found == [2, 6, 3, 3]


def test_the_work_is_divided_about_evenly() -> None:
    names = [f"{code}/mandates/mandate-{number}" for code in ("nb", "en") for number in range(500)]
    sizes = [sum(map(Shard(number, 4).holds, names)) for number in range(1, 5)]
    assert min(sizes) > 220


@pytest.mark.parametrize(
    "words", ["0/2", "3/2", "1/0", "1", "a/b", "1/2/3", "-1/2", "1/1001", "01/2"]
)
def test_what_names_no_share_is_refused(words: str, tmp_path: Path) -> None:
    assert shard_named(words) is None
    done = run(REGISTER, "build", "--shard", words, "--to", str(tmp_path / "x.zip"))
    assert done.returncode == 2
    assert "names no share; write 2/4 for the second of four" in done.stderr


# --- a whole ---


def test_a_site_of_shares_is_the_same(tmp_path: Path) -> None:
    """With documents and search, after the shares have gone through another folder."""
    register = copy_of_register(tmp_path / "register")
    remit(register, "build")
    site, known = tree(register / "site"), kept_file(read_settings(register), register / "site")
    assert known.exists()
    for number in (1, 2):
        said = remit(register, "build", "--shard", f"{number}/2")
        assert f"site-{number}-of-2.zip is made: share {number}/2" in said
    there = shutil.copytree(register / "build" / "shards", tmp_path / "elsewhere")
    shares = sorted(str(path) for path in there.iterdir())
    assert len(shares) == 2
    remit(register, "merge", *shares)
    assert tree(register / "site") == site
    assert not known.exists(), "nothing is known of the jobs that others have done"

    overlay(register, {"content/guidance/new.nb.md": "---\ntitle: x\n---\n"})
    said = remit(register, "merge", *shares, code=2)
    assert "made of another state than what is here; they differ in the register's files" in said
    assert tree(register / "site") == site, "the earlier site stays"


def test_documents_of_shares_are_the_same(tmp_path: Path) -> None:
    settings = read_settings(copy_of_register(tmp_path / "register"))
    register = load_whole(settings)
    versions = register.made_of(Subject.MANDATE)
    wanted = Wanted(versions, settings.languages, ["pdf"], attach_source=True)
    state = documents_state(settings, wanted)
    shares: list[tuple[Path, str]] = []
    for number in (1, 2):
        shard, file = Shard(number, 2), tmp_path / f"{number}.zip"
        made = make_documents_share(register, settings, shard, wanted, file, state)
        assert made == count_of_share(register, settings, shard, wanted)
        shares.append((file, file.name))
    assert {head.of for head in heads_of(shares)} == {"documents"}
    assert merge_documents(shares, tmp_path / "merged") == len(versions) * len(settings.languages)
    export_documents(register, settings, wanted, tmp_path / "one")
    assert tree(tmp_path / "merged") == tree(tmp_path / "one")


# --- no whole ---


def share(folder: Path, name: str, shard: Shard, files: dict[str, str], **state: str) -> Path:
    """A share of a site with these files."""
    inside = overlay(folder / f"{name}-files", {"nb/index.html": "", **files})
    pack(inside, folder / name, "site", shard, {**STATE, **state})
    return folder / name


def refused(*files: Path) -> str:
    with pytest.raises(CannotMerge) as error:
        heads_of([(file, file.name) for file in files])
    return str(error.value)


def test_shares_that_make_no_whole_are_told_apart(tmp_path: Path) -> None:
    one, two = (share(tmp_path, f"{n}.zip", Shard(n, 3), {}) for n in (1, 2))
    assert refused(one, two) == "1 of 3 share is missing: 3/3; make it with --shard 3/3"
    assert refused(one) == "2 of 3 shares are missing: 2/3, 3/3; make it with --shard 2/3"
    again = share(tmp_path, "again.zip", Shard(1, 3), {})
    assert (
        refused(one, two, again) == "share 1/3 is there twice: 1.zip and again.zip; leave one out"
    )
    four = share(tmp_path, "4.zip", Shard(4, 4), {})
    assert "of divisions into 3 and 4" in refused(one, two, four)
    later = share(tmp_path, "3.zip", Shard(3, 3), {}, day="2026-11-23", register="b" * 64)
    assert "they differ in the day (2026-11-22, 2026-11-23), the register's files." in refused(
        one, two, later
    )
    export = tmp_path / "export.zip"
    pack(tmp_path / "1.zip-files", export, "documents", Shard(3, 3), STATE)
    assert "some of the shares are of a site, others of exported documents" in refused(
        one, two, export
    )
    assert refused(tmp_path / "none.zip") == "there is no file none.zip"


def altered(file: Path, change: Callable[[zipfile.ZipFile, zipfile.ZipFile], None]) -> Path:
    """The share as someone else may hand it back."""
    target = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        change(old, new)
    return target


def renamed(old: zipfile.ZipFile, new: zipfile.ZipFile, to: str, kind: int = stat.S_IFREG) -> None:
    """nb/page.html under another name, or as another kind of thing, listed as such."""
    for one in old.infolist():
        data = old.read(one)
        if one.filename == HEAD:
            data = data.replace(b'"nb/page.html"', json.dumps(to).encode())
        name = to if one.filename == "nb/page.html" else one.filename
        about = zipfile.ZipInfo(name)
        about.external_attr = ((kind if name == to else stat.S_IFREG) | 0o644) << 16
        new.writestr(about, data)


OUTSIDE = [
    "../evil.html", "/etc/evil.html", "nb/../../evil.html", "nb//evil.html", "nb/./evil.html",
    "nb\\..\\evil.html", "C:/evil.html", "nb/.htaccess", ".htaccess", "_headers", "index.html",
    "assets/evil.js", "xx/evil.html", "nb", "nb/evil\n.html", "nb/" + "a" * 300,
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_file_where_no_share_puts_one_is_refused(path: str, tmp_path: Path) -> None:
    good = share(tmp_path, "1.zip", Shard(1, 1), {"nb/page.html": "evil"})
    bad = altered(good, lambda old, new: renamed(old, new, path))
    site = tmp_path / "outer" / "site"
    site.mkdir(parents=True)
    with pytest.raises(CannotMerge, match="where no share puts one"):
        take_site([(bad, bad.name)], read_settings(REGISTER), site)
    assert {*tree(tmp_path / "outer")} <= {"site/nb/index.html"}


def test_links_and_other_things_than_files_are_refused(tmp_path: Path) -> None:
    good = share(tmp_path, "1.zip", Shard(1, 1), {"nb/page.html": "../../etc/passwd"})
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR):
        bad = altered(good, partial(renamed, to="nb/page.html", kind=kind))
        assert "a link or a folder, no file" in refused(bad)


def test_a_share_that_is_damaged_or_says_what_is_not_so_is_refused(tmp_path: Path) -> None:
    good = share(tmp_path, "1.zip", Shard(1, 1), {"nb/page.html": "text"})
    settings = read_settings(REGISTER)

    def without(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        for one in old.infolist():
            if one.filename != "nb/page.html":
                new.writestr(one, old.read(one))

    def with_more(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        for one in old.infolist():
            new.writestr(one, old.read(one))
        new.writestr("nb/more.html", "x")

    def with_other_text(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        for one in old.infolist():
            new.writestr(one, old.read(one).replace(b"text", b"evil"))

    assert "holds other files than it says" in refused(altered(good, without))
    assert "holds other files than it says" in refused(altered(good, with_more))
    with pytest.raises(CannotMerge, match=r"is damaged: nb/page.html is not as it was made"):
        take_site([(altered(good, with_other_text), "x")], settings, tmp_path / "site")
    (tmp_path / "text.zip").write_text("no archive")
    assert refused(tmp_path / "text.zip") == (
        "text.zip is damaged, or no share that remit has made"
    )
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("nb/index.html", "x")
    assert "is no share that remit has made" in refused(tmp_path / "other.zip")

    def with_later_format(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        for one in old.infolist():
            new.writestr(one, old.read(one).replace(b'"format":1', b'"format":9'))

    other_version = altered(good, with_later_format)
    assert "made by another version of remit" in refused(other_version)


def test_any_damage_is_told_kindly(tmp_path: Path) -> None:
    """Each byte of a small share turned over: either it is found, or nothing differs."""
    good = share(tmp_path, "1.zip", Shard(1, 1), {"nb/page.html": "text" * 20}).read_bytes()
    settings, count = read_settings(REGISTER), 0
    for place in range(0, len(good), 3):
        data = bytearray(good)
        data[place] ^= 0xFF
        site = tmp_path / f"site-{place}"
        try:
            heads_of([(io.BytesIO(data), "x")])
            take_site([(io.BytesIO(data), "x")], settings, site)
        except CannotMerge:
            count += 1
        else:
            assert tree(site) == {"nb/index.html": b"", "nb/page.html": b"text" * 20}
    assert count > len(good) / 6


def test_two_shares_never_write_the_same_file(tmp_path: Path) -> None:
    shares = [share(tmp_path, f"{n}.zip", Shard(n, 2), {"nb/page.html": str(n)}) for n in (1, 2)]
    settings, site = read_settings(REGISTER), tmp_path / "site"
    take_site([(shares[0], "1.zip")], settings, site)
    with pytest.raises(CannotMerge, match=r"nb/index.html is in 2.zip and in another share"):
        take_site([(shares[1], "2.zip")], settings, site)


def test_search_finds_no_page_that_is_not_there(tmp_path: Path) -> None:
    inside, file = overlay(tmp_path / "files", {"nb/page/index.html": ""}), tmp_path / "1.zip"
    pages = [SearchedPage("nb", path, "<p>ærlig".encode()) for path in ("page", "none")]
    settings = read_settings(REGISTER)
    pack(inside, file, "site", Shard(1, 1), STATE, searched=pages[:1])
    assert take_site([(file, "x")], settings, tmp_path / "site").searched == pages[:1]
    pack(inside, file, "site", Shard(1, 1), STATE, searched=pages)
    with pytest.raises(CannotMerge, match="lists pages that it does not hold"):
        take_site([(file, "x")], settings, tmp_path / "other")

    def with_other_words(old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
        for one in old.infolist():
            new.writestr(one, old.read(one).replace("ærlig".encode(), b"uerlig"))

    with pytest.raises(CannotMerge, match=r"is damaged: remit-search.json is not as it was made"):
        take_site([(altered(file, with_other_words), "x")], settings, tmp_path / "third")


@pytest.mark.parametrize("name", ["a", "a.b", "å-ø", "a/b/c.html", "x" * 200])
def test_plain_paths_are_plain(name: str) -> None:
    assert is_plain(name)


def test_the_command_says_what_does_not_go_together(tmp_path: Path) -> None:
    register = copy_of_register(tmp_path / "register")
    done = run(register, "build", "--shard", "1/2", "--on", "tcp://127.0.0.1:9")
    assert (done.returncode, "name one" in done.stderr) == (2, True)
    compare = ("--compare", "2020-01-01", "2021-01-01")
    done = run(register, "export", "x", "--shard", "1/2", *compare)
    assert (done.returncode, "which has no shares" in done.stderr) == (2, True)
    done = run(register, "build", "--shard", "1/2", "--compress")
    assert (done.returncode, "give it to remit merge" in done.stderr) == (2, True)
    done = run(register, "merge")
    assert (done.returncode, "SHARE" in done.stderr) == (2, True)
    site = share(tmp_path, "1.zip", Shard(1, 1), {}, day="today")
    assert "says no day" in run(register, "merge", str(site)).stderr
