"""The layers as transparent numpy: each written as its equation, keeping what it computes."""

from explorer.layers import convolution, core, pooling
from explorer.layers.activations import ACTIVATIONS
from explorer.layers.base import FORWARD, LayerResult, forward

__all__ = ["ACTIVATIONS", "FORWARD", "LayerResult", "convolution", "core", "forward", "pooling"]
