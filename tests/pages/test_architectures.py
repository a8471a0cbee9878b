"""The page *Architectures*, run by Streamlit without a browser."""

import json
import shutil

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.presets.architectures import ARCHITECTURES
from explorer.widgets.architectures_embedding import NOTES
from explorer.widgets.architectures_views import VIEWS

pytestmark = pytest.mark.pages

PAGE = "pages/architectures.py"


def markdown(at):
    return " ".join(plain(at.markdown))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_model_has_every_view(view, name):
    at = show(PAGE, arch_view=view, arch_model=name)
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_diagram_shows_every_layer_with_its_parameters(name):
    at = show(PAGE, arch_model=name)
    spec = ARCHITECTURES[name].spec
    written = " ".join(note["text"] for note in figure(at, "arch-diagram")["layout"]["annotations"])
    assert f"**{spec.parameters:,}** parameters" in markdown(at)
    for row in spec.summary():
        assert f"({', '.join(map(str, row.output_shape))}" in written
    assert "import keras" in at.code[-1].value
    assert "keras.Model(" in at.code[-1].value


def test_the_notes_forty_and_nine():
    at = show(PAGE)
    assert "4 × 8 + 8 = 40" in markdown(at)
    assert "Together 40 + 9 = **49** parameters." in markdown(at)
    assert [code.value.count("Dense") for code in at.code] == [2, 2]


def test_two_inputs_have_no_sequential_code():
    at = show(PAGE, arch_model="two-inputs")
    (info,) = plain(at.info)
    assert "cannot have two inputs" in info
    (code,) = at.code
    assert 'a = keras.Input(shape=(64,), name="a")' in code.value
    assert "Concatenate" in code.value
    assert "keras.Model([a, b]" in code.value


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("linear-regression", "mean_squared_error"),
        ("logistic-regression", "binary_crossentropy"),
        ("softmax-regression", "sparse_categorical_crossentropy"),
    ],
)
def test_the_row_of_the_model_is_marked(name, loss):
    at = show(PAGE, arch_view="problems", arch_model=name)
    (row,) = [line for block in plain(at.markdown) for line in block.splitlines() if line.startswith("| ➜")]
    assert f"**`{loss}`**" in row
    assert loss in title_of(figure(at, "arch-loss"))


def test_the_embedding_is_the_notes_table_and_follows_a_change():
    at = show(PAGE, arch_view="embedding")
    assert "(1, 5, 2)" in markdown(at)
    assert "(2, 5, 2)" in markdown(at)
    assert "| 1.20 | 0.10 | 1.00 | 0.30 | 2.20 |" in markdown(at)
    changed = show(PAGE, arch_view="embedding", arch_embedding="0.0=-7.5", arch_sentence="0")
    assert "| -7.50 | 0.10 |" in markdown(changed)
    points = figure(changed, "arch-words")["data"][0]
    assert "Hope" in points["text"]
    second = show(PAGE, arch_view="embedding", arch_sentence="1")
    assert f"| {NOTES[5, 0]:.2f} | 0.10 |" in markdown(second)


def test_what_was_learned_is_drawn_and_compared_with_the_rule(runs_folder):
    """A finished run of the linear model with the rule's own weights."""
    run_id = linear_run(runs_folder)
    at = show(PAGE, arch_view="train", arch_model="linear-regression", run=run_id)
    assert not at.exception
    assert "| the rule | 2.00 | -1.00 | 0.50 | 0.25 |" in markdown(at)
    assert "| what was learned | 2.00 | -1.00 | 0.50 | 0.25 |" in markdown(at)
    assert "predict: example 1 gives" in markdown(at)
    assert "What line has learned" in title_of(figure(at, "arch-diagram"))
    assert {"arch-answers", "arch-diagram"} <= figures(at).keys()
    shutil.rmtree(runs_folder / run_id)


def linear_run(runs_folder):
    from explorer.datasets import DATASETS, FULL, TEST
    from explorer.datasets.generated import PLANE, PLANE_BIAS
    from explorer.training.predictions import write_predictions
    from explorer.training.record import EpochResult, Request, RunRecord, Status
    from explorer.training.snapshots import SnapshotWriter

    shape = ARCHITECTURES["linear-regression"]
    folder = runs_folder / "11ea000011ea0000"
    folder.mkdir(parents=True)
    kernel, bias = np.array(PLANE, np.float32)[:, None], np.array([PLANE_BIAS], np.float32)
    SnapshotWriter(folder / "snapshots.npz", 10**6).add(1, {"dense_1": {"kernel": kernel, "bias": bias}})
    split = DATASETS[shape.dataset].load(FULL, TEST)
    write_predictions(folder / "predictions.npz", split.inputs @ kernel + bias, split.labels)
    record = RunRecord(
        folder.name,
        "line",
        1.0,
        Request(shape.spec, shape.recipe, shape.dataset, FULL, shape.preparation),
        status=Status.FINISHED,
        history=(EpochResult(1, 0.01, 1.0, 0.01, 1.0, 0.1),),
        test_loss=0.01,
        test_accuracy=0.99,
        test_examples=len(split.labels),
    )
    (folder / "run.json").write_text(json.dumps(record.to_dict()))
    return folder.name
