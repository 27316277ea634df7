/** The editor in place of the text field: YASQE, but nothing of it that would ask other hosts or keep what is typed. */

import { completers } from "./completion.js";

function linked(address) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(`no style sheet at ${address}`)));
    // before the page's own, which has the last word on colours
    document.querySelector("link[rel=stylesheet]").before(link);
  });
}

async function known(address) {
  const response = await fetch(address);
  return response.ok ? response.json() : { prefixes: {}, classes: [], properties: [] };
}

/** Make the editor; what it returns stands in for the text field. */
export async function edit(form, texts, run) {
  const { editor, editorStyle, terms } = form.dataset;
  const [{ default: Yasqe }, told] = await Promise.all([import(editor), known(terms), linked(editorStyle)]);
  for (const completer of completers(Yasqe, told, document.documentElement.lang)) {
    Yasqe.registerAutocompleter(completer);
  }
  const yasqe = made(Yasqe, form, texts, run);
  checked(yasqe, texts);
  replaced(form, yasqe);
  return {
    text: () => yasqe.getValue(),
    fill: (text) => yasqe.setValue(text),
    focus: () => yasqe.focus(),
    mark: (place) => marked(yasqe, place, texts),
  };
}

function made(Yasqe, form, texts, run) {
  const place = document.createElement("div");
  place.className = "editor";
  form.elements.query.before(place);
  const yasqe = new Yasqe(place, {
    value: "",
    syntaxErrorCheck: false,
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    prefixCcApi: null,
    screenReaderLabel: texts.editor,
    autocompleters: ["variables", "prefixes", "class", "property"],
    extraKeys: keys(run),
  });
  yasqe.showNotification = () => {}; // English, and said below the editor for all
  const described = form.elements.query.getAttribute("aria-describedby");
  yasqe.getInputField().setAttribute("aria-describedby", `${described} keys`);
  return yasqe;
}

/** Tab goes on to the next control, so nobody is caught; Ctrl+M lets it indent, until Esc or Ctrl+M again. */
function keys(run) {
  const indenting = { name: "indenting", Tab: "indentMore", "Shift-Tab": "indentLess" };
  const leave = (editor) => editor.removeKeyMap("indenting");
  return {
    Tab: false,
    "Shift-Tab": false,
    Esc: leave,
    "Ctrl-M": (editor) => editor.removeKeyMap("indenting") || editor.addKeyMap(indenting),
    "Ctrl-Enter": run,
    "Cmd-Enter": run,
    "Ctrl-S": false,
  };
}

/** The text field stays in the form, unseen, with what is typed; so the form can still be sent. */
function replaced(form, yasqe) {
  const field = form.elements.query;
  yasqe.setValue(field.value);
  yasqe.clearHistory();
  yasqe.on("change", () => { field.value = yasqe.getValue(); });
  field.required = false;
  field.hidden = true;
  form.querySelector("label[for=query]").addEventListener("click", () => yasqe.focus());
  document.getElementById("keys").hidden = false;
  yasqe.refresh();
}

/** Where YASQE's grammar gives up, the line gets a mark that says so: its own would need inline styles. */
function checked(yasqe, texts) {
  yasqe.checkSyntax = () => {
    yasqe.clearGutter("gutterErrorBar");
    yasqe.queryValid = true;
    if (!yasqe.getValue().trim()) {
      return;
    }
    for (let line = 0; line < yasqe.lineCount() && yasqe.queryValid; line++) {
      const { state } = yasqe.getTokenAt({ line, ch: yasqe.getLine(line).length }, true);
      yasqe.setOption("queryType", state.queryType);
      if (state.OK === false) {
        yasqe.queryValid = false;
        yasqe.setGutterMarker(line, "gutterErrorBar", sign(expected(state, texts)));
      }
    }
  };
}

function expected(state, texts) {
  const terms = (state.possibleCurrent ?? []).slice(0, 12).join(", ");
  return [texts.mistake, terms && texts.expected.replace("%(terms)s", terms)].filter(Boolean).join(" ");
}

function sign(text) {
  const sign = Object.assign(document.createElement("span"), { className: "sign", title: text, textContent: "!" });
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", text);
  return sign;
}

/** Mark the place that the service could not read, until the text changes. */
function marked(yasqe, place, texts) {
  yasqe.getAllMarks().filter((mark) => mark.className === "mistake").forEach((mark) => mark.clear());
  if (place) {
    const line = place.line - 1;
    const end = (yasqe.getLine(line) ?? "").length;
    const from = { line, ch: Math.min(place.column - 1, Math.max(0, end - 1)) };
    const mark = yasqe.markText(from, { line, ch: end }, { className: "mistake", title: texts.mistake });
    yasqe.setCursor(from);
    yasqe.on("change", () => mark.clear());
  }
}
