"""A thread's life: which moves a unit can make, whose turn it is, and who may close it (B1–B5, "Life of a thread")."""

from datetime import date
from enum import StrEnum

from lcweb.domain import guards
from lcweb.domain.permissions import Act


class DutyKind(StrEnum):
    """What a unit owes: a reply (Svar önskas), an acknowledgement (Information) (B1), or to deal with a return."""

    REPLY = "reply"
    ACKNOWLEDGE = "acknowledge"
    RETURNED = "returned"


class DutyEnd(StrEnum):
    REPLIED = "replied"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    ASKED = "asked"  # what was only to be acknowledged has become a question
    FORWARDED = "forwarded"
    RETURNED = "returned"
    RETRACTED = "retracted"  # the message that it arose from was withdrawn or voided


class EventKind(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    REOPENED = "reopened"
    DUE_MOVED = "due_moved"
    CALLBACK = "callback"
    TAKEN_OVER = "taken_over"
    FORWARDED = "forwarded"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    TRANSFERRED = "transferred"
    ESCALATED = "escalated"  # a late answer; `reason` is the step, see domain/escalation.py
    UNIT_CLOSED = "unit_closed"  # `to_unit_name` has the thread now


class ForwardReason(StrEnum):
    OTHER_AREA = "other_area"
    OTHER_TREATS = "other_treats"
    OTHER_COMPETENCE = "other_competence"
    OTHER = "other"


class ReturnReason(StrEnum):
    WRONG_RECIPIENT = "wrong_recipient"
    URGENT = "urgent"
    PRESCRIPTION = "prescription"
    OTHER = "other"


class VoidReason(StrEnum):
    WRONG_PATIENT = "wrong_patient"
    MIXED_UP = "mixed_up"  # the right patient's thread, another patient's text


class WaitingOn(StrEnum):
    US = "us"
    THEM = "them"
    NOBODY = "nobody"


# Moves ----------------------------------------------------------------------------------------------------------------


class Side(StrEnum):
    """How a unit stands to a thread. FORMER: it has forwarded or returned it, and sees nothing later."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    FORMER = "former"


class State(StrEnum):
    """RETURNED: nobody receives it until the sender sends it on."""

    OPEN = "open"
    CLOSED = "closed"
    RETURNED = "returned"
    RETURNED_CLOSED = "returned_closed"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    DISPOSED = "disposed"


class Move(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    RELEASE = "release"
    REPLY = "reply"
    CORRECT = "correct"
    FORWARD = "forward"
    RETURN = "return"
    WITHDRAW = "withdraw"
    VOID = "void"
    CLOSE = "close"
    REOPEN = "reopen"
    TRANSFER = "transfer"
    NOTE = "note"


_S, _R, _F = Side.SENDER, Side.RECIPIENT, Side.FORMER
_EVERYONE = (_S, _R, _F)
_LIVING = (State.OPEN, State.CLOSED, State.RETURNED, State.RETURNED_CLOSED)

#: Who may make which move when. What stands nowhere here cannot be done.
MOVES: dict[Move, dict[State, tuple[Side, ...]]] = {
    Move.ACKNOWLEDGE: {State.OPEN: (_S, _R)},
    Move.CLAIM: dict.fromkeys(_LIVING, _EVERYONE),
    Move.RELEASE: dict.fromkeys(_LIVING, _EVERYONE),
    Move.REPLY: {State.OPEN: (_S, _R), State.CLOSED: (_S, _R)},  # a new message reopens (B5)
    Move.CORRECT: {State.OPEN: (_S, _R), State.CLOSED: (_S, _R)},
    Move.FORWARD: {State.OPEN: (_R,), State.RETURNED: (_S,)},
    Move.RETURN: {State.OPEN: (_R,)},
    Move.WITHDRAW: {State.OPEN: (_S, _R), State.CLOSED: (_S, _R)},
    Move.VOID: {**dict.fromkeys(_LIVING, _EVERYONE), State.WITHDRAWN: (_S,)},
    Move.CLOSE: {State.OPEN: (_S, _R), State.RETURNED: (_S,)},  # the recipient: narrowed by may_close
    Move.REOPEN: {State.CLOSED: (_S, _R), State.RETURNED_CLOSED: (_S,)},
    Move.TRANSFER: dict.fromkeys(_LIVING, _EVERYONE),
    Move.NOTE: dict.fromkeys(_LIVING, _EVERYONE),
}

#: What a person needs to be allowed for a move ("Who may").
ACT_OF: dict[Move, Act] = {
    **dict.fromkeys(Move, Act.HANDLE),
    Move.REPLY: Act.WRITE,
    Move.CORRECT: Act.RETRACT,
    Move.WITHDRAW: Act.RETRACT,
    Move.VOID: Act.RETRACT,
    Move.NOTE: Act.NOTE,
}


def side_of(*, is_sender: bool, has_left: bool) -> Side:
    if has_left:
        return Side.FORMER
    return Side.SENDER if is_sender else Side.RECIPIENT


def state_of(*, closed: bool, returned: bool, withdrawn: bool, voided: bool, disposed: bool) -> State:
    """Disposed, voided and withdrawn come before all else: nothing brings such a thread back."""
    if disposed:
        return State.DISPOSED
    if voided:
        return State.VOIDED
    if withdrawn:
        return State.WITHDRAWN
    if returned:
        return State.RETURNED_CLOSED if closed else State.RETURNED
    return State.CLOSED if closed else State.OPEN


def is_allowed(move: Move, side: Side, state: State) -> bool:
    return side in MOVES[move].get(state, ())


def needs_receiver(move: Move, state: State) -> bool:
    """Whether the move asks something of the other unit, which must then be open."""
    return move in (Move.REPLY, Move.CORRECT) or (move is Move.REOPEN and state is State.CLOSED)


def may_close(*, is_sender: bool, has_open_duty: bool) -> bool:
    """B5: the sender at any time; the recipient what it has answered (Svar önskas) or acknowledged (Information)."""
    return is_sender or not has_open_duty


def waiting_on(*, own_duty: bool, other_duty: bool) -> WaitingOn:
    """Derived from the thread's open duties, never stored. What we owe comes before what is owed to us."""
    if own_duty:
        return WaitingOn.US
    return WaitingOn.THEM if other_duty else WaitingOn.NOBODY


# What a move says -----------------------------------------------------------------------------------------------------

MAX_REASON = 500  # characters


def sending_on_problems(reasons: type[StrEnum], reason: str, words: str) -> dict[str, str]:
    """Of a forward or a return: field → sentence."""
    problems = {}
    if reason not in set(reasons):
        problems["reason"] = "Välj varför."
    problem = guards.text_problem(guards.normalized(words), what="Förklaringen", most=MAX_REASON)
    if problem:
        problems["words"] = problem
    elif reason == "other" and not guards.normalized(words):
        problems["words"] = "Skriv vad som är skälet."
    return problems


def callback_problem(day: date, *, today: date, last: date, is_working_day: bool) -> str | None:
    """B2: a date of one's own choice. `last` is the tenth working day from today."""
    if day <= today:
        return "Välj en dag efter i dag."
    if day > last:
        return f"Välj en dag senast {last.isoformat()}."
    if not is_working_day:
        return "Enheten har stängt den dagen. Välj en vardag."
    return None
