"""Values that a creative works out once for an open."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from livecontent.creative.lets import with_lets
from livecontent.creative.load import load_creative
from livecontent.creative.model import AvailableAssets
from livecontent.decide import decide
from livecontent.errors import CreativeError
from livecontent.expressions.unknown import Redacted
from livecontent.facts import Client, Fact, Moment, Opening, Reason, Weather
from livecontent.pipeline import Prepared, prepare
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.static_store import StaticStore
from livecontent.sources.gather import Gatherer
from livecontent.sources.now import now_at
from livecontent.sources.registry import VOCABULARY
from made_creatives import AT, loaded_of, moment_of

AVAILABLE = AvailableAssets(frozenset({"Inter"}), frozenset({"sun"}))
HEAD = """title: T
size: 300x100
timezone: Europe/Paris
let:
  share: recipient.points / recipient.goal
  most: let.share > 0.5
  warm: weather.temperature > 20
  hot: let.warm && let.most
  basket: recipient.basket
"""
BODY = """variants:
  - name: most
    when: let.most
    layers:
      - {text: "{{ let.share | percent }} of it", color: [{when: let.share > 0.9, use: "#c00"}, "#111"]}
  - name: warm
    when: let.hot || let.warm
    layers: [{text: Warm}]
  - name: rest
    link: "https://a.example/{{ let.share | default: 0 }}"
    layers:
      - repeat: let.basket
        layers: [{text: "{{ item.name }}: {{ let.share | default: '-' }}"}]
