// The same cell drawn once for each time step, with the weights that all steps share.

const CELL = { wide: 104, first: 206, top: 84, high: 96, square: 17 };

class Unrolled {
  // `tell.step(number)` hears which time step was chosen.
  constructor(study, tell) {
    Object.assign(this, { study, tell, cells: [], shared: { kernel: [], recurrent: [] } });
    this.height = CELL.top + CELL.high + 92;
    this.width = CELL.first + study.steps * CELL.wide + 40;
    this.svg = drawn("svg", { viewBox: `0 0 ${this.width} ${this.height}`, class: "unrolled", role: "group", "aria-label": study.alt });
    const head = drawn("marker", { id: "cells-arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 10, markerHeight: 10, markerUnits: "userSpaceOnUse", orient: "auto" }, drawn("path", { d: "M0 0L8 4L0 8z", class: "tip" }));
    this.svg.append(drawn("defs", {}, head));
    this.rolled();
    this.start();
    for (let step = 0; step < study.steps; step++) this.cell(step);
  }

  get middle() {
    return CELL.top + CELL.high / 2;
  }

  weight(kind, symbol, x, y) {
    const label = inscribed(symbol, { x, y, class: `middle shared ${kind}`, tabindex: 0, role: "button", "aria-label": this.study.labels[kind] });
    for (const name of ["pointerenter", "focus"]) label.addEventListener(name, () => this.light(kind));
    for (const name of ["pointerleave", "blur"]) label.addEventListener(name, () => this.light(null));
    this.shared[kind].push(label);
    return label;
  }

  light(kind) {
    for (const [name, group] of Object.entries(this.shared)) for (const made of group) made.classList.toggle("lit", name === kind);
    this.tell.weight(kind);
  }

  arrow(kind, d) {
    const made = drawn("path", { d, class: `wire ${kind ?? ""}`, "marker-end": "url(#cells-arrow)" });
    if (kind) this.shared[kind].push(made);
    return made;
  }

  // The cell with its loop, as it is written before it is unrolled.
  rolled() {
    const [x, y] = [62, this.middle];
    this.svg.append(
      drawn("rect", { x: x - 34, y: y - 30, width: 68, height: 60, rx: 12, class: "box" }),
      drawn("text", { x, y: y + 5, class: "middle head" }, this.study.kind),
      this.arrow("recurrent", `M${x + 34} ${y - 8}h14v-48h-96v40h14`),
      this.weight("recurrent", "W_{h}", x, y - 62),
      this.arrow("kernel", `M${x} ${this.height - 52}V${y + 32}`),
      this.weight("kernel", "W_{x}", x + 20, y + 56),
      inscribed("x_{t}", { x, y: this.height - 36, class: "middle head" }),
      this.arrow(null, `M${x + 16} ${y - 30}V${34}`),
      inscribed("h_{t}", { x: x + 16, y: 26, class: "middle head" }),
      drawn("text", { x: 138, y: y + 8, class: "middle large" }, "="),
    );
  }

  start() {
    const y = this.middle;
    this.svg.append(inscribed("h_{0} = 0", { x: CELL.first - 30, y: y + 24, class: "middle small quiet" }));
  }

  cell(step) {
    const { study } = this;
    const x = CELL.first + step * CELL.wide + CELL.wide / 2;
    const y = this.middle;
    const rows = study.states.includes("c") ? ["c", "h"] : ["h"];
    const frame = drawn("rect", { x: x - 36, y: CELL.top, width: 72, height: CELL.high, rx: 12, class: "box" });
    const group = drawn("g", { class: "pick", role: "button", tabindex: 0 }, frame);
    rows.forEach((letter, place) => {
      const at = y + (rows.length > 1 ? (place ? 22 : -24) : 0);
      const values = study.at(letter, step);
      group.append(
        inscribed(`${letter}_{${step + 1}}`, { x, y: at - 6, class: "middle small head" }),
        strip(values, x, at + 10, { colour: study.look(letter), width: Math.min(CELL.square, 66 / values.length), height: 15 }),
      );
    });
    const inputs = study.at("x", step);
    const top = strip(study.at("h", step), x, 20, { colour: study.look("h"), width: Math.min(CELL.square, 66 / study.units), height: 15 });
    const told = `${fill(study.labels.step, { step: step + 1, steps: study.steps })}: h = ${study.at("h", step).map((value) => number(value, 3)).join(", ")}`;
    group.setAttribute("aria-label", told);
    group.append(drawn("title", {}, told));
    group.addEventListener("click", () => this.tell.step(step));
    group.addEventListener("keydown", (event) => event.key === "Enter" && this.tell.step(step));
    this.svg.append(
      this.arrow("recurrent", `M${step ? x - CELL.wide + 36 : x - 66} ${y}H${x - 38}`),
      this.weight("recurrent", "W_{h}", x - CELL.wide / 2, y - 9),
      this.arrow("kernel", `M${x} ${this.height - 54}V${CELL.top + CELL.high + 3}`),
      this.weight("kernel", "W_{x}", x + 20, CELL.top + CELL.high + 24),
      strip(inputs, x, this.height - 44, { colour: study.look("x"), width: Math.min(CELL.square, 80 / inputs.length), height: 17 }),
      inscribed(`x_{${step + 1}}`, { x, y: this.height - 16, class: "middle head" }),
      this.arrow(null, `M${x} ${CELL.top}V32`),
      top,
      inscribed(`h_{${step + 1}}`, { x: x + 44, y: 25, class: "middle small head" }),
      group,
    );
    this.cells.push(group);
  }

  show(step) {
    this.cells.forEach((cell, place) => {
      cell.classList.toggle("lit", place === step);
      cell.setAttribute("aria-pressed", String(place === step));
    });
  }
}
