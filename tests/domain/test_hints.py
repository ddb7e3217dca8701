"""S5: which sentences ask, and how often. Half of them are harmless."""

from time import process_time

import pytest

from lcweb.domain.hint_words import DEFAULTS, HintList
from lcweb.domain.hints import MAX_WORDS, Hints, find, list_problem
from tests.factories import OTHER_PATIENT, PATIENT

NUMBER = PATIENT.replace("-", "")

#: acute, prescribing, sentence
TABLE = """
2 0 Patienten har akut andnöd sedan i morse.
1 0 Han har ont i bröstet och kallsvettas.
1 0 Hon har fått svårt att andas i natt.
1 0 Kan inte andas när hon ligger ner.
1 0 Ingen feber, andnöd vid minsta ansträngning.
1 0 Inte bara trött utan akut dålig.
1 0 Kan inte gå, är akut dålig.
1 0 Patienten uttrycker suicidtankar.
1 0 Säger att hon vill ta sitt liv.
1 0 Dottern fann ett självmordsbrev.
1 0 Vi ringde 112 men ingen ambulans kom.
1 0 Vi ringde 112 2 gånger i natt.
1 0 Det här är brådskande, ring genast.
1 0 Behöver en akuttid i dag.
1 0 Han är medvetslös.
2 0 Misstänkt stroke, hängande mungipa.
1 0 Tror att det är en akut blindtarm.
1 0 Har bröstsmärtor som strålar ut i armen.
1 0 AKUT!
1 0 Svara snarast.
1 0 Behöver hjälp omedelbart.
1 0 Hon svimmade och är nu okontaktbar.
1 0 Har tagit en överdos Alvedon.
1 0 Han nekar smärta men har andnöd.
1 0 Andnöd: ingen förändring, lika illa som i går.
0 2 Kan ni förnya receptet på Furix?
0 1 Patienten behöver e-recept på Alvedon.
0 1 Patienten behöver e‑recept på Alvedon.
0 1 Receptet är slut på apoteket.
0 1 Vill ha receptförnyelse.
0 1 Kan doktorn skriva ut medicin mot klådan?
0 1 Dosexpeditionen saknas för nästa vecka.
0 1 Kan ni höja dosen av Metoprolol?
0 1 Insulinet behöver förskrivas igen.
0 1 Tabletterna är slut sedan i fredags.
0 1 Receptet har inte förnyats.
0 1 Inget recept på Waran, kan ni förnya?
0 2 Receptet på Waran är redan förnyat. Kan ni förnya receptet på Furix?
0 1 Önskar nyinsättning av Citalopram.
1 1 Akut behov av nytt recept.
0 0 Inget akut.
0 0 Det är inget akut, men kan ni ringa på måndag?
0 0 Inget som är akut just nu.
0 0 Ärendet är ej akut.
0 0 Det är inte längre akut.
0 0 Icke-akut ärende.
0 0 Ingen andnöd.
0 0 ingen  andnöd
0 0 Ingen känd andnöd eller bröstsmärta.
0 0 Ingen feber, andnöd eller bröstsmärta.
0 0 Nekar bröstsmärta och andnöd.
0 0 Nekar till suicidtankar.
0 0 Varken andnöd eller bröstsmärta.
0 0 Andnöd: nej. Bröstsmärta: nej.
0 0 Inga tecken på stroke.
0 0 Utan andnöd i vila.
0 0 Det brådskar inte.
0 0 Ingen brådska.
0 0 Suicidrisken bedöms som låg.
0 0 Var på akutmottagningen i lördags och är hemma igen.
0 0 Hon sökte akut i går och skickades hem.
0 0 Opererades akut i maj, såret läker.
0 0 Kommer från akuten på Hallands sjukhus.
0 0 Vid akuta besvär ringer hon själv.
0 0 BT 112/70, puls 112, vikt 112,5 kg.
0 0 Ring mig på 035-112 34 56 eller 112 34 56.
0 0 Receptet är redan förnyat.
0 0 Receptet på Waran är redan förnyat av doktor Ek.
0 0 Vi behöver inget recept.
0 0 Det är inte fråga om recept.
0 0 Receptet behöver inte förnyas.
0 0 Tack för att ni förnyade receptet.
0 0 Hon har giltiga recept hemma.
0 0 Hon köper Alvedon receptfritt.
0 0 Ring receptionen på Kärleken.
0 0 Förnyad kontakt om två veckor.
0 0 Hon har en förskriven rullstol.
0 0 Patienten har fysisk aktivitet på recept.
0 0 Kan ni lägga om såret på måndag?
0 0 Smärtan är oförändrad, aptiten bättre.
"""
SENTENCES = [tuple(line.split(" ", 2)) for line in TABLE.strip().splitlines()]


def hints(body: str = "", *, subject: str = "", patient_number: str = NUMBER, **lists: str) -> Hints:
    words = {HintList(name): text for name, text in lists.items()}
    return find(subject=subject, body=body, patient_number=patient_number, words=words)


@pytest.mark.parametrize(("acute", "prescribing", "sentence"), SENTENCES)
def test_s5_which_sentences_ask(acute: str, prescribing: str, sentence: str) -> None:
    assert hints(sentence) == Hints(acute=int(acute), prescribing=int(prescribing))


def test_s5_half_of_at_least_sixty_sentences_are_harmless() -> None:
    harmless = [sentence for acute, prescribing, sentence in SENTENCES if acute == prescribing == "0"]
    assert len(SENTENCES) >= 60
    assert abs(len(harmless) - len(SENTENCES) / 2) < 2


