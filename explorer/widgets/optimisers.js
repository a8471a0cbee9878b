// Paths of optimizers that play, step and scrub in the browser, with the equations of the step in sight.
// Goes after the microscope's helpers, optimisers_surface.js and optimisers_chart.js.

const FIRST_SPEED = 2;
const SIDE_BY_SIDE = 640;
const GAP = 12;
const UNKNOWN = "\u2013";

// A player that moves with every frame of the screen, between the steps too.
class Film extends Player {
  constructor(labels, steps, speed, { at, go, flow }) {
    super(labels, steps, speed, { at, go });
    this.flow = flow;
  }

  play() {
    if (this.at() >= this.steps - 1) this.go(0);
    let [position, before] = [this.at(), performance.now()];
    const frame = (now) => {
      position = Math.min(position + (Math.max(now - before, 0) / 1000) * SPEEDS[this.speed], this.steps - 1);
      before = now;
      this.timer = requestAnimationFrame(frame);
      if (this.moved) position = this.at();
      this.moved = false;
      if (this.face.isConnected) this.flow(position);
      if (!this.face.isConnected || position >= this.steps - 1) this.pause();
    };
    this.timer = requestAnimationFrame(frame);
    this.turn(this.labels.pause, "\u23f8");
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.timer);
    this.timer = null;
    this.turn(this.labels.play, "\u25b6");
    this.go(this.at());
  }

  change(speed) {
    this.speed = speed;
  }
}

// One optimizer's path, with places and losses between its steps.
class Track {
  constructor(given) {
    Object.assign(this, given, { places: decoded(given.places), losses: decoded(given.losses) });
    this.quantities = Object.fromEntries(Object.entries(given.quantities).map(([letter, text]) => [letter, decoded(text)]));
    this.steps = this.losses.length - 1;
  }

  between(position, value) {
    const step = Math.min(Math.floor(position), this.steps);
    const share = step < this.steps ? position - step : 0;
    return share ? value(step) + share * (value(step + 1) - value(step)) : value(step);
  }

  at(position) {
    return [0, 1].map((axis) => this.between(position, (step) => this.places[2 * step + axis]));
  }

  loss(position) {
    return this.between(position, (step) => this.losses[step]);
  }

  // The pair that a place in an equation names, at a step from 1 on; a last step's quantity is 0 before the first.
  pair(name, step) {
    if (name === "w-") return this.places.subarray(2 * step - 2, 2 * step);
    if (name === "w") return this.places.subarray(2 * step, 2 * step + 2);
    const [values, at] = name.endsWith("-") ? [this.quantities[name.slice(0, -1)], step - 2] : [this.quantities[name], step - 1];
    return at < 0 ? [0, 0] : values?.subarray(2 * at, 2 * at + 2);
  }

  value(name, step) {
    if (name === "t") return String(step);
    const pair = this.pair(name, step);
    return pair ? `(${written(pair[0], 3)}, ${written(pair[1], 3)})` : written(this.settings[name], 5);
  }
}

class Optimisers {
  constructor(root) {
    this.surface = new Surface({
      choose: (x, y) => this.sendStart({ x, y }),
      point: (text) => {
        this.hint.textContent = text || this.message.labels.hint;
        if (!this.player.playing) this.draw();
      },
    });
    this.chart = new LossChart({ choose: (step) => this.go(step) });
    this.bar = element("div", { class: "bar" });
    this.hint = element("div", { class: "hint" });
    this.legend = element("div", { class: "legend", role: "group" });
    this.rule = element("div", { class: "rule" });
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    this.left = element("div", { class: "left" }, this.surface.stage, this.hint);
    this.right = element("div", { class: "right" }, this.chart.stage, this.legend);
    root.append(this.bar, element("div", { class: "panels" }, this.left, this.right), this.rule, this.spoken);
    this.root = root;
    new ResizeObserver(() => this.layout()).observe(root);
  }

  update(message, sendStart) {
    const before = this.message;
    Object.assign(this, { message, sendStart });
    this.tracks = message.tracks.map((track) => new Track(track));
    const named = this.tracks.find((track) => track.name === this.picked?.name);
    this.picked = named ?? this.tracks[this.tracks.length - 1];
    const atEnd = !before || this.position >= before.steps;
    this.position = atEnd ? message.steps : Math.min(this.position, message.steps);
    this.surface.update(message);
    this.surface.start = [this.tracks[0].places[0], this.tracks[0].places[1]];
    this.chart.update(message, this.tracks);
    this.hint.textContent = message.labels.hint;
    this.controls();
    this.entries();
    this.width = null;
    this.layout();
  }

