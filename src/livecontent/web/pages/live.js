// <live-content creative="umbrella" ref="..."></live-content>: an image of livecontent on a web page, with its link
// and its words. What stands inside the element is shown until the image is there, and if it never comes.
const server = new URL(".", import.meta.url).href.slice(0, -1);
const soonest = 10_000; // milliseconds between two looks
const told = "livecontent-told"; // what the visitor did is kept: blocks may show something else now
const sheet = new CSSStyleSheet();
sheet.replaceSync(`:host{display:block;max-width:100%}:host([hidden]),:host([silent]){display:none}
a,img{display:block}img{width:100%;height:auto}`);

class LiveContent extends HTMLElement {
  static observedAttributes = ["creative", "ref", "theme"];
  #root = this.attachShadow({ mode: "open" });
  #dark = matchMedia("(prefers-color-scheme: dark)");
  #changed = () => this.#load();
  #timer;
  #shown;
  #state; // what the image says
  #started = false;
  #turn = 0;

  connectedCallback() {
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.replaceChildren(document.createElement("slot"));
    this.#started = true;
    this.#dark.addEventListener("change", this.#changed);
    document.addEventListener("visibilitychange", this.#changed);
    addEventListener(told, this.#changed);
    this.#load();
  }

  disconnectedCallback() {
    this.#started = false;
    this.#dark.removeEventListener("change", this.#changed);
    document.removeEventListener("visibilitychange", this.#changed);
    removeEventListener(told, this.#changed);
    clearTimeout(this.#timer);
  }

  attributeChangedCallback(_name, before, after) {
    if (this.#started && before !== after) this.#load(); // attributes come before the element is there
  }

  get #address() {
    const creative = encodeURIComponent(this.getAttribute("creative") ?? "");
    const ref = this.getAttribute("ref");
    const query = new URLSearchParams(this.getAttribute("params") ?? "");
    const theme = this.getAttribute("theme") ?? (this.#dark.matches ? "dark" : "light");
    query.set("theme", theme);
    return `${server}/b/${creative}${ref ? `/${encodeURIComponent(ref)}` : ""}.json?${query}`;
  }

  async #load() {
    clearTimeout(this.#timer);
    if (document.hidden) return; // it looks again when the page is seen
    const turn = ++this.#turn;
    let wait = 60_000;
    try {
      const answer = await fetch(this.#address, { credentials: "omit", referrerPolicy: "no-referrer" });
      if (!answer.ok) throw new Error(`${answer.status} of livecontent`);
      const block = await answer.json();
      if (turn !== this.#turn) return;
      wait = Math.max(Date.parse(block.until) - Date.now(), soonest);
      await this.#show(block, turn);
    } catch (error) {
      this.dispatchEvent(new CustomEvent("live-error", { detail: String(error) }));
    }
    if (turn === this.#turn && this.isConnected) this.#timer = setTimeout(this.#changed, Math.min(wait, 3_600_000));
  }

  async #show(block, turn) {
    const { until, ...said } = block;
    const state = JSON.stringify(said);
    if (state === this.#state) return; // each image is an open
    this.toggleAttribute("silent", block.width === 0);
    if (block.width === 0) return;
    const image = new Image(block.width, block.height);
    image.alt = block.alt;
    // A document keeps the image of an address, whatever its headers say: another one is another address.
    const anew = this.#state ? `_=${Date.now().toString(36)}` : "";
    const fresh = (address) => (anew ? `${address}${address.includes("?") ? "&" : "?"}${anew}` : address);
    image.sizes = `${Math.ceil(this.clientWidth) || block.width}px`;
    image.srcset = block.srcset.replace(/\S+(?= \d+w)/g, fresh);
    image.src = fresh(block.image);
    await image.decode(); // the one before stays until this one is there
    if (turn !== this.#turn) return;
    this.#state = state;
    const link = block.link && /^https?:/.test(block.link) ? document.createElement("a") : null;
    if (link) {
      link.href = block.link;
      link.rel = "noreferrer";
      link.append(image);
    }
    this.#root.replaceChildren(link ?? image);
    if (this.#shown !== block.variant) {
      this.#shown = block.variant;
      this.dispatchEvent(new CustomEvent("live", { detail: { variant: block.variant } }));
    }
  }
}

customElements.define("live-content", LiveContent);

// Views and identities from the shop's own pages. Nothing is kept or sent before `consent(true)`, nor where the browser
// asks not to be followed (Global Privacy Control). The id is this site's own, made by chance.
const place = "livecontent";
const followed = () => navigator.globalPrivacyControl !== true;
const visitor = () => (followed() ? localStorage.getItem(place) : null);
const here = new URL(location.href);
let click = here.searchParams.get("lc"); // from an email
if (click) {
  here.searchParams.delete("lc");
  history.replaceState(history.state, "", here); // neither shared nor seen by others on the page
}
let waiting = [];
let timer;

function send(type, told, id = visitor()) {
  if (!id) return;
  const now = new Date().toISOString();
  waiting.push({ type, anonymousId: id, messageId: crypto.randomUUID(), timestamp: now, ...told });
  timer ??= setTimeout(flush, 500);
}

// What the server could not take is sent again; a withdrawal from any page of the site, until it is taken.
async function flush() {
  clearTimeout(timer);
  timer = undefined;
  const batch = waiting.splice(0, 50);
  if (!batch.length) return;
  const body = JSON.stringify({ batch, sentAt: new Date().toISOString() });
  let status = 503;
  try {
    ({ status } = await fetch(`${server}/live`, { method: "POST", body, keepalive: true, credentials: "omit" }));
  } catch {}
  const taken = status < 429;
  if (taken) remember(withdrawn().filter((id) => !batch.some((one) => one.given === false && one.anonymousId === id)));
  else waiting.unshift(...batch.filter((one) => one.given === false || one.anonymousId === visitor()));
  if (waiting.length) timer ??= setTimeout(flush, taken ? 0 : 15_000);
  if (taken && batch.some(({ type }) => type !== "page")) dispatchEvent(new Event(told));
}

function identify(ref, traits = {}) {
  send("identify", { ref, traits });
}

// Whoever has said no, as long as the server may not have heard it.
const gone = "livecontent-withdrawn";
const withdrawn = () => (localStorage.getItem(gone) ?? "").split(" ").filter(Boolean);
const remember = (ids) => (ids.length ? localStorage.setItem(gone, ids.join(" ")) : localStorage.removeItem(gone));

function withdraw() {
  waiting = [];
  for (const id of withdrawn()) send("consent", { given: false }, id);
  flush();
}

function consent(yes) {
  const before = localStorage.getItem(place);
  if (yes && followed()) {
    const id = before ?? crypto.randomUUID();
    localStorage.setItem(place, id);
    if (!before) send("consent", { given: true }, id);
    if (click) identify(click);
    click = null;
  } else if (before) {
    localStorage.removeItem(place);
    remember([...withdrawn(), before]);
    withdraw();
  }
}

/** The next one on this device is somebody else: another visitor, with the same decision. */
function reset() {
  if (!visitor()) return;
  flush();
  localStorage.removeItem(place);
  consent(true);
}

if (withdrawn().length) withdraw();
addEventListener("pagehide", flush);
if (visitor()) consent(true);
globalThis.livecontent = {
  consent,
  identify,
  reset,
  track: (event, properties = {}) => send("track", { event, properties }),
  page: (name = document.title, properties = {}) =>
    send("page", { name, properties: { path: location.pathname, ...properties } }),
};
dispatchEvent(new Event("livecontent"));
