from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.compose.kinds import KINDS
from livecontent.compose.values import read_duration
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.lint.staleness import CLIENT_KINDS, PROMISES, promises_in, truths_of
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from made_creatives import creative_of, load_shipped, loaded_of, template
from opened_pictures import compiled_of

HEAD = "title: T\nsize: 300x100\n"
VARIANT = "variants:\n  - name: v\n    layers:\n"


def problems_of(
    folder: Path, available: AvailableAssets, *layers: str, head: str = HEAD
) -> list[tuple[int, bool, str]]:
    text = head + VARIANT + "".join(f"      - {layer}\n" for layer in layers)
    try:
        found = loaded_of(folder / "a", text, available).warnings
    except CreativeError as error:
        found = tuple(error.problems)
    return [(problem.line - 4, problem.warning, problem.message) for problem in found]


UNSTEADY = "may be out of date when it is read: `prefetched` must say what stays true"


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ('{text: x, prefetched: "{{ now.hour }}"}', "now.hour"),
        ('{text: x, prefetched: {en: y, fr: "{% if store.open %}o{% endif %}"}}', "store.open"),
        ("{countdown: '2999-01-01', prefetched: \"{{ now.part_of_day | default: 'day' }}\"}", "now.part_of_day"),
        ('{fill: white, prefetched: [{text: "{{ store.closes_at | time }}"}]}', "store.closes_at"),
        ("{fill: white, prefetched: [{group: [{fill: white, when: now.weekend}]}]}", "now.weekend"),
        ('{text: x, prefetched: "{% for s in stores %}{{ s.open }}{% endfor %}"}', "s.open"),
        ('{text: x, prefetched: "{{ weather.temperature | default: 1 }}"}', "weather.temperature"),
        ("{text: x, prefetched: \"at {{ now.at | date: 'HH:mm' }}\"}", "now.at"),
        ('{text: x, prefetched: [{icon: "{{ weather.icon }}"}]}', "weather.icon"),
        ("{text: x, prefetched: [{text: y, when: weather.is_day || recipient.vip}]}", "weather.is_day"),
    ],
)
def test_words_that_stand_in_and_name_what_time_changes_are_an_error_with_their_place(
    tmp_path: Path, available: AvailableAssets, layer: str, name: str
) -> None:
    found = problems_of(tmp_path, available, "{text: above}", layer)
    assert [problem for problem in found if not problem[1]] == [(3, False, f"{name} {UNSTEADY}")]


def test_what_stands_in_names_what_time_does_not_change_and_what_is_valid_for_long_names_all(
    tmp_path: Path, available: AvailableAssets
) -> None:
    words = '{text: x, prefetched: "{{ place.city | default: 1 }} {{ store.name | default: 2 }}"}'
    listed = '{text: x, valid_for: 7 days, prefetched: "{{ now.hour }}"}'
    assert problems_of(tmp_path, available, words, listed) == []


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (
            "{fill: white, prefetched: words}",
            "prefetched must be a list of layers here: a text is for text and countdown layers",
        ),
        ("{text: x, prefetched: {text: hi}}", "prefetched is a list of layers: write - before this one"),
        ("{fill: white, valid_for: soon}", "a duration is written as 90 minutes, 6 hours, 3 days or 2 weeks"),
        ("{fill: white, valid_for: 7}", "a duration is written as 90 minutes, 6 hours, 3 days or 2 weeks"),
        ("{text: x, prefetched: [{txt: y}]}", "a layer has one of the keys"),
        ("{text: x, prefetched: [{text: y, colour: red}]}", "unknown key 'colour'"),
        ("{fill: white, prefetched: [{image: b.jpg}]}", "there is no file 'b.jpg'"),
        ("{fill: white, prefetched: [{code: '12345', kind: ean13}]}", "this can't be drawn"),
    ],
)
def test_a_form_that_can_not_be_is_an_error_in_its_line(
    tmp_path: Path, available: AvailableAssets, painter: Painter, layer: str, message: str
) -> None:
    text = f"{HEAD}{VARIANT}      - {{text: above}}\n      - {layer}\n"
    with pytest.raises(CreativeError) as raised:
        compiled_of(tmp_path / "a", text, available, painter)
    (problem,) = raised.value.problems
    assert problem.line == 7
    assert problem.message.startswith(message)


@given(
    st.integers(0, 9999),
    st.sampled_from(("minute", "hour", "day", "week")),
    st.sampled_from(("", " ", "  ")),
    st.booleans(),
)
def test_durations_are_read_as_people_write_them(count: int, unit: str, space: str, plural: bool) -> None:
    assert read_duration(f" {count}{space}{unit}{'s' if plural else ''}") == timedelta(**{f"{unit}s": count})


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ("Only TODAY, and tomorrow", "en", ("today", "tomorrow")),
        ("Todays nowhere, know", "en", ()),
        ("{{ now.hour }}{% if now.hour > 2 %}!{% endif %}", "en", ()),
        ("This\n evening", "en-GB", ("this evening",)),
        ("Aujourd’hui, DERNIÈRES HEURES", "fr", ("aujourd'hui", "dernieres heures")),
        ("Cet apre\u0300s-midi, plus que 3", "fr-CA", ("cet apres-midi", "plus que")),
        ("Demain", "en", ()),
        ("now", "xx", ()),
    ],
)
def test_words_that_promise_something_of_the_moment_are_found(
    words: str, language: str, found: tuple[str, ...]
) -> None:
    assert promises_in(template(words), language) == found


