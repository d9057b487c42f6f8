"""MkDocs and remit. Only this package imports mkdocs; replace it to replace MkDocs.

MkDocs brings the theme, writes its files and serves the preview. remit's own processes make and
write the pages, inside frames that the theme has rendered.
"""

from remit.mkdocs_plugin.host import (
    build_of_shares,
    build_site,
    frame_files,
    frame_state,
    frames_of,
    serve_site,
    shares_state,
)
from remit.mkdocs_plugin.plugin import RemitPlugin

__all__ = [
    "RemitPlugin",
    "build_of_shares",
    "build_site",
    "frame_files",
    "frame_state",
    "frames_of",
    "serve_site",
    "shares_state",
]
