"""What becomes of a draft when its message is sent. Each piece works within the verb's transaction."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lcweb.domain.permissions import Actor
from lcweb.models import Draft, Message, User


def clear_reply(session: Session, actor: Actor, thread_id: int) -> None:
    """With the answer that it became. The thread is locked. Colleagues keep theirs."""
    session.execute(
        delete(Draft).where(
            Draft.user_id == actor.user_id, Draft.unit_id == actor.require_unit(), Draft.thread_id == thread_id
        )
    )


def clear_letter(session: Session, actor: Actor, page_id: str) -> None:
    """With the message that it became. `page_id` is the submission id."""
    one_at_a_time(session, actor)
    session.execute(delete(Draft).where(Draft.page_id == page_id, Draft.user_id == actor.user_id))


def one_at_a_time(session: Session, actor: Actor) -> None:
    """The person's own letters wait for each other: a late autosave must not bring back what has just been sent."""
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))


def is_sent(session: Session, submission_id: str) -> bool:
    return session.scalar(select(Message.id).where(Message.submission_id == submission_id)) is not None
