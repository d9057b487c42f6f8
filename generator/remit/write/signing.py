"""Signs a finished PDF in one of its fields (PAdES), so that it stays PDF/A and PDF/UA.

The file is only added to: whoever has the first signature's file can see that nothing else changed.
"""

from __future__ import annotations

import io
import json
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf

from remit.render.labels import Labels
from remit.settings import LOCALES
from remit.write.pandoc_tool import ConversionFailed
from remit.write.pdf_metadata import NAMESPACE
from remit.write.signing_keys import CannotSign, SigningKey
from remit.write.typst_tool import typeset

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.stamp import StaticStampStyle

STAMP_LANGUAGE = "en"
"""Language of the stamp in a document of a language that we have no labels for."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place to sign in a document; width and height in points."""

    name: str
    signed: bool
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Signable:
    """A PDF of a register that is to be signed."""

    name: str
    """File name, for messages."""
    content: bytes
    language: str
    fields: tuple[Field, ...]

    def field(self, wanted: str | None = None) -> Field:
        """The named field, or the first that is empty. Raises CannotSign."""
        named = [field for field in self.fields if wanted in (None, field.name)]
        if not named:
            raise CannotSign(f'{self.name} has no field "{wanted}"; it has {self._fields()}')
        empty = [field for field in named if not field.signed]
        if not empty:
            which = f'the field "{wanted}"' if wanted else "every field"
            raise CannotSign(f"{which} of {self.name} is signed already")
        return empty[0]

    def _fields(self) -> str:
        return ", ".join(f"{one.name}{' (signed)' if one.signed else ''}" for one in self.fields)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the signer adds to a signature; a timestamp server is asked only when one is named."""

    reason: str = ""
    place: str = ""
    timestamp_server: str = ""


def read_signable(name: str, content: bytes) -> Signable:
    """Raises CannotSign for what is no PDF made by remit, or has no place to sign."""
    try:
        with pikepdf.open(io.BytesIO(content)) as file:
            with file.open_metadata(set_pikepdf_as_editor=False) as about:
                record = about.get(f"{{{NAMESPACE}}}record")
                language = str(about.get(f"{{{NAMESPACE}}}language", ""))
            form = file.Root.get("/AcroForm", pikepdf.Dictionary())
            fields = tuple(
                _field(one) for one in form.get("/Fields", []) if one.get("/FT") == "/Sig"
            )
    except pikepdf.PdfError as error:
        raise CannotSign(f"{name} is no PDF, or is damaged") from error
    if not record:
        raise CannotSign(f"{name} was not made by remit; sign it in your PDF program")
    if not fields:
        raise CannotSign(f"{name} has no place to sign")
    return Signable(name, content, language, fields)


def sign(document: Signable, field: Field, key: SigningKey, wish: Wish, now: datetime) -> bytes:
    """The signed document. `now` is what the reader sees; the signature has the machine's clock.

    Raises CannotSign.
    """
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

    server = wish.timestamp_server
    about = PdfSignatureMetadata(
        field_name=field.name,
        subfilter=SigSeedSubFilter.PADES,
        reason=wish.reason or None,
        location=wish.place or None,
    )
    signed = SignedFile()
    with tempfile.TemporaryDirectory(prefix="remit-sign-") as folder:
        stamp = Path(folder) / "stamp.pdf"
        stamp.write_bytes(_stamp(document, field, key, now))
        signer = PdfSigner(
            about,
            key.signer,
            timestamper=HTTPTimeStamper(server) if server else None,
            stamp_style=_style(stamp),
        )
        try:
            signer.sign_pdf(_writer(document.content), existing_fields_only=True, output=signed)
        except TimestampRequestError as error:
            raise CannotSign(f"the timestamp server gave no timestamp: {error}") from error
        except (SigningError, ValueError) as error:
            raise CannotSign(f"{document.name} cannot be signed: {error}") from error
    return signed.getvalue()


class SignedFile(io.BytesIO):
    """A file whose streams end unmistakably, as in `finish_pdf`: with another carriage return
    after data that ends with one. Once it is signed, nothing can be mended."""

    _end = b""

    def write(self, data: ReadableBuffer, /) -> int:
        content = bytes(data)
        if content == b"\nendstream" and self._end == b"\r":
            content = b"\rendstream"
        self._end = content[-1:]
        return super().write(content)


def _field(field: pikepdf.Object) -> Field:
    left, bottom, right, top = (float(one) for one in field.Rect)
    return Field(str(field.T), "/V" in field, right - left, top - bottom)


def _writer(content: bytes) -> IncrementalPdfFileWriter:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """pyHanko would write a new XMP packet that is not PDF/A. Ours says what the text is
            of, and signing does not change that."""

    return Writer(io.BytesIO(content))


def _stamp(document: Signable, field: Field, key: SigningKey, now: datetime) -> bytes:
    """What is seen where it is signed, as a page of a PDF with its letters in it."""
    known = (LOCALES / f"{document.language}.toml").is_file()
    labels = Labels(document.language if known else STAMP_LANGUAGE)
    moment = {"day": labels.day(now.date()), "hour": f"{now:%H}", "minute": f"{now:%M}"}
    words = {
        "language": labels.language,
        "by": labels["signed_by"],
        "signer": key.name,
        "organisation": key.organisation if key.organisation != key.name else "",
        "at": labels.get("signed_at", **moment),
        "width": field.width,
        "height": field.height,
    }
    try:
        return typeset(
            "signature.typ",
            json.dumps(words),
            ["a-2b"],
            now.date().isoformat(),
            document.name,
        )
    except ConversionFailed as error:
        raise CannotSign(f"the name of {key.name} cannot be printed: {error}") from error


def _style(stamp: Path) -> StaticStampStyle:
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    middle = AxisAlignment.ALIGN_MID
    return StaticStampStyle(
        border_width=0,
        background=ImportedPdfPage(str(stamp)),
        background_layout=SimpleBoxLayoutRule(middle, middle, Margins.uniform(0)),
        background_opacity=1,
    )
