"""Which threads there are: every state where the listed accounts work, a spread elsewhere, and many that are done."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from lcweb.demo import courses, pairs
from lcweb.demo.courses import Beat, Course, Scene
from lcweb.demo.days import HISTORY, Days
from lcweb.demo.pairs import Pair
from lcweb.demo.people import KARLEKEN, MEDICINE, NORR, PSYCHIATRY, REST, SOUTH
from lcweb.demo.stories import can_tell, others_like

THREADS = 300
SETTLED = 16  # working days: a long story is over by then

PSYCHIATRY_HALMSTAD = PSYCHIATRY + "Halmstad"
SONDRUM, VARMBADHUSET, WEST = "Söndrumskliniken", "Husläkarna Varmbadhuset", "Hemsjukvård Väster"


@dataclass(frozen=True)
class _Place:
    """A unit, two who take threads there (first the listed account), and the units that it writes to and hears from.

    `alike`: two units nearby that do the same. `begins`: who of the two has begun an answer.
    """

    unit: str
    account: str
    colleague: str
    others: tuple[str, ...]
    alike: tuple[str, ...] = ()
    begins: str = ""

    def takes(self, handler: str) -> Course:
        return courses.BEGUN if handler == self.begins else courses.NOTED

    def hears(self, other: int, course: Course, sent: int, turned: int | None = None, **more: bool | str) -> Scene:
        return Scene(course=course, sender=self.others[other], recipient=self.unit, sent=sent, turned=turned, **more)

    def writes(self, other: int, course: Course, sent: int, turned: int | None = None, **more: bool | str) -> Scene:
        return Scene(course=course, sender=self.unit, recipient=self.others[other], sent=sent, turned=turned, **more)

    def is_sent(self, other: int, course: Course, sent: int, *, by_way_of: str) -> Scene:
        """What another unit got first."""
        return Scene(course=course, sender=self.others[other], recipient=by_way_of, to=self.unit, sent=sent)


MAIN = (
    _Place(
        KARLEKEN,
        "vardcentral",
        "karin.berg",
        (NORR, SOUTH, "Rehab AT/FT Halmstad", WEST),
        (SONDRUM, VARMBADHUSET),
        begins="vardcentral",
    ),
    _Place(
        NORR,
        "kommun",
        "peter.ryden",
        (KARLEKEN, SONDRUM, PSYCHIATRY_HALMSTAD, VARMBADHUSET),
        (SOUTH, WEST),
        begins="peter.ryden",
    ),
)
SECOND = (
    _Place(PSYCHIATRY_HALMSTAD, "psykiatri", "lars.tingstrom", (SOUTH, WEST)),
    _Place(MEDICINE, "specialist", "oskar.lindroth", (WEST, SOUTH)),
    _Place(SOUTH, "tva", "agneta.holst", (SONDRUM, VARMBADHUSET)),
    _Place(REST, "tva", "sofie.lagerqvist", (VARMBADHUSET, SONDRUM)),
)
SLOW_HOME_CARE = _Place(
    "Hemsjukvård – övriga Kungsbacka", "carin.torell", "carin.torell", ("Vårdcentralen Kolla", "Viktoriakliniken")
)
SLOW_CLINIC = _Place(
    "Vårdcentralen Breared",
    "marianne.dahlin",
    "marianne.dahlin",
    ("Hemsjukvård Tvååker", "Hemsjukvård Varberg centrum"),
)


def plan(days: Days) -> list[Scene]:
    scenes = [scene for place in MAIN for scene in (*_at_main(place), *_turned_at_main(place))]
    scenes += [scene for place in SECOND for scene in _at_second(place)]
    scenes += [*_overdue_elsewhere(), *_special(), *_recent_elsewhere(days.rng)]
    return scenes + [_done(days.rng) for _ in range(THREADS - len(scenes))]


def _at_main(place: _Place) -> Iterator[Scene]:
    # To answer: overdue, due on the turn day, later, new.
    yield place.hears(1, courses.OPENED, 5)
    yield place.hears(0, place.takes(place.colleague), 4, 0, handler=place.colleague)
    yield place.hears(0, courses.OPENED, 3)
    yield place.hears(2, place.takes(place.account), 3, 0, handler=place.account)
    yield place.hears(3, courses.CALLED_BACK, 5, 2, handler=place.account)
    yield place.is_sent(0, courses.FORWARDED_AND_ACKNOWLEDGED, 2, by_way_of=place.alike[0])
    yield place.hears(0, courses.NEW, 0)
    yield place.hears(1, courses.NEW, 0, protected=True)
    yield place.hears(0, courses.TOLD, 0)
    yield place.hears(0, courses.TOLD_AND_CORRECTED, 3, 0)
    yield place.hears(0, courses.REOPENED, 9, 1)
    yield place.writes(3, courses.ASKED_BACK, 4, 1)
    yield place.writes(1, courses.RETURNED, 3, 1, to=place.others[3])
    # Waiting for the others.
    yield place.writes(1, courses.NEW, 0)
    yield place.writes(3, courses.OPENED, 2)
    yield place.writes(1, courses.ACKNOWLEDGED, 2)
    yield place.writes(3, courses.CLAIMED, 1)
    yield place.writes(1, courses.QUESTION_ANSWERED, 5, 1)
    yield place.writes(3, courses.TOLD, 0)
    # Answered or acknowledged, not closed.
    yield place.hears(3, courses.ANSWERED, 3, 1)
    yield place.hears(0, courses.ANSWER_READ, 6)
    yield place.hears(1, courses.TOLD_ACKNOWLEDGED, 3)
    yield place.writes(1, courses.ANSWERED, 3, 0)
    yield place.writes(0, courses.ANSWERED, 3, 1)
    yield place.writes(3, courses.ANSWER_READ, 6)
    yield place.writes(1, courses.TOLD_ACKNOWLEDGED, 4)


def _turned_at_main(place: _Place) -> Iterator[Scene]:
    """What went another way than question and answer; none of it waits for this unit."""
    yield place.writes(3, courses.CALLED_BACK, 5, 2)
    yield place.writes(1, courses.FORWARDED, 2, 0, to=place.others[3])
    yield place.writes(3, courses.SENT_ON, 1, 0, to=place.others[1])
    yield place.hears(2, courses.RETURNED, 3, 1, to=place.alike[0])
    yield place.hears(3, courses.FORWARDED_AND_ANSWERED, 6, 1, to=place.alike[1])
    yield place.hears(3, courses.TAKEN_OVER_AND_ANSWERED, 4, 1, handler=place.colleague)
    yield place.hears(1, courses.REOPENED_BY_HAND, 11)
    # Over.
    yield place.writes(1, courses.WITHDRAWN, 2)
    yield place.writes(3, courses.VOIDED_AND_SEEN, 6)
    yield place.hears(1, courses.VOIDED, 3, 0)
    yield place.writes(1, courses.RETURNED_AND_CLOSED, 8)
    yield place.writes(3, courses.CLOSED_UNANSWERED, 5)
    yield place.hears(0, courses.ANSWER_VOIDED, 10)
    yield place.hears(0, courses.CORRECTED_AND_ASKED, 20)


def _at_second(place: _Place) -> Iterator[Scene]:
    yield place.hears(0, courses.CLAIMED, 3, handler=place.account)
    yield place.hears(1, courses.OPENED, 2)
    yield place.hears(0, courses.NEW, 0)
    yield place.hears(1, courses.TOLD, 0)
    yield place.hears(1, courses.ANSWERED, 4, 1)
    yield place.writes(0, courses.ANSWERED, 3, 0)
    yield place.writes(1, courses.ACKNOWLEDGED, 2)
    yield place.writes(0, courses.ASKED_BACK, 4, 1)
    yield place.writes(0, courses.RETURNED, 3, 1, to=place.others[1])
    yield place.writes(1, courses.FORWARDED, 2, 0, to=place.others[0])
    yield place.hears(1, courses.CALLED_BACK, 5, 2, handler=place.account)
    yield place.hears(0, courses.TAKEN_OVER, 2, 1, handler=place.account)
    yield place.hears(0, courses.VOIDED, 4, 1)
    yield place.hears(1, courses.RETURNED_AND_CLOSED, 9)
    yield place.writes(1, courses.SENT_ON_AND_CLOSED, 17, to=place.others[0])


def _overdue_elsewhere() -> Iterator[Scene]:
    yield SECOND[0].hears(1, courses.OPENED, 4)
    yield SLOW_HOME_CARE.hears(0, courses.OPENED, 4)
    yield SLOW_HOME_CARE.hears(1, courses.OPENED, 5)
    yield SLOW_HOME_CARE.hears(0, courses.NEW, 6)
    yield SLOW_HOME_CARE.hears(1, courses.CLAIMED, 4)
    yield SLOW_CLINIC.hears(0, courses.OPENED, 4)
    yield SLOW_CLINIC.hears(1, courses.CLAIMED, 5)
    yield SLOW_CLINIC.hears(0, courses.NEW, 5)


def _special() -> Iterator[Scene]:
    """Protected identities that have been dealt with, one that waits, and a patient without a number."""
    for sender, recipient, sent in (
        (KARLEKEN, NORR, 22),
        (NORR, PSYCHIATRY_HALMSTAD, 31),
        ("Vårdcentralen Kolla", "Hemsjukvård Onsala", 40),
    ):
        yield Scene(course=courses.CLOSED, sender=sender, recipient=recipient, sent=sent, protected=True)
    yield Scene(
        course=courses.CLAIMED,
        sender="Vårdcentralen Hjortsberg",
        recipient="Hemsjukvård Laurentii",
        sent=1,
        protected=True,
    )
    yield Scene(course=courses.CLOSED, sender=SONDRUM, recipient=SOUTH, sent=12, reserve_number=True)


def _recent_elsewhere(rng: Random) -> Iterator[Scene]:
    states = (
        (courses.CLAIMED, 2, None),
        (courses.NEW, 0, None),
        (courses.ACKNOWLEDGED, 2, None),
        (courses.OPENED, 3, None),
        (courses.ANSWERED, 4, 1),
        (courses.TOLD, 1, None),
        (courses.ANSWER_READ, 5, None),
    )
    for municipality in pairs.ELSEWHERE:
        for course, sent, turned in states:
            sender, recipient = _pair_for(course, pairs.within(municipality), rng)
            yield Scene(course=course, sender=sender, recipient=recipient, sent=sent, turned=turned)


def _done(rng: Random) -> Scene:
    course, weight_of_late = _done_course(rng)
    late = rng.random() < weight_of_late
    quick = not late and course in _QUICK
    sent = rng.randint(6 if quick else SETTLED, HISTORY - 1)
    sender, recipient = _pair_for(course, _at_main_or_anywhere(rng), rng)
    to = rng.choice([unit for unit in others_like(recipient) if unit != sender]) if course.to_another else ""
    kept = _kept(course, sent, rng)
    return Scene(course=kept, sender=sender, recipient=recipient, sent=sent, late=late, to=to)


def _kept(course: Course, sent: int, rng: Random) -> Course:
    """Most of the old ones are in both units' records, some only in one, and of the latest many in none."""
    share = 0.9 if sent > SETTLED else 0.4
    if not course.is_for_the_record:
        return course
    sides = [side for side in (Beat.TRANSFER, Beat.TRANSFER_OURS) if rng.random() < share]
    return course.then(*sides)


