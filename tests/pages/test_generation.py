"""The page *Generation*: what is written, read and trained is what the network says."""

import dataclasses
import shutil
import time

import numpy as np
import pytest
from pages.conftest import figure, plain, sent, show

from explorer.datasets import DATASETS, FULL, written
from explorer.datasets.passages import Passage
from explorer.inspection import sampling
from explorer.inspection.sampling import Sampling
from explorer.presets import PRESETS
from explorer.training import store
from explorer.training.snapshots import SnapshotWriter, read_weights
from explorer.training.store import write_record

pytestmark = pytest.mark.pages

PAGE = "pages/generation.py"
PRESET = PRESETS["generate-gru"]
DATA = DATASETS["passages"]


@pytest.fixture(autouse=True)
def uploads(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    yield tmp_path
    written.read.cache_clear()
    written.encoded.cache_clear()


@pytest.fixture(scope="module")
def shipped():
    return store.Run(store.SHIPPED / "generate-gru", store.read_record(store.SHIPPED / "generate-gru"))


@pytest.fixture
def diverged(shipped, runs_folder):
    """A run whose second snapshot is broken, as a diverging training leaves it."""
    folder = runs_folder / "bad0123bad0123ba"
    folder.mkdir(parents=True)
    weights = read_weights(shipped.snapshot_file, 0)
    snapshots = SnapshotWriter(folder / "snapshots.npz", 10**8)
    snapshots.add(0, weights)
    snapshots.add(1, {layer: {k: a * np.nan for k, a in group.items()} for layer, group in weights.items()})
    changed = {"id": folder.name, "name": "broken", "best_epoch": None, "history": (), "status": "diverged"}
    write_record(folder, dataclasses.replace(shipped.record, **changed))
    yield folder
    shutil.rmtree(folder)


def rows(at, key="gen-text"):
    """The rows of a written text."""
    return dict(sent(at, "explorer_written"))[key]["rows"]


def text_of(row):
    return row["prompt"] + "".join(row["tokens"])


def vocabulary(passage):
    return DATA.encoded(passage).vocabulary


def expected(shipped, epoch, prompt, count, wanted, seed):
    tokens = vocabulary(PRESET.preparation)
    sample = sampling.generate(shipped.network(epoch), tokens.encode(prompt), count, wanted, seed)
    return sample, prompt + "".join(tokens.decode(sample.tokens))


def test_the_preset_fits_its_data_and_the_shipped_model_is_of_it(shipped):
    task, counts = DATA.task(FULL, PRESET.preparation), DATA.counts(FULL, PRESET.preparation)
    assert PRESET.spec.input_shape == task.input_shape
    assert PRESET.spec.output_shape == (*task.input_shape, task.units)
    assert PRESET.recipe.examples == counts.train
    assert shipped.record.spec == PRESET.spec
    assert shipped.record.recipe == PRESET.recipe
    assert shipped.record.request.preparation == PRESET.preparation
    assert shipped.epochs == tuple(range(PRESET.recipe.epochs + 1))
    losses = [result.val_loss for result in shipped.record.history]
    assert losses[-1] < 1.6 < 2 < losses[0]
    assert sum(path.stat().st_size for path in shipped.folder.iterdir()) < 1_000_000


def test_the_page_opens_with_what_the_shipped_model_writes(shipped):
    at = show(PAGE)
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []
    sample, text = expected(shipped, shipped.kept_epoch, "It is a truth ", 240, Sampling(0.8), 1)
    (row,) = rows(at)
    assert text_of(row) == text
    np.testing.assert_allclose(row["shares"], sample.probabilities, atol=1e-4)
    best = vocabulary(PRESET.preparation).tokens[sample.logits[7].argmax()]
    assert row["best"][7][0][0] == best


@pytest.mark.parametrize(
    ("link", "wanted", "seed", "epoch"),
    [
        ({"gen_temperature": "0"}, Sampling(0.0), 1, None),
        ({"gen_temperature": "1.5", "gen_seed": "7"}, Sampling(1.5), 7, None),
        ({"gen_top_k": "2", "gen_epoch": "1"}, Sampling(0.8, 2), 1, 1),
    ],
)
def test_a_link_decides_how_it_is_written(shipped, link, wanted, seed, epoch):
    at = show(PAGE, gen_prompt="Mr. Darcy ", gen_count="60", **link)
    _sample, text = expected(shipped, epoch or shipped.kept_epoch, "Mr. Darcy ", 60, wanted, seed)
    assert text_of(rows(at)[0]) == text
    assert at.query_params["gen_prompt"] == "Mr. Darcy "


def test_the_arithmetic_is_that_of_the_token_looked_at(shipped):
    at = show(PAGE, gen_top_k="4", gen_at="3")
    sample, _text = expected(shipped, shipped.kept_epoch, "It is a truth ", 240, Sampling(0.8, 4), 1)
    drawn = sample.draw(2)
    (table,) = [text for text in plain(at.markdown) if "Σ p" in text]
    lines = table.split("\n")[2:]
    assert len(lines) == 11
    token = vocabulary(PRESET.preparation).tokens[drawn.token].replace(" ", "␣")
    marked = [line for line in lines if "**" in line]
    assert len(marked) == 1
    assert f"**{token}**" in marked[0]
    assert f"**{drawn.probabilities[drawn.token]:.4f}**" in marked[0]
    assert sum("cut" in line for line in lines) == 6
    told = " ".join(plain(at.markdown))
    assert f"{drawn.total:.4f}" in told
    assert f"The random number {drawn.number:.4f} lies" in told
    bars = figure(at, "gen-next")
    assert bars["data"][1]["x"] is not None
    assert bars["layout"]["yaxis"]["ticktext"][drawn.place] == f"★ {token}"
    at.slider(key="gen_at").set_value(9).run()
    assert f"The random number {sample.numbers[8]:.4f} lies" in " ".join(plain(at.markdown))


def test_at_temperature_0_nothing_is_drawn():
    at = show(PAGE, gen_temperature="0")
    assert "the largest logit wins" in " ".join(plain(at.markdown))


def test_the_token_looked_at_is_marked_in_the_text_and_kept_in_the_link():
    at = show(PAGE)
    at.slider(key="gen_at").set_value(12).run()
    assert dict(sent(at, "explorer_written"))["gen-text"]["chosen"] == 11
    assert at.query_params["gen_at"] == "12"


def test_every_epoch_writes_after_the_same_prompt_with_the_same_numbers(shipped):
    at = show(PAGE, gen_count="50")
    shown = rows(at, "gen-epochs")
    assert len(shown) == len(shipped.epochs)
    for epoch in (0, 3):
        _sample, text = expected(shipped, epoch, "It is a truth ", 50, Sampling(0.8), 1)
        assert text_of(shown[epoch]) == text
    assert shown[0]["name"] == "untrained"
    assert f"{shipped.record.history[2].val_loss:.3f}" in shown[3]["name"]


def test_the_loss_is_explained_with_its_perplexity(shipped):
    at = show(PAGE)
    (told,) = plain(at.info)
    loss = shipped.record.history[shipped.kept_epoch - 1].val_loss
    assert f"**{np.exp(loss):.2f}**" in told
    assert f"{loss / np.log(2):.2f} bits" in told
    assert "perplexity 67, 6.07 bits" in told


@pytest.mark.parametrize("prompt", ["😀", "<b>bold</b> *x* [a](b) $y$ `c`", "안녕하세요", "שלום עולם", "\\", "   "])
def test_any_prompt_is_shown_as_it_is_or_as_unknown(prompt):
    at = show(PAGE, gen_prompt=prompt, gen_count="20")
    assert not at.exception
    known = vocabulary(PRESET.preparation)
    assert rows(at)[0]["prompt"] == "".join(known.decode(known.encode(prompt)))
    unknown = sum(character not in known.ids for character in prompt)
    assert any(f"{unknown} of these tokens" in text for text in plain(at.caption)) == bool(unknown)


def test_reading_shows_the_guesses_under_each_character(shipped):
    at = show(PAGE, gen_view="read", gen_read="Mr. Bingley")
    assert not at.exception
    tokens = vocabulary(PRESET.preparation)
    reading = sampling.read(shipped.network(shipped.kept_epoch), tokens.encode("Mr. Bingley"))
    drawn = figure(at, "gen-reading")["data"][0]
    assert drawn["text"][0] == list("Mr.␣Bingley")
    firsts = [tokens.tokens[token].replace(" ", "␣").replace("\n", "↵") for token in reading.best(1)[:, 0]]
    assert drawn["text"][1] == [name.replace("<", "&lt;").replace("&", "&amp;") for name in firsts]
    assert len(drawn["text"]) == 6
    assert any(f"**{reading.bits:.2f} bits**" in text for text in plain(at.markdown))


@pytest.mark.parametrize("text", ["a", "😀", "한국어 <b>", "x" * 200])
def test_any_text_can_be_read(text):
    at = show(PAGE, gen_view="read", gen_read=text)
    assert not at.exception
    assert plain(at.error) == []
    assert len(figure(at, "gen-reading")["data"][0]["text"][0]) == min(len(text), 40)


def test_a_diverged_run_is_a_sentence(diverged):
    at = show(PAGE, gen_model=diverged.name, gen_epoch="1")
    assert not at.exception
    assert any("diverged" in text for text in plain(at.error))
    at.select_slider(key="gen_epoch").set_value(0).run()
    assert plain(at.error) == []
    assert any("diverged" in text for text in plain(at.warning))
    assert [row["name"] for row in rows(at, "gen-epochs")] == ["untrained"]


def test_the_form_of_the_training_is_the_request(monkeypatch):
    asked = []
    at = show(PAGE, gen_view="train", gen_text="sums", gen_cell="LSTM", gen_units="32", gen_length="25", gen_epochs="3")
    assert not at.exception
    assert plain(at.error) == plain(at.warning) == []
    from explorer.widgets import shell

    monkeypatch.setattr(
        shell.engine(), "submit", lambda request, name, *_reader: asked.append((request, name)) or "feed"
    )
    at.button(key="gen_train").click().run()
    ((request, name),) = asked
    assert name == "Sums · LSTM 32"
    assert request.preparation == Passage("sums", "characters", 25, 20)
    assert [type(layer).__name__ for layer in request.spec.layers] == ["Embedding", "LSTM", "Dense"]
    assert request.spec.layers[1].return_sequences
    assert request.recipe.epochs == 3
    assert request.recipe.examples == DATA.counts(FULL, request.preparation).train


def test_a_training_run_writes_after_every_epoch():
    at = show(PAGE, gen_view="train", gen_text="sums", gen_units="8", gen_epochs="2", gen_step="200")
    at.button(key="gen_train").click().run()
    assert not at.exception
    run = at.session_state["shown_runs"][0]
    from explorer.widgets import shell

    deadline = time.monotonic() + 180
    while shell.engine().progress(run).status.active and time.monotonic() < deadline:
        time.sleep(0.5)
    at.run()
    assert [row["name"].split(" · ")[0] for row in rows(at, "gen-growing")] == ["epoch 2", "epoch 1", "untrained"]
    at.segmented_control(key="gen_view").set_value("write").run()
    assert not at.exception
    assert at.selectbox(key="gen_model").value == run
    assert rows(at)[0]["prompt"] == "12+7="


def test_a_text_of_the_reader_s_own_is_learned_from():
    at = show(PAGE, gen_view="train", gen_text="own")
    assert any("Paste a text" in text for text in plain(at.info))
    assert "gen_train" not in [button.key for button in at.button]
    text = "<b>안녕</b> *세계* 😀 שלום.\n" * 150
    at.text_area(key="gen_typed").set_value(text).run()
    assert not at.exception
    assert plain(at.error) == []
    upload = at.query_params["gen_own"]
    assert written.read(upload) == text
    assert at.code[0].value.count("\n") == 1
    assert "<  b  >  안  녕" in at.code[0].value
    assert not at.button(key="gen_train").disabled


@pytest.mark.parametrize(
    ("text", "said"), [("   ", "There is no text yet"), ("Too short.", "give a longer text"), ("한글" * 30, "needed")]
)
def test_a_text_that_is_no_use_is_a_sentence(text, said):
    at = show(PAGE, gen_view="train", gen_text="own")
    at.text_area(key="gen_typed").set_value(text).run()
    assert not at.exception
    assert any(said in problem for problem in plain(at.error))


def test_a_file_is_learned_from_and_one_that_is_no_text_is_a_sentence():
    at = show(PAGE, gen_view="train", gen_text="own")
    at.file_uploader(key="gen_file").set_value(
        ("mine.txt", ("날씨가 맑다.\n" * 400).encode("cp949"), "text/plain")
    ).run()
    assert plain(at.error) == []
    upload = at.query_params["gen_own"]
    assert written.read(upload).startswith("날씨가 맑다.\n날씨")
    at.file_uploader(key="gen_file").set_value(("bad.txt", bytes(range(128, 256)) * 9, "text/plain")).run()
    assert any("no text in UTF-8" in text for text in plain(at.error))
    assert at.query_params["gen_own"] == upload


@pytest.mark.parametrize(
    "link",
    [
        {"gen_temperature": "9"},
        {"gen_top_k": "-1"},
        {"gen_view": "sing"},
        {"gen_model": "no-such-run"},
        {"gen_epoch": "99"},
        {"gen_view": "train", "gen_text": "own", "gen_own": "0123456789abcdef"},
        {"gen_view": "train", "gen_length": "3"},
    ],
)
def test_a_link_that_cannot_be_is_told(link):
    at = show(PAGE, **link)
    assert not at.exception
    assert plain(at.warning)
