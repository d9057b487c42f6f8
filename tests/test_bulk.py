"""Many documents at once: the same bytes as one by one, stopped and resumed, never made in vain."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from conftest import RunRemit
from document_checks import sample
from registers import REGISTER, ROOT
from remit import cache
from remit.build import load_whole
from remit.build.documents import Wanted, comparison_jobs, document_jobs, neighbours
from remit.build.exports import export_documents
from remit.cli.arguments import addresses_named
from remit.load import file_state
from remit.load.file_state import state_of
from remit.model.records import MandateVersion
from remit.model.templates import Subject
from remit.render.tree import Document, Link, Paragraph, Text
from remit.settings import read_settings
from remit.write import document_files, document_store, documents, workers
from remit.write.archive import CONTENT_TYPES, MIMETYPE, entry, write_parts
from remit.write.document_files import DocumentJob, MadeFile, make_files
from remit.write.document_store import DocumentStore
from remit.write.documents import (
    ConversionFailed,
    OfficeFormat,
    style_key,
    write_document,
    write_documents,
)
from remit.write.files import staged_files
from remit.write.last_export import LastExport, last_export
from remit.write.pandoc_tool import convert

BASE = "https://remit.example/nb/"
STOPPED = 130


def every_document(root: Path) -> list[tuple[Document, str]]:
    """Every document of a register: each kind of each record in each language, and each redline."""
    settings = read_settings(root)
    register = load_whole(settings)
    place = lambda document, _: Path(document.file_name)  # noqa: E731
    jobs: list[DocumentJob] = []
    for name, template in register.templates.kinds.items():
        records = register.made_of(template.of)
        jobs += document_jobs(register, settings, records, settings.languages, [], place, name)
    jobs += comparison_jobs(register, settings, neighbours(register), settings.languages, [], place)
    return [(job.make(), job.link_base) for job in jobs]


# The same bytes


@pytest.mark.parametrize("file_format", ["docx", "odt"])
def test_a_document_made_among_others_has_the_bytes_of_one_made_alone(
    file_format: OfficeFormat,
) -> None:
    every = every_document(REGISTER)
    every += [(sample("nb"), BASE), (dataclasses.replace(sample("nb"), blocks=()), BASE)]
    assert any(document.redline for document, _ in every)
    groups: dict[tuple[str, ...], list[tuple[Document, str]]] = {}
    for one in every:
        groups.setdefault(style_key(one[0]), []).append(one)
    assert max(map(len, groups.values())) > 5
    for group in groups.values():
        alone = [write_document(document, file_format, base) for document, base in group]
        assert [*write_documents(group, file_format)] == alone
        assert [*write_documents(group[::-1], file_format)] == alone[::-1]


def test_parts_are_packed_as_zipfile_packs_them() -> None:
    """Word and LibreOffice read what zipfile writes; ours is not to be told from it."""
    parts = {
        "word/æ.xml": "æøå".encode() * 999,
        MIMETYPE: b"application/x",
        "a": b"",
        CONTENT_TYPES: bytes(range(256)) * 99,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in (MIMETYPE, CONTENT_TYPES, "a", "word/æ.xml"):
            archive.writestr(entry(name), parts[name])
    assert write_parts(parts) == out.getvalue()


# What cannot be made


def with_link(name: str, target: str) -> Document:
    block = Paragraph((Link((Text("x"),), target),))
    return dataclasses.replace(sample("en"), file_name=name, blocks=(block,))


def test_the_document_that_pandoc_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(source: str, to: str, *arguments: str) -> bytes:
        if "https://poison.example" in source:
            raise ConversionFailed("pandoc: no")
        return convert(source, to, *arguments)

    monkeypatch.setattr(documents, "convert", refusing)
    targets = ["https://a.example", "https://poison.example", "https://b.example"]
    batch = [(with_link(f"name-{number}", target), BASE) for number, target in enumerate(targets)]
    with pytest.raises(ConversionFailed, match=r"name-1\.docx: pandoc: no"):
        [*write_documents(batch, "docx")]


# What is named


def test_a_version_named_twice_is_one_and_none_is_compared_with_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(self: MandateVersion, other: object) -> bool:
        raise AssertionError("two versions are compared by all they say")

    settings = read_settings(REGISTER)
    register = load_whole(settings)
    monkeypatch.setattr(MandateVersion, "__eq__", slow)
    days = ("2025-01-01", "2021-01-01", "2024-06-01", "2020-06-01")
    names = tuple(f"team-mandate@{day}" for day in days)
    found = addresses_named(register, Subject.MANDATE, names, settings)
    assert [address.rpartition("/")[2] for address in found] == ["2024-01-01", "2020-01-01"]


# One call for many


def jobs_in(languages: str, number: int, folder: Path) -> list[DocumentJob]:
    """So many in each language, one after the other."""
    return [
        DocumentJob(
            f"{each} {language}",
            partial(with_link, f"name-{each}-{language}", "https://a.example"),
            ["docx"],
            f"https://remit.example/{language}/",
            lambda document, file_format: folder / f"{document.file_name}.{file_format}",
        )
        for each in range(number)
        for language in languages.split()
    ]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Of pandoc, which is not called: the language's address, and of how many documents."""
    told: list[tuple[str, int]] = []

    def counting(
        them: Sequence[tuple[Document, str]], file_format: OfficeFormat
    ) -> Iterator[bytes]:
        told.append((them[0][1], len(them)))
        assert {base for _, base in them} == {them[0][1]}
        return (document.file_name.encode() for document, _ in them)

    monkeypatch.setattr(document_files, "write_documents", counting)
    return told


