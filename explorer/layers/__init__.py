"""The layers as transparent numpy: each written as its equation, keeping what it computes."""

from explorer.layers import (
    branches,
    convolution,
    core,
    gradients,
    pooling,
    recurrent,
    recurrent_gradients,
    sequence,
    sequence_gradients,
)
from explorer.layers.activations import ACTIVATIONS
from explorer.layers.base import FORWARD, Clamp, Context, LayerResult, forward

__all__ = [
    "ACTIVATIONS",
    "FORWARD",
    "Clamp",
    "Context",
    "LayerResult",
    "branches",
    "convolution",
    "core",
    "forward",
    "gradients",
    "pooling",
    "recurrent",
    "recurrent_gradients",
    "sequence",
    "sequence_gradients",
]
