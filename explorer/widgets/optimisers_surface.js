// A loss surface seen from above, with the optimizers' paths over it. Goes after microscope_words.js.

const EDGES = { left: 46, right: 66, top: 8, bottom: 40 };
const FARTHEST = 1e5;
const KEY_STEP = 0.02;

const decoded = (text) => new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

// Like `number`, for numbers that may be none or too large.
function written(value, digits = 4) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "\u2212\u221e" : "\u221e";
  return number(value, digits);
}

// Two canvases, one over the other, as sharp as the screen: what stays, and what moves.
class Layers {
  constructor(name, role) {
    this.base = element("canvas", { class: "base", "aria-hidden": "true" });
    this.over = element("canvas", { class: `over ${name}`, tabindex: 0, role });
    this.stage = element("div", { class: `stage ${name}` }, this.base, this.over);
  }

  resize(width, height) {
    this.scale = Math.min(window.devicePixelRatio || 1, 2);
    Object.assign(this, { width, height });
    for (const canvas of [this.base, this.over]) {
      Object.assign(canvas, { width: Math.round(width * this.scale), height: Math.round(height * this.scale) });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
  }

  fresh(canvas) {
    const pen = canvas.getContext("2d");
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    pen.font = `12px ${getComputedStyle(this.stage).fontFamily}`;
    pen.lineJoin = "round";
    return pen;
  }
}

const SYMBOLS = {
  circle: (pen, r) => pen.arc(0, 0, r, 0, 2 * Math.PI),
  square: (pen, r) => pen.rect(-0.85 * r, -0.85 * r, 1.7 * r, 1.7 * r),
  diamond: (pen, r) => polygon(pen, [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]], r),
  triangle: (pen, r) => polygon(pen, [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]], r),
  cross: (pen, r) => polygon(pen, [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]], r),
};
const STAR = Array.from({ length: 10 }, (_, at) => [Math.sin((at * Math.PI) / 5) * (at % 2 ? 0.45 : 1.1), -Math.cos((at * Math.PI) / 5) * (at % 2 ? 0.45 : 1.1)]);

function polygon(pen, corners, r) {
  corners.forEach(([x, y], at) => (at ? pen.lineTo(x * r, y * r) : pen.moveTo(x * r, y * r)));
  pen.closePath();
}

// A filled sign with a rim, at a place of the canvas.
function stamp(pen, draw, [x, y], size, fill, rim) {
  pen.save();
  pen.translate(x, y);
  pen.beginPath();
  draw(pen, size);
  Object.assign(pen, { fillStyle: fill, strokeStyle: rim, lineWidth: 1.5 });
  pen.fill();
  pen.stroke();
  pen.restore();
}

// Round numbers within a span, about `count` of them.
function ticks([low, high], count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const gap = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough);
  const first = Math.ceil(low / gap - 1e-9);
  return Array.from({ length: Math.floor(high / gap + 1e-9) - first + 1 }, (_, at) => (first + at) * gap);
}

class Surface extends Layers {
  // `choose(x, y)` hears where the reader wants to start, `point(text)` what lies under the pointer.
  constructor({ choose, point }) {
    super("surface", "application");
    Object.assign(this, { choose, point });
    this.over.addEventListener("pointermove", (event) => this.aim(this.placeAt(event)));
    this.over.addEventListener("pointerleave", () => this.aim(null));
    this.over.addEventListener("blur", () => this.aim(null));
    this.over.addEventListener("click", (event) => this.take(this.placeAt(event)));
    this.over.addEventListener("keydown", (event) => this.pressed(event));
  }

  update(message) {
    const { picture } = message;
    Object.assign(this, { message, picture, losses: decoded(picture.losses) });
    this.over.setAttribute("aria-label", message.alt);
  }

  layout(width) {
    this.resize(width, Math.round(clamp(width * 0.72, 240, 370)));
    this.paint();
  }

  get box() {
    return { x: EDGES.left, y: EDGES.top, width: this.width - EDGES.left - EDGES.right, height: this.height - EDGES.top - EDGES.bottom };
  }

