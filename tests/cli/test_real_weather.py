"""Commands ask a provider, on loopback: people see what recipients will get, and what of its answers can't be read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_weather import open_meteo
from running import Run

LAYERS = "variants:\n  - name: only\n    layers:\n      - text: '{{ weather.temperature | round }} degrees'\n"


@pytest.fixture
def _settings(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "templates" / "hello"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(f"title: T\nsize: 300x60\n{LAYERS}", "utf-8")
    with open_meteo(late=0.3, temperature_2m=8.5, weather_code="hail") as url:  # a word that nobody knows
        settings = f'deadline = 0.05\n[weather]\nprovider = "open-meteo"\nurl = "{url}"\n'
        (tmp_path / "livecontent.toml").write_text(settings, "utf-8")
        yield


@pytest.mark.usefixtures("_settings")
def test_explain_waits_for_the_weather_as_long_as_for_the_image(run: Run) -> None:
    words = run("explain", "hello", "--city", "Lyon").output
    assert re.search(r"weather +fresh +open-meteo", words), words
    assert "9 degrees" in words


@pytest.mark.usefixtures("_settings")
def test_doctor_tells_what_of_an_answer_can_not_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    seen = run("doctor").output
    assert "open-meteo: Paris 8.5 °C, unknown; left out, as they can't be read: weather_code 'hail'" in seen


@pytest.mark.usefixtures("_settings")
def test_explain_says_that_another_place_may_be_meant(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    words = run("explain", "hello", "--city", "Birmingham").output
    assert "Birmingham is taken to be in GB, and is in US, too" in words


@pytest.mark.parametrize("country", ["FR", "DE"])
@pytest.mark.usefixtures("_settings")
def test_a_country_with_one_clock_has_one(run: Run, country: str) -> None:
    Path("people.csv").write_text(f"id,first_name,country\ng1,Uwe,{country}\n", "utf-8")
    Path("templates/hello/creative.yaml").write_text(
        "title: T\nsize: 300x60\nvariants:\n  - name: only\n    layers:\n"
        "      - text: \"It is {{ now.time | default: 'no clock' }}\"\n",
        "utf-8",
    )
    assert run("import", "recipients", "people.csv").exit_code == 0
    words = run("explain", "hello", "--recipient", "g1", "--at", "2026-11-29T11:17+00:00").output
    assert "It is 12:17" in words
