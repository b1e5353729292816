"""Requests that nobody should send, made from good ones: a seed in, an endless stream of them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_from_bytes

from tools.torture.client import AGENT

DOORS = (*[b"i"] * 6, b"c", b"c", b"I", b"i;a=1", b"/i", b"./i", b"%69")
ELSEWHERE = (
    b"",
    b"..",
    b"%2e%2e",
    b"b",
    b"metrics",
    b"healthz",
    b"readyz",
    b"v1",
    b"v1/products/u-1/live",
    b"static/x",
)
CREATIVES = (b"card", b"slip", b"card", b"slip", b"", b"nothing", b"%63ard", b"card%00", b"..", b"Card", b"c" * 300)
TAGS = (
    *(b"*|UNIQID|*", b"{{ contact.id }}", b"%%_subscriberkey%%", b"[[CONTACT_ID]]", b"%LIVEREF%", b"@LIVEREF@"),
    *(b"%7B%7Bcontact.id%7D%7D", b"%257B%257Bid%257D%257D", b"&lt;%25=id%25&gt;", b"[liveref,fallback=]", b"$uid$"),
)
ODD = (
    *(b"", b"a", b"a" * 26, b"0" * 26, b"x" * 9000, b"%00", b"%ff%fe", b"%ed%a0%80", b"%c0%ae", b"%zz%", b"=20", b"+"),
    *(b"..%2f..%2fetc%2fpasswd", b"../../../key", b"%0d%0aLocation:%20//evil.example", b"a;b=c", b"%F0%9F%91%BD"),
    *(b"' OR 1=1 --", b"<script>", b"%u0041", b"a\\b", b"%2B", b"%25" * 50),
)
ENDINGS = (
    *(b".png", b".jpg", b".gif", b".webp", b".PNG", b"", b".bmp"),
    *(b".png.png", b".", b".jpg)", b"/", b".png%20", b".png."),
)
KEYS = (
    *(b"s=friday", b"s=", b"s=%00", b"at=2030-01-01", b"until=0001-01-01", b"until=9999-12-31T23:59", b"s==20x"),
    *(b"theme=dark", b"a" + b"[b]" * 500 + b"=1", b"=", b"&&;&", b"%", b"url=//evil.example", b"x=" + b"y" * 5000),
    b"utm_source=a&amp;b=c",
)
ADDRESSES = (
    *(b"192.0.2.1", b"198.51.100.7, 10.0.0.1", b"garbage", b"", b"::ffff:1.2.3.4", b"fe80::1%eth0", b"999.1.1.1"),
    *(b",".join([b"10.0.0.1"] * 200), b"\xff\xfe", b"2001:db8::1"),
)
AGENTS = (
    *(AGENT.encode(), b"Mozilla/5.0", b"", b"x" * 9000, b"curl/8", b"\xe9\xff"),
    *(b"Mozilla/5.0 (via ggpht.com GoogleImageProxy)", b"YahooMailProxy; https://help.yahoo.com/"),
)
HEADERS = (
    *((b"if-none-match", b"*"), (b"if-none-match", b'"a"' * 3000), (b"range", b"bytes=0-0,1-1")),
    *((b"accept", b"image/x," * 900), (b"accept", b"image/webp,*/*"), (b"cookie", b"a=" + b"b" * 8000)),
    *((b"forwarded", b'for="[::1%eth0]";by=,'), (b"x-forwarded-for", b"1.2.3.4"), (b"sec-purpose", b"prefetch")),
    *((b"content-length", b"0"), (b"expect", b"100-continue")),
)
METHODS = ("GET",) * 16 + ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "ODD")


@dataclass(frozen=True)
class Asked:
    """A request; whether its address is that of an image or a click, and of a creative that there is."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    door: str  # "i", "c", or "" for none of them
    known: bool = False
    ref: str = ""  # of the person it is meant for, however it is mangled

    @property
    def head(self) -> bytes:
        """As it is sent, without its end."""
        lines = [
            b"%s %s HTTP/1.1" % (self.method.encode(), self.target),
            *(b": ".join(field) for field in self.headers),
        ]
        return b"\r\n".join(lines) + b"\r\n"


