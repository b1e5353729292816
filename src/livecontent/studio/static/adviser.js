// The adviser's screen looks for new alerts as long as somebody looks at it.
import { readPage, renew } from "./page.js";

const alerts = document.querySelector("[data-fresh=alerts]");
const status = document.getElementById("status");
const newest = () => alerts.querySelector("[data-alert]");

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => null); // the server may be starting again
  if (!answer?.ok) return;
  const before = newest()?.dataset.alert;
  renew(alerts, readPage(await answer.text()));
  if (newest() && newest().dataset.alert !== before) status.textContent = newest().querySelector(".say").textContent;
}

setInterval(look, 2000);
document.addEventListener("visibilitychange", look);
