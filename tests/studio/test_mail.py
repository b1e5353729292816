"""A test by mail, through a real mail server on this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from mailbox_server import Mailbox
from reading import read
from reviewing_shop import open_shop


def authenticated(_: SMTP, __: Session, ___: Envelope, ____: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"ada", b"secret"), handled=False)


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def mail() -> Iterator[tuple[Controller, Mailbox]]:
    inbox = Mailbox()
    controller = Controller(inbox, "127.0.0.1", _free(), authenticator=authenticated, auth_require_tls=False)
    controller.start()
    yield controller, inbox
    controller.stop()


def settings_of(controller: Controller, password: str, port: int | None = None) -> str:
    return (
        f'[smtp]\nhost = "127.0.0.1"\nport = {port or controller.port}\nuser = "ada"\npassword = "{password}"\n'
        'tls = "none"\nsender = "Shop <news@shop.example>"\n'
    )


def test_a_test_by_mail_holds_the_creative_of_a_recipient(tmp_path: Path, mail: tuple[Controller, Mailbox]) -> None:
    controller, inbox = mail
    with open_shop(tmp_path, settings=settings_of(controller, "secret")) as shop:
        sent = shop.post("embed/sale/test", {"to": "bob@shop.example", "person": "p3"})
        assert "The server has taken the mail for bob@shop.example." in sent.text
        (found,) = inbox.mails
        assert (found["to"], found["from"], found["subject"]) == (
            "bob@shop.example",
            "Shop <news@shop.example>",
            "Test: Sale",
        )
        body = found.get_body(("html",))
        assert body
        person = asyncio.run(shop.services.storage.recipients.find("p3"))
        assert person
        assert f"https://live.shop.example/i/sale/{person.ref}.png" in body.get_content()
        for to, said in {
            "nobody@shop.example": "says: 550 5.1.1 No such person here",
            "a@b\r\nBcc: c@d": "Write one email address",
            "a@b.example, c@d.example": "Write one email address",
        }.items():
            assert said in shop.post("embed/sale/test", {"to": to}).text
        assert "Nobody has the id or name zzz" in shop.post("embed/sale/test", {"to": "a@b.c", "person": "zzz"}).text
        assert len(inbox.mails) == 1
        assert "bob@" not in "".join(
            file.read_bytes().decode("latin-1") for file in shop.folder.rglob("*.db*") if file.is_file()
        )


@pytest.mark.parametrize(
    ("password", "port", "said"), [("wrong", None, "says: 535"), ("secret", 1, "can't be reached")]
)
def test_what_the_mail_server_says_is_told(
    tmp_path: Path, mail: tuple[Controller, Mailbox], password: str, port: int | None, said: str
) -> None:
    with open_shop(tmp_path, settings=settings_of(mail[0], password, port)) as shop:
        found = read(shop.post("embed/sale/test", {"to": "bob@shop.example"}).text)
        (alert,) = [one for one in found.all("p") if one.attributes.get("role") == "alert"]
        assert said in alert.text


def test_who_may_not_see_people_is_offered_none_and_sends_as_none(
    tmp_path: Path, mail: tuple[Controller, Mailbox]
) -> None:
    with open_shop(tmp_path, settings=settings_of(mail[0], "secret")) as shop:
        assert ">Ada" in shop.client.get("/studio/embed/sale").text
        shop.become("editor")
        page = shop.client.get("/studio/embed/sale").text
        assert ">Ada" not in page
        assert 'name="to"' in page
        for who in ("p3", "Ada3", "zo"):
            assert shop.post("embed/sale/test", {"to": "evil@x.example", "person": who}).status_code == 403
        assert not mail[1].mails
        assert "has taken the mail" in shop.post("embed/sale/test", {"to": "bob@shop.example"}).text
        (person,) = [asyncio.run(shop.services.storage.recipients.find("p3"))]
        assert person
        assert person.ref not in mail[1].mails[0].as_string()


def test_tests_are_bounded_and_the_log_says_as_whom_and_whether_they_failed(
    tmp_path: Path, mail: tuple[Controller, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livecontent.studio.embed.MOST_TESTS", 3)
    with open_shop(tmp_path, settings=settings_of(mail[0], "secret")) as shop:
        shop.post("embed/sale/test", {"to": "bob@shop.example", "person": "p3"})
        shop.post("embed/sale/test", {"to": "bob@shop.example"})
        shop.post("embed/sale/test", {"to": "nobody@shop.example"})
        assert "3 tests within an hour" in shop.post("embed/sale/test", {"to": "bob@shop.example"}).text
        assert len(mail[1].mails) == 2
        failed, third, second, first = asyncio.run(shop.services.storage.team.entries(4))
        assert first.details == {"seen_by": "a recipient"}
        assert second.details == third.details == {"seen_by": "nobody known"}
        assert (failed.action, failed.details["deed"]) == ("failed", "test sent")
        assert failed.details["number"] == str(third.number)


@pytest.mark.parametrize("to", ["x:y@z.example", "a\0b@z.example", "a@z.example\x7f", "a@b\x85c.example"])
def test_what_is_a_group_or_no_text_is_no_address(tmp_path: Path, mail: tuple[Controller, Mailbox], to: str) -> None:
    with open_shop(tmp_path, settings=settings_of(mail[0], "secret")) as shop:
        assert "Write one email address" in shop.post("embed/sale/test", {"to": to}).text
    assert not mail[1].mails
