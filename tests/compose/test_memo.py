"""What was filled in before is what would be filled in anew, whatever a layer looks at, lists as well."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.compose.context import LayoutContext
from livecontent.compose.kinds.shape import FillLayer
from livecontent.compose.memo import Content, VariantContent, content_size
from livecontent.compose.paths import paths_of
from livecontent.compose.resources import ContentResources
from livecontent.compose.values import Rect
from livecontent.creative.context import make_context, written_in
from livecontent.creative.model import Creative
from livecontent.facts import Client, Moment, Store, Weather
from livecontent.render.paint.fonts import Fonts
from livecontent.runtime.cache import Cache
from livecontent.scene import Colour, Group
from livecontent.sources.now import now_at
from livecontent.sources.registry import VOCABULARY
from made_creatives import PARIS, moment_of, valid
from nightly import cases

RESOURCES = ContentResources({}, {}, VOCABULARY, (frozenset(), lambda _: ""))
CANVAS = Rect(0, 0, 300, 100)
NINE = datetime(2026, 11, 21, 9, tzinfo=PARIS)

TEXTS = (
    *("hello", "{{ recipient.name }}", "{{ recipient.name | default: 'you' }}", "{{ place.city | default: 'town' }}"),
    *("{{ recipient.size }}", "{{ recipient.first | join: ' ' }}", "{{ recipient.tags | join: '+' }}"),
    *("{% assign key = param.which %}{{ recipient[key] }}", "{{ recipient[param.which] }}", "{{ recipient['name'] }}"),
    *("{% for tag in recipient.tags %}{{ tag }}, {% endfor %}", "{{ recipient.tags.size }}, {{ recipient.tags[0] }}"),
    *("{% for s in stores %}{{ s.name }} {% endfor %}", "{{ stores.size }}", "{{ stores.first.name }}"),
    *("{{ stores[1].name }}", "{{ stores | map: 'distance' | join: ' ' }}", "{{ stores | where: 'open' | size }}"),
    *("{{ store.name }}", "{{ store.distance | unit: 'kilometer' }}", "{{ store.closes_at | time }}"),
    *(
        "a{{ recipient.pet.name }}",
        "{{ recipient.pet.name | default: 'no pet' }}",
        "{{ recipient.pet | default: '-' }}",
    ),
    *("{{ now.hour }}", "{{ now.at | time }}", "{% assign key = param.which %}{{ now[key] | time }}"),
    *("{{ weather.temperature | number }}", "{{ param.which }}", "{% if store.open %}open{% else %}closed{% endif %}"),
)
ITEMS = (
    *("{{ item.name }}", "{{ item.distance | unit: 'kilometer', '0.0' }}", "{{ item.open }}", "{{ item.size }}"),
    *("{% assign key = param.which %}{{ item[key] }}", "{{ item['name'] }}", "{{ item.closes_at | time }}"),
    *("{{ item.name }} {{ recipient.name }}", "{{ index }} {{ first }}", "{% if last %}{{ item.name }}{% endif %}"),
)
RULES = (
    *("recipient.vip", "size(stores) > 1", "size( stores ) == 2 && recipient.vip", "stores.exists(s, s.open)"),
    *('"gold" in recipient.tags', "size(recipient.tags) > 1", "stores[0].distance < 2.0", "store.open"),
    *("has(recipient.pet.name)", "recipient.pet.name == 'Rex'", "recipient.pet == 'Rex'"),
    *("recipient[param.which] == 'Ann'", "now.hour < 12", "weather.temperature < 5", "stores.size() > 1"),
    'now.at >= timestamp("2026-11-21T12:00:00Z")',
)
ITEM_RULES = (
    *RULES,
    "item.open",
    "item.distance < 2.0",
    "size(item.name) > 3",
    "item[param.which] == 'North'",
    *("has(item.x)", "index == 2", "last && !first"),
)

FACTS: Mapping[str, Sequence[Any]] = {
    "client": ("live", "early", "unsure"),
    "language": ("en", "ar"),
    "name": ("Ann", "Zoé", None),
    "vip": (True, False, 1, "True", None),
    "tags": ([], ["gold"], ["gold", "new"], "gold", None),
    "pet": ({"name": "Rex"}, {"name": None}, {}, "Rex", None),
    "which": ("name", "vip", "at", "key"),
    "key": (None, "x"),
    "hour": (9, 15),
    "degrees": (3.0, 12.0, None),
    "observed": (0, 1),
    "count": (0, 1, 2, 3, 4, None),
    **{f"name {n}": ("North", "South", "East") for n in range(4)},
    **{f"distance {n}": (1, 1.0, 2.5) for n in range(4)},
    **{f"open {n}": (True, False) for n in range(4)},
}
facts = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in FACTS.items()})


def layers_of(texts: Sequence[str], rules: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    words = st.sampled_from(texts)
    spoken = words | st.fixed_dictionaries({"en": words, "ar": words})
    alternative = st.fixed_dictionaries({"when": st.sampled_from(rules), "use": spoken})
    spoken |= st.tuples(alternative, alternative, words).map(list) | st.tuples(alternative).map(list)
    opacity = st.fixed_dictionaries({"when": st.sampled_from(rules), "use": st.just(0.5)})
    kinds = (
        {"text": spoken},
        {"icon": words | st.just("{% if recipient.vip %}sun{% else %}moon{% endif %}")},
        {"progress": words, "of": st.sampled_from(("100", "{{ stores.size }}", "{{ recipient.points | default: 9 }}"))},
        {"stars": words, "of": st.integers(1, 5)},
        {"steps": st.tuples(spoken, spoken).map(list), "done": words},
        {"sparkline": st.sampled_from(("recipient.tags", "{{ recipient.points | default: 9 }}, 4"))},
        {"bars": st.sampled_from(("recipient.tags", "3, 4")), "labels": st.tuples(spoken).map(list), "of": words},
        {"ring": words, "of": st.sampled_from(("100", "{{ recipient.points | default: 9 }}"))},
        {"shape": st.just("rectangle"), "fill": st.just("#ff0000")},
    )
    more = {
        "when": st.sampled_from(rules),
        "prefetched": st.just([]) | st.just([{"text": texts[0]}, {"text": texts[1]}]),
        "valid_for": st.just("7 days"),
        "else": st.just(True),
        "opacity": st.tuples(opacity, st.just(1)).map(list),
    }
    return st.one_of([st.fixed_dictionaries(kind, optional=more) for kind in kinds])


def repeats_of(layers: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    some = {
        "offset": st.integers(0, 2),
        "limit": st.integers(1, 3),
        "when": st.sampled_from(RULES),
        "where": st.sampled_from(ITEM_RULES),
        "sort": st.sampled_from(("distance", "-distance", "name", "open")),
    }
    return st.fixed_dictionaries(
        {"repeat": st.just("stores"), "layers": st.lists(layers, min_size=1, max_size=2)}, optional=some
    )


def groups_of(layers: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    inside = st.lists(layers, min_size=1, max_size=2)
    return st.one_of(
        st.fixed_dictionaries({kind: inside}, optional={"when": st.sampled_from(RULES)})
        for kind in ("group", "row", "column")
    )


plain = layers_of(TEXTS, RULES)
items = layers_of((*ITEMS, *TEXTS), ITEM_RULES)
layers = st.one_of(
    *(plain, groups_of(plain), repeats_of(items), groups_of(repeats_of(items))),
    repeats_of(st.one_of(items, groups_of(items), repeats_of(items))),
)


def creative_with(layer: Mapping[str, Any], *links: str) -> Creative:
    own, shared = ([f"https://a.example/{link}" for link in links] + [None, None])[:2]
    variant = {"name": "v", "layers": [layer], "link": own}
    return valid({"title": "T", "size": "300x100", "scale": 1, "variants": [variant], "link": shared})


def moment(of: Mapping[str, Any]) -> Moment:
    at = NINE.replace(hour=of["hour"])
    person = {name: of[name] for name in ("name", "vip", "tags", "key", "pet", "language")}
    stores = [store(of, n, at) for n in range(of["count"] or 0)]
    known: dict[str, Any] = {
        "client": Client("x", time=of["client"]),
        "recipient": {name: value for name, value in person.items() if value is not None},
        "param": {"which": of["which"]},
        "now": now_at(at),
    }
    if of["degrees"] is not None:
        known["weather"] = Weather(of["degrees"], "rain", is_day=True, observed_at=NINE.replace(minute=of["observed"]))
    if of["count"] is not None:
        known["stores"] = stores
    if stores:
        known["store"] = stores[0]
    return moment_of(**known)


def store(of: Mapping[str, Any], n: int, at: datetime) -> Store:
    times = {"closes_at": at.replace(hour=18 + n)} if of[f"open {n}"] else {"opens_at": at + timedelta(hours=20)}
    name, distance, is_open = (of[f"{what} {n}"] for what in ("name", "distance", "open"))
    return Store(str(n), name, "Rue", "59000", "Lille", "FR", 50.6, 3.0, "Europe/Paris", distance, is_open, **times)


def neighbours(first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Facts of which one is another, and between them the first again."""
    for name, values in FACTS.items():
        for value in values:
            yield first
            yield {**first, name: value}


