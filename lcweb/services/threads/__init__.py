"""The verbs of a thread. Whoever calls them says `threads.reply(…)`."""

from lcweb.services.threads.handling import acknowledge, claim, close, note, release, reopen, transfer
from lcweb.services.threads.opening import exported, mark_opened, open_thread, printed, shown_by_poll
from lcweb.services.threads.parts import Sent
from lcweb.services.threads.reply import reply
from lcweb.services.threads.retracting import correct, void, withdraw
from lcweb.services.threads.sending_on import forward, give_back
from lcweb.services.threads.start import start

__all__ = [
    "Sent",
    "acknowledge",
    "claim",
    "close",
    "correct",
    "exported",
    "forward",
    "give_back",
    "mark_opened",
    "note",
    "open_thread",
    "printed",
    "release",
    "reopen",
    "reply",
    "shown_by_poll",
    "start",
    "transfer",
    "void",
    "withdraw",
]
