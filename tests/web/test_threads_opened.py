"""What a poll brought into an open page is opened by the page's word that somebody used it."""

from lcweb.models import Message
from tests.rows import rows
from tests.web.drafting import poll_address
from tests.web.visits import Visitor, Write


def test_what_a_poll_brought_is_opened_when_the_page_says_so(anna: Visitor, karin: Visitor, talk: Write) -> None:
    thread_id = talk("anna asks", "karin opens", "karin answers")
    assert anna.get(f"/arenden/{thread_id}").root.find(data_unopened="2") is None
    with karin.context():
        assert len(rows(Message)) == 2
    answer_again(karin, thread_id)
    polled = anna.poll(poll_address(anna))
    assert polled.root.get_one(data_unopened="3")["id"] == "message-3"
    for up_to, left in (("2", True), ("x", True), ("", True), ("3", False)):
        answer = anna.send(f"/arenden/{thread_id}/oppnat", up_to=up_to)
        assert (answer.status_code, answer.data) == (204, b"")
        shown = anna.poll(f"/poll/arenden/{thread_id}")
        assert (shown.root.find(data_unopened="3") is not None) is left


def answer_again(visitor: Visitor, thread_id: int) -> None:
    visitor.get(f"/arenden/{thread_id}")
    visitor.press("Skicka svar", body="En sak till.")