def variant_of(creative: Creative, memo: Cache[object, Any]) -> VariantContent:
    variant = creative.variants[0]
    links = creative.links_of(variant)
    found = VariantContent("v", creative.layers_of(variant), links, CANVAS, memo, turns=creative.turns)
    found.fill_fixed(make_context(creative, Moment({}), RESOURCES))
    return found


def content_at(creative: Creative, variant: VariantContent, at: Moment) -> Content:
    words = VOCABULARY.redact(at.words) if at.prefetched else at.words
    language = written_in(creative, at)
    return variant.content(
        words, language, prefetched=at.prefetched, context=lambda: make_context(creative, at, RESOURCES)
    )


def told(content: Content, layout: LayoutContext) -> tuple[Any, ...]:
    scene = content.scene(layout, 300, 100, Colour(255, 255, 255))
    return scene, content.words, content.left_out, [str(note) for note in content.substitutions], content.link


@settings(max_examples=cases(50, by_night=1000))
@given(layers, st.lists(st.sampled_from(TEXTS), max_size=2), facts)
def test_what_is_remembered_is_what_would_be_filled_in_anew(
    fonts: Fonts, written: dict[str, Any], linked: list[str], first: dict[str, Any]
) -> None:
    creative = creative_with(written, *linked)
    remembering = variant_of(creative, Cache("test", 100_000_000, content_size))
    layout = LayoutContext(fonts)
    for of in neighbours(first):
        at = moment(of)
        anew = told(
            variant_of(creative, Cache("test", 0, content_size)).filled(make_context(creative, at, RESOURCES)), layout
        )
        assert told(content_at(creative, remembering, at), layout) == anew


