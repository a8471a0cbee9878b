// Drawing helpers, and texts with subscripts written as W_{xf}. Goes after microscope_grid.js and microscope_words.js.

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const pieces = (text) => text.split(/_\{([^}]*)\}/);

const plain = (text) => pieces(text).join("");

// For HTML: subscripts as <sub>.
function rich(text) {
  return pieces(text)
    .map((piece, place) => (place % 2 ? element("sub", {}, piece) : piece))
    .filter((piece) => piece !== "");
}

// For SVG: subscripts as smaller text a little lower, and the line raised again after them.
function inscribed(text, { fill: colour, ...attributes }) {
  const made = drawn("text", { ...attributes, style: colour ? `fill:${colour}` : null });
  let lowered = 0;
  pieces(text).forEach((piece, place) => {
    if (piece === "") return;
    const low = place % 2 ? 3 : 0;
    made.append(drawn("tspan", { dy: low - lowered || null, "font-size": place % 2 ? "75%" : null }, piece));
    lowered = low;
  });
  return made;
}

// A strip of coloured squares, one for each value, around the middle (x, y).
function strip(values, x, y, { colour, width, height, chosen = null, written = false }) {
  const left = x - (values.length * width) / 2;
  const group = drawn("g", { class: "strip" });
  values.forEach((value, place) => {
    const look = colour(value);
    group.append(
      drawn("rect", { x: left + place * width, y: y - height / 2, width: width - 1, height, fill: look.fill, class: place === chosen ? "chosen" : null }),
    );
    if (written) {
      group.append(inscribed(number(value, 2), { x: left + (place + 0.5) * width, y: y + 4, fill: look.text, class: "small middle" }));
    }
  });
  return group;
}
