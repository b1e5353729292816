// The canvas: the picture that is sent, with its layers to be taken in hand. Each change is one edit of the YAML on the
// server; the next picture comes from the address that previews come from.

import { panelOf } from "./panel.js";

const main = document.querySelector(".edit");
const said = JSON.parse(main.dataset.said);
const [svg, list, told, form] = ["#over", "#layers", "#told", ".edit-bar .as"].map((one) => document.querySelector(one));
const SNAP = 6, SMALLEST = 4, STEP = 1, FAR = 10; // pixels on the screen, then of the canvas
let state, chosen = "", held = false, drag = null, nudge = null, timer, queue = Promise.resolve();

export const say = (name, ...values) => said[name].replace(/\{\}/g, () => values.shift());
const keyOf = (layer) => JSON.stringify(layer.path);
const layerInHand = () => state?.layers.find((layer) => keyOf(layer) === chosen);
const kindOf = (layer) => list.querySelector(`[data-key='${CSS.escape(keyOf(layer))}'] b`)?.textContent ?? layer.kind;
const canMove = (layer) => layer?.box && layer.own && ["own", "style", "flow"].includes(layer.origin);
const isWhole = ({ box, origin }) => origin === "none" && box[2] >= state.size[0] && box[3] >= state.size[1];
const isFree = (layer) => canMove(layer) && layer.origin !== "flow";
const tell = (text, wrong = false) => { told.textContent = text; told.classList.toggle("wrong", wrong); };

function make(name, attributes, ...children) {
  const node = name.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4)) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== false) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// What the server knows

const address = (path) => `${path}${location.search}`;

async function ask(path, body) {
  const sent = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(address(path), sent);
  return { status: answer.status, found: await answer.json() };
}

/** One edit after the other: each is of the version that the one before it made. */
function send(body) {
  queue = queue.then(async () => {
    if (!state) return; // why was told
    try {
      const { status, found } = await ask(`/studio/edit/${main.dataset.creative}/ops`, { version: state.version, ...body });
      if (status === 200) return take(found);
      if (status === 409) return settle(found, body);
      tell([found.error, found.problems?.[0]?.help].filter(Boolean).join(" "), true);
    } catch {
      tell(said.failed, true);
    }
    draw();
  });
  return queue;
}

export const change = (...ops) => send({ ops });

/** Somebody else has written the draft: both are shown. */
async function settle({ version }, body) {
  const dialog = document.querySelector("#conflict");
  const mine = document.querySelector("#picture").src, { found } = await ask(`/studio/state/${main.dataset.creative}`);
  document.querySelector("#theirs").src = found.picture ?? mine;
  document.querySelector("#yours").src = mine;
  document.querySelector("#wished").textContent = (body.ops ?? []).map((op) => `${op.path.join(".")}: ${JSON.stringify(op.value ?? op.op)}`).join("\n");
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  if (found.layers) take(found);
  state.version = version;
  if (dialog.returnValue === "again") send(body);
}

/** Takes over a state; the old picture stays until the new one is there. */
async function take(next) {
  const arrived = new Image();
  state = next;
  if (chosen && !layerInHand()) chosen = "";
  draw();
  showState();
  arrived.src = next.picture;
  await arrived.decode().catch(() => {});
  if (state !== next) return;
  const old = document.querySelector("#picture");
  for (const { name, value } of old.attributes) if (name !== "src") arrived.setAttribute(name, value);
  [arrived.width, arrived.height] = next.size;
  old.replaceWith(arrived);
}

function showState() {
  const saved = document.querySelector("#saved"), { written } = state;
  saved.textContent = state.changed ? saved.dataset.changed : saved.dataset.same;
  document.querySelector("#overtaken").hidden = !state.overtaken;
  document.querySelector("#undo").disabled = !state.back;
  document.querySelector("#redo").disabled = !state.forth;
  for (const button of document.querySelectorAll("[data-add]")) button.disabled = false; // before, there is nothing to add to
  for (const field of document.querySelectorAll('[name="version"]')) field.value = state.version;
  document.querySelector(".written").hidden = !written;
  if (!written) return;
  document.querySelector("#written").textContent = written.lines.join("\n");
  document.querySelector("#written-title").textContent = written.lines.length ? say("written", written.line) : said.removed;
  tell("");
}

