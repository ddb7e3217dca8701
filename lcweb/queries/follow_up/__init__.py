"""How the routine holds, for a unit, a municipality, an organization or everybody, in a period. No patient data."""

from lcweb.queries.follow_up.beside import Peers, RowShare
from lcweb.queries.follow_up.counted import Wanted
from lcweb.queries.follow_up.places import Choices, Where, choices
from lcweb.queries.follow_up.view import DayMark, Merged, MonthFigures, UnitFigures, View, view

__all__ = [
    "Choices",
    "DayMark",
    "Merged",
    "MonthFigures",
    "Peers",
    "RowShare",
    "UnitFigures",
    "View",
    "Wanted",
    "Where",
    "choices",
    "view",
]
