"""The turns that a thread takes beside question and answer: sent on, returned, taken back, put right, promised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lcweb.demo.conversation import Trade
from lcweb.demo.places import BY_NAME
from lcweb.demo.steps import (
    BeginReply,
    Correct,
    Forward,
    GiveBack,
    Note,
    Reopen,
    TakeOver,
    Transfer,
    Void,
    Withdraw,
)
from lcweb.domain.threads import ForwardReason, ReturnReason, VoidReason

if TYPE_CHECKING:
    from lcweb.demo.stories import Side, Story

FORWARDED: dict[Trade, tuple[tuple[ForwardReason, str], ...]] = {
    Trade.HOME_CARE: (
        (ForwardReason.OTHER_AREA, "Adressen hör till ert område."),
        (ForwardReason.OTHER_AREA, "Patienten har flyttat och bor i ert område nu. {Han} vet om att ni tar över."),
        (ForwardReason.OTHER, "Vi har delat om gatorna mellan oss, så den här adressen är er."),
    ),
    Trade.PRIMARY: (
        (ForwardReason.OTHER_TREATS, "Patienten är listad hos er."),
        (ForwardReason.OTHER_TREATS, "{Han} listade om sig till er. Besöken här är avslutade."),
    ),
}
SENT_ON: dict[Trade, tuple[tuple[ForwardReason, str], ...]] = {
    Trade.HOME_CARE: ((ForwardReason.OTHER_AREA, "Vi hade fel område. Adressen är nu kontrollerad med patienten."),),
    Trade.PRIMARY: ((ForwardReason.OTHER_TREATS, "Vi trodde att {han} var listad hos den andra vårdcentralen."),),
}
RETURNED: dict[Trade, tuple[tuple[ReturnReason, str], ...]] = {
    Trade.HOME_CARE: (
        (ReturnReason.WRONG_RECIPIENT, "Patienten bor inte i vårt område."),
        (ReturnReason.WRONG_RECIPIENT, "Adressen hör till ett annat område, och {han} är inte känd hos oss."),
    ),
    Trade.PRIMARY: (
        (ReturnReason.WRONG_RECIPIENT, "Patienten är inte listad hos oss."),
        (ReturnReason.WRONG_RECIPIENT, "{Han} har listat om sig. Vi har ingen kontakt längre."),
    ),
}
RETURNED_ELSEWHERE = (
    (ReturnReason.WRONG_RECIPIENT, "Patienten har ingen pågående kontakt hos oss."),
    (ReturnReason.OTHER, "Kontakten är avslutad och vårdcentralen har tagit över ansvaret."),
)
PROMISED: dict[Trade, tuple[str, ...]] = {
    Trade.HOME_CARE: (
        "Tack! Vi behöver träffa patienten först. Vi återkommer med svar efter hembesöket.",
        "Tack för meddelandet. Vi ser över planeringen på teamträffen och återkommer.",
    ),
    Trade.PRIMARY: (
        "Tack! Läkaren behöver ta ställning först. Vi återkommer med svar.",
        "Tack för meddelandet. Vi tar upp det på ronden och återkommer efter den.",
    ),
}
PROMISED_ELSEWHERE = ("Tack! Vi tar upp det på teamets behandlingskonferens och återkommer efter den.",)
NOTED: dict[Trade, tuple[str, ...]] = {
    Trade.HOME_CARE: (
        "Ringt patienten, inget svar. Försöker igen i eftermiddag.",
        "Nyckel finns hos hemtjänstgruppen. Går att boka in på onsdagsrundan.",
        "Talat med hemtjänsten, de är med på det. Tar besöket när bilen är tillbaka.",
    ),
    Trade.PRIMARY: (
        "Lagt på läkarens lista inför ronden. Svara när det är taget.",
        "Talat med läkaren, svar kommer i eftermiddag.",
        "Patienten har tid här nästa vecka, samordna gärna med den.",
    ),
}
NOTED_ELSEWHERE = ("Stämt av med patientens fasta vårdkontakt, som vill läsa svaret innan det går.",)


def forward(story: Story) -> None:
    """By whoever there has read it, to the unit that has the patient."""
    _send_to_the_right_unit(story, story.recipient, FORWARDED)


def send_on(story: Story) -> None:
    """By the sender, after a return."""
    _send_to_the_right_unit(story, story.sender, SENT_ON)


def give_back(story: Story) -> None:
    story.soon()
    side = story.recipient
    reason, words = story.rng.choice(RETURNED.get(side.unit.trade, RETURNED_ELSEWHERE))
    story.act(GiveBack, side, suggested=story.scene.to, reason=reason, words=story.words(words))
    story.sender.seen.clear()


def withdraw(story: Story) -> None:
    story.soon()
    _by_licensed(story, story.sender)
    story.act(Withdraw, story.sender)


def void(story: Story) -> None:
    """The whole thread: it was about another patient."""
    _after_a_while(story, story.sender)
    _by_licensed(story, story.sender)
    story.act(Void, story.sender, reason=VoidReason.WRONG_PATIENT)
    story.recipient.seen.clear()


def void_answer(story: Story) -> None:
    """It was meant for another thread. What it had answered is to be answered again."""
    story.soon()
    _by_licensed(story, story.recipient)
    story.act(Void, story.recipient, reason=VoidReason.MIXED_UP)
    story.sender.seen.clear()
    story.due = story.at + timedelta(days=1)


def correct(story: Story) -> None:
    _after_a_while(story, story.sender)
    _by_licensed(story, story.sender)
    body = story.words(story.talk.correction)
    story.act(Correct, story.sender, body=body, submission_id=story.new_id())
    story.recipient.seen.clear()


def take_over(story: Story) -> None:
    """By a colleague, where there is one."""
    side = story.recipient
    side.person = story.teller.colleague(side.unit, side.person)
    _after_a_while(story, side)
    story.by_handler(side)
    story.act(TakeOver, side)


def note(story: Story) -> None:
    story.soon()
    side = story.recipient
    body = story.rng.choice(NOTED.get(side.unit.trade, NOTED_ELSEWHERE))
    story.act(Note, side, body=body, submission_id=story.new_id())


def call_back(story: Story) -> None:
    """Återkommer: an answer now, and the real one some days later."""
    side = story.recipient
    body = story.rng.choice(PROMISED.get(side.unit.trade, PROMISED_ELSEWHERE))
    story.write(side, body, promises=story.rng.randint(4, 7))


def begin_reply(story: Story) -> None:
    """Breaks off in the middle of a sentence."""
    story.soon()
    whole = story.words(story.talk.reply)
    begun, _, _rest = whole[: len(whole) * 2 // 3].rpartition(" ")
    story.act(BeginReply, story.recipient, body=begun, page=story.new_id(), submission_id=story.new_id())


def reopen(story: Story) -> None:
    _after_a_while(story, story.sender)
    story.act(Reopen, story.sender)


def transfer(story: Story, side: Side) -> None:
    """Överfört till journal."""
    _after_a_while(story, side)
    story.by_handler(side)
    story.act(Transfer, side)


def _send_to_the_right_unit(story: Story, side: Side, said: dict[Trade, tuple[tuple[ForwardReason, str], ...]]) -> None:
    story.soon()
    to = BY_NAME[story.scene.to]
    reason, words = story.rng.choice(said[to.trade])
    story.act(Forward, side, to=to.name, reason=reason, words=story.words(words))
    story.hand_over(to)


def _by_licensed(story: Story, side: Side) -> None:
    """Only they may take something back."""
    side.at_hand = story.teller.licensed(side.unit, side.person)


def _after_a_while(story: Story, side: Side) -> None:
    """By who handles it there, within some days."""
    if story.is_pinned:
        story.soon()
    else:
        story.move_to(story.days.between(story.at, min(story.cap, story.at + timedelta(days=2))))
    side.at_hand = side.person
