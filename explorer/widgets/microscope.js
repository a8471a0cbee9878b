// One output map under the microscope: which inputs a value comes from, and the arithmetic in full.
// Everything answers here, without the server. Goes after the other files of the microscope.

const SPEAK_AFTER_MS = 250;
const FIRST_SPEED = 1;
// Shares of the width that the panels may take, side by side.
const SHARE = { input: 0.37, kernel: 0.17, products: 0.24, output: 0.34 };
const NARROW = 620;
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Microscope {
  constructor(root) {
    this.channel = 0;
    this.grids = {
      input: new Grid("input", {
        move: (cell, event) => (event.buttons && this.drawing ? this.draw(cell) : this.hover("input", cell)),
        leave: () => this.hover(null),
        press: (cell) => this.drawing && this.draw(cell),
        choose: (cell) => this.drawing || this.pin("input", cell),
        key: (event) => this.pressed("input", event),
      }),
      kernel: new Grid("kernel", {
        choose: (cell) => this.edit("kernel", cell),
        key: (event) => this.pressed("kernel", event),
      }),
      products: new Grid("products", {}),
      output: new Grid("output", {
        move: (cell) => this.hover("output", cell),
        leave: () => this.hover(null),
        choose: (cell) => this.pin("output", cell),
        key: (event) => this.pressed("output", event),
      }),
    };
    const { input, kernel, products, output } = this.grids;
    input.marks.addEventListener("dblclick", (event) => this.enter("input", input.cellAt(event)));
    input.marks.addEventListener("pointerup", () => this.drawn && this.send("input"));
    const middle = element("div", { class: "middle" }, kernel.figure, products.figure);
    this.panels = element("div", { class: "panels" }, input.figure, middle, output.figure);
    this.bar = element("div", { class: "bar" });
    this.chips = element("div", { class: "chips" });
    this.sentence = element("div", { class: "sentence" });
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    root.append(this.panels, this.bar, this.sentence, this.chips, this.spoken);
    this.root = root;
    new ResizeObserver(() => this.scope && root.clientWidth !== this.width && this.lay()).observe(root);
  }

  update(scope, send) {
    const fresh = this.scope?.token !== scope.token;
    Object.assign(this, { scope, sendEdit: send.edit, sendWalk: send.walk });
    this.channel = clamp(fresh ? scope.channel : this.channel, 0, scope.shape[2] - 1);
    if (fresh) this.kernelCell = null;
    if (fresh || !this.isOutput(this.pinned)) this.pinned = { grid: "output", cell: scope.focus };
    if (fresh || !this.isOutput(this.hovered)) this.hovered = null;
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
    this.colours = Object.fromEntries(Object.entries(scope.colours).map(([name, scale]) => [name, palette(scale)]));
    this.controls();
    this.lay();
  }

  isOutput(place) {
    return place?.grid === "output" && place.cell[0] < this.scope.out[0] && place.cell[1] < this.scope.out[1];
  }

  // Between a cell of the input grid, which begins with the padding, and its place in the input.
  placeIn([row, column]) {
    return [row - this.pad.top, column - this.pad.left];
  }

  cellIn(y, x) {
    return [y + this.pad.top, x + this.pad.left];
  }

  value(y, x) {
    return this.scope.value(y, x, this.channel);
  }

  weight(i, j) {
    return this.scope.weight(i, j, this.channel);
  }

  // Sizes and base pictures; needed when data or width change, not when the pointer moves.
  lay() {
    const { scope, grids } = this;
    this.width = this.root.clientWidth || 800;
    this.pad = { top: Math.max(0, scope.before[0]), left: Math.max(0, scope.before[1]), bottom: scope.after[0], right: scope.after[1] };
    const rows = this.pad.top + scope.shape[0] + this.pad.bottom;
    const columns = this.pad.left + scope.shape[1] + this.pad.right;
    const wide = columns > 2.2 * rows;
    this.panels.classList.toggle("stacked", wide);
    const room = (name) => (this.width < NARROW ? Math.min(300, this.width - 8) : SHARE[name] * (this.width - 40));
    const sizeOf = (name, high, long, largest) =>
      clamp(Math.floor(wide ? (this.width - 8) / columns : room(name) / Math.max(high, long)), 2, largest);
    grids.input.layout(rows, columns, sizeOf("input", rows, columns, 44));
    grids.output.layout(...scope.out, wide ? grids.input.cell : sizeOf("output", ...scope.out, 44));
    grids.kernel.figure.hidden = !scope.isSum;
    grids.products.figure.hidden = !["sum", "maximum", "mean"].includes(scope.operation);
    grids.kernel.layout(...scope.size, sizeOf("kernel", ...scope.size, 44));
    grids.products.layout(...scope.size, sizeOf("products", ...scope.size, 66));
    this.titles();
    this.paint();
    this.show();
  }

  titles() {
    const { scope, grids } = this;
    const { labels, shape } = scope;
    const many = shape[2] > 1 ? ` \u00b7 ${fill(labels.channel, { channel: this.channel + 1, channels: shape[2] })}` : "";
    grids.input.title.textContent = labels.input + many;
    grids.kernel.title.textContent = labels.kernel + many;
    grids.kernel.note.textContent = scope.bias === null ? "" : `${labels.bias} ${number(scope.bias)}`;
    grids.products.title.textContent = (scope.isSum ? labels.products : labels.window) + many;
    grids.output.title.textContent = labels.output;
    const unused = scope.uses.reduce((sum, count) => sum + (count === 0), 0);
    grids.input.note.textContent = unused && scope.full ? fill(labels.unused, { count: unused }) : "";
    for (const [name, grid] of Object.entries(grids)) grid.marks.setAttribute("aria-label", labels[name]);
  }

  paint() {
    const { scope, grids, colours } = this;
    const look = (scale, value) => (Number.isNaN(value) ? null : { ...scale(value), lines: [number(value, 3)] });
    grids.input.paint((...cell) => {
      const [y, x] = this.placeIn(cell);
      if (!scope.holds(y, x)) return { fill: scope.padColour, text: scope.padText, lines: [scope.isSum ? "0" : ""] };
      const found = look(colours.input, this.value(y, x));
      return found && { ...found, hatched: scope.full && !scope.uses[y * scope.shape[1] + x] };
    });
    if (scope.isSum) grids.kernel.paint((i, j) => look(colours.kernel, this.weight(i, j)));
    grids.output.paint((...cell) => look(colours.output, scope.output[scope.indexOf(cell)]));
  }

  hover(grid, cell) {
    const now = this.hovered;
    if (now?.grid === (grid ?? undefined) && now?.cell[0] === cell?.[0] && now?.cell[1] === cell?.[1]) return;
    this.hovered = grid && { grid, cell };
    this.show();
  }

  pin(grid, cell) {
    this.player.pause();
    this.hovered = null;
    this.pinned = { grid, cell };
    this.show();
    this.speak();
  }

  // Draws the marks and writes the arithmetic of what is pointed at.
  show() {
    const { grids } = this;
    const { grid, cell } = this.hovered ?? this.pinned;
    for (const each of Object.values(grids)) each.clear();
    if (grid === "input") this.showInput(cell);
    else this.showOutput(cell);
    if (grid === "output") this.player.scrub.value = this.scope.indexOf(cell);
    for (const name of ["input", "output"]) {
      const { marks, rows, columns } = grids[name];
      marks.setAttribute("aria-valuenow", grid === name ? cell[0] * columns + cell[1] : 0);
      marks.setAttribute("aria-valuemin", 0);
      marks.setAttribute("aria-valuemax", rows * columns - 1);
      marks.setAttribute("aria-valuetext", grid === name ? this.heading.textContent : "");
    }
    this.tellKernel();
  }

  showOutput(cell) {
    const { scope, grids } = this;
    const index = scope.indexOf(cell);
    const terms = scope.window(cell);
    const winner = scope.operation === "maximum" ? scope.largestOf(terms, this.channel) : null;
    grids.output.mark(...cell, scope.accent);
    if (Math.max(...scope.dilation) === 1) grids.input.frame(...this.cellIn(...terms[0]), ...scope.size, scope.accent);
    else for (const [y, x] of terms) grids.input.mark(...this.cellIn(y, x), scope.accent, 2);
    this.paintProducts(terms);
    if (winner) {
      grids.input.mark(...this.cellIn(...winner), scope.winner, 4);
      grids.products.mark(winner[2], winner[3], scope.winner, 4);
    }
    const values = { place: placeOf(scope, ...cell), value: number(scope.output[index]) };
    this.say(fill(scope.labels.outputAt, values), outputArithmetic(scope, this.channel, terms, index));
    this.showChips(terms);
  }

  paintProducts(terms) {
    const { scope, colours } = this;
    const { products } = this.grids;
    if (products.figure.hidden) return;
    products.paint((i, j) => {
      const [y, x] = terms[i * scope.size[1] + j];
      const value = this.value(y, x);
      if (!scope.isSum) {
        return scope.holds(y, x) ? { ...colours.input(value), lines: [number(value, 3)] } : { fill: scope.padColour };
      }
      const weight = this.weight(i, j);
      if (Number.isNaN(value * weight)) return null;
      const factors = products.cell < 44 ? [] : [`${number(value, 3)}\u00d7${number(weight, 3)}`];
      return { ...colours.products(value * weight), lines: [...factors, number(value * weight, 3)] };
    });
  }

  showInput(cell) {
    const { scope, grids } = this;
    const [y, x] = this.placeIn(cell);
    const taking = scope.taking(y, x);
    grids.input.mark(...cell, scope.accent, 3);
    for (const [row, column] of taking) grids.output.mark(row, column, scope.accent);
    if (scope.isSum && taking.length <= FULL_TERMS) for (const [, , i, j] of taking) grids.kernel.mark(i, j, scope.accent, 2);
    const values = { place: placeOf(scope, y, x), value: number(this.value(y, x)), count: taking.length };
    this.say(fill(scope.holds(y, x) ? scope.labels.inputAt : scope.labels.paddingAt, values), [inputShares(scope, this.channel, taking)]);
    if (!this.hovered && this.canWalk(y, x)) {
      this.sentence.append(element("button", { type: "button", class: "walk", onclick: () => this.walk(y, x) }, scope.labels.walk));
    }
    this.showChips(null);
  }

  say(heading, arithmetic) {
    this.heading = element("strong", {}, heading);
    this.sentence.replaceChildren(this.heading, element("div", { class: "sum" }, ...arithmetic));
  }

  // For a screen reader, once the reader stays at a cell.
  speak() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = this.sentence.innerText), SPEAK_AFTER_MS);
  }

  // One button per channel with its sum; made once, then only their texts change.
  showChips(terms) {
    const { scope, chips } = this;
    chips.hidden = !(scope.isSum && scope.shape[2] > 1 && terms);
    if (chips.hidden) return;
    if (chips.childElementCount !== scope.shape[2]) {
      const chip = (_, channel) => element("button", { type: "button", onclick: () => this.chooseChannel(channel) });
      chips.replaceChildren(...Array.from({ length: scope.shape[2] }, chip));
    }
    scope.channelSums(terms).forEach((sum, channel) => {
      chips.children[channel].textContent = `${channel + 1}: ${number(sum, 3)}`;
      chips.children[channel].setAttribute("aria-pressed", channel === this.channel);
    });
  }

  chooseChannel(channel) {
    this.channel = channel;
    this.titles();
    this.paint();
    this.show();
  }

  canWalk(y, x) {
    return this.scope.walk && this.scope.holds(y, x) && !Number.isNaN(this.value(y, x));
  }

  walk(y, x) {
    this.sendWalk({ row: y, column: x, channel: this.channel });
  }

  pressed(name, event) {
    const step = ARROWS[event.key];
    const grid = this.grids[name];
    const from = name === "kernel" ? (this.kernelCell ?? [0, 0]) : this.pinned.grid === name ? this.pinned.cell : null;
    if (event.key === "Enter" || event.key === " ") this.enter(name, from ?? [0, 0]);
    else if (step) {
      const first = [this.pad.top, this.pad.left];
      const cell = from ? [clamp(from[0] + step[0], 0, grid.rows - 1), clamp(from[1] + step[1], 0, grid.columns - 1)] : first;
      if (name === "kernel") this.focusKernel(cell);
      else this.pin(name, cell);
    } else return;
    event.preventDefault();
  }

  focusKernel(cell) {
    this.kernelCell = cell;
    this.grids.kernel.clear();
    this.grids.kernel.mark(...cell, this.scope.accent);
    this.spoken.textContent = `${placeOf(this.scope, ...cell)}: ${number(this.weight(...cell))}`;
    this.tellKernel();
  }

  tellKernel() {
    const { marks, rows, columns } = this.grids.kernel;
    const [row, column] = this.kernelCell ?? [0, 0];
    marks.setAttribute("aria-valuenow", row * columns + column);
    marks.setAttribute("aria-valuemin", 0);
    marks.setAttribute("aria-valuemax", rows * columns - 1);
    const told = () => `${placeOf(this.scope, row, column)}: ${number(this.weight(row, column))}`;
    marks.setAttribute("aria-valuetext", this.scope.isSum ? told() : "");
  }

  enter(name, cell) {
    const [y, x] = this.placeIn(cell);
    if (name === "kernel") this.edit("kernel", cell);
    else if (name === "input" && this.scope.editable.includes("input")) this.edit("input", cell);
    else if (name === "input" && this.canWalk(y, x)) this.walk(y, x);
  }

  // A number field over the cell; Enter keeps, Escape leaves it as it was.
  edit(target, cell) {
    const { scope } = this;
    const [y, x] = target === "input" ? this.placeIn(cell) : cell;
    if (!scope.editable.includes(target) || (target === "input" && !scope.holds(y, x))) return;
    const grid = this.grids[target];
    const old = target === "input" ? this.value(y, x) : this.weight(y, x);
    const field = element("input", { type: "number", step: "any", class: "field", "aria-label": placeOf(scope, y, x) });
    field.value = Number(old.toPrecision(6));
    Object.assign(field.style, { left: `${cell[1] * grid.cell}px`, top: `${cell[0] * grid.cell}px` });
    let open = true;
    const close = (keep) => {
      if (!open) return;
      open = false;
      const value = clamp(Number(field.value), -scope.largest, scope.largest);
      field.remove();
      if (keep && field.value !== "" && Number.isFinite(value) && value !== old) {
        this.set(target, y, x, value);
        this.send(target);
      }
      grid.marks.focus();
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") close(true);
      if (event.key === "Escape") close(false);
    });
    field.addEventListener("blur", () => close(true));
    grid.stage.append(field);
    field.focus();
    field.select();
  }

  // Paints a cell with the pen's value; the server hears of the whole stroke at its end.
  draw(cell) {
    const [y, x] = this.placeIn(cell);
    const value = clamp(Number(this.pen.value) || 0, -this.scope.largest, this.scope.largest);
    if (this.scope.holds(y, x) && this.value(y, x) !== value) {
      this.set("input", y, x, value);
      this.drawn = true;
    }
    this.pinned = { grid: "input", cell };
  }

  set(target, y, x, value) {
    this.scope.set(target, y, x, this.channel, value);
    this.paint();
    this.show();
  }

  send(target) {
    this.drawn = false;
    const values = target === "input" ? this.scope.inputs : this.scope.kernel;
    this.sendEdit({ target, values: Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)) });
  }

  controls() {
    const { labels, count, editable, token, hint } = this.scope;
    const look = JSON.stringify([labels, count, editable, token]);
    if (look === this.look) return;
    this.look = look;
    this.player?.pause();
    this.player = new Player(labels, count, this.player?.speed ?? FIRST_SPEED, { at: () => this.at(), go: (index) => this.go(index) });
    this.bar.replaceChildren(...this.player.parts, ...(editable.includes("input") ? this.drawingTools(labels) : []));
    this.bar.append(element("span", { class: "hint" }, hint));
  }

  drawingTools(labels) {
    this.pen = element("input", { type: "number", step: "any", value: this.scope.pen, "aria-label": labels.pen });
    const toggle = element("input", { type: "checkbox", onchange: () => this.setDrawing(toggle.checked) });
    toggle.checked = Boolean(this.drawing);
    return [element("span", { class: "together" }, element("label", {}, toggle, ` ${labels.draw}`), this.pen)];
  }

  setDrawing(on) {
    this.drawing = on;
    this.grids.input.marks.style.touchAction = on ? "none" : "";
  }

  at() {
    return this.pinned.grid === "output" ? this.scope.indexOf(this.pinned.cell) : 0;
  }

  go(index) {
    this.hovered = null;
    this.pinned = { grid: "output", cell: this.scope.cellOf(clamp(index, 0, this.scope.count - 1)) };
    this.show();
    if (!this.player.playing) this.speak();
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".microscope");
  root.microscope ??= new Microscope(root);
  root.microscope.update(new Scope(data), {
    edit: (value) => setTriggerValue("edit", value),
    walk: (value) => setTriggerValue("walk", value),
  });
  return () => root.microscope.player.pause();
}
