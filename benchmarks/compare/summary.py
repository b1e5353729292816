"""What both sides took, by case and round: turns in; medians, percentiles, ratios and a table out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from statistics import fmean, median
from typing import Any

from PIL import Image, ImageChops, ImageStat

from benchmarks.compare.sides import Turn
from benchmarks.figures import percentiles, ratios

HERE, THERE = "working tree", "commit"
SIDES = (HERE, THERE)
SLOWER = 0.05  # that a case may be before it is named
Times = Mapping[str, list[list[float]]]  # microseconds by side and round


@dataclass(slots=True)
class Series:
    """The processor time of one case: of all threads, and of the one that answers."""

    cpu: Times = field(default_factory=lambda: {side: [] for side in SIDES})
    loop: Times = field(default_factory=lambda: {side: [] for side in SIDES})
    differences: list[float] = field(default_factory=list)  # of images, as `difference` tells

    def begin(self) -> None:
        """A new round."""
        for times in (self.cpu, self.loop):
            for side in SIDES:
                times[side].append([])

    def add(self, turns: Mapping[str, Turn]) -> None:
        """A turn of each side."""
        for side, turn in turns.items():
            self.cpu[side][-1] += turn.process
            self.loop[side][-1] += turn.thread
        self.differences.append(difference(turns[HERE].last, turns[THERE].last))

    def summary(self) -> dict[str, Any]:
        """For the file of results."""
        return {
            **{side: {"cpu": _spread(self.cpu[side]), "cpu_of_the_loop": _spread(self.loop[side])} for side in SIDES},
            "openings": sum(map(len, self.cpu[HERE])),
            "ratio_of_medians": _ratio(self.cpu, median),
            "ratio_of_means": _ratio(self.cpu, fmean),
            "ratio_of_medians_in_the_loop": _ratio(self.loop, median),
            "largest_difference_of_images": round(max(self.differences), 2),
        }


def _spread(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    every = [sample for samples in rounds for sample in samples]
    return {**percentiles(every, 1), "mean": round(fmean(every), 1)}


def _ratio(
    times: Mapping[str, Sequence[Sequence[float]]], middle: Callable[[Sequence[float]], float]
) -> dict[str, object]:
    here, there = ([middle(samples) for samples in times[side]] for side in SIDES)
    return ratios(here, there, 3)


def difference(one: bytes, other: bytes) -> float:
    """How far two images are apart: the mean over all pixels and colours, of 255. Raises OSError where one is none."""
    first, second = (Image.open(BytesIO(data)).convert("RGB") for data in (one, other))
    return fmean(ImageStat.Stat(ImageChops.difference(first, second)).mean)


def table(cases: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A line for each case: microseconds of both sides, and how they compare."""
    yield f"{'microseconds of CPU':44} {HERE:>13} {THERE:>9}   ratio (rounds), of means"
    for name, found in cases.items():
        here, there = (found[side]["cpu"]["p50"] for side in SIDES)
        ratio, means = found["ratio_of_medians"], found["ratio_of_means"]
        spread = f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f}), {means['median']:.2f}"
        yield f"{name:44} {here:13,.0f} {there:9,.0f}   {spread}"
    slower = [name for name, found in cases.items() if found["ratio_of_medians"]["median"] > 1 + SLOWER]
    yield f"slower by more than {SLOWER:.0%}: {', '.join(slower) or 'none'}"
