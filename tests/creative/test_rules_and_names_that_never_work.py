"""Rules, boxes, names of images and moments that are well-formed, and yet come to nothing; and those that do not."""

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError, Problem
from made_creatives import loaded_of

HEAD = "title: T\nsize: 60x30\nalt: x\n"


@pytest.mark.parametrize(
    ("layer", "warned"),
    [
        ("{text: x, box: [10, 5, 60, 20]}", True),
        ("{text: x, box: [10, 5, 50, 25]}", False),
        ("{group: [{text: x, box: [20, 0, 30, 9]}], box: [10, 0, 60, 9]}", False),
        ("{group: [{text: x, box: [20, 0, 30, 9]}], box: [20, 0, 60, 9]}", True),
        ("{icon: star, box: [45, 5, 20, 20]}", False),
        ("{icon: star, box: [52, 5, 20, 20]}", True),
        ("{shape: ellipse, fill: black, box: [40, -10, 50, 50]}", False),
    ],
)
def test_words_that_are_cut_off_are_warned_of(
    layer: str, warned: bool, tmp_path: Path, available: AvailableAssets
) -> None:
    text = f"{HEAD}variants: [{{name: a, layers: [{layer}]}}]\n"
    messages = [problem.message for problem in loaded_of(tmp_path / "a", text, available).warnings]
    assert [message.partition(" of the box")[0][-1] for message in messages] == ["%"] * warned


PARAMS = """params:
  until: {type: moment, default: "2026-11-29T20:00"}
  home: {type: integer, min: 0, max: 20, default: 0}
"""


def rule_problems(rule: str, folder: Path, available: AvailableAssets) -> list[Problem]:
    text = f"{HEAD}{PARAMS}variants:\n  - name: a\n    layers:\n      - text: x\n        when: '{rule}'\n"
    try:
        return list(loaded_of(folder / "a", text, available).warnings)
    except CreativeError as error:
        return error.problems


@pytest.mark.parametrize(
    "rule",
    [
        "now.at >= param.until",
        "now.at >= timestamp(param.until)",
        'param.until > "2026-12-24T18:00"',
        "param.until > recipient.renewal",
        "now.hour / (now.hour - 8) > 1",  # the hour of the sample
        "param.home / 3 >= 0.5",
        "recipient.points / recipient.goal * 100 > 50",
        "store.closes_at > now.at && now.at > stores[0].opens_at",
        'now.date >= "2026-12-24" && now.time < "18:00" && now.date.startsWith("2026-")',
        'now.date + "T" + now.time >= param.until',
        'recipient.tags.exists(t, t == "x") && "y" in recipient.tags',
        'recipient.postcode >= "59000" && recipient.phone > "+33"',
        'recipient.birthday.endsWith((now.month < 10 ? "-0" : "-") + string(now.month))',
        "age(recipient.birthday) >= 18 && days_until(param.until) < 3 && is_birthday(recipient.birthday)",
        'recipient.name.matches("^[A-C]") && size(recipient.name) > 3',
        'weather.condition in ["rain", "snow"] && weather.temperature < 5.5',
        "weather.wind != null && recipient.vip == true",
    ],
)
def test_a_rule_that_may_be_true_is_no_problem(rule: str, tmp_path: Path, available: AvailableAssets) -> None:
    assert rule_problems(rule, tmp_path, available) == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('param.until > "20:00"', "param.until is a moment, and '20:00' is none"),
        ('param.until == "Christmas"', "param.until is a moment, and 'Christmas' is none"),
        ('param.home > "3"', "'>' does not go with a number and a text"),
        ("param.until > 20", "'>' does not go with a text and a number"),
        ('recipient.age > "30"', "'30' is a text: if recipient.age is a number"),
    ],
)
def test_a_parameter_is_compared_with_its_like(
    rule: str, words: str, tmp_path: Path, available: AvailableAssets
) -> None:
    (problem,) = rule_problems(rule, tmp_path, available)
    assert words in problem.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tier-go-{{ recipient.tier }}.png", "no file is named like 'tier-go-….png' did you mean 'tier-gold.png'?"),
        ("{{ recipient.tier }}.jpg", "no file is named like '….jpg' images are files in the creative's own folder"),
        ("tier-{% if recipient.vip %}gold{% endif %}.jpg", "no file is named like"),
        ("https://cdn.example/{{ recipient.id }}.png", "in the setting images.hosts"),
        ("//cdn.example/a.png", "in the setting images.hosts"),
        ("logo.svg", "not one of the kinds of images that can be shown images are gif, jpeg, jpg, png, webp"),
        ("tier-silver.png", "there is no file 'tier-silver.png' did you mean 'tier-gold.png'?"),
    ],
)
def test_an_image_that_is_never_there_is_an_error(
    name: str, words: str, tmp_path: Path, available: AvailableAssets
) -> None:
    with pytest.raises(CreativeError) as raised:
        image_of(name, tmp_path, available)
    (problem,) = [problem for problem in raised.value.problems if not problem.warning]
    assert words in f"{problem.message} {problem.help}"
    assert problem.line == 7


@pytest.mark.parametrize(
    "name", ["tier-{{ now.hour }}.png", "{{ now.date }}", "{% if now.weekend %}tier-gold.png{% endif %}"]
)
def test_an_image_that_may_be_there_is_none(name: str, tmp_path: Path, available: AvailableAssets) -> None:
    image_of(name, tmp_path, available)


def image_of(name: str, folder: Path, available: AvailableAssets) -> None:
    creative = folder / "a"
    creative.mkdir()
    (creative / "tier-gold.png").write_bytes(b"")
    loaded_of(creative, f'{HEAD}variants:\n  - name: a\n    layers:\n      - image: "{name}"\n', available)


@pytest.mark.parametrize(
    "layer",
    [
        "{countdown: '{{ now.date }}T14:00'}",
        "{countdown: '{{ recipient.deadline }}'}",
        "{countdown: '{{ param.until }}'}",
        "{text: x, until: '{{ recipient.offer.ends }}'}",
        "{repeat: recipient.offers, layers: [{countdown: '{{ item.ends }}'}]}",
        "{progress: '{{ recipient.points }}', of: '{{ recipient.goal | plus: 5 }}'}",
        "{progress: '{{ stores[0].distance }}'}",
        "{progress: '{{ recipient.list.size }}'}",
    ],
)
def test_what_may_become_a_moment_or_a_number_is_no_error(
    layer: str, tmp_path: Path, available: AvailableAssets
) -> None:
    loaded_of(tmp_path / "a", f"{HEAD}{PARAMS}variants:\n  - name: a\n    layers:\n      - {layer}\n", available)
