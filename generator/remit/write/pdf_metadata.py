"""What a PDF says about itself: its XMP packet and its information dictionary, in agreement."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.metadata import version

from remit.render.document_links import locale
from remit.render.tree import Document
from remit.write.pdf_objects import text_string

NAMESPACE = "https://remit.example/ns/document/1.0/"
"""Namespace of the properties that only documents of a register have. It never changes."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "remit": NAMESPACE,
}
_UA_PROPERTIES = {"part": "Part of ISO 14289 that the file follows"}
_PROPERTIES = {
    "record": "Address of the record below the site's address",
    "document_id": "The issuing body's identifier of the document",
    "version": "Day of the version, ISO 8601",
    "language": "Language code of the text",
    "kind": "Kind of document, such as mandate",
    "fingerprint": "Digest of the sources, 16 hexadecimal digits",
    "revision": "Git revision that last changed the sources",
    "web_address": "Web address of the version",
}


def own_properties(document: Document) -> dict[str, str]:
    """Name and value of each property in our own namespace that has a value."""
    values = {name: str(getattr(document, _FIELDS.get(name, name))) for name in _PROPERTIES}
    return {name: value for name, value in values.items() if value}


_FIELDS = {"record": "address"}
"""Properties that are called otherwise in `Document`."""


def xmp_packet(document: Document, identifiers: tuple[str, str], part: int) -> bytes:
    """The XMP packet of a PDF/A file of that part; `identifiers` are of document and instance."""
    namespaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    properties = "\n".join(_properties(document, identifiers, part))
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">\n'
        f'<rdf:Description rdf:about="" {namespaces}>\n{properties}\n'
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    ).encode()


def information(document: Document) -> bytes:
    """The information dictionary. Its subject is what XMP calls description, as Adobe maps them."""
    moment = f"(D:{document.date.replace('-', '')}000000Z)".encode()
    texts = {
        b"Title": document.title,
        b"Author": document.letterhead.name,
        b"Subject": _description(document),
        b"Keywords": ", ".join(document.keywords),
        b"Creator": "Remit",
        b"Producer": _producer(),
    }
    entries = b"".join(b"/%s%s" % (key, text_string(text)) for key, text in texts.items() if text)
    return b"<<%s/CreationDate%s/ModDate%s>>" % (entries, moment, moment)


def _properties(document: Document, identifiers: tuple[str, str], part: int) -> list[str]:
    language, moment = locale(document.language), f"{document.date}T00:00:00Z"
    lines = [
        _language_choice("dc:title", document.title, language),
        _several("dc:creator", [document.letterhead.name], "Seq"),
        _several("dc:publisher", [document.letterhead.name]),
        _language_choice("dc:description", _description(document), language),
        _several("dc:subject", document.keywords),
        _several("dc:type", [document.subject]),
        _one("dc:identifier", document.document_id),
        _one("dc:source", document.web_address),
        _several("dc:language", [language]),
        _several("dc:date", [document.version], "Seq"),
        _language_choice("dc:rights", document.rights, language),
        _one("dc:format", "application/pdf"),
        _language_choice("xmpRights:UsageTerms", document.rights, language),
        _several("xmp:Identifier", [document.document_id, document.web_address]),
        _one("xmp:CreateDate", moment),
        _one("xmp:ModifyDate", moment),
        _one("xmp:MetadataDate", moment),
        _one("xmp:CreatorTool", "Remit"),
        _one("xmpMM:DocumentID", identifiers[0]),
        _one("xmpMM:InstanceID", identifiers[1]),
        _one("xmpMM:VersionID", document.version),
        _one("pdf:Keywords", ", ".join(document.keywords)),
        _one("pdf:Producer", _producer()),
        _one("pdfaid:part", str(part)),
        _one("pdfaid:conformance", "A"),
        _one("pdfuaid:part", "1"),
        *(_one(f"remit:{name}", value) for name, value in own_properties(document).items()),
        _extensions(),
    ]
    return [line for line in lines if line]


def _description(document: Document) -> str:
    return " ".join((document.description or document.subject).split())


@cache
def _producer() -> str:
    return f"Typst {version('typst')}"


def _one(name: str, value: str) -> str:
    return f"<{name}>{escape(value, quote=False)}</{name}>" if value else ""


def _several(name: str, values: list[str] | tuple[str, ...], kind: str = "Bag") -> str:
    items = "".join(f"<rdf:li>{escape(value, quote=False)}</rdf:li>" for value in values if value)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>" if items else ""


def _language_choice(name: str, value: str, language: str) -> str:
    if not value:
        return ""
    items = "".join(
        f'<rdf:li xml:lang="{code}">{escape(value, quote=False)}</rdf:li>'
        for code in ("x-default", language)
    )
    return f"<{name}><rdf:Alt>{items}</rdf:Alt></{name}>"


def _extensions() -> str:
    """PDF/A wants to be told of every property that it does not know itself."""
    schemas = (
        _schema("PDF/UA identification", "pdfuaid", _UA_PROPERTIES, "internal", "Integer"),
        _schema("Document of a Remit register", "remit", _PROPERTIES, "external", "Text"),
    )
    bag = "".join(schemas)
    return f"<pdfaExtension:schemas><rdf:Bag>\n{bag}</rdf:Bag></pdfaExtension:schemas>"


def _schema(
    title: str, prefix: str, properties: dict[str, str], category: str, value_type: str
) -> str:
    items = "\n".join(
        '<rdf:li rdf:parseType="Resource">'
        f"{_one('pdfaProperty:name', name)}{_one('pdfaProperty:valueType', value_type)}"
        f"{_one('pdfaProperty:category', category)}{_one('pdfaProperty:description', words)}"
        "</rdf:li>"
        for name, words in properties.items()
    )
    return (
        f'<rdf:li rdf:parseType="Resource">{_one("pdfaSchema:schema", title)}'
        f"{_one('pdfaSchema:namespaceURI', _NAMESPACES[prefix])}"
        f"{_one('pdfaSchema:prefix', prefix)}"
        f"<pdfaSchema:property><rdf:Seq>\n{items}\n</rdf:Seq></pdfaSchema:property></rdf:li>\n"
    )
