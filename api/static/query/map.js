/**
 * Shapes drawn by longitude and latitude over lines of degrees. There is no map behind: its tiles would have to come
 * from somebody else, who would then know what is asked here.
 */

import { fill, name, read } from "./answer.js";
import { shape } from "./shapes.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, EDGE] = [900, 560, 12];
const MOST = 5000;
const NUMBERED = 60;
const PARTS = [-4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((one) => one * 10 ** power));
const STEPS = [...PARTS, 1, 2, 5, 10, 15, 30, 45, 90];

export function drawMap(text, texts) {
  const { found, unread } = collected(read(text));
  if (!found.length) {
    return [hint(fill(texts.unread, { number: unread }))];
  }
  const map = new Drawing(found, texts);
  const told = [fill(texts.shapes, { number: found.length }), texts.graticule];
  if (unread) {
    told.push(fill(texts.unread, { number: unread }));
  }
  return [hint(told.join(" · ")), map.controls(), map.svg, legend(found)];
}

/** What each number on the map stands for. */
function legend(found) {
  const list = Object.assign(document.createElement("ol"), { className: "legend" });
  list.append(...found.slice(0, NUMBERED).map((one) => {
    const textContent = [...one.labels].slice(0, 12).join("; ");
    const item = Object.assign(document.createElement("li"), { textContent, dir: "auto" });
    item.append(one.labels.size > 12 ? " …" : "");
    return item;
  }));
  return list;
}

function hint(textContent) {
  return Object.assign(document.createElement("p"), { className: "hint", textContent });
}

/** Every shape in the rows once, called by the other values of its rows. */
function collected({ columns, rows }) {
  const known = new Map();
  let unread = 0;
  for (const row of rows) {
    for (const column of columns.filter((one) => looksLikeShape(row[one]))) {
      const text = row[column].value;
      if (!known.has(text) && known.size < MOST) {
        known.set(text, { drawn: shape(row[column]), labels: new Set() });
      }
      known.get(text)?.labels.add(called(columns, row, column));
      unread += known.get(text)?.drawn ? 0 : 1;
    }
  }
  const found = [...known.values()].filter((one) => one.drawn).map(({ drawn, labels }) => ({ ...drawn, labels }));
  return { found, unread };
}

