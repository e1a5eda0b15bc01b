"""A site in a real browser, opened from its folder and from a web server; what it asks and complains is noted."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from pipelines.home import PROJECT, Home
from pipelines.release.protocol import Release
from tests.unit.release import conftest as toy
from tests.unit.release.forms.pages import Site

CHROMIUM = "/usr/bin/chromium"
_SERVED = (PROJECT / "pipelines" / "deploy" / "nginx-readers.conf").read_text(encoding="utf-8")
(POLICY,) = re.findall(r'add_header Content-Security-Policy +"([^"]+)"', _SERVED)

documents, built, first = toy.documents, toy.built, toy.first


@dataclass
class Door:
    """Where the site is opened: its first address, and everything that went wrong or left the site since."""

    address: str
    context: BrowserContext
    faults: list[str] = field(default_factory=list)

    def page(self, path: str = "index.html", width: int = 1280, height: int = 900) -> Page:
        """A page, at a size of the window."""
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("console", lambda said: self.faults.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("requestfailed", lambda asked: self._failed(asked.url))
        page.on("request", lambda asked: self._asked(asked.url))
        page.goto(self.address + path)
        return page

    def _failed(self, url: str) -> None:
        if not url.endswith(".csv"):  # a download ends the request for a page
            self.faults.append(f"failed: {url}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address.rsplit("site/", 1)[0], "data:")):
            self.faults.append(f"outside: {url}")


class _Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(first: tuple[Home, Release]) -> Site:
    return Site(first[1].folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"There is no {CHROMIUM}; on Debian: apt install chromium fonts-noto-cjk")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as started:
        yield started.chromium.launch(executable_path=CHROMIUM, args=flags)


@pytest.fixture(scope="session")
def served(site: Site) -> Iterator[str]:
    handler = functools.partial(_Handler, directory=str(site.release))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/site/"
        server.shutdown()


@pytest.fixture(params=["folder", "server"])
def door(request: pytest.FixtureRequest, browser: Browser, site: Site, served: str) -> Iterator[Door]:
    address = f"{site.folder.as_uri()}/" if request.param == "folder" else served
    with browser.new_context(accept_downloads=True) as context:
        context.set_default_timeout(30_000)
        found = Door(address, context)
        yield found
        assert found.faults == []


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: below the folder of the test run."""
    folder = tmp_path_factory.getbasetemp() / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
