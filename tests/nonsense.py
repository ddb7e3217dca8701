"""What nobody should send: values, and faultless requests with one to three things done to them.

Everything is drawn from the `Random` that is handed in, so that a seed tells the whole story again.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

from tests.strange import strange_numbers

#: Shown unescaped it would be markup of a stranger's.
MARKUP = b"<lcwebx onfocus=y>"
#: As a header it would set a cookie.
INJECTED = b"injected=1"
FORM = "application/x-www-form-urlencoded"

_CHARACTERS = (
    b"", b" ", b"\0", b"a\0b", b"\0" * 500, b"\xff\xfe", b"\xed\xa0\x80", b"\xed\xb0\x80x", b"\xc0\xaf",
    b"\xf4\x90\x80\x80", b"\xef\xbb\xbfx", b"\x1b[31m", b"\x7f", b"\t\n\r\x0b\x0c", b"a\nb",
    b"\r\nSet-Cookie: " + INJECTED, b"\n\nBcc: x@y.test",
    *(text.encode() for text in (
        "\u202e\u2066txt\u2069", "\u200b", "\u200d", "\u2028\u2029", "\ufeff", "\u00a0", "\u0085", "🌍", "👩‍👩‍👧‍👦",
        "e" + "\u0301" * 300, "ﬁ", "ẞß", "ıİ", "ſ", "\U000e0041", "\U0010ffff", "١٢", "１２", "²", "½", "Ⅻ", "ÅÄÖåäö",
        "\u1100\u1161",
    )),
)  # fmt: skip
_NUMBERS = (
    b"0", b"-0", b"-1", b"+1", b"1", b"2", b"3", b"01", b" 1 ", b"1_000", b"1.0", b"1e5", b"0x10", b"1,5", b"NaN",
    b"inf", b"2147483647", b"2147483648", b"999999999", b"9223372036854775807", b"9223372036854775808", b"9" * 40,
    b"9" * 400, b"9" * 5000, b"-" + b"9" * 400, b"1" + b"0" * 4400,
)  # fmt: skip
_MOMENTS = (
    b"0000-00-00", b"0001-01-01", b"1582-10-10", b"1969-12-31", b"2026-02-29", b"2026-02-30", b"2026-13-01",
    b"2026-W01-1", b"20261117", b"2026-1-1", b"2026-11-17T10:00", b"2026-11-17 ", b"9999-12-31", b"9999-12-30",
    b"9999-01-01", b"10000-01-01", b"99999999-01-01", b"2026-11-17", b"2026-11-18", b"2026-12-24", b"2027-01-01",
    b"24:00", b"25:61", b"00:00", b"23:59", b"23:59:60", b"08:00+01:00", b"8:0", b"12.30",
    "２０２６-１１-１７".encode(),
)  # fmt: skip
_SYNTAX = (
    b"' OR 1=1 --", b"'; DROP TABLE access_log; --", b'"', b"'", b"''", b"\\", b"\\'", b"%", b"_", b"%%%", b"100%",
    b"$$", b"$1", b":a", b"?", b"/*", b"NEAR(", b"NEAR(a b, 5)", b"a* AND", b"* OR *", b"(((", b"body:x", b"^a",
    b"NOT", b"AND OR NOT", b"-a", b"{a}:b", b"a & !", b":*", b"a <-> b", b"'a':* | b", b"!!", b"{{7*7}}", b"{% raw %}",
    b"{{ config }}", b"{{", b"${7*7}", b"#{7}", b"<%= 7 %>", b"%(x)s", b"%s%n%d", b"{0}", b"{unit}", b"{", b"}",
    b"{enhet} {antal}", MARKUP, b'">' + MARKUP, b"</textarea>" + MARKUP, b"</title></script>" + MARKUP, b"<!--",
    b"]]>", b"&#0;&#x110000;", b"../../etc/passwd", b"..\\..", b"C:\\x", b"file:///etc/passwd", b"//evil.test",
    b"http://evil.test/", b"javascript:alert(1)", b"data:text/plain;base64,QUFBQQ==", b"QUFB" * 300, b"[]", b"{}",
    b"[1,2]", b'{"a":1}', b"null", b"None", b"true", b"undefined", b"=1+1", b"+cmd|' /C calc'!A0", b"@SUM(1)",
    b"a;b;c", b'"a;b', b"a@b", b"a@b.test\nBcc: c@d.test", b'"a b"@c.test', b"@", "å@å.test".encode(), b"a@[::1",
    b"a@xn--", b"a@" + b"x" * 300 + b".test", b"00000000-0000-0000-0000-000000000000", b"-" * 36, b"f" * 32,
    b"IjEi.Zx.y", b"eyJhIjoxfQ.aaaa.bbbb",
)  # fmt: skip
_WORDS = (
    b"ja", b"nej", b"alla", b"on", b"upp", b"ned", b"nurse", b"general", b"single_home_visit", b"consent", b"other",
    b"lists", b"units", b"people", b"Halmstad", b"Hylte", b"open", b"closed", b"akut", b"112", b"recept",
    "själv mord".encode(), b"att-besvara", b"avslutade", b"mina", b"whole", b"karin", b"TSTNMT2321000115-1A2B",
    b"035-18 00 00", b"200001012384", b"20000101-2384", b"000101-2384", b"19701063-2383", b"992026009801",
    b"22790814AA01",
)  # fmt: skip
_LARGE = (
    b"x" * 20_000, "å".encode() * 10_000, b"a " * 50_000, b"\n" * 30_000, b"9" * 100_000, b"<" * 50_000, b"'" * 50_000,
    b"A" * 400_000, b"a@" * 40_000, b"(" * 30_000, b"-" * 60_000, b"1 " * 60_000, b"{{" * 30_000, b"\0" * 100_000,
    b"20000101-2384 " * 5_000, b"x" * 950_000, b"x" * 1_100_000,
)  # fmt: skip
#: Kinds of value and how often each is drawn.
_KINDS: tuple[tuple[Sequence[bytes], int], ...] = (
    (_CHARACTERS, 5), (_NUMBERS, 5), (_MOMENTS, 4), (_SYNTAX, 6), (_WORDS, 6),
)  # fmt: skip

HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Encoding", "Forwarded", "HX-Request",
    "HX-Current-URL", "HX-Target", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Origin", "Range",
    "Referer", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-HTTP-Method-Override",
    "X-Original-URL", "X-Request-ID", "X-CSRFToken", "Max-Forwards", "Expect", "Host",
)  # fmt: skip
METHODS = ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "GET", "POST", "get", "X")
CONTENT_TYPES = (
    "", "text/plain", "application/json", "application/json; charset=utf-16", "application/xml", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "multipart/mixed; boundary=x",
    FORM + "; charset=utf-7", FORM + "; charset=rot13", "x", "/", "application/x-www-form-urlencoded, text/html",
    "text/html; a=\"", "å/ä",
)  # fmt: skip
BODIES = (
    b"", b"{", b'{"body": "x", "csrf_token": null}', b"[" * 20_000, b"null", b"--x\r\n", b"--x--",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
    b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nhej\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\0.csv"\r\n\r\n\xff\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name=\r\n\r\n', b"%", b"%zz=%", b"&&&==&=", b"a" * 200_000 + b"=1",
    b"a=1&" * 2_000, b"=", b"%00=%00", b"\xff\xfe=\xff", b"csrf_token=%E5%E4%F6", b"a[]=1&a[b]=2&a.b=3", b"a;b=1;c",
)  # fmt: skip


@dataclass
class Request:
    """As it goes out: names and values as bytes. `body` instead of `form`; a `file` makes the form multipart."""

    method: str
    path: str
    query: list[tuple[bytes, bytes]] = field(default_factory=list)
    form: list[tuple[bytes, bytes]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    content_type: str = FORM
    body: bytes | None = None
    file: tuple[str, str, bytes] | None = None  # field, file name, content

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        return self.query if self.method == "GET" else self.form

    @property
    def query_string(self) -> str:
        return encoded(self.query).decode()

    def content(self) -> tuple[bytes, str]:
        """The bytes and their type."""
        if self.body is not None:
            return self.body, self.content_type
        if self.file:
            return multipart(self.form, self.file), "multipart/form-data; boundary=lcweb-nonsense"
        return encoded(self.form), self.content_type

    def __str__(self) -> str:
        sent = self.body if self.body is not None else encoded(self.form)
        parts = (self.method, self.path, self.query_string, self.content_type, self.headers, sent, self.file)
        return " ".join(_shortened(str(part)) for part in parts if part)


def encoded(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    return "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs).encode()


def multipart(form: Iterable[tuple[bytes, bytes]], file: tuple[str, str, bytes]) -> bytes:
    part = b'--lcweb-nonsense\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'
    name, file_name, content = file
    parts = [part % (name, b"", value) for name, value in form]
    parts.append(part % (name.encode(), b'; filename="%b"' % file_name.encode("utf-8", "surrogatepass"), content))
    return b"".join(parts) + b"--lcweb-nonsense--\r\n"


def _shortened(text: str) -> str:
    return text if len(text) < 600 else f"{text[:400]}…({len(text)})…{text[-100:]}"


class Nonsense:
    """`known`: values that are faultless somewhere; the one who asks adds to them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.known = {b"1": None}

    def value(self, valid: bytes = b"") -> bytes:
        dice = self.random.random()
        if dice < 0.012:
            return self.random.choice(_LARGE)
        if dice < 0.2:
            return self._spoilt(valid)
        if dice < 0.28:
            return "".join(map(chr, self.random.choices(range(sys.maxunicode), k=self.random.randint(1, 12)))).encode(
                "utf-8", "surrogatepass"
            )
        if dice < 0.32:
            return self.random.randbytes(self.random.randint(1, 40))
        if dice < 0.36:
            return next(strange_numbers(self.random, 1)).encode("utf-8", "surrogatepass")
        if dice < 0.46:
            return self.random.choice([*self.known])
        kinds = [kind for kind, _ in _KINDS]
        chosen = self.random.choices(kinds, [weight for _, weight in _KINDS])[0]
        return self.random.choice(chosen)

    def spoil(self, request: Request, names: Sequence[str]) -> None:
        """One to three things are done to it. `names`: what the view asks for besides what stands there."""
        if request.file and self.random.random() < 0.6:
            self._spoil_file(request)
        for _ in range(self.random.choice((1, 1, 1, 2, 2, 3))):
            how: Callable[[Request, Sequence[str]], None] = self.random.choices(
                (self._change, self._add, self._repeat, self._leave_out, self._exchange, self._elsewhere, self._head,
                 self._whole),
                (50, 16, 6, 6, 8, 5, 5, 4),
            )[0]  # fmt: skip
            how(request, names)

    def _spoilt(self, valid: bytes) -> bytes:
        """A faultless value with something put in, doubled, cut or turned."""
        piece = self.random.choice(self.random.choice((_CHARACTERS, _SYNTAX, _NUMBERS)))
        place = self.random.randint(0, len(valid))
        ways = (
            valid[:place] + piece + valid[place:], valid + piece, piece + valid, valid * 2, valid[:place],
            valid.upper(), valid.swapcase(), valid[::-1], b" " + valid, valid + b"\n",
        )  # fmt: skip
        return self.random.choice(ways)

    def _change(self, request: Request, names: Sequence[str]) -> None:
        if not request.fields:
            return self._add(request, names)
        place = self.random.randrange(len(request.fields))
        name, valid = request.fields[place]
        if name == b"csrf_token" and self.random.random() < 0.9:  # that gate is soon tried
            return None
        request.fields[place] = (name, self.value(valid))
        return None

    def _add(self, request: Request, names: Sequence[str]) -> None:
        """What the view asks for besides, or what nobody asks for."""
        pool = [name.encode() for name in names] or [b"vy", b"sida", b"d", b"datum", b"q"]
        name = self.random.choice(pool) if self.random.random() < 0.9 else self.value(self.random.choice(pool))
        where = request.query if self.random.random() < 0.1 else request.fields
        where.insert(self.random.randint(0, len(where)), (name, self.value()))

    def _repeat(self, request: Request, _names: Sequence[str]) -> None:
        """Many of one name."""
        if request.fields:
            name, valid = self.random.choice(request.fields)
            for _ in range(self.random.choice((1, 2, 40))):
                request.fields.insert(self.random.randint(0, len(request.fields)), (name, self.value(valid)))
            if self.random.random() < 0.3:
                request.fields.append((name + b"[]", valid))

    def _leave_out(self, request: Request, _names: Sequence[str]) -> None:
        if request.fields:
            del request.fields[self.random.randrange(len(request.fields))]

    def _exchange(self, request: Request, _names: Sequence[str]) -> None:
        """Two fields' values."""
        fields = [place for place, (name, _) in enumerate(request.fields) if name != b"csrf_token"]
        if len(fields) > 1:
            one, other = self.random.sample(fields, 2)
            (first, left), (second, right) = request.fields[one], request.fields[other]
            request.fields[one], request.fields[other] = (first, right), (second, left)

    def _elsewhere(self, request: Request, _names: Sequence[str]) -> None:
        """Another number or word in the address."""
        steps = request.path.split("/")
        likely = [place for place, step in enumerate(steps) if place and (step.isdigit() or self.random.random() < 0.3)]
        place = self.random.choice(likely or [len(steps) - 1])
        near = str(self.random.randint(1, 12)).encode()
        value = near if steps[place].isdigit() and self.random.random() < 0.6 else self.value(steps[place].encode())
        steps[place] = quote_from_bytes(value[:2000])
        request.path = "/".join(steps)

    def _head(self, request: Request, _names: Sequence[str]) -> None:
        """Method or headers. What stands in a header is no line break: no server lets it through."""
        if self.random.random() < 0.2:
            request.method = self.random.choice(METHODS)
            return
        value = self.value(b"text/html, */*;q=0.8")[:4000].replace(b"\r", b"").replace(b"\n", b"").decode("latin-1")
        request.headers.append((self.random.choice(HEADERS), value))

    def _whole(self, request: Request, _names: Sequence[str]) -> None:
        """The body as something else than a form."""
        if self.random.random() < 0.3:
            request.content_type, request.body = "application/json", self._as_json(request)
            return
        request.content_type = self.random.choice(CONTENT_TYPES)
        request.body = self.random.choice(BODIES) if self.random.random() < 0.7 else self.value()

    def _as_json(self, request: Request) -> bytes:
        """The faultless fields, the token among them; some are no text."""
        others = (None, True, 7, 1.5, [], ["a"], {}, {"a": {"b": 1}}, 10**400)
        fields: dict[str, Any] = {
            name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in request.form
        }
        for name in self.random.sample([*fields], min(2, len(fields))):
            fields[name] = self.random.choice(others)
        return json.dumps(fields).encode()

    def _spoil_file(self, request: Request) -> None:
        assert request.file
        name, file_name, content = request.file
        ways = (
            self._spoilt(content), *(self._cells(content) for _ in range(3)), self.value(content), content + b"\0",
            b"PK\x03\x04" + self.random.randbytes(60), content.decode().encode("utf-16"),
            content.replace(b";", b","), content.replace(b";", b"\t") * 3,
        )  # fmt: skip
        title = self.value(file_name.encode())[:500].replace(b"\r", b"").replace(b"\n", b"").decode("utf-8", "replace")
        known = ("listor.csv", "listor.xlsx", "enheter.CSV", "x.xls", "", "..", title)
        request.file = (name, self.random.choice(known), self.random.choice(ways))

    def _cells(self, content: bytes) -> bytes:
        """A cell or two of the table are something else."""
        lines = content.split(b"\r\n")
        for _ in range(self.random.randint(1, 3)):
            place = self.random.randrange(len(lines))
            cells = lines[place].split(b";")
            cell = self.random.randrange(len(cells))
            cells[cell] = self.value(cells[cell])
            lines[place] = b";".join(cells)
        return b"\r\n".join(lines)