const TEXT = /^\s*(<[^>]*>\s*)?((MULTI)?(POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION|ENVELOPE|BBOX)\b/i;
const JSON_TEXT = /^\s*\{\s*"(type|coordinates|bbox)"\s*:/;

function looksLikeShape(term) {
  const typed = /geosparql#(wkt|geoJSON)Literal$/.test(term?.datatype ?? "");
  return typed || (term?.type === "literal" && (TEXT.test(term.value) || JSON_TEXT.test(term.value)));
}

/** The names of blank nodes are made up for one answer and tell a reader nothing. */
function nameless(term) {
  return term.type === "bnode";
}

function called(columns, row, column) {
  const others = columns.filter((one) => one !== column && row[one] && !looksLikeShape(row[one]));
  const named = others.map((one) => row[one]).filter((term) => !nameless(term));
  return [...new Set(named.map((term) => name(term)))].join(" · ") || name(row[column], 40);
}

class Drawing {
  constructor(shapes, texts) {
    this.shapes = shapes;
    this.texts = texts;
    this.svg = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "map", role: "img", tabindex: "0" });
    this.svg.setAttribute("aria-label", fill(texts.shapes, { number: shapes.length }));
    this.whole();
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  controls() {
    const group = document.createElement("p");
    group.className = "controls";
    group.append(
      this.button(this.texts.larger, () => this.zoom(2)),
      this.button(this.texts.smaller, () => this.zoom(0.5)),
      this.button(this.texts.whole, () => this.whole()),
      this.button("←", () => this.move(-1, 0), this.texts.west),
      this.button("↑", () => this.move(0, 1), this.texts.north),
      this.button("↓", () => this.move(0, -1), this.texts.south),
      this.button("→", () => this.move(1, 0), this.texts.east),
    );
    return group;
  }

  button(textContent, done, title = "") {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent });
    if (title) {
      button.title = title;
      button.setAttribute("aria-label", title);
    }
    button.addEventListener("click", done);
    return button;
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const zooms = { "+": 2, "-": 0.5 };
    if (moves[event.key] || zooms[event.key]) {
      event.preventDefault();
      if (zooms[event.key]) {
        this.zoom(zooms[event.key]);
      } else {
        this.move(...moves[event.key]);
      }
    }
  }

  /** Look at all shapes. A single point gets a hundredth of a degree around it. */
  whole() {
    const points = this.shapes.flatMap((one) => [...one.points, ...one.lines.flat(), ...one.areas.flat()]);
    const [west, east] = extent(points.map((point) => point[0]));
    const [south, north] = extent(points.map((point) => point[1]));
    this.middle = [(west + east) / 2, (south + north) / 2];
    this.shrink = Math.max(0.05, Math.cos(this.middle[1] * Math.PI / 180));
    const across = Math.max((east - west) * this.shrink / (WIDTH - 8 * EDGE), (north - south) / (HEIGHT - 8 * EDGE));
    this.degree = 1 / Math.max(across, 0.02 / WIDTH);
    this.draw();
  }

  zoom(factor) {
    this.degree = Math.min(Math.max(this.degree * factor, 1), 5_000_000);
    this.draw();
  }

  move(x, y) {
    this.middle[0] += x * WIDTH / 5 / this.degree / this.shrink;
    this.middle[1] = Math.min(90, Math.max(-90, this.middle[1] + y * HEIGHT / 5 / this.degree));
    this.draw();
  }

  place([longitude, latitude]) {
    return [
      WIDTH / 2 + (longitude - this.middle[0]) * this.shrink * this.degree,
      HEIGHT / 2 - (latitude - this.middle[1]) * this.degree,
    ];
  }

  draw() {
    this.svg.replaceChildren(this.grid(), ...this.shapes.map((one) => this.drawn(one)), ...this.marks());
  }

  drawn(one) {
    const group = node("g", { class: "shape" });
    const title = node("title", {});
    title.textContent = [...one.labels].slice(0, 12).join("; ");
    group.append(title);
    if (one.areas.length) {
      group.append(node("path", { class: "area", d: one.areas.map((ring) => `${this.path(ring)}Z`).join("") }));
    }
    if (one.lines.length) {
      group.append(node("path", { class: "line", d: one.lines.map((line) => this.path(line)).join("") }));
    }
    for (const point of one.points) {
      const [cx, cy] = this.place(point);
      group.append(node("circle", { cx: round(cx), cy: round(cy), r: "5" }));
    }
    return group;
  }

  /** The number of each shape, at its middle. */
  marks() {
    return this.shapes.slice(0, NUMBERED).map((one, at) => {
      const points = [...one.points, ...one.lines.flat(), ...one.areas.flat()];
      const [x, y] = this.place([0, 1].map((axis) => middle(points.map((point) => point[axis]))));
      const mark = node("text", { class: "mark", x: round(x), y: round(y - (one.points.length ? 14 : 0)) });
      mark.textContent = String(at + 1);
      return mark;
    });
  }

  path(points) {
    return points.map((point, at) => `${at ? "L" : "M"}${this.place(point).map(round).join(" ")}`).join("");
  }

  /** Lines of longitude and latitude at round degrees, some five of them each way. */
  grid() {
    const group = node("g", { class: "grid" });
    for (const axis of [0, 1]) {
      const half = (axis ? HEIGHT : WIDTH / this.shrink) / this.degree / 2;
      const step = STEPS.find((one) => one >= half / 3) ?? 90;
      const from = Math.ceil((this.middle[axis] - half) / step);
      for (let at = from; at * step <= this.middle[axis] + half && at - from < 20; at++) {
        group.append(...this.meridian(axis, at * step, step));
      }
    }
    return group;
  }

  meridian(axis, degree, step) {
    const point = axis ? [this.middle[0], degree] : [degree, this.middle[1]];
    const [x, y] = this.place(point).map(round);
    const line = axis ? { x1: -WIDTH, x2: 2 * WIDTH, y1: y, y2: y } : { x1: x, x2: x, y1: -HEIGHT, y2: 2 * HEIGHT };
    const text = node("text", axis ? { x: 6, y: y - 4 } : { x: x + 4, y: HEIGHT - 6 });
    const [plus, minus] = axis ? ["N", "S"] : ["E", "W"];
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    text.textContent = `${Math.abs(degree).toFixed(digits)}° ${degree < 0 ? minus : plus}`;
    return [node("line", line), text];
  }
}

function extent(numbers) {
  return numbers.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [Infinity, -Infinity]);
}

function middle(numbers) {
  const [low, high] = extent(numbers);
  return (low + high) / 2;
}

function round(number) {
  return Math.round(Math.min(Math.max(number, -100_000), 100_000) * 10) / 10;
}

function node(kind, attributes) {
  const made = document.createElementNS(SVG, kind);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, String(value));
  }
  return made;
}
