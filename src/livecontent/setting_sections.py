"""Sections of the settings that `config` has no room for."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from secrets import token_bytes
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_settings import NoDecode

from livecontent.links import FACT_NAME
from livecontent.runtime.listening import known_listening

SECRET = "whsec_"  # noqa: S105  how the secret of webhooks begins: https://www.standardwebhooks.com


def comma_separated(value: object) -> object:
    """The parts of a list that is written as one text, as in the environment."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/?#]+\S*", text, re.IGNORECASE):
        raise ValueError(f"{text!r} is not a URL such as https://shop.example")
    return text


Url = Annotated[str, AfterValidator(_url)]


def _webhook_secret(text: str) -> str:
    with suppress(binascii.Error):
        if not text or (text.startswith(SECRET) and 24 <= len(b64decode(text[len(SECRET) :], validate=True)) <= 64):
            return text
    made = b64encode(token_bytes(24)).decode()
    raise ValueError(f"write {SECRET} and 24 to 64 random bytes in base64, such as {SECRET}{made}")


def _studio_url(text: str) -> str:
    if text and not re.fullmatch(r"https://[^\s/?#@]+/?", text, re.IGNORECASE):
        raise ValueError(f"{text!r} is not an address such as https://studio.shop.example")
    return text.rstrip("/")


def _header(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9-]{1,100}", text):
        raise ValueError(f"{text!r} is not the name of a header such as X-Forwarded-User")
    return text


class SettingSection(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SmtpSettings(SettingSection):
    """The mail server that test mails go out through."""

    host: str = ""  # "": none go out
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    user: str = ""
    password: str = ""
    tls: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""  # whom they come from, such as Shop <news@shop.example>

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.host and not re.fullmatch(r"[^\r\n]*[^@\s]+@[^@\s]+", self.sender):
            raise ValueError('say whom mails come from: sender = "Shop <news@shop.example>"')
        return self


class StudioSettings(SettingSection):
    """The pages for marketers, of `livecontent studio`."""

    listen: Annotated[str, AfterValidator(known_listening)] = "127.0.0.1:8100"
    url: Annotated[str, AfterValidator(_studio_url)] = ""  # its public address, where a proxy is in front of it
    user_header: Annotated[str, AfterValidator(_header)] = ""  # in which the proxy names who is signed in
    people: Mapping[str, Literal["viewer", "editor", "publisher", "admin"]] = {}  # roles by that name; "*": of others
    approvals: Annotated[int, Field(ge=0, le=20)] = 0  # that each variant needs before its draft can be published


class WebhookSettings(SettingSection):
    """Where triggers may call."""

    secret: Annotated[str, AfterValidator(_webhook_secret)] = ""  # that all calls are signed with
    urls: Mapping[Annotated[str, Field(pattern=f"^{FACT_NAME}$")], Url] = {}  # by the names triggers give them
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(comma_separated)] = ()  # of URLs written in triggers
