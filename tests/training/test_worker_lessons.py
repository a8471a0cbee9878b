"""What lessons say of a training that the learner starts is so, with the very settings of the lesson."""

import numpy as np
import pytest

from explorer.datasets import DATASETS, FULL
from explorer.datasets.generated import PLANE, PLANE_BIAS, Drawn
from explorer.lessons import lesson
from explorer.presets.architectures import ARCHITECTURES
from explorer.presets.faults import FAULTS
from explorer.presets.remedies import DATASET, REMEDIES, Base
from explorer.presets.repairs import REPAIRS
from explorer.training.gaps import ACCURACY, LOSS, gap
from explorer.training.limits import predicted_seconds
from explorer.training.record import Request, RunRecord, Status
from explorer.training.store import Store

pytestmark = pytest.mark.worker
LONGEST = 21
"""Seconds that a learner may be asked to wait for one training, its beginning and its test among them."""


@pytest.fixture(scope="module")
def trained(worker, tmp_path_factory):
    """Trains a request once for all tests here."""
    store, found = Store(tmp_path_factory.mktemp("lessons")), {}

    def train(request):
        if request not in found:
            assert predicted_seconds(request) <= LONGEST
            name = f"run-{len(found)}"
            record = RunRecord(name, name, 1.0, request)
            assert worker.train_run(store.create(record).folder, lambda event: None, lambda: False).status is (
                Status.FINISHED
            )
            found[request] = store.open(name)
        return found[request]

    return train


def settings(page, name, value):
    """The settings of the step whose answer comes from a training and that sets `name` to `value`."""
    (found,) = [
        step.settings
        for step in lesson(page, "en").steps
        if step.question and step.question.trains and step.settings.get(name) == value
    ]
    return found


def remedied(found, name=""):
    """What the page *Overfitting* trains with a step's settings: one of its remedies, or none."""
    chosen = Base(**{part: int(found[f"fit_{part}"]) for part in ("images", "units", "epochs", "seed")})
    plain = chosen.request(DATASETS[DATASET].available().variant)
    if not name:
        return plain
    remedy = REMEDIES[name]
    value = type(remedy.value)(found[f"fit_{name}"])
    return remedy.apply(plain, value)


def test_without_a_remedy_400_images_are_known_by_heart(trained):
    record = trained(remedied(settings("overfitting", "fit_remedies", ""))).record
    training, validation, apart = gap(record, ACCURACY).final
    assert record.spec.parameters == 118_282
    assert record.recipe.training_examples == 400
    assert record.recipe.validation_examples == 1000
    assert training > 0.97
    assert 0.75 < validation < 0.84
    assert 0.15 < apart < 0.24
    losses = gap(record, LOSS)
    assert losses.validation[-1] > losses.validation.min()
    assert losses.training[-1] < 0.15


def test_more_data_is_the_best_remedy_of_the_lesson(trained):
    found = settings("overfitting", "fit_remedies", "data")
    plain, more = (trained(remedied(found, name)).record for name in ("", "data"))
    assert more.recipe.training_examples == 2500
    assert gap(more, ACCURACY).final[2] < gap(plain, ACCURACY).final[2]
    assert gap(more, ACCURACY).final[1] > gap(plain, ACCURACY).final[1] + 0.02
    assert more.test_accuracy > plain.test_accuracy + 0.03
    others = [remedied(settings("overfitting", "fit_remedies", "l1,l2"), name) for name in ("l1", "l2")]
    others.append(remedied(settings("overfitting", "fit_remedies", "dropout"), "dropout"))
    assert more.test_accuracy > max(trained(request).record.test_accuracy for request in others) + 0.02


def test_a_network_too_small_has_a_smaller_gap_and_is_worse(trained):
    (step,) = [
        step for step in lesson("overfitting", "en").steps if step.question.then.get("fit_remedies") == "smaller"
    ]
    found = {**step.settings, **step.question.then}
    plain, smaller = (trained(remedied(found, name)).record for name in ("", "smaller"))
    assert smaller.spec.parameters == 6442
    assert gap(smaller, ACCURACY).final[2] < gap(plain, ACCURACY).final[2]
    assert gap(smaller, ACCURACY).final[1] < gap(plain, ACCURACY).final[1] - 0.03


