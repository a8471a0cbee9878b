"""The page *Overfitting*, run by Streamlit without a browser, with runs written as training writes them."""

import base64
import re
import shutil
import time

import numpy as np
import pytest
from pages.conftest import figure, figures, plain, show, title_of

from explorer.presets.remedies import REMEDIES, Base
from explorer.training.record import EpochResult, Request, RunRecord, Status
from explorer.training.snapshots import SnapshotWriter
from explorer.training.store import write_record
from explorer.widgets import overfitting, shell

pytestmark = pytest.mark.pages

PAGE = "pages/overfitting.py"
PLAIN = Base().request("sample")
L1_RUN, L2_RUN = (REMEDIES[name].apply(PLAIN, REMEDIES[name].value) for name in ("l1", "l2"))
ZEROS = 1000


def weights(request):
    """The untrained kernels of a request, the first of which is partly 0 where L1 has been."""
    numbers = np.random.default_rng(0)
    made = {
        row.name: {name: numbers.normal(0, 0.1, shape).astype(np.float32) for name, shape in row.weight_shapes.items()}
        for row in request.spec.summary()
    }
    if request.recipe.proximal:
        made["dense_1"]["kernel"].ravel()[:ZEROS] = 0
    return made


def write(folder, name, request, gap, **changes):
    history = tuple(
        EpochResult(epoch, 1 / epoch + 5, 0.9, 1 / epoch + gap + 5, 0.8, 1.0, 5.0, 5.0) for epoch in range(1, 31)
    )
    record = RunRecord(
        folder.name,
        name,
        time.time(),
        request,
        **{"status": Status.FINISHED, "history": history, "best_epoch": 30, "test_accuracy": 0.7654, **changes},
    )
    folder.mkdir(parents=True)
    SnapshotWriter(folder / "snapshots.npz", 10_000_000).add(30, weights(request))
    write_record(folder, record)


@pytest.fixture
def trained(runs_folder):
    """A run without a remedy, one with L1 and one with L2; their ids as a link has them."""
    ids = {"a0fee0fee0fee0fe": (PLAIN, "No remedy", 0.7), "b0fee0fee0fee0fe": (L1_RUN, "L1 · λ 0.001", 0.2)}
    ids["c0fee0fee0fee0fe"] = (L2_RUN, "L2 · λ 0.01", 0.3)
    for run_id, (request, name, gap) in ids.items():
        write(runs_folder / run_id, name, request, gap)
    yield ",".join(ids)
    for run_id in ids:
        shutil.rmtree(runs_folder / run_id, ignore_errors=True)


