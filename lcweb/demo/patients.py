"""Invented patients. Their numbers hold only birth serials that the tax agency has published for tests."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

WOMEN_SERIALS = ("238", "980", "982", "984", "986", "988")  # the last digit of a serial: even for women
MEN_SERIALS = ("239", "981", "983", "985", "987", "989")
TEST_SERIALS = frozenset(WOMEN_SERIALS + MEN_SERIALS)

RESERVE_NUMBER = "99450312R980"  # a letter and no real prefix: nobody has it
RESERVE_TYPE = "Region Halland"

ADULT, OLD, OLDEST = 20, 66, 99  # years

OLD_WOMEN = ("Aina", "Anna-Lisa", "Astrid", "Barbro", "Berit", "Birgit", "Britt-Marie", "Elsa", "Elsie",
             "Gerd", "Gun-Britt", "Gunvor", "Inga-Lill", "Ingegerd", "Kerstin", "Maj-Britt",
             "Margareta", "Rut", "Siv", "Solveig", "Ulla", "Vivianne")  # fmt: skip
OLD_MEN = ("Allan", "Arne", "Bengt", "Bertil", "Börje", "Egon", "Evert", "Folke", "Gunnar", "Göte",
           "Ingvar", "Karl-Erik", "Kjell", "Lennart", "Nils-Åke", "Olle", "Rune", "Sixten", "Stig",
           "Sven-Olof", "Tage", "Åke")  # fmt: skip
YOUNGER_WOMEN = ("Amanda", "Camilla", "Carina", "Elin", "Emma", "Helena", "Ida", "Jenny", "Josefin",
                 "Linda", "Malin", "Marie", "Samira", "Sofia", "Therese")  # fmt: skip
YOUNGER_MEN = ("Anders", "Andreas", "Christian", "Daniel", "Emil", "Fredrik", "Hassan", "Jonas",
               "Magnus", "Marcus", "Mattias", "Mikael", "Niklas", "Robin", "Tommy")  # fmt: skip
SURNAMES = ("Andersson", "Arvidsson", "Axelsson", "Bengtsson", "Björk", "Borg", "Carlsson", "Dahl",
            "Ekström", "Eliasson", "Forsberg", "Fransson", "Gustafsson", "Hagberg", "Hermansson",
            "Ivarsson", "Jansson", "Johannesson", "Karlsson", "Kjellberg", "Larsson", "Lilja", "Lund",
            "Malmström", "Mårtensson", "Nilsson", "Norling", "Olofsson", "Palm", "Persson", "Ros",
            "Samuelsson", "Sjögren", "Strand", "Svensson", "Thorén", "Wallin", "Åberg", "Öberg",
            "Östlund")  # fmt: skip
NEWCOMER_WOMEN = ("Amal", "Danuta", "Leyla", "Mirjana", "Nadia", "Oksana")
NEWCOMER_MEN = ("Goran", "Ibrahim", "Marek", "Mykola", "Tesfaye", "Yusuf")
NEWCOMER_SURNAMES = ("Abebe", "Demir", "Haddad", "Jurić", "Kovalenko", "Petrović", "Wójcik", "Kaya")


@dataclass(frozen=True, kw_only=True)
class Patient:
    """`number` as the compose page takes it; `area` is the home-care unit of the place where the patient lives."""

    number: str
    name: str
    woman: bool
    younger: bool
    area: str
    reserve_type: str = ""


def personal_number(born: date, serial: str, *, coordination: bool = False) -> str:
    """Twelve digits with the right check digit; a samordningsnummer has 60 added to its day."""
    day = born.day + 60 if coordination else born.day
    digits = f"{born:%Y%m}{day:02}{serial}"
    return digits + str(check_digit(digits[2:]))


def check_digit(nine_digits: str) -> int:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine_digits))
    return -sum(n // 10 + n % 10 for n in doubled) % 10


@dataclass
class Register:
    """Invents a patient when none fits. The same two units never get the same patient twice."""

    rng: Random
    today: date
    known: list[Patient] = field(default_factory=list)
    met: set[tuple[str, frozenset[str]]] = field(default_factory=set)

    def patient(self, area: str, pairs: frozenset[frozenset[str]], *, younger: bool) -> Patient:
        """`pairs`: the units between which the patient is spoken of, two and two."""
        found = self._known_here(area, pairs, younger) if self.rng.random() < 0.4 else None
        patient = found or self._invent(area, younger=younger)
        self.met.update((patient.number, pair) for pair in pairs)
        return patient

    def without_number(self, area: str) -> Patient:
        """Known by a reserve number only."""
        return Patient(
            number=RESERVE_NUMBER, name="Piotr Nowak", woman=False, younger=False, area=area, reserve_type=RESERVE_TYPE
        )

    def _known_here(self, area: str, pairs: frozenset[frozenset[str]], younger: bool) -> Patient | None:
        here = [known for known in self.known if (known.area, known.younger) == (area, younger)]
        fresh = [known for known in here if not any((known.number, pair) in self.met for pair in pairs)]
        return self.rng.choice(fresh) if fresh else None

    def _invent(self, area: str, *, younger: bool) -> Patient:
        woman = self.rng.random() < 0.57
        coordination = self.rng.random() < 0.03
        name = self._newcomer(woman=woman) if coordination else self._name(woman=woman, younger=younger)
        number = self._unused_number(woman=woman, younger=younger, coordination=coordination)
        patient = Patient(number=number, name=name, woman=woman, younger=younger, area=area)
        self.known.append(patient)
        return patient

    def _name(self, *, woman: bool, younger: bool) -> str:
        first_names = (YOUNGER_WOMEN if woman else YOUNGER_MEN) if younger else (OLD_WOMEN if woman else OLD_MEN)
        return f"{self.rng.choice(first_names)} {self.rng.choice(SURNAMES)}"

    def _newcomer(self, *, woman: bool) -> str:
        """Newly come to Sweden, with a samordningsnummer."""
        return f"{self.rng.choice(NEWCOMER_WOMEN if woman else NEWCOMER_MEN)} {self.rng.choice(NEWCOMER_SURNAMES)}"

    def _unused_number(self, *, woman: bool, younger: bool, coordination: bool) -> str:
        taken = {known.number for known in self.known}
        while True:
            serial = self.rng.choice(WOMEN_SERIALS if woman else MEN_SERIALS)
            number = personal_number(self._birthday(younger=younger), serial, coordination=coordination)
            if number not in taken:
                return number

    def _birthday(self, *, younger: bool) -> date:
        """Most of the old ones are in their eighties."""
        years = self.rng.uniform(ADULT, OLD) if younger else self.rng.triangular(OLD, OLDEST, 85)
        return self.today - timedelta(days=round(years * 365.25))
