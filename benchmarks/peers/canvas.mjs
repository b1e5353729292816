// @napi-rs/canvas: Skia behind the API of HTML's canvas. Pictures are decoded once; lines are broken by measuring.
import { join } from "node:path";
import { createCanvas, GlobalFonts, loadImage } from "@napi-rs/canvas";

export async function make({ folder, design, base, icons }) {
  GlobalFonts.registerFromPath(join(folder, "Inter-Bold.ttf"), "Inter Hero");
  const { width, height, quality } = design;
  const background = createCanvas(width, height);
  background.getContext("2d").drawImage(await loadImage(base), 0, 0);
  const signs = {};
  for (const [name, data] of Object.entries(icons)) signs[name] = await loadImage(data);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const headlineFont = `bold ${design.headline_size}px "Inter Hero"`;
  const temperatureFont = `bold ${design.temperature_size}px "Inter Hero"`;

  const r1 = async (said, format) => {
    context.drawImage(background, 0, 0);
    context.fillStyle = "#ffffff";
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.font = headlineFont;
    const [left, top, wide, high] = design.headline;
    const lines = wrap(context, said.headline, wide);
    const first = top + (high - design.line_height * lines.length) / 2 + design.line_height / 2;
    lines.forEach((line, number) => context.fillText(line, left, first + number * design.line_height));
    context.drawImage(signs[said.icon], design.icon[0], design.icon[1]);
    context.font = temperatureFont;
    context.textAlign = "center";
    const [x, y, w, h] = design.temperature;
    context.fillText(said.temperature, x + w / 2, y + h / 2);
    return format === "png" ? canvas.encode("png") : canvas.encode("jpeg", quality);
  };
  return { r1 };
}

function wrap(context, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && context.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
