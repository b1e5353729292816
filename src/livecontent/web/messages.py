"""`POST /v1/events`, `/v1/batch` and the addresses of Segment's spec: what people do, from shops, tills and tags."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livecontent.config import Settings
from livecontent.errors import DataError, StorageError
from livecontent.history.event_types import EventTypes
from livecontent.history.messages import KINDS, NOTHING, Message, MessageReader, user_ids
from livecontent.history.plain_json import decode_json
from livecontent.runtime.shared_counts import SharedCounts
from livecontent.storage.base import Storage
from livecontent.storage.history import PutOutcome
from livecontent.storage.products import complete_orders
from livecontent.storage.refs import Refs
from livecontent.web.taking import ApiToken, RefusedError, read_body

MOST = 1000  # messages of a batch
LARGEST = 4 * 1024 * 1024  # bytes of a body
_TICK = 1e-6  # seconds between two messages of a batch: without times, they keep their order


class _Refusal(NamedTuple):
    """A message of a batch that can't be used, and why."""

    place: int
    error: str


class MessageTaker:
    """Takes messages into the store, with what the catalogue knows of their products."""

    def __init__(
        self,
        storage: Storage,
        refs: Refs,
        counts: SharedCounts,
        zone: str | None,
        watch: Callable[[Sequence[Message], float], Awaitable[Collection[bytes]]] | None = None,
        clock: Callable[[], float] = time.time,
        types: EventTypes = NOTHING,
    ) -> None:
        """The zone is an IANA name. `watch` picks those that triggers are to look at, now; the clock is in seconds.

        Events of these types fit their schemas.
        """
        self._storage = storage
        self._refs = refs
        self._reader = MessageReader(zone, types)
        self._watch = watch
        self._clock = clock
        help_ = "Messages of what people do: taken, repeated, not kept without consent, refused, failed to be written"
        self._outcomes = counts.counter("livecontent_messages", help_, "outcome")

    async def take(
        self,
        told: Sequence[object],
        kind: str = "",
        batch: Mapping[str, Any] = NOTHING,
        known: Mapping[str, str] = NOTHING,
    ) -> tuple[PutOutcome, list[_Refusal]]:
        """Keeps those that can be read; durable when it answers. `known` has refs by user id. Raises `StorageError`."""
        users = {user for one in told for user in user_ids(one)}
        refs = {**await self._refs.of_users(users - known.keys()), **known}
        messages, refused = await asyncio.to_thread(self._read, told, refs, kind, batch)
        try:
            whole = await complete_orders(messages, self._storage.products)
            watched = await self._watch(whole, self._clock()) if self._watch else ()
            outcome = await self._storage.history.put(whole, watched)
        except StorageError:
            self._count("failed", len(messages))
            raise
        for name, number in (*outcome._asdict().items(), ("refused", len(refused))):
            self._count(name, number)
        return outcome, refused

    def _read(
        self, told: Sequence[object], refs: Mapping[str, str], kind: str, batch: Mapping[str, Any]
    ) -> tuple[list[Message], list[_Refusal]]:
        messages, refused = [], []
        now = self._clock()
        for index, one in enumerate(told):
            try:
                messages.append(self._reader.read(one, now + index * _TICK, refs, kind, batch))
            except DataError as error:
                refused.append(_Refusal(index, str(error)))
        return messages, refused

    def _count(self, outcome: str, number: int) -> None:
        if number:
            self._outcomes[outcome,][0] += number


class MessageEndpoints:
    """Takes messages from those who have the token."""

    def __init__(self, taker: MessageTaker, settings: Settings) -> None:
        self._taker = taker
        self._token = ApiToken(settings.api_token)

    @property
    def routes(self) -> list[Route]:
        """Batches, single messages, and one address for each type, as in Segment's HTTP API."""
        return [
            Route("/v1/batch", self._batch, methods=["POST"]),
            Route("/v1/import", self._batch, methods=["POST"]),
            Route("/v1/events", self._events, methods=["POST"]),
            *(Route(f"/v1/{kind}", self._one, methods=["POST"], name=kind) for kind in KINDS),
        ]

    async def _one(self, request: Request) -> Response:
        return await self._answer(request, request.url.path.rpartition("/")[2])

    async def _events(self, request: Request) -> Response:
        return await self._answer(request, "")

    async def _batch(self, request: Request) -> Response:
        return await self._answer(request, None)

    async def _answer(self, request: Request, kind: str | None) -> Response:
        try:
            self._token.check(request, basic=True)
            told = _json(await read_body(request, LARGEST))
            single = kind is not None and not _is_batch(told)
            messages = [told] if single else _messages_of(told)
            outcome, refused = await self._taker.take(messages, kind or "", NOTHING if single else _shared(told))
        except RefusedError as error:
            return error.answer()
        except StorageError as error:
            return JSONResponse({"error": f"nothing was kept, send it again: {error}"}, 503)
        if single and refused:
            return RefusedError(422, refused[0].error).answer()
        listed = [{"index": place, "error": error} for place, error in refused]
        return JSONResponse({"success": not refused, **outcome._asdict(), "refused": listed})


def _json(body: bytes) -> object:
    try:
        return decode_json(body)
    except (ValueError, RecursionError):
        raise RefusedError(422, 'the body is not JSON such as {"batch": [{"type": "track", ...}]}') from None


def _is_batch(told: object) -> bool:
    return isinstance(told, list) or (isinstance(told, dict) and "batch" in told)


def _messages_of(told: object) -> list[object]:
    found = told.get("batch") if isinstance(told, dict) else told
    if not isinstance(found, list) or not found:
        raise RefusedError(422, 'write {"batch": [ ... ]}, with one message or more')
    if len(found) > MOST:
        raise RefusedError(422, f"{len(found):,} messages: a batch has at most {MOST:,}")
    return found


def _shared(told: object) -> Mapping[str, Any]:
    """What holds for all messages of a batch."""
    if not isinstance(told, dict) or not isinstance(told.get("context", {}), dict | None):
        return NOTHING
    return {name: told[name] for name in ("sentAt", "context") if told.get(name)}
