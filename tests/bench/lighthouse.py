"""Lighthouse's scores of the built site, served as a host would: compressed, with its headers.

    python tests/bench/lighthouse.py SITE [PATH ...]

Needs Chromium, and Lighthouse once: `npm install --prefix tests/browser --no-save lighthouse`.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from remit.write.hosting import headers_of

LIGHTHOUSE = Path(__file__).parents[1] / "browser/node_modules/.bin/lighthouse"
PAGES = (
    "/nb/",
    "/nb/mandates/regional-coordinators/",
    "/nb/networks/authority-network/",
    "/nb/directory/",
    "/nb/contacts/",
    "/nb/duty/norway/teacher/under-18-serious/",
    "/nb/guidance/whom-to-contact/",
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml", ".txt")
FLAGS = "--headless=new --no-sandbox --disable-gpu"


class _Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file.name))
        for name, value in headers_of(self.path).items():
            self.send_header(name, value)
        if file.suffix in COMPRESSED:
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Quiet."""


def scores(address: str) -> dict[str, int]:
    """Each category's score of a page, 0 to 100."""
    done = subprocess.run(
        [
            str(LIGHTHOUSE),
            address,
            "--quiet",
            "--output=json",
            f"--chrome-flags={FLAGS}",
            f"--only-categories={','.join(CATEGORIES)}",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""},
    )
    found = json.loads(done.stdout)["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("paths", nargs="*", default=PAGES)
    given = parser.parse_args()
    if not LIGHTHOUSE.exists():
        sys.exit("Lighthouse is missing: npm install --prefix tests/browser --no-save lighthouse")
    handler = functools.partial(_Handler, directory=str(given.site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for path in given.paths:
            made = scores(f"http://127.0.0.1:{server.server_port}{path}")
            print(path, *(f"{name} {score}" for name, score in made.items()), sep="  ")
        server.shutdown()


if __name__ == "__main__":
    main()
