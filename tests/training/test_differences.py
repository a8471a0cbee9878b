"""What differs is named, each thing once, and equals differ in nothing."""

import dataclasses
from dataclasses import dataclass

import drawn
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer.controls import Nested, Whole, controls, setting
from explorer.datasets import DATASETS
from explorer.messages import N_
from explorer.presets import PRESETS
from explorer.specs import GRU, LSTM, Bidirectional, Conv2D, Dense, Dropout, Embedding, Flatten, MaxPooling2D, ModelSpec
from explorer.training.differences import aligned, between, recipe_differences, recipe_settings
from explorer.training.recipe import LEARNING_RATES, OPTIMIZERS, Recipe
from explorer.training.record import Request

recipes = st.builds(
    Recipe,
    epochs=st.integers(1, 3),
    batch_size=st.integers(30, 33),
    optimizer=st.sampled_from(OPTIMIZERS),
    learning_rate=st.sampled_from(LEARNING_RATES),
    restore_best_weights=st.booleans(),
)


def request(spec, recipe=None, dataset="fashion-mnist", variant="full"):
    return Request(spec, recipe or Recipe(), dataset, variant)


def model_differences(first, second):
    return between(request(first), request(second)).model


def without(spec, index):
    return ModelSpec(spec.input_shape, spec.layers[:index] + spec.layers[index + 1 :])


@given(drawn.any_models(), recipes)
def test_equals_differ_in_nothing(spec, recipe):
    found = between(request(spec, recipe), request(spec, recipe))
    assert not found
    assert found.model == found.recipe == found.data == ()


@given(drawn.any_models(), st.data())
def test_one_changed_setting_is_named_once_with_both_values(spec, data):
    index = data.draw(st.integers(0, len(spec.layers) - 1))
    layer = spec.layers[index]
    declared = dict(controls(layer))
    assume(declared)
    name = data.draw(st.sampled_from(sorted(declared)))
    changed = dataclasses.replace(layer, **{name: data.draw(drawn.settings_of(name, declared[name]))})
    assume(getattr(changed, name) != getattr(layer, name))
    names = list(changed_settings(layer, changed))
    layers = (*spec.layers[:index], changed, *spec.layers[index + 1 :])
    found = model_differences(spec, ModelSpec(spec.input_shape, layers))
    said = [str(difference.what) for difference in found]
    assert said == [f"Layer {index + 1} {type(layer).__name__}, {n}" for n in names]
    assert all(difference.first != difference.second for difference in found)


def changed_settings(layer, changed):
    """Names of all that differs; pooling folds strides that equal the pool size into None, so it may be two."""
    for name, control in controls(layer):
        first, second = getattr(layer, name), getattr(changed, name)
        if isinstance(control, Nested) and first is not None and type(first) is type(second):
            yield from (f"{name}.{inner}" for inner in changed_settings(first, second))
        elif first != second:
            yield name


@given(drawn.any_models(), st.data())
def test_a_layer_more_or_less_is_one_difference(spec, data):
    index = data.draw(st.integers(0, len(spec.layers) - 1))
    kind = type(spec.layers[index]).__name__
    (removed,) = model_differences(spec, without(spec, index))
    (added,) = model_differences(without(spec, index), spec)
    assert removed.second is None
    assert added.first is None
    assert kind in str(removed.sentence)
    assert str(removed.sentence).endswith(" is only in A")
    assert str(added.sentence).endswith(" is only in B")


@given(drawn.models(), drawn.models())
def test_every_layer_of_both_has_its_place(first, second):
    pairs = aligned(first.layers, second.layers)
    assert [i for i, _j in pairs if i is not None] == list(range(len(first.layers)))
    assert [j for _i, j in pairs if j is not None] == list(range(len(second.layers)))
    for i, j in pairs:
        assert i is None or j is None or type(first.layers[i]) is type(second.layers[j])


def test_layers_are_matched_by_their_settings_where_classes_repeat():
    """The output layer stands for the output layer, though another Dense comes first in B."""
    first, second = PRESETS["cnn-one-block"].spec, PRESETS["cnn-two-blocks"].spec
    assert [str(difference.sentence) for difference in model_differences(first, second)] == [
        "Layer 1 Conv2D, padding: valid → same",
        "Layer 3 Conv2D (filters 64, padding same, activation relu) is only in B",
        "Layer 4 MaxPooling2D is only in B",
        "Layer 6 Dense (activation relu) is only in B",
        "Layer 7 Dropout (rate 0.4) is only in B",
    ]


