"""Whatever people decide and do, in whatever order: nothing anywhere holds what they do not consent to."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from live_server import hello_shop
from starlette.testclient import TestClient

from blocking import Blocking, wait_for
from livecontent.app import make_app
from livecontent.facts import Consent
from livecontent.services import Services
from livecontent.storage import queue as recorder_module
from livecontent.storage.base import ConsentDecision, Recipient, Send, decide_consent
from livecontent.storage.events import AnonymousCount, Event, SpoolMark
from livecontent.storage.queue import Recorder
from livecontent.storage.sqlite.events import SqliteEvents
from livecontent.storage.sqlite.storage import SqliteStorage
from nightly import cases
from told import new_counts, text_of

MARK = "Mnemosyne"  # in agents
AGENTS = {
    "browser": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 Mnemosyne",
    "gmail": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 Mnemosyne (via ggpht.com GoogleImageProxy)",
    "yahoo-aol": "YahooMailProxy; https://help.yahoo.com/kb/Mnemosyne.html",
    "apple-mpp": "Mozilla/5.0",
    "bot": "curl/8.7 Mnemosyne",
    "unknown": "Reader Mnemosyne",
}


@dataclass
class Person:
    """Somebody, and what is to be recorded of them."""

    ref: str
    name: str
    address: str
    city: str
    state: Consent = "no-record"
    events: int = 0
    last_city: str | None = None


@dataclass
class Gate:
    """A store whose events wait while it is shut."""

    store: SqliteEvents
    open: threading.Event = field(default_factory=threading.Event)

    async def append(self, events: Sequence[Event | AnonymousCount], mark: SpoolMark | None = None) -> None:
        await asyncio.to_thread(self.open.wait, 10)
        await self.store.append(events, mark)

    async def last_shown(self, creative: str, ref: str, send: str = "") -> Event | None:
        return await self.store.last_shown(creative, ref, send)


class Said(logging.Handler):
    """All that the server logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("livecontent", "uvicorn", "starlette")):
            self.text += self.format(record) + "\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    parts = hello_shop(tmp_path_factory.mktemp("shop"))
    yield parts
    wait_for(parts.storage.close())


