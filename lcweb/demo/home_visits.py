"""Enstaka hembesök: a clinic asks the municipality for one visit to a patient who is not enrolled in home care."""

from lcweb.demo.conversation import Conversation, Trade
from lcweb.domain.recipients import CaseType

CASE = CaseType.SINGLE_HOME_VISIT

FROM_PRIMARY_CARE = (
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Suturtagning i hemmet, underben",
        body="""
        Hej!

        Patienten har fått en hudförändring borttagen hos oss på {sida} underben. Suturerna kan tas i vecka {vecka}.
        {Han} tar sig inte till vårdcentralen: går bara korta sträckor inomhus med rollator och har ingen som kan
        skjutsa.

        Önskar ett hembesök för suturtagning och kontroll av såret. Det är fem enstaka suturer, tejpa gärna efteråt.
        Förband finns hemma. Inte inskriven i hemsjukvården. Portkod får ni av {honom} på telefon.
        """,
        reply="""
        Tack, vi tar det. Hembesök är bokat i vecka {vecka} och patienten är vidtalad. Vi hör av oss om såret inte ser
        fint ut, annars räknar vi ärendet som klart efter besöket.
        """,
        again="""
        Hej igen! Patienten ringde oss i dag och undrade när ni kommer, {han} har tappat lappen med tiden. Kan ni
        ringa och påminna?
        """,
        again_reply="Ringt nu. {Han} har skrivit upp tiden på almanackan i köket och är med på det.",
        correction="Rättelse: det är sex enstaka suturer, inte fem. Resten stämmer.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Venprov i hemmet inför årskontroll",
        body="""
        Önskar hjälp med venös provtagning i hemmet inför årskontroll hos läkare i vecka {vecka}. Patienten klarar
        inte trapporna sedan hissen stängdes för renovering och kan därför inte komma till vårt laboratorium.

        - Insats: venprov vid ett tillfälle, fastande behövs inte
        - Svårstucken, bäst i {sida} armveck
        - Rör och etiketter lämnas hos oss i receptionen, hämtas när det passar er
        - Prover åter till oss före kl. 14 samma dag

        Patienten samtycker och väntar på att ni ringer om tid.
        """,
        reply="""
        Det ordnar vi. Provtagning {dag} förmiddag, vi hämtar rör hos er samma morgon och lämnar proverna före lunch.
        Patienten har fått tiden på telefon.
        """,
        question="""
        Vi kan hjälpa till, men undrar om proverna måste centrifugeras inom viss tid. Vi har långt att köra den dagen
        och är tillbaka tidigast kl. 13.
        """,
        answer="""
        Bra fråga. Det räcker om rören är hos oss inom fyra timmar, så kl. 13 går fint. Ställ dem gärna upprätt i
        väskan.
        """,
        correction="Rättelse: proverna ska vara hos oss före kl. 13, inte kl. 14. Laboratoriet stänger tidigare nu.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Blodtryck liggande och stående i hemmet",
        body="""
        Patienten beskriver yrsel på morgnarna och är rädd för att gå ut. {Han} har ställt in två besök hos oss av det
        skälet. Vi skulle behöva ett blodtryck taget hemma: liggande efter fem minuters vila och sedan stående efter
        en och tre minuter, gärna på förmiddagen. Notera även puls och om {han} blir yr.

        Liknande besvär har inte funnits tidigare och {han} mår bra i övrigt. Läkarbesök är planerat till vecka
        {vecka} och det räcker att vi har värdena till dess.
        """,
        reply="""
        Hembesök gjort. Blodtryck liggande 148/78, stående efter en minut 124/70 och efter tre minuter 128/72. Puls 68
        respektive 76, regelbunden. Lätt yrsel direkt när {han} reste sig, gick över efter någon minut. {Han} fick
        rådet att sitta en stund på sängkanten.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Byte av kvarliggande kateter, ett tillfälle",
        body="""
        Hej! Patienten brukar komma till distriktssköterskan hos oss för byte av KAD men har ont i ryggen sedan några
        veckor och kan inte sitta i bil. Nästa byte ska ske i vecka {vecka}. Går det bra att ni byter hemma den här
        gången?

        Material finns hemma, storlek och sort står på kartongen. Senaste bytet var okomplicerat. Därefter räknar vi
        med att {han} kommer hit som vanligt.
        """,
        reply="""
        Vi byter katetern hemma i vecka {vecka}, dag bestäms med patienten. Om det blir aktuellt även nästa gång vill
        vi att vi tar ställning till inskrivning i stället för flera enstaka besök.
        """,
        question="""
        Innan vi bokar: vet ni om patienten brukar ha blödning eller kramper vid byte? I så fall vill vi vara två.
        """,
        answer="""
        Nej, inga besvär vid de tre senaste bytena enligt journalen. En sköterska räcker, men {han} behöver hjälp upp
        på sängen.
        """,
        again="""
        Hej! Ryggen är inte bättre och patienten frågar om ni kan byta även nästa gång. Ska vi ta upp inskrivning med
        {honom}?
        """,
        again_reply="""
        Ja, gör gärna det. Skicka ett meddelande om inskrivning när {han} har tackat ja, så planerar vi ett första
        hembesök tillsammans.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Öronspolning hemma",
        body="""
        Patienten har vaxproppar i båda öronen och använder hörapparat. Har droppat med olja i en vecka. {Han} går
        knappt utanför dörren efter en fotfraktur och kan inte komma till oss de närmaste veckorna.

        Kan ni spola öronen vid ett tillfälle? Inga kända trumhinnehål, ingen tidigare öronoperation.
        """,
        reply="""
        Det kan vi. Planerat till {dag}. Vi ringer er om det inte går att få rent, då behöver ni titta i otoskop.
        """,
        question="Har någon tittat i öronen efter att droppandet började, eller ska vi göra bedömningen först?",
        answer="""
        Läkaren tittade vid hembesöket förra veckan, då var det stopp på båda sidor. Ingen ny bedömning behövs före
        spolning.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Omläggning av bensår, ett besök medan vi har stängt",
        body="""
        Patienten läggs om hos oss måndag och torsdag för ett sår på {sida} fot. I vecka {vecka} har vi planeringsdag
        på torsdagen och kan inte ta emot. {Han} har ingen möjlighet att ta sig längre bort.

        Önskar en omläggning hemma den dagen. Såret är rent, cirka två gånger tre centimeter, sparsam vätskning. Vi
        skickar med förband och skriftlig instruktion hem vid besöket på måndagen.
        """,
        reply="""
        Går bra, vi åker dit på torsdag eftermiddag i vecka {vecka}. Vi läser instruktionen hos patienten och
        dokumenterar sårets mått, så får ni dem här efteråt.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Vaccination i hemmet",
        body="""
        Patienten önskar vaccinera sig mot pneumokocker men lämnar inte hemmet utan sjuktransport. Hälsodeklaration är
        genomgången på telefon, inga hinder. Beslutet är dokumenterat hos oss.

        Kan ni ge vaccinet vid ett hembesök? Det finns att hämta hos oss från och med {dag}. {Maken} bor på samma
        adress och är redan vaccinerad.
        """,
        reply="""
        Vi hämtar vaccinet {dag} och åker dit samma dag, tar med oss det vi behöver för observation efteråt. Meddelar
        er satsnummer när det är gjort så att ni kan föra in det.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PRIMARY,
        receiver=Trade.HOME_CARE,
        subject="Hembesök för bedömning av hur det fungerar hemma",
        body="""
        Vi har fått flera samtal från grannar och från patienten själv den senaste månaden. {Han} har svårt att hålla
        reda på dag och tid, och vid besök här var kläderna smutsiga. Vill inte ha biståndshandläggare men säger ja
        till att en sköterska kommer hem.

        Önskar ett hembesök för att få en bild av hemmet, maten och hur {han} sköter sina mediciner. Dottern får
        kontaktas, {han} har sagt att det är i sin ordning. Inget brådskar, men gärna före läkarbesöket i vecka
        {vecka}.
        """,
        reply="""
        Hembesök är gjort tillsammans med undersköterska. Ganska rörigt i köket, lite mat i kylen, medicinburkarna
        stod på flera ställen. {Han} var trevlig men upprepade sig. Sov i fåtöljen. Dottern ringde upp oss och är
        orolig.

        Vår bild är att {han} behöver stöd, och vi föreslår att vi bjuder in till SIP. {Han} kan tänka sig att träffa
        biståndshandläggaren om dottern är med.
        """,
        question="Ska vi boka själva med patienten eller via dottern? Och finns det husdjur hemma?",
        answer="""
        Boka med dottern, {han} glömmer tider. Det finns en liten hund som är snäll men skäller när det ringer på.
        """,
    ),
)

FROM_PSYCHIATRY = (
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        younger=True,
        subject="Provtagning hemma, har svårt att lämna bostaden",
        body="""
        Hej! Vi har haft kontakt med patienten i flera år. Sedan en tid lämnar {han} inte lägenheten och har uteblivit
        från provtagning två gånger. {Han} öppnar för personal som {han} vet ska komma och mår bäst på eftermiddagen.

        Önskar ett hembesök för venprov vid ett tillfälle, gärna tillsammans med boendestödjaren som är där tisdagar
        och torsdagar efter kl. 13. Rör finns hos oss. Ring i förväg och säg ert namn.
        """,
        reply="""
        Vi har bestämt med boendestödjaren att vi kommer tillsammans på torsdag kl. 13.30. Rören hämtar vi hos er
        samma förmiddag. Skriver här när det är gjort.
        """,
        question="Är det något särskilt vi bör tänka på i bemötandet? Vi har inte träffat patienten tidigare.",
        answer="""
        Tala lugnt, en person i taget, och berätta vad ni gör innan ni gör det. Ha gärna inte uniform på er. {Han}
        vill sitta vid köksbordet vid provtagning.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        younger=True,
        subject="Vikt, midjemått och blodtryck i hemmet",
        body="""
        Inför årlig hälsokontroll behöver vi vikt, midjemått, blodtryck och puls. Patienten kommer inte till oss just
        nu, samtalen sker på video. Kan ni hjälpa oss med mätningarna vid ett hembesök någon av de närmaste dagarna?
        Våg finns inte hemma.
        """,
        reply="""
        Besök gjort. Vikt 94,5 kg, midjemått 108 cm, blodtryck 134/84 sittande, puls 80. Patienten var positiv och
        frågade själv om kost, vi lämnade en broschyr om fysisk aktivitet.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.PSYCHIATRY,
        receiver=Trade.HOME_CARE,
        younger=True,
        subject="Injektion i hemmet vid ett tillfälle, vecka {vecka}",
        body="""
        Patienten får sin injektion hos oss var fjärde vecka. Vid nästa tillfälle är både {hans} behandlare och
        ersättaren borta, och {han} vill inte träffa någon ny här på mottagningen. {Han} har däremot haft hemsjukvård
        tidigare och säger ja till att ni kommer.

        Underlag för given dos lämnas på papper med läkarens underskrift, inte här. Tid enligt överenskommelse i vecka
        {vecka}, helst förmiddag.
        """,
        reply="""
        Vi tar besöket i vecka {vecka}. Underlag och preparat hämtas hos er dagen innan. Vi återrapporterar given
        injektion och läge här efter besöket.
        """,
        again="""
        Hej igen! En liten ändring: {hans} behandlare är tillbaka på deltid och följer gärna med er vid besöket.
        Fungerar det för er?
        """,
        again_reply="Ja, bra för {honom} med ett känt ansikte. Vi möts utanför porten kl. 10.",
    ),
)

FROM_HOSPITAL = (
    Conversation(
        case_type=CASE,
        sender=Trade.SURGERY,
        receiver=Trade.HOME_CARE,
        subject="Borttagning av agraffer efter bukoperation",
        body="""
        Opererad hos oss och hemskriven utan behov av fortsatt hemsjukvård. Agrafferna på buken ska tas tolv dagar
        efter operationen, det blir i vecka {vecka}. Patienten orkar inte åka till vårdcentralen ännu.

        Agrafftång är skickad med hem. Såret var torrt och fint vid hemgång. Dusch är tillåten.
        """,
        reply="Agrafferna tas hemma i vecka {vecka}. Vi tejpar vid behov och hör av oss om det rodnar eller vätskar.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.SURGERY,
        receiver=Trade.HOME_CARE,
        subject="Kontroll av stomi i hemmet",
        body="""
        Patienten har haft sin stomi i två år och sköter den själv. Ringde oss i går om läckage på natten och
        irriterad hud. Vi har gått igenom bytet på telefon men skulle vilja att någon ser hur plattan sitter. Nästa
        lediga tid hos stomiterapeut är om tre veckor.

        Önskar ett hembesök för att titta på huden och prova ut en mindre hålstorlek. Måttmall och två olika plattor
        är skickade med posten.
        """,
        reply="""
        Vi var där i dag. Huden rodnad i en ring på knappt en centimeter runt stomin, ingen vätskning. Hålet var för
        stort klippt. Vi klippte efter mallen, visade {honom} hur man värmer plattan, och den satt bra när vi gick.
        Ringer {honom} på fredag och hör hur natten har varit.
        """,
        question="Är proverna på de nya plattorna framme hos patienten? Annars väntar vi med besöket.",
        answer="De delades ut i går enligt patienten, så det går bra att boka.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.ORTHOPAEDICS,
        receiver=Trade.HOME_CARE,
        subject="Suturtagning efter höftoperation",
        body="""
        Opererad med höftledsplastik på {sida} sida, hemma sedan i förra veckan. Bor på tredje våningen utan hiss och
        tränar trappgång med fysioterapeut, men kommer inte ut ännu. Suturerna kan tas i vecka {vecka}.

        Kan ni hjälpa oss med det och samtidigt titta på hälarna? {Han} ligger mycket på rygg.
        """,
        reply="""
        Suturerna tas vid hembesök i vecka {vecka}. Vi tittar på hälarna och tar med avlastning om det behövs.
        Återkommer bara om något avviker.
        """,
        again="""
        Patienten ringde och berättade att det blöder lite från ett stygnhål. Det låter som en bagatell, men kan ni
        titta när ni ändå är i huset hos grannen på {dag}?
        """,
        again_reply="Tittade till, en liten skorpa som lossnat. Torrt nu, satte på ett plåster. Inga åtgärder.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.MEDICINE,
        receiver=Trade.HOME_CARE,
        subject="Uppkoppling av blodtrycksmätare för dygnsmätning",
        body="""
        Vi behöver ett dygnsblodtryck på patienten. {Han} har inte möjlighet att åka till oss två dagar i rad.
        Apparaten kan hämtas på mottagningen och kopplas upp hemma vid ett besök; dagen efter tar {han} själv av den
        och grannen lämnar in den till vårdcentralen.

        Passar det er någon dag i vecka {vecka}? Normal manschett, {sida} arm.
        """,
        reply="""
        Vi kopplar upp den i vecka {vecka}. Apparaten hämtas av vår bil som ändå passerar sjukhuset. Skriv gärna ut
        instruktionen i stor stil till patienten.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.MEDICINE,
        receiver=Trade.HOME_CARE,
        subject="Viktkontroll och bedömning av bensvullnad",
        body="""
        Patienten har hjärtsvikt och följs hos oss på telefon. Berättar att skorna inte går på längre. {Han} mår
        annars som vanligt och klarar sig inomhus utan besvär, men vågen hemma har gått sönder.

        Önskar ett hembesök med vikt, blodtryck, puls och en titt på benen. Senaste vikt hos oss 78,2 kg. Tacksam för
        värdena inom de vanliga tre dagarna.
        """,
        reply="""
        Hembesök gjort. Vikt 79,6 kg med kläder, blodtryck 136/74, puls 72 regelbunden. Lätt pittingödem upp till
        halva underbenet på båda sidor, {sida} något mer. Ingen påverkan i vila. {Han} har köpt en ny våg och väger
        sig varje morgon från och med nu.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.UROLOGY,
        receiver=Trade.HOME_CARE,
        subject="Mätning av kvarvarande urin i hemmet",
        body="""
        Katetern drogs hos oss förra veckan och patienten kissar själv. Vi vill ha en kontroll av residualurin efter
        vattenkastning, två mätningar vid samma besök. Resan hit är lång och {han} blir trött.

        Har ni tillgång till bladderscan och kan göra det någon av de närmaste dagarna? Gräns för att höra av sig: mer
        än 300 ml.
        """,
        reply="""
        Mätt vid hembesök: 110 ml respektive 90 ml efter vattenkastning. {Han} upplever att det fungerar bra, uppe en
        gång på natten. Inga trängningar.
        """,
        question="Vår bladderscan är på service till {dag}. Går det bra att vänta till dess?",
        answer="Det går bra, bara det blir gjort före återbesöket om tre veckor.",
    ),
)

ALL = FROM_PRIMARY_CARE + FROM_PSYCHIATRY + FROM_HOSPITAL
