"""What a file of recipient lists, units or people may say, line by line, and what would become of each line."""

from lcweb.domain.imports.columns import COLUMNS, Column, arranged, heading
from lcweb.domain.imports.jobs import ACTS, ImportNoun, Outcome, State, Verdict, Words, may_see, municipalities_of
from lcweb.domain.imports.repeats import repeats

__all__ = [
    "ACTS", "COLUMNS", "Column", "ImportNoun", "Outcome", "State", "Verdict", "Words", "arranged", "heading",
    "may_see", "municipalities_of", "repeats",
]  # fmt: skip
