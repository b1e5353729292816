// The preview: a control has changed, the page of the new state is asked for together with its picture, and what
// differs is taken over once the picture is decoded. The page needs none of this: its controls are a form.

import { readFrames } from "./frames.js";
import { later, readPage, renew } from "./page.js";
import { setUpSearch } from "./people.js";

const KEPT = 24; // states, with their pictures
const MINUTE = 60_000;

const form = document.getElementById("controls");
const status = document.getElementById("status");
const find = form.elements["f.find"]; // for who may see people
const hours = document.getElementById("hours");
const start = Date.parse(`${form.querySelector(".moment").dataset.start}Z`);
const known = new Map(); // promises of states, by their query: those that are the same whenever they are asked for

let asking = new AbortController(); // the update under way
let guest = ""; // somebody found by a search, until their chip is there
let shown = ""; // the address of the picture, where the script has made it

/** The query of the state that the controls are set to. */
function query() {
  const state = new URLSearchParams(new FormData(form));
  state.delete("f.find");
  if (guest) state.set("f.person", guest);
  if (state.get("f.weather")) state.set("f.weather", `${state.get("f.weather")}:${state.get("f.degrees")}`);
  state.delete("f.degrees");
  for (const [name, value] of [...state]) if (!value.trim()) state.delete(name);
  return state.toString().replaceAll("%3A", ":");
}

/** Each change is a step that Back undoes; all of a drag are one. */
function change(kind = "step") {
  const asked = query();
  const address = asked ? `${location.pathname}?${asked}` : location.pathname;
  if (address !== location.pathname + location.search) {
    if (kind === "drag" && history.state === "drag") history.replaceState(kind, "", address);
    else history.pushState(kind, "", address);
  }
  return update();
}

async function update({ restored = false } = {}) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  performance.mark("asked");
  try {
    const { page, picture } = await ask(location.search.slice(1), signal);
    if (signal.aborted) return;
    takeOver(page, picture, restored);
    status.textContent = page.getElementById("status").dataset.updated;
    performance.measure("edit to picture", "asked");
    if (history.state === "drag") fetchAhead();
  } catch (error) {
    if (!signal.aborted) status.textContent = status.dataset.failed;
  }
}

/** The page of a state and its decoded picture; one that does not depend on now is kept. */
async function ask(state, signal) {
  if (known.has(state)) return known.get(state);
  const answer = await fetch(`${location.pathname}/look?${state}`, { signal });
  if (!answer.ok) throw new Error(answer.statusText);
  for await (const [head, bytes] of readFrames(answer)) {
    const picture = new Image();
    picture.src = URL.createObjectURL(new Blob([bytes], { type: head.type }));
    await picture.decode().catch(() => {});
    const found = { page: readPage(head.page), picture };
    if (new URLSearchParams(state).has("f.at")) keep(state, found);
    return found;
  }
  throw new Error("an empty answer");
}

function keep(state, found) {
  known.set(state, found);
  for (const [old, { picture }] of known) {
    if (known.size <= KEPT) break;
    known.delete(old);
    if (picture.src !== shown) URL.revokeObjectURL(picture.src);
  }
}

/** The hour before and the one after, for who moves the slider on. */
function fetchAhead() {
  for (const step of [1, -1]) {
    const state = new URLSearchParams(location.search);
    state.set("f.at", hourAt(Number(hours.value) + step));
    ask(state.toString().replaceAll("%3A", ":")).catch(() => {});
  }
}

function takeOver(page, picture, restored) {
  if (restored) restore(page);
  const fresh = page.getElementById("picture");
  if (fresh) {
    for (const { name, value } of fresh.attributes) if (name !== "src") picture.setAttribute(name, value);
    fresh.replaceWith(document.adoptNode(picture.cloneNode()));
  }
  const before = shown;
  shown = picture.src;
  for (const old of document.querySelectorAll("[data-fresh]")) renew(old, page);
  if (before && before !== shown && ![...known.values()].some((one) => one.picture.src === before)) URL.revokeObjectURL(before);
  guest = "";
  showDegrees();
}

/** The controls as they were: of a step back, or forward. */
function restore(page) {
  for (const fresh of page.querySelectorAll("#controls :is(input, select), .views input")) {
    const old = fresh.id ? document.getElementById(fresh.id) : null;
    if (!old) continue;
    if (old.type === "radio") old.checked = fresh.checked;
    else old.value = fresh.value;
  }
}

// Controls

const soon = later(() => change("drag"), 60);
const dragged = later(() => change("drag"), 20);

function showDegrees() {
  document.getElementById("degrees-shown").value = `${form.elements["f.degrees"].value.replace("-", "\u2212")}°`;
}

function hourAt(hour) {
  return new Date(start + hour * 60 * MINUTE).toISOString().slice(0, 16);
}

form.addEventListener("input", ({ target }) => {
  if (target === hours) {
    form.elements["f.at"].value = hourAt(Number(hours.value));
    const { lang } = document.documentElement;
    const at = new Date(start + hours.value * 60 * MINUTE).toLocaleString(lang, {
      weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
    document.getElementById("hours-shown").value = lang === "fr" ? at.replace(" 1 ", " 1er ") : at;
    dragged();
  } else if (target.name === "f.degrees") {
    showDegrees();
    if (!new FormData(form).get("f.weather")) document.getElementById("sky-clouds").checked = true;
    soon();
  }
});

form.addEventListener("change", ({ target }) => {
  if (target === hours || target.name === "f.degrees" || target.name === "f.find") return;
  if (target.name === "f.person") guest = "";
  if (target.name === "f.weather" && target.value) form.elements["f.degrees"].value = target.dataset.typical ?? form.elements["f.degrees"].value;
  change();
});

document.querySelector(".views").addEventListener("change", () => change());

form.addEventListener("submit", (event) => {
  event.preventDefault();
  change();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-clear], #reset");
  if (link) {
    event.preventDefault();
    history.pushState("step", "", link.href);
    update({ restored: true });
  }
  if (event.target.closest("#now")) {
    form.elements["f.at"].value = "";
    change();
  }
  const copied = event.target.closest("[data-copy-link]");
  if (copied) copy(copied);
  for (const open of form.querySelectorAll("details[open]")) if (!open.contains(event.target)) open.open = false;
});

document.addEventListener("keydown", (event) => {
  const open = form.querySelector("details[open]");
  if (event.key !== "Escape" || !open || find?.ariaExpanded === "true") return;
  open.open = false;
  open.querySelector("summary").focus();
});

// A panel stays within the window.
form.addEventListener("toggle", ({ target }) => {
  const panel = target.querySelector?.(".panel");
  if (!panel || !target.open) return;
  panel.style.translate = "";
  const { right } = panel.getBoundingClientRect();
  const over = right - document.documentElement.clientWidth + 12;
  if (over > 0) panel.style.translate = `${-over}px`;
}, true);

/** Copies the link of a button; where that is not allowed, the link becomes the page's address, to be taken from there. */
async function copy(button) {
  const link = new URL(button.dataset.copyLink, location.href).href;
  const done = await navigator.clipboard?.writeText(link).then(() => true, () => false);
  if (!done) return location.assign(link);
  button.dataset.copied = status.textContent = status.dataset.copied;
  setTimeout(() => delete button.dataset.copied, 1600);
}

addEventListener("popstate", () => update({ restored: true }));

if (find) {
  setUpSearch(find, document.getElementById("found"), (person) => {
    guest = person;
    change();
  });
}