  pixel([x, y]) {
    const { box, picture } = this;
    const across = box.x + ((x - picture.x[0]) / (picture.x[1] - picture.x[0])) * box.width;
    const down = box.y + ((picture.y[1] - y) / (picture.y[1] - picture.y[0])) * box.height;
    return [clamp(across, -FARTHEST, FARTHEST), clamp(down, -FARTHEST, FARTHEST)];
  }

  placeAt(event) {
    const { box, picture } = this;
    const frame = this.over.getBoundingClientRect();
    const across = (event.clientX - frame.left - box.x) / box.width;
    const down = (event.clientY - frame.top - box.y) / box.height;
    if (!(across >= 0 && across <= 1 && down >= 0 && down <= 1)) return null;
    return [picture.x[0] + across * (picture.x[1] - picture.x[0]), picture.y[1] - down * (picture.y[1] - picture.y[0])];
  }

  // The loss between the four nearest points of the grid.
  lossAt([x, y]) {
    const { picture, losses } = this;
    const [rows, columns] = picture.shape;
    const across = clamp(((x - picture.x[0]) / (picture.x[1] - picture.x[0])) * (columns - 1), 0, columns - 1.000001);
    const up = clamp(((y - picture.y[0]) / (picture.y[1] - picture.y[0])) * (rows - 1), 0, rows - 1.000001);
    const [column, row] = [Math.floor(across), Math.floor(up)];
    const [right, top] = [across - column, up - row];
    const at = row * columns + column;
    const low = losses[at] + right * (losses[at + 1] - losses[at]);
    const high = losses[at + columns] + right * (losses[at + columns + 1] - losses[at + columns]);
    return low + top * (high - low);
  }

  band(loss) {
    const { levels } = this.picture;
    let band = 0;
    while (band < levels.length && levels[band] <= loss) band += 1;
    return band;
  }

  paint() {
    const { picture, box } = this;
    const pen = this.fresh(this.base);
    const shade = palette({ stops: picture.shades.map((colour, at) => [at, colour]), low: 0, high: picture.levels.length });
    const [width, height] = [Math.round(box.width * this.scale), Math.round(box.height * this.scale)];
    const bands = this.bands(width, height);
    const colours = Array.from({ length: picture.levels.length + 1 }, (_, band) => shade(band).fill.match(/\d+/g).map(Number));
    const image = pen.createImageData(width, height);
    for (let at = 0; at < bands.length; at += 1) {
      const edge = (at + 1) % width && (bands[at] !== bands[at + 1] || (at + width < bands.length && bands[at] !== bands[at + width]));
      const [red, green, blue] = colours[bands[at]];
      const dim = edge ? 0.8 : 1;
      image.data.set([red * dim, green * dim, blue * dim, 255], 4 * at);
    }
    pen.putImageData(image, Math.round(box.x * this.scale), Math.round(box.y * this.scale));
    this.axes(pen);
    this.scaleBar(pen, shade);
    for (const place of this.message.minima) stamp(pen, (_, r) => polygon(pen, STAR, r), this.pixel(place), 8, this.message.tones.text, this.message.tones.casing);
  }

  bands(width, height) {
    const { picture } = this;
    const found = new Uint8Array(width * height);
    const [left, wide, top, tall] = [picture.x[0], picture.x[1] - picture.x[0], picture.y[1], picture.y[1] - picture.y[0]];
    for (let row = 0; row < height; row += 1) {
      const y = top - ((row + 0.5) / height) * tall;
      for (let column = 0; column < width; column += 1) found[row * width + column] = this.band(this.lossAt([left + ((column + 0.5) / width) * wide, y]));
    }
    return found;
  }

