// Small multiples of a class: each member's newest curve, the earlier ones thin, all others grey behind them.
// A cell is drawn anew only when its own numbers or the scale have changed. Names are text, whatever they hold.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 100;
const HEIGHT = 50;

function element(tag, properties = {}, ...children) {
  const made = tag === "svg" || tag === "path" || tag === "use" ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const across = (epoch, scale) => ((epoch - 1) / (scale.epochs - 1)) * (WIDTH - 6) + 3;
// What lies beyond the scale runs along its edge.
const down = (value, scale) =>
  HEIGHT - 3 - Math.min(Math.max((value - scale.low) / (scale.high - scale.low), 0), 1) * (HEIGHT - 6);

function pathOf(values, scale) {
  let pen = "M";
  let drawn = "";
  values.forEach((value, index) => {
    if (value === null) pen = "M";
    else {
      drawn += `${pen}${across(index + 1, scale).toFixed(1)} ${down(value, scale).toFixed(1)}`;
      pen = "L";
    }
  });
  return drawn;
}

function dotOf(values, scale) {
  const last = values.findLastIndex((value) => value !== null);
  if (last < 0) return "";
  const place = `${across(last + 1, scale).toFixed(1)} ${down(values[last], scale).toFixed(1)}`;
  return `M${place}L${place}`;
}

function curves(cell, scale) {
  const made = element("svg", { class: "curves", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  made.append(element("use", { href: "#others" }));
  for (const values of cell.older) made.append(element("path", { class: "older", d: pathOf(values, scale) }));
  made.append(element("path", { class: "newest", d: pathOf(cell.newest, scale) }));
  made.append(element("path", { class: "dot", d: dotOf(cell.newest, scale) }));
  return made;
}

function read(event, cell, drawn) {
  const box = event.currentTarget.getBoundingClientRect();
  const share = ((event.clientX - box.left) / box.width) * WIDTH;
  const epoch = Math.round(((share - 3) / (WIDTH - 6)) * (drawn.scale.epochs - 1)) + 1;
  const value = cell.newest[Math.min(Math.max(epoch, 1), cell.newest.length) - 1];
  if (value === undefined) return "";
  const shown = value === null ? "–" : drawn.percent ? `${(value * 100).toFixed(1)}%` : String(value);
  return drawn.labels.point.replace("{epoch}", Math.min(Math.max(epoch, 1), cell.newest.length)).replace("{value}", shown);
}

function cellOf(cell, drawn, pick) {
  const told = element("span", { class: "read" });
  const picture = element(
    "span",
    { class: "picture" },
    curves(cell, drawn.scale),
    // Accuracies rise and losses fall: the ticks stand where the curves are not.
    element("span", { class: drawn.percent ? "tick high" : "tick high aside" }, drawn.scale.ticks[1]),
    element("span", { class: drawn.percent ? "tick low aside" : "tick low" }, drawn.scale.ticks[0]),
    told,
  );
  picture.addEventListener("pointermove", (event) => (told.textContent = read(event, cell, drawn)));
  picture.addEventListener("pointerleave", () => (told.textContent = ""));
  const name = element("span", { class: "name", dir: "auto" }, cell.name);
  const made = element(
    "button",
    { type: "button", class: cell.live ? "cell live" : "cell", title: cell.differs },
    element("span", { class: "head" }, name, element("span", { class: "state" }, cell.state)),
    picture,
    element("span", { class: "foot" }, element("span", { class: "result" }, cell.result), element("span", { class: "facts" }, cell.time)),
    element("span", { class: "facts" }, cell.size),
    element("span", { class: "differs" }, cell.differs),
  );
  const words = [cell.name, cell.state, cell.result, cell.time, cell.size, cell.differs].filter(Boolean).join(", ");
  made.setAttribute("aria-label", `${words}. ${drawn.labels.choose}`);
  made.addEventListener("click", () => pick(cell.key));
  return made;
}

// All newest curves together, drawn once and used behind each of them.
function bundle(drawn) {
  const all = element("path", { id: "others", class: "others", d: drawn.cells.map((cell) => pathOf(cell.newest, drawn.scale)).join("") });
  return element("svg", { class: "bundle", "aria-hidden": "true" }, all);
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".board");
  const drawn = JSON.parse(new TextDecoder().decode(data));
  const scale = JSON.stringify([drawn.scale, drawn.labels, drawn.percent]);
  const before = host.scale === scale ? (host.cells ?? new Map()) : new Map();
  const focused = host.getRootNode().activeElement?.dataset?.key;
  host.scale = scale;
  host.cells = new Map();
  const row = element("div", { class: "cells", role: "group", "aria-label": drawn.labels.alt });
  for (const cell of drawn.cells) {
    const text = JSON.stringify(cell);
    const kept = before.get(cell.key);
    const node = kept?.text === text ? kept.node : cellOf(cell, drawn, (key) => setTriggerValue("pick", key));
    node.dataset.key = cell.key;
    node.setAttribute("aria-pressed", String(cell.key === drawn.chosen));
    host.cells.set(cell.key, { text, node });
    row.append(node);
  }
  host.replaceChildren(bundle(drawn), row);
  if (focused) host.cells.get(focused)?.node.focus({ preventScroll: true });
}
