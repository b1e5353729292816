#!/bin/sh
# Builds src/livecontent/studio/static/codemirror: one module, its versions and its licences. Needs Node.
set -e
cd "$(dirname "$0")"
out=../../src/livecontent/studio/static/codemirror
npm ci --no-audit --no-fund --ignore-scripts
mkdir -p "$out"
node node_modules/esbuild/bin/esbuild entry.js --bundle --minify --format=esm --target=es2022 --legal-comments=none \
  --outfile="$out/codemirror.js"
node - "$out" <<'END'
const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { createHash } = require("node:crypto");
const [out] = process.argv.slice(2);
const folders = readdirSync("node_modules").filter((name) => !name.startsWith(".") && !/esbuild/.test(name));
const names = folders.flatMap((name) => name.startsWith("@")
  ? readdirSync(`node_modules/${name}`).map((inner) => `${name}/${inner}`) : [name]).sort();
const found = names.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return { name, version, license, text: readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim() };
});
const hash = createHash("sha256").update(readFileSync(`${out}/codemirror.js`)).digest("hex");
const texts = new Map();
for (const { name, text } of found) texts.set(text, [...(texts.get(text) ?? []), name]);
writeFileSync(`${out}/LICENSES.txt`, [...texts].map(([text, of]) => `${of.join(", ")}\n\n${text}\n`).join("\n\n"));
writeFileSync(`${out}/VERSIONS.txt`, [
  "codemirror.js is made by tools/codemirror/build.sh of these packages, unchanged; their licences are in LICENSES.txt.",
  "", ...found.map(({ name, version, license }) => `${name} ${version} (${license})`), "", `sha256 ${hash}`, ""].join("\n"));
END
rm -rf node_modules
