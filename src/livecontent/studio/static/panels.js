// Beside each picture: its file and the HTML to paste, which can be copied.

/** Copies what a button names, scrolls to the variant that is shown, and tells which email tool is chosen. */
export function setUpPanels(status, chosen) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const code = document.getElementById(button.dataset.copy);
    await navigator.clipboard?.writeText(code.textContent).catch(() => getSelection().selectAllChildren(code));
    status.textContent = status.dataset.copied;
    button.dataset.copied = status.dataset.copied;
    setTimeout(() => delete button.dataset.copied, 1600);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tool]")) chosen(event.target.value);
    if (event.target.matches("[data-tab=yaml]")) {
      const code = event.target.closest(".reasons").querySelector(".tab-yaml .code");
      code.scrollTop = (code.querySelector("mark")?.offsetTop ?? 0) - code.offsetTop - 14;
    }
  });
}
