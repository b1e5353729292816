"""`PUT /v1/products/{sku}/live`, and batches: what a shop tells of its products just now."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livecontent.config import Settings
from livecontent.errors import StorageError
from livecontent.history.plain_json import json_start
from livecontent.runtime.shared_counts import SharedCounts
from livecontent.storage.products import AVAILABILITIES, ProductStore
from livecontent.web.taking import ApiToken, RefusedError, read_body

MOST = 1000  # products of a batch
LARGEST = 1024 * 1024  # bytes of a body
MAX_TEXT = 500  # characters of a value
_PRICES = frozenset({"price", "sale_price"})

LiveValues = Mapping[str, Mapping[str, object]]  # by SKU


class LiveValueCounts:
    """Live values that were taken and refused, and when the last was taken."""

    def __init__(self, counts: SharedCounts, clock: Callable[[], float] = time.time) -> None:
        """The clock is in seconds since 1970."""
        self.clock = clock
        name = "livecontent_live_values"
        help_ = "Live values of products taken, those refused, and those that could not be written"
        self._outcomes = counts.counter(name, help_, "outcome")
        help_ = "When the last live value was taken, seconds since 1970"
        self._updated = counts.gauge(f"{name}_updated_timestamp_seconds", help_, of="max")

    def take(self, values: int, at: float) -> None:
        """Counts values that are kept."""
        self._outcomes["taken",][0] += values
        self._updated[()][0] = at

    def refuse(self, outcome: str = "refused") -> None:
        """Counts a request of which nothing is kept."""
        self._outcomes[outcome,][0] += 1


class LiveValueEndpoints:
    """Takes live values from those who have the token."""

    def __init__(self, store: ProductStore, settings: Settings, counts: LiveValueCounts) -> None:
        self._store = store
        self._token = ApiToken(settings.api_token)
        self._columns = frozenset(settings.products.volatile)
        self._counts = counts

    @property
    def routes(self) -> list[Route]:
        """The batch, then single products."""
        return [
            Route("/v1/products/live", self._batch, methods=["PUT"]),
            Route("/v1/products/{sku:path}/live", self._one, methods=["PUT"]),
        ]

    async def _batch(self, request: Request) -> Response:
        return await self._answer(request, "")

    async def _one(self, request: Request) -> Response:
        return await self._answer(request, request.path_params["sku"])

    async def _answer(self, request: Request, sku: str) -> Response:
        try:
            self._token.check(request)
            told = _json_object(await read_body(request, LARGEST))
            values = self._read({sku: told} if sku else told)
            at = self._counts.clock()
            unknown = await self._keep(values, at, sku)
        except RefusedError as refused:
            self._counts.refuse()
            return refused.answer()
        except StorageError as error:
            self._counts.refuse("failed")
            return JSONResponse({"error": f"nothing was kept, send it again: {error}"}, 503)
        self._counts.take(sum(len(one) for name, one in values.items() if name not in unknown), at)
        return JSONResponse({"taken": len(values) - len(unknown), "unknown": unknown})

    async def _keep(self, values: LiveValues, at: float, only: str) -> list[str]:
        """The SKUs that are not in the catalogue, of a batch."""
        unknown = await self._store.put_live(values, at)
        if only and unknown:
            raise RefusedError(404, f"there is no product {only!r}: import it first")
        return unknown

    def _read(self, told: Mapping[str, Any]) -> LiveValues:
        if len(told) > MOST:
            raise RefusedError(422, f"{len(told):,} products: a batch has at most {MOST:,}")
        return {sku: dict(self._values(sku, values)) for sku, values in told.items()}

    def _values(self, sku: str, told: Any) -> Iterator[tuple[str, object]]:
        if not isinstance(told, dict) or not told:
            raise RefusedError(422, f'{sku}: write values such as {{"stock": 3}}')
        for name, value in told.items():
            if name == "store" and "stock" in self._columns:
                yield from _of_stores(sku, value)
            elif name not in self._columns:
                known = ", ".join(sorted(self._columns))
                raise RefusedError(422, f"{sku}: {name} can't be live, as it is not in products.volatile ({known})")
            else:
                yield name, _checked(f"{sku}: {name}", name, value)


def _of_stores(sku: str, told: Any) -> Iterable[tuple[str, object]]:
    if not isinstance(told, dict):
        raise RefusedError(422, f'{sku}: store: write {{"store": {{"lille": {{"stock": 3}}}}}}')
    for store, values in told.items():
        if not isinstance(values, dict) or values.keys() != {"stock"} or "]" in store:
            raise RefusedError(422, f'{sku}: store {store}: write {{"stock": 3}}')
        yield f"store[{store}].stock", _checked(f"{sku}: store {store}: stock", "stock", values["stock"])


def _checked(where: str, name: str, value: Any) -> object:
    """A value of a column; None is always one, for what is not known any more."""
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in _PRICES or name == "stock":
        if not number or not 0 <= value < 1e15:
            raise RefusedError(422, f"{where}: {json_start(value)} is not a number from 0")
    elif name == "availability":
        if not isinstance(value, str) or value not in AVAILABILITIES:
            known = ", ".join(sorted(AVAILABILITIES))
            raise RefusedError(422, f"{where}: {json_start(value)} is none of {known}")
    elif not (number or isinstance(value, bool) or (isinstance(value, str) and len(value) <= MAX_TEXT)):
        raise RefusedError(422, f"{where}: write a number, true, false, or a text of at most {MAX_TEXT} characters")
    return value


def _json_object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body, parse_constant=_no_number, parse_float=_finite)
        json.dumps(found, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError):
        raise RefusedError(422, 'the body is not JSON such as {"stock": 3}') from None
    if not isinstance(found, dict) or not found:
        raise RefusedError(422, 'the body is not a JSON object such as {"stock": 3}')
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)
