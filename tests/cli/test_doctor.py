"""What the doctor sees."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Run, said

from livecontent.cli import doctor
from livecontent.cli.demo import make_demo
from livecontent.cli.storage import SHIPPED
from livecontent.clients.networks import load_relay

Seen = Callable[[str], dict[str, str]]


def findings(result_output: str) -> dict[str, str]:
    """Mark and words by what was looked at."""
    lines = [line for line in result_output.splitlines() if line.startswith(("ok  ", "fix "))]
    return {line[5:].split(maxsplit=1)[0]: line for line in lines}


@pytest.fixture
def seen(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What the doctor says about these settings, on a wide screen and without asking for the weather."""
    monkeypatch.setenv("COLUMNS", "400")

    def look(text: str) -> dict[str, str]:
        weather = f'[weather]\nprovider = "file"\nfile = "{SHIPPED}/weather.json"\n'
        (tmp_path / "livecontent.toml").write_text(text + "\n" + weather)
        return findings(said(run("doctor")))

    return look


def test_doctor_is_content_with_the_demo_however_old_it_is(run_demo: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLD", -1)
    result = run_demo("doctor")
    for expected in ("SQLite", "FriBiDi is installed", "0600", "0700", "1,000 in", "livecontent-demo-City", "weather"):
        assert expected in result.output
    found = findings(result.output)
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


def test_a_geoip_file_of_ones_own_grows_old(seen: Seen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLD", -1)
    shutil.copy(SHIPPED / "places.mmdb", tmp_path / "mine.mmdb")
    assert seen('geoip = "mine.mmdb"')["GeoIP"].startswith("fix ")
    assert seen(f'geoip = "{SHIPPED}/places.mmdb"')["GeoIP"].startswith("ok")


def test_tables_of_networks_are_missed_and_grow_old(seen: Seen, tmp_path: Path) -> None:
    found = seen("")
    assert found["relay"].startswith("fix ")
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
    assert found["relay"].startswith("fix ")
    assert "1 rows, 31 days old" in found["networks"]


def test_a_file_of_autonomous_systems_is_looked_at_where_one_is_named(seen: Seen) -> None:
    assert "ASN" not in seen("")
    found = seen(f'asn = "{SHIPPED}/places.mmdb"')
    assert found["ASN"].startswith("fix ")
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
        ('templates = "nowhere"', "creatives", "there is no folder nowhere"),
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
    assert found[what].startswith("fix "), found
    assert words in found[what]


def test_nothing_of_it_is_found_where_all_is_well(seen: Seen) -> None:
    found = seen(f'trusted_proxies = ["10.0.0.0/8"]\nstores = "{SHIPPED}/stores.csv"\nplaces = "{SHIPPED}/places.csv"')
    assert {what for what, line in found.items() if line.startswith("fix ")} == {"recipients", "GeoIP", "relay"}
    assert "40 in" in found["stores"]


def test_a_demo_that_was_asked_for_is_one(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVECONTENT_CONFIG", str(make_demo(8000, tmp_path / "x" / "demo")))
    assert run("doctor").exit_code == 0


def test_unknown_cities_of_recipients_are_counted_with_examples(run: Run, seen: Seen, tmp_path: Path) -> None:
    people = "id,city,country\na,Lille,FR\nb,Hærlemmermeer,NL\nc,Hærlemmermeer,NL\nd,Paris,DE\ne,Birmingham,\nf,,FR\n"
    (tmp_path / "people.csv").write_text(people, "utf-8")
    assert seen("")["cities"] == "ok   cities       all of recipients are known"
    assert run("import", "recipients", "people.csv").exit_code == 0
    found = seen("")["cities"]
    assert "3 recipients have a city that is not known, so no weather: Hærlemmermeer (2), Paris in DE, but" in found
    assert "1 recipient has a city that exists several times, so the largest is taken: Birmingham in GB (1)" in found


def test_a_folder_of_tiles_that_is_empty_needs_a_fix(seen: Seen, tmp_path: Path) -> None:
    assert "map" not in seen("")
    found = seen(f'map = {{folder = "{tmp_path}/tiles", credit = "© us"}}')
    assert found["map"].startswith("fix")
    assert "0 tiles in" in found["map"]
