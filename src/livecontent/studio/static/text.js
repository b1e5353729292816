// The text of the draft: CodeMirror in the place of the field, with what check says while one writes, and completion.

import * as cm from "./codemirror/codemirror.js";
import { completeYaml } from "./complete.js";

const main = document.querySelector(".edit"), { creative, nonce } = main.dataset;
const said = JSON.parse(main.dataset.said);
const [field, told, save, list, none] = ["#text", "#told", "#save", "#problems", "#no-problems"].map((one) => document.querySelector(one));
const say = (name, ...values) => said[name].replace(/\{\}/g, () => values.shift());
let version = main.dataset.version, kept, known;

async function ask(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return { status: answer.status, found: await answer.json() };
}
const tell = (text, wrong = false) => { told.textContent = text; told.classList.toggle("wrong", wrong); };

// What is wrong

function show(problems) {
  none.hidden = problems.length > 0;
  list.replaceChildren(...problems.map((one) => {
    const item = document.createElement("li");
    item.className = one.kind;
    if (one.line) {
      const link = document.createElement("a");
      link.href = `#line-${one.line}`;
      link.textContent = list.dataset.line.replace("{}", one.line);
      item.append(link, " ");
    }
    item.append(one.message);
    if (one.help) item.append(Object.assign(document.createElement("span"), { textContent: one.help }));
    return item;
  }));
}

function marks(problems, doc) {
  return problems.filter(({ line }) => line && line <= doc.lines).map(({ line, column, end, kind, message, help }) => {
    const { from, to } = doc.line(line);
    const start = Math.min(from + column - 1, to);
    return { from: start, to: Math.min(Math.max(from + end - 1, start), to), severity: { error: "error", warning: "warning", advice: "info" }[kind], message: [message, help].filter(Boolean).join("\n") };
  });
}

async function check(view) {
  const { status, found } = await ask(`/studio/check/${creative}`, { text: view.state.doc.toString() });
  if (status !== 200) return [];
  show(found.problems);
  return marks(found.problems, view.state.doc);
}

// The editor

const ink = cm.HighlightStyle.define([
  { tag: [cm.tags.propertyName, cm.tags.definition(cm.tags.propertyName)], color: "var(--live)" },
  { tag: [cm.tags.string, cm.tags.content], color: "var(--ink)" },
  { tag: [cm.tags.lineComment, cm.tags.comment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [cm.tags.bool, cm.tags.number, cm.tags.keyword], color: "var(--yes)" },
  { tag: [cm.tags.punctuation, cm.tags.separator, cm.tags.squareBracket, cm.tags.brace], color: "var(--soft)" },
]);
const look = cm.EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--pane)", color: "var(--ink)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", maxHeight: "72vh" },
  ".cm-gutters": { backgroundColor: "var(--well)", color: "var(--soft)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--well)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--tint) !important" },
  ".cm-tooltip": { backgroundColor: "var(--pane)", border: "1px solid var(--edge)", borderRadius: "8px", overflow: "hidden" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--ink)", color: "var(--page)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.8" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", padding: "6px 10px" },
  ".cm-lint-marker": { content: "normal", width: "9px", height: "9px", margin: "5px 2px", borderRadius: "5px" },
  ".cm-lint-marker-error": { content: "normal", backgroundColor: "var(--no)" },
  ".cm-lint-marker-warning": { content: "normal", backgroundColor: "var(--doubt)" },
  ".cm-lint-marker-info": { content: "normal", backgroundColor: "var(--edge)" },
  ".cm-lintRange": { backgroundImage: "none !important", paddingBottom: "0", textDecoration: "underline wavy 1px", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecorationColor: "var(--no)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--doubt)" },
  ".cm-lintRange-info": { textDecorationColor: "var(--edge)" },
  ".cm-panels": { backgroundColor: "var(--well)", color: "var(--ink)" },
});

const view = new cm.EditorView({
  parent: document.querySelector("#editor"),
  doc: field.value,
  extensions: [
    cm.EditorView.cspNonce.of(nonce), cm.lineNumbers(), cm.history(), cm.drawSelection(), cm.bracketMatching(), cm.closeBrackets(),
    cm.highlightActiveLine(), cm.highlightSelectionMatches(), cm.search({ top: true }), cm.indentUnit.of("  "), cm.yaml(), cm.syntaxHighlighting(ink), look,
    cm.lintGutter(), cm.linter(check, { delay: 300 }), cm.autocompletion({ icons: false, override: [(context) => (known ? completeYaml(context, known) : null)] }),
    cm.keymap.of([{ key: "Mod-s", preventDefault: true, run: () => { write(); return true; } },
      ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.historyKeymap, ...cm.searchKeymap, ...cm.lintKeymap, ...cm.defaultKeymap]),
    cm.EditorView.contentAttributes.of({ "aria-label": "creative.yaml", spellcheck: "false" }),
    cm.EditorView.updateListener.of(({ docChanged }) => docChanged && changed()),
  ],
});
const scroller = view.scrollDOM;
scroller.tabIndex = 0;
scroller.setAttribute("role", "group");
scroller.setAttribute("aria-label", "creative.yaml");
field.hidden = true;
kept = view.state.doc;

function changed() {
  field.value = view.state.doc.toString();
  tell(view.state.doc.eq(kept) ? "" : said.unsaved);
}

async function write() {
  const doc = view.state.doc, text = doc.toString();
  try {
    const { status, found } = await ask(`/studio/edit/${creative}/text`, { version, text });
    if (status === 409) return settle(found, text);
    if (status !== 200) return tell(found.error, true);
    kept = doc;
    seen(found.version);
    show(found.problems);
    tell(said.saved);
  } catch {
    tell(said.failed, true);
  }
}

function seen(next) {
  if (next !== version) document.querySelector("#undo").disabled = false;
  version = next;
  document.querySelector("#saved").textContent = document.querySelector("#saved").dataset.changed;
  for (const one of document.querySelectorAll('[name="version"]')) one.value = version;
}

/** Somebody else has written the draft: both are shown. */
async function settle(found, text) {
  const dialog = document.querySelector("#conflict");
  document.querySelector("#theirs").textContent = found.text;
  document.querySelector("#yours").textContent = text;
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  seen(found.version);
  if (dialog.returnValue === "again") return write();
  if (dialog.returnValue === "theirs") {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: found.text } });
    kept = view.state.doc;
    changed();
  }
}

function goTo(hash) {
  const line = Number(hash.match(/^#line-(\d+)$/)?.[1]);
  if (!line || line > view.state.doc.lines) return;
  const { from } = view.state.doc.line(line);
  view.dispatch({ selection: { anchor: from }, effects: cm.EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

save.addEventListener("click", (event) => { event.preventDefault(); write(); });
addEventListener("hashchange", () => goTo(location.hash));
list.addEventListener("click", ({ target }) => target.matches("a") && goTo(target.hash));
addEventListener("beforeunload", (event) => { if (!view.state.doc.eq(kept)) event.preventDefault(); });
document.querySelector(".of-text").addEventListener("submit", () => { kept = view.state.doc; });
goTo(location.hash);
known = await (await fetch(`/studio/vocabulary/${creative}`)).json();
