"""The demo's dated settings: one that holds, one that is planned, one that was taken back, and a mail's new words."""

from datetime import datetime, timedelta

from lcweb.domain.mail_wording import Wording
from lcweb.domain.permissions import operator
from lcweb.domain.reminders import Kind
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import local_day
from lcweb.queries import settings as queries
from lcweb.services import settings

DUE_TODAY = Wording(
    "{ärenden} ska besvaras i dag",
    "Hej!\n\n{ärenden} väntar på svar i dag i inkorgen för {enhet}.\n\nLogga in och svara innan ni stänger:\n{länk}\n\n"
    "Frågor om rutinen: se Hjälp när du har loggat in.",
)


def load(*, now: datetime, rules: Rules) -> None:
    """None of them bears on a deadline or a reading of the demo's."""
    today, yesterday = local_day(now), now - timedelta(days=1)

    def change(name: str, value: str, days: int, *, seen: int = 0, at: datetime = yesterday) -> None:
        day = today + timedelta(days=days)
        settings.change_rule(operator(), name, value, day, seen=seen, base=rules, now=at)

    change("draft_days", "21", -60, at=now - timedelta(days=90))
    change("draft_days", "30", 14, seen=1)
    change("callback_days", "15", 7)
    taken_back = queries.rules(rules, today=today)["callback_days"].planned[0]
    settings.take_back(operator(), taken_back.id, base=rules, now=yesterday)
    next_week = today + timedelta(days=7)
    settings.change_mail_wording(operator(), Kind.DUE_TODAY, DUE_TODAY, next_week, seen=0, now=yesterday)
