"""Runs: every run is listed, compared, renamed and deleted, whatever it is called, and nobody else's is changed."""

import dataclasses
import json
import shutil
from datetime import datetime

import pytest
from pages.conftest import figure, plain, show, texts
from pages.test_compare import run_of, tables

from explorer.training import store
from explorer.training.record import Start, Status
from explorer.widgets import one_change, runs, shell

pytestmark = pytest.mark.pages

RUNS = "pages/runs.py"
ONE, TWO = "1" * 16, "2" * 16
HOSTILE = ["![x](http://e.x/y.png)", "=cmd()", "a/b\"c'😀", "x" * 60, "**b** | `c` $x$ :red[r] <b>h</b>"]


@pytest.fixture(autouse=True)
def nothing_before(runs_folder):
    """Other tests leave runs on the server's disk."""
    for folder in runs_folder.glob("*"):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def keep(runs_folder):
    """Puts runs on the server's disk, gone after the test."""
    kept = []

    def put(record, model=False):
        folder = runs_folder / record.id
        if model:
            shutil.copytree(store.SHIPPED / "cnn-one-block", folder)
        folder.mkdir(parents=True, exist_ok=True)
        store.write_record(folder, record)
        kept.append(folder)
        return folder

    yield put
    for folder in kept:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def public(monkeypatch):
    """A server that others reach, too."""
    monkeypatch.setattr(runs, "private_server", lambda: False)


def named(name, run_id=ONE, preset="cnn-one-block", **changes):
    return dataclasses.replace(run_of(preset, run_id), name=name, **changes)


def rows(at):
    """The list, as rows of cells by the name of the run."""
    listed = at.dataframe[0].value
    return {row["Name"]: row for row in listed.to_dict("records")}


def stored(run_id):
    return shell.engine().store.open(run_id).record


def test_without_runs_the_shipped_models_are_listed(runs_folder):
    assert not any(runs_folder.glob("*/run.json"))
    at = show(RUNS)
    assert not at.exception
    assert {f"{run.record.name} (shipped)" for run in shell.engine().store.shipped()} >= set(rows(at))
    assert len(rows(at)) <= runs.MAXIMUM_LISTED
    assert figure(at, "runs-loss")["data"]
    assert not [button for button in at.button if button.key == "runs_delete"]


def test_a_run_is_listed_with_its_numbers(keep):
    record = named("mine", note="why not")
    keep(record)
    row = rows(show(RUNS))["mine"]
    assert row["Test accuracy"] == 0.88
    assert row["Best validation loss"] == 0.6
    assert row["Its accuracy"] == 0.8
    assert row["Epochs"] == 3
    assert row["Time"] == 7.5
    assert row["Parameters"] == record.spec.parameters
    assert row["Note"] == "why not"
    assert row["State"] == "✓ finished"
    assert row["When"] == datetime(1970, 1, 1, 0, 0, 1)


def test_the_list_is_filtered_and_bounded(keep, monkeypatch):
    keep(named("image"))
    keep(named("words", TWO, "gru"))
    at = show(RUNS)
    assert set(rows(at)) == {"image", "words"}
    at.selectbox(key="runs_kind").set_value("imdb").run()
    assert set(rows(at)) == {"words"}
    assert at.query_params["runs_kind"] == "imdb"
    monkeypatch.setattr(runs, "MAXIMUM_LISTED", 1)
    at.selectbox(key="runs_kind").set_value("all").run()
    assert len(rows(at)) == 1
    assert any("1 older runs are not listed" in text for text in plain(at.caption))
    at.toggle(key="runs_shipped").set_value(True).run()
    assert len(rows(at)) == 1


def test_shipped_models_are_listed_when_asked_for(keep):
    keep(named("mine"))
    at = show(RUNS, runs_shipped="True")
    assert next(iter(rows(at))) == "mine"
    assert "gru (shipped)" in rows(at)


