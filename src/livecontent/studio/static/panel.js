// What can be changed of the layer in hand.

import { change, order, putBox, remove, say } from "./canvas.js";

const main = document.querySelector(".edit"), panel = document.querySelector("#panel"), title = document.querySelector("#panel-title");
const usual = { title: title.textContent, hint: panel.firstElementChild };
const CHOICES = { align: ["start", "center", "end"], valign: ["top", "middle", "bottom"] };
const PAUSE = 600; // milliseconds after the last letter
let shown = "", drawn, known = { files: [], facts: {} };

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined && value !== false) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
const options = (values, value) => [...new Set([...values, value ?? ""])].map((one) => make("option", { value: one, selected: one === (value ?? "") }, one || say("none")));

async function learn() {
  const answer = await fetch(`/studio/vocabulary/${main.dataset.creative}`);
  if (!answer.ok) return;
  known = await answer.json();
  for (const [id, values] of [["icons", known.icons], ["colours", known.brand], ["families", [...known.families, ...known.brand]]])
    document.querySelector(`#${id}`).replaceChildren(...values.map((value) => make("option", { value })));
  const image = document.querySelector('[data-add="image"]');
  main.dataset.file = known.files[0] ?? "";
  image.hidden = !known.files.length;
}
const learning = learn();

/** Facts that words may hold, with what stands in where they are not known. */
function facts() {
  return Object.entries(known.facts).flatMap(([root, { shape, names }]) => (shape === "one" ? names.map((name) => `${root}.${name}`) : []));
}

function write(layer, field, text) {
  const ofStyle = field.style && panel.querySelector('[name="goes"]:checked')?.value === "style";
  const path = ofStyle ? ["styles", field.style, ...field.path.slice(layer.path.length)] : field.path;
  const value = field.type === "number" && text !== "" ? Number(text) : text;
  if (value === (field.value ?? "")) return;
  field.value = value;
  if (text === "" && field.type !== "words") {
    if (field.own) change({ op: "delete", path });
  } else change({ op: "set", path, value });
}

function words(layer, field, id) {
  const box = make("textarea", { id, rows: 3, lang: field.language, spellcheck: "true" });
  const chips = make("div", { class: "chips" }), insert = make("select", { "aria-label": say("insert_fact") });
  box.value = field.value ?? "";
  const showChips = () => chips.replaceChildren(...[...box.value.matchAll(/\{\{.*?\}\}|\{%.*?%\}/g)].map((match) => {
    const chip = make("button", { type: "button", class: "chip" }, match[0].replace(/^\{[{%]\s*|\s*[}%]\}$/g, ""));
    chip.addEventListener("click", () => { box.focus(); box.setSelectionRange(match.index, match.index + match[0].length); });
    return chip;
  }));
  let timer;
  const now = () => { clearTimeout(timer); write(layer, field, box.value); };
  box.addEventListener("input", () => { showChips(); clearTimeout(timer); timer = setTimeout(now, PAUSE); });
  box.addEventListener("change", now);
  insert.addEventListener("change", () => {
    box.setRangeText(`{{ ${insert.value} }}`, box.selectionStart, box.selectionEnd, "end");
    insert.value = "";
    showChips();
    now();
  });
  insert.append(make("option", { value: "" }, say("insert_fact")), ...facts().map((name) => make("option", {}, name)));
  showChips();
  return [box, chips, insert];
}

function control(layer, field, id) {
  const name = say(field.key);
  if (field.type === "words") return words(layer, field, id);
  let input;
  if (CHOICES[field.type]) {
    input = make("select", { id }, ...["", ...CHOICES[field.type]].map((value) => make("option", { value, selected: value === (field.value ?? "") }, say(value || "none"))));
  } else if (field.type === "picture" && (known.files.includes(field.value) || !field.value)) {
    input = make("select", { id }, ...options(known.files, field.value));
  } else {
    const lists = { colour: "colours", icon: "icons", family: "families" };
    const kinds = field.type === "number" ? { type: "number", step: "any", inputmode: "decimal" } : { type: "text" };
    input = make("input", { id, list: lists[field.type], spellcheck: "false", autocomplete: "off", ...kinds });
    input.value = field.value ?? "";
  }
  input.addEventListener("change", () => write(layer, field, input.value.trim()));
  if (field.type !== "colour") return [input];
  const pick = make("input", { type: "color", "aria-label": say("pick", name) });
  pick.value = /^#[0-9a-f]{6}$/i.test(field.value ?? "") ? field.value : "#000000";
  pick.classList.toggle("unset", !field.value);
  pick.addEventListener("change", () => write(layer, field, pick.value));
  return [make("span", { class: "paint" }, pick, input)];
}

