// A pad of side × side pixels, black ink on white. It sends the ink (0 none, 255 full) after each stroke.

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 4;
const THINNEST = 2;
const THICKEST = 14;
const USUAL = 6;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

class Pad {
  constructor(root, data) {
    this.side = data.side;
    this.place = { x: data.side / 2, y: data.side / 2 };
    this.canvas = element("canvas", { width: data.side, height: data.side, tabindex: 0, role: "application" });
    this.ink = this.canvas.getContext("2d", { willReadFrequently: true });
    this.cursor = element("div", { class: "cursor" });
    this.brush = element("input", { type: "range", min: THINNEST, max: THICKEST, value: USUAL });
    this.brushName = element("span", {});
    this.clearButton = element("button", { type: "button" });
    this.spoken = element("div", { class: "spoken", "aria-live": "polite" });
    const bar = element("div", { class: "bar" }, element("label", {}, this.brushName, this.brush), this.clearButton);
    root.append(element("div", { class: "stage" }, this.canvas, this.cursor), bar, this.spoken);
    this.wipe();
    if (data.ink) this.load(data.ink);
    this.listen();
  }

  update(data, send) {
    Object.assign(this, { send, labels: data.labels });
    this.canvas.setAttribute("aria-label", data.labels.pad);
    this.brushName.textContent = data.labels.brush;
    this.clearButton.textContent = data.labels.clear;
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.follow(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.end());
    canvas.addEventListener("keydown", (event) => this.pressed(event));
    canvas.addEventListener("keyup", (event) => event.key === " " && this.end());
    canvas.addEventListener("blur", () => {
      this.cursor.classList.remove("shown");
      this.end();
    });
    this.brush.addEventListener("input", () => this.showCursor());
    this.clearButton.addEventListener("click", () => {
      this.wipe();
      this.report();
    });
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.side / box.width;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  }

  begin(event) {
    if (event.button !== 0) return;
    try {
      this.canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone already; the stroke ends at its last place.
    }
    this.cursor.classList.remove("shown");
    this.place = this.at(event);
    this.stroke(this.place, event);
  }

  follow(event) {
    if (!this.drawing || !(event.buttons & 1)) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) this.stroke(this.at(part), part);
  }

  // Soft dots from the last place to this one, so close that they make a line.
  stroke(to, event) {
    this.drawing = true;
    const radius = Number(this.brush.value) * (event?.pointerType === "pen" ? 0.5 + event.pressure : 1);
    const length = Math.hypot(to.x - this.place.x, to.y - this.place.y);
    const dots = Math.max(1, Math.ceil(length / (radius / 3)));
    for (let dot = 1; dot <= dots; dot += 1) {
      const share = dot / dots;
      this.dot(this.place.x + (to.x - this.place.x) * share, this.place.y + (to.y - this.place.y) * share, radius);
    }
    this.place = to;
  }

  dot(x, y, radius) {
    const shade = this.ink.createRadialGradient(x, y, 0, x, y, radius);
    shade.addColorStop(0, "rgba(0, 0, 0, 0.9)");
    shade.addColorStop(0.6, "rgba(0, 0, 0, 0.6)");
    shade.addColorStop(1, "rgba(0, 0, 0, 0)");
    this.ink.fillStyle = shade;
    this.ink.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  end() {
    if (!this.drawing) return;
    this.drawing = false;
    this.report();
  }

  pressed(event) {
    const move = MOVES[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    const step = event.shiftKey ? 1 : STEP;
    const [right, down] = move ?? [0, 0];
    const to = { x: clamp(this.place.x + right * step, 0, this.side), y: clamp(this.place.y + down * step, 0, this.side) };
    if (event.key === " " || this.drawing) this.stroke(to);
    this.place = to;
    this.showCursor();
    const { labels } = this;
    this.spoken.textContent = labels.place.replace("{row}", Math.round(to.y)).replace("{column}", Math.round(to.x));
  }

  showCursor() {
    const share = (value) => `${(100 * value) / this.side}%`;
    const size = share(2 * Number(this.brush.value));
    Object.assign(this.cursor.style, { left: share(this.place.x), top: share(this.place.y), width: size, height: size });
    this.cursor.classList.add("shown");
  }

  wipe() {
    this.ink.fillStyle = "#fff";
    this.ink.fillRect(0, 0, this.side, this.side);
  }

  load(text) {
    const image = this.ink.createImageData(this.side, this.side);
    const ink = atob(text);
    for (let pixel = 0; pixel < ink.length; pixel += 1) {
      image.data.fill(255 - ink.charCodeAt(pixel), 4 * pixel, 4 * pixel + 3);
      image.data[4 * pixel + 3] = 255;
    }
    this.ink.putImageData(image, 0, 0);
  }

  report() {
    const { data } = this.ink.getImageData(0, 0, this.side, this.side);
    const ink = Uint8Array.from({ length: this.side ** 2 }, (_, pixel) => 255 - data[4 * pixel]);
    this.send(btoa(String.fromCharCode(...ink)));
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".sketch");
  const given = JSON.parse(new TextDecoder().decode(data));
  root.pad ??= new Pad(root, given);
  root.pad.update(given, (drawing) => setTriggerValue("drawing", drawing));
}
