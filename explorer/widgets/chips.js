// Draws words as coloured chips; a click, or Enter and Space on the chosen one, sends its place.

function element(tag, properties, text) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function chipOf(chip, send) {
  const clickable = chip.place !== null;
  const made = element(clickable ? "button" : "span", { class: `chip ${chip.kind}`, "data-tip": chip.tip }, chip.text);
  made.dir = "auto";
  made.setAttribute("aria-label", `${chip.text}: ${chip.tip}`);
  if (chip.fill) Object.assign(made.style, { background: chip.fill, color: chip.ink });
  if (!clickable) return made;
  made.type = "button";
  made.tabIndex = -1;
  made.addEventListener("click", () => send(chip.place));
  return made;
}

// One stop of the tab key for all chips; the arrows go from one to the next.
function walk(event, host) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const chips = [...host.querySelectorAll("button.chip")];
  const here = chips.indexOf(host.getRootNode().activeElement);
  if (!step || here < 0) return;
  event.preventDefault();
  const next = chips[Math.min(Math.max(here + step, 0), chips.length - 1)];
  chips[here].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function legend(data) {
  const made = element("div", { class: "legend" });
  const bar = element("span", { class: "bar" });
  bar.style.background = `linear-gradient(to right, ${data.stops.join(",")})`;
  const tip = element("span", { class: "tip", "aria-live": "polite" });
  made.append(element("span", {}, data.title), element("span", {}, data.ends[0]), bar, element("span", {}, data.ends[1]), tip);
  return made;
}

// What is told of a chip stands beside the legend, where nothing covers the words.
function tell(event, host) {
  const chip = event.target.closest?.(".chip");
  host.querySelector(".tip").textContent = chip ? chip.dataset.tip : "";
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".chips");
  const drawn = JSON.parse(new TextDecoder().decode(data));
  const row = element("div", { class: "row", role: "group", "aria-label": drawn.alt });
  row.append(...drawn.chips.map((chip) => chipOf(chip, (place) => setTriggerValue("pick", place))));
  const first = row.querySelector("button.marked") ?? row.querySelector("button");
  if (first) first.tabIndex = 0;
  row.addEventListener("keydown", (event) => walk(event, row));
  for (const kind of ["pointerover", "focusin"]) row.addEventListener(kind, (event) => tell(event, host));
  const focused = host.contains(host.getRootNode().activeElement);
  host.replaceChildren(row, legend(drawn));
  if (focused) first?.focus({ preventScroll: true });
}
