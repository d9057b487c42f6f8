"""What is measured: for each group the same work by remit and by every tool that can do it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import check_peers, registers, site_peers
from bench.environments import Environment, installed
from bench.measuring import Limits, run_all

OURS = "Remit"
REMIT = [sys.executable, "-m", "remit"]
HERE = Path(__file__).resolve().parent
A_PAGE = "mandates/mandate-00001/index.html"
Commands = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Task:
    """Work that a tool does, timed once in every round.

    `units`: how many pages, records or documents it makes. `before` is run untimed with the number
    of the round; `once` untimed before the first. `out`: what is counted afterwards. `right`:
    whether what was made says what `before` wrote.
    """

    group: str
    work: str
    tool: str
    size: int
    units: int
    commands: Commands
    folder: Path
    out: Path | None = None
    before: Callable[[int], None] = lambda number: None
    once: Callable[[], None] = lambda: None
    right: Callable[[int], bool] = lambda number: True


@dataclass(frozen=True)
class Plan:
    """What was asked for. `tools`: beginnings of names, none for all. `contents`: of the others'
    sites, of `site_peers.CONTENTS`."""

    sizes: tuple[int, ...]
    tools: tuple[str, ...]
    contents: tuple[str, ...]
    documents: int
    home: Path
    limits: Limits

    @property
    def work(self) -> Path:
        return self.home / "work"

    def wants(self, tool: str) -> bool:
        return not self.tools or tool.startswith(self.tools)

    def environment(self, name: str) -> Environment | None:
        return installed(name, self.home)


def tasks_of(group: str, plan: Plan) -> Iterator[Task]:
    """All of a group, by size; within a size remit comes first."""
    for size in plan.sizes:
        for task in _GROUPS[group](size, plan):
            if plan.wants(task.tool):
                yield task


# --- sites -------------------------------------------------------------------------------------


def _built_site(size: int, plan: Plan) -> tuple[Path, Path]:
    """The register and our site of it, from which the others' sources are made."""
    register = registers.register_of_mandates(size, plan.work)
    site = register.with_name("site")
    if not (site / "index.html").is_file():
        _must([_build(register, site)], register)
    return register, site


def _build(register: Path, site: Path, *options: str) -> list[str]:
    return [
        *REMIT,
        "--register",
        str(register),
        "build",
        "--no-documents",
        *options,
        "--to",
        str(site),
    ]


def _must(commands: Commands, folder: Path) -> None:
    """What has to succeed before anything can be measured."""
    cost = run_all(commands, folder, Limits(24 * 3600, 1e9))
    if cost.ended:
        raise SystemExit(f"could not be made ready: {commands[0][:6]}")


def _sites(size: int, plan: Plan) -> Iterator[Task]:
    register, site = _built_site(size, plan)
    pages = len(list(site.rglob("index.html")))
    for name, options in ((f"{OURS} without search", ["--no-search"]), (OURS, [])):
        out = register.with_name("site-cold")

        def clear(number: int, out: Path = out) -> None:
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(register / ".cache", ignore_errors=True)

        command = _build(register, out, *options)
        yield Task("SITE", "pages", name, size, pages, [command], register, out, clear)
    for peer, content, folder, environment in _projects(register, site, plan):
        count = len(list((folder / "content").rglob("*index.md")))

        def clear_peer(
            number: int, peer: site_peers.SitePeer = peer, folder: Path = folder
        ) -> None:
            peer.clear(folder)

        commands = peer.commands(environment, folder)
        out = folder / peer.out
        yield Task("SITE", content, peer.name, size, count, commands, folder, out, clear_peer)


def _projects(
    register: Path, site: Path, plan: Plan
) -> Iterator[tuple[site_peers.SitePeer, str, Path, Environment | None]]:
    """Every tool that is asked for and can be had, with every content it makes pages of."""
    sources = register.with_name("sources")
    wanted = [peer for peer in site_peers.PEERS if plan.wants(peer.name)]
    if wanted:
        site_peers.write_sources(site, sources)
    for peer in wanted:
        environment = plan.environment(peer.environment) if peer.environment else None
        if peer.environment and not environment:
            continue
        if peer.needs and not shutil.which(peer.needs):
            continue
        for content in sorted(set(peer.contents) & set(plan.contents)):
            folder = peer.folder(content, sources)
            peer.settings(folder, registers.LANGUAGES.split(","))
            yield peer, content, folder, environment


# --- edits -------------------------------------------------------------------------------------


def _edits(size: int, plan: Plan) -> Iterator[Task]:
    """One field changed in a site that is there already, and nothing changed."""
    register, site = _built_site(size, plan)
    for name, options, copy in (
        (f"{OURS} without search", ["--no-search"], "edited"),
        (OURS, [], "edited-with-search"),
    ):
        edited = registers.copy_for_edits(register, copy)
        out = edited.with_name(f"{copy}-site")
        command = _build(edited, out, *options)

        def fill(command: Sequence[str] = command, edited: Path = edited) -> None:
            _must([command], edited)

        for number, change in enumerate(registers.EDITS):

            def make(round: int, change: registers.Edit = change, edited: Path = edited) -> None:
                change.make(edited, round)

            def right(round: int, change: registers.Edit = change, out: Path = out) -> bool:
                return change.is_shown(out, round)

            first = fill if number == 0 else lambda: None
            yield Task(
                "EDIT", change.name, name, size, 1, [command], edited, None, make, first, right
            )
        yield Task("EDIT", "nothing", name, size, 1, [command], edited)
    for peer, content, folder, environment in _projects(register, site, plan):
        if content == "pages" and "Pagefind" not in peer.name:
            yield from _edits_of(peer, folder, peer.commands(environment, folder), size, plan)


