"""Inskrivning hemsjukvård: a clinic hands over lasting needs, and the municipality confirms what it has taken over."""

from lcweb.demo.conversation import Conversation, Trade
from lcweb.domain.recipients import CaseType

CASE = CaseType.HOME_CARE_ENROLMENT

FROM_PRIMARY_CARE = (
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Inskrivning för läkemedelshantering",
        body="""
        Hej! Vi önskar inskrivning i hemsjukvård för en patient som inte längre klarar sina mediciner.
        Egenvårdsbedömning är gjord av läkare och visar att ansvaret behöver tas över.

        - Bakgrund: minnessvårigheter sedan något år, utredning pågår hos oss
        - Boende: ensam i lägenhet, hemtjänst morgon och kväll
        - Behov: iordningställande av dosett och överlämnande
        - Närstående: son i samma kommun, kommer på helgerna

        Patienten och sonen är informerade och positiva. Aktuella uppgifter om läkemedel läser ni i journalen via
        sammanhållen vårddokumentation, de skickas inte här.
        """,
        reply="""
        Tack för ett tydligt meddelande. Patienten skrivs in hos oss från {dag}. Sjuksköterska gör ett första hembesök
        samma dag och hemtjänsten får delegering under veckan. Vi meddelar när överlämnandet är igång.
        """,
        question="""
        Tack! Två saker innan vi skriver in: finns det medicinskåp eller annat låsbart hemma, och vem hämtar på
        apoteket i dag?
        """,
        answer="""
        Något låsbart finns inte. Sonen hämtar på apoteket och fortsätter gärna med det. {Han} är vidtalad om att ett
        skåp behöver sättas upp.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Önskemål om inskrivning, svårläkt bensår",
        body="""
        Patienten har gått hos oss två gånger i veckan i fyra månader för ett venöst bensår på {sida} underben. Såret
        minskar men resorna är nu för tunga, {han} har fallit en gång vid bussen och avbokar vartannat besök.

        Bedömning: behov av omläggning i hemmet två gånger i veckan under minst två månader, med kompressionslindning.
        Ankeltryck är taget och medger kompression. Sårmått i dag fyra gånger tre centimeter, rent, måttlig vätskning,
        ingen lukt.

        Läkarkontakt hos oss kvarstår. Vi följer såret var fjärde vecka och tar gärna emot bild muntligt beskriven,
        bilagor går ju inte här. Samtycke finns.
        """,
        reply="""
        Vi skriver in patienten från och med vecka {vecka} och lägger om måndag och torsdag. Lindan sätts av oss,
        hemtjänsten instrueras om att höra av sig ifall den glider. Skicka med förband för en vecka så hinner vi
        beställa själva.
        """,
        question="""
        Vi ser att {han} bor på gränsen mellan två områden. Kan ni bekräfta adressen med patienten så att det hamnar
        rätt från början? Och hur ställer sig {han} till hembesök före kl. 9?
        """,
        answer="""
        Adressen hör till ert område, kontrollerat med {honom} på telefon. Före kl. 9 går bra alla dagar utom onsdag
        då {han} får hjälp med dusch.
        """,
        again="""
        Hej igen! Vid vår uppföljning häromdagen såg såret bättre ut än väntat, nu knappt tre centimeter. Räcker det
        med en omläggning i veckan tror ni, eller är det för tidigt?
        """,
        again_reply="""
        Kul att det går åt rätt håll! Vi vill ändå lägga om två gånger i veckan så länge det vätskar, sedan glesar vi
        ut.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Initiering av hemsjukvård och förslag på SIP",
        body="""
        Vi har vid hembesök tillsammans med läkare bedömt att patienten har ett omfattande vårdbehov som inte kan
        tillgodoses på mottagningen: KOL i svår form, nedsatt syn och upprepade fall. {Maken} är den som sköter det
        mesta och orkar inte längre.

        Vi önskar inskrivning och föreslår gemensam SIP hemma hos paret i vecka {vecka}. Fast läkarkontakt är utsedd
        hos oss. Biståndshandläggare är kontaktad av {maken} i dag. Vem kan delta från er?
        """,
        reply="""
        Vi skriver in och deltar i SIP. Förslag: tisdag kl. 13 eller onsdag kl. 9 i vecka {vecka}, hemma hos dem.
        Arbetsterapeut är tillfrågad och kan båda tiderna. Säg vilken som passar läkaren, så kallar vi övriga.
        """,
        question="Är hembesöket hos {honom} dokumenterat ännu? Vi hittar ingen anteckning och vill läsa på före SIP.",
        answer="Ursäkta, den låg osignerad. Nu är den klar och ska synas hos er.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Inskrivning inför vård i livets slutskede hemma",
        body="""
        Brytpunktssamtal har hållits hos oss med patienten och de närstående. {Han} vill vara hemma den tid som är
        kvar och familjen vill klara det med stöd. I nuläget mår {han} efter omständigheterna bra, är uppe några
        timmar om dagen och har god lindring.

        Vi önskar inskrivning i hemsjukvård så att ni hinner lära känna varandra i god tid. Vårdplan finns i
        journalen. Läkaren gör hembesök var fjortonde dag och nås däremellan av er sjuksköterska på vårt interna
        nummer. Närståendes telefonnummer finns på samma ställe.
        """,
        reply="""
        Tack för ett varsamt och bra underlag. Patienten är inskriven från i dag. Omvårdnadsansvarig sjuksköterska
        kommer hem {dag} och stannar en längre stund. Arbetsterapeut ser över säng och hjälpmedel samma vecka.
        """,
        again="""
        Läkaren undrar om ni vill ha ett gemensamt hembesök redan nästa vecka. Familjen har ställt frågor som vi gärna
        svarar på tillsammans.
        """,
        again_reply="Ja tack, det vore värdefullt. Torsdag kl. 10 passar oss och familjen.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Inskrivning för insulingivning",
        body="""
        Patienten har skött sin diabetes själv i trettio år men ser nu så dåligt att {han} inte läser av pennan.
        Diabetessköterska har prövat hjälpmedel utan framgång. Egenvård bedöms inte längre möjlig.

        Önskar inskrivning för givning morgon och kväll. Ordinationen finns i journalen. Målvärden och vad som gäller
        vid lågt värde skrivs i vårdplanen av vår läkare. Vi har uppföljande telefontid med er varje vecka den första
        månaden.
        """,
        reply="""
        Vi tar emot patienten från {dag}, morgonbesöket blir det första. Vi behöver underskriven ordinationshandling
        hemma hos patienten innan dess, kan ni ordna det vid besöket hos diabetessköterskan?
        """,
        question="Hur gör vi fram till dess? Klarar {han} sig med hjälp av någon närstående?",
        answer="Dottern bor hos {honom} den här veckan och ger morgon och kväll. Hon åker hem på söndag.",
    ),
)

