"""The page *Gradients*, run by Streamlit without a browser."""

import shutil

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.inspection.activation_functions import HIDDEN
from explorer.inspection.deep_stack import NORMALIZATIONS, Stack
from explorer.specs import HeNormal
from explorer.training.recipe import Recipe
from explorer.training.record import EpochResult, LayerStatistics, Request, RunRecord, Status, StepStatistics
from explorer.training.store import Store
from explorer.widgets.gradients import VIEWS
from explorer.widgets.gradients_choice import INITIALIZERS

pytestmark = pytest.mark.pages
PAGE = "pages/gradients.py"


def markdown(at):
    return " ".join(plain(at.markdown))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_runs(view):
    at = show(PAGE, grad_view=view)
    assert not at.exception
    assert plain(at.error) == []
    assert figures(at)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initialiser_has_its_gradients_its_formula_and_its_cells(name):
    at = show(PAGE, grad_initializer=name, grad_depth="3")
    assert not at.exception
    assert len(figure(at, "grad-norms")["data"][0]["marker"]["symbol"]) == 3
    at = show(PAGE, grad_view="formulas", grad_initializer=name)
    assert not at.exception
    assert at.latex
    at = show(PAGE, grad_view="time", grad_recurrent=name, grad_steps="10")
    assert not at.exception


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("activation", HIDDEN)
def test_every_activation_with_every_normalisation(activation, normalization):
    at = show(PAGE, grad_activation=activation, grad_normalization=normalization, grad_depth="4", grad_units="20")
    assert not at.exception
    assert figure(at, "grad-outputs")["data"][0]["type"] == "heatmap"


def test_vanishing_and_exploding_are_told_in_words_and_marked():
    at = show(PAGE)
    assert "The gradient vanishes" in plain(at.warning)[0]
    assert "factor of 0.2" in plain(at.warning)[0]
    assert "less than 1/100" in " ".join(plain(at.caption))
    drawn = figure(at, "grad-norms")
    assert drawn["data"][0]["marker"]["symbol"][0] == "triangle-down"
    assert drawn["data"][0]["marker"]["symbol"][-1] == "circle"
    assert [note["text"] for note in drawn["layout"]["annotations"]] == [
        "vanished: below 1/100",
        "exploded: above 100×",
    ]
    at = show(PAGE, grad_activation="relu", grad_initializer="RandomNormal", grad_sigma="1")
    assert "The gradient explodes" in plain(at.error)[0]
    assert figure(at, "grad-norms")["data"][0]["marker"]["symbol"][0] == "triangle-up"
    at = show(PAGE, grad_activation="relu", grad_initializer="HeNormal")
    assert "The gradient arrives" in plain(at.success)[0]
    at = show(PAGE, grad_initializer="Zeros")
    assert "No gradient arrives" in plain(at.warning)[0]


def test_dead_units_are_counted():
    at = show(PAGE, grad_activation="relu", grad_initializer="Zeros")
    assert "100.0% of the hidden units" in markdown(at)
    assert "Dead units" not in markdown(show(PAGE))


def test_the_largest_derivatives():
    at = show(PAGE, grad_view="functions", grad_x="0")
    assert "0.25 at x = 0" in markdown(at)
    assert "0.25^10 = **9.54·10⁻⁷**" in markdown(at)
    assert "1.13 at x = 1.41" in markdown(at)
    names = [line.get("name") for line in figure(at, "grad-functions")["data"]]
    assert names[:6] == list(HIDDEN)
    widths = [line["line"]["width"] for line in figure(at, "grad-derivatives")["data"][:6]]
    assert widths.index(max(widths)) == 0


def test_the_formulas_have_the_layers_numbers():
    at = show(PAGE, grad_view="formulas", grad_units="100")
    assert f"{np.sqrt(6 / 884):.3g}" in at.latex[0].value
    assert "n_in = 784" in markdown(at)
    assert f"±{np.sqrt(6 / 784):.3g}" in markdown(at)
    at = show(PAGE, grad_view="formulas", grad_initializer="HeNormal", grad_layer="2")
    assert f"{np.sqrt(2 / 100):.3g}" in at.latex[0].value
    last = show(PAGE, grad_view="formulas", grad_layer="11")
    assert "n_out = 10" in markdown(last)


