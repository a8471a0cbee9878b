"""Specifications drawn for property tests, small enough to build hundreds of them."""

import dataclasses

import numpy as np
from hypothesis import strategies as st

from explorer.controls import Choice, Fraction, Nested, Pair, Switch, controls
from explorer.specs import (
    IMAGE,
    LAYERS,
    SEQUENCE,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Embedding,
    Flatten,
    ModelSpec,
    SpecError,
)

LARGEST = {
    "filters": 6,
    "units": 8,
    "kernel_size": 5,
    "strides": 3,
    "dilation_rate": 3,
    "pool_size": 4,
    "input_dim": 12,
    "output_dim": 5,
    "num_tokens": 12,
}


def settings_of(name, control):
    """Values of one declared setting."""
    if isinstance(control, Pair):
        pair = st.tuples(*[st.integers(1, LARGEST[name])] * 2)
        return st.none() | pair if control.optional else pair
    if isinstance(control, Choice):
        return st.sampled_from(control.options)
    if isinstance(control, Switch):
        return st.booleans()
    if isinstance(control, Fraction):
        return st.floats(max(control.minimum, 0.001), min(control.maximum, 0.9))
    if isinstance(control, Nested):
        nested = st.sampled_from(control.kinds).flatmap(layers)
        return st.none() | nested if control.optional else nested
    return st.integers(1, LARGEST[name])


def layers(kind):
    """Layers of one class with drawn settings."""
    return st.builds(kind, **{name: settings_of(name, control) for name, control in controls(kind)})


def inputs(kind):
    """Input shapes that the class takes."""
    if kind.ranks == (3,):
        return st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4))
    if kind.ranks == (2,):
        return sequences()
    if kind.ranks:
        return st.tuples(st.integers(1, 20))
    return st.one_of(st.tuples(st.integers(1, 20)), sequences(), st.tuples(*[st.integers(1, 8)] * 3))


def sequences():
    """Shapes of sequences: time steps and features."""
    return st.tuples(st.integers(1, 8), st.integers(1, 4))


@st.composite
def single_layer_models(draw):
    """A model of one layer of any registered class, that works."""
    kind = draw(st.sampled_from([kind for kind in LAYERS.values() if not kind.leads]))
    shape = draw(inputs(kind))
    spec = ModelSpec(shape, (draw(layers(kind)),))
    return spec if spec.checked()[1] is None else ModelSpec(shape, (Flatten(),))


@st.composite
def models(draw, family=IMAGE):
    """A model of several layers; each drawn layer that does not fit is left out."""
    spec = draw(beginnings(family))
    for kind in draw(st.lists(st.sampled_from(fitting(family)), min_size=1, max_size=6)):
        wider = dataclasses.replace(spec, layers=(*spec.layers, draw(layers(kind))))
        try:
            wider.summary()
        except SpecError:
            continue
        spec = wider
    return spec if spec.layers else dataclasses.replace(spec, layers=(BatchNormalization(),))


def fitting(family):
    """Classes of layers for one kind of input."""
    return [kind for kind in LAYERS.values() if kind.family in (family, LAYERS["Flatten"].family)]


@st.composite
def beginnings(draw, family):
    """A model without layers over images or over numbers in a sequence, or with tokens and their embedding."""
    if family == IMAGE:
        return ModelSpec((draw(st.integers(4, 14)), draw(st.integers(4, 14)), draw(st.integers(1, 3))), ())
    if draw(st.booleans()):
        return ModelSpec(draw(sequences()), ())
    return ModelSpec((draw(st.integers(1, 8)),), (draw(layers(Embedding)),))


def any_models():
    """Models over images and over sequences."""
    return models(IMAGE) | models(SEQUENCE)


def examples(spec, seed, count=2):
    """Inputs that a model takes: tokens with padding in front, behind and between, or numbers about 0."""
    chance = np.random.default_rng(seed)
    first = spec.layers[0] if spec.layers else None
    if first is None or not first.tokens_in:
        return chance.normal(size=(count, *spec.input_shape)).astype(np.float32)
    size = first.input_dim if isinstance(first, Embedding) else first.num_tokens
    tokens = chance.integers(1, max(size, 2), (count, *spec.input_shape), np.int32) % size
    steps = np.arange(spec.input_shape[0])
    begin, end = np.sort(chance.integers(0, len(steps) + 1, (2, count, 1)), axis=0)
    return np.where((steps < begin) | (steps >= end), 0, tokens).astype(np.int32)


def computed(spec):
    """Whether TensorFlow computes it: with oneDNN, strides over less than a kernel leave outputs unwritten."""
    return not any(
        isinstance(row.layer, Conv1D | Conv2D)
        and max(_sizes(row.layer.strides)) > 1
        and wider(_sizes(row.layer.kernel_size), row.input_shape)
        for row in spec.summary()
    )


def _sizes(setting):
    return (setting,) if isinstance(setting, int) else setting


def wider(kernel_size, input_shape):
    return any(kernel > size for kernel, size in zip(kernel_size, input_shape, strict=False))
