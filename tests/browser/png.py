"""Smaller pictures of screens: a page uses few colours, and a palette of them takes a third of the bytes."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE = 256  # the most that a byte can point at
Colour = tuple[int, int, int]


def squeezed(png: bytes) -> bytes:
    """An 8-bit RGB picture in the colours it uses most; the others become the nearest of these."""
    chunks = list(_chunks(png))
    width, height = struct.unpack(">II", chunks[0][1][:8])
    data = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    rows = [list(_colours(row)) for row in _rows(data, stride=3 * width)]
    uses = Counter(colour for row in rows for colour in row)
    kept = [colour for colour, _ in uses.most_common(PALETTE)]
    place = {colour: _nearest(colour, kept) for colour in uses}
    pointers = b"".join(b"\0" + bytes(place[colour] for colour in row) for row in rows)
    return SIGNATURE + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(part for colour in kept for part in colour)),
            _chunk(b"IDAT", zlib.compress(pointers, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _rows(data: bytes, *, stride: int) -> Iterator[bytes]:
    """Each row is written as a difference from its neighbours, in one of five ways; this takes it back."""
    above = bytes(stride)
    for start in range(0, len(data), stride + 1):
        way, row = data[start], bytearray(data[start + 1 : start + 1 + stride])
        for x in range(stride if way else 0):
            left, corner = (row[x - 3], above[x - 3]) if x >= 3 else (0, 0)
            row[x] = row[x] + _guess(way, left, above[x], corner) & 255
        above = bytes(row)
        yield above


def _guess(way: int, left: int, above: int, corner: int) -> int:
    if way == 1:
        return left
    if way == 2:
        return above
    if way == 3:
        return (left + above) // 2
    return min((left, above, corner), key=lambda value: abs(left + above - corner - value))


def _colours(row: bytes) -> Iterable[Colour]:
    return zip(row[0::3], row[1::3], row[2::3], strict=True)


def _nearest(colour: Colour, kept: list[Colour]) -> int:
    return min(range(len(kept)), key=lambda i: sum((a - b) ** 2 for a, b in zip(colour, kept[i], strict=True)))
