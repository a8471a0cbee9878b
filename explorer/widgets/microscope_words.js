// The arithmetic of a scope in words and numbers. Goes after microscope_grid.js and microscope_scope.js.

const FULL_TERMS = 49;
const SHOWN_TERMS = 8;

const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

const bold = (text) => element("b", {}, text);

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function placeOf({ labels, flat }, row, column) {
  return fill(flat ? labels.position : labels.place, { row: row + 1, column: column + 1 });
}

// How one output came about, as text and bold text.
function outputArithmetic(scope, channel, terms, index) {
  const inside = terms.filter(([y, x]) => scope.holds(y, x)).map(([y, x]) => scope.value(y, x, channel));
  const result = number(scope.output[index]);
  switch (scope.operation) {
    case "maximum":
      return [`max(${listed(inside, number, ", ", scope)}) = `, bold(result)];
    case "mean":
      return [`(${listed(inside, factor, " + ", scope)}) / ${inside.length} = `, bold(result)];
    case "copy":
      if (scope.activation !== "linear") return activated(scope, index, result);
      return [fill(scope.labels.copied, { value: result })];
    case "normalize":
      return normalized(scope.constants, inside[0], result);
    default:
      return productsAndSum(scope, channel, terms, index, result);
  }
}

// Values of a pooling window; of a window as large as a map only the largest few.
function listed(values, write, between, { labels }) {
  if (values.length <= FULL_TERMS) return values.map((value) => write(value)).join(between);
  const largest = [...values].sort((a, b) => Math.abs(b) - Math.abs(a)).slice(0, SHOWN_TERMS);
  return [...largest.map((value) => write(value)), fill(labels.more, { count: values.length - SHOWN_TERMS })].join(between);
}

function normalized({ gamma, beta, moving_mean, moving_variance, epsilon }, value, result) {
  const root = `\u221a(${number(moving_variance)} + ${number(epsilon)})`;
  const formula = "\u03b3 (x \u2212 \u03bc) / \u221a(\u03c3\u00b2 + \u03b5) + \u03b2";
  return [`${formula} = ${factor(gamma)} \u00d7 (${number(value)} \u2212 ${factor(moving_mean)}) / ${root} + ${factor(beta)} = `, bold(result)];
}

function productsAndSum(scope, channel, terms, index, result) {
  const { labels, bias, activation, logits } = scope;
  const sums = scope.channelSums(terms);
  const total = sums.reduce((sum, value) => sum + value, 0);
  const lines = [[`${products(scope, channel, terms)} = `, bold(number(sums[channel]))]];
  if (sums.length > 1) lines.push([`${fill(labels.total, { channels: sums.length })} = `, bold(number(total))]);
  if (bias !== null) lines.push([`${number(total)} + ${labels.bias} ${factor(bias)} = `, bold(number(logits[index]))]);
  if (activation !== "linear") lines.push(activated(scope, index, result));
  return lines.flatMap((line, place) => (place ? [element("br"), ...line] : line));
}

// The function that makes an output of its logit.
function activated({ activation, logits, exponentials }, index, result) {
  if (activation !== "softmax") return [`${activation}(${number(logits[index])}) = `, bold(result)];
  const [own, all] = [Math.exp(logits[index]), exponentials[index]];
  return [`softmax: e^${factor(logits[index])} / \u03a3 e^z = ${number(own)} / ${number(all)} = `, bold(result)];
}

function products(scope, channel, terms) {
  const all = terms
    .map(([y, x, i, j]) => [scope.value(y, x, channel), scope.weight(i, j, channel)])
    .filter(([value, weight]) => !Number.isNaN(value * weight));
  const term = ([value, weight]) => `${factor(value)} \u00d7 ${factor(weight)}`;
  if (all.length <= FULL_TERMS) return all.map(term).join(" + ");
  const largest = [...all].sort((a, b) => Math.abs(b[0] * b[1]) - Math.abs(a[0] * a[1])).slice(0, SHOWN_TERMS);
  return `${largest.map(term).join(" + ")} + ${fill(scope.labels.more, { count: all.length - SHOWN_TERMS })}`;
}

// Which outputs one input takes part in, and with what weight.
function inputShares(scope, channel, taking) {
  const shares = taking.slice(0, SHOWN_TERMS).map(([row, column, i, j]) => {
    const place = placeOf(scope, row, column);
    return scope.isSum ? `${place}: \u00d7 ${factor(scope.weight(i, j, channel))}` : place;
  });
  if (taking.length > SHOWN_TERMS) shares.push(fill(scope.labels.more, { count: taking.length - SHOWN_TERMS }));
  return shares.join(" \u00b7 ");
}
