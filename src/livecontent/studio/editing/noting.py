"""Who works on a draft, for the audit log: once for a stretch of work, as each pull at a layer is an edit."""

import time

from starlette.requests import Request

from livecontent.studio.site import Site

STRETCH = 600.0  # seconds without an edit that end one
_MOST = 1000


class EditLog:
    """Notes who has changed which draft, in this process."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._edited: dict[tuple[str, str], float] = {}  # when somebody last edited a draft; the last at the end

    async def note(self, request: Request, name: str, version: str) -> None:
        """Somebody has written this version. Raises `StorageError`."""
        now, key = time.monotonic(), (self._site.name_of(request), name)
        before = self._edited.pop(key, -STRETCH)
        if now - before >= STRETCH:
            await self._site.record(request, "edited", name, version=version)
        self._edited[key] = now
        while len(self._edited) > _MOST:
            del self._edited[next(iter(self._edited))]