FROM_PSYCHIATRY = (
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        younger=True,
        subject="Inskrivning för stöd med mediciner i hemmet",
        body="""
        Patienten har haft sin medicin på mottagningen två gånger i veckan. {Han} flyttar till egen lägenhet i ert
        område och resan blir för lång. Egenvårdsbedömning är gjord: {han} behöver överlämnande varje dag och glömmer
        utan påminnelse.

        Vi önskar inskrivning från flytten, i vecka {vecka}. Boendestöd är beviljat och börjar samtidigt.
        Behandlingsansvaret ligger kvar hos oss och {han} träffar sin läkare var tredje månad. {Han} är införstådd och
        ganska lättad.
        """,
        reply="""
        Vi skriver in {honom} från flyttdagen i vecka {vecka}. Vi kommer gärna till ett möte hos er före flytten, så
        att {han} har träffat någon av oss. Går {dag} kl. 14?
        """,
        question="Hur länge räknar ni med att behovet finns? Och vad gör vi om {han} inte öppnar?",
        answer="""
        Minst ett halvår, vi utvärderar tillsammans därefter. Öppnar {han} inte: ring {hans} mobil, vänta en halvtimme
        och försök igen, hör sedan av er till oss på telefon samma dag.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        subject="Fråga om inskrivning, äldre patient med återkommande nedstämdhet",
        body="""
        Vi avslutar en längre behandling och ser att patienten behöver regelbundna hembesök för att det goda läget ska
        hålla i sig. {Han} äter sämre när {han} är ensam, tappar dygnsrytmen och söker inte hjälp själv.

        Kan ni göra en bedömning av om behovet ryms i hemsjukvården? Vi deltar gärna i SIP. {Han} har hemtjänst med
        matleverans, trygghetslarm finns. Husläkaren är informerad om att vi avslutar.
        """,
        reply="""
        Efter hembesök bedömer vi att det finns behov av hemsjukvård en tid framåt: vikt varannan vecka, stöd i
        dygnsrytm och samtal. Inskriven från {dag}. Vi kallar till SIP och hör av oss om tid.
        """,
    ),
)

FROM_HOSPITAL = (
    Conversation(
        case_type=CASE,
        sender=Trade.SURGERY,
        receiver=Trade.HOME_CARE,
        subject="Inskrivning, skötsel av PICC-line",
        body="""
        Patienten behandlas polikliniskt hos oss och har en PICC-line i {sida} arm som behöver läggas om och spolas en
        gång i veckan mellan behandlingarna. {Han} blir mycket trött och bör inte åka fram och tillbaka för det.

        Vi önskar inskrivning från vecka {vecka}, beräknad tid tre månader. Vårdpersonal hos er kan få en kort
        genomgång hos oss om det behövs. Material för de första två veckorna skickas hem med patienten.
        """,
        reply="""
        Vi skriver in patienten från vecka {vecka}. Två av våra sjuksköterskor har vana av PICC-line, ingen genomgång
        behövs. Vi lägger om på tisdagar och meddelar er om något avviker.
        """,
        question="""
        Vilken dag har {han} sin behandling? Vi vill inte lägga omläggningen dagen efter när {han} är som tröttast.
        """,
        answer="Behandling på torsdagar varannan vecka. Måndag eller tisdag blir därför bäst för omläggning.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.MEDICINE,
        receiver=Trade.HOME_CARE,
        subject="Inskrivning efter hjärtsviktsmottagning",
        body="""
        Följs på vår sviktmottagning. Trots flera genomgångar lyckas patienten inte med egna viktkontroller, {han}
        skriver inte upp och ringer sent. Två ombesök på mottagningen senaste månaden.

        Önskar inskrivning för vikt och blodtryck två gånger i veckan, stöd kring dryck och salt, och rapport till oss
        när vikten ökar mer än två kilo på tre dagar. Husläkaren tar över ansvaret när läget varit stabilt i tre
        månader.
        """,
        reply="""
        Inskriven från {dag}. Vi väger måndag och torsdag på förmiddagen och rapporterar per telefon vid viktuppgång
        enligt er gräns, övriga värden skickas hit en gång i månaden.
        """,
        question="Har {han} en våg som går att lita på, eller ska vi ta med vår egen varje gång?",
        answer="Det finns en digital våg i badrummet. Vi jämförde den med vår vid senaste besöket, den visar rätt.",
        again="""
        Fungerar vägningarna? {Han} säger att ni inte har varit där den här veckan, men det kan vara ett missförstånd.
        """,
        again_reply="""
        Vi var där både måndag och torsdag, vikten 81,0 respektive 80,7 kg. {Han} hade glömt det. Vi lämnar en lapp i
        köket efter varje besök från och med nu.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.UROLOGY,
        receiver=Trade.HOME_CARE,
        subject="Inskrivning för regelbundna kateterbyten",
        body="""
        Patienten har fått permanent suprapubisk kateter. Första bytet är gjort hos oss utan svårighet. Kommande byten
        var tolfte vecka kan göras i hemmet av er. {Han} är rullstolsburen och behöver två personer och lift för att
        komma hit.

        Vi önskar inskrivning, nästa byte om cirka elva veckor. Sort och storlek står i vår anteckning. Vi tar
        tacksamt emot {honom} om ett byte skulle krångla, ring då mottagningen.
        """,
        reply="""
        Inskrivning klar, nästa byte är inlagt hos oss. Material beställer vi själva. Hemtjänsten får instruktion om
        daglig skötsel av instickstället.
        """,
        question="Är det någon av våra sköterskor som kan få vara med vid ett byte hos er först?",
        answer="Gärna. Hör av er till mottagningen så hittar vi en dag när vi ändå har byte inbokat.",
    ),
)

