"""The real app on a loopback port, and browser pages that remember every trouble they saw."""

import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import TCPServer
from typing import Any

from flask import Flask
from flask.ctx import AppContext
from playwright.sync_api import ConsoleMessage, Page, Request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from lcweb.config import Settings

#: Each new context would start two pages of Chromium's own, the popups of its address bar, at four times the cost of
#: the context itself. The browser heeds one such list only, so what Playwright switches off for tests stands here too.
UNWANTED_FEATURES = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(UNWANTED_FEATURES)}",
]


class Unhurried(TCPServer):
    """Ends no connection before it stops: a browser opens some ahead, and may send just as one would be closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*args, **kwargs)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def shutdown(self) -> None:
        """What is being answered is answered to the end; nothing more is read."""
        super().shutdown()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)


class _Handler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: the test looks at the answers."""


class _Server(Unhurried, ThreadedWSGIServer):
    daemon_threads = False  # stopping waits for the last answer, so that no database connection is left behind


@dataclass
class Live:
    """`context()` is for verbs and factories of the test itself."""

    url: str
    app: Flask
    settings: Settings

    def context(self) -> AbstractContextManager[AppContext]:
        return self.app.app_context()


@contextmanager
def served(app: Flask, settings: Settings, *, port: int = 0) -> Iterator[Live]:
    """`port` 0: any free one."""
    server = _Server("127.0.0.1", port, app, _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Live(f"http://127.0.0.1:{server.server_port}", app, settings)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Troubles:
    """Console errors (CSP violations among them), page errors and failed requests of a test's pages."""

    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, words: str) -> None:
        """Troubles with these words are part of the test."""
        self.expected.append(words)

    @property
    def unexpected(self) -> list[str]:
        return [trouble for trouble in self.seen if not any(words in trouble for words in self.expected)]

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"page error: {error}"))
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        # A poll under way when the page is left is aborted by the browser, and rightly so.
        if request.failure != "net::ERR_ABORTED":
            self.seen.append(f"failed: {request.method} {request.url} {request.failure}")
