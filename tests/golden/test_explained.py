"""Why a variant is shown, in words: situations that alone tell how the engine decides, in both languages.

`pytest tests/golden --update-golden` writes the texts anew: read them before you commit them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from livecontent.decide import Circumstances
from livecontent.decide import situation as situated
from livecontent.decide.different import ways_to_show
from livecontent.decide.draws import Draws
from livecontent.decide.explained import Explanation, as_data, explain_decision
from livecontent.decide.sentences import LANGUAGES, told_ways, told_why
from livecontent.facts import Client, Fact, Moment, Reason, Weather
from livecontent.showings import Learned, SeenVariant, Worth
from livecontent.sources.now import now_at
from livecontent.sources.registry import VOCABULARY
from made_creatives import PARIS, valid

TEXTS = Path(__file__).parent / "explained"
AT = datetime(2026, 11, 30, 8, 30, tzinfo=PARIS)
LAYERS = ({"fill": "white"},)
QUIET = {"name": "nothing-to-say", "collapse": True}

BOOTS = {
    "name": "boots",
    "when": 'weather.condition == "rain" && (recipient.points >= 100 || recipient.vip == true)',
    "rank": 1,
    "score": "recipient.points / 1000.0 + (weather.temperature < 8 ? 0.2 : 0.0)",
    "cap": {"times": 2, "per": "7 days"},
}
PARASOL = {"name": "parasol", "when": "weather.temperature > 25", "rank": 1, "score": "1"}
CARD = {"name": "loyalty-card", "when": "recipient.points >= 300", "score": "0.4", "rest": "14 days"}
POST = {"name": "news", "score": "0.1", "vary": True}
TICKET = {"name": "your-ticket", "when": "recipient.ticket == 'open'", "rank": 3}
SALE = {"name": "sale", "from": "2026-12-01T00:00", "until": "2026-12-24T00:00", "rank": 2}
OFFERS = (TICKET, SALE, BOOTS, PARASOL, CARD, POST)
RAINING = Weather(6.0, "rain", is_day=True)
READER = Client("browser", time="live")
DRAWN = Draws(b"a key of tests")
KNOWN = Circumstances("today", "camille", "n-7", AT.timestamp(), counted=True, draws=DRAWN)
LEARNED = Learned(7, Worth(1, 0.55, 0.3))


@dataclass(frozen=True)
class Situation:
    """A creative, who opens it, and when."""

    offers: tuple[dict[str, Any], ...] = OFFERS
    keys: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, Any] | None = field(default_factory=lambda: {"points": 420, "vip": False})
    weather: Weather | None = RAINING
    client: Client = READER
    known: Circumstances = KNOWN


def seen(variant: str, slot: str, days: float, group: str = "") -> SeenVariant:
    return SeenVariant("today", variant, group, slot, AT.timestamp() - days * 86_400)


PRICES = {"umbrella": "(recipient.vip ? 29.0 : 89.0)", "raincoat": "129.0", "hat": "19.0 + weather.temperature / 10"}
OF_VIPS = {"recipient.vip = true": {"red": 0.05, "blue": 0.9, "green": 0.05}}
SITUATIONS: Mapping[str, Situation] = {
    "01 the highest rank, then the highest score": Situation(),
    "02 the cap is reached": Situation(known=replace(KNOWN, seen=(seen("boots", "n-5", 5), seen("boots", "n-6", 2)))),
    "03 it rests, and it varies": Situation(
        profile={"points": 420, "vip": False, "ticket": "answered"},
        weather=Weather(18.0, "clouds", is_day=True),
        known=replace(KNOWN, seen=(seen("loyalty-card", "n-5", 3), seen("news", "n-6", 1))),
    ),
    "04 service before sales": Situation(profile={"points": 420, "vip": False, "ticket": "open"}),
    "05 silent, as the best is not good enough": Situation(
        keys={"silence": 0.9}, profile={"points": 250, "vip": False}, known=replace(KNOWN, learned=LEARNED)
    ),
    "06 not silent, as it is good enough": Situation(
        keys={"silence": 0.9}, profile={"points": 800, "vip": True}, known=replace(KNOWN, learned=LEARNED)
    ),
    "07 held out": Situation(keys={"silence": 0.9, "holdout": 0.9}, known=replace(KNOWN, learned=LEARNED)),
    "08 the weather did not come in time": Situation(weather=None),
    "09 nobody knows who opens": Situation(profile=None, known=replace(KNOWN, person="", counted=False)),
    "10 fetched before it is read": Situation(client=Client("apple-mpp", time="early")),
    "11 a split": Situation(
        offers=({"name": "red", "layers": LAYERS}, {"name": "blue"}),
        keys={"split": {"red": 3, "blue": 1}},
    ),
    "12 what is clicked more is shown more": Situation(
        offers=({"name": "red"}, {"name": "blue"}, {"name": "green", "when": "recipient.points > 1000"}),
        keys={"explore": "thompson"},
        known=replace(KNOWN, learned=Learned(3, None, {"red": 0.7, "blue": 0.28, "green": 0.02})),
    ),
    "16 by the chance of a click": Situation(
        offers=tuple({"name": name, "score": f"click_chance * {price}"} for name, price in PRICES.items()),
        known=replace(KNOWN, learned=Learned(5, chances={"umbrella": 0.047, "raincoat": 0.018})),
    ),
}
SITUATIONS = {
    **SITUATIONS,
    **{
        f"{number} {name}": replace(
            SITUATIONS["12 what is clicked more is shown more"],
            keys={"explore": {"by": "thompson", "context": "recipient.vip"}},
            profile=profile,
            known=replace(KNOWN, learned=Learned(4, None, {"red": 0.7, "blue": 0.28, "green": 0.02}, OF_VIPS)),
        )
        for number, name, profile in (
            (13, "in a context of its own", {"points": 420, "vip": True}),
            (14, "in a context with too few opens", {"points": 420, "vip": False}),
            (15, "the context is not known", {"points": 420}),
        )
    },
}


def told(name: str, language: str) -> str:
    told = [*told_why(explained(name), language), *told_ways(ways_to_show(situation_of(name)), language)]
    return "\n".join(told) + "\n"


def explained(name: str) -> Explanation:
    found = situation_of(name)
    return explain_decision(found.creative, found.moment, VOCABULARY, found.decision, found.known)


def situation_of(name: str) -> situated.Situation:
    situation = SITUATIONS[name]
    variants = [{"layers": LAYERS, **one} for one in situation.offers]
    creative = valid({"title": "T", "size": "60x30", "variants": [*variants, QUIET], **situation.keys})
    facts: dict[str, Fact[Any]] = {
        "now": Fact(now_at(AT), Reason.FRESH),
        "client": Fact(situation.client, Reason.FRESH),
        "recipient": Fact(situation.profile, Reason.FRESH if situation.profile else Reason.MISSING),
        "weather": Fact(situation.weather, Reason.CACHED if situation.weather else Reason.LATE),
    }
    return situated.Situation(creative, Moment(facts), VOCABULARY, situation.known, now_at)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_is_told_as_it_was_read_and_found_good(
    name: str, language: str, request: pytest.FixtureRequest
) -> None:
    file = TEXTS / f"{name.replace(',', '').replace(' ', '-')}.{language}.txt"
    text = told(name, language)
    if request.config.getoption("--update-golden", default=False):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_step_is_data(name: str) -> None:
    found = json.loads(json.dumps(as_data(explained(name)), allow_nan=False))
    assert [step["variant"] for step in found["steps"]][-1] == QUIET["name"]
    assert {step["outcome"] for step in found["steps"]} & {"shown", "last"}
    assert found["variant"] in {step["variant"] for step in found["steps"] if step["outcome"] == "shown"}


def test_each_sentence_is_written_in_both_languages() -> None:
    from livecontent.decide.words import ENGLISH, FRENCH

    fields = {key: {part.split("}")[0] for part in text.split("{")[1:]} for key, text in ENGLISH.items()}
    assert fields == {key: {part.split("}")[0] for part in text.split("{")[1:]} for key, text in FRENCH.items()}
