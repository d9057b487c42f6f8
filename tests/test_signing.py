"""Signed PDFs: intact, trusted, still PDF/A and PDF/UA, and a change after signing is seen."""

from __future__ import annotations

import io
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate as Asn1Certificate
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from conftest import RunRemit
from document_checks import fonts_embedded, pdf_faults, sample
from remit.cli.sign import sign as command
from remit.write.documents import write_document
from remit.write.signing import SignedFile, Wish, read_signable, sign
from remit.write.signing_keys import CannotSign, SigningKey, read_key, read_pkcs12
from tag_tree import tag_tree

NOW = datetime.now(UTC)
PASSPHRASE = b"correct horse"
BYTE_RANGE = {"PDFA2A-SIGNATURE-BYTERANGE-001"}
"""The checker wants the first of two signatures to cover the second too, which none can."""


class Issuer:
    """A root of our own, and keys with certificates that it issues."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name("Prøverot", "Testdirektoratet")
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self.certificate = (
            _builder(self.name, self.name, self.key.public_key(), NOW + timedelta(days=999))
            .add_extension(x509.BasicConstraints(True, None), True)
            .add_extension(usage, True)
            .sign(self.key, hashes.SHA256())
        )

    def issue(
        self,
        name: str,
        organisation: str = "Testdirektoratet",
        *,
        key: Any = None,
        days: int = 100,
        signs: bool = True,
        stamps_time: bool = False,
    ) -> tuple[Any, x509.Certificate]:
        key = key or ec.generate_private_key(ec.SECP256R1())
        ends = NOW + timedelta(days=days)
        usage = x509.KeyUsage(signs, signs, not signs, False, False, False, False, False, False)
        builder = _builder(_name(name, organisation), self.name, key.public_key(), ends)
        builder = builder.add_extension(x509.BasicConstraints(False, None), True)
        builder = builder.add_extension(usage, True)
        if stamps_time:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, True)
        return key, builder.sign(self.key, hashes.SHA256())


def _name(name: str, organisation: str) -> x509.Name:
    parts = {NameOID.COUNTRY_NAME: "NO", NameOID.ORGANIZATION_NAME: organisation}
    parts[NameOID.COMMON_NAME] = name
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts.items() if text])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: Any, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=200))
        .not_valid_after(ends)
    )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def key_pem(key: Any, passphrase: bytes = b"") -> bytes:
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))


def p12(key: Any, *certificates: x509.Certificate, passphrase: bytes = PASSPHRASE) -> bytes:
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    own, *others = certificates
    return pkcs12.serialize_key_and_certificates(b"key", key, own, others, lock)


def asn1(certificate: x509.Certificate) -> Any:
    return Asn1Certificate.load(certificate.public_bytes(Encoding.DER))


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def kari(issuer: Issuer) -> SigningKey:
    key, certificate = issuer.issue("Kari Ødegård Testesen")
    return read_key(key_pem(key), [pem(issuer.certificate), pem(certificate)], never)


@pytest.fixture(scope="module")
def seal(issuer: Issuer) -> SigningKey:
    """An organisation's own key, of another kind."""
    rsa_key = rsa.generate_private_key(65537, 2048)
    key, certificate = issuer.issue("Testdirektoratet", key=rsa_key)
    return read_pkcs12(p12(key, certificate, issuer.certificate, passphrase=b""), never)


def never() -> bytes:
    raise AssertionError("no passphrase is needed")


@cache
def unsigned(language: str = "nb") -> bytes:
    return write_document(sample(language, nasty=False), "pdf", "https://remit.example/nb/")


def signed(
    pdf: bytes, key: SigningKey, wish: Wish | None = None, field: str | None = None
) -> bytes:
    document = read_signable("mandate.pdf", pdf)
    return sign(document, document.field(field), key, wish or Wish(), NOW)


def findings(pdf: bytes, issuer: Issuer) -> list[Any]:
    """What pyHanko's own validator says of each signature."""
    found = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    trusted = ValidationContext(trust_roots=[asn1(issuer.certificate)])
    return [validate_pdf_signature(one, trusted) for one in found]


