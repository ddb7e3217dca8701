"""A stand-in for the CDN on a loopback port: npm's own files under the addresses that a CDN gives them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lcweb.assets import AssetKind, all_assets
from tests.live import Unhurried

NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"
TYPES = {AssetKind.SCRIPT: "text/javascript", AssetKind.STYLE: "text/css"}


@dataclass
class Cdn:
    """Every file named in `changed` differs from the pinned one by a single byte."""

    url: str
    changed: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def file(self, path: str) -> tuple[bytes, str] | None:
        self.asked.append(path)
        for asset in all_assets():
            if asset.cdn_url("") == path:
                content = (NODE_MODULES / asset.package / asset.file).read_bytes()
                return content + b"\n" * (asset.name in self.changed), TYPES[asset.kind]
        return None


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        found = self.server.cdn.file(self.path)
        self.send_response(200 if found else 404)
        self.send_header("Access-Control-Allow-Origin", "*")
        if found:
            self.send_header("Content-Type", found[1])
        self.end_headers()
        self.wfile.write(found[0] if found else b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class _Server(Unhurried, ThreadingHTTPServer):
    daemon_threads = False
    cdn: Cdn


@contextmanager
def served() -> Iterator[Cdn]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.cdn = Cdn(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.cdn
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
