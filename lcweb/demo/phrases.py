"""The demo's phrases: common ones, and some of the units where the demo's accounts work."""

from collections.abc import Mapping
from datetime import datetime

from lcweb.demo.people import KARLEKEN, MEDICINE, NORR, PSYCHIATRY
from lcweb.demo.places import LONG_AGO
from lcweb.domain.permissions import operator
from lcweb.services import phrases

COMMON = {
    "Patienten är informerad": "Patienten är informerad om att uppgifterna lämnas till er och har inget emot det.",
    "Vi tar hand om det": "Tack för meddelandet. Vi tar hand om det och återkommer här när det är gjort.",
    "Återkoppla gärna": "Skriv gärna ett svar här när det är gjort: vilken dag, hur det gick och vad ni planerar.",
    "Mer information behövs": (
        "Vi behöver veta mer för att kunna planera:\n- Vad ska göras, och hur ofta?\n- Från vilken dag?\n"
        "- Hur når vi patienten?\n- Vem har medicinskt ansvar?"
    ),
    "Ring om något är oklart": "Ring oss gärna om något är oklart. Numret står vid vår enhet i mottagarlistan.",
}
OWN = {
    KARLEKEN: {
        "Provsvar": "Provsvaret är klart och bedömt av läkare. Ingen åtgärd behövs från er sida.",
        "Provtagning i hemmet": (
            "Remiss och etiketter ligger i provpåsen, som hämtas i receptionen. Provet lämnas till oss före klockan "
            "13 samma dag."
        ),
        "Ansvarig på Kärleken": "Vårdcentralen Kärleken har det medicinska ansvaret. Frågor besvaras av mottagningen.",
    },
    NORR: {
        "Första hembesöket": (
            "Vi gör ett första hembesök inom en vecka tillsammans med arbetsterapeut eller fysioterapeut. Efter "
            "besöket skickar vi en kort plan hit."
        ),
        "Nyckel": "Nyckel behövs för besöken. Patienten eller en närstående lämnar den till oss mot kvittens.",
        "Såromläggning, svar": (
            "Såret är omlagt enligt plan. Utseende och storlek:\nNästa omläggning:\nBild finns i vår journal."
        ),
    },
    f"{PSYCHIATRY}Halmstad": {
        "Fast vårdkontakt": "Patienten har en fast vårdkontakt hos oss som ni kan nå på mottagningens nummer.",
    },
    MEDICINE: {
        "Ansvaret går över": (
            "Vår uppföljning är avslutad. Vårdcentralen har det medicinska ansvaret från i dag, enligt epikrisen."
        ),
    },
}


def load(unit_ids: Mapping[str, int], *, now: datetime) -> None:
    """Added when the units were."""
    then = now - LONG_AGO
    _add(None, COMMON, now=then)
    for unit, texts in OWN.items():
        _add(unit_ids[unit], texts, now=then)


def _add(unit_id: int | None, texts: Mapping[str, str], *, now: datetime) -> None:
    for title, body in texts.items():
        phrases.add(operator(), unit_id=unit_id, title=title, body=body, now=now)
