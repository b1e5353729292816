from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.facts import Client, Moment, Now
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Colour, Group, Node, Shape, Text, Ticker
from livecontent.sources.now import now_at
from made_creatives import PARIS, composed, content_of, context_of, creative_of, moment_of

UNITS = ("days", "hours", "minutes", "seconds")


def moment_at(at: datetime, **values: object) -> Moment:
    return moment_of(now=now_at(at), **values)


def nodes_of(fonts: Fonts, until: str, at: datetime, more: str = "", **keys: str) -> tuple[tuple[Node, ...], list[str]]:
    layer = f"{{countdown: '{until}', labels: null, font: {{size: 20}}{more}}}"
    scene, made = composed(creative_of(layer, **keys), moment_at(at), fonts)
    return scene.nodes, made.left_out


def ticker_of(fonts: Fonts, until: str, at: datetime, more: str = "", **keys: str) -> Ticker:
    (node,), left_out = nodes_of(fonts, until, at, more, **keys)
    assert left_out == []
    assert isinstance(node, Ticker)
    return node


def shown(ticker: Ticker, frame: int = 0) -> str:
    """The numbers of a frame, the cells parted by colons."""
    numbers = ticker.nodes(frame)[-1]
    assert isinstance(numbers, Text)
    digits = iter(run.text for run in numbers.runs)
    return ":".join("".join(next(digits) for _ in range(cell.digits)) for cell in ticker.clock.groups)


