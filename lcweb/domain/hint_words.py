"""The word lists of the hints (S5) as they are until an administrator changes them."""

from enum import StrEnum


class HintList(StrEnum):
    ACUTE = "acute"
    ACUTE_HARMLESS = "acute_harmless"
    PRESCRIBING = "prescribing"
    PRESCRIBING_HARMLESS = "prescribing_harmless"


_ACUTE = """
112
akut*
allergisk chock
andningssvårighet*
andningsuppehåll
andnöd*
anafyla*
behöver ambulans
blodiga kräkningar
blöder kraftigt
bröstsmärt*
brådska*
får ingen luft
får inte luft
får svårt att andas
hjärtstopp*
hängande mungipa
kan inte andas
kraftig blödning
kräks blod
livsfara
livsfarlig*
livshotande
medvetandesänk*
medvetslös*
misstänkt hjärtinfarkt*
misstänkt sepsis
misstänkt stroke
okontaktbar*
omedelbar*
ont i bröstet
ring ambulans
självmord*
skyndsam*
sluddrar
sluddrigt tal
snarast
suicid*
svårt att andas
sänkt medvetande*
ta livet av sig
ta sitt liv
tar livet av sig
tecken på stroke
tryck över bröstet
vill inte leva
överdos*
"""

_ACUTE_HARMLESS = """
akut är det inte
akutavdelning*
akutbil*
akuten
akutmottagning*
akutnummer*
akutsjukhus*
akuttelefon*
brådskar ej
brådskar inte
efter akut*
har inte brått*
icke-akut*
icke akut*
inkom akut
inlagd akut
inskriven akut
låg suicidrisk
om det blir akut*
opererad akut
opererades akut
puls 112
självmordslinje*
skrevs in akut
snarast möjligt efter
suicidrisk* * låg
suicidstegen
sökte akut
tidigare akut*
vid akut*
"""

_PRESCRIBING = """
dosexpedition*
dosbeställ*
dosförskriv*
doshöj*
doskort*
dosrecept*
dossänk*
dosändr*
e-recept*
erecept*
förny*
förskriv*
höj dosen
höja dosen
itererat
läkemedel är slut
läkemedlen är slut
läkemedlet är slut
medicinen är slut
medicinerna är slut
minska dosen
nyförskriv*
nyinsätt*
ordinera
ordineras
recept*
skriva ut läkemedel
skriva ut medicin*
skriver ut läkemedel
skriver ut medicin*
slut på läkemedel
slut på medicin*
slut på sin medicin
slut på sina mediciner
slut på sina tabletter
sänk dosen
sänka dosen
sätta in läkemedel
sätta in medicin
tabletterna är slut
öka dosen
ändra dosen
"""

_PRESCRIBING_HARMLESS = """
aktivitet på recept
aktuella recept finns
behov av recept finns inte
e-recept* * redan förny*
förnyad*
förnya kontakt*
förnya samtal*
förnyat försök
förskriv* * hjälpmedel
förskriv* * inkontinens*
förskriv* * rollator
förskriv* * rullstol
förskriven rollator
förskriven rullstol
förskrivna hjälpmedel
giltiga recept
giltigt recept
har recept hemma
hämtat ut * recept*
recept* behöver inte förny*
recept* behöver ej förny*
recept* finns redan
recept* * hämtat
recept* * redan förny*
recept* * redan skickat
recept* * redan utskrivet
recept* är förny*
recept* är klart
receptfri*
reception*
receptor*
redan förny*
tack för recept*
tack för att * förny* recept*
"""

DEFAULTS = {
    HintList.ACUTE: _ACUTE.strip(),
    HintList.ACUTE_HARMLESS: _ACUTE_HARMLESS.strip(),
    HintList.PRESCRIBING: _PRESCRIBING.strip(),
    HintList.PRESCRIBING_HARMLESS: _PRESCRIBING_HARMLESS.strip(),
}
