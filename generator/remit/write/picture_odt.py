"""Pictures in ODT: a frame with the SVG, and a PNG for readers that cannot show it."""

from __future__ import annotations

from lxml import etree

from remit.render.document_links import pictures
from remit.render.tree import Document, Picture
from remit.write.archive import parse, serialise
from remit.write.pictures import media_name, png
from remit.write.reference_odt import NAMESPACES, fragment, q

_MANIFEST = "META-INF/manifest.xml"
_MEDIA = {"svg": "image/svg+xml", "png": "image/png"}
"""The first that a reader knows is shown."""
_PLAIN = (
    ' style:wrap="none" style:vertical-pos="middle" style:vertical-rel="line"'
    ' fo:padding="0mm" fo:border="none"'
)
_BESIDE = (
    ' style:wrap="left" style:number-wrapped-paragraphs="no-limit" style:horizontal-pos="right"'
    ' style:horizontal-rel="paragraph" style:vertical-pos="top" style:vertical-rel="paragraph"'
    ' fo:margin-left="8mm" fo:margin-right="0mm" fo:padding="0mm" fo:border="none"'
)
_STYLES = {"PictureInLine": _PLAIN, "PictureBeside": _BESIDE}


def place_pictures(content: etree._Element, parts: dict[str, bytes], document: Document) -> None:
    """Puts every picture of the body where its paragraph stands."""
    places = [p for p in content.iter(q("text:p")) if _style(p) == "Picture"]
    found = zip(places, pictures(document.blocks), strict=True)
    for number, (place, picture) in enumerate(found, start=1):
        frame = picture_frame(parts, picture, f"Picture{number}")
        following = place.getnext()
        if picture.beside and following is not None and _style(following) == "Note":
            _insert_first(following, frame)
            parent = place.getparent()
            assert parent is not None
            parent.remove(place)
            _keep_together(content, following)
        else:
            for old in list(place):
                place.remove(old)
            place.text = None
            place.append(frame)
    add_picture_styles(content)


def _style(paragraph: etree._Element) -> str | None:
    return paragraph.get(q("text:style-name"))


def _insert_first(paragraph: etree._Element, element: etree._Element) -> None:
    element.tail, paragraph.text = paragraph.text, None
    paragraph.insert(0, element)


def _keep_together(content: etree._Element, paragraph: etree._Element | None) -> None:
    """Small print beside a picture stays on one page with it."""
    while paragraph is not None and _style(paragraph) == "Note":
        following = paragraph.getnext()
        if following is not None and _style(following) == "Note":
            paragraph.set(q("text:style-name"), "NoteKept")
        paragraph = following


def picture_frame(parts: dict[str, bytes], picture: Picture, name: str) -> etree._Element:
    """A frame that shows the picture; its files are added to the parts."""
    file = media_name(picture)
    parts[f"Pictures/{file}.svg"] = picture.svg.encode()
    parts[f"Pictures/{file}.png"] = png(picture)
    _declare(parts, file)
    style, anchor = (
        ("PictureBeside", "paragraph") if picture.beside else ("PictureInLine", "as-char")
    )
    images = "".join(
        f'<draw:image xlink:href="Pictures/{file}.{extension}" xlink:type="simple"'
        f' xlink:show="embed" xlink:actuate="onLoad" draw:mime-type="{kind}"/>'
        for extension, kind in _MEDIA.items()
    )
    frame = fragment(
        f'<draw:frame draw:style-name="{style}" draw:name="{name}"'
        f' text:anchor-type="{anchor}" svg:x="0mm" svg:y="0mm" svg:width="{picture.width}mm"'
        f' svg:height="{picture.height}mm">{images}<svg:desc/></draw:frame>'
    )
    frame[-1].text = picture.alt
    return frame


def add_picture_styles(root: etree._Element) -> None:
    """The styles of the frames in a part, among its automatic styles."""
    automatic = root.find("office:automatic-styles", NAMESPACES)
    assert automatic is not None
    used = {frame.get(q("draw:style-name")) for frame in root.iter(q("draw:frame"))}
    for name, properties in _STYLES.items():
        if name in used:
            automatic.append(
                fragment(
                    f'<style:style style:name="{name}" style:family="graphic">'
                    f"<style:graphic-properties{properties}/></style:style>"
                )
            )


def _declare(parts: dict[str, bytes], file: str) -> None:
    manifest = parse(parts[_MANIFEST])
    prefix = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
    known = {entry.get(f"{prefix}full-path") for entry in manifest}
    for extension, kind in _MEDIA.items():
        path = f"Pictures/{file}.{extension}"
        if path not in known:
            entry = etree.SubElement(manifest, f"{prefix}file-entry")
            entry.set(f"{prefix}media-type", kind)
            entry.set(f"{prefix}full-path", path)
    parts[_MANIFEST] = serialise(manifest)
