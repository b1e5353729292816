"""A test by mail, through a real mail server on this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from reading import read
from reviewing_shop import open_shop


class Inbox:
    """What a real mail server takes, and what it refuses."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802  as the library calls it
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        found = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 taken"


def authenticated(_: SMTP, __: Session, ___: Envelope, ____: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"ada", b"secret"), handled=False)


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def mail() -> Iterator[tuple[Controller, Inbox]]:
    inbox = Inbox()
    controller = Controller(inbox, "127.0.0.1", _free(), authenticator=authenticated, auth_require_tls=False)
    controller.start()
    yield controller, inbox
    controller.stop()


def settings_of(controller: Controller, password: str, port: int | None = None) -> str:
    return (
        f'[smtp]\nhost = "127.0.0.1"\nport = {port or controller.port}\nuser = "ada"\npassword = "{password}"\n'
        'tls = "none"\nsender = "Shop <news@shop.example>"\n'
    )


def test_a_test_by_mail_holds_the_creative_of_a_recipient(tmp_path: Path, mail: tuple[Controller, Inbox]) -> None:
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
    tmp_path: Path, mail: tuple[Controller, Inbox], password: str, port: int | None, said: str
) -> None:
    with open_shop(tmp_path, settings=settings_of(mail[0], password, port)) as shop:
        found = read(shop.post("embed/sale/test", {"to": "bob@shop.example"}).text)
        (alert,) = [one for one in found.all("p") if one.attributes.get("role") == "alert"]
        assert said in alert.text
