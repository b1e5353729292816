// Shows the HTML of a tool as soon as it is chosen, and copies it.

const tools = document.querySelector("select[data-send]");
tools?.addEventListener("change", () => tools.form.requestSubmit());

const button = document.querySelector("[data-copy-from]");
if (button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copyFrom).textContent);
    document.querySelector("#copied").textContent = button.dataset.done;
  });
}
