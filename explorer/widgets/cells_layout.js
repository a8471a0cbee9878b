// Where the parts of each cell stand and which moments of a step light them up: "f" or, for a part of an equation, "c keep".
// A box shows a quantity of all units, an op joins two of them, a wire carries them. Sizes are those of the view box.

const [WIDE, HIGH] = [900, 376];
const [TOP, STATE_BUS, INPUT_BUS, GATE_ROW] = [60, 268, 290, 205];

const LSTM_GATES = [["f", 205], ["i", 330], ["g", 445], ["o", 580]];

const port = (table, symbol, x, y, lit, wide = 96) => ({ table, symbol, x, y, lit, wide, high: 52, port: true });
const gate = (letter, x, lit, y = GATE_ROW) => ({ table: letter, letter, x, y, lit, wide: 96, high: 70 });

// From the two buses up into a gate; `state` false leaves out h.
function taps(letter, x, lit, state = true) {
  const up = GATE_ROW + 35;
  const found = [{ d: `M${x + 12} ${INPUT_BUS}V${up}`, lit, from: "x", arrow: true, dot: [x + 12, INPUT_BUS] }];
  if (state) found.push({ d: `M${x - 12} ${STATE_BUS}V${up}`, lit, from: "h", arrow: true, dot: [x - 12, STATE_BUS] });
  return found;
}

