// What docs/events.md tells a shop to do: nothing before a yes; then what the visitor looks at, adds and orders.
const telling = document.getElementById("consent");
const calls = document.getElementById("told");
const done = document.querySelector(".done-now");
const ref = telling.dataset.person;
const product = telling.dataset.product ? JSON.parse(telling.dataset.product) : null;
const decided = "averse-consent", known = "averse-customer"; // the shop's own: what was decided, and who was logged in
const never = navigator.globalPrivacyControl === true;

function tell(name, ...told) {
  globalThis.livecontent[name](...told);
  const line = document.createElement("li");
  line.textContent = `livecontent.${name}(${told.map((one) => JSON.stringify(one)).join(", ")})`;
  calls.prepend(line);
}

function show() {
  telling.dataset.state = never ? "never" : (localStorage.getItem(decided) ?? "asked");
}

/** Who is there, and what they look at. */
function arrive() {
  tell("consent", true);
  const before = localStorage.getItem(known) ?? "";
  if (before && before !== ref) tell("reset"); // who was here has logged out
  if (ref && before !== ref) tell("identify", ref);
  localStorage.setItem(known, ref);
  tell("page");
  if (product) tell("track", "Product Viewed", product);
}

function decide(given) {
  localStorage.setItem(decided, given);
  if (given === "yes") arrive();
  else {
    localStorage.removeItem(known);
    globalThis.livecontent.consent(false);
    calls.replaceChildren();
  }
  show();
}

function buy(what) {
  const agreed = telling.dataset.state === "yes";
  const order = { order_id: crypto.randomUUID(), total: product.price, currency: product.currency };
  if (agreed && what === "add") tell("track", "Product Added", { ...product, quantity: 1 });
  if (agreed && what === "order") tell("track", "Order Completed", { ...order, products: [{ ...product, quantity: 1 }] });
  const said = what === "add" ? done.dataset.added : done.dataset.ordered;
  done.textContent = agreed ? said : `${said} ${done.dataset.untold}`;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-consent], [data-do]");
  if (button?.dataset.consent) decide(button.dataset.consent);
  if (button?.dataset.do) buy(button.dataset.do);
});

show();
if (telling.dataset.state === "yes") arrive();