FROM_MUNICIPALITY = (
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Nyinskriven i hemsjukvården, fråga om läkaransvar",
        body="""
        Patienten är inskriven hos oss sedan förra veckan efter flytt från annan kommun och har listat sig hos er. Vi
        behöver veta vem som är ansvarig läkare och när ett första besök kan bli av. {Han} kommer inte till
        mottagningen utan behöver hembesök.

        Behov: omläggning, läkemedelshantering och uppföljning av blodsocker. Vi har ingen vårdplan från tidigare
        kommun ännu.
        """,
        reply="""
        Välkommen till patienten! Ansvarig läkare är utsedd och står i journalen. Hembesök tillsammans med er är
        inlagt i vecka {vecka}, vi ringer dagen innan. Epikris från förra vårdcentralen är begärd.
        """,
        question="Vet ni vilken vårdcentral {han} hade tidigare? Vi hittar ingen uppgift och vill begära journal.",
        answer="""
        Vi frågade dottern, hon har skickat namnet till er växel i dag. Det var en privat mottagning i Göteborg.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Fråga om patienten ska skrivas in, upprepade enstaka besök",
        body="""
        Vi har nu gjort fyra enstaka hembesök hos samma patient på sju veckor, för provtagning och öronspolning.
        Behovet verkar återkommande. Hur ser ni på det framåt? Vår bedömning är att det är dags för inskrivning, eller
        att {han} får hjälp till mottagningen med sjukresa.

        {Han} går ut själv till affären, så tröskeln är inte självklar.
        """,
        reply="""
        Bra att ni tar upp det. Vi har pratat med patienten och med läkaren. {Han} kan komma till oss om sjukresan
        bokas åt {honom}, så vi provar det i tre månader. Inga fler enstaka besök planeras alltså nu.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Bekräftelse: inskriven enligt överenskommelse",
        body="""
        Information: patienten är från i dag inskriven i hemsjukvården enligt vad vi kom överens om på SIP.
        Omvårdnadsansvarig sjuksköterska är utsedd och första hembesöket är gjort. Planerad uppföljning om sex veckor
        tillsammans med er distriktssköterska.
        """,
    ),
)

ALL = FROM_PRIMARY_CARE + FROM_PSYCHIATRY + FROM_HOSPITAL + FROM_MUNICIPALITY
