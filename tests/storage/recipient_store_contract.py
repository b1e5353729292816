"""What every store of recipients must do: a class of tests that the tests of a store inherit.

The fixture `store` is an empty store.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.errors import DataError
from livecontent.imports.table_file import ImportOutcome
from livecontent.links import ref_of
from livecontent.storage.base import MAX_PROFILE, Recipient

KEY = b"k" * 32

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def recipient(recipient_id: str, **profile: Any) -> Recipient:
    return Recipient(ref_of(recipient_id, KEY), {"id": recipient_id, **profile})


def put(store: Blocking, recipients: Iterable[Recipient]) -> list[ImportOutcome]:
    with store.batch() as batch:
        return [batch.put(recipient) for recipient in recipients]


class RecipientStoreContract:
    def test_an_empty_store_knows_nobody(self, store: Blocking) -> None:
        assert store.get(ref_of("ann", KEY)) is None
        assert store.find("ann") is None
        assert store.count() == 0
        assert store.sample(5) == store.search("a", 5) == store.attributes() == list(store.iterate()) == []

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
    @given(known=st.dictionaries(texts, plain, max_size=5))
    def test_a_profile_comes_back_as_it_went_in(self, store: Blocking, known: dict[str, object]) -> None:
        ann = Recipient(ref_of("ann", KEY), {**known, "id": "ann"})
        put(store, [ann])
        assert store.get(ann.ref) == ann.profile
        assert store.find("ann") == ann
        assert store.find_many(["ann", "nobody"]) == {"ann": ann}

    def test_what_events_told_stays_until_a_profile_says_otherwise(self, store: Blocking) -> None:
        ann = recipient("ann", bought=["u-1"], viewed=["u-2"], city="Lille")
        assert put(store, [ann]) == ["added"]
        assert put(store, [recipient("ann", city="Lille")]) == ["unchanged"]
        assert put(store, [recipient("ann", city="Paris", viewed=["u-3"])]) == ["changed"]
        assert store.get(ann.ref) == {"id": "ann", "city": "Paris", "bought": ["u-1"], "viewed": ["u-3"]}

    def test_a_profile_keeps_the_types_of_its_values(self, store: Blocking) -> None:
        put(store, [recipient("ann", whole=1, real=1.0, true=True, text="1", many=["1", 1])])
        profile = store.get(ref_of("ann", KEY))
        assert profile
        assert {name: type(value) for name, value in profile.items()} == {
            "id": str,
            "whole": int,
            "real": float,
            "true": bool,
            "text": str,
            "many": list,
        }

    @pytest.mark.parametrize("ref", ["", "ann", "'; DROP TABLE recipients; --", "\0", "\ud800", "é" * 10_000])
    def test_a_ref_of_nobody_is_nobody_or_our_error(self, store: Blocking, ref: str) -> None:
        put(store, [recipient("ann")])
        try:
            assert store.get(ref) is None
        except Exception as error:  # noqa: BLE001  whichever it is
            assert type(error).__module__ == "livecontent.errors"  # noqa: PT017
        assert store.count() == 1

    def test_an_id_is_found_in_all_its_unicode_forms(self, store: Blocking) -> None:
        put(store, [recipient("zo\u00e9")])
        assert store.find("zo\u00e9") == store.find("zoe\u0301") == store.find(" zo\u00e9 ") == recipient("zo\u00e9")
        assert store.find("zoe") is None

    def test_each_recipient_is_added_then_unchanged_then_changed(self, store: Blocking) -> None:
        ann, bob = recipient("ann", points=1), recipient("bob")
        assert put(store, [ann, bob]) == ["added", "added"]
        assert put(store, [bob, ann]) == ["unchanged", "unchanged"]
        assert put(store, [recipient("ann", points=2)]) == ["changed"]
        assert store.get(ann.ref) == {"id": "ann", "points": 2}
        assert store.get(bob.ref) == {"id": "bob"}

    def test_the_order_of_names_changes_nothing(self, store: Blocking) -> None:
        put(store, [recipient("ann", a=1, b=2)])
        assert put(store, [recipient("ann", b=2, a=1)]) == ["unchanged"]

    def test_the_first_of_a_batch_counts_where_one_is_repeated(self, store: Blocking) -> None:
        rows = [recipient("ann", points=1), recipient("bob"), recipient("ann", points=2)]
        assert put(store, rows) == ["added", "added", "repeated"]
        assert store.get(rows[0].ref) == {"id": "ann", "points": 1}
        assert put(store, [rows[2]]) == ["changed"]

    def test_a_batch_is_seen_at_its_end_only(self, store: Blocking) -> None:
        old, new = recipient("ann", points=1), recipient("ann", points=2)
        put(store, [old])
        with store.batch() as batch:
            batch.put(new)
            batch.put(recipient("bob"))
            assert store.get(old.ref) == old.profile
            assert store.find("bob") is None
            assert store.count() == 1
        assert store.get(old.ref) == new.profile
        assert store.count() == 2

    def test_a_batch_that_fails_leaves_no_trace(self, store: Blocking) -> None:
        put(store, [recipient("ann", points=1)])

        def broken_off() -> Iterator[Recipient]:
            yield recipient("ann", points=2, colour="red")
            yield recipient("bob")
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            put(store, broken_off())
        assert store.get(ref_of("ann", KEY)) == {"id": "ann", "points": 1}
        assert list(store.iterate()) == [(ref_of("ann", KEY), "ann")]
        assert store.attributes() == ["id", "points"]
        assert put(store, [recipient("bob")]) == ["added"]

    def test_a_profile_of_more_than_64_kib_is_refused(self, store: Blocking) -> None:
        empty = len('{"id":"ann","note":""}')
        assert put(store, [recipient("ann", note="x" * (MAX_PROFILE - empty))]) == ["added"]
        for note in ("x" * (MAX_PROFILE - empty + 1), "é" * (MAX_PROFILE // 2)):
            with pytest.raises(DataError, match=str(MAX_PROFILE)):
                put(store, [recipient("bob", note=note)])
        assert store.count() == 1

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1, 2}, "\ud800"])
    def test_what_is_no_plain_data_is_refused(self, store: Blocking, value: object) -> None:
        with pytest.raises(DataError):
            put(store, [recipient("ann", value=value)])
        assert store.count() == 0

    def test_another_key_is_refused_rather_than_break_sent_mails(self, store: Blocking) -> None:
        put(store, [recipient("ann")])
        with pytest.raises(DataError, match="key"):
            put(store, [recipient("bob"), Recipient(ref_of("ann", b"other"), {"id": "ann"})])
        assert store.get(ref_of("ann", KEY)) == {"id": "ann"}
        assert store.count() == 1

    def test_all_are_listed_by_id(self, store: Blocking) -> None:
        ids = [f"c{number:03d}" for number in range(50)]
        put(store, [recipient(recipient_id) for recipient_id in reversed(ids)])
        assert list(store.iterate()) == [(ref_of(recipient_id, KEY), recipient_id) for recipient_id in ids]

    def test_a_sample_is_some_of_them_and_stays_the_same(self, store: Blocking) -> None:
        everybody = [recipient(f"c{number}", points=number) for number in range(50)]
        put(store, everybody)
        sample = store.sample(5)
        assert len(sample) == len({one.ref for one in sample}) == 5
        assert all(one in everybody for one in sample)
        assert store.sample(5) == sample
        assert len(store.sample(100)) == 50

    def test_a_search_finds_by_the_start_of_ids_then_by_names(self, store: Blocking) -> None:
        put(
            store,
            [
                recipient("mar-1", first_name="Zoé", last_name="Dupré"),
                recipient("x-mar", first_name="Bob"),
                recipient("y-2", first_name="Omar"),
                recipient("mar-2", last_name="MARTIN"),
                recipient("y-3", last_name="Dupre", first_name=5),
            ],
        )
        assert [one.id for one in store.search("mar", 9)] == ["mar-1", "mar-2", "y-2"]
        assert [one.id for one in store.search("mar", 1)] == ["mar-1"]
        assert {one.id for one in store.search("DUPRÉ", 9)} == {"mar-1", "y-3"}
        assert [one.id for one in store.search("zoe dup", 9)] == ["mar-1"]
        assert store.search("%", 9) == store.search("_", 9) == store.search("*", 9) == []
        assert [one.id for one in store.search("\ud800mar-1\0", 9)] == ["mar-1"]
        assert len(store.search("", 9)) == 5

    def test_the_names_of_attributes_are_remembered(self, store: Blocking) -> None:
        put(store, [recipient("ann", points=1), recipient("bob", city="Rome")])
        put(store, [recipient("ann", colour="red")])
        assert store.attributes() == ["city", "colour", "id", "points"]

    def test_cities_without_coordinates_are_counted(self, store: Blocking) -> None:
        assert store.cities() == []
        lille = {"city": "Lille", "country": "FR"}
        at = {"latitude": 50.6, "longitude": 3.1}
        put(
            store,
            [recipient("a", **lille), recipient("b", **lille, first_name="Léa"), recipient("c", **lille, **at)],
        )
        put(store, [recipient("d"), recipient("e", city="Lille", region="59")])
        found = sorted(store.cities(), key=lambda item: -item[1])
        assert found == [({**lille, "region": None}, 2), ({"city": "Lille", "region": "59", "country": None}, 1)]

    def test_many_threads_may_read_while_one_writes(self, store: Blocking) -> None:
        everybody = [recipient(f"c{number}") for number in range(100)]
        put(store, everybody)
        wrong: list[object] = []

        def read() -> None:
            try:
                wrong.extend(one for one in everybody * 3 if store.get(one.ref) != one.profile)
            except Exception as error:  # noqa: BLE001  for the assertion below
                wrong.append(error)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        put(store, [recipient(f"d{number}") for number in range(300)])
        for thread in threads:
            thread.join()
        assert wrong == []

    def test_some_are_deleted_and_a_batch_that_fails_deletes_nobody(self, store: Blocking) -> None:
        everybody = [recipient(f"c{number}") for number in range(5)]
        put(store, everybody)
        with pytest.raises(ZeroDivisionError), store.batch() as batch:
            assert batch.delete([everybody[0].ref]) / 0
        assert store.count() == 5
        with store.batch() as batch:
            assert batch.delete([everybody[0].ref, everybody[1].ref, everybody[0].ref, ref_of("zoe", KEY)]) == 2
            assert store.count() == 5
        assert store.get(everybody[0].ref) is None
        assert store.find("c1") is None
        assert [one.id for one in store.page(9)] == ["c2", "c3", "c4"]

    def test_all_but_those_of_a_batch_are_deleted(self, store: Blocking) -> None:
        put(store, [recipient(f"c{number}", points=number) for number in range(2500)])
        progress: list[tuple[int, int]] = []
        with store.batch() as batch:
            batch.put(recipient("c1", points=1))
            batch.put(recipient("c2", colour="red"))
            batch.put(recipient("new"))
            assert batch.count_others() == 2498
            batch.delete_others(lambda done, total: progress.append((done, total)))
            assert store.count() == 2500
        assert [one.profile for one in store.page(9)] == [
            {"id": "c1", "points": 1},
            {"id": "c2", "colour": "red"},
            {"id": "new"},
        ]
        assert progress[-1] == (2498, 2498)
        assert store.attributes() == ["colour", "id", "points"]
        put(store, [recipient("c9")])
        with store.batch() as batch:
            batch.put(recipient("c9"))
            batch.delete_others(lambda *_: None)
        assert store.attributes() == ["id"]

    def test_pages_follow_each_other_by_id(self, store: Blocking) -> None:
        ids = [f"c{number:02d}" for number in range(25)]
        put(store, [recipient(recipient_id) for recipient_id in reversed(ids)])
        pages, after = [], ""
        while page := store.page(10, after):
            pages.append([one.id for one in page])
            after = page[-1].id
        assert pages == [ids[:10], ids[10:20], ids[20:]]
        assert [one.id for one in store.profiles()] == ids
