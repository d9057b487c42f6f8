"""The same records with the same pointers as items of Doorstop and of StrictDoc.

An item is one record: all that its file says, and a link for each record it names. Doorstop keeps
what an item says beside its own fields as fields, so it reads the file's as it reads its own; in
StrictDoc they are the statement, which is words to it. Where two records name each other, directly
or by way of others, both tools would refuse the circle; every link therefore goes from the later
record to the earlier, which keeps how many there are.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from bench.environments import Environment
from remit.build import load_and_check
from remit.model.records import Guidance, Record
from remit.model.register import Register, address_of
from remit.settings import read_settings

_LINK = re.compile(r"\[\[[^|\]]*\|?([^\]]*)\]\]")


@dataclass(frozen=True)
class Item:
    """`uid`: "REC" and a number. `fields`: the lines of the record's file, or none, if it is a page
    of guidance. `text`: what those of such a page say in all languages, else nothing. `links`: uids
    of earlier items."""

    uid: str
    kind: str
    fields: str
    text: str
    links: tuple[str, ...]


def items_of(register: Path) -> list[Item]:
    """Every record as an item, in the order in which they were read."""
    settings = read_settings(register)
    loaded = load_and_check(settings).register
    numbers = {id(record): number for number, record in enumerate(loaded.records)}
    links: dict[int, set[int]] = {number: set() for number in numbers.values()}
    texts: dict[int, list[str]] = {number: [] for number in numbers.values()}
    for record, found in loaded.looked_through:
        own = numbers[id(record)]
        if isinstance(record, Guidance):
            words = (text.get(one) or "" for _, text in found.texts for one in settings.languages)
            texts[own] = [_LINK.sub(r"\1", word) for word in words]
        for reference in found.references:
            target = loaded.resolve(reference.target, reference.to.kinds)
            if target is not None and target is not record:
                other = numbers[id(target)]
                links[max(own, other)].add(min(own, other))
    return [
        Item(
            f"REC{number:06}",
            record.KIND,
            "" if texts[number] else _lines(register, loaded, record),
            " ".join(" ".join(texts[number]).split()),
            tuple(f"REC{other:06}" for other in sorted(links[number])),
        )
        for number, record in enumerate(loaded.records)
    ]


def _lines(register: Path, loaded: Register, record: Record) -> str:
    path = loaded.origins[address_of(record)].path
    return (register / path).read_text("utf-8").strip("\n")


def write_for_doorstop(items: list[Item], folder: Path) -> None:
    """A tree of one document: a YAML file for each item, as `doorstop add` and `link` write it."""
    document = folder / "rec"
    document.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    settings = "settings:\n  digits: 6\n  itemformat: yaml\n  prefix: REC\n  sep: ''\n"
    (document / ".doorstop.yml").write_text(settings, "utf-8")
    for number, item in enumerate(items, 1):
        links = "".join(f"- {uid}: null\n" for uid in item.links)
        text = (
            f"active: true\nderived: false\nheader: ''\nlevel: 1.{number}\n"
            f"links:{'' if links else ' []'}\n{links}normative: true\n"
            f"{'record:' if item.fields else ''}\n{indent(item.fields, '  ')}\nref: ''\n"
            f"reviewed: null\ntext: |\n  {item.text or item.kind}\n"
        )
        (document / f"{item.uid}.yml").write_text(text, "utf-8")


def doorstop(environment: Environment) -> list[str]:
    """The check alone: nothing rewritten, and none of the warnings that we have nothing like."""
    flags = ["--no-reformat", "--no-level-check", "--no-suspect-check", "--no-review-check"]
    return [environment.program("doorstop"), "--quiet", "--no-child-check", *flags]


def write_for_strictdoc(items: list[Item], folder: Path) -> None:
    """A document for each kind of record, so that StrictDoc may read them side by side."""
    folder.mkdir(parents=True)
    for kind in dict.fromkeys(item.kind for item in items):
        parts = [f"[DOCUMENT]\nTITLE: {kind}\n"]
        parts += [_as_requirement(item) for item in items if item.kind == kind]
        (folder / f"{kind}.sdoc").write_text("\n".join(parts), "utf-8")


def _as_requirement(item: Item) -> str:
    relations = "".join(f"- TYPE: Parent\n  VALUE: {uid}\n" for uid in item.links)
    return (
        f"[REQUIREMENT]\nUID: {item.uid}\nTITLE: {item.uid}\n"
        f"STATEMENT: >>>\n{item.fields or item.text}\n<<<\n"
        f"{'RELATIONS:' if relations else ''}\n{relations}"
    ).rstrip("\n") + "\n"


def strictdoc(environment: Environment, items: Path, out: Path) -> list[str]:
    """Reading and the graph of all links, written as JSON: StrictDoc has no check alone."""
    program = environment.program("strictdoc")
    return [program, "export", "--formats=json", "--output-dir", str(out), str(items)]


def write_items(register: Path, folder: Path) -> None:
    """Both tools' items below a folder, once, and again when this file has changed."""
    whole = folder / "whole.json"
    if whole.is_file() and whole.stat().st_mtime > Path(__file__).stat().st_mtime:
        return
    shutil.rmtree(folder, ignore_errors=True)
    # in another process, so that measuring starts from a small one
    with ProcessPoolExecutor(1) as process:
        process.submit(_write_items, register, folder).result()


def _write_items(register: Path, folder: Path) -> None:
    items = items_of(register)
    write_for_doorstop(items, folder / "doorstop")
    write_for_strictdoc(items, folder / "strictdoc")
    counts = {"items": len(items), "links": sum(len(item.links) for item in items)}
    (folder / "whole.json").write_text(json.dumps(counts) + "\n", "utf-8")
