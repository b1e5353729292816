"""Who looks whom up is written into the audit log."""

from starlette.requests import Request

from livecontent.studio.site import Site

AGAIN = 3600.0  # seconds until the same look is written again


async def record_look(site: Site, request: Request, ref: str) -> None:
    """Writes that somebody looks a person up: by ref, where the person consents to be recorded; else without a name.

    Raises `StorageError`: what can't be written is not shown.
    """
    await site.parts.storage.team.record_look(site.name_of(request), ref, AGAIN)
