"""Images of one email that share a pool of offers: whatever is asked first, none says what another says."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from livecontent.creative.model import Creative
from livecontent.decide import Circumstances, Decision, decide
from livecontent.decide.draws import Draws
from livecontent.facts import Client, Moment
from livecontent.showings import SeenVariant
from livecontent.sources.registry import VOCABULARY
from made_creatives import moment_of, valid
from nightly import cases

DAY = 86_400.0
NOW = 1_796_000_000.0
QUIET = {"name": "quiet", "collapse": True}
DRAWS = Draws(b"a key of tests")
FACTS = ("a", "b")

offers = st.fixed_dictionaries(
    {"rank": st.integers(-1, 1), "score": st.integers(0, 2).map(str)},
    optional={
        "when": st.sampled_from([f"recipient.{name} > {n}" for name in FACTS for n in (1, 2)]),
        "rest": st.just("3 days"),
        "vary": st.just(True),
        "cap": st.just({"times": 2, "per": "7 days"}),
    },
)
pools = st.lists(offers, min_size=1, max_size=7)
facts = st.fixed_dictionaries({name: st.integers(0, 3) for name in FACTS})
places = st.lists(st.integers(1, 4), min_size=1, max_size=4, unique=True)


def image_of(pool: list[dict[str, Any]], place: int = 1, *own: dict[str, Any], **keys: Any) -> Creative:
    made = [{"name": f"o{n}", "offers": "all", "layers": [{"fill": "white"}], **one} for n, one in enumerate(pool)]
    return valid({"title": "T", "size": "60x30", "place": place, "variants": [*own, *made, QUIET], **keys})


def moment_with(found: dict[str, int]) -> Moment:
    return moment_of(client=Client("browser", time="live"), recipient=found)


def known_in(place: int, seen: tuple[SeenVariant, ...] = (), send: str = "n-0", at: float = NOW) -> Circumstances:
    return Circumstances(f"image-{place}", "camille", send, at, counted=True, seen=seen, draws=DRAWS)


def seen_in(place: int, offer: str, send: str = "n-0", at: float = NOW) -> SeenVariant:
    return SeenVariant(f"image-{place}", offer, "", send, at, "all", place)


def shown(pool: list[dict[str, Any]], place: int, found: dict[str, int], known: Circumstances) -> Decision:
    return decide(image_of(pool, place), moment_with(found), VOCABULARY, known)


def opened(
    pool: list[dict[str, Any]],
    asked: list[tuple[int, dict[str, int], bool]],
    before: tuple[SeenVariant, ...] = (),
    send: str = "n-0",
    at: float = NOW,
) -> tuple[dict[int, str], tuple[SeenVariant, ...]]:
    """What each place shows at last, and all that was seen; each is asked with facts of its own, and stored or not."""
    seen, said = before, dict[int, str]()
    for step, (place, found, stored) in enumerate(asked):
        decision = shown(pool, place, found, known_in(place, seen, send, at + step))
        said[place] = decision.variant.name
        if stored and decision.variant.name != "quiet":
            seen = (*seen, seen_in(place, decision.variant.name, send, at + step))
    return said, seen


def no_two_alike(said: dict[int, str]) -> bool:
    offers_said = [name for name in said.values() if name != "quiet"]
    return len(set(offers_said)) == len(offers_said)


@given(pools, places, facts, st.data())
def test_an_email_never_says_the_same_twice_whatever_is_stored(
    pool: list[dict[str, Any]], asked: list[int], found: dict[str, int], data: st.DataObject
) -> None:
    """With the same facts; what each image sees of what others have shown is drawn, too."""
    stored = data.draw(st.lists(st.booleans(), min_size=len(asked), max_size=len(asked)))
    said, _ = opened(pool, [(place, found, kept) for place, kept in zip(asked, stored, strict=True)])
    assert no_two_alike(said)


@given(pools, st.lists(st.tuples(st.integers(1, 4), facts), min_size=1, max_size=9))
def test_nor_where_facts_change_between_requests_that_are_stored(
    pool: list[dict[str, Any]], asked: list[tuple[int, dict[str, int]]]
) -> None:
    _, seen = opened(pool, [(place, found, True) for place, found in asked])
    of = {(one.creative, one.variant) for one in seen}
    assert len({variant for _, variant in of}) == len(of)


@given(pools, st.lists(st.tuples(st.integers(1, 4), st.integers(0, 6)), max_size=6), facts)
def test_what_went_wrong_is_mended_when_the_email_is_opened_again(
    pool: list[dict[str, Any]], records: list[tuple[int, int]], found: dict[str, int]
) -> None:
    """Whatever stands in the records, also the same offer in two places."""
    seen = tuple(seen_in(place, f"o{n}", at=NOW + step) for step, (place, n) in enumerate(records))
    assert no_two_alike({place: shown(pool, place, found, known_in(place, seen)).variant.name for place in range(1, 5)})


@settings(max_examples=cases(40, by_night=1000))
@given(pools, facts, st.integers(1, 4))
def test_the_order_of_requests_changes_nothing(pool: list[dict[str, Any]], found: dict[str, int], count: int) -> None:
    orders = permutations(range(1, count + 1))
    said = [opened(pool, [(place, found, True) for place in order])[0] for order in orders]
    alone = {place: shown(pool, place, found, known_in(place)).variant.name for place in range(1, count + 1)}
    assert all(one == alone for one in said)


@given(pools, places, facts, facts)
def test_an_image_keeps_what_it_has_shown_as_long_as_it_may(
    pool: list[dict[str, Any]], asked: list[int], first: dict[str, int], then: dict[str, int]
) -> None:
    said, seen = opened(pool, [(place, first, True) for place in asked])
    again, _ = opened(pool, [(place, first, True) for place in asked], seen)
    assert again == said
    for place, name in said.items():
        may = name != "quiet" and shown([pool[int(name[1:])]], 1, then, known_in(9, seen)).variant.name != "quiet"
        if may:
            assert shown(pool, place, then, known_in(place, seen)).variant.name == name


@given(pools, facts, st.randoms())
def test_the_order_of_files_changes_nothing(pool: list[dict[str, Any]], found: dict[str, int], chance: Any) -> None:
    """Of equals, the first by name."""
    creative = image_of(pool, 2)
    others = list(creative.variants[:-1])
    chance.shuffle(others)
    mixed = creative.model_copy(update={"variants": (*others, creative.variants[-1])})
    mixed.__dict__.pop("ranked", None)
    named = [decide(one, moment_with(found), VOCABULARY, known_in(2)).variant.name for one in (creative, mixed)]
    assert named[0] == named[1]
    assert decide(creative, moment_with(found), VOCABULARY, known_in(2)) == decide(
        creative, moment_with(found), VOCABULARY, known_in(2)
    )


@given(pools, st.lists(st.lists(st.integers(1, 3), unique=True, min_size=1), min_size=1, max_size=6), facts)
def test_limits_are_of_the_offer_whichever_image_shows_it(
    pool: list[dict[str, Any]], emails: list[list[int]], found: dict[str, int]
) -> None:
    seen: tuple[SeenVariant, ...] = ()
    sends: list[dict[str, float]] = []
    for number, email in enumerate(emails):
        at = NOW + number * DAY
        said, seen = opened(pool, [(place, found, True) for place in email], seen, f"n-{number}", at)
        sends.append(dict.fromkeys(said.values(), at))
    for number, said_at in enumerate(sends):
        for name, at in said_at.items():
            one = pool[int(name[1:])] if name != "quiet" else {}
            before = [other[name] for other in sends[:number] if name in other]
            assert "rest" not in one or not [when for when in before if at - when < 3 * DAY]
            assert "cap" not in one or len([when for when in before if at - when < 7 * DAY]) < 2
            spoke = [other for other in sends[:number] if set(other) != {"quiet"}]
            assert "vary" not in one or not spoke or name not in spoke[-1]


@given(pools, facts, st.integers(1, 3))
def test_nobody_and_no_consent_are_told_by_places_alone(
    pool: list[dict[str, Any]], found: dict[str, int], count: int
) -> None:
    for known in (Circumstances("x", draws=DRAWS), Circumstances("x", "camille", "n-0", NOW, draws=DRAWS)):
        said = {
            place: shown(pool, place, found, replace(known, creative=f"image-{place}")).variant.name
            for place in range(1, count + 1)
        }
        assert no_two_alike(said)
        free = [one for one in said.values() if one != "quiet"]
        assert all("rest" not in pool[int(name[1:])] for name in free)


@given(pools, facts, st.sampled_from([0.0, 0.5]))
def test_draws_are_the_same_in_all_images(pool: list[dict[str, Any]], found: dict[str, int], silence: float) -> None:
    assume(len(pool) > 1)
    split = {"o0": 1, "o1": 1}
    said = {}
    for place in (1, 2, 3):
        creative = image_of(pool, place, split=split, **({"silence": silence} if silence else {}))
        said[place] = decide(creative, moment_with(found), VOCABULARY, known_in(place)).variant.name
    assert no_two_alike(said)
    assert not {"o0", "o1"} <= set(said.values())


def test_own_variants_stand_beside_offers() -> None:
    own = {"name": "ticket", "when": "recipient.a == 3", "rank": 2, "layers": [{"fill": "white"}]}
    creative = image_of([{}, {}], 1, own)
    assert decide(creative, moment_with({"a": 3}), VOCABULARY, known_in(1)).variant.name == "ticket"
    assert decide(creative, moment_with({"a": 1}), VOCABULARY, known_in(1)).variant.name == "o0"


def test_another_pool_has_places_of_its_own_and_yet_says_nothing_again() -> None:
    seen = (replace_pool(seen_in(1, "o0")),)
    assert shown([{}, {}, {}], 2, {}, known_in(2, seen)).variant.name == "o2"
    assert shown([{}, {}, {}], 2, {}, known_in(2, (seen_in(1, "o0"),))).variant.name == "o1"


def replace_pool(one: SeenVariant) -> SeenVariant:
    return one._replace(pool="summer")
