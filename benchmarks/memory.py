"""Memory of a worker under the model of open traffic: so many openings, and what it holds again and again meanwhile.

Memory is flat where the line through the second half of the looks hardly rises.
"""

from collections.abc import Sequence
from itertools import islice
from statistics import linear_regression

from benchmarks.load import Load, closed
from benchmarks.options import Options
from benchmarks.processes import LOAD_CORE, SERVER_CORE, livecontent, pinned, serve
from benchmarks.serving import warm
from benchmarks.shop import make_shop
from benchmarks.traffic import mix

CONNECTIONS = 8
LOOKS = 100  # at the memory, evenly over the openings

Look = dict[str, float]


def measure(options: Options) -> dict[str, object]:
    """Resident and proportional set size in MiB by openings; prints them on the way."""
    with make_shop() as shop, pinned(LOAD_CORE), serve(livecontent(), shop.environment, {SERVER_CORE}) as server:
        series: list[Look] = [{"openings": 0, **server.memory()}]
        warm(server, shop)
        hits = mix(shop)
        total = Load()
        before = server.cpu_seconds()
        step = max(options.openings // LOOKS, 1)
        for done in range(step, options.openings + 1, step):
            part = closed(server.port, (hit.request(shop) for hit in islice(hits, step)), CONNECTIONS, count=step)
            total.seconds += part.seconds
            total.errors += part.errors
            series.append({"openings": done, **server.memory()})
            _print(series[-1], total.seconds)
        cpu = server.cpu_seconds() - before
        dropped = server.told("livecontent_events_dropped_total")
    done = round(series[-1]["openings"])
    return {
        "openings": done,
        "errors": total.errors,
        "events_dropped": dropped,
        "requests_per_second": round(done / total.seconds, 1),
        "server_cpu_micros": round(cpu / done * 1e6, 1),
        "server_busy": round(cpu / total.seconds, 2),
        "start": series[0],
        "end": series[-1],
        "peak_pss_mib": max(look["pss_mib"] for look in series),
        **_second_half(series),
        "series": series,
    }


def _print(look: Look, seconds: float) -> None:
    print(
        f"  {look['openings']:9,} openings, {seconds:5.0f} s: "
        f"PSS {look['pss_mib']:.1f} MiB, RSS {look['rss_mib']:.1f} MiB",
        flush=True,
    )


def _second_half(series: Sequence[Look]) -> dict[str, float]:
    """How flat memory is once everything is warm."""
    half = series[len(series) // 2 :]
    if len(half) < 2:
        return {}
    line = linear_regression([look["openings"] for look in half], [look["pss_mib"] for look in half])
    return {
        "growth_in_second_half_mib": round(half[-1]["pss_mib"] - half[0]["pss_mib"], 1),
        "slope_in_second_half_mib_per_100_000": round(line.slope * 100_000, 2),
    }
