"""What padding does to a recurrent network's state: the same ids with more and more of token 0 on one side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.messages import N_, ExplorerError, message
from explorer.network import Network
from explorer.specs import Embedding, ModelSpec, Recurrent
from explorer.text import POST, PRE

SIDES = (PRE, POST)


@dataclass(frozen=True)
class Drift:
    """What a network makes of one sequence with `counts` (n,) padding tokens on one side.

    `predictions` (n,) are its outputs; `distances` (n,) how far the last hidden state is from that
    without padding (Euclidean).
    """

    side: str
    masked: bool
    counts: np.ndarray
    predictions: np.ndarray
    distances: np.ndarray


def drift(network: Network, sequence: np.ndarray, counts: Sequence[int], side: str, masked: bool) -> Drift:
    """Pad a sequence of ids (length,) before ("pre") or after it ("post"), with or without mask_zero.

    Raises:
        ExplorerError: if the network is not embedding, recurrent layer, dense layers, or the sequence is empty.
    """
    if not can_drift(network.spec):
        raise ExplorerError(message(N_("This needs a model that begins with Embedding and one recurrent layer.")))
    if not len(sequence):
        raise ExplorerError(message(N_("There is no word here that the model could read.")))
    found = [_last(network, _padded(sequence, count, side), masked) for count in counts]
    states = np.array([state for state, _ in found])
    outputs = np.array([output for _, output in found])
    start, _ = _last(network, sequence, masked)
    return Drift(side, masked, np.array(counts), outputs, np.linalg.norm(states - start, axis=1))


def can_drift(spec: ModelSpec) -> bool:
    """Whether the model begins with an embedding and a recurrent layer that gives its last state only."""
    first = spec.layers[:2]
    return (
        len(first) == 2
        and isinstance(first[0], Embedding)
        and isinstance(first[1], Recurrent)
        and not first[1].return_sequences
    )


def _padded(sequence: np.ndarray, count: int, side: str) -> np.ndarray:
    padding = np.zeros(count, sequence.dtype)
    return np.concatenate([padding, sequence] if side == PRE else [sequence, padding])


def _last(network: Network, row: np.ndarray, masked: bool) -> tuple[np.ndarray, float]:
    """The recurrent layer's last hidden state (units,) and the network's first output."""
    embedding, *others = network.spec.layers
    assert isinstance(embedding, Embedding)
    layers = (replace(embedding, mask_zero=masked), *others)
    # The same weights under the same names: only the length and the mask are others.
    trace = Network(ModelSpec((len(row),), layers), network.weights).trace(row[np.newaxis])
    return trace.layers[1].output[0], float(trace.output[0, 0])
