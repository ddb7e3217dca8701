"""The house rules, read off the source: who imports whom, who commits, who looks at the clock, how long things are."""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for path in (ROOT / "lcweb").rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
EVERYTHING = [*SOURCES, *TESTS]

STANDARD = sys.stdlib_module_names
#: What a room may import of lcweb; the rooms that are not here (web, cli, worker) are bound by FORBIDDEN alone.
BELOW = {
    "domain": {"domain"},
    "db": {"at_work"},
    "models": {"db", "models"},
    "facts": {"domain", "models"},
    "prepared": {"db"},
    "glances": {"db", "prepared"},
    "follow_up_facts": {"domain", "facts", "models"},
    "services": {"config", "db", "domain", "facts", "follow_up_facts", "mail", "models", "prepared", "services"},
    "queries": {"db", "domain", "facts", "follow_up_facts", "glances", "models", "prepared", "queries"},
}
FORBIDDEN = {
    "services": {"flask", "flask_login", "flask_wtf", "werkzeug", "lcweb.web", "lcweb.cli", "lcweb.queries"},
    "queries": {"werkzeug", "lcweb.services", "lcweb.web", "lcweb.cli"},
    "web": {"sqlalchemy", "flask_sqlalchemy", "lcweb.models", "lcweb.facts", "lcweb.follow_up_facts", "lcweb.cli"},
    "oidc": {"flask", "sqlalchemy", "lcweb.models", "lcweb.services", "lcweb.queries", "lcweb.web", "lcweb.clock"},
    "mail": {"sqlalchemy", "lcweb.models", "lcweb.services", "lcweb.queries", "lcweb.web"},
}
READS_THE_CLOCK = {"web", "cli", "worker"}
ROOMS = ("domain", "services", "queries", "web")
LONGEST_FUNCTION = 40
LONGEST_FILE = 400


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room(path: Path) -> str:
    """`services` of lcweb/services/threads/start.py, `db` of lcweb/db.py, `tests` of all tests."""
    parts = path.relative_to(ROOT).parts
    return "tests" if parts[0] == "tests" else parts[1].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=name(path))


def imports(path: Path) -> Iterator[str]:
    """Full names of all imported modules and of the things imported from them, wherever the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{name(path)}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(imported: str, module: str) -> bool:
    return imported == module or imported.startswith(module + ".")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(path: Path) -> Iterator[str]:
    """`session.commit` of `session.commit()`, `print` of `print()`."""
    return (ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def offences(paths: Iterable[Path], find: Callable[[Path], Iterable[object]]) -> dict[str, list[object]]:
    """What was found in each file that has any."""
    found = {name(path): list(find(path)) for path in paths}
    return {path: things for path, things in found.items() if things}


def of_room(*rooms: str) -> list[Path]:
    return [path for path in SOURCES if room(path) in rooms]


# Rooms --------------------------------------------------------------------------------------------------------------


def test_domain_knows_the_standard_library_and_holidays() -> None:
    known = {*STANDARD, "holidays", "lcweb"} - {"os", "pathlib", "socket", "subprocess", "random", "secrets", "logging"}

    def outside(path: Path) -> Iterator[str]:
        return (imported for imported in imports(path) if imported.split(".")[0] not in known)

    assert offences(of_room("domain"), outside) == {}


def test_a_room_imports_only_what_lies_below_it() -> None:
    def not_below(path: Path) -> Iterator[str]:
        ours = (imported for imported in imports(path) if is_within(imported, "lcweb"))
        return (imported for imported in ours if imported.split(".")[1] not in BELOW[room(path)])

    assert offences(of_room(*BELOW), not_below) == {}


def test_a_room_keeps_away_from_what_others_do() -> None:
    def forbidden(path: Path) -> Iterator[str]:
        wrong = FORBIDDEN[room(path)]
        return (imported for imported in imports(path) if any(is_within(imported, module) for module in wrong))

    assert offences(of_room(*FORBIDDEN), forbidden) == {}


# One place for each thing -------------------------------------------------------------------------------------------


def test_only_db_commits() -> None:
    committing = {name(path) for path in SOURCES if any(call.endswith(".commit") for call in calls(path))}
    assert committing == {"lcweb/db.py"}


def test_only_mail_speaks_smtp() -> None:
    speaking = {name(path) for path in SOURCES if any(is_within(imported, "smtplib") for imported in imports(path))}
    assert speaking <= {"lcweb/mail.py"}


def test_only_oidc_talks_to_identity_providers() -> None:
    talks = ("authlib", "joserfc", "requests", "urllib.request", "http.client")
    talking = {name(path) for path in SOURCES if any(is_within(i, m) for i in imports(path) for m in talks)}
    assert talking <= {"lcweb/oidc.py"}


def test_the_clock_is_read_in_one_place() -> None:
    def reads(call: str) -> bool:
        thing, _, verb = call.rpartition(".")
        last = thing.rpartition(".")[2]
        dates = last in ("datetime", "date", "func") and verb in ("now", "utcnow", "today")
        return dates or (last, verb) == ("time", "time")

    assert {name(path) for path in SOURCES if any(map(reads, calls(path)))} == {"lcweb/clock.py"}
    assert [name(path) for path in SOURCES if "time.time" in imports(path)] == []


def test_only_the_edge_asks_for_now() -> None:
    """And as `clock.now()`, so that a test can stop it."""
    asking = {room(path) for path in SOURCES if any(is_within(imported, "lcweb.clock") for imported in imports(path))}
    assert asking <= READS_THE_CLOCK
    assert [name(path) for path in SOURCES if "lcweb.clock.now" in imports(path)] == []


def test_only_the_edge_asks_for_the_configured_rules() -> None:
    """Everybody else asks for those of a day, in which administrators' changes are."""

    def reads(path: Path) -> bool:
        words = (ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute))
        return any(word in ("settings().rules", "settings.rules") for word in words)

    assert {name(path) for path in SOURCES if reads(path)} == {
        "lcweb/cli/demo.py", "lcweb/cli/settings.py", "lcweb/cli/worker.py", "lcweb/web/session.py",
        "lcweb/web/settings.py", "lcweb/worker.py",
    }  # fmt: skip


