"""What a network knows of single words: their vectors, and which of them point the same or the opposite way."""

from __future__ import annotations

import numpy as np

from explorer.network import Network
from explorer.specs import CategoryEncoding, Embedding


def vectors(network: Network) -> np.ndarray | None:
    """One row for each token, (tokens, numbers): the embedding, or of a one-hot input the next layer's kernel.

    None if the network has neither.
    """
    names, layers = network.spec.names(), network.spec.layers
    if isinstance(layers[0], Embedding):
        return network.weights[names[0]]["embeddings"]
    if isinstance(layers[0], CategoryEncoding) and len(layers) > 1:
        kernel = network.weights[names[1]].get("kernel")
        return kernel if kernel is not None and kernel.ndim == 2 else None
    return None


def cosines(rows: np.ndarray, token: int) -> np.ndarray:
    """The cosine of the angle between one token's vector and every token's: (tokens,), -1 to 1; 0 for zero vectors."""
    lengths = np.linalg.norm(rows, axis=1)
    lengths, products = lengths * lengths[token], rows @ rows[token]
    return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)


def like_and_unlike(rows: np.ndarray, token: int, first: int, last: int, count: int) -> tuple[list[int], list[int]]:
    """The ids from `first` to before `last` whose vectors point most like the token's, and most against it."""
    found = cosines(rows, token)
    others = np.array([id_ for id_ in range(first, min(last, len(rows))) if id_ != token], int)
    order = others[np.argsort(-found[others], kind="stable")]
    return [int(id_) for id_ in order[:count]], [int(id_) for id_ in order[::-1][:count]]
