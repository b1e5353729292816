"""Layers that come and go, as a browser decodes them: the same frames for as long, as often."""

from __future__ import annotations

import base64

from test_film import SLIDES, a_film, base_of

from chromium import needs_chromium, started_chromium
from livecontent.links import Format
from livecontent.render.paint.painter import Painter
from livecontent.render.renderer import render_whole

# WebCodecs: https://www.w3.org/TR/webcodecs/#imagedecoder-interface
DECODE = """
async ([text, type]) => {
  const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const decoder = new ImageDecoder({data, type});
  await decoder.tracks.ready;
  await decoder.completed;
  const track = decoder.tracks.selectedTrack;
  const frames = [];
  for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex++) {
    const {image} = await decoder.decode({frameIndex});
    const context = new OffscreenCanvas(image.displayWidth, image.displayHeight).getContext("2d");
    context.drawImage(image, 0, 0);
    frames.push([image.duration, ...context.getImageData(20, 20, 1, 1).data.slice(0, 3)]);
  }
  return [track.repetitionCount, frames];
}
"""


@needs_chromium
def test_chromium_sees_each_slide_for_as_long_as_it_stands(painter: Painter) -> None:
    formats: tuple[Format, ...] = ("gif", "webp")
    with started_chromium() as browser:
        page = browser.new_page()
        page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto("https://averse.example/")
        for format_ in formats:
            scene = a_film(SLIDES, loop=3)
            file = render_whole(scene, base_of(scene, painter, format_), format_, painter)
            again, frames = page.evaluate(DECODE, [base64.b64encode(file).decode(), f"image/{format_}"])
            assert again == 2
            assert [duration for duration, *_ in frames] == [2_000_000, 2_500_000, 1_500_000]
            for (_, *seen), slide in zip(frames, SLIDES, strict=True):
                wanted = slide.nodes[0].paint[:3]  # type: ignore[union-attr, index]
                assert all(abs(one - other) < 12 for one, other in zip(seen, wanted, strict=True)), (seen, wanted)
