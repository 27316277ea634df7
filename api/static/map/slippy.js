/**
 * A map that can be moved, in place of the drawing, once a reader asks for it: until then nobody else is asked anything.
 * Its tiles are of the server that the operator names; what is drawn over them is what the drawing shows.
 */

const STYLE = new URL("../leaflet/leaflet.css", import.meta.url).href;
const DEEPEST = 19;
/** Outlines are simplified: nearer than so many steps from the whole they would only mislead. */
const NEARER = 3;

for (const figure of document.querySelectorAll(".where[data-tiles]")) {
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "quiet", textContent: figure.dataset.open,
  });
  button.addEventListener("click", () => open(figure, button), { once: true });
  figure.querySelector("figcaption").prepend(button);
}

async function open(figure, button) {
  button.remove();
  await Promise.all([import("../leaflet/leaflet.js"), styled()]);
  const svg = figure.querySelector("svg");
  const place = document.createElement("div");
  place.className = "slippy";
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", svg.getAttribute("aria-label"));
  svg.replaceWith(place);
  draw(place, svg, figure.dataset);
  place.focus();
}

function styled() {
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: STYLE });
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    document.head.append(link);
  });
}

function draw(place, svg, told) {
  const leaflet = globalThis.L;
  const [west, south, width, height] = JSON.parse(told.frame);
  const map = leaflet.map(place, { zoomControl: false, attributionControl: false });
  const bounds = [[south, west], [south + height, west + width]];
  map.fitBounds(bounds);
  leaflet.control.zoom({ zoomInTitle: told.larger, zoomOutTitle: told.smaller }).addTo(map);
  leaflet.control.attribution({ prefix: false }).addAttribution(escaped(told.attribution)).addTo(map);
  tiles(leaflet, told.tiles).addTo(map);
  const [points, lines, areas] = JSON.parse(told.shapes);
  const outlines = rings(svg, ".area", { west, south, width, height });
  for (const ring of outlines) {
    leaflet.polygon(ring, { className: "area", interactive: false }).addTo(map);
  }
  if (outlines.length) {
    map.setMaxZoom(Math.min(DEEPEST, map.getBoundsZoom(bounds) + NEARER));
  }
  if (areas.length) {
    leaflet.polygon(areas.map(turned), { className: "shape", interactive: false }).addTo(map);
  }
  if (lines.length) {
    leaflet.polyline(lines.map(turned), { className: "line", interactive: false }).addTo(map);
  }
  for (const point of turned(points)) {
    leaflet.circleMarker(point, { className: "point", radius: 7, interactive: false }).addTo(map);
  }
}

/** Images only from that server: Leaflet's own layer of tiles puts others in the place of those it gives up. */
function tiles(leaflet, template) {
  const Tiles = leaflet.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const tile = Object.assign(document.createElement("img"), { alt: "", decoding: "async" });
      tile.addEventListener("load", () => done(null, tile));
      tile.addEventListener("error", () => done(new Error("no tile"), tile));
      tile.src = template.replace("{x}", x).replace("{y}", y).replace("{z}", z);
      return tile;
    },
  });
  return new Tiles({ maxZoom: DEEPEST, noWrap: true, bounds: [[-85.06, -180], [85.06, 180]] });
}

function turned(line) {
  return line.map(([longitude, latitude]) => [latitude, longitude]);
}

/** The rings of the drawing's paths in degrees again: latitude first. */
function rings(svg, selector, { west, south, width, height }) {
  const [, , right, low] = svg.getAttribute("viewBox").split(" ").map(Number);
  return [...svg.querySelectorAll(selector)].map((path) =>
    path.getAttribute("d").split("z").filter(Boolean).map((ring) => {
      const numbers = ring.match(/-?\d+/g).map(Number);
      let [x, y] = [0, 0];
      const found = [];
      for (let at = 0; at < numbers.length; at += 2) {
        [x, y] = [x + numbers[at], y + numbers[at + 1]];
        found.push([south + (low - y) / low * height, west + x / right * width]);
      }
      return found;
    }));
}

function escaped(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML;
}
