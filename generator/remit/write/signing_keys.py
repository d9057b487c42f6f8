"""Keys and certificates to sign with, read from the files that those who issue them give out.

The library for signing is optional, so it is imported when something is to be signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from remit.write.pandoc_tool import ToolMissing

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from pyhanko.sign.signers import SimpleSigner

Passphrase = Callable[[], bytes]
_PEM = b"-----BEGIN"


class CannotSign(Exception):
    """A key or a document that cannot be used; the message says which, why and what to do."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key with its certificate. `name` is whom the certificate is for."""

    name: str
    organisation: str
    begins: datetime
    ends: datetime
    for_signing: bool
    signer: SimpleSigner

    def doubts(self, now: datetime) -> list[str]:
        """Why a reader of the document may not accept a signature that is made now."""
        doubts = []
        if now < self.begins:
            doubts.append(
                f"the certificate of {self.name} is not valid before {self.begins:%Y-%m-%d}"
            )
        if now > self.ends:
            doubts.append(f"the certificate of {self.name} expired on {self.ends:%Y-%m-%d}")
        if not self.for_signing:
            doubts.append(f"the certificate of {self.name} is not meant for signatures")
        return doubts


def read_key(key: bytes, certificates: Sequence[bytes], passphrase: Passphrase) -> SigningKey:
    """A key and its certificate, each PEM or DER; further certificates are those of the issuers.

    `passphrase` is asked only for a locked key. Raises CannotSign and ToolMissing.
    """
    _require_library()
    from cryptography.hazmat.primitives import serialization

    pem = key.lstrip().startswith(_PEM)
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    try:
        private: Any = load(key, None)
    except TypeError:
        try:
            private = load(key, passphrase())
        except (TypeError, ValueError) as error:
            raise CannotSign("the passphrase does not open the key") from error
    except Exception as error:  # the library has no common class for what it cannot read
        raise CannotSign("the file given with --key holds no private key (PEM or DER)") from error
    return _signing_key(private, [one for data in certificates for one in _certificates(data)])


def read_pkcs12(data: bytes, passphrase: Passphrase) -> SigningKey:
    """A PKCS#12 file (.p12, .pfx), which holds a key with its certificates."""
    _require_library()
    from cryptography.hazmat.primitives.serialization import pkcs12

    if not data.startswith(b"\x30"):
        raise CannotSign("the file given with --pkcs12 is no PKCS#12 file (.p12, .pfx)")
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(data, None)
    except ValueError:
        try:
            private, certificate, others = pkcs12.load_key_and_certificates(data, passphrase())
        except ValueError as error:
            raise CannotSign("the passphrase does not open the PKCS#12 file") from error
    if private is None:
        raise CannotSign("the file given with --pkcs12 holds no private key")
    return _signing_key(private, [*([certificate] if certificate else []), *others])


def _require_library() -> None:
    try:
        import pyhanko.sign  # noqa: F401
    except ImportError as error:
        raise ToolMissing(
            "signing needs pyHanko, which is not installed. Install it with "
            '`pip install "remit[sign]"`, or sign in your PDF program.'
        ) from error


def _certificates(data: bytes) -> list[Certificate]:
    from cryptography import x509

    try:
        if data.lstrip().startswith(_PEM):
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise CannotSign(
            "a file given with --certificate holds no certificate (PEM or DER)"
        ) from error


def _signing_key(private: Any, certificates: list[Certificate]) -> SigningKey:
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate as Asn1Certificate
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from cryptography.x509.oid import NameOID
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    public = private.public_key()
    own = next((one for one in certificates if one.public_key() == public), None)
    if own is None:
        raise CannotSign(
            "none of the certificates belongs to the key; give the one that was issued for it"
        )

    def asn1(one: Certificate) -> Any:
        return Asn1Certificate.load(one.public_bytes(Encoding.DER))

    def of_subject(kind: Any) -> str:
        found = own.subject.get_attributes_for_oid(kind)
        return " ".join(str(found[0].value).split()) if found else ""

    organisation = of_subject(NameOID.ORGANIZATION_NAME)
    return SigningKey(
        name=of_subject(NameOID.COMMON_NAME) or organisation or own.subject.rfc4514_string(),
        organisation=organisation,
        begins=own.not_valid_before_utc,
        ends=own.not_valid_after_utc,
        for_signing=_is_for_signing(own),
        signer=SimpleSigner(
            signing_cert=asn1(own),
            signing_key=PrivateKeyInfo.load(
                private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
            cert_registry=SimpleCertificateStore.from_certs(_others(own, certificates, asn1)),
        ),
    )


def _others(
    own: Certificate, certificates: Iterable[Certificate], asn1: Callable[[Certificate], Any]
) -> list[Any]:
    return [asn1(one) for one in certificates if one != own]


def _is_for_signing(certificate: Certificate) -> bool:
    from cryptography import x509

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment
