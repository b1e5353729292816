from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.scene import Box, Colour, DigitGroup, Face, Group, Node, Run, Scene, Shadow, Shape, Text, Ticker

FACE = Face("Inter/Inter.ttf", 400)
BOX = Box(0, 0, 100, 20)
RED, BLUE = Colour(255, 0, 0), Colour(0, 0, 255)
TEXT = Text(box=BOX, runs=(Run("hi", FACE, 12, 1, 2),), colour=RED)
SCENE = Scene(100, 20, RED, (Shape(box=BOX, paint=BLUE), TEXT))
UNITS = ((86_400, 0, 3), (3600, 24, 2), (60, 60, 2), (1, 60, 2))  # seconds, modulus, digits


def ticker(left: int, ended: tuple[Node, ...] = ()) -> Ticker:
    cells = tuple(
        DigitGroup(seconds, modulus, digits, 100 * index, 15, 10, (9, 5, *(8,) * 8))
        for index, (seconds, modulus, digits) in enumerate(UNITS)
    )
    still = (Shape(box=BOX, paint=BLUE),)
    return Ticker(box=BOX, left=left, cells=cells, face=FACE, size=12, colour=RED, still=still, ended=ended)


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


def test_a_scene_that_differs_anywhere_has_another_digest() -> None:
    others = [
        replace(SCENE, width=101),
        replace(SCENE, background=BLUE),
        replace(SCENE, seconds=2),
        replace(SCENE, nodes=SCENE.nodes[::-1]),
        replace(SCENE, nodes=(Group(box=BOX, nodes=SCENE.nodes),)),
        replace(SCENE, nodes=(SCENE.nodes[0], replace(TEXT, shadow=Shadow(0, 0, 1, RED)))),
        replace(SCENE, nodes=(SCENE.nodes[0], replace(TEXT, runs=(Run("hı", FACE, 12, 1, 2),)))),
        replace(
            SCENE, nodes=(SCENE.nodes[0], replace(TEXT, runs=(Run("h", FACE, 12, 1, 2), Run("i", FACE, 12, 1, 2))))
        ),
        *(replace(SCENE, nodes=(ticker(left),)) for left in (5, 6)),
    ]
    assert len({SCENE.digest, *(other.digest for other in others)}) == len(others) + 1


@pytest.mark.parametrize("field", Run._fields)
def test_every_field_of_a_run_is_in_the_digest(field: str) -> None:
    changed = {"text": "ho", "face": Face("Inter/Inter.ttf", 500), "size": 13, "x": 2, "y": 3, "rtl": True}[field]
    other = replace(TEXT, runs=(TEXT.runs[0]._replace(**{field: changed}),))
    assert replace(SCENE, nodes=(other,)).digest != replace(SCENE, nodes=(TEXT,)).digest


def test_a_digest_is_the_same_in_every_process() -> None:
    code = "from test_scene import SCENE; print(SCENE.digest)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=__file__.rpartition("/")[0]
    )
    assert run.stdout.strip() == SCENE.digest
    assert len(SCENE.digest) == 32


def test_a_scene_with_half_a_character_has_a_digest_too() -> None:
    odd = replace(SCENE, nodes=(replace(TEXT, runs=(Run("\ud800", FACE, 12, 1, 2),)),))
    assert odd.digest != SCENE.digest
