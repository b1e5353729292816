"""`python -m benchmarks [NAME ...]`: runs measurements and keeps each as `benchmarks/results/NAME.json`.

Without names: all that need neither Node nor an hour. `peers` and `peers-cards` need Node and Chromium, `memory` takes
its time.
`python -m benchmarks compare COMMIT` measures the working tree against a commit: it has options of its own.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import fields

from benchmarks import (
    calls,
    classify,
    deciding,
    flow,
    history,
    ingest,
    inprocess,
    library,
    memory,
    month,
    openings,
    overload,
    page,
    peers,
    products,
    recipients,
    segments,
    serving,
    studio,
    workers,
)
from benchmarks.compare import run as compare
from benchmarks.day import replay as day
from benchmarks.figures import write_result
from benchmarks.options import Options

ALL: dict[str, Callable[[Options], dict[str, object]]] = {
    "calls": lambda _: calls.measure(),
    "openings": lambda _: openings.measure(),
    "classify": classify.measure,
    "flow": flow.measure,
    "inprocess": inprocess.measure,
    "serving": serving.measure,
    "workers": workers.measure,
    "peers": peers.measure_hero,
    "peers-cards": peers.measure_cards,
    "memory": memory.measure,
    "library": library.measure,
    "recipients": recipients.measure,
    "segments": segments.measure,
    "products": products.measure,
    "overload": overload.measure,
    "day": lambda _: day.measure(),
    "page": page.measure,
    "studio": studio.measure,
    "deciding": lambda _: deciding.measure(),
    "history": history.measure,
    "ingest": ingest.measure,
    "month": lambda _: month.measure(),
}
USUAL = ("calls", "openings", "classify", "flow", "inprocess", "serving", "workers", "day")


def main() -> None:
    """Runs the measurements named, or the usual ones."""
    if sys.argv[1:2] == ["compare"]:
        compare.main(sys.argv[2:])
        return
    asked = _arguments()
    options = Options(**{field.name: getattr(asked, field.name) for field in fields(Options)})
    for name in asked.names or USUAL:
        print(f"{name} ...", flush=True)
        start = time.monotonic()
        found = ALL[name](options)
        settings = {"rounds": options.rounds, "seconds_each": options.seconds}
        file = write_result(name, {"settings": settings, **found})
        print(f"  {file}, {time.monotonic() - start:.0f} s", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *ALL], metavar="NAME", help=", ".join(ALL))
    usual = Options()
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="in which all take turns")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="that each has in a round")
    parser.add_argument("--openings", type=int, default=usual.openings, help="of the measurement of memory")
    parser.add_argument("--creatives", type=int, default=usual.creatives, help="of the measurement of libraries")
    parser.add_argument("--recipients", type=int, default=usual.recipients, help="of the measurement of commands")
    parser.add_argument("--products", type=int, default=usual.products, help="of the measurement of catalogues")
    parser.add_argument("--events", type=int, default=usual.events, help="of the measurement of histories")
    parser.add_argument("--people", type=int, default=usual.people, help="who do them")
    parser.add_argument("--flood", type=float, default=usual.flood, help="seconds of more opens than can be drawn")
    return parser.parse_args()


if __name__ == "__main__":
    main()
