"""Settings: `livecontent.toml` and `LIVECONTENT_*` variables in, one checked object out.

Every setting stands here with its meaning, and in `docs/configuration.md` for whoever runs a server.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from livecontent.errors import ConfigError
from livecontent.facts import Consent
from livecontent.runtime.timezones import known_zone

FILE = "livecontent.toml"
DATA = Path(".livecontent")
DEMO = DATA / "demo"  # all that the demo has: its settings, recipients, events and key
DEMO_FILE = DEMO / "demo.toml"


def shipped(kind: str) -> Path:
    """A folder that travels with livecontent: `templates` or `fonts`, in the wheel or in a checkout."""
    packaged = Path(str(files("livecontent"))) / "_data" / kind
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / kind


def _comma_separated(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _base(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text, re.IGNORECASE):
        raise ValueError(f"{text!r} is no address to put before others, such as https://live.shop.example")
    return text.rstrip("/")


def _page(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/?#]+\S*", text, re.IGNORECASE):
        raise ValueError(f"{text!r} is no address of a page, such as https://shop.example")
    return text


TrustedNetwork = Annotated[str, AfterValidator(_page)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WeatherSettings(_Section):
    """Where the weather comes from."""

    provider: Literal["met-norway", "open-meteo", "openweather", "file"] = "met-norway"
    contact: str = ""  # met-norway: an email address or site, sent as it asks, to be reached in case of trouble
    key: str = ""  # openweather, and open-meteo for commercial use
    file: Path | None = None  # file: the weather of places, as JSON
    url: str = ""  # the provider's address, where it is not its own


class VerdictSettings(_Section):
    """How long after a send scanners are at work, in seconds."""

    security: Seconds = 120  # from networks of vendors of security; later it is a person whose browser runs there
    microsoft: Seconds = 60  # from Microsoft's networks; later it is Outlook on the web


class RefreshSettings(_Section):
    """Where `livecontent data refresh` fetches tables from; an empty address leaves a table as it is."""

    relay_url: TrustedNetwork = "https://mask-api.icloud.com/egress-ip-ranges.csv"  # Apple's relay
    google_urls: Annotated[tuple[TrustedNetwork, ...], NoDecode, BeforeValidator(_comma_separated)] = (
        "https://www.gstatic.com/ipranges/goog.json",
        "https://developers.google.com/static/crawling/ipranges/user-triggered-fetchers-google.json",
    )  # Google's networks
    microsoft_url: TrustedNetwork = "https://endpoints.office.com/endpoints/worldwide"  # Microsoft's
    geoip_url: TrustedNetwork = ""  # an .mmdb file of cities, to take the place of the one that `geoip` names


class Settings(BaseSettings):
    """All settings. Relative paths are relative to the folder livecontent runs in."""

    model_config = SettingsConfigDict(env_prefix="LIVECONTENT_", env_nested_delimiter="__", extra="forbid", frozen=True)

    templates: Path = Field(default_factory=lambda: shipped("templates"))  # folder of creatives
    fonts: Annotated[
        tuple[Path, ...], NoDecode, BeforeValidator(_comma_separated)
    ] = ()  # folders of font families, looked in before those that ship with livecontent
    data: Path = DATA  # folder of recipients, consents, sends, events and the key
    consent: Consent = "no-record"  # of recipients who have not decided
    url: Annotated[str, AfterValidator(_base)] = "http://127.0.0.1:8000"  # how the outside reaches this server
    landing: TrustedNetwork = ""  # where a click goes that leads nowhere else
    deadline: Annotated[float, Field(gt=0, le=0.9)] = 0.25  # seconds to gather facts
    timezone: Annotated[str, AfterValidator(known_zone)] | None = None  # the clock where no place is known
    trusted_proxies: Annotated[
        tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_comma_separated)
    ] = ()  # networks whose word on a client's address (X-Forwarded-For, Forwarded) is believed
    geoip: Path | None = None  # an .mmdb file of cities
    asn: Path | None = None  # an .mmdb file of autonomous systems
    places: Path | None = None  # a CSV of places, for recipients with a city but no coordinates
    stores: Path | None = None  # a CSV of stores
    weather: WeatherSettings = WeatherSettings()
    verdict: VerdictSettings = VerdictSettings()
    refresh: RefreshSettings = RefreshSettings()
    key_file: Path | None = None  # the key that refs are made with; else `key` in the data folder, made at first start
    preview: bool = False  # addresses may set time, place, weather and client: for previews, never in public
    demo: bool = False  # show the mock inbox

    @property
    def key_path(self) -> Path:
        """The file of the key."""
        return self.key_file or self.data / "key"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  not used
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


def config_file() -> Path | None:
    """The file that settings are read from: the one that LIVECONTENT_CONFIG names, or `livecontent.toml` here."""
    named = os.environ.get("LIVECONTENT_CONFIG")
    if named:
        if not Path(named).is_file():
            raise ConfigError(f"LIVECONTENT_CONFIG names {named}, and there is no such file")
        return Path(named)
    return Path(FILE) if Path(FILE).is_file() else None


def make_folder(folder: Path) -> None:
    """Makes a folder that only its owner may enter, where there is none. Raises `ConfigError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the folder {folder} can't be made: {error.strerror}") from None


def make_file(file: Path) -> None:
    """Makes an empty file that only its owner may read, where there is none; what opens it next says what is wrong.

    One that is there is left alone, as to close it would let go of the locks that this process has on it: see 2.2 of
    https://sqlite.org/howtocorrupt.html.
    """
    with suppress(OSError):
        os.close(os.open(file.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def load_settings(**overrides: Any) -> Settings:
    """The settings in force. Raises `ConfigError` that names each wrong one."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors()
        ]
        raise ConfigError("\n".join([f"settings ({config_file() or 'environment'}):", *lines])) from None
    except ValueError as error:  # not TOML
        raise ConfigError(f"{config_file() or 'environment'}: {error}") from None