PERSON = {name: values[0] for name, values in FACTS.items()}
LISTED = {
    "when": "size(stores) > 1",
    "group": [
        {"repeat": "stores", "offset": 1, "limit": 2, "layers": [{"text": "{{ item.name }} {{ item.distance }}"}]}
    ],
}
OPEN = {"when": "store.open", "text": "until {{ store.closes_at | time }}", "prefetched": [{"text": "see hours"}]}
MEASURED = {"text": "{{ weather.temperature | number }}°", "prefetched": [{"text": "{{ recipient.name }}"}]}


@pytest.mark.parametrize(
    ("layer", "facts", "changed", "again"),
    [
        (LISTED, {}, {"name": "Zoé"}, True),
        (LISTED, {}, {"hour": 15}, True),
        (LISTED, {}, {"distance 0": 2.5}, True),
        (LISTED, {}, {"distance 3": 2.5, "name 3": "East"}, True),
        (LISTED, {}, {"open 1": False}, True),
        (LISTED, {}, {"distance 1": 2.5}, False),
        (LISTED, {}, {"name 2": "East"}, False),
        (LISTED, {}, {"count": 3}, False),
        (LISTED, {}, {"language": "ar"}, False),
        (LISTED, {}, {"client": "early"}, False),
        (OPEN, {}, {"hour": 15}, True),
        (OPEN, {}, {"open 0": False}, False),
        (OPEN, {"client": "early"}, {"hour": 15}, True),
        (OPEN, {"client": "early"}, {"open 0": False}, True),
        (OPEN, {"client": "early"}, {"client": "unsure"}, True),
        (OPEN, {"client": "early"}, {"client": "live"}, False),
        ({**OPEN, "valid_for": "7 days"}, {"client": "early"}, {"name": "Zoé"}, False),
        (MEASURED, {"client": "early"}, {"hour": 15}, True),
        (MEASURED, {"client": "early"}, {"degrees": 12.0}, True),
        (MEASURED, {"client": "early"}, {"name": "Zoé"}, False),
        (MEASURED, {}, {"degrees": 12.0}, False),
    ],
)
def test_a_layer_is_composed_again_where_what_it_shows_has_changed(
    layer: dict[str, Any], facts: dict[str, Any], changed: dict[str, Any], again: bool
) -> None:
    creative = creative_with(layer)
    variant = variant_of(creative, Cache("test", 1_000_000, content_size))
    person = {**PERSON, "count": 4, **facts}
    one, other = (content_at(creative, variant, moment(of)) for of in (person, {**person, **changed}))
    assert one.layers[0].blocks
    assert (one.layers[0] is other.layers[0]) == again


