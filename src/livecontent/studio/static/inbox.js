// The inbox: a control has changed in, the page of the new wish asked for, and what differs taken over.
// The page needs none of this: its controls are a form, and its explanations stand in it.

import { later, readPage, renew } from "./page.js";
import { setUpPanels } from "./panels.js";
import { setUpSearch } from "./people.js";

const root = document.documentElement;
const form = document.getElementById("controls");
const status = document.getElementById("status");
const wide = matchMedia("(min-width: 1400px)");

let asking = new AbortController(); // the update under way
let guest = ""; // somebody found by a search, until their chip is there
let touched = new URLSearchParams(location.search).has("degrees"); // the slider, by hand

/** The address of the page as the controls stand, without what is as it is to begin with. */
function address() {
  const wish = new URLSearchParams(new FormData(form));
  wish.delete("find");
  if (guest) wish.set("person", guest);
  for (const name of ["person", "tool"]) if (wish.get(name) === form.dataset[name]) wish.delete(name);
  if (!touched || !wish.get("weather")) wish.delete("degrees");
  for (const [name, value] of [...wish]) if (!value.trim()) wish.delete(name);
  return wish.size ? `/?${wish}` : "/";
}

/** Each change is a step that Back undoes; all of a drag are one. */
function change(kind = "step") {
  if (address() !== location.pathname + location.search) {
    if (kind === "drag" && history.state === "drag") history.replaceState(kind, "", address());
    else history.pushState(kind, "", address());
  }
  return update();
}

async function update({ restored = false } = {}) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(location.href, { signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = readPage(await answer.text());
    if (signal.aborted) return;
    if (restored) restore(page);
    takeOver(page);
    const figures = [...document.querySelectorAll("figure[data-picture]")];
    await Promise.all(figures.map((figure) => show(figure, page, signal)));
    if (!signal.aborted) status.textContent = page.getElementById("status").dataset.updated;
  } catch (error) {
    if (!signal.aborted) status.textContent = status.dataset.failed;
  }
}

/** All that is not a picture. */
function takeOver(page) {
  for (const old of document.querySelectorAll("[data-fresh]")) if (!old.closest("figure")) renew(old, page);
  guest = "";
  form.city.placeholder = page.getElementById("city").placeholder;
  if (!touched) form.degrees.value = page.getElementById("degrees").value;
  showDegrees();
}

/** The controls as they were: of a step back, or forward. */
function restore(page) {
  for (const fresh of page.getElementById("controls").elements) {
    const old = fresh.id ? document.getElementById(fresh.id) : form.querySelector(`[type=hidden][name="${fresh.name}"]`);
    if (!old || old.type === "submit" || old.type === "button") continue;
    if (old.type === "radio") old.checked = fresh.checked;
    else old.value = fresh.value;
  }
  touched = new URLSearchParams(location.search).has("degrees");
  paint();
}

/** The old picture stays until the new one is there; the reasons change together with it. */
async function show(figure, page, signal) {
  const fresh = page.querySelector(`figure[data-picture="${figure.dataset.picture}"]`);
  if (!fresh) return;
  const pane = figure.querySelector(".pane");
  const arriving = document.importNode(fresh.querySelector("picture, .pane > img"), true);
  const image = arriving.matches("img") ? arriving : arriving.querySelector("img");
  await image.decode().catch(() => {});
  if (signal.aborted) return;
  for (const old of figure.querySelectorAll("[data-fresh]")) renew(old, page);
  pane.href = fresh.querySelector(".pane").href;
  figure.className = fresh.className;
  image.classList.add("arriving");
  pane.append(arriving);
  await Promise.allSettled(image.getAnimations().map((animation) => animation.finished));
  image.classList.remove("arriving");
  while (arriving.previousElementSibling) arriving.previousElementSibling.remove();
}

// Controls

const soon = later(() => change("drag"), 120);

function showDegrees() {
  form.degrees.disabled = !form.weather.value;
  document.getElementById("degrees-shown").value = `${form.degrees.value.replace("-", "\u2212")}°`;
}

/** The page in the theme that was chosen. */
function paint() {
  if (form.theme.value) root.dataset.theme = form.theme.value;
  else delete root.dataset.theme;
}

form.addEventListener("input", (event) => {
  if (event.target !== form.degrees) return;
  touched = true;
  showDegrees();
  soon();
});

form.addEventListener("change", (event) => {
  if (event.target === form.degrees || event.target === form.find) return;
  if (event.target.name === "person") guest = "";
  if (event.target.name === "weather" && !event.target.value) touched = false;
  change();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.name) document.getElementById(pressed.name).value = pressed.value; // of the field with that name
  change();
});

form.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-clear]");
  if (clear) {
    const field = document.getElementById(clear.dataset.clear);
    field.value = "";
    field.focus();
    change();
  }
  if (event.target.closest("#sheet")) open(!form.classList.contains("open"));
  if (event.target.closest("[data-close]")) open(false);
});

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (!choice) return;
  event.preventDefault();
  form.theme.value = choice.dataset.themeChoice;
  paint();
  change();
});

addEventListener("popstate", () => update({ restored: true }));

// Whoever comes back to the email, from the shop or the till, opens it anew.
document.addEventListener("visibilitychange", () => document.hidden || update());

/** The sheet of controls on narrow screens; the picture that is nearest to the top moves there, to be seen above it. */
function open(wanted) {
  form.classList.toggle("open", wanted);
  document.getElementById("sheet").setAttribute("aria-expanded", wanted);
  const far = (figure) => Math.abs(figure.getBoundingClientRect().top);
  const figures = [...document.querySelectorAll("figure[data-picture]")].sort((one, other) => far(one) - far(other));
  if (wanted) figures[0]?.scrollIntoView({ block: "start" });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && form.classList.contains("open") && form.find.ariaExpanded !== "true") {
    open(false);
    document.getElementById("sheet").focus();
  }
});

setUpSearch(form.find, document.getElementById("found"), (person) => {
  guest = person;
  change();
});
setUpPanels(status, (tool) => {
  form.tool.value = tool;
  change();
});

// Where there is room for them beside the pictures, the reasons of the first are there from the start.
if (wide.matches && !document.querySelector(".why[open]")) document.querySelector(".why")?.setAttribute("open", "");
