"""Units that reminders are owed to, and a transport that keeps what it is given."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from lcweb.domain.permissions import Actor
from lcweb.mail import NotSent, Post
from lcweb.services import readings
from lcweb.services.readings import How
from tests import factories
from tests.at import at

# An ordinary Thursday and Friday, and the Monday after.
THURSDAY, FRIDAY, MONDAY = "Thu 2026-11-19", "Fri 2026-11-20", "Mon 2026-11-23"
ELEVEN = f"{FRIDAY} 11:00"


class Postman:
    """`refuses` makes every mail fail; `on_the_way` happens while a mail is being sent."""

    def __init__(self, refuses: str = "", on_the_way: Callable[[], object] = lambda: None) -> None:
        self.sent: list[EmailMessage] = []
        self.refuses = refuses
        self.on_the_way = on_the_way

    def send(self, message: EmailMessage, *, name: str) -> None:
        if self.refuses:
            raise NotSent(self.refuses)
        self.sent.append(message)
        self.on_the_way()

    def post(self, *, admin: str | None = "admin@lcweb.test") -> Post:
        return Post(transport=self, sender="lcweb@lcweb.test", admin=admin, sign_in_url="http://lcweb.test/logga-in")


def nurse(name: str | None = None, *, read_until: str | None = THURSDAY, **fields: Any) -> Actor:
    """Of a unit with an address, that did its duty on that day and has not opened its inbox since."""
    person = factories.user(unit_id=factories.unit(name, **({"notify_email": "enhet@lcweb.test"} | fields)))
    if read_until:
        read(person, f"{read_until} 08:10", f"{read_until} 10:05")
    return person


def read(person: Actor, *moments: str) -> None:
    for moment in moments:
        readings.record(person, How.PAGE, now=at(moment), rules=factories.RULES)
