"""Compare: the numbers of two runs beside each other are their records' own."""

import dataclasses
import shutil

import numpy as np
import pytest
from pages.conftest import figure, plain, show

from explorer.messages import message
from explorer.presets import PRESETS
from explorer.training import store
from explorer.training.comparison import PREDICTIONS
from explorer.training.record import EpochResult, Request, RunRecord, Status

pytestmark = pytest.mark.pages

COMPARE = "pages/compare.py"
SHIPPED = "cnn-two-blocks"


def run_of(name, run_id, accuracy=0.88, **changes):
    preset = PRESETS[name]
    history = tuple(EpochResult(e, 0.5 / e, 0.8 + e / 100, 0.6, 0.8, 2.5) for e in (1, 2, 3))
    values = {
        "status": Status.FINISHED,
        "history": history,
        "best_epoch": 2,
        "test_accuracy": accuracy,
        "test_examples": 10_000,
        "seconds": 7.5,
        "examples_per_second": 1234.0,
        "versions": {"keras": "3.15.1"},
    }
    wanted = Request(preset.spec, preset.recipe, preset.dataset, "full")
    return RunRecord(run_id, f"{name} | *{accuracy}*", 1.0, wanted, **{**values, **changes})


@pytest.fixture
def keep(runs_folder):
    """Puts runs on the server's disk, gone after the test."""
    kept = []

    def put(record):
        folder = runs_folder / record.id
        folder.mkdir(parents=True)
        store.write_record(folder, record)
        kept.append(folder)
        return folder

    yield put
    for folder in kept:
        shutil.rmtree(folder)


def tables(at):
    """Every Markdown table of the page, as rows of cells by their first cell."""
    found = []
    for text in plain(at.markdown):
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if "|" in line]
        if len(rows) > 1 and rows[1][0] == "---":
            found.append({row[0]: row[1:] for row in rows})
    return found


def sentences(at):
    return [line[2:] for text in plain(at.markdown) for line in text.splitlines() if line.startswith("- ")]


def test_the_numbers_are_those_of_the_runs(keep):
    second = run_of("cnn-one-block", "0" * 16)
    keep(second)
    at = show(COMPARE, a=SHIPPED, b=second.id)
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []
    first = store.Store(store.SHIPPED).open(SHIPPED).record
    rows = tables(at)[0]
    for place, record in enumerate((first, second)):
        shown = {label: cells[place] for label, cells in rows.items()}
        assert shown["Test accuracy"].strip("*✓ ") == f"{record.test_accuracy:.2%} (10,000 images)"
        assert shown["Parameters"] == shown["Trainable"] == f"{record.spec.parameters:,}"
        assert shown["FLOPs per image"] == f"{record.spec.flops:,}"
        assert shown["Epochs"] == f"{len(record.history)} of {record.recipe.epochs}"
        assert shown["Epoch of the kept weights"] == str(record.best_epoch)
        assert shown["Batch size"] == "32"
        assert shown["Training images/s"] == f"{record.examples_per_second:,.0f}"
        last = record.history[-1]
        gap = (last.accuracy - last.val_accuracy) * 100
        assert shown["Training − validation accuracy, last epoch"] == f"{gap:+.2f} points"
        assert f"keras {record.versions['keras']}" in shown["Versions"]
    # 91.61 % against 88 % on 10,000 images is no chance.
    assert rows["Test accuracy"][0].endswith("✓")
    assert "✓" not in rows["Test accuracy"][1]
    assert any("B · cnn\\-one\\-block \\| \\*0\\.88\\*" in text.value for text in at.markdown)


def test_the_curves_of_both_are_drawn_over_each_other(keep):
    second = run_of("cnn-one-block", "0" * 16)
    keep(second)
    at = show(COMPARE, a=SHIPPED, b=second.id)
    for key in ("compare-loss", "compare-accuracy"):
        names = {trace["name"] for trace in figure(at, key)["data"]}
        assert names == {f"A · {SHIPPED}", f"B · {second.name}"}


def test_what_differs_is_said_in_words(keep):
    second = run_of("cnn-one-block", "0" * 16)
    keep(second)
    said = sentences(show(COMPARE, a=SHIPPED, b=second.id))
    assert "Layer 1 Conv2D, padding: same → valid" in said
    assert "Epochs: 20 → 10" in said
    assert len(said) == 6


def test_swapping_exchanges_everything(keep):
    second = run_of("cnn-one-block", "0" * 16)
    keep(second)
    at = show(COMPARE, a=SHIPPED, b=second.id)
    before = tables(at)[0]
    at.button(key="swap").click().run()
    assert not at.exception
    assert at.query_params["a"] == second.id
    assert at.query_params["b"] == SHIPPED
    after = tables(at)[0]
    assert {label: cells[::-1] for label, cells in before.items() if label} == {
        label: cells for label, cells in after.items() if label
    }
    assert "Epochs: 10 → 20" in sentences(at)


