// Buttons that go through a number of steps: back, play or pause, on, a slider and a speed.

const SPEEDS = [1, 3, 10, 30];

class Player {
  // `at()` tells the step that is shown and `go(step)` shows another one, within its bounds.
  constructor(labels, steps, speed, { at, go }) {
    Object.assign(this, { labels, steps, speed, at, go });
    this.timer = null;
    const button = (label, icon, act) => element("button", { type: "button", "aria-label": label, title: label, onclick: act }, icon);
    this.scrub = element("input", { type: "range", min: 0, max: steps - 1, step: 1, "aria-label": labels.scrub, oninput: () => go(Number(this.scrub.value)) });
    this.face = button(labels.play, "\u25b6", () => (this.playing ? this.pause() : this.play()));
    const options = SPEEDS.map((perSecond, index) => element("option", { value: index, selected: index === speed }, fill(labels.perSecond, { count: perSecond })));
    this.choice = element("select", { "aria-label": labels.speed, onchange: () => this.change(Number(this.choice.value)) }, ...options);
    const [back, on] = [button(labels.previous, "\u25c0", () => go(at() - 1)), button(labels.next, "\u25b6|", () => go(at() + 1))];
    this.parts = steps > 1 ? [back, this.face, on, this.scrub, this.choice] : [];
  }

  get playing() {
    return this.timer !== null;
  }

  play() {
    if (this.at() >= this.steps - 1) this.go(0);
    this.timer = setInterval(() => this.step(), 1000 / SPEEDS[this.speed]);
    this.turn(this.labels.pause, "\u23f8");
  }

  step() {
    if (this.face.isConnected) this.go(this.at() + 1);
    if (!this.face.isConnected || this.at() >= this.steps - 1) this.pause();
  }

  pause() {
    if (!this.playing) return;
    clearInterval(this.timer);
    this.timer = null;
    this.turn(this.labels.play, "\u25b6");
  }

  turn(label, icon) {
    this.face.textContent = icon;
    this.face.setAttribute("aria-label", label);
    this.face.title = label;
  }

  change(speed) {
    this.speed = speed;
    if (!this.playing) return;
    this.pause();
    this.play();
  }
}
