// Reads an answer of frames while it arrives: of each, what is said of a picture, and the picture's bytes.

const LENGTHS = 8; // bytes: two numbers

/** Yields `[head, bytes]` for each frame of a response. */
export async function* readFrames(response) {
  const reader = response.body.getReader();
  let held = new Uint8Array(0);
  const text = new TextDecoder();
  for (;;) {
    for (let frame = cut(held, text); frame; frame = cut(held, text)) {
      yield [frame.head, frame.bytes];
      held = frame.rest;
    }
    const { done, value } = await reader.read();
    if (done) return;
    const more = new Uint8Array(held.length + value.length);
    more.set(held);
    more.set(value, held.length);
    held = more;
  }
}

function cut(held, text) {
  if (held.length < LENGTHS) return null;
  const view = new DataView(held.buffer, held.byteOffset);
  const words = LENGTHS + view.getUint32(0);
  const end = words + view.getUint32(4);
  if (held.length < end) return null;
  const head = JSON.parse(text.decode(held.subarray(LENGTHS, words)));
  return { head, bytes: held.slice(words, end), rest: held.subarray(end) };
}