// What is drawn

function draw() {
  const [width, height] = state.size, focused = list.contains(document.activeElement);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawOver();
  list.replaceChildren(...state.order.map((place) => state.layers[place]).map((layer) => {
    const picked = keyOf(layer) === chosen, { box } = layer;
    const where = box ? say("at", "", ...box.map(Math.round)).replace(/^\s*:\s*/, "") : say("hidden", layer.why);
    const kind = make("b", {}, list.dataset[layer.kind] ?? layer.kind);
    const label = make("span", { class: "label" }, layer.label || (layer.style ?? ""));
    return make("li", { role: "option", "data-key": keyOf(layer), "aria-selected": picked, tabindex: -1, class: `d${Math.min(layer.depth, 4)}${box ? "" : " off"}${picked && held ? " held" : ""}` },
      kind, " ", label, make("span", { class: "unseen" }, `, ${where}`));
  }));
  const first = list.querySelector('[aria-selected="true"]') ?? list.firstElementChild;
  if (first) first.tabIndex = 0;
  if (focused) first?.focus({ preventScroll: true });
  panelOf(layerInHand(), state);
}

const scale = () => svg.clientWidth / state.size[0] || 1;
const rectangle = (box, attributes) => make("svg:rect", { x: box[0], y: box[1], width: Math.max(box[2], 0), height: Math.max(box[3], 0), ...attributes });

function drawOver(box = layerInHand()?.box, lines = []) {
  const layer = layerInHand(), size = 9 / scale();
  const hits = state.layers.filter((one) => one.box && !isWhole(one)).map((one) => rectangle(one.box, { class: "hit", "data-key": keyOf(one) }));
  svg.replaceChildren(...hits);
  if (!layer || !box) return;
  svg.append(...layer.copies.map((copy) => rectangle(copy, { class: "copy" })), rectangle(box, { class: `chosen ${layer.origin}` }));
  svg.append(...lines.map(([x1, y1, x2, y2]) => make("svg:line", { x1, y1, x2, y2, class: "guide" })));
  if (!isFree(layer)) return;
  for (const at of ["nw", "n", "ne", "e", "se", "s", "sw", "w"]) {
    const x = box[0] + box[2] * (at.includes("e") ? 1 : at.includes("w") ? 0 : 0.5), y = box[1] + box[3] * (at.includes("s") ? 1 : at.includes("n") ? 0 : 0.5);
    svg.append(rectangle([x - size / 2, y - size / 2, size, size], { class: `handle ${at}`, "data-handle": at }));
  }
}

export function choose(key, focus = false) {
  finishNudge();
  chosen = key;
  held = false;
  if (!state) return; // it is drawn once that is there
  draw();
  const option = list.querySelector('[aria-selected="true"]');
  option?.scrollIntoView({ block: "nearest" });
  if (focus) option?.focus({ preventScroll: true });
}

// By hand

const inside = (layer, path) => path.every((step, place) => layer.path[place] === step);

/** The edges and centres that a layer may be drawn to: across and down. */
function targets(layer) {
  const boxes = [[0, 0, ...state.size], ...state.layers.filter((one) => one.box && !inside(one, layer.path)).map((one) => one.box)];
  return [0, 1].map((axis) => boxes.flatMap((box) => [box[axis], box[axis] + box[axis + 2] / 2, box[axis] + box[axis + 2]]));
}

/** How far some places are from the nearest target, where it is near, and that target. */
function nearest(places, known) {
  const most = SNAP / scale();
  const found = places.flatMap((place) => known.map((target) => [target - place, target])).filter(([far]) => Math.abs(far) <= most);
  return found.sort(([one], [other]) => Math.abs(one) - Math.abs(other))[0] ?? [0, null];
}

function moved(box, [dx, dy], snap) {
  const to = [box[0] + dx, box[1] + dy, box[2], box[3]], lines = [];
  for (const axis of snap ? [0, 1] : []) {
    const [far, target] = nearest([to[axis], to[axis] + to[axis + 2] / 2, to[axis] + to[axis + 2]], drag.targets[axis]);
    to[axis] += far;
    if (target !== null) lines.push(axis ? [0, target, state.size[0], target] : [target, 0, target, state.size[1]]);
  }
  return [to, lines];
}

