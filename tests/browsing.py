"""Tabs of a real Chromium on the built site, served with the headers that the hosts are to send."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from remit.write.hosting import headers_of

AXE = Path(__file__).parent / "browser/node_modules/axe-core/axe.min.js"
CHROMIUM = shutil.which("chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"type": "tag", "values": RULES}
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LANGUAGES = ("nb", "sv", "en")
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
RUN_AXE = """async (runOnly) => {
  const { violations } = await axe.run(document, {
    runOnly, resultTypes: ["violations"], iframes: false, preload: false,
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id} (${help}): ${node.target.join(" ")}`));
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        for name, value in headers_of(self.path).items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def origin(built_site: Path) -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(built_site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: cd tests/browser && npm ci")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A tab and what went wrong in it: errors, refused or failed loads, requests elsewhere.

    `exit`: the one address elsewhere that a test of the quick exit goes to.
    """

    page: Any
    origin: str
    exit: str = "data:"
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def _console(self, message: Any) -> None:
        refused = message.text.startswith("Error with Permissions-Policy")
        if message.type == "error" or refused:
            self.faults.append(f"console error on {self.page.url}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith(
            (self.origin + "/", "data:", "blob:" + self.origin, self.exit)
        ):
            self.faults.append(f"request elsewhere on {self.page.url}: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} for {response.url}")

    def open(self, path: str) -> Any:
        self.page.goto(self.origin + path)
        return self.page

    def axe(self, state: str) -> list[str]:
        """Accessibility rules broken in the page's present state, in light and dark.

        The schemes differ in colours alone, so in dark only the rules about colours run again.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        broken = []
        for scheme, rules in (("light", ALL_RULES), ("dark", COLOUR_RULES)):
            self.page.emulate_media(color_scheme=scheme)
            found = self.page.evaluate(RUN_AXE, rules)
            broken += [f"{state} {scheme}: {fault}" for fault in found]
        return broken


@pytest.fixture
def visit(browser: Any, origin: str) -> Iterator[Visit]:
    """A fresh tab; the test fails when anything went wrong in it."""
    context = browser.new_context(viewport=DESK)
    context.set_default_timeout(10_000)
    visit = Visit(context.new_page(), origin)
    yield visit
    stored = context.cookies()
    context.close()
    assert not stored
    assert not visit.faults, "\n".join(visit.faults)


@pytest.fixture
def scriptless(browser: Any, origin: str) -> Iterator[Visit]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    visit = Visit(context.new_page(), origin)
    yield visit
    context.close()
    assert not visit.faults, "\n".join(visit.faults)
