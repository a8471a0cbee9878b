"""The code of a model, executed: the same layers, first weights and predictions as the specification's own model."""

import ast
import dataclasses
import inspect

import numpy as np
import pytest
from drawn import any_models, computed, examples, single_layer_models
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explorer.specs import (
    GRU,
    L2,
    LAYERS,
    LSTM,
    Bidirectional,
    Branches,
    Conv2D,
    Dense,
    HeNormal,
    ModelSpec,
    Orthogonal,
    RandomNormal,
    SimpleRNN,
)
from explorer.training.codegen import functional_code, sequential_code
from explorer.training.codegen.models import ALWAYS, layer_code

pytestmark = pytest.mark.worker
STYLES = {"sequential": sequential_code, "functional": functional_code}
drawn = settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))


def executed(code):
    import keras

    found = {"keras": keras}
    exec(code, found)  # noqa: S102
    return found["model"]


@drawn
@given(spec=any_models() | single_layer_models(), seed=st.integers(0, 2**31))
def test_both_styles_build_the_same_model(worker, spec, seed):
    assume(computed(spec))
    ours = worker.build(spec)
    inputs = examples(spec, seed)
    for style in STYLES.values():
        model = executed(style(spec))
        assert model.count_params() == spec.parameters
        model.set_weights(ours.get_weights())
        assert [layer.name for layer in model.layers if "input" not in layer.name] == list(spec.names())
        np.testing.assert_allclose(np.asarray(model(inputs)), np.asarray(ours(inputs)), rtol=1e-4, atol=1e-5)


SAME_SEED = (
    ModelSpec((8, 8, 1), (Conv2D(3, kernel_initializer=HeNormal()), Conv2D(2, 2, kernel_regularizer=L2(0.1)))),
    ModelSpec((5, 2), (LSTM(3, return_sequences=True, recurrent_initializer=RandomNormal(0.2)), GRU(2), Dense(1))),
    ModelSpec((5, 2), (Bidirectional(SimpleRNN(3, kernel_initializer=Orthogonal())), Dense(2))),
    ModelSpec((5,), (Branches((2, 3), ((Dense(4), Dense(2)), (Dense(3),))), Dense(2), Dense(1))),
)


@pytest.mark.parametrize("spec", SAME_SEED, ids=range(len(SAME_SEED)))
@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_gives_the_same_first_weights(worker, spec, style):
    import keras

    keras.utils.set_random_seed(7)
    ours = worker.build(spec, fast=True)
    keras.utils.set_random_seed(7)
    model = executed(STYLES[style](spec))
    for layer in ours.layers:
        for ours_weight, weight in zip(layer.get_weights(), model.get_layer(layer.name).get_weights(), strict=True):
            np.testing.assert_array_equal(weight, ours_weight)


@pytest.mark.parametrize(
    "kind", [kind for kind in LAYERS.values() if kind is not Branches], ids=lambda kind: kind.__name__
)
def test_what_is_left_out_is_keras_own_default(kind):
    import keras

    made = getattr(keras.layers, kind.__name__)
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(made.__init__).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }
    layer = kind()
    written = {keyword.arg for keyword in ast.parse(layer_code(layer), mode="eval").body.keywords}
    assert written == set(ALWAYS.get(kind.__name__, ()))
    for field in dataclasses.fields(layer):
        if field.name not in written:
            assert same(defaults[field.name], getattr(layer, field.name)), field.name


def same(theirs, ours):
    """Whether Keras's default is that of the specification: None is linear, a size may be a pair, a part its name."""
    if hasattr(ours, "__dataclass_fields__"):
        return theirs.replace("_", "") == type(ours).__name__.lower()
    if isinstance(ours, tuple):
        return theirs in (ours, ours[0])
    return theirs == ours or (theirs is None and ours == "linear")


def test_only_what_differs_from_the_defaults_is_written():
    code = sequential_code(ModelSpec((8, 8, 1), (Conv2D(3, (3, 5), activation="relu", kernel_regularizer=L2(0.01)),)))
    assert code == (
        "model = keras.Sequential(\n"
        "    [\n"
        "        keras.Input(shape=(8, 8, 1)),\n"
        "        keras.layers.Conv2D(\n"
        "            filters=3,\n"
        "            kernel_size=(3, 5),\n"
        '            activation="relu",\n'
        "            kernel_regularizer=keras.regularizers.L2(l2=0.01),\n"
        '            name="conv2d_1",\n'
        "        ),\n"
        "    ]\n"
        ")"
    )
