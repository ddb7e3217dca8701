"""The certified provider program `oidc-provider` from npm, run by node on a loopback port."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lcweb.domain.providers import Provider

PROGRAM = Path(__file__).with_name("provider.mjs")
LEVEL = "http://id.example/loa3"


def node() -> str | None:
    """None where node or the package is missing."""
    package = PROGRAM.parents[2] / "node_modules/oidc-provider/package.json"
    return shutil.which("node") if package.exists() else None


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def real_provider(app_url: str) -> Iterator[Provider]:
    """Another site to the browser than the app is, so that cookies and policies are as strict as they get."""
    port = free_port()
    provider = Provider(
        key="siths", name="SITHS", issuer=f"http://localhost:{port}", client_id="lcweb", client_secret="s" * 40,
        acr=(LEVEL,),
    )  # fmt: skip
    client = {
        "client_id": provider.client_id, "client_secret": provider.client_secret,
        "redirect_uris": [f"{app_url}/logga-in/siths/svar"], "post_logout_redirect_uris": [f"{app_url}/logga-in"],
    }  # fmt: skip
    given = {"port": port, "issuer": provider.issuer, "client": client, "acr": [LEVEL, "http://id.example/loa2"]}
    command = [node() or "node", str(PROGRAM), json.dumps(given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == "ready\n", "oidc-provider did not start"
            yield provider
        finally:
            process.kill()