def test_up_to_six_runs_are_compared(keep):
    first = named("first")
    slower = dataclasses.replace(first.request, recipe=dataclasses.replace(first.recipe, learning_rate=0.1))
    keep(first)
    keep(named("second", TWO, request=slower, test_accuracy=0.5))
    keep(named("third", "3" * 16, request=dataclasses.replace(slower, start=Start(ONE, 2))))
    at = show(RUNS, runs=f"{ONE},{TWO},{'3' * 16}")
    assert not at.exception
    names = {trace["name"] for trace in figure(at, "runs-loss")["data"]}
    assert names == {"A · first", "B · second", "C · third"}
    numbers, differences = tables(at)
    assert numbers["A · first"][0] == "**88.00%**"
    assert numbers["B · second"][0] == "**50.00%**"
    assert differences["What differs"] == ["A", "B", "C"]
    assert differences["Learning rate"] == ["0.001", "**0.1**", "**0.1**"]
    assert differences["First weights"][2] == f"**of the run {ONE} after epoch 2**"
    assert any(text == "C continues first from epoch 2." for text in plain(at.caption))


def test_a_continued_run_is_drawn_behind_the_run_before(keep):
    first = named("first")
    keep(first)
    keep(named("next", TWO, request=dataclasses.replace(first.request, start=Start(ONE, 2))))
    at = show(RUNS, runs=TWO)

    def epochs():
        (training,) = [trace for trace in figure(at, "runs-loss")["data"] if trace["name"] == "training"]
        return len(training["y"]) if isinstance(training["y"], list) else training["y"]

    joined = epochs()
    at.toggle(key="runs_join").set_value(False).run()
    assert epochs() != joined
    assert at.query_params["runs_join"] == "False"


def test_more_than_six_or_nonsense_in_the_link_is_said(keep):
    keep(named("mine"))
    at = show(RUNS, runs=",".join(f"{n}" * 16 for n in range(7)))
    assert not at.exception
    assert any("The link asks for" in text for text in plain(at.warning))
    at = show(RUNS, runs="0" * 16)
    assert any("There is no run" in text for text in plain(at.warning))
    at = show(RUNS, runs="../../etc")
    assert not at.exception


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_shown_as_it_is(keep, name):
    keep(named(name, note=name))
    keep(named("other", TWO, request=dataclasses.replace(named("x").request, start=Start(ONE, 2))))
    for link in (ONE, f"{ONE},{TWO}", TWO):
        at = show(RUNS, runs=link)
        assert not at.exception
        assert name in rows(at)
        # Wherever Markdown is drawn, the name is there with its marks escaped, never as it is.
        if any(mark in name for mark in "[*`"):
            assert not [node.value for node in (*at.markdown, *at.caption, *at.warning) if name in node.value]
    assert name in " ".join(plain([*at.markdown, *at.caption]))
    assert any(name in text for text in texts(show(RUNS, runs=ONE)))


def test_a_run_is_renamed_and_noted(keep):
    keep(named("before"))
    at = show(RUNS, runs=ONE)
    at.text_input(key=f"runs_name-{ONE}").set_value("n" * 300).run()
    assert stored(ONE).name == "n" * 60
    assert at.text_input(key=f"runs_name-{ONE}").value == "n" * 60
    at.text_area(key=f"runs_note-{ONE}").set_value("a *note*").run()
    assert stored(ONE).note == "a *note*"
    at.text_input(key=f"runs_name-{ONE}").set_value(" ").run()
    assert plain(at.error) == ["A run needs a name; write at least one character."]
    assert stored(ONE).name == at.text_input(key=f"runs_name-{ONE}").value == "n" * 60


