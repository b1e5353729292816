"""What every store of events must do: a class of tests that the tests of a store inherit.

The fixture `store` is an empty store, `again` opens the same one a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.errors import StorageError
from livecontent.facts import Consent
from livecontent.storage.events import Event

SHOWN = Event("shown", 1000.0, "umbrella", "ref-a", "v1", "rain", "live", "jpg", "gmail", "https://a.example/")


def shown(ref: str = "ref-a", **changes: Any) -> Event:
    return SHOWN._replace(ref=ref, **changes)


def everybody(_ref: str) -> Consent:
    """All consent."""
    return "full"


def gist(event: Event | None) -> tuple[object, ...] | None:
    """What of an event is needed to follow its link."""
    return event and (event.kind, event.at, event.creative, event.ref, event.version, event.variant, event.link)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
kinds: st.SearchStrategy[Literal["shown", "clicked"]] = st.sampled_from(["shown", "clicked"])
events = st.builds(
    Event,
    kinds,
    st.floats(0, 4e9),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "x", "y"]),
    variant=st.sampled_from(["", "v", "w"]),
    link=st.none() | words,
    version=words,
    client=words,
    reasons=st.dictionaries(words, words, max_size=2),
    micros=st.dictionaries(words, st.integers(0, 10**9), max_size=2),
)


class EventStoreContract:
    def test_nothing_was_shown_in_an_empty_store(self, store: Blocking) -> None:
        assert store.last_shown("umbrella", "ref-a") is None
        store.append([])
        assert store.last_shown("", "") is None

    def test_what_was_shown_last_is_told_by_creative_and_recipient(self, store: Blocking) -> None:
        store.append([shown(), shown("ref-b", variant="snow"), shown(creative="card", variant="gold", link=None)])
        assert gist(store.last_shown("umbrella", "ref-a")) == gist(SHOWN)
        assert gist(store.last_shown("umbrella", "ref-b")) == gist(shown("ref-b", variant="snow"))
        assert gist(store.last_shown("card", "ref-a")) == gist(shown(creative="card", variant="gold", link=None))
        assert store.last_shown("card", "ref-b") is None

    def test_what_was_shown_in_a_send_comes_before_what_was_shown_last(self, store: Blocking) -> None:
        store.append([shown(at=1.0, variant="a", send="a"), shown(at=2.0, variant="b", send="b"), shown(at=3.0)])
        for send, variant in {"a": "a", "b": "b", "c": "rain", "": "rain"}.items():
            found = store.last_shown("umbrella", "ref-a", send)
            assert found
            assert found.variant == variant
        store.append([shown(at=4.0, variant="again", send="a")])
        assert gist(store.last_shown("umbrella", "ref-a")) == gist(shown(at=4.0, variant="again"))
        assert gist(store.last_shown("umbrella", "ref-a", "b")) == gist(shown(at=2.0, variant="b"))

    def test_the_latest_counts_in_whatever_order_events_come(self, store: Blocking) -> None:
        store.append([shown(at=5.0, variant="late"), shown(at=3.0, variant="early")])
        store.append([shown(at=4.0, variant="between")])
        assert gist(store.last_shown("umbrella", "ref-a")) == gist(shown(at=5.0, variant="late"))
        store.append([shown(at=5.0, variant="same moment, but after it")])
        assert gist(store.last_shown("umbrella", "ref-a")) == gist(shown(at=5.0, variant="same moment, but after it"))

    def test_only_pictures_of_a_variant_for_a_recipient_can_have_been_shown_last(self, store: Blocking) -> None:
        store.append([SHOWN._replace(kind="clicked"), shown(variant=""), shown("")])
        assert store.last_shown("umbrella", "ref-a") is None
        assert store.last_shown("umbrella", "") is None

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
    @given(batches=st.lists(st.lists(events, max_size=5), max_size=5))
    def test_the_last_shown_is_the_latest_of_all_that_were(
        self, new_store: Callable[[], Blocking], batches: list[list[Event]]
    ) -> None:
        store = new_store()
        for batch in batches:
            store.append(batch)
        for creative in "ab":
            for ref in "xy":
                candidates = [
                    event
                    for batch in batches
                    for event in batch
                    if (event.kind, event.creative, event.ref) == ("shown", creative, ref) and event.variant
                ]
                latest = max(candidates[::-1], key=lambda event: event.at, default=None)
                assert gist(store.last_shown(creative, ref)) == gist(latest)
        store.close()

    def test_a_batch_that_can_not_be_kept_is_not_kept_in_part(self, store: Blocking) -> None:
        with pytest.raises(StorageError):
            store.append([shown(), shown("ref-b", at=None)])
        assert store.last_shown("umbrella", "ref-a") is None
        store.append([shown()])
        assert gist(store.last_shown("umbrella", "ref-a")) == gist(SHOWN)

    def test_what_one_keeps_the_other_knows(self, store: Blocking, again: Blocking) -> None:
        store.append([shown()])
        assert gist(again.last_shown("umbrella", "ref-a")) == gist(SHOWN)
        again.append([shown(at=2000.0, variant="snow")])
        assert gist(store.last_shown("umbrella", "ref-a")) == gist(shown(at=2000.0, variant="snow"))

    def test_all_of_a_person_is_told_in_its_order_and_whole(self, store: Blocking) -> None:
        first = shown(
            at=1.0, reasons={"weather": "fresh"}, micros={"decide": 5}, send="friday", who="human", time="live"
        )
        second = shown(at=2.0, creative="loyalty", link=None, kind="clicked")
        store.append([second, shown("ref-b"), first, shown("")])
        assert store.of_person("ref-a") == [first, second]
        store.forget(["ref-a"])
        assert store.of_person("ref-a") == store.of_person("") == store.of_person("nobody") == []
