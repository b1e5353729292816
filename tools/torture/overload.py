"""Ten times as many opens as a server can draw: `benchmarks.overload`, with its promises as rows."""

from benchmarks import overload
from benchmarks.options import Options as BenchmarkOptions

from tools.torture.result import Found, Options, Row, none_of

WORDS = {
    "valid": "valid images",
    "p99_ms": "p99, in ms",
    "share_of_peak": "drawn in full, of what it draws when it is busy",
    "normal_after_s": "seconds until all is as before",
}
AT_LEAST = ("valid", "share_of_peak")


def measure(options: Options) -> Found:
    """New connections, kept ones, and two workers."""
    found = overload.measure(BenchmarkOptions(flood=float(options.many(60, 10))))
    rows = []
    for name, case in found["cases"].items():  # type: ignore[attr-defined]
        opens = round(case["offered_per_second"] * float(str(found["seconds"])))
        for promise, limit in overload.PROMISES.items():
            how = "at least" if promise in AT_LEAST else "at most"
            held = case[promise] >= limit if promise in AT_LEAST else case[promise] <= limit
            rows.append(Row(f"{name}: {WORDS[promise]}", opens, f"{how} {limit:g}", f"{case[promise]:g}", held))
        rows.append(none_of(f"{name}: faults", opens, sum(case["faults"].values())))
    return Found(rows, {"cases": found["cases"]})