def test_gradients_through_time_are_compared():
    at = show(PAGE, grad_view="time", grad_recurrent="RandomNormal", grad_recurrent_sigma="0.05")
    assert "SimpleRNN: its gradient" in plain(at.warning)[0].replace("*", "")
    assert len(figure(at, "grad-time")["data"]) == 3
    at = show(PAGE, grad_view="time", grad_recurrent="RandomNormal", grad_recurrent_sigma="1", grad_steps="40")
    assert "explodes" in plain(at.error)[0]


def test_clipping_with_its_numbers():
    at = show(PAGE, grad_view="clipping")
    assert "Not clipped" in markdown(at)
    at = show(PAGE, grad_view="clipping", grad_clip="clipnorm", grad_clip_limit="0.5")
    assert "becomes 0.5; every number is multiplied by" in markdown(at)
    before, after = figure(at, "grad-clipped")["data"]
    assert before["y"] == after["y"]
    at = show(PAGE, grad_view="clipping", grad_clip="clipvalue", grad_clip_limit="0.1")
    assert "the direction turns by" in markdown(at)
    before, after = figure(at, "grad-clipped")["data"]
    assert before["y"] != after["y"]


@pytest.fixture
def watched(runs_folder):
    """Two runs that ended: one whose gradient vanishes, one that has dead units."""
    ids = []
    for number, (name, factor, dead) in enumerate((("fading", 0.05, 0.0), ("steady", 1.0, 0.5))):
        spec = Stack("relu", HeNormal(), 3, 10).spec((28, 28, 1), 10)
        recipe = Recipe(examples=1000, epochs=1, record_layers=True)
        request = Request(spec, recipe, "fashion-mnist", "sample")
        layers = [
            LayerStatistics(name, 0.0, 1.0, 0.5, dead, factor ** (4 - place), 0.1)
            for place, name in enumerate(spec.names())
        ]
        record = RunRecord(
            f"feed{number:012d}",
            name,
            1.0 + number,
            request,
            Status.FINISHED,
            (EpochResult(1, 1.0, 0.5, 1.1, 0.4, 2.0),),
            statistics=tuple(StepStatistics(position, tuple(layers)) for position in (0.0, 0.5, 1.0)),
        )
        ids.append(Store(runs_folder).create(record).record.id)
    yield ids
    for run_id in ids:
        shutil.rmtree(runs_folder / run_id, ignore_errors=True)


def test_two_runs_stand_beside_each_other_on_one_scale(watched):
    at = show(PAGE, grad_view="training", run=watched)
    assert not at.exception
    first, second = (figure(at, f"grad-history-{place}") for place in (0, 1))
    assert [title_of(drawn) for drawn in (first, second)] == ["fading", "steady"]
    scales = [(drawn["data"][0]["zmin"], drawn["data"][0]["zmax"]) for drawn in (first, second)]
    assert scales[0] == scales[1] == pytest.approx((np.log10(0.05**3), 0))
    assert "layer 1 gets 0.0025 of the gradient of layer 3: it vanishes" in markdown(at)
    assert "layer 1 gets 1 of the gradient of layer 3: it arrives" in markdown(at)
    at = show(PAGE, grad_view="training", grad_measure="dead", run=watched)
    assert (figure(at, "grad-history-0")["data"][0]["zmin"], figure(at, "grad-history-1")["data"][0]["zmax"]) == (0, 1)


def test_what_is_trained_is_the_chosen_stack_with_its_layers_watched(monkeypatch):
    from explorer.widgets import shell

    asked = []
    monkeypatch.setattr(
        type(shell.engine()),
        "submit",
        lambda self, request, name, *_owner, **_how: asked.append((request, name)) or "0" * 16,
    )
    at = show(PAGE, grad_view="training", grad_activation="elu", grad_normalization="layer", grad_depth="20")
    at.button(key="grad_train").click().run()
    ((request, name),) = asked
    assert request.recipe.record_layers
    assert request.spec == Stack("elu", depth=20, normalization="layer").spec((28, 28, 1), 10)
    assert Request.from_dict(request.to_dict()) == request
    assert "elu" in name
    at = show(PAGE, grad_view="clipping", grad_clip="clipvalue", grad_clip_limit="2")
    at.button(key="grad_clip_train").click().run()
    recipe = asked[-1][0].recipe
    assert (recipe.clipnorm, recipe.clipvalue, recipe.optimizer) == (0, 2, "sgd")