  axes(pen) {
    const { box, picture, message } = this;
    pen.fillStyle = message.tones.text;
    pen.textAlign = "center";
    for (const x of ticks(picture.x, 6)) pen.fillText(number(x), this.pixel([x, 0])[0], box.y + box.height + 15);
    pen.fillText(message.labels.axes[0], box.x + box.width / 2, box.y + box.height + 33);
    pen.textAlign = "right";
    for (const y of ticks(picture.y, 5)) pen.fillText(number(y), box.x - 5, this.pixel([0, y])[1] + 4);
    pen.save();
    pen.translate(11, box.y + box.height / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(message.labels.axes[1], 0, 0);
    pen.restore();
  }

  // The colours with the losses between them.
  scaleBar(pen, shade) {
    const { box, picture, message } = this;
    const [left, count] = [box.x + box.width + 8, picture.levels.length + 1];
    const tall = (box.height - 18) / count;
    pen.textAlign = "left";
    pen.fillStyle = message.tones.text;
    pen.fillText(message.labels.loss, left, box.y + 9);
    for (let band = 0; band < count; band += 1) {
      const bottom = box.y + box.height - band * tall;
      pen.fillStyle = shade(band).fill;
      pen.fillRect(left, bottom - tall, 12, tall - 0.5);
      pen.fillStyle = message.tones.quiet;
      if (band && (band % 2 || count < 8)) pen.fillText(number(picture.levels[band - 1], 2), left + 16, bottom + 4);
    }
    pen.strokeStyle = message.tones.quiet;
    pen.lineWidth = 0.5;
    pen.strokeRect(left, box.y + 18, 12, box.height - 18);
  }

  // All paths up to a place in time between two steps.
  frame(position, tracks, picked) {
    const pen = this.fresh(this.over);
    const { box, message } = this;
    pen.save();
    pen.beginPath();
    pen.rect(box.x, box.y, box.width, box.height);
    pen.clip();
    const ordered = [...tracks.filter((track) => track !== picked), ...(picked ? [picked] : [])];
    for (const track of ordered) this.path(pen, track, position, track === picked);
    const start = this.pixel([ordered[0].places[0], ordered[0].places[1]]);
    Object.assign(pen, { strokeStyle: message.tones.text, lineWidth: 1.5 });
    pen.beginPath();
    pen.arc(...start, 6, 0, 2 * Math.PI);
    pen.stroke();
    for (const track of ordered) stamp(pen, SYMBOLS[track.symbol], this.pixel(track.at(position)), 5.5, track.colour, message.tones.casing);
    if (this.aimed) this.cross(pen);
    pen.restore();
  }

  path(pen, track, position, thick) {
    const last = Math.min(Math.floor(position), track.steps);
    const points = Array.from({ length: last + 1 }, (_, step) => this.pixel([track.places[2 * step], track.places[2 * step + 1]]));
    const line = [...points, this.pixel(track.at(position))];
    for (const [colour, width] of [[this.message.tones.casing, thick ? 5.5 : 4], [track.colour, thick ? 3 : 2]]) {
      pen.beginPath();
      line.forEach((point, at) => (at ? pen.lineTo(...point) : pen.moveTo(...point)));
      Object.assign(pen, { strokeStyle: colour, lineWidth: width });
      pen.stroke();
    }
    pen.fillStyle = track.colour;
    for (const [x, y] of points) pen.fillRect(x - 2, y - 2, 4, 4);
  }

  cross(pen) {
    const { box, message } = this;
    const [x, y] = this.pixel(this.aimed);
    Object.assign(pen, { strokeStyle: message.tones.text, lineWidth: 1 });
    pen.beginPath();
    pen.moveTo(x, box.y);
    pen.lineTo(x, box.y + box.height);
    pen.moveTo(box.x, y);
    pen.lineTo(box.x + box.width, y);
    pen.stroke();
  }

  aim(place) {
    this.aimed = place;
    this.point(place && fill(this.message.labels.place, { x: number(place[0], 3), y: number(place[1], 3), loss: number(this.lossAt(place)) }));
  }

  take(place) {
    if (place) this.choose(...place);
  }

  pressed(event) {
    const move = ARROW_KEYS[event.key];
    const { x, y } = this.picture;
    if (event.key === "Enter" || event.key === " ") this.take(this.aimed);
    else if (move) {
      const from = this.aimed ?? this.start;
      this.aim([clamp(from[0] + move[0] * KEY_STEP * (x[1] - x[0]), ...x), clamp(from[1] + move[1] * KEY_STEP * (y[1] - y[0]), ...y)]);
    } else return;
    event.preventDefault();
  }
}

const ARROW_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
