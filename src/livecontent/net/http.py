"""HTTP requests: status, headers and JSON or a file, or a `SourceError`.

One guarded GET: a deadline for the whole call, no redirects, no proxies or passwords from the environment, and no body
larger than 256 KiB, or than a file may be. A compressed body was not asked for, and is not JSON.
"""

import asyncio
import json
import logging
import math
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any, BinaryIO, NoReturn

import httpx2 as httpx

from livecontent import __version__
from livecontent.errors import SourceError

AGENT = f"livecontent/{__version__}"
MAX_BYTES = 256 * 1024
CONNECTIONS = 20
DEADLINE = 5.0  # seconds; an open waits less, and the answer then serves the next one

_CAUSES: Mapping[type[BaseException], str] = {
    socket.gaierror: "host {host} not found: DNS or firewall",
    ConnectionRefusedError: "nothing answers at {host}: it is down, or a firewall refuses",
    ssl.SSLCertVerificationError: "the certificate of {host} is not valid, or a proxy stands between",
    ConnectionResetError: "{host} closed the connection",
}
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": AGENT}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: headers by lower-case name; data is None where an error came without JSON."""

    status: int
    headers: Mapping[str, str]
    data: Any


Headers = Mapping[str, str]


class Http:
    """One pool of connections for all that is asked over HTTP."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        """The deadline is in seconds, from name look-up to the last byte."""
        self._deadline = deadline
        self._client: httpx.AsyncClient | None = None
        self._closed = False
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # at INFO it tells addresses, with the keys in them

    async def get(self, url: str, params: Mapping[str, str], headers: Headers | None = None) -> Response:
        """Whatever is answered. Raises `SourceError` where that is not whole, or a good status comes without JSON."""
        body = BytesIO()
        status, fields = await self.save(url, body, MAX_BYTES, params, headers)
        try:
            data = parse_json(body.getvalue())
        except SourceError:
            if status < 300:
                raise
            data = None
        return Response(status, fields, data)

    async def save(
        self,
        url: str,
        out: BinaryIO,
        limit: int,
        params: Mapping[str, str] | None = None,
        headers: Headers | None = None,
    ) -> tuple[int, Mapping[str, str]]:
        """Status and headers of whatever is answered; its body, of `limit` bytes at most, is written out.

        Raises `SourceError` where the answer is not whole, or can't be written.
        """
        if self._closed:
            raise SourceError("not asked: shutting down")
        try:
            async with asyncio.timeout(self._deadline):
                return await self._read(url, out, limit, params or None, headers or {})
        except TimeoutError:
            raise SourceError(f"no whole answer within {self._deadline:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise SourceError(_in_words(error, url)) from None

    async def aclose(self) -> None:
        """Closes the connections; nothing is asked any more."""
        self._closed = True
        if self._client:
            await self._client.aclose()

    async def _read(
        self, url: str, out: BinaryIO, limit: int, params: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str]]:
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers=_HEADERS,
                timeout=None,  # the deadline is around the whole call
                limits=httpx.Limits(max_connections=CONNECTIONS),
                follow_redirects=False,
                trust_env=False,
            )
        async with self._client.stream("GET", url, params=params, headers=headers) as response:
            size = 0
            async for chunk in response.aiter_raw():
                size += len(chunk)
                if size > limit:
                    raise SourceError(f"more than {limit // 1024} KiB answered")
                out.write(chunk)
            return response.status_code, dict(response.headers)


def _in_words(error: BaseException, url: str) -> str:
    """What went wrong, for people: the first cause that they can do something about, else the error's own words."""
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    cause: BaseException | None = error
    while cause is not None:
        for kind, words in _CAUSES.items():
            if isinstance(cause, kind):
                return words.format(host=host)
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


def retry_after(status: int, headers: Mapping[str, str]) -> float:
    """The seconds to wait that an answer tells, as such or as a date by its own clock; 0.0 where it tells none.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    told = headers.get("retry-after", "").strip()
    if status not in (429, 503):
        return 0.0
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        until = parsedate_to_datetime(told)
        sent = headers.get("date")
        return max((until - (parsedate_to_datetime(sent) if sent else datetime.now(UTC))).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0


def parse_json(body: bytes) -> Any:
    """Strict JSON (RFC 8259) in UTF-8: no NaN, no Infinity. Raises `SourceError` for anything else."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse, parse_float=_finite)
    except ValueError as error:
        raise SourceError(f"not JSON: {error}") from None
    except RecursionError:
        raise SourceError("not JSON: nested too deep") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text[:20])
