"""Memory of a worker under the model of open traffic: so many openings, and what it holds again and again meanwhile."""

from itertools import islice

from benchmarks.load import Load, closed
from benchmarks.options import Options
from benchmarks.processes import LOAD_CORE, SERVER_CORE, livecontent, pinned, serve
from benchmarks.serving import warm
from benchmarks.shop import make_shop
from benchmarks.traffic import mix

CONNECTIONS = 8
LOOKS = 100  # at the memory, evenly over the openings


def measure(options: Options) -> dict[str, object]:
    """Resident and proportional set size in MiB by openings."""
    with make_shop() as shop, pinned(LOAD_CORE), serve(livecontent(), shop.environment, {SERVER_CORE}) as server:
        series = [{"openings": 0, **server.memory()}]
        warm(server, shop)
        hits = mix(shop)
        total = Load()
        step = max(options.openings // LOOKS, 1)
        for done in range(step, options.openings + 1, step):
            part = closed(server.port, (hit.request(shop) for hit in islice(hits, step)), CONNECTIONS, count=step)
            total.seconds += part.seconds
            total.errors += part.errors
            series.append({"openings": done, **server.memory()})
        dropped = _dropped(server.get("/metrics")[1].decode())
    half = series[len(series) // 2 :]
    return {
        "openings": series[-1]["openings"],
        "errors": total.errors,
        "events_dropped": dropped,
        "requests_per_second": round(series[-1]["openings"] / total.seconds, 1),
        "start": series[0],
        "end": series[-1],
        "peak_pss_mib": max(look["pss_mib"] for look in series),
        "growth_in_second_half_mib": round(half[-1]["pss_mib"] - half[0]["pss_mib"], 1),
        "series": series,
    }


def _dropped(text: str) -> float:
    lines = (line.split() for line in text.splitlines() if line.startswith("livecontent_events_dropped "))
    return next((float(value) for _, value in lines), -1.0)
