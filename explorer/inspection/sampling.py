"""How a network writes: from logits to one token, with every number of the way, and on from token to token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.layers import ACTIVATIONS
from explorer.layers.recurrent import CELLS
from explorer.messages import N_, ExplorerError, message
from explorer.network import Network
from explorer.specs import Bidirectional, CategoryEncoding, Conv1D, Recurrent

ALL = 0
"""As `top_k`: every token may be drawn."""
States = Mapping[str, Mapping[str, np.ndarray]]
_LOOKING_AHEAD = (Bidirectional, Conv1D)


@dataclass(frozen=True)
class Sampling:
    """How a token is drawn: logits are divided by `temperature`, and only the `top_k` largest stay (0: all).

    At temperature 0 the largest logit always wins.
    """

    temperature: float = 1.0
    top_k: int = ALL


@dataclass(frozen=True)
class Draw:
    """One token's choice, every stage of it by token id: arrays (vocabulary,).

    `scaled` are the logits divided by the temperature, `kept` says which the cut to the largest
    k leaves, `exponentials` are e to the power of `scaled` less its largest value (0 for what is cut),
    and `probabilities` their shares of their sum. `order` lists the ids from the most probable on,
    `cumulative` adds their probabilities up in that order; the token drawn is the first one
    whose sum is beyond `number`, a random number from 0 to 1.
    """

    logits: np.ndarray
    scaled: np.ndarray
    kept: np.ndarray
    exponentials: np.ndarray
    probabilities: np.ndarray
    order: np.ndarray
    cumulative: np.ndarray
    number: float
    token: int

    @property
    def total(self) -> float:
        """The sum of the exponentials."""
        return float(self.exponentials.sum())

    @property
    def place(self) -> int:
        """Where in `order` the drawn token stands, from 0."""
        return int(np.flatnonzero(self.order == self.token)[0])


def draw(logits: np.ndarray, sampling: Sampling, number: float) -> Draw:
    """Choose a token for the random `number` (0 to 1, 1 excluded).

    Temperature: Ackley, Hinton and Sejnowski 1985; top-k: Fan, Lewis and Dauphin 2018 (arXiv:1805.04833).
    """
    logits = np.asarray(logits, np.float64)
    order = np.argsort(-logits, kind="stable")
    greedy = sampling.temperature <= 0
    count = 1 if greedy else sampling.top_k or len(logits)
    kept = np.zeros(len(logits), bool)
    kept[order[:count]] = True
    scaled = logits if greedy else logits / sampling.temperature
    exponentials = np.where(kept, np.exp(scaled - scaled.max()), 0.0)
    probabilities = exponentials / exponentials.sum()
    cumulative = np.cumsum(probabilities[order])
    place = min(int(np.searchsorted(cumulative, number, side="right")), int(np.count_nonzero(kept)) - 1)
    return Draw(logits, scaled, kept, exponentials, probabilities, order, cumulative, number, int(order[place]))


@dataclass(frozen=True)
class Sample:
    """What was written after `prompt`: `tokens` (count,) with their logits (count, vocabulary) and random numbers."""

    prompt: np.ndarray
    tokens: np.ndarray
    logits: np.ndarray
    numbers: np.ndarray
    sampling: Sampling

    def draw(self, place: int) -> Draw:
        """How the token in that place was chosen."""
        return draw(self.logits[place], self.sampling, float(self.numbers[place]))

    @cached_property
    def probabilities(self) -> np.ndarray:
        """What the network itself gave each token that was written, before temperature and cut: (count,)."""
        shares = ACTIVATIONS["softmax"](self.logits)
        return np.asarray(shares[np.arange(len(self.tokens)), self.tokens])


def generate(network: Network, prompt: np.ndarray, count: int, sampling: Sampling, seed: int) -> Sample:
    """Let a network write `count` tokens after a prompt (at least one token), always the same ones for a seed.

    Only the new token is computed at each step: the states of the recurrent layers carry the past.

    Raises:
        ExplorerError: if the network gives no answer at every time step, or looks ahead.
    """
    _check(network)
    numbers = np.random.RandomState(seed).random_sample(count)
    tokens = np.empty(count, np.int32)
    logits = np.empty((count, network.spec.output_shape[-1]), np.float32)
    step = _read(network, np.asarray(prompt, np.int32), {})
    for place, number in enumerate(numbers):
        logits[place] = step.logits[-1]
        tokens[place] = draw(logits[place], sampling, number).token
        if place + 1 < count:
            step = _read(network, tokens[place : place + 1], step.states)
    return Sample(np.asarray(prompt, np.int32), tokens, logits, numbers, sampling)


@dataclass(frozen=True)
class _Step:
    """Logits (tokens, vocabulary) after reading some tokens, and the states then, (1, units) by layer and letter."""

    logits: np.ndarray
    states: States


def _read(network: Network, tokens: np.ndarray, states: States) -> _Step:
    """Read tokens on from these states."""
    count = len(tokens)
    # A single one-hot step has no axis of time, as in Keras: a second one is read, and not looked at.
    alone = count == 1 and isinstance(network.spec.layers[0], CategoryEncoding)
    padded = np.append(tokens, tokens[-1]) if alone else tokens
    trace = network.trace(padded[np.newaxis], initial=states)
    after = {
        step.name: {letter: step.result.gates[letter][:, count - 1] for letter in CELLS[type(step.layer)].states}
        for step in trace.layers
        if isinstance(step.layer, Recurrent)
    }
    logits = trace.layers[-1].result.logits
    assert logits is not None
    return _Step(np.asarray(logits[0, :count]), after)


@dataclass(frozen=True)
class Reading:
    """What a network expects after each token of a text (tokens,): probabilities (tokens, vocabulary)."""

    tokens: np.ndarray
    probabilities: np.ndarray

    def best(self, count: int) -> np.ndarray:
        """The ids of the most probable next tokens, best first: (tokens, count)."""
        return np.argsort(-self.probabilities, axis=1, kind="stable")[:, :count]

    @property
    def came(self) -> np.ndarray:
        """The probability of each token that really came next: (tokens - 1,)."""
        return np.asarray(self.probabilities[np.arange(len(self.tokens) - 1), self.tokens[1:]])

    @property
    def bits(self) -> float:
        """Mean surprise of the tokens that came, in bits; 0 for a single token."""
        return float(-np.log2(np.maximum(self.came, 1e-12)).mean()) if len(self.tokens) > 1 else 0.0


def read(network: Network, tokens: np.ndarray) -> Reading:
    """Let a network read (tokens,) and say after each what it expects next.

    Raises:
        ExplorerError: if the network gives no answer at every time step, or looks ahead.
    """
    _check(network)
    logits = _read(network, np.asarray(tokens, np.int32), {}).logits
    return Reading(np.asarray(tokens), ACTIVATIONS["softmax"](logits))


def share(lines: list[str], right: Callable[[str], bool]) -> tuple[int, int]:
    """How many lines are right, of how many."""
    return sum(map(right, lines)), len(lines)


def _check(network: Network) -> None:
    """Refuse a network that cannot write one token after the other."""
    layers = network.spec.layers
    ahead = any(isinstance(layer, _LOOKING_AHEAD) for layer in layers)
    softmax = bool(layers) and getattr(layers[-1], "activation", "") == "softmax"
    if ahead or not softmax or len(network.spec.output_shape) != 2:
        raise ExplorerError(
            message(
                N_(
                    "This model cannot write: it needs an answer at every time step (return_sequences on), softmax at "
                    "the end, and no layer that looks ahead."
                )
            )
        )
