// The inbox: a control has changed in, the page of the new wish asked for, and what differs taken over.
// The page needs none of this: its controls are a form, and its explanations stand in it.

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
  if (wish.get("person") === form.dataset.first) wish.delete("person");
  if (!touched || !wish.get("weather")) wish.delete("degrees");
  for (const [name, value] of [...wish]) if (!value.trim()) wish.delete(name);
  return wish.size ? `/?${wish}` : "/";
}

async function update() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  history.replaceState(null, "", address());
  try {
    const answer = await fetch(location.href, { signal });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
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

function renew(old, page) {
  const fresh = page.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
  if (!fresh) return;
  for (const part of fresh.querySelectorAll("details[id]")) part.open = Boolean(document.getElementById(part.id)?.open);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  old.replaceChildren(...document.importNode(fresh, true).childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** The old picture stays until the new one is there; the reasons change together with it. */
async function show(figure, page, signal) {
  const fresh = page.querySelector(`figure[data-picture="${figure.dataset.picture}"]`);
  if (!fresh) return;
  const pane = figure.querySelector(".pane");
  const picture = document.importNode(fresh.querySelector("img"));
  await picture.decode().catch(() => {});
  if (signal.aborted) return;
  for (const old of figure.querySelectorAll("[data-fresh]")) renew(old, page);
  pane.href = fresh.querySelector(".pane").href;
  picture.classList.add("arriving");
  pane.append(picture);
  await Promise.allSettled(picture.getAnimations().map((animation) => animation.finished));
  picture.classList.remove("arriving");
  while (picture.previousElementSibling) picture.previousElementSibling.remove();
}

function later(act, milliseconds) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds, ...args);
  };
}

// Controls

const soon = later(update, 120);

function showDegrees() {
  form.degrees.disabled = !form.weather.value;
  document.getElementById("degrees-shown").value = `${form.degrees.value.replace("-", "\u2212")}°`;
}

form.addEventListener("input", (event) => {
  if (event.target === form.degrees) {
    touched = true;
    showDegrees();
    soon();
  } else if (event.target === form.find) {
    seek();
  }
});

form.addEventListener("change", (event) => {
  if (event.target === form.degrees || event.target === form.find) return;
  if (event.target.name === "person") guest = "";
  if (event.target.name === "weather" && !event.target.value) touched = false;
  update();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.name === "at") document.getElementById("at").value = event.submitter.value;
  update();
});

form.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-clear]");
  if (clear) {
    const field = document.getElementById(clear.dataset.clear);
    field.value = "";
    field.focus();
    update();
  }
  if (event.target.closest("#sheet")) open(!form.classList.contains("open"));
  if (event.target.closest("[data-close]")) open(false);
});

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (!choice) return;
  event.preventDefault();
  form.theme.value = choice.dataset.themeChoice;
  if (form.theme.value) root.dataset.theme = form.theme.value;
  else delete root.dataset.theme;
  update();
});

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

// The search for people: a combobox, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const list = document.getElementById("found");

const seek = later(async () => {
  const sought = form.find.value.trim();
  if (!sought) return offer([]);
  const answer = await fetch(`/studio/people?${new URLSearchParams({ q: sought })}`).catch(() => null);
  if (answer?.ok && sought === form.find.value.trim()) offer((await answer.json()).people, list.dataset.none);
}, 120);

function offer(people, none = "") {
  list.replaceChildren(...people.map(option));
  if (!people.length && none) list.append(Object.assign(document.createElement("li"), { textContent: none }));
  list.hidden = !list.childElementCount;
  form.find.ariaExpanded = String(!list.hidden);
  select(list.querySelector("[role=option]"));
}

function option(person, index) {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  const about = document.createElement("span");
  name.textContent = person.name;
  about.textContent = ` ${[person.name === person.id ? "" : person.id, person.city].filter(Boolean).join(", ")}`;
  item.append(name, about);
  item.id = `found-${index}`;
  item.role = "option";
  item.dataset.person = person.id;
  return item;
}

function select(item) {
  for (const other of list.children) other.ariaSelected = String(other === item);
  if (item) form.find.setAttribute("aria-activedescendant", item.id);
  else form.find.removeAttribute("aria-activedescendant");
  item?.scrollIntoView({ block: "nearest" });
}

function choose(item) {
  if (!item?.dataset.person) return;
  guest = item.dataset.person;
  form.find.value = "";
  offer([]);
  update();
}

form.find.addEventListener("keydown", (event) => {
  const chosen = list.querySelector("[aria-selected=true]");
  if (event.key === "Enter") {
    event.preventDefault();
    choose(chosen);
  } else if (event.key === "Escape") {
    offer([]);
  } else if (chosen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    select((event.key === "ArrowDown" ? chosen.nextElementSibling : chosen.previousElementSibling) ?? chosen);
  }
});
form.find.addEventListener("blur", () => offer([]));
list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
list.addEventListener("click", (event) => choose(event.target.closest("li")));

// Where there is room for them beside the pictures, the reasons of the first are there from the start.
if (wide.matches && !document.querySelector(".why[open]")) document.querySelector(".why")?.setAttribute("open", "");
