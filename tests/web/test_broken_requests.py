"""Whatever is asked of an image address, the answer is 200 with a valid picture, and no log line has a traceback."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass

import pytest
from live_server import Live
from PIL import Image

MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
REF = "REF"  # stands for a ref that exists


@dataclass(frozen=True)
class Row:
    """A request: path and query as sent, headers, method, body; `whole` is the size expected."""

    name: str
    target: str
    headers: tuple[str, ...] = ()
    method: str = "GET"
    body: bytes = b""
    whole: tuple[int, int] = (1200, 640)
    version: str = "HTTP/1.1"


UMBRELLA = f"/i/umbrella/{REF}.jpg"
NOTHING = (600, 200)

ROWS = [
    # 20: countdowns
    Row("deadline in the past", f"/i/countdown/{REF}.gif?until=2001-01-01T00:00", whole=(1200, 480)),
    Row("deadline in year 1", f"/i/countdown/{REF}.gif?until=0001-01-01T00:00", whole=(1200, 480)),
    Row("deadline in year 9999", f"/i/countdown/{REF}.gif?until=9999-12-31T23:59", whole=(1200, 480)),
    Row("deadline that is none", f"/i/countdown/{REF}.gif?until=tomorrow", whole=(1200, 480)),
    Row("deadline of a trillion seconds", f"/i/countdown/{REF}.gif?until=1000000000000", whole=(1200, 480)),
    Row("deadline in a gap of the clock", f"/i/countdown/{REF}.gif?until=2026-03-29T02:30", whole=(1200, 480)),
    # 21: refs
    Row("no ref", "/i/umbrella/.jpg"),
    Row("no file", "/i/umbrella/"),
    Row("no slash", "/i/umbrella"),
    Row("one letter", "/i/umbrella/a.jpg"),
    Row("8 KB", f"/i/umbrella/{'a' * 8192}.jpg"),
    Row("wrong alphabet", "/i/umbrella/01890189018901890189018901.jpg"),
    Row("extra =", f"/i/umbrella/{REF}==.jpg"),
    Row("cut off", "/i/umbrella/ukd3aysks.jpg"),
    Row("unknown", "/i/umbrella/aaaaaaaaaaaaaaaaaaaaaaaaaa.jpg"),
    Row("upper case", f"/i/umbrella/{REF}.JPG".replace(REF, "UKD3AYSKKSEKTANBEHIT5FA4DI")),
    Row("encoded twice", f"/i/umbrella/{REF}%252Ejpg"),
    Row("bracket at the end", f"{UMBRELLA})"),
    Row("dot at the end", f"{UMBRELLA}."),
    Row("&amp; at the end", f"{UMBRELLA}&amp;"),
    Row("slash at the end", f"{UMBRELLA}/"),
    Row("no ending", f"/i/umbrella/{REF}"),
    Row("unknown ending", f"/i/umbrella/{REF}.bmp"),
    Row("merge tag of Mailchimp", "/i/umbrella/*|UNIQID|*.jpg"),
    Row("merge tag of Liquid, encoded", "/i/umbrella/%7B%7B%20contact.id%20%7D%7D.jpg"),
    Row("merge tag of Salesforce", "/i/umbrella/%%_subscriberkey%%.jpg"),
    Row("merge tag of Mailjet", "/i/umbrella/[[CONTACT_ID]].jpg"),
    Row("merge tag of Adobe", "/i/umbrella/%3C%25=%20recipient.id%20%25%3E.jpg"),
    Row("merge tag of ActiveCampaign", "/i/umbrella/%LIVEREF%.jpg"),
    Row("merge tag of ActiveCampaign, half a byte", "/i/umbrella/%FACE%.jpg"),
    Row("merge tag of Campaign Monitor", "/i/umbrella/[liveref,fallback=].jpg"),
    Row("merge tag of Dotdigital", "/i/umbrella/@LIVEREF@.jpg"),
    Row("merge tag of Emarsys, old", "/i/umbrella/$uid$.jpg"),
    Row("merge tag of MailerLite, encoded", "/i/umbrella/%7B$liveref%7D.jpg"),
    Row("merge tag, encoded twice", "/i/umbrella/%257B%257Bcontact.id%257D%257D.jpg"),
    Row("merge tag, escaped", "/i/umbrella/&lt;%25=recipient.id%25&gt;.jpg"),
    Row("merge tag of a number sign", "/i/umbrella/%23liveref%23.jpg"),
    Row("merge tag filled in with a space", "/i/umbrella/%20.jpg?s=nov-1"),
    # 22: creatives
    Row("unknown creative", f"/i/nothing/{REF}.jpg", whole=NOTHING),
    Row("name that is none", f"/i/Umb_rella!/{REF}.jpg", whole=NOTHING),
    Row("nothing", "/i/", whole=NOTHING),
    Row("not even a slash", "/i", whole=NOTHING),
    # 23: paths
    Row("encoded slash", f"/i/umbrella%2F{REF}.jpg"),
    Row("double slash", f"/i//umbrella//{REF}.jpg"),
    Row("semicolon", f"{UMBRELLA};jsessionid=1"),
    Row("dots", "/i/umbrella/..%2f..%2fetc%2fpasswd"),
    Row("ref twice", f"/i/umbrella/{REF}/{REF}.jpg"),
    Row("NUL", f"/i/umbrella/{REF}%00.jpg"),
    Row("broken percent", "/i/umbrella/%zz%.jpg"),
    Row("not UTF-8", "/i/umbrella/%ff%fe.jpg"),
    Row("overlong dot", "/i/umbrella/%c0%ae.jpg"),
    Row("slash before", f"/{UMBRELLA}"),
    Row("slashes before and between", f"///i//umbrella/{REF}.jpg"),
    Row("dot before", f"/.{UMBRELLA}"),
    Row("dot between", f"/i/./umbrella/./{REF}.jpg"),
    Row("encoded dot before", f"/%2e{UMBRELLA}"),
    Row("capital I", f"/I/umbrella/{REF}.jpg"),
    Row("parameter of the first segment", f"/i;jsessionid=1/umbrella/{REF}.jpg"),
    Row("all of it", f"//./I;a=b//umbrella/{REF}.jpg"),
    Row("end of line", f"/i/umbrella/{REF}.jpg%0A"),
    Row("lines between", f"/i/umbrella/%0D%0A{REF}.jpg%0A%0A"),
    Row("whole address", f"http://t.example{UMBRELLA}"),
    # 24: queries
    Row("10,000 parameters", UMBRELLA + "?" + "&".join(f"p{n}=1" for n in range(5000))),
    Row("keys twice", f"{UMBRELLA}?at=1&at=2&at=3"),
    Row("deep brackets", f"{UMBRELLA}?a{'[b]' * 1000}=1"),
    Row("utm", f"{UMBRELLA}?utm_source=news&amp;utm_medium=email"),
    Row("what only previews may set", f"{UMBRELLA}?at=2030-01-01&weather=snow&city=Nice&client=gmail&ip=1.2.3.4"),
    Row("lone ampersands", f"{UMBRELLA}?&&&=&=a&;;"),
    # 25: headers
    Row("strange Host", UMBRELLA, ("Host: a/b?c",)),
    Row("empty Host", UMBRELLA, ("Host:",)),
    Row("two Hosts", UMBRELLA, ("Host: a.example", "Host: b.example")),
    Row("cookie of 16 KB", UMBRELLA, (f"Cookie: a={'b' * 16000}",)),
    Row("Range of 1,000 parts", UMBRELLA, ("Range: bytes=" + ",".join(f"{n}-{n}" for n in range(1000)),)),
    Row("If-None-Match of 10 KB", UMBRELLA, ("If-None-Match: " + ",".join(f'"{n}"' for n in range(1500)),)),
    Row("Accept of 8 KB", UMBRELLA, ("Accept: " + "image/x," * 1000,)),
    Row("100 hops", UMBRELLA, ("X-Forwarded-For: " + ",".join(["10.0.0.1"] * 100),)),
    # 26: methods and bodies
    Row("POST", UMBRELLA, ("Content-Length: 3",), "POST", b"a=1"),
    Row("PUT without body", UMBRELLA, ("Content-Length: 0",), "PUT"),
    Row("DELETE", UMBRELLA, (), "DELETE"),
    Row("OPTIONS", UMBRELLA, (), "OPTIONS"),
    Row("TRACE", UMBRELLA, (), "TRACE"),
    Row("GET with a body", UMBRELLA, ("Content-Length: 5",), "GET", b"hello"),
    Row("HTTP/1.0", UMBRELLA, (), version="HTTP/1.0"),
    # 27: agents
    Row("agent of 8 KB", UMBRELLA, ("User-Agent: " + "x" * 8192,)),
    Row("agent with escapes", UMBRELLA, ("User-Agent: \x9b31mred\x9b0m",)),
    Row("empty agent", UMBRELLA, ("User-Agent:",)),
    # 28: addresses
    Row("Forwarded garbage", UMBRELLA, ('Forwarded: for="[::ffff:1.2.3.4%eth0]";;;by=,,for=_hidden',)),
    Row("hops on several lines", UMBRELLA, ("X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: , ,", "Forwarded: for=")),
    Row("address with a zone", UMBRELLA, ("X-Forwarded-For: fe80::1%25eth0",)),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_broken_request_is_answered_with_a_picture(
    row: Row, live: Live, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    target = row.target.replace(REF, live.ref)
    named = any(header.lower().startswith("host:") for header in row.headers)
    lines = [f"{row.method} {target} {row.version}", *([] if named else ["Host: t.example"]), *row.headers]
    request = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + row.body
    with caplog.at_level(logging.INFO):
        answered = live.raw(request)
    head, _, body = answered.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
    assert head.split(b" ")[1] == b"200"
    assert int(fields["content-length"]) == len(body)
    with Image.open(io.BytesIO(body)) as picture:
        picture.load()
        assert fields["content-type"] == MEDIA[str(picture.format)]
        assert picture.size == row.whole
    assert "Traceback" not in caplog.text + "".join(capfd.readouterr())
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /i/umbrella/a.jpg\r\n\r\n",
        b"GET /i/umbrella/a.jpg HTTP/1.1\r\nHost: a\r\nUser-Agent: \x1b[31m\r\n\r\n",
        b"GET /i/umbrella/a.jpg HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"POST /i/umbrella/a.jpg HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"CONNECT shop.example:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x00\xa5\x01\x00",
        b"GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=[
        "HTTP/0.9",
        "escape in a header",
        "no colon",
        "bad chunk",
        "CONNECT",
        "TLS on a plain port",
        "raw byte in the path",
    ],
)
def test_what_is_not_http_costs_nobody_anything(
    request_: bytes, live: Live, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        answered = live.raw(request_, timeout=1)
    assert answered == b"" or answered.split(b" ")[1][:1] in (b"2", b"4")
    assert "Traceback" not in caplog.text + "".join(capfd.readouterr())
    assert live.raw(f"GET /i/umbrella/{live.ref}.jpg HTTP/1.0\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 40
    assert len({row.name for row in ROWS}) == len(ROWS)
