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
const most = 60_000; // bytes under way: browsers refuse more than 64 KiB of a page that may be left
const utmost = 65_000; // with what can't wait
const shortest = 15_000; // milliseconds until what the server could not take is sent again; doubled each time
const longest = 240_000;
let waiting = [];
let flying = 0; // bytes under way
let pause = shortest;
let timer;

function send(type, told, id = visitor()) {
  if (!id) return;
  const now = new Date().toISOString();
  const text = JSON.stringify({ type, anonymousId: id, messageId: crypto.randomUUID(), timestamp: now, ...told });
  const size = new Blob([text]).size + 1;
  if (size > most) return dropped(type, `${size} bytes`);
  if (waiting.length > 499 && type !== "consent") return dropped(type, "too many wait");
  waiting.push({ type, id, given: told.given, text, size });
  if (!flying) timer ??= setTimeout(flush, 500);
}

const dropped = (what, why) => console.warn(`livecontent: not told: ${what} (${why})`);

// What is sent together; browsers count what is under way, too.
function next(limit) {
  let room = limit - flying;
  let count = 0;
  while (count < Math.min(waiting.length, 50) && (room -= waiting[count].size) >= 0) count++;
  return waiting.splice(0, count);
}

// What the server could not take is sent again, unless it can never be taken; a withdrawal from any page of the site,
// until it is heard: after all that was under way before it, as a yes may arrive later than a no.
async function flush(urgent) {
  clearTimeout(timer);
  timer = undefined;
  if (flying && !urgent) return; // then it goes on
  const alone = !flying;
  const batch = next(urgent ? utmost : most);
  if (!batch.length) return;
  const bytes = batch.reduce((sum, { size }) => sum + size, 0);
  const body = `{"batch":[${batch.map(({ text }) => text)}],"sentAt":"${new Date().toISOString()}"}`;
  flying += bytes;
  let status = 503;
  try {
    ({ status } = await fetch(`${server}/live`, { method: "POST", body, keepalive: true, credentials: "omit" }));
  } catch {} // nobody answers
  flying -= bytes;
  const heard = status < 300 || status === 422; // all but what is wrong
  const again = status === 429 || status > 499;
  if (heard && alone) remember(withdrawn().filter((id) => !batch.some((one) => one.given === false && one.id === id)));
  const no = withdrawn();
  const kept = ({ given, id }) => (given === false ? again || (heard && !alone) : again && !no.includes(id));
  waiting.unshift(...batch.filter(kept));
  if (!again && status > 299) dropped(`${status === 422 ? "some of " : ""}${batch.map(({ type }) => type)}`, status);
  if (waiting.length) timer ??= setTimeout(flush, again ? pause : 500); // a browser counts what was answered a little longer
  pause = again ? Math.min(2 * pause, longest) : shortest;
  if (heard && batch.some(({ type }) => type !== "page")) dispatchEvent(new Event(told));
}

function identify(ref, traits = {}) {
  send("identify", { ref, traits });
}

// Whoever has said no, as long as the server may not have heard it.
const gone = "livecontent-withdrawn";
const withdrawn = () => (localStorage.getItem(gone) ?? "").split(" ").filter(Boolean);
const remember = (ids) => (ids.length ? localStorage.setItem(gone, ids.join(" ")) : localStorage.removeItem(gone));

function withdraw() {
  const ids = withdrawn();
  const others = waiting.filter(({ id }) => !ids.includes(id));
  waiting = [];
  for (const id of ids) send("consent", { given: false }, id);
  waiting.push(...others);
  pause = shortest;
  flush(true);
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
