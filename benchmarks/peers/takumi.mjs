// takumi: a tree of nodes, drawn and encoded in Rust. The font is registered once, pictures are in its cache.
import { Renderer } from "@takumi-rs/core";
import { boxes } from "./boxes.mjs";
import { tree } from "./cards.mjs";

export async function make({ design, base, font, icons, cards, inter }) {
  const renderer = new Renderer();
  await renderer.registerFont({ name: "Inter", data: font, weight: 700, style: "normal" });
  const cardsRenderer = new Renderer();
  for (const face of inter) await cardsRenderer.registerFont(face);
  const images = [{ src: "base", data: base }, ...Object.entries(icons).map(([src, data]) => ({ src, data }))];
  const { headline, icon, temperature } = boxes(design);
  const { width, height, quality } = design;

  const nodes = ({ style, text, image, children }) => {
    if (image) return { type: "image", src: image, style };
    return { type: "container", style: { display: "flex", ...style }, children: text ? [{ type: "text", text }] : children.map(nodes) };
  };
  const sources = (node) => (node.src ? [node.src] : (node.children ?? []).flatMap(sources));
  const encoding = (format) => (format === "png" ? { format: "png" } : { format: "jpeg", quality });

  const r1 = (said, format) => {
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
    return renderer.render(node, { width, height, images: used, ...encoding(format) });
  };
  return {
    r1,
    cards: (items, format) => {
      const root = nodes(tree(items));
      const used = [...new Set(sources(root))].map((src) => ({ src, data: cards[src] }));
      const { width, height } = root.style;
      return cardsRenderer.render(root, { width, height, images: used, ...encoding(format) });
    },
  };
}
