"""The help page tells the routine with the numbers in force."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from lcweb.config import Settings
from lcweb.domain.rules import Rules
from tests.web.visits import Visitor


def test_it_says_what_is_sent_here_and_what_is_not(anna: Visitor) -> None:
    page = anna.get("/hjalp")
    assert page.heading == "Hjälp och rutin"
    for words in (
        "Akuta ärenden. Ring enheten. Vid livsfara: 112.",
        "Bilagor, till exempel läkemedelslistor och ordinationer.",
        "Begäran om nya läkemedel på recept.",
        "öppnar sin inkorg minst två gånger varje vardag, även när inget nytt har kommit",
        "Information räcker det att kvittera.",
        "Ett ärende gäller en patient och går till en enhet.",
    ):
        assert words in page.text


def test_its_numbers_are_the_routine_s(anna: Visitor) -> None:
    text = anna.get("/hjalp").text
    assert "ska det gå minst 60 minuter" in text
    assert "ett mejl klockan 11.00 och 15.00" in text
    assert "Svar inom 3 vardagar" in text


class TestOtherNumbers:
    """Every number of the routine is a setting."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        rules = Rules(answer_days=5, reading_gap=timedelta(minutes=90), first_reminder=time(10, 15))
        return replace(settings, rules=rules)

    def test_the_words_follow_them(self, anna: Visitor) -> None:
        text = anna.get("/hjalp").text
        assert "ska det gå minst 90 minuter" in text
        assert "ett mejl klockan 10.15 och 15.00" in text
        assert "Svar inom 5 vardagar" in text
        assert "tredje vardagen" not in text
