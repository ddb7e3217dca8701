"""The verbs of a thread. Whoever calls them says `threads.reply(…)`."""

from lcweb.services.threads.handling import acknowledge, claim, close, release
from lcweb.services.threads.opening import open_thread, shown_by_poll
from lcweb.services.threads.parts import Sent
from lcweb.services.threads.reply import reply
from lcweb.services.threads.start import start

__all__ = ["Sent", "acknowledge", "claim", "close", "open_thread", "release", "reply", "shown_by_poll", "start"]
