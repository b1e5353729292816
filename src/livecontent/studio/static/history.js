// Sends the picture that stands in for a recalled image; all else on the page are forms.

const form = document.querySelector("#recall-form");

if (form) {
  for (const part of form.querySelectorAll("[data-scripted]")) part.hidden = false;
  const show = () => {
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== form.elements.kind.value;
  };
  form.addEventListener("change", show);
  show();
  form.addEventListener("submit", async (event) => {
    if (form.elements.kind.value !== "picture") return;
    event.preventDefault();
    const error = form.querySelector("#recall-error");
    const file = form.elements.file.files[0];
    if (!file) return form.elements.file.focus();
    const { link, why } = form.elements;
    const query = new URLSearchParams({ name: file.name, link: link.value, why: why.value });
    try {
      const answer = await fetch(`${form.action}?${query}`, { method: "POST", body: file, headers: { "content-type": file.type } });
      if (answer.ok) location.assign(answer.url);
      else error.textContent = (await answer.json()).error;
    } catch (problem) {
      error.textContent = problem.message;
    }
  });
}
