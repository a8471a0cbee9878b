"""The page *Broken on purpose*, run by Streamlit without a browser."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
from pages.conftest import figures, plain, show

from explorer.presets.faults import FAULTS
from explorer.presets.repairs import REPAIRS
from explorer.training.predictions import write_predictions
from explorer.training.record import EpochResult, LayerStatistics, RunRecord, Status, StepStatistics

pytestmark = pytest.mark.pages

PAGE = "pages/broken.py"


@pytest.fixture
def run_of(runs_folder):
    """Leaves an ended run of a request in the store."""
    made = []

    def run(request, run_id):
        folder = runs_folder / run_id
        folder.mkdir(parents=True)
        made.append(folder)
        classes = max(2, request.task.units)
        labels = np.arange(20) % classes
        outputs = np.eye(classes)[labels] if request.task.units > 1 else labels[:, None].astype(float)
        write_predictions(folder / "predictions.npz", outputs, labels)
        layers = tuple(LayerStatistics(name, 0.1, 1.0, 0.5, 0.2, 0.3, None) for name in request.spec.names())
        record = RunRecord(
            run_id,
            "Case",
            1.0,
            request,
            status=Status.FINISHED,
            history=(EpochResult(1, 2.0, 0.2, 2.1, 0.15, 0.1),),
            statistics=(StepStatistics(0.0, layers), StepStatistics(1.0, layers)),
            test_accuracy=0.125,
            test_loss=2.0,
            test_examples=20,
        )
        (folder / "run.json").write_text(json.dumps(record.to_dict()))
        return run_id

    yield run
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("name", FAULTS)
def test_a_case_does_not_give_itself_away(name, run_of):
    run_id = run_of(FAULTS[name].request, "b0b0b0b0b0b0b0b0")
    at = show(PAGE, broken_case=name, run=run_id)
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == plain(at.success) == []
    drawn = figures(at)
    assert {"broken-loss", "broken-accuracy", "broken-layers-0", "broken-said"} <= drawn.keys()
    told = " ".join(plain(at.markdown))
    assert str(FAULTS[name].title) not in told
    assert str(FAULTS[name].signs) not in told
    assert "12.5%" in told


def test_a_wrong_diagnosis_gets_the_reason_and_the_right_one_the_answer(run_of):
    at = show(PAGE, broken_case="sigmoid", run=run_of(FAULTS["sigmoid"].request, "b0b0b0b0b0b0b0b1"))
    commit(at, "zeros")
    (said,) = plain(at.error)
    assert "All weights began at zero" in said
    assert "exactly 0" in said
    assert "**0 of 11** cases solved" in plain(at.markdown)
    commit(at, "sigmoid")
    (answer,) = plain(at.success)
    assert "Sigmoid in ten layers" in answer
    assert "**1 of 11** cases solved" in plain(at.markdown)
    assert any("slope is at most 1/4" in text for text in plain(at.markdown))


def commit(at, name):
    (radio,) = at.radio
    radio.set_value(name)
    at.run()
    at.button(key="broken_commit").click().run()
    assert not at.exception


def test_a_repair_that_changes_nothing_says_so(run_of):
    run_id = run_of(FAULTS["rate"].request, "b0b0b0b0b0b0b0b2")
    at = show(PAGE, broken_case="rate", run=run_id, broken_repair="labels")
    assert any("it is so already" in text for text in plain(at.caption))
    assert "broken_mend" not in {button.key for button in at.button}
    at = show(PAGE, broken_case="rate", run=run_id, broken_repair="rate")
    assert "broken_mend" in {button.key for button in at.button}


def test_the_mended_run_stands_beside_the_broken_one(run_of):
    fault = FAULTS["unscaled"]
    first = run_of(fault.request, "b0b0b0b0b0b0b0b3")
    second = run_of(REPAIRS[fault.repair].apply(fault.request), "b0b0b0b0b0b0b0b4")
    stranger = run_of(dataclasses.replace(fault.request, spec=FAULTS["long"].request.spec), "b0b0b0b0b0b0b0b5")
    at = show(PAGE, broken_case="unscaled", run=[second, first, stranger])
    assert {"broken-layers-0", "broken-layers-1"} <= figures(at).keys()
    assert len([text for text in plain(at.markdown) if "test accuracy" in text]) == 2


def test_a_case_that_was_stopped_can_be_trained_again(run_of, runs_folder):
    run_id = run_of(FAULTS["zeros"].request, "b0b0b0b0b0b0b0b6")
    at = show(PAGE, broken_case="zeros", run=run_id)
    assert at.button(key="broken_train").disabled
    file = runs_folder / run_id / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "status": "stopped"}))
    at = show(PAGE, broken_case="zeros", run=run_id)
    assert not at.button(key="broken_train").disabled
