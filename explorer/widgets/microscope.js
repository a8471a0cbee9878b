// One output map under the microscope: which inputs a value comes from, and the arithmetic in full.
// The server sends a header (JSON) and the numbers (float32); everything after that happens here.
// Comes after microscope_grid.js.

const FULL_TERMS = 49;
const SHOWN_TERMS = 8;
const SPEAK_AFTER_MS = 250;
const SPEEDS = [1, 3, 10, 30];
// Shares of the width that the panels may take, side by side.
const SHARE = { input: 0.37, kernel: 0.17, products: 0.24, output: 0.34 };
const NARROW = 620;
const ACTIVATIONS = {
  linear: (z) => z,
  relu: (z) => Math.max(z, 0),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
};

const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const floats = new Float32Array(bytes.slice(4 + length).buffer);
  let start = 0;
  const take = (count) => floats.slice(start, (start += count));
  const [height, width, channels] = head.shape;
  const cells = head.out[0] * head.out[1];
  const kernel = head.operation === "sum" ? head.size[0] * head.size[1] * channels : 0;
  return { ...head, inputs: take(height * width * channels), kernel: take(kernel), logits: take(cells), output: take(cells) };
}

class Microscope {
  constructor(root) {
    this.channel = 0;
    this.speed = 1;
    this.input = new Grid("input", {
      move: (cell, event) => (event.buttons && this.drawing ? this.draw(cell) : this.hover("input", cell)),
      leave: () => this.hover(null),
      press: (cell) => this.drawing && this.draw(cell),
      choose: (cell) => this.drawing || this.pin("input", cell),
      key: (event) => this.pressed("input", event),
    });
    this.kernelGrid = new Grid("kernel", {
      choose: (cell) => this.edit("kernel", cell),
      key: (event) => this.pressed("kernel", event),
    });
    this.products = new Grid("products", {});
    this.outputGrid = new Grid("output", {
      move: (cell) => this.hover("output", cell),
      leave: () => this.hover(null),
      choose: (cell) => this.pin("output", cell),
      key: (event) => this.pressed("output", event),
    });
    this.input.marks.addEventListener("dblclick", (event) => this.enter("input", this.input.cellAt(event)));
    this.input.marks.addEventListener("pointerup", () => this.drawn && this.send());
    this.grids = { input: this.input, kernel: this.kernelGrid, products: this.products, output: this.outputGrid };
    const middle = element("div", { class: "middle" }, this.kernelGrid.figure, this.products.figure);
    this.panels = element("div", { class: "panels" }, this.input.figure, middle, this.outputGrid.figure);
    this.bar = element("div", { class: "bar" });
    this.chips = element("div", { class: "chips" });
    this.sentence = element("div", { class: "sentence" });
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    root.append(this.panels, this.bar, this.sentence, this.chips, this.spoken);
    this.root = root;
    new ResizeObserver(() => this.data && this.root.clientWidth !== this.width && this.lay()).observe(root);
  }

  update(data, send) {
    const fresh = this.data?.token !== data.token;
    Object.assign(this, { data, sendEdit: send.edit, sendWalk: send.walk });
    this.channel = clamp(fresh ? data.channel : this.channel, 0, data.shape[2] - 1);
    if (fresh || !this.inside(this.pinned)) this.pinned = { grid: "output", cell: data.focus };
    this.hovered = null;
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
    this.colours = Object.fromEntries(Object.entries(data.colours).map(([name, scale]) => [name, palette(scale)]));
    this.count();
    this.controls();
    this.lay();
  }

  inside(place) {
    if (!place || place.grid !== "output") return false;
    return place.cell[0] < this.data.out[0] && place.cell[1] < this.data.out[1];
  }

  // How many windows every input cell takes part in.
  count() {
    const { shape, out } = this.data;
    this.uses = new Uint16Array(shape[0] * shape[1]);
    for (let row = 0; row < out[0]; row++) {
      for (let column = 0; column < out[1]; column++) {
        for (const [y, x] of this.window(row, column)) if (this.real(y, x)) this.uses[y * shape[1] + x]++;
      }
    }
  }

  real(y, x) {
    const [height, width] = this.data.shape;
    return y >= 0 && x >= 0 && y < height && x < width;
  }

