"""The recipient lists' rows: added, changed, ended, moved and undone, never deleted, with every state kept (S2)."""

from lcweb.services.recipients.edits import RowFields, add_entry, change_row, end_entry, move_entry
from lcweb.services.recipients.guarded import OnPage
from lcweb.services.recipients.rows import (
    STATE,
    NewEntry,
    begin_edit,
    change_entry,
    next_position,
    put_entry,
    require_reach,
    write_rows,
)
from lcweb.services.recipients.undoing import undo, undo_edit

__all__ = [
    "STATE",
    "NewEntry",
    "OnPage",
    "RowFields",
    "add_entry",
    "begin_edit",
    "change_entry",
    "change_row",
    "end_entry",
    "move_entry",
    "next_position",
    "put_entry",
    "require_reach",
    "undo",
    "undo_edit",
    "write_rows",
]
