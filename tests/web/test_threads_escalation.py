"""B4: both units read in the thread who has been told that the answer is late; a unit that has left does not."""

from lcweb.services import reminders, threads
from tests.at import at
from tests.clock import Clock
from tests.factories import RULES, unit, user, version_of
from tests.web.thread_page import history
from tests.web.visits import Visitor, Write

FIRST, LATER = "Mon 2026-11-23 08:00", "Fri 2026-11-27 08:00"


def test_both_units_read_it_and_one_that_has_left_reads_nothing_later(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock
) -> None:
    thread_id = write()  # due on Friday 20 November
    with anna.context():
        reminders.tick(now=at(FIRST), rules=RULES)
        cecilia = Visitor(karin.app, user("Cecilia Dahl", unit_id=unit("Hemsjukvård Söder")))
        threads.forward(
            karin.actor, thread_id, unit_id=cecilia.unit_id, reason="other_area", words="",
            version=version_of(thread_id), now=at(FIRST), rules=RULES,
        )  # fmt: skip
        reminders.tick(now=at(LATER), rules=RULES)
    clock.set("Fri 2026-11-27 10:00")
    told = "Enhetsansvarig på {} har fått en påminnelse om att svaret är försenat."
    for person, seen in ((anna, 3), (cecilia, 3), (karin, 2)):
        lines = history(Visitor(person.app, person.actor).get(f"/arenden/{thread_id}"))  # days later, signed in anew
        assert len(lines) == seen
        assert lines[0].endswith(told.format("Hemsjukvård Norr"))
        assert any(line.endswith(told.format("Hemsjukvård Söder")) for line in lines) == (seen == 3)