"""

Compile = Callable[[str], CompiledCreative]


@pytest.fixture
def compile_(tmp_path: Path, fonts: Fonts) -> Compile:
    workshop = Workshop.of(Painter(fonts, StaticStore(None)), VOCABULARY)
    return lambda text: CompiledCreative(loaded_of(tmp_path / "one", text, AVAILABLE), workshop)


def unchecked(folder: Path, text: str, fonts: Fonts) -> CompiledCreative:
    """A creative that is valid, whatever `check` says of it."""
    folder.mkdir(exist_ok=True)
    (folder / "creative.yaml").write_text(text, encoding="utf-8")
    loaded = load_creative(folder, VOCABULARY)
    return CompiledCreative(loaded, Workshop.of(Painter(fonts, StaticStore(None)), VOCABULARY))


def prepared(compiled: CompiledCreative, **facts: Any) -> Prepared:
    creative = compiled.loaded.creative
    moment = with_lets(creative, moment_of(**facts))
    return Prepared(compiled, moment, decide(creative, moment, compiled.resources.vocabulary))


def test_rules_texts_choices_and_lists_know_them(compile_: Compile) -> None:
    compiled = compile_(HEAD + BODY)
    person = {"points": 1240, "goal": 2000, "basket": [{"name": "Boots"}]}
    found = prepared(compiled, recipient=person, weather=Weather(12.0, "rain", is_day=True))
    assert (found.decision.variant.name, found.content.words) == ("most", ("62% of it",))
    found = prepared(compiled, recipient={**person, "points": 200}, weather=Weather(12.0, "rain", is_day=True))
    assert (found.decision.variant.name, found.content.words) == ("rest", ("Boots: 0.1",))
    assert found.content.link == "https://a.example/0.1"


def test_what_is_made_of_something_unknown_is_unknown(compile_: Compile) -> None:
    basket = {"basket": [{"name": "Boots"}]}
    found = prepared(compile_(HEAD + BODY), recipient=basket, weather=Weather(30.0, "clear", is_day=True))
    assert found.decision.variant.name == "warm"
    assert found.moment.words["let"] == {"warm": True, "basket": [{"name": "Boots"}]}
    found = prepared(compile_(HEAD + BODY), recipient=basket)
    assert found.content.words == ("Boots: -",)


def test_only_the_facts_behind_those_that_are_named_are_asked_for(compile_: Compile) -> None:
    loaded = compile_(HEAD + BODY).loaded
    assert loaded.rule_needs == {"recipient", "weather"}
    most, _, rest = loaded.creative.variants
    assert loaded.variant_needs[most.name, False] == {"recipient", "client"}
    assert loaded.variant_needs[rest.name, False] == {"recipient"}


def test_each_is_worked_out_once(compile_: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    from livecontent.expressions.rule import Formula

    compiled = compile_(HEAD + BODY)
    asked: list[str] = []
    value = Formula.value
    monkeypatch.setattr(Formula, "value", lambda self, facts: asked.append(self.source) or value(self, facts))
    facts = {"recipient": {"points": 10, "goal": 100}, "weather": Weather(12.0, "rain", is_day=True)}
    moment = with_lets(compiled.loaded.creative, moment_of(recipient=facts["recipient"]))
    assert "weather.temperature > 20" not in asked
    with_lets(
        compiled.loaded.creative, Moment({**moment.facts, "weather": Fact(facts["weather"], Reason.FRESH)}, moment)
    )
    assert sorted(asked) == sorted(formula.source for formula in compiled.loaded.creative.let.values())


@pytest.mark.parametrize(
    ("let", "line", "said"),
    [
        ("{share: recipient.points / }", 2, "something is missing"),
        ("{a: let.b, b: '1'}", 2, "unknown name 'let"),
        ("{a: 1, b: let.c}", 2, "unknown name 'let.c'"),
        ("{A: '1'}", 2, "'A' is not a valid name"),
        ("{a: [1]}", 2, "an expression is a text such as"),
        ("{a: wether.wind}", 2, "unknown name 'wether.wind'"),
        ("{a: weather.wnd}", 2, "unknown name 'weather.wnd'"),
        ("{a: weather.temperature > '30'}", 2, "'>' does not go with"),
        ("{a: item.x}", 2, "'item' exists only inside a repeat"),
        ("{a: param.x}", 2, "unknown parameter 'x'"),
    ],
)
def test_mistakes_are_told_when_it_is_published(compile_: Compile, let: str, line: int, said: str) -> None:
    with pytest.raises(CreativeError) as caught:
        compile_(f"title: T\nlet: {let}\nsize: 60x30\nvariants: [{{name: a, layers: [{{fill: white}}]}}]")
    assert [(one.line, one.message[: len(said)]) for one in caught.value.problems] == [(line, said)]


def test_the_names_are_known_to_check(compile_: Compile) -> None:
    with pytest.raises(CreativeError, match=r"unknown fact 'let.shre'"):
        compile_(HEAD + BODY.replace("{{ let.share | percent }}", "{{ let.shre | percent }}"))
    with pytest.raises(CreativeError, match=r"unknown name 'let.shre'"):
        compile_(HEAD + BODY.replace("when: let.most", "when: let.shre > 1"))


VOLATILE = (
    *(
        "weather.temperature",
        "weather.temperature > 15",
        "now.hour",
        "now.hour < 12 ? 'am' : 'pm'",
        "now.at",
        "now.date",
    ),
    *("size(weather.days) > 0", "let.one", "string(let.one)", "stores.exists(s, s.open)", "stores[0].open"),
    *("recipient.points + now.day", "weather.condition == 'rain' ? recipient.points : 0"),
)
STEADY = ("recipient.points", "recipient.points > 3 ? 'a' : 'b'", "stores[0].name", "size(stores)")
TEXTS = (
    "{{ let.one }}",
    "{{ let.two | default: 'x' }}",
    "{% if let.two == nil %}a{% else %}b{% endif %}",
    "{{ let.one }}{{ let.two }}",
)


@given(
    one=st.sampled_from([*VOLATILE[:6], *STEADY]),
    two=st.sampled_from((*VOLATILE, *STEADY)),
    text=st.sampled_from(TEXTS),
    rule=st.sampled_from(("let.one == let.two", "let.two == 3", "'a' == let.two", "true")),
    hours=st.tuples(st.integers(0, 23), st.integers(0, 23)),
    degrees=st.tuples(st.sampled_from((-3.0, 12.0, 31.0)), st.sampled_from((-3.0, 12.0, 31.0))),
    time=st.sampled_from(("early", "unsure")),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_was_made_of_what_time_changes_reaches_a_prefetch(
    tmp_path: Path, fonts: Fonts, one: str, two: str, text: str, rule: str, hours: Any, degrees: Any, time: Any
) -> None:
    lines = [
        "title: T",
        "size: 300x100",
        f'let: {{one: "{one}", two: "{two}"}}',
        f'link: "https://a.example/{text}"',
        f'alt: "{text}"',
        "variants:",
        f'  - {{name: first, when: "{rule}", layers: [{{text: "{text}"}}, {{text: a, when: "{rule}"}}]}}',
        "  - name: last",
        "    layers:",
        f'      - {{text: [{{when: "{rule}", use: "{text}"}}, b]}}',
        f'      - {{repeat: stores, layers: [{{text: "{text}"}}]}}',
    ]
    try:
        compiled = unchecked(tmp_path / "one", "\n".join(lines), fonts)
    except CreativeError:  # kinds that do not go together
        reject()
    seen = []
    for hour, warm in zip(hours, degrees, strict=True):
        now = now_at(AT.replace(hour=hour))
        found = prepared(
            compiled,
            now=now,
            weather=Weather(warm, "rain" if warm > 0 else "snow", is_day=True),
            recipient={"points": 3},
            client=Client("x", time=time),
        )
        seen.append((found.decision.variant.name, found.content.words, found.content.link, found.alt))
    assert seen[0] == seen[1]


def test_on_a_prefetch_they_are_redacted_for_texts_and_known_where_nothing_changes(compile_: Compile) -> None:
    compiled = compile_(HEAD + BODY)
    moment = moment_of(recipient={"points": 9, "goal": 10}, weather=Weather(30.0, "rain", is_day=True))
    words = with_lets(compiled.loaded.creative, moment).words
    found: Any = compiled.resources.vocabulary.redact(words)["let"]
    assert isinstance(found["warm"], Redacted)
    assert isinstance(found["hot"], Redacted)
    assert found["share"] == 0.9


def test_what_is_unknown_has_the_name_that_was_written(compile_: Compile) -> None:
    compiled = compile_(HEAD + BODY)
    assert prepared(compiled, recipient={}).decision.trace[0].note == "let.most is not known"


def test_an_open_works_them_out_between_its_stations(compile_: Compile) -> None:
    compiled = compile_(
        HEAD + BODY.replace("let.most\n", "let.goal == 3 && let.most\n").replace("variants:", "  goal: '3'\nvariants:")
    )
    opening = Opening("one", "", datetime(2026, 11, 21, 8, tzinfo=UTC))
    found = asyncio.run(prepare(opening, compiled, Gatherer([], 1.0)))
    assert found.decision.variant.name == "rest"
    assert found.moment.words["let"] == {"goal": 3}
