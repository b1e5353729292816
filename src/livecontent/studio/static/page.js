// What scripts of several pages use.

const policy = globalThis.trustedTypes?.createPolicy("page", { createHTML: (text) => text });

/** The document of a page of this server; no script in it runs. */
export function readPage(text) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
}

/** Takes over a part of a fresh page, but for what is open in it, the tab that is chosen, and the focus. */
export function renew(old, page) {
  const fresh = page.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
  if (!fresh) return;
  for (const part of fresh.querySelectorAll("details[id]")) part.open = Boolean(document.getElementById(part.id)?.open);
  for (const tab of fresh.querySelectorAll("[data-tab]")) tab.toggleAttribute("checked", document.getElementById(tab.id)?.checked);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  old.replaceChildren(...document.importNode(fresh, true).childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Does it when nothing has come for so long. */
export function later(act, milliseconds) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds, ...args);
  };
}
