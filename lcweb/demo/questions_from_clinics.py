"""Övrig fråga: what the clinics ask the municipality, and now and then each other."""

from lcweb.demo.conversation import Conversation, Trade
from lcweb.domain.recipients import CaseType

CASE = CaseType.GENERAL

FROM_PRIMARY_CARE = (
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Hur går det med kompressionslindningen?",
        body="""
        Patienten är inskriven hos er och läggs om två gånger i veckan. Vi har inte sett såret på sex veckor. Kan ni
        ge en kort lägesrapport: mått, vätskning, smärta och hur ofta lindan måste göras om? Tycker ni att vår
        sårsjuksköterska ska följa med någon gång?
        """,
        reply="""
        Såret är nu 2,5 gånger 2 centimeter, rent, sparsam vätskning. Ont bara vid omläggning, 3 av 10. Lindan sitter
        mellan besöken. Vi tycker att det går bra och behöver ingen följa med just nu.
        """,
        again="Tack! En sak till: när mättes omkretsen på vaden senast? Vi funderar på om det är dags för strumpa.",
        again_reply="""
        Mätt i dag: 36 cm på {sida} sida. Vi håller med om strumpa, såret får gärna läka några veckor till.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Uppföljning efter medicinändring, önskar observationer",
        body="""
        Läkaren gjorde en ändring vid hembesöket förra veckan, den står i journalen. Vi vill gärna veta hur patienten
        mår nu: sömn, aptit, eventuell yrsel och hur rörlig {han} är. Några rader räcker. Behöver något ändras ringer
        vi.
        """,
        reply="""
        {Han} sover bättre, sex timmar i sträck mot tre förut. Aptiten som tidigare. Ingen yrsel när vi är där. Går
        med rollatorn till matsalen två gånger om dagen. Personalen tycker att {han} är gladare.
        """,
        question="Gäller det ändringen från förra veckan eller den från månaden före? Vi ser två anteckningar.",
        answer="Den senaste, från hembesöket förra veckan. Den förra är redan utvärderad.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Tid för läkarens hembesök",
        body="""
        Läkaren planerar hembesök hos patienten i vecka {vecka} och önskar att sjuksköterska från er är med. Förslag:
        tisdag kl. 13.30 eller torsdag kl. 9.30. Ta gärna blodtryck och vikt samma dag. Vilken tid passar?
        """,
        reply="Torsdag kl. 9.30 passar bäst. Jag möter upp i porten och tar vikt och blodtryck före.",
        again="Vi måste tyvärr flytta besöket en vecka fram, samma dag och tid. Hoppas att det går.",
        again_reply="Det går bra. Patienten och hemtjänsten är informerade.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Anhörig har ringt om hemtjänstens tider",
        body="""
        Dottern har ringt oss om att morgonbesöken kommer sent, ofta först kl. 10. Patienten har diabetes och äter
        inte förrän personalen är där. Vi har hänvisat till er. Kan ni ta kontakt med hemtjänsten och med dottern?
        Patienten har godkänt det.
        """,
        reply="""
        Vi har talat med gruppledaren. Morgonbesöket är flyttat till mellan kl. 7.30 och 8.15 från och med {dag}.
        Dottern är uppringd och nöjd med det.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Är patienten inskriven hos er?",
        body="""
        Hej! Vid besök här i dag berättade patienten att en sköterska kommer hem ibland. Vi ser inget om inskrivning i
        journalen. Är {han} inskriven i hemsjukvården, och i så fall för vad? Gäller vår planering framåt.
        """,
        reply="""
        {Han} är inte inskriven. Det som {han} menar är nog det enstaka besöket för provtagning för en månad sedan.
        Hemtjänst finns för städning.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.REHAB,
        subject="Bedömning av hjälpmedel i badrummet",
        body="""
        Patienten har svårt att ta sig i och ur badkaret och har slutat duscha hemma. Bor med {maken} i hus. {Han}
        önskar hjälp och är beredd att ändra i badrummet. Kan ni göra ett hembesök och se vad som passar?
        """,
        reply="""
        Arbetsterapeut gör hembesök {dag}. Badbräda och stödhandtag provas direkt. Vi informerar om bostadsanpassning
        om det inte räcker.
        """,
        question="Hur är det med balans och syn? Och har {han} varit med om fall i badrummet?",
        answer="Balansen är lite nedsatt, synen bra med glasögon. Inga fall, men {han} är rädd för det.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.REHAB,
        subject="Träning i hemmet efter sängläge",
        body="""
        Patienten har legat till sängs i tre veckor med lunginflammation, nu färdigbehandlad. {Han} reser sig med stöd
        men går bara några steg. Före det här gick {han} till brevlådan med rollator. Målet är att komma dit igen.

        Kan ni bedöma och lägga upp träning hemma? Inga begränsningar ur medicinsk synvinkel.
        """,
        reply="""
        Fysioterapeut gör ett första besök {dag}. Vi lägger upp ett program som hemtjänsten hjälper till med mellan
        gångerna, och utvärderar efter fyra veckor.
        """,
        again="{Han} undrar om träningen kan ske på förmiddagen i stället, då orkar {han} mer. Går det att ordna?",
        again_reply="Det går bra. Från och med nästa besök kommer vi kl. 10.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Samordning av årlig hälsokontroll",
        body="""
        Patienten går både hos er och hos oss. Vi ser att blodprover, vikt och blodtryck tas på två ställen. Ska vi
        göra dem en gång om året gemensamt? Vi kan ta hälsokontrollen här om ni skickar vad ni behöver veta.
        """,
        reply="""
        Gärna. Vi behöver midjemått, blodtryck, blodfetter och långtidsblodsocker. Resten sköter vi här. Nästa
        kontroll kan ligga hos er i vecka {vecka} om det passar.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.MEDICINE,
        subject="Vem följer upp efter mottagningsbesöket?",
        body="""
        Enligt er senaste anteckning ska nytt blodtryck och prover tas om en månad, men det framgår inte vem som gör
        det. Patienten tror att ni kallar. Ska vi ta över?
        """,
        reply="""
        Ursäkta otydligheten. Det är vi som kallar, tiden är bokad i vecka {vecka}. Därefter lämnar vi över till er.
        """,
    ),
)