def test_a_signature_is_intact_trusted_and_of_the_whole_file(
    issuer: Issuer, kari: SigningKey
) -> None:
    pdf = signed(unsigned(), kari, Wish(reason="Vedtatt i møte 3/26", place="Tromsø"))
    (status,) = findings(pdf, issuer)
    assert status.intact and status.valid and status.trusted and status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert pdf.startswith(unsigned())
    with pikepdf.open(io.BytesIO(pdf)) as file:
        first, second = file.Root.AcroForm.Fields
        assert str(first.V.SubFilter) == "/ETSI.CAdES.detached"
        assert (str(first.V.Reason), str(first.V.Location)) == ("Vedtatt i møte 3/26", "Tromsø")
        assert "/V" not in second
        assert int(file.Root.AcroForm.SigFlags) == 3
    field = read_signable("x.pdf", pdf).fields[0]
    assert (field.name, field.signed) == ("signature-1", True)


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_a_signed_file_follows_its_standards_and_says_what_it_did(
    language: str, seal: SigningKey
) -> None:
    pdf = signed(unsigned(language), seal)
    assert pdf_faults(pdf, "2a") == pdf_faults(pdf, "ua1") == set()
    assert tag_tree(pdf) == tag_tree(unsigned(language))
    assert all(fonts_embedded(pdf).values())
    for name, words in (("Producer", "Typst"), ("Title", sample(language).title)):
        with pikepdf.open(io.BytesIO(pdf)) as file:
            assert words in str(file.docinfo[f"/{name}"])
    with pikepdf.open(io.BytesIO(pdf)) as new, pikepdf.open(io.BytesIO(unsigned(language))) as old:
        assert new.Root.Metadata.read_bytes() == old.Root.Metadata.read_bytes()


def test_the_place_to_sign_shows_who_signed_and_when(kari: SigningKey, tmp_path: Path) -> None:
    shown = {
        "nb": "Signert elektronisk av Kari Ødegård Testesen Testdirektoratet {d} kl. {t:%H.%M}",
        "sv": "Elektroniskt underskriven av Kari Ødegård Testesen Testdirektoratet "
        "{d} kl. {t:%H.%M}",
        "en": "Signed electronically by Kari Ødegård Testesen Testdirektoratet {d} at {t:%H:%M}",
    }
    for language, words in shown.items():
        text = appearance(signed(unsigned(language), kari), "signature-1", tmp_path)
        assert f"{NOW:%Y}" in text
        head, tail = words.split("{d}")
        assert text.startswith(head.strip())
        assert text.endswith(tail.strip().format(t=NOW))


def test_a_long_name_fits_its_place(issuer: Issuer, tmp_path: Path) -> None:
    name = "Kommunikasjonsdirektør Kari Margrethe Ødegård-Testesen"
    body = "Direktoratet for integrering, mangfold og mye annet som tar plass"
    key, certificate = issuer.issue(name, body[:64])
    long = read_key(key_pem(key), [pem(certificate)], never)
    pdf = signed(unsigned(), long)
    text = appearance(pdf, "signature-1", tmp_path)
    assert name in text and body[:64].strip() in text
    assert pdf_faults(pdf, "2a") == set()


def appearance(pdf: bytes, field: str, folder: Path) -> str:
    """Words that are seen in a field: its appearance as a page of its own, read by poppler."""
    with pikepdf.open(io.BytesIO(pdf)) as file, pikepdf.new() as page:
        widget = next(one for one in file.Root.AcroForm.Fields if str(one.T) == field)
        form = widget.AP.N
        page.add_blank_page(page_size=(float(max(form.BBox[::2])), float(max(form.BBox[1::2]))))
        page.pages[0].obj.Resources = pikepdf.Dictionary(
            {"/XObject": pikepdf.Dictionary({"/F": page.copy_foreign(form)})}
        )
        page.pages[0].obj.Contents = page.make_stream(b"/F Do")
        page.save(folder / "field.pdf")
    done = subprocess.run(
        ["pdftotext", str(folder / "field.pdf"), "-"], capture_output=True, check=True, text=True
    )
    return " ".join(done.stdout.split())


