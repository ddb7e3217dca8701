"""Enheter: the list, each unit's own page, and closing one."""

from lcweb.web.units import closing
from lcweb.web.units.page import blueprint

__all__ = ["blueprint", "closing"]
