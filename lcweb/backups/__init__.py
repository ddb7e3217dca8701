"""Backups, their way back, and the move from SQLite to PostgreSQL: the files, folders and tools that this takes.

What is never done: to touch what is there before what replaces it has been proved, or to give a file its name before it
is whole.
"""