function fieldOf(layer, field, place) {
  const id = `field-${place}`, label = field.key === "text" && field.language ? say("text_in", field.language) : say(field.key);
  const row = make("div", { class: `field ${field.type}` }, make("label", { for: id }, label));
  if (field.fixed) row.append(make("output", { id, class: "hint" }, say("as_text_only")));
  else row.append(...control(layer, field, id));
  if (field.style) row.append(make("p", { class: "hint" }, say("from_style", field.style)));
  return row;
}

function button(name, act, disabled = false) {
  const found = make("button", { type: "button", class: "small", disabled }, say(name));
  found.addEventListener("click", act);
  return found;
}

function boxOf(layer, size) {
  const group = make("fieldset", { class: "box" }, make("legend", {}, say("position")));
  if (["own", "style"].includes(layer.origin)) {
    const inputs = ["x", "y", "width", "height"].map((name, place) => {
      const input = make("input", { type: "number", id: `box-${name}`, step: 1 });
      input.value = Math.round(layer.box[place]);
      input.addEventListener("change", () => putBox(inputs.map((one) => Number(one.value))));
      group.append(make("label", { for: input.id }, say(name)), input);
      return input;
    });
  } else {
    const [width, height] = size, note = { flow: "by_flow", none: "whole" }[layer.origin] ?? "elsewhere";
    group.append(make("p", { class: "hint" }, say(note)));
    const value = [width / 4, height / 4, width / 2, height / 2].map(Math.round);
    if (layer.origin === "none") group.append(button("give_box", () => change({ op: "set", path: [...layer.path, "box"], value })));
  }
  return group;
}

function goes(layer) {
  const choice = (value, words, checked) => make("label", {}, make("input", { type: "radio", name: "goes", value, checked }), " ", words);
  return make("fieldset", { class: "goes" }, make("legend", {}, say("goes_to")), choice("layer", say("this_layer"), true), choice("style", say("the_style", layer.style, layer.users), false));
}

/** Shows a layer; while somebody writes in a field of it, the field stays. */
export function panelOf(layer, state) {
  drawn = [layer, state];
  const key = layer ? JSON.stringify(layer.path) : "", focused = panel.contains(document.activeElement) ? document.activeElement : null;
  if (key === shown && focused?.matches("textarea")) return;
  const goesTo = key === shown && panel.querySelector('[name="goes"]:checked')?.value, id = focused?.id;
  shown = key;
  title.textContent = layer ? `${document.querySelector("#layers").dataset[layer.kind]}${layer.label ? `: ${layer.label}` : ""}` : usual.title;
  if (!layer) return panel.replaceChildren(usual.hint);
  const place = layer.path.at(-1);
  const acts = make("div", { class: "acts" }, button("forward", () => order(layer, place + 1)), button("backward", () => order(layer, place - 1), !place), button("delete", () => remove(layer)));
  const link = make("a", { class: "hint", href: `/studio/edit/${main.dataset.creative}?as=text#line-${layer.line}` }, say("line", layer.line));
  const parts = layer.own ? [...layer.fields.filter(({ type }) => type === "words").map((field, index) => fieldOf(layer, field, index))] : [make("p", { class: "hint" }, say("elsewhere"))];
  if (layer.own && layer.box) parts.push(boxOf(layer, state.size));
  if (layer.own && layer.style && layer.users) parts.push(goes(layer));
  if (layer.own) parts.push(...layer.fields.filter(({ type }) => type !== "words").map((field, index) => fieldOf(layer, field, 100 + index)), acts);
  panel.replaceChildren(...parts, link);
  if (goesTo) panel.querySelector(`[name="goes"][value="${goesTo}"]`)?.setAttribute("checked", "");
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

learning.then(() => drawn && panelOf(...drawn)); // the hand stays where it is
