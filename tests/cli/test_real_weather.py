"""Commands ask a provider, on loopback: people see what recipients will get, and what of its answers can't be read."""

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
def test_doctor_tells_what_of_an_answer_can_not_be_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    seen = run("doctor").output
    assert "open-meteo: Paris 8.5 °C, unknown; left out, as they can't be read: weather_code 'hail'" in seen


@pytest.mark.usefixtures("_settings")
def test_explain_says_that_another_place_may_be_meant(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    words = run("explain", "hello", "--city", "Birmingham").output
    assert "Birmingham is taken to be in GB, and is in US, too" in words