def test_a_layer_that_moved_on_is_named_with_both_places():
    first = ModelSpec((8, 8, 1), (Conv2D(4), Flatten(), Dense(3)))
    second = ModelSpec((8, 8, 3), (MaxPooling2D(), Conv2D(4, (5, 3)), Flatten(), Dense(3)))
    assert [str(difference.sentence) for difference in model_differences(first, second)] == [
        "Input shape: 8×8×1 → 8×8×3",
        "Layer 1 MaxPooling2D is only in B",
        "Layer 1 (in B 2) Conv2D, kernel_size: 3×3 → 5×3",
    ]


def test_a_layer_inside_a_layer_is_compared_setting_by_setting():
    first = ModelSpec((9,), (Embedding(5, 2), Bidirectional(LSTM(8, dropout=0.3)), Dense(1)))
    second = ModelSpec((9,), (Embedding(5, 2), Bidirectional(LSTM(16), "sum"), Dense(1)))
    assert [str(difference.sentence) for difference in model_differences(first, second)] == [
        "Layer 2 Bidirectional, layer.units: 8 → 16",
        "Layer 2 Bidirectional, layer.dropout: 0.3 → 0",
        "Layer 2 Bidirectional, merge_mode: concat → sum",
    ]


def test_another_layer_inside_a_layer_is_named_with_what_is_special_in_it():
    first = ModelSpec((9, 2), (Bidirectional(LSTM()),))
    second = ModelSpec((9, 2), (Bidirectional(GRU(16, return_sequences=True)),))
    assert [str(difference.sentence) for difference in model_differences(first, second)] == [
        "Layer 1 Bidirectional, layer: LSTM → GRU (units 16, return_sequences True)"
    ]
    (added,) = model_differences(ModelSpec((9, 2), ()), second)
    assert str(added.sentence) == ("Layer 1 Bidirectional (layer GRU (units 16, return_sequences True)) is only in B")


def test_gradient_clipping_is_named():
    (found,) = recipe_differences(Recipe(), Recipe(clipnorm=1.5))
    assert str(found.sentence) == "clipnorm: 0 → 1.5"


def test_how_the_data_is_prepared_is_compared_by_its_settings():
    spec, dataset = ModelSpec((4, 1), (LSTM(),)), "counting"
    kind = DATASETS[dataset].preparation
    first, second = (Request(spec, Recipe(), dataset, "full", preparation) for preparation in (None, kind(length=6)))
    (found,) = between(first, second).data
    assert str(found.sentence) == f"Numbers shown: {kind().length} → 6"
    assert not between(first, dataclasses.replace(first, preparation=kind()))


def test_numbers_are_written_as_a_person_writes_them():
    found = model_differences(ModelSpec((4,), (Dropout(0.1),)), ModelSpec((4,), (Dropout(0.00001),)))
    assert str(found[0].sentence) == "Layer 1 Dropout, rate: 0.1 → 0.00001"


@given(recipes, recipes)
def test_each_changed_setting_of_the_training_is_named_once_by_its_label(first, second):
    labels = {name: control.label for name, control in controls(Recipe)}
    changed = [labels[name] for name in labels if getattr(first, name) != getattr(second, name)]
    assert [str(difference.what) for difference in recipe_differences(first, second)] == changed


def test_settings_of_the_training_read_as_words():
    found = recipe_differences(
        Recipe(learning_rate=1e-5, examples=60_000), Recipe(restore_best_weights=False, examples=500)
    )
    assert [str(difference.sentence) for difference in found] == [
        "Examples: 60,000 → 500",
        "Learning rate: 0.00001 → 0.001",
        "Keep the best epoch: on → off",
    ]


@dataclass(frozen=True)
class Group:
    turns: int = setting(10, Whole(N_("Turns"), "", 0, 90))


@dataclass(frozen=True)
class Grouped(Recipe):
    group: Group | None = None


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (None, None, []),
        (Group(), Group(), []),
        (None, Group(), ["Group: off → on", "Group, Turns: – → 10"]),
        (Group(), None, ["Group: on → off", "Group, Turns: 10 → –"]),
        (Group(), Group(20), ["Group, Turns: 10 → 20"]),
    ],
)
def test_a_group_of_settings_is_on_or_off_and_its_settings_are_named(first, second, said):
    found = recipe_differences(Grouped(group=first), Grouped(group=second))
    assert [str(difference.sentence) for difference in found] == said


def test_every_setting_of_a_recipe_is_listed():
    listed = {item.name.split(".")[0] for item in recipe_settings(Recipe())}
    assert listed == {field.name for field in dataclasses.fields(Recipe)}


def test_data_are_compared_by_name_and_part():
    spec = PRESETS["cnn-one-block"].spec
    found = between(request(spec), request(spec, variant="sample")).data
    assert [str(difference.sentence) for difference in found] == ["Data at hand: all of the data set → the sample"]
    found = between(request(spec), request(spec, dataset="other")).data
    assert [str(difference.sentence) for difference in found] == ["Data set: Fashion-MNIST → other"]
