"""What every store of votes must do: a class of tests that the tests of a store inherit.

The fixture `store` is an empty store, `again` opens the same one a second time; `silent` is a set of refs of people who
consent to nothing.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.storage.votes import Vote

ANN, BOB = "a" * 26, "b" * 26


class VoteStoreContract:
    def test_an_empty_store_has_no_votes(self, store: Blocking) -> None:
        assert store.counts("colour") == {}
        assert store.polls() == {}
        assert store.of_person(ANN) == []

    def test_the_last_vote_of_each_counts(self, store: Blocking, again: Blocking) -> None:
        for one, ref, answer, at in ((store, ANN, "red", 1.0), (again, BOB, "red", 2.0), (store, ANN, "blue", 3.0)):
            one.cast(Vote("colour", ref, answer, at))
        again.cast(Vote("colour", ANN, "red", 2.5))
        again.cast(Vote("size", ANN, "red", 2.0))
        for one in (store, again):
            assert one.counts("colour") == {"red": 1, "blue": 1}
            assert one.polls() == {"colour": {"blue": 1, "red": 1}, "size": {"red": 1}}
        assert store.of_person(ANN) == [Vote("colour", ANN, "blue", 3.0), Vote("size", ANN, "red", 2.0)]

    def test_a_vote_of_somebody_who_is_forgotten_goes_on_being_counted(self, store: Blocking, silent: set[str]) -> None:
        store.cast(Vote("colour", ANN, "red", 1.0))
        silent.add(ANN)
        store.forget([ANN, BOB])
        store.cast(Vote("colour", ANN, "blue", 2.0))
        assert store.of_person(ANN) == []
        assert store.counts("colour") == {"red": 1}

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
    @given(votes=st.lists(st.tuples(st.integers(0, 5), st.sampled_from("rgb")), max_size=30), number=st.integers(0))
    def test_counts_are_those_of_the_last_votes(
        self, store: Blocking, again: Blocking, votes: list[tuple[int, str]], number: int
    ) -> None:
        poll = f"p{number}x{len(store.polls())}"
        last: dict[int, str] = {}
        for at, (who, answer) in enumerate(votes):
            last[who] = answer
            (store if at % 2 else again).cast(Vote(poll, f"{who:026}", answer, float(at)))
        assert store.counts(poll) == Counter(last.values())
