"""What is not the same in several runs, as a table: every row true for every run."""

import dataclasses

from explorer.presets import PRESETS
from explorer.specs import Conv2D, Dense, Dropout, Flatten, ModelSpec
from explorer.training.differences import MISSING
from explorer.training.recipe import Recipe
from explorer.training.record import Request, Start
from explorer.training.variation import PRESENT, varied

LAST = Dense(10, activation="softmax")


def request(*layers, start=None, variant="full", **recipe):
    spec = ModelSpec((28, 28, 1), (Conv2D(4, 3), *layers, Flatten(), LAST))
    return Request(spec, Recipe(**recipe), "fashion-mnist", variant, start=start)


def rows(*requests):
    return {str(row.what): tuple(map(str, row.values)) for row in varied(requests)}


def test_equals_have_no_rows():
    assert varied([request()] * 3) == ()
    assert varied([request()]) == varied([]) == ()


def test_a_setting_has_the_value_of_every_run():
    found = rows(request(), request(epochs=9), request(epochs=7, optimizer="sgd"), request())
    assert found == {"Epochs": ("5", "9", "7", "5"), "Optimizer": ("adam", "adam", "sgd", "adam")}


def test_layers_that_come_go_and_change():
    found = rows(request(Dropout(0.5)), request(), request(Dropout(0.25)), request(Dropout(0.5)))
    assert found == {
        "Layer 2 Dropout": (PRESENT, MISSING, PRESENT, PRESENT),
        "Layer 2 Dropout, rate": ("0.5", MISSING, "0.25", "0.5"),
    }


def test_a_layer_that_the_first_lacks():
    found = rows(request(), request(Dropout(0.3)), request())
    assert found == {"+ Layer 2 Dropout": (MISSING, "rate 0.3", MISSING)}


def test_a_moved_layer_is_the_same_row_in_all():
    wider = dataclasses.replace(LAST, kernel_regularizer=None, use_bias=False)
    longer = request(Dropout(0.3))
    layers = (*longer.spec.layers[:-1], wider)
    longer = dataclasses.replace(longer, spec=ModelSpec((28, 28, 1), layers))
    found = rows(request(), longer, request())
    assert found["Layer 3 Dense, use_bias"] == ("True", "False", "True")


def test_first_weights_of_another_run_are_a_difference():
    found = rows(request(), request(start=Start("abc", 3)))
    assert found == {"First weights": ("drawn from the seed", "of the run abc after epoch 3")}


def test_all_shipped_models_make_one_table():
    wanted = [Request(p.spec, p.recipe, p.dataset, "full", p.preparation) for p in list(PRESETS.values())[:6]]
    for row in varied(wanted):
        assert len(row.values) == 6
        assert len({str(value) for value in row.values}) > 1
