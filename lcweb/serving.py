"""The app's processes (granian). What they have in common is loaded once, before they part, and kept as it is.

Two processes then need little more memory than one. No connection to the database is open when they part.
"""

import gc
import resource
from importlib import import_module

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

THREADS = 6  # of one process; each holds one database connection at most
#: Open connections of one process. A browser keeps its own for as long as its page is open, and the server takes no
#: further one when it has so many: not even a question whether it is well.
CONNECTIONS = 8000
OTHER_FILES = 500  # of one process: the database, the log, templates
BUFFER = 8192  # bytes read at once, the least that there is: each open connection keeps as much
WAITING = 2048  # connections that nobody has taken yet, as when all pages come back after a restart
DRAINED_AFTER = 20  # seconds after which a request that is still not answered is given up


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@click.argument("target", default="app:app")
def main(host: str, port: int, processes: int, target: str) -> None:
    """Serve until SIGTERM, which lets requests under way be answered. A process that dies is replaced."""
    server = Granian(
        target, address=host, port=port, interface=Interfaces.WSGI, workers=processes,
        blocking_threads=THREADS, backlog=WAITING, backpressure=_connections(), websockets=False,
        http1_settings=HTTP1Settings(max_buffer_size=BUFFER),
        respawn_failed_workers=True, workers_kill_timeout=DRAINED_AFTER,
    )  # fmt: skip
    _load(target)
    gc.collect()
    gc.freeze()  # collecting would write to each object, and so give each process a copy of its own
    server.serve()


def _connections() -> int:
    """CONNECTIONS, or as many as the system lets a process open files; what may be had on top is taken."""
    given, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if given < wanted:
        given = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (given, most))
    return min(CONNECTIONS, given - OTHER_FILES)


def _load(target: str) -> None:
    """The app with all its templates compiled. Whoever has no way to share it loads it again."""
    module, _, name = target.partition(":")
    app: Flask = getattr(import_module(module), name)
    for template in app.jinja_env.list_templates(extensions=["html", "txt"]):
        app.jinja_env.get_template(template)


if __name__ == "__main__":
    main()
