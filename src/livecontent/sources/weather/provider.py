"""What a provider of weather is, and what all of them share: an answer that is checked, or a `SourceError`."""

from calendar import isleap
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import asin, cos, degrees, pi, radians, sin
from typing import Annotated, Any, NamedTuple, Protocol, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from livecontent.errors import SourceError
from livecontent.facts import Sky
from livecontent.net.http import Http, Response, retry_after
from livecontent.sources.cached import Fetched
from livecontent.sources.weather.forecast import HourlyForecast

Forecast = Fetched[HourlyForecast]
WallClock = Callable[[], datetime]  # aware

UNSET = 3600.0  # seconds until a provider that lacks a setting is looked at again
HORIZON = -0.833  # degrees: the sun's upper edge, seen through the air


class GridCell(NamedTuple):
    """A tenth of a degree of the globe, by its centre."""

    latitude: float
    longitude: float


class Provider(Protocol):
    """Tells the weather of a cell. Any hour it tells has `observed_at`."""

    @property
    def name(self) -> str:
        """As in the setting `weather.provider`."""

    async def fetch(self, cell: GridCell, previous: Forecast | None, /) -> Forecast:
        """The weather, or None with a note where it does not know the cell. Raises `SourceError`, and nothing else."""


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class ResponseShape(BaseModel):
    """A part of an answer, as documented; what is not named here is not read."""

    model_config = ConfigDict(strict=True, frozen=True)


Skipped = list[str]  # parts of an answer that could not be read, such as "weather_code 4"


def _read_or_skip(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """None for what can't be read, which is told."""
    try:
        return read(value)
    except ValidationError as error:
        if info.context is not None:
            _tell(error, info.context, info.field_name)
        return None


def _tell(error: ValidationError, skipped: Skipped, part: str | None = None) -> None:
    first = error.errors(include_url=False)[0]
    name = next((step for step in reversed(first["loc"]) if isinstance(step, str)), part or "part")
    value = first["input"]
    skipped.append(
        f"{name} {repr(value)[:40] if isinstance(value, str | int | float | None) else type(value).__name__}"
    )


def known_word(words: Mapping[Any, Sky]) -> PlainValidator:
    """Reads a word or number of a provider as its condition."""

    def read(value: object) -> Sky:
        if not isinstance(value, str | int) or isinstance(value, bool) or value not in words:
            raise ValueError("unknown")
        return words[value]

    return PlainValidator(read)


LENIENT = WrapValidator(_read_or_skip)  # for parts that the rest can do without: they are None where they can't be read
Celsius = Annotated[float, Field(ge=-90, le=60)]
WindSpeed = Annotated[float | None, Field(ge=0, le=150), LENIENT]  # m/s
Precipitation = Annotated[float | None, Field(ge=0, le=500), LENIENT]  # mm
ClockOffset = Annotated[int | None, Field(gt=-86400, lt=86400, multiple_of=900), LENIENT]  # seconds from UTC
ProviderWord = Annotated[str | None, LENIENT]
Time = Annotated[AwareDatetime, Field(strict=False)]  # ISO 8601, or seconds since 1970
S = TypeVar("S", bound=ResponseShape)


class HttpProvider:
    """Asks one address for cells, whose coordinates it is given under two names with one decimal."""

    coordinates = ("latitude", "longitude")

    def __init__(self, http: Http, url: str) -> None:
        self._http = http
        self._url = url

    async def _get(
        self, cell: GridCell, params: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Response:
        where = {name: f"{degrees:.1f}" for name, degrees in zip(self.coordinates, cell, strict=True)}
        return await self._http.get(self._url, where | dict(params), headers)

    async def _answer(self, shape: type[S], cell: GridCell, params: Mapping[str, str], skipped: Skipped) -> S:
        """The answer in a shape; what of it was skipped is added. Raises `SourceError`."""
        response = await self._get(cell, params)
        require(response, 200)
        return parse_response(shape, response.data, skipped)


def parse_response(shape: type[S], data: Any, skipped: Skipped) -> S:
    """The data in that shape. Raises `SourceError` that names the first thing wrong of what is needed."""
    try:
        return shape.model_validate(data, context=skipped)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "".join(f"{part}: " for part in first["loc"])
        raise SourceError(f"not the documented answer: {where}{first['msg']}") from None


def parse_part(shape: type[S], data: Any, skipped: Skipped) -> S | None:
    """The same; None, and told as skipped, where it can't be read."""
    try:
        return shape.model_validate(data, context=skipped)
    except ValidationError as error:
        _tell(error, skipped)
        return None


def require(response: Response, *statuses: int) -> None:
    """Raises `SourceError` for another status, with the provider's own words where it has any."""
    if response.status in statuses:
        return
    said = response.data if isinstance(response.data, dict) else {}
    words = said.get("reason") or said.get("message")
    reason = {401: "refuses the key", 403: "refuses us", 429: "asked too often"}.get(response.status, "answered")
    quote = f": {' '.join(words[:200].split())}" if isinstance(words, str) else ""
    raise SourceError(f"{reason} ({response.status}){quote}", retry_after(response.status, response.headers))


def is_day(at: datetime, latitude: float, longitude: float) -> bool:
    """Whether the sun is up at an aware time, at a place in degrees; within two minutes, but near the poles."""
    return elevation(at, latitude, longitude) > HORIZON


def elevation(at: datetime, latitude: float, longitude: float) -> float:
    """Degrees of the sun's centre above the horizon, at an aware time.

    NOAA, General Solar Position Calculations, https://gml.noaa.gov/grad/solcalc/solareqns.PDF
    """
    offset = at.utcoffset()
    hour = at.hour + at.minute / 60 + at.second / 3600 - (offset.total_seconds() / 3600 if offset else 0.0)
    day = at.timetuple().tm_yday - 1 + (hour - 12) / 24
    year = 2 * pi * day / (366 if isleap(at.year) else 365)
    equation_of_time = 229.18 * (  # minutes
        0.000075 + 0.001868 * cos(year) - 0.032077 * sin(year) - 0.014615 * cos(2 * year) - 0.040849 * sin(2 * year)
    )
    declination = (
        0.006918
        - 0.399912 * cos(year)
        + 0.070257 * sin(year)
        - 0.006758 * cos(2 * year)
        + 0.000907 * sin(2 * year)
        - 0.002697 * cos(3 * year)
        + 0.00148 * sin(3 * year)
    )
    hour_angle = radians((60 * hour + equation_of_time + 4 * longitude) / 4 - 180)
    north = radians(latitude)
    height = sin(north) * sin(declination) + cos(north) * cos(declination) * cos(hour_angle)
    return degrees(asin(max(-1.0, min(1.0, height))))
