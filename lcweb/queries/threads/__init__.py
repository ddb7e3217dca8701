"""One thread as one unit may see it."""

from lcweb.queries.threads.head import Duty, ThreadHead, get_head
from lcweb.queries.threads.page import Shown, ThreadPage, get_thread, hidden_subject, show
from lcweb.queries.threads.rows import MessageRow
from lcweb.queries.threads.surroundings import EventRow, NoteRow, OpenedBy, around

__all__ = [
    "Duty",
    "EventRow",
    "MessageRow",
    "NoteRow",
    "OpenedBy",
    "Shown",
    "ThreadHead",
    "ThreadPage",
    "around",
    "get_head",
    "get_thread",
    "hidden_subject",
    "show",
]