def test_the_same_run_twice_is_said():
    at = show(COMPARE, a=SHIPPED, b=SHIPPED)
    assert not at.exception
    assert plain(at.info) == ["A and B are the same run. Choose another one to see what differs."]


def test_runs_that_were_set_alike_are_said_to_be(keep):
    for run_id in ("0" * 16, "1" * 16):
        keep(run_of("cnn-one-block", run_id))
    at = show(COMPARE, a="0" * 16, b="1" * 16)
    assert plain(at.info) == ["Nothing: both have the same model, training and data."]


@pytest.mark.parametrize(("accuracy", "words"), [(0.91, "more than the ±"), (0.885, "chance alone makes ±")])
def test_a_difference_that_chance_makes_is_no_lead(keep, accuracy, words):
    keep(run_of("cnn-one-block", "0" * 16, accuracy=0.88))
    keep(run_of("cnn-one-block", "1" * 16, accuracy=accuracy))
    at = show(COMPARE, a="0" * 16, b="1" * 16)
    (said,) = [text for text in plain(at.caption) if "differ by" in text]
    assert f"{(accuracy - 0.88) * 100:.2f} points" in said
    assert words in said
    assert ("✓" in str(tables(at)[0])) == (accuracy > 0.9)


def test_other_test_images_do_not_compare(keep):
    keep(run_of("cnn-one-block", "0" * 16))
    keep(run_of("cnn-one-block", "1" * 16, accuracy=0.99, test_examples=1_000))
    at = show(COMPARE, a="0" * 16, b="1" * 16)
    assert any("different images" in text for text in plain(at.caption))
    assert "✓" not in str(tables(at)[0])


def test_kept_predictions_are_counted(keep):
    labels = np.arange(10_000) % 10
    for run_id, wrong in (("0" * 16, range(100)), ("1" * 16, range(90, 300))):
        answers = labels.copy()
        answers[list(wrong)] += 1
        folder = keep(run_of("cnn-one-block", run_id, accuracy=1 - len(wrong) / 10_000))
        probabilities = np.eye(11, dtype=np.float16)[answers]
        np.savez(folder / PREDICTIONS, outputs=probabilities, labels=labels.astype(np.uint8))
    at = show(COMPARE, a="0" * 16, b="1" * 16)
    assert tables(at)[1]["A right"] == ["9,700", "200"]
    assert tables(at)[1]["A wrong"] == ["90", "10"]
    assert "✓" in tables(at)[0]["Test accuracy"][0]


@pytest.mark.parametrize("nonsense", ["0123456789abcdef", "../../etc", "<script>"])
@pytest.mark.parametrize("side", ["a", "b"])
def test_an_unknown_run_in_the_link_is_named_and_another_shown(side, nonsense):
    at = show(COMPARE, **{side: nonsense})
    assert not at.exception
    (said,) = plain(at.warning)
    assert "There is no run" in said
    assert tables(at)


def test_a_run_in_training_is_followed(keep):
    running = run_of("cnn-one-block", "0" * 16, None, status=Status.RUNNING, best_epoch=None, test_examples=0)
    folder = keep(running)
    at = show(COMPARE, a=SHIPPED, b=running.id)
    assert not at.exception
    assert "B is still training: 3 of 10 epochs." in plain(at.caption)
    assert tables(at)[0]["Test accuracy"][1] == "–"
    store.write_record(folder, run_of("cnn-one-block", running.id, 0.8765))
    at.run()
    assert tables(at)[0]["Test accuracy"][1].startswith("87.65%")


def test_a_run_that_has_just_begun_has_no_numbers_yet(keep):
    fresh = run_of(
        "cnn-one-block", "0" * 16, None, status=Status.QUEUED, history=(), best_epoch=None, seconds=0.0, versions={}
    )
    keep(dataclasses.replace(fresh, examples_per_second=None))
    at = show(COMPARE, a=fresh.id, b=fresh.id)
    assert not at.exception
    assert tables(at)[0]["Training images/s"] == ["–", "–"]


def test_a_run_that_failed_says_why(keep):
    keep(run_of("cnn-one-block", "0" * 16, None, status=Status.FAILED, problem=message("No *room* left.")))
    at = show(COMPARE, a=SHIPPED, b="0" * 16)
    assert any("No *room* left." in text for text in plain(at.warning))


def test_the_lab_leads_here_with_two_runs(keep):
    for run_id in ("0" * 16, "1" * 16):
        keep(run_of("cnn-one-block", run_id))
    two = show("pages/cnn_lab.py", run=["0" * 16, "1" * 16])
    assert not two.exception
    (link,) = [node.proto for node in two.get("page_link") if node.proto.page.endswith("compare")]
    assert set(link.query_string.split("&")) == {f"a={'1' * 16}", f"b={'0' * 16}"}
    one = show("pages/cnn_lab.py", run="0" * 16)
    assert not [node for node in one.get("page_link") if node.proto.page.endswith("compare")]
