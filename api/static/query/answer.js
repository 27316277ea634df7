/** An answer in SPARQL's JSON, as the drawings need it. */

export function read(text) {
  const told = JSON.parse(text);
  return { columns: told.head.vars, rows: told.results.bindings };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMERIC = /^(decimal|double|float|integer|int|long|short|byte|(non)?(positive|negative)Integer|unsigned\w+)$/i;

/** The number that a term is; null for what is none. */
export function number(term) {
  const datatype = term?.datatype ?? "";
  const numeric = datatype.startsWith(XSD) && NUMERIC.test(datatype.slice(XSD.length));
  return numeric && NUMBER.test(term.value) ? Number(term.value) : null;
}

/** What to call a term in a drawing: its text, or the end of its address. */
export function name(term, longest = 80) {
  if (!term) {
    return "";
  }
  const text = typeof term.value === "string" ? term.value : JSON.stringify(term.value);
  const end = term.type === "uri" ? text.split(/[/#]/).filter(Boolean).at(-1) ?? text : text;
  return end.length > longest ? `${end.slice(0, longest)} …` : end;
}

export function fill(text, values) {
  const { lang } = document.documentElement;
  return text.replace(/%\((\w+)\)s/g, (whole, key) => values[key]?.toLocaleString(lang) ?? whole);
}
