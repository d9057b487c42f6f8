"""What a host has to send with every file: one table, from which every host's own form is made.

The site runs under this policy in the tests; a host that sends it gives readers what was tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{name}=()" for name in UNUSED_FEATURES)),
)
ASSET_FOLDERS = ("assets", "pagefind")
CACHE_ASSETS = "public, max-age=600, stale-while-revalidate=86400"
CACHE_PAGES = "no-store"
"""Pages leave no copy on the reader's device: what was read is not found there afterwards."""


def headers_of(path: str) -> dict[str, str]:
    """The headers that the file at `path`, which begins at the site's root, is sent with."""
    asset = path.lstrip("/").split("/")[0] in ASSET_FOLDERS
    return {**dict(HEADERS), "Cache-Control": CACHE_ASSETS if asset else CACHE_PAGES}


def headers_file(languages: Sequence[str]) -> str:
    """`_headers`, as many static hosts read it.

    Rules that meet in one file's address add up there, so no address gets two rules on caching.
    """
    lines = ["/*", *(f"  {name}: {value}" for name, value in HEADERS)]
    for folder in ASSET_FOLDERS:
        lines += [f"/{folder}/*", f"  Cache-Control: {CACHE_ASSETS}"]
    for page in ("/", "/index.html", "/404.html", *(f"/{code}/*" for code in languages)):
        lines += [page, f"  Cache-Control: {CACHE_PAGES}"]
    return "\n".join([*lines, ""])


def htaccess(languages: Sequence[str]) -> str:
    """`.htaccess` for Apache 2.4 with mod_headers and mod_setenvif."""
    lines = ["ErrorDocument 404 /404.html"]
    for code in languages:
        lines += [
            f'<If "%{{REQUEST_URI}} =~ m#^/{code}/#">',
            f"  ErrorDocument 404 /{code}/404.html",
            "</If>",
        ]
    folders = "|".join(ASSET_FOLDERS)
    lines += [f'SetEnvIf Request_URI "^/({folders})/" remit_asset']
    lines += [f"Header always set {name} {_quoted(value)}" for name, value in HEADERS]
    lines += [
        f"Header always set Cache-Control {_quoted(CACHE_ASSETS)} env=remit_asset",
        f"Header always set Cache-Control {_quoted(CACHE_PAGES)} env=!remit_asset",
    ]
    return "\n".join([*lines, ""])


def nginx(languages: Sequence[str]) -> str:
    """Two pieces for nginx: a map beside the server, and what stands inside it.

    A location with an `add_header` of its own would lose all of these, so none has one.
    """
    folders = "|".join(ASSET_FOLDERS)
    lines = [
        "map $uri $remit_cache {",
        f'  default "{CACHE_PAGES}";',
        f'  ~^/({folders})/ "{CACHE_ASSETS}";',
        "}",
        "",
        "server {",
        "  # listen, server_name and certificates stand here",
        "  root /srv/remit/site;",
        "  error_page 404 /404.html;",
        *(f"  location /{code}/ {{ error_page 404 /{code}/404.html; }}" for code in languages),
        *(f"  add_header {name} {_quoted(value)} always;" for name, value in HEADERS),
        "  add_header Cache-Control $remit_cache always;",
        "}",
    ]
    return "\n".join([*lines, ""])


def _quoted(value: str) -> str:
    return f'"{value}"'


def write_hosting_files(site: Path, languages: Sequence[str]) -> None:
    """`_headers` and `.htaccess` in the site's root: where they are read, the headers are sent."""
    (site / "_headers").write_text(headers_file(languages), "utf-8")
    (site / ".htaccess").write_text(htaccess(languages), "utf-8")