#: What old threads have come to, how common each is, and how often its answer came late.
_DONE = (
    (courses.CLOSED, 40, 0.13),
    (courses.CLOSED_AT_ONCE, 12, 0.13),
    (courses.TOLD_AND_CLOSED, 14, 0),
    (courses.TOLD_ACKNOWLEDGED, 5, 0),
    (courses.ASKED_AND_CLOSED, 8, 0),
    (courses.REOPENED_AND_CLOSED, 5, 0),
    (courses.ANSWER_READ, 4, 0),
    (courses.FORWARDED_AND_CLOSED, 4, 0),
    (courses.SENT_ON_AND_CLOSED, 2, 0),
    (courses.RETURNED_AND_CLOSED, 2, 0),
    (courses.CALLED_BACK_AND_CLOSED, 5, 0),
    (courses.CORRECTED_AND_CLOSED, 3, 0),
    (courses.TAKEN_OVER_AND_CLOSED, 3, 0),
    (courses.NOTED_AND_CLOSED, 4, 0),
    (courses.CLOSED_UNANSWERED, 2, 0),
    (courses.WITHDRAWN, 1, 0),
    (courses.VOIDED_AND_SEEN, 1, 0),
)
_QUICK = (courses.CLOSED, courses.CLOSED_AT_ONCE, courses.TOLD_AND_CLOSED, courses.TOLD_ACKNOWLEDGED)


def _done_course(rng: Random) -> tuple[Course, float]:
    course, _weight, late = rng.choices(_DONE, weights=[weight for _, weight, _ in _DONE])[0]
    return course, late


def _at_main_or_anywhere(rng: Random) -> Sequence[Pair]:
    if rng.random() >= 0.25:
        return pairs.within(pairs.any_municipality(rng))
    place = rng.choice(MAIN)
    # The first partner is the other main unit: they write to each other more than to anybody else.
    other = rng.choice((place.others[0], *place.others))
    return ((place.unit, other), (other, place.unit))


def _pair_for(course: Course, found: Sequence[Pair], rng: Random) -> Pair:
    """One that has words for such a course; some pairs of `found` always do for a plain one, else any elsewhere."""
    everywhere = (pair for municipality in pairs.SHARES for pair in pairs.within(municipality))
    fitting = _telling(course, found) or _telling(course, everywhere)
    return rng.choice(fitting)


def _telling(course: Course, found: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in found if can_tell(course, *pair)]
