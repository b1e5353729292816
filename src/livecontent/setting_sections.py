"""Sections of the settings that `config` has no room for."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from livecontent.runtime.listening import known_listening


def _studio_url(text: str) -> str:
    if text and not re.fullmatch(r"https://[^\s/?#@]+/?", text, re.IGNORECASE):
        raise ValueError(f"{text!r} is not an address such as https://studio.shop.example")
    return text.rstrip("/")


class SettingSection(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StudioSettings(SettingSection):
    """The pages for marketers, of `livecontent studio`."""

    listen: Annotated[str, AfterValidator(known_listening)] = "127.0.0.1:8100"
    url: Annotated[str, AfterValidator(_studio_url)] = ""  # its public address, where a proxy is in front of it
