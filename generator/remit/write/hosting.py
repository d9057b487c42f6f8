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
CACHE = {
    "assets": "public, max-age=31536000, immutable",
    "pagefind": "public, max-age=600, stale-while-revalidate=86400",
}
"""How long browsers keep what lies in a folder: assets for ever, since one that changes gets
another name; the search index for some minutes."""
CACHE_PAGES = "no-store"
"""Pages leave no copy on the reader's device: what was read is not found there afterwards."""


TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
    ".csv": "text/csv",
    ".txt": "text/plain",
}
"""Files of text, of which there may be compressed copies. Apache has to be told what a copy is."""


def _copies_apache() -> list[str]:
    """Apache sends the smallest copy that the browser takes; nothing compresses it again."""
    lines = [
        "AddEncoding br .br",
        "AddEncoding gzip .gz",
        "RemoveLanguage .br",
        "Header merge Vary Accept-Encoding",
        "RewriteEngine On",
    ]
    for name, suffix in (("br", "br"), ("gzip", "gz")):
        lines += [
            rf"RewriteCond %{{HTTP:Accept-Encoding}} \b{name}\b",
            rf"RewriteCond %{{REQUEST_FILENAME}}.{suffix} -f",
            rf"RewriteRule ^(.+)$ $1.{suffix} [L]",
        ]
    lines += [
        rf"RewriteRule \{suffix}\.(br|gz)$ - [T={kind},E=no-gzip:1,E=no-brotli:1]"
        for suffix, kind in TYPES.items()
    ]
    return lines


def headers_of(path: str) -> dict[str, str]:
    """The headers that the file at `path`, which begins at the site's root, is sent with."""
    folder = path.lstrip("/").split("/")[0]
    return {**dict(HEADERS), "Cache-Control": CACHE.get(folder, CACHE_PAGES)}


def headers_file(languages: Sequence[str]) -> str:
    """`_headers`, as many static hosts read it.

    Rules that meet in one file's address add up there, so no address gets two rules on caching.
    """
    lines = ["/*", *(f"  {name}: {value}" for name, value in HEADERS)]
    for folder, kept in CACHE.items():
        lines += [f"/{folder}/*", f"  Cache-Control: {kept}"]
    for page in ("/", "/index.html", "/404.html", *(f"/{code}/*" for code in languages)):
        lines += [page, f"  Cache-Control: {CACHE_PAGES}"]
    return "\n".join([*lines, ""])


def htaccess(languages: Sequence[str], *, compressed: bool = False) -> str:
    """`.htaccess` for Apache 2.4 with mod_headers and mod_setenvif; with compressed copies beside
    the files also mod_rewrite and mod_mime."""
    lines = ["ErrorDocument 404 /404.html"]
    for code in languages:
        lines += [
            f'<If "%{{REQUEST_URI}} =~ m#^/{code}/#">',
            f"  ErrorDocument 404 /{code}/404.html",
            "</If>",
        ]
    kept = "|".join(CACHE)
    lines += [f'SetEnvIf Request_URI "^/({kept})/" remit_kept']
    lines += [f'SetEnvIf Request_URI "^/{folder}/" remit_{folder}' for folder in CACHE]
    lines += [f"Header always set {name} {_quoted(value)}" for name, value in HEADERS]
    lines += [
        f"Header always set Cache-Control {_quoted(kept)} env=remit_{folder}"
        for folder, kept in CACHE.items()
    ]
    lines += [f"Header always set Cache-Control {_quoted(CACHE_PAGES)} env=!remit_kept"]
    return "\n".join([*lines, *(_copies_apache() if compressed else ()), ""])


_COPIES_NGINX = ("  gzip_static on;", "  brotli_static on;", "  gzip_vary on;")


def nginx(languages: Sequence[str], *, compressed: bool = False) -> str:
    """Two pieces for nginx: a map beside the server, and what stands inside it. With compressed
    copies beside the files, they are sent: `.br` needs the module ngx_brotli.

    A location with an `add_header` of its own would lose all of these, so none has one.
    """
    lines = [
        "map $uri $remit_cache {",
        f'  default "{CACHE_PAGES}";',
        *(f'  ~^/{folder}/ "{kept}";' for folder, kept in CACHE.items()),
        "}",
        "",
        "server {",
        "  # listen, server_name and certificates stand here",
        "  root /srv/remit/site;",
        *(_COPIES_NGINX if compressed else ()),
        "  error_page 404 /404.html;",
        *(f"  location /{code}/ {{ error_page 404 /{code}/404.html; }}" for code in languages),
        *(f"  add_header {name} {_quoted(value)} always;" for name, value in HEADERS),
        "  add_header Cache-Control $remit_cache always;",
        "}",
    ]
    return "\n".join([*lines, ""])


def _quoted(value: str) -> str:
    return f'"{value}"'


def write_hosting_files(site: Path, languages: Sequence[str], *, compressed: bool = False) -> None:
    """`_headers` and `.htaccess` in the site's root: where they are read, the headers are sent."""
    (site / "_headers").write_text(headers_file(languages), "utf-8")
    (site / ".htaccess").write_text(htaccess(languages, compressed=compressed), "utf-8")
