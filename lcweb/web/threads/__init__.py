"""One thread: reading it (which marks it opened), and the moves."""

from lcweb.web.threads import handling, reply, retracting, sending_on
from lcweb.web.threads.page import Answer, blueprint, show_with_text

__all__ = ["Answer", "blueprint", "handling", "reply", "retracting", "sending_on", "show_with_text"]
