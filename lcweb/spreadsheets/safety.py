"""What is looked for in a file before anything of it is read, so that no file can use up the machine.

openpyxl reads with the standard library's expat, which resolves entities that the file itself declares. No spreadsheet
declares any: a part with a document type is refused, and so entities can neither grow nor reach for other files.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from struct import error as StructError
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MAX_BYTES = 10 * 1024 * 1024  # of the file as it is sent
MAX_INFLATED = 60_000_000  # bytes of a workbook when it is unpacked
MAX_RATIO = 100  # unpacked to packed, of what is large enough to matter
SMALL = 5_000_000  # bytes that are never too much, however well they were packed
MAX_PARTS = 1_000  # files in a workbook
MAX_ELEMENTS = 1_500_000  # of all its XML
MAX_IN_ROW = 20_000  # elements of one row, which is held as a whole
MAX_LINES = 20_000
MAX_COLUMNS = 40

EXCEL_OR_CSV = "Spara den som Excel-arbetsbok (.xlsx) eller CSV och försök igen."
BROKEN = "Filen är trasig eller ingen Excelfil. Öppna den i Excel, spara den på nytt och försök igen."
TOO_LARGE = "Filen är för stor när den packas upp. Ta bort det som inte hör till tabellen, eller dela upp den."
ENCRYPTED = f"Filen är krypterad eller har ett lösenord. Ta bort lösenordet. {EXCEL_OR_CSV}"
OLD = f"Filen är av ett äldre slag (.xls). {EXCEL_OR_CSV}"
BINARY = f"Filen är en binär arbetsbok (.xlsb). {EXCEL_OR_CSV}"
OPEN_DOCUMENT = f"Filen är ett OpenDocument-kalkylark. {EXCEL_OR_CSV}"
MACROS = "Filen innehåller makron. Spara den som en Excel-arbetsbok utan makron (.xlsx) och försök igen."
NO_WORKBOOK = f"Filen är ett zip-arkiv och ingen Excelfil. {EXCEL_OR_CSV}"
DECLARES = "Filen innehåller en dokumenttyp, som ingen Excelfil har. Skapa filen på nytt i Excel och försök igen."

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 65_536
#: What Python's zip reading raises when the file is not what it says.
_BROKEN_ZIP = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, StructError)


class Unreadable(Exception):
    """The file is not read at all; the words are for the person who chose it."""


def is_workbook(content: bytes) -> bool:
    """By what it begins with, whatever it is called. Raises Unreadable for the sorts that are no .xlsx."""
    if content.startswith(_OLE):
        raise Unreadable(ENCRYPTED if _ENCRYPTED_PACKAGE in content else OLD)
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def inspect(content: bytes) -> None:
    """Unpacks the whole workbook once, within bounds, and keeps nothing of it. Raises Unreadable."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts)
            unpacked = _Unpacked(packed=len(content))
            for part in parts:
                _look_through(part, _bytes_of(archive, part), unpacked)
    except _BROKEN_ZIP:
        raise Unreadable(BROKEN) from None


class _Unpacked:
    """How much there has been so far. The directory's own figures can lie, so what comes out is counted."""

    def __init__(self, packed: int) -> None:
        self.packed = packed
        self.bytes = 0
        self.elements = 0

    def add_bytes(self, count: int) -> None:
        self.bytes += count
        bursts = self.bytes > SMALL and self.bytes > MAX_RATIO * self.packed
        if bursts or self.bytes > MAX_INFLATED:
            raise Unreadable(TOO_LARGE)

    def add_element(self) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise Unreadable(TOO_LARGE)


def _check_directory(parts: list[ZipInfo]) -> None:
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(ENCRYPTED)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Unreadable(MACROS)
    if "xl/workbook.bin" in names:
        raise Unreadable(BINARY)
    if "[content_types].xml" not in names:
        raise Unreadable(OPEN_DOCUMENT if "content.xml" in names and "mimetype" in names else NO_WORKBOOK)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_INFLATED:
        raise Unreadable(TOO_LARGE)
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise Unreadable(BROKEN)


def _bytes_of(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _look_through(part: ZipInfo, chunks: Iterator[bytes], unpacked: _Unpacked) -> None:
    """Every part, since a workbook may call its sheets what it likes; what is no XML is only counted."""
    parser, is_xml = _watching(unpacked), True
    for chunk in chunks:
        unpacked.add_bytes(len(chunk))
        if is_xml:
            try:
                parser.Parse(chunk, False)
            except expat.ExpatError:
                is_xml = False
    if not is_xml and part.filename.lower().endswith((".xml", ".rels")):
        raise Unreadable(BROKEN)


def _watching(unpacked: _Unpacked) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    before_row = 0

    def begin(name: str, _attributes: object) -> None:
        nonlocal before_row
        unpacked.add_element()
        if name.endswith(" row"):
            before_row = unpacked.elements
        elif before_row and unpacked.elements - before_row > MAX_IN_ROW:
            raise Unreadable(TOO_LARGE)

    def end(name: str) -> None:
        nonlocal before_row
        if name.endswith(" row"):
            before_row = 0

    def declare(*_declared: object) -> None:
        raise Unreadable(DECLARES)

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begin, end, declare
    return parser


#: A text that a spreadsheet would take for a formula, perhaps with the apostrophes that have been put before it.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")


def protected(text: str, *, always: bool) -> str:
    """`always`: as CSV needs it. Otherwise only what `unprotected` would take for protected."""
    return f"'{text}" if (_FORMULA if always else _QUOTED).match(text) else text


def unprotected(text: str) -> str:
    """Without the one apostrophe that was put before it."""
    return text[1:] if _QUOTED.match(text) else text
