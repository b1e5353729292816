// A server around one engine: node serve.mjs ENGINE PORT ASSETS
// GET /r1.jpg?name=...&city=...&icon=...&temperature=... answers R1; /r1.png the same as PNG; /cards.jpg?items=... three
// cards, of JSON; /healthz when ready.
// All engines get the background flattened, decode nothing twice where they can help it, and use one thread.
import { createServer } from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [engine, port, folder] = process.argv.slice(2);

const pictures = (name) =>
  Object.fromEntries(
    readdirSync(join(folder, name))
      .filter((file) => !file.endsWith(".ttf"))
      .map((file) => [file.split(".")[0], readFileSync(join(folder, name, file))]),
  );
const assets = {
  folder,
  design: JSON.parse(readFileSync(join(folder, "design.json"), "utf8")),
  base: readFileSync(join(folder, "base.jpg")),
  font: readFileSync(join(folder, "Inter-Bold.ttf")),
  icons: pictures("icons"),
  cards: pictures("cards"),
  inter: [400, 600, 700].map((weight) => ({
    name: "Inter",
    weight,
    style: "normal",
    data: readFileSync(join(folder, "cards", `Inter-${weight}.ttf`)),
  })),
};
const { make } = await import(`./${engine}.mjs`);
const renderers = await make(assets);

const SAID = {
  r1: ({ name, city, icon, temperature }) => ({
    headline: `Bonjour ${name}, il pleut à ${city}`,
    icon,
    temperature: `${temperature}°`,
  }),
  cards: ({ items }) => JSON.parse(items),
};
const TYPES = { jpg: "image/jpeg", png: "image/png" };

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/healthz") {
    response.writeHead(200, { "content-length": 2 }).end("ok");
    return;
  }
  const [creative, format] = url.pathname.slice(1).split(".");
  try {
    const data = await renderers[creative](SAID[creative](Object.fromEntries(url.searchParams)), format);
    response.writeHead(200, { "content-type": TYPES[format], "content-length": data.length, "cache-control": "no-store" });
    response.end(data);
  } catch (error) {
    console.error(error);
    response.writeHead(500, { "content-length": 0 }).end();
  }
});
server.keepAliveTimeout = 600_000;
server.listen(Number(port), "127.0.0.1");
