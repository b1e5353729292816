"""Films: the first picture and what each frame changes, one laid over another, are the frames drawn in full."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from livecontent.render.animation import changed, changes
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import (
    Box,
    Colour,
    CountdownClock,
    DigitGroup,
    Face,
    Gradient,
    Group,
    Node,
    Run,
    Scene,
    Shadow,
    Shape,
    Text,
    Ticker,
    tickers_of,
)
from pixels import BLUE, RED, WHITE, difference

WIDTH, HEIGHT = 190, 64
INK = Colour(20, 40, 60)
DIVISORS = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
GROUND = Shape(box=Box(0, 0, WIDTH, HEIGHT), paint=Gradient((WHITE, RED, BLUE), 100))


def words(fonts: Fonts, text: str, x: int, y: int, size: int = 12) -> Text:
    runs = tuple(Run(part, face, size, x, y) for part, face in fonts.split(text, "Fraunces", 400, False))
    return Text(box=Box(x, y - size, 60, size), runs=runs, colour=INK)


def countdown(
    fonts: Fonts, left: int, family: str = "Inter", *, x: int = 8, y: int = 8, ended: bool = False, labels: bool = True
) -> Ticker:
    """Days, hours, minutes and seconds on cards, as creatives have them."""
    size = 20
    ((_, face),) = fonts.split("0123456789", family, 700, False)
    advances = tuple(round(fonts.advance(digit, face, size)) for digit in "0123456789")
    slot = max(advances)
    groups: list[DigitGroup] = []
    static: list[Node] = []
    for index, divisor in enumerate(DIVISORS.values()):
        card = Box(x + index * 44, y, 40, 44)
        digits = max(2, len(str(left // divisor))) if index == 0 else 2
        modulus = (0, 24, 60, 60)[index]
        groups.append(
            DigitGroup(divisor, modulus, digits, card.x + (40 - slot * digits) // 2, card.y + 22, slot, advances)
        )
        static.append(Shape(box=card, paint=WHITE, radius=6))
        if labels:
            static.append(words(fonts, list(DIVISORS)[index], card.x + 2, card.y + 40, 9))
    box = Box(x, y, 4 * 44, 44)
    end = (words(fonts, "C’est fini.", x + 20, y + 30, 26),) if ended else ()
    return Ticker(box, CountdownClock(tuple(groups), face, size, INK, tuple(static), end), left)


def with_clock(ticker: Ticker, **changes: object) -> Ticker:
    """A countdown of which something else differs than its time."""
    return ticker._replace(clock=ticker.clock._replace(**changes))  # type: ignore[arg-type]


def film_is_whole(painter: Painter, nodes: Iterable[Node], frames: int = 5, ready: int = 0) -> int:
    """Checks each frame of the film; answers how many pixels were drawn after the first."""
    scene = Scene(WIDTH, HEIGHT, WHITE, tuple(nodes), frames)
    plate = painter.draw(scene._replace(nodes=scene.nodes[:ready])) if ready else None
    shown = painter.draw(scene)
    turning = {second for second, _ in changes(tickers_of(scene.nodes), frames)}
    assert turning <= set(range(1, frames))
    drawn = 0
    for frame in range(1, frames):
        area = changed(scene, frame, painter.fonts) if frame in turning else None
        if area is not None:
            patch = painter.region(scene, area, plate, ready, frame)
            shown.paste(patch, (area.x, area.y))
            drawn += patch.width * patch.height
            assert area.x >= 0
            assert area.y >= 0
            assert area.x + patch.width <= WIDTH
            assert area.y + patch.height <= HEIGHT
        assert difference(shown, painter.draw(scene, frame=frame)) is None, frame
    return drawn


round_moments = st.sampled_from([60, 3600, 86_400, 100 * 86_400, 7 * 86_400, 0]) | st.integers(0, 200 * 86_400)
moments = st.builds(lambda turn, before: max(turn + before, 0), round_moments, st.integers(-4, 4))
shadows = st.none() | st.builds(
    Shadow, st.integers(-8, 8), st.integers(-8, 8), st.integers(0, 9), st.sampled_from([INK, Colour(0, 0, 0, 90)])
)
opacities = st.sampled_from([1.0, 1.0, 0.6])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    left=moments,
    up=st.booleans(),
    ended=st.booleans(),
    labels=st.booleans(),
    family=st.sampled_from(["Inter", "Fraunces"]),
    opacity=opacities,
    shadow=shadows,
    x=st.integers(-30, 30),
    y=st.integers(-20, 30),
)
def test_frames_of_a_countdown_are_whole(
    painter: Painter,
    left: int,
    up: bool,
    ended: bool,
    labels: bool,
    family: str,
    opacity: float,
    shadow: Shadow | None,
    x: int,
    y: int,
) -> None:
    ticker = countdown(painter.fonts, left, family, x=x, y=y, ended=ended and not up, labels=labels)
    ticker = with_clock(ticker, up=up)
    film_is_whole(painter, [GROUND, ticker._replace(opacity=opacity, shadow=shadow)])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(left=moments, ended=st.booleans(), opacity=opacities, shadow=shadows, inner=shadows, deep=st.booleans())
def test_frames_of_a_countdown_in_a_group_are_whole(
    painter: Painter, left: int, ended: bool, opacity: float, shadow: Shadow | None, inner: Shadow | None, deep: bool
) -> None:
    ticker = countdown(painter.fonts, left, ended=ended)._replace(shadow=inner)
    group: Node = Group(box=ticker.box, nodes=(ticker,), opacity=opacity, shadow=shadow)
    if deep:
        group = Group(box=ticker.box, nodes=(group,), shadow=shadow)
    film_is_whole(painter, [GROUND, group])


@settings(max_examples=60, deadline=None, derandomize=True)
@example(left=3, frame=5, ended=True, shadow=Shadow(3, 1, 0, INK))  # the words at the end are lower than the numbers
@given(left=st.integers(0, 12) | moments, frame=st.integers(0, 12), ended=st.booleans(), shadow=shadows)
def test_a_frame_is_the_first_picture_of_the_second_it_stands_for(
    painter: Painter, left: int, frame: int, ended: bool, shadow: Shadow | None
) -> None:
    ticker = with_clock(countdown(painter.fonts, left, "Fraunces", ended=ended), static=())._replace(shadow=shadow)
    later = ticker._replace(left=max(left - frame, 0))
    one, other = (
        painter.draw(Scene(WIDTH, HEIGHT, WHITE, (Group(box=some.box, nodes=(some,), shadow=shadow),), 20), frame=at)
        for some, at in ((ticker, frame), (later, 0))
    )
    assert difference(one, other) is None


@settings(max_examples=30, deadline=None, derandomize=True)
@given(one=moments, other=moments, over=st.booleans())
def test_frames_of_two_countdowns_are_whole(painter: Painter, one: int, other: int, over: bool) -> None:
    first = countdown(painter.fonts, one, x=-90, y=0, ended=True)
    second = countdown(painter.fonts, other, "Fraunces", x=60, y=10)
    cover = [Shape(box=Box(20, 20, 60, 20), paint=Colour(255, 255, 255, 120))] if over else []
    film_is_whole(painter, [GROUND, first, second, *cover])


def test_frames_on_a_plate_are_whole(painter: Painter) -> None:
    ticker = countdown(painter.fonts, 3602)
    film_is_whole(painter, [GROUND, words(painter.fonts, "encore", 0, 60), ticker], ready=2)


@pytest.mark.parametrize(("left", "frames"), [(3, 6), (0, 4), (1, 3)])
def test_the_end_comes_on_time_and_stays(painter: Painter, left: int, frames: int) -> None:
    ticker = countdown(painter.fonts, left, ended=True)
    over = Scene(WIDTH, HEIGHT, WHITE, ticker.clock.ended, 1)
    scene = Scene(WIDTH, HEIGHT, WHITE, (ticker,), frames)
    pictures = [painter.draw(scene, frame=frame) for frame in range(frames)]
    equal = [difference(picture, painter.draw(over)) is None for picture in pictures]
    assert equal == [frame >= left for frame in range(frames)]
    film_is_whole(painter, [ticker], frames)


def test_a_countdown_without_words_for_the_end_stops_at_zero(painter: Painter) -> None:
    scene = Scene(WIDTH, HEIGHT, WHITE, (countdown(painter.fonts, 2),), 6)
    assert [second for second, _ in changes(tickers_of(scene.nodes), 6)] == [1, 2]


def test_only_the_seconds_are_drawn_while_only_they_change(painter: Painter) -> None:
    seconds = film_is_whole(painter, [GROUND, countdown(painter.fonts, 3645)], frames=5)
    assert seconds < 4 * 26 * 20
    days = film_is_whole(painter, [GROUND, countdown(painter.fonts, 86_400)], frames=2)
    assert days > 100 * 15


def test_the_numbers_are_those_of_the_clock(painter: Painter) -> None:
    ticker = countdown(painter.fonts, 0)
    for left, expected in [
        (0, "00000000"),
        (59, "00000059"),
        (60, "00000100"),
        (86_399, "00235959"),
        (86_400, "01000000"),
        (99 * 86_400 + 5, "99000005"),
        (100 * 86_400, "99000000"),  # two digits are all there is room for
    ]:
        assert ticker._replace(left=left).digits(0) == expected
        assert ticker._replace(left=left + 7).digits(7) == expected


def test_digits_stand_where_they_stood_whatever_they_are(painter: Painter) -> None:
    ticker = countdown(painter.fonts, 0, "Fraunces")
    assert len(set(ticker.clock.groups[0].advances)) > 1  # digits of several widths
    for left in (0, 11 * 86_400 + 11 * 3600 + 671, 88 * 86_400 + 8 * 3600 + 8 * 60 + 48):
        for run, home in zip(
            ticker.clock.runs(ticker._replace(left=left).digits(0)), ticker.clock.runs("00000000"), strict=True
        ):
            assert abs(run.x - home.x) <= max(ticker.clock.groups[0].advances) - min(ticker.clock.groups[0].advances)


def test_what_stands_still_has_no_film(painter: Painter) -> None:
    scene = Scene(WIDTH, HEIGHT, WHITE, (GROUND,), 4)
    assert list(changes(tickers_of(scene.nodes), 4)) == []
    assert changed(scene, 1, painter.fonts) is None


@pytest.mark.parametrize(
    ("left", "seconds", "expected"), [(125, 200, [6, 66, 125]), (60, 130, [1, 60]), (59, 60, [59])]
)
def test_where_minutes_are_the_smallest_unit_it_turns_with_them_and_at_the_end(
    painter: Painter, left: int, seconds: int, expected: list[int]
) -> None:
    ticker = countdown(painter.fonts, left, ended=True)
    slow = with_clock(ticker, groups=ticker.clock.groups[:3])
    assert slow.ticks(seconds) == expected
    scene = Scene(WIDTH, HEIGHT, WHITE, (GROUND, slow), seconds)
    pictures = [painter.draw(scene, frame=second) for second in range(seconds)]
    unlike = [n for n in range(1, seconds) if difference(pictures[n], pictures[n - 1]) is not None]
    assert unlike == [second for second, _ in changes([slow], seconds)]


def test_a_countdown_outside_of_the_picture_changes_nothing(painter: Painter) -> None:
    ticker = countdown(painter.fonts, 100, x=WIDTH + 50)
    assert film_is_whole(painter, [GROUND, ticker]) == 0


def test_the_face_of_the_numbers_may_be_any_font(painter: Painter) -> None:
    ticker = with_clock(countdown(painter.fonts, 61), face=Face("Noto Sans/NotoSansHebrew-Bold.ttf", 700))
    film_is_whole(painter, [GROUND, ticker])
