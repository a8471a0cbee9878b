// The loss of each path against the step, on a logarithmic axis. Goes after optimisers_surface.js.

const CHART_EDGES = { left: 50, right: 10, top: 20, bottom: 34 };

class LossChart extends Layers {
  // `choose(step)` hears which step the reader points at.
  constructor({ choose }) {
    super("losses", "img");
    this.over.removeAttribute("tabindex");
    const follow = (event) => event.buttons & 1 && choose(this.stepAt(event));
    this.over.addEventListener("pointerdown", follow);
    this.over.addEventListener("pointermove", follow);
  }

  update(message, tracks) {
    Object.assign(this, { message, tracks });
    this.over.setAttribute("aria-label", message.labels.chart);
  }

  layout(width) {
    this.resize(width, 190);
    this.paint();
  }

  get box() {
    return { x: CHART_EDGES.left, y: CHART_EDGES.top, width: this.width - CHART_EDGES.left - CHART_EDGES.right, height: this.height - CHART_EDGES.top - CHART_EDGES.bottom };
  }

  across(step) {
    return this.box.x + (step / this.message.steps) * this.box.width;
  }

  // Losses below the axis are drawn at its bottom, those above it just outside.
  down(loss) {
    const [low, high] = this.message.span.map(Math.log10);
    const share = (Math.log10(Math.max(loss - this.message.lowest, 1e-300)) - low) / (high - low);
    return this.box.y + (1 - clamp(Number.isNaN(share) ? 2 : share, 0, 2)) * this.box.height;
  }

  stepAt(event) {
    const across = event.clientX - this.over.getBoundingClientRect().left - this.box.x;
    return clamp(Math.round((across / this.box.width) * this.message.steps), 0, this.message.steps);
  }

  paint() {
    const { box, message } = this;
    const { tones, labels } = message;
    const pen = this.fresh(this.base);
    Object.assign(pen, { fillStyle: tones.text, strokeStyle: tones.grid, lineWidth: 1, textAlign: "right" });
    for (const value of logTicks(message.span)) {
      const y = this.down(value + message.lowest);
      pen.beginPath();
      pen.moveTo(box.x, y);
      pen.lineTo(box.x + box.width, y);
      pen.stroke();
      pen.fillText(number(value, 2).replace(".00e", "e"), box.x - 5, y + 4);
    }
    pen.textAlign = "center";
    for (const step of ticks([0, message.steps], 5)) pen.fillText(number(step), this.across(step), box.y + box.height + 14);
    pen.fillText(labels.scrub, box.x + box.width / 2, box.y + box.height + 30);
    pen.textAlign = "left";
    pen.fillText(message.lowest ? fill(labels.above, { lowest: number(message.lowest) }) : labels.loss, 4, 12);
    pen.globalAlpha = 0.35;
    for (const track of this.tracks) this.line(pen, track, message.steps);
    pen.globalAlpha = 1;
  }

  frame(position, tracks, picked) {
    const { box, message } = this;
    const pen = this.fresh(this.over);
    for (const track of tracks) this.line(pen, track, position, track === picked);
    pen.beginPath();
    pen.moveTo(this.across(position), box.y);
    pen.lineTo(this.across(position), box.y + box.height);
    Object.assign(pen, { strokeStyle: message.tones.text, lineWidth: 1 });
    pen.stroke();
    for (const track of tracks) {
      const y = this.down(track.loss(position));
      if (y >= box.y) stamp(pen, SYMBOLS[track.symbol], [this.across(Math.min(position, track.steps)), y], 4, track.colour, message.tones.casing);
    }
  }

  line(pen, track, position, thick = false) {
    const { box } = this;
    pen.save();
    pen.beginPath();
    pen.rect(box.x, box.y, box.width, box.height + 1);
    pen.clip();
    pen.beginPath();
    const last = Math.min(Math.floor(position), track.steps);
    for (let step = 0; step <= last; step += 1) pen.lineTo(this.across(step), this.down(track.losses[step]));
    pen.lineTo(this.across(Math.min(position, track.steps)), this.down(track.loss(position)));
    Object.assign(pen, { strokeStyle: track.colour, lineWidth: thick ? 3 : 2 });
    pen.stroke();
    pen.restore();
  }
}

// Powers of ten in a span, or of a short one their halves and fifths too.
function logTicks([low, high]) {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const gap = Math.max(1, Math.ceil((to - from) / 6));
  const found = [];
  for (let power = from; power <= to; power += gap) {
    for (const times of to - from > 2 ? [1] : [1, 2, 5]) found.push(times * 10 ** power);
  }
  return found.filter((value) => value >= low && value <= high);
}
