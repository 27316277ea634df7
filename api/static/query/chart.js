/** A bar chart as a list: a name, a bar, a number. Whoever does not see the bars reads the numbers. */

import { fill, name, number, read } from "./answer.js";

const MOST = 100;
const SVG = "http://www.w3.org/2000/svg";

export function drawChart(text, texts) {
  const answer = read(text);
  const numeric = answer.columns.filter((column) => answer.rows.some((row) => number(row[column]) !== null));
  const others = answer.columns.filter((column) => !numeric.includes(column));
  const labels = chooser("chart-labels", texts.labels, [...others, ...numeric], texts.row);
  const numbers = chooser("chart-numbers", texts.numbers, numeric);
  const figure = document.createElement("figure");
  const draw = () => figure.replaceChildren(...bars(answer, labels.select.value, numbers.select.value, texts));
  labels.select.addEventListener("change", draw);
  numbers.select.addEventListener("change", draw);
  labels.select.value = titled(others) ?? others[0] ?? "";
  draw();
  const choice = document.createElement("p");
  choice.className = "choice";
  choice.append(labels.label, labels.select, numbers.label, numbers.select);
  return [choice, figure];
}

/** A column that is likely to be read easily. */
function titled(columns) {
  return columns.find((column) => /title|label|name|titre|titel/i.test(column));
}

function chooser(id, text, columns, none) {
  const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: text });
  const select = Object.assign(document.createElement("select"), { id });
  select.append(...columns.map((column) => new Option(column, column)));
  if (none) {
    select.append(new Option(none, ""));
  }
  return { label, select };
}

function bars(answer, labels, numbers, texts) {
  const called = (row, at) => (labels ? name(row[labels]) : String(at + 1));
  const rows = answer.rows.map((row, at) => ({ label: called(row, at), value: number(row[numbers]) }));
  const drawn = rows.filter((row) => row.value !== null && Number.isFinite(row.value)).slice(0, MOST);
  const low = Math.min(0, ...drawn.map((row) => row.value));
  const high = Math.max(0, ...drawn.map((row) => row.value));
  const list = document.createElement("ol");
  list.className = "bars";
  list.append(...drawn.map((row) => line(row, low, high - low || 1)));
  const caption = document.createElement("figcaption");
  caption.textContent = fill(texts.bars, { number: drawn.length, total: rows.length });
  return [caption, list];
}

function line({ label, value }, low, range) {
  const item = document.createElement("li");
  const written = value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 6 });
  item.append(piece("name", label), bar(value, low, range), piece("value", written));
  return item;
}

function piece(className, textContent) {
  const span = Object.assign(document.createElement("span"), { className, textContent });
  span.dir = "auto";
  return span;
}

/** From zero to the value, in hundredths of the range. */
function bar(value, low, range) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 10");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const rect = document.createElementNS(SVG, "rect");
  const from = (Math.min(0, value) - low) / range;
  rect.setAttribute("x", String(100 * from));
  rect.setAttribute("width", String(Math.max(0.3, 100 * Math.abs(value) / range)));
  rect.setAttribute("height", "10");
  svg.append(rect);
  return svg;
}
