"""Loggkontroll. The world has one of the reader's organization, with one row."""

from typing import Any

from lcweb.models import LogReview, LogReviewRow
from lcweb.queries import units
from tests.rows import rows
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  log_reviews.show     in     404    404    404    404     404    404    404    200    404    404
POST log_reviews.begin    401    404    404    404    404     404    404    404    303    404    404
GET  log_reviews.review   in     404    404    404    404     404    404    404    200    404    404
POST log_reviews.judge    401    404    404    404    404     404    404    404    303    404    404
POST log_reviews.export   401    404    404    404    404     404    404    404    200    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                            party former returner heir rival varberg reviewer
POST log_reviews.begin      404   404    404      404  404   404     400
GET  log_reviews.review     404   404    404      404  404   404     404
POST log_reviews.judge      404   404    404      404  404   404     404
POST log_reviews.export     404   404    404      404  404   404     404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(
    ("log_reviews.show", "log_reviews.begin", "log_reviews.review", "log_reviews.judge", "log_reviews.export"), "log"
)
#: Looking at the rows is logged (L1).
WRITING_GETS = {"log_reviews.review": {"access_log"}}
NAMES = {
    ("GET", "log_reviews.show"): ("sida",),
    ("POST", "log_reviews.begin"): ("place", "way", "rules", "wanted", "from_day", "to_day", "sida"),
    ("POST", "log_reviews.judge"): ("verdict-1", "words-1", "seen-1"),
    ("POST", "log_reviews.export"): ("filetype",),
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if endpoint == "log_reviews.begin":
        day = world.clock.now.date().isoformat()
        with world.app.app_context():
            own = units.get_unit(world.unit_id).organization_id
        return {"place": f"huvudman-{own}", "way": "sample", "wanted": "5", "from_day": day, "to_day": day}
    if endpoint == "log_reviews.judge":
        with world.app.app_context():
            return {f"verdict-{rows(LogReviewRow)[0].id}": "in_order"}
    return None


def arguments(world: World) -> dict[str, Any]:
    with world.app.app_context():
        return {"review_id": rows(LogReview)[0].id}
