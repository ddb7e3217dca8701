"""Utskrivning hemsjukvård: the need has ended, or somebody asks whether it has."""

from lcweb.demo.conversation import Conversation, Trade
from lcweb.domain.recipients import CaseType

CASE = CaseType.HOME_CARE_DISCHARGE

FROM_MUNICIPALITY = (
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Planerad utskrivning, såret har läkt",
        body="""
        Hej! Såret på {sida} hälen är läkt sedan två veckor och huden håller. Patienten går ut med rollator och tar
        bussen till frisören, så vi bedömer att behovet av hemsjukvård är över. Vi planerar utskrivning i vecka
        {vecka}.

        Har ni någon invändning? Kommande kontroller av blodtryck vill {han} gärna göra hos er.
        """,
        reply="""
        Vad roligt! Ingen invändning från oss. {Han} får en kallelse till distriktssköterskan för blodtryck om en
        månad. Ta gärna upp egenkontroll av fötterna vid sista besöket.
        """,
        again="""
        Hej, vi får backa lite: vid besöket häromdagen hade {han} ett skavsår efter nya skor. Vi väntar med
        utskrivningen en vecka till. Säger ni till om kallelsen då blir fel?
        """,
        again_reply="Inga problem, kallelsen gäller först om en månad. Hör av er när det är läkt.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Utskrivning från hemsjukvård på egen begäran",
        body="""
        Patienten har tackat nej till fortsatta besök från oss. {Han} vill sköta sina mediciner själv med hjälp av
        {maken}. Vi har gått igenom dosetten två gånger och det fungerade. {Han} är klar och redig och förstår vad det
        innebär.

        Vi behöver er egenvårdsbedömning innan vi kan avsluta. Sista planerade besök är {dag}.
        """,
        reply="""
        Läkaren har talat med patienten och {maken} på telefon och gjort egenvårdsbedömning: {han} kan ta över själv.
        Dokumenterat i journalen i dag. Uppföljning på telefon om fyra veckor från oss.
        """,
        question="Är {maken} med på det här? Vid senaste läkarbesöket lät det som att det var för tungt.",
        answer="""
        Ja, vi har talat med båda var för sig. {Maken} vill prova en månad och vet vart man ringer om det inte går.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Utskriven, flyttar till annan kommun",
        body="""
        Information: patienten flyttar till dottern i Skåne och skrivs ut från hemsjukvården hos oss på fredag i vecka
        {vecka}. Mottagande kommun är kontaktad. {Han} listar om sig själv, men tills det är klart ligger
        läkaransvaret kvar hos er.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Avslut av hemsjukvård efter flytt till särskilt boende",
        body="""
        Patienten har fått plats på särskilt boende i kommunen och flyttar i vecka {vecka}. Vi skriver ut {honom} från
        hemsjukvården samma dag och boendets sjuksköterska tar över. Behåller {han} er som vårdcentral, eller ska
        boendets läkare ta över?
        """,
        reply="""
        Boendet har läkare från oss, så {han} behåller vårdcentral men byter läkare. Läkaren går rond där varje
        onsdag. Tack för att ni meddelade i tid.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Avslutad insats, dosetten delas åter av närstående",
        body="""
        För er kännedom: den tillfälliga inskrivningen efter höftfrakturen är avslutad i dag. Dosetten delas åter av
        dottern och patienten går ute med stavar. Inga kvarstående behov av hemsjukvård. Rehab fortsätter på egen
        hand.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Förslag på utskrivning, stabilt läge sedan ett år",
        body="""
        Hej! Vi har haft patienten inskriven för dagligt överlämnande i drygt ett år. Sedan några månader tar {han}
        själv fram sin medicin innan vi hinner ringa på, och {han} har börjat arbetsträna. Vi tror att {han} är redo
        att ta över ansvaret med påminnelse i mobilen.

        Hur ser ni på det? Vi föreslår nedtrappning i två steg och ett gemensamt möte före.
        """,
        reply="""
        Vi delar er bild och är glada över utvecklingen. Läkaren vill göra en egenvårdsbedömning först, tid är satt i
        vecka {vecka}. Kom gärna med på mötet. Behåll nuvarande upplägg till dess.
        """,
        question="Har det varit några missade dagar de senaste tre månaderna?",
        answer="En enda, när {han} var hos sin bror över en helg. {Han} ringde själv och berättade det.",
    ),
)

FROM_CLINICS = (
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Kan omläggningarna åter ske hos oss?",
        body="""
        Patienten var här på läkarbesök häromdagen och kom i egen bil. {Han} berättade att det går mycket bättre och
        att {han} gärna kommer till vår såromläggning i stället för att vänta hemma på förmiddagarna.

        Vi har tider måndag och fredag. Ser ni något hinder för utskrivning från hemsjukvården?
        """,
        reply="""
        Inget hinder, vi hade tänkt detsamma. Sista besöket hos oss blir {dag}. Såret är då uppmätt, mått och
        nuvarande upplägg finns i vår anteckning. Vi skriver ut samma dag.
        """,
        question="Det låter bra, men {han} körde väl inte bil tidigare? Är det något ni har tagit ställning till?",
        answer="Ja, läkaren har gått igenom det med {honom}, det finns inget hinder. {Han} har fått nya glasögon.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.ORTHOPAEDICS,
        receiver=Trade.HOME_CARE,
        subject="Gipset av, behov av fortsatt hemsjukvård?",
        body="""
        Patienten var på kontroll i dag, gipset på {sida} underarm är borttaget och läkningen fin. {Han} behöver inte
        längre hjälp med injektioner och ögondroppar för handens skull. Vi har inget ytterligare behov av era
        insatser. Gör ni bedömningen om utskrivning?
        """,
        reply="Vi har träffat patienten, {han} klarar sig själv och skrivs ut {dag}. Husläkaren får besked av oss.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.SURGERY,
        receiver=Trade.HOME_CARE,
        subject="PICC-line borttagen, insatsen kan avslutas",
        body="""
        Behandlingen är färdig och patientens PICC-line är dragen hos oss i dag utan problem. Spolning och omläggning
        kan därmed avslutas. Förbandet kan tas av i morgon av {honom} själv. Tack för gott samarbete!
        """,
    ),
)

ALL = FROM_MUNICIPALITY + FROM_CLINICS
