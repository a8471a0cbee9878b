"""Specifications drawn for property tests, small enough to build hundreds of them."""

import dataclasses

from hypothesis import strategies as st

from explorer.controls import Choice, Fraction, Pair, Switch, controls
from explorer.specs import LAYERS, BatchNormalization, Conv2D, Flatten, ModelSpec, SpecError

LARGEST = {"filters": 6, "units": 8, "kernel_size": 5, "strides": 3, "dilation_rate": 3, "pool_size": 4}


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
    return st.integers(1, LARGEST[name])


def layers(kind):
    """Layers of one class with drawn settings."""
    return st.builds(kind, **{name: settings_of(name, control) for name, control in controls(kind)})


def inputs(kind):
    """Input shapes that the class takes."""
    if kind.rank == 3:
        return st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4))
    if kind.rank == 1:
        return st.tuples(st.integers(1, 20))
    return st.one_of(st.tuples(st.integers(1, 20)), st.tuples(*[st.integers(1, 8)] * 3))


@st.composite
def single_layer_models(draw):
    """A model of one layer of any registered class, that works."""
    kind = draw(st.sampled_from(list(LAYERS.values())))
    shape = draw(inputs(kind))
    spec = ModelSpec(shape, (draw(layers(kind)),))
    return spec if spec.checked()[1] is None else ModelSpec(shape, (Flatten(),))


@st.composite
def models(draw):
    """A model of several layers; each drawn layer that does not fit is left out."""
    spec = ModelSpec((draw(st.integers(4, 14)), draw(st.integers(4, 14)), draw(st.integers(1, 3))), ())
    for kind in draw(st.lists(st.sampled_from(list(LAYERS.values())), min_size=1, max_size=6)):
        wider = dataclasses.replace(spec, layers=(*spec.layers, draw(layers(kind))))
        try:
            wider.summary()
        except SpecError:
            continue
        spec = wider
    return spec if spec.layers else dataclasses.replace(spec, layers=(BatchNormalization(),))


def computed(spec):
    """Whether TensorFlow computes it: with oneDNN, strides over less than a kernel leave outputs unwritten."""
    return not any(
        isinstance(row.layer, Conv2D) and max(row.layer.strides) > 1 and wider(row.layer.kernel_size, row.input_shape)
        for row in spec.summary()
    )


def wider(kernel_size, input_shape):
    return any(kernel > size for kernel, size in zip(kernel_size, input_shape, strict=False))
