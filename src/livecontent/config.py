"""Settings from `livecontent.toml` and `LIVECONTENT_*` variables. `docs/configuration.md` explains each of them."""

import logging
import os
import re
from collections.abc import Mapping
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from livecontent.errors import ConfigError
from livecontent.facts import Consent
from livecontent.links import is_fact_name
from livecontent.runtime.listening import known_listening
from livecontent.runtime.names import known_zone
from livecontent.setting_sections import (
    SettingSection,
    SmtpSettings,
    StudioSettings,
    Url,
    WebhookSettings,
    comma_separated,
)
from livecontent.tiles import ZOOMS, TileServer
from livecontent.wrong_settings import nearest, wrong_settings

log = logging.getLogger(__name__)

FILE = "livecontent.toml"
PREFIX = "LIVECONTENT_"
DATA = Path(".livecontent")
DEMO = DATA / "demo"  # the demo's settings, recipients, events and key
DEMO_FILE = DEMO / "demo.toml"
UNIX: Literal["unix"] = "unix"  # a proxy that comes through a Unix socket


def shipped(kind: str) -> Path:
    """A folder that ships with livecontent: `templates` or `fonts`, in the wheel or in a checkout."""
    packaged = Path(str(files("livecontent"))) / "_data" / kind
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / kind


def _base_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text, re.IGNORECASE):
        raise ValueError(f"{text!r} is not a base URL such as https://live.shop.example")
    return text.rstrip("/")


def _feed_name(name: str) -> str:
    if not is_fact_name(name):
        raise ValueError(f"{name!r} is not a name for a feed: use lower-case letters, digits and _, as in feed.news")
    return name


def _token(text: str) -> str:
    if text and not re.fullmatch(r"[\x21-\x7e]{16,200}", text):
        raise ValueError("write 16 to 200 letters, digits and signs, without spaces")
    return text


