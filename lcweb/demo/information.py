"""Övrig information: asks for no reply, only to be acknowledged."""

from lcweb.demo.conversation import Conversation, Trade
from lcweb.domain.recipients import CaseType

CASE = CaseType.GENERAL

FROM_MUNICIPALITY = (
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Ny omvårdnadsansvarig sjuksköterska",
        body="""
        Till er kännedom: patienten har från och med i dag en ny omvårdnadsansvarig sjuksköterska hos oss. Vi nås på
        samma nummer som förut. Nästa planerade uppföljning är oförändrad.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Kontaktuppgift till närstående ändrad",
        body="""
        Sonen har bytt telefonnummer. Det nya finns i vår journal under närstående och kan läsas av er. Han nås bäst
        efter kl. 16. Patienten vill att han kontaktas i första hand, dottern i andra hand.
        """,
        correction="Rättelse: sonen nås bäst före kl. 16, inte efter. Telefonnumret i journalen är rätt.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Åter hemma efter växelvård",
        body="""
        Patienten är hemma igen sedan i går efter två veckor på korttidsboende. Allt har fungerat väl, vikten är
        oförändrad. Hemsjukvårdens besök fortsätter enligt tidigare plan från och med i dag.
        """,
        correction="Rättelse: det var tre veckor på korttidsboende, inte två. Resten stämmer.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Resultat av riskbedömning",
        body="""
        Riskbedömning enligt Senior alert är gjord vid hembesök: risk för fall, ingen risk för trycksår eller
        undernäring. Åtgärder är insatta: halkskydd, genomgång av belysning och träning med fysioterapeut. Uppföljning
        om tre månader. Ingen åtgärd önskas från er.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Utökat boendestöd beviljat",
        body="""
        Information inför er nästa träff: patienten har fått utökat boendestöd från och med vecka {vecka}, nu alla
        vardagar. {Han} är nöjd med beslutet. Våra egna besök fortsätter som förut.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.MEDICINE,
        subject="Vägningen flyttad till fredagar",
        body="""
        För kännedom: från och med vecka {vecka} väger vi patienten på fredagar i stället för måndagar, eftersom {han}
        har dagverksamhet på måndagarna. Vågen är densamma och vi väger före frukost som förut.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.MEDICINE,
        subject="Månadens vikter och blodtryck",
        body="""
        Här kommer månadens värden enligt plan. Vikt: 82,3 – 82,0 – 82,6 – 82,1 kg. Blodtryck: 128/72, 124/70, 130/74,
        126/70. Puls 64–72, regelbunden. Ingen bensvullnad, sover med en kudde. Mår bra.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.REHAB,
        receiver=Trade.PRIMARY,
        subject="Hjälpmedel på plats",
        body="""
        För kännedom: vårdsäng, förhöjd toalettsits och griptång är levererade och inprovade. {Han} och {maken} är
        instruerade. Uppföljning görs av oss om sex veckor. Ärendet kräver inget svar.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.REHAB,
        receiver=Trade.ORTHOPAEDICS,
        subject="Träningsperioden i hemmet avslutad",
        body="""
        Patienten har tränat med oss i åtta veckor och nått sina mål: går ute med stavar, klarar trappan utan stöd och
        har börjat handla själv. Vi avslutar i dag. {Han} fortsätter på gym för seniorer.
        """,
    ),
)

FROM_CLINICS = (
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Ny fast läkarkontakt",
        body="""
        Patienten har fått ny fast läkarkontakt hos oss, namnet står i journalen. Läkaren har telefontid för er på
        tisdagar kl. 11–12. Hembesök i vecka {vecka} blir av som planerat.
        """,
        correction="Rättelse: läkarens telefontid för er är på torsdagar kl. 11–12, inte på tisdagar.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Vårdplan uppdaterad",
        body="""
        Läkaren har uppdaterat vårdplanen efter senaste hembesöket. Läs den gärna i journalen. Det som är nytt gäller
        vad patienten själv önskar och hur ofta proverna tas. {Han} har fått en egen kopia på papper.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Provsvar normala, ingen åtgärd",
        body="""
        Proverna som ni tog i förra veckan är bedömda av läkare. Samtliga utan anmärkning. Patienten får brev. Nästa
        provtagning enligt tidigare plan.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Ändrad tid för såromläggning hos oss",
        body="""
        Patienten kommer till oss för såromläggning en gång i veckan och ni lägger om däremellan. Från och med vecka
        {vecka} är vår dag onsdag i stället för torsdag. Resan är ombokad. Skicka gärna med en rad om hur såret ser
        ut.
        """,
        correction="Rättelse: vår dag blir tisdag, inte onsdag. Det är tisdagen som resan är bokad till.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        younger=True,
        subject="Frånvaro under behandlingsvecka",
        body="""
        Patienten deltar i gruppbehandling hos oss måndag till torsdag i vecka {vecka} och är inte hemma mellan kl. 9
        och 15. Lägg gärna era besök före eller efter. {Han} har själv bett oss att meddela er.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.MEDICINE,
        receiver=Trade.HOME_CARE,
        subject="Uppföljningen flyttas till vårdcentralen",
        body="""
        Läget har varit stabilt i tre månader och vi avslutar uppföljningen hos oss. Vårdcentralen har tagit över
        ansvaret från och med i dag. Fortsätt väga som förut och vänd er till vårdcentralen med frågor. Tack för era
        fina rapporter.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.SURGERY,
        receiver=Trade.HOME_CARE,
        subject="Nya stomiprodukter från nästa leverans",
        body="""
        Patienten har provat ut en ny platta och påse hos vår stomiterapeut. De kommer med nästa leverans. Gamla
        produkter kan användas upp. Bytet görs på samma sätt som tidigare, patienten visar gärna.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.ORTHOPAEDICS,
        receiver=Trade.HOME_CARE,
        subject="Återbesök bokat, transport ordnad",
        body="""
        Patienten har tid för röntgen och återbesök hos oss på torsdag i vecka {vecka}. Sjukresa är bokad med hämtning
        vid dörren. {Han} bör ha ätit frukost och ha kläder som är lätta att ta av på {sida} ben.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.UROLOGY,
        receiver=Trade.HOME_CARE,
        subject="Kateterbyte gjort på mottagningen",
        body="""
        För er kännedom: katetern är bytt hos oss i dag i samband med kontroll. Bytet gick lätt. Nästa byte blir
        därmed om tolv veckor, stryk det som ni hade planerat i vecka {vecka}.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.PRIMARY,
        younger=True,
        subject="Kontakten hos oss avslutad",
        body="""
        Patienten har avslutat sin behandling hos oss efter gemensam planering. Måendet är stabilt och {han} har en
        egen plan vid försämring. Ni är välkomna att höra av er om behovet ändras.
        """,
    ),
)

ALL = FROM_MUNICIPALITY + FROM_CLINICS
