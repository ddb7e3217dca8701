"""What becomes of a draft when its message is sent. Each piece works within the verb's transaction."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from lcweb.domain.permissions import Actor
from lcweb.models import Draft, Message, User
from lcweb.prepared import do

_OWN = delete(Draft.__table__).where(Draft.user_id == bindparam("user_id"))
_REPLY = _OWN.where(Draft.unit_id == bindparam("unit_id"), Draft.thread_id == bindparam("thread_id"))
_LETTER = _OWN.where(Draft.page_id == bindparam("page_id"))
_PERSON = select(User.id).where(User.id == bindparam("user_id")).with_for_update(key_share=True)
#: A column of a statement that binds `user_id`, which then does what `one_at_a_time` does.
PERSON_HELD = _PERSON.scalar_subquery()
_SENT = select(Message.id).where(Message.submission_id == bindparam("submission_id"))


def clear_reply(session: Session, actor: Actor, thread_id: int) -> None:
    """With the answer that it became. The thread is locked. Colleagues keep theirs."""
    do(session, _REPLY, user_id=actor.user_id, unit_id=actor.require_unit(), thread_id=thread_id)


def clear_letter(session: Session, actor: Actor, page_id: str) -> None:
    """With the message that it became. `page_id` is the submission id. The person is held: PERSON_HELD."""
    do(session, _LETTER, page_id=page_id, user_id=actor.user_id)


def one_at_a_time(session: Session, actor: Actor) -> None:
    """The person's own letters wait for each other: a late autosave must not bring back what has just been sent."""
    do(session, _PERSON, user_id=actor.user_id)


def is_sent(session: Session, submission_id: str) -> bool:
    return bool(do(session, _SENT, submission_id=submission_id))