KEYED = "{% assign key = param.which %}{{ recipient[key] }}"
SIZED = {"fill": "#ff0000", "when": "size(stores) > 1"}


@pytest.mark.parametrize(
    ("layer", "one", "other"),
    [
        ({"text": KEYED}, {"name": "Ann"}, {"name": "Zoé"}),
        ({"text": "{{ recipient.size }}"}, {"name": "Ann"}, {"name": None}),
        ({"text": "{{ recipient.tags | join: '+' }}"}, {"tags": ["a", "b"]}, {"tags": ["a b"]}),
        ({"text": "{{ recipient.tags[0] }}"}, {"tags": [1]}, {"tags": [True]}),
        (SIZED, {"count": 1}, {"count": 2}),
        (SIZED, {"count": None}, {"count": 2}),
        ({"text": "{{ now[param.which] | time }}"}, {"which": "at"}, {"hour": 15}),
        ({"text": "{% for s in stores %}{{ s.name }}{% endfor %}"}, {"count": 4}, {"name 3": "East"}),
    ],
)
def test_nobody_gets_what_was_composed_of_other_facts(
    fonts: Fonts, layer: dict[str, Any], one: dict[str, Any], other: dict[str, Any]
) -> None:
    creative = creative_with(layer)
    variant, layout = variant_of(creative, Cache("test", 1_000_000, content_size)), LayoutContext(fonts)
    both = {**PERSON, **one}, {**PERSON, **one, **other}
    first, second = (told(content_at(creative, variant, moment(of)), layout)[0] for of in both)
    assert first.nodes != second.nodes


def test_a_whole_fact_or_a_long_one_is_not_kept() -> None:
    for text, of in ((KEYED, {}), ("{{ recipient.name }}", {"name": "x" * 1001})):
        creative, memo = creative_with({"text": text}), Cache[object, Any](1_000_000, content_size)
        variant = variant_of(creative, memo)
        for _ in range(2):
            content_at(creative, variant, moment({**PERSON, **of}))
        assert len(memo) == 0


def test_words_that_come_again_are_laid_out_by_each_layer_in_each_box_and_direction(fonts: Fonts) -> None:
    words = {"text": {"en": "{{ recipient.name }}", "ar": "{{ recipient.name }}"}}
    boxed = {**words, "box": [10, 10, 90, 30]}
    creative = creative_with({"group": [words, boxed, {**boxed, "font": {"size": 9}}, {**boxed, "align": "end"}]})
    layout = LayoutContext(fonts)
    for language in ("en", "ar", "en", "ar"):
        at = make_context(creative, moment({**PERSON, "language": language}), RESOURCES)
        looks = [
            told(variant_of(creative, Cache("test", 0)).filled(at), kept)[0].nodes
            for kept in (layout, LayoutContext(fonts))
        ]
        assert looks[0] == looks[1]
        (group,) = looks[0]
        assert isinstance(group, Group)
        assert len(set(group.nodes)) == 4


class LooksApart(FillLayer):
    """A kind that shows a fact of which neither its rule nor a text of it tells."""

    def needs(self) -> frozenset[str | tuple[str, str]]:
        return frozenset({"weather"})


def test_a_layer_with_needs_of_its_own_is_not_kept_for_others() -> None:
    assert paths_of(FillLayer.model_validate({"fill": "white"})) == frozenset()
    assert paths_of(LooksApart.model_validate({"fill": "white"})) is None
