"""The comparison with other tools: the same words on both sides, no figure not taken."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from lxml import html
from markdown_it import MarkdownIt

from bench import check_peers
from bench.measuring import Limits, run
from bench.registers import EDITS, copy_for_edits
from bench.same_pages import pages_of
from bench.tasks import GROUPS
from registers import ROOT, found

BENCH = ROOT / "tests" / "bench"
MARKS = "<!-- results: made by tests/bench --page -->\n<!-- end of results -->\n"


def bench(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(BENCH), *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795305600"},
    )
    return done.stderr


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sites and documents of five mandates, by remit and by a tool that remit brings along."""
    folder = tmp_path_factory.mktemp("bench")
    common = ["--sizes", "5", "--rounds", "1", "--home", str(folder / "home")]
    tools = ["--tools", "Remit without,Material all,pandoc", "--only", "SITE,DOCUMENTS"]
    bench(
        *common,
        *tools,
        "--contents",
        "mandates",
        "--documents",
        "2",
        "--to",
        str(folder / "results.json"),
    )
    return folder / "results.json"


def test_other_tools_are_given_our_words(results: Path) -> None:
    """All of ours that is not a picture, a form or the frame, in the same order."""
    site = results.parent / "home/work/mandates-5/site"
    reader = MarkdownIt("commonmark").enable("table")
    pages = 0
    for page in pages_of(site):
        shown = html.fromstring(f"<div>{reader.render(page.markdown(lambda path: path))}</div>")
        assert "".join("".join(map(str, shown.itertext())).split()) == "".join(page.words()), (
            page.path
        )
        targets = {str(a.get("href")) for a in shown.iter("a")}
        for link in page.body.iter("a"):
            address = str(link.get("href"))
            if address.endswith("/") and "".join(link.itertext()).strip():
                assert len(targets) and page.target(address) in targets, (page.path, address)
        pages += 1
    assert pages > 200


def test_every_tool_makes_all_pages(results: Path) -> None:
    runs = json.loads(results.read_text("utf-8"))["runs"]
    made = {(run["work"], run["tool"]): run for run in runs if run["group"] == "SITE"}
    assert not any(run["ended"] for run in runs)
    assert made["pages", "Remit without search"]["units"] > 200
    theirs = made["mandates", "Material all in nav"]
    assert theirs["units"] == 10
    assert theirs["page"] > 5_000
    documents = [run for run in runs if run["group"] == "DOCUMENTS"]
    assert {run["files"] for run in documents if run["tool"].startswith("pandoc")} == {2}
    assert {run["units"] for run in documents} == {2}


def test_the_page_shows_what_was_measured_and_nothing_else(results: Path, tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"# Speed\n\n{MARKS}\nMethod.\n", "utf-8")
    kept = json.loads(results.read_text("utf-8"))
    for run_ in kept["runs"]:
        if run_["tool"] == "Material all in nav":
            run_ |= {"ended": "time", "seconds": 600.0}
        if run_["tool"] == "Remit without search":
            run_ |= {"seconds": 2.0}
    other = tmp_path / "other.json"
    other.write_text(json.dumps(kept), "utf-8")
    bench("--page", str(results), str(other), "--docs", str(tmp_path))
    text = page.read_text("utf-8")
    assert text.startswith("# Speed\n") and text.endswith("\nMethod.\n")
    assert "| 5 | Remit without search | " in text
    assert re.search(r"Material all in nav \| \d+ \| took too long \(600 s", text)
    assert "**2.00 s**" in text
    assert "### The check" not in text and "### One thing changed" not in text
    picture = tmp_path / "pictures/performance.svg"
    first = picture.read_bytes()
    assert b"Remit without search" in first and b"Material all in nav" not in first
    bench("--page", str(results), str(other), "--docs", str(tmp_path))
    assert (picture.read_bytes(), page.read_text("utf-8")) == (first, text)


def test_an_edit_changes_one_line_and_nothing_is_wrong_after_it(results: Path) -> None:
    register = results.parent / "home/work/mandates-5/register"
    edited = copy_for_edits(register)
    for edit in EDITS:
        edit.make(edited, 7)
        before, after = ((folder / edit.file).read_text("utf-8") for folder in (register, edited))
        lines = zip(before.splitlines(), after.splitlines(), strict=True)
        assert sum(old != new for old, new in lines) == 1, edit.name
        assert not edit.is_shown(results.parent / "home/work/mandates-5/site", 7)
    assert found(edited) == []


def test_other_checks_are_given_all_that_records_say(results: Path, tmp_path: Path) -> None:
    """And every pointer, from the later record to the earlier."""
    register = results.parent / "home/work/mandates-5/register"
    check_peers.write_items(register, tmp_path)
    files = [file for part in ("content", "mandates") for file in (register / part).rglob("*.yml")]
    items = {
        file.stem: yaml.safe_load(file.read_text("utf-8"))
        for file in (tmp_path / "doorstop/rec").glob("REC*.yml")
    }
    said = [item["record"] for item in items.values() if "record" in item]
    for file in files:
        said.remove(yaml.safe_load(file.read_text("utf-8")))
    assert not said
    pages = {file.name.partition(".")[0] for file in (register / "content/guidance").glob("*.md")}
    told = [item["text"] for item in items.values() if "record" not in item]
    assert len(told) == len(pages) > 0
    for page in (register / "content/guidance").glob("*.md"):  # in whichever language
        words = page.read_text("utf-8").split("---\n", 2)[-1].split()
        assert any(" ".join(words[-3:]) in text for text in told), page.name
    links = [
        (uid, target) for uid, item in items.items() for one in item["links"] for target in one
    ]
    assert len(links) > len(items)
    assert all(target in items and target < uid for uid, target in links)
    statements = "".join(
        file.read_text("utf-8") for file in (tmp_path / "strictdoc").glob("*.sdoc")
    )
    assert all(file.read_text("utf-8").strip("\n") in statements for file in files)
    assert statements.count("- TYPE: Parent") == len(links)


def test_a_run_that_takes_too_much_is_ended(tmp_path: Path) -> None:
    """With all that it started; the memory of all of them counts."""
    hungry = "import time; held = b'x' * 200_000_000; time.sleep(60)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hungry!r}])"
    taken = run([sys.executable, "-c", child], tmp_path, Limits(30, 150))
    assert taken.ended == "memory" and taken.memory > 150 and taken.seconds < 30
    slow = run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, Limits(1, 1000))
    assert slow.ended == "time" and slow.seconds < 30
    assert (
        run([sys.executable, "-c", "raise SystemExit(1)"], tmp_path, Limits(9, 900)).ended
        == "failed"
    )


def test_the_page_in_the_handbook_can_be_filled() -> None:
    text = (ROOT / "docs/performance.md").read_text("utf-8")
    begin, end = MARKS.splitlines()
    assert text.count(begin) == text.count(end) == 1
    assert all(group in text for group in GROUPS)