FROM_PSYCHIATRY = (
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        younger=True,
        subject="Hur fungerar de dagliga besöken?",
        body="""
        Vi ska träffa patienten för uppföljning i vecka {vecka}. Kan ni berätta hur besöken fungerar: öppnar {han},
        tar {han} sin medicin medan ni ser på, och hur ser det ut hemma? Har ni märkt något när det gäller sömn eller
        mat?
        """,
        reply="""
        {Han} öppnar nästan alltid och tar sin medicin direkt. Hemma är det ordning. {Han} sover länge, ibland till
        kl. 12, och äter mest smörgås. Vi har pratat om lunch på träffpunkten, {han} funderar.
        """,
        question="Vill ni att vi är med på uppföljningen? {Han} har frågat efter det.",
        answer="Gärna! Torsdag kl. 11 hos oss, ni kan vara med på video om det är lättare.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        younger=True,
        subject="Byte av behandlare och ny kontaktväg",
        body="""
        Patienten har fått ny behandlare hos oss från och med vecka {vecka}. Vi vill att bytet blir så mjukt som
        möjligt. Kan någon från er vara med vid första mötet? {Han} känner er bäst. Det blir hemma hos {honom} eller
        hos oss, som {han} vill.
        """,
        reply="""
        {Han} vill helst ha mötet hemma. Kontaktpersonen hos oss kan onsdag eller fredag förmiddag i vecka {vecka}.
        Säg vilken dag ni väljer.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.PRIMARY,
        younger=True,
        subject="Blodtrycket högt vid våra besök",
        body="""
        Vid tre besök i rad har patienten haft blodtryck runt 158/96 hos oss. {Han} mår bra och har inga besvär. Kan
        ni ta över och kontrollera? Vi har sagt till {honom} att ni kontaktar {honom}.
        """,
        reply="""
        Vi kallar till distriktssköterska {dag} och lånar ut en mätare för en vecka hemma. Läkaren tar ställning efter
        det.
        """,
        question="Har {han} börjat med något nytt eller ändrat något hos er de senaste månaderna?",
        answer="Nej, allt är oförändrat sedan ett år. Däremot har {han} gått upp sex kilo.",
    ),
)

FROM_HOSPITAL = (
    Conversation(
        case_type=CASE,
        sender=Trade.MEDICINE,
        receiver=Trade.HOME_CARE,
        subject="Vikter och blodtryck inför telefontid",
        body="""
        Vi har telefontid med patienten i vecka {vecka} och skulle vilja ha de senaste fyra veckornas vikter och
        blodtryck. {Han} har själv svårt att läsa upp dem. Hur upplever ni orken?
        """,
        reply="""
        Vikt per vecka: 69,8 – 70,1 – 69,5 – 69,9 kg. Blodtryck 118–126 över 64–70. Orken är som vanligt, {han} går ut
        med rollatorn till parkbänken och vilar en gång på vägen.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.SURGERY,
        receiver=Trade.HOME_CARE,
        subject="Hur ser operationssåret ut?",
        body="""
        Återbesöket är avbokat av patienten, som inte orkar åka. Ni lägger om såret. Hur ser det ut, och tycker ni att
        vi behöver se det? Kan det räcka med telefonsamtal med er sjuksköterska?
        """,
        reply="""
        Såret har läkt i hela sin längd, suturerna är borta och inget vätskar. Vi ser inget behov av att {han} åker
        in. Ring gärna {dag} mellan kl. 13 och 14 så är vi på plats.
        """,
        question="Kan vi få veta vilken dag ni hade tänkt ringa {honom}? {Han} hör dåligt och vill ha oss med.",
        answer="Vi ringer er först och bokar en tid när ni är hemma hos {honom}. {Dag} förmiddag?",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.ORTHOPAEDICS,
        receiver=Trade.REHAB,
        subject="Fortsatt träning efter höftfraktur",
        body="""
        Patienten är opererad för {sida} höft och har tränat hos oss. Full belastning. Vid sista besöket gick {han}
        trettio meter med rollator och klarade trappa med stöd. Målet är att gå ut på egen hand. Kan ni ta över i
        hemmet?
        """,
        reply="""
        Vi tar över. Första besök {dag}. Rollatorn byts mot en utomhusmodell och vi tränar trappan två gånger i
        veckan.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.UROLOGY,
        receiver=Trade.HOME_CARE,
        subject="Miktionslista inför besök hos oss",
        body="""
        Patienten kommer till oss om tre veckor. Vi behöver en miktionslista för två dygn med dryck och mängder. {Han}
        klarar det inte själv. Kan ni eller hemtjänsten hjälpa till? Blankett är skickad hem, patienten tar med den
        ifylld.
        """,
        reply="Vi gör det tillsammans med hemtjänsten med start på måndag. Blanketten ligger hemma på köksbordet.",
        question="Räcker det med dagtid? Nattpatrullen kommer bara en gång, vid kl. 2.",
        answer="Ja, skriv dagtid noga och uppskatta natten med antal gånger uppe.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.SURGERY,
        receiver=Trade.PRIMARY,
        subject="Överlämning av uppföljning efter operation",
        body="""
        Patienten är färdigkontrollerad hos oss. Kvar finns suturtagning och kontroll av blodvärdet om fyra veckor.
        {Han} är införstådd med att det görs på vårdcentralen. Går det bra att ni tar över?
        """,
        reply="Det går bra. Suturtagning är bokad {dag} och provet i samband med besöket hos distriktssköterskan.",
    ),
)

ALL = FROM_PRIMARY_CARE + FROM_PSYCHIATRY + FROM_HOSPITAL