def _edits_of(
    peer: site_peers.SitePeer, folder: Path, commands: Commands, size: int, plan: Plan
) -> Iterator[Task]:
    """A page changed, and nothing, for a tool that keeps whatever it keeps between two runs."""
    page = site_peers.page_to_edit(folder)

    def fill() -> None:
        run_all(commands, folder, plan.limits)

    def make(round: int) -> None:
        site_peers.edit(page, round)

    def right(round: int) -> bool:
        return site_peers.is_shown(page, folder, peer.out, round)

    name = "a page's text"
    yield Task("EDIT", name, peer.name, size, 1, commands, folder, None, make, fill, right)
    yield Task("EDIT", "nothing", peer.name, size, 1, commands, folder)


# --- checks ------------------------------------------------------------------------------------


def _checks(size: int, plan: Plan) -> Iterator[Task]:
    """`size` is of records here."""
    register = registers.register_of_records(size, plan.work)
    items = register.with_name("items")
    check_peers.write_items(register, items)
    command = [*REMIT, "--register", str(register), "check"]

    def clear(number: int) -> None:
        shutil.rmtree(register / ".cache", ignore_errors=True)

    yield Task("CHECK", "cold", OURS, size, size, [command], register, None, clear)
    yield Task("CHECK", "cached", OURS, size, size, [command], register)
    if plan.wants("Doorstop") and (environment := plan.environment("doorstop")):
        commands = [check_peers.doorstop(environment)]
        folder = items / "doorstop"
        yield Task("CHECK", "cold", "Doorstop", size, size, commands, folder)
    if plan.wants("StrictDoc") and (environment := plan.environment("strictdoc")):
        out = register.with_name("strictdoc-out")
        folder = items / "strictdoc"
        commands = [check_peers.strictdoc(environment, folder, out)]

        def clear_strictdoc(number: int) -> None:
            shutil.rmtree(out, ignore_errors=True)

        yield Task(
            "CHECK", "cold", "StrictDoc", size, size, commands, folder, None, clear_strictdoc
        )
        yield Task("CHECK", "cached", "StrictDoc", size, size, commands, folder)


# --- documents ---------------------------------------------------------------------------------


def _documents(size: int, plan: Plan) -> Iterator[Task]:
    """Documents of the first mandates, as many as the plan has, in all languages."""
    register = registers.register_of_mandates(size, plan.work)
    plain = register.with_name("plain")
    if not plain.is_dir():
        script = str(HERE / "plain_documents.py")
        _must([[sys.executable, script, "--register", str(register), "--to", str(plain)]], HERE)
    mandates = min(size, plan.documents // 2)
    names = [f"mandate-{number:05}" for number in range(mandates)] if mandates < size else []
    count = 2 * mandates
    for form in ("docx", "pdf"):
        yield from _our_documents(size, count, names, form, register)
        each, all_at_once = f"pandoc call each ({form})", os.cpu_count() or 1
        tools = [
            ("pandoc", f"{each}, one by one", sys.executable, 1),
            ("pandoc", each, sys.executable, all_at_once),
        ]
        if form == "docx" and plan.wants("docxtpl"):
            environment = plan.environment("docxtpl")
            if environment:
                python = environment.program("python")
                tools.append(("docxtpl", "docxtpl", python, all_at_once))
        for tool, name, python, workers in tools:
            out = register.with_name(f"documents-{tool}-{form}")

            def clear(number: int, out: Path = out) -> None:
                shutil.rmtree(out, ignore_errors=True)

            script = str(HERE / "document_peers.py")
            made = [tool, form, str(workers), str(plain), str(out), str(count)]
            command = [python, script, *made]
            yield Task("DOCUMENTS", form, name, size, count, [command], register, out, clear)


def _our_documents(
    size: int, count: int, names: list[str], form: str, register: Path
) -> Iterator[Task]:
    out = register.with_name(f"documents-{form}")
    export = [*REMIT, "--register", str(register), "export", *names, "--format", form]
    command = [*export, "--to", str(out)]

    def clear(number: int) -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(register / ".cache", ignore_errors=True)
        out.mkdir()

    yield Task("DOCUMENTS", form, OURS, size, count, [command], register, out, clear)
    yield Task("DOCUMENTS", f"{form}, nothing changed", OURS, size, count, [command], register, out)


_GROUPS: dict[str, Callable[[int, Plan], Iterator[Task]]] = {
    "SITE": _sites,
    "EDIT": _edits,
    "CHECK": _checks,
    "DOCUMENTS": _documents,
}
GROUPS = tuple(_GROUPS)
