// Headless Chromium through playwright-core: one warm page, whose texts and icon are changed, then a screenshot.
import { chromium } from "playwright-core";
import { boxes } from "./boxes.mjs";

const SCALE = 2;

export async function make({ design, base, font, icons }) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  process.on("SIGTERM", () => browser.close().finally(() => process.exit(0)));
  const viewport = { width: design.width / SCALE, height: design.height / SCALE };
  const page = await browser.newPage({ viewport, deviceScaleFactor: SCALE });
  await page.setContent(document_(design, base, font, icons));
  await page.evaluate(async () => {
    await globalThis.document.fonts.ready;
    await Promise.all([...globalThis.document.images].map((image) => image.decode()));
  });

  let last = Promise.resolve(); // one page: one picture at a time
  return (said, format) => {
    last = last.catch(() => undefined).then(async () => {
      await page.evaluate(({ headline, icon, temperature }) => {
        const { document } = globalThis;
        document.getElementById("headline").textContent = headline;
        document.getElementById("temperature").textContent = temperature;
        for (const image of document.images) image.style.visibility = image.id === icon ? "visible" : "hidden";
      }, said);
      return page.screenshot(format === "png" ? { type: "png" } : { type: "jpeg", quality: design.quality });
    });
    return last;
  };
}

function document_(design, base, font, icons) {
  const css = (style) =>
    Object.entries(style)
      .map(([key, value]) => {
        const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        const plain = typeof value !== "number" || ["fontWeight", "lineHeight"].includes(key);
        return `${name}:${value}${plain ? "" : "px"}`;
      })
      .join(";");
  const { headline, icon, temperature } = boxes(design, SCALE);
  const uri = (data) => `data:image/png;base64,${data.toString("base64")}`;
  const images = Object.entries(icons).map(([id, data]) => `<img id="${id}" src="${uri(data)}" style="${css(icon)}">`);
  return `<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: Inter; font-weight: 700; src: url(data:font/ttf;base64,${font.toString("base64")}) }
html, body { margin: 0; height: 100% }
body { background: url(data:image/jpeg;base64,${base.toString("base64")}) 0 0 / 100% 100% }
</style><div id="headline" style="${css(headline)}">x</div>${images.join("")}
<div id="temperature" style="${css(temperature)}">x</div>`;
}
