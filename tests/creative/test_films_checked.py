"""What `check` says about animations: what is not seen in the first frame, how long they are, keys that do nothing."""

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from made_creatives import loaded_of

HEAD = "title: A\nsize: 300x100\nscale: 1\n"


def warnings_of(folder: Path, available: AvailableAssets, layers: str, keys: str = "format: gif\n") -> list[str]:
    text = f"{HEAD}{keys}variants:\n  - name: everyday\n    layers:\n{layers}"
    return [problem.message for problem in loaded_of(folder / "slides", text, available).warnings]


def lines(*layers: str) -> str:
    return "".join(f"      - {{{layer}}}\n" for layer in layers)


SLIDES = lines("text: A, for: 2", "text: B, at: 2, for: 2", "text: C, at: 4")
UNSEEN = "Outlook for Windows and others show only the first frame, where nothing stands in the place of this"


def test_slides_are_good(tmp_path: Path, available: AvailableAssets) -> None:
    assert warnings_of(tmp_path, available, SLIDES) == []


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        (lines("fill: white", "text: A, at: 2"), True),
        (lines("text: A, box: [0, 0, 90, 20]", "text: B, at: 2, box: [100, 0, 90, 20]"), True),
        (lines("text: A, box: [0, 0, 90, 20]", "text: B, at: 2, box: [0, 0, 90, 20]"), False),
        (lines("shape: rectangle, fill: white, for: 2", "text: B, at: 2, box: [0, 0, 90, 20]"), False),
        (lines("text: A", "group: [{text: B, box: [0, 0, 9, 9]}], at: 1"), False),
    ],
)
def test_what_comes_late_is_told_where_nothing_stands_for_it(
    tmp_path: Path, available: AvailableAssets, layers: str, told: bool
) -> None:
    assert (UNSEEN in warnings_of(tmp_path, available, layers)) == told


def test_other_flaws_of_animations(tmp_path: Path, available: AvailableAssets) -> None:
    long = lines("text: A, for: 2", "text: B, at: 2, for: 60")
    assert warnings_of(tmp_path, available, long) == ["this is 62 seconds after the first frame, more than 60"]
    still = "a jpg does not move: only what is shown at second 0 is ever seen"
    assert warnings_of(tmp_path, available, SLIDES, "") == [still]
    assert warnings_of(tmp_path, available, lines("text: A"), "format: gif\nloop: 2\nmax_bytes: 20000\n") == [
        "`loop` does nothing: no layer has `at` or `for`",
        "`max_bytes` does nothing: no layer has `at` or `for`",
    ]
    ticking = SLIDES + lines('countdown: "2026-12-24T18:00:00Z", at: 1')
    assert "an image with a countdown plays once: a clock that starts again would be wrong" in warnings_of(
        tmp_path, available, ticking, "format: gif\nloop: 0\n"
    )
