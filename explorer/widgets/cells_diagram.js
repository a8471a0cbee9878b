// The diagram of one cell at one time step. Goes after cells_svg.js, cells_layout.js and cells_equation.js.

const SMALL = { width: 20, height: 13 };

class Diagram {
  // `tell.hover(stage)` and `tell.pin(stage)` hear of parts pointed at and chosen: [letter, part of its equation].
  constructor(study, tell) {
    Object.assign(this, { study, tell, parts: [] });
    const layout = LAYOUTS[study.kind](study.resetAfter);
    this.svg = drawn("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "diagram", role: "group", "aria-label": study.alt });
    this.svg.append(this.arrowHeads());
    const [x, y, width, height] = layout.body;
    this.svg.append(drawn("rect", { x, y, width, height, rx: 18, class: "body" }));
    for (const wire of layout.wires) this.wire(wire);
    for (const op of layout.ops) if (op.sign) this.op(op);
    for (const box of layout.boxes) this.box(box);
  }

  colour(letter) {
    return this.study.colours[letter] ?? "var(--st-text-color)";
  }

  arrowHeads() {
    const names = [...Object.keys(this.study.colours), "x", "b"];
    const head = (name) =>
      drawn("marker", { id: `cells-arrow-${name}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 10, markerHeight: 10, markerUnits: "userSpaceOnUse", orient: "auto" },
        drawn("path", { d: "M0 0L8 4L0 8z", fill: this.colour(name) }));
    return drawn("defs", {}, ...names.map(head));
  }

  wire({ d, lit, from, arrow, dot }) {
    const path = drawn("path", { d, class: "wire", stroke: this.colour(from), "marker-end": arrow ? `url(#cells-arrow-${from})` : null });
    const group = drawn("g", {}, path);
    if (dot) group.append(drawn("circle", { cx: dot[0], cy: dot[1], r: 3, fill: this.colour(from) }));
    this.add(group, lit);
  }

  op({ sign, x, y, lit, sum, table, at, stage, wide = 14 }) {
    const shape = drawn("rect", { x: x - wide, y: y - 14, width: 2 * wide, height: 28, rx: 14, class: "op", stroke: this.colour(stage[0]) });
    const group = drawn("g", { class: "pick", role: "button", tabindex: 0 }, shape, inscribed(sign, { x, y: y + 5, class: "middle sign" }));
    const value = at && drawn("text", { x: at[0], y: at[1], class: "small value" });
    if (value) group.append(value);
    this.listen(group, stage);
    this.add(group, lit, (step, unit) => {
      const found = table ? this.study.at(table, step)[unit] : sum ? this.study.sum(...sum, step)[unit] : null;
      if (value) value.textContent = found === null ? "" : number(found, 3);
      group.setAttribute("aria-label", `${plain(sign)}${found === null ? "" : ` ${number(found, 3)}`}`);
    });
  }

  box({ table, letter, sum, symbol, x, y, lit, wide, high, stage, port: outside }) {
    const study = this.study;
    const owner = letter ?? (sum ? sum[0] : table[0]);
    const title = symbol ?? study.symbols[letter];
    const names = { sigmoid: "\u03c3", tanh: "tanh" };
    const name = letter ? names[study.equations[letter][0].function] : "";
    const frame = drawn("rect", { x: x - wide / 2, y: y - high / 2, width: wide, height: high, rx: outside ? 6 : 12, class: "box", stroke: this.colour(owner) });
    const head = inscribed(title, { x: x - wide / 2 + 8, y: y - high / 2 + 17, class: "head" });
    const kind = drawn("text", { x: x + wide / 2 - 7, y: y - high / 2 + 16, class: "small end quiet" }, name ?? "");
    const value = drawn("text", { x: outside ? x + wide / 2 - 7 : x, y: outside ? y - high / 2 + 17 : y + 7, class: outside ? "end value" : "middle large value" });
    const squares = drawn("g");
    const group = drawn("g", { class: "pick", role: "button", tabindex: 0 }, frame, head, kind, value, squares);
    const own = stage ?? this.stageOf(table, letter);
    this.listen(group, own);
    this.add(group, lit, (step, unit) => {
      const values = sum ? study.sum(...sum, step) : study.at(table, step);
      const isInput = table === "x";
      const colour = sum ? study.look("h") : study.look(table);
      const width = isInput ? Math.min(34, (wide - 6) / values.length) : SMALL.width;
      value.textContent = isInput ? "" : number(values[unit], 3);
      squares.replaceChildren(
        strip(values, x, y + high / 2 - (isInput ? 17 : 13), { colour, width, height: isInput ? 18 : SMALL.height, chosen: isInput ? null : unit, written: isInput }),
      );
      const what = study.names[letter ?? (table === "x" ? "x" : owner)] ?? "";
      const told = isInput ? values.map((found) => number(found, 3)).join(", ") : number(values[unit], 3);
      group.setAttribute("aria-label", fill(study.labels.partAt, { name: what, symbol: plain(title), unit: unit + 1, value: told }));
    });
  }

  // The moment at which a quantity is there; what comes from outside shows the first equation that takes it.
  stageOf(table, letter) {
    const wanted = letter ?? (this.study.equations[table] ? table : null);
    const found = this.study.stages.filter(([name]) => name === wanted);
    return found.at(-1) ?? this.study.stages[0];
  }

  listen(group, stage) {
    group.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && this.tell.hover(stage));
    group.addEventListener("pointerleave", () => this.tell.hover(null));
    group.addEventListener("focus", () => group.matches(":focus-visible") && this.tell.hover(stage));
    group.addEventListener("blur", () => this.tell.hover(null));
    group.addEventListener("click", () => this.tell.pin(stage));
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.tell.pin(stage);
    });
  }

  add(group, lit, refresh = () => {}) {
    this.parts.push({ group, lit, refresh });
    this.svg.append(group);
  }

  // `shown` is what is lit, `done` the number of moments that are over.
  show(step, unit, shown, done) {
    const key = ([letter, part]) => (part ? `${letter} ${part}` : letter);
    const order = this.study.stages.map(key);
    const now = key(shown);
    const isLit = (lit) => (shown[1] ? lit.includes(now) : lit.some((name) => name.split(" ")[0] === now));
    for (const { group, lit, refresh } of this.parts) {
      refresh(step, unit);
      const begins = Math.min(...lit.map((name) => order.indexOf(name)));
      group.classList.toggle("lit", isLit(lit));
      group.classList.toggle("later", begins >= done && !isLit(lit));
    }
    this.svg.dataset.lit = now;
  }
}
