/** The query page with script. Whatever fails here leaves the form as it is, and the form works by itself. */

import { Asking } from "./asking.js";
import { offerViews } from "./views.js";

const form = document.getElementById("ask");
const texts = JSON.parse(form.dataset.texts);

/** The text field as it is; an editor takes its place once it is there. */
let field = {
  text: () => form.elements.query.value,
  fill: (text) => { form.elements.query.value = text; },
  focus: () => form.elements.query.focus(),
  mark: () => {},
};

const asking = new Asking(form, texts, {
  field: () => field,
  answered: (section) => offerViews(section, texts),
});
asking.begin();

async function withEditor() {
  const { edit } = await import("./editor.js");
  field = await edit(form, texts, () => asking.send());
  asking.mark();
}

if (form.dataset.editor) {
  withEditor().catch((error) => console.warn("the query page goes on without its editor:", error.message));
}
