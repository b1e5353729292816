import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.looks import Effects, Rotation, Stay
from livecontent.scene import (
    Arc,
    Box,
    Colour,
    CountdownClock,
    DigitGroup,
    Face,
    Gradient,
    Group,
    Modules,
    Node,
    Path,
    Picture,
    Run,
    Shadow,
    Shape,
    Stroke,
    Text,
    Ticker,
)

FACE = Face("Inter/Inter.ttf", 400)
BOX = Box(0, 0, 100, 20)
RED, BLUE = Colour(255, 0, 0), Colour(0, 0, 255)
TEXT = Text(box=BOX, runs=(Run("hi", FACE, 12, 1, 2),), colour=RED)
UNITS = ((86_400, 0, 3), (3600, 24, 2), (60, 60, 2), (1, 60, 2))  # seconds, modulus, digits


def ticker(left: int, ended: tuple[Node, ...] = ()) -> Ticker:
    cells = tuple(
        DigitGroup(seconds, modulus, digits, 100 * index, 15, 10, (9, 5, *(8,) * 8))
        for index, (seconds, modulus, digits) in enumerate(UNITS)
    )
    clock = CountdownClock(cells, FACE, 12, RED, static=(Shape(box=BOX, paint=BLUE),), ended=ended)
    return Ticker(box=BOX, clock=clock, left=left)


def shown(node: Ticker, frame: int) -> list[int]:
    """The numbers in a frame."""
    text = node.nodes(frame)[-1]
    assert isinstance(text, Text)
    digits = "".join(run.text for run in text.runs)
    return [int(digits[:3]), int(digits[3:5]), int(digits[5:7]), int(digits[7:9])]


@given(st.integers(0, 999 * 86_400), st.integers(0, 200))
def test_the_numbers_of_a_frame_add_up_to_the_seconds_left(left: int, frame: int) -> None:
    days, hours, minutes, seconds = shown(ticker(left), frame)
    assert ((days * 24 + hours) * 60 + minutes) * 60 + seconds == max(left - frame, 0)
    assert hours < 24
    assert minutes < 60
    assert seconds < 60


def test_the_largest_unit_stops_at_what_its_digits_hold() -> None:
    assert shown(ticker(5000 * 86_400), 0) == [999, 0, 0, 0]


def test_each_digit_stands_in_the_middle_of_a_slot_of_its_own() -> None:
    text = ticker(86_400 * 101).nodes(0)[-1]
    assert isinstance(text, Text)
    assert [(run.text, run.x, run.y) for run in text.runs[:3]] == [("1", 2, 15), ("0", 10, 15), ("1", 22, 15)]


def test_at_the_end_stands_what_is_said_else_zero() -> None:
    assert ticker(3, ended=(TEXT,)).nodes(2) != (TEXT,)
    assert ticker(3, ended=(TEXT,)).nodes(3) == (TEXT,)
    assert ticker(3, ended=(TEXT,)).nodes(4) == (TEXT,)
    assert shown(ticker(3), 4) == [0, 0, 0, 0]


SAMPLES: tuple[Node, ...] = (
    Shape(box=BOX, paint=BLUE),
    Arc(box=BOX, circle=Box(0, 0, 20, 20), thickness=4, start=0.0, sweep=90.0, paint=BLUE),
    Path(box=BOX, points=((0, 0), (9.5, 9)), line=2, paint=BLUE),
    Picture(box=BOX, asset="a"),
    TEXT,
    Modules(box=BOX, rows=("1",), colour=RED),
    Group(box=BOX, nodes=()),
    ticker(5),
)
CHANGES: dict[str, object] = {
    "box": Box(0, 0, 100, 21),
    "kind": "ellipse",
    "paint": Gradient((RED, BLUE), 90),
    "radius": 3,
    "stroke": Stroke(1, RED),
    "opacity": 0.5,
    "shadow": Shadow(0, 0, 1, RED),
    "clip": Box(0, 0, 9, 9),
    "points": ((0, 0), (9.5, 9.25)),
    "line": 2.5,
    "closed": True,
    "circle": Box(0, 0, 21, 21),
    "thickness": 5,
    "start": 1.5,
    "sweep": 91.0,
    "round_ends": False,
    "asset": "b",
    "fit": "contain",
    "runs": (TEXT.runs[0], TEXT.runs[0]),
    "colour": BLUE,
    "rows": ("0",),
    "nodes": (TEXT,),
    "clock": ticker(5, ended=(TEXT,)).clock,
    "left": 6,
    "tint": RED,
    "effects": Effects(Rotation(5)),
    "stay": Stay(1.5),
}


@pytest.mark.parametrize(("node", "field"), [(node, field) for node in SAMPLES for field in node._fields])
def test_nodes_are_equal_where_all_of_them_is_and_in_one_field_only_they_are_not(node: Node, field: str) -> None:
    same = pickle.loads(pickle.dumps(node))  # noqa: S301
    other = node._replace(**{field: CHANGES[field]})
    assert (same, hash(same)) == (node, hash(node))
    assert other != node
    assert len({node, same, other}) == 2


def test_no_kind_of_node_equals_another() -> None:
    assert len(set(SAMPLES)) == len(SAMPLES)


@pytest.mark.parametrize("field", Run._fields)
def test_every_field_of_a_run_counts(field: str) -> None:
    changes = {"text": "ho", "face": FACE._replace(weight=500), "size": 13, "x": 2, "y": 3, "rtl": True, "optical": 9.5}
    assert TEXT.runs[0]._replace(**{field: changes[field]}) != TEXT.runs[0]


def test_a_countdown_without_its_time_is_the_same_at_any_time() -> None:
    assert len({ticker(left)._replace(left=None) for left in (0, 5, 99)}) == 1
    assert ticker(5)._replace(left=None).nodes(0) == ticker(5).clock.static
    assert ticker(5)._replace(left=None).ticks(60) == []
