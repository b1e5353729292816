"""A file with a city and a country of each person, from import to weather, with a provider on loopback."""

from __future__ import annotations

import asyncio
import csv
from datetime import UTC, datetime
from pathlib import Path

from loopback_weather import open_meteo
from running import Run
from tools.places import cities

from livecontent.config import load_settings
from livecontent.facts import Moment, Opening
from livecontent.services import make_services
from local_places import COUNTRIES, local_names

PEOPLE = 500


def write_people(file: Path) -> None:
    """Somebody in each of the largest cities of forty countries, spelt as people there do."""
    largest = [city for city in cities(15_000) if city["countrycode"] in COUNTRIES and next(local_names(city), "")]
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id", "first_name", "city", "country"))
        for number, city in enumerate(largest[:PEOPLE]):
            rows.writerow((f"p-{number}", "Ann", list(local_names(city))[-1], city["countrycode"]))


async def whereabouts(url: str) -> list[tuple[bool, bool, bool]]:
    """Of each recipient, whether there are coordinates, a time zone and weather."""
    services = make_services(load_settings(weather={"provider": "open-meteo", "url": url}), None)
    gatherer = services.kit.gatherer.patient(10)
    needs = frozenset({"place", "now", "weather"})
    found = []
    async for ref, _ in services.storage.recipients.iterate():
        person = await services.storage.people.look_up(ref)
        moment = await gatherer.gather(needs, Opening("hello", ref, datetime.now(UTC), person=person), Moment({}))
        place, now, sky = (moment.value(name) for name in ("place", "now", "weather"))
        found.append((place.latitude is not None, now.hour is not None, sky is not None))
    await services.aclose()
    return found


def test_people_with_a_city_and_a_country_have_coordinates_a_clock_and_weather(run: Run) -> None:
    write_people(Path("people.csv"))
    assert run("import", "recipients", "people.csv").exit_code == 0
    with open_meteo(temperature_2m=8.5, weather_code=61, is_day=1) as url:
        found = asyncio.run(whereabouts(url))
    assert len(found) == PEOPLE
    assert found.count((True, True, True)) >= 0.98 * PEOPLE
