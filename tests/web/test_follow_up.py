"""Uppföljning: what each person may ask about, and what the page, its pictures and its files say."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from lcweb.db import release_reading
from lcweb.domain.figures import Figures, Middle, Share
from lcweb.domain.periods import months_between
from lcweb.domain.permissions import Role
from lcweb.models import Unit
from lcweb.queries.follow_up import MonthFigures, Peers
from lcweb.services import follow_up, threads
from lcweb.web import charts, figure_words, follow_up_parts
from tests.clock import Clock
from tests.factories import RULES, organization, patient_id, submission_id, thread, unit, user, version_of
from tests.hidden import given_away
from tests.page import Page
from tests.rows import row
from tests.web.visits import IDENTITY, Visitor

THREADS = 6


@pytest.fixture
def clinic(bare_app: Flask, clock: Clock) -> Visitor:
    """Kärleken has sent six threads to Norr, a week ago."""
    clock.set("Tue 2026-11-10 09:00")
    with bare_app.app_context():
        nurse = user("Anna Lind", unit_id=unit("Kärleken"))
        norr = unit("Norr")
        for number in range(THREADS):
            thread(nurse, norr, now=clock.now, patient_id=patient_id(date(1950, 1, number + 1)))
        clock.set("Tue 2026-11-17 10:00")
        follow_up.tick(now=clock.now, rules=RULES)
        release_reading()
    return Visitor(bare_app, nurse)


def figures(page: Page) -> dict[str, str]:
    table = page.root.get_one(id="figures")
    return {row.get_one("th", scope="row").text: next(row.find_all("td")).text
            for row in list(table.find_all("tr"))[1:]}  # fmt: skip


def choices(page: Page) -> list[str]:
    return [option.text for option in page.root.get_one("select", id="plats").find_all("option")]


def test_a_units_own_figures(clinic: Visitor) -> None:
    page = clinic.get("/uppfoljning")
    assert page.heading == "Uppföljning" and choices(page) == ["Kärleken"]
    assert page.root.get_one(id="place").text == "Kärleken, sön 1 nov–mån 30 nov"
    found = figures(page)
    assert (found["Skickade ärenden"], found["Skickade fel"], found["Besvarade i tid"]) == ("6", "0 %", "för få")
    assert not given_away(IDENTITY, page.text)


def test_who_may_ask_about_what(clinic: Visitor, clock: Clock) -> None:
    with clinic.context():
        ours = organization("Halmstads kommun", municipality="Halmstad")
        unit("Söder", organization_id=ours)
        people = [
            user("Leo List", role=Role.LIST_ADMIN, organization_id=ours),
            user("Ada Min", role=Role.SYSTEM_ADMIN),
        ]
    lists, admin = (Visitor(clinic.app, person) for person in people)
    assert choices(lists.get("/uppfoljning")) == ["Halmstads kommun (huvudman)", "Söder"]
    everything = choices(admin.get("/uppfoljning"))
    assert everything[:2] == ["Alla enheter", "Halmstad (kommun)"] and everything[-3:] == ["Kärleken", "Norr", "Söder"]
    for visitor, place in ((clinic, "alla"), (clinic, "enhet-2"), (clinic, "huvudman-1"), (lists, "kommun-Halmstad"),
                           (lists, "enhet-1"), (clinic, "enhet-987654"), (admin, "kommun-Malmö")):  # fmt: skip
        assert visitor.fetch(f"/uppfoljning?plats={place}").status_code == 404, place
        assert visitor.fetch(f"/uppfoljning/export.csv?plats={place}").status_code == 404, place


def test_units_side_by_side_and_those_with_few_together(clinic: Visitor) -> None:
    with clinic.context():
        unit("Söder")
        unit("Väster")
        admin = user("Ada Min", role=Role.SYSTEM_ADMIN)
    page = Visitor(clinic.app, admin).get("/uppfoljning?plats=alla")
    units = page.root.get_one("section", aria_labelledby="units")
    names = [row.get_one("th", scope="row").text for row in list(units.find_all("tr"))[1:]]
    assert names == ["Kärleken", "Norr", "2 enheter med få ärenden"]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("period=vecka&dag=2026-11-10", "mån 9 nov–sön 15 nov"),
        ("period=kvartal&dag=2026-11-10", "tors"),
        ("period=egna&fran=2026-11-02&till=2026-11-10", "mån 2 nov–tis 10 nov"),
        ("period=manad&dag=2026-10-31&arendetyp=general", "tor 1 okt–lör 31 okt"),
    ],
)
def test_periods(clinic: Visitor, asked: str, place: str) -> None:
    shown = clinic.get(f"/uppfoljning?{asked}").root.get_one(id="place").text
    assert shown.removeprefix("Kärleken, ").startswith(place.removesuffix("s"))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("period=vecka&dag=igår", "Skriv dagen som 2026-11-17."),
        ("period=egna&fran=2026-11-02", "Välj första och sista dagen."),
        ("period=egna&fran=2026-11-02&till=2026-11-01", "Välj en dag som inte ligger före den första."),
        ("period=egna&fran=2020-11-02&till=2026-11-01", "Välj högst 731 dagar."),
        ("period=egna&fran=9999-99-99&till=2026-11-01", "Skriv dagen som 2026-11-17."),
    ],
)
def test_what_is_no_period_is_said_and_given_back(clinic: Visitor, asked: str, sentence: str) -> None:
    answer = clinic.fetch(f"/uppfoljning?{asked}")
    assert answer.status_code == 400 and sentence in answer.text


def test_the_files_hold_what_is_on_screen_and_what_it_means(clinic: Visitor) -> None:
    raw = clinic.fetch("/uppfoljning/export.csv?period=manad").data.decode("utf-8-sig")
    lines = raw.split("\r\n")
    assert lines[0].startswith("Vad;Från;Till;Ärendetyp;Besvarade i tid, procent;")
    assert lines[1].startswith("Kärleken;2026-11-01;2026-11-30;Alla;;")
    assert any(line.startswith("Räknat 2026-11-17 10.00") for line in lines)
    for figure in figure_words.FIGURES:
        assert f"{figure.name};{figure.sentence}" in raw
    book = load_workbook(BytesIO(clinic.fetch("/uppfoljning/export.xlsx").data))
    assert book.sheetnames == ["Uppföljning", "Förklaringar"]
    assert book["Uppföljning"]["A2"].value == "Kärleken"


def test_every_figure_is_defined(clinic: Visitor) -> None:
    assert [figure.field for figure in figure_words.FIGURES if figure.field not in Figures._fields] == []
    assert {figure.field for figure in figure_words.FIGURES} == set(Figures._fields)
    assert {figure.peer for figure in figure_words.FIGURES if figure.peer} == set(Peers._fields) - {"units"}
    page = clinic.get("/uppfoljning/definitioner")
    assert len(list(page.root.find_all("dt"))) == len(figure_words.FIGURES)


# Pictures -------------------------------------------------------------------------------------------------------------


def some_months(**values: object) -> list[MonthFigures]:
    nothing = dict.fromkeys(Figures._fields, 0) | {"answered_in_time": Share(0, 0), "days_read": Share(0, 0),
                                                       "answer_hours": Middle(0, None, None)}  # fmt: skip
    return [
        MonthFigures(date(2026, 10, 1), Figures(**(nothing | values))),
        MonthFigures(date(2026, 11, 1), Figures(**nothing)),
    ]


def test_a_bar_for_each_month_and_none_for_too_few() -> None:
    months = some_months(answered_in_time=Share(30, 40), answer_hours=Middle(9, 125, 200))
    share, _read, hours = charts.trend(months, today=date(2026, 11, 17))
    assert [bar.value for bar in share.bars] == ["75", "–"] and [bar.value for bar in hours.bars] == ["12,5", "–"]
    assert share.bars[0].height == 64.5 and share.bars[1].height is None
    assert [bar.is_going_on for bar in share.bars] == [False, True]
    assert share.description.startswith("oktober 2026: 75 %.") and hours.bars[0].height == 86


def test_a_picture_s_words_end_with_the_last_month_that_is_over() -> None:
    months = some_months(answered_in_time=Share(30, 40))
    going_on, over = (charts.trend(months, today=day)[0] for day in (date(2026, 11, 17), date(2026, 12, 1)))
    assert going_on.description == "oktober 2026: 75 %. oktober 2026: 75 %. Alla månader står i tabellen under bilden."
    assert over.description == "oktober 2026: 75 %. november 2026: för få. Alla månader står i tabellen under bilden."


@pytest.mark.parametrize(
    ("first", "years"), [(date(2025, 12, 1), ["", "2026", ""]), (date(2025, 11, 1), ["2025", "", "2026"])]
)
def test_no_two_years_stand_side_by_side(first: date, years: list[str]) -> None:
    nothing = some_months()[0].figures
    months = [MonthFigures(month, nothing) for month in months_between(first, first + timedelta(days=62))]
    assert [bar.year for bar in charts.trend(months, today=date(2026, 11, 17))[0].bars] == years


def test_the_trend_knows_nothing_of_months_to_come(clinic: Visitor) -> None:
    for asked, last in (("period=kvartal", "November 2026"), ("period=manad&dag=2026-10-05", "Oktober 2026")):
        table = clinic.get(f"/uppfoljning?{asked}").root.get_one("table", class_="months")
        months = [heading.text for heading in table.find_all("th", scope="row")]
        assert (months[0], len(months)) == (last, 13)


def test_a_picture_has_its_words_beside_it(clinic: Visitor) -> None:
    page = clinic.get("/uppfoljning")
    for svg in page.root.find_all("svg", role="img"):
        assert svg.get_one("title").text and svg.get_one("desc").text
    days = page.root.get_one("ol", class_="month-days").find_all("span", class_="ds-sr-only")
    assert [day.text for day in days][8:11] == [
        "mån 9 nov: läsningar saknas",
        "tis 10 nov: läsningar saknas",
        "ons 11 nov: läsningar saknas",
    ]


# What is kept ---------------------------------------------------------------------------------------------------------


def test_a_kept_page_tells_what_is_overdue_at_this_moment(clinic: Visitor, clock: Clock) -> None:
    with clinic.context():
        person = user("Karin Berg", unit_id=row(Unit, name="Norr").id)
    norr = Visitor(clinic.app, person)
    assert figures(norr.get("/uppfoljning"))["Försenade nu"] == "6"
    with clinic.context():
        threads.reply(
            person, 1, "Vi kommer.", expects_reply=False, close=False, version=version_of(1),
            submission_id=submission_id(), now=clock.now, rules=RULES,
        )  # fmt: skip
    assert figures(norr.get("/uppfoljning"))["Försenade nu"] == "5"
    assert figures(norr.get("/uppfoljning/rapport"))["Försenade nu"] == "5"


def test_a_kept_page_leads_on_to_what_this_person_has_asked(clinic: Visitor) -> None:
    with clinic.context():
        admin = user("Ada Min", role=Role.SYSTEM_ADMIN)
    visitor = Visitor(clinic.app, admin)
    for asked in ("period=manad&dag=2026-11-17", "period=egna&fran=2026-11-01&till=2026-11-30"):
        page = visitor.get(f"/uppfoljning?{asked}")
        links = [link["href"] for link in page.root.find_all("a") if "plats=enhet-" in (link["href"] or "")]
        assert links and all(asked in link for link in links)


def test_no_more_is_kept_than_is_bounded(clinic: Visitor) -> None:
    for number in range(follow_up_parts.KEPT + 3):
        clinic.get(f"/uppfoljning?dag={date(2026, 11, 17) - timedelta(days=number)}")
    assert len(clinic.app.extensions["lcweb_follow_up_parts"]) <= follow_up_parts.KEPT
