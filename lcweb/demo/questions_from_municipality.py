"""Övrig fråga: what municipal nurses ask the clinics."""

from lcweb.demo.conversation import Conversation, Trade
from lcweb.domain.recipients import CaseType

CASE = CaseType.GENERAL

TO_PRIMARY_CARE = (
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Blodtryck lägre än vanligt, fråga om uppföljning",
        body="""
        Hej! Vid de tre senaste kontrollerna har blodtrycket legat lägre än {han} brukar: 108/62, 104/60 och 110/64
        sittande. Puls 70–76. {Han} är lite tröttare på förmiddagarna men inte yr och äter och dricker som vanligt.

        Hur vill ni att vi följer det? Vi kan ta liggande och stående blodtryck två gånger i veckan om det hjälper.
        """,
        reply="""
        Tack för att ni följer. Läkaren vill ha liggande och stående blodtryck två gånger till före telefontiden på
        {dag}. Inga ändringar till dess. Ring om {han} blir yr eller faller.
        """,
        question="Hur är vikten jämfört med förra månaden? Och har {han} haft diarré eller ätit sämre?",
        answer="Vikten är oförändrad, 68,4 kg. Magen sköter sig och {han} äter upp sina portioner.",
        again="""
        Här kommer de två värdena: liggande 122/68, stående 106/64. Liggande 118/66, stående 108/62. Ingen yrsel.
        """,
        again_reply="Tack! Läkaren har sett dem och ringt er sköterska med beslutet. Dokumenterat i journalen.",
        correction="Rättelse: det mellersta värdet ska vara 106/60, inte 104/60. De andra två stämmer.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Fråga om provsvar från förra veckan",
        body="""
        Vi tog prover på patienten i förra veckan enligt er beställning. Vi ser inget svar hos oss. Är det något vi
        behöver följa upp, och har {han} fått besked? {Han} frågar varje gång vi kommer.
        """,
        reply="""
        Proverna är besvarade och såg bra ut, brev är skickat hem till patienten. Nästa provtagning blir om sex
        månader. Ursäkta att ni fick vänta på beskedet.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Viktnedgång, önskemål om samlad bedömning",
        body="""
        Patienten har gått ned 4,2 kg på två månader. MNA visar risk för undernäring. {Han} säger att maten smakar
        papp och att tänderna skaver. Vi har satt in mellanmål och berikad kost, hemtjänsten sitter med vid lunch.

        Munhälsan är bedömd enligt ROAG: torr mun och belagd tunga. Vi ordnar med tandvård. Kan ni ta ställning till
        provtagning och om dietist ska kopplas in?
        """,
        reply="""
        Bra jobbat med det ni redan satt igång. Prover beställs av oss, rören kan hämtas {dag}. Dietisten ringer
        patienten och er nästa vecka. Läkaren tar upp vikten vid hembesöket som ändå är planerat.
        """,
        question="Har {han} svårt att svälja? Hostar {han} vid måltid eller dryck?",
        answer="Nej, ingen hosta. Vi var med vid två måltider. Det är lusten och tänderna det handlar om.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Trycksår kategori 2, fråga om förbandsval",
        body="""
        Upptäckte i dag ett trycksår på {sida} höft, cirka 1,5 centimeter, ytligt, rent, utan tecken till infektion.
        Vi har bytt till tryckavlastande madrass och vändschema är infört. Riskbedömning gjord i Senior alert.

        Vi börjar med skumförband. Vill ni se såret, eller räcker det att vi rapporterar varje vecka?
        """,
        reply="""
        Ni har gjort helt rätt. Det räcker med en rad i veckan. Är det inte mindre om tre veckor kommer vår
        sårsjuksköterska med på ett besök.
        """,
        again="""
        Såret är tyvärr lite större vid omläggningen i dag, och kanten är uppluckrad. Vi tar gärna emot er hjälp redan
        nu.
        """,
        again_reply="""
        Då följer vår sårsjuksköterska med er {dag} kl. 10. Lägg inte om samma morgon, så ser hon det som det är.
        """,
        correction="Rättelse: såret är 1,2 centimeter, inte 1,5. Jag läste fel på måttet.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Oroliga nätter på boendet, råd önskas",
        body="""
        Patienten har börjat vandra på nätterna och somnar i soffan på dagen. Personalen beskriver att {han} letar
        efter sin mamma. Vi har uteslutit smärta, förstoppning och full blåsa så gott vi kan, urinsticka är inte tagen
        eftersom symtom saknas.

        BPSD-skattning är gjord, bemötandeplan finns. Vi har minskat på kaffet och infört promenad efter lunch. Finns
        det något mer ni vill att vi provar innan läkarens rond i vecka {vecka}?
        """,
        reply="""
        Läkaren tycker att ni gör allt rätt och tar upp det på ronden i vecka {vecka}. Fortsätt med bemötandeplanen
        och skriv gärna sömndagbok till dess. Kontrollera syn och hörapparat, batteriet brukar vara boven.
        """,
        question="Har det hänt något runt omkring, ny personal, byte av rum eller nya grannar?",
        answer="Bra tanke. {Han} fick ny rumsgranne för tre veckor sedan, det stämmer i tid.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Önskemål om läkemedelsgenomgång",
        body="""
        Det var mer än ett år sedan den senaste fördjupade läkemedelsgenomgången. Vi har gjort symtomskattning
        (PHASE-20) som visar trötthet, muntorrhet och yrsel. Skattningen tar vi med till mötet, den kan inte bifogas
        här.

        Kan ni föreslå en tid? Vi har möjlighet att delta på video tisdagar och torsdagar.
        """,
        reply="""
        Genomgång är inplanerad med läkare och apotekare torsdag i vecka {vecka} kl. 13.15 på video. Länk kommer till
        er sköterska. Ta gärna med blodtryck och vikt från samma vecka.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Fallolycka utan skada",
        body="""
        Patienten föll i badrummet natten till i förrgår och larmade. Nattpatrullen undersökte: inga blåmärken, inget
        slag mot huvudet, kunde belasta båda benen. Mår bra i dag. Det är tredje fallet på två månader.

        Vi har gått igenom skor, mattor och belysning, arbetsterapeut kommer {dag}. Vi undrar om ni vill se {honom} på
        grund av de upprepade fallen?
        """,
        reply="""
        Ja, vi bokar ett läkarbesök hemma i vecka {vecka}. Ta ortostatiskt blodtryck före dess. Fint att
        arbetsterapeut är inkopplad.
        """,
        question="När på dygnet har {han} fallit de tre gångerna? Något samband med toalettbesök?",
        answer="Alla tre mellan kl. 5 och 6, på väg till toaletten. Sänglarm ska provas från och med i natt.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Utprovning av inkontinenshjälpmedel, uppgift saknas",
        body="""
        Vi ska prova ut inkontinensskydd och behöver veta om utredning är gjord hos er. Miktionslista är ifylld under
        tre dygn. Patienten har haft läckage sedan ungefär ett år och har inte sökt för det tidigare.
        """,
        reply="""
        Ingen utredning hos oss. Skicka in miktionslistan på papper, så ringer distriktssköterskan upp {honom} {dag}.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Planering inför semester hos dottern",
        body="""
        Patienten åker till sin dotter i Småland i två veckor. Vi packar dosetter för hela tiden. Har ni något att
        tänka på inför resan, eller prover som bör tas före? {Han} reser i vecka {vecka}. Hemsjukvården där är
        kontaktad för ett besök.
        """,
        reply="""
        Inga prover behövs före. Kontrollen som var inbokad har vi flyttat till veckan efter hemkomsten. Önska trevlig
        resa!
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PRIMARY,
        subject="Vem följer upp blodsockret?",
        body="""
        Vi tar blodsocker på patienten tre gånger i veckan sedan ett halvår enligt vårdplanen. Värdena har varit
        jämna, mellan 6 och 9, i över tre månader. Behöver vi fortsätta lika tätt? {Han} tycker att det är onödigt och
        har ömma fingrar.
        """,
        reply="""
        Diabetessköterskan har tittat på värdena i journalen. Glesa ut till en gång i veckan och vid förändrat mående.
        Långtidsprov tas vid årskontrollen.
        """,
        question="Är alla värden tagna före frukost, eller blandat?",
        answer="Måndagar före frukost, onsdag och fredag före middag.",
    ),
)

