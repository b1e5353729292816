"""What every store of alerts must do: a class of tests that the tests of a store inherit.

The fixture `store` is the history that they stand beside, empty; `again` opens the same one a second time.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from blocking import Blocking
from livecontent.history.messages import Message, MessageReader, user_ids, visitor_key
from livecontent.storage.alerts import KEPT, Alert, Firing

NOW = 1_795_000_000.0
READER = MessageReader()
REFS = {"ann": "a" * 26, "bob": "b" * 26}


def message(number: object, **told: Any) -> Message:
    raw = {"event": "Store Visited", "userId": "ann", "messageId": f"m{number}", **told}
    return READER.read(raw, NOW, {user: REFS[user] for user in user_ids(raw)})


def put(store: Blocking, *messages: Message) -> None:
    store.put(messages, [one.mid for one in messages])


def fire(store: Blocking, at: float = NOW, rest: float = 100.0) -> list[Firing]:
    """All that is watched, as the job does it."""
    seqs = [seq for seq, _ in store.alerts.watched(1000)]
    found: list[Firing] = store.alerts.fire(seqs, [Firing(seq, "entered", at, rest) for seq in seqs])
    return found


def due(store: Blocking, now: float = NOW) -> list[Alert]:
    found: list[Alert] = store.alerts.due("entered", now, 1000)
    return found


class AlertStoreContract:
    def test_only_new_messages_that_are_picked_are_watched_until_they_are_looked_at(
        self, store: Blocking, again: Blocking
    ) -> None:
        one, other = message(1), message(2)
        store.put([one, other], [one.mid])
        store.put([one, other], [one.mid, other.mid])
        assert [found.message.mid for found in again.alerts.watched(9)] == [one.mid]
        assert [one.seq for one in fire(again)] == [1]
        assert store.alerts.watched(9) == []

    def test_what_was_fired_waits_until_it_is_told(self, store: Blocking, again: Blocking) -> None:
        put(store, message(1, properties={"store_id": "lille"}))
        fire(store)
        (alert,) = due(again)
        assert (alert.trigger, alert.state, alert.tries) == ("entered", "waiting", 0)
        assert (alert.message.who, alert.message.values) == (REFS["ann"], {"store_id": "lille"})
        assert again.alerts.standing() == (1, 0, NOW)
        later = alert._replace(tries=1, due=NOW + 5, problem="status 500")
        again.alerts.settle(later, alert)
        assert (due(store), due(store, NOW + 5)) == ([], [later])
        store.alerts.settle(later._replace(state="done"), later)
        assert (due(again, NOW + 99), again.alerts.alerts(), again.alerts.standing()) == ([], [], (0, 0, None))

    def test_the_id_is_of_the_message_and_the_trigger(self, store: Blocking) -> None:
        put(store, message(1), message(2, userId="bob"))
        seqs = [seq for seq, _ in store.alerts.watched(9)]
        store.alerts.fire(seqs, [Firing(seq, name, NOW, 1.0) for seq in seqs for name in ("entered", "left")])
        ids = {one.id for one in store.alerts.alerts()}
        assert len(ids) == 4
        assert all(one.startswith("msg_") for one in ids)

    def test_the_dead_are_kept_for_a_week_and_what_was_told_until_the_rest_is_over(self, store: Blocking) -> None:
        put(store, message(1), message(2, userId="bob"))
        fire(store)
        one, other = due(store)
        store.alerts.settle(one._replace(state="dead", due=NOW, problem="status 410"), one)
        store.alerts.settle(other._replace(state="done"), other)
        store.alerts.tidy(NOW + 99)
        put(store, message(3, userId="bob"))
        assert fire(store, NOW + 99) == [], "it still rests"
        assert [alert.problem for alert in store.alerts.alerts()] == ["status 410"]
        store.alerts.tidy(NOW + KEPT)
        assert store.alerts.alerts() == []

    def test_it_rests_for_all_identities_of_a_person_and_for_nobody_else(self, store: Blocking) -> None:
        put(store, message(1, userId=None, anonymousId="v1"), message(2, userId="bob"))
        assert len(fire(store)) == 2
        store.put([message(9, type="identify", anonymousId="v1", event=None)])
        put(store, message(3), message(4, userId="bob"))
        assert fire(store, NOW + 99) == []
        put(store, message(5))
        assert len(fire(store, NOW + 100)) == 1

    def test_all_that_is_kept_of_a_person_is_found_under_any_name(self, store: Blocking) -> None:
        put(store, message(1), message(2, userId="bob"))
        fire(store)
        store.put([message(9, type="identify", anonymousId="v1", event=None)])
        for key in (REFS["ann"], visitor_key("v1")):
            assert [alert.seq for alert in store.alerts.of_person(key)] == [1]

    def test_of_who_is_forgotten_nothing_waits(self, store: Blocking) -> None:
        put(store, message(1), message(2, userId="bob"))
        fire(store)
        put(store, message(3, event="Ticket Opened"), message(4, event="Ticket Opened", userId="bob"))
        store.forget([REFS["ann"]])
        assert [alert.message.who for alert in due(store)] == [REFS["bob"]]
        assert [found.message.who for found in store.alerts.watched(9)] == [REFS["bob"]]

    def test_what_is_forgotten_while_it_is_looked_at_fires_nothing(self, store: Blocking) -> None:
        put(store, message(1))
        (found,) = store.alerts.watched(9)
        store.forget([REFS["ann"]])
        assert store.alerts.fire([found.seq], [Firing(found.seq, "entered", NOW, 1.0)]) == []
        tried = Alert(found.seq, "entered", NOW, "waiting", 1, NOW, "", found.message)
        store.alerts.settle(tried, tried)
        assert store.alerts.alerts() == []

    def test_what_is_to_be_tried_again_is_whatever_comes_of_a_call_that_goes_on(
        self, store: Blocking, again: Blocking
    ) -> None:
        put(store, message(1), message(2, userId="bob"))
        fire(store)
        one, other = due(store)
        again.alerts.retry([one, other], NOW + 9)
        store.alerts.settle(one._replace(state="dead", tries=9, due=NOW + 5, problem="status 410"), one)
        store.alerts.settle(other._replace(state="done"), other)
        assert due(store, NOW + 9) == [one._replace(due=NOW + 9)]
        again.alerts.retry([one, other], NOW + 20)
        assert due(store, NOW + 20) == [one._replace(due=NOW + 20)], "what was told is not told again"

    def test_what_waits_for_a_trigger_that_is_no_more_is_dead(self, store: Blocking) -> None:
        put(store, message(1), message(2, userId="bob"))
        fire(store)
        store.alerts.bury(["entered"], NOW + 5, "no such trigger")
        assert len(due(store)) == 2
        store.alerts.bury(["left"], NOW + 5, "no such trigger")
        assert {(one.state, one.due, one.problem) for one in store.alerts.alerts()} == {
            ("dead", NOW + 5, "no such trigger")
        }
        assert len(store.alerts.alerts()) == 2

    def test_some_are_dropped(self, store: Blocking) -> None:
        put(store, message(1), message(2, userId="bob"))
        fire(store)
        store.alerts.drop(due(store)[:1])
        assert [alert.message.who for alert in due(store)] == [REFS["bob"]]

    def test_in_whatever_order_and_however_often_they_come_each_fires_once_at_most_in_a_rest(self, make: Any) -> None:
        steps = st.tuples(
            st.sampled_from(["ann", "bob", "v1"]),
            st.integers(0, 8),  # which message: some come again
            st.integers(0, 60),  # seconds since the step before
            st.booleans(),  # whether the job looks now
            st.sampled_from(["track", "track", "track", "identify"]),
        )

        @settings(max_examples=40, deadline=None)
        @given(st.lists(steps, min_size=1, max_size=15))
        def holds(told: list[tuple[str, int, int, bool, str]]) -> None:
            now, fired, seen = NOW, list[tuple[str, float]](), set[int]()
            with make() as store:
                for who, number, later, look, kind in told:
                    now += later
                    names = {"anonymousId": who, "userId": None} if who == "v1" else {"userId": who}
                    if kind == "identify":
                        names = {"userId": "ann", "anonymousId": "v1", "event": None}
                    put(store, message(f"{kind}{who}{number}", type=kind, **names))
                    for one in fire(store, now) if look else ():
                        assert one.seq not in seen, "a message fires once"
                        seen.add(one.seq)
                        whose = next(alert.message.who for alert in due(store, now) if alert.seq == one.seq)
                        before = [at for key, at in fired if key in store.identities(whose)]
                        assert all(one.at - at >= 100 for at in before), "under all identities"
                        fired.append((whose, one.at))

        holds()
