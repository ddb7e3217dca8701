"""Why somebody is signed out, how one signed in, and what is left of a session: in words and for the page's script."""

from collections.abc import Iterable

from lcweb.domain.providers import Provider, key_of
from lcweb.domain.second_factor import SignInWay
from lcweb.domain.sessions import Left, Why

SIGNED_OUT = "Du har blivit utloggad"
#: Told to whoever holds the session's cookie. None: nobody knows.
WHY_ENDED: dict[Why | None, str] = {
    None: f"{SIGNED_OUT}. Logga in igen.",
    Why.SIGNED_OUT: "Du är utloggad. Logga in igen.",
    Why.SWITCHED: f"{SIGNED_OUT} här, eftersom du bytte enhet. Logga in igen.",
    Why.ELSEWHERE: f"{SIGNED_OUT}: inloggningen här avslutades från en annan webbläsare där du är inloggad. "
    "Var det inte du som gjorde det? Byt lösenord och säg till systemadministratören.",
    Why.ROLE_ENDED: f"{SIGNED_OUT}, eftersom din roll på enheten har avslutats. Har du en roll någon annanstans kan du "
    "logga in igen. Fråga annars enhetsansvarig.",
    Why.PERSON_ENDED: f"{SIGNED_OUT}, eftersom ditt konto är avslutat. Är det fel? Fråga enhetsansvarig.",
    Why.PASSWORD_CHANGED: f"{SIGNED_OUT}, eftersom ditt lösenord har bytts. Logga in med det nya. "
    "Var det inte du som bytte? Säg till systemadministratören genast.",
    Why.SECOND_FACTOR: f"{SIGNED_OUT}, eftersom din inloggning i två steg har ändrats. Logga in igen. "
    "Var det inte du som ändrade? Säg till systemadministratören genast.",
    Why.ADMINISTRATOR: f"{SIGNED_OUT} av systemadministratören. Logga in igen.",
    Why.UNIT_CLOSED: f"{SIGNED_OUT}, eftersom enheten har stängts. Har du en roll på en annan enhet kan du logga in "
    "igen. Fråga annars enhetsansvarig.",
    Why.RESTORED: f"{SIGNED_OUT}, eftersom systemet har återställts från en säkerhetskopia. "
    "Det som gjordes den sista tiden innan kan saknas: se efter i enhetens ärenden när du har loggat in igen.",
    Why.IDLE: f"{SIGNED_OUT}, eftersom ingen använde sidan på en stund. Logga in igen.",
    Why.TOO_OLD: f"{SIGNED_OUT}, eftersom det var länge sedan du loggade in. Logga in igen.",
}
#: How one signed in. An identity provider goes by its own name.
#: How a session began, where no identity provider vouched for the person.
WAYS = {SignInWay.PASSWORD: "Lösenord", SignInWay.PASSWORD_AND_CODE: "Lösenord och kod"}


def way(how: str, providers: Iterable[Provider]) -> str:
    """An identity provider by the name on its button; one that is no longer configured by its key."""
    key = key_of(how)
    names = {provider.key: provider.name for provider in providers}
    return WAYS.get(SignInWay(how), how) if key is None else names.get(key, key)


def for_script(left: Left) -> dict[str, str]:
    """As static/js/session.js reads it, from the page and from what it asks for."""
    return {"seconds": str(max(0, round(left.time.total_seconds()))), "why": left.why}