TO_PSYCHIATRY = (
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Tackar nej till besök oftare än förut",
        body="""
        De senaste två veckorna har patienten inte öppnat vid fem av fjorton besök, mot kanske ett i månaden förut.
        När {han} öppnar är {han} vänlig men kort, det är nedsläckt i lägenheten och disken står framme. Har tagit sin
        medicin när vi varit där.

        Har ni märkt någon förändring? Kan kontaktpersonen tala med {honom} vid nästa samtal?
        """,
        reply="""
        Kontaktpersonen har talat med {honom} på telefon i dag och de ses {dag}. {Han} berättar om grannar som stör
        sömnen. Fortsätt som vanligt och ring oss direkt om {han} missar två dagar i rad.
        """,
        question="Vilka tider handlar det om, morgon eller kväll? Och är det samma personal som brukar?",
        answer="Nästan bara morgnar. Ordinarie har varit på utbildning, så det har varit tre nya ansikten.",
        again="Liten uppdatering: ordinarie är tillbaka och {han} har öppnat varje morgon sedan dess.",
        again_reply="Så skönt att höra, tack. Då låter vi planen ligga fast.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Sömn och dygnsrytm, önskar råd",
        body="""
        Patienten har vänt på dygnet sedan en tid. {Han} är uppe till fem på morgonen och sover till eftermiddagen, så
        vårt förmiddagsbesök blir ofta fel. I övrigt är {han} sig lik, pratar gärna om musik och tar emot oss vänligt.

        Ska vi flytta besöket till eftermiddagen, eller vill ni att vi håller fast vid förmiddagen för rytmens skull?
        """,
        reply="""
        Håll fast vid förmiddagen men lägg besöket kl. 11 i stället för 9. Behandlaren tar upp sömnen vid samtalet
        {dag} och lämnar en sömndagbok, uppmuntra gärna {honom} att fylla i den.
        """,
        question="Har dygnsrytmen ändrats efter något särskilt, till exempel nya vanor vid datorn eller mer kaffe?",
        answer="{Han} har fått en ny dator av sin syster för en månad sedan. Så det hänger nog ihop.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Vem kallar till nästa SIP?",
        body="""
        Nuvarande SIP går ut om en månad. Sist kallade ni. Det har tillkommit en god man sedan dess, och boendestödet
        är utökat. Ska vi samla alla igen, och vem skickar kallelsen?
        """,
        reply="""
        Vi kallar även den här gången. Förslag är torsdag kl. 10 i vecka {vecka} hos oss. Ta gärna med
        boendestödjaren.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Fråga om överlämnande av medicin under resa",
        body="""
        Patienten ska på lägerresa i fem dagar med sin förening i vecka {vecka}. {Han} vill ta med sin medicin själv.
        Vi har ansvaret för läkemedelshanteringen. Är det möjligt med egenvård de dagarna?
        """,
        reply="""
        Läkaren har gjort en egenvårdsbedömning för de fem dagarna: {han} kan ha ansvaret själv, med en ledare som
        påminner. Packa i dosett. Återgå till vanlig rutin dagen efter hemkomst.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.PSYCHIATRY,
        younger=True,
        subject="Kallelse till provtagning har inte kommit fram",
        body="""
        Patienten säger att {han} inte har fått någon kallelse till provtagning på länge. Posten samlas på hög i
        hallen, så den kan ha försvunnit. När ska nästa prov tas? Vi kan påminna och följa med till bussen.
        """,
        reply="""
        Nästa prov ska tas i vecka {vecka}. Vi skickar kallelsen även som sms till {honom} och skriver tiden till er
        här när den är bokad.
        """,
    ),
)

