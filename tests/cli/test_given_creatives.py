"""Creatives of tests/cases for their people, as `explain` tells it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback_weather import open_meteo
from running import Run, said

CASES = Path(__file__).parents[1] / "cases"


Explain = Callable[..., str]


@pytest.fixture
def explain(run: Run, tmp_path: Path) -> Explain:
    """What is told of a case for one of its people."""

    def explained(creative: str, people: str = "", *words: str) -> str:
        folder = tmp_path / "templates" / "given"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(CASES / creative, folder / "creative.yaml")
        (tmp_path / "livecontent.toml").write_text('templates = "templates"')
        if people:
            assert run("import", "recipients", str(CASES / people)).exit_code == 0
        return said(run("explain", "given", *words))

    return explained


def test_a_little_below_zero_is_zero(explain: Explain) -> None:
    assert "0° or 0°C" in explain("04-minus-zero.creative.yaml", "", "--weather", "snow:-0.3")


@pytest.mark.parametrize("recipient", ["d1", "d3"])
def test_eight_digits_are_the_day_they_say(explain: Explain, recipient: str) -> None:
    told = explain("09-date.creative.yaml", "09-compact-dates.csv", "--recipient", recipient)
    assert "Your voucher ends on December 24, 2026" in told


@pytest.mark.parametrize("recipient", ["g1", "g2"])
def test_a_country_with_one_clock_has_one(explain: Explain, recipient: str) -> None:
    at = ("--recipient", recipient, "--at", "2026-11-29T11:17+00:00")
    assert "It is 12:17, afternoon" in explain("12-hour.creative.yaml", "12-country-clock.csv", *at)


def test_the_weather_is_waited_for_whatever_the_deadline(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "given"
    folder.mkdir(parents=True)
    shutil.copy(CASES / "04-minus-zero.creative.yaml", folder / "creative.yaml")
    with open_meteo(late=0.5, temperature_2m=8.5, weather_code=61) as url:
        settings = (CASES / "19-deadline.toml").read_text("utf-8")
        (tmp_path / "livecontent.toml").write_text(re.sub(r"http://[^\"]+", url, settings))
        words = said(run("explain", "given", "--city", "Lyon"))
    assert re.search(r"weather +fresh +open-meteo", words), words
    assert "9° or 9°C" in words
