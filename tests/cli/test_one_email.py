"""Three images of one email that share offers, asked for at once of two workers: none says what another says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from served import Served, serving

from blocking import Blocking
from livecontent.config import DATA
from livecontent.storage.base import ConsentDecision, Recipient, Send
from livecontent.storage.sqlite.storage import SqliteStorage

PEOPLE = 200
IMAGES = ("first", "second", "third")
IMAGE = """title: T
size: 60x30
scale: 1
format: png
place: {place}
variants:
  - offers: all
    alt: An offer
    layers: [{{fill: offer.ground}}]
  - {{name: nothing, layers: [{{fill: white}}], alt: Nothing}}
"""
OFFERS = {
    f"o{n}": f'ground: "#{n}{n}{n}"\nscore: recipient.points * {n % 3} / 10.0\n{"rest: 3 days" if n % 2 else ""}\n'
    for n in range(6)
}
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    written = {f"{name}/creative.yaml": IMAGE.format(place=n) for n, name in enumerate(IMAGES, 1)}
    for path, text in {**written, **{f"offers/{name}.yaml": text for name, text in OFFERS.items()}}.items():
        (tmp_path / "templates" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "templates" / path).write_text(text)
    (tmp_path / "livecontent.toml").write_text("")
    (tmp_path / DATA).mkdir(mode=0o700)
    with closing(Blocking(SqliteStorage(tmp_path / DATA, "no-record"))) as storage:
        storage.sends.put(Send("n-1", datetime.now(UTC).timestamp() - 60))
        with storage.recipients.batch() as batch:
            for n in range(PEOPLE):
                batch.put(Recipient(ref_of_number(n), {"id": str(n), "points": n % 4}))
        storage.consents.put([ConsentDecision(ref_of_number(n), "full", 1.0) for n in range(0, PEOPLE, 2)])
    with serving(tmp_path, "serve", "--workers", "2") as found:
        yield found


def ref_of_number(n: int) -> str:
    return (chr(97 + n // 26) + chr(97 + n % 26)) * 13


def test_no_email_says_the_same_twice(served: Served) -> None:
    """Half of the people are recorded, half are not; each opens the email twice."""
    with ThreadPoolExecutor(len(IMAGES)) as together:
        for n in range(PEOPLE):
            paths = [f"/i/{name}/{ref_of_number(n)}.png?s=n-1" for name in IMAGES]
            first, again = [list(together.map(lambda path: asked(served, path), paths)) for _ in range(2)]
            assert first == again, n
            assert len(set(first)) == len(IMAGES), n


def asked(served: Served, path: str) -> bytes:
    connection = HTTPConnection(urlsplit(served.url).netloc, timeout=60)
    with closing(connection):
        connection.request("GET", path, headers={"user-agent": BROWSER})
        return connection.getresponse().read()
