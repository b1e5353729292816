"""What the stores of people, consents and sends must do together: a class of tests that those of a backend inherit.

The fixture `storage` has empty stores, `again` opens the same ones a second time.
"""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recipient_store_contract import put, recipient

from livecontent.facts import Consent, Person, Place
from livecontent.storage.base import ConsentDecision, Send
from livecontent.storage.events import LastKnownPlace

LILLE = Place("Lille", "Hauts-de-France", "FR", 50.6, 3.1, "Europe/Paris")
ANN = recipient("ann", first_name="Ann", points=3)
AT = datetime(2026, 11, 27, 8, tzinfo=UTC)


def decide(storage: Any, ref: str, state: Consent, at: float = 1.0) -> None:
    storage.consents.put([ConsentDecision(ref, state, at)])


class StorageContract:
    def test_profile_consent_and_place_come_together(self, storage: Any) -> None:
        put(storage.recipients, [ANN])
        assert storage.people.look_up(ANN.ref) == Person(ANN.ref, "no-record", ANN.profile)
        decide(storage, ANN.ref, "full")
        storage.consents.remember([LastKnownPlace(ANN.ref, LILLE, "2026-11-21")])
        found = storage.people.look_up(ANN.ref)
        assert found == Person(ANN.ref, "full", ANN.profile, decided=True, last_place=LILLE, last_seen="2026-11-21")
        assert found.known

    def test_of_who_consents_to_nothing_there_is_nothing(self, storage: Any) -> None:
        put(storage.recipients, [ANN])
        decide(storage, ANN.ref, "none")
        assert storage.people.look_up(ANN.ref) == Person("", "none", decided=True)

    def test_a_ref_of_nobody_is_not_known(self, storage: Any) -> None:
        found = storage.people.look_up("a" * 26)
        assert found == Person("a" * 26, "no-record")
        assert not found.known
        decide(storage, "a" * 26, "full")
        assert storage.people.look_up("a" * 26).known, "somebody who has decided"

    def test_what_nobody_knows_of_a_recipient_is_left_out(self, storage: Any) -> None:
        put(storage.recipients, [recipient("ann", first_name=None, points=0, note="")])
        assert storage.people.look_up(ANN.ref).profile == {"id": "ann", "points": 0, "note": ""}

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(ref=st.text(max_size=30))
    def test_any_ref_is_looked_up(self, storage: Any, ref: str) -> None:
        assert storage.people.look_up(ref).profile is None

    def test_whoever_gets_another_ref_keeps_all_that_is_known(self, storage: Any, again: Any) -> None:
        put(storage.recipients, [ANN])
        decide(storage, ANN.ref, "full", 2.0)
        decide(storage, "b" * 26, "none", 1.0)  # an older decision under the new ref does not hold
        storage.consents.remember([LastKnownPlace(ANN.ref, LILLE, "2026-11-21")])
        for _ in range(2):
            again.rename({ANN.ref: "b" * 26, "c" * 26: "d" * 26})
        assert not storage.people.look_up(ANN.ref).known
        found = storage.people.look_up("b" * 26)
        assert (found.consent, found.profile, found.last_place) == ("full", ANN.profile, LILLE)
        assert not storage.people.look_up("d" * 26).known

    def test_two_processes_see_the_same(self, storage: Any, again: Any) -> None:
        for points in range(3):
            put((storage if points % 2 else again).recipients, [recipient("ann", points=points)])
            decide(storage if points % 2 else again, ANN.ref, "full" if points % 2 else "no-record", float(points))
            assert storage.people.look_up(ANN.ref) == again.people.look_up(ANN.ref)
            assert (storage.people.look_up(ANN.ref).profile or {})["points"] == points

    def test_a_send_is_told_by_the_seconds_since_it(self, storage: Any, again: Any) -> None:
        assert storage.sends.since("friday", AT) is None
        again.sends.put(Send("friday", AT.timestamp() - 90, ("umbrella",), "brevo", "Black Friday"))
        assert storage.sends.since("friday", AT) == 90
        again.sends.put(Send("friday", AT.timestamp() + 60))
        assert storage.sends.since("friday", AT) == -60
        assert storage.sends.since("monday", AT) is None

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text())
    def test_any_id_is_looked_up(self, storage: Any, text: str) -> None:
        assert storage.sends.since(text, AT) is None

    def test_sends_are_listed_the_newest_first(self, storage: Any) -> None:
        kept = [Send("a", 1.0), Send("b", 3.0, ("umbrella", "card"), "brevo", "B"), Send("c", 2.0)]
        for send in kept:
            storage.sends.put(send)
        assert storage.sends.list() == [kept[1], kept[2], kept[0]]