def test_two_bodies_sign_one_after_the_other(
    issuer: Issuer, kari: SigningKey, seal: SigningKey
) -> None:
    pdf = signed(signed(unsigned(), kari), seal)
    first, second = findings(pdf, issuer)
    assert first.bottom_line and second.bottom_line
    assert first.coverage is SignatureCoverageLevel.ENTIRE_REVISION
    assert second.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert [str(one.signing_cert.subject.native["common_name"]) for one in (first, second)] == [
        "Kari Ødegård Testesen",
        "Testdirektoratet",
    ]
    assert pdf_faults(pdf, "ua1") == set()
    assert pdf_faults(pdf, "2a") == BYTE_RANGE


def test_the_second_field_can_be_signed_first(issuer: Issuer, kari: SigningKey) -> None:
    pdf = signed(unsigned(), kari, field="signature-2")
    assert [one.signed for one in read_signable("x.pdf", pdf).fields] == [False, True]
    pdf = signed(pdf, kari)
    assert all(status.bottom_line for status in findings(pdf, issuer))


def test_a_change_after_signing_is_seen(issuer: Issuer, kari: SigningKey) -> None:
    pdf = signed(unsigned(), kari)
    changed = pdf.replace(b"/Keywords", b"/Keyw0rds", 1)
    assert changed != pdf
    assert not findings(changed, issuer)[0].intact
    with pikepdf.open(io.BytesIO(unsigned())) as file:
        number = file.pages[0].Contents.objgen[0]
    added = pdf + later_revision(pdf, number, b"<</Length 0>>\nstream\n\nendstream")
    assert not findings(added, issuer)[0].bottom_line


def later_revision(pdf: bytes, number: int, content: bytes) -> bytes:
    """What makes an object of a PDF another one, added at the end of the file."""
    start = pdf.rindex(b"startxref") + len(b"startxref")
    earlier = int(pdf[start:].split()[0])
    with pikepdf.open(io.BytesIO(pdf)) as file:
        root, size = file.Root.objgen[0], int(file.trailer.Size)
    body = b"%d 0 obj\n%s\nendobj\n" % (number, content)
    place = len(pdf) + len(body)
    return body + (
        b"xref\n%d 1\n%010d 00000 n\r\ntrailer\n<</Size %d/Root %d 0 R/Prev %d>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (number, len(pdf), size, root, earlier, place)
    )


def test_a_certificate_of_a_stranger_is_not_trusted(issuer: Issuer) -> None:
    key, certificate = Issuer().issue("Kari Ødegård Testesen")
    (status,) = findings(
        signed(unsigned(), read_key(key_pem(key), [pem(certificate)], never)), issuer
    )
    assert status.intact and status.valid and not status.trusted


def test_a_timestamp_server_testifies_when_it_was_signed(
    issuer: Issuer, kari: SigningKey, timestamp_server: str
) -> None:
    (status,) = findings(signed(unsigned(), kari, Wish(timestamp_server=timestamp_server)), issuer)
    assert status.bottom_line
    assert status.timestamp_validity.intact and status.timestamp_validity.trusted


def test_a_silent_timestamp_server_is_told_of(kari: SigningKey) -> None:
    with pytest.raises(CannotSign, match="the timestamp server gave no timestamp"):
        signed(unsigned(), kari, Wish(timestamp_server="http://127.0.0.1:9/"))


