// Suggestions under a field of search, as a combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/.
// Without it the field is a plain form. Whatever is suggested is text: nothing of it becomes markup.

const WAIT = 150;
const FEWEST = 2;

for (const [number, field] of [...document.querySelectorAll("input[data-suggestions]")].entries()) {
  combine(field, `suggestions-${number}`);
}

function combine(field, id) {
  const list = made("ul", { id, role: "listbox", class: "suggestions", "aria-label": field.dataset.label });
  const told = made("p", { role: "status", class: "unseen" });
  list.hidden = true;
  field.parentElement.append(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  })) {
    field.setAttribute(name, value);
  }

  let timer;
  let asking;
  let chosen = -1;
  let leads = [];

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const choose = (place) => {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = place;
    const option = list.children[chosen];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", option.id);
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const show = ([, texts, about, addresses]) => {
    leads = addresses;
    list.replaceChildren(
      ...texts.map((text, place) => {
        const option = made("li", { id: `${id}-${place}`, role: "option", "aria-selected": "false" });
        option.append(made("span", { dir: "auto" }, text), made("small", {}, about[place]));
        return option;
      }),
    );
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = texts.length === 0;
    field.setAttribute("aria-expanded", String(texts.length > 0));
    told.textContent = texts.length ? field.dataset.found.replace("{number}", texts.length) : "";
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const address = new URL(field.dataset.suggestions, location.href);
    address.searchParams.set("q", field.value.trim());
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (answer.ok) show(await answer.json());
    } catch {
      // Asked anew meanwhile, or nobody answers: the form works all the same.
    }
  };

  const go = (place) => {
    const { pathname, search } = new URL(leads[place], location.href);
    location.assign(pathname + search); // never to another site
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim().length < FEWEST) close();
    else timer = setTimeout(ask, WAIT);
  });

  field.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) {
      close();
    } else if (event.key === "Enter" && chosen >= 0 && count) {
      go(chosen);
    } else if (event.key === "ArrowDown" && !count && field.value.trim().length >= FEWEST) {
      ask();
    } else if (event.key === "ArrowDown" && count) {
      choose(chosen === count - 1 ? -1 : chosen + 1);
    } else if (event.key === "ArrowUp" && count) {
      choose(chosen < 0 ? count - 1 : chosen - 1);
    } else {
      return;
    }
    event.preventDefault();
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const place = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (place >= 0) go(place);
  });
  field.addEventListener("blur", close);
}

function made(name, attributes, text = "") {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}