  // The input cells [y, x, kernel row, kernel column] behind an output cell.
  *window(row, column) {
    const { size, strides, dilation, before } = this.data;
    for (let i = 0; i < size[0]; i++) {
      for (let j = 0; j < size[1]; j++) {
        yield [row * strides[0] - before[0] + i * dilation[0], column * strides[1] - before[1] + j * dilation[1], i, j];
      }
    }
  }

  value(y, x, channel = this.channel) {
    if (!this.real(y, x)) return 0;
    const [, width, channels] = this.data.shape;
    return this.data.inputs[(y * width + x) * channels + channel];
  }

  weight(i, j, channel = this.channel) {
    const { size, shape, kernel } = this.data;
    return kernel[(i * size[1] + j) * shape[2] + channel];
  }

  // Sizes and base pictures; needed when data or width change, not when the pointer moves.
  lay() {
    const { data } = this;
    this.width = this.root.clientWidth || 800;
    this.pad = { top: Math.max(0, data.before[0]), left: Math.max(0, data.before[1]), bottom: data.after[0], right: data.after[1] };
    const rows = this.pad.top + data.shape[0] + this.pad.bottom;
    const columns = this.pad.left + data.shape[1] + this.pad.right;
    const wide = columns > 2.2 * rows;
    this.panels.classList.toggle("stacked", wide);
    const room = (name) => (this.width < NARROW ? Math.min(300, this.width - 8) : SHARE[name] * (this.width - 40));
    const sizeOf = (name, high, long, largest) =>
      clamp(Math.floor(wide ? (this.width - 8) / columns : room(name) / Math.max(high, long)), 2, largest);
    this.input.layout(rows, columns, sizeOf("input", rows, columns, 44));
    this.outputGrid.layout(...data.out, wide ? this.input.cell : sizeOf("output", ...data.out, 44));
    const windowed = ["sum", "maximum", "mean"].includes(data.operation);
    this.kernelGrid.figure.hidden = data.operation !== "sum";
    this.products.figure.hidden = !windowed;
    this.kernelGrid.layout(...data.size, sizeOf("kernel", ...data.size, 44));
    this.products.layout(...data.size, sizeOf("products", ...data.size, 66));
    this.titles();
    this.paint();
    this.show();
  }

  titles() {
    const { labels, shape, operation } = this.data;
    const many = shape[2] > 1 ? ` \u00b7 ${fill(labels.channel, { channel: this.channel + 1, channels: shape[2] })}` : "";
    this.input.title.textContent = labels.input + many;
    this.kernelGrid.title.textContent = labels.kernel + many;
    this.kernelGrid.note.textContent = this.data.bias === null ? "" : `${labels.bias} ${number(this.data.bias)}`;
    this.products.title.textContent = (operation === "sum" ? labels.products : labels.window) + many;
    this.outputGrid.title.textContent = labels.output;
    const unused = this.uses.reduce((sum, count) => sum + (count === 0), 0);
    this.input.note.textContent = unused && this.data.full ? fill(labels.unused, { count: unused }) : "";
    for (const [name, grid] of Object.entries(this.grids)) grid.marks.setAttribute("aria-label", labels[name]);
  }

  paint() {
    const { data, pad, colours } = this;
    const look = (scale, value, ...lines) => ({ ...scale(value), lines });
    this.input.paint((row, column) => {
      const [y, x] = [row - pad.top, column - pad.left];
      if (!this.real(y, x)) return { fill: data.padColour, text: data.padText, lines: [data.operation === "sum" ? "0" : ""] };
      const value = this.value(y, x);
      if (Number.isNaN(value)) return null;
      const hatched = data.full && !this.uses[y * data.shape[1] + x];
      return { ...look(colours.input, value, number(value, 3)), hatched };
    });
    if (data.operation === "sum") {
      this.kernelGrid.paint((i, j) => {
        const weight = this.weight(i, j);
        return Number.isNaN(weight) ? null : look(colours.kernel, weight, number(weight, 3));
      });
    }
    this.outputGrid.paint((row, column) => {
      const value = data.output[row * data.out[1] + column];
      return look(colours.output, value, number(value, 3));
    });
  }

  hover(grid, cell) {
    const next = grid && { grid, cell };
    if (next?.grid === this.hovered?.grid && next?.cell[0] === this.hovered?.cell[0] && next?.cell[1] === this.hovered?.cell[1]) return;
    this.hovered = next;
    this.show();
  }

