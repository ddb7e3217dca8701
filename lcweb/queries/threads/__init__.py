"""One thread as one unit may see it."""

from lcweb.queries.threads.head import Duty, ThreadHead, get_head
from lcweb.queries.threads.page import ThreadPage, get_thread, hidden_subject
from lcweb.queries.threads.rows import EventRow, MessageRow, NoteRow, OpenedBy

__all__ = [
    "Duty",
    "EventRow",
    "MessageRow",
    "NoteRow",
    "OpenedBy",
    "ThreadHead",
    "ThreadPage",
    "get_head",
    "get_thread",
    "hidden_subject",
]
