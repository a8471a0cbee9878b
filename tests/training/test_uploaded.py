"""A model from a file as a run: what data it may be for, what is changed for it, and that it is the same model."""

import numpy as np
import pytest
from model_corpus.base import entry, keras_file, legacy_file, sequential, source
from model_files import shipped

from explorer import archive
from explorer.datasets import DATASETS, TEST
from explorer.messages import ExplorerError
from explorer.network import Network
from explorer.specs import Activation, Conv2D, Dense, Flatten, ModelSpec, Rescaling
from explorer.training import uploaded
from explorer.training.predictions import read_predictions
from explorer.training.recipe import Recipe
from explorer.training.record import Request, RunRecord, Start, Status
from explorer.training.store import Store

CHANCE = np.random.default_rng(6)


def model(spec, **facts):
    """What a file would hold: a specification with random weights."""
    weights = {
        row.name: {name: CHANCE.normal(0, 0.3, shape).astype("f4") for name, shape in row.weight_shapes.items()}
        for row in spec.summary()
        if row.weight_shapes
    }
    return archive.Archive(spec, weights, **facts)


def predicted(found, x):
    return Network(found.spec, found.weights).predict(x)


def names(found):
    return [fit.dataset for fit in uploaded.fits(found)]


def reader(size, length, *last):
    from explorer.specs import LSTM, Embedding

    return model(ModelSpec((length,), (Embedding(size, 4), LSTM(3), *last)))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "runs")


def test_a_run_is_the_model_of_the_file(store):
    found = archive.read_part(shipped())
    run = uploaded.keep(store, found, uploaded.fits(found)[0], "my/model.keras")
    again = store.open(run.record.id)
    assert again.record.status is Status.FINISHED
    assert (again.record.source_file, again.record.name, again.record.uploaded) == (*["my/model.keras"] * 2, True)
    assert (again.epochs, again.kept_epoch, again.record.best_epoch) == ((0,), 0, 0)
    x = CHANCE.random((3, 28, 28, 1)).astype("f4")
    np.testing.assert_array_equal(again.network(0).predict(x), predicted(found, x))


def test_it_can_be_where_another_run_begins(store):
    found = archive.read_part(shipped())
    run = uploaded.keep(store, found, uploaded.fits(found)[0], "a.keras")
    request = Request(found.spec, Recipe(), "fashion-mnist", "sample", start=Start(run.record.id, 0))
    first = store.first_weights(request)
    for layer, group in found.weights.items():
        for name, array in group.items():
            np.testing.assert_array_equal(first[layer][name], array)


def test_what_a_file_left_out_is_in_the_record(store):
    config = sequential(source(3), entry("Dense", units=2), entry("Lambda"), entry("Dense", units=1))
    found = archive.read_part(keras_file(config))
    run = uploaded.keep(store, found, uploaded.fits(found)[-1], "a.keras")
    record = RunRecord.from_dict(run.record.to_dict())
    assert record == run.record
    assert record.left_out == ("Lambda", "Dense")
    assert str(record.problem) == (
        "The model uses the layer Lambda, which holds code that is never run here, which this app does not support."
    )