function resized(box, [dx, dy], handle, keep, snap) {
  const edges = [box[0], box[1], box[0] + box[2], box[1] + box[3]], lines = [];
  for (const [axis, low, high, far] of [[0, "w", "e", dx], [1, "n", "s", dy]]) {
    const edge = handle.includes(low) ? axis : handle.includes(high) ? axis + 2 : null;
    if (edge === null) continue;
    const [snapped, target] = snap && !keep ? nearest([edges[edge] + far], drag.targets[axis]) : [0, null];
    edges[edge] += far + snapped;
    if (target !== null) lines.push(axis ? [0, target, state.size[0], target] : [target, 0, target, state.size[1]]);
    if (edge === axis) edges[edge] = Math.min(edges[edge], edges[axis + 2] - SMALLEST);
    else edges[edge] = Math.max(edges[edge], edges[axis] + SMALLEST);
  }
  const to = [edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]];
  if (keep && box[2] && box[3]) {
    const ratio = box[2] / box[3], wide = handle.length === 2 ? to[2] / box[2] > to[3] / box[3] : /[ew]/.test(handle);
    if (wide) to[3] = to[2] / ratio; else to[2] = to[3] * ratio;
    if (handle.includes("w")) to[0] = box[0] + box[2] - to[2];
    if (handle.includes("n")) to[1] = box[1] + box[3] - to[3];
  }
  return [to, lines];
}

/** Whether the pointer is over a layer that can be moved. */
function isOver(layer, { clientX, clientY }) {
  if (!canMove(layer)) return false;
  const { left, top } = svg.getBoundingClientRect(), [x, y, width, height] = layer.box;
  const [across, down] = [(clientX - left) / scale() - x, (clientY - top) / scale() - y];
  return across >= 0 && down >= 0 && across <= width && down <= height;
}

svg.addEventListener("pointerdown", (event) => {
  const { handle, key } = event.target.dataset;
  if (event.button) return;
  const again = !handle && key !== chosen && isOver(layerInHand(), event); // what lies over it is chosen by a click
  if (!handle && !again) choose(key ?? "", true);
  const layer = layerInHand();
  if (!canMove(layer)) return;
  event.preventDefault();
  svg.setPointerCapture(event.pointerId);
  drag = { handle, click: again ? key ?? "" : null, from: [event.clientX, event.clientY], box: layer.box, to: null, targets: targets(layer) };
});
svg.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const by = [event.clientX - drag.from[0], event.clientY - drag.from[1]];
  if (!drag.to && Math.hypot(...by) < 3) return;
  const far = by.map((one) => one / scale());
  const [to, lines] = drag.handle ? resized(drag.box, far, drag.handle, event.shiftKey, !event.altKey) : moved(drag.box, far, !event.altKey);
  drag.to = to;
  drawOver(to, lines);
});
svg.addEventListener("pointerup", () => {
  const { to, click } = drag ?? {};
  drag = null;
  if (to) putBox(to);
  else if (typeof click === "string") choose(click, true);
});
svg.addEventListener("pointercancel", () => { drag = null; drawOver(); });

/** Writes a box, in the layer itself unless its style is to be changed; in a row or column the order. */
export function putBox(box) {
  const layer = layerInHand();
  if (layer.origin === "flow") return reorder(layer, box);
  const value = [box[0] - layer.within[0], box[1] - layer.within[1], box[2], box[3]].map(Math.round);
  const ofStyle = layer.origin === "style" && document.querySelector('#panel [name="goes"]:checked')?.value === "style";
  return change({ op: "set", path: ofStyle ? ["styles", layer.style, "box"] : [...layer.path, "box"], value });
}

const siblings = (layer) => state.layers.filter((one) => one.path.length === layer.path.length && inside(one, layer.path.slice(0, -1)));