@pytest.fixture
def timestamp_server(issuer: Issuer) -> Iterator[str]:
    """A server on this machine that stamps times by a certificate of our root."""
    rsa_key = rsa.generate_private_key(65537, 2048)
    key, certificate = issuer.issue("Klokken", key=rsa_key, stamps_time=True)
    stamper = DummyTimeStamper(
        tsa_cert=asn1(certificate),
        tsa_key=PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        certs_to_embed=SimpleCertificateStore.from_certs([asn1(issuer.certificate)]),
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_no_stream_can_be_taken_for_a_byte_shorter() -> None:
    file = SignedFile()
    for part in (b"stream\n", b"data\r", b"\nendstream", b"stream\n", b"data", b"\nendstream"):
        file.write(part)
    assert file.getvalue() == b"stream\ndata\r\rendstreamstream\ndata\nendstream"


# Refused, kindly


def test_what_cannot_be_signed_is_told(kari: SigningKey) -> None:
    twice = signed(signed(unsigned(), kari), kari)
    document = read_signable("mandate.pdf", signed(unsigned(), kari))
    other = io.BytesIO()
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(other)
    unsignable = write_document(
        replace(sample("nb"), blocks=sample("nb").blocks[:1]), "pdf", "https://remit.example/nb/"
    )
    attempts: list[tuple[Callable[[], object], str]] = [
        (lambda: read_signable("a.pdf", b"not a PDF"), "a.pdf is no PDF, or is damaged"),
        (lambda: read_signable("a.pdf", other.getvalue()), "a.pdf was not made by remit"),
        (lambda: read_signable("a.pdf", unsignable), "a.pdf has no place to sign"),
        (read_signable("a.pdf", twice).field, "every field of a.pdf is signed already"),
        (lambda: document.field("signature-1"), 'the field "signature-1" of mandate.pdf is signed'),
        (
            lambda: document.field("sign-here"),
            'mandate.pdf has no field "sign-here"; it has signature-1 (signed), signature-2',
        ),
    ]
    for attempt, message in attempts:
        with pytest.raises(CannotSign) as refused:
            attempt()
        assert message in str(refused.value)


def test_keys_that_cannot_be_used_are_told(issuer: Issuer) -> None:
    key, certificate = issuer.issue("Kari")
    stranger, _ = issuer.issue("Ola")
    wrong = lambda: b"wrong"  # noqa: E731
    attempts: list[tuple[Callable[[], object], str]] = [
        (lambda: read_key(key_pem(key, PASSPHRASE), [pem(certificate)], wrong), "the passphrase"),
        (lambda: read_key(b"x", [pem(certificate)], never), "holds no private key"),
        (lambda: read_key(pem(certificate), [pem(certificate)], never), "holds no private key"),
        (lambda: read_key(key_pem(key), [b"x"], never), "holds no certificate"),
        (lambda: read_key(key_pem(stranger), [pem(certificate)], never), "belongs to the key"),
        (lambda: read_pkcs12(p12(key, certificate), wrong), "the passphrase does not open"),
        (lambda: read_pkcs12(b"x", never), "no PKCS#12 file"),
    ]
    for attempt, message in attempts:
        with pytest.raises(CannotSign) as refused:
            attempt()
        assert message in str(refused.value)


def test_locked_keys_open_with_their_passphrase(issuer: Issuer) -> None:
    key, certificate = issuer.issue("Kari")
    right = lambda: PASSPHRASE  # noqa: E731
    der = certificate.public_bytes(Encoding.DER)
    assert read_key(key_pem(key, PASSPHRASE), [der], right).name == "Kari"
    assert read_pkcs12(p12(key, certificate), right).name == "Kari"


def test_doubtful_certificates_are_told_of_and_used(issuer: Issuer) -> None:
    expired = issuer.issue("Kari", days=-1)
    closed = issuer.issue("Ola", signs=False)
    doubts = [
        read_key(key_pem(key), [pem(certificate)], never).doubts(NOW)
        for key, certificate in (expired, closed, issuer.issue("Per"))
    ]
    assert doubts == [
        [f"the certificate of Kari expired on {NOW - timedelta(days=1):%Y-%m-%d}"],
        ["the certificate of Ola is not meant for signatures"],
        [],
    ]


# The command


def run(*arguments: str, passphrase: bytes | None = None) -> Result:
    """`remit sign`, with the passphrase in the environment when there is one."""
    environment = {"REMIT_PASSPHRASE": passphrase.decode() if passphrase else None}
    return CliRunner().invoke(command, arguments, env=environment)


def test_the_command_signs_beside_the_file_and_writes_over_none(
    issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    key, certificate = issuer.issue("Kari Testesen")
    (tmp_path / "kari.p12").write_bytes(p12(key, certificate, issuer.certificate))
    (tmp_path / "phrase").write_bytes(PASSPHRASE + b"\n")
    (tmp_path / "a.pdf").write_bytes(unsigned())
    call = ("a.pdf", "--pkcs12", "kari.p12")
    locked = run(*call)
    assert locked.exit_code != 0
    assert "set REMIT_PASSPHRASE or give --passphrase-file" in locked.output
    done = run(*call, "--passphrase-file", "phrase", "--place", "Oslo")
    assert done.exit_code == 0, done.output
    assert "a-signed.pdf: signature-1 signed as Kari Testesen" in done.output
    assert (tmp_path / "a.pdf").read_bytes() == unsigned()
    pdf = (tmp_path / "a-signed.pdf").read_bytes()
    assert findings(pdf, issuer)[0].bottom_line
    again = run(*call, passphrase=PASSPHRASE)
    assert again.exit_code != 0
    assert "is there already; name another file with --to" in again.output
    assert (tmp_path / "a-signed.pdf").read_bytes() == pdf
    second = run("a-signed.pdf", "--pkcs12", "kari.p12", passphrase=PASSPHRASE)
    assert "a-signed-2.pdf: signature-2 signed" in second.output
    wrong = run(*call, "--to", "new", passphrase=b"wrong")
    assert wrong.exit_code != 0 and "the passphrase does not open" in wrong.output
    whole = run(
        "a-signed-2.pdf", "a.pdf", "--pkcs12", "kari.p12", "--to", "new", passphrase=PASSPHRASE
    )
    assert whole.exit_code != 0 and "every field of a-signed-2.pdf is signed" in whole.output
    assert not (tmp_path / "new").exists()
    both = run("a.pdf", "a-signed.pdf", *call[1:], "--to", "new", passphrase=PASSPHRASE)
    assert both.exit_code == 0, both.output
    assert sorted(one.name for one in (tmp_path / "new").iterdir()) == [
        "a-signed-2.pdf",
        "a-signed.pdf",
    ]


def test_an_expired_certificate_signs_with_a_warning(
    issuer: Issuer, remit: RunRemit, register_copy: Path
) -> None:
    key, certificate = issuer.issue("Kari", days=-1)
    (register_copy / "key.pem").write_bytes(key_pem(key))
    (register_copy / "kari.pem").write_bytes(pem(certificate))
    (register_copy / "a.pdf").write_bytes(unsigned())
    done = remit("sign", "a.pdf", "--key", "key.pem", "--certificate", "kari.pem", "--to", "b.pdf")
    assert done.returncode == 0, done.stderr
    assert "remit: beware: the certificate of Kari expired on" in done.stderr
    assert (register_copy / "b.pdf").is_file()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "give --key with --certificate, or --pkcs12"),
        (("--key", "k", "--pkcs12", "k"), "give --key with --certificate, or --pkcs12"),
        (("--key", "k"), "--key needs --certificate"),
        (("--pkcs12", "k", "--certificate", "k"), "--certificate goes with --key"),
        (("--pkcs12", "k", "--timestamp", "ftp://x"), "--timestamp is the address of a server"),
        (("--pkcs12", "gone"), "'gone' does not exist"),
        (("--pkcs12", "k", "a.pdf", "--to", "b.pdf"), "--to names one file"),
    ],
)
def test_wrong_use_is_told(
    options: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(unsigned())
    (tmp_path / "k").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    refused = run("a.pdf", *options)
    assert refused.exit_code != 0
    assert message in refused.output


def test_without_the_library_the_way_to_it_is_told(remit: RunRemit, register_copy: Path) -> None:
    """A folder first on the path that has a broken pyHanko, as if none were installed."""
    folder = register_copy / "nothing" / "pyhanko"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise ImportError('absent')\n")
    (register_copy / "a.pdf").write_bytes(unsigned())
    (register_copy / "k").write_bytes(b"x")
    path = os.pathsep.join([str(folder.parent), os.environ.get("PYTHONPATH", "")])
    refused = remit("sign", "a.pdf", "--pkcs12", "k", environment={"PYTHONPATH": path})
    assert refused.returncode == 2
    assert 'pip install "remit[sign]"' in refused.stderr
