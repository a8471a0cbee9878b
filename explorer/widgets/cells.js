// One cell, moment by moment: a diagram or the unrolled cell, a player, and the equations with their numbers.
// Everything answers here, without the server. Goes after the other files of the cells.

const SPEAK_AFTER_MS = 250;
const FIRST_STEP = 1;

class Cells {
  constructor(root) {
    this.root = root;
    this.unit = 0;
    this.form = "one";
    this.bar = element("div", { class: "bar" });
    this.times = element("div", { class: "times", role: "group" });
    this.stage = element("div", { class: "stage" });
    this.formulas = element("div", { class: "formulas" });
    this.written = element("div", { class: "written" });
    this.work = element("div", { class: "work" }, this.formulas, this.written);
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    root.append(this.bar, this.times, this.stage, this.work, this.spoken);
    root.addEventListener("keydown", (event) => this.pressed(event));
  }

  get isUnrolled() {
    return this.study.view === "unrolled";
  }

  // Positions count the moments of all time steps, one after the other; unrolled, the time steps alone.
  get moments() {
    return this.isUnrolled ? 1 : this.study.stages.length;
  }

  get step() {
    return Math.floor(this.position / this.moments);
  }

  get stageNow() {
    return this.study.stages[this.isUnrolled ? this.study.stages.length - 1 : this.position % this.moments];
  }

  update(data) {
    const kept = this.study?.token === data.token;
    const [step, moment] = kept ? [this.step, this.position % this.moments] : [FIRST_STEP, Infinity];
    this.player?.pause();
    this.study = new Study(data);
    this.unit = clamp(this.unit, 0, data.units - 1);
    this.position = Math.min(step, data.steps - 1) * this.moments + Math.min(moment, this.moments - 1);
    this.hovered = null;
    this.root.classList.toggle("wide", this.isUnrolled);
    this.build();
    this.show();
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
  }

  build() {
    const { study } = this;
    const total = study.steps * this.moments;
    this.player = new Player(study.labels, total, this.player?.speed ?? 0, { at: () => this.position, go: (position) => this.go(position) });
    this.units = Array.from({ length: study.units }, (_, unit) =>
      element("button", { type: "button", onclick: () => this.choose(unit) }, fill(study.labels.unit, { unit: unit + 1 })),
    );
    const { one, matrices, form } = study.labels;
    this.forms = Object.entries({ one, matrices }).map(([name, label]) =>
      element("button", { type: "button", "data-form": name, onclick: () => this.inForm(name) }, label),
    );
    const forms = element("span", { class: "forms", role: "group", "aria-label": form }, ...this.forms);
    this.bar.replaceChildren(...this.player.parts, element("span", { class: "units" }, ...this.units), forms);
    this.chips = Array.from({ length: study.steps }, (_, step) =>
      element("button", { type: "button", onclick: () => this.at(step) }, `t = ${step + 1}`),
    );
    this.times.replaceChildren(...this.chips, element("span", { class: "hint" }, study.labels.hint));
    const tell = {
      hover: (stage) => this.hover(stage),
      pin: (stage) => this.pin(stage),
      step: (step) => this.at(step),
      weight: (kind) => this.weigh(kind),
    };
    this.picture = this.isUnrolled ? new Unrolled(study, tell) : new Diagram(study, tell);
    this.stage.replaceChildren(this.picture.svg);
    this.list();
  }

