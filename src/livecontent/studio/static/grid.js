// The grid: its pictures come in one answer and are put into their cells as they arrive; then equal hours are joined,
// and where it is wished, rows and columns that show nothing new are left out.

import { readFrames } from "./frames.js";

const table = document.getElementById("cells");
const status = document.getElementById("status");
const form = document.getElementById("axes");
const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td")]);
const digests = rows.map((row) => row.map(() => ""));
const pictures = new Map(); // addresses of pictures, by their digest

async function fill() {
  const answer = await fetch(table.dataset.cells);
  if (!answer.ok) throw new Error(answer.statusText);
  for await (const [head, bytes] of readFrames(answer)) {
    if (head.done) status.textContent = head.done;
    else put(head, bytes);
  }
}

function put(head, bytes) {
  if (bytes.length) pictures.set(head.digest, URL.createObjectURL(new Blob([bytes], { type: head.type })));
  digests[head.row][head.column] = head.digest;
  const cell = rows[head.row][head.column];
  const slot = cell.querySelector(".slot");
  if (head.level === "silent") slot.classList.add("silent");
  else {
    const picture = Object.assign(document.createElement("img"), { alt: head.alt, lang: head.language, decoding: "async" });
    picture.src = pictures.get(head.digest);
    slot.replaceChildren(picture);
    slot.classList.add("filled");
  }
  const says = cell.querySelector(".says");
  says.replaceChildren(element("b", head.variant), ...head.marks.map((mark) => element("i", mark)));
  if (head.left_out.length) says.title = head.left_out.join("\n");
}

function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

/** Joins what is equal: hours that follow each other, and all that is if only what differs is wished. */
function join() {
  const only = table.dataset.only === "1";
  const columns = digests[0].map((_, column) => digests.map((row) => row[column]).join());
  const heads = [...table.tHead.rows[0].querySelectorAll("th")];
  hide(columns, heads, table.dataset.time === "1", only, (column, hidden) => rows.forEach((row) => (row[column].hidden = hidden)));
  const names = [...table.tBodies[0].rows].map((row) => row.querySelector("th"));
  if (names[0]) hide(digests.map((row) => row.join()), names, false, only, (row, hidden) => (rows[row][0].parentElement.hidden = hidden));
}

/** Hides each line that is equal to one before; its name is put below that one's. */
function hide(lines, heads, time, only, show) {
  const seen = new Map();
  let run = 0;
  lines.forEach((line, place) => {
    const like = time ? (line === lines[run] ? run : place) : only ? (seen.get(line) ?? place) : place;
    run = like;
    seen.set(line, seen.get(line) ?? place);
    heads[place].hidden = like !== place;
    show(place, like !== place);
    if (like === place) return;
    const name = heads[place].querySelector("bdi").textContent;
    const small = heads[like].querySelector("small") ?? heads[like].appendChild(element("small", ""));
    if (time) small.textContent = `\u2013 ${name}`;
    else small.textContent += `${small.textContent ? ", " : `${table.dataset.and} `}${name}`;
  });
}

form.addEventListener("change", () => form.requestSubmit());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const state = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...state]) if (!value) state.delete(name);
  location.assign(`${location.pathname}?${state.toString().replaceAll("%3A", ":")}`);
});

fill()
  .then(join)
  .catch(() => (status.textContent = status.dataset.failed))
  .finally(() => performance.mark("filled"));
