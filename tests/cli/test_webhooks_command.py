"""`webhooks`: alerts that wait or are dead, and what doctor says of them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from running import Run, said

from blocking import Blocking
from livecontent.cli.storage import SHIPPED
from livecontent.history.messages import MessageReader
from livecontent.storage.alerts import Firing
from livecontent.storage.sqlite.history import SqliteHistory

TRIGGER = "entered: {when: 'true', url: adviser}\n"


@pytest.fixture
def alerts(shop: Path) -> Any:
    """Two that wait, one of them dead."""
    (shop / ".livecontent").mkdir(mode=0o700)
    store: Any = Blocking(SqliteHistory(shop / ".livecontent" / "history.db", lambda _: "full"))
    now, reader = time.time(), MessageReader()
    messages = [reader.read({"event": "Store Visited", "anonymousId": f"v{n}"}, now, {}) for n in range(2)]
    store.put(messages, [one.mid for one in messages])
    seqs = [seq for seq, _ in store.alerts.watched(9)]
    store.alerts.fire(seqs, [Firing(seq, "entered", now - 600, 1.0) for seq in seqs])
    dead, waiting = store.alerts.alerts()
    store.alerts.settle(dead._replace(state="dead", tries=1, problem="status 410"), dead)
    store.alerts.settle(waiting._replace(tries=2, due=now + 900, problem="no whole answer within 10 s"), waiting)
    return store.alerts


@pytest.mark.usefixtures("alerts")
def test_what_waits_and_what_is_dead_is_listed_with_the_reason(run: Run) -> None:
    dead, waiting = said(run("webhooks")).splitlines()[:2]
    assert dead.endswith("  entered  10 min old  dead  1 try  status 410")
    assert waiting.endswith("waiting, again in 15 min  2 tries  no whole answer within 10 s")
    assert "2 alerts: 1 waiting, 1 dead" in said(run("webhooks"))


def test_one_is_tried_again_and_another_erased(run: Run, alerts: Any) -> None:
    dead, waiting = alerts.alerts()
    run("webhooks", "--retry", dead.id)
    assert [(one.state, one.tries) for one in alerts.alerts()] == [("waiting", 0), ("waiting", 2)]
    assert "no alert msg_1 is waiting or dead" in said(run("webhooks", "--retry", "msg_1"))
    run("webhooks", "--forget", waiting.id, "--yes")
    assert [one.id for one in alerts.alerts()] == [dead.id]
    run("webhooks", "--forget", "all", "--yes")
    assert "0 alerts: 0 waiting, 0 dead" in said(run("webhooks"))


@pytest.mark.usefixtures("alerts")
def test_doctor_tells_of_the_dead_and_of_triggers_that_lead_nowhere(run: Run, shop: Path) -> None:
    with (shop / "livecontent.toml").open("a") as file:
        file.write(f'\n[weather]\nprovider = "file"\nfile = "{SHIPPED}/weather.json"\n')
    (shop / "templates" / "triggers.yaml").write_text(TRIGGER)
    found = {one["what"]: one for one in json.loads(run("doctor", "--json").output)}
    assert found["webhooks"]["seen"] == "1 alert waiting, 1 dead"
    assert found["trigger entered"]["seen"].startswith("there is no webhook adviser in the settings")
    assert "there is no webhook adviser" in said(run("check"))
    with (shop / "livecontent.toml").open("a") as file:
        file.write(
            '\n[webhooks]\nsecret = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"\nurls.adviser = "http://localhost:9/"\n'
        )
    found = {one["what"]: one for one in json.loads(run("doctor", "--json").output)}
    assert found["trigger entered"]["seen"] == "localhost is an address of a private network"