  // The equations in the order of computation, each a button.
  list() {
    const letters = Object.keys(this.study.equations);
    this.lines = letters.map((letter) => {
      const stage = this.study.stages.filter(([name]) => name === letter).at(-1);
      const line = element("button", { type: "button", class: "formula", "data-letter": letter, style: `border-left-color:${this.study.colours[letter]}` }, ...rich(this.study.formulas[letter]));
      line.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && this.hover([letter, ""]));
      line.addEventListener("pointerleave", () => this.hover(null));
      line.addEventListener("focus", () => line.matches(":focus-visible") && this.hover([letter, ""]));
      line.addEventListener("blur", () => this.hover(null));
      line.addEventListener("click", () => this.pin(stage));
      return line;
    });
    const heading = element("div", { class: "quiet" }, this.study.labels.order);
    this.formulas.replaceChildren(heading, ...this.lines);
  }

  go(position) {
    this.hovered = null;
    this.position = clamp(position, 0, this.study.steps * this.moments - 1);
    this.show();
    if (!this.player.playing) this.speak();
  }

  at(step) {
    this.player.pause();
    this.go(clamp(step, 0, this.study.steps - 1) * this.moments + (this.position % this.moments));
  }

  hover(stage) {
    this.hovered = stage;
    this.show();
  }

  pin(stage) {
    this.player.pause();
    if (this.isUnrolled) return this.hover(stage);
    const moment = this.study.stages.findIndex(([letter, part]) => letter === stage[0] && part === stage[1]);
    this.go(this.step * this.moments + moment);
  }

  choose(unit) {
    this.unit = clamp(unit, 0, this.study.units - 1);
    this.show();
    this.speak();
  }

  pressed(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (!move || event.composedPath()[0].matches("input, select")) return;
    event.preventDefault();
    this.player.pause();
    if (move[0]) this.go(this.position + move[0]);
    else this.choose(this.unit + move[1]);
  }

  show() {
    const { study, step, unit } = this;
    const shown = this.hovered ?? this.stageNow;
    if (this.isUnrolled) this.picture.show(step);
    else this.picture.show(step, unit, shown, (this.position % this.moments) + 1);
    const colour = study.look("h");
    this.chips.forEach((chip, place) => {
      const look = colour(study.tables.h[place][unit]);
      chip.style.cssText = `background:${look.fill};color:${look.text}`;
      chip.setAttribute("aria-pressed", String(place === step));
      chip.title = `h = ${number(study.tables.h[place][unit], 3)}`;
    });
    this.units.forEach((button, place) => button.setAttribute("aria-pressed", String(place === unit)));
    for (const button of this.forms) button.setAttribute("aria-pressed", String(button.dataset.form === this.form));
    for (const line of this.lines) line.classList.toggle("lit", line.dataset.letter === shown[0]);
    this.player.scrub.value = this.position;
    this.player.scrub.setAttribute("aria-valuetext", this.heading(this.stageNow));
    this.write(shown);
  }

  heading([letter]) {
    const { study } = this;
    const name = `${study.names[letter]} ${study.symbols[letter]}`;
    const [step, unit] = [fill(study.labels.step, { step: this.step + 1, steps: study.steps }), fill(study.labels.unit, { unit: this.unit + 1 })];
    return `${name} \u00b7 ${step} \u00b7 ${unit}`;
  }

  write([letter, part]) {
    const { study, step, unit } = this;
    const head = element("div", { class: "head" }, element("strong", {}, this.heading([letter])));
    const body = this.form === "one" ? writtenOut(study, letter, unit, step, part) : asMatrices(study, letter, unit, step);
    const note = study.notes[letter] ? [element("div", { class: "note" }, study.notes[letter])] : [];
    this.written.replaceChildren(head, ...body, ...note);
    if (!this.isUnrolled) this.pointable(letter);
  }

  // A part of the written equation pointed at lights its place in the diagram.
  pointable(letter) {
    const light = (stage) => this.picture.show(this.step, this.unit, stage, (this.position % this.moments) + 1);
    for (const made of this.written.querySelectorAll(".part")) {
      made.addEventListener("pointerenter", () => light([letter, made.dataset.part]));
      made.addEventListener("pointerleave", () => light(this.hovered ?? this.stageNow));
    }
  }

  inForm(form) {
    this.form = form;
    this.show();
  }

  // Unrolled: what the weights pointed at hold, and that they are the same at every step.
  weigh(kind) {
    if (!kind) return this.show();
    const { study } = this;
    const table = { kernel: "W_x", recurrent: "W_h" }[kind];
    const head = element("strong", {}, study.labels[kind]);
    this.written.replaceChildren(head, element("div", {}, study.labels.same), operand(study, { table, symbol: table.replace("_", "_{") + "}" }, this.step, null));
  }

  // For a screen reader, once the reader stays at a part.
  speak() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = this.written.innerText), SPEAK_AFTER_MS);
  }
}

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".cells");
  root.cells ??= new Cells(root);
  root.cells.update(JSON.parse(new TextDecoder().decode(data)));
  return () => root.cells.player.pause();
}
