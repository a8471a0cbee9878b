// Lines of tokens, each token in the colour of its probability. In the first line one token is chosen.

const SENT_AFTER = 120;
const VISIBLE = { "\n": "↵", "\t": "⇥" };

function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`;
const visible = (token) => [...token].map((character) => VISIBLE[character] ?? character).join("");
const named = (token) => visible(token).replaceAll(" ", "␣");

class Lines {
  constructor(root) {
    this.tip = element("div", { class: "tip", "aria-hidden": "true" });
    this.body = element("div", {});
    root.append(this.body, this.tip);
    this.body.addEventListener("pointerover", (event) => this.point(event.target));
    this.body.addEventListener("pointerleave", () => this.hide());
  }

  update(given, text, send) {
    this.send = send;
    if (this.shown === text) return;
    this.shown = text;
    this.labels = given.labels;
    this.body.classList.toggle("dark", given.dark);
    this.body.replaceChildren(...given.rows.map((row, index) => this.row(row, given, index)));
    this.hide();
    if (given.chosen !== null) this.mark(given.chosen, false);
  }

  row(row, given, index) {
    const spans = row.tokens.map((token, place) => this.token(token, row, place));
    const written = element("p", { dir: "auto" }, element("span", { class: "prompt" }, visible(row.prompt)));
    for (const [place, span] of spans.entries()) {
      written.append(span);
      if (row.tokens[place].endsWith("\n")) written.append(element("br", {}));
    }
    const line = element("div", { class: "row" }, written);
    if (row.name) line.prepend(element("div", { class: "name" }, row.name));
    if (index === 0 && given.chosen !== null) this.makeChoosable(written, spans);
    written.setAttribute("aria-label", row.name ? `${row.name}: ${row.prompt}${row.tokens.join("")}` : given.labels.alt);
    return line;
  }

  token(token, row, place) {
    const span = element("span", { class: "token" }, visible(token));
    span.style.setProperty("--share", row.shares[place]);
    span.shown = { token, share: row.shares[place], best: row.best?.[place] ?? [] };
    return span;
  }

  makeChoosable(written, spans) {
    this.spans = spans;
    written.classList.add("choosable");
    written.setAttribute("tabindex", "0");
    written.setAttribute("role", "slider");
    written.setAttribute("aria-valuemin", "1");
    written.setAttribute("aria-valuemax", String(spans.length));
    written.addEventListener("click", (event) => {
      const place = spans.indexOf(event.target);
      if (place >= 0) this.mark(place, true);
    });
    written.addEventListener("keydown", (event) => this.pressed(event));
    this.written = written;
  }

  pressed(event) {
    const last = this.spans.length - 1;
    const places = { ArrowLeft: this.place - 1, ArrowRight: this.place + 1, Home: 0, End: last };
    if (!(event.key in places)) return;
    event.preventDefault();
    this.mark(Math.min(Math.max(places[event.key], 0), last), true);
    this.point(this.spans[this.place]);
  }

  mark(place, tell) {
    this.spans?.[this.place]?.classList.remove("chosen");
    this.place = place;
    const span = this.spans[place];
    if (!span) return;
    span.classList.add("chosen");
    this.written.setAttribute("aria-valuenow", String(place + 1));
    this.written.setAttribute("aria-valuetext", `${named(span.shown.token)} ${percent(span.shown.share)}`);
    if (!tell) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.send(place), SENT_AFTER);
  }

  point(span) {
    if (!span.shown) return this.hide();
    const { token, share, best } = span.shown;
    const head = element("div", { class: "head" }, `${named(token)}  ${percent(share)}`);
    this.tip.replaceChildren(head, ...best.map(([other, part]) => this.bar(other, part, other === token)));
    this.tip.classList.add("shown");
    const room = this.body.clientWidth - this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(0, Math.min(span.offsetLeft, room))}px`;
    this.tip.style.top = `${span.offsetTop + span.offsetHeight + 4}px`;
  }

  bar(token, share, mine) {
    const bar = element("span", { class: mine ? "bar mine" : "bar" });
    bar.style.width = `${Math.max(1, 80 * share)}px`;
    return element("div", { class: "best" }, element("span", { class: "which" }, named(token)), bar, percent(share));
  }

  hide() {
    this.tip.classList.remove("shown");
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".written");
  const text = new TextDecoder().decode(data);
  root.lines ??= new Lines(root);
  root.lines.update(JSON.parse(text), text, (place) => setTriggerValue("place", place));
}
