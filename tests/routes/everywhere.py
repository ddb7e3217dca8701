"""What is there for everybody: sign-in, help, health."""

from typing import Any

from tests.factories import PASSWORD
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  static               200    200    200    200    200     200    200    200    200    200    200
GET  health.show          200    200    200    200    200     200    200    200    200    200    200
GET  metrics.show         200    200    200    200    200     200    200    200    200    200    200
GET  well_known.robots    200    200    200    200    200     200    200    200    200    200    200
GET  well_known.security  200    200    200    200    200     200    200    200    200    200    200
GET  sign_in.sign_in      200    303    303    303    303     303    303    303    303    303    unit
POST sign_in.sign_in      303    303    303    303    303     303    303    303    303    303    303
POST sign_in.sign_out     in     in     in     in     in      in     in     in     in     in     in
GET  sign_in.start        in     303    303    303    303     303    303    303    303    303    unit
GET  sign_in.choose_unit  in     200    200    200    200     200    303    303    303    200    200
POST sign_in.switch_unit  401    303    303    303    303     303    404    404    404    404    404
GET  help.show            in     200    200    200    200     200    200    200    200    200    200
GET  help.moves           in     200    200    200    200     200    200    200    200    200    200
GET  help.care            in     200    200    200    200     200    200    200    200    200    200
GET  help.municipality    in     200    200    200    200     200    200    200    200    200    200
GET  help.accessibility   200    200    200    200    200     200    200    200    200    200    200
"""

NAMES = {("GET", "static"): ("v",)}
#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
POST sign_in.switch_unit   303   303    303      303  404   404     404
"""

IDS = {("POST", "sign_in.switch_unit"): {"unit": Takes("unit")}}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    known: dict[str, dict[str, Any]] = {
        "sign_in.sign_in": {"username": "karin", "password": PASSWORD},
        "sign_in.switch_unit": {"unit": str(world.unit_id)},
    }
    return known.get(endpoint)
