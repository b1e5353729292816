// Headless Chromium through playwright-core: a warm page for each picture, whose words and images are changed, then a
// screenshot.
import { chromium } from "playwright-core";
import { boxes } from "./boxes.mjs";
import { tree } from "./cards.mjs";

const SCALE = 2;

export async function make({ design, base, font, icons, cards, inter }) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  process.on("SIGTERM", () => browser.close().finally(() => process.exit(0)));
  const r1 = await warm(browser, heroPage(design, base, font, icons), design, ({ headline, icon, temperature }) => {
    const { document } = globalThis;
    document.getElementById("headline").textContent = headline;
    document.getElementById("temperature").textContent = temperature;
    for (const image of document.images) image.style.visibility = image.id === icon ? "visible" : "hidden";
  });
  const size = tree([]).style;
  const shown = { ...size, quality: design.quality };
  const drawn = await warm(browser, cardsPage(cards, inter), shown, (items) => {
    const { document } = globalThis;
    document.querySelectorAll(".card").forEach((card, place) => {
      for (const node of card.querySelectorAll("[data-word]")) node.textContent = items[place][node.dataset.word];
      for (const image of card.querySelectorAll(".photo"))
        image.style.display = image.dataset.photo === `p${items[place].photo}` ? "" : "none";
    });
  });
  return { r1, cards: drawn };
}

async function warm(browser, content, { width, height, quality }, change) {
  const viewport = { width: width / SCALE, height: height / SCALE };
  const page = await browser.newPage({ viewport, deviceScaleFactor: SCALE });
  await page.setContent(content);
  await page.evaluate(async () => {
    await globalThis.document.fonts.ready;
    await Promise.all([...globalThis.document.images].map((image) => image.decode()));
  });

  let last = Promise.resolve(); // one page: one picture at a time
  return (said, format) => {
    last = last.catch(() => undefined).then(async () => {
      await page.evaluate(change, said);
      return page.screenshot(format === "png" ? { type: "png" } : { type: "jpeg", quality });
    });
    return last;
  };
}

const UNITLESS = ["fontWeight", "lineHeight", "flexGrow", "flexShrink"];

function css(style) {
  return Object.entries(style)
    .map(([key, value]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return `${name}:${value}${typeof value !== "number" || UNITLESS.includes(key) ? "" : "px"}`;
    })
    .join(";");
}

const uri = (data) => `data:image/${data[0] === 0x89 ? "png" : "jpeg"};base64,${data.toString("base64")}`;

function face(weight, data) {
  return `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/ttf;base64,${data.toString("base64")}) }`;
}

function heroPage(design, base, font, icons) {
  const { headline, icon, temperature } = boxes(design, SCALE);
  const images = Object.entries(icons).map(([id, data]) => `<img id="${id}" src="${uri(data)}" style="${css(icon)}">`);
  return `<!doctype html><meta charset="utf-8"><style>
${face(700, font)}
html, body { margin: 0; height: 100% }
body { background: url(${uri(base)}) 0 0 / 100% 100% }
</style><div id="headline" style="${css(headline)}">x</div>${images.join("")}
<div id="temperature" style="${css(temperature)}">x</div>`;
}

// Words that change are marked by their names; of all photos of a card one is seen.
function cardsPage(cards, inter) {
  const named = Object.fromEntries(["badge", "stars", "name", "price", "old"].map((word) => [word, word]));
  const photos = Object.keys(cards).filter((name) => /^p\d/.test(name));
  const image = (name, style, more) => `<img src="${uri(cards[name])}" style="${css(style)}" ${more}>`;
  const html = ({ style, text, image: name, children }, kind = "") => {
    if (name && !cards[name]) return photos.map((one) => image(one, style, `class="photo" data-photo="${one}"`)).join("");
    if (name) return image(name, style, "");
    const word = text in named ? ` data-word="${text}"` : "";
    return `<div class="${kind}" style="${css(style)}"${word}>${text ?? children.map((child) => html(child)).join("")}</div>`;
  };
  const root = tree([1, 2, 3].map(() => ({ ...named, photo: "any" })), SCALE);
  const inside = root.children.map((card) => html(card, "card")).join("");
  return `<!doctype html><meta charset="utf-8"><style>
${inter.map(({ weight, data }) => face(weight, data)).join("\n")}
* { box-sizing: border-box }
html, body { margin: 0 }
</style><div style="${css(root.style)}">${inside}</div>`;
}
