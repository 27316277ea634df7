/**
 * Shapes in well-known text or GeoJSON, as lists of lines and points in degrees: longitude first, whatever they say.
 * Other reference systems than degrees are not read, since a wrong place is worse than none.
 */

const DEGREES = /^(|.*\/OGC\/.*CRS84|.*\/EPSG\/.*\/4258|.*\/EPSG\/.*\/4326)$/i;
const LATITUDE_FIRST = /\/EPSG\//i;
const MOST = 100_000;

/** The shape that a term tells: `{lines, areas, points}`; null where it tells none that can be read. */
export function shape(term) {
  if (term?.type !== "literal" || term.value.length > 5_000_000) {
    return null;
  }
  try {
    const found = /^\s*\{/.test(term.value) ? fromJson(JSON.parse(term.value)) : fromText(term.value);
    const points = [...found.points, ...found.lines.flat(), ...found.areas.flat()];
    return points.length && points.length <= MOST && points.every(onEarth) ? found : null;
  } catch {
    return null;
  }
}

function onEarth([x, y]) {
  return Math.abs(x) <= 360 && Math.abs(y) <= 90;
}

function nothing() {
  return { points: [], lines: [], areas: [] };
}

function joined(shapes) {
  return shapes.reduce((all, one) => ({
    points: [...all.points, ...one.points], lines: [...all.lines, ...one.lines], areas: [...all.areas, ...one.areas],
  }), nothing());
}

/** `<reference system> KIND Z (numbers)`: nested brackets become nested lists, then each kind knows how deep it is. */
function fromText(text) {
  const [, , system = "", body] = /^\s*(<([^>]*)>)?\s*([\s\S]*)$/.exec(text);
  if (!DEGREES.test(system)) {
    throw new Error("another reference system");
  }
  const reader = new Reader(body);
  const found = reader.geometry();
  reader.end();
  return LATITUDE_FIRST.test(system) ? turned(found) : found;
}

function turned({ points, lines, areas }) {
  const swap = ([x, y]) => [y, x];
  const all = (lists) => lists.map((list) => list.map(swap));
  return { points: points.map(swap), lines: all(lines), areas: all(areas) };
}

class Reader {
  constructor(text) {
    this.tokens = text.match(/[(),]|[A-Za-z]+|[-+]?[\d.]+(?:[eE][-+]?\d+)?|\S/g) ?? [];
    this.at = 0;
  }

  next() {
    return this.tokens[this.at++];
  }

  end() {
    if (this.at < this.tokens.length) {
      throw new Error("more than one shape");
    }
  }

  geometry() {
    const kind = (this.next() ?? "").toUpperCase();
    if (/^(Z|M|ZM)$/i.test(this.tokens[this.at] ?? "")) {
      this.at++;
    }
    if (/^EMPTY$/i.test(this.tokens[this.at] ?? "")) {
      this.at++;
      return nothing();
    }
    if (kind === "GEOMETRYCOLLECTION") {
      return joined(this.list(() => this.geometry()));
    }
    const points = () => this.list(() => this.point());
    const made = {
      POINT: () => ({ points: points() }),
      LINESTRING: () => ({ lines: [points()] }),
      POLYGON: () => ({ areas: this.list(points) }),
      MULTIPOINT: () => ({ points: this.list(() => (this.tokens[this.at] === "(" ? points()[0] : this.point())) }),
      MULTILINESTRING: () => ({ lines: this.list(points) }),
      MULTIPOLYGON: () => ({ areas: this.list(() => this.list(points)).flat() }),
      ENVELOPE: () => box(this.list(() => this.point()).flat(), [0, 1, 3, 2]),
      BBOX: () => box(this.list(() => this.point()).flat(), [0, 2, 1, 3]),
    }[kind];
    return { ...nothing(), ...made() };
  }

  list(one) {
    this.expect("(");
    const found = [one()];
    while (this.tokens[this.at] === ",") {
      this.at++;
      found.push(one());
    }
    this.expect(")");
    return found;
  }

  expect(token) {
    if (this.next() !== token) {
      throw new Error(`no ${token}`);
    }
  }

  point() {
    const numbers = [];
    while (this.at < this.tokens.length && !/[(),]/.test(this.tokens[this.at])) {
      numbers.push(Number(this.next()));
    }
    if (!numbers.length || !numbers.every(Number.isFinite)) {
      throw new Error("no number");
    }
    return numbers;
  }
}

/** Four numbers, and which of them are west, east, south, north. */
function box(numbers, [west, east, south, north]) {
  const [w, e, s, n] = [west, east, south, north].map((at) => numbers[at]);
  return { areas: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] };
}

function fromJson(told) {
  const at = told.coordinates;
  switch (told.type) {
    case "Feature": return fromJson(told.geometry);
    case "FeatureCollection": return joined(told.features.map(fromJson));
    case "GeometryCollection": return joined(told.geometries.map(fromJson));
    case "Point": return { ...nothing(), points: [at] };
    case "MultiPoint": return { ...nothing(), points: at };
    case "LineString": return { ...nothing(), lines: [at] };
    case "MultiLineString": return { ...nothing(), lines: at };
    case "Polygon": return { ...nothing(), areas: at };
    case "MultiPolygon": return { ...nothing(), areas: at.flat() };
    default: throw new Error("no shape");
  }
}