  pin(grid, cell) {
    this.pause();
    this.hovered = null;
    this.pinned = { grid, cell };
    this.show();
    this.speak();
  }

  // Draws the marks and writes the arithmetic of what is pointed at.
  show() {
    const { grid, cell } = this.hovered ?? this.pinned;
    for (const each of Object.values(this.grids)) each.clear();
    if (grid === "input") this.showInput(cell);
    else this.showOutput(cell);
    if (grid === "output" && this.scrub) this.scrub.value = cell[0] * this.data.out[1] + cell[1];
    for (const name of ["input", "output"]) {
      const marks = this.grids[name].marks;
      marks.setAttribute("aria-valuenow", grid === name ? cell[0] * this.grids[name].columns + cell[1] : 0);
      marks.setAttribute("aria-valuemin", 0);
      marks.setAttribute("aria-valuemax", this.grids[name].rows * this.grids[name].columns - 1);
      marks.setAttribute("aria-valuetext", grid === name ? this.heading.textContent : "");
    }
  }

  where(row, column) {
    const { labels, flat } = this.data;
    return fill(flat ? labels.position : labels.place, { row: row + 1, column: column + 1 });
  }

  showOutput([row, column]) {
    const { data, pad } = this;
    const result = data.output[row * data.out[1] + column];
    const terms = [...this.window(row, column)];
    const winner = data.operation === "maximum" ? this.winner(terms) : null;
    this.outputGrid.mark(row, column, data.accent);
    const whole = Math.max(...data.dilation) === 1;
    if (whole) this.input.frame(terms[0][0] + pad.top, terms[0][1] + pad.left, ...data.size, data.accent);
    else for (const [y, x] of terms) this.input.mark(y + pad.top, x + pad.left, data.accent, 2);
    if (winner) this.input.mark(winner[0] + pad.top, winner[1] + pad.left, data.winner, 4);
    this.paintProducts(terms);
    if (winner) this.products.mark(winner[2], winner[3], data.winner, 4);
    this.heading = element("strong", {}, fill(data.labels.outputAt, { place: this.where(row, column), value: number(result) }));
    this.sentence.replaceChildren(this.heading, element("div", { class: "sum" }, ...this.arithmetic(terms, row, column)));
    this.showChips(terms);
  }

  winner(terms) {
    return terms.reduce((best, term) => {
      if (!this.real(term[0], term[1])) return best;
      return best && this.value(best[0], best[1]) >= this.value(term[0], term[1]) ? best : term;
    }, null);
  }

  paintProducts(terms) {
    const { operation, size } = this.data;
    if (this.products.figure.hidden) return;
    this.products.paint((i, j) => {
      const [y, x] = terms[i * size[1] + j];
      const value = this.value(y, x);
      if (operation !== "sum") {
        return this.real(y, x) ? { ...this.colours.input(value), lines: [number(value, 3)] } : { fill: this.data.padColour };
      }
      const product = value * this.weight(i, j);
      if (Number.isNaN(product)) return null;
      const lines = this.products.cell < 44 ? [number(product, 3)] : [`${number(value, 3)}\u00d7${number(this.weight(i, j), 3)}`, number(product, 3)];
      return { ...this.colours.products(product), lines };
    });
  }

  arithmetic(terms, row, column) {
    const { data } = this;
    const at = row * data.out[1] + column;
    const inside = terms.filter(([y, x]) => this.real(y, x)).map(([y, x]) => this.value(y, x));
    const result = number(data.output[at]);
    if (data.operation === "maximum") return [`max(${inside.map((value) => number(value)).join(", ")}) = `, element("b", {}, result)];
    if (data.operation === "mean") {
      const listed = inside.length > FULL_TERMS ? "\u03a3" : `(${inside.map(factor).join(" + ")})`;
      return [`${listed} / ${inside.length} = `, element("b", {}, result)];
    }
    if (data.operation === "copy") return [fill(data.labels.copied, { value: result })];
    if (data.operation === "normalize") return this.normalized(inside[0], result);
    return this.products_and_sum(terms, at, result);
  }

