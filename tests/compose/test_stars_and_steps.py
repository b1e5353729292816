"""Stars are filled exactly, steps say where things stand, and both begin where the language does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from livecontent.facts import Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import Path, Shape, Text
from made_creatives import composed, creative_of, moment_of

laws = settings(max_examples=40, deadline=None, derandomize=True)
DONE, AHEAD = "fill: '#ff0000'", "track: '#0000ff'"
ORDERED, PACKED, SENT = "{en: Ordered, fr: Commandé, ar: طلب}", "{en: Packed, ar: معبأ}", "{en: Sent, ar: أرسل}"
LABELS = f"steps: [{ORDERED}, {PACKED}, {SENT}]"


def drawn(painter: Painter, layer: str, language: str = "en", **keys: str) -> tuple[Image.Image, Any]:
    creative = creative_of(layer, **{"size": "300x100", **keys})
    scene, made = composed(creative, moment_of(recipient={"language": language}), painter.fonts)
    return painter.draw(scene), made


def columns(picture: Image.Image, colour: tuple[int, int, int]) -> list[int]:
    """The columns in which a colour stands."""
    mask = Image.new("L", picture.size)
    mask.putdata([255 if pixel == colour else 0 for pixel in picture.get_flattened_data()])
    return [x for x in range(mask.width) if mask.crop((x, 0, x + 1, mask.height)).getbbox()]


@laws
@given(
    rating=st.floats(0, 5),
    side=st.integers(20, 50),
    gap=st.integers(0, 9),
    language=st.sampled_from(["en", "ar"]),
)
def test_stars_are_filled_to_the_pixel_from_where_the_language_begins(
    painter: Painter, rating: float, side: int, gap: int, language: str
) -> None:
    layer = f"{{stars: {rating}, {DONE}, {AHEAD}, gap: {gap}, box: [10, 10, {5 * side + 4 * gap}, {side}]}}"
    creative = creative_of(layer, size="300x100", language=language)
    scene, _ = composed(creative, Moment({}), painter.fonts)
    paths = [node for node in scene.nodes if isinstance(node, Path)]
    filled = [path.box for path in paths if path.paint[0] == 255]
    assert sum(box.width for box in filled) == pytest.approx(rating * side, abs=0.5)
    starts = [(box.x - 10) % (side + gap) for box in filled]
    if language == "en":
        assert set(starts) <= {0}
        assert not filled or filled[0].x == 10
    else:
        assert {start + box.width for start, box in zip(starts, filled, strict=True)} <= {side}
        assert not filled or filled[0].x + filled[0].width == 10 + 5 * side + 4 * gap


@pytest.mark.parametrize(
    ("rating", "said"), [("4.3", "4.3 / 5"), ("9", "5 / 5"), ("-1", "0 / 5"), ("4.25", "4.25 / 5")]
)
def test_stars_say_the_number(painter: Painter, rating: str, said: str) -> None:
    assert drawn(painter, f"stars: {rating}")[1].said == [said]


def test_stars_say_the_number_as_the_language_writes_it(painter: Painter) -> None:
    assert drawn(painter, "{stars: 4.3}", "fr")[1].said == ["4,3 / 5"]


def test_all_and_no_stars_have_one_colour_only(painter: Painter) -> None:
    look = f"{DONE}, {AHEAD}, box: [10, 10, 200, 30]"
    assert columns(drawn(painter, f"{{stars: 5, {look}}}")[0], (0, 0, 255)) == []
    assert columns(drawn(painter, f"{{stars: 0, {look}}}")[0], (255, 0, 0)) == []


def test_a_star_is_symmetric_and_fills_the_width_of_its_box(painter: Painter) -> None:
    picture, _ = drawn(painter, "{stars: 1, of: 1, fill: black, box: [10, 10, 80, 80]}")
    ink = ImageOps.invert(picture.convert("L")).crop((10, 10, 90, 90))
    mirrored = ImageOps.mirror(ink)
    assert max(abs(one - other) for one, other in zip(ink.tobytes(), mirrored.tobytes(), strict=True)) <= 40
    left, _, right, _ = ink.point(lambda level: 255 * (level > 60)).getbbox() or (0, 0, 0, 0)
    assert right - left >= 78


def labels(scene_nodes: Any) -> list[tuple[str, int]]:
    return [
        ("".join(run.text for run in node.runs), node.runs[0].face.weight)
        for node in scene_nodes
        if isinstance(node, Text)
    ]


@pytest.mark.parametrize(
    ("done", "said", "bold"),
    [
        *(("0", "0/3", []), ("1", "Ordered (1/3)", ["Ordered"]), ("2.5", "Packed (2/3)", ["Packed"])),
        *(("3", "Sent (3/3)", ["Sent"]), ("12", "Sent (3/3)", ["Sent"]), ("-2", "0/3", [])),
    ],
)
def test_the_last_step_that_is_reached_is_said_and_bold(fonts: Fonts, done: str, said: str, bold: list[str]) -> None:
    creative = creative_of(f"{{{LABELS}, done: {done}, box: [0, 0, 300, 90]}}")
    scene, made = composed(creative, moment_of(recipient={"language": "en"}), fonts)
    assert made.said == [said]
    found = labels(scene.nodes)
    assert [word for word, _ in found] == ["Ordered", "Packed", "Sent"]
    assert [word for word, weight in found if weight == 700] == bold


@laws
@given(done=st.floats(0, 3), language=st.sampled_from(["en", "ar"]))
def test_the_line_is_exactly_as_long_as_what_is_reached(fonts: Fonts, done: float, language: str) -> None:
    look = "fill: '#ff0000', track: '#0000ff', size: 10, box: [0, 0, 300, 90]"
    creative = creative_of(f"{{{LABELS}, done: {done}, {look}}}")
    scene, _ = composed(creative, moment_of(recipient={"language": language}), fonts)
    lines = [node for node in scene.nodes if isinstance(node, Shape) and node.kind == "rectangle"]
    (track, *rest) = lines
    assert (track.box.x, track.box.width) == (50, 200)
    length = rest[0].box.width if rest else 0
    assert length == pytest.approx(max(done - 1, 0) * 100, abs=1)
    if rest:
        edge = rest[0].box.x if language == "en" else rest[0].box.x + rest[0].box.width
        assert edge == (50 if language == "en" else 250)
    dots = [node for node in scene.nodes if isinstance(node, Shape) and node.kind == "ellipse" and node.box.width == 10]
    reached = [dot.box.x + 5 for dot in dots if dot.paint == (255, 0, 0, 255)]
    order = [50, 150, 250] if language == "en" else [250, 150, 50]
    assert reached == order[: int(done)]


def test_steps_speak_the_language_and_turn_with_it(painter: Painter) -> None:
    layer = f"{{{LABELS}, done: 1, fill: '#ff0000', track: '#0000ff', size: 10, box: [0, 0, 300, 90]}}"
    (french, said), (arabic, arabic_said) = drawn(painter, layer, "fr"), drawn(painter, layer, "ar")
    assert said.said == ["Commandé (1/3)"]
    assert arabic_said.said == ["طلب (1/3)"]
    assert max(columns(french, (255, 0, 0))) < 150 < min(columns(arabic, (255, 0, 0)))


@pytest.mark.parametrize("layer", ["stars: '{{ recipient.x }}'", "{steps: [a, b], done: '{{ recipient.x }}'}"])
@pytest.mark.parametrize("value", [None, "x", "nan"])
def test_what_is_not_known_is_left_out_with_a_reason(fonts: Fonts, layer: str, value: object) -> None:
    scene, made = composed(creative_of(layer), moment_of(recipient={"x": value}), fonts)
    assert scene.nodes == ()
    assert made.left_out


def test_a_label_that_is_not_known_leaves_the_steps_out(fonts: Fonts) -> None:
    _, made = composed(creative_of("{steps: [a, '{{ recipient.x }}'], done: 1}"), moment_of(recipient={}), fonts)
    assert made.left_out == ["steps: recipient.x is not known"]
