"""Imports: a file's lines are kept, checked, saved as a whole, and taken back as a whole."""

from lcweb.services.imports.jobs import CHUNK, begin, check, discard
from lcweb.services.imports.saving import save
from lcweb.services.imports.undoing import undo

__all__ = ["CHUNK", "begin", "check", "discard", "save", "undo"]