def test_only_the_access_log_writes_its_rows() -> None:
    """L1."""
    writing = {name(path) for path in SOURCES if any(writes_the_log(node) for node in ast.walk(tree(path)))}
    assert writing == {"lcweb/services/access_log.py"}


def writes_the_log(node: ast.AST) -> bool:
    """`AccessLogRow(…)`, `insert(AccessLogRow…)`, `update(LogHead)` and their like."""
    if not isinstance(node, ast.Call):
        return False
    verb, told = ast.unparse(node.func), [ast.unparse(argument).partition(".")[0] for argument in node.args]
    writes = verb.rpartition(".")[2] in ("insert", "insert_into", "update", "delete")
    return verb in ("AccessLogRow", "LogHead") or (writes and bool({"AccessLogRow", "LogHead"} & set(told)))


def test_no_test_waits_for_time_to_pass() -> None:
    def waits(path: Path) -> list[str]:
        return [call for call in calls(path) if call.endswith(("time.sleep", "wait_for_timeout"))]

    assert offences((path for path in TESTS if path.parent.name != "bench"), waits) == {}


# Style --------------------------------------------------------------------------------------------------------------


def test_nothing_is_printed() -> None:
    assert offences(EVERYTHING, lambda path: [call for call in calls(path) if call == "print"]) == {}


def test_functions_are_short() -> None:
    def long_ones(path: Path) -> Iterator[tuple[str, int]]:
        lengths = ((function.name, (function.end_lineno or 0) - function.lineno + 1) for function in functions(path))
        return ((verb, length) for verb, length in lengths if length > LONGEST_FUNCTION)

    assert offences(EVERYTHING, long_ones) == {}


def test_files_are_short() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in EVERYTHING}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_function_says_what_it_returns() -> None:
    def silent(path: Path) -> list[str]:
        return [function.name for function in functions(path) if function.returns is None]

    assert offences(SOURCES, silent) == {}


def test_nothing_is_called_utils() -> None:
    vague = {"utils", "helpers", "common", "manager"}
    assert [name(path) for path in EVERYTHING if vague & {*path.relative_to(ROOT).parts, path.stem}] == []


def test_a_test_of_a_room_is_named_after_a_noun_of_it() -> None:
    """`services/test_threads_reply.py` tests `services/threads`: first the noun, then perhaps the verb."""

    def has_noun(path: Path) -> bool:
        nouns = {found.stem for found in (ROOT / "lcweb" / path.parent.name).iterdir()}
        words = path.stem.removeprefix("test_").split("_")
        return any("_".join(words[:length]) in nouns for length in range(1, len(words) + 1))

    in_rooms = (path for room in ROOMS for path in (ROOT / "tests" / room).glob("test_*.py"))
    assert [name(path) for path in in_rooms if not has_noun(path)] == []
