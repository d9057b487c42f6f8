"""The same records with the same pointers as items of Doorstop and of StrictDoc.

An item is one record: its id, its texts in one language, and a link for each record it names. Where
two records name each other, directly or by way of others, both tools would refuse the circle; every
link therefore goes from the later record to the earlier, which keeps how many there are.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.environments import Environment
from remit.build import load_and_check
from remit.settings import read_settings

_LINK = re.compile(r"\[\[[^|\]]*\|?([^\]]*)\]\]")


@dataclass(frozen=True)
class Item:
    """`uid`: "REC" and a number. `links`: uids of earlier items."""

    uid: str
    kind: str
    text: str
    links: tuple[str, ...]


def items_of(register: Path) -> list[Item]:
    """Every record as an item, in the order in which they were read."""
    settings = read_settings(register)
    loaded = load_and_check(settings).register
    language = settings.languages[0]
    numbers = {id(record): number for number, record in enumerate(loaded.records)}
    links: dict[int, set[int]] = {number: set() for number in numbers.values()}
    texts: dict[int, list[str]] = {number: [] for number in numbers.values()}
    for record, found in loaded.looked_through:
        own = numbers[id(record)]
        texts[own] = [_LINK.sub(r"\1", text.get(language) or "") for _, text in found.texts]
        for reference in found.references:
            target = loaded.resolve(reference.target, reference.to.kinds)
            if target is not None and target is not record:
                other = numbers[id(target)]
                links[max(own, other)].add(min(own, other))
    return [
        Item(
            f"REC{number:06}",
            record.KIND,
            " ".join(" ".join(texts[number]).split()) or record.KIND,
            tuple(f"REC{other:06}" for other in sorted(links[number])),
        )
        for number, record in enumerate(loaded.records)
    ]


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
            f"links:{'' if links else ' []'}\n{links}normative: true\nref: ''\n"
            f"reviewed: null\ntext: |\n  {item.text}\n"
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
        f"STATEMENT: >>>\n{item.text}\n<<<\n{'RELATIONS:' if relations else ''}\n{relations}"
    ).rstrip("\n") + "\n"


def strictdoc(environment: Environment, items: Path, out: Path) -> list[str]:
    """Reading and the graph of all links, written as JSON: StrictDoc has no check alone."""
    program = environment.program("strictdoc")
    return [program, "export", "--formats=json", "--output-dir", str(out), str(items)]


def write_items(register: Path, folder: Path) -> None:
    """Both tools' items below a folder, once."""
    if (folder / "whole.json").is_file():
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
