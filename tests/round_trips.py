"""Edits of an exported document, made by other programs, and what the register is to hold then.

What is expected is worked out on the file's value alone, without the code that is tested.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from hypothesis import strategies as st

from registers import ROOT
from remit.build import Checked, load_and_check
from remit.importing.edited import Update, read_update
from remit.load.yaml_reader import read_yaml
from remit.model.drafts import id_of
from remit.model.records import MandateVersion
from remit.model.register import Register
from remit.render.document_kinds import mandate_document
from remit.render.document_links import bookmark
from remit.render.view import View
from remit.settings import Settings, read_settings
from remit.write.documents import Format, write_document

_WORD = re.compile(r"[A-Za-zÆØÅæøå]{3,}")
_LINK = re.compile(r"\[\[[^\[\]|]*\|([^\[\]]*)\]\]")


@cache
def shipped() -> tuple[Checked, Settings]:
    settings = read_settings(ROOT)
    return load_and_check(settings), settings


@dataclass(frozen=True)
class Edit:
    """`at`: where in the text as it is written, and so many letters, that become `words`."""

    version: str
    block: str
    do: str
    at: int = 0
    length: int = 0
    words: str = ""

    @property
    def mandate(self) -> str:
        return self.version.split("/")[1]


# --- what can be edited --------------------------------------------------------------------


def language_of(version: str) -> str:
    """The language whose text counts: only there blocks come, go and move."""
    language = value_of(version)["authoritative_language"]
    assert isinstance(language, str)
    return language


def value_of(version: str) -> dict[str, Any]:
    origin = shipped()[0].register.origins[version]
    value = read_yaml(next(iter(origin.sources.values())), "").value
    assert isinstance(value, dict)
    return value


@cache
def versions() -> list[str]:
    return [
        f"mandates/{one.mandate}/{one.id}"
        for one in shipped()[0].register.all(MandateVersion)
        if one.status == "adopted"
    ]


def sections(value: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int, dict[str, Any]]]:
    """Each block with its section and its place there."""
    for section in value["sections"]:
        for place, block in enumerate(section.get("blocks", [])):
            yield section, place, block


@cache
def blocks() -> list[tuple[str, str]]:
    """Version and id of every block whose words can be counted letter by letter."""
    return [
        (version, block["id"])
        for version in versions()
        for _, _, block in sections(value_of(version))
        if "[[" not in _LINK.sub("", _text(version, block)) and "\n" not in _text(version, block)
    ]


def _text(version: str, block: dict[str, Any]) -> str:
    return str(block["text"][language_of(version)])


def found(value: dict[str, Any], id: str) -> tuple[dict[str, Any], int, dict[str, Any]]:
    return next(one for one in sections(value) if one[2]["id"] == id)


def shown(source: str) -> str:
    """The words of a text as a document shows them."""
    return _LINK.sub(r"\1", source).replace("*", "")


def plain_words(source: str) -> list[tuple[int, int]]:
    """Start and end of the words that stand in no link."""
    links = [match.span() for match in _LINK.finditer(source)]
    return [
        match.span()
        for match in _WORD.finditer(source)
        if not any(start < match.end() and match.start() < end for start, end in links)
    ]


def _runs(value: dict[str, Any]) -> list[str]:
    """Blocks that stand in a list, below another of the same list."""
    listed = ("item", "task", "boundary")
    return [
        block["id"]
        for section, place, block in sections(value)
        if block["kind"] in listed and place and section["blocks"][place - 1]["kind"] in listed
    ]


@st.composite
def edits(draw: st.DrawFn, *, tracked: bool = False) -> Edit:
    version, block = draw(st.sampled_from(blocks()))
    value = value_of(version)
    _, _, held = found(value, block)
    source = _text(version, held)
    kinds = ["word", "word", "start", "end"]
    if held["kind"] in ("item", "task", "boundary", "paragraph"):
        kinds += ["new", "delete"]
    if held["kind"] in ("item", "paragraph") and re.search(r"\w \w", source):
        kinds += ["split"] if not re.search(r"[*\[]", source) else []
    if _runs(value) and not tracked:
        kinds.append("move")
    do = draw(st.sampled_from(kinds))
    new = draw(st.sampled_from(("ny", "æresrelatert", "2031", "«råd»", "vurderinger", "bl.a.")))
    if do == "move":
        return Edit(version, draw(st.sampled_from(_runs(value))), "move")
    if do == "word":
        start, end = draw(st.sampled_from(plain_words(source)))
        same = draw(st.booleans())
        return Edit(version, block, do, start, end - start, "x" * (end - start) if same else new)
    if do == "split":
        places = [m.start() + 1 for m in re.finditer(r"(?<=\w) (?=\w)", source)]
        at = draw(
            st.sampled_from(places[len(places) // 2 :])
        )  # so the first part stays what it was
        return Edit(version, block, do, at)
    if do == "new":
        return Edit(version, block, do, words=f"Dette er et {new} punkt.")
    return Edit(version, block, do, len(source) if do == "end" else 0, 0, new)


# --- what is expected ----------------------------------------------------------------------


def expected(edit: Edit) -> dict[str, Any]:
    value = copy.deepcopy(value_of(edit.version))
    section, place, block = found(value, edit.block)
    language = language_of(edit.version)
    source = block["text"][language]
    if edit.do == "word":
        made = source[: edit.at] + edit.words + source[edit.at + edit.length :]
        block["text"][language] = made
    elif edit.do == "start":
        block["text"][language] = f"{edit.words} {source}"
    elif edit.do == "end":
        block["text"][language] = f"{source} {edit.words}"
    elif edit.do == "new":
        section["blocks"].insert(place + 1, _block(block["kind"], edit.words, value))
    elif edit.do == "split":
        block["text"][language] = source[: edit.at].strip()
        rest = source[edit.at :].strip()
        section["blocks"].insert(place + 1, _block(block["kind"], rest, value))
    elif edit.do == "delete":
        section["blocks"].remove(block)
        if not section["blocks"]:
            del section["blocks"]
        grave = {"id": edit.block, "since": value["id"]}
        value["tombstones"] = [*value.get("tombstones", []), grave]
    else:
        section["blocks"].insert(place - 1, section["blocks"].pop(place))
    return value


def _block(kind: str, words: str, value: dict[str, Any]) -> dict[str, Any]:
    id = id_of(" ".join(words.split()[:6]))
    return {"kind": kind, "id": id, "text": {value["authoritative_language"]: words}}


# --- files ---------------------------------------------------------------------------------


def exported(version: str, form: Format, folder: Path) -> Path:
    """The document as `remit export` writes it, made once."""
    checked, settings = shipped()
    file = folder / f"{version.replace('/', '-')}.{form}"
    if not file.exists():
        file.write_bytes(
            document_of_version(checked.register, settings, version, language_of(version), form)
        )
    return file


def document_of_version(
    register: Register, settings: Settings, version: str, language: str, form: Format
) -> bytes:
    record = register.by_address[version]
    assert isinstance(record, MandateVersion)
    view = View(register, settings, language, settings.today)
    link_base = f"{settings.site_url}{language}/"
    return write_document(mandate_document(view, record), form, link_base)


def imported(file: Path, edit: Edit) -> Update:
    checked, settings = shipped()
    return read_update(file, edit.mandate, "", checked, settings, {}, None)


# --- by python-docx ------------------------------------------------------------------------


def edit_with_python_docx(source: Path, edit: Edit, target: Path) -> None:
    document = docx.Document(str(source))
    start = next(
        one
        for one in document.element.body.iter(qn("w:bookmarkStart"))
        if one.get(qn("w:name")) == bookmark(edit.block)
    )
    paragraph = next(start.iterancestors(qn("w:p")))
    _, _, block = found(value_of(edit.version), edit.block)
    if block["kind"] in ("cooperation", "reporting", "definition"):
        cell = next(paragraph.iterancestors(qn("w:tc")))
        paragraph = cell.getnext().find(qn("w:p"))
    text = _text(edit.version, block)
    if edit.do == "move":
        paragraph.getprevious().addprevious(paragraph)
    elif edit.do == "delete":
        paragraph.getparent().remove(paragraph)
    elif edit.do == "new":
        _after(paragraph, edit.words)
    elif edit.do == "split":
        at = len(shown(text[: edit.at]))
        _splice(paragraph, at, len(shown(text)) - at, "")
        _after(paragraph, shown(text[edit.at :]))
    else:
        at, length, words = offsets(edit, text)
        _splice(paragraph, at, length, words)
    document.save(str(target))


def offsets(edit: Edit, source: str) -> tuple[int, int, str]:
    """Where in the words that are shown, how many of the letters, and what stands there then."""
    if edit.do == "start":
        return 0, 0, f"{edit.words} "
    if edit.do == "end":
        return len(shown(source)), 0, f" {edit.words}"
    return len(shown(source[: edit.at])), edit.length, edit.words


def _after(paragraph: Any, words: str) -> None:
    new = copy.deepcopy(paragraph)
    for one in list(new):
        if one.tag != qn("w:pPr"):
            new.remove(one)
    run = new.makeelement(qn("w:r"))
    text = run.makeelement(qn("w:t"))
    text.text = words
    run.append(text)
    new.append(run)
    paragraph.addnext(new)


def _splice(paragraph: Any, at: int, length: int, words: str) -> None:
    """Takes letters out of the runs, and puts words where the first of them was."""
    place = 0
    pieces = list(paragraph.iter(qn("w:t")))
    for piece in pieces:
        text = piece.text or ""
        first, last = max(at - place, 0), min(at + length - place, len(text))
        place += len(text)
        if first <= len(text) and first <= max(last, 0) and (words or last > first):
            piece.text = text[:first] + words + text[max(first, last) :]
            piece.set(qn("xml:space"), "preserve")
            words = ""


# --- by LibreOffice ------------------------------------------------------------------------


class LibreOffice:
    """One for all edits, as starting it takes longer than they do."""

    def __init__(self, python: str, folder: Path) -> None:
        script = Path(__file__).parent / "libreoffice_edits.py"
        self.process = subprocess.Popen(
            [python, str(script), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def edit(self, source: Path, edit: Edit, *saves: Path, tracked: bool = False) -> None:
        _, _, block = found(value_of(edit.version), edit.block)
        job: dict[str, Any] = {"bookmark": bookmark(edit.block), "do": edit.do}
        if block["kind"] in ("cooperation", "reporting", "definition"):
            job["cell"] = 1
        text = _text(edit.version, block)
        if edit.do in ("word", "start", "end"):
            job["at"], job["length"], job["words"] = offsets(edit, text)
            job["do"] = "replace"
        elif edit.do == "split":
            job["at"] = len(shown(text[: edit.at]))
        else:
            job["words"] = edit.words
        self.run([job], source, *saves, tracked=tracked)

    def run(
        self, edits: list[dict[str, Any]], source: Path, *saves: Path, tracked: bool = False
    ) -> None:
        job = {
            "source": str(source),
            "saves": [str(file) for file in saves],
            "edits": edits,
            "tracked": tracked,
        }
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer == "done", answer

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)