def test_l1_leaves_over_a_quarter_at_exactly_0_and_l2_none(trained):
    found = settings("overfitting", "fit_remedies", "l1,l2")
    weights = {name: kernels(trained(remedied(found, name))) for name in ("l1", "l2")}
    assert weights["l1"].size == 118_016
    assert 0.25 < np.mean(weights["l1"] == 0) < 0.34
    assert not (weights["l2"] == 0).any()


def kernels(run):
    network = run.network(run.record.best_epoch)
    return np.concatenate([group["kernel"].ravel() for group in network.weights.values() if "kernel" in group])


def test_with_dropout_validation_is_ahead_at_first_and_the_test_no_better(trained):
    found = settings("overfitting", "fit_remedies", "dropout")
    plain, dropped = (trained(remedied(found, name)).record for name in ("", "dropout"))
    assert (gap(dropped, LOSS).gap[:5] < 0).all()
    assert gap(plain, LOSS).gap[4] > 0
    assert gap(dropped, LOSS).final[2] < 0.45 * gap(plain, LOSS).final[2]
    assert dropped.test_accuracy <= plain.test_accuracy + 0.005


def case(trained, name, repair=""):
    """A case of the lesson on *Broken on purpose* as it was handed out, or with a repair."""
    assert settings("broken", "broken_case", name)
    request = FAULTS[name].request
    return trained(REPAIRS[repair].apply(request) if repair else request).record


def test_weights_of_zero_stay_at_pure_guessing(trained):
    for repair in ("", "rate"):
        record = case(trained, "zeros", repair)
        assert [result.loss for result in record.history] == pytest.approx([np.log(10)] * 8, abs=0.01)
        assert all(layer.weight_gradient == 0 for layer in record.statistics[-1].layers[:-1])
    assert case(trained, "zeros", "start").history[-1].loss < 1


def test_ten_sigmoids_stand_there_too_but_their_gradient_is_not_0(trained):
    record = case(trained, "sigmoid")
    assert record.history[-1].loss == pytest.approx(np.log(10), abs=0.02)
    first, last = (record.statistics[-1].layers[place].gradient for place in (0, 9))
    assert 0 < first < 1e-4 * last
    assert case(trained, "sigmoid", "relu").history[-1].loss < 1


def test_shuffled_labels_are_learned_by_heart_only(trained):
    first, *_between, last = case(trained, "labels").history
    assert last.loss < first.loss - 0.5
    assert last.val_loss > first.val_loss + 0.2
    assert 0.05 < last.val_accuracy < 0.16
    assert case(trained, "labels", "epochs").history[-1].val_loss > last.val_loss + 1


def test_a_leak_shows_in_the_test_by_some_20_points(trained):
    leaking, mended = (case(trained, "leak", repair) for repair in ("", "apart"))
    assert 0.13 < leaking.test_accuracy - leaking.history[-1].val_accuracy < 0.28
    assert abs(mended.test_accuracy - mended.history[-1].val_accuracy) < 0.08


def test_one_unit_finds_the_rule_to_a_few_hundredths(trained):
    found = settings("architectures", "arch_model", "linear-regression")
    shape = ARCHITECTURES[found["arch_model"]]
    assert float(found["arch_noise"]) == shape.preparation.noise
    assert int(found["arch_epochs_linear-regression"]) == shape.recipe.epochs
    assert float(found["arch_rate_linear-regression"]) == shape.recipe.learning_rate
    drawn = Drawn(shape.preparation.examples, shape.preparation.noise, shape.preparation.seed)
    run = trained(Request(shape.spec, shape.recipe, shape.dataset, FULL, drawn))
    dense = run.network(run.record.best_epoch).weights["dense_1"]
    learned = [*dense["kernel"][:, 0], *dense["bias"]]
    np.testing.assert_allclose(learned, [*PLANE, PLANE_BIAS], atol=0.05)
    assert not np.allclose(learned, [*PLANE, PLANE_BIAS], atol=1e-4)