  normalized(value, result) {
    const { gamma, beta, moving_mean, moving_variance, epsilon } = this.data.constants;
    const root = `\u221a(${number(moving_variance)} + ${number(epsilon)})`;
    return [`\u03b3 (x \u2212 \u03bc) / \u221a(\u03c3\u00b2 + \u03b5) + \u03b2 = ${factor(gamma)} \u00d7 (${number(value)} \u2212 ${factor(moving_mean)}) / ${root} + ${factor(beta)} = `, element("b", {}, result)];
  }

  products_and_sum(terms, at, result) {
    const { data } = this;
    const sums = this.channelSums(terms);
    const total = sums.reduce((sum, value) => sum + value, 0);
    const written = this.written(terms);
    const parts = [`${written} = `, element("b", {}, number(sums[this.channel]))];
    if (sums.length > 1) parts.push(element("br"), fill(data.labels.total, { channels: sums.length }), " = ", element("b", {}, number(total)));
    if (data.bias !== null) parts.push(element("br"), `${number(total)} + ${data.labels.bias} ${factor(data.bias)} = `, element("b", {}, number(data.logits[at])));
    if (data.activation === "softmax") {
      parts.push(element("br"), `softmax: e^${factor(data.logits[at])} / \u03a3 e^z = ${number(Math.exp(data.logits[at]))} / ${number(data.exponentials[at])} = `, element("b", {}, result));
    } else if (data.activation !== "linear") {
      parts.push(element("br"), `${data.activation}(${number(data.logits[at])}) = `, element("b", {}, result));
    }
    return parts;
  }

  written(terms) {
    const all = terms
      .map(([y, x, i, j]) => [this.value(y, x), this.weight(i, j)])
      .filter(([value, weight]) => !Number.isNaN(value * weight));
    const term = ([value, weight]) => `${factor(value)} \u00d7 ${factor(weight)}`;
    if (all.length <= FULL_TERMS) return all.map(term).join(" + ");
    const largest = [...all].sort((a, b) => Math.abs(b[0] * b[1]) - Math.abs(a[0] * a[1])).slice(0, SHOWN_TERMS);
    return `${largest.map(term).join(" + ")} + ${fill(this.data.labels.more, { count: all.length - SHOWN_TERMS })}`;
  }

  channelSums(terms) {
    return Array.from({ length: this.data.shape[2] }, (_, channel) =>
      terms.reduce((sum, [y, x, i, j]) => {
        const product = this.value(y, x, channel) * this.weight(i, j, channel);
        return Number.isNaN(product) ? sum : sum + product;
      }, 0),
    );
  }

  // One button per channel with its sum; made once, then only their texts change.
  showChips(terms) {
    const { data } = this;
    const shown = data.operation === "sum" && data.shape[2] > 1 && terms;
    this.chips.hidden = !shown;
    if (!shown) return;
    if (this.chips.childElementCount !== data.shape[2]) {
      const chip = (_, channel) => element("button", { type: "button", onclick: () => this.chooseChannel(channel) });
      this.chips.replaceChildren(...Array.from({ length: data.shape[2] }, chip));
    }
    this.channelSums(terms).forEach((sum, channel) => {
      const chip = this.chips.children[channel];
      chip.textContent = `${channel + 1}: ${number(sum, 3)}`;
      chip.setAttribute("aria-pressed", channel === this.channel);
    });
  }

  chooseChannel(channel) {
    this.channel = channel;
    this.titles();
    this.paint();
    this.show();
  }

  showInput([row, column]) {
    const { data, pad } = this;
    const [y, x] = [row - pad.top, column - pad.left];
    this.input.mark(row, column, data.accent, 3);
    const taking = this.taking(y, x);
    for (const [r, c] of taking) this.outputGrid.mark(r, c, data.accent);
    if (data.operation === "sum" && taking.length <= FULL_TERMS) for (const [, , i, j] of taking) this.kernelGrid.mark(i, j, data.accent, 2);
    const values = { place: this.where(y, x), value: number(this.value(y, x)), count: taking.length };
    this.heading = element("strong", {}, fill(this.real(y, x) ? data.labels.inputAt : data.labels.paddingAt, values));
    const shares = taking.slice(0, SHOWN_TERMS).map(([r, c, i, j]) => (data.operation === "sum" ? `${this.where(r, c)}: \u00d7 ${factor(this.weight(i, j))}` : this.where(r, c)));
    const more = taking.length > SHOWN_TERMS ? ` \u00b7 ${fill(data.labels.more, { count: taking.length - SHOWN_TERMS })}` : "";
    this.sentence.replaceChildren(this.heading, element("div", { class: "sum" }, shares.join(" \u00b7 ") + more));
    if (this.canWalk(y, x)) {
      const button = element("button", { type: "button", class: "walk", onclick: () => this.walk(y, x) }, data.labels.walk);
      this.sentence.append(button);
    }
    this.showChips(null);
  }

