// One output map and everything that it comes from: windows, sums, uses. Nothing here draws.

const ACTIVATIONS = {
  linear: (z) => z,
  relu: (z) => Math.max(z, 0),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
};

class Scope {
  // A header (its length, then JSON) and after it the numbers (float32): inputs, kernel, logits, output.
  constructor(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    Object.assign(this, JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))));
    const floats = new Float32Array(bytes.slice(4 + length).buffer);
    let start = 0;
    const take = (count) => floats.slice(start, (start += count));
    const [height, width, channels] = this.shape;
    this.count = this.out[0] * this.out[1];
    this.inputs = take(height * width * channels);
    this.kernel = take(this.isSum ? this.size[0] * this.size[1] * channels : 0);
    this.logits = take(this.count);
    this.output = take(this.count);
    this.uses = this.countUses();
  }

  get isSum() {
    return this.operation === "sum";
  }

  // The place of an output cell in reading order, and back.
  indexOf([row, column]) {
    return row * this.out[1] + column;
  }

  cellOf(index) {
    return [Math.floor(index / this.out[1]), index % this.out[1]];
  }

  holds(y, x) {
    return y >= 0 && x >= 0 && y < this.shape[0] && x < this.shape[1];
  }

  value(y, x, channel) {
    return this.holds(y, x) ? this.inputs[(y * this.shape[1] + x) * this.shape[2] + channel] : 0;
  }

  weight(i, j, channel) {
    return this.kernel[(i * this.size[1] + j) * this.shape[2] + channel];
  }

  set(target, y, x, channel, value) {
    if (target === "input") this.inputs[(y * this.shape[1] + x) * this.shape[2] + channel] = value;
    else this.kernel[(y * this.size[1] + x) * this.shape[2] + channel] = value;
    if (this.isSum && ACTIVATIONS[this.activation]) this.compute();
  }

  // The input cells [y, x, kernel row, kernel column] behind an output cell.
  window([row, column]) {
    const { size, strides, dilation, before } = this;
    const terms = [];
    for (let i = 0; i < size[0]; i++) {
      for (let j = 0; j < size[1]; j++) {
        terms.push([row * strides[0] - before[0] + i * dilation[0], column * strides[1] - before[1] + j * dilation[1], i, j]);
      }
    }
    return terms;
  }

  // The outputs [row, column, kernel row, kernel column] that an input cell takes part in, in reading order.
  taking(y, x) {
    const { size, strides, dilation, before, out } = this;
    const found = [];
    for (let i = size[0] - 1; i >= 0; i--) {
      for (let j = size[1] - 1; j >= 0; j--) {
        const [row, column] = [(y + before[0] - i * dilation[0]) / strides[0], (x + before[1] - j * dilation[1]) / strides[1]];
        const whole = Number.isInteger(row) && Number.isInteger(column);
        if (whole && row >= 0 && column >= 0 && row < out[0] && column < out[1]) found.push([row, column, i, j]);
      }
    }
    return found;
  }

  // How many windows every input cell takes part in.
  countUses() {
    const uses = new Uint16Array(this.shape[0] * this.shape[1]);
    for (let index = 0; index < this.count; index++) {
      for (const [y, x] of this.window(this.cellOf(index))) if (this.holds(y, x)) uses[y * this.shape[1] + x]++;
    }
    return uses;
  }

  // The cell that a maximum takes: the first of the largest.
  largestOf(terms, channel) {
    return terms.reduce((best, term) => {
      if (!this.holds(term[0], term[1])) return best;
      return best && this.value(best[0], best[1], channel) >= this.value(term[0], term[1], channel) ? best : term;
    }, null);
  }

  channelSums(terms) {
    return Array.from({ length: this.shape[2] }, (_, channel) =>
      terms.reduce((sum, [y, x, i, j]) => {
        const product = this.value(y, x, channel) * this.weight(i, j, channel);
        return Number.isNaN(product) ? sum : sum + product;
      }, 0),
    );
  }

  // The picture follows an edit at once; the server's own numbers replace these a moment later.
  compute() {
    for (let index = 0; index < this.count; index++) {
      const sums = this.channelSums(this.window(this.cellOf(index)));
      this.logits[index] = sums.reduce((sum, value) => sum + value, this.bias ?? 0);
      this.output[index] = ACTIVATIONS[this.activation](this.logits[index]);
    }
  }
}
