"""B1, B2, B5, and the table of moves."""

from datetime import date

import pytest

from lcweb.domain.threads import (
    ACT_OF,
    MOVES,
    ForwardReason,
    Move,
    ReturnReason,
    Side,
    State,
    WaitingOn,
    callback_problem,
    is_allowed,
    may_close,
    sending_on_problems,
    side_of,
    state_of,
    waiting_on,
)
from tests.at import day

#: Who may do what when: s sender, r recipient, f a unit that has sent it on.
TABLE = """
              open  closed returned returned_closed withdrawn voided disposed
acknowledge   sr    -      -        -               -         -      -
claim         srf   srf    srf      srf             -         -      -
release       srf   srf    srf      srf             -         -      -
reply         sr    sr     -        -               -         -      -
correct       sr    sr     -        -               -         -      -
forward       r     -      s        -               -         -      -
return        r     -      -        -               -         -      -
withdraw      sr    sr     -        -               -         -      -
void          srf   srf    srf      srf             s         -      -
close         sr    -      s        -               -         -      -
reopen        -     sr     -        s               -         -      -
transfer      srf   srf    srf      srf             -         -      -
note          srf   srf    srf      srf             -         -      -
"""
LETTERS = {"s": Side.SENDER, "r": Side.RECIPIENT, "f": Side.FORMER}


def test_the_table_of_moves() -> None:
    heading, *lines = TABLE.strip("\n").splitlines()
    states = [State(name) for name in heading.split()]
    said = {}
    for line in lines:
        move, *cells = line.split()
        for state, cell in zip(states, cells, strict=True):
            said.update({(Move(move), state, side): letter in cell for letter, side in LETTERS.items()})
    assert said == {
        (move, state, side): is_allowed(move, side, state) for move in Move for state in State for side in Side
    }


def test_every_move_has_a_row_and_an_act() -> None:
    assert set(MOVES) == set(ACT_OF) == set(Move)


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ({}, State.OPEN),
        ({"closed": True}, State.CLOSED),
        ({"returned": True}, State.RETURNED),
        ({"returned": True, "closed": True}, State.RETURNED_CLOSED),
        ({"withdrawn": True, "closed": True}, State.WITHDRAWN),
        ({"voided": True, "withdrawn": True, "closed": True, "returned": True}, State.VOIDED),
        ({"disposed": True, "closed": True}, State.DISPOSED),
    ],
)
def test_how_a_thread_stands(flags: dict[str, bool], state: State) -> None:
    assert (
        state_of(**(dict.fromkeys(("closed", "returned", "withdrawn", "voided", "disposed"), False) | flags)) is state
    )


def test_whose_side_a_unit_is_on() -> None:
    assert side_of(is_sender=True, has_left=False) is Side.SENDER
    assert side_of(is_sender=False, has_left=False) is Side.RECIPIENT
    assert side_of(is_sender=False, has_left=True) is Side.FORMER


def test_b1_whose_turn_it_is() -> None:
    assert waiting_on(own_duty=True, other_duty=False) is WaitingOn.US
    assert waiting_on(own_duty=True, other_duty=True) is WaitingOn.US
    assert waiting_on(own_duty=False, other_duty=True) is WaitingOn.THEM
    assert waiting_on(own_duty=False, other_duty=False) is WaitingOn.NOBODY


@pytest.mark.parametrize(
    ("is_sender", "has_open_duty", "may"),
    [(True, True, True), (True, False, True), (False, True, False), (False, False, True)],
)
def test_b5_who_may_close(is_sender: bool, has_open_duty: bool, may: bool) -> None:
    assert may_close(is_sender=is_sender, has_open_duty=has_open_duty) is may


@pytest.mark.parametrize("reasons", [ForwardReason, ReturnReason])
def test_a_reason_is_chosen_and_another_one_explained(reasons: type[ForwardReason] | type[ReturnReason]) -> None:
    for reason in reasons:
        assert sending_on_problems(reasons, reason, "Ring dem.") == {}
        needs_words = sending_on_problems(reasons, reason, " \n")
        assert list(needs_words) == (["words"] if reason == "other" else [])
    assert list(sending_on_problems(reasons, "", "x" * 501)) == ["reason", "words"]
    assert list(sending_on_problems(reasons, "urgency", "\x00")) == ["reason", "words"]


TODAY, LAST = day("Mon 2026-11-16"), day("Mon 2026-11-30")


@pytest.mark.parametrize(
    ("promised", "works", "fine"),
    [
        (day("Tue 2026-11-17"), True, True),
        (day("Mon 2026-11-30"), True, True),
        (day("Tue 2026-12-01"), True, False),
        (day("Mon 2026-11-16"), True, False),
        (day("Fri 2026-11-13"), True, False),
        (day("Sat 2026-11-21"), False, False),
    ],
)
def test_b2_which_day_a_unit_may_promise(promised: date, works: bool, fine: bool) -> None:
    problem = callback_problem(promised, today=TODAY, last=LAST, is_working_day=works)
    assert (problem is None) is fine
