"""Rounded numbers of segments: near the truth, and the same whoever of few people is in it."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume, example, given
from hypothesis import strategies as st

from livecontent.sources.segment_counts import SegmentCounts
from livecontent.studio.segment_figures import FEW, PeopleCount, figures_of, overlaps, round_part, round_parts

PEOPLE = st.integers(0, 400) | st.integers(0, 20_000)
THREE = st.tuples(PEOPLE, PEOPLE, PEOPLE)
FEW_PEOPLE = st.integers(0, FEW - 1)


def holds(told: PeopleCount, people: int) -> bool:
    return not told.below or people < told.number


@given(THREE)
def test_a_number_has_two_leading_digits_and_none_is_below_fifty(parts: tuple[int, ...]) -> None:
    for told, people in zip(round_parts(*parts), parts, strict=True):
        assert told.number >= FEW
        assert told.below or not str(told.number)[2:].strip("0")
        assert holds(told, people)
        assert told.below or abs(told.number - people) <= 0.15 * sum(parts) + 2 * FEW
        assert people >= FEW or told.below


@given(FEW_PEOPLE, FEW_PEOPLE, PEOPLE, PEOPLE, st.permutations((0, 1, 2)))
def test_what_is_told_is_the_same_whatever_number_few_are(
    few: int, other: int, middle: int, largest: int, order: list[int]
) -> None:
    """Even to who knows the whole, and of one other part how many it really has."""
    assume(largest + min(0, few - other) > middle)

    def said(people: int) -> tuple[PeopleCount, ...]:
        parts = (people, middle, largest + few - people)
        return round_parts(*(parts[at] for at in order))

    assert said(few) == said(other)


@given(
    st.integers(0, 2) | FEW_PEOPLE,
    st.integers(FEW, 110) | PEOPLE,
    st.integers(-2, 2) | PEOPLE,
    st.permutations((0, 1, 2)),
)
@example(0, 75, 0, [0, 1, 2])
def test_few_might_be_another_number_to_who_knows_the_whole(few: int, one: int, more: int, order: list[int]) -> None:
    parts = (few, one, max(one + more, 0))
    assume(sum(parts))
    found = [(people, one + few - people, parts[2]) for people in range(FEW)]
    found += [(people, one, parts[2] + few - people) for people in range(FEW)]
    said = round_parts(*(parts[at] for at in order))
    others = [other for other in found if other[0] != few and min(other) >= 0]
    assert any(round_parts(*(other[at] for at in order)) == said for other in others)


@given(FEW_PEOPLE, FEW_PEOPLE, st.integers(2 * FEW, 20_000), st.integers(0, 20_000))
def test_a_part_does_not_tell_how_few_are_not_in_it(few: int, other: int, whole: int, rest: int) -> None:
    told = round_parts(whole, 0, rest)[0]
    assert round_part(whole - few, whole, told) == round_part(whole - other, whole, told)
    assert round_part(few, whole, told) == round_part(other, whole, told)


def counts_of(both: int, first: int, second: int, neither: int) -> SegmentCounts:
    together = Counter({("a", "a"): both + first, ("b", "b"): both + second, ("a", "b"): both})
    return SegmentCounts(both + first + second + neither, together)


@given(st.tuples(PEOPLE, PEOPLE, PEOPLE, PEOPLE))
def test_of_two_segments_no_fewer_than_fifty_in_both_or_in_one_alone_are_told(parts: tuple[int, ...]) -> None:
    counts = counts_of(*parts)
    for pair in overlaps(counts, {"a", "b"}, exact=False):
        assert holds(pair.people, parts[0])
        assert 0 <= pair.of_first <= 1
        assert 0 <= pair.of_second <= 1
        sides = [figures_of(counts, name, exact=False).inside for name in "ab"]
        for side, alone in zip(sides, parts[1:3], strict=True):
            if not side.below and not pair.people.below and alone < FEW and alone == min(parts[1:3]):
                assert pair.people == side, "what is left of it would be told"


@given(THREE)
def test_who_may_see_people_sees_exact_numbers(parts: tuple[int, int, int]) -> None:
    inside, unknown, outside = parts
    counts = SegmentCounts(sum(parts), Counter({("a", "a"): inside}), Counter({"a": unknown}))
    assert figures_of(counts, "a", exact=True)[:3] == (
        PeopleCount(inside),
        PeopleCount(unknown),
        PeopleCount(outside),
    )
