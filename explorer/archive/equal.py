"""Layers of Keras that compute exactly what a layer of this app does, or at prediction nothing at all."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from explorer.archive.structure import Chain
from explorer.specs import Activation, Shape

IDLE = frozenset(
    {
        "ActivityRegularization",
        "AlphaDropout",
        "GaussianDropout",
        "GaussianNoise",
        "RandomBrightness",
        "RandomContrast",
        "RandomFlip",
        "RandomRotation",
        "RandomTranslation",
        "RandomZoom",
        "SpatialDropout1D",
        "SpatialDropout2D",
    }
)
"""Layers that hand on what they get unless they are being trained."""


def reshaped(chain: Chain) -> Shape:
    """The input's shape after a first layer that only reshapes it; without one, as it is."""
    first = chain.entries[0] if chain.entries else None
    target = first.config.get("target_shape") if first is not None and first.kind == "Reshape" else None
    if not isinstance(target, list) or not 1 <= len(target) <= 3:
        return chain.input_shape
    whole = all(isinstance(size, int) and size > 0 for size in target)
    return tuple(target) if whole and math.prod(target) == math.prod(chain.input_shape) else chain.input_shape


def _relu(config: dict[str, Any]) -> str | None:
    if config.get("max_value") is not None or config.get("threshold", 0):
        return None
    return _leak(config.get("negative_slope", 0))


def _leaky_relu(config: dict[str, Any]) -> str | None:
    # Keras 2 calls it alpha and wrote it as the nearest float32.
    return _leak(config.get("negative_slope", config.get("alpha", 0.3)))


def _leak(slope: Any) -> str | None:
    known = {0.0: "relu", 0.2: "leaky_relu", 1.0: "linear"}
    return next((name for value, name in known.items() if math.isclose(slope, value, rel_tol=1e-6)), None)


def _elu(config: dict[str, Any]) -> str | None:
    return "elu" if config.get("alpha", 1) == 1 else None


def _softmax(config: dict[str, Any]) -> str:
    # Along which axis is looked at once it is known how many there are.
    return "softmax"


_ACTIVATIONS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": _elu,
    "Softmax": _softmax,
}
KINDS = frozenset(_ACTIVATIONS)
"""Keras's classes that may equal an `Activation`."""


def activation(kind: str, config: dict[str, Any]) -> Activation | None:
    """The `Activation` that a layer equals, or None if with these settings it equals none."""
    name = _ACTIVATIONS[kind](config)
    return None if name is None else Activation(name)
