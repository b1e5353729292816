"""docs/trust.md, from what the chapters have found: `python -m tools.torture.page` writes it again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.shop import ROOT

from tools.torture.result import read

FILE = ROOT / "docs" / "trust.md"

HEAD = """# What livecontent does when things go wrong

An image server stands between a sent email and its reader: nobody can take the email back. So `make torture` breaks
whatever the server stands on, sends it what nobody should send, kills it, and counts what recipients see. It writes
this page: what is wanted, and what was seen.

    make torture                    # all of it, in some minutes; ends with an error if what is wanted was not seen
    make torture HOURS=1            # ten times as often, for some hours; best on a machine that has nothing else to do
    make torture SEED=8             # other people, other moments, other requests
    python -m tools.torture kills --times 20    # one chapter

The servers are real processes with real files, on one machine: people open emails at moments that do not depend on
answers, and each picture is decoded. A QR code in it says whose it is. Where the machine is busy with other work, fewer
people open, and no figure here is a speed.
"""

CHAPTERS: Mapping[str, tuple[str, str]] = {
    "matrix": (
        "Everything fails",
        """Each thing the server needs fails in each way while people open emails, then pairs that the seed has chosen.
*Down*: connections are refused, or the file is deleted. *Hangs*: never answers, or somebody else holds the lock.
*Slow*: answers after two seconds, or the lock is held four fifths of the time, or the file is written anew all the
time. *Garbage*: random bytes. *Huge*: endless answers, images of 400 million pixels, files of 20 MB and more, a full
disk. *Wrong*: 99,999 degrees, HTML for images, another database, data of another shape, no room for new files.""",
    ),
    "requests": (
        "Requests that nobody should send",
        """Addresses, queries, headers and methods of a grammar, from a seed: refs cut off, doubled, or with a byte too
many, merge tags that no tool has filled in, `..`, NUL, halves of letters, headers of 9,000 bytes. In process each goes
through the whole application. Over sockets they come as absolute addresses, in chunks that are none, with bodies of two
lengths, twelve in a row, with line ends and versions that there are not.""",
    ),
    "kills": (
        "Killed at any moment",
        """SIGKILL of all processes of a server while six people open; then it is started again. An answered image is
lost if its event is not in the database in the end.""",
    ),
    "workers": (
        "One of two processes killed",
        """SIGKILL while people go on opening. Whoever loses a connection asks once more, as clients and proxies do.""",
    ),
    "disk": (
        "The disk is full",
        """Again and again, for a second and a half, while people open; then there is room again.""",
    ),
    "people": (
        "Never another person's image",
        """Each image is compared, byte for byte, with one that was drawn for this person alone with empty caches.""",
    ),
    "slow": (
        "Slow clients",
        """A thousand at a time, in turns with nobody; a client that is hung up on comes again. After five seconds each
worker answers 32 halves of requests a second with an image, and closes the others. The p99 of good clients is compared
with that of the turns without slow ones, in the same run.""",
    ),
    "overload": (
        "Ten times too many opens",
        """What a server can draw is measured first; then ten times as many come. Those for whom no drawing would be in
time get the image that is ready. Times are of a machine that others use, too.""",
    ),
}


def page(found: Mapping[str, Any]) -> str:
    """The whole text."""
    parts = [HEAD, "".join(_summary(found))]
    for name, (title, text) in CHAPTERS.items():
        if name in found:
            parts.append(f"## {title}\n\n{text}\n\n{_table(found[name])}\n{_more(name, found[name])}")
    return "\n".join(parts)


def _summary(found: Mapping[str, Any]) -> Iterator[str]:
    yield "| chapter | held | seed | commit | day | took |\n|---|---|---|---|---|---|\n"
    for name, (title, _) in CHAPTERS.items():
        if name in found:
            of, machine = found[name], found[name]["machine"]
            cells = title, "yes" if of["held"] else "**no**", of["seed"], _plain(machine["commit"]), machine["day"]
            yield f"| {' | '.join(map(str, cells))} | {max(round(of['seconds'] / 60), 1)} min |\n"
    commits = {_plain(of["machine"]["commit"]) for of in found.values()}
    if len(commits) > 1:
        yield f"\nThe chapters ran at {len(commits)} commits: not all of them have seen the code of today.\n"
    for machine in [of["machine"] for of in found.values()][-1:]:
        versions = ", ".join(
            f"{name} {version}" for name, version in machine["versions"].items() if name != "livecontent"
        )
        yield f"\nPython {machine['python']}, {versions}; {machine['cores']} cores.\n"


def _plain(commit: str) -> str:
    """Without the mark of changed files: those that are written here are some."""
    return commit.removesuffix("+")


def _table(of: Mapping[str, Any]) -> str:
    lines = ["| | tried | wanted | seen |", "|---|---|---|---|"]
    for row in of["rows"]:
        seen = row["seen"] if row["held"] else f"**{row['seen']}**"
        lines.append(f"| {row['what']} | {row['times']:,} | {row['wanted']} | {seen} |")
    return "\n".join(lines) + "\n"


def _more(name: str, of: Mapping[str, Any]) -> str:
    return _grid(of["kinds"], of["matrix"]) if name == "matrix" else ""


def _grid(kinds: Sequence[str], matrix: Mapping[str, Any]) -> str:
    """A cell says how many opens there were, and what was bad; "-" where nothing can be broken that way."""
    lines = ["Opens under each single fault:", "", f"| | {' | '.join(kinds)} |", f"|---{'|---' * len(kinds)}|"]
    for name, cells in matrix.items():
        lines.append(f"| {name} | {' | '.join(_cell(cells.get(kind)) for kind in kinds)} |")
    return "\n".join(lines) + "\n"


def _cell(cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return "-"
    return f"**{cell['bad']} of {cell['opens']} bad**" if cell["bad"] else str(cell["opens"])


def write() -> None:
    """Writes the page."""
    FILE.write_text(page(read()), encoding="utf-8")


if __name__ == "__main__":
    write()
