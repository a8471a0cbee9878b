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
  await Plotly.react(host, figure.data, { ...figure.layout, autosize: true }, CONFIG);
  host.dataset.drawn = String(Number(host.dataset.drawn ?? 0) + 1);
}