@pytest.mark.parametrize(
    ("found", "fitting"),
    [
        (model(ModelSpec((28, 28, 1), (Flatten(), Dense(10, "softmax")))), ["fashion-mnist", "no-data"]),
        (model(ModelSpec((28, 28, 1), (Flatten(), Dense(10), Activation("softmax")))), ["fashion-mnist", "no-data"]),
        (model(ModelSpec((28, 28, 1), (Flatten(), Dense(10, "sigmoid")))), ["no-data"]),
        (model(ModelSpec((28, 28, 1), (Flatten(), Dense(9, "softmax")))), ["no-data"]),
        (model(ModelSpec((32, 32, 1), (Flatten(), Dense(10, "softmax")))), ["no-data"]),
        (model(ModelSpec((28, 28, 1), (Conv2D(4),))), ["no-data"]),
        (reader(2000, 30, Dense(1, "sigmoid")), ["snippets", "no-data"]),
        (reader(5, 30, Dense(1, "sigmoid")), ["no-data"]),
        (reader(500, 700, Dense(1, "sigmoid")), ["no-data"]),
        (reader(500, 100, Dense(3, "softmax")), ["no-data"]),
    ],
)
def test_data_with_the_same_inputs_and_answers_fits(found, fitting, monkeypatch, tmp_path):
    for variable in ("EXPLORER_DATA_DIR", "EXPLORER_CACHE_DIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert names(found) == fitting


def test_the_vocabulary_and_the_length_are_those_of_the_model():
    fit = next(fit for fit in uploaded.fits(reader(1234, 55, Dense(1, "sigmoid"))) if fit.dataset == "snippets")
    assert (fit.preparation.num_words, fit.preparation.maxlen) == (1234, 55)


@pytest.mark.parametrize(("scale", "offset"), [(1 / 255, 0.0), (1 / 127.5, -1.0)])
def test_a_model_of_pixels_to_255_takes_pixels_to_1(scale, offset):
    found = model(ModelSpec((28, 28, 1), (Rescaling(scale, offset), Conv2D(3), Flatten(), Dense(10, "softmax"))))
    adapted = uploaded.fits(found)[0].model
    x = CHANCE.random((4, 28, 28, 1)).astype("f4")
    np.testing.assert_allclose(predicted(adapted, x), predicted(found, 255 * x), atol=1e-5)
    assert [str(note)[:33] for note in adapted.notes] == ["Its first layer takes pixels from"]
    assert isinstance(adapted.spec.layers[0], Conv2D) == (offset == 0)


def test_a_model_of_numbers_to_1_keeps_its_scale():
    found = model(ModelSpec((28, 28, 1), (Rescaling(2.0, -1.0), Flatten(), Dense(10, "softmax"))))
    assert uploaded.fits(found)[0].model.spec == found.spec


def test_logits_become_shares_where_the_data_has_classes():
    found = model(ModelSpec((28, 28, 1), (Flatten(), Dense(10))))
    first, alone = uploaded.fits(found)
    x = CHANCE.random((4, 28, 28, 1)).astype("f4")
    logits = predicted(found, x)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(predicted(first.model, x), shares, atol=1e-6)
    assert (first.dataset, alone.dataset) == ("fashion-mnist", "no-data")
    assert alone.model.spec == found.spec


def test_pictures_without_a_channel_get_one():
    found = model(ModelSpec((28, 28), (Flatten(), Dense(10, "softmax"))))
    adapted = uploaded.fits(found)[0].model
    x = CHANCE.random((4, 28, 28)).astype("f4")
    assert adapted.spec.input_shape == (28, 28, 1)
    np.testing.assert_array_equal(predicted(adapted, x[..., np.newaxis]), predicted(found, x))


@pytest.mark.parametrize(
    ("last", "classes", "loss"),
    [
        (Dense(4, "softmax"), 4, "sparse_categorical_crossentropy"),
        (Dense(1, "sigmoid"), 2, "binary_crossentropy"),
        (Dense(3, "sigmoid"), 0, "mean_squared_error"),
        (Dense(3), 0, "mean_squared_error"),
    ],
)
def test_a_model_alone_has_a_task_of_its_own(last, classes, loss, store):
    found = model(ModelSpec((9, 12, 3), (Conv2D(2), Flatten(), last)))
    (fit,) = uploaded.fits(found)
    task = uploaded.keep(store, found, fit, "a.h5").record.request.task
    assert (task.input_shape, task.units, task.loss) == ((9, 12, 3), last.units, loss)
    assert [str(name) for name in task.classes] == [f"class {number}" for number in range(classes)]


def test_there_is_nothing_to_load_of_data_that_is_not_here():
    dataset = DATASETS["no-data"]
    assert (dataset.counts("full").train, dataset.counts("full").test) == (0, 0)
    for ask in (lambda: dataset.load("full", TEST), dataset.available):
        with pytest.raises(ExplorerError, match="came without its data"):
            ask()


def test_its_answers_to_test_images_are_kept(store):
    found = archive.read_part(shipped())
    run = uploaded.keep(store, found, uploaded.fits(found)[0], "a.keras")
    split = DATASETS["fashion-mnist"].load("sample", TEST)
    record = uploaded.answer_tests(run, split)
    outputs, labels = read_predictions(run.predictions_file)
    assert record.test_examples == len(labels) == 1000
    assert record.test_accuracy == pytest.approx((outputs.argmax(axis=1) == split.labels).mean())
    assert record.test_accuracy > 0.88
    assert store.open(run.record.id).record == record


@pytest.mark.parametrize(
    "spec",
    [
        ModelSpec((2000, 2000, 1), (Conv2D(2),)),
        ModelSpec((400, 400, 3), (Conv2D(512, 3), Conv2D(512, 3))),
    ],
)
def test_a_model_that_costs_too_much_to_compute_is_refused(spec):
    with pytest.raises(ExplorerError, match="million operations"):
        uploaded.fits(model(spec))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.keras", "a.keras"),
        ("../x/y.h5", "../x/y.h5"),
        ("\x00\n a\u202eb \t c.h5", "a b c.h5"),
        ("", "model"),
        ("\n", "model"),
        ("🎉" * 300, "🎉" * 60),
    ],
)
def test_names_are_one_short_line(file, name):
    assert uploaded.name_of(file) == name


def test_both_layouts_give_the_same_run():
    specs = {uploaded.fits(archive.read_part(content))[0].model.spec for content in (keras_file(), legacy_file())}
    assert len(specs) == 1
