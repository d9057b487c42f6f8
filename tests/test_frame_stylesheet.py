"""The frame names one file of Material's by hand: an upgrade that renames it fails here."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

FRAME = Path(__file__).parent.parent / "overrides" / "main.html"


STYLES = FRAME.parent / "assets" / "stylesheets" / "remit.css"


def test_every_rule_is_closed() -> None:
    """A brace lost in a merge would silence every rule after it."""
    text = re.sub(r"/\*.*?\*/", "", STYLES.read_text("utf-8"), flags=re.S)
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        assert depth <= 1 or not re.match(r"[.:@a-z]", line), f"line {number} stands in a rule"
        depth += line.count("{") - line.count("}")
        assert depth >= 0, f"line {number} closes what is not open"
    assert depth == 0


def test_the_theme_has_the_stylesheet_that_the_frame_names() -> None:
    named = re.search(r'material_css = "(main\.\w+\.min\.css)"', FRAME.read_text("utf-8"))
    assert named, "the frame names no stylesheet of the theme"
    spec = find_spec("material")
    assert spec and spec.submodule_search_locations
    styles = Path(spec.submodule_search_locations[0]) / "templates" / "assets" / "stylesheets"
    has = sorted(file.name for file in styles.glob("main.*.css"))
    assert named[1] in has, f"the installed Material has {has}"
