"""Övrig fråga: what the municipality's occupational therapists and physiotherapists ask the clinics."""

from lcweb.demo.conversation import Conversation, Trade
from lcweb.domain.recipients import CaseType

CASE = CaseType.GENERAL

ALL = (
    Conversation(
        case_type=CASE,
        sender=Trade.REHAB,
        receiver=Trade.PRIMARY,
        subject="Inför utprovning av rullstol, medicinska uppgifter",
        body="""
        Hej! Vi ska prova ut rullstol åt patienten. Behöver veta om det finns något medicinskt att ta hänsyn till:
        hudproblem, felställningar eller väntade operationer det närmaste halvåret. {Han} sitter i dag i fåtölj större
        delen av dagen.
        """,
        reply="""
        Inga planerade operationer. Huden över sittbenen är skör, tidigare trycksår på {sida} sida, så välj
        tryckfördelande dyna. Inget annat att ta hänsyn till.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.REHAB,
        receiver=Trade.PRIMARY,
        subject="Smärta hindrar träning i hemmet",
        body="""
        Hej! Jag tränar förflyttningar med patienten två gånger i veckan. De senaste gångerna har vi fått avbryta på
        grund av värk i {sida} axel. Rörligheten är inskränkt utåt och uppåt, ingen svullnad. {Han} har inte fallit.

        Kan ni ta ställning till läkarbedömning? Under tiden tränar vi benen.
        """,
        reply="""
        Läkaren undersöker axeln vid hembesöket {dag}. Fortsätt med benen. Vi skriver resultatet till er direkt
        efteråt, eftersom {han} själv har svårt att återberätta.
        """,
        question="När på dygnet är det värst, och kan {han} ligga på den sidan?",
        answer="""
        Värst på morgonen, släpper efter en stund. {Han} undviker att ligga på den sidan sedan ungefär en månad.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.REHAB,
        receiver=Trade.PRIMARY,
        subject="Kognitiv bedömning gjord, hur går vi vidare?",
        body="""
        På er förfrågan har vi gjort bedömning i hemmet av köksaktivitet och MoCA. Patienten tappade bort sig två
        gånger vid kaffekokning och lämnade plattan på. Resultatet är dokumenterat hos oss, vi kan gå igenom det på
        telefon.

        Spisvakt är beställd. Vill ni att vi gör ytterligare bedömning, till exempel om bilkörning? {Han} har bil men
        säger att den mest står.
        """,
        reply="""
        Tack, mycket värdefullt. Läkaren tar upp bilkörningen själv vid besöket i vecka {vecka}. Ingen mer bedömning
        behövs nu. Ring gärna läkaren {dag} kl. 11 så går ni igenom resultatet.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.REHAB,
        receiver=Trade.ORTHOPAEDICS,
        subject="Restriktioner efter höftoperation?",
        body="""
        Patienten är hemma sedan förra veckan. I vår rapport står inga restriktioner efter operationen av {sida} höft,
        men {han} säger att {han} inte får böja mer än nittio grader. Vad gäller? Förhöjningsdyna och griptång finns
        på plats.
        """,
        reply="""
        Inga restriktioner med den teknik som använts, {han} får röra sig efter förmåga. {Han} har nog fått en äldre
        broschyr, vi ber om ursäkt.
        """,
    ),
)