class Life(RuleBasedStateMachine):
    """People who decide, open and click, while another process keeps their decisions."""

    parts: Services  # shared by all lives: creatives, profiles

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        data = Path(self.folder.name)
        self.storage = Blocking(SqliteStorage(data, "no-record"))  # of another process
        ours = SqliteStorage(data, "no-record")
        with self.storage.recipients.batch() as batch:
            for letter, name in zip("abc", ("Zebulon", "Yolanthe", "Xaverius"), strict=True):
                batch.put(Recipient(letter * 26, {"id": letter, "first_name": name}))
        self.storage.sends.put(Send("friday", 1.0))
        self.gate = Gate(ours.events)
        self.gate.open.set()
        self.recorder = Recorder(self.gate, ours.consents)
        self.server = replace(self.parts, storage=ours, recorder=self.recorder, parts=(ours, self.recorder))
        self.counts = Path(self.folder.name) / "counts"
        app = make_app(self.server, new_counts(self.counts))
        self.client = TestClient(app, client=("127.0.0.1", 50000), follow_redirects=False)
        self.client.__enter__()
        self.people = [
            Person("a" * 26, "Zebulon", "192.0.2.1", "Lille"),
            Person("b" * 26, "Yolanthe", "192.0.2.65", "Brest"),
            Person("c" * 26, "Xaverius", "192.0.2.113", "Nice"),
            Person("d" * 26, "nobody knows", "192.0.2.33", "Lyon"),
        ]
        for person in self.people[:2]:  # who has not decided is not recorded
            self.storage.consents.put([ConsentDecision(person.ref, "full", 0.0)])
            person.state = "full"
        self.waiting: list[tuple[Person | None, str | None]] = []  # whose events are not written, and places
        self.tallied = 0
        self.clock = 0.0
        self.said = Said()
        logging.getLogger().addHandler(self.said)

    @rule(who=st.integers(0, 3), state=st.sampled_from(["full", "full", "no-record", "none"]))
    def decides(self, who: int, state: Consent) -> None:
        person = self.people[who]
        self.clock += 1
        wait_for(decide_consent([ConsentDecision(person.ref, state, self.clock)], self.storage.store))
        person.state = state
        if state != "full":
            person.events, person.last_city = 0, None

    @rule(
        who=st.integers(0, 3),
        kind=st.sampled_from("ic"),
        agent=st.sampled_from(sorted(AGENTS)),
        send=st.sampled_from(["", "?s=friday", "?s=never", "?s=%00"]),
        prefetch=st.sampled_from([False, False, True]),
        head=st.booleans(),
    )
    def asks(self, who: int, kind: str, agent: str, send: str, *, prefetch: bool, head: bool) -> None:
        person = self.people[who]
        headers = {"user-agent": AGENTS[agent], "x-forwarded-for": person.address}
        headers |= {"sec-purpose": "prefetch"} if prefetch else {}
        method = "HEAD" if head and prefetch else "GET"
        assert self.client.get(f"/{kind}/hello/*|UNIQID|*", headers=headers).status_code in (200, 302)
        response = self.client.request(method, f"/{kind}/hello/{person.ref}{send}", headers=headers)
        assert response.status_code == (200 if kind == "i" else 302)
        if kind == "c" and person.state == "none":
            assert response.headers["location"] == "https://shop.example/you"
        if method == "GET":
            recorded = person.state == "full"
            came = recorded and agent == "browser" and not prefetch
            self.waiting.append((person if recorded else None, person.city if came else None))

    @rule(
        who=st.integers(0, 3),
        kind=st.sampled_from("ic"),
        agent=st.sampled_from(["browser", "gmail"]),
        state=st.sampled_from(["none", "no-record"]),
        written=st.booleans(),
    )
    def withdraws(self, who: int, kind: str, agent: str, state: Consent, *, written: bool) -> None:
        """Before or after what was done is written."""
        self.decides(who, "full")
        self.gate.open.clear()
        self.asks(who, kind, agent, "?s=friday", prefetch=False, head=False)
        if written:
            self.gate.open.set()
            self.all_that_is_allowed_is_recorded()
        self.decides(who, state)
        self.gate.open.set()

    @invariant()
    def all_that_is_allowed_is_recorded(self) -> None:
        while self.recorder.waiting:
            time.sleep(0.0005)
        for person, city in self.waiting:
            if person is None or person.state != "full":
                self.tallied += 1
            else:
                person.events += 1
                person.last_city = city or person.last_city
        self.waiting.clear()
        with apsw.Connection(str(Path(self.folder.name) / "events.db")) as look:
            found = Counter(ref for (ref,) in look.execute("SELECT ref FROM events WHERE ref <> ''"))
            assert (look.execute("SELECT sum(count) FROM counts").get or 0) == self.tallied
        for person in self.people:
            assert found[person.ref] == person.events
            place = self.storage.people.look_up(person.ref).last_place
            assert (place.city if place else None) == person.last_city

    @invariant()
    def nothing_else_is_anywhere(self) -> None:
        files = {file.name: file.read_bytes() for file in Path(self.folder.name).rglob("*") if file.is_file()}
        told = (self.said.text + text_of(self.counts)).encode()
        silent = [person for person in self.people if person.state != "full"]
        for name, content in files.items():
            assert MARK.encode() not in content, name
            for person in self.people:
                assert person.address.encode() not in content, name
            for person in silent:
                if name.startswith("recipients.db"):
                    continue  # where they were imported
                assert person.name.encode() not in content, name
                assert person.city.encode() not in content, name
                assert name.startswith(("consent.db", "recipients.db")) or person.ref.encode() not in content, name
        for person in self.people:
            for secret in (person.ref, person.name, person.address, person.city, MARK):
                assert secret.encode() not in told

    def teardown(self) -> None:
        self.gate.open.set()
        logging.getLogger().removeHandler(self.said)
        self.client.__exit__(None, None, None)
        self.storage.close()
        self.folder.cleanup()


def test_nothing_holds_what_is_not_consented_to(shop: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "PAUSE", 0.0)
    monkeypatch.setattr(Life, "parts", shop, raising=False)
    run_state_machine_as_test(
        Life, settings=settings(max_examples=cases(12, by_night=120), stateful_step_count=20, derandomize=True)
    )
