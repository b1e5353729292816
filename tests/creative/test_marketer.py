"""Eighteen creatives of a marketer, with their people, stores, places and weather: no warning without a reason."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from livecontent.cli.main import program
from livecontent.config import load_settings
from livecontent.creative.model import AvailableAssets
from livecontent.facts import Client, Opening
from livecontent.persons import find_ref
from livecontent.pipeline import Answer, answer
from livecontent.services import Services, make_services
from livecontent.sources.weather.provider import is_day
from made_creatives import load_shipped

SHOP = Path(__file__).parents[1] / "cases/marketer"
CREATIVES = sorted(folder.name for folder in (SHOP / "templates").iterdir())
UNSURE = "may be unknown: this is then left out"
STALE = "may be out of date when it is read: some mail clients prefetch images, days before"

# All there is to say: each of these layers is left out for some people, or says what a prefetch makes false.
WARNINGS = {
    "basket": [f"'plus que' {STALE} (also in line 33)"],
    "birthday": [f"recipient.age {UNSURE}"],
    "loyalty": [f"recipient.points_goal {UNSURE} (also in lines 12, 14, 15, 16)"],
    "photo": [f"store.opens_at {UNSURE} (also in line 16)", f"store.closes_at {UNSURE}"],
    "score": [f"param.away {UNSURE}", f"'ce soir' {STALE}"],
    "steps": [f"recipient.order_id {UNSURE}"],
    "weather": [f"place.city {UNSURE} (also in lines 19, 24)"],
}

# Which variant each person sees at noon of 29 November 2026, in Paris.
SEEN = {
    "basket": {"camille": "basket", "max": "none", "nobody": "none"},
    "birthday": {"camille": "today", "max": "none", "lea": "none"},
    "cards": {"camille": "picks", "max": "picks", "lea": "none"},
    "flash": {"camille": "running"},
    "hourly": {"haruka": "deal"},
    "langs": {"amira": "all", "haruka": "all", "priya": "all"},
    "loyalty": {"camille": "member", "nobody": "none"},
    "quiet": {"lea": "gold", "camille": "quiet"},
    "score": {"camille": "before"},
    "steps": {"camille": "steps", "nobody": "none"},
    "store": {"camille": "near", "john": "far"},
    "weather": {"camille": "rain", "lea": "snow", "haruka": "rest", "john": "rain"},
}
NOON = datetime(2026, 11, 29, 11, tzinfo=UTC)


@pytest.mark.parametrize("name", CREATIVES)
def test_a_warning_has_a_reason(name: str, available: AvailableAssets) -> None:
    loaded = load_shipped(SHOP / "templates" / name, available)
    assert [warning.message for warning in loaded.warnings] == WARNINGS.get(name, [])


Open = Callable[[str, str], Answer]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Opens a creative as one of the marketer's people."""
    folder = tmp_path_factory.mktemp("shop") / "marketer"
    shutil.copytree(SHOP, folder)
    weather = json.loads((SHOP / "weather.json").read_text("utf-8"))
    for cell in weather["cells"]:  # a file that does not say so is asked at the real time
        cell["is_day"] = is_day(NOON, cell["latitude"], cell["longitude"])
    (folder / "weather.json").write_text(json.dumps(weather), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(program, ["import", "recipients", "recipients.jsonl"])
        assert done.exit_code == 0, done.output
        settings = load_settings()
        with asyncio.Runner() as runner:
            services = make_services(settings)
            yield lambda creative, person: runner.run(_open(services, creative, person))
            runner.run(services.aclose())


async def _open(services: Services, creative: str, person: str) -> Answer:
    ref = await find_ref(person, services.storage.recipients)
    found = await services.storage.people.look_up(ref or "")
    client = Client("browser", proxy=False, time="live", place_trust="ip")
    return await answer(Opening(creative, found.ref, NOON, person=found, client=client), services.kit)


@pytest.mark.parametrize(("creative", "person"), [(name, person) for name, people in SEEN.items() for person in people])
def test_each_person_sees_the_variant_meant_for_them(creative: str, person: str, opened: Open) -> None:
    assert opened(creative, person).variant == SEEN[creative][person]
