// The search for people: a combobox, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

const PAUSE = 120; // milliseconds after the last key

/** Offers people in a list under a field, and tells the id of the one who is chosen. */
export function setUpSearch(field, list, chosen) {
  let timer;

  async function seek() {
    const sought = field.value.trim();
    if (!sought) return offer([]);
    const answer = await fetch(`/studio/find?${new URLSearchParams({ q: sought })}`).catch(() => null);
    if (answer?.ok && sought === field.value.trim()) offer((await answer.json()).people, list.dataset.none);
  }

  function offer(people, none = "") {
    list.replaceChildren(...people.map(option));
    if (!people.length && none) list.append(Object.assign(document.createElement("li"), { textContent: none }));
    list.hidden = !list.childElementCount;
    field.ariaExpanded = String(!list.hidden);
    select(list.querySelector("[role=option]"));
  }

  function select(item) {
    for (const other of list.children) other.ariaSelected = String(other === item);
    if (item) field.setAttribute("aria-activedescendant", item.id);
    else field.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  function choose(item) {
    if (!item?.dataset.person) return;
    field.value = "";
    offer([]);
    chosen(item.dataset.person);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(seek, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const selected = list.querySelector("[aria-selected=true]");
    if (event.key === "Enter") {
      event.preventDefault();
      choose(selected);
    } else if (event.key === "Escape") {
      offer([]);
    } else if (selected && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? selected.nextElementSibling : selected.previousElementSibling;
      select(next ?? selected);
    }
  });
  field.addEventListener("blur", () => offer([]));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
  list.addEventListener("click", (event) => choose(event.target.closest("li")));
}

function option(person, index) {
  const item = document.createElement("li");
  const name = document.createElement("bdi");
  const about = document.createElement("span");
  name.textContent = person.name;
  about.textContent = ` ${[person.name === person.id ? "" : person.id, person.city].filter(Boolean).join(", ")}`;
  item.append(name, about);
  item.id = `found-${index}`;
  item.role = "option";
  item.dataset.person = person.id;
  return item;
}