def test_a_call_of_pandoc_is_of_one_language_and_full(
    calls: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(document_files, "BATCH", 12)
    jobs = jobs_in("nb en", 30, tmp_path)
    made = make_files(jobs, tmp_path / "cache")
    assert [(file.job, file.path.name) for file in made] == [
        (job.name, f"name-{job.name.replace(' ', '-')}.docx") for job in jobs
    ]
    english, bokmal = ("https://remit.example/en/", 10), ("https://remit.example/nb/", 10)
    assert calls == [english] * 3 + [bokmal] * 3
    calls.clear()
    monkeypatch.setattr(workers, "_may_fork", lambda: False)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    make_files(jobs[:10], tmp_path / "other-cache")
    assert sorted(size for _, size in calls) == [2, 2, 3, 3]


@pytest.mark.parametrize(
    ("processors", "languages", "sizes"),
    [(1, "nb", [40]), (1, "nb sv", [40] * 2), (2, "nb sv en", [20] * 6), (4, "nb sv", [20] * 4)],
)
def test_each_process_has_as_many_calls_of_pandoc_as_the_others(
    processors: int,
    languages: str,
    sizes: list[int],
    calls: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(workers, "_may_fork", lambda: False)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    make_files(jobs_in(languages, 40, tmp_path), tmp_path / "cache")
    assert [number for _, number in calls] == sizes


_FAILING = """
import sys
from functools import partial
from pathlib import Path
from remit.write.archive import CONTENT_TYPES, MIMETYPE, entry, write_parts
from remit.write.document_files import DocumentJob, make_files
from remit.write.files import staged_files
from remit.write.pandoc_tool import convert
from test_bulk import with_link

folder = Path(sys.argv[1])
targets = ["https://a.example"] * 7 + ["#nowhere"] + ["https://a.example"] * 4
with staged_files(folder) as staging:
    jobs = [
        DocumentJob(
            f"{number}",
            partial(with_link, f"name-{number}", target),
            ["docx"],
            "https://remit.example/nb/",
            lambda document, file_format: staging / f"{document.file_name}.{file_format}",
        )
        for number, target in enumerate(targets)
    ]
    try:
        make_files(jobs, folder / "cache")
    except ValueError as error:
        print(error)
        raise
"""


def python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": paths},
    )


def test_one_faulty_document_among_many_is_named_and_the_folder_stays(tmp_path: Path) -> None:
    earlier = tmp_path / "name-0.docx"
    earlier.write_bytes(b"earlier")
    done = python(_FAILING, str(tmp_path))
    assert "name-7" in done.stdout, done.stderr
    assert "no block has the id" in done.stdout
    assert "name-8" not in done.stdout
    assert earlier.read_bytes() == b"earlier"
    assert {path.name for path in tmp_path.iterdir()} <= {"cache", "name-0.docx"}


_LOST = """
import os
from remit.write.workers import WorkerLost, divided

def work(number, step):
    if number == 3:
        os._exit(9)
    return os.getpid()

made = []
try:
    for number, process in divided(work, 6, lambda: None):
        made.append(process)
except WorkerLost as error:
    print(os.getpid() in made, error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_a_lost_process_is_reported() -> None:
    done = python(_LOST)
    assert done.stdout.startswith("False a process that was making documents"), done.stderr
    assert "exit code 9" in done.stdout


_LONELY = """
import os, subprocess, sys, tempfile
from remit.write.workers import divided

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # at once: both say it to one pipe

def work(number, step):
    if number == 0:  # this process then waits for more to do
        say(os.getpid())
        return
    called = subprocess.Popen(["sleep", "600"])
    say(os.getpid(), called.pid, tempfile.mkdtemp())
    called.wait()

for _ in divided(work, 2, lambda: None):
    pass
"""


_TOLD_TO_END = """
import os, signal
from remit.write.workers import divided

begin_group = os.setpgid
just_ends = []

def setpgid(process, group):  # from here on the first process can tell it to end
    just_ends.append(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
    begin_group(process, group)

os.setpgid = setpgid
signal.signal(signal.SIGTERM, lambda *_: None)

def work(number, step):
    return just_ends == [True] and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

print(sorted(divided(work, 2, lambda: None)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_a_process_that_is_told_to_end_raises_nothing() -> None:
    """What is raised while a process ends by itself would lead it out of its work: it would go on
    as if it were the first one, and clear away what that one is at work on."""
    done = python(_TOLD_TO_END)
    assert done.stdout == "[(0, True), (1, True)]\n", done.stderr


def is_running(process: int) -> bool:
    """One that has ended and of which nobody has taken notice yet does not run."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("ascii")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_goes_on_when_the_first_is_killed(by: signal.Signals) -> None:
    """Whether it waits, works, or is a program that was called; and no temporary file stays."""
    command = [sys.executable, "-c", _LONELY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        words = " ".join(first.stdout.readline() for _ in range(2)).split()
        processes = [int(word) for word in words if word.isdecimal()]
        [made] = [Path(word) for word in words if not word.isdecimal()]
        assert len(processes) == 3
        assert all(map(is_running, processes))
        first.send_signal(by)
        until = time.monotonic() + 20
        while any(map(is_running, processes)) and time.monotonic() < until:
            time.sleep(0.02)
        left = [process for process in processes if is_running(process)]
        for process in left:
            os.kill(process, signal.SIGKILL)
    assert not left
    assert not made.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
@pytest.mark.parametrize("fails", [True, False])
@pytest.mark.parametrize("arrived", [True, False])
def test_a_process_whose_answer_nobody_waits_for_ends_without_a_word(
    fails: bool, arrived: bool, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As when another one's failure has already ended the work: whether the answer has arrived,
    and is never read, or cannot be given any more."""

    def work(number: int, step: Callable[[], None]) -> int:
        time.sleep(0.2)
        if fails:
            raise ValueError("this too")
        return number

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    alive = os.pipe()
    process = context.Process(
        target=workers._serve, args=(there, [here], alive, work, str(tmp_path / "left"))
    )
    process.start()
    there.close()
    here.send(0)
    if arrived:
        assert here.poll(20)
    here.close()
    process.join(20)
    for end in alive:
        os.close(end)
    assert process.exitcode == 0
    assert capfd.readouterr().err == ""


_HOLDING = """
import sys, time
from pathlib import Path
from remit.write.files import staged_files

with staged_files(Path(sys.argv[1])) as staging:
    (staging / "half.docx").write_bytes(b"half")
    print("begun", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no locks on folders there")
def test_what_a_killed_export_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    """But nothing of one that goes on, nor of one that has just begun."""
    command = [sys.executable, "-c", _HOLDING, os.fspath(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as first:
        assert first.stdout
        assert first.stdout.readline() == b"begun\n"
        [left] = tmp_path.iterdir()
        young, own = tmp_path / ".export-new-abcdefgh", tmp_path / "mine"
        young.mkdir()
        own.mkdir()
        for old in (left, own):
            os.utime(old, (0, 0))
        with staged_files(tmp_path):
            assert left.exists()
        first.kill()
    with staged_files(tmp_path):
        assert not left.exists()
    assert sorted(tmp_path.iterdir()) == [young, own]


# Stopped and resumed


def synthetic_register(folder: Path, mandates: int) -> Path:
    script = ROOT / "tests" / "bench" / "synthetic.py"
    command = [sys.executable, str(script), "--mandates", str(mandates), "--languages", "nb,en"]
    subprocess.run([*command, "--to", str(folder)], check=True, capture_output=True)
    return folder


def finished(register: Path) -> int:
    """Documents in the cache."""
    return len([path for path in register.glob(".cache/remit/documents/*/*") if path.suffix == ""])


_HEARS_CTRL_C = """
import signal, sys
from remit.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""
"""Where tests run in the background, Ctrl+C is ignored, and a child inherits that."""


def stopped(register: Path, by: signal.Signals) -> int:
    """An export of 80 documents, stopped after the first few: how many of them are kept."""
    command = [sys.executable, "-c", _HEARS_CTRL_C, "export", "--format", "pdf", "--to", "out"]
    running = subprocess.Popen(
        command, cwd=register, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    until = time.monotonic() + 100
    while finished(register) < 3 and running.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(by)
    said = running.communicate(timeout=30)[1]
    kept = finished(register)
    assert running.returncode == STOPPED, said
    assert "of 80 documents are ready; the same command goes on from there" in said
    assert 3 <= kept < 80
    assert not (register / "out").exists()
    time.sleep(0.3)
    assert finished(register) == kept, "something goes on after the end"
    return kept


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is another signal there")
def test_a_stopped_export_goes_on_where_it_was(tmp_path: Path) -> None:
    register = synthetic_register(tmp_path / "register", 40)
    kept = stopped(register, signal.SIGINT)
    settings = read_settings(register)
    loaded = load_whole(settings)
    versions = loaded.made_of(Subject.MANDATE)
    out = register / "out"
    made = export_documents(loaded, settings, Wanted(versions, ["nb", "en"], ["pdf"]), out)
    assert len(made) == 80
    assert sum(one.anew for one in made) == 80 - kept
    assert all(one.path.read_bytes().startswith(b"%PDF") for one in made)
    assert {path.name for path in out.iterdir()} == {one.path.name for one in made}


@pytest.mark.skipif(sys.platform == "win32", reason="it ends a process there at once")
def test_a_machine_that_stops_an_export_leaves_it_as_tidy(tmp_path: Path) -> None:
    stopped(synthetic_register(tmp_path / "register", 40), signal.SIGTERM)


# Nothing to do


def out_of(register: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((register / "out").iterdir())}


def test_an_export_that_would_change_nothing_is_over_at_once(
    remit: RunRemit, register_copy: Path
) -> None:
    command = ("export", "--format", "odt", "--to", "out")

    def export() -> bool:
        """Whether there was something to do."""
        done = remit(*command)
        assert done.returncode == 0, done.stderr
        return "nothing has changed" not in done.stderr

    assert export()
    first = out_of(register_copy)
    assert not export()
    assert f"nothing has changed: {len(first)} files are up to date" in remit(*command).stderr

    altered, gone, *_ = first
    (register_copy / "out" / altered).write_bytes(first[altered][:-1] + b"x")
    assert export()
    assert out_of(register_copy) == first
    (register_copy / "out" / gone).unlink()
    assert export()
    assert out_of(register_copy) == first
    assert not export()


def kept_export(register: Path) -> LastExport:
    """An export of `register` that made one file and went well."""
    made = register / "made.pdf"
    made.write_bytes(b"made")
    settings = read_settings(register)
    last = last_export(settings, ["export"])
    last.remember(state_of(settings), [made])
    return last


def grow_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is old enough from here on to be told by its stamp."""
    monkeypatch.setattr(file_state, "YOUNG", -2_000_000_000)


def up_to_date(register: Path) -> bool:
    return last_export(read_settings(register), ["export"]).up_to_date() == 1


@pytest.mark.parametrize(
    "path",
    [
        "content/roles/specialist-team.yml",
        "content/new.txt",
        "pyproject.toml",
        "released.txt",
        "made.pdf",
    ],
)
def test_any_changed_file_is_noticed(register_copy: Path, path: str) -> None:
    kept_export(register_copy)
    assert up_to_date(register_copy)
    with open(register_copy / path, "ab") as file:
        file.write(b"\n# changed\n")
    assert not up_to_date(register_copy)


def test_a_removed_source_is_noticed(register_copy: Path) -> None:
    kept_export(register_copy)
    (register_copy / "content/roles/specialist-team.yml").unlink()
    assert not up_to_date(register_copy)


def test_a_change_that_leaves_size_and_time_as_they_were_is_noticed(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow_old(monkeypatch)
    kept_export(register_copy)
    assert up_to_date(register_copy)
    made = register_copy / "made.pdf"
    before = made.stat()
    made.write_bytes(b"maid")
    os.utime(made, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not up_to_date(register_copy)


def test_a_young_file_is_read_until_it_is_old(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may give the next change of a file the same times."""
    made = register_copy / "made.pdf"
    kept_export(register_copy)
    before = made.stat()
    made.write_bytes(b"maid")
    os.utime(made, ns=(before.st_atime_ns, before.st_mtime_ns))
    monkeypatch.setattr(file_state, "stamp", lambda state: (state.st_size, state.st_mtime_ns, 0, 0))
    assert not up_to_date(register_copy)
    made.write_bytes(b"made")
    grow_old(monkeypatch)
    assert up_to_date(register_copy)
    monkeypatch.setattr(file_state, "_seen", lambda place, found: b"other" if found else b"")
    assert up_to_date(register_copy), "from here on its stamp tells"


def test_a_source_changed_during_the_export_is_not_taken_for_done(register_copy: Path) -> None:
    settings = read_settings(register_copy)
    before = state_of(settings)
    source = register_copy / "content/roles/specialist-team.yml"
    source.write_bytes(source.read_bytes() + b"\n")
    last_export(settings, ["export"]).remember(before, [])
    assert last_export(settings, ["export"]).up_to_date() is None
    last_export(settings, ["export"]).remember(state_of(settings), [])
    assert last_export(settings, ["export"]).up_to_date() == 0


@pytest.mark.usefixtures("own_key")
def test_a_record_that_another_user_kept_is_not_believed(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_export(register_copy)
    another_user(monkeypatch)
    assert not up_to_date(register_copy)


def test_another_day_and_other_words_are_noticed(remit: RunRemit) -> None:
    command = ("export", "team-mandate", "--format", "odt", "--language", "nb", "--to", "out")
    assert remit(*command).returncode == 0
    later = remit(*command, environment={"SOURCE_DATE_EPOCH": "1795392000"})
    assert "nothing has changed" not in later.stderr
    assert "nothing has changed" not in remit(*command[:-1], "elsewhere").stderr
    assert "nothing has changed" in remit(*command[:-1], "elsewhere").stderr


def test_what_was_not_finished_is_not_taken_for_done(remit: RunRemit, register_copy: Path) -> None:
    command = ("export", "--format", "odt", "--to", "out")
    broken = remit(*command, environment={"PYPANDOC_PANDOC": "/nonexistent/pandoc"})
    assert broken.returncode == 2
    done = remit(*command)
    assert done.returncode == 0
    assert "nothing has changed" not in done.stderr
    assert out_of(register_copy)


def made_in(folder: Path, names: Sequence[str]) -> list[MadeFile]:
    """Documents with a cache beside their folder."""

    def place(document: Document, file_format: str) -> Path:
        return folder / f"{document.file_name}.{file_format}"

    with staged_files(folder):
        jobs = [
            DocumentJob(name, partial(with_link, name, BASE), ["odt"], BASE, place)
            for name in names
        ]
        return make_files(jobs, folder.parent / "cache")


def test_a_document_is_made_once(tmp_path: Path) -> None:
    def export(folder: str, names: Sequence[str]) -> list[bool]:
        return [one.anew for one in made_in(tmp_path / folder, names)]

    assert export("a", ["x", "y"]) == [True, True]
    assert export("b", ["x", "z"]) == [False, True]
    shutil.rmtree(tmp_path / "cache")
    assert export("c", ["x"]) == [True]


def entries(store: DocumentStore) -> set[str]:
    return {path.name for path in store.folder.glob("*/*")}


def test_documents_that_nobody_uses_do_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, day = time.time(), 86400
    store = DocumentStore(tmp_path)
    keys = {name: store.key(name, "pdf", BASE) for name in ("old", "used", "new", "newest")}
    for name, key in keys.items():
        store.put(key, name.encode() * 100)
    left = store.folder / "ab" / f"{'ab' * 32}.77.new"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"unfinished")
    ages = {"old": 99, "used": 98, "new": 3, "newest": 2}
    for name, key in keys.items():
        os.utime(store._file(key), (now - ages[name] * day,) * 2)
    os.utime(left, (now - 99 * day,) * 2)

    assert store.get(keys["used"]) == b"used" * 100  # which counts as a use
    store.make_room()
    assert entries(store) == {keys["used"], keys["new"], keys["newest"]}

    monkeypatch.setattr(document_store, "MOST", 1100)
    store.make_room()
    assert len(entries(store)) == 3, "once a day is enough"
    os.utime(store.folder / "tidied", (now - 2 * day,) * 2)
    store.make_room()
    assert entries(store) == {keys["used"], keys["newest"]}


def test_what_another_run_takes_away_meanwhile_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first] = made_in(tmp_path / "a", ["x"])
    good = first.path.read_bytes()
    seen = cache.kept

    def taken_away(file: Path, about: str) -> bytes | None:
        data = seen(file, about)
        for one in (tmp_path / "cache").glob("documents/*/*"):
            one.unlink()
        return data

    monkeypatch.setattr(cache, "kept", taken_away)
    assert [one.anew for one in made_in(tmp_path / "b", ["x"])] == [False]
    assert [one.anew for one in made_in(tmp_path / "c", ["x"])] == [True]
    assert (tmp_path / "c" / first.path.name).read_bytes() == good


def another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.KEY_VARIABLE, "another user's")
    cache._key.cache_clear()


@pytest.fixture
def own_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(cache.KEY_VARIABLE, "the user's own")
    cache._key.cache_clear()
    yield
    monkeypatch.undo()
    cache._key.cache_clear()


def forged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another's document in this one's place, with a checksum of its own as caches once had."""
    content = b"another's words"
    file.write_bytes(hashlib.sha256(content).digest() + content)


def damaged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def of_another_document(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_in(file.parents[3] / "other", ["another"])
    other = next(one for one in file.parents[1].glob("*/*") if one != file)
    file.write_bytes(other.read_bytes())


def of_another_user(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    another_user(monkeypatch)


@pytest.mark.usefixtures("own_key")
@pytest.mark.parametrize("spoilt", [forged, damaged, of_another_document, of_another_user])
def test_a_kept_document_that_is_not_ones_own_is_made_anew(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoilt: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    [first] = made_in(tmp_path / "a", ["x"])
    good = first.path.read_bytes()
    [file] = (tmp_path / "cache").glob("documents/*/*")
    spoilt(file, monkeypatch)
    [again] = made_in(tmp_path / "b", ["x"])
    assert again.anew
    assert again.path.read_bytes() == good
    [third] = made_in(tmp_path / "c", ["x"])
    assert not third.anew, "the one made anew takes its place"
