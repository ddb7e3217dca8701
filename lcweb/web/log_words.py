"""The words of a log review and of a patient's extract (L3, L4)."""

from lcweb.domain.access_log import LogAction
from lcweb.domain.log_reviews import SAMPLE, LogRule, LogVerdict

#: The same in words for the patient (L4): what staff did, without the service's own terms.
EXTRACT_ACTIONS = {
    LogAction.OPEN: "Läste ett ärende om dig",
    LogAction.SHOWN_BY_POLL: "Såg ny information i ett ärende om dig",
    LogAction.SEND: "Skickade ett meddelande om dig till en annan enhet",
    LogAction.REPLY: "Svarade en annan enhet i ett ärende om dig",
    LogAction.ACKNOWLEDGE: "Bekräftade att ett meddelande om dig är läst",
    LogAction.CLAIM: "Tog hand om ett ärende om dig",
    LogAction.TAKE_OVER: "Tog över ett ärende om dig från en kollega",
    LogAction.RELEASE: "Lämnade ett ärende om dig till sina kollegor",
    LogAction.FORWARD: "Skickade ett ärende om dig vidare till en annan enhet",
    LogAction.RETURN: "Skickade tillbaka ett ärende om dig till den enhet som hade skrivit",
    LogAction.CLOSE: "Avslutade ett ärende om dig",
    LogAction.REOPEN: "Öppnade ett avslutat ärende om dig igen",
    LogAction.WITHDRAW: "Tog tillbaka ett meddelande om dig innan någon hade läst det",
    LogAction.VOID: "Tog bort ett meddelande ur ett ärende om dig, för att det gällde fel person",
    LogAction.CORRECT: "Rättade ett meddelande om dig",
    LogAction.TRANSFER: "Noterade att ett ärende om dig är infört i journalen",
    LogAction.NOTE: "Skrev en anteckning för den egna enheten i ett ärende om dig",
    LogAction.DRAFT: "Började skriva ett meddelande om dig",
    LogAction.DRAFT_SHOWN: "Läste ett eget påbörjat meddelande om dig",
    LogAction.SEARCH: "Sökte efter ärenden om dig",
    LogAction.PRINT: "Skrev ut ett ärende om dig på papper",
    LogAction.EXPORT: "Sparade ett ärende om dig som en fil, för arkivering",
}

LOG_RULES = {
    LogRule.SAME_SURNAME: "Samma efternamn som patienten",
    LogRule.OWN_RECORD: "Kan vara det egna ärendet",
    LogRule.UNCLAIMED: "Ingen på enheten har tagit ärendet",
    LogRule.AFTER_HOURS: "Utanför enhetens öppettider",
    LogRule.PROTECTED: "Skyddade personuppgifter",
}

LOG_VERDICTS = {
    LogVerdict.IN_ORDER: "I sin ordning",
    LogVerdict.FOLLOW_UP: "Ska följas upp",
    LogVerdict.UNAUTHORISED: "Obehörig",
}


def why_words(why: str) -> str:
    """Why a row was drawn, of what `log_review_row` holds."""
    return "Slumpen" if why == SAMPLE else ". ".join(LOG_RULES[LogRule(rule)] for rule in why.split(","))


def kind_words(kind: str) -> str:
    """How a review was drawn, of what `log_review` holds."""
    return (
        "Stickprov"
        if kind == SAMPLE
        else "Regler: " + ", ".join(LOG_RULES[LogRule(rule)].lower() for rule in kind.split(","))
    )
