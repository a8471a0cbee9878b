// Equations filled with the numbers of one step: term by term for one unit, or as small matrices for all.

const bracketed = (value) => (value < 0 ? `(${number(value, 3)})` : number(value, 3));

class Study {
  constructor(data) {
    Object.assign(this, data);
    this.palettes = Object.fromEntries(Object.entries(data.scales).filter(([, scale]) => scale).map(([name, scale]) => [name, palette(scale)]));
  }

  // A table's numbers at a time step: a row of them, or all rows of what is the same at each step.
  at(table, step) {
    return this.fixed.includes(table) ? this.tables[table] : this.tables[table][step];
  }

  look(table) {
    const gate = ["i", "f", "o", "z", "r", "1-z"].includes(table);
    const state = ["h", "h-", "g", "tanh(c)", "r*h-"].includes(table);
    const scale = gate ? "gate" : state ? "state" : ["c", "c-"].includes(table) ? "long" : table === "x" ? "x" : "weight";
    return this.palettes[scale] ?? this.palettes.state;
  }

  value([table, place], step) {
    return place.reduce((values, index) => values[index], this.at(table, step));
  }

  sum(letter, kind, step) {
    return this.sums[letter][kind][step];
  }
}

function productOf(study, term, step) {
  const made = element("span", { class: "term" });
  term.forEach((factor, place) => {
    const value = study.value(factor, step);
    if (place) made.append(" \u00d7 ");
    made.append(element("span", { class: "factor", title: `${placed(factor)} = ${number(value, 6)}` }, bracketed(value)));
  });
  return made;
}

// A factor's name; of a weight, its row and column in Keras's array too.
function placed([table, place, symbol]) {
  const name = plain(symbol);
  const keras = { W_x: "kernel", W_h: "recurrent_kernel", b: "bias" }[table];
  return keras ? `${name} = ${keras}[${place.join(", ")}]` : name;
}

function partOf(study, letter, part, step, unit, lit) {
  const sum = study.sum(letter, part.kind, step)[unit];
  const terms = part.terms.flatMap((term, place) => (place ? [" + ", productOf(study, term, step)] : [productOf(study, term, step)]));
  const inner = part.gate ? [productOf(study, [part.gate], step), " \u00d7 (", ...terms, ")"] : terms;
  const names = part.terms.map((term) => term.map(([, , symbol]) => symbol).join(" \u00b7 "));
  const returning = part.gate ? "r (h_{t\u22121} W_{h} + b\u2032)" : part.terms[0][0][0] === "r*h-" ? "(r h_{t\u22121}) W_{h}" : "h_{t\u22121} W_{h}";
  const label = { input: "x_{t} W_{x}", recurrent: returning }[part.kind] ?? names.join(" + ");
  const small = element("span", { class: "label" }, ...rich(label), ` = ${number(sum, 3)}`);
  return element("span", { class: `part${lit ? " lit" : ""}`, "data-part": part.kind }, element("span", {}, ...inner), small);
}

const NAMES = { sigmoid: "\u03c3", linear: "" };

// One unit: the sum of products with its numbers, then the function, then the value.
function writtenOut(study, letter, unit, step, focus) {
  const { function: name, parts } = study.equations[letter][unit];
  const value = study.tables[letter][step][unit];
  const sign = NAMES[name] ?? name;
  const head = `${study.symbols[letter]}_{${unit + 1}} = ${sign}${sign ? "(" : ""}`;
  const shown = parts.flatMap((part, place) => {
    const made = partOf(study, letter, part, step, unit, focus === part.kind);
    return place ? [element("span", { class: "sign" }, "+"), made] : [made];
  });
  const close = sign ? [element("span", { class: "sign" }, ")")] : [];
  const sum = number(study.sum(letter, "logit", step)[unit], 4);
  const last = element("div", { class: "result" }, ...(sign ? [`= ${sign}(${sum}) = `] : ["= "]), element("b", {}, number(value, 4)));
  return [element("div", { class: "parts" }, element("span", { class: "sign" }, ...rich(head)), ...shown, ...close), last];
}

// All units: rows and matrices of numbers with the signs between them.
function asMatrices(study, letter, unit, step) {
  const items = study.matrices[letter].map((item) =>
    typeof item === "string" ? element("span", { class: "sign" }, item) : operand(study, item, step, unit),
  );
  const result = operand(study, { table: letter, symbol: `${study.symbols[letter]}_{t}` }, step, unit);
  return [element("div", { class: "matrices" }, result, element("span", { class: "sign" }, "="), ...items)];
}

function operand(study, { table, symbol, span = null, row = null }, step, unit) {
  const values = study.at(table, step);
  const rows = (Array.isArray(values[0]) ? values : [values]).filter((_, place) => row === null || row === undefined || place === row);
  const cut = rows.map((numbers) => (span ? numbers.slice(...span) : numbers));
  const colour = study.look(table);
  const body = cut.map((numbers) =>
    element("tr", {}, ...numbers.map((value, column) => {
      const look = colour(value);
      const ours = table !== "x" && (span || cut.length === 1) && column === unit;
      return element("td", { style: `background:${look.fill};color:${look.text}`, class: ours ? "ours" : null }, number(value, 3));
    })),
  );
  return element("div", { class: "operand" }, element("span", { class: "label" }, ...rich(symbol)), element("table", {}, element("tbody", {}, ...body)));
}