  // The outputs [row, column, kernel row, kernel column] that an input cell takes part in, in reading order.
  taking(y, x) {
    const { size, strides, dilation, before, out } = this.data;
    const found = [];
    for (let i = size[0] - 1; i >= 0; i--) {
      for (let j = size[1] - 1; j >= 0; j--) {
        const [row, column] = [(y + before[0] - i * dilation[0]) / strides[0], (x + before[1] - j * dilation[1]) / strides[1]];
        const whole = Number.isInteger(row) && Number.isInteger(column);
        if (whole && row >= 0 && column >= 0 && row < out[0] && column < out[1]) found.push([row, column, i, j]);
      }
    }
    return found;
  }

  canWalk(y, x) {
    return this.data.walk && !this.hovered && this.real(y, x) && !Number.isNaN(this.value(y, x));
  }

  walk(y, x) {
    this.sendWalk({ row: y, column: x, channel: this.channel });
  }

  speak() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => (this.spoken.textContent = this.sentence.innerText), SPEAK_AFTER_MS);
  }

  pressed(name, event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.enter(name, name === "kernel" ? (this.kernelCell ?? [0, 0]) : this.pinned.grid === name ? this.pinned.cell : [0, 0]);
      return;
    }
    if (!step) return;
    event.preventDefault();
    const grid = this.grids[name];
    const from = name === "kernel" ? (this.kernelCell ?? [0, 0]) : this.pinned.grid === name ? this.pinned.cell : null;
    const cell = from ? [clamp(from[0] + step[0], 0, grid.rows - 1), clamp(from[1] + step[1], 0, grid.columns - 1)] : [this.pad.top, this.pad.left];
    if (name !== "kernel") return this.pin(name, cell);
    this.kernelCell = cell;
    grid.clear();
    grid.mark(...cell, this.data.accent);
    this.spoken.textContent = `${this.where(...cell)}: ${number(this.weight(...cell))}`;
  }

  enter(name, cell) {
    const [y, x] = [cell[0] - this.pad.top, cell[1] - this.pad.left];
    if (name === "kernel") this.edit("kernel", cell);
    else if (name === "input" && this.data.editable.includes("input")) this.edit("input", cell);
    else if (name === "input" && this.data.walk && this.real(y, x)) this.walk(y, x);
  }

  // A number field over the cell; Enter keeps, Escape leaves it as it was.
  edit(target, [row, column]) {
    const [y, x] = target === "input" ? [row - this.pad.top, column - this.pad.left] : [row, column];
    if (!this.data.editable.includes(target) || (target === "input" && !this.real(y, x))) return;
    const grid = this.grids[target];
    const old = target === "input" ? this.value(y, x) : this.weight(y, x);
    const field = element("input", { type: "number", step: "any", class: "field", "aria-label": this.where(y, x) });
    field.value = Number(old.toPrecision(6));
    Object.assign(field.style, { left: `${column * grid.cell}px`, top: `${row * grid.cell}px` });
    let open = true;
    const close = (keep) => {
      if (!open) return;
      open = false;
      const value = clamp(Number(field.value), -this.data.largest, this.data.largest);
      field.remove();
      if (keep && field.value !== "" && Number.isFinite(value) && value !== old) this.set(target, y, x, value, true);
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

  draw([row, column]) {
    const [y, x] = [row - this.pad.top, column - this.pad.left];
    const value = clamp(Number(this.pen.value) || 0, -this.data.largest, this.data.largest);
    if (this.real(y, x) && this.value(y, x) !== value) this.set("input", y, x, value, false);
    this.pinned = { grid: "input", cell: [row, column] };
  }

  set(target, y, x, value, send) {
    const { data } = this;
    if (target === "input") data.inputs[(y * data.shape[1] + x) * data.shape[2] + this.channel] = value;
    else data.kernel[(y * data.size[1] + x) * data.shape[2] + this.channel] = value;
    if (data.operation === "sum" && ACTIVATIONS[data.activation]) this.compute();
    this.paint();
    this.show();
    this.drawn = !send;
    if (send) this.send(target);
  }

  // The picture follows an edit at once; the server's own numbers replace these a moment later.
  compute() {
    const { data } = this;
    for (let at = 0; at < data.output.length; at++) {
      const terms = [...this.window(Math.floor(at / data.out[1]), at % data.out[1])];
      data.logits[at] = this.channelSums(terms).reduce((sum, value) => sum + value, data.bias ?? 0);
      data.output[at] = ACTIVATIONS[data.activation](data.logits[at]);
    }
  }

  send(target = "input") {
    this.drawn = false;
    const values = target === "input" ? this.data.inputs : this.data.kernel;
    this.sendEdit({ target, values: Array.from(values, (value) => (Number.isNaN(value) ? 0 : value)) });
  }

  controls() {
    const { labels, out, editable, token } = this.data;
    const steps = out[0] * out[1];
    const look = JSON.stringify([labels, steps, editable, token]);
    if (look === this.look) return;
    this.look = look;
    this.pause();
    const button = (label, icon, act) => element("button", { type: "button", "aria-label": label, title: label, onclick: act }, icon);
    this.scrub = element("input", { type: "range", min: 0, max: steps - 1, step: 1, "aria-label": labels.scrub, oninput: () => this.go(Number(this.scrub.value)) });
    this.playButton = button(labels.play, "\u25b6", () => (this.timer ? this.pause() : this.play()));
    this.speedChoice = element(
      "select",
      { "aria-label": labels.speed, onchange: () => this.changeSpeed(Number(this.speedChoice.value)) },
      ...SPEEDS.map((speed, index) => element("option", { value: index, selected: index === this.speed }, fill(labels.perSecond, { count: speed }))),
    );
    const player = [button(labels.previous, "\u25c0", () => this.go(this.at() - 1)), this.playButton, button(labels.next, "\u25b6|", () => this.go(this.at() + 1)), this.scrub, this.speedChoice];
    this.bar.replaceChildren(...(steps > 1 ? player : []), ...(editable.includes("input") ? this.drawingTools(labels) : []));
    this.bar.append(element("span", { class: "hint" }, this.data.hint));
  }

  drawingTools(labels) {
    this.pen = element("input", { type: "number", step: "any", value: this.data.pen, "aria-label": labels.pen });
    const toggle = element("input", { type: "checkbox", onchange: () => this.setDrawing(toggle.checked) });
    toggle.checked = Boolean(this.drawing);
    return [element("label", {}, toggle, ` ${labels.draw}`), this.pen];
  }

  setDrawing(on) {
    this.drawing = on;
    this.input.marks.style.touchAction = on ? "none" : "";
  }

  at() {
    return this.pinned.grid === "output" ? this.pinned.cell[0] * this.data.out[1] + this.pinned.cell[1] : 0;
  }

  go(at) {
    const steps = this.data.out[0] * this.data.out[1];
    const place = clamp(at, 0, steps - 1);
    this.hovered = null;
    this.pinned = { grid: "output", cell: [Math.floor(place / this.data.out[1]), place % this.data.out[1]] };
    this.show();
    if (!this.timer) this.speak();
    return place < steps - 1;
  }

  play() {
    if (this.at() >= this.data.out[0] * this.data.out[1] - 1) this.go(0);
    this.timer = setInterval(() => (this.root.isConnected && this.go(this.at() + 1)) || this.pause(), 1000 / SPEEDS[this.speed]);
    this.face(this.data.labels.pause, "\u23f8");
  }

  pause() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
    this.face(this.data.labels.play, "\u25b6");
  }

  face(label, icon) {
    this.playButton.textContent = icon;
    this.playButton.setAttribute("aria-label", label);
    this.playButton.title = label;
  }

  changeSpeed(index) {
    this.speed = index;
    if (!this.timer) return;
    this.pause();
    this.play();
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".microscope");
  root.microscope ??= new Microscope(root);
  root.microscope.update(unpack(data), {
    edit: (value) => setTriggerValue("edit", value),
    walk: (value) => setTriggerValue("walk", value),
  });
  return () => root.microscope.pause();
}
