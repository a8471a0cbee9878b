// Grids of coloured cells, and how numbers are written in them. Goes before microscope.js.

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function number(value, digits = 4) {
  if (Number.isNaN(value)) return "";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "\u2212");
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// How bright a colour is (WCAG 2); where black and white are read on it equally well.
const EVEN = 0.179;

function luminance(colour) {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = colour.map((part) => linear(part / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// A colour scale as a table of 256 colours, and whether black or white text is read on each.
function palette({ stops, low, high }) {
  const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const table = Array.from({ length: 256 }, (_, index) => {
    const at = index / 255;
    const next = Math.max(1, stops.findIndex(([place]) => place >= at));
    const [from, to] = [stops[next - 1], stops[next]];
    const part = (at - from[0]) / (to[0] - from[0]);
    const mixed = rgb(from[1]).map((value, axis) => value + part * (rgb(to[1])[axis] - value));
    return { fill: `rgb(${mixed.map(Math.round)})`, text: luminance(mixed) > EVEN ? "#000" : "#fff" };
  });
  return (value) => table[clamp(Math.round(((value - low) / (high - low || 1)) * 255), 0, 255)];
}

// A grid of coloured cells on one canvas, with its marks on a second one above it.
class Grid {
  constructor(name, { move, leave, press, choose, key }) {
    this.base = element("canvas", { class: "base" });
    this.marks = element("canvas", { class: "marks", tabindex: key ? "0" : null, role: key ? "slider" : "img" });
    this.stage = element("div", { class: "stage" }, this.base, this.marks);
    this.title = element("div", { class: "title" });
    this.note = element("div", { class: "note" });
    this.figure = element("div", { class: `panel ${name}` }, this.title, this.stage, this.note);
    const told = (tell) => (event) => tell && tell(this.cellAt(event), event);
    this.marks.addEventListener("pointermove", told(move));
    this.marks.addEventListener("pointerdown", told(press));
    this.marks.addEventListener("click", told(choose));
    this.marks.addEventListener("pointerleave", () => leave && leave());
    this.marks.addEventListener("keydown", (event) => key && key(event));
  }

  layout(rows, columns, cell) {
    Object.assign(this, { rows, columns, cell });
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.base, this.marks]) {
      canvas.width = columns * cell * ratio + 2 * ratio;
      canvas.height = rows * cell * ratio + 2 * ratio;
      canvas.style.width = `${columns * cell + 2}px`;
      canvas.style.height = `${rows * cell + 2}px`;
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, ratio, ratio);
    }
  }

  // `lookOf(row, column)` gives {fill, text, label} of a cell, or null for none.
  paint(lookOf) {
    const pen = this.base.getContext("2d");
    const gap = this.cell >= 8 ? 1 : 0;
    pen.clearRect(-1, -1, this.base.width, this.base.height);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const look = lookOf(row, column);
        if (look) this.paintCell(pen, row, column, look, gap);
      }
    }
  }

  paintCell(pen, row, column, look, gap) {
    const [x, y, size] = [column * this.cell, row * this.cell, this.cell - gap];
    pen.fillStyle = look.fill;
    pen.fillRect(x, y, size, size);
    if (look.hatched) this.hatch(pen, x, y, size, look.text);
    if (!look.lines || this.cell < 24) return;
    pen.fillStyle = look.text;
    look.lines.forEach((line, index) => {
      pen.font = `${clamp(this.cell / (look.lines.length > 1 ? 4.6 : 3.1), 8, 14)}px sans-serif`;
      pen.fillText(line, x + size / 2, y + size * ((index + 0.5) / look.lines.length), size - 1);
    });
  }

  hatch(pen, x, y, size, colour) {
    pen.strokeStyle = colour;
    pen.globalAlpha = 0.6;
    pen.beginPath();
    for (const [from, to] of [[0, 1], [1, 0]]) {
      pen.moveTo(x + from * size, y);
      pen.lineTo(x + to * size, y + size);
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  clear() {
    this.marks.getContext("2d").clearRect(-1, -1, this.marks.width, this.marks.height);
  }

  mark(row, column, colour, width = 2.5) {
    const pen = this.marks.getContext("2d");
    const size = this.cell - (this.cell >= 8 ? 1 : 0);
    for (const [stroke, line] of [["rgba(0,0,0,.75)", width + 1.5], [colour, width]]) {
      pen.strokeStyle = stroke;
      pen.lineWidth = Math.min(line, Math.max(1.2, this.cell / 4));
      pen.strokeRect(column * this.cell + 0.5, row * this.cell + 0.5, size - 1, size - 1);
    }
  }

  // One frame around many cells.
  frame(row, column, rows, columns, colour) {
    const pen = this.marks.getContext("2d");
    for (const [stroke, line] of [["rgba(0,0,0,.75)", 4], [colour, 2.5]]) {
      pen.strokeStyle = stroke;
      pen.lineWidth = line;
      pen.strokeRect(column * this.cell + 0.5, row * this.cell + 0.5, columns * this.cell - 1, rows * this.cell - 1);
    }
  }

  cellAt(event) {
    const box = this.marks.getBoundingClientRect();
    return [
      clamp(Math.floor((event.clientY - box.top - 1) / this.cell), 0, this.rows - 1),
      clamp(Math.floor((event.clientX - box.left - 1) / this.cell), 0, this.columns - 1),
    ];
  }
}

