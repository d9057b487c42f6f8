"""`remit verify`: each verdict from real files, altered in the ways that files are altered."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from conftest import RunRemit
from document_checks import sample, soffice
from gits import commit, new_repository
from registers import ROOT, copy_of_register
from remit.build import load_whole
from remit.build.documents import Wanted, export_comparison
from remit.build.exports import export_documents
from remit.cli.verify import verify
from remit.load import apart, handed_in
from remit.load.handed_in import read_document
from remit.model.records import MandateVersion
from remit.model.register import Register
from remit.model.templates import Subject
from remit.model.text_difference import difference
from remit.render.document_kinds import mandate_document
from remit.render.tree import Document, Paragraph, Text
from remit.render.view import View
from remit.settings import Settings, read_settings
from remit.verification import Verdict, verify_files
from remit.verification.edition import Edition
from remit.write.documents import FORMATS, write_document
from remit.write.signing_keys import read_key
from test_signing import Issuer, key_pem, never, pem, signed

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
NOW, BEFORE = "team-mandate-2024-01-01-nb", "team-mandate-2020-01-01-nb"
SOURCE = "mandates/team-mandate/2024-01-01.yml"
MINISTRY = "content/organisations/testdepartementet.yml"


@dataclasses.dataclass(frozen=True)
class Place:
    """A register, and what was exported of it at each of its states, each in a folder."""

    register: Path
    exports: Path
    revisions: dict[str, str]

    def file(self, state: str, name: str) -> Path:
        return self.exports / state / name

    def files(self, state: str, name: str) -> list[Path]:
        return [self.file(state, f"{name}.{form}") for form in FORMATS]


def change(root: Path, name: str, old: str, new: str) -> None:
    file = root / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def export(root: Path, folder: Path, today: date | None = None) -> None:
    settings = read_settings(root)
    if today:
        settings = dataclasses.replace(settings, today=today)
    register = load_whole(settings)
    versions = register.made_of(Subject.MANDATE)
    export_documents(register, settings, Wanted(versions, ["nb"], FORMATS), folder)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A register whose version in force was changed once, and then a name that stands in it."""
    top = tmp_path_factory.mktemp("verify")
    root = copy_of_register(top / "register")
    new_repository(root)
    revisions = {}
    for state, name, old, new in (
        ("first", "README.md", "", ""),
        ("second", SOURCE, "gi råd til skolene", "gi råd til skolene og barnehagene"),
        ("third", MINISTRY, "Testdepartementet", "Prøvedepartementet"),
        ("fourth", SOURCE, "fører ikke tilsyn", "fører aldri tilsyn"),
    ):
        if old:
            change(root, name, old, new)
        revisions[state] = commit(root, state)
        export(root, top / "exports" / state)
    return Place(root, top / "exports", revisions)


def judged(root: Path, *files: Path) -> list[Verdict]:
    settings = read_settings(root)
    return verify_files(load_whole(settings), settings, files)


def the_verdict(root: Path, file: Path) -> tuple[str, str]:
    (verdict,) = judged(root, file)
    return verdict.state, "; ".join(verdict.reasons)


# Texts of now and of before


def test_the_text_in_force_byte_for_byte(place: Place) -> None:
    for verdict in judged(place.register, *place.files("fourth", NOW)):
        assert (verdict.state, verdict.exact) == ("current", True)
        assert verdict.record == "mandates/team-mandate/2024-01-01"
        assert verdict.reasons[0] == "the version in force since 2024-01-01"