def test_runs_are_deleted_from_disk_list_and_links(keep):
    folder, other = keep(named("one")), keep(named("two", TWO))
    at = show(RUNS, runs=ONE, run=[ONE, TWO])
    at.button(key="runs_delete").click().run()
    assert not at.exception
    assert not folder.exists()
    assert other.exists()
    assert set(rows(at)) == {"two"}
    assert ONE not in json.dumps(dict(at.query_params))
    assert plain(at.warning) == []


def test_a_run_in_training_cannot_be_deleted(keep):
    keep(named("busy", status=Status.RUNNING))
    at = show(RUNS, runs=ONE)
    assert not [button for button in at.button if button.key == "runs_delete"]
    assert "A run in training must be stopped first." in plain(at.caption)
    assert rows(at)["busy"]["State"] == "▶ in training"


def test_shipped_models_cannot_be_changed():
    at = show(RUNS, runs="cnn-plain")
    assert not at.exception
    assert not [field for field in at.text_input if (field.key or "").startswith("runs_name")]
    assert not [button for button in at.button if button.key == "runs_delete"]


def test_on_a_public_server_a_run_from_a_link_is_only_looked_at(keep, public):
    folder = keep(named("theirs", note="a *note*"))
    keep(named("another", TWO))
    at = show(RUNS, runs=ONE)
    assert not at.exception
    assert set(rows(at)) == {"theirs"}
    assert not at.text_input
    assert not [button for button in at.button if button.key == "runs_delete"]
    at.session_state[runs.KNOWN] = [ONE]
    at.run()
    at.button(key="runs_delete").click().run()
    assert not folder.exists()


def test_the_rule_of_whose_run_it_is(public):
    """Asked outside a page, where no session knows any run."""
    from explorer.messages import ExplorerError

    assert not runs.mine(ONE)
    with pytest.raises(ExplorerError, match="not yours to change"):
        runs.keeper(ONE)


def test_training_goes_on_from_a_run(keep):
    first = named("first")
    keep(first, model=True)
    at = show(RUNS, runs=ONE)
    at.number_input(key=f"runs_epochs-{ONE}").set_value(1).run()
    at.select_slider(key=f"runs_rate-{ONE}").set_value(0.0001).run()
    at.button(key=f"runs_continue-{ONE}").click().run()
    assert not at.exception
    assert plain(at.error) == []
    new = submitted(at)
    assert new.name == "↪ first"
    assert new.request.start == Start(ONE, 2)
    assert (new.recipe.epochs, new.recipe.learning_rate) == (1, 0.0001)
    assert at.query_params["runs"] == f"{ONE},{new.id}"
    remove(new.id)


def test_a_run_is_trained_again_with_one_change(keep):
    first = named("first")
    keep(first)
    at = show(RUNS, runs=ONE)
    assert "Choose another value: everything else stays the same." in plain(at.caption)
    at.selectbox(key=f"runs_change-{ONE}").set_value("0.filters").run()
    at.number_input(key=f"runs_change-{ONE}-0.filters").set_value(3).run()
    at.button(key=f"runs_again-{ONE}").click().run()
    assert plain(at.error) == []
    new = submitted(at)
    assert new.name == "filters 3 · first"
    assert new.spec.layers[0] == dataclasses.replace(first.spec.layers[0], filters=3)
    assert new.spec.layers[1:] == first.spec.layers[1:]
    assert new.recipe == first.recipe
    remove(new.id)


def submitted(at):
    return shell.engine().progress(at.session_state[runs.KNOWN][0]).record


def remove(run_id):
    shell.engine().stop(run_id)
    folder = shell.engine().store.folder / run_id
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("preset", ["cnn-two-blocks", "lstm-stacked", "gru"])
def test_every_setting_can_be_changed_by_itself(preset):
    from explorer.training.differences import between

    request = run_of(preset, ONE).request
    for change in one_change.changes(request).values():
        assert change.of(request, change.value) == request
    wanted = one_change.changes(request)["epochs"].of(request, 3)
    (difference,) = between(request, wanted).recipe
    assert str(difference.what) == "Epochs"
