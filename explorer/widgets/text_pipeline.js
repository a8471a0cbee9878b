// Draws the stages of a text; everything a reader wrote goes through textContent.
function element(name, kind, text) {
  const made = document.createElement(name);
  made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}

function span(item) {
  const made = element("span", item.kind, item.text);
  if (item.tip) made.title = item.tip;
  return made;
}

function chip(item) {
  if (item.kind === "more") return span(item);
  const made = element("span", `chip ${item.kind}`);
  made.title = item.tip;
  const top = element("span", "top", item.text);
  top.dir = "auto";
  made.append(top, element("span", "bottom", item.id));
  return made;
}

function stage({ title, note, chips, items }) {
  const made = element("section", "stage");
  const list = element("div", chips ? "items chips" : "items text");
  if (!chips) list.dir = "auto";
  list.append(...items.map(chips ? chip : span));
  made.append(element("p", "title", title), list);
  if (note) made.append(element("p", "note", note));
  return made;
}

export default function (component) {
  const { data, parentElement } = component;
  const { stages, alt } = JSON.parse(new TextDecoder().decode(data));
  const host = parentElement.querySelector(".pipeline");
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", alt);
  host.replaceChildren(...stages.map(stage));
}
