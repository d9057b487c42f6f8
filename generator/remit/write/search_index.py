"""The search index: a bundle of files per language, made only when its pages' words change.

The pages of a large register are divided into several bundles, which the browser searches as one:
so memory has a bound.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from remit.cache import keep, kept, program, stamp
from remit.write.search_bundle import bundle_files
from remit.write.site_jobs import SearchedPage
from remit.write.workers import divided

FOLDER = "pagefind"
COUNT_FILE = "bundles.json"
"""In how many bundles each language's pages are: what the browser asks first."""
_PAGES = 4_000
"""The most pages of a bundle. Pagefind takes some 120 kB of memory for each."""
_PROGRAM = ("pagefind.js", "pagefind-worker.js", "wasm.")
"""What the browser runs lies in a language's first bundle alone."""
_STATES = "bundles in their place"

State = dict[str, tuple[int, int, int, int]]
"""What each file of a bundle was like when it had been written."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Pages of one language, sorted by address, that are indexed together."""

    language: str
    number: int
    entries: tuple[tuple[str, bytes], ...]
    """Addresses with their entries."""

    @property
    def folder(self) -> str:
        return f"{self.language}/{self.number}"

    def digest(self) -> str:
        """Changes with everything that its files depend on."""
        digest = hashlib.sha256(f"{program()} {self.folder}".encode())
        for url, entry in self.entries:
            digest.update(f" {len(url)} {len(entry)} {url}".encode() + entry)
        return digest.hexdigest()


def write_search_index(site: Path, pages: Iterable[SearchedPage], cache: Path | None) -> None:
    """Writes `pagefind/` into the site, and into `cache` what a later run need not make again.

    What is there of an earlier run and still right is left alone. Raises ToolMissing when Pagefind
    cannot be run.
    """
    folder = site / FOLDER
    made = bundles(pages)
    digests = {bundle.folder: bundle.digest() for bundle in made}
    states = _states(cache)
    there = [name for name in digests if _state(folder / name) == states.get((name, digests[name]))]
    stale = [bundle for bundle in made if bundle.folder not in there]
    _remove_others(folder, there)

    def write(number: int, step: Callable[[], None]) -> State:
        bundle = stale[number]
        files = _files(bundle, digests[bundle.folder], cache)
        return _written(folder / bundle.folder, files)

    written = {
        stale[number].folder: state for number, state in divided(write, len(stale), lambda: None)
    }
    counts = Counter(bundle.language for bundle in made)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COUNT_FILE).write_text(json.dumps(counts, sort_keys=True), "utf-8")
    if cache is not None:
        now = {
            (name, digest): written.get(name) or states[name, digest]
            for name, digest in digests.items()
        }
        keep(cache / "search" / "states", _STATES, pickle.dumps(now))


def bundles(pages: Iterable[SearchedPage]) -> list[Bundle]:
    """All bundles of a site, in order. The number of a page's bundle depends on nothing but its
    address and how many pages there are."""
    by_language: dict[str, list[tuple[str, bytes]]] = {}
    for page in pages:
        by_language.setdefault(page.language, []).append((_address(page), page.entry))
    found = []
    for language, entries in sorted(by_language.items()):
        parts: list[list[tuple[str, bytes]]] = [[] for _ in range(bundle_count(len(entries)))]
        for url, entry in sorted(entries):
            digest = hashlib.sha256(url.partition(f"/{language}/")[2].encode()).digest()
            parts[int.from_bytes(digest[:4], "big") % len(parts)].append((url, entry))
        found += [Bundle(language, number, tuple(part)) for number, part in enumerate(parts)]
    return found


def _address(page: SearchedPage) -> str:
    return "/".join(["", page.language, *([page.path] if page.path else []), ""])


def bundle_count(pages: int) -> int:
    """One bundle wherever memory allows: where a word stands in some of several, Pagefind answers
    out of the others with the beginning of the word."""
    return -(-pages // _PAGES)


def _files(bundle: Bundle, digest: str, cache: Path | None) -> dict[str, bytes]:
    """The bundle's files as they were kept, else made anew and kept."""
    file = cache and cache / "search" / f"{bundle.language}-{bundle.number}"
    if file and (found := kept(file, digest)):
        files: dict[str, bytes] = pickle.loads(found)
        return files
    files = bundle_files(bundle.language, bundle.entries)
    if bundle.number:
        files = {name: data for name, data in files.items() if not name.startswith(_PROGRAM)}
    if file:
        keep(file, digest, pickle.dumps(files))
    return files


def _written(folder: Path, files: dict[str, bytes]) -> State:
    for name in {name.rpartition("/")[0] for name in files}:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return _state(folder)


def _state(folder: Path) -> State:
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = f"{place}/{name}"
            found[path.removeprefix(f"{folder}/")] = stamp(os.lstat(path))
    return found


def _states(cache: Path | None) -> dict[tuple[str, str], State]:
    """What an earlier run left in its place, by bundle and digest."""
    found = cache and kept(cache / "search" / "states", _STATES)
    states: dict[tuple[str, str], State] = pickle.loads(found) if found else {}
    return states


def _remove_others(folder: Path, right: list[str]) -> None:
    """Removes all that is there but for these bundles."""
    languages = {name.partition("/")[0] for name in right}
    for one in sorted((*folder.glob("*"), *folder.glob("*/*"))):
        name = one.relative_to(folder).as_posix()
        if name in right or name in languages or not one.exists():
            continue
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
