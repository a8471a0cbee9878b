"""The pages of convolution, pooling and dropout, run by Streamlit without a browser."""

import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages.conftest import figure, figures, plain, scopes, show, title_of

from explorer.layers.kernels import KERNELS
from explorer.widgets.convolution import GRIDS, SERIES

pytestmark = pytest.mark.pages

PAGE, POOLING = "pages/convolution.py", "pages/pooling.py"


def markdown(at):
    return " ".join(plain(at.markdown))


@pytest.mark.parametrize(("mode", "names"), [("2d", GRIDS), ("1d", SERIES)])
def test_every_input_can_be_looked_at(mode, names):
    for name in names:
        at = show(PAGE, conv_mode=mode, **{"conv_input_1d" if mode == "1d" else "conv_input": name})
        assert not at.exception
        assert plain(at.error) == []
        assert set(scopes(at)) == {"convolution"}


@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_slides(kernel):
    at = show(PAGE, conv_kernel=kernel, conv_size="4", conv_padding="same")
    assert plain(at.error) == []
    assert scopes(at)["convolution"]["size"] == [4, 4]


@settings(max_examples=15, deadline=None)
@given(
    size=st.integers(1, 7),
    stride=st.integers(1, 4),
    dilation=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same"]),
)
def test_any_settings_give_an_output_or_one_sentence(size, stride, dilation, padding):
    at = show(PAGE, conv_size=str(size), conv_stride=str(stride), conv_dilation=str(dilation), conv_padding=padding)
    assert not at.exception
    cannot = (stride > 1 and dilation > 1) or (padding == "valid" and (size - 1) * dilation + 1 > 4)
    assert len(at.error) == cannot
    if not cannot:
        span = (size - 1) * dilation + 1
        expected = -(-4 // stride) if padding == "same" else (4 - span) // stride + 1
        assert scopes(at)["convolution"]["out"] == [expected] * 2
        assert f"= {expected}$" in markdown(at)


def test_dropped_cells_and_odd_padding_are_explained():
    assert "the last 1 of 4 cells lie behind the last window" in markdown(show(PAGE, conv_stride="2"))
    assert "adds 1 before and 2 after" in markdown(show(PAGE, conv_size="4", conv_padding="same"))


def test_the_notes_ratios_are_drawn():
    for padding, ratio in (("valid", "1 : 4"), ("same", "1 : 2.25")):
        drawn = figure(show(PAGE, conv_padding=padding), "uses")
        assert title_of(drawn).endswith(ratio)


def test_several_filters_give_as_many_maps():
    at = show(PAGE, conv_filters="3")
    assert "(2, 2, 3)" in markdown(at)
    assert "2 × 2 × 3" in title_of(figure(at, "maps"))


def test_a_colour_kernel_spans_all_channels():
    at = show(PAGE, conv_input="photo")
    assert scopes(at)["convolution"]["shape"][2] == 3
    assert "one kernel of 3 × 3 × 3" in markdown(at)


def test_a_batch_of_images_is_written_with_its_shape():
    assert "A batch of 128: (128, 28, 28, 1) becomes (128, 26, 26, 6)" in markdown(
        show(PAGE, conv_input="image", conv_filters="6")
    )
    height, width, _channels = scopes(at := show(PAGE, conv_input="photo"))["convolution"]["shape"]
    assert f"A batch of 128: (128, {height}, {width}, 3) becomes" in markdown(at)


def test_the_dense_layer_is_counted():
    at = show(PAGE)
    assert "| weights | 10 | 68 |" in markdown(at)


@pytest.mark.parametrize("layer", ["MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling2D"])
def test_every_pooling_keeps_all_maps(layer):
    at = show(POOLING, pool_layer=layer)
    assert plain(at.error) == []
    assert title_of(figure(at, "pool-before")) == "Before: 28 × 28 × 32"
    after = "32" if layer.startswith("Global") else "14 × 14 × 32"
    assert title_of(figure(at, "pool-after")) == f"After: {after}, as many maps as before"


def test_a_window_larger_than_the_input_is_a_sentence():
    at = show(POOLING, pool_input="grid", pool_size="7")
    assert not at.exception
    assert "use at most 4" in plain(at.error)[0]


def test_pooling_hides_a_part_of_a_shift_and_none_of_no_shift():
    at = show(POOLING, pool_right="0", pool_down="0")
    assert title_of(figure(at, "shift-after")) == "After pooling: 0% changed"
    at = show(POOLING, pool_right="1")
    before, after = (
        float(title_of(figure(at, key)).split(": ")[1].split("%")[0]) for key in ("shift-before", "shift-after")
    )
    assert 0 < after < before


def test_dropout_steps_are_drawn_and_prediction_is_whole():
    at = show(POOLING, pool_view="dropout", drop_step="7")
    off = int(plain(at.caption)[0].split(": ")[1].split(" ")[0])
    drawn = figure(at, "drop-off")["data"][0]["z"]
    values = np.frombuffer(base64.b64decode(drawn["bdata"]), drawn["dtype"])
    assert np.isnan(values).sum() == off > 0
    next(button for button in at.button if button.label == "Next step").click().run()
    assert plain(at.caption)[0].startswith("Training step 8")


def test_without_dropout_every_step_is_the_prediction():
    at = show(POOLING, pool_view="dropout", drop_rate="0")
    assert "Training step 1: 0 of 100 units off" in plain(at.caption)[0]
    assert set(figures(at)) == {"drop-off", "drop-on", "drop-share", "drop-predictions"}
