"""The recurrent cells backwards, one time step at a time: the equations of `recurrent` by the chain rule.

In the code `d["h"]` is how fast the objective grows with h; the gradients of x·W + b come as
columns, in Keras's order. What `behind` does undoes a clamp: it hands on the gradient of a
value before it was clamped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from explorer.layers.activations import ACTIVATIONS
from explorer.layers.base import LayerWeights
from explorer.layers.gradients import DERIVATIVES
from explorer.layers.recurrent import Quantities, StepClamp, unclamped
from explorer.specs import GRU, LSTM, Layer, SimpleRNN


class StepBack(NamedTuple):
    """One step backwards: the gradients of x·W + b, of the states before the step, and of its own states.

    The last differ from those handed in where a state has a way to the objective within the
    step: c through h = o·tanh(c).
    """

    columns: np.ndarray
    before: Quantities
    states: Quantities


def simple_rnn_back(
    layer: SimpleRNN,
    weights: LayerWeights,
    now: Quantities,
    before: Quantities,
    d: Quantities,
    behind: StepClamp = unclamped,
) -> StepBack:
    """Through h = tanh(x·W + h₋·U + b): the gradients of x·W + b and of h₋."""
    columns = DERIVATIVES[layer.activation](now["h"], behind("h", d["h"]))
    return StepBack(columns, {"h": columns @ weights["recurrent_kernel"].T}, d)


def lstm_back(
    layer: LSTM,
    weights: LayerWeights,
    now: Quantities,
    before: Quantities,
    d: Quantities,
    behind: StepClamp = unclamped,
) -> StepBack:
    """Through h = o·tanh(c), c = f·c₋ + i·g and the gates: the gradients of x·W + b, and of c₋ and h₋."""
    dσ, dtanh = DERIVATIVES[layer.recurrent_activation], DERIVATIVES[layer.activation]
    i, f, g, o = now["i"], now["f"], now["g"], now["o"]
    tanh_c = ACTIVATIONS[layer.activation](now["c"])
    dh = behind("h", d["h"])
    grown = d["c"] + dtanh(tanh_c, dh * o)
    dc = behind("c", grown)
    columns = np.concatenate(
        [
            dσ(i, behind("i", dc * g)),
            dσ(f, behind("f", dc * before["c"])),
            dtanh(g, behind("g", dc * i)),
            dσ(o, behind("o", dh * tanh_c)),
        ],
        axis=-1,
    )
    return StepBack(columns, {"c": dc * f, "h": columns @ weights["recurrent_kernel"].T}, {"c": grown, "h": d["h"]})


def gru_back(
    layer: GRU,
    weights: LayerWeights,
    now: Quantities,
    before: Quantities,
    d: Quantities,
    behind: StepClamp = unclamped,
) -> StepBack:
    """Through h = z·h₋ + (1 - z)·g and the gates: the gradients of x·W + b and of h₋."""
    dσ, dtanh = DERIVATIVES[layer.recurrent_activation], DERIVATIVES[layer.activation]
    z, r, g, h = now["z"], now["r"], now["g"], before["h"]
    kernel_z, kernel_r, kernel_g = np.split(weights["recurrent_kernel"], 3, axis=-1)
    dh = behind("h", d["h"])
    column_z = dσ(z, behind("z", dh * (h - g)))
    column_g = dtanh(g, behind("g", dh * (1 - z)))
    if layer.reset_after:
        h_g = h @ kernel_g + (np.split(weights["bias"][1], 3)[2] if layer.use_bias else 0)
        column_r = dσ(r, behind("r", column_g * h_g))
        through_g = (column_g * r) @ kernel_g.T
    else:
        reset = column_g @ kernel_g.T
        column_r = dσ(r, behind("r", reset * h))
        through_g = reset * r
    through = dh * z + through_g + column_z @ kernel_z.T + column_r @ kernel_r.T
    return StepBack(np.concatenate([column_z, column_r, column_g], axis=-1), {"h": through}, d)


STEPS_BACK: dict[type[Layer], Callable[..., StepBack]] = {
    SimpleRNN: simple_rnn_back,
    LSTM: lstm_back,
    GRU: gru_back,
}
