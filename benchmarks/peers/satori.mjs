// satori lays out and writes SVG, resvg draws it, sharp encodes JPEG; PNG is resvg's own.
// The background and the icons are data URIs in the SVG, as satori has no other way: resvg decodes them each time.
import { Resvg } from "@resvg/resvg-js";
import satori from "satori";
import sharp from "sharp";
import { boxes } from "./boxes.mjs";
import { tree } from "./cards.mjs";

sharp.concurrency(1);
sharp.cache(false);

export async function make({ design, base, font, icons, cards, inter }) {
  const { width, height, quality } = design;
  const { headline, icon, temperature } = boxes(design);
  const uri = (type, data) => `data:image/${type};base64,${data.toString("base64")}`;
  const background = uri("jpeg", base);
  const signs = Object.fromEntries(Object.entries(icons).map(([name, data]) => [name, uri("png", data)]));
  const fonts = [{ name: "Inter", data: font, weight: 700, style: "normal" }];
  const element = (type, props, children) => ({ type, props: { ...props, ...(children ? { children } : {}) } });

  const photos = Object.fromEntries(
    Object.entries(cards).map(([name, data]) => [name, uri(data[0] === 0x89 ? "png" : "jpeg", data)]),
  );
  const encoded = async (root, size, faces, format) => {
    const svg = await satori(root, { ...size, fonts: faces });
    const drawn = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
    if (format === "png") return drawn.asPng();
    const raw = { width: drawn.width, height: drawn.height, channels: 4 };
    return sharp(drawn.pixels, { raw }).removeAlpha().jpeg({ quality, chromaSubsampling: "4:2:0" }).toBuffer();
  };
  const elements = ({ style, text, image, children }) =>
    image
      ? element("img", { src: photos[image], style })
      : element("div", { style: { display: "flex", ...style } }, text ?? children.map(elements));

  const r1 = (said, format) => {
    const root = element("div", { style: { width, height, display: "flex", position: "relative" } }, [
      element("img", { src: background, width, height, style: { position: "absolute", left: 0, top: 0 } }),
      element("div", { style: headline }, said.headline),
      element("img", { src: signs[said.icon], width: icon.width, height: icon.height, style: icon }),
      element("div", { style: temperature }, said.temperature),
    ]);
    return encoded(root, { width, height }, fonts, format);
  };
  return {
    r1,
    cards: (items, format) => {
      const root = tree(items);
      const { width, height } = root.style;
      return encoded(elements(root), { width, height }, inter, format);
    },
  };
}
