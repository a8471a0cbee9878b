"""A picture moved by whole pixels, and how much of the move is still seen after pooling."""

from __future__ import annotations

import numpy as np


def shifted(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Images (..., height, width, channels) moved by whole cells; what comes in from outside is 0."""
    height, width = images.shape[-3:-1]
    moved = np.zeros_like(images)
    if abs(down) < height and abs(right) < width:
        target = np.s_[..., max(0, down) : height + min(0, down), max(0, right) : width + min(0, right), :]
        source = np.s_[..., max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right), :]
        moved[target] = images[source]
    return moved


def change(before: np.ndarray, after: np.ndarray) -> float:
    """The length of the difference as a share of the length of `before`: ‖after - before‖ / ‖before‖."""
    length = float(np.linalg.norm(before))
    return float(np.linalg.norm(after - before)) / length if length else 0.0
