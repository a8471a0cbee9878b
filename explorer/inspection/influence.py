"""How much each token mattered for one logit: by the gradient, and exactly by leaving the token out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.datasets.tokens import Tokens
from explorer.inspection import passage as passages
from explorer.inspection.passage import Passage
from explorer.inspection.reading import by_token, last_tokens
from explorer.inspection.retention import retention
from explorer.network import Network, Trace
from explorer.text import Lexicon

LARGEST_BATCH = 8_000_000
"""How many numbers one layer may hold when many texts are read at once."""
FADED = 0.01
"""A gradient through time that is a smaller share than this of the last token's counts as gone."""


@dataclass(frozen=True)
class Influence:
    """How one logit depends on what the network reads at each time step, (time steps,) each.

    `norms` is the length of the logit's gradient with respect to the token's vector x (its
    embedding, or its one-hot row), `products` the gradient times x, summed over the vector:
    the change of the logit if it were a straight line from the zero vector to x (Li et al.
    2016, https://arxiv.org/abs/1506.01066; Shrikumar et al. 2016, https://arxiv.org/abs/1605.01713).
    """

    norms: np.ndarray
    products: np.ndarray


def influence(network: Network, trace: Trace, unit: int = 0) -> Influence:
    """How the logit of one output unit depends on the tokens of the trace's first sequence."""
    first = trace.layers[0]
    gradient = network.gradients(trace, unit).outputs[first.name][0]
    # The one-hot row of a single token has no axis of time steps.
    gradient, vectors = (values.reshape(trace.inputs.shape[1], -1) for values in (gradient, first.output[0]))
    return Influence(np.linalg.norm(gradient, axis=1), (gradient * vectors).sum(axis=1))


def logits(network: Network, rows: np.ndarray) -> np.ndarray:
    """The last layer's values before its activation for rows of tokens (n, time steps): (n, outputs)."""
    widest = max(math.prod(row.output_shape) for row in network.spec.summary())
    at_once = max(1, LARGEST_BATCH // (8 * max(widest, rows.shape[1])))
    found = []
    for begin in range(0, len(rows), at_once):
        last = network.trace(rows[begin : begin + at_once]).layers[-1].result
        found.append(last.output if last.logits is None else last.logits)
    return np.concatenate(found)


def left_out(network: Network, passage: Passage, settings: Tokens, lexicon: Lexicon, unit: int = 0) -> np.ndarray:
    """By how much the logit is larger with each token than without it: (time steps,), NaN where no word stands.

    Exact: the network reads each shortened text, padded or cut as the model's data is. So
    the padding grows by one token, or a word that was cut off takes the free place.
    """
    kept = passage.kept
    without = [passages.fitted(passages.replaced(passage.text, int(n), None, lexicon), settings).row for n in kept]
    values = logits(network, np.stack([passage.row, *without]))[:, unit]
    found = np.full(len(passage.row), np.nan, np.float32)
    found[passage.steps[kept]] = values[0] - values[1:]
    return found


def agreement(products: np.ndarray, removed: np.ndarray) -> tuple[float, int, int]:
    """How well gradient · input foretells what leaving out does: correlation, how many signs agree, and of how many.

    The correlation is NaN where one of the two is the same for all tokens.
    """
    known = np.isfinite(products) & np.isfinite(removed)
    guessed, exact = products[known].astype(float), removed[known].astype(float)
    varied = len(exact) > 1 and guessed.std() > 0 and exact.std() > 0
    correlation = float(np.corrcoef(guessed, exact)[0, 1]) if varied else math.nan
    return correlation, int((np.sign(guessed) == np.sign(exact)).sum()), len(exact)


@dataclass(frozen=True)
class Reach:
    """What one direction of a recurrent layer still knows at its end T of each token, (tokens,) each.

    `norms[s]` is ‖∂h_T/∂s_t‖ for its states s; `kept` is the product of `gate` over the steps
    after t, the mean of all units (None for a cell without such a gate). NaN before a layer's first step.
    """

    norms: dict[str, np.ndarray]
    gate: str | None
    kept: np.ndarray | None


def reach(network: Network, trace: Trace, layer: str, direction: str = "forward") -> Reach:
    """What a layer keeps of each token of the trace's first sequence; `direction` is for `Bidirectional`."""
    steps = trace.inputs.shape[1]
    seen = last_tokens(network, steps)[layer]
    found = retention(trace[layer], network.weights[layer], 0, direction)

    def at_tokens(values: np.ndarray) -> np.ndarray:
        return by_token(values[:, np.newaxis], seen, steps)[:, 0]

    kept = None if found.kept is None else at_tokens(found.kept.mean(axis=1))
    return Reach({name: at_tokens(values) for name, values in found.norms.items()}, found.gate, kept)


def faded(norms: np.ndarray, read: Sequence[int] | np.ndarray) -> int | None:
    """Going back over the time steps `read` (the last one first), the first whose norm is at most 1 % of the last
    one's; None if there is none."""
    steps = np.asarray(read, int)
    below = steps[norms[steps] <= FADED * norms[steps[:1]]]
    return int(below[0]) if len(below) else None
