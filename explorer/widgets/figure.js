// Draws the figure that the server sent, into the plot that is already there.
const CONFIG = {
  responsive: true,
  displaylogo: false,
  modeBarButtonsToRemove: ["select2d", "lasso2d", "sendChartToCloud"],
};

let loading;

function plotly(module) {
  loading ??= window.Plotly
    ? Promise.resolve()
    : import(new URL(module, document.baseURI).href);
  return loading.then(() => window.Plotly);
}

const LINE = 19;
// Plotly lifts a title of several lines by what it lowers one line.
const LOWERED = 0.7;
const ROOM_OF_A_CAPTION = 70;

// As many lines as a text takes in a width, broken between words; marks of HTML are left as they are.
function lines(text, width, font) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  return text.split(" ").reduce((made, word) => {
    const longer = made.length ? `${made.at(-1)} ${word}` : word;
    const fits = made.length && pen.measureText(longer).width <= width;
    return fits ? [...made.slice(0, -1), longer] : [...made, word];
  }, []);
}

// On a telephone a long title takes several lines, and captions in a row stand on two levels.
function fitted(layout, width) {
  const { title, margin } = layout;
  const size = title?.font?.size ?? 15;
  const told = title?.text?.includes("<") ? [title.text] : lines(title?.text ?? "", width - 16, `${size}px sans-serif`);
  const captions = layout.annotations?.filter(({ name }) => name === "caption") ?? [];
  const lowered = captions.length * ROOM_OF_A_CAPTION > width ? captions.filter((_, place) => place % 2) : [];
  return {
    ...layout,
    autosize: true,
    ...(title && { title: { ...title, text: told.join("<br>"), pad: { t: told.length > 1 ? LOWERED * size : 0 } } }),
    annotations: layout.annotations?.map((one) => (lowered.includes(one) ? { ...one, yshift: -LINE - 8 } : one)),
    margin: {
      ...margin,
      t: (margin?.t ?? 34) + LINE * Math.max(0, told.length - 1),
      b: (margin?.b ?? 8) + (lowered.length ? LINE : 0),
    },
  };
}

// What a width changes of a layout.
const ofWidth = ({ title, margin, annotations }) => JSON.stringify([title, margin, annotations]);

function draw(Plotly, host) {
  const layout = fitted(host.latest.layout, host.clientWidth);
  host.ofWidth = ofWidth(layout);
  return Plotly.react(host, host.latest.data, layout, CONFIG);
}

// Plotly itself follows the window's width, but for what was fitted to it.
function refit(Plotly, host) {
  const changed = host.clientWidth && ofWidth(fitted(host.latest.layout, host.clientWidth)) !== host.ofWidth;
  if (changed) draw(Plotly, host);
}

export default async function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".explorer-figure");
  const { head, figure } = JSON.parse(new TextDecoder().decode(data));
  host.style.height = `${head.height}px`;
  host.setAttribute("role", "img");
  host.setAttribute("aria-label", head.alt);
  host.latest = figure;
  const Plotly = await plotly(head.module);
  // A newer figure may have come while Plotly was loading.
  if (host.latest !== figure || !host.isConnected) return;
  await draw(Plotly, host);
  host.dataset.drawn = String(Number(host.dataset.drawn ?? 0) + 1);
  host.watch ??= new ResizeObserver(() => refit(Plotly, host));
  host.watch.observe(host);
}
