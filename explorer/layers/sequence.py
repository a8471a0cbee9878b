"""Embedding, one-hot and layer normalisation, at prediction."""

from __future__ import annotations

import numpy as np

from explorer.layers.base import Context, LayerResult, LayerWeights, computes, computes_sequences
from explorer.messages import N_, ExplorerError, message
from explorer.specs import CategoryEncoding, Embedding, LayerNormalization


@computes_sequences(Embedding)
def embedding(layer: Embedding, weights: LayerWeights, inputs: np.ndarray, context: Context) -> LayerResult:
    """Each token's row of the table: (n, time steps) to (n, time steps, output_dim)."""
    tokens = _known(inputs, layer.input_dim)
    return LayerResult(weights["embeddings"][tokens], mask=tokens != 0 if layer.mask_zero else None)


@computes(CategoryEncoding)
def one_hot(layer: CategoryEncoding, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """A row of zeros with a 1 at the token's place: (n, time steps) to (n, time steps, num_tokens).

    As in Keras a single time step gives a row alone: (n, num_tokens).
    """
    tokens = _known(inputs, layer.num_tokens)
    rows = np.zeros((*tokens.shape, layer.num_tokens), np.float32)
    np.put_along_axis(rows, tokens[..., np.newaxis], 1, axis=-1)
    return LayerResult(rows[:, 0] if tokens.shape[1] == 1 else rows)


def _known(tokens: np.ndarray, size: int) -> np.ndarray:
    """The tokens, if all of them are in the vocabulary.

    Raises:
        ExplorerError: naming the first that is not.
    """
    strange = tokens[(tokens < 0) | (tokens >= size)]
    if strange.size:
        raise ExplorerError(
            message(
                N_("The model knows the tokens 0 to {largest}, but the input has {token}."),
                largest=size - 1,
                token=int(strange[0]),
            )
        )
    return tokens


@computes(LayerNormalization, supports_masking=True)
def layer_normalization(layer: LayerNormalization, weights: LayerWeights, inputs: np.ndarray) -> LayerResult:
    """gamma · (x - mean) / sqrt(variance + epsilon) + beta; mean and variance of each example's last axis.

    Ba, Kiros and Hinton 2016, equation 4: https://arxiv.org/abs/1607.06450.
    """
    mean, variance = inputs.mean(axis=-1, keepdims=True), inputs.var(axis=-1, keepdims=True)
    normalized = (inputs - mean) / np.sqrt(variance + np.float32(layer.epsilon))
    return LayerResult(weights["gamma"] * normalized + weights["beta"], normalized=normalized)