  controls() {
    const { labels, steps } = this.message;
    const look = JSON.stringify([labels.play, labels.step, steps]);
    if (look === this.look) return;
    this.look = look;
    this.player?.pause();
    this.player = new Film(labels, steps + 1, this.player?.speed ?? FIRST_SPEED, {
      at: () => Math.floor(this.position),
      go: (step) => this.go(step),
      flow: (position) => this.show(position),
    });
    this.count = element("span", { class: "count" });
    this.bar.replaceChildren(...this.player.parts, this.count);
  }

  entries() {
    this.buttons = this.tracks.map((track) => {
      const sign = element("canvas", { width: 36, height: 36, class: "sign", "aria-hidden": "true" });
      const pen = sign.getContext("2d");
      stamp(pen, SYMBOLS[track.symbol], [18, 18], 11, track.colour, this.message.tones.text);
      track.told = element("span", { class: "told" });
      const head = element("span", { class: "head" }, sign, element("b", {}, track.name), track.told);
      return element("button", { type: "button", onclick: () => this.pick(track) }, head, element("span", { class: "fate" }, track.fate));
    });
    this.legend.setAttribute("aria-label", this.message.labels.equations);
    this.legend.replaceChildren(...this.buttons);
  }

  layout() {
    const width = this.root.clientWidth;
    if (!width || width === this.width || !this.message) return;
    this.width = width;
    const wide = width >= SIDE_BY_SIDE;
    this.root.classList.toggle("stacked", !wide);
    const [left, right] = wide ? [Math.round(width * 0.58), Math.round(width * 0.42) - GAP] : [width, width];
    this.left.style.width = `${left}px`;
    this.right.style.width = `${right}px`;
    this.surface.layout(left);
    this.chart.layout(right);
    this.shown = null;
    this.show(this.position);
  }

  pick(track) {
    this.picked = track;
    this.shown = null;
    this.show(this.position);
  }

  go(step) {
    this.player.moved = true;
    this.show(clamp(step, 0, this.message.steps));
    if (!this.player.playing) this.speak();
  }

  // A place in time: the pictures move with it, the numbers change at whole steps.
  show(position) {
    this.position = position;
    this.draw();
    const step = Math.floor(position);
    if (step === this.shown) return;
    this.shown = step;
    const { labels, steps, endless } = this.message;
    this.count.textContent = fill(labels.step, { step, steps });
    this.player.scrub.value = step;
    this.player.scrub.setAttribute("aria-valuetext", this.count.textContent);
    this.tracks.forEach((track, at) => {
      const loss = track.losses[Math.min(step, track.steps)];
      track.told.textContent = `${labels.loss} ${Number.isNaN(loss) && !endless ? UNKNOWN : written(loss)}`;
      this.buttons[at].setAttribute("aria-pressed", String(track === this.picked));
    });
    this.write(step);
  }

  draw() {
    this.surface.frame(this.position, this.tracks, this.picked);
    this.chart.frame(this.position, this.tracks, this.picked);
  }

  // The equations of the picked optimizer with the numbers of the step that led here.
  write(step) {
    const { labels } = this.message;
    const track = this.picked;
    const at = Math.min(step, track.steps);
    const head = element("div", { class: "head" }, element("b", {}, track.name), ` \u00b7 ${fill(labels.step, { step: at, steps: this.message.steps })}`);
    const told = at ? [] : [element("div", { class: "hint" }, labels.start)];
    const lines = track.lines.map(([letter, form, numbers]) => {
      const cells = [element("span", { class: "letter" }, letter), element("span", { class: "form" }, `= ${form}`)];
      if (at) {
        const filled = numbers.replace(/\{([^}]+)\}/g, (_, name) => track.value(name, at));
        cells.push(element("span", { class: "numbers" }, `= ${filled}`), element("span", { class: "result" }, `= ${track.value(letter, at)}`));
      }
      return element("div", { class: "line" }, ...cells);
    });
    this.rule.style.borderColor = track.colour;
    this.rule.replaceChildren(head, ...told, ...lines);
  }

  // For a screen reader, once the reader stays at a step.
  speak() {
    clearTimeout(this.speaking);
    const { labels } = this.message;
    const losses = () => this.tracks.map((track) => fill(labels.said, { name: track.name, loss: written(track.loss(this.position)) }));
    this.speaking = setTimeout(() => (this.spoken.textContent = [this.count.textContent, ...losses()].join("; ")), 250);
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".optimisers");
  root.optimisers ??= new Optimisers(root);
  root.optimisers.update(JSON.parse(new TextDecoder().decode(data)), (place) => setTriggerValue("start", place));
  return () => root.optimisers.player.pause();
}
