// takumi: a tree of nodes, drawn and encoded in Rust. The font is registered once, pictures are in its cache.
import { Renderer } from "@takumi-rs/core";
import { boxes } from "./boxes.mjs";

export async function make({ design, base, font, icons }) {
  const renderer = new Renderer();
  await renderer.registerFont({ name: "Inter", data: font, weight: 700, style: "normal" });
  const images = [{ src: "base", data: base }, ...Object.entries(icons).map(([src, data]) => ({ src, data }))];
  const { headline, icon, temperature } = boxes(design);
  const { width, height, quality } = design;

  return (said, format) => {
    const node = {
      type: "container",
      style: { width, height, position: "relative", display: "flex" },
      children: [
        { type: "image", src: "base", width, height, style: { position: "absolute", left: 0, top: 0, width, height } },
        { type: "container", style: headline, children: [{ type: "text", text: said.headline }] },
        { type: "image", src: said.icon, style: icon },
        { type: "container", style: temperature, children: [{ type: "text", text: said.temperature }] },
      ],
    };
    const used = images.filter(({ src }) => src === "base" || src === said.icon);
    const encoding = format === "png" ? { format: "png" } : { format: "jpeg", quality };
    return renderer.render(node, { width, height, images: used, ...encoding });
  };
}
