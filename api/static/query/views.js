/** Other views of an answer than its table: text, map, chart. Each is made when it is first asked for. */

import { drawChart } from "./chart.js";
import { drawMap } from "./map.js";

const LARGEST = 20_000_000;
const LONGEST = 200_000;

const DRAWN = { text: drawText, map: drawMap, chart: drawChart };

/** Offer the views that the answer's section names, as tabs before its table. */
export function offerViews(section, texts) {
  const views = (section.dataset.views ?? "").split(" ").filter(Boolean);
  const table = section.querySelector("#view-table");
  if (!views.length || !table || section.querySelector("[role=tablist]")) {
    return;
  }
  const list = element("div", { className: "tabs" });
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", texts.views);
  const panels = new Map([["table", table]]);
  views.forEach((view) => panels.set(view, element("div", { id: `view-${view}`, hidden: true })));
  for (const [view, panel] of panels) {
    list.append(tab(view, texts[view]));
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${view}`);
    table.parentNode.append(panel);
  }
  table.before(list);
  const source = section.querySelector('.downloads a[type="application/sparql-results+json"]').href;
  const chosen = (view) => choose(list, panels, view, () => fetched(source), texts);
  list.addEventListener("click", (event) => event.target.closest("[role=tab]") && chosen(event.target.dataset.view));
  list.addEventListener("keydown", (event) => moved(event, list));
  mark(list, "table");
  if (panels.has(last.view)) {
    chosen(last.view);
  }
}

/** The view that was chosen last, for the next answer. */
const last = { view: "table" };

function tab(view, name) {
  const button = element("button", { type: "button", id: `tab-${view}`, textContent: name });
  button.dataset.view = view;
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", `view-${view}`);
  return button;
}

function mark(list, view) {
  for (const one of list.children) {
    const chosen = one.dataset.view === view;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
  }
}

/** Arrows go from tab to tab, Enter or the space bar chooses one. */
function moved(event, list) {
  const tabs = [...list.children];
  const here = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    tabs.at(to % tabs.length).focus();
  }
}

async function choose(list, panels, view, fetchAnswer, texts) {
  last.view = view;
  mark(list, view);
  for (const [name, panel] of panels) {
    panel.hidden = name !== view;
  }
  const panel = panels.get(view);
  if (view !== "table" && !panel.hasChildNodes()) {
    panel.append(element("p", { className: "hint", textContent: texts.running }));
    panel.replaceChildren(...await drawn(view, fetchAnswer, texts));
  }
}

async function drawn(view, fetchAnswer, texts) {
  try {
    const text = await fetchAnswer();
    return text === null ? [said(texts.large)] : DRAWN[view](text, texts);
  } catch {
    return [said(texts.failed)];
  }
}

const kept = { address: "", text: null };

/** The whole answer as JSON, once for all views; null where it is too large to be drawn. */
async function fetched(address) {
  if (kept.address !== address) {
    const response = await fetch(address, { headers: { Accept: "application/sparql-results+json" } });
    if (!response.ok) {
      throw new Error(`${response.status}`);
    }
    const large = Number(response.headers.get("Content-Length") ?? 0) > LARGEST;
    const text = large ? null : await response.text();
    if (large) {
      await response.body.cancel();
    }
    Object.assign(kept, { address, text: text !== null && text.length > LARGEST ? null : text });
  }
  return kept.text;
}

function drawText(text, texts) {
  const shown = element("pre", { tabIndex: 0, textContent: text.slice(0, LONGEST) });
  shown.setAttribute("role", "group");
  shown.setAttribute("aria-labelledby", "tab-text");
  return text.length > LONGEST ? [said(texts.cutText), shown] : [shown];
}

function said(text) {
  return element("p", { className: "hint", textContent: text });
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