TO_HOSPITAL = (
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.ORTHOPAEDICS,
        subject="Belastning efter operation, uppgift saknas",
        body="""
        Vi har övertagit omläggningen efter operation av {sida} fotled. I utskrivningsinformationen saknas hur mycket
        patienten får belasta. {Han} går hemma med kryckor och ställer ned foten. Vad gäller, och hur länge?
        """,
        reply="""
        Markering på foten är tillåten i sex veckor från operationen, därefter stegvis ökning enligt fysioterapeut. Vi
        har ringt patienten och skickat skriftlig information hem.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.SURGERY,
        subject="Omläggning av operationssår, hur länge till?",
        body="""
        Vi lägger om patientens operationssår varannan dag. Det är nu torrt sedan en vecka, en liten glipa på en halv
        centimeter kvarstår nedtill. Ingen rodnad. Kan vi låta det vara öppet, eller vill ni se det på återbesöket i
        vecka {vecka} först?
        """,
        reply="""
        Låt det vara öppet, dusch går bra. Vi tittar på det vid återbesöket. Behöver ni inte komma dit för annat kan
        ni avsluta omläggningen.
        """,
        question="Finns det någon fickbildning under glipan? Känn efter försiktigt med steril sond.",
        answer="Nej, den är ytlig, botten syns. Inget vätskar vid tryck.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.UROLOGY,
        subject="Läckage vid sidan av katetern",
        body="""
        Patientens kateter läcker vid sidan om sedan senaste bytet. Den är inte stopp, spolning går lätt. Ingen feber,
        inga smärtor. Vi har provat att flytta fixeringen. Ska vi byta till annan storlek eller avvakta till
        mottagningsbesöket?
        """,
        reply="""
        Byt till samma storlek men annan sort, det kan bero på kuffen. Er sköterska kan ringa vår uroterapeut {dag}
        mellan kl. 8 och 9. Kvarstår läckaget efter en vecka tar vi {honom} hit tidigare.
        """,
        again="Bytt enligt råd. Det läcker fortfarande på nätterna men är torrt på dagarna. {Han} sover dåligt av det.",
        again_reply="Då bokar vi en tidigare tid. Kallelse till {honom} går i väg i dag med kopia till er på papper.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.MEDICINE,
        subject="Rapport om vikter, fråga om målvikt",
        body="""
        Vikter de senaste två veckorna: 74,1 – 74,6 – 74,0 – 73,8 – 74,2 kg. Blodtryck kring 120/70. Inga svullna ben,
        sover plant med en kudde. Målvikten i planen är 76 kg, men där har {han} inte varit på tre månader. Ska
        målvikten ändras?
        """,
        reply="""
        Bra kurva! Ny målvikt är 74 kg, ändrat i vårdplanen i dag. Det räcker med en vikt i veckan från och med nu.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.MEDICINE,
        subject="Tröttare än förut vid promenad",
        body="""
        Sedan ungefär två veckor vilar patienten två gånger på väg till matsalen, mot en gång tidigare. Vikten är
        stabil på 71,5 kg, inga svullna ben, sover gott. Blodtryck 124/70, puls 66. {Han} säger själv att det är
        åldern. Vill ni följa upp det tidigare än vid mottagningsbesöket i vecka {vecka}?
        """,
        reply="""
        Tack, bra att ni märkte det. Vi ringer {honom} {dag} och tar prover i samband med besöket i vecka {vecka}.
        Fortsätt väga som vanligt.
        """,
        question="Har {han} haft hosta eller varit förkyld de senaste veckorna?",
        answer="En vanlig förkylning för tre veckor sedan, den gick över på några dagar.",
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.MEDICINE,
        subject="Kan besöket göras på video?",
        body="""
        Patienten har tid hos er i vecka {vecka}. Resan tar nästan tre timmar med väntan, och {han} är trött i två
        dagar efteråt. Kan besöket göras på video med oss på plats? Vi kan ta vikt, blodtryck och prover före.
        """,
        reply="""
        Det går utmärkt. Tiden är ändrad till videobesök samma dag kl. 10.30. Ta prover senast två dagar före,
        beställningen ligger klar.
        """,
    ),
    Conversation(
        case_type=CASE,
        sender=Trade.HOME_CARE,
        receiver=Trade.MEDICINE,
        subject="Syrgas hemma, ny slang och placering",
        body="""
        Patienten har syrgaskoncentrator från er. Slangen räcker inte till sovrummet efter att hjälpmedelssängen kom
        på plats. {Han} tar av grimman när {han} går och lägger sig. Kan ni skicka en längre slang, och går det bra
        med ytterligare fem meter?
        """,
        reply="Fem meter till är inga problem. Leverantören byter slang hemma {dag}, de ringer {honom} först.",
    ),
)

ALL = TO_PRIMARY_CARE + TO_PSYCHIATRY + TO_HOSPITAL