def test_s5_words_are_counted_in_the_subject_as_well() -> None:
    assert hints("Akut andnöd.", subject="Akut") == Hints(acute=3)
    assert hints("andnöd", subject="Ingen") == Hints(acute=1)


@pytest.mark.parametrize(
    ("subject", "body", "others", "in_subject"),
    [
        ("Såromläggning", f"Gäller {PATIENT}.", 0, 0),
        ("Såromläggning", "Gäller 000101-2384.", 0, 0),
        ("Såromläggning", f"Maken {OTHER_PATIENT} är inskriven.", 1, 0),
        ("Såromläggning", f"Maken {OTHER_PATIENT}, alltså 900101-9802, och {PATIENT}.", 1, 0),
        ("Såromläggning", f"{OTHER_PATIENT} och 19121212-2384", 2, 0),
        (f"Omläggning {PATIENT}", "Hej", 0, 1),
        ("Omläggning 200001012384", "Hej", 0, 1),
        (f"Omläggning {OTHER_PATIENT}", "Hej", 1, 1),
        (f"{PATIENT} {OTHER_PATIENT}", "Hej", 1, 2),
        ("Ring 035-10 00 00", "Eller 20000101-2385", 0, 0),
    ],
)
def test_s5_identity_numbers_are_counted(subject: str, body: str, others: int, in_subject: int) -> None:
    assert hints(body, subject=subject) == Hints(other_numbers=others, subject_numbers=in_subject)


def test_s5_the_patient_s_own_reserve_number_has_no_place_in_the_subject_either() -> None:
    own = "22790814AA01"
    assert hints(f"Gäller {own}", patient_number=own) == Hints()
    assert hints("Hej", subject="Om 22790814-aa01", patient_number=own) == Hints(subject_numbers=1)


def test_s5_the_sentence_tells_how_many_and_never_which() -> None:
    found = hints(f"Akut! Andnöd. Förnya. {OTHER_PATIENT}", subject=PATIENT)
    assert found.total == 5
    assert found.sentence == (
        "Texten har 2 ord som tyder på att det är akut. Är det akut – ring enheten. "
        "Texten har 1 ord om recept eller ordination. Sådant går inte att beställa här. "
        "Texten har 1 identitetsnummer som inte är patientens. Ett ärende gäller en patient. "
        "Ämnet har 1 identitetsnummer. Ta bort det, för ämnet syns i listor."
    )
    assert (Hints().total, Hints().sentence) == (0, "")


def test_s5_a_list_of_an_administrator_s_own_replaces_the_default_one() -> None:
    own = {"acute": "kris*\nhjälp oss", "acute_harmless": "krisgrupp*\ntack * hjälp oss"}
    assert hints("Akut andnöd.", **own) == Hints()
    assert hints("Krisläge! Hjälp  oss. Krisgruppen är kallad.", **own) == Hints(acute=2)
    assert hints("Tack för att ni ville hjälpa. Hjälp oss.", **own) == Hints(acute=1)
    assert hints("Tack för att ni kan hjälp oss.", **own) == Hints()


@pytest.mark.parametrize("line", ["+++", "a b", "(akut", "[a-z]", "*", "a\\", "x" * 500, "112", "1*"])
@pytest.mark.parametrize("text", ["", "akut (akut [a-z] a b 112 1", "x" * 10_000])
def test_s5_whatever_stands_in_a_list_a_text_can_be_counted(line: str, text: str) -> None:
    """A list may be older than the rules for its lines."""
    assert hints(text, acute=line, acute_harmless=line).total >= 0


@pytest.mark.parametrize("name", HintList)
def test_s5_the_default_lists_are_lists_that_could_be_typed(name: HintList) -> None:
    assert list_problem(DEFAULTS[name]) is None
    lines = DEFAULTS[name].split("\n")
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "minst en rad"),
        (" \n\t\n", "minst en rad"),
        ("akut\nnöd\0", "styrtecken"),
        ("akut\u202e", "styrtecken"),
        ("akut\n(nöd", "Rad 2"),
        ("akut*nöd", "Rad 1"),
        ("*", "Rad 1"),
        ("* akut", "Rad 1"),
        ("akut *", "Rad 1"),
        ("ett * två * tre", "Rad 1"),
        ("ett * * två", "Rad 1"),
        ("akut, nöd", "Rad 1"),
        ("ord " * (MAX_WORDS // 4) + "ord", "tecken. Högst"),
    ],
)
def test_s5_a_list_that_cannot_be_used_is_told_from_one_that_can(words: str, problem: str) -> None:
    assert problem in (list_problem(words) or "")


@pytest.mark.parametrize("words", ["akut", " Akut* \n\n e-recept* ", "recept* * redan förny*", "112", "får ingen luft"])
def test_s5_a_list_that_can_be_used(words: str) -> None:
    assert list_problem(words) is None


@pytest.mark.parametrize(
    "text", ["recept ", "ingen a, ", "nekar ", "förskriv ", "inte utan akut ", "akut är det inte "]
)
def test_s5_the_longest_text_and_the_longest_lists_take_no_time_to_speak_of(text: str) -> None:
    """Processor time, so that a busy machine does not fail it; it is some hundredths of a second."""
    long_list = "\n".join(f"e* * q{number}" for number in range(1000))
    began = process_time()
    hints((text * 10_000)[:10_000])
    hints((text * 10_000)[:10_000], **dict.fromkeys(HintList, long_list))
    assert process_time() - began < 2
