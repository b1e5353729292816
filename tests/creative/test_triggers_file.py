"""What is written in triggers.yaml: read as meant, or refused with the place and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecontent.config import Settings
from livecontent.errors import CreativeError
from livecontent.history.messages import Message
from livecontent.setting_sections import WebhookSettings
from livecontent.sources.registry import SOURCES, make_vocabulary
from livecontent.storage.alerts import Alert
from livecontent.triggers.check import check_triggers
from livecontent.triggers.event import trigger_event
from livecontent.triggers.rules import read_triggers
from livecontent.triggers.webhook import JITTER, PAUSES, Webhooks, after_answer, after_failure

VOCABULARY = make_vocabulary(SOURCES)
MESSAGE = Message(b"m" * 16, "track", "Store Visited", "a" * 26, (), 0.0, 3600, {"store_id": "s-04"}, "{}")
ALERT = Alert(1, "entered", 0.0, "waiting", 0, 0.0, "", MESSAGE)
SECRET = "whsec_" + "c2VjcmV0" * 4


def read(folder: Path, text: str) -> dict[str, object]:
    (folder / "triggers.yaml").write_text(text)
    return dict(read_triggers(folder, VOCABULARY))


def test_where_there_is_no_file_there_are_none(tmp_path: Path) -> None:
    assert read_triggers(tmp_path, VOCABULARY) == {}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Entered:\n  when: true\n  url: a\n", 2, "not a valid name"),
        ("entered:\n  url: adviser\n", 2, "'when' is missing"),
        ("entered:\n  when: event.nam == 'x'\n  url: a\n", 2, "event.nam"),
        ("entered:\n  when: event.name\n  url: a\n", 2, "a condition is true or false"),
        ("entered:\n  when: feed.news == ''\n  url: a\n", 2, "unknown name 'feed"),
        ("entered:\n  when: code.summer == ''\n  url: a\n", 2, "unknown name 'code"),
        ("entered:\n  when: true\n  say: '{{ nothing }}'\n  url: a\n", 3, "unknown name 'nothing'"),
        ("entered:\n  when: true\n  say: {en: '{{ event.nam }}'}\n  url: a\n", 3, "did you mean 'name'?"),
        ("entered:\n  when: true\n  url: crm.example\n", 3, "neither a URL such as https://crm.example/alerts nor"),
        ("entered:\n  when: true\n  url: a\n  rest: soon\n", 4, "a duration is written as 90 minutes"),
        ("entered:\n  when: true\n  url: a\n  rest: 0 hours\n", 4, "90 days at most"),
        ("entered:\n  when: true\n  urls: a\n", 3, "did you mean 'url'?"),
        ("entered: true\n", 1, "a trigger has when and url"),
        ("".join(f"t{n}:\n  when: true\n  url: a\n" for n in range(51)), 152, "at most 50 triggers"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(CreativeError) as error:
        read(tmp_path, text)
    assert [one.line for one in error.value.problems if said in str(one)] == [line], str(error.value)


def test_what_the_file_may_say(tmp_path: Path) -> None:
    text = """
big:
  when: event.name == "Order Completed" && event.properties.total > 100.0 && size(history.basket) == 0
  say: {en: "{{ event.properties.total | money }}", fr: "{{ product[history.last_viewed].name }}"}
  url: https://crm.example/alerts
"""
    (trigger,) = read_triggers(_written(tmp_path, text), VOCABULARY).values()
    assert (trigger.rest, trigger.url) == (3600.0, "https://crm.example/alerts")
    assert trigger.say
    assert {"history", ("product", "[history.last_viewed]")} <= trigger.when.needs | trigger.say.needs
    assert not trigger.may_fire(trigger_event(MESSAGE, {}))
    assert trigger.may_fire(trigger_event(MESSAGE._replace(name="Order Completed", values={"total": 101}), {}))
    assert not trigger.may_fire(trigger_event(MESSAGE._replace(name="Order Completed", values={"total": 99}), {}))


def _written(folder: Path, text: str) -> Path:
    (folder / "triggers.yaml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("url", "settings", "said"),
    [
        ("adviser", {"secret": SECRET}, "there is no webhook adviser in the settings"),
        ("adviser", {"urls": {"adviser": "https://crm.example/"}}, "no secret to sign with"),
        ("https://crm.example/", {"secret": SECRET}, "crm.example may not be called"),
        ("https://crm.example:8443/", {"secret": SECRET, "hosts": ["crm.example"]}, "crm.example:8443 may not"),
        ("https://crm.example:443/", {"secret": SECRET, "hosts": ["CRM.example"]}, ""),
        ("https://a.crm.example/", {"secret": SECRET, "hosts": ["*.crm.example"]}, ""),
        ("adviser", {"secret": SECRET, "urls": {"adviser": "http://127.0.0.1:9/x"}}, ""),
    ],
)
def test_where_it_leads_is_checked(tmp_path: Path, url: str, settings: dict[str, object], said: str) -> None:
    _written(tmp_path, f"entered:\n  when: true\n  url: {url}\n")
    webhooks = Webhooks(WebhookSettings.model_validate(settings), 1)
    found = check_triggers(tmp_path, VOCABULARY, webhooks)
    assert [(one.line, one.warning, said in one.message) for one in found] == [(3, True, True)] * bool(said)


def test_a_secret_that_is_none_is_refused_with_one_that_is() -> None:
    for wrong in ("secret", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!!"):
        with pytest.raises(ValueError, match="whsec_"):
            Settings(webhooks=WebhookSettings(secret=wrong))
    assert WebhookSettings(secret=SECRET).secret == SECRET


def test_what_becomes_of_an_alert_by_the_answer() -> None:
    for status in (200, 202, 204):
        assert after_answer(ALERT, status, {}, 9.0).state == "done"
    for status in (400, 401, 404, 410, 422):
        assert after_answer(ALERT, status, {}, 9.0).state == "dead"
    for status in (301, 408, 429, 500, 503):
        assert after_answer(ALERT, status, {}, 9.0).state == "waiting"
    assert after_answer(ALERT, 429, {"retry-after": "700"}, 9.0).due == 709.0
    assert after_answer(ALERT, 503, {"retry-after": "9999999"}, 0.0).due == 86_400.0


def test_each_try_waits_longer_and_after_the_last_it_is_dead() -> None:
    alert, now = ALERT, 0.0
    for number, pause in enumerate(PAUSES, 1):
        alert = after_failure(alert, "status 500", now)
        assert (alert.state, alert.tries) == ("waiting", number)
        assert pause * (1 - JITTER) <= alert.due - now <= pause * (1 + JITTER)
        now = alert.due
    dead = after_failure(alert, "status 500", now)
    assert (dead.state, dead.tries, dead.due, dead.problem) == ("dead", len(PAUSES) + 1, now, "status 500")
