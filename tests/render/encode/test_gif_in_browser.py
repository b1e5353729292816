"""A film as a browser decodes it: the same frames, the same seconds, once."""

from __future__ import annotations

import base64
import random

from gif_blocks import Patch, encode_gif
from PIL import Image

from chromium import needs_chromium, started_chromium
from livecontent.render.encode.palette import palette_of

# WebCodecs: https://www.w3.org/TR/webcodecs/#imagedecoder-interface
DECODE = """
async (text) => {
  const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const decoder = new ImageDecoder({data, type: "image/gif"});
  await decoder.tracks.ready;
  await decoder.completed;
  const track = decoder.tracks.selectedTrack;
  const frames = [];
  for (let frameIndex = 0; frameIndex < track.frameCount; frameIndex++) {
    const {image} = await decoder.decode({frameIndex});
    const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    frames.push([image.duration, btoa(String.fromCharCode(...pixels))]);
  }
  return [track.repetitionCount, frames];
}
"""


def noise(width: int, height: int, seed: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3))


@needs_chromium
def test_chromium_sees_every_frame_for_as_long_as_it_stands() -> None:
    first = noise(31, 17, 1)
    palette = palette_of(first)
    patches = [Patch(3, 2, noise(9, 9, 2)), None, None, Patch(30, 16, noise(1, 1, 3)), Patch(0, 0, noise(31, 5, 4))]
    with started_chromium() as browser:
        page = browser.new_page()
        page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto("https://averse.example/")
        loops, frames = page.evaluate(DECODE, base64.b64encode(encode_gif(first, palette, patches)).decode())
    shown = first.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
    expected = [(1, shown.copy())]
    for seconds, patch in zip((3, 1, 1), filter(None, patches), strict=True):
        shown.paste(patch.picture.quantize(palette=palette, dither=Image.Dither.NONE), (patch.x, patch.y))
        expected.append((seconds, shown.copy()))
    assert loops == 0
    assert [duration for duration, _ in frames] == [seconds * 1_000_000 for seconds, _ in expected]
    for (_, pixels), (_, picture) in zip(frames, expected, strict=True):
        assert base64.b64decode(pixels) == picture.convert("RGBA").tobytes()