@pytest.mark.parametrize(
    ("at", "until", "numbers"),
    [
        ("2026-12-24T17:59:59", "2026-12-24T18:00", "00:00:00:01"),
        ("2026-12-24T17:00:00", "2026-12-24T18:00", "00:01:00:00"),
        ("2026-12-24T17:00:01", "2026-12-24T18:00", "00:00:59:59"),
        ("2026-12-23T18:00:00", "2026-12-24T18:00", "01:00:00:00"),
        ("2026-12-23T18:00:01", "2026-12-24T18:00", "00:23:59:59"),
        ("2026-12-24T17:59:59.500", "2026-12-24T18:00", "00:00:00:00"),
        ("2026-12-24T18:00:00", "2026-12-24T18:00", "00:00:00:00"),
        ("2026-12-24T18:00:01", "2026-12-24T18:00", "00:00:00:00"),
        ("2026-12-24T00:00:00", "2026-12-24", "00:00:00:00"),
        ("2026-12-23T00:00:00", "2026-12-24", "01:00:00:00"),
        ("2026-03-28T12:00:00", "2026-03-29T12:00", "00:23:00:00"),  # summer time starts: the day has 23 hours
        ("2026-03-29T01:59:59", "2026-03-29T03:00", "00:00:00:01"),
        ("2026-10-24T12:00:00", "2026-10-25T12:00", "01:01:00:00"),  # and ends: 25 hours
        ("2026-01-01T00:00:00", "2026-04-11T00:00+01:00", "100:00:00:00"),
        ("2026-01-01T00:00:00", "2026-04-10T23:59:59+01:00", "99:23:59:59"),
        ("2026-01-01T00:00:00", "9999-12-31T23:59:59Z", "2912443:00:59:59"),
        ("2026-01-01T00:00:00", "0001-01-01T00:00Z", "00:00:00:00"),
        ("2026-01-01T00:00:00", "20260102T0000", "01:00:00:00"),
    ],
)
def test_the_time_left_is_shown_to_the_second(fonts: Fonts, at: str, until: str, numbers: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    ticker = ticker_of(fonts, until, moment, timezone="Europe/Paris")
    assert shown(ticker) == numbers


def test_a_moment_without_offset_is_on_the_creatives_clock_else_on_the_recipients(fonts: Fonts) -> None:
    at = datetime(2026, 12, 24, 12, tzinfo=PARIS)
    assert shown(ticker_of(fonts, "2026-12-24T13:00", at)) == "00:01:00:00"
    assert shown(ticker_of(fonts, "2026-12-24T13:00", at, timezone="Europe/London")) == "00:02:00:00"
    assert shown(ticker_of(fonts, "2026-12-24T13:00Z", at, timezone="America/New_York")) == "00:02:00:00"


@pytest.mark.parametrize("layer", ["{countdown: '2026-12-24T13:00'}", "{text: x, until: '2026-12-24T13:00'}"])
def test_where_no_clock_is_known_only_an_offset_tells_the_moment(fonts: Fonts, layer: str) -> None:
    moment = moment_of(now=Now(datetime(2026, 12, 24, 12, tzinfo=UTC)))
    assert composed(creative_of(layer), moment, fonts)[0].nodes == ()
    assert composed(creative_of(layer.replace("13:00", "13:00Z")), moment, fonts)[0].nodes
    assert composed(creative_of(layer, timezone="Europe/London"), moment, fonts)[0].nodes


@given(st.integers(0, 400 * 86_400), st.integers(0, 3), st.integers(1, 4))
def test_units_that_follow_each_other_add_up_to_the_time_left(fonts: Fonts, left: int, first: int, count: int) -> None:
    units = UNITS[first : first + count]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    until = (at + timedelta(seconds=left)).isoformat()
    ticker = ticker_of(fonts, until, at, f", units: [{', '.join(units)}]")
    sizes = [{"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}[unit] for unit in units]
    numbers = [int(number) for number in shown(ticker).split(":")]
    assert sum(size * number for size, number in zip(sizes, numbers, strict=True)) == left - left % sizes[-1]
    assert ticker.left == left


@pytest.mark.parametrize(
    ("at", "since", "numbers"),
    [
        ("2026-12-24T18:00:00", "2026-12-24T18:00", "00:00:00:00"),
        ("2026-12-24T18:00:00.900", "2026-12-24T18:00", "00:00:00:00"),
        ("2026-12-25T18:01:01", "2026-12-24T18:00", "01:00:01:01"),
        ("2026-03-29T12:00:00", "2026-03-28T12:00", "00:23:00:00"),  # summer time starts
        ("2026-04-10T23:59:59", "2026-01-01T00:00+01:00", "99:22:59:59"),
    ],
)
def test_the_time_since_a_moment_is_shown_to_the_second(fonts: Fonts, at: str, since: str, numbers: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    assert shown(ticker_of(fonts, since, moment, ", up: true", timezone="Europe/Paris")) == numbers


def test_the_frames_count_up_and_have_room_for_a_digit_more(fonts: Fonts) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    ticker = ticker_of(fonts, (at - timedelta(days=99, hours=23, minutes=59, seconds=58)).isoformat(), at, ", up: true")
    assert [shown(ticker, frame) for frame in (0, 1, 2)] == ["099:23:59:58", "099:23:59:59", "100:00:00:00"]
    assert ticker.ticks(4) == [1, 2, 3]
    minutes = ticker_of(fonts, (at - timedelta(seconds=50)).isoformat(), at, ", up: true, units: [hours, minutes]")
    assert (minutes.ticks(200), shown(minutes, 10)) == ([10, 70, 130, 190], "00:01")


def test_before_its_moment_a_count_up_is_left_out_and_on_a_prefetch_it_is_the_date(fonts: Fonts) -> None:
    at = datetime(2026, 12, 24, 12, tzinfo=PARIS)
    nodes, left_out = nodes_of(fonts, "2026-12-24T13:00", at, ", up: true")
    assert nodes == ()
    assert "still to come" in left_out[0]
    creative = creative_of("{countdown: '2026-12-20T13:00', up: true}")
    early = moment_at(at, client=Client("apple-mpp", proxy=True, time="early"))
    (block,) = content_of(creative, context_of(creative, early, fonts)).layers[0].blocks
    assert block.words == "Sunday 20 December, 13:00"


def test_a_picture_that_ticks_has_a_minute_of_frames_and_none_other(fonts: Fonts) -> None:
    def seconds(layer: str) -> int:
        return composed(creative_of(layer), moment_at(datetime(2026, 1, 1, tzinfo=UTC)), fonts)[0].seconds

    assert seconds("{countdown: '2026-12-24'}") == 60
    assert seconds("{opacity: 0.5, group: [{countdown: '2026-12-24'}]}") == 60
    assert seconds("{group: [{countdown: '2026-12-24'}]}") == 60
    assert seconds("{countdown: '2026-12-24', frames: 15}") == 15
    assert seconds("{countdown: '2026-12-24', units: [hours, minutes], frames: 1440}") == 86_400
    assert seconds("{countdown: '2026-12-24', units: [days, hours]}") == 1
    assert seconds("{text: hi}") == 1
    assert seconds("{countdown: '2025-12-24', ended: over}") == 1


def test_the_frames_count_down_and_end_with_the_last_words(fonts: Fonts) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    ticker = ticker_of(fonts, "2026-01-01T00:00:03Z", at, ", ended: It is over")
    assert [shown(ticker, frame)[-2:] for frame in range(3)] == ["03", "02", "01"]
    (last,) = ticker.nodes(3)
    assert isinstance(last, Text)
    assert "".join(run.text for run in last.runs) == "Itisover"


def test_after_the_end_the_last_words_stand_alone_and_are_said(fonts: Fonts) -> None:
    layer = "{countdown: '2025-12-24', ended: It is over, opacity: 0.5, shadow: {y: 2}}"
    scene, made = composed(creative_of(layer), moment_at(datetime(2026, 1, 1, tzinfo=UTC)), fonts)
    (node,) = scene.nodes
    assert isinstance(node, Group)
    assert node.opacity == 0.5
    assert node.shadow is not None
    (words,) = node.nodes
    assert isinstance(words, Text)
    assert made.said == ["It is over"]


def test_the_last_words_stand_on_the_card_of_the_countdown(fonts: Fonts) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    look = "ended: It is over, card: white, color: '#7a1226', radius: 4"
    (plate, words), _ = nodes_of(fonts, "2025-12-24", at, f", {look}")
    ticking = ticker_of(fonts, "2026-01-01T00:00:03Z", at, f", {look}").nodes(3)
    assert (plate, words) == ticking
    assert isinstance(plate, Shape)
    assert isinstance(words, Text)
    assert (plate.box, plate.paint, plate.radius) == (Box(0, 0, 300, 100), Colour(255, 255, 255), 4)
    assert words.colour == Colour(0x7A, 0x12, 0x26)


def test_the_end_is_said_beside_all_else_that_people_read(fonts: Fonts) -> None:
    layers = ["{text: Only a few hours left}", "{countdown: '2026-01-02', ended: It is over}"]
    grouped = f"{{opacity: 0.5, group: [{', '.join(layers)}]}}"
    for written in (layers, [layers[0], f"{{group: [{layers[1]}]}}"], [grouped]):
        creative = creative_of(*written)
        before = content_of(creative, context_of(creative, moment_at(datetime(2026, 1, 1, tzinfo=UTC)), fonts))
        after = content_of(creative, context_of(creative, moment_at(datetime(2026, 1, 3, tzinfo=UTC)), fonts))
        assert before.words == ("Only a few hours left",)
        assert after.words == ("Only a few hours left", "It is over")


@pytest.mark.parametrize(
    "until", ["soon", "", "2026-13-01", "0000-00-00", "24:00", "2026-02-29", "1e10", "9" * 400, "\u0664"]
)
def test_what_is_no_moment_is_left_out(fonts: Fonts, until: str) -> None:
    nodes, left_out = nodes_of(fonts, until, datetime(2026, 1, 1, tzinfo=UTC))
    assert nodes == ()
    assert "is not a moment such as 2026-12-24T18:00" in left_out[0]


@pytest.mark.parametrize("until", ["0001-01-01T00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00"])
def test_a_moment_at_the_end_of_the_calendar_does_no_harm(fonts: Fonts, until: str) -> None:
    nodes, left_out = nodes_of(fonts, until, datetime(2026, 1, 1, tzinfo=UTC), timezone="Asia/Tokyo")
    assert len(nodes) + len(left_out) == 1


def test_without_now_or_until_it_is_left_out(fonts: Fonts) -> None:
    for layer, note in (
        ("{countdown: '2026-12-24'}", "now is not known"),
        ("countdown: '{{ param.x }}'", "param is not known"),
    ):
        scene, made = composed(creative_of(layer), Moment({}) if "now" in note[:3] else moment_at(AT), fonts)
        assert scene.nodes == ()
        assert note in made.left_out[0]


AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["days", "hours", "minutes", "seconds"]),
        ("fr", ["jours", "heures", "minutes", "secondes"]),
        ("de-AT", ["Tage", "Stunden", "Minuten", "Sekunden"]),
        ("xx", ["days", "hours", "minutes", "seconds"]),
    ],
)
def test_units_are_named_in_the_recipients_language(fonts: Fonts, language: str, labels: list[str]) -> None:
    moment = moment_at(AT, recipient={"language": language})
    scene, _ = composed(creative_of("{countdown: '2026-12-24', labels: {size: 9}}"), moment, fonts)
    (ticker,) = scene.nodes
    assert isinstance(ticker, Ticker)
    texts = ["".join(run.text for run in node.runs) for node in ticker.clock.static if isinstance(node, Text)]
    assert texts == labels


def test_cells_stand_side_by_side_on_their_cards_and_digits_do_not_move(fonts: Fonts) -> None:
    ticker = ticker_of(fonts, "2026-12-24", AT, ", card: black, radius: 4, gap: 10, box: [0, 0, 290, 50]")
    cards = [node for node in ticker.clock.static if isinstance(node, Shape)]
    assert [(card.box.x, card.box.width, card.radius) for card in cards] == [(x, 65, 4) for x in (0, 75, 150, 225)]
    for cell, card in zip(ticker.clock.groups, cards, strict=True):
        middle = cell.x + cell.slot * cell.digits / 2
        assert middle == pytest.approx(card.box.x + card.box.width / 2, abs=1)
        assert cell.slot == max(cell.advances)
        assert card.box.y < cell.y < card.box.y + card.box.height


def test_a_countdown_in_a_group_with_opacity_is_in_the_group(fonts: Fonts) -> None:
    layer = "{opacity: 0.5, group: [{countdown: '2026-12-24'}]}"
    (group,) = composed(creative_of(layer), moment_at(AT), fonts)[0].nodes
    assert isinstance(group, Group)
    assert isinstance(group.nodes[0], Ticker)
