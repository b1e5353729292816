"""Whether the server lives, is ready, and how it does."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livecontent.pipeline import Engine
from livecontent.web.metrics import Metrics


def health_routes(kit: Engine, metrics: Metrics) -> list[Route]:
    """`/healthz`, `/readyz` and `/metrics`."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        ready = bool(kit.creatives)
        body = {"status": "ready" if ready else "no creatives", "creatives": sorted(kit.creatives)}
        return JSONResponse(body, 200 if ready else 503)

    async def read_metrics(_: Request) -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", read_metrics)]