def test_words_alone_are_enough(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same verdict where the file cannot be made anew: each format is read by its words."""
    monkeypatch.setattr(Edition, "to_be_exact", lambda _: [])
    for verdict in judged(place.register, *place.files("fourth", NOW)):
        assert (verdict.state, verdict.exact) == ("current", False), verdict.reasons


def test_an_older_version_and_what_replaced_it(place: Place) -> None:
    for verdict in judged(place.register, *place.files("fourth", BEFORE)):
        assert verdict.state == "older version"
        told = "in force until 2023-12-31, replaced on 2024-01-01 by 2024-01-01"
        assert told in verdict.reasons[0]


@needs_git
def test_an_earlier_text_of_the_version_in_force(place: Place) -> None:
    for verdict in judged(place.register, *place.files("first", NOW)):
        assert verdict.state == "earlier text"
        assert f"revision {place.revisions['first'][:12]}" in verdict.reasons[1]
        assert f"by {place.revisions['second'][:12]}" in verdict.reasons[1]


@needs_git
def test_an_earlier_text_in_which_a_name_has_changed_too(place: Place) -> None:
    """Exported when the name had changed and the sources had not: no one revision of the sources
    has both."""
    state, reasons = the_verdict(place.register, place.file("third", f"{NOW}.docx"))
    assert state == "earlier text"
    assert f"by {place.revisions['fourth'][:12]}" in reasons
    assert the_verdict(place.register, place.file("second", f"{NOW}.docx"))[0] == "earlier text"


@needs_git
def test_a_name_that_changed_since_alters_no_document(place: Place) -> None:
    for verdict in judged(place.register, *place.files("first", BEFORE)):
        assert verdict.state == "older version"
        assert "names in it have changed since" in verdict.reasons


def test_a_notice_that_came_since_alters_no_document(place: Place, tmp_path: Path) -> None:
    """Exported while it was in force; now it says that it no longer is."""
    export(place.register, tmp_path, date(2021, 5, 1))
    state, reasons = the_verdict(place.register, tmp_path / f"{BEFORE}.pdf")
    assert state == "older version"
    assert "names or notices in it have changed since" in reasons


def test_a_source_that_changed_without_changing_the_text(place: Place, tmp_path: Path) -> None:
    root = shutil.copytree(place.register, tmp_path / "register")
    change(root, SOURCE, "id: 2024-01-01", "# looked through\nid: 2024-01-01")
    state, reasons = the_verdict(root, place.file("fourth", f"{NOW}.odt"))
    assert state == "current"
    assert "its sources have changed since, but nothing that the document says" in reasons


def test_a_version_to_come_and_a_draft(place: Place, tmp_path: Path) -> None:
    root = shutil.copytree(place.register, tmp_path / "register")
    change(root, SOURCE, "  from: 2024-01-01", "  from: 2030-01-01")
    export(root, tmp_path / "to-come")
    state, reasons = the_verdict(root, tmp_path / "to-come" / f"{NOW}.docx")
    assert (state, "takes force on 2030-01-01" in reasons) == ("not in force", True)
    change(root, SOURCE, "status: adopted", "status: draft")
    export(root, tmp_path / "draft")
    state, reasons = the_verdict(root, tmp_path / "draft" / f"{NOW}.docx")
    assert (state, "not adopted: draft" in reasons) == ("not in force", True)


@needs_git
def test_without_the_history_nothing_is_claimed(place: Place, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    address = place.register.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=1", address, str(shallow)], check=True)
    files = (*place.files("first", NOW), *place.files("fourth", NOW))
    for _ in ("shallow", "no git"):
        verdicts = judged(shallow, *files)
        assert [one.state for one in verdicts] == ["unchecked"] * 3 + ["current"] * 3
        assert "whole git history" in verdicts[0].reasons[0]
        shutil.rmtree(shallow / ".git", ignore_errors=True)


@needs_git
def test_a_revision_that_a_file_names_is_never_an_option_of_git(
    place: Place, tmp_path: Path
) -> None:
    target = tmp_path / "written"
    register, settings = load_whole(read_settings(place.register)), read_settings(place.register)
    document = dataclasses.replace(_document(register, settings), revision=f"--output={target}")
    words = dataclasses.replace(document, blocks=(*document.blocks, Paragraph((Text("mer"),))))
    file = tmp_path / "a.docx"
    file.write_bytes(write_document(words, "docx", "https://test.example/nb/"))
    assert the_verdict(place.register, file)[0] == "altered"
    assert not target.exists()


# Comparisons and other documents


def test_a_document_of_changes_is_known_as_one(place: Place, tmp_path: Path) -> None:
    settings = read_settings(place.register)
    register = load_whole(settings)
    old, new = register.versions("team-mandate")
    export_comparison(register, settings, (old, new), ["nb"], FORMATS, tmp_path)
    files = sorted(tmp_path.iterdir())
    assert [one.state for one in judged(place.register, *files)] == ["comparison"] * 3
    docx = next(file for file in files if file.suffix == ".docx")
    altered = with_part(docx, tmp_path / "x.docx", "word/document.xml", "skolene", "elevene")
    assert the_verdict(place.register, altered)[0] == "unchecked"


def test_a_document_of_another_register(place: Place, tmp_path: Path) -> None:
    for form in FORMATS:
        file = tmp_path / f"other.{form}"
        file.write_bytes(write_document(sample("nb"), form, "https://remit.example/nb/"))
        state, reasons = the_verdict(place.register, file)
        assert (state, "this register has no mandates/" in reasons) == ("unknown", True)


def test_every_kind_of_document_on_the_site_says_what_its_tree_says(built_site: Path) -> None:
    """Of the shipped register: no file is taken for altered when only its words are read."""
    settings = read_settings(ROOT)
    register = load_whole(settings)
    taken: Counter[tuple[str, str]] = Counter()
    for file in sorted(one for form in FORMATS for one in (built_site / "nb").rglob(f"*.{form}")):
        edition = Edition(register, settings, read_document(file))
        sort = (edition.told("kind"), file.suffix)
        taken[sort] += 1
        if taken[sort] <= 3 and not edition.is_redline:
            assert edition.problems() == (), file
    assert len(taken) > 4


# Altered files


def with_part(file: Path, to: Path, part: str, old: str, new: str) -> Path:
    """The same file, with something replaced in one of its parts."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
            target.writestr(name, data)
    return to


OFFICE = [
    ("docx", "word/document.xml", "fører aldri tilsyn", "fører tilsyn", "fører tilsyn"),
    ("odt", "content.xml", "fører aldri tilsyn", "fører tilsyn", "fører tilsyn"),
    ("docx", "word/document.xml", "Teamet veileder", "</w:t><w:br/><w:t>Teamet veileder", ""),
    ("docx", "word/header1.xml", "TM 2020-001", "TM 2020-009", "TM2020-009"),
    ("odt", "styles.xml", "TM 2020-001", "TM 2020-009", "TM2020-009"),
    (
        "docx",
        "word/document.xml",
        "<w:sectPr",
        "<w:p><w:ins w:id='9' w:author='x'><w:r><w:t>Nei.</w:t></w:r></w:ins></w:p><w:sectPr",
        "tracked changes",
    ),
    (
        "docx",
        "word/document.xml",
        "<w:sectPr",
        "<w:p><w:del w:id='9' w:author='x'><w:r><w:delText>Nei</w:delText></w:r></w:del></w:p>"
        "<w:sectPr",
        "tracked changes",
    ),
    (
        "docx",
        "word/document.xml",
        "<w:sectPr",
        "<w:p><w:r><w:commentReference w:id='0'/></w:r></w:p><w:sectPr",
        "a comment",
    ),
    (
        "docx",
        "word/document.xml",
        '<w:r><w:t xml:space="preserve">Teamet',
        '<w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space="preserve">Teamet',
        "hidden text",
    ),
    (
        "docx",
        "word/document.xml",
        "<w:sectPr",
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Nei.</w:t></w:r></w:p></w:sdtContent></w:sdt><w:sectPr",
        "Nei.",
    ),
    (
        "docx",
        "word/_rels/document.xml.rels",
        "https://test.example/nb/organisations/testdirektoratet/",
        "https://elsewhere.example/",
        "a link leads to https://elsewhere.example/",
    ),
    (
        "odt",
        "content.xml",
        "</office:text>",
        "<text:p><office:annotation><text:p>Nei.</text:p></office:annotation></text:p>"
        "</office:text>",
        "a comment",
    ),
    (
        "odt",
        "content.xml",
        "</office:text>",
        "<text:p><draw:frame><draw:text-box><text:p>Nei.</text:p></draw:text-box></draw:frame>"
        "</text:p></office:text>",
        "a text box",
    ),
]


def test_altered_office_files(place: Place, tmp_path: Path) -> None:
    files = [
        with_part(place.file("fourth", f"{NOW}.{form}"), tmp_path / f"{n}.{form}", part, old, new)
        for n, (form, part, old, new, _) in enumerate(OFFICE)
    ]
    for case, verdict in zip(OFFICE, judged(place.register, *files), strict=True):
        said = case[-1]
        # a line break is no word
        assert verdict.state == ("altered" if said else "current"), case
        assert said in "; ".join(verdict.reasons), case


def test_the_place_of_a_changed_word_is_told(place: Place, tmp_path: Path) -> None:
    file = place.file("fourth", f"{NOW}.docx")
    altered = with_part(file, tmp_path / "a.docx", "word/document.xml", "to ganger", "tre ganger")
    _, reasons = the_verdict(place.register, altered)
    assert reasons == (
        "under “3 Samarbeid” the file says “… Teamet møter departementet tre ganger i året. …”, "
        "the register “… Teamet møter departementet to ganger i året. …”"
    )


def _document(register: Register, settings: Settings) -> Document:
    version = register.by_address["mandates/team-mandate/2024-01-01"]
    assert isinstance(version, MandateVersion)
    return mandate_document(View(register, settings, "nb", settings.today), version)


def test_a_pdf_made_anew_with_another_word(place: Place, tmp_path: Path) -> None:
    """All that it says of itself is as it was; a word of the text is not."""
    settings = read_settings(place.register)
    document = _document(load_whole(settings), settings)
    blocks = tuple(
        dataclasses.replace(block, inlines=(Text("Fagteamet skal ikke gi råd."),))
        if isinstance(block, Paragraph) and block.id == "purpose-advice"
        else block
        for block in document.blocks
    )
    assert blocks != document.blocks
    file = tmp_path / "a.pdf"
    changed = dataclasses.replace(document, blocks=blocks)
    file.write_bytes(write_document(changed, "pdf", "https://test.example/nb/"))
    state, reasons = the_verdict(place.register, file)
    assert state == "altered"
    assert "under “1 Formål” the file says" in reasons and "ikke gi råd." in reasons


def _draw(pdf: pikepdf.Pdf, commands: bytes) -> None:
    pdf.pages[0].contents_add(pikepdf.Stream(pdf, commands))


def _stamp(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[0, 0, 9, 9], Contents="Nei"
    )
    pdf.pages[0].Annots.append(pdf.make_indirect(note))


def _picture(pdf: pikepdf.Pdf) -> None:
    image = pikepdf.Stream(pdf, b"\0")
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width = image.Height = 1
    image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    pdf.pages[0].Resources.XObject = pikepdf.Dictionary({"/I9": image})
    _draw(pdf, b"q 9 0 0 9 9 9 cm /I9 Do Q")


def _script(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    pdf.Root.OpenAction = pdf.make_indirect(action)


def _attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["x.txt"] = b"Nei."


PDF: list[tuple[Callable[[pikepdf.Pdf], None], str]] = [
    (lambda pdf: _draw(pdf, b"BT /f0 12 Tf 9 9 Td <0001000200030004> Tj ET"), "words outside"),
    (
        lambda pdf: _draw(pdf, b"/Span <</MCID 9999>> BDC BT /f0 9 Tf <00010002> Tj ET EMC"),
        "words outside",
    ),
    (
        lambda pdf: _draw(
            pdf, b"/Artifact <</ActualText (Opphevet)>> BDC BT /f0 9 Tf <0001> Tj ET EMC"
        ),
        "Opphevet",
    ),
    (_stamp, "a note on the page (FreeText)"),
    (_picture, "a picture was put in"),
    (_script, "a program"),
    (_attach, "a file is attached"),
]


def test_altered_pdfs(place: Place, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.pdf" for number, _ in enumerate(PDF)]
    for file, (alter, _) in zip(files, PDF, strict=True):
        with pikepdf.open(place.file("fourth", f"{NOW}.pdf")) as pdf:
            alter(pdf)
            pdf.save(file)
    for (_, said), verdict in zip(PDF, judged(place.register, *files), strict=True):
        assert verdict.state == "altered", said
        assert said in "; ".join(verdict.reasons)


def test_a_false_fingerprint_hides_nothing(place: Place, tmp_path: Path) -> None:
    file = place.file("fourth", f"{NOW}.docx")
    (print_now,) = {read_document(file).properties["fingerprint"]}
    step = with_part(file, tmp_path / "1.docx", "docProps/custom.xml", print_now, "0" * 16)
    half = with_part(step, tmp_path / "2.docx", "word/document.xml", print_now, "0" * 16)
    assert the_verdict(place.register, half)[0] == "current"  # every word else is the register's
    whole = with_part(half, tmp_path / "3.docx", "word/document.xml", "aldri", "alltid")
    state, reasons = the_verdict(place.register, whole)
    assert state == "altered"
    assert "no revision has the fingerprint it names" in reasons and "alltid" in reasons


# Files saved anew, and signed ones


@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
def test_files_saved_by_libreoffice_are_still_the_text(place: Place, tmp_path: Path) -> None:
    for form in ("docx", "odt"):
        subprocess.run(
            [
                soffice() or "soffice",
                f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                "odt" if form == "docx" else "docx",
                "--outdir",
                str(tmp_path),
                str(place.file("fourth", f"{NOW}.{form}")),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
    for verdict in judged(place.register, tmp_path / f"{NOW}.odt", tmp_path / f"{NOW}.docx"):
        assert (verdict.state, verdict.exact) == ("current", False), verdict.reasons
        assert "saved anew" in verdict.reasons[1]


def test_a_pdf_saved_by_another_program_is_still_the_text(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    with pikepdf.open(place.file("fourth", f"{NOW}.pdf")) as pdf:
        pdf.save(file, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert the_verdict(place.register, file)[0] == "current"


def test_a_signed_pdf_is_still_the_text(place: Place, tmp_path: Path) -> None:
    issuer = Issuer()
    key, certificate = issuer.issue("Kari Testesen")
    signing_key = read_key(key_pem(key), [pem(certificate)], never)
    file = tmp_path / "a.pdf"
    file.write_bytes(signed(place.file("fourth", f"{NOW}.pdf").read_bytes(), signing_key))
    state, reasons = the_verdict(place.register, file)
    assert state == "current"
    assert "something added at its end; it holds 1 signature, not checked here" in reasons


# Files that are no documents, or are meant to harm


def _bomb(part: str, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml" if part == "odt" else "_rels/.rels", b" " * size)
    return out.getvalue()


def _entities() -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE x [<!ENTITY a0 "ha">{lines}]><x>&a11;</x>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", text)
    return out.getvalue()


def _pdf_bomb() -> bytes:
    """A page whose content grows to more than 1 GB when it is unpacked."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        packer = zlib.compressobj(1)
        block = b" " * (1 << 24)
        packed = b"".join([packer.compress(block) for _ in range(70)]) + packer.flush()
        pdf.pages[0].Contents = pikepdf.Stream(pdf, packed, Filter=pikepdf.Name.FlateDecode)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False)
    return out.getvalue()


def _deep_tags() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        node = pikepdf.Dictionary(S=pikepdf.Name.P)
        for _ in range(3000):
            node = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Div, K=node))
        pdf.Root.StructTreeRoot = pikepdf.Dictionary(K=node)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _locked() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


HARMFUL: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "no PDF, DOCX or ODT"),
    "words": (lambda: b"Mandat for fagteamet", "no PDF, DOCX or ODT"),
    "half a zip": (lambda: b"PK\x03\x04 and no more", "damaged"),
    "half a PDF": (lambda: b"%PDF-1.7\nand no more", "damaged"),
    "another zip": (lambda: _bomb("docx", 1), "no proper XML"),
    "a zip bomb": (lambda: _bomb("odt", 40 << 20), "larger than any document's"),
    "an XML bomb": (_entities, "declares a document type"),
    "a PDF bomb": (_pdf_bomb, "decoding content stream"),
    "deep tags": (_deep_tags, "deeper than any document's"),
    "a locked PDF": (_locked, "encrypted"),
    "an old Word file": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "encrypted or of an old Word"),
}


MOST_MEMORY = """
import resource, sys
from pathlib import Path
from remit.load.handed_in import read_documents
list(read_documents([Path(name) for name in sys.argv[1:]]))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
"""In a process of its own, which has no other children."""


def test_files_that_cannot_be_read_are_told_one_by_one(place: Place, tmp_path: Path) -> None:
    good = place.file("fourth", f"{NOW}.docx")
    files = []
    for name, (make, _) in HARMFUL.items():
        (tmp_path / name).write_bytes(make())
        files += [tmp_path / name, good]
    verdicts = judged(place.register, *files)
    for (name, (_, said)), verdict in zip(HARMFUL.items(), verdicts[::2], strict=True):
        assert verdict.state == "unreadable", name
        assert said in verdict.reasons[0], name
    assert {verdict.state for verdict in verdicts[1::2]} == {"current"}
    harmful = [str(file) for file in files[::2]]
    measured = subprocess.run(
        [sys.executable, "-c", MOST_MEMORY, *harmful], capture_output=True, text=True, check=True
    )
    assert int(measured.stdout) < 1.1 * apart.MEMORY


def test_a_file_that_is_two_things_at_once(place: Place, tmp_path: Path) -> None:
    """One program would show one of them, and another the other."""
    docx, odt, _ = place.files("fourth", NOW)
    both = tmp_path / "both.docx"
    shutil.copy(docx, both)
    with zipfile.ZipFile(both, "a") as target, zipfile.ZipFile(odt) as source:
        target.writestr("content.xml", source.read("content.xml"))
    named = tmp_path / "named.pdf"
    shutil.copy(docx, named)
    first, second = judged(place.register, both, named)
    assert first.reasons == ("the file is a zip file, but not just a DOCX or an ODT",)
    assert second.reasons == ("the file is called .pdf and is DOCX",)


def test_a_file_that_takes_for_ever_is_given_up(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    monkeypatch.setattr(handed_in, "SECONDS", 2)
    good = place.file("fourth", f"{NOW}.docx")
    first, second, third = judged(place.register, good, endless, good)
    assert (first.state, second.state, third.state) == ("current", "unreadable", "current")
    assert "more memory or time" in second.reasons[0]


def test_a_file_cannot_steer_the_terminal(place: Place, tmp_path: Path) -> None:
    part, said = "docProps/custom.xml", "mandates/team-mandate/2024-01-01"
    file = with_part(
        place.file("fourth", f"{NOW}.docx"), tmp_path / "a.docx", part, said, "x\u202e\u009b2J"
    )
    (verdict,) = judged(place.register, file)
    assert verdict.state == "unknown"
    assert verdict.reasons == ("this register has no x\ufffd\ufffd2J",)


def test_damaged_files_never_cause_a_bug(place: Place, tmp_path: Path) -> None:
    files = []
    for source in place.files("fourth", NOW):
        data = source.read_bytes()
        for share in range(1, 12):
            cut = len(data) * share // 12
            for name, rest in (("cut", b""), ("turned", data[cut : cut + 99][::-1])):
                files.append(tmp_path / f"{name}-{share}{source.suffix}")
                files[-1].write_bytes(data[:cut] + rest + (data[cut + 99 :] if rest else b""))
    for verdict in judged(place.register, *files):
        assert verdict.reasons and not verdict.exact


# The command


def test_the_command(remit: RunRemit, register_copy: Path) -> None:
    assert remit("export", "team-mandate", "--language", "nb", "--to", "out").returncode == 0
    files = sorted(str(file.relative_to(register_copy)) for file in register_copy.glob("out/*"))
    done = remit("verify", *files)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split(": ")[:2] for line in lines] == [[file, "current"] for file in files]
    (register_copy / "out/x.pdf").write_bytes(b"no PDF")
    done = remit("verify", "--format", "json", files[0], "out/x.pdf")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert [one["state"] for one in told] == ["current", "unreadable"]
    assert len(told[0]["sha256"]) == 64 and told[0]["exact"] is True
    for wrong in ((), ("nowhere.pdf",), ("out",)):
        refused = CliRunner().invoke(verify, wrong, obj=register_copy)
        assert refused.exit_code == 2


def test_where_two_texts_part() -> None:
    words = "a b c d e f g h".split()
    assert difference(words, words) is None
    found = difference(words, "a b c d X f g h".split())
    assert found and (found.place, found.expected, found.found) == (
        4,
        "… b c d e f g h",
        "… b c d X f g h",
    )
    assert difference(["helse-og"], ["helse-", "og"], spaces=False) is None
    assert difference(["helse-og"], ["helse-", "og"]) is not None
    for other in ([], words[:-1], ["z", *words], [*words, "z"]):
        assert difference(words, other) is not None