def _proxy(value: object) -> IPv4Network | IPv6Network | Literal["unix"]:
    try:
        return UNIX if value == UNIX else ip_network(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a network such as 10.0.0.0/8, nor an IP address, nor unix") from None


Proxy = Annotated[IPv4Network | IPv6Network | Literal["unix"], BeforeValidator(_proxy)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class WeatherSettings(SettingSection):
    """The weather provider."""

    provider: Literal["met-norway", "open-meteo", "openweather", "file"] = "met-norway"
    contact: str = ""  # met-norway requires one: an email address or a website
    key: str = ""  # of openweather, or of open-meteo for commercial use
    file: Path | None = None  # of provider file: the weather of places, as JSON
    url: str = ""  # of the provider's API, if not the usual one


class FeedSettings(SettingSection):
    """A feed: `[feeds.NAME]`, told as `feed.NAME`."""

    url: Annotated[Url, Field(min_length=1)]
    format: Literal["json", "csv", "rss", "atom", "xml"] = "json"
    items: str = ""  # where its items stand: json: a path such as data.items; xml: the name of their element
    key: str = ""  # the name in each item by which it is looked up: feed.NAME['...']
    fresh: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 300  # seconds until it is asked for again
    stale: Seconds = 86_400  # seconds after which its last answer is told no more
    headers: Mapping[str, str] = {}  # of the request, such as Authorization
    coordinates: tuple[str, str] | None = None  # names of latitude and longitude in each item: feed.NAME.near
    radius: Annotated[float, Field(gt=0, le=20_100)] = 50  # km that are near
    times: tuple[str, str] | None = None  # names of the start and end in each item: feed.NAME.now


class ImageSettings(SettingSection):
    """Images that creatives name by their address."""

    hosts: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(comma_separated)
    ] = ()  # the only hosts that they may come from: cdn.shop.example, *.shop.example, cdn.shop.example:8443
    fresh: Seconds = 86_400  # seconds until one is asked for again


class MapSettings(SettingSection):
    """The tiles of maps."""

    url: Url = ""  # of a tile, with {z}, {x} and {y}
    folder: Path | None = None  # of tiles of one's own, as {z}/{x}/{y}.png
    credit: str = ""  # whose tiles they are: drawn on each map
    min_zoom: Annotated[int, Field(ge=ZOOMS[0], le=ZOOMS[1])] = ZOOMS[0]
    max_zoom: Annotated[int, Field(ge=ZOOMS[0], le=ZOOMS[1])] = 19
    retina: bool = False  # tiles of the next zoom, at half their size: sharp at 2x

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.url and self.folder:
            raise ValueError("tiles come from a url or a folder, not from both")
        if missing := [name for name in ("{z}", "{x}", "{y}") if self.url and name not in self.url]:
            raise ValueError(f"the url has no {' and no '.join(missing)}: https://tiles.example/{{z}}/{{x}}/{{y}}.png")
        if (self.url or self.folder) and not self.credit.strip():
            raise ValueError('say whose tiles they are, such as credit = "© OpenStreetMap contributors"')
        if self.min_zoom > self.max_zoom:
            raise ValueError("min_zoom is larger than max_zoom")
        return self

    @property
    def server(self) -> TileServer | None:
        """Where tiles come from, if from anywhere."""
        place = self.url or (self.folder and str(self.folder / "{z}" / "{x}" / "{y}.png"))
        return TileServer(place, self.credit.strip(), (self.min_zoom, self.max_zoom), self.retina) if place else None


class ProductSettings(SettingSection):
    """The catalogue."""

    volatile: Annotated[tuple[str, ...], NoDecode, BeforeValidator(comma_separated)] = (
        *("availability", "price", "sale_price", "stock"),
    )  # columns that time changes: unknown on a prefetch; only these can be told live
    max_age: Seconds = 900  # seconds that a live value is told; then it is unknown


class ScannerSettings(SettingSection):
    """For how long after a send requests are taken for scanners', in seconds."""

    security: Seconds = 120  # from networks of security vendors; later they are people whose browser runs there
    microsoft: Seconds = 60  # from Microsoft's networks; later they are Outlook on the web


class RefreshSettings(SettingSection):
    """Where `livecontent data refresh` downloads lists from; an empty URL skips a list."""

    relay_url: Url = "https://mask-api.icloud.com/egress-ip-ranges.csv"  # iCloud Private Relay
    google_urls: Annotated[tuple[Url, ...], NoDecode, BeforeValidator(comma_separated)] = (
        "https://www.gstatic.com/ipranges/goog.json",
        "https://developers.google.com/static/crawling/ipranges/user-triggered-fetchers-google.json",
    )  # Google's networks
    microsoft_url: Url = "https://endpoints.office.com/endpoints/worldwide"  # Microsoft's
    geoip_url: Url = ""  # an .mmdb file of cities, to replace the one that `geoip` names


class Settings(BaseSettings):
    """All settings. Relative paths are relative to the folder livecontent runs in."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    templates: Path = Path("templates")  # folder of creatives
    fonts: Annotated[
        tuple[Path, ...], NoDecode, BeforeValidator(comma_separated)
    ] = ()  # folders of font families, in addition to those that ship with livecontent
    data: Path = DATA  # folder of recipients, consents, sends, events and the key
    consent: Consent = "no-record"  # of recipients who have not decided
    url: Annotated[str, AfterValidator(_base_url)] = "http://127.0.0.1:8000"  # the public base URL of this server
    landing: Url = ""  # fallback URL for clicks
    deadline: Annotated[float, Field(gt=0, le=0.9)] = 0.25  # seconds to gather facts
    timezone: Annotated[str, AfterValidator(known_zone)] | None = None  # where a recipient's is not known
    trusted_proxies: Annotated[
        tuple[Proxy, ...], NoDecode, BeforeValidator(comma_separated)
    ] = ()  # proxies whose X-Forwarded-For and Forwarded headers are trusted; "unix": those behind a Unix socket
    geoip: Path | None = None  # an .mmdb file of cities
    asn: Path | None = None  # an .mmdb file of autonomous systems
    places: Path | None = None  # a CSV of places, for recipients with a city but no coordinates
    stores: Path | None = None  # a CSV of stores
    weather: WeatherSettings = WeatherSettings()
    feeds: Mapping[Annotated[str, AfterValidator(_feed_name)], FeedSettings] = {}
    images: ImageSettings = ImageSettings()
    map: MapSettings = MapSettings()
    products: ProductSettings = ProductSettings()
    traits: Mapping[str, Literal["newest", "most-frequent", "explicit"]] = {}  # which of several values holds
    api_token: Annotated[str, AfterValidator(_token)] = ""  # which those who write to /v1 must have; "": nobody may
    sites: Annotated[
        tuple[Annotated[str, AfterValidator(_base_url)], ...], NoDecode, BeforeValidator(comma_separated)
    ] = ()  # of the shop, whose pages tell what visitors do: https://shop.example
    webhooks: WebhookSettings = WebhookSettings()
    scanners: ScannerSettings = ScannerSettings()
    refresh: RefreshSettings = RefreshSettings()
    key_file: Path | None = None  # the key of the refs; `key` in the data folder, made at the first start, if left out
    metrics: Annotated[str, AfterValidator(known_listening)] = "127.0.0.1:9464"  # where Prometheus reads
    studio: StudioSettings = StudioSettings()
    smtp: SmtpSettings = SmtpSettings()
    preview: bool = False  # URLs may set time, place, weather and client: for previews, never in public
    demo: bool = False  # show the mock inbox

    @property
    def key_path(self) -> Path:
        """The file of the key."""
        return self.key_file or self.data / "key"

    @property
    def refused(self) -> Path:
        """The folder of rows that imports refused."""
        return self.data / "refused"

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
    """The settings file: the one that LIVECONTENT_CONFIG names, else `livecontent.toml` in this folder, if any."""
    named = os.environ.get("LIVECONTENT_CONFIG")
    if named:
        if not Path(named).is_file():
            raise ConfigError(f"LIVECONTENT_CONFIG names {named}, and there is no such file")
        return Path(named)
    return Path(FILE) if Path(FILE).is_file() else None


def load_settings(**overrides: Any) -> Settings:
    """The settings in force; unknown `LIVECONTENT_*` variables are logged. Raises `ConfigError` with all errors."""
    file = config_file()
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise ConfigError(
            wrong_settings(error.errors(), file, (*setting_names(), *_sections(), *_FEED), PREFIX)
        ) from None
    except SettingsError:
        raise ConfigError(_not_json()) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not text in UTF-8") from None
    except ValueError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from None
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}") from None
    variables = [PREFIX + name.upper().replace(".", "__") for name in ("config", *setting_names(), *_sections())]
    for name in os.environ:
        if name.startswith(PREFIX) and name.upper() not in variables:
            log.warning("%s: no such setting%s", name, nearest(name, variables))
    return settings


_FEED = [f"feeds.*.{name}" for name in FeedSettings.model_fields]


def _not_json() -> str:
    """Which variables of whole sections are to be read as JSON, and what to write in their place."""
    names = [PREFIX + name.upper() for name in (*_sections(), "feeds")]
    return "\n".join(
        f"{name} is not JSON; write a variable for each setting, such as {PREFIX}WEATHER__PROVIDER"
        for name in names
        if name in os.environ
    )


def setting_names() -> list[str]:
    """All settings; those of a section as in `weather.key`."""
    return [
        f"{name}.{inner}" if inner else name
        for name, field in Settings.model_fields.items()
        for inner in getattr(field.annotation, "model_fields", ("",))
    ]


def _sections() -> list[str]:
    return [name for name, field in Settings.model_fields.items() if hasattr(field.annotation, "model_fields")]
