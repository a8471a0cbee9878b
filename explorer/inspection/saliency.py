"""Which pixels a class depends on: three answers, each to another question.

Gradient: Simonyan, Vedaldi, Zisserman 2013, https://arxiv.org/abs/1312.6034.
Grad-CAM: Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391.
Occlusion: Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.network import Gradients, Network, Trace
from explorer.specs import ModelSpec

MAXIMUM_PASSES = 200
MAXIMUM_WORK = 4e10
"""Floating point operations of one occlusion map: about a second or two on two cores."""
CHUNK_VALUES = 16_000_000
"""Numbers that one batch of covered images may hold at a time: 64 MB."""


@dataclass(frozen=True)
class GradientMap:
    """How fast a class's logit grows with each pixel.

    `signed` (height, width) is the gradient of a grey pixel, of a coloured one that of its
    channel with the largest; `size` is without the sign.
    """

    signed: np.ndarray

    @property
    def size(self) -> np.ndarray:
        return np.abs(self.signed)


@dataclass(frozen=True)
class GradCam:
    """Where a layer's maps speak for a class: all values 0 or more.

    `weights` (maps,) say how much each map speaks for the class, `map` (height, width) is as
    large as the layer's maps, `enlarged` as the image.
    """

    layer: str
    weights: np.ndarray
    map: np.ndarray
    enlarged: np.ndarray


@dataclass(frozen=True)
class Occlusion:
    """How far a class's probability falls when a patch covers a part of the image.

    `drops` (rows, columns) holds the fall from `probability` for each place of the patch
    (negative where it rises); `tops` and `lefts` are the patch's first pixels there, from 0.
    """

    drops: np.ndarray
    tops: np.ndarray
    lefts: np.ndarray
    size: int
    probability: float

    @property
    def passes(self) -> int:
        """How many covered images were predicted."""
        return self.drops.size


def gradient_map(gradients: Gradients) -> GradientMap:
    """∂ logit / ∂ pixel of the first image."""
    pixels = gradients.inputs[0]
    strongest = np.abs(pixels).argmax(axis=-1)
    return GradientMap(np.take_along_axis(pixels, strongest[..., np.newaxis], axis=-1)[..., 0])


def layers_with_maps(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the layers that Grad-CAM can be asked about."""
    return tuple(row.name for row in spec.summary() if len(row.output_shape) == 3)


def grad_cam(trace: Trace, gradients: Gradients, layer: str) -> GradCam:
    """ReLU(sum over k of weight[k] · map[k]), weight[k] the mean of the logit's gradient over map k.

    Equations 1 and 2 of the paper, for the first image; `layer` must have maps.
    """
    maps = trace[layer].output[0]
    weights = gradients.outputs[layer][0].mean(axis=(0, 1))
    heat = np.maximum(maps @ weights, 0)
    return GradCam(layer, weights, heat, stretched(heat, (trace.inputs.shape[1], trace.inputs.shape[2])))


def stretched(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A map (height, width) enlarged to `size` by bilinear interpolation between the cells' middles."""
    rows, columns = (_interpolation(have, want) for have, want in zip(values.shape, size, strict=True))
    return rows @ values @ columns.T


def _interpolation(have: int, want: int) -> np.ndarray:
    """Weights (want, have) of the old cells in each new one."""
    places = np.clip((np.arange(want) + 0.5) * have / want - 0.5, 0, have - 1)
    return np.maximum(1 - np.abs(places[:, np.newaxis] - np.arange(have)), 0).astype(np.float32)


def least_stride(spec: ModelSpec, size: int) -> int:
    """The smallest stride of a patch that keeps an occlusion map affordable for this model."""
    passes = min(MAXIMUM_PASSES, max(4, int(MAXIMUM_WORK // max(spec.flops, 1))))
    height, width, _ = spec.input_shape
    return next(
        stride
        for stride in range(1, max(height, width) + 1)
        if len(_places(height, size, stride)) * len(_places(width, size, stride)) <= passes
    )


def occlusion(network: Network, image: np.ndarray, unit: int, size: int, stride: int, value: float) -> Occlusion:
    """Slide a patch of `size` x `size` pixels of one grey over an image (height, width, channels).

    It moves `stride` pixels at a time; the last place in each direction ends at the border,
    so every pixel is covered if the stride is not larger than the patch.
    """
    tops, lefts = (_places(length, size, stride) for length in image.shape[:2])
    corners = [(top, left) for top in tops for left in lefts]
    probability = float(network.predict(image[np.newaxis])[0, unit])
    chunk = _chunk(network.spec)
    covered = [
        network.predict(_covered(image, corners[first : first + chunk], size, value))[:, unit]
        for first in range(0, len(corners), chunk)
    ]
    drops = probability - np.concatenate(covered).reshape(len(tops), len(lefts))
    return Occlusion(drops, tops, lefts, size, probability)


def _places(length: int, size: int, stride: int) -> np.ndarray:
    """Where a patch begins along an axis: every `stride` pixels, and at last at the border."""
    last = max(length - size, 0)
    return np.append(np.arange(0, last, stride), last)


def _covered(image: np.ndarray, corners: list[tuple[int, int]], size: int, value: float) -> np.ndarray:
    """One copy of the image for each corner, with the patch there."""
    copies = np.repeat(image[np.newaxis], len(corners), axis=0)
    for copy, (top, left) in zip(copies, corners, strict=True):
        copy[top : top + size, left : left + size] = value
    return copies


def _chunk(spec: ModelSpec) -> int:
    """How many images may be predicted at once: a trace keeps every value, a convolution unrolls its windows."""
    rows = spec.summary()
    kept = sum(2 * math.prod(row.output_shape) for row in rows)
    unrolled = [
        math.prod(row.output_shape[:2]) * math.prod(row.weight_shapes["kernel"][:-1])
        for row in rows
        if len(row.weight_shapes.get("kernel", ())) == 4
    ]
    return int(np.clip(CHUNK_VALUES // (kept + max(unrolled, default=0)), 1, MAXIMUM_PASSES))
