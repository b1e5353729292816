"""`/healthz` and `/readyz`: whether to send requests here. What is wrong, metrics and the log tell, not strangers."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livecontent.web.gauges import CreativeState, Watched


def health_routes(watched: Watched) -> list[Route]:
    """Both."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        status = readiness(watched)
        return JSONResponse({"status": status}, 503 if status == NO_CREATIVES else 200)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


NO_CREATIVES = "no creatives"


def readiness(watched: Watched) -> str:
    """`ready`; `degraded`, where images are answered and somebody should look: creatives with errors, lost events."""
    states = watched.creatives().values()
    if all(state == CreativeState.BROKEN for state in states):
        return NO_CREATIVES
    well = all(state == CreativeState.READY for state in states)
    return "ready" if well and not watched.recorder.dropped else "degraded"
