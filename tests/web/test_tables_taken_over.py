"""A server that runs takes over tables that were refreshed, and asks its file of autonomous systems."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from live_server import Live, demo_settings, serving
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from livecontent import services as wiring
from livecontent.clients.networks import read_relay
from livecontent.clients.refresh import put, scratch
from livecontent.clients.tables import RELAY

MPP = "Mozilla/5.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def write_systems(file: Path, number: int) -> None:
    writer = MMDBWriter(4, "Test-ASN")
    writer.insert_network(IPSet(["203.0.113.0/24"]), {"autonomous_system_number": number})
    draft = file.with_name("draft")
    writer.to_db_file(str(draft))
    draft.replace(file)


def client(live: Live, agent: str, address: str) -> str:
    """The client that an opening is recorded with."""
    before = live.parts.recorder.written
    head = (
        f"GET /i/umbrella/{live.ref}.jpg HTTP/1.1\r\nHost: a\r\nUser-Agent: {agent}\r\nX-Forwarded-For: {address}\r\n"
    )
    assert live.raw(f"{head}Connection: close\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")
    while live.parts.recorder.written == before:
        time.sleep(0.01)
    with closing(apsw.Connection(str(live.parts.settings.data / "events.db"))) as events:
        return str(events.execute("SELECT client FROM events ORDER BY rowid DESC LIMIT 1").get)


def becomes(wanted: str, live: Live, agent: str, address: str) -> bool:
    until = time.monotonic() + 60
    while client(live, agent, address) != wanted:
        if time.monotonic() > until:
            return False
    return True


def test_tables_are_taken_over_while_the_server_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "FILES_SEEN", 0.1)
    systems, relay = tmp_path / "asn.mmdb", tmp_path / "data" / "tables" / RELAY
    write_systems(systems, 64500)
    with serving(demo_settings(tmp_path / "data", asn=systems, trusted_proxies=["127.0.0.0/8"])) as live:
        assert client(live, MPP, "192.0.2.1") == "apple-mpp?"
        assert client(live, CHROME, "203.0.113.7") == "browser"
        write_systems(systems, 26211)
        with scratch(relay) as folder:
            read_relay(["192.0.2.0/24,FR,FR-59,Lille,"], "rows").save(folder / "draft")
            put(folder / "draft", relay)
        assert becomes("apple-mpp", live, MPP, "192.0.2.1")
        assert becomes("scanner-proofpoint", live, CHROME, "203.0.113.7")
