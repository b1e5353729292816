"""What `check` says of parts of layers that have no room, and so are not seen; § stands where."""

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from made_creatives import loaded_of

HEAD = "title: T\nsize: 300x100\nalt: x\nvariants:\n  - name: a\n    layers:\n      - "
STEPS = "steps: [Ordered, Sent], done: 1, size: 20"
TOLD = [
    ("{text: a, padding: §[4, 30], box: [0, 0, 60, 40]}", "the padding takes all of the box, which is 60 x 40"),
    ("{text: a, padding: §20, box: [0, 0, 90, 40]}", "no words are shown"),
    (f"{{{STEPS}, box: §[0, 0, 200, 50]}}", "the labels are left out: the box is 50 pixels high"),
    ("{bars: [3, 5, 8], labels: §[Mon, Tue]}", "there are 2 labels for 3 bars"),
]
RIGHT = [
    "{text: a, padding: [4, 20], box: [0, 0, 60, 40]}",
    f"{{{STEPS}, box: [0, 0, 200, 51]}}",
    "{bars: [3, 5, 8], labels: [Mon, Tue, Wed]}",
    "{bars: '{{ recipient.usage }}', labels: [Mon, Tue]}",
]


def warnings_of(folder: Path, layer: str, available: AvailableAssets) -> list[str]:
    warnings = loaded_of(folder / "a", HEAD + layer + "\n", available).warnings
    return [f"{one.line}:{one.column} {one.message}" for one in warnings]


@pytest.mark.parametrize(("layer", "words"), TOLD)
def test_what_has_no_room_is_told_in_its_place(
    layer: str, words: str, tmp_path: Path, available: AvailableAssets
) -> None:
    before, _, after = layer.partition("§")
    found = warnings_of(tmp_path, before + after, available)
    assert [one for one in found if one.startswith(f"7:{len(before) + 9} ") and words in one], found


@pytest.mark.parametrize("layer", RIGHT)
def test_what_has_room_is_not(layer: str, tmp_path: Path, available: AvailableAssets) -> None:
    told = ("no words are shown", "labels")
    assert not [one for one in warnings_of(tmp_path, layer, available) if any(words in one for words in told)]
