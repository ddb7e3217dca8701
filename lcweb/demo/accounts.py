"""The demo's ten accounts, as the sign-in page lists them, and what its units are known by."""

HSA_PREFIX = "TSTNMT2321000115"  # of the identifiers made for tests

DEMO_ACCOUNTS = (
    ("vardcentral", "sjuksköterska, Vårdcentralen Kärleken"),
    ("reception", "receptionist, Vårdcentralen Kärleken"),
    ("enhetschef", "enhetsansvarig, Vårdcentralen Kärleken"),
    ("kommun", "sjuksköterska, Hemsjukvård Norr, Halmstad"),
    ("psykiatri", "sjuksköterska, Vuxenpsykiatrisk mottagning Halmstad"),
    ("specialist", "sjuksköterska, en mottagning på Hallands sjukhus Halmstad"),
    ("tva", "sjuksköterska med två enheter"),
    ("listadmin", "listadministratör, Halmstads kommun"),
    ("admin", "systemadministratör"),
    ("loggranskare", "loggranskare, Region Halland"),
)
