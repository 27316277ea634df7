/** What the editor completes: prefixes we use, classes and properties that the data has, by name, address or label. */

const MOST = 50;

/** In place of YASQE's own, which would ask other sites. */
export function completers(Yasqe, told, language) {
  const own = Yasqe.Autocompleters;
  return [
    { ...own.variables, autoShow: false },
    { ...own.prefixes, get: () => declarations(told.prefixes), persistenceId: null, autoShow: false },
    terms("class", told.classes, language, own.class.isValidCompletionPosition),
    terms("property", told.properties, language, predicatePosition),
  ];
}

function declarations(prefixes) {
  return Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`).sort();
}

/** Also where nothing is typed yet: then all properties are offered. */
function predicatePosition(yasqe) {
  const token = yasqe.getCompleteToken();
  return !/^[?$]/.test(token.string) && token.state.possibleCurrent.includes("a");
}

function terms(name, known, language, isValidCompletionPosition) {
  const label = (term) => term.labels[language] ?? "";
  const byName = new Map(known.map((term) => [term.name, term]));
  return {
    name,
    bulk: false,
    autoShow: false,
    isValidCompletionPosition,
    get: (yasqe, token) => found(known, typed(token), label),
    postprocessHints: (yasqe, hints) => hints.map((hint) => ({
      ...hint,
      render: (item) => item.append(...parts(byName.get(hint.text), label)),
    })),
  };
}

function typed(token) {
  return token.string.trim().replace(/^<|>$/g, "").toLowerCase();
}

/** Those whose name or address begins with the text first, then those that have it in their name or label. */
function found(known, text, label) {
  const begins = (term) => [term.name, term.iri, local(term.name)].some((name) => name.toLowerCase().startsWith(text));
  const has = (term) => [term.name, label(term)].some((name) => name.toLowerCase().includes(text));
  const first = known.filter(begins);
  const others = known.filter((term) => !begins(term) && has(term));
  return [...first, ...others].slice(0, MOST).map((term) => term.name);
}

function local(name) {
  return name.slice(name.indexOf(":") + 1);
}

function parts(term, label) {
  const piece = (className, textContent) => Object.assign(document.createElement("span"), { className, textContent });
  return [
    piece("name", term.name),
    piece("label", label(term)),
    piece("count", term.count.toLocaleString(document.documentElement.lang)),
  ];
}
