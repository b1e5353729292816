"""Mistakes in what decides between variants: told with their place, and what would be right."""

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from made_creatives import loaded_of

OFFER = "  - {name: a, when: recipient.points > 1, layers: [{text: A}], %s}\n"
LAST = "  - {name: last, layers: [{text: Z}]}\n"


def creative(head: str = "", *offers: str, last: str = LAST) -> str:
    return f"title: T\nsize: 60x30\n{head}variants:\n{''.join(offers)}{last}"


WRONG = [
    (creative("", OFFER % "score: recipient.points > 3"), "a score is a number"),
    (creative("", OFFER % "score: recipent.points"), "did you mean"),
    (creative("", OFFER % "score: true"), "a score is a number"),
    (creative("", OFFER % "score: \"weather.temperature + 'a'\""), "a number"),
    (creative("", OFFER % "rank: high"), "a whole number is expected"),
    (creative("", OFFER % "cap: {times: 2}"), "'per' is missing"),
    (creative("", OFFER % "cap: {times: 0, per: 7 days}"), "at least 1"),
    (creative("", OFFER % "cap: {times: 2, per: 100 days}"), "90 days at most"),
    (creative("", OFFER % "cap: {times: 2, per: 7 days, each: 1}"), "unknown key 'each'"),
    (creative("", OFFER % "rest: 7"), "a duration is written as"),
    (creative("silence: 90\n", OFFER % "rank: 1"), "less than 1"),
    (creative("split: {a: 1, c: 1}\n", OFFER % "rank: 1"), "unknown variant 'c'"),
    (creative("split: {a: 1}\n", OFFER % "rank: 1"), "two variants or more"),
    (creative("split: {a: 1, last: 1}\nsilence: 0.5\n", OFFER % "rank: 1"), "can't be tried against others"),
    (creative("explore: thompson\n", OFFER % "rank: 1"), "explore needs two variants"),
    (creative("", last="  - {name: last, score: 2, layers: [{text: Z}]}\n"), "must have no `score`"),
    (creative("", "  - {name: b, rank: 1, layers: [{text: B}]}\n", OFFER % "rank: 0"), "'a' is never shown"),
    (creative("", "  - {name: b, score: 2, layers: [{text: B}]}\n", OFFER % "score: 1"), "'a' is never shown"),
    (
        creative("", "  - {name: b, when: click_chance > 0.1, layers: [{text: B}]}\n"),
        "only a `score` names click_chance",
    ),
    (creative("let: {a: click_chance}\n", OFFER % "rank: 1"), "click_chance is not for this"),
    (creative("", OFFER % "score: click_chance.red"), "click_chance.red is not for this"),
    (creative("", OFFER % """score: 'click_chances["a"]'"""), "click_chances.a is not for this"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_mistake_is_an_error_that_says_what_would_be_right(
    text: str, words: str, tmp_path: Path, available: AvailableAssets
) -> None:
    with pytest.raises(CreativeError) as caught:
        loaded_of(tmp_path / "a", text, available)
    first = caught.value.problems[0]
    assert words in f"{first.message} {first.help}"
    assert first.line > 1


def in_context(folder: Path, context: str, available: AvailableAssets) -> list[str]:
    """Warnings, or errors."""
    pair = [OFFER % "rank: 1", OFFER.replace("name: a", "name: b") % "rank: 1"]
    text = creative(f"alt: A\nexplore: {{by: thompson, context: '{context}'}}\n", *pair)
    try:
        return [f"warning: {one.message}" for one in loaded_of(folder, text, available).warnings]
    except CreativeError as error:
        return [one.message for one in error.problems]


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ("segment.loyal", ""),
        ("recipient.points > 500", ""),
        ('recipient.points > 500 ? "rich" : place.country', ""),
        ("place.region", ""),
        ("habit.category", ""),
        ("weather.condition", ""),
        ("place.city", "place.city is any text, which may name a person"),
        ("recipient.email", "warning: recipient.email counts as a context where it is true or false"),
        ('recipient.points > 1 ? place.city : "none"', "place.city is any text"),
        ('recipient.email + "x"', "what is worked out here is any text"),
    ],
)
def test_a_text_that_may_name_a_person_is_no_context(
    context: str, said: str, tmp_path: Path, available: AvailableAssets
) -> None:
    found = [one for one in in_context(tmp_path / "a", context, available) if "context" in one]
    assert bool(found) == bool(said), found
    assert found[:1] == [one for one in found[:1] if said in one]


def test_what_decides_can_be_written_together(tmp_path: Path, available: AvailableAssets) -> None:
    text = creative(
        "silence: 0.9\nholdout: 0.05\n",
        OFFER % "rank: 2, score: recipient.points / 1000.0, cap: {times: 2, per: 7 days}",
        "  - {name: b, layers: [{text: B}], group: sales, vary: true, rest: 2 days,\n"
        "     cap: [{times: 1, per: 1 day, over: sales}, {times: 3, per: 7 days, over: all}]}\n",
        last="",
    )
    loaded = loaded_of(tmp_path / "a", text, available)
    assert [one.name for one in loaded.creative.variants] == ["a", "b", "silent"]
    assert loaded.creative.variants[-1].collapse
    assert loaded.warnings == ()


@pytest.mark.parametrize(
    ("head", "limit", "warned"),
    [
        ("", "", True),
        ("", ", vary: true", False),
        ("", ", when: recipient.points > 1", False),
        ("cap: {times: 2, per: 7 days}\n", "", False),
        ("split: {a: 1, b: 1}\n", "", False),
    ],
)
def test_where_nothing_keeps_trying_what_is_clicked_less_that_is_told(
    head: str, limit: str, warned: bool, tmp_path: Path, available: AvailableAssets
) -> None:
    offers = [f"  - {{name: {name}, score: click_chance * 2, layers: [{{text: A}}]{limit}}}\n" for name in "ab"]
    warnings = loaded_of(tmp_path / "a", creative(head, *offers), available).warnings
    assert ["nothing is learned of the others" in one.message for one in warnings] == [True] * warned
    alone = creative(head if "split" not in head else "", offers[0])
    assert loaded_of(tmp_path / "b", alone, available).warnings == ()
