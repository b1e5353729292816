"""What holds for every scene: the laws that plates, patches and caches stand on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from any_scene import nodes, parts, scenes
from livecontent.render.paint.bounds import bounds
from livecontent.render.paint.painter import Painter
from livecontent.scene import Scene
from pixels import difference, ink_of, inside

laws = settings(max_examples=80, deadline=None, derandomize=True)


@laws
@given(data=st.data())
def test_a_region_is_the_same_part_of_the_whole_picture(painter: Painter, data: st.DataObject) -> None:
    scene = data.draw(scenes(painter))
    box = data.draw(parts)
    frame = data.draw(st.integers(0, 3))
    whole = painter.draw(scene, frame=frame).crop((box.x, box.y, box.x + box.width, box.y + box.height))
    assert difference(painter.region(scene, box, frame=frame), whole) is None


@laws
@given(data=st.data())
def test_the_ink_of_a_node_and_its_shadow_stay_in_its_bounds(painter: Painter, data: st.DataObject) -> None:
    node = data.draw(nodes(painter))
    frame = data.draw(st.integers(0, 3))
    ink = ink_of(painter, node, frame)
    box = bounds(node, painter.fonts, frame)
    assert ink is None or (box is not None and inside(ink, box))


@laws
@given(data=st.data())
def test_drawing_on_a_plate_is_drawing_from_scratch_and_leaves_the_plate_as_it_was(
    painter: Painter, data: st.DataObject
) -> None:
    scene: Scene = data.draw(scenes(painter))
    ready = data.draw(st.integers(0, len(scene.nodes)))
    plate = painter.draw(Scene(scene.width, scene.height, scene.background, scene.nodes[:ready]))
    before = plate.copy()
    assert difference(painter.draw(scene, plate, ready), painter.draw(scene)) is None
    assert difference(plate, before) is None
