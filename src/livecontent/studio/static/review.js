// Pins a comment to the place of a picture that was clicked on.

const form = document.querySelector("#say");

if (form) {
  form.querySelector("[data-pin-how]").hidden = false;
  for (const picture of document.querySelectorAll("img[data-variant]")) {
    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      event.preventDefault();
      form.elements.x.value = ((event.clientX - box.left) / box.width).toFixed(4);
      form.elements.y.value = ((event.clientY - box.top) / box.height).toFixed(4);
      form.elements.variant.value = picture.dataset.variant;
      form.querySelector("[data-pin]").hidden = false;
      form.querySelector("[data-pin-how]").hidden = true;
      form.elements.text.focus();
    });
  }
  form.elements.variant.addEventListener("change", () => {
    form.elements.x.value = form.elements.y.value = "";
    form.querySelector("[data-pin]").hidden = true;
  });
}
