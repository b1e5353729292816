"""What the doctor sees."""

import json
import os
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from loopback_weather import open_meteo
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from running import Run, said

from blocking import wait_for
from livecontent.cli.demo import make_demo
from livecontent.cli.doctor import outside, places
from livecontent.cli.storage import SHIPPED
from livecontent.clients.networks import load_relay
from livecontent.config import DATA, UNIX
from livecontent.runtime.shared_counts import counts_of_server
from livecontent.stores import RESTORE
from livecontent.web.metrics import Metrics
from livecontent.web.metrics_server import MetricsServer
from livecontent.web.opening import count_untrusted
from strangers import _PARSER as STRANGERS

Seen = Callable[[str], dict[str, str]]


def found_by(run: Run) -> dict[str, str]:
    result = run("doctor", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == any(one["level"] == "error" for one in found), said(result)
    assert all(one["remedy"] for one in found if one["level"] == "warning"), found
    return {one["what"]: f"{one['level']} {one['seen']} {one['remedy']}" for one in found}


@pytest.fixture
def seen(run: Run, tmp_path: Path) -> Seen:
    """What the doctor says about these settings: level and words by what was looked at. It asks for no weather."""

    def look(text: str) -> dict[str, str]:
        weather = f'[weather]\nprovider = "file"\nfile = "{SHIPPED}/weather.json"\n'
        (tmp_path / "livecontent.toml").write_text(text + "\n" + weather)
        return found_by(run)

    return look


def test_doctor_is_content_with_the_demo_however_old_it_is(run_demo: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OLD", -1)
    result = run_demo("doctor")
    for expected in ("SQLite", "FriBiDi is installed", "0600", "0700", "1,000 in", "livecontent-demo-City", "weather"):
        assert expected in result.output
    found = found_by(run_demo)
    for what in (
        "settings",
        "data",
        "key",
        "recipients",
        "creatives",
        "places",
        "stores",
        "GeoIP",
        "relay",
        "networks",
        "weather",
        "map",
    ):
        assert found[what].startswith("ok"), found[what]
    assert not {"preview", "demo", "proxies"} & found.keys()


def test_doctor_says_what_to_do(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert "livecontent import recipients FILE" in result.output
    assert "weather.contact" in result.output


def test_metrics_need_a_port_that_no_other_program_has(seen: Seen, tmp_path: Path) -> None:
    assert seen('metrics = "off"')["metrics"].startswith("ok off")
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        other.close()
        assert seen(f'metrics = "{address}"')["metrics"].startswith(f"ok {address}, free")
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_port}"
        assert seen(f'metrics = "{address}"')["metrics"].startswith("warning")
        server.shutdown()
    told = MetricsServer(address, tmp_path)
    told.start()
    assert seen(f'metrics = "{address}"')["metrics"].startswith(f"ok {address}: told by a server")
    told.close()


def test_a_geoip_file_of_ones_own_grows_old(seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OLD", -1)
    shutil.copy(SHIPPED / "places.mmdb", tmp_path / "mine.mmdb")
    assert seen('geoip = "mine.mmdb"')["GeoIP"].startswith("warning")
    assert seen(f'geoip = "{SHIPPED}/places.mmdb"')["GeoIP"].startswith("ok")


def test_tables_of_networks_are_missed_and_grow_old(seen: Seen, tmp_path: Path) -> None:
    found = seen("")
    assert found["relay"].startswith("warning")
    assert "only what ships" in found["relay"]
    assert found["networks"].startswith("ok")
    tables = tmp_path / ".livecontent" / "tables"
    tables.mkdir(parents=True)
    load_relay().save(tables / "relay.bin")
    (tables / "networks.csv").write_text("network,owner,source\nAS1,google,x\n", encoding="utf-8")
    found = seen("")
    assert found["relay"].startswith("ok")
    assert "0 days old" in found["networks"]
    for file in tables.iterdir():
        os.utime(file, (0, time.time() - 31 * 86_400))
    found = seen("")
    assert found["relay"].startswith("warning")
    assert "1 rows, 31 days old" in found["networks"]


def test_a_file_of_autonomous_systems_is_looked_at_where_one_is_named(seen: Seen) -> None:
    assert "ASN" not in seen("")
    found = seen(f'asn = "{SHIPPED}/places.mmdb"')
    assert found["ASN"].startswith("error")
    assert "holds no autonomous systems" in found["ASN"]


@pytest.mark.parametrize(
    ("text", "what", "words"),
    [
        ("preview = true", "preview", "is on"),
        ("demo = true", "demo", "is on"),
        ('trusted_proxies = ["0.0.0.0/0"]', "proxies", "trusted_proxies includes every address"),
        ('trusted_proxies = ["10.0.0.0/8", "::/0"]', "proxies", "trusted_proxies includes every address"),
        ('stores = "nowhere.csv"', "stores", "nowhere.csv"),
        ('stores = "broken.csv"', "stores", "broken.csv:"),
        ('places = "nowhere.csv"', "places", "nowhere.csv"),
        ('places = "broken.csv"', "places", "broken.csv:"),
        ('templates = "broken"', "creatives", "broken.jpg"),
        ('templates = "nowhere"', "creatives", "there is no folder of creatives nowhere"),
        ('data = "open"', "data", "mode 0755"),
    ],
)
def test_what_is_not_well_is_found(seen: Seen, tmp_path: Path, text: str, what: str, words: str) -> None:
    (tmp_path / "broken.csv").write_text("name,id\nx,y\n")
    (tmp_path / "open").mkdir(mode=0o755)
    hello = tmp_path / "broken" / "hello"
    hello.mkdir(parents=True)
    (hello / "broken.jpg").write_bytes(b"no picture")
    layers = "title: Hello\nsize: 600x200\nvariants:\n  - name: a\n    layers: [{image: broken.jpg}]\n"
    (hello / "creative.yaml").write_text(layers)
    found = seen(text)
    assert found[what].startswith("error"), found
    assert words in found[what]


def test_nothing_of_it_is_found_where_all_is_well(seen: Seen) -> None:
    found = seen(f'trusted_proxies = ["10.0.0.0/8"]\nstores = "{SHIPPED}/stores.csv"\nplaces = "{SHIPPED}/places.csv"')
    assert {what for what, line in found.items() if line.startswith("warning")} == {"recipients", "GeoIP", "relay"}
    assert "40 in" in found["stores"]


def test_a_demo_that_was_asked_for_is_one(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECONTENT_CONFIG", str(make_demo(8000, tmp_path / "x" / "demo")))
    assert run("doctor").exit_code == 0


def test_unknown_cities_of_recipients_are_counted_with_examples(run: Run, seen: Seen, tmp_path: Path) -> None:
    people = "id,city,country\na,Lille,FR\nb,Hærlemmermeer,NL\nc,Hærlemmermeer,NL\nd,Paris,DE\ne,Birmingham,\nf,,FR\n"
    (tmp_path / "people.csv").write_text(people, "utf-8")
    assert seen("")["cities"] == "ok all of recipients are known "
    assert run("import", "recipients", "people.csv").exit_code == 0
    found = seen("")["cities"]
    assert "3 recipients have a city that is not known, so no weather: Hærlemmermeer (2), Paris in DE, but" in found
    assert "1 recipient has a city that exists several times, so the largest is taken: Birmingham in GB (1)" in found


def test_a_folder_of_tiles_that_is_empty_needs_a_fix(seen: Seen, tmp_path: Path) -> None:
    assert "map" not in seen("")
    found = seen(f'map = {{folder = "{tmp_path}/tiles", credit = "© us"}}')
    assert found["map"].startswith("error")
    assert "0 tiles in" in found["map"]


def test_a_data_folder_that_can_not_be_written_is_an_error_with_what_to_type(
    seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for other users than root
    assert "chown -R" in seen("")["data"]
    assert seen("")["data"].startswith("error")


def test_what_stops_a_server_is_an_error(seen: Seen, tmp_path: Path) -> None:
    data = tmp_path / DATA
    data.mkdir(0o700)
    assert seen("")["server"].startswith("ok")
    (data / RESTORE).mkdir()
    assert "error it can't start" in (found := seen("")["server"])
    assert "restore again" in found
    (data / RESTORE).rmdir()
    for file in data.glob("events.db*"):
        file.unlink()
    (data / "events.db").write_bytes(b"no database" * 1000)
    assert "events.db" in (found := seen("")["server"])
    assert "livecontent restore" in found


@pytest.mark.parametrize(("free", "level"), [(50 << 20, "error"), (500 << 20, "warning"), (5 << 30, "ok")])
def test_a_disk_that_is_nearly_full_is_told(
    seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    (tmp_path / DATA).mkdir(0o700)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    assert seen("")["disk"].startswith(level)


def test_a_geoip_file_of_countries_is_known_for_one(seen: Seen, tmp_path: Path) -> None:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type="DBIP-Country-Lite")
    writer.insert_network(IPSet(["1.1.1.0/24", "8.8.8.0/24"]), {"country": {"iso_code": "AU"}})
    writer.to_db_file(str(tmp_path / "countries.mmdb"))
    assert "without cities" in seen('geoip = "countries.mmdb"')["GeoIP"]


def test_a_geoip_file_that_is_none_is_told_once_in_plain_words(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "broken.mmdb").write_bytes(b"<html>" * 1000)
    found = seen('geoip = "broken.mmdb"')["GeoIP"]
    assert found.startswith("error broken.mmdb is not an .mmdb file")
    assert "/proc" not in found


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://weather.invalid", "host weather.invalid not found"), ("http://127.0.0.1:9", "nothing answers at")],
)
def test_weather_that_can_not_be_had_is_told_in_plain_words(run: Run, tmp_path: Path, url: str, words: str) -> None:
    (tmp_path / "livecontent.toml").write_text(f'[weather]\nprovider = "open-meteo"\nurl = "{url}"\n')
    found = found_by(run)["weather"]
    assert found.startswith(f"error open-meteo: {words}")
    assert "Errno" not in found


def test_the_clock_is_held_beside_that_of_the_provider(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_meteo(temperature_2m=8.5, weather_code=3) as url:
        (tmp_path / "livecontent.toml").write_text(f'[weather]\nprovider = "open-meteo"\nurl = "{url}"\n')
        assert found_by(run)["clock"].startswith("ok")
        monkeypatch.setattr(outside, "WRONG", -1)
        assert "timedatectl" in found_by(run)["clock"]


@pytest.mark.parametrize(
    ("peer", "typed"),
    [
        ("127.0.0.1", 'trusted_proxies = ["127.0.0.1", "::1"]'),
        ("10.1.2.3", "the address of your proxy"),
        ("100.64.0.7", "the address of your proxy"),
        ("8.8.8.8", "networks of your CDN"),
        (None, 'trusted_proxies = ["unix"]'),
    ],
)
@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded"])
def test_a_crowd_behind_a_proxy_that_is_not_trusted_is_warned_of(
    seen: Seen, tmp_path: Path, peer: str | None, typed: str, header: str
) -> None:
    """From what the server counted, which has no address; where most came directly, nobody is warned."""
    counts = counts_of_server(tmp_path / "data", "1")
    parser = replace(STRANGERS, untrusted=count_untrusted(counts))
    scope = {"type": "http", "method": "GET", "path": "/i/hello.png", "query_string": b"", "headers": []}
    named = [(header.encode(), b"203.0.113.9" if header != "forwarded" else b"for=203.0.113.9")]
    answered = Metrics(counts)

    def ask(headers: list[tuple[bytes, bytes]], trusted: tuple[Any, ...] = ()) -> None:
        client = (peer, 1) if peer else None
        wait_for(replace(parser, trusted=trusted).opening({**scope, "client": client, "headers": headers}))
        answered.replied("image", 200, 0.01)

    settings = f'data = "{tmp_path}/data"'
    assert "proxies" not in seen(settings)
    for _ in range(299):
        ask(named)
    assert "proxies" not in seen(settings), "some readers have a proxy of their own"
    ask(named)
    found = seen(settings)["proxies"]
    assert found.startswith("warning 300 of 300 requests")
    assert typed in found
    assert peer is None or peer in typed or peer not in found
    for _ in range(300):
        ask([])
    ask(named, (UNIX, ip_network(peer or "127.0.0.1")))
    assert "proxies" not in seen(settings)
    counts.close()


def test_consent_without_asking_is_warned_of(seen: Seen) -> None:
    assert seen("")["consent"].startswith("ok no-record: recipients who have not decided are only counted")
    assert seen('consent = "full"')["consent"].startswith("warning full")


def test_wrong_settings_are_a_finding_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "livecontent.toml").write_text('templtes = "x"')
    assert "did you mean templates" in found_by(run)["settings"]
    assert "1 error, 0 warnings" in run("doctor").output