function reorder(layer, box) {
  const others = siblings(layer).filter((one) => one.box && one !== layer);
  const middle = (one, axis) => one[axis] + one[axis + 2] / 2;
  const axis = layer.path.at(-2) === "row" ? 0 : 1;
  const before = others.filter((one) => middle(one.box, axis) < middle(box, axis)).length;
  if (before === siblings(layer).indexOf(layer)) return draw();
  return order(layer, before);
}

export function order(layer, to) {
  if (to < 0 || to >= siblings(layer).length) return;
  const path = layer.path;
  chosen = JSON.stringify([...path.slice(0, -1), to]);
  return change({ op: "move", path, to });
}

export function remove(layer) {
  chosen = "";
  return change({ op: "delete", path: layer.path });
}

// By keyboard

function finishNudge() {
  clearTimeout(timer);
  if (nudge) putBox(nudge);
  nudge = null;
}

function nudgeBy(dx, dy, resize) {
  const layer = layerInHand(), box = [...(nudge ?? layer.box)];
  box[resize ? 2 : 0] += dx;
  box[resize ? 3 : 1] += dy;
  nudge = [box[0], box[1], Math.max(box[2], SMALLEST), Math.max(box[3], SMALLEST)];
  drawOver(nudge);
  tell(say("at", kindOf(layer), ...nudge.map(Math.round)));
  clearTimeout(timer);
  timer = setTimeout(finishNudge, 500);
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
list.addEventListener("keydown", (event) => {
  if (!state) return;
  const arrow = ARROWS[event.key], layer = layerInHand(), options = [...list.children];
  if (arrow && held && layer) {
    const far = event.shiftKey ? FAR : STEP;
    if (isFree(layer)) nudgeBy(arrow[0] * far, arrow[1] * far, event.altKey);
    else order(layer, layer.path.at(-1) + (arrow[0] + arrow[1] > 0 ? 1 : -1));
  } else if (arrow?.[1]) {
    const next = options[options.indexOf(document.activeElement) + arrow[1]];
    if (next) choose(next.dataset.key, true);
  } else if (event.key === "Enter" || event.key === " ") {
    if (document.activeElement.dataset.key !== chosen) choose(document.activeElement.dataset.key, true);
    held = !held && canMove(layerInHand());
    tell(held ? say("held", kindOf(layerInHand())) : said.let_go);
    draw();
  } else if (event.key === "Escape") {
    finishNudge();
    held = false;
    tell(said.let_go);
    draw();
  } else if (event.key === "Delete" && layer?.own) remove(layer);
  else return;
  event.preventDefault();
});
list.addEventListener("click", (event) => choose(event.target.closest("[data-key]")?.dataset.key ?? "", true));
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.matches?.("input, textarea, select")) return;
  const step = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
  if (!step) return;
  event.preventDefault();
  finishNudge();
  send({ step });
});
document.querySelector(".steps").addEventListener("submit", (event) => {
  event.preventDefault();
  finishNudge();
  send({ step: event.submitter.value });
});
form.addEventListener("change", async () => {
  history.replaceState(null, "", `?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`);
  await queue;
  const { status, found } = await ask(`/studio/state/${main.dataset.creative}`);
  if (status === 200) take(found);
});
document.querySelector(".adding").addEventListener("click", async ({ target }) => {
  const kind = target.dataset.add;
  if (!kind) return;
  const [width, height] = state.size;
  const top = state.layers.filter((layer) => layer.path.length === 4 && layer.path[0] === "variants");
  const path = [...top[0].path.slice(0, 3), top.length], box = [width / 4, height / 3, width / 2, height / 4].map(Math.round);
  const made = { text: { text: said.new_text, font: { size: 24 } }, shape: { shape: "rectangle", fill: "#2f46dd", radius: 8 }, image: { image: main.dataset.file } }[kind];
  chosen = JSON.stringify(path);
  await change({ op: "insert", path, value: { ...made, box } });
});
addEventListener("resize", () => state && drawOver());

async function load() {
  const { status, found } = await ask(`/studio/state/${main.dataset.creative}`);
  if (status === 200) take(found);
  else tell(found.error, true);
}

queue = load().catch(() => tell(said.failed, true)); // a step that is asked for before waits
