"""`remit sign`: finished PDFs, signed in their fields."""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime
from pathlib import Path

import click

from remit.write.files import write_file
from remit.write.signing_keys import CannotSign, Passphrase, SigningKey

ENVIRONMENT = "REMIT_PASSPHRASE"
"""Where the passphrase is taken from; on the command line others could read it."""

_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_file)
@click.option("--key", metavar="FILE", type=_file, help="The private key, PEM or DER.")
@click.option(
    "--certificate",
    "certificates",
    multiple=True,
    metavar="FILE",
    type=_file,
    help="The key's certificate, and those of its issuers; may be given several times.",
)
@click.option("--pkcs12", metavar="FILE", type=_file, help="Key and certificates in one file.")
@click.option(
    "--passphrase-file",
    metavar="FILE",
    type=_file,
    help=f"The key's passphrase, on the first line. Otherwise {ENVIRONMENT}, or you are asked.",
)
@click.option("--field", metavar="NAME", help="Where to sign. Default: the first empty field.")
@click.option("--reason", default="", metavar="TEXT", help="Why you sign, kept in the signature.")
@click.option("--place", default="", metavar="TEXT", help="Where you sign, kept in the signature.")
@click.option(
    "--timestamp",
    default="",
    metavar="URL",
    help="Server that testifies when it was signed; no network is used without it.",
)
@click.option(
    "--to",
    "target",
    metavar="FILE|FOLDER",
    type=click.Path(path_type=Path),
    help="The signed file, or a folder. Default: beside the file, with -signed in its name.",
)
def sign(
    files: tuple[Path, ...],
    key: Path | None,
    certificates: tuple[Path, ...],
    pkcs12: Path | None,
    passphrase_file: Path | None,
    field: str | None,
    reason: str,
    place: str,
    timestamp: str,
    target: Path | None,
) -> None:
    """Sign the PDF of a document, in the field that it has for each body that signs.

    \b
    remit sign mandate-nb.pdf --pkcs12 kari.p12
    remit sign mandate-nb.pdf --key kari.pem --certificate kari.crt --certificate issuer.crt
    remit sign mandate-nb-signed.pdf --pkcs12 ola.p12 --field signature-2

    The signed file is a new one; the file that you name is left as it is.
    """
    from remit.write.signing import Wish, read_signable
    from remit.write.signing import sign as signed

    if timestamp and not re.match(r"https?://\S+$", timestamp):
        raise click.UsageError("--timestamp is the address of a server: https://…")
    try:
        documents = [read_signable(file.name, file.read_bytes()) for file in files]
        places = [document.field(field) for document in documents]
        targets = _targets(files, target)
        signing_key = _key(key, certificates, pkcs12, _passphrase(passphrase_file))
        now = datetime.now().astimezone()
        for doubt in signing_key.doubts(now):
            click.echo(f"remit: beware: {doubt}", err=True)
        wish = Wish(reason, place, timestamp)
        for document, one, path in zip(documents, places, targets, strict=True):
            write_file(path, signed(document, one, signing_key, wish, now))
            click.echo(f"{path}: {one.name} signed as {signing_key.name}", err=True)
    except CannotSign as error:
        raise click.ClickException(str(error)) from error


def _key(
    key: Path | None, certificates: tuple[Path, ...], pkcs12: Path | None, passphrase: Passphrase
) -> SigningKey:
    from remit.write.signing_keys import read_key, read_pkcs12

    if (key is None) == (pkcs12 is None):
        raise click.UsageError("give --key with --certificate, or --pkcs12")
    if pkcs12:
        if certificates:
            raise click.UsageError("--certificate goes with --key; a PKCS#12 file has its own")
        return read_pkcs12(pkcs12.read_bytes(), passphrase)
    if key is None or not certificates:
        raise click.UsageError("--key needs --certificate, the certificate issued for it")
    return read_key(key.read_bytes(), [one.read_bytes() for one in certificates], passphrase)


def _passphrase(file: Path | None) -> Passphrase:
    """Asked only when the key turns out to be locked."""

    def ask() -> bytes:
        if file:
            return file.read_bytes().splitlines()[0] if file.stat().st_size else b""
        if ENVIRONMENT in os.environ:
            return os.environ[ENVIRONMENT].encode()
        if not sys.stdin.isatty():
            raise click.UsageError(
                f"the key is locked; set {ENVIRONMENT} or give --passphrase-file"
            )
        return str(click.prompt("Passphrase of the key", hide_input=True, err=True)).encode()

    return ask


def _targets(files: tuple[Path, ...], target: Path | None) -> list[Path]:
    """Where the signed files go; no file that is there already is written over."""
    if target and target.suffix.lower() == ".pdf" and not target.is_dir():
        if len(files) > 1:
            raise click.UsageError("--to names one file, but several are to be signed")
        targets = [target]
    else:
        targets = [(target or file.parent) / _signed_name(file) for file in files]
    if len(set(targets)) < len(targets):
        raise click.UsageError("two of the files have the same name; sign them one by one")
    for path in targets:
        if path.exists():
            raise click.UsageError(f"{path} is there already; name another file with --to")
    return targets


def _signed_name(file: Path) -> str:
    """mandate.pdf → mandate-signed.pdf → mandate-signed-2.pdf → mandate-signed-3.pdf"""
    earlier = re.fullmatch(r"(.+-signed)(?:-(\d+))?", file.stem)
    return f"{earlier[1]}-{int(earlier[2] or 1) + 1}.pdf" if earlier else f"{file.stem}-signed.pdf"
