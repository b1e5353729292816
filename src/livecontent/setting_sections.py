"""Sections of the settings that `config` has no room for."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from livecontent.runtime.listening import known_listening


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


class StudioSettings(SettingSection):
    """The pages for marketers, of `livecontent studio`."""

    listen: Annotated[str, AfterValidator(known_listening)] = "127.0.0.1:8100"
    url: Annotated[str, AfterValidator(_studio_url)] = ""  # its public address, where a proxy is in front of it
    user_header: Annotated[str, AfterValidator(_header)] = ""  # in which the proxy names who is signed in
    people: Mapping[str, Literal["viewer", "editor", "publisher", "admin"]] = {}  # roles by that name; "*": of others
