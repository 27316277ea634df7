/**
 * Asks without leaving the page: fetches the page that the form would lead to and takes over the part with the answer,
 * so that an answer looks the same with script and without, and its address is the same.
 */

const PARTS = ["#answered", ".languages"];

export class Asking {
  /** `page.field()` is where the query is typed; `page.answered(section)` is told of each answer. */
  constructor(form, texts, page) {
    this.form = form;
    this.texts = texts;
    this.page = page;
    this.status = document.getElementById("status");
    this.answered = document.getElementById("answered");
    this.examples = document.querySelector("form.examples");
    this.running = null;
    this.stop = Object.assign(document.createElement("button"), {
      type: "button", className: "quiet", hidden: true, textContent: texts.stop,
    });
    this.status.before(this.stop);
  }

  begin() {
    this.form.addEventListener("submit", (event) => this.instead(event, () => this.send()));
    this.examples.addEventListener("submit", (event) => this.instead(event, () => this.fill()));
    this.answered.addEventListener("click", (event) => this.turn(event));
    this.stop.addEventListener("click", () => this.running?.abort());
    window.addEventListener("popstate", () => this.show(location.href, { filled: true }));
    this.tell();
  }

  instead(event, done) {
    event.preventDefault();
    done();
  }

  /** Put the query that is typed. */
  async send() {
    if (this.page.field().text().trim()) {
      this.form.elements.query.value = this.page.field().text();
      await this.go(this.address(this.form));
    }
  }

  /** Fill the form with an example, without asking it. */
  async fill() {
    if (await this.go(this.address(this.examples), { filled: true })) {
      this.page.field().focus();
    }
  }

  address(form) {
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form)).toString();
    return address.href;
  }

  /** Another page of the rows, where a link leads to one. */
  async turn(event) {
    const link = event.target.closest(".pager a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (await this.go(link.href)) {
        document.getElementById("answer")?.focus();
      }
    }
  }

  async go(address, options) {
    if (address.length > Number(this.form.dataset.longest)) {
      this.say(this.texts.long);
      return false;
    }
    const shown = await this.show(address, options);
    if (shown && address !== location.href) {
      history.pushState({}, "", address);
    }
    return shown;
  }

  /** Show what is at an address of this page; whether it could be shown. `filled` puts its query into the form, too. */
  async show(address, { filled = false } = {}) {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.busy(true);
    try {
      const page = await this.fetched(address, running.signal);
      if (!page) {
        location.assign(address);
        return false;
      }
      this.take(page, filled);
      return true;
    } catch (error) {
      this.say(error.name === "AbortError" ? this.texts.stopped : this.texts.failed);
      return false;
    } finally {
      if (this.running === running) {
        this.running = null;
        this.busy(false);
      }
    }
  }

  busy(yes) {
    this.stop.hidden = !yes;
    this.answered.setAttribute("aria-busy", String(yes));
    if (yes) {
      this.say(this.texts.running);
    }
  }

  /** In the live region; what stands in the answer, too, need not be seen twice. */
  say(text, { seen = true } = {}) {
    this.status.className = seen ? "" : "unseen";
    this.status.textContent = text;
  }

  async fetched(address, signal) {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal });
    const text = await response.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    return page.getElementById("answered") && page;
  }

  take(page, filled) {
    for (const part of PARTS) {
      document.querySelector(part)?.replaceChildren(...page.querySelector(part).childNodes);
    }
    if (filled) {
      this.about(page);
      this.page.field().fill(page.getElementById("query").value);
    }
    this.tell();
    const heading = this.answered.querySelector("h2");
    heading?.scrollIntoView({ block: "nearest" });
  }

  /** What the example in the form answers. */
  about(page) {
    this.form.querySelector(".about")?.remove();
    const about = page.querySelector("form.query .about");
    if (about) {
      this.form.querySelector("label[for=query]").after(about);
    }
  }

  /** Say how many results there are to whoever does not see them appear, mark a mistake, offer other views. */
  tell() {
    const section = this.answered.querySelector("section");
    const said = ["summary", "told"].map((id) => document.getElementById(id)?.textContent.trim()).filter(Boolean);
    this.say(said.join(". "), { seen: false });
    this.mark();
    if (section) {
      this.page.answered(section);
    }
  }

  mark() {
    const { line, column } = this.answered.querySelector(".refusal")?.dataset ?? {};
    this.page.field().mark(line ? { line: Number(line), column: Number(column) } : null);
  }
}
