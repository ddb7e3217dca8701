"""The frozen clock of web, command and worker tests."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.at import at


@dataclass
class Clock:
    now: datetime

    def set(self, text: str) -> None:
        """`clock.set("Fri 2026-04-03 14:00")`, Stockholm time."""
        self.now = at(text)

    def forward(self, **span: float) -> None:
        """`clock.forward(minutes=15)`."""
        self.now += timedelta(**span)
