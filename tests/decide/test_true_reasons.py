"""What an explanation says is true: over any creatives, facts and records, in terms of what was decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, decide
from livecontent.decide.explained import Explanation, VariantStep, explain_decision
from livecontent.decide.sentences import LANGUAGES, told_why
from livecontent.decide.words import WORDS
from livecontent.facts import Client, Moment
from livecontent.showings import SeenVariant
from livecontent.sources.registry import VOCABULARY
from made_creatives import moment_of, valid

NOW = 1_796_000_000.0
LAYERS = [{"fill": "white"}]
KNOWN = Circumstances("image-2", "camille", "n-0", NOW, counted=True)
KEEPS = [WORDS[language]["because keeps"] for language in LANGUAGES]


def image_of(pool: list[dict[str, Any]], place: int, above: list[dict[str, Any]], below: list[dict[str, Any]]) -> Any:
    offers = [{"name": f"o{n}", "offers": "all", "layers": LAYERS, **one} for n, one in enumerate(pool)]
    own = [{"name": f"{where}{n}", "layers": LAYERS, **one} for where, some in (("a", above), ("z", below))
           for n, one in enumerate(some)]  # fmt: skip
    variants = [one for one in own if one["name"][0] == "a"] + offers + [one for one in own if one["name"][0] == "z"]
    quiet = {"name": "quiet", "collapse": True}
    places = {"place": place} if pool else {}
    return valid({"title": "T", "size": "60x30", **places, "variants": [*variants, quiet]})


def explained(creative: Creative, found: dict[str, int], known: Circumstances) -> Explanation:
    moment: Moment = moment_of(client=Client("browser", time="live"), recipient=found)
    return explain_decision(creative, moment, VOCABULARY, decide(creative, moment, VOCABULARY, known), known)


def seen(offer: str, place: int = 2) -> SeenVariant:
    return SeenVariant(f"image-{place}", offer, "", "n-0", NOW, "all", place)


POOL = [{"score": "2"}, {"score": "1"}]


def test_what_was_never_shown_is_not_said_to_be_kept() -> None:
    own = [{"when": "recipient.b > 0", "score": "5"}]
    found = explained(image_of(POOL, 1, own, []), {"b": 1}, replace(KNOWN, seen=(seen("o1"),)))
    assert found.variant == "a0"
    for language, keeps in zip(LANGUAGES, KEEPS, strict=True):
        assert keeps not in told_why(found, language)
    assert "o0 comes after o1, which this image has shown in this email, and keeps." in told_why(found)
    assert "Of the variants of rank 0 that may be shown, it has the highest score: 5." in told_why(found)


def test_a_variant_of_its_own_is_not_said_to_be_what_others_leave() -> None:
    found = explained(image_of(POOL, 2, [{"score": "5"}], []), {}, KNOWN)
    assert found.variant == "a0"
    assert not any("leave" in said for said in told_why(found)[:2])


def test_a_variant_without_a_score_is_not_said_to_have_the_same() -> None:
    found = explained(image_of([], 1, [{}, {"score": "0.5"}], []), {}, KNOWN)
    assert found.variant == "a1"
    assert "a0 may be shown, but comes after a1: its score is only 0." in told_why(found)


def test_equal_offers_go_by_name() -> None:
    found = explained(image_of([{}, {}], 1, [], []), {}, KNOWN)
    assert any("o1" in said and "offers then go by name" in said for said in told_why(found))


ranked = st.fixed_dictionaries(
    {},
    optional={
        "rank": st.integers(-1, 1),
        "score": st.sampled_from(["0", "1", "2", "recipient.a", "recipient.unknown"]),
        "when": st.sampled_from(["recipient.a > 1", "recipient.b > 1"]),
        "rest": st.just("3 days"),
    },
)


@given(
    pool=st.lists(ranked, max_size=4),
    place=st.integers(1, 3),
    above=st.lists(ranked, max_size=2),
    below=st.lists(ranked, max_size=2),
    found=st.fixed_dictionaries({name: st.integers(0, 3) for name in ("a", "b")}),
    records=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3)), max_size=4),
)
def test_each_reason_is_true(
    pool: list[dict[str, Any]],
    place: int,
    above: list[dict[str, Any]],
    below: list[dict[str, Any]],
    found: dict[str, int],
    records: list[tuple[int, int]],
) -> None:
    creative = image_of(pool, place, above, below)
    known = replace(KNOWN, creative=f"image-{place}", seen=tuple(seen(f"o{n}", at) for n, at in records))
    why = explained(creative, found, known)
    said = {language: told_why(why, language) for language in LANGUAGES}
    shown_here = {one.variant for one in known.seen if one.creative == known.creative}
    for language, keeps in zip(LANGUAGES, KEEPS, strict=True):
        assert keeps not in said[language] or why.variant in shown_here
    steps = {step.variant: step for step in why.steps}
    for step in why.steps:
        assert_true(step, steps, shown_here, [one.name for one in creative.variants])
    if "it has the highest score" in said["en"][1]:
        assert any(one.outcome == "score" and one.behind == why.variant for one in why.steps)


def assert_true(step: VariantStep, steps: dict[str, VariantStep], shown_here: set[str], written: list[str]) -> None:
    """That what is said of one that is not shown is so."""
    ahead = steps.get(step.behind, step)
    level = -1e9 if step.score is None and step.note else step.score or 0.0
    first = -1e9 if ahead.score is None and ahead.note else ahead.score or 0.0
    match step.outcome:
        case "keeps":
            assert step.behind in shown_here
        case "rank":
            assert step.rank < ahead.rank
        case "score":
            assert step.rank == ahead.rank
            assert level < first
        case "order":
            assert (step.rank, level) == (ahead.rank, first)
            assert written.index(step.variant) > written.index(step.behind)
        case "name":
            assert (step.rank, level) == (ahead.rank, first)
            assert step.variant > step.behind