const LAYOUTS = {
  LSTM: () => ({
    body: [116, 16, 672, 290],
    boxes: [
      port("c-", "c_{t\u22121}", 52, TOP, ["c keep"]),
      port("h-", "h_{t\u22121}", 52, STATE_BUS, ["f", "i", "g", "o"]),
      port("x", "x_{t}", 150, 348, ["f", "i", "g", "o"], 116),
      ...LSTM_GATES.map(([letter, x]) => gate(letter, x, [letter])),
      port("c", "c_{t}", 848, TOP, ["c add", "h"]),
      port("h", "h_{t}", 848, STATE_BUS, ["h"]),
    ],
    ops: [
      { sign: "\u00d7", x: 205, y: TOP, lit: ["c keep"], sum: ["c", "keep"], at: [225, 48], stage: ["c", "keep"] },
      { sign: "\u00d7", x: 445, y: 122, lit: ["c add"], sum: ["c", "add"], at: [466, 127], stage: ["c", "add"] },
      { sign: "+", x: 445, y: TOP, lit: ["c add"], stage: ["c", "add"] },
      { sign: "tanh", x: 690, y: 122, lit: ["h"], table: "tanh(c)", at: [728, 127], stage: ["h", ""], wide: 30 },
      { sign: "\u00d7", x: 690, y: GATE_ROW, lit: ["h"], stage: ["h", ""] },
    ],
    wires: [
      { d: `M100 ${TOP}H191`, lit: ["c keep"], from: "c", arrow: true },
      { d: `M219 ${TOP}H431`, lit: ["c add"], from: "c", arrow: true },
      { d: `M459 ${TOP}H800`, lit: ["c add"], from: "c", arrow: true },
      { d: `M100 ${STATE_BUS}H568`, lit: ["f", "i", "g", "o"], from: "h" },
      { d: `M150 322V${INPUT_BUS}H592`, lit: ["f", "i", "g", "o"], from: "x" },
      ...LSTM_GATES.flatMap(([letter, x]) => taps(letter, x, [letter])),
      { d: `M205 170V74`, lit: ["c keep"], from: "f", arrow: true },
      { d: `M330 170V122H431`, lit: ["c add"], from: "i", arrow: true },
      { d: `M445 170V136`, lit: ["c add"], from: "g", arrow: true },
      { d: `M445 108V74`, lit: ["c add"], from: "g", arrow: true },
      { d: `M690 ${TOP}V106`, lit: ["h"], from: "c", arrow: true, dot: [690, TOP] },
      { d: `M690 138V191`, lit: ["h"], from: "c", arrow: true },
      { d: `M628 ${GATE_ROW}H676`, lit: ["h"], from: "o", arrow: true },
      { d: `M690 219V${STATE_BUS}H800`, lit: ["h"], from: "h", arrow: true },
    ],
  }),
  GRU: (resetAfter) => ({
    body: [116, 16, 672, 290],
    boxes: [
      port("h-", "h_{t\u22121}", 52, TOP, ["r", "g recurrent", "z", "h keep"]),
      port("x", "x_{t}", 170, 348, ["r", "g", "z"], 116),
      gate("r", 215, ["r"]),
      gate("g", 425, ["g"]),
      gate("z", 610, ["z"]),
      port("h", "h_{t}", 848, TOP, ["h add"]),
    ],
    ops: [
      { sign: "\u00d7", x: 310, y: 132, lit: ["g recurrent"], sum: resetAfter ? ["g", "recurrent"] : null, at: [330, 124], stage: ["g", "recurrent"] },
      { sign: resetAfter ? "W_{hh}, b\u2032" : "", x: 310, y: 90, lit: ["g recurrent"], stage: ["g", "recurrent"], wide: resetAfter ? 36 : 0 },
      { sign: resetAfter ? "" : "W_{hh}", x: 345, y: 170, lit: ["g recurrent"], stage: ["g", "recurrent"], wide: resetAfter ? 0 : 26 },
      { sign: "\u00d7", x: 610, y: TOP, lit: ["h keep"], sum: ["h", "keep"], at: [630, 48], stage: ["h", "keep"] },
      { sign: "1 \u2212", x: 664, y: 150, lit: ["h add"], table: "1-z", at: [684, 164], stage: ["h", "add"] },
      { sign: "\u00d7", x: 735, y: 108, lit: ["h add"], sum: ["h", "add"], at: [745, 134], stage: ["h", "add"] },
      { sign: "+", x: 735, y: TOP, lit: ["h add"], stage: ["h", "add"] },
    ],
    wires: [
      { d: `M100 ${TOP}H596`, lit: ["h keep"], from: "h", arrow: true },
      { d: `M130 ${TOP}V${STATE_BUS}H598`, lit: ["r", "z"], from: "h", dot: [130, TOP] },
      { d: `M170 322V${INPUT_BUS}H622`, lit: ["r", "g", "z"], from: "x" },
      ...taps("r", 215, ["r"]),
      ...taps("g", 425, ["g"], false),
      ...taps("z", 610, ["z"]),
      { d: `M310 ${TOP}V118`, lit: ["g recurrent"], from: "h", arrow: true, dot: [310, TOP] },
      { d: `M215 170V132H296`, lit: ["g recurrent"], from: "r", arrow: true },
      { d: `M324 132H345V${GATE_ROW}H377`, lit: ["g recurrent", "g"], from: "h", arrow: true },
      { d: `M610 170V74`, lit: ["h keep"], from: "z", arrow: true },
      { d: `M610 150H650`, lit: ["h add"], from: "z", arrow: true, dot: [610, 150] },
      { d: `M678 150H735V122`, lit: ["h add"], from: "z", arrow: true },
      { d: `M425 170V108H602a8 8 0 0 1 16 0H721`, lit: ["h add"], from: "g", arrow: true },
      { d: `M735 94V74`, lit: ["h add"], from: "g", arrow: true },
      { d: `M624 ${TOP}H721`, lit: ["h add"], from: "h", arrow: true },
      { d: `M749 ${TOP}H800`, lit: ["h add"], from: "h", arrow: true },
    ],
  }),
  SimpleRNN: () => ({
    body: [116, 46, 672, 260],
    boxes: [
      port("h-", "h_{t\u22121}", 52, 135, ["h recurrent"]),
      port("x", "x_{t}", 170, 348, ["h input"], 116),
      { sum: ["h", "recurrent"], symbol: "h_{t\u22121} W_{h}", x: 290, y: 135, lit: ["h recurrent"], wide: 120, high: 66, stage: ["h", "recurrent"] },
      { sum: ["h", "input"], symbol: "x_{t} W_{x}", x: 290, y: 245, lit: ["h input"], wide: 120, high: 66, stage: ["h", "input"] },
      { sum: ["h", "logit"], symbol: "+", x: 480, y: 135, lit: ["h"], wide: 96, high: 66, stage: ["h", ""] },
      port("h", "h_{t}", 848, 135, ["h"]),
    ],
    ops: [
      { sign: "b", x: 480, y: 245, lit: ["h"], sum: ["h", "biases"], at: [502, 250], stage: ["h", ""] },
      { sign: "tanh", x: 650, y: 135, lit: ["h"], stage: ["h", ""], wide: 36 },
    ],
    wires: [
      { d: "M100 135H230", lit: ["h recurrent"], from: "h", arrow: true },
      { d: "M170 322V245H230", lit: ["h input"], from: "x", arrow: true },
      { d: "M350 135H432", lit: ["h"], from: "h", arrow: true },
      { d: "M350 245H400V152H432", lit: ["h"], from: "x", arrow: true },
      { d: "M480 231V168", lit: ["h"], from: "b", arrow: true },
      { d: "M528 135H614", lit: ["h"], from: "h", arrow: true },
      { d: "M686 135H800", lit: ["h"], from: "h", arrow: true },
    ],
  }),
};