def rows(at):
    """The cells of the page's tables, by their first one."""
    lines = [line for text in at.markdown for line in text.value.split("\n") if line.startswith("|")]
    cells = [[cell.strip().replace("\\", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {row[0]: row[1:] for row in cells}


def headings(at):
    return [re.sub("<.*?>", " ", note["text"]).split() for note in figure(at, "fit_gaps")["layout"]["annotations"]]


def knobs(at):
    widgets = (*at.slider, *at.select_slider, *at.toggle)
    return {widget.key.removeprefix("fit_"): widget.value for widget in widgets}


def button(at):
    return at.button(key="fit_train")


def linked(at):
    """The runs in the link; AppTest has what it was given as it was, and the rest as a list."""
    value = at.query_params["fit_runs"]
    return (value if isinstance(value, str) else value[0]).split(",")


def array(values):
    return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])


def test_it_opens_with_what_could_be_trained():
    at = show(PAGE)
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []
    named = [words for words in headings(at) if words[0] != "Press"]
    assert len(headings(at)) == len(named) + 1
    assert [" ".join(words[:2]) for words in named] == ["No remedy", "L1 λ", "L2 λ", "Dropout 0.5"]
    assert "4 of 4 are still to be trained" in " ".join(plain(at.markdown))
    assert knobs(at) | {"l1": 0.001, "exact": True, "l2": 0.01, "dropout": 0.5} == knobs(at)
    assert not button(at).disabled


@pytest.mark.parametrize("name", REMEDIES)
def test_each_remedy_has_its_one_knob(name):
    at = show(PAGE, fit_remedies=name)
    assert not at.exception
    remedy = REMEDIES[name]
    assert knobs(at)[name] == remedy.value
    assert ("exact" in knobs(at)) == (name == "l1")
    assert set(REMEDIES) & set(knobs(at)) == {name}


def test_the_capacity_and_the_number_of_images_are_told_where_they_change():
    captions = " ".join(plain(show(PAGE, fit_remedies="smaller,data", fit_smaller="16", fit_data="100").caption))
    assert "13,002 parameters; without the remedy 118,282." in captions
    assert "5,000 training images; without the remedy 400." in captions


def test_a_link_brings_remedies_values_and_runs(trained):
    at = show(PAGE, fit_remedies="l2,early", fit_l2="0.03", fit_early="7", fit_units="64", fit_runs=trained)
    assert not at.exception
    assert plain(at.warning) == []
    assert knobs(at)["l2"] == 0.03
    assert (knobs(at)["early"], knobs(at)["units"]) == (7, 64)
    assert linked(at) == trained.split(",")
    assert list(rows(at))[2:] == ["No remedy", "L1 · λ 0.001", "L2 · λ 0.01"]


@pytest.mark.parametrize("bad", [{"fit_remedies": "prayer"}, {"fit_l2": "0.0123"}, {"fit_units": "9999"}])
def test_what_a_link_cannot_ask_for_is_told_and_the_default_taken(bad):
    at = show(PAGE, **bad)
    assert not at.exception
    assert next(iter(bad)) in " ".join(plain(at.warning))
    assert knobs(at)["l2"] == 0.01


def test_a_run_that_is_gone_is_told(trained):
    at = show(PAGE, fit_runs=f"{trained},d0fee0fee0fee0fe")
    assert not at.exception
    assert "There is no run" in " ".join(plain(at.warning))
    assert len(headings(at)) == 3


def test_the_gap_is_drawn_without_penalties_and_told_in_numbers(trained):
    at = show(PAGE, fit_runs=trained)
    drawn = figure(at, "fit_gaps")
    assert "area is the gap" in title_of(drawn)
    training, validation = drawn["data"][:2]
    np.testing.assert_allclose(array(training["y"])[[0, 29]], [1, 1 / 30])
    np.testing.assert_allclose(array(validation["y"])[[0, 29]], [1.7, 1 / 30 + 0.7])
    assert [words[-1] for words in headings(at)] == ["0.700", "0.200", "0.300"]
    row = rows(at)["No remedy"]
    assert row == ["118,282", "400", "30", "0.033", "0.733", "**0.700**", "76.5%"]


def test_accuracy_has_a_gap_as_well(trained):
    at = show(PAGE, fit_runs=trained, fit_view="accuracy")
    assert figure(at, "fit_gaps")["layout"]["yaxis"]["range"] == [0, 1]
    assert rows(at)["No remedy"][3:6] == ["90.0%", "80.0%", "**10.0%**"]


def test_weights_that_are_exactly_zero_are_counted(trained):
    at = show(PAGE, fit_runs=trained, fit_view="weights")
    assert not at.exception
    found = rows(at)
    total = 784 * 128 + 128 * 128 + 128 * 10
    assert found["L1 · λ 0.001"][:2] == [f"{total:,}", f"**{ZEROS:,}** ({ZEROS / total:.1%})"]
    assert found["L2 · λ 0.01"][1] == "**0** (0.0%)"
    assert int(found["L2 · λ 0.01"][2].split()[0].replace(",", "")) > 0
    assert [trace["name"] for trace in figure(at, "fit_weights")["data"] if "text" in trace] == [
        "L1 · λ 0.001 · exactly 0"
    ]


def test_the_weights_of_one_layer_can_be_chosen(trained):
    at = show(PAGE, fit_runs=trained, fit_view="weights", fit_layer="dense_2")
    assert rows(at)["L1 · λ 0.001"][:2] == ["16,384", "**0** (0.0%)"]


def test_without_an_ended_run_the_weights_say_when_they_come():
    at = show(PAGE, fit_view="weights")
    assert not at.exception
    assert "appear here when it has ended" in " ".join(plain(at.info))
    assert set(figures(at)) == {"fit_weights"}


def test_a_network_alone_is_not_counted(request):
    at = show(PAGE, fit_remedies="")
    assert "The network is still to be trained: about" in " ".join(plain(at.markdown))
    request.getfixturevalue("trained")
    at = show(PAGE, fit_remedies="")
    assert any(text.startswith("The network is trained or in training;") for text in plain(at.markdown))


def test_what_is_trained_already_is_only_shown(trained):
    at = show(PAGE, fit_remedies="l1,l2")
    assert "All 3 are trained or in training." in plain(at.markdown)
    assert linked(at) == trained.split(",")
    assert [words[-1] for words in headings(at)] == ["0.700", "0.200", "0.300"]
    before = {run.record.id for run in shell.engine().store.runs()}
    button(at).click().run()
    assert not at.exception
    assert {run.record.id for run in shell.engine().store.runs()} == before
    assert linked(at) == trained.split(",")


def test_a_run_that_was_stopped_is_trained_again(trained, runs_folder):
    write(runs_folder / "d0fee0fee0fee0fe", "Dropout", dropped(), 0.1, status=Status.STOPPED)
    at = show(PAGE, fit_remedies="l1,l2,dropout")
    assert "1 of 4 are still to be trained" in " ".join(plain(at.markdown))
    shutil.rmtree(runs_folder / "d0fee0fee0fee0fe")


def dropped():
    return REMEDIES["dropout"].apply(PLAIN, REMEDIES["dropout"].value)


def test_l1_as_keras_has_it_is_another_run(trained):
    at = show(PAGE, fit_remedies="l1", fit_exact="False", fit_runs=trained)
    assert "1 of 2 are still to be trained" in " ".join(plain(at.markdown))


def test_training_submits_what_is_missing_and_shows_it_first(trained):
    at = show(PAGE, fit_remedies="l2,early", fit_epochs="5", fit_images="50", fit_runs=trained)
    button(at).click().run()
    assert not at.exception
    ids = linked(at)
    try:
        requests = [shell.engine().progress(run_id).record.request for run_id in ids]
        base = Base(images=50, epochs=5).request("sample")
        wanted = [base, *(REMEDIES[name].apply(base, REMEDIES[name].value) for name in ("l2", "early"))]
        assert requests == [*wanted, PLAIN, L1_RUN, L2_RUN]
        assert all(isinstance(request, Request) for request in requests)
        names = [shell.engine().progress(run_id).record.name for run_id in ids[:2]]
        assert names == [
            "No remedy · Training images 50 · Epochs 5",
            "L2 · λ 0.01 · Training images 50 · Epochs 5",
        ]
    finally:
        for run_id in ids[:3]:
            shell.engine().stop(run_id)


def test_more_remedies_than_fit_are_told():
    at = show(PAGE, fit_remedies=",".join(REMEDIES))
    assert not at.exception
    assert f"{overfitting.MOST} remedies can be trained at once" in " ".join(plain(at.warning))
    assert len(set(REMEDIES) & set(knobs(at))) == overfitting.MOST


def test_no_remedy_at_all_is_a_choice():
    at = show(PAGE, fit_remedies="")
    assert not at.exception
    assert plain(at.warning) == []
    assert len(headings(at)) == 2


def test_the_runs_lead_inside_and_to_their_comparison(trained):
    at = show(PAGE, fit_runs=trained)
    links = [node.proto for node in at.get("page_link")]
    labels = [link.label for link in links]
    assert {"Inside No remedy", "Inside L2 · λ 0.01", "Compare the first two"} <= set(labels)
