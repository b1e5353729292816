"""`python -m benchmarks.report`: results in; the chart in `docs/pictures` and the table of README.md out.

Each row stands only where its result does. The table goes between `<!-- figures -->` and `<!-- /figures -->`; without
these two lines it is printed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import resvg_py

from benchmarks.chart import WIDTH, Bar, draw
from livecontent.config import shipped

HERE = Path(__file__).parent
ROOT = HERE.parent
PICTURES = ROOT / "docs" / "pictures"
README = ROOT / "README.md"
MARKERS = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)

PEERS = {  # name, what it is, in the words of the chart
    "canvas": ("@napi-rs/canvas {@napi-rs/canvas}", "Skia, Node"),
    "takumi": ("takumi {@takumi-rs/core}", "Rust, Node"),
    "chromium": ("Chromium {chromium}", "one warm page, playwright-core {playwright-core}"),
    "satori": ("satori {satori}", "resvg-js {@resvg/resvg-js}, sharp {sharp}"),
}
Result = Mapping[str, Any]


def main() -> None:
    """Writes the chart, and the table where it belongs."""
    results = {
        name: json.loads((HERE / "results" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("inprocess", "serving", "peers", "peers-cards", "workers", "memory", "classify", "day")
        if (HERE / "results" / f"{name}.json").is_file()
    }
    if "peers" in results:
        _write_chart(results["peers"])
    table = "\n".join(_table(results)) + "\n"
    text = README.read_text(encoding="utf-8")
    if MARKERS.search(text):
        README.write_text(MARKERS.sub(lambda found: f"{found[1]}{table}{found[2]}", text), encoding="utf-8")
    else:
        print(table)


def _write_chart(peers: Result) -> None:
    case = peers["cases"]["r1_jpeg"]
    bars = [_bar("livecontent", "Python, Pillow", case["engines"]["livecontent"], ours=True)]
    for name, (title, note) in PEERS.items():
        bars.append(_bar(_named(title, peers), _named(note, peers), case["engines"][name]))
    bars.sort(key=lambda bar: -bar.value)
    machine = peers["machine"]
    count = peers["settings"]["rounds"]
    foot = f"Median of {count} rounds, thin line: all rounds. {machine['processor']}, {machine['day']}."
    svg = draw(
        "A picture for each opening",
        "Pictures a second: 1200 × 600 JPEG over a photo, a new name each time, through HTTP, on one core",
        "/s",
        bars,
        foot,
    )
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "chart.svg").write_text(svg, encoding="utf-8")
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=WIDTH * 2,
        font_files=[str(shipped("fonts") / "Inter" / "Inter.ttf")],
        skip_system_fonts=True,
        font_family="Inter Variable",
        sans_serif_family="Inter Variable",
    )
    (PICTURES / "chart.png").write_bytes(bytes(png))


def _bar(name: str, note: str, engine: Result, *, ours: bool = False) -> Bar:
    rate = engine["requests_per_second"]
    return Bar(name, note, rate["median"], rate["min"], rate["max"], ours)


def _named(title: str, peers: Result) -> str:
    return re.sub(r"\{([^}]+)\}", lambda found: str(peers["peers"][found[1]]), title)


def _table(results: Mapping[str, Result]) -> Iterator[str]:
    yield "| on one core | livecontent | beside | |"
    yield "|---|---|---|---|"
    makers = {
        "inprocess": _inprocess,
        "peers": _peers,
        "peers-cards": _cards,
        "serving": _serving,
        "workers": _workers,
        "memory": _memory,
        "classify": _classify,
        "day": _day,
    }
    for name, maker in makers.items():
        if name in results:
            yield from maker(results[name])
    machine = next(iter(results.values()))["machine"]
    yield ""
    yield (
        "Medians of rounds in which all take turns, the smallest and largest round in brackets; "
        f"{machine['processor']}, Python {machine['python']}, Pillow {machine['versions']['pillow']}, "
        f"{machine['day']}. All of it, with versions: [benchmarks/results](benchmarks/results)."
    )
    if "peers-cards" in results:
        machine = results["peers-cards"]["machine"]
        yield f"The cards are told in processor time, of a busy machine: {machine['processor']}, {machine['day']}."


def _inprocess(result: Result) -> Iterator[str]:
    for case, what in (("r1_jpeg", "R1, JPEG, in process"), ("r2_gif", "R2, GIF of 60 frames, in process")):
        found = result[case]
        ours, theirs = found["livecontent_picture_ms"]["median"], found["pillow_ms"]["median"]
        yield _row(what, f"{ours:.2f} ms", f"Pillow, written well: {theirs:.2f} ms", _times(found["times_faster"]))


def _peers(result: Result) -> Iterator[str]:
    for case, what in (("r1_jpeg", "R1, JPEG, through HTTP"), ("r1_png", "R1, PNG, through HTTP")):
        engines = result["cases"][case]["engines"]
        ours = engines["livecontent"]["requests_per_second"]["median"]
        for name, ratio in result["cases"][case]["times_faster"].items():
            rate = engines[name]["requests_per_second"]["median"]
            yield _row(what, f"{ours:,.0f}/s", f"{_named(PEERS[name][0], result)}: {rate:,.1f}/s", _times(ratio))


def _cards(result: Result) -> Iterator[str]:
    """In processor time, which a busy machine changes less than requests a second."""
    found = result["cases"]["cards_jpeg"]
    micros = {name: engine["server_cpu_micros"]["median"] / 1000 for name, engine in found["engines"].items()}
    what = "Three product cards with new prices, JPEG, through HTTP"
    for name, ratio in found["times_less_cpu"].items():
        told = f"{_named(PEERS[name][0], result)}: {micros[name]:.1f} ms"
        yield _row(what, f"{micros['livecontent']:.1f} ms of a core", told, _times(ratio))


def _serving(result: Result) -> Iterator[str]:
    words = {
        "r1_jpeg": "R1, names nobody has asked for",
        "r3_jpeg": "R3, cards seen before",
        "mix": "`mix`, the model of open traffic",
    }
    for case, what in words.items():
        found = result["cases"][case]
        rate = found["livecontent"]["requests_per_second"]["median"]
        floor = found["floor"]["requests_per_second"]["median"]
        share = found["share_of_floor"]
        told = f"{share['median']:.1%} ({share['min']:.1%} to {share['max']:.1%})"
        yield _row(what, f"{rate:,.0f}/s", f"the bare server, constant bytes: {floor:,.0f}/s", told)
    whole = result["one_by_one"]["livecontent"]["latency_ms"]
    yield _row("A whole open of R1, one client", f"p50 {whole['p50']:.2f} ms", "", f"p99 {whole['p99']:.2f} ms")


def _workers(result: Result) -> Iterator[str]:
    if "in_process" in result:
        one, two = (result["in_process"][name]["openings_per_second"]["median"] for name in ("one", "two"))
        ratio = _times(result["in_process"]["times_faster"])
        yield _row("R1, two workers on two cores", f"{two:,.0f}/s", f"one worker: {one:,.0f}/s", ratio)


def _memory(result: Result) -> Iterator[str]:
    what = f"Memory of a worker after {result['openings']:,} opens of `mix`"
    yield _row(what, f"{result['end']['pss_mib']:,.0f} MiB", f"at its start: {result['start']['pss_mib']:,.0f} MiB", "")


def _classify(result: Result) -> Iterator[str]:
    tables = f"its lists, with {result['relay_rows']:,} rows of Apple's relay: {result['tables_mib']:.1f} MiB"
    found = result["micros_new_addresses"]
    yield _row("To classify a request", f"{found['p50']:.0f} µs", tables, f"p99 {found['p99']:.0f} µs")


def _day(result: Result) -> Iterator[str]:
    judged, blind = (result[name]["all"] for name in ("classified", "all_taken_for_opens"))
    what = f"A replayed day of {judged['pictures']:,} readers: images with nothing false when they are read"
    told = f"of what could be said, {judged['richness']:.0%} is"
    yield _row(what, f"{judged['never_false']:.1%}", f"without classifying: {blind['never_false']:.1%}", told)


def _times(ratio: Result) -> str:
    return f"× {ratio['median']:.3g} ({ratio['min']:.3g} to {ratio['max']:.3g})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