@pytest.mark.parametrize("language", PROMISES)
def test_every_promise_finds_itself(language: str) -> None:
    for promise in PROMISES[language]:
        assert promise in promises_in(template(f"… {promise.upper()}!"), language)


@pytest.mark.parametrize(
    ("layer", "warned"),
    [
        ("{text: today}", True),
        ("{group: [{text: {fr: demain}}]}", True),
        ("{countdown: '2999-01-01', ended: hurry}", True),
        ("{text: x, prefetched: tomorrow}", True),
        ("{fill: white, prefetched: [{text: tonight}]}", True),
        ("{text: today, prefetched: this year}", False),
        ("{text: today, prefetched: []}", False),
        ("{text: today, valid_for: 1 week}", False),
        ("{group: [{text: today}], valid_for: 1 week}", False),
        ("{text: today, valid_for: 1 day}", True),
        ("{text: today, when: weather.is_day}", False),
        ("{text: today, when: client.time == 'live'}", False),
        ("{text: today, when: client.time != 'live'}", True),
        ("{text: today, when: recipient.vip}", True),
        ('{text: "{% if store.open %}open{% else %}closed now{% endif %}"}', False),
        ("{text: this year}", False),
    ],
)
def test_a_promise_that_is_shown_to_who_may_read_later_is_a_warning(
    tmp_path: Path,
    available: AvailableAssets,
    layer: str,
    warned: bool,
) -> None:
    found = [
        problem
        for problem in problems_of(tmp_path, available, layer, "{text: this year}")
        if "days before" in problem[2]
    ]
    assert [problem[:2] for problem in found] == ([(2, True)] if warned else [])


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        ("{text: x, when: store.open, valid_for: 6 days}", "an image may be read later than that"),
        ("{group: [{text: x, valid_for: 1 hour}]}", "an image may be read later than that"),
        ("{fill: white, valid_for: 2 weeks}", "this never changes"),
        ("{fill: white, when: store.open, valid_for: 2 weeks}", ""),
        ("{text: today, valid_for: 7 days}", ""),
    ],
)
def test_a_promise_of_how_long_that_changes_nothing_is_a_warning(
    tmp_path: Path, available: AvailableAssets, layer: str, why: str
) -> None:
    found = [problem for problem in problems_of(tmp_path, available, layer) if "valid_for has no effect" in problem[2]]
    assert [(problem[1], problem[2].partition(": ")[2]) for problem in found] == ([(True, why)] if why else [])


def test_a_promise_of_a_variant_that_only_who_reads_at_once_can_get_is_none(
    tmp_path: Path, available: AvailableAssets
) -> None:
    text = (
        HEAD
        + "alt: now\nvariants:\n"
        + "".join(
            f"  - {{name: v{n}, when: {when}, alt: today, layers: [{{text: tonight}}]}}\n"
            for n, when in enumerate(
                ("weather.is_day", "now.hour < 9", "client.time == 'live'", "client.time == 'early'")
            )
        )
    )
    found = loaded_of(tmp_path / "a", f"{text}  - {{name: last, layers: [{{text: x}}]}}\n", available).warnings
    assert [(problem.line, problem.message[:9].split("'")[1]) for problem in found] == [
        (3, "now"),
        (8, "tonight"),
        (8, "today"),
    ]


def test_the_truth_of_a_creative_counts_promises_and_what_is_left_out(
    tmp_path: Path, available: AvailableAssets, painter: Painter
) -> None:
    layers = (
        "{text: today}",
        "{text: x}",
        "{group: [{text: a}, {text: b}], when: store.open}",
        "{text: now, prefetched: y}",
    )
    text = HEAD + VARIANT + "".join(f"      - {layer}\n" for layer in layers)
    found = {truth.client: truth for truth in truths_of(compiled_of(tmp_path / "a", text, available, painter))}
    assert found.keys() == CLIENT_KINDS.keys()
    for name, truth in found.items():
        live = name.startswith("live")
        assert (truth.layers, truth.left_out, truth.doubtful) == (5, 0 if live else 2, 0 if live else 1)
        assert truth.score == pytest.approx(1 if live else 2 / 3)


def test_the_creatives_of_the_demo_stay_true(templates: Path, available: AvailableAssets, painter: Painter) -> None:
    for file in templates.glob("*/creative.yaml"):
        published = load_shipped(file.parent, available)
        assert published.warnings == ()
        assert all(
            truth.score == 1 for truth in truths_of(CompiledCreative(published, Workshop.of(painter, VOCABULARY)))
        )


def test_words_and_layers_may_stand_in_place_of_a_text() -> None:
    words, listed, none = (
        creative_of("{text: a, prefetched: b}", "{text: a, prefetched: [{text: b}]}", "{text: a}").variants[0].layers
    )
    assert isinstance(listed.prefetched, tuple)
    assert isinstance(listed.prefetched[0], KINDS["text"])
    assert (isinstance(words.prefetched, tuple), none.prefetched) == (False, None)
