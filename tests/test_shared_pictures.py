"""Pictures that several openings share, and those that they must not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livecontent.creative.model import AvailableAssets
from livecontent.facts import Fact, Opening, Reason
from livecontent.pipeline import Answer, Engine, answer
from livecontent.render.compile import CompiledCreative
from livecontent.render.fallback import FallbackLevel
from livecontent.render.paint.painter import Painter
from opened_pictures import Teller, compiled_of, kit_of, opened, opening_of

WHO = """title: T
size: 150x16
scale: 1
format: png
variants:
  - {name: vip, when: recipient.vip, layers: [{fill: '#ffeeaa'}, {text: "Dear {{ recipient.name }}", font: {size: 9}}]}
  - name: all
    link: "https://shop.example/{{ recipient.name }}"
    layers: [{fill: white}, {text: "{{ recipient.name | default: 'you' }} in {{ place.city }}", font: {size: 9}}]
"""
NAMES = ("Ann", "Bob", "Cy", "Ann", "Di")
PEOPLE = {f"r{index}": {"name": name, "vip": index % 3 == 0} for index, name in enumerate(NAMES)}
CITIES = {"192.0.2.1": "Lille", "192.0.2.2": "Oslo"}
openings = st.builds(
    lambda ref, address, format_: opening_of(ref=ref, address=address, format=format_),
    st.sampled_from([*PEOPLE, "", "nobody"]),
    st.sampled_from([*CITIES, None]),
    st.sampled_from(["png", "webp"]),
)


@pytest.fixture(scope="module")
def compiled(
    tmp_path_factory: pytest.TempPathFactory, available: AvailableAssets, painter: Painter
) -> CompiledCreative:
    return compiled_of(tmp_path_factory.mktemp("who") / "a", WHO, available, painter)


def kit_with(painter: Painter, compiled: CompiledCreative, names: dict[str, str]) -> Engine:
    """A kit that knows recipients by their ref, and one city."""
    recipient = Teller("recipient", lambda opening: Fact({"name": names[opening.ref], "vip": False}, Reason.FRESH))
    place = Teller("place", lambda _: Fact({"city": "Lille"}, Reason.FRESH))
    return kit_of(painter, recipient, place, a=compiled)


def test_equal_scenes_share_one_drawing(painter: Painter, compiled: CompiledCreative) -> None:
    names = {"r1": "Ann", "r2": "Ann", "r3": "Bob"}
    kit = kit_with(painter, compiled, names)
    first, second, other = (opened(kit, opening_of(ref=ref)) for ref in names)
    assert first.data == second.data != other.data
    assert (first.link, second.link) == ("https://shop.example/Ann",) * 2
    assert kit.renderer.cache.hits == 2  # where the words stand, and the region


def test_pictures_are_forgotten_when_there_are_too_many(
    painter: Painter, compiled: CompiledCreative, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = kit_with(painter, compiled, {f"r{index}": f"Name {index}" for index in range(60)})
    monkeypatch.setattr(kit.renderer.cache, "capacity", 20_000)
    for index in range(60):
        assert opened(kit, opening_of(ref=f"r{index}")).level is FallbackLevel.LIVE
    assert 0 < len(kit.renderer.cache) < 60
    assert kit.renderer.cache.size <= 20_000


@settings(max_examples=30)
@given(st.lists(st.tuples(openings, st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12))
def test_nobody_receives_the_words_of_somebody_else(
    compiled: CompiledCreative,
    painter: Painter,
    tried: list[tuple[Opening, int, int]],
) -> None:
    pauses = {id(opening): (one, other) for opening, one, other in tried}

    def kit() -> Engine:
        async def person(opening: Opening) -> Fact[Any]:
            for _ in range(pauses[id(opening)][0]):
                await asyncio.sleep(0)
            value = PEOPLE.get(opening.ref)
            return Fact(value, Reason.FRESH if value else Reason.MISSING)

        async def place(opening: Opening) -> Fact[Any]:
            for _ in range(pauses[id(opening)][1]):
                await asyncio.sleep(0)
            city = CITIES.get(opening.address or "")
            return Fact({"city": city} if city else None, Reason.FRESH if city else Reason.MISSING)

        return kit_of(painter, Teller("recipient", person), Teller("place", place), deadline=5, a=compiled)

    async def at_once() -> list[Answer]:
        shared = kit()
        return await asyncio.gather(*(answer(opening, shared) for opening, _, _ in tried))

    for (opening, _, _), found in zip(tried, asyncio.run(at_once()), strict=True):
        alone = opened(kit(), opening)
        assert (found.data, found.alt, found.link, found.variant) == (alone.data, alone.alt, alone.link, alone.variant)
        name = PEOPLE.get(opening.ref, {}).get("name")
        others = {person["name"] for person in PEOPLE.values()} - {name}
        assert not any(str(other) in found.alt + str(found.link) for other in others)
        assert name is None or str(name) in found.alt or found.left_out
