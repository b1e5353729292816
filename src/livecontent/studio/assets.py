"""The files of the pages, at addresses that change with their content, so that browsers keep them for good.

All are under one digest: styles and modules name each other by relative addresses, without a build.
"""

from hashlib import blake2b
from pathlib import Path

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BASE = "/studio/static"
FOR_GOOD = "public, max-age=31536000, immutable"
SMALLER = (Middleware(GZipMiddleware, compresslevel=9),)  # for text; pictures and fonts stay as they are


class Assets:
    """A folder of files for pages."""

    def __init__(self, folder: Path) -> None:
        """Reads all of them once, for the digest."""
        self._folder = folder
        digest = blake2b(digest_size=6)
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
        self._digest = digest.hexdigest()

    def address(self, name: str) -> str:
        """Where a file is served."""
        return f"{BASE}/{self._digest}/{name}"

    def mount(self) -> Mount:
        """Serves them. A page of an older version finds the files of this one, which its browser then does not keep."""
        return Mount(f"{BASE}/{{digest}}", _Files(self._folder, self._digest), middleware=SMALLER)


class _Files(StaticFiles):
    def __init__(self, folder: Path, digest: str) -> None:
        super().__init__(directory=folder)
        self._digest = digest

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        kept = scope["path_params"]["digest"] == self._digest
        response.headers["cache-control"] = FOR_GOOD if kept else "no-cache"
        response.headers["x-content-type-options"] = "nosniff"
        return response
