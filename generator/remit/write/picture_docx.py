"""Pictures in DOCX: a PNG that every reader shows, and with it the SVG for those that can."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lxml import etree

from remit.render.document_links import pictures
from remit.render.tree import Document, Picture
from remit.write.archive import CONTENT_TYPES as TYPES_PART
from remit.write.archive import parse, serialise
from remit.write.pictures import media_name, png
from remit.write.reference_docx import (
    CONTENT_TYPES,
    OFFICE_RELATIONS,
    PACKAGE_RELATIONS,
    A,
    fragment,
    w,
)

WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
SVG_BLIP = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_EMU = 36000
"""Word's unit of length in drawings: so many are a millimetre."""
_GAP = 8.0
"""Millimetres between a picture and the words beside it."""
_MEDIA = {"png": "image/png", "svg": "image/svg+xml"}
_NO_RELATIONS: Any = {None: PACKAGE_RELATIONS}
"""Any: the stubs of lxml know no default namespace."""
LOGO_NUMBER = 1
"""The logo's number among the document's drawings; those of the body follow."""


def place_pictures(body: etree._Element, parts: dict[str, bytes], document: Document) -> None:
    """Puts every picture of the body where its paragraph stands."""
    styles = [style for style in body.iter(w("pStyle")) if style.get(w("val")) == "Picture"]
    places = [next(style.iterancestors(w("p"))) for style in styles]
    found = enumerate(pictures(document.blocks), start=LOGO_NUMBER + 1)
    for place, (number, picture) in zip(places, found, strict=True):
        run = picture_run(parts, "document", picture, number)
        following = place.getnext()
        if picture.beside and following is not None and _style(following) == "Note":
            following.insert(1, run)
            _keep_together(following)
            parent = place.getparent()
            assert parent is not None
            parent.remove(place)
            continue
        for old in place.findall(w("r")):
            place.remove(old)
        place.append(run)


def _style(paragraph: etree._Element) -> str | None:
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return None if style is None else style.get(w("val"))


def _keep_together(paragraph: etree._Element | None) -> None:
    """Small print beside a picture stays on one page with it."""
    while paragraph is not None and _style(paragraph) == "Note":
        following = paragraph.getnext()
        if following is not None and _style(following) == "Note":
            style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
            assert style is not None
            style.addnext(fragment("<w:keepNext/>"))
        paragraph = following


def picture_run(
    parts: dict[str, bytes], owner: str, picture: Picture, number: int
) -> etree._Element:
    """A run that shows the picture; its files are added to the parts and related to `owner`."""
    name = media_name(picture)
    parts[f"word/media/{name}.png"] = png(picture)
    parts[f"word/media/{name}.svg"] = picture.svg.encode()
    parts[TYPES_PART] = _with_media(parts[TYPES_PART])
    ids = _relate(parts, owner, name, number)
    drawing = fragment(f"<w:r><w:drawing>{_frame(picture, number, *ids)}</w:drawing></w:r>")
    for element in drawing.iter(f"{{{WP}}}docPr", f"{{{PIC}}}cNvPr"):
        element.set("descr", picture.alt)
    return drawing


def _frame(picture: Picture, number: int, png_id: str, svg_id: str) -> str:
    width, height = round(picture.width * _EMU), round(picture.height * _EMU)
    size = f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
    content = (
        f'<wp:docPr id="{number}" name="Picture {number}"/><wp:cNvGraphicFramePr>'
        f'<a:graphicFrameLocks xmlns:a="{A}" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic xmlns:a="{A}"><a:graphicData uri="{PIC}"><pic:pic xmlns:pic="{PIC}">'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{png_id}"><a:extLst>'
        f'<a:ext uri="{_SVG_EXTENSION}"><asvg:svgBlip xmlns:asvg="{SVG_BLIP}"'
        f' r:embed="{svg_id}"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch>'
        '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"
    )
    if not picture.beside:
        return (
            f'<wp:inline xmlns:wp="{WP}" distT="0" distB="0" distL="0" distR="0">{size}{content}'
            "</wp:inline>"
        )
    return (
        f'<wp:anchor xmlns:wp="{WP}" distT="0" distB="0" distL="{round(_GAP * _EMU)}" distR="0"'
        f' simplePos="0" relativeHeight="{number}" behindDoc="0" locked="0" layoutInCell="1"'
        ' allowOverlap="0"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column">'
        '<wp:align>right</wp:align></wp:positionH><wp:positionV relativeFrom="paragraph">'
        f"<wp:posOffset>0</wp:posOffset></wp:positionV>{size}"
        f'<wp:wrapSquare wrapText="left"/>{content}</wp:anchor>'
    )


@lru_cache(maxsize=64)
def _with_media(xml: bytes) -> bytes:
    """The list of the parts' types, with those of pictures in it."""
    types = parse(xml)
    tag = f"{{{CONTENT_TYPES}}}Default"
    known = {default.get("Extension") for default in types.iter(tag)}
    for extension, kind in _MEDIA.items():
        if extension not in known:
            default = etree.Element(tag)
            default.set("Extension", extension)
            default.set("ContentType", kind)
            types.insert(0, default)
    return serialise(types)


def _relate(parts: dict[str, bytes], owner: str, name: str, number: int) -> tuple[str, str]:
    """The relations of a part to a picture's PNG and SVG."""
    where = f"word/_rels/{owner}.xml.rels"
    if where in parts:
        relations = parse(parts[where])
    else:
        relations = etree.Element(f"{{{PACKAGE_RELATIONS}}}Relationships", nsmap=_NO_RELATIONS)
    for extension in _MEDIA:
        relation = etree.SubElement(relations, f"{{{PACKAGE_RELATIONS}}}Relationship")
        relation.set("Type", f"{OFFICE_RELATIONS}/image")
        relation.set("Id", f"rId{extension}{number}")
        relation.set("Target", f"media/{name}.{extension}")
    parts[where] = serialise(relations)
    return f"rIdpng{number}", f"rIdsvg{number}"
