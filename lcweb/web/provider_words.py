"""What a person is told whom an identity provider did not sign in, by the reason."""

from typing import NamedTuple

from lcweb.domain.providers import Provider, Reason, Rejected

ASK = "Be enhetsansvarig på din enhet eller systemadministratören om hjälp."


class Said(NamedTuple):
    status: int
    heading: str
    advice: tuple[str, ...]  # a paragraph each


def said_of(rejected: Rejected, provider: Provider) -> Said:
    reason = rejected.reason
    if reason in (Reason.STATE, Reason.LATE):
        return Said(400, "Inloggningen gick inte att slutföra", (
            "Den tog för lång tid, är redan använd eller började i en annan webbläsare.",
            "Börja om från inloggningssidan.",
        ))  # fmt: skip
    if reason is Reason.CANCELLED:
        return Said(403, "Inloggningen avbröts", ("Du är inte inloggad. Försök igen när du vill.",))
    if reason is Reason.ACR:
        return Said(403, "Du behöver logga in på ett säkrare sätt", (
            f"Sättet du valde hos {provider.name} räcker inte här. Logga in igen och välj till exempel ditt "
            "tjänstekort, eller be din IT-support om hjälp.",
        ))  # fmt: skip
    return _about_a_person(rejected) or Said(403, "Inloggningen gick inte att kontrollera", (
        f"Svaret från {provider.name} gick inte att lita på. Du är inte inloggad.",
        "Försök igen. Händer det flera gånger: ring systemadministratören.",
    ))  # fmt: skip


def _about_a_person(rejected: Rejected) -> Said | None:
    """Who it is was believed."""
    hsa_id, unit = rejected.hsa_id, rejected.unit
    known: dict[Reason, tuple[str, tuple[str, ...]]] = {
        Reason.NO_HSA_ID: ("Ditt HSA-id saknas", (
            "Inloggningen innehåller inget HSA-id för medarbetare, så vi vet inte vem du är. Välj ditt tjänstekort, "
            "eller be din IT-support om hjälp.",
        )),
        Reason.UNKNOWN: ("Du har inget konto här", (
            f"Ingen användare här har HSA-id {hsa_id}. Be enhetsansvarig på din enhet eller systemadministratören "
            "lägga till dig med det HSA-id:t.",
            "Har du redan ett konto med lösenord? Då saknas HSA-id:t på kontot eller är fel skrivet. Be dem rätta det, "
            "och logga in med lösenordet så länge.",
        )),
        Reason.ENDED: ("Ditt konto är avslutat", (f"Kontot för HSA-id {hsa_id} gäller inte längre. {ASK}",)),
        Reason.NO_ROLE: ("Du har ingen roll här längre", (f"Kontot för HSA-id {hsa_id} har ingen roll. {ASK}",)),
        Reason.NO_ROLE_IN_UNIT: ("Du har ingen roll på enheten", (
            f"Ditt medarbetaruppdrag hör till {unit}, men där har du ingen roll i Vårdmeddelanden.",
            f"Logga in igen och välj ett annat uppdrag, eller be enhetsansvarig på {unit} lägga till dig "
            f"(HSA-id {hsa_id}).",
        )),
    }  # fmt: skip
    return Said(403, *known[rejected.reason]) if rejected.reason in known else None


def unreachable(provider: Provider) -> Said:
    return Said(503, f"{provider.name} går inte att nå just nu", (
        "Du är inte inloggad. Försök igen om en stund, eller logga in med användarnamn och lösenord.",
    ))  # fmt: skip


def waiting(sentence: str) -> Said:
    """`sentence`: how long."""
    return Said(429, "Vänta en stund", ("Du är inte inloggad.", sentence))
