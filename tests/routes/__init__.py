"""Every address by noun, one module each: who gets what there, and a faultless request.

A new address needs a line in its noun's `TABLE`. Where there is something to say, the module also has
`NEIGHBOURS`: whose thread, unit or list it is; a line for an address with an id (tests/test_whose_unit.py);
`IDS`: (method, endpoint) → field → whose id it takes (tests/web/ids.py, tests/test_foreign_ids.py); a new kind of
    object, or a new name of an address's variable, goes into tests/web/foreign.py;
`READERS`: endpoint → who of the table's heading may, where a nurse may not;
`WRITING_GETS`: endpoint → tables that the GET may write to;
`ELSEWHERE`: endpoint → the file that knows it, where it is absent by default;
`NAMES`: (method, endpoint) → what the view asks of the form or the address, for fuzzing;
`fields(world, endpoint, thread_id)`: what is posted, None: not mine;
`arguments(world)`: values of an address's variables besides the thread's, by their name.
What leaves rows in the access log also stands in tests/web/test_access_log.py, `ROWS`.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from werkzeug.test import TestResponse

from tests.web.visits import Visitor
from tests.web.world import World

MODULES: list[ModuleType] = [
    import_module(f"tests.routes.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.stem != "__init__"
]


def gathered(name: str) -> dict[str, Any]:
    """One dictionary of every module's, such as READERS."""
    return {key: value for module in MODULES for key, value in getattr(module, name, {}).items()}


def read_tables(name: str = "TABLE") -> dict[tuple[str, str], dict[str, str]]:
    """(method, endpoint) → person → what they get."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for table in (getattr(module, name, "") for module in MODULES):
        heading, *lines = table.strip().splitlines() or [""]
        names = heading.split()
        for method, endpoint, *rest in (line.split() for line in lines):
            assert (method, endpoint) not in found, f"{method} {endpoint} stands twice"
            found[method, endpoint] = dict(zip(names, rest, strict=True))
    return found


def fields(world: World, endpoint: str, thread_id: int) -> dict[str, Any]:
    asked = (module.fields(world, endpoint, thread_id) for module in MODULES if hasattr(module, "fields"))
    return next((found for found in asked if found is not None), {})


def arguments(world: World) -> dict[str, Any]:
    known: dict[str, Any] = {"filename": "css/lcweb.css"}
    for module in MODULES:
        known |= module.arguments(world) if hasattr(module, "arguments") else {}
    return known


def address(world: World, endpoint: str, thread_id: int) -> str:
    needed = next(world.app.url_map.iter_rules(endpoint)).arguments
    known = (arguments(world) if needed - {"thread_id"} else {}) | {"thread_id": thread_id}
    with world.app.test_request_context():
        return world.app.url_for(endpoint, **{name: known[name] for name in needed})


def ask(world: World, method: str, endpoint: str, visitor: Visitor, thread_id: int) -> TestResponse:
    """One faultless request."""
    where = address(world, endpoint, thread_id)
    return visitor.fetch(where) if method == "GET" else visitor.send(where, **fields(world, endpoint, thread_id))
