"""What addresses share that take something from those who have the token: who may, how much, what is refused."""

from base64 import b64decode
from contextlib import suppress
from hmac import compare_digest
from math import ceil

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from livecontent.net.bodies import read_at_most


class RefusedError(Exception):
    """What is answered to what can't be taken: the status, why, and in how many seconds it may be sent again."""

    def __init__(self, status: int, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.status = status
        self.wait = wait

    def answer(self) -> Response:
        """As JSON."""
        headers = {"www-authenticate": "Bearer"} if self.status == 401 else {}
        if self.wait:
            headers["retry-after"] = str(ceil(self.wait))
        return JSONResponse({"error": str(self)}, self.status, headers)


class ApiToken:
    """The setting `api_token`, as senders tell it."""

    def __init__(self, token: str) -> None:
        """Without one, nobody may write."""
        self._token = token.encode()

    def check(self, request: Request, *, basic: bool = False) -> None:
        """Takes `Bearer`; with `basic` also HTTP Basic, with the token as the user. Raises `RefusedError`."""
        scheme, _, told = request.headers.get("authorization", "").partition(" ")
        token = told.strip().encode("utf-8", "replace")
        if basic and scheme.lower() == "basic":
            with suppress(ValueError):
                scheme, token = "bearer", b64decode(token).partition(b":")[0]
        if not compare_digest(token, self._token) or not self._token or scheme.lower() != "bearer":
            why = "send the token of the setting api_token: Authorization: Bearer ..."
            raise RefusedError(401, why if self._token else "nobody may write: the setting api_token is empty")


async def read_body(request: Request, largest: int) -> bytes:
    """The body of at most so many bytes. Raises `RefusedError`."""
    body = await read_at_most(request.stream(), largest)
    if body is None:
        raise RefusedError(413, f"the body is larger than {largest:,} bytes")
    return body
