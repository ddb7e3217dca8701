"""Loggkontroll (L3): a review is begun, its rows are judged, and it ends with the last of them."""

from lcweb.services.log_reviews.beginning import begin
from lcweb.services.log_reviews.judging import Judged, judge, shown

__all__ = ["Judged", "begin", "judge", "shown"]