def requests(refs: Sequence[str], chance: Random) -> Iterator[Asked]:
    """One after the other."""
    while True:
        yield _one(refs, chance)


def _one(refs: Sequence[str], chance: Random) -> Asked:
    pick = chance.choice
    headers = [(b"host", b"live.example"), (b"user-agent", pick(AGENTS)), (b"x-forwarded-for", pick(ADDRESSES))]
    headers += chance.sample(HEADERS, pick((0, 0, 0, 1, 2)))
    if chance.random() < 0.05:
        target = b"/" + pick(ELSEWHERE) + pick((b"", b"/", b"?a=b", b"/%00"))
        return Asked(pick(METHODS), target, tuple(headers), "")
    door, creative = pick(DOORS), pick(CREATIVES)
    ref = pick(refs)
    target = b"/".join((b"", door, creative, _mangled(ref.encode(), chance) + pick(ENDINGS)))
    if chance.random() < 0.5:
        target += b"?" + b"&".join(pick(KEYS) for _ in range(pick((1, 1, 2, 3, 80))))
    plain = creative in (b"card", b"slip")
    return Asked(pick(METHODS), target, tuple(headers), "c" if door == b"c" else "i", plain, ref)


def _mangled(ref: bytes, chance: Random) -> bytes:
    """As it is, as careless tools mangle it, or something else in its place."""
    place = chance.randrange(len(ref))
    other = quote_from_bytes(chance.randbytes(1)).encode()
    tools = (ref.upper(), ref[:place], ref + ref, ref[:place] + other + ref[place:], ref[:place] + b"=" + ref[place:])
    noise = quote_from_bytes(chance.randbytes(chance.randrange(40))).encode()
    choices = [(ref,), TAGS, ODD, tools, (noise,)]
    return chance.choice(chance.choices(choices, (5, 1, 1.5, 1.5, 1))[0])


def framed(asked: Asked, chance: Random) -> bytes:
    """The bytes of a request on a connection of its own: whole, in chunks, or no good HTTP at all."""
    end, head = b"Connection: close\r\n\r\n", asked.head
    host = b"http://a_b:99999" if chance.random() < 0.5 else b"https://live.example:443"
    body = chance.randbytes(chance.randrange(300))
    chunked = head + b"Transfer-Encoding: chunked\r\n" + end
    forms = (
        lambda: head + end,
        lambda: head.replace(b" /", b" " + host + b"/", 1) + end,
        lambda: head.replace(b"HTTP/1.1", b"HTTP/1.0", 1) + end,
        lambda: chunked + b"%x;a=b\r\n%b\r\n0\r\nX-Trailer: 1\r\n\r\n" % (len(body), body),
        lambda: chunked + chance.choice((b"zz\r\n", b"5\r\nab", b"-1\r\n\r\n", b"ffffffffffffffff\r\n", b"")),
        lambda: head + b"Content-Length: %d\r\n" % len(body) + end + body,
        lambda: head + b"Content-Length: 5\r\nContent-Length: 9\r\n" + end + body,
        lambda: (
            head + chance.choice((b"X: a\0b\r\n", b"no colon\r\n", b"X: \x1b[31m\r\n", b"X y: z\r\n", b"X: y\n")) + end
        ),
        lambda: head + b"X: y\r\n" * 150 + end,
        lambda: head + b"X: " + b"z" * 40_000 + b"\r\n" + end,
        lambda: (head + end).replace(b"\r", b""),
        lambda: head.replace(b" HTTP/1.1", b"", 1) + end,
        lambda: head.replace(b"HTTP/1.1", chance.choice((b"HTTP/2.0", b"HTTP/9", b"HTTQ/1.1", b"http/1.1")), 1) + end,
        lambda: head.replace(b" HTTP/1.1", "/é👽 x HTTP/1.1".encode(), 1) + end,
    )
    return chance.choice(forms)()
